"""What was asked of each item, month by month, and on how many days of each month there was any.

Demand = what was handed out or used here, and what somebody needed and was not there. Both are read off the sums that
are kept beside the ledger (`stock_month`), so that five years of all items cost a tenth of a second; days after the
last movement follow from what is left and when it expires.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from ces_desktop.data.collector import uncollected
from ces_desktop.data.journal.stock_sums import NO_LOT
from ces_desktop.data.models import LotRecord, StockLotRecord, StockMonthRecord, UnmetDemandRecord
from ces_desktop.data.queries.prepared import Prepared
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.months import still_stocked

MONTHS = 60
"""Months looked back."""


@dataclass(frozen=True, slots=True)
class Series:
    """One item, month by month from `start` (YYYY-MM), the first in which the ledger knows it, to the month of today.

    `used`: units handed out or used; `unmet`: asked for and not there; `stocked`: days with usable stock.
    """

    item: Id
    start: str
    used: tuple[int, ...]
    unmet: tuple[int, ...]
    stocked: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Demand:
    """All items the ledger knows. `days`: days of each month since `first` (YYYY-MM) that are over, today included."""

    first: str
    days: tuple[int, ...]
    series: Mapping[Id, Series]


def demand(connection: Connection, clinic: Id, today: date, months: int = MONTHS) -> Demand:
    """Every item with a movement or an unmet demand until today, over the last `months`, this one included."""
    with uncollected():
        return _read(connection, clinic, today, months)


def _read(connection: Connection, clinic: Id, today: date, months: int) -> Demand:
    edges = [month_add(today.replace(day=1), n) for n in range(1 - months, 2)]
    names = [edge.isoformat()[:7] for edge in edges[:-1]]
    days = tuple((min(b, date.fromordinal(today.toordinal() + 1)) - a).days for a, b in pairwise(edges))
    given: dict[str, Any] = {"clinic": clinic, "since": names[0]}
    places = {name: place for place, name in enumerate(names)}
    moved: defaultdict[bytes, list[tuple[int, int, int]]] = defaultdict(list)
    for item, month, used, stocked in _MOVED(connection, **given, until=names[-1]):
        moved[item].append((places[month], used, stocked))
    begins = dict(_FIRSTS(connection, clinic=clinic))
    unmet: defaultdict[bytes, dict[str, int]] = defaultdict(dict)
    for item, month, units in _UNMET(connection, clinic=clinic, since=edges[0].isoformat(), until=today.isoformat()):
        unmet[item][month] = int(units)
    held = _Held(connection, clinic)
    until = [(1 << length) - 1 for length in days]
    series = {}
    for item in sorted({*begins, *unmet}):
        first = begins.get(item, "")
        begin = min([max(first, names[0])] * bool(first and first <= names[-1]) + list(unmet[item]), default="")
        if not begin:
            continue
        start = places[begin]
        asked, bits = [0] * (months - start), [-1] * (months - start)
        for place, used, stocked in moved.get(item, ()):
            asked[place - start], bits[place - start] = max(0, used), stocked
        for place, stocked in enumerate(bits, start):
            if stocked < 0:
                bits[place - start] = held.still(item, edges[place]) if first and first < names[place] else 0
        shares = tuple((b & whole).bit_count() for b, whole in zip(bits, until[start:], strict=True))
        lost = tuple(unmet[item].get(name, 0) for name in names[start:]) if item in unmet else (0,) * len(bits)
        series[Id(item)] = Series(Id(item), begin, tuple(asked), lost, shares)
    return Demand(names[0], days, series)


class _Held:
    """What is left of each lot, asked for the items that did not move up to this month."""

    def __init__(self, connection: Connection, clinic: Id) -> None:
        self._lots: defaultdict[bytes, dict[Id | None, int]] = defaultdict(dict)
        self._expiries: dict[Id, date | None] = {}
        for item, lot, quantity, expiry in _LEFT(connection, clinic=clinic):
            key = None if lot == NO_LOT else Id(lot)
            self._lots[item][key] = quantity
            if key is not None:
                self._expiries[key] = date.fromisoformat(expiry) if expiry else None

    def still(self, item: bytes, month: date) -> int:
        """Days of a month after the last movement with usable stock, as bits."""
        lots = self._lots.get(item)
        if not lots:
            return 0
        return still_stocked(lots, {key: self._expiries[key] for key in lots if key is not None}, month)


def _moved() -> Any:
    m = StockMonthRecord
    return select(m.item, m.month, m.used, m.stocked).where(
        m.clinic == bindparam("clinic"), m.month >= bindparam("since"), m.month <= bindparam("until")
    )


def _firsts() -> Any:
    m = StockMonthRecord
    return select(m.item, func.min(m.month).label("first")).where(m.clinic == bindparam("clinic")).group_by(m.item)


def _unmet_by_month() -> Any:
    u = UnmetDemandRecord
    month = func.substr(u.happened_on, 1, 7)
    return (
        select(u.item, month.label("month"), func.sum(u.quantity).label("units"))
        .where(
            u.clinic == bindparam("clinic"), u.live == 1, u.happened_on >= bindparam("since"),
            u.happened_on <= bindparam("until"),
        )
        .group_by(u.item, month)
    )  # fmt: skip


def _left() -> Any:
    s, x = StockLotRecord.__table__, LotRecord.__table__
    lots = s.outerjoin(x, x.c.id == s.c.lot)
    return (
        select(s.c.item, s.c.lot, s.c.quantity, x.c.expiry).select_from(lots).where(s.c.clinic == bindparam("clinic"))
    )


_MOVED, _FIRSTS = Prepared(_moved), Prepared(_firsts)
_UNMET, _LEFT = Prepared(_unmet_by_month), Prepared(_left)
