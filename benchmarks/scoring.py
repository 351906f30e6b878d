"""How forecasts are scored: pinball loss of the quantiles in units of the series' naive error, and coverage.

Months in which the item was there from first to last day are scored, in series with six known months in the last
twelve. `spl`: mean of the scaled pinball losses at .5, .8 and .95 over three months; `c95`: the scaled .95 loss of the
sum of the first two months; `cover95`: share of months at or under the .95 quantile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.demand import HORIZON, Demand

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEVELS = (0.5, 0.8, 0.95)


def scale(used: Floats) -> Floats:
    """Mean absolute change from one known month to the next; NaN with fewer than six changes, or none that is not 0."""
    change = np.abs(np.diff(used, axis=1))
    known = ~np.isnan(change)
    mean = np.where(known, change, 0).sum(1) / np.maximum(known.sum(1), 1)
    return np.where((known.sum(1) >= 6) & (mean > 0), mean, np.nan)


def tally(demand: Demand, origin: int, months: Floats, two: Floats) -> dict[str, float]:
    """Sums to be added over origins. `months`: series × 3 × levels, `two`: series × levels, of the first two months."""
    before, after = demand.used[:, :origin], demand.used[:, origin : origin + HORIZON]
    unit = np.where((~np.isnan(before[:, -12:])).sum(1) >= 6, scale(before), np.nan)
    count = demand.scored[:, origin : origin + HORIZON] & ~np.isnan(unit)[:, None]
    both = count[:, 0] & count[:, 1]
    sums: dict[str, float] = {"n": float(count.sum()), "n_two": float(both.sum())}
    scaled = count / np.where(np.isnan(unit), 1.0, unit)[:, None]
    actual = np.nan_to_num(after)
    total = actual[:, :2].sum(1)
    for at, level in enumerate(LEVELS):
        name = f"{round(level * 100)}"
        sums["loss" + name] = float((pinball(actual - months[:, :, at], level) * scaled).sum())
        sums["cover" + name] = float((actual <= months[:, :, at])[count].sum())
        sums["two" + name] = float((pinball(total - two[:, at], level) * scaled[:, 0] * both).sum())
        sums["two_cover" + name] = float((total <= two[:, at])[both].sum())
    return sums


def pinball(short: Floats, level: float) -> Floats:
    """Loss of a quantile that was `short` of what came."""
    return np.maximum(level * short, (level - 1) * short)


def figures(sums: dict[str, float]) -> dict[str, float]:
    """The figures of all origins together."""
    n, two = max(sums["n"], 1), max(sums["n_two"], 1)
    losses = [sums[f"loss{round(level * 100)}"] / n for level in LEVELS]
    return {
        "spl": float(np.mean(losses)),
        **{f"spl{round(level * 100)}": loss for level, loss in zip(LEVELS, losses, strict=True)},
        "c95": sums["two95"] / two,
        "cover80": sums["cover80"] / n,
        "cover95": sums["cover95"] / n,
        "two_cover95": sums["two_cover95"] / two,
    }
