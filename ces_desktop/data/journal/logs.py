"""Where each op stands among the others: its log and its parents, read without its content."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select

from ces_desktop.data.journal.bulk import fetch
from ces_desktop.data.journal.op import Header
from ces_desktop.data.models import OpRecord

Place = tuple[bytes, bytes, str, int, tuple[bytes, ...]]
"""Device, incarnation, scope, seq, parents."""
_PLACES = f'SELECT "hash", "device", "incarnation", "scope", "seq", "parent" FROM "{OpRecord.__tablename__}"'
_NEXT_SCOPE = f'SELECT min("scope") FROM "{OpRecord.__tablename__}" WHERE "scope" > ?'
_TAIL = (
    f'SELECT "seq", "hash", "hlc" FROM "{OpRecord.__tablename__}" '
    'WHERE "scope" = ? AND "device" = ? AND "incarnation" = ? ORDER BY "seq" DESC LIMIT 1'
)


class Tail(NamedTuple):
    """Where a log ends."""

    seq: int
    op: bytes
    hlc: int


def places(connection: Connection) -> dict[bytes, Place]:
    """Every applied op by hash, with where it stands."""
    found: dict[bytes, Place] = {
        h: (device, incarnation, scope, seq, (parent,) if parent else ())
        for h, device, incarnation, scope, seq, parent in fetch(connection, _PLACES)
    }
    o = OpRecord
    # Only the first op of a log may name several parents; the column holds one.
    for row in connection.execute(select(o.hash, o.header).where(o.seq == 1, o.parent.is_not(None))):
        device, incarnation, scope, seq, _ = found[row.hash]
        found[row.hash] = (device, incarnation, scope, seq, Header.from_bytes(row.header).parents)
    return found


def log_ends(connection: Connection, device: bytes) -> list[bytes]:
    """The ends of all logs of one device, whatever their scope, in order of their bytes."""
    own = {h: place for h, place in places(connection).items() if place[0] == device}
    parents = {p for place in own.values() for p in place[4]}
    return sorted(own.keys() - parents)


def tail(connection: Connection, scope: str, device: bytes, incarnation: bytes) -> Tail | None:
    """The last op of a log; None before its first."""
    rows = fetch(connection, _TAIL, (scope, device, incarnation))
    return Tail(*rows[0]) if rows else None


def tails(connection: Connection, device: bytes, incarnation: bytes) -> dict[str, Tail]:
    """The last op of each log that is being written: one seek for each scope, however long the journal is."""
    found: dict[str, Tail] = {}
    scope: str | None = ""
    while scope is not None:
        ((scope,),) = fetch(connection, _NEXT_SCOPE, (scope,))
        if scope is not None and (end := tail(connection, scope, device, incarnation)) is not None:
            found[scope] = end
    return found
