"""What was foretold beside what came, month by month, and quantities that people changed beside what was needed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select

from ces_desktop.data.models import DemandForecastRecord, OrderLineRecord, SupplyOrderRecord, table_of
from ces_desktop.data.queries.demand import Demand, demand
from ces_desktop.data.queries.orders import OrderRow, order_rows
from ces_desktop.data.queries.prepared import Prepared
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.judging import Changed, Foretold, Overrides, Score, overrides, score, used_between

MONTHS = 14
"""Months looked back."""
TYPICAL_DAYS = 91
"""From an order to the arrival of the next, where no later order came yet."""


@dataclass(frozen=True, slots=True)
class Scores:
    """The newest month first (YYYY-MM), and the quantities changed; months that nobody foretold are not there."""

    months: tuple[tuple[str, Score], ...]
    overrides: Overrides


def scores(connection: Connection, clinic: Id, today: date) -> Scores:
    """Of every month that is over and was foretold."""
    asked = demand(connection, clinic, today, MONTHS)
    shares = _shares(asked)
    newest: dict[tuple[bytes, str], tuple[Any, ...]] = {}
    for row in _FORETOLD(connection, clinic=clinic, since=asked.first, until=today.isoformat()[:7]):
        newest[row[0], row[1]] = row  # ordered by day: the last one made counts
    held: defaultdict[str, list[Foretold]] = defaultdict(list)
    for (item, month), row in newest.items():
        units, share = shares.get(item, {}).get(month, (0, 0.0))
        if share >= 1.0:
            p50, p80, p95, average = (x / 100 for x in row[2:6])
            held[month].append(Foretold((p50, p80, p95), average, units))
    told = tuple((month, score(held[month])) for month in sorted(held, reverse=True))
    return Scores(told, overrides(_changed(connection, clinic, today, shares)))


Shares = dict[bytes, dict[str, tuple[int, float]]]


def _shares(asked: Demand) -> Shares:
    """Item → month that is over → units asked for, share of its days with stock."""
    found: Shares = {}
    for item, series in asked.series.items():
        months: dict[str, tuple[int, float]] = {}
        lengths = asked.days[-len(series.used) :]
        year, number = int(series.start[:4]), int(series.start[5:])
        for used, unmet, stocked, length in zip(series.used, series.unmet, series.stocked, lengths, strict=True):
            months[f"{year:04d}-{number:02d}"] = (used + unmet, stocked / length)
            year, number = (year, number + 1) if number < 12 else (year + 1, 1)
        months.popitem()  # the month of today is not over
        found[item] = months
    return found


def _changed(connection: Connection, clinic: Id, today: date, shares: Shares) -> list[Changed]:
    """Quantities changed in orders whose time is over."""
    sent = {o.id: o for o in order_rows(connection, clinic) if o.sent_on and o.state not in ("draft", "cancelled")}
    found = []
    for order, item, proposed, requested, on_hand, transit in _CHANGED(connection, clinic=clinic):
        one = sent.get(order)
        end = None if one is None else _end(one, list(sent.values()))
        if one is None or end is None or end >= today.replace(day=1):
            continue
        used = used_between(shares.get(item, {}), date.fromisoformat(one.sent_on or ""), end)
        if used is not None:
            found.append(Changed(proposed, requested, max(0.0, used - (on_hand or 0) - (transit or 0))))
    return found


def _end(order: OrderRow, others: list[OrderRow]) -> date | None:
    """The day before the next order of the source arrived; a usual time after it, where none did."""
    later = [
        o.first_on
        for o in others
        if o.source == order.source and o.first_on and (o.sent_on or "") > (order.sent_on or "")
    ]
    if later:
        return date.fromisoformat(min(later)) - timedelta(days=1)
    return date.fromisoformat(order.sent_on or "") + timedelta(days=TYPICAL_DAYS)


def _foretold() -> Any:
    f = table_of(DemandForecastRecord)
    columns = (f.c.item, f.c.month, f.c.p50, f.c.p80, f.c.p95, f.c.average)
    return (
        select(*columns)
        .where(
            f.c.clinic == bindparam("clinic"), f.c.live == 1, f.c.month >= bindparam("since"),
            f.c.month < bindparam("until"),
        )
        .order_by(f.c.happened_on, f.c.recorded_at, f.c.id)
    )  # fmt: skip


def _changes() -> Any:
    x, o = table_of(OrderLineRecord), table_of(SupplyOrderRecord)
    columns = (x.c.order, x.c.item, x.c.proposed, x.c.requested, x.c.on_hand, x.c.in_transit)
    return (
        select(*columns)
        .join_from(x, o, o.c.id == x.c.order)
        .where(x.c.clinic == bindparam("clinic"), x.c.live == 1, o.c.live == 1, x.c.requested != x.c.proposed)
    )


_FORETOLD, _CHANGED = Prepared(_foretold), Prepared(_changes)
