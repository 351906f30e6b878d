"""A learner pooled over all items and places: what happened next to series that looked like this one.

Every month of every series is an example: what was known before it (features), and what the months from it on took in
units of the smoothed level to the power ¾ (demand varies less than in proportion to its level). A forest finds the
examples alike; their outcomes are the forecast. No feature contains a month it predicts: columns end before the origin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ces_desktop.domain.supply import forest
from ces_desktop.domain.supply.smoothing import levels_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ces_desktop.domain.supply.panel import Panel

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LEAST_SERIES = 200
SPAN = 3
"""Months that an outcome covers; a longer horizon is made of several outcomes."""
_LAGS = 6
_WINDOWS = (3, 6, 12, 24)
_LEAST_LEVEL = 0.5
_POWER = 0.75
FIRST = 6
"""Months a series must have been known before one of its months is an example."""
_WHOLE = 0.9
"""Exposure from which a month is an outcome."""
_MOST = 12_000
"""Examples learnt from, chosen at random: bounds time and memory."""


@dataclass(frozen=True, slots=True)
class Learner:
    """What was learnt: the forest, the borders of its bins, and each example's outcome (examples × SPAN)."""

    trees: list[forest.Tree]
    edges: Floats
    outcomes: Floats


def learn(panel: Panel, rng: np.random.Generator, shape: forest.Shape | None = None) -> Learner | None:
    """Learn from every month of every series that has an outcome; None where there are too few."""
    shape = shape or forest.Shape()
    n, months = panel.used.shape
    known_before = _past((panel.exposure > 0).astype(float), months + 1)
    levels = levels_of(panel)
    outcomes = _outcomes(panel, scale_of(levels))
    usable = (~np.isnan(outcomes)).any(axis=2) & (known_before >= FIRST)
    rows = np.flatnonzero(usable)
    if n < LEAST_SERIES or len(rows) < 10 * shape.leaf:
        return None
    if len(rows) > _MOST:
        rows = np.sort(rng.choice(rows, _MOST, replace=False))
    features = features_of(panel, levels)
    features = features.reshape(-1, features.shape[2])[rows]
    edges = forest.edges_of(features)
    chosen = _filled(outcomes.reshape(-1, SPAN)[rows])
    trees = forest.grow(forest.binned(features, edges), _goals(chosen.mean(axis=1)), shape, rng)
    return Learner(trees, edges, chosen)


def sample(learner: Learner, panel: Panel, horizon: int, paths: int, rng: np.random.Generator) -> Floats:
    """Series × paths × horizon: outcomes of the examples that share leaves with the series as they are now."""
    levels = levels_of(panel)
    bins = forest.binned(features_of(panel, levels)[:, -1], learner.edges)
    scale = scale_of(levels)[:, -1, None, None]
    blocks = []
    for _ in range(0, horizon, SPAN):
        found = forest.alike(learner.trees, bins, paths, rng)
        blocks.append(learner.outcomes[rng.permuted(found, axis=1)])
    return np.concatenate(blocks, axis=2)[:, :, :horizon] * scale


def scale_of(levels: Floats) -> Floats:
    """Series × (months + 1): what outcomes are measured in."""
    return np.asarray(np.maximum(levels[:, :, 1:5].mean(axis=2), _LEAST_LEVEL) ** _POWER)


def _outcomes(panel: Panel, scale: Floats) -> Floats:
    """Series × (months + 1) × SPAN: whole-month rates from each column on, in its scale; NaN where not known."""
    rate = np.where(panel.exposure >= _WHOLE, panel.rate, np.nan)
    n, months = rate.shape
    padded = np.concatenate([rate, np.full((n, SPAN + 1), np.nan)], axis=1)
    return np.stack([padded[:, step : step + months + 1] for step in range(SPAN)], axis=2) / scale[:, :, None]


def _filled(outcomes: Floats) -> Floats:
    """A month that is not known is taken from the nearest known month of the same outcome."""
    filled = outcomes.copy()
    for step in range(SPAN):
        for other in sorted(range(SPAN), key=lambda each: abs(each - step)):
            hole = np.isnan(filled[:, step])
            filled[hole, step] = outcomes[hole, other]
    return filled


def _goals(mean: Floats) -> Floats:
    """What splits are chosen by: how much (twice, less and less swayed by the extremes), whether any, whether much."""
    goals = np.stack([np.sqrt(mean), np.minimum(mean, 3.0), mean == 0, mean > 2], axis=1).astype(float)
    return np.asarray((goals - goals.mean(axis=0)) / (goals.std(axis=0) + 1e-9))


def features_of(panel: Panel, levels: Floats) -> Floats:
    """Series × (months + 1) × features; at column t, of the months before t alone."""
    rate = panel.rate
    known = (panel.exposure > 0).astype(float)
    scale = np.maximum(levels[:, :, 1:5].mean(axis=2), _LEAST_LEVEL / 2)
    n, months = rate.shape
    filled = np.nan_to_num(rate)
    windows = [_ratio(_past(panel.used, k), _past(panel.exposure, k)) for k in (*_WINDOWS, months + 1)]
    sq = _ratio(_past(filled**2, 12), _past(known, 12))
    mean = _ratio(_past(filled, 12), _past(known, 12))
    columns = [np.log(scale)]
    columns += [_lag(rate, k) / scale for k in range(1, _LAGS + 1)]
    columns += [window / scale for window in windows]
    columns += [levels[:, :, k] / scale for k in (0, 2, 5)]
    columns.append(np.sqrt(np.maximum(sq - mean**2, 0)) / scale)
    columns += [_ratio(_past((filled == 0) * known, k), _past(known, k)) for k in (3, 12)]
    columns += [_past(panel.exposure, k) / k for k in (1, 3, 12)]
    columns.append(_past(known, months + 1))
    columns.append(_since(filled > 0))
    recent = np.stack([_lag(rate, k) for k in range(1, 13)])
    largest = np.where(np.isnan(recent), -1.0, recent).max(axis=0)
    columns.append(np.where(largest < 0, np.nan, largest) / scale)
    columns.append(_median(recent) / scale)
    columns.append(np.broadcast_to((panel.first + np.arange(months + 1)) % 12, (n, months + 1)).astype(float))
    columns.append(_lag(rate, 12) / scale)
    columns.append(_of_product(windows[0] / scale, panel.group))
    columns.append(_of_product(_lag(rate, 1) / scale, panel.group))
    columns.append(_of_product(np.log(scale), panel.group))
    return np.stack(columns, axis=2)


def _past(values: Floats, k: int) -> Floats:
    """Sum of the last k columns before each column, and after the last."""
    total = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
    months = np.arange(total.shape[1])
    return np.asarray(total - total[:, np.maximum(months - k, 0)])


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.where(below > 0, above / np.where(below > 0, below, 1.0), np.nan)


def _lag(values: Floats, k: int) -> Floats:
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
