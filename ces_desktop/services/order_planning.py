"""Work out an order: from everything read in one snapshot to a proposal that can be asked again without reading.

Slow (a second), so it runs on a reader's thread and outside any transaction; `orders.draft` then writes what came out.
What the learner learnt (`Trained`) is kept by whoever asks and handed in again: learning anew costs more than all else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ces_desktop.data.collector import uncollected
from ces_desktop.data.queries.demand import Series
from ces_desktop.data.queries.replenishment import Standing, Supplied
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.orders import MONTH_DAYS
from ces_desktop.services.orders import DraftLine, ForecastRow

if TYPE_CHECKING:
    from ces_desktop.domain.supply.forecast import History, Trained
    from ces_desktop.domain.supply.proposal import Line, Outlook, Wanted

LIVELY_MONTHS = 12
"""An item nobody decided about is ordered while it was asked for in so many months."""
FORETOLD = 3
"""Months foretold that are kept, to be scored against what came."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A proposal of one source with what it was worked out from. `arrives`: ISO day, and days 8 of 10 times between."""

    source: str
    today: date
    items: tuple[Supplied, ...]
    outlook: Outlook
    lines: tuple[Line, ...]
    months: tuple[str, ...]
    """Names of the months of `Line.recent`."""
    first_month: str
    """The first month foretold."""

    @property
    def arrives(self) -> tuple[date, date, date]:
        """The day on which an order sent today usually arrives; 8 of 10 times between the other two."""
        from ces_desktop.domain.supply.proposal import arrival

        usual, low, high, _ = arrival(self.outlook)
        return in_months(self.today, usual), in_months(self.today, low), in_months(self.today, high)

    @property
    def covers(self) -> date:
        """The day on which the order after this one usually arrives."""
        from ces_desktop.domain.supply.proposal import arrival

        return in_months(self.today, arrival(self.outlook)[3])


def in_months(today: date, months: float) -> date:
    """The day so many months from a day."""
    return today + timedelta(days=round(months * MONTH_DAYS))


def sources(standing: Standing) -> list[str]:
    """Sources from which something kept here may be ordered."""
    return sorted({item.source for item in standing.items.values() if item.source and _orderable(standing, item)})


def wanted_of(standing: Standing, source: str | None = None) -> list[Wanted]:
    """The items of a source (None = all) that this clinic may order, by id."""
    from ces_desktop.domain.supply.proposal import Wanted

    found = []
    for key in sorted(standing.items):
        item = standing.items[key]
        if source not in (None, item.source) or not _orderable(standing, item):
            continue
        need, today = standing.needs.get(key), standing.today
        lots = tuple(
            (None if until is None else max(0.0, (until - today).days / MONTH_DAYS), units)
            for until, units in item.lots
            if until is None or until >= today
        )
        found.append(
            Wanted(
                key,
                item.ven,
                _history(standing, item),
                item.usable(today),
                lots,
                item.in_transit,
                item.pack,
                item.shelf.most,
                item.lives,
                item.shelf.kept == "named_patient",
                need.units if need else 0.0,
                len(need.people) if need else 0,
                item.product,
                standing.adherence,
            )
        )
    return found


def kin_of(standing: Standing, wanted: Sequence[Wanted]) -> list[History]:
    """What else was used of the same medicines, from other sources: of a family, what the items asked for are not."""
    asked, products = {one.item for one in wanted}, {one.product for one in wanted}
    others = (item for key, item in sorted(standing.items.items()) if key not in asked and item.product in products)
    return [history for item in others if (history := _history(standing, item)) is not None]


def learn(standing: Standing, seed: int) -> Trained:
    """What all items together teach."""
    from ces_desktop.domain.supply.forecast import train
    from ces_desktop.domain.supply.proposal import histories_of

    return train(histories_of(wanted_of(standing)), seed)


@uncollected()
def plan(standing: Standing, source: str, trained: Trained | None, budget: int | None = None) -> Plan:
    """The proposal for a source. The same picture on the same day gives the same proposal."""
    from ces_desktop.domain.supply.orders import Supply
    from ces_desktop.domain.supply.panel import month_name, month_number
    from ces_desktop.domain.supply.proposal import RECENT_MONTHS, look, propose

    wanted = wanted_of(standing, source)
    supply = standing.supply.get(source, Supply())
    outlook = look(wanted, supply, standing.today.toordinal(), trained, kin_of(standing, wanted))
    last = month_number(standing.today.isoformat()[:7]) - 1
    return Plan(
        source,
        standing.today,
        tuple(standing.items[one.item] for one in wanted),
        outlook,
        tuple(propose(outlook, budget)),
        tuple(month_name(last - RECENT_MONTHS + 1 + n) for n in range(RECENT_MONTHS)),
        month_name(last + 1),
    )


def shared(made: Plan, budget: int | None) -> Plan:
    """The same plan with another budget, from the kept paths."""
    from ces_desktop.domain.supply.proposal import propose

    return replace(made, lines=tuple(propose(made.outlook, budget)))


def draft_lines(made: Plan, new_id: Callable[[], Id]) -> tuple[DraftLine, ...]:
    """The lines with something to order, as they are kept."""
    return tuple(draft_line(made, at, new_id()) for at, line in enumerate(made.lines) if line.quantity)


def draft_line(made: Plan, at: int, key: Id) -> DraftLine:
    """One line of the plan as it is kept, with the figures it came from."""
    line, one = made.lines[at], made.outlook.wanted[at]
    average = None if line.average is None else round(100 * line.average)
    return DraftLine(
        key, line.item, line.quantity, one.pack, one.on_hand, one.in_transit, average,
        round(1000 * line.risk_without), line.classic,
    )  # fmt: skip


def foretold(made: Sequence[Plan]) -> tuple[ForecastRow, ...]:
    """What was foretold of every item and month, beside what the average of three months says."""
    from ces_desktop.domain.supply.panel import month_name, month_number
    from ces_desktop.domain.supply.proposal import classic_average

    rows = []
    for one in made:
        start = month_number(one.first_month)
        for at, wanted in enumerate(one.outlook.wanted):
            if wanted.history is None:
                continue
            average = round(100 * classic_average(wanted.history))
            for step in range(FORETOLD):
                p50, p80, p95 = (round(100 * float(x)) for x in one.outlook.forecasts.months[at, step])
                rows.append(ForecastRow(wanted.item, month_name(start + step), p50, p80, p95, average))
    return tuple(rows)


def _orderable(standing: Standing, item: Supplied) -> bool:
    if item.shelf.kept == "no":
        return False
    if item.shelf.kept or item.id in standing.needs:
        return True
    series = standing.demand.series.get(item.id)
    return series is not None and any((*series.used[-LIVELY_MONTHS:], *series.unmet[-LIVELY_MONTHS:]))


def _history(standing: Standing, item: Supplied) -> History | None:
    series = standing.demand.series.get(item.id)
    return None if series is None else history_of(series, standing.demand.days, item.product)


def history_of(series: Series, days: Sequence[int], product: str = "") -> History | None:
    """A series as the forecast reads it: the months that are over."""
    from ces_desktop.domain.supply.panel import History

    used = [float(a + b) for a, b in zip(series.used, series.unmet, strict=True)][:-1]
    whole = days[len(days) - len(used) - 1 : -1]
    shares = [stocked / length for stocked, length in zip(series.stocked[:-1], whole, strict=True)]
    return History(series.start, used, shares, product=product) if used else None
