"""Where each op stands among the others: its log and its parents, read without its content."""

from __future__ import annotations

from sqlalchemy import Connection, select

from ces_desktop.data.journal.bulk import fetch
from ces_desktop.data.journal.op import Header
from ces_desktop.data.models import OpRecord

Place = tuple[bytes, bytes, str, int, tuple[bytes, ...]]
"""Device, incarnation, scope, seq, parents."""
_PLACES = f'SELECT "hash", "device", "incarnation", "scope", "seq", "parent" FROM "{OpRecord.__tablename__}"'


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


def log_ends(connection: Connection, scope: str, device: bytes) -> list[bytes]:
    """The ends of all logs of one device in a scope, in order of their bytes."""
    own = {h: place for h, place in places(connection).items() if place[0] == device and place[2] == scope}
    parents = {p for place in own.values() for p in place[4]}
    return sorted(own.keys() - parents)
