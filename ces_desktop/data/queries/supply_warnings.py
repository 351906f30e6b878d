"""How the store stands, for the first page: counted behind it from the kept sums, never while the program starts."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from ces_desktop.data.local import Setting, write_setting
from ces_desktop.data.models import CountLineRecord, DemandForecastRecord
from ces_desktop.data.queries.orders import order_rows
from ces_desktop.data.queries.prepared import Prepared
from ces_desktop.data.queries.replenishment import Standing, Supplied, standing
from ces_desktop.data.queries.today import Lacking, Supplies, supplies_text
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply import warnings as rules
from ces_desktop.domain.supply.orders import counted_on
from ces_desktop.domain.supply.shelf import AT_RISK

MONTHS = 13
AVERAGE_MONTHS = 6
LEAST_EXPOSURE = 0.5
TYPICAL_LEAD = 1.0
_RANK = {"vital": 0, "essential": 1, "other": 2}


def supplies(connection: Connection, clinic: Id, today: date) -> Supplies:
    """Items by trouble, people whose medicine is missing or may run out, and the item that matters most."""
    held = standing(connection, clinic, today, MONTHS)
    expected = foretold(connection, clinic, today)
    next_on = _deliveries(connection, clinic, held)
    counted = {Id(item): local_day(at) for item, at in _COUNTED(connection, clinic=clinic) if at}
    found: defaultdict[str, list[tuple[Supplied, rules.Kept]]] = defaultdict(list)
    people: set[Id] = set()
    for key, item in held.items.items():
        one = _kept(held, item, expected.get(key))
        lively = item.shelf.kept == "yes" or (item.shelf.kept != "no" and (one.average or 0) > 0) or key in held.needs
        chance = rules.order_risk(one, _lead(held, item.source))
        trouble = _trouble(one, lively, chance)
        if trouble:
            found[trouble].append((item, one))
        if trouble in ("out", "risk") and key in held.needs:
            people.update(held.needs[key].people)
        if rules.unused(one, today):
            found["expiring"].append((item, one))
        if rules.over(one):
            found["over"].append((item, one))
        if one.short < 0:
            found["negative"].append((item, one))
        if _uncounted(held, item, counted.get(key), lively, today):
            found["uncounted"].append((item, one))
    soonest = min((next_on[item.source] for item, _ in [*found["out"], *found["risk"]]), default=None)
    numbers = {kind: len(rows) for kind, rows in found.items()}
    numbers["out"] = sum(one.short >= 0 for _, one in found["out"])  # below zero is told by itself, as on the shelf
    vital = sum(item.ven == "vital" for item, _ in found["out"]), sum(item.ven == "vital" for item, _ in found["risk"])
    numbers = {kind: n for kind, n in numbers.items() if n}
    return Supplies(
        today.isoformat(), numbers, vital[0], vital[1], len(people), soonest.isoformat() if soonest else None,
        _worst(held, found, today),
    )  # fmt: skip


def foretold(connection: Connection, clinic: Id, today: date) -> dict[Id, tuple[float, float, float]]:
    """Quantiles .5, .8 and .95 of this month's demand as the last order foretold them, by item."""
    return {
        Id(item): (p50 / 100, p80 / 100, p95 / 100)
        for item, p50, p80, p95 in _FORETOLD(connection, clinic=clinic, month=today.isoformat()[:7])
    }


def keep(connection: Connection, found: Supplies) -> None:
    """Keep them for the next start, in the encrypted database of this laptop."""
    write_setting(connection, Setting.TODAY_SUPPLIES, supplies_text(found))


def _trouble(one: rules.Kept, lively: bool, chance: float | None) -> str:
    if lively and one.usable <= 0:
        return "out"
    return "risk" if lively and chance is not None and chance >= AT_RISK else ""


def _worst(held: Standing, found: Any, today: date) -> Lacking | None:
    """What matters most of what is out or at risk: by class, then by the people who take it."""
    rows = [(kind, item, one) for kind in ("out", "risk") for item, one in found[kind]]

    def weight(row: tuple[str, Supplied, rules.Kept]) -> tuple[Any, ...]:
        _, item, one = row
        need = held.needs.get(item.id)
        return _RANK[item.ven], -len(need.people) if need else 0, -(one.average or 0), item.name_es

    if not rows:
        return None
    kind, item, one = min(rows, key=weight)
    need = held.needs.get(item.id)
    day = rules.runs_out(one, today) if kind == "risk" else None
    return Lacking(
        kind,
        item.id.hex(),
        item.name_es,
        item.name_en,
        day.isoformat() if day else None,
        len(need.people) if need else 0,
    )


def _kept(held: Standing, item: Supplied, quantiles: tuple[float, float, float] | None) -> rules.Kept:
    series = held.demand.series.get(item.id)
    average = None
    if series is not None:
        lengths = held.demand.days[-len(series.used) :]
        months = [
            (used + unmet, stocked / length)
            for used, unmet, stocked, length in zip(series.used, series.unmet, series.stocked, lengths, strict=True)
            if stocked
        ][-AVERAGE_MONTHS:]
        exposure = sum(share for _, share in months)
        average = sum(units for units, _ in months) / exposure if exposure >= LEAST_EXPOSURE else None
    lots = tuple(
        (until, units) for until, units in item.lots if until is not None and until >= held.today and units > 0
    )
    return rules.Kept(item.ven, max(0, item.usable(held.today)), item.short, quantiles, average, lots, item.in_transit)


def _deliveries(connection: Connection, clinic: Id, held: Standing) -> dict[str, date]:
    """The day of the next delivery of each source: awaited, agreed, or that of an order sent today."""
    today = held.today
    awaited: defaultdict[str, list[date]] = defaultdict(list)
    for order in order_rows(connection, clinic):
        if order.expected_on and counted_on(order.state, order.sent_on, order.expected_on, today):
            awaited[order.source].append(max(today, date.fromisoformat(order.expected_on)))
    found = {}
    for source in {*held.supply, *(item.source for item in held.items.values())}:
        cycle = held.cycles.get(source)
        agreed = cycle.next_delivery_on if cycle else None
        days = [*awaited[source], *([date.fromisoformat(agreed)] if agreed and agreed >= today.isoformat() else [])]
        found[source] = min(days, default=today + timedelta(days=round(_lead(held, source) * rules.MONTH_DAYS)))
    return found


def _lead(held: Standing, source: str) -> float:
    """Months until an order sent today arrives: the median of those that came."""
    taught = held.supply.get(source)
    leads = sorted(taught.leads) if taught else []
    return leads[len(leads) // 2] if leads else TYPICAL_LEAD


def _uncounted(held: Standing, item: Supplied, counted: date | None, lively: bool, today: date) -> bool:
    series = held.demand.series.get(item.id)
    known = counted or (date.fromisoformat(f"{series.start}-01") if series else today)
    return known < today - timedelta(days=rules.UNCOUNTED_DAYS) and (item.held != 0 or lively)


def _foretold_rows() -> Any:
    f = DemandForecastRecord
    return (
        select(f.item, f.p50, f.p80, f.p95)
        .where(f.clinic == bindparam("clinic"), f.live == 1, f.month == bindparam("month"))
        .order_by(f.happened_on, f.recorded_at, f.id)
    )


def _counted() -> Any:
    c = CountLineRecord
    return (
        select(c.item, func.max(c.counted_at).label("at"))
        .where(c.clinic == bindparam("clinic"), c.live == 1, c.counted.is_not(None))
        .group_by(c.item)
    )


_FORETOLD, _COUNTED = Prepared(_foretold_rows), Prepared(_counted)
