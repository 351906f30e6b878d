"""Supplies of one month, read from the ledger, orders, equipment and kept forecasts as they stood at its end."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from ces_desktop.data.models import (
    MovementRecord,
    OrderLineRecord,
    SupplyOrderRecord,
    UnmetDemandRecord,
    table_of,
)
from ces_desktop.data.queries.equipment import pieces
from ces_desktop.data.queries.forecast_scores import scores
from ces_desktop.data.queries.prepared import Prepared
from ces_desktop.data.queries.shelf import ShelfRow, shelf
from ces_desktop.data.queries.stock import StockItem, stock_items
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.equipment import since, state_of
from ces_desktop.domain.supply.ledger import KINDS
from ces_desktop.domain.supply.month_supplies import (
    KEY,
    Broken,
    Judged,
    Lost,
    MonthItem,
    MonthOrder,
    MonthSupplies,
    worst_first,
)
from ces_desktop.domain.supply.orders import FORGOTTEN_DAYS

_M, _L, _O, _U = (table_of(m) for m in (MovementRecord, OrderLineRecord, SupplyOrderRecord, UnmetDemandRecord))


def month_supplies(connection: Connection, clinic: Id, month: str, today: date) -> MonthSupplies | None:
    """What the report of an ISO month says of supplies; None where nothing of the shelf was recorded until its end."""
    first = date.fromisoformat(f"{month}-01")
    last = first.replace(day=monthrange(first.year, first.month)[1])
    until = min(last, today)
    used = [row for row in shelf(connection, clinic, until).rows if row.lively and row.first and row.first <= month]
    held = pieces(connection, clinic)
    orders = _orders(connection, clinic, first, until)
    if not used and not orders and not held:
        return None
    strips = {row.item.id: _days(row, month, (last - first).days + 1, until) for row in used}
    unmet = _UNMET(connection, clinic=clinic, since=first.isoformat(), until=until.isoformat())
    asked = {Id(item): int(units) for item, units, _ in unmet}
    key = [row for row in used if row.item.ven == KEY]
    items = [
        MonthItem(i.code, i.name_es, i.name_en, i.ven, strips[i.id], asked.get(i.id, 0))
        for i in (row.item for row in used)
        if "0" in strips[i.id]
    ]
    whole = "".join(strips.values())
    broken = [_broken(piece, until) for piece in held]
    return MonthSupplies(
        len(used),
        len(key),
        sum(strips[row.item.id][until.day - 1] == "1" for row in key),
        whole.count("0") + whole.count("1"),
        whole.count("0"),
        sum(int(times) for *_, times in unmet),
        len(asked),
        worst_first(items),
        _losses(connection, clinic, first, until),
        orders,
        sum(state_of([e for e in piece.events if e.day <= until]) != "retired" for piece in held),
        tuple(each for each in broken if each is not None),
        _judged(connection, clinic, month, last, today),
    )


def _days(row: ShelfRow, month: str, length: int, until: date) -> str:
    place = next(n for n, each in enumerate(row.months) if each.month == month)
    bits, before = row.bits[place], row.months[place].before
    return "".join(str(bits >> n & 1) if before <= n < until.day else "-" for n in range(length))


def _losses(connection: Connection, clinic: Id, first: date, until: date) -> tuple[Lost, ...]:
    net: defaultdict[str, dict[Id, int]] = defaultdict(dict)
    for kind, item, units in _GONE(connection, clinic=clinic, since=first.isoformat(), until=until.isoformat()):
        if kind in KINDS and KINDS[kind].loss and units < 0:
            net[kind][Id(item)] = -int(units)
    known = stock_items(connection, clinic, sorted({item for held in net.values() for item in held}))
    found = [_lost(kind, held, known) for kind, held in net.items()]
    return tuple(sorted(found, key=lambda x: (-x.items, x.cause)))


def _lost(kind: str, held: Mapping[Id, int], known: Mapping[Id, StockItem]) -> Lost:
    most = max(held, key=lambda item: (held[item], item))
    item = known.get(most)
    names = (item.name_es, item.name_en) if item else ("", "")
    return Lost(kind, len(held), *names, held[most], item.unit if item else "")


def _orders(connection: Connection, clinic: Id, first: date, until: date) -> tuple[MonthOrder, ...]:
    """Orders sent in the month, of which something came in it, or that were awaited at its end."""
    came: dict[bytes, tuple[int, str, str]] = {
        line: (int(units), begun, latest)
        for line, units, begun, latest in _CAME(connection, clinic=clinic, until=until.isoformat())
    }
    lines: defaultdict[bytes, list[tuple[int, tuple[int, str, str] | None]]] = defaultdict(list)
    for line, order, requested in _LINES(connection, clinic=clinic):
        if requested:
            lines[order].append((requested, came.get(line)))
    since_day, forgotten = first.isoformat(), (until - timedelta(FORGOTTEN_DAYS)).isoformat()
    found = []
    for order, number, source, state, sent_on in _SENT(connection, clinic=clinic, until=until.isoformat()):
        if state in ("draft", "cancelled"):
            continue
        held = lines.get(order, [])
        got = [(asked, one) for asked, one in held if one is not None and one[0] > 0]
        full = sum(one[0] >= asked for asked, one in got)
        moved = any(one[2] >= since_day for _, one in got)
        awaited = full < len(held) and sent_on >= forgotten
        if sent_on >= since_day or moved or awaited:
            began = min((one[1] for _, one in got), default=None)
            found.append(
                MonthOrder(number or "", source or "", sent_on, began, len(held), full, len(got) - full)
            )
    return tuple(sorted(found, key=lambda x: (x.sent_on, x.number)))


def _broken(piece: Any, until: date) -> Broken | None:
    events = [event for event in piece.events if event.day <= until]
    state = state_of(events)
    if state not in ("broken", "away", "partly"):
        return None
    begun = since(events)
    return Broken(piece.name, state, begun.isoformat() if begun else None)


def _judged(connection: Connection, clinic: Id, month: str, last: date, today: date) -> Judged | None:
    if today <= last:
        return None
    told = dict(scores(connection, clinic, last + timedelta(1)).months).get(month)
    if told is None or not told.n:
        return None
    return Judged(told.n, told.within, None if told.better is None else round(1000 * told.better))


def _between(table: Any) -> tuple[Any, ...]:
    return (
        table.c.clinic == bindparam("clinic"), table.c.live == 1, table.c.happened_on >= bindparam("since"),
        table.c.happened_on <= bindparam("until"),
    )  # fmt: skip


_UNMET = Prepared(
    lambda: (
        select(_U.c.item, func.sum(_U.c.quantity).label("units"), func.count().label("times"))
        .where(*_between(_U))
        .group_by(_U.c.item)
    )
)
_GONE = Prepared(
    lambda: (
        select(_M.c.kind, _M.c.item, func.sum(_M.c.quantity).label("units"))
        .where(*_between(_M))
        .group_by(_M.c.kind, _M.c.item)
    )
)
_CAME = Prepared(
    lambda: (
        select(
            _L.c.id, func.sum(_M.c.quantity).label("units"), func.min(_M.c.happened_on).label("begun"),
            func.max(_M.c.happened_on).label("latest"),
        )
        .join_from(_L, _M, _M.c.line == _L.c.id)
        .where(
            _L.c.clinic == bindparam("clinic"), _L.c.live == 1, _M.c.live == 1, _M.c.happened_on <= bindparam("until")
        )
        .group_by(_L.c.id)
    )
)  # fmt: skip
_LINES = Prepared(
    lambda: select(_L.c.id, _L.c.order, _L.c.requested).where(_L.c.clinic == bindparam("clinic"), _L.c.live == 1)
)
_SENT = Prepared(
    lambda: select(_O.c.id, _O.c.number, _O.c.source, _O.c.state, _O.c.sent_on).where(
        _O.c.clinic == bindparam("clinic"), _O.c.live == 1, _O.c.sent_on.is_not(None),
        _O.c.sent_on <= bindparam("until"),
    )
)  # fmt: skip
