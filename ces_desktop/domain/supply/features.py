"""What the learner is told of a series before each of its months: nothing of the month itself, or of later ones.

All amounts are in units of the smoothed level, so that a small and a large item can be alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ces_desktop.domain.supply.smoothing import foreseen, levels_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ces_desktop.domain.supply.panel import Panel

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_LAGS = 6
_WINDOWS = (3, 6, 12, 24)
_LEAST_LEVEL = 0.25


def scale_of(levels: Floats) -> Floats:
    """Series × (months + 1): the level in the middle of the speeds (`levels_of`), what all is measured in."""
    return np.asarray(np.maximum(levels[:, :, 1:5].mean(axis=2), _LEAST_LEVEL))


def features_of(panel: Panel, since: int = 0) -> tuple[Floats, Floats]:
    """Series × (months + 1) × features, at column t of the months before t alone; and the scale of each column.

    Of the columns from `since` on alone, where no others are wanted.
    """
    levels = levels_of(panel)
    scale = scale_of(levels)
    columns = [*_amounts(panel, scale), *_pattern(panel)]
    columns += [levels[:, :, k] / scale for k in (0, 2, 5)]
    columns, scale = [column[:, since:] for column in columns], scale[:, since:]
    mean, deviation, none = foreseen(panel, levels, since)
    columns += [np.log(mean / scale + 1e-3), np.log(deviation / scale + 1e-3), np.log(deviation + 1e-3), none]
    return np.stack(columns, axis=2), scale


def _amounts(panel: Panel, scale: Floats) -> list[Floats]:
    """Level, single months, means of the last months, their spread and largest, and the product's elsewhere."""
    rate = panel.rate
    known = (panel.exposure > 0).astype(float)
    months = rate.shape[1]
    filled = np.nan_to_num(rate)
    windows = [_ratio(past(panel.used, k), past(panel.exposure, k)) for k in (*_WINDOWS, months + 1)]
    mean_square = _ratio(past(filled**2, 12), past(known, 12))
    mean = _ratio(past(filled, 12), past(known, 12))
    recent = np.stack([lag(rate, k) for k in range(1, 13)])
    largest = np.where(np.isnan(recent), -1.0, recent).max(axis=0)
    return [
        np.log(scale),
        *(recent[k] / scale for k in range(_LAGS)),
        *(window / scale for window in windows),
        np.sqrt(np.maximum(mean_square - mean**2, 0)) / scale,
        np.where(largest < 0, np.nan, largest) / scale,
        _median(recent) / scale,
        _of_product(windows[0] / scale, panel.group),
        _of_product(recent[0] / scale, panel.group),
        _of_product(np.log(scale), panel.group),
    ]


def _pattern(panel: Panel) -> list[Floats]:
    """How often there was none, how often it was on the shelf, since when it is known, the month of the year."""
    known = (panel.exposure > 0).astype(float)
    filled = np.nan_to_num(panel.rate)
    n, months = filled.shape
    return [
        *(_ratio(past((filled == 0) * known, k), past(known, k)) for k in (3, 12)),
        *(past(panel.exposure, k) / k for k in (1, 3, 12)),
        past(known, months + 1),
        _since(filled > 0),
        np.broadcast_to((panel.first + np.arange(months + 1)) % 12, (n, months + 1)).astype(float),
    ]


def past(values: Floats, k: int) -> Floats:
    """Sum of the last k columns before each column, and after the last."""
    total = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
    months = np.arange(total.shape[1])
    return np.asarray(total - total[:, np.maximum(months - k, 0)])


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.where(below > 0, above / np.where(below > 0, below, 1.0), np.nan)


def lag(values: Floats, k: int) -> Floats:
    """The column k before each column, and after the last; NaN where there is none."""
    n, months = values.shape
    result = np.full((n, months + 1), np.nan)
    if k <= months:
        result[:, k:] = values[:, : months + 1 - k]
    return result


def _since(happened: NDArray[np.bool_]) -> Floats:
    """Months since it last happened, before each column and after the last; NaN where it never did."""
    n, months = happened.shape
    last = np.where(happened, np.arange(months), -1)
    last = np.concatenate([np.full((n, 1), -1), np.maximum.accumulate(last, axis=1)], axis=1)
    return np.where(last >= 0, np.arange(months + 1) - 1 - last, np.nan)


def _median(stacked: Floats) -> Floats:
    """Along the first axis, of what is known."""
    ordered = np.sort(stacked, axis=0)
    count = (~np.isnan(stacked)).sum(axis=0)
    at = np.maximum(count - 1, 0)
    low = np.take_along_axis(ordered, (at // 2)[None], axis=0)[0]
    high = np.take_along_axis(ordered, ((at + 1) // 2)[None], axis=0)[0]
    return np.where(count > 0, (low + high) / 2, np.nan)


def _of_product(values: Floats, group: Ints) -> Floats:
    """The mean over all places that know it, given to each."""
    size = int(group.max(initial=-1)) + 1
    total, count = np.zeros((size, values.shape[1])), np.zeros((size, values.shape[1]))
    np.add.at(total, group, np.nan_to_num(values))
    np.add.at(count, group, ~np.isnan(values))
    return _ratio(total, count)[group]
