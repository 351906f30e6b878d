"""How each series' months of the year differ from its other months, as it could be known before each month.

Ratio to the mean of the year before (a whole year has no season in it): of the series itself, drawn towards that of its
product in all places, and that towards none. Compare the classical decomposition by moving averages (Makridakis,
Wheelwright, Hyndman, "Forecasting: methods and applications", 1998, ch. 3); here the mean is of the past alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ces_desktop.domain.supply.features import past

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ces_desktop.domain.supply.panel import Panel

    Floats = NDArray[np.float64]

YEAR = 12
LEAST_MONTHS = 24
"""Months a series must be known before it may have a season of its own: one year to compare with, one to see."""
_KNOWN = 9
"""Months of a year that must be known for its mean."""
_OWN, _PRODUCT = 1.5, 20.0
"""Years of a series, and of a product in all its places, that weigh as much as what they are drawn towards."""
_MOST = 5.0
_LEAST = 0.1


def indices(panel: Panel, ahead: int) -> Floats:
    """Series × (months + 1) × ahead: what the month `ahead` columns on was expected to be, as a share of a usual month.

    At column t everything comes from months before t, whatever `ahead` (up to 12).
    """
    n, months = panel.used.shape
    year = past(panel.used, YEAR), past(panel.exposure, YEAR)
    base = year[0] / np.maximum(year[1], 1e-9)
    known = (panel.exposure > 0).astype(float)
    there = (known > 0) & (past(known, YEAR)[:, :-1] >= _KNOWN) & (base[:, :-1] > 0)
    ratio = np.where(there, np.minimum(np.nan_to_num(panel.rate) / np.where(there, base[:, :-1], 1.0), _MOST), 0.0)
    count = there.astype(float)
    usual = (past(ratio, months) + _OWN) / (past(count, months) + _OWN)
    size = int(panel.group.max(initial=-1)) + 1
    of_product = np.zeros((size, months)), np.zeros((size, months))
    np.add.at(of_product[0], panel.group, ratio)
    np.add.at(of_product[1], panel.group, count)
    pooled_usual = (past(of_product[0], months) + _PRODUCT) / (past(of_product[1], months) + _PRODUCT)
    found = np.empty((n, months + 1, ahead))
    for step in range(ahead):
        product, years = (_same_month(one, step) for one in of_product)
        drawn = (product / pooled_usual + _PRODUCT) / (years + _PRODUCT)
        own = _same_month(ratio, step) / usual + _OWN * drawn[panel.group]
        found[:, :, step] = own / (_same_month(count, step) + _OWN)
    return np.maximum(found, _LEAST)


def _same_month(values: Floats, step: int) -> Floats:
    """Rows × (months + 1): at column t the sum of the columns t + step - 12, t + step - 24, ..."""
    rows, months = values.shape
    total = values.copy()
    for month in range(YEAR, months):
        total[:, month] += total[:, month - YEAR]
    found = np.zeros((rows, months + 1))
    if months + 1 + step > YEAR:
        found[:, YEAR - step :] = total[:, : months + 1 + step - YEAR]
    return found
