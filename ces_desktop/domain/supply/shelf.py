"""How an item stands on the shelf today: enough, at risk, out, too much, expiring, negative, long not counted.

Average monthly consumption is that of the months with stock, corrected by the days with stock, as the order counts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ces_desktop.domain.supply.ledger import LotStock

Standing = Literal["negative", "out", "risk", "expired", "expiring", "over", "enough", "idle"]
"""In the order of how much each matters; "idle" = not there, and nobody asked for it in a year."""
EXPIRING_DAYS = 90
UNCOUNTED_DAYS = 60
AVERAGE_MONTHS = 6
LEAST_EXPOSURE = 0.5
"""Months with stock, in all, below which an average says nothing."""
AT_RISK = 0.10
"""Probability of running out before the next delivery from which an item is at risk."""
OVER = 2.0
"""So many times the least stock is too much."""
SLOW, SLOW_OVER = 5.0, 12.0
"""Of what goes in fewer units a month than this, a pack lasts long: too much is more than a year."""


@dataclass(frozen=True, slots=True)
class MonthUse:
    """A month: units handed out or used, units asked for and not there, days with stock, days of it that are over.

    `before`: days of it of which the ledger says nothing yet, since the item was first written in it later.
    """

    month: str
    used: int
    unmet: int
    stocked: int
    days: int
    before: int = 0

    @property
    def out(self) -> int:
        """Days known to have been without stock."""
        return self.days - self.before - self.stocked

    @property
    def exposure(self) -> float:
        """Share of its days with stock."""
        return self.stocked / self.days if self.days else 0.0


def average(months: Sequence[MonthUse]) -> float | None:
    """Units a month while there are any: demand of the last months with stock ÷ their share of days with stock."""
    held = [m for m in months if m.stocked][-AVERAGE_MONTHS:]
    exposure = sum(m.exposure for m in held)
    return sum(m.used + m.unmet for m in held) / exposure if exposure >= LEAST_EXPOSURE else None


def months_of_stock(usable: int, monthly: float | None) -> float | None:
    """How long what is there lasts, in months; None where nobody uses it or nothing is known."""
    return max(0, usable) / monthly if monthly else None


def expiring(lots: Sequence[LotStock], today: date, monthly: float | None) -> int:
    """Units that will not be used by their last day, of lots that expire within 90 days: first expired first out.

    Where use is not known all of them count.
    """
    end, before, left = today + timedelta(EXPIRING_DAYS), 0, 0
    soon = [x for x in lots if x.usable(today) and x.expiry is not None and x.expiry <= end]
    for each in sorted(soon, key=lambda x: x.expiry or date.max):
        days = ((each.expiry or today) - today).days + 1
        used = max(0.0, (monthly or 0.0) * days / 30.4375 - before)
        left += max(0, each.quantity - int(used))
        before += min(each.quantity, int(used))
    return left


def standing(
    *,
    usable: int,
    negative: bool,
    expired: int,
    soon: int,
    lively: bool,
    months: float | None,
    least: float,
    risk: float | None = None,
) -> Standing:
    """What matters most of an item. `least`: months until the delivery after next; `risk`: of running out before the
    next one, None = not worked out: then half of `least` is the line."""
    if negative:
        return "negative"
    if usable <= 0:
        return "out" if lively else "expired" if expired else "idle"
    if lively and (
        (risk is not None and risk >= AT_RISK) or (risk is None and months is not None and months < least / 2)
    ):
        return "risk"
    if expired:
        return "expired"
    if soon:
        return "expiring"
    if months is not None and months > (OVER * least if usable / months >= SLOW else SLOW_OVER):
        return "over"
    return "enough"


def last_stocked(months: Sequence[tuple[str, int]], today: date) -> date | None:
    """The last day with stock in these months (name, bits of days), the latest month last; None = none in them."""
    for month, bits in reversed(months):
        first = date.fromisoformat(f"{month}-01")
        past = bits & ((1 << ((today - first).days + 1)) - 1) if first <= today else 0
        if past:
            return first + timedelta(past.bit_length() - 1)
    return None
