"""Warnings about the store that must be ready without a forecast of their own: from quantiles kept with the last order.

The chance of running out is read between the kept quantiles of the month, taken in proportion to the time until the
next delivery: coarse beside the order's own paths, and quick. Where nothing was kept, average use is the median.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

MONTH_DAYS = 30.4375
AT_RISK = 0.2
"""Chance of running out before the next delivery from which an item is told to be at risk."""
UNUSED = 0.5
"""Chance that a lot expires unused from which it is told."""
EXPIRING_DAYS, UNCOUNTED_DAYS, OVER_MONTHS = 90, 60, 12.0
_SPREAD = (1.0, 1.4, 1.9)
"""Of a usual item, .5, .8 and .95 of a month beside its average; used where no forecast was kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An item as the warnings read it: usable units, quantiles .5, .8, .95 of a month, average use (None = unknown).

    `lots`: (last day of use, units) in date, the first to expire first; `short`: units handed out without a lot.
    """

    ven: str
    usable: int
    short: int
    quantiles: tuple[float, float, float] | None
    average: float | None
    lots: tuple[tuple[date, int], ...] = ()
    in_transit: int = 0


def quantiles_of(one: Kept) -> tuple[float, float, float] | None:
    """Of a month: as kept, else around the average; None where nothing is known."""
    if one.quantiles is not None:
        return one.quantiles
    if one.average is None:
        return None
    return (one.average * _SPREAD[0], one.average * _SPREAD[1], one.average * _SPREAD[2])


def chance_out(stock: float, quantiles: Sequence[float], months: float) -> float:
    """Chance that more than `stock` is needed in so many months, read between the quantiles .5, .8 and .95.

    Under the median it rises evenly to certainty at nothing; over the last quantile it falls with the stock.
    """
    if months <= 0 or quantiles[-1] <= 0:
        return 0.0
    if stock <= 0:
        return 1.0
    points = [(0.0, 1.0), *((q * months, p) for q, p in zip(quantiles, (0.5, 0.2, 0.05), strict=True))]
    for (low, above), (high, under) in pairwise(points):
        if stock <= high:
            return under if high <= low else above + (under - above) * (stock - low) / (high - low)
    return 0.05 * points[-1][0] / stock


def risk(one: Kept, until: date, today: date) -> float | None:
    """Chance of running out before the next delivery; None where nothing is known of its use."""
    quantiles = quantiles_of(one)
    if quantiles is None:
        return None
    return chance_out(one.usable, quantiles, max(0, (until - today).days) / MONTH_DAYS)


def order_risk(one: Kept, lead: float) -> float | None:
    """Chance of running out before an order sent today arrives, `lead` months from now, with what is on its way: what
    the shelf and the order say of an item from their sample paths. None where nothing is known of its use."""
    quantiles = quantiles_of(one)
    return None if quantiles is None else chance_out(one.usable + one.in_transit, quantiles, lead)


def runs_out(one: Kept, today: date) -> date | None:
    """The day on which it probably runs out; None where nobody knows, or not within a year."""
    quantiles = quantiles_of(one)
    if quantiles is None or quantiles[0] <= 0:
        return None
    days = max(0, one.usable) / quantiles[0] * MONTH_DAYS
    return today + timedelta(days=round(days)) if days <= 365 else None


def unused(one: Kept, today: date) -> bool:
    """Whether something of a lot that expires within 90 days will probably not be used by then."""
    quantiles, stock = quantiles_of(one), 0
    for until, units in sorted(one.lots):
        days = (until - today).days
        if days > EXPIRING_DAYS:
            break
        stock += units
        if quantiles is None or 1 - chance_out(stock, quantiles, (days + 1) / MONTH_DAYS) > UNUSED:
            return True
    return False


def over(one: Kept) -> bool:
    """Whether there is more than is used in a year."""
    return bool(one.average) and one.usable > OVER_MONTHS * (one.average or 0)
