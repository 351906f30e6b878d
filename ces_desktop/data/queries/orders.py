"""Orders with what came of them, what is on its way, and what past deliveries teach: read from orders and movements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import BindParameter, Connection, Select, bindparam, func, literal, select

from ces_desktop.data.models import (
    ItemRecord,
    MovementRecord,
    OrderLineRecord,
    SupplyCycleRecord,
    SupplyOrderRecord,
    table_of,
)
from ces_desktop.data.queries.prepared import Prepared
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.orders import Past, Received, State, counted_on, state_of

_O, _L, _M, _I = (table_of(m) for m in (SupplyOrderRecord, OrderLineRecord, MovementRecord, ItemRecord))
_CLINIC: BindParameter[bytes] = bindparam("clinic")
EVER = "0001-01-01"


@dataclass(frozen=True, slots=True)
class Cycle:
    """How a source supplies the clinic, as somebody set it; None = not set."""

    source: str
    id: Id | None = None
    review_days: int | None = None
    lead_days: int | None = None
    next_delivery_on: str | None = None
    budget: int | None = None


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order in a list. `lines` with something asked for; units asked for and come, what came in place included."""

    id: Id
    number: str
    source: str
    state: State
    happened_on: str
    sent_on: str | None
    expected_on: str | None
    budget: int | None
    note: str
    lines: int
    requested: int
    received: int
    first_on: str | None
    last_on: str | None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line with its item and what came. `average` in hundredths of the unit, `risk` in thousandths."""

    id: Id
    item: Id
    code: str
    name_es: str
    name_en: str
    unit: str
    ven: str
    proposed: int
    requested: int
    pack: int
    reason: str
    on_hand: int
    in_transit: int
    average: int | None
    risk: int | None
    classic: int | None
    came: Received
    in_place: tuple[str, ...] = ()
    """Names (Spanish) of what came in its place."""

    def name(self, language: str) -> str:
        """Generic name and strength."""
        return (self.name_es if language.startswith("es") else self.name_en) or self.name_es


@dataclass(frozen=True, slots=True)
class OrderFile:
    """An order whole, its lines by name."""

    order: OrderRow
    lines: tuple[OrderLine, ...]


def cycles(connection: Connection, clinic: Id) -> dict[str, Cycle]:
    """The supply cycle of each source for which somebody set one; the one set last counts."""
    found = {}
    for row in _CYCLES.records(connection, clinic=clinic):
        source = row["source"] or ""
        found[source] = Cycle(
            source, Id(row["id"]), row["review_days"], row["lead_days"], row["next_delivery_on"], row["budget"]
        )
    return found


def order_rows(connection: Connection, clinic: Id) -> list[OrderRow]:
    """All orders, the newest first."""
    asked: defaultdict[bytes, dict[bytes, int]] = defaultdict(dict)
    for line, order, requested in _ASKED(connection, clinic=clinic):
        asked[order][line] = requested or 0
    came = _came(connection, clinic)
    found = [_row(r, asked.get(r["id"], {}), came) for r in _ORDERS.records(connection, clinic=clinic)]
    return sorted(found, key=lambda o: (o.happened_on, o.number, o.id), reverse=True)


def order_file(connection: Connection, clinic: Id, order: Id) -> OrderFile | None:
    """One order with its lines; None when it is gone."""
    heads = _ORDER.records(connection, clinic=clinic, order=order)
    if not heads:
        return None
    rows = _LINES.records(connection, clinic=clinic, order=order)
    came = _came(connection, clinic, order)
    lines = tuple(_line(r, came.get(r["id"], {})) for r in rows)
    head = _row(heads[0], {r["id"]: r["requested"] or 0 for r in rows}, came)
    return OrderFile(head, tuple(sorted(lines, key=lambda x: (x.name_es, x.id))))


def in_transit(connection: Connection, clinic: Id, today: date) -> dict[Id, int]:
    """Units of each item asked for and not come, of orders still counted on."""
    came = _came(connection, clinic)
    lines: defaultdict[bytes, list[tuple[bytes, bytes, int]]] = defaultdict(list)
    for line, order, item, requested in _OPEN(connection, clinic=clinic):
        lines[order].append((line, item, requested or 0))
    found: defaultdict[Id, int] = defaultdict(int)
    for r in _ORDERS.records(connection, clinic=clinic):
        held = lines.get(r["id"], ())
        state = state_of(_state(r), [(units, _received(item, came.get(line, {}))) for line, item, units in held])
        if counted_on(state, r["sent_on"], r["expected_on"], today):
            for line, item, units in held:
                got = _received(item, came.get(line, {}))
                if units > got.units + got.substituted:
                    found[Id(item)] += units - got.units - got.substituted
    return dict(found)


def past_orders(connection: Connection, clinic: Id, source: str | None = None) -> list[Past]:
    """Orders that were sent and not cancelled, oldest first: what lead times and fills are learnt from."""
    return [
        Past(row.sent_on, row.first_on, row.requested, row.received)
        for row in reversed(order_rows(connection, clinic))
        if row.sent_on is not None and row.state not in ("draft", "cancelled") and source in (None, row.source)
    ]


Came = Mapping[bytes, tuple[int, str, str]]
"""Item that came → units, first and last ISO day."""


def _came(connection: Connection, clinic: Id, order: Id | None = None) -> Mapping[bytes, Came]:
    """Order line → what came for it; a movement taken back came not."""
    found: defaultdict[bytes, dict[bytes, tuple[int, str, str]]] = defaultdict(dict)
    given: dict[str, Any] = {"clinic": clinic} if order is None else {"clinic": clinic, "order": order}
    back = {(line, item): int(q) for line, item, q in (_BACK if order is None else _BACK_OF)(connection, **given)}
    for line, item, units, first, last in (_CAME if order is None else _CAME_OF)(connection, **given):
        left = int(units) + back.get((line, item), 0)
        if left > 0:
            found[line][item] = (left, first, last)
    return dict(found)


def _received(item: bytes, came: Came) -> Received:
    if not came:
        return Received()
    own = came.get(item, (0, "", ""))[0]
    firsts, lasts = [x[1] for x in came.values()], [x[2] for x in came.values()]
    return Received(own, sum(x[0] for x in came.values()) - own, min(firsts), max(lasts))


def _state(row: dict[str, Any]) -> State:
    return cast(State, row["state"] or "draft")


def _row(row: dict[str, Any], asked: Mapping[bytes, int], came: Mapping[bytes, Came]) -> OrderRow:
    totals = [(units, sum(x[0] for x in came.get(line, {}).values())) for line, units in asked.items()]
    all_came = [x for line in asked for x in came.get(line, {}).values()]
    return OrderRow(
        Id(row["id"]), row["number"] or "", row["source"] or "",
        state_of(_state(row), [(units, Received(got)) for units, got in totals]), row["happened_on"] or "",
        row["sent_on"], row["expected_on"], row["budget"], row["note"] or "", sum(units > 0 for units, _ in totals),
        sum(units for units, _ in totals), sum(got for _, got in totals),
        min((x[1] for x in all_came), default=None), max((x[2] for x in all_came), default=None),
    )  # fmt: skip


def _line(row: dict[str, Any], came: Came) -> OrderLine:
    return OrderLine(
        Id(row["id"]), Id(row["item"]), row["code"] or "", row["name_es"] or "", row["name_en"] or "",
        row["unit"] or "", row["ven"] or "", row["proposed"] or 0, row["requested"] or 0, row["pack"] or 1,
        row["reason"] or "", row["on_hand"] or 0, row["in_transit"] or 0, row["average"], row["risk"], row["classic"],
        _received(row["item"], came),
    )  # fmt: skip


_OWN = (
    "id", "item", "proposed", "requested", "pack", "reason", "on_hand", "in_transit", "average", "risk", "classic",
)  # fmt: skip
_NAMES = ("code", "name_es", "name_en", "unit", "ven")


def _orders(*more: Any) -> Select[Any]:
    columns = ("id", "number", "source", "state", "happened_on", "sent_on", "expected_on", "budget", "note")
    return select(*(_O.c[c] for c in columns)).where(_O.c.clinic == _CLINIC, _O.c.live == 1, *more)


def _lines() -> Select[Any]:
    return (
        select(*(_L.c[c] for c in _OWN), *(_I.c[c] for c in _NAMES))
        .join_from(_L, _I, _I.c.id == _L.c.item)
        .where(_L.c.clinic == _CLINIC, _L.c.order == bindparam("order"), _L.c.live == 1)
    )


def _movements(one: bool) -> Select[Any]:
    days = func.min(_M.c.happened_on).label("first"), func.max(_M.c.happened_on).label("last")
    query = select(_L.c.id, _M.c.item, func.sum(_M.c.quantity).label("units"), *days).join_from(
        _L, _M, _M.c.line == _L.c.id
    )
    held = (_L.c.clinic == _CLINIC, _L.c.live == 1, _M.c.live == 1, _M.c.reverses.is_(None))
    return query.where(*held, *_of(one)).group_by(_L.c.id, _M.c.item)


def _taken_back(one: bool) -> Select[Any]:
    back = _M.alias("back")
    query = (
        select(_L.c.id, _M.c.item, func.sum(back.c.quantity).label("units"))
        .join_from(_L, _M, _M.c.line == _L.c.id)
        .join(back, back.c.reverses == _M.c.id)
    )
    held = (_L.c.clinic == _CLINIC, _L.c.live == 1, _M.c.live == 1, back.c.live == 1)
    return query.where(*held, *_of(one)).group_by(_L.c.id, _M.c.item)


def _of(one: bool) -> Sequence[Any]:
    return (_L.c.order == bindparam("order"),) if one else ()


_CYCLES = Prepared(
    lambda: (
        select(*(table_of(SupplyCycleRecord).c[c] for c in (
            "id", "source", "review_days", "lead_days", "next_delivery_on", "budget",
        )))
        .where(table_of(SupplyCycleRecord).c.clinic == _CLINIC, table_of(SupplyCycleRecord).c.live == 1)
        .order_by(table_of(SupplyCycleRecord).c.recorded_at, table_of(SupplyCycleRecord).c.id)
    )
)  # fmt: skip
_ORDERS = Prepared(_orders)
_ORDER = Prepared(lambda: _orders(_O.c.id == bindparam("order")))
_LINES = Prepared(_lines)
_ASKED = Prepared(lambda: select(_L.c.id, _L.c.order, _L.c.requested).where(_L.c.clinic == _CLINIC, _L.c.live == 1))
_OPEN = Prepared(
    lambda: (
        select(_L.c.id, _L.c.order, _L.c.item, _L.c.requested)
        .join_from(_L, _O, _O.c.id == _L.c.order)
        .where(
            _L.c.clinic == _CLINIC, _L.c.live == 1, _O.c.live == 1,
            _O.c.state.in_([literal("sent"), literal("partly_received")]),
        )
    )
)  # fmt: skip
_CAME, _CAME_OF = Prepared(lambda: _movements(False)), Prepared(lambda: _movements(True))
_BACK, _BACK_OF = Prepared(lambda: _taken_back(False)), Prepared(lambda: _taken_back(True))
