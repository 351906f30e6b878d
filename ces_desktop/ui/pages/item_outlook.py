"""What the forecast says of one item, worked out behind its page: fan, day of running out, members, the order."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import cast

from ces_desktop.data.database import Database
from ces_desktop.domain.ids import Id
from ces_desktop.services.order_planning import in_months
from ces_desktop.ui import order_plans
from ces_desktop.ui.pages.item_chart import Foretold, Levels

LEVELS = (0.05, 0.2, 0.5, 0.8, 0.95)


@dataclass(frozen=True, slots=True)
class Outlook:
    """`out`: day of running out in 1, 5 and 9 of 10 cases (None = later than foretold); risks before this order's
    arrival without it, and before the next one's with it; `members`: way of forecasting → share."""

    fan: tuple[Foretold, ...]
    out: tuple[date | None, date | None, date | None]
    risk_before: float
    risk_with: float
    arrives: date
    covers: date
    quantity: int
    pack: int
    people: int
    members: tuple[tuple[str, float], ...]


def outlook(database: Database, clinic: Id, today: date, item: Id, source: str) -> Outlook | None:
    """The outlook of an item; None where it is not ordered or nothing is known of its use. Slow: for a worker."""
    import numpy as np

    from ces_desktop.domain.supply.panel import month_name, month_number

    made = order_plans.plan(database, clinic, today, source)
    at = next((n for n, line in enumerate(made.lines) if line.item == item), None)
    if at is None or made.outlook.wanted[at].history is None:
        return None
    line, one = made.lines[at], made.outlook.wanted[at]
    levels = np.quantile(made.outlook.forecasts.paths[at], LEVELS, axis=0)
    start = month_number(made.first_month)
    fan = tuple(
        Foretold(month_name(start + n), cast(Levels, tuple(float(v) for v in levels[:, n])))
        for n in range(levels.shape[1])
        if month_name(start + n) > today.isoformat()[:7]
    )
    soon, usual, late = (None if math.isinf(m) else in_months(today, m) for m in line.out)
    return Outlook(
        fan, (soon, usual, late), line.risk_before, line.risk_with, made.arrives[0], made.covers, line.quantity,
        one.pack, one.people, tuple(line.members),
    )  # fmt: skip
