"""The members' answers, how much each counts, and how that is chosen: by what each would have foreseen of late.

Between smoothing with a season and without, each series decides by its likelihood so far. The other weights are the
same for all series of a panel: weights of one series alone follow its noise. They are the mixture of a coarse grid with
the least scaled pinball loss at the last two origins three months apart, by members that know nothing after those
origins, for months and for running sums; drawn towards weights that did well elsewhere, since equal-like weights are
hard to beat (Claeskens et al., "The forecast combination puzzle", Int. J. Forecasting 32 (2016) 754-762).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ces_desktop.domain.supply import boosting, empirical, learner, need, network, season, smoothing
from ces_desktop.domain.supply.running import never_falling, ranked, running_sums
from ces_desktop.domain.supply.smoothing import Smoothed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ces_desktop.domain.supply.panel import Panel

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

Weights = tuple[float, float, float]
"""Of smoothing, recent and pooled."""
_ALONE = ((0.5, 0.5, 0.0), (0.5, 0.5, 0.0))
_POOLED = ((0.2, 0.1, 0.7), (0.3, 0.2, 0.5))
"""Of months and of running sums, where the data have not spoken."""
_TRUST = 4000.0
"""Months forecast in the trial from which its weights count as much as these."""
_GRID: list[Weights] = [(a / 10, b / 10, (10 - a - b) / 10) for a in range(11) for b in range(11 - a)]
_UNIT: tuple[Weights, ...] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
_LEVELS = (0.5, 0.8, 0.95)
_TRIAL_PATHS = 100
_TRIAL = boosting.Shape(trees=100, rate=0.1, sample=5_000), network.Shape(networks=1, epochs=15)
_TRIAL_MOST = 3_000
"""Series in the trial. Of 600 a set of thousands trusted too little what it would have learnt from all."""
_LEAST_MONTHS = 24
_IDLE = 12
"""Months on the shelf without any use after which the learner is not asked: a trace of demand would order a pack."""
_SEASONAL = 0.05
"""Share of series with a season, before they are seen."""


@dataclass(frozen=True, slots=True)
class Known:
    """A panel, what smoothing made of it, the same with a season (`index`: series × 12 months ahead), and what the
    learner says of it where there is one."""

    panel: Panel
    smoothed: Smoothed
    seasonal: Smoothed
    index: Floats
    told: learner.Told | None = None

    def rows(self, chosen: Ints) -> Known:
        """Some of the series."""
        smoothed, seasonal = (Smoothed(one.levels[chosen], one.fit[chosen]) for one in (self.smoothed, self.seasonal))
        told = None if self.told is None else self.told.rows(chosen)
        return Known(self.panel.rows(chosen), smoothed, seasonal, self.index[chosen], told)


@dataclass(frozen=True, slots=True)
class Trained:
    """What all series teach: the prior over smoothing hypotheses, the learner where there is one, and the weights for
    months and for running sums."""

    prior: Floats
    learner: learner.Learner | None
    weights: tuple[Weights, Weights]


@dataclass(frozen=True, slots=True)
class Draws:
    """A member's weights for months and for running sums; both, each series × paths × horizon, sorted over the paths:
    evenly spaced quantiles."""

    name: str
    weight: Floats
    sum_weight: Floats
    months: Floats
    cumulative: Floats


def know(panel: Panel) -> Known:
    """What each series says by itself."""
    index = season.indices(panel, season.YEAR)
    with ThreadPoolExecutor(1) as beside:
        seasonal = beside.submit(smoothing.smooth, panel, index[:, :-1, 0])
        return Known(panel, smoothing.smooth(panel), seasonal.result(), index[:, -1])


def train(known: Known, seed: int, pooled: bool = True) -> Trained:
    """Learn from all series, and choose the weights; not `pooled`: without the learner, at once."""
    rng = np.random.default_rng(seed)
    prior = smoothing.prior_of(known.smoothed.fit)
    learnt = learner.learn(known.panel, rng) if pooled else None
    return Trained(prior, learnt, _ALONE if learnt is None else _weights(known.panel, rng))


def ask(known: Known, trained: Trained) -> Known:
    """The same, with what the learner says."""
    return known if trained.learner is None else replace(known, told=learner.tell(trained.learner, known.panel))


def _has_season(known: Known, prior: Floats) -> Floats:
    """Probability of a season for each series; 0 where it is too short to tell, or its months speak against one.

    The likelihood counts half: models that are not true say what they say too surely (Grünwald & van Ommen,
    "Inconsistency of Bayesian inference for misspecified linear models", Bayesian Analysis 12 (2017) 1069-1103).
    """
    gain = smoothing.evidence(known.seasonal.fit, prior) - smoothing.evidence(known.smoothed.fit, prior)
    long = (known.panel.exposure > 0).sum(axis=1) >= season.LEAST_MONTHS
    told = 1 / (1 + (1 - _SEASONAL) / _SEASONAL * np.exp(-np.clip(gain / 2, -50, 50)))
    return np.where(long & (gain > 0), told, 0.0)


def draw(
    known: Known, wanted: Floats, horizon: int, paths: int, trained: Trained, rng: np.random.Generator
) -> tuple[Ints, list[Draws]]:
    """In which order paths of `smoothing` stand by their running sums (`running.order_of`: series × paths × horizon),
    and each member's answer; the weights of a series sum to 1."""
    fits = [smoothing.weigh(one.fit, trained.prior) for one in (known.smoothed, known.seasonal)]
    ahead = known.index[:, np.arange(horizon) % season.YEAR]
    pattern = smoothing.sample(known.smoothed.levels[:, -1], fits[0], np.ones_like(ahead), paths, rng)
    chance = _has_season(known, trained.prior)
    (by_month, months), (by_sum, sums) = ranked(pattern), ranked(running_sums(pattern))
    answers = {"smoothing": (months, sums), "recent": empirical.ordered(known.panel, horizon, paths)}
    some = np.flatnonzero(chance)
    if some.size:
        drawn = smoothing.sample(known.seasonal.levels[some, -1], fits[1][some], ahead[some], paths, rng)
        seasonal = np.zeros((2, *pattern.shape))
        seasonal[:, some] = _ordered(drawn)
        answers["seasonal"] = seasonal[0], seasonal[1]
    if known.told is not None:
        answers["pooled"] = learner.ordered(known.told, by_month)
    if not np.isnan(wanted).all():
        answers["need"] = _ordered(smoothing.sample_around(np.nan_to_num(wanted), fits[0], paths, rng))
    blind = trained.learner is not None and not trained.learner.trees
    shares = [_shares(known.panel, wanted, chance, weights, blind) for weights in trained.weights]
    return by_sum, [Draws(name, shares[0][name], shares[1][name], *each) for name, each in answers.items()]


def _shares(
    panel: Panel, wanted: Floats, chance: Floats, weights: Weights, blind: bool = False
) -> dict[str, Floats]:
    """Weight of each member for each series: a short history asks fewer members, a season replaces what knows none.

    `blind`: the learner learnt from too few series to know seasons.
    """
    months = (panel.exposure > 0).sum(axis=1).astype(float)
    of_need = need.weight(wanted, months)
    idle = (months >= _IDLE) & ~(panel.used > 0).any(axis=1)
    of_pooled = np.where((months >= learner.FIRST) & ~idle, (1 - of_need) * weights[2], 0.0)
    if blind:
        of_pooled *= 1 - chance
    of_recent = np.where(months >= empirical.LEAST, (1 - of_need) * weights[1], 0.0)
    plain = 1 - of_need - of_pooled
    return {
        "smoothing": (1 - chance) * (plain - of_recent),
        "seasonal": chance * plain,
        "recent": (1 - chance) * of_recent,
        "pooled": of_pooled,
        "need": of_need,
    }


def average(draws: Sequence[Draws]) -> tuple[Floats, Floats]:
    """The average of the members' quantiles: of each month, and of the running sums (series × paths × horizon).

    The first sum is the first month; a sum is at least the one before it.
    """
    months, sums = np.zeros_like(draws[0].months), np.zeros_like(draws[0].months)
    for one in draws:
        months += one.weight[:, None, None] * one.months
        sums += one.sum_weight[:, None, None] * one.cumulative
    sums[:, :, :1] = months[:, :, :1]
    return months, never_falling(sums)


def _ordered(paths: Floats) -> tuple[Floats, Floats]:
    return np.sort(paths, axis=1), np.sort(running_sums(paths), axis=1)


def _weights(panel: Panel, rng: np.random.Generator) -> tuple[Weights, Weights]:
    """Weights that would have done best at the last two origins, drawn towards those of other data; these alone for
    a panel that says too little of it."""
    end = panel.used.shape[1]
    if end < _LEAST_MONTHS or len(panel.used) < learner.MANY:
        return _POOLED
    if len(panel.used) > _TRIAL_MOST:
        panel = panel.rows(np.sort(rng.choice(len(panel.used), _TRIAL_MOST, replace=False)))
    losses, tried = np.zeros((2, len(_GRID))), 0.0
    trained: Trained | None = None
    nothing = np.full((len(panel.used), learner.SPAN), np.nan)
    for origin in (end - 2 * learner.SPAN, end - learner.SPAN):
        known = know(panel.until(origin))
        if trained is None:
            prior = smoothing.prior_of(known.smoothed.fit)
            learnt = learner.learn(known.panel, rng, *_TRIAL)
            if learnt is None:
                return _POOLED
            trained = Trained(prior, learnt, _POOLED)
        known = ask(known, trained)
        _, draws = draw(known, nothing, learner.SPAN, _TRIAL_PATHS, trained, rng)
        chance = _has_season(known, trained.prior)
        shares = [_shares(known.panel, nothing, chance, unit) for unit in _UNIT]
        losses += _losses(panel, origin, draws, shares)
        tried += float((panel.exposure[:, origin : origin + learner.SPAN] >= 1.0).sum())
    trust = tried / (tried + _TRUST)
    return _drawn(losses[0], _POOLED[0], trust), _drawn(losses[1], _POOLED[1], trust)


def _drawn(losses: Floats, usual: Weights, trust: float) -> Weights:
    smoothing_, recent, pooled = (
        trust * best + (1 - trust) * other for best, other in zip(_GRID[int(losses.argmin())], usual, strict=True)
    )
    return smoothing_, recent, pooled


def _losses(panel: Panel, origin: int, draws: Sequence[Draws], shares: Sequence[dict[str, Floats]]) -> Floats:
    """Scaled pinball loss of each mixture of the grid over the months from the origin on, and over their sums."""
    rate = panel.rate
    change = np.abs(np.diff(rate[:, :origin], axis=1))
    size = np.nanmean(np.concatenate([change, np.full((len(rate), 1), 1e-9)], axis=1), axis=1)
    after = np.where(panel.exposure >= 1.0, rate, np.nan)[:, origin : origin + learner.SPAN]
    places = [int(level * _TRIAL_PATHS) for level in _LEVELS]
    level = np.asarray(_LEVELS)[:, None]
    found = np.empty((2, len(_GRID)))
    for at, came in enumerate((after, np.cumsum(after, axis=1))):
        answers = [(one.name, (one.cumulative if at else one.months)[:, places]) for one in draws]
        tables = [sum((part[name][:, None, None] * table for name, table in answers), np.zeros(1)) for part in shares]
        counted = ~np.isnan(came) & (size > 0.01)[:, None]
        share = (counted / np.maximum(size, 0.01)[:, None])[:, None]
        actual = np.nan_to_num(came)[:, None]
        for number, weights in enumerate(_GRID):
            short = actual - sum((weight * table for weight, table in zip(weights, tables, strict=True)), np.zeros(1))
            found[at, number] = float((np.maximum(level * short, (level - 1) * short) * share).sum())
    return found
