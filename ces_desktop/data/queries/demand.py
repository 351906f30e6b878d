"""What was asked of each item, month by month, and on how many days of each month there was any: read off the ledger.

Demand = what was handed out or used here, and what somebody needed and was not there. Days with stock follow
`domain/supply/ledger.days_with_stock` exactly, for all items at once: SQL sums the ledger by item, day and lot, arrays
of items × days do the rest. A movement taken back counts for the month of the movement it takes back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, func, literal, select

from ces_desktop.data.collector import uncollected
from ces_desktop.data.models import LotRecord, MovementRecord, UnmetDemandRecord
from ces_desktop.data.queries.prepared import Prepared
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.ledger import KINDS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MONTHS = 60
"""Months looked back."""
DEMAND = tuple(sorted(code for code, kind in KINDS.items() if kind.demand))


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


def demand(
    connection: Connection, clinic: Id, today: date, months: int = MONTHS, items: Sequence[Id] | None = None
) -> Demand:
    """Every item with a movement or an unmet demand until today, over the last `months`, this one included.

    `items`: only these. Costs one pass over the ledger's index and arrays of items × days.
    """
    first = month_add(today.replace(day=1), 1 - months)
    lengths = _month_days(first, today, months)
    with uncollected():
        used = _by_month(connection, clinic, first, today)
        unmet = _unmet(connection, clinic, first, today)
        starts, stocked = _days(connection, clinic, first, today, lengths)
    series = {}
    for item in sorted({*starts, *used, *unmet}):
        if items is not None and item not in items:
            continue
        asked, missed = used.get(item, {}), unmet.get(item, {})
        begin = min([starts.get(item, months), *asked, *missed])
        if begin < months:
            known = stocked.get(item, [0] * months)
            series[Id(item)] = Series(
                Id(item),
                month_add(first, begin).isoformat()[:7],
                tuple(max(0, asked.get(m, 0)) for m in range(begin, months)),
                tuple(missed.get(m, 0) for m in range(begin, months)),
                tuple(known[begin:]),
            )
    return Demand(first.isoformat()[:7], lengths, series)


def _month_days(first: date, today: date, months: int) -> tuple[int, ...]:
    edges = [month_add(first, m) for m in range(months)]
    return tuple((min(month_add(edge, 1), date.fromordinal(today.toordinal() + 1)) - edge).days for edge in edges)


def _place(day: str, first: date) -> int:
    """The month of an ISO day, counted from the first."""
    return int(day[:4]) * 12 + int(day[5:7]) - first.year * 12 - first.month


# ------------------------------------------------------------------ what was asked for
def _by_month(connection: Connection, clinic: Id, first: date, today: date) -> dict[bytes, dict[int, int]]:
    """Units of demand by item and month; what was taken back is taken from the month it had been written for."""
    given: dict[str, Any] = {"clinic": clinic, "since": first.isoformat(), "until": today.isoformat()}
    found: defaultdict[bytes, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    for statement in (_USED, _TAKEN_BACK):
        for item, month, units in statement(connection, **given):
            found[item][_place(month, first)] += int(units)
    return {item: dict(months) for item, months in found.items()}


def _unmet(connection: Connection, clinic: Id, first: date, today: date) -> dict[bytes, dict[int, int]]:
    found: defaultdict[bytes, dict[int, int]] = defaultdict(dict)
    given: dict[str, Any] = {"clinic": clinic, "since": first.isoformat(), "until": today.isoformat()}
    for item, month, units in _UNMET(connection, **given):
        found[item][_place(month, first)] = int(units)
    return dict(found)


def _used_by_month() -> Any:
    m = MovementRecord
    month = func.substr(m.happened_on, 1, 7)
    return (
        select(m.item, month.label("month"), (-func.sum(m.quantity)).label("units"))
        .where(
            m.clinic == bindparam("clinic"), m.live == 1, m.reverses.is_(None),
            m.kind.in_([literal(k) for k in DEMAND]),
            m.happened_on >= bindparam("since"), m.happened_on <= bindparam("until"),
        )
        .group_by(m.item, month)
    )  # fmt: skip


def _reversed_by_month() -> Any:
    m, was = MovementRecord, MovementRecord.__table__.alias("was")
    month = func.substr(was.c.happened_on, 1, 7)
    return (
        select(m.item, month.label("month"), (-func.sum(m.quantity)).label("units"))
        .join(was, was.c.id == m.reverses)
        .where(
            m.clinic == bindparam("clinic"), m.live == 1, m.reverses.is_not(None),
            was.c.kind.in_([literal(k) for k in DEMAND]),
            was.c.happened_on >= bindparam("since"), m.happened_on <= bindparam("until"),
        )
        .group_by(m.item, month)
    )  # fmt: skip


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


_USED, _TAKEN_BACK, _UNMET = Prepared(_used_by_month), Prepared(_reversed_by_month), Prepared(_unmet_by_month)


# ------------------------------------------------------------------ on which days there was any
def _days(
    connection: Connection, clinic: Id, first: date, today: date, lengths: tuple[int, ...]
) -> tuple[dict[bytes, int], dict[bytes, list[int]]]:
    """The month in which the ledger first knows each item, and its days with stock in each month."""
    import numpy as np

    given: dict[str, Any] = {"clinic": clinic, "since": first.isoformat()}
    opening = _OPENING(connection, **given)
    rows = _EVENTS(connection, **given, until=today.isoformat())
    items = {item: row for row, item in enumerate(sorted({r[0] for r in opening} | {r[0] for r in rows}))}
    if not items:
        return {}, {}
    span = (today - first).days + 1
    starts = dict.fromkeys((r[0] for r in opening), 0)
    for item, day, *_ in rows:
        if item not in starts:
            starts[item] = _place(day, first)  # rows come by day
    had = _had_stock(items, opening, rows, _expiries(connection, clinic, first), first, span)
    edges = np.cumsum([0, *lengths[:-1]])
    months = np.add.reduceat(had, edges, axis=1, dtype=np.int64)
    return starts, {item: months[row].tolist() for item, row in items.items()}


def _had_stock(
    items: Mapping[bytes, int],
    opening: Sequence[tuple[Any, ...]],
    rows: Sequence[tuple[Any, ...]],
    expiries: Mapping[bytes, int],
    first: date,
    span: int,
) -> NDArray[np.bool_]:
    """Items × days: whether there was any usable unit at some time of the day.

    Column 0 of the arrays is the day before `first`. `moved`: change of usable units by movements of the day;
    `fell`: usable units that are past their date since the day began.
    """
    import numpy as np

    days = {date.fromordinal(first.toordinal() + n).isoformat(): n + 1 for n in range(span)}
    lots: dict[tuple[int, bytes | None], int] = {}
    who = [lots.setdefault((items[r[0]], r[1]), len(lots)) for r in opening]
    who += [lots.setdefault((items[r[0]], r[2]), len(lots)) for r in rows]
    when = np.array([0] * len(opening) + [days[r[1]] for r in rows], dtype=np.int64)
    units = np.array([int(r[2]) for r in opening] + [int(r[3]) for r in rows], dtype=np.int64)
    came = np.array([False] * len(opening) + [r[4] > 0 for r in rows], dtype=bool)
    lot = np.array(who, dtype=np.int64)
    item_of = np.array([item for item, _ in lots], dtype=np.int64)
    bare = np.array([name is None for _, name in lots], dtype=bool)
    last = np.array([span if n is None else expiries.get(n, span) for _, n in lots], dtype=np.int64)
    order = np.lexsort((when, lot))
    lot, when, units, came = lot[order], when[order], units[order], came[order]
    held = np.cumsum(units)
    begins = np.flatnonzero(np.diff(lot, prepend=-1))
    before = np.zeros(len(begins), dtype=np.int64)
    before[1:] = held[begins[1:] - 1]
    held -= np.repeat(before, np.diff(np.append(begins, len(lot))))
    usable = np.where(bare[lot], held, np.maximum(held, 0))
    change = np.diff(usable, prepend=0)
    change[begins] = usable[begins]
    in_date = when <= last[lot]
    moved, fell = (np.zeros((len(items), span + 1), dtype=np.int64) for _ in range(2))
    np.add.at(moved, (item_of[lot[in_date]], when[in_date]), change[in_date])
    left = np.zeros(len(lots), dtype=np.int64)
    left[lot[in_date]] = usable[in_date]  # of a lot the latest in date stays
    gone = np.flatnonzero((left > 0) & ~bare & (last < span))
    np.add.at(fell, (item_of[gone], np.maximum(last[gone] + 1, 0)), -left[gone])
    at_end = np.cumsum(moved + fell, axis=1)
    had = at_end[:, 1:] > 0
    had |= at_end[:, :-1] + fell[:, 1:] > 0
    arrived = came & in_date & ~bare[lot] & (when > 0)
    had[item_of[lot[arrived]], when[arrived] - 1] = True
    return had


def _expiries(connection: Connection, clinic: Id, first: date) -> dict[bytes, int]:
    """The column of each lot's last day of use; 0 and below = before the first day."""
    found = {}
    for lot, expiry in _LOTS(connection, clinic=clinic):
        if expiry:
            found[lot] = date.fromisoformat(expiry).toordinal() - first.toordinal() + 1
    return found


def _opening_balances() -> Any:
    m = MovementRecord
    return (
        select(m.item, m.lot, func.sum(m.quantity).label("units"))
        .where(m.clinic == bindparam("clinic"), m.live == 1, m.happened_on < bindparam("since"))
        .group_by(m.item, m.lot)
    )


def _events() -> Any:
    m = MovementRecord
    return (
        select(
            m.item, m.happened_on, m.lot, func.sum(m.quantity).label("units"), func.max(m.quantity).label("most"),
        )
        .where(
            m.clinic == bindparam("clinic"), m.live == 1, m.happened_on >= bindparam("since"),
            m.happened_on <= bindparam("until"),
        )
        .group_by(m.item, m.happened_on, m.lot)
        .order_by(m.item, m.happened_on, m.lot)
    )  # fmt: skip


def _lots() -> Any:
    x = LotRecord
    return select(x.id, x.expiry).where(x.clinic == bindparam("clinic"))


_OPENING, _EVENTS, _LOTS = Prepared(_opening_balances), Prepared(_events), Prepared(_lots)
