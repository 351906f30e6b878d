"""The hybrid clock: after which value the next record of this laptop stands (`sync.md` 1, V9)."""

from __future__ import annotations

from sqlalchemy import Connection

from ces_desktop.data.installation import Installation
from ces_desktop.data.journal.bulk import fetch
from ces_desktop.data.journal.op import clinic_scope
from ces_desktop.data.models import OpRecord

AHEAD_MS = 86_400_000
"""A record of another laptop that lies further ahead than a day comes from a wrong clock, and drags nobody along."""
_NEAR = f'SELECT "hlc" FROM "{OpRecord.__tablename__}" WHERE "hlc" <= ? ORDER BY "hlc" DESC LIMIT 1'
_OWN = (
    f'SELECT "hlc" FROM "{OpRecord.__tablename__}" '
    'WHERE "scope" = ? AND "device" = ? AND "incarnation" = ? ORDER BY "seq" DESC LIMIT 1'
)


def last_before(connection: Connection, own: int, now_ms: int) -> int:
    """The value after which the next record stands: this laptop's last (`own`, 0 = none), or another's near it."""
    near = max(now_ms, own >> 16) + AHEAD_MS
    found = fetch(connection, _NEAR, (near << 16,))
    return max(own, found[0][0] if found else 0)


def last_here(connection: Connection, here: Installation, now_ms: int) -> int:
    """As `last_before`, of an installation's own log."""
    own = fetch(connection, _OWN, (clinic_scope(here.clinic), here.device, here.incarnation))
    return last_before(connection, own[0][0] if own else 0, now_ms)
