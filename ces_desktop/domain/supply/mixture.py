"""The members' draws, how much each counts, and how that is chosen: by what each would have foreseen of late.

Weights are the same for all series of a panel: weights of one series alone follow its noise. They are the mixture of a
coarse grid with the least scaled pinball loss at the last two origins three months apart, by members that know nothing
after those origins; half way back to weights that did well elsewhere, since equal-like weights are hard to beat
(Claeskens et al., "The forecast combination puzzle", Int. J. Forecasting 32 (2016) 754-762).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ces_desktop.domain.supply import boosting, empirical, learner, need, smoothing
from ces_desktop.domain.supply.smoothing import Smoothed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ces_desktop.domain.supply.panel import Panel

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_ALONE = (0.5, 0.5, 0.0)
_POOLED = (0.2, 0.1, 0.7)
"""Smoothing, recent, pooled: where the data have not spoken."""
_GRID = [(a / 10, b / 10, (10 - a - b) / 10) for a in range(11) for b in range(11 - a)]
_LEVELS = (0.5, 0.8, 0.95)
_TRIAL_PATHS = 100
_TRIAL = boosting.Shape(trees=100, rate=0.1, sample=5_000)
_TRIAL_MOST = 600
_LEAST_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Known:
    """A panel, what smoothing made of it, and what the learner says of it where there is one."""

    panel: Panel
    smoothed: Smoothed
    told: learner.Told | None = None

    def rows(self, chosen: Ints) -> Known:
        """Some of the series."""
        smoothed = Smoothed(self.smoothed.levels[chosen], self.smoothed.fit[chosen])
        return Known(self.panel.rows(chosen), smoothed, None if self.told is None else self.told.rows(chosen))


@dataclass(frozen=True, slots=True)
class Trained:
    """What all series teach: the prior over smoothing hypotheses, the learner where there is one, and the weights of
    smoothing, recent and pooled."""

    prior: Floats
    learner: learner.Learner | None
    weights: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Draws:
    """A member's weight; its months and running sums, each series × paths × horizon, sorted over the paths: evenly
    spaced quantiles."""

    name: str
    weight: Floats
    months: Floats
    cumulative: Floats


def train(known: Known, seed: int) -> Trained:
    """Learn from all series, and choose the weights."""
    rng = np.random.default_rng(seed)
    prior = smoothing.prior_of(known.smoothed.fit)
    learnt = learner.learn(known.panel, rng)
    if learnt is None:
        return Trained(prior, None, _ALONE)
    return Trained(prior, learnt, _weights(known.panel, rng))


def ask(known: Known, trained: Trained) -> Known:
    """The same, with what the learner says."""
    told = None if trained.learner is None else learner.tell(trained.learner, known.panel)
    return Known(known.panel, known.smoothed, told)


def draw(
    known: Known, wanted: Floats, horizon: int, paths: int, trained: Trained, rng: np.random.Generator
) -> tuple[Floats, list[Draws]]:
    """Paths of `smoothing` (series × paths × horizon), and each member's answer; the weights of a series sum to 1."""
    panel, smoothed = known.panel, known.smoothed
    hypotheses = smoothing.weigh(smoothed.fit, trained.prior)
    months = (panel.exposure > 0).sum(axis=1).astype(float)
    of_need = need.weight(wanted, months)
    of_pooled = np.where(months >= learner.FIRST, (1 - of_need) * trained.weights[2], 0.0)
    of_recent = np.where(months >= empirical.LEAST, (1 - of_need) * trained.weights[1], 0.0)
    pattern = smoothing.sample(smoothed.levels[:, -1], hypotheses, horizon, paths, rng)
    found = [
        _sorted("smoothing", 1 - of_need - of_pooled - of_recent, pattern),
        _sorted("recent", of_recent, empirical.sample(panel, horizon, paths)),
    ]
    if known.told is not None:
        found.append(Draws("pooled", of_pooled, *learner.ordered(known.told, pattern)))
    if of_need.any():
        found.append(_sorted("need", of_need, smoothing.sample_around(np.nan_to_num(wanted), hypotheses, paths, rng)))
    return pattern, found


def average(draws: Sequence[Draws]) -> tuple[Floats, Floats]:
    """The average of the members' quantiles: of each month, and of the running sums (series × paths × horizon)."""
    months, sums = np.zeros_like(draws[0].months), np.zeros_like(draws[0].months)
    for one in draws:
        months += one.weight[:, None, None] * one.months
        sums += one.weight[:, None, None] * one.cumulative
    return months, sums


def _sorted(name: str, weight: Floats, paths: Floats) -> Draws:
    return Draws(name, weight, np.sort(paths, axis=1), np.sort(np.cumsum(paths, axis=2), axis=1))


def _weights(panel: Panel, rng: np.random.Generator) -> tuple[float, float, float]:
    """Weights that would have done best at the last two origins, half way to those of other data."""
    end = panel.used.shape[1]
    if end < _LEAST_MONTHS:
        return _POOLED
    if len(panel.used) > _TRIAL_MOST:
        panel = panel.rows(np.sort(rng.choice(len(panel.used), _TRIAL_MOST, replace=False)))
    losses = np.zeros(len(_GRID))
    trained: Trained | None = None
    for origin in (end - 2 * learner.SPAN, end - learner.SPAN):
        before = panel.until(origin)
        known = Known(before, smoothing.smooth(before))
        if trained is None:
            learnt = learner.learn(before, rng, _TRIAL)
            if learnt is None:
                return _POOLED
            trained = Trained(smoothing.prior_of(known.smoothed.fit), learnt, _POOLED)
        nothing = np.full((len(panel.used), learner.SPAN), np.nan)
        _, draws = draw(ask(known, trained), nothing, learner.SPAN, _TRIAL_PATHS, trained, rng)
        losses += _losses(panel, origin, draws)
    best = _GRID[int(losses.argmin())]
    return ((best[0] + _POOLED[0]) / 2, (best[1] + _POOLED[1]) / 2, (best[2] + _POOLED[2]) / 2)


def _losses(panel: Panel, origin: int, draws: Sequence[Draws]) -> Floats:
    """Scaled pinball loss of each mixture of the grid over the months from the origin on."""
    rate = panel.rate
    change = np.abs(np.diff(rate[:, :origin], axis=1))
    size = np.nanmean(np.concatenate([change, np.full((len(rate), 1), 1e-9)], axis=1), axis=1)
    after = np.where(panel.exposure >= 1.0, rate, np.nan)[:, origin : origin + learner.SPAN]
    counted = ~np.isnan(after) & (size > 0.01)[:, None]
    places = [int(level * _TRIAL_PATHS) for level in _LEVELS]
    tables = [one.months[:, places] for one in draws[:3]]
    actual = np.nan_to_num(after)[:, None]
    share = (counted / np.maximum(size, 0.01)[:, None])[:, None]
    level = np.asarray(_LEVELS)[:, None]
    losses = []
    for weights in _GRID:
        short = actual - sum((weight * table for weight, table in zip(weights, tables, strict=True)), np.zeros(1))
        losses.append(float((np.maximum(level * short, (level - 1) * short) * share).sum()))
    return np.asarray(losses)
