"""Records that others wait for and nobody has sent: told by clinic, declared lost by a person, told to both ends.

The rule is `merge`'s: what was written on an op that a hub declared lost is taken in over a gap; and half an action,
of which the rest was never sent, by a gap named after the last op of it that came. Comes the lost one after all, it is
taken in too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from ces_desktop.data.database import Database
from ces_desktop.data.journal.bulk import chunks
from ces_desktop.data.journal.op import Header, clinic_of
from ces_desktop.data.models import OpRecord
from ces_desktop.domain.access import Actor, Right, require
from ces_desktop.errors import Refused
from ces_desktop.sync import enrolment, merge
from ces_desktop.sync.exchange import member_of
from ces_desktop.sync.journal_store import JournalStore
from ces_desktop.sync.records import Signed
from ces_desktop.sync.store import NETWORK
from ces_desktop.sync.trust import believed

_WHY = "gap_why"
"""Of the records of a hub: lost op → whose, and why as a person wrote it down."""


@dataclass(frozen=True, slots=True)
class Lack:
    """What lacks of a clinic. `since` = when the oldest that waits was written, by its laptop's clock (UTC ms)."""

    lost: tuple[bytes, ...]
    waiting: int
    since: int


@dataclass(frozen=True, slots=True)
class Declared:
    """Records of a clinic that were declared lost: how many, when last (UTC ms), and why where that is known here."""

    lost: int
    at: int
    why: str = ""


def lacking(connection: Connection) -> dict[bytes, Lack]:
    """By clinic, what the ops that are held here wait for and that is here in no state."""
    store, member = JournalStore(connection), member_of(connection)
    aside = store.aside()
    held: dict[bytes, list[int]] = {}
    for kept in aside.values():
        op = merge.readable(kept.frame) if kept.state == merge.HELD else None
        if op is not None and op.head.scope != NETWORK:
            held.setdefault(clinic_of(op.head.scope), []).append(op.head.wall)
    if not held:
        return {}
    wanted: dict[bytes, list[bytes]] = {}
    for lost, scope in sorted(merge.waited_for(aside, store.links(None), believed(store, member).gaps).items()):
        if scope != NETWORK:
            wanted.setdefault(clinic_of(scope), []).append(lost)
    return {site: Lack(tuple(lost), len(held[site]), min(held[site])) for site, lost in wanted.items()}


def declare(database: Database, actor: Actor, site: bytes, reason: str) -> int:
    """Declare lost all that held records of a clinic wait for; how many of those were taken in.

    Refused("sync.hub_only"), ("sync.nothing_lacks").
    """
    require(actor, Right.MANAGE_NETWORK)
    now = database.clock()

    def adopt(connection: Connection) -> int:
        store, member = JournalStore(connection), member_of(connection)
        if not member.hub:
            raise Refused("sync.hub_only")
        taken, lack = 0, lacking(connection).get(site)
        if lack is None:
            raise Refused("sync.nothing_lacks")
        while lack is not None:  # what is taken in may stand beside further gaps
            for op in lack.lost:
                store.keep(_WHY, op, json.dumps([site.hex(), reason]).encode())
            taken += enrolment.declare_lost(store, member, lack.lost, now)
            lack = lacking(connection).get(site)
        return taken

    return database.exchange(adopt)


def declared(connection: Connection) -> Mapping[bytes, Declared]:
    """By clinic, what was declared lost and did not come after all; at a hub with the reason."""
    store = JournalStore(connection)
    gaps = {name: int(Signed.from_bytes(content).fields[2]) for name, content in store.records("gap").items()}
    if not gaps:
        return {}
    o = OpRecord
    told = {name: json.loads(content) for name, content in store.records(_WHY).items()}
    whose = {name: bytes.fromhex(site) for name, (site, _) in told.items()}
    here: set[bytes] = set()
    torn: dict[bytes, int] = {}
    for part in chunks(sorted(gaps)):
        for name, header, scope in connection.execute(select(o.hash, o.header, o.scope).where(o.hash.in_(part))):
            here.add(name)
            head = Header.from_bytes(header)
            torn[name] = head.m - head.k
            whose.setdefault(name, clinic_of(scope))
        for parent, scope in connection.execute(select(o.parent, o.scope).where(o.parent.in_(part))):
            whose.setdefault(parent or b"", clinic_of(scope))
            torn.pop(parent or b"", None)  # what was written on it came
    found: dict[bytes, Declared] = {}
    for name, at in sorted(gaps.items(), key=lambda gap: gap[1]):
        lost = torn.get(name, 0) if name in here else 1
        if name in whose and lost:
            before = found.get(whose[name], Declared(0, 0))
            found[whose[name]] = Declared(before.lost + lost, at, told.get(name, ("", ""))[1])
    return found
