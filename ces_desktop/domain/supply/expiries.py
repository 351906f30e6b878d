"""What expires: lots by their last day of use, and what of each will be left over at the pace of use.

First expired first out: a lot is used up to its last day at the average of the months with stock, after what expires
before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ces_desktop.domain.supply.ledger import LotStock

WITHIN = (3, 6, 12)
"""Months ahead that the list tells apart."""
MONTH_DAYS = 30.4375


@dataclass(frozen=True, slots=True)
class Expiring:
    """A lot with its last day. `days` left, below 0 = expired; `unused`: units left over on that day, None = nobody
    knows, because its use is not known."""

    lot: LotStock
    days: int
    unused: int | None

    @property
    def within(self) -> int:
        """0 = expired, else the months of `WITHIN` in which it expires; above them one more than the last."""
        if self.days < 0:
            return 0
        return next((months for months in WITHIN if self.days <= months * MONTH_DAYS), WITHIN[-1] + 1)


def expiring(lots: Sequence[LotStock], today: date, monthly: float | None) -> list[Expiring]:
    """Lots with units and a last day, the first to expire first."""
    there = sorted(
        (x for x in lots if x.quantity > 0 and x.expiry is not None), key=lambda x: (x.expiry or date.max, x.number)
    )
    found, before = [], 0.0
    for lot in there:
        days = ((lot.expiry or today) - today).days
        if days < 0:
            found.append(Expiring(lot, days, lot.quantity))
            continue
        if monthly is None:
            found.append(Expiring(lot, days, None))
            continue
        used = min(float(lot.quantity), max(0.0, monthly * (days + 1) / MONTH_DAYS - before))
        before += used
        found.append(Expiring(lot, days, lot.quantity - int(used)))
    return found
