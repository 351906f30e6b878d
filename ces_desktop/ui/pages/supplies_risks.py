"""What the forecast says of every item on the shelf: worked out behind the page, kept for the day by `order_plans`."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date

from ces_desktop.data.database import Database
from ces_desktop.domain.ids import Id
from ces_desktop.services.order_planning import in_months
from ces_desktop.ui import order_plans
from ces_desktop.ui.pages.supplies_page import Risk


def risks(database: Database, clinic: Id, today: date, sources: Iterable[str]) -> dict[Id, Risk]:
    """Item → probability of running out before an order sent today arrives, and the usual day on which it runs out."""
    found = {}
    for source in sorted(sources):
        made = order_plans.plan(database, clinic, today, source)
        for line in made.lines:
            usual = line.out[1]
            out = None if math.isinf(usual) else in_months(today, usual)
            found[line.item] = Risk(line.risk_before, out)
    return found
