"""Many demand histories as one table: series × months, aligned by calendar, with what was used and what could be.

A month in which an item was never on the shelf says nothing about what people needed: exposure 0 is missing, not zero.
A month with half its days on the shelf counts half.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ces_desktop.errors import Refused

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LEAST_EXPOSURE = 0.05
"""Share of a month (a day and a half) under which what was used says nothing about a whole month."""
LONGEST = 120
"""Months looked back: ten years. What is older neither helps nor may slow the answer."""
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True)
class History:
    """What was used of one item in one place, month after month.

    `start`: first month, YYYY-MM. `consumption`: units a month, dispensed and unmet; NaN = not known. `exposure`: share
    of each month's days with usable stock, 0 to 1; without it, 1 wherever consumption is known. `need`: units a month
    that the registered patients' prescriptions ask for (times adherence), for the months ahead; the last one goes on.
    `product` groups series of the same thing in different places.
    """

    start: str
    consumption: Sequence[float]
    exposure: Sequence[float] | None = None
    need: Sequence[float] | None = None
    product: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """Series × months. `used` is 0 where `exposure` is 0; both count in `unit`s of the product. `first`: a month."""

    used: Floats
    exposure: Floats
    group: Ints
    unit: Floats
    first: int

    @property
    def rate(self) -> Floats:
        """Units a whole month would have taken; NaN where nothing is known."""
        known = self.exposure > 0
        return np.where(known, self.used / np.where(known, self.exposure, 1.0), np.nan)

    def until(self, month: int) -> Panel:
        """The same series as they were known before column `month`."""
        return Panel(self.used[:, :month], self.exposure[:, :month], self.group, self.unit, self.first)

    def rows(self, chosen: Ints) -> Panel:
        """Some of the series."""
        return Panel(self.used[chosen], self.exposure[chosen], self.group[chosen], self.unit[chosen], self.first)


def month_number(month: str) -> int:
    """Months since year 0 of YYYY-MM; refuses what is no month (`forecast.month`)."""
    match = _MONTH.fullmatch(month)
    if match is None or not 1 <= int(match[2]) <= 12:
        raise Refused("forecast.month", value=month[:20])
    return int(match[1]) * 12 + int(match[2]) - 1


def month_name(number: int) -> str:
    """YYYY-MM of a month number."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def panel_of(histories: Sequence[History]) -> Panel:
    """All histories in one table that ends with the latest month any of them knows; what others lack is missing.

    Refused: `forecast.month`, `forecast.negative`, `forecast.exposure`, `forecast.lengths`.
    """
    starts = [month_number(one.start) for one in histories]
    ends = [start + len(one.consumption) for start, one in zip(starts, histories, strict=True)]
    end = max(ends, default=0)
    first = max(min(starts, default=0), end - LONGEST)
    used = np.full((len(histories), max(end - first, 0)), np.nan)
    exposure = np.ones_like(used)
    for row, (start, one) in enumerate(zip(starts, histories, strict=True)):
        skip = max(first - start, 0)
        amounts = np.asarray(one.consumption, dtype=float)[skip:]
        columns = slice(start + skip - first, start + skip - first + len(amounts))
        used[row, columns] = amounts
        if one.exposure is not None:
            if len(one.exposure) != len(one.consumption):
                raise Refused("forecast.lengths")
            exposure[row, columns] = np.asarray(one.exposure, dtype=float)[skip:]
    if np.isinf(used).any() or (used < 0).any():
        raise Refused("forecast.negative")
    if ((exposure < 0) | (exposure > 1)).any():
        raise Refused("forecast.exposure")
    exposure = np.where(np.isnan(used) | np.isnan(exposure) | (exposure < LEAST_EXPOSURE), 0.0, exposure)
    names = {name: number for number, name in enumerate(dict.fromkeys(one.product for one in histories))}
    group = np.array([names[one.product] for one in histories], dtype=np.int64)
    used = np.where(exposure > 0, used, 0.0)
    unit = _units(used, group)
    return Panel(used / unit[:, None], exposure, group, unit, first)


def _units(used: Floats, group: Ints) -> Floats:
    """What a series is counted in: the largest amount that all amounts of its product are multiples of.

    Tablets handed out by the blister of ten are ten times fewer events than tablets: a count distribution must know.
    And so the forecast of a series in tablets and of the same series in boxes are the same forecast. Amounts that are
    not whole are taken in thousandths.
    """
    unit = np.ones(len(used))
    for each in np.unique(group):
        rows = group == each
        amounts = used[rows]
        whole = bool((amounts == np.rint(amounts)).all())
        parts = 1.0 if whole else 1000.0
        largest = float(amounts.max(initial=0.0)) * parts
        if 0 < largest < 2**52:
            unit[rows] = int(np.gcd.reduce(np.rint(amounts * parts).astype(np.int64), axis=None)) / parts or 1.0
    return unit
