"""The clinics that a mentor's laptop writes for: those its certificate names, each in its own scope (`sync.md` 2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, select

from ces_desktop.data.journal.op import clinic_of, clinic_scope
from ces_desktop.data.models import ClinicCluesRecord, ClinicRecord
from ces_desktop.domain.access import Actor
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.sync.exchange import member_of
from ces_desktop.sync.journal_store import JournalStore
from ces_desktop.sync.network_state import member_clinic
from ces_desktop.sync.trust import believed

if TYPE_CHECKING:
    from ces_desktop.data.work import Work

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Site:
    """A clinic whose records are held here, as its prints name it."""

    id: Id
    prefix: str
    name: str
    official_name: str
    clues: str
    municipality: str


def visited(connection: Connection) -> tuple[Site, ...]:
    """The clinics held here that are no installation of a mentor or hub, by name: at a mentor's those it may write for.

    One of which nothing has arrived yet is not among them.
    """
    member = member_of(connection)
    trust = believed(JournalStore(connection), member)
    others = {x.site for x in trust.certificates.values() if x.role == "mentor"} | {member_clinic(connection)}
    may = None if member.scopes is None else {clinic_of(scope) for scope in member.scopes}
    c, k = ClinicRecord, ClinicCluesRecord
    rows = connection.execute(select(c.id, c.prefix, c.name, c.official_name, c.municipality).where(c.live == 1))
    found = [row for row in rows if row.id not in others and (may is None or row.id in may)]
    clues = connection.execute(select(k.of, k.clues).where(k.live == 1).order_by(k.from_on, k.recorded_at))
    named = {row.of: row.clues for row in clues}
    sites = [
        Site(Id(row.id), row.prefix or "", row.name or "", row.official_name or "", named.get(row.id) or "",
             row.municipality or "")
        for row in found
    ]  # fmt: skip
    return tuple(sorted(sites, key=lambda site: (site.name.casefold(), site.prefix, site.id)))


def write_for(work: Work, action: Callable[[Work], T], site: Id, actor: Actor) -> T:
    """Do an action for a clinic that is visited: in its scope, with the rights held there.

    Refused("sync.other_clinic") where the certificate of this laptop does not name the clinic; a hub writes for none.
    """
    member = member_of(work.connection)
    if member.scopes is None or clinic_scope(site) not in member.scopes:
        raise Refused("sync.other_clinic")
    work.write_for(site, actor)
    return action(work)
