"""What a delivery may be foretold from: lots of an item that came before, how much came last, what lies here at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import BindParameter, Connection, bindparam, or_, select

from ces_desktop.data.models import MovementRecord, StockMonthRecord, table_of
from ces_desktop.data.queries.prepared import Prepared
from ces_desktop.data.queries.stock import Lot, lots
from ces_desktop.domain.ids import Id

DELIVERED = ("supplied", "purchase")
"""Kinds of which the next is likely to be as large as the last; a donation or what was there at the start is not."""
_M, _S = table_of(MovementRecord), table_of(StockMonthRecord)
_CLINIC: BindParameter[bytes] = bindparam("clinic")
_ITEM: BindParameter[bytes] = bindparam("item")


@dataclass(frozen=True, slots=True)
class Before:
    """What came of an item. `lots`: in date, the latest to come first; `units` of its last delivery, on `day` (ISO)."""

    item: Id
    lots: tuple[Lot, ...] = ()
    units: int | None = None
    day: str = ""


def before(connection: Connection, clinic: Id, item: Id, today: date) -> Before:
    """What came of an item before: its lots in date, and what the last delivery brought of it in all."""
    held = lots(connection, clinic, [item], today, today).get(item, ())
    known = [lot for lot in held if lot.id is not None and (lot.expiry is None or lot.expiry >= today)]
    known.sort(key=lambda lot: lot.id or b"", reverse=True)  # ids grow with time
    back = {key for (key,) in _BACK(connection, clinic=clinic, item=item)}
    came = [r for r in _CAME(connection, clinic=clinic, item=item) if r[0] not in back]
    if not came:
        return Before(item, tuple(known))
    _, document, day, _ = came[0]
    units = sum(q for _, doc, on, q in came if (doc, on) == (document, day))
    return Before(item, tuple(known), units, day)


def kept_here(connection: Connection, clinic: Id, since: date) -> set[Id]:
    """Items that moved or lay here in a month since then."""
    return {Id(item) for (item,) in _HERE(connection, clinic=clinic, since=since.isoformat()[:7])}


_CAME = Prepared(
    lambda: (
        select(_M.c.id, _M.c.document, _M.c.happened_on, _M.c.quantity)
        .where(_M.c.clinic == _CLINIC, _M.c.item == _ITEM, _M.c.live == 1, _M.c.reverses.is_(None))
        .where(or_(*(_M.c.kind == kind for kind in DELIVERED)))
        .order_by(_M.c.happened_on.desc(), _M.c.recorded_at.desc(), _M.c.id.desc())
        .limit(20)
    )
)
_BACK = Prepared(
    lambda: select(_M.c.reverses).where(
        _M.c.clinic == _CLINIC, _M.c.item == _ITEM, _M.c.live == 1, _M.c.reverses.is_not(None)
    )
)
_HERE = Prepared(lambda: select(_S.c.item).where(_S.c.clinic == _CLINIC, _S.c.month >= bindparam("since")).distinct())
