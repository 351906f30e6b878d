"""For chronic medicines: what the registered patients' current prescriptions need, as a forecast.

The consumption of a clinic that starts ten people on metformin cannot know it; the register does. (Simple, the
hypertension programme of Resolve to Save Lives, estimates patient days of stock this way.) The caller counts units a
month times adherence; the forecast is dispersed around it as the item has been.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ces_desktop.errors import Refused

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FULL_TRUST = 6.0
"""Months of history that weigh as much as the prescriptions do."""
LEAST_WEIGHT = 0.25

ADHERENCE = 0.8
"""Share of what is prescribed for long that is fetched, where nothing is known: the usual threshold of good adherence
(days covered ≥ 80 %; Nau, Pharmacy Quality Alliance, 2012)."""
_PRIOR_MONTHS = 60.0
"""Months of one person's medicine that weigh as much as that."""
_LEAST_FETCHED, _LEAST, _MOST = 0.4, 0.5, 1.0
"""Where less is fetched, medicines are handed out without their prescription, and nothing can be learnt from it."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """Of one item over some months: units fetched for prescriptions, units those needed, people × months."""

    units: float
    needed: float
    person_months: float


def adherence(seen: Sequence[Fetched]) -> float:
    """How much of what prescriptions need is fetched, .5 to 1: of this clinic, drawn towards what is usual.

    Each person's medicine counts the same, whether a tablet a day or six; more than is needed (new people, a larger
    dose) counts as all.
    """
    held = [one for one in seen if one.needed > 0]
    weight = sum(one.person_months for one in held)
    share = sum(one.person_months * min(one.units / one.needed, 1.0) for one in held)
    if share <= _LEAST_FETCHED * weight:
        return ADHERENCE
    return min(max((share + ADHERENCE * _PRIOR_MONTHS) / (weight + _PRIOR_MONTHS), _LEAST), _MOST)


def needs(given: Sequence[Sequence[float] | None], horizon: int) -> Floats:
    """Series × horizon, NaN where no need is known; the last month given goes on. Refused: `forecast.negative`."""
    table = np.full((len(given), horizon), np.nan)
    for row, months in enumerate(given):
        if months is not None and len(months):
            amounts = np.asarray(months, dtype=float)[:horizon]
            if np.isinf(amounts).any() or (amounts < 0).any():
                raise Refused("forecast.negative")
            table[row] = np.concatenate([amounts, np.full(horizon - len(amounts), amounts[-1])])
    table[np.isnan(table).any(axis=1)] = np.nan
    return table


def weight(need: Floats, months_known: Floats) -> Floats:
    """How much of the answer is the prescriptions': most while the history is short, a quarter when it is long."""
    known = ~np.isnan(need).any(axis=1)
    return np.where(known, np.maximum(FULL_TRUST / (FULL_TRUST + months_known), LEAST_WEIGHT), 0.0)
