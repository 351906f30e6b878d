"""What an installation knows of its network: clinics and how long they are silent, laptops, what is aside and why.

At a hub it is the whole network; at a mentor's laptop, the clinics whose bundles passed through it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, select

from ces_desktop.data.journal.op import clinic_scope
from ces_desktop.data.local import Setting, read_settings
from ces_desktop.data.models import ClinicRecord, OpRecord, PatientRecord
from ces_desktop.data.queries.mentoring import last_sessions
from ces_desktop.domain.ids import Id
from ces_desktop.sync import gaps, hub, moved_told
from ces_desktop.sync.enrolment import Request
from ces_desktop.sync.exchange import member_of
from ces_desktop.sync.gaps import Declared, Lack
from ces_desktop.sync.journal_store import JournalStore
from ces_desktop.sync.moved_told import Move
from ces_desktop.sync.records import Certificate
from ces_desktop.sync.store import scope_of
from ces_desktop.sync.trust import believed


@dataclass(frozen=True, slots=True)
class Laptop:
    """A device that the hub admitted; times are UTC milliseconds, None = never."""

    device: bytes
    site: bytes
    role: str
    slot: int
    admitted: int
    last_bundle: int | None
    revoked: bool
    why: str
    """Of a revoked one, as it was written down here."""


@dataclass(frozen=True, slots=True)
class SiteState:
    """What is known here of a clinic; times are UTC milliseconds of this clock, None = never."""

    site: bytes
    prefix: str
    name: str
    devices: int
    """Certified laptops that are not revoked."""
    last_bundle: int | None
    """When a bundle of one of them was last imported here; a mentor's that carried its records does not count. On a
    mentor's laptop, which hears of most through the hub: when the newest record held here was written, by its clock.
    """
    ops: int
    aside: int
    """Ops of its scope that are kept here and not applied."""
    people: int = 0
    """People registered, those joined counted once."""
    reasons: tuple[tuple[str, int], ...] = ()
    """Why ops are aside, and how many."""
    last_session: str | None = None
    """ISO day of the last mentoring session held here, signed or not; None = there was none."""


@dataclass(frozen=True, slots=True)
class NetworkState:
    """Everything the page of the network shows."""

    name: str | None
    """Of the network; None before it is founded or met."""
    hub: bool
    sites: tuple[SiteState, ...]
    laptops: tuple[Laptop, ...]
    requests: tuple[Request, ...]
    declined: Mapping[bytes, str]
    lacks: Mapping[bytes, Lack]
    """By clinic, at a hub: what held records wait for and nobody has sent."""
    declared: Mapping[bytes, Declared]
    """By clinic: what was declared lost."""
    moves: tuple[Move, ...]
    """Files of people that the clinics received from each other."""
    unheard: Mapping[bytes, int]
    """By clinic, at a hub: copies for it that are kept here and that it does not say to have received."""


def network_state(connection: Connection) -> NetworkState:
    """Read all of it at once."""
    member, moves = member_of(connection), moved_told.moves(connection)
    return NetworkState(
        member.network.name if member.network else None, member.hub, tuple(sites(connection)),
        tuple(laptops(connection)), tuple(hub.requests(connection)) if member.hub else (),
        hub.declined(connection) if member.hub else {}, gaps.lacking(connection) if member.hub else {},
        gaps.declared(connection), moves, moved_told.unheard(connection, moves) if member.hub else {},
    )  # fmt: skip


def laptops(connection: Connection) -> list[Laptop]:
    """Every admitted device but hubs, revoked ones last."""
    store = JournalStore(connection)
    trust, heard = believed(store, member_of(connection)), _heard(store)
    why = {device: text.decode() for device, text in store.records("revoked_why").items()}
    found = [
        Laptop(c.device, c.site, c.role, c.slot, c.issued, heard.get(c.device), c.device in trust.revoked,
               why.get(c.device, ""))
        for c in trust.certificates.values() if c.role in ("laptop", "mentor")
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.revoked, one.role, one.slot, one.admitted))


def sites(connection: Connection) -> list[SiteState]:
    """Every clinic that has a certified laptop or whose records are here, the one longest silent first."""
    store, member = JournalStore(connection), member_of(connection)
    trust, heard = believed(store, member), _heard(store)
    held = _counted(connection)
    aside: dict[str, Counter[str]] = {}
    for kept in store.aside().values():
        aside.setdefault(scope_of(kept.frame), Counter())[kept.reason] += 1
    c, p = ClinicRecord, PatientRecord
    named = {row.id: row for row in connection.execute(select(c.id, c.prefix, c.name).where(c.live == 1))}
    counted = select(p.clinic, func.count(func.distinct(p.person))).where(p.live == 1).group_by(p.clinic)
    people = {row[0]: row[1] for row in connection.execute(counted)}
    own = _by_site([x for x in trust.certificates.values() if x.role == "laptop"])
    written = {} if member.hub else _written(connection)
    mentors = {x.site for x in trust.certificates.values() if x.role == "mentor"}
    sessions = last_sessions(connection)
    found = []
    for site in {*own, *named} - mentors - {member_clinic(connection)}:
        devices, scope, row = own.get(site, []), clinic_scope(site), named.get(site)
        last = max((heard[d] for d in devices if d in heard), default=None) if member.hub else written.get(scope)
        why = aside.get(scope, Counter())
        found.append(
            SiteState(
                site, (row.prefix if row else None) or "", (row.name if row else None) or "",
                sum(d not in trust.revoked for d in devices),
                last, held.get(scope, 0), why.total(), people.get(site, 0), tuple(sorted(why.items())),
                sessions.get(Id(site)),
            )
        )  # fmt: skip
    return sorted(found, key=lambda state: (state.last_bundle or 0, state.prefix, state.site))


def member_clinic(connection: Connection) -> bytes:
    """The installation's own id, under which its users stand."""
    return bytes.fromhex(read_settings(connection, [Setting.CLINIC])[Setting.CLINIC])


def _counted(connection: Connection) -> dict[str, int]:
    """Ops applied here of each scope: counted in an index, since a network's journal grows for ever."""
    o = OpRecord
    rows = connection.execute(select(o.scope, func.count()).group_by(o.scope))
    return {row[0]: row[1] for row in rows}


def _written(connection: Connection) -> dict[str, int]:
    """When the newest record of each scope was written, by the clock there: that of the ends of its logs.

    What stands before an end does not count: a clock that once ran far ahead was set right since.
    """
    o = OpRecord
    log = (o.scope, o.device, o.incarnation)
    ends = select(*log, func.max(o.seq).label("seq")).group_by(*log).subquery()
    of = (o.scope == ends.c.scope, o.device == ends.c.device, o.incarnation == ends.c.incarnation, o.seq == ends.c.seq)
    rows = connection.execute(select(o.scope, func.max(o.wall)).join(ends, and_(*of)).group_by(o.scope))
    return {row[0]: row[1] for row in rows}


def _heard(store: JournalStore) -> dict[bytes, int]:
    """When a bundle of each device was last imported here."""
    heard: dict[bytes, int] = {}
    for content in store.records("receipt").values():
        sender, at, _ = json.loads(content)
        heard[bytes.fromhex(sender)] = max(at, heard.get(bytes.fromhex(sender), 0))
    return heard


def _by_site(certificates: list[Certificate]) -> dict[bytes, list[bytes]]:
    found: dict[bytes, list[bytes]] = {}
    for one in certificates:
        found.setdefault(one.site, []).append(one.device)
    return found
