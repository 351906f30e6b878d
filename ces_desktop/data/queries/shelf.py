"""The shelf: every item that is kept or moved here, with what is left, how long it lasts, and how it stands.

Read from the sums beside the ledger (`stock_lot`, `stock_month`): its cost grows with the items, not with the years.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, literal, select

from ces_desktop.data.models import (
    CountLineRecord,
    ItemRecord,
    ItemShelfRecord,
    LotRecord,
    MovementRecord,
    StockLotRecord,
    StockMonthRecord,
    UnmetDemandRecord,
    table_of,
)
from ces_desktop.data.queries.orders import cycles, in_transit, order_rows
from ces_desktop.data.queries.prepared import Prepared
from ces_desktop.data.queries.stock import ITEM_COLUMNS, NO_LOT, StockItem, item_of
from ces_desktop.data.reference import NETWORK
from ces_desktop.domain.calendar import local_day, month_add
from ces_desktop.domain.identity import fold
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply import shelf as rules
from ces_desktop.domain.supply.ledger import LotStock, usable_stock
from ces_desktop.domain.supply.months import still_stocked
from ces_desktop.domain.supply.orders import Past, learnt
from ces_desktop.domain.supply.shelf import MonthUse

MONTHS = 13
"""Months looked back, this one included: a year tells whether anybody still asks for an item."""
SHOWN = 8
"""Months of the small line."""
TYPICAL_LEAST = 3.0
"""Months from an order to the arrival of the next, while nothing is known: a two-month cycle, a month on the way."""

_I, _S, _M, _L, _U, _K, _C, _V = (
    table_of(m)
    for m in (
        ItemRecord, StockLotRecord, StockMonthRecord, LotRecord, UnmetDemandRecord, ItemShelfRecord, CountLineRecord,
        MovementRecord,
    )
)  # fmt: skip
_CLINIC: BindParameter[bytes] = bindparam("clinic")
_SINCE: BindParameter[str] = bindparam("since")


@dataclass(frozen=True, slots=True)
class Kept:
    """What the clinic decided: `kept` "" = nothing; `most`: units that fit."""

    kept: str = ""
    location: str = ""
    most: int | None = None


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """An item on the shelf. `on_hand`: units by the ledger; `usable`: of these in date, less what was given without a
    lot.

    `soon`: units that will expire unused within 90 days; `months`: oldest first; `since`: the last day there was any,
    where there is none; `counted`: the day of the last count.
    """

    item: StockItem
    on_hand: int
    usable: int
    expired: int
    negative: int
    lots: tuple[LotStock, ...]
    soon: int
    months: tuple[MonthUse, ...]
    bits: tuple[int, ...]
    average: float | None
    lasts: float | None
    since: date | None
    counted: date | None
    first: str
    kept: Kept
    in_transit: int
    least: float

    @property
    def expiry(self) -> date | None:
        """The last day of use of what expires first."""
        return min((x.expiry for x in self.lots if x.expiry is not None and x.quantity > 0), default=None)

    @property
    def lively(self) -> bool:
        """Somebody asked for it in a year, or the clinic decided to keep it."""
        return self.kept.kept == "yes" or (self.kept.kept != "no" and any(m.used or m.unmet for m in self.months))

    def uncounted(self, today: date) -> bool:
        """Something of it is or was here for 60 days that nobody counted."""
        line = today - timedelta(rules.UNCOUNTED_DAYS)
        known = self.counted or (date.fromisoformat(f"{self.first}-01") if self.first else today)
        return known < line and (self.on_hand != 0 or self.lively)

    def standing(self, risk: float | None = None) -> rules.Standing:
        """How it stands; `risk` = probability of running out before the next delivery, where it was worked out."""
        return rules.standing(
            usable=self.usable,
            negative=self.negative < 0,
            expired=self.expired,
            soon=self.soon,
            lively=self.lively,
            months=self.lasts,
            least=self.least,
            risk=risk,
        )


@dataclass(frozen=True, slots=True)
class Shelf:
    """Items kept or moved here, by name, the others of the catalogue, and when which source delivers next (ISO)."""

    rows: tuple[ShelfRow, ...]
    others: tuple[StockItem, ...]
    counted: date | None
    next_delivery: Mapping[str, str]


class _Reads:
    """The statements of the shelf, or those of one item."""

    def __init__(self, one: bool) -> None:
        def of(table: Any) -> tuple[Any, ...]:
            return (table.c.clinic == _CLINIC, *((table.c.item == bindparam("item"),) if one else ()))

        this = (_I.c.id == bindparam("item"),) if one else (_I.c.kind != literal("equipment"),)
        self.items = Prepared(lambda: select(*(_I.c[c] for c in ITEM_COLUMNS)).where(_I.c.live == 1, *this))
        self.lots = Prepared(
            lambda: (
                select(_S.c.item, _S.c.lot, _S.c.quantity, _L.c.number, _L.c.expiry)
                .select_from(_S.outerjoin(_L, _L.c.id == _S.c.lot))
                .where(*of(_S))
            )
        )
        self.months = Prepared(
            lambda: select(_M.c.item, _M.c.month, _M.c.used, _M.c.stocked).where(*of(_M), _M.c.month >= _SINCE)
        )
        first_day = (
            select(_V.c.happened_on)
            .where(_V.c.clinic == _CLINIC, _V.c.item == _M.c.item, _V.c.live == 1)
            .order_by(_V.c.happened_on)
            .limit(1)
            .scalar_subquery()
        )
        self.firsts = Prepared(
            lambda: (
                select(_M.c.item, func.min(_M.c.month).label("first"), first_day.label("day"))
                .where(*of(_M))
                .group_by(_M.c.item)
            )
        )
        self.unmet = Prepared(
            lambda: select(_U.c.item, _U.c.happened_on, _U.c.quantity).where(
                *of(_U), _U.c.happened_on >= _SINCE, _U.c.live == 1
            )
        )
        self.kept = Prepared(
            lambda: (
                select(_K.c.item, _K.c.kept, _K.c.location, _K.c.most)
                .where(*of(_K), _K.c.live == 1)
                .order_by(_K.c.recorded_at, _K.c.id)
            )
        )
        self.counted = Prepared(
            lambda: (
                select(_C.c.item, func.max(_C.c.counted_at).label("at"))
                .where(*of(_C), _C.c.live == 1, _C.c.counted.is_not(None))
                .group_by(_C.c.item)
            )
        )


_ALL, _ONE = _Reads(False), _Reads(True)


def shelf(connection: Connection, clinic: Id, today: date, months: int = MONTHS, only: Id | None = None) -> Shelf:
    """The shelf of a day, by name; `only` one item, and then of so many months."""
    first = month_add(today.replace(day=1), 1 - months)
    starts = [month_add(first, n) for n in range(months + 1)]
    names = [(a.isoformat()[:7], a, min((b - a).days, (today - a).days + 1)) for a, b in pairwise(starts)]
    read = _ALL if only is None else _ONE
    here = {"clinic": clinic} if only is None else {"clinic": clinic, "item": only}
    lots: defaultdict[bytes, list[LotStock]] = defaultdict(list)
    for item, lot, quantity, number, expiry in read.lots(connection, **here):
        until = date.fromisoformat(expiry) if expiry else None
        lots[item].append(LotStock(None if lot == NO_LOT else Id(lot), number or "", until, quantity))
    for each in lots.values():  # what expires first first, in one order whatever the database answers in
        each.sort(key=lambda x: (x.lot is None, x.expiry or date.max, x.number, x.lot or b""))
    moved: defaultdict[bytes, dict[str, tuple[int, int]]] = defaultdict(dict)
    for item, month, used, stocked in read.months(connection, **here, since=names[0][0]):
        moved[item][month] = (used, stocked)
    firsts, known = dict[bytes, str](), dict[bytes, str]()
    for item, month, day in read.firsts(connection, **here):
        firsts[item], known[item] = month, day or f"{month}-01"
    unmet: defaultdict[bytes, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for item, day, quantity in read.unmet(connection, **here, since=first.isoformat()):
        unmet[item][day[:7]] += quantity
        known[item] = min(day, known.get(item, day))
    kept = {i: Kept(k or "", where or "", most) for i, k, where, most in read.kept(connection, **here)}
    counted = {item: local_day(at) for item, at in read.counted(connection, **here) if at}
    coming = in_transit(connection, clinic, today)
    least, deliveries = _supply(connection, clinic, today)
    rows, others = [], []
    for row in read.items.records(connection, **({} if only is None else {"item": only})):
        if row["clinic"] not in (NETWORK, clinic):
            continue
        item, key = item_of(row), row["id"]
        if only is None and key not in firsts and key not in kept and key not in unmet:
            others.append(item)
            continue
        since = known.get(key, "")
        uses, bits = _months(names, firsts.get(key, ""), since, moved.get(key, {}), unmet.get(key, {}), lots[key])
        rows.append(
            _row(item, lots[key], uses, bits, firsts.get(key, ""), kept.get(key, Kept()), counted.get(key),
                 coming.get(item.id, 0), least.get(item.source, TYPICAL_LEAST), today)
        )  # fmt: skip
    return Shelf(
        tuple(sorted(rows, key=lambda r: (fold(r.item.name_es), r.item.code, r.item.id))),
        tuple(sorted(others, key=lambda i: (fold(i.name_es), i.code, i.id))),
        max(counted.values(), default=None),
        deliveries,
    )


def _row(
    item: StockItem,
    lots: Sequence[LotStock],
    months: tuple[MonthUse, ...],
    bits: tuple[int, ...],
    first: str,
    kept: Kept,
    counted: date | None,
    coming: int,
    least: float,
    today: date,
) -> ShelfRow:
    usable = usable_stock(lots, today)
    short = sum(x.quantity for x in lots if x.quantity < 0)
    monthly = rules.average(months if today.day >= 15 else months[:-1])
    since = None if usable > 0 else rules.last_stocked([(m.month, b) for m, b in zip(months, bits, strict=True)], today)
    return ShelfRow(
        item,
        on_hand=sum(x.quantity for x in lots),
        usable=usable,
        expired=sum(x.quantity for x in lots if x.quantity > 0 and x.lot and not x.usable(today)),
        negative=short,
        lots=tuple(lots),
        soon=rules.expiring(lots, today, monthly),
        months=months,
        bits=bits,
        average=monthly,
        lasts=rules.months_of_stock(usable, monthly),
        since=since,
        counted=counted,
        first=first,
        kept=kept,
        in_transit=coming,
        least=least,
    )


def _months(
    names: Sequence[tuple[str, date, int]],
    first: str,
    known: str,
    moved: Mapping[str, tuple[int, int]],
    unmet: Mapping[str, int],
    lots: Sequence[LotStock],
) -> tuple[tuple[MonthUse, ...], tuple[int, ...]]:
    """The months from that of the first movement on; days after the last movement by what is left.

    `known`: the ISO day from which the ledger says whether there was any; "" = never: no month is told of then.
    """
    begin = first or known[:7]
    if not begin:
        return (), ()
    held, expiries = {x.lot: x.quantity for x in lots}, {x.lot: x.expiry for x in lots if x.lot is not None}
    found, days = [], []
    for name, start, over in names:
        if name < begin and name not in unmet:
            continue
        used, bits = moved.get(name, (0, -1))
        if bits < 0:
            bits = still_stocked(held, expiries, start) if first and name > first else 0
        bits &= (1 << over) - 1
        before = min(over, int(known[8:]) - 1) if known[:7] == name else 0
        found.append(MonthUse(name, used, unmet.get(name, 0), bits.bit_count(), over, before))
        days.append(bits)
    return tuple(found), tuple(days)


def _supply(connection: Connection, clinic: Id, today: date) -> tuple[dict[str, float], dict[str, str]]:
    """For each source: months from an order to the arrival of the one after it, and the day of the next delivery."""
    told, least = cycles(connection, clinic), {}
    past: defaultdict[str, list[Past]] = defaultdict(list)
    for order in reversed(order_rows(connection, clinic)):
        if order.sent_on is not None and order.state not in ("draft", "cancelled"):
            past[order.source].append(Past(order.sent_on, order.first_on, order.requested, order.received))
    for source in {*past, *told}:
        cycle = told.get(source)
        taught = learnt(
            past[source],
            today,
            cycle.review_days if cycle else None,
            cycle.lead_days if cycle else None,
        )
        if taught.leads or taught.reviews:
            least[source] = _middle(taught.leads, 1.0) + _middle(taught.reviews, 2.0)
    return least, {s: c.next_delivery_on for s, c in told.items() if c.next_delivery_on}


def _middle(values: Sequence[float], otherwise: float) -> float:
    return sorted(values)[len(values) // 2] if values else otherwise


def shelf_row(connection: Connection, clinic: Id, item: Id, today: date, months: int = MONTHS) -> ShelfRow | None:
    """One item of the shelf, whether it is kept or not; None where the catalogue does not have it."""
    found = shelf(connection, clinic, today, months, item).rows
    return found[0] if found else None


def empty_row(item: StockItem) -> ShelfRow:
    """An item of the catalogue that was never here."""
    return ShelfRow(
        item, on_hand=0, usable=0, expired=0, negative=0, lots=(), soon=0, months=(), bits=(), average=None, lasts=None,
        since=None, counted=None, first="", kept=Kept(), in_transit=0, least=TYPICAL_LEAST,
    )  # fmt: skip
