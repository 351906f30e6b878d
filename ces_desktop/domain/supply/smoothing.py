"""Exposure-aware negative-binomial exponential smoothing, averaged over its parameters by what each would foresee.

Each series is smoothed at several speeds; each speed, with each of several dispersions, is a hypothesis whose weight
is its likelihood one month ahead (Bayesian model averaging). The prior over hypotheses is learnt from all series
(empirical Bayes, a few steps of EM); the starting level is the product's mean, worth half a month of observation, so a
clinic that never had an item begins where the others are.

Sources: Snyder, Ord, Beaumont, "Forecasting the intermittent demand for slow-moving inventories", Int. J. Forecasting
28 (2012) 485-496 (negative-binomial innovations, damped local level); Harvey & Fernandes, "Time series models for count
or qualitative observations", J. Business & Economic Statistics 7 (1989) 407-417. Exposure is an offset:
a month with half its days of stock expects half the demand and moves the level half as much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ces_desktop.domain.supply.panel import Panel

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

SPEEDS = np.array([0.02, 0.05, 0.1, 0.2, 0.35, 0.6])
"""How far one month moves the level."""
SIZES = np.array([0.15, 0.3, 0.6, 1.2, 2.5, 6.0, 15.0, 40.0, 120.0, 600.0])
"""Negative-binomial size r: variance = m + m²/r, as when months differ by a factor."""
RATIOS = np.array([1.5, 3.0, 6.0, 12.0, 30.0, 80.0])
"""Or variance = m · ratio, as when people come in groups: r = m / (ratio - 1)."""
SHAPES = len(SIZES) + len(RATIOS)
_FEW = slice(1, None, 2)
"""Every second speed, size and ratio."""
_START_WEIGHT = 0.5
_LEAST_LEVEL = 1e-3
_WORST = -25.0
"""Log-likelihood of one month is not let below this: one strange month must not decide."""
_EM_STEPS = 6
_FACTORS = 7
"""From here on Stirling's series has ten digits."""
_FLOOR = 0.02


@dataclass(frozen=True, slots=True)
class Smoothed:
    """What was learnt. `levels`: series × (months + 1) × speeds, the level known before each month. `fit`: series ×
    speeds × dispersions, summed log-likelihood of every month but the first."""

    levels: Floats
    fit: Floats


def smooth(panel: Panel, season: Floats | None = None) -> Smoothed:
    """Run all speeds through all months of all series at once.

    `season`: series × months, what each month was expected to be as a share of a usual one; without it all are usual.
    """
    n, months = panel.used.shape
    exposure = panel.exposure
    used = panel.used if season is None else panel.used / season
    expecting = exposure if season is None else exposure * season
    counts = _counts(panel.used, SIZES)
    level = np.repeat(starting_level(panel)[:, None], len(SPEEDS), axis=1)
    levels = np.empty((n, months + 1, len(SPEEDS)))
    fit = np.zeros((SHAPES * len(SPEEDS), n))
    seen = np.full(n, _START_WEIGHT)
    begun = np.zeros(n, dtype=bool)
    for month in range(months):
        levels[:, month] = level
        here = np.flatnonzero(exposure[:, month] > 0)
        if not here.size:
            continue
        share = exposure[here, month]
        rows, of_count, certain = counts.largest_first(here[begun[here]], month)
        expected = np.maximum(level[rows] * expecting[rows, month, None], _LEAST_LEVEL).T
        fit[:, rows] += _chance(of_count, certain, expected, SIZES, RATIOS)
        begun[here] = True
        seen[here] += share
        speed = np.minimum(np.maximum(SPEEDS, 1.0 / seen[here, None]), 1.0) * share[:, None]
        level[here] += speed * ((used[here, month] / share)[:, None] - level[here])
    levels[:, months] = level
    return Smoothed(levels, np.ascontiguousarray(fit.reshape(SHAPES, len(SPEEDS), n).T))


def levels_of(panel: Panel) -> Floats:
    """Series × (months + 1) × speeds: as `smooth`, but a level knows nothing of the months that follow it.

    A series begins at the mean its product had before, elsewhere; where there was none, at its own first month.
    """
    n, months = panel.used.shape
    level, seen = np.zeros((n, len(SPEEDS))), np.zeros(n)
    levels = np.zeros((n, months + 1, len(SPEEDS)))
    rate = np.nan_to_num(panel.rate)
    size = int(panel.group.max(initial=-1)) + 1
    total, time = np.zeros(size), np.zeros(size)
    for month in range(months):
        share = panel.exposure[:, month]
        new = (seen == 0) & (time[panel.group] > 0)
        level[new] = (total[panel.group] / np.maximum(time[panel.group], 1e-9))[new, None]
        levels[:, month] = level
        known = share > 0
        seen += np.where(known & new, _START_WEIGHT, 0.0) + share
        speed = np.minimum(np.maximum(SPEEDS, 1.0 / np.maximum(seen, 0.05)[:, None]), 1.0)
        level = level + speed * np.where(seen > share, share, known)[:, None] * (rate[:, month, None] - level)
        total += np.bincount(panel.group, panel.used[:, month], size)
        time += np.bincount(panel.group, share, size)
    levels[:, months] = level
    return levels


def foreseen(panel: Panel, levels: Floats, since: int = 0) -> tuple[Floats, Floats, Floats]:
    """Mean, standard deviation and chance of none that each month (and the one after the last) was expected to have.

    Each series × months from `since` on (and one). `levels` from `levels_of`: what is expected of a month knows nothing
    of it or of later ones. A quarter of the hypotheses is enough for this, all alike before the series is seen.
    """
    n, months = panel.used.shape
    levels = np.ascontiguousarray(np.maximum(levels[:, :, _FEW], _LEAST_LEVEL).transpose(1, 2, 0))
    sizes, ratios = SIZES[_FEW], RATIOS[_FEW]
    fit = np.zeros((len(sizes) + len(ratios), levels.shape[1], n))
    flat, counts = fit.reshape(fit.shape[0] * fit.shape[1], n), _counts(panel.used, sizes)
    begun = np.zeros(n, dtype=bool)
    found = np.empty((3, n, months + 1 - since))
    for month in range(months + 1):
        if month >= since:
            found[:, :, month - since] = _expected(fit, levels[month], sizes, ratios)
        if month == months:
            break
        share = panel.exposure[:, month]
        rows, of_count, certain = counts.largest_first(np.flatnonzero((share > 0) & begun), month)
        expected = np.maximum(levels[month][:, rows] * share[rows], _LEAST_LEVEL)
        flat[:, rows] += _chance(of_count, certain, expected, sizes, ratios)
        begun |= share > 0
    return found[0], found[1], found[2]


@dataclass(frozen=True, slots=True)
class _Counts:
    """What was used, in whole units (series × months), and what of a count's likelihood nothing expected changes.

    `certain`: of each count that occurs (`place`: series × months → its column), log Γ(r + count) - log Γ(r) + r·log r
    for each size r, and log count!.
    """

    used: Floats
    place: Ints
    certain: Floats

    def largest_first(self, rows: Ints, month: int) -> tuple[Ints, Floats, Floats]:
        """Series in the order of their counts of a month, as `_chance` wants them; the counts, and their columns."""
        rows = rows[np.argsort(-self.used[rows, month], kind="stable")]
        return rows, self.used[rows, month], self.certain[:, self.place[rows, month]]


def _counts(used: Floats, sizes: Floats) -> _Counts:
    whole = np.rint(used)
    each, place = np.unique(-whole, return_inverse=True)
    size = np.append(sizes, 1.0)[:, None]
    certain = np.zeros((len(size), len(each)))
    some = int(np.searchsorted(each, 0.0))
    certain[:, :some] = rising(np.repeat(size, some, axis=1), -each[:some])
    certain[:-1] += sizes[:, None] * np.log(sizes)[:, None]
    return _Counts(whole, place.reshape(whole.shape), certain)


def _expected(fit: Floats, level: Floats, sizes: Floats, ratios: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean, standard deviation and chance of none under all hypotheses together. `fit`: dispersions × speeds × series,
    `level`: speeds × series."""
    few = len(sizes)
    size, ratio = sizes[:, None, None], ratios[:, None, None]
    weight = np.exp(fit - fit.max(axis=(0, 1)))
    weight /= weight.sum(axis=(0, 1))
    mean = (weight.sum(axis=0) * level).sum(axis=0)
    spread, empty = np.empty_like(fit), np.empty_like(fit)
    spread[:few], spread[few:] = level + level**2 / size, level * ratio
    spread += (level - mean) ** 2
    empty[:few], empty[few:] = -size * np.log1p(level / size), -level * (np.log(ratio) / (ratio - 1))
    return mean, np.sqrt((weight * spread).sum(axis=(0, 1))), (weight * np.exp(empty)).sum(axis=(0, 1))


def _chance(count: Floats, certain: Floats, expected: Floats, sizes: Floats, ratios: Floats) -> Floats:
    """Log-likelihood of counts (series, the largest first; `certain` theirs) under each expected value (speeds ×
    series) and dispersion, none below `_WORST`: (dispersions · speeds) × series, so that NumPy goes along the many
    series and not along a handful of dispersions.

    Where the dispersion is a ratio, the chance of going on is the same whatever is expected: no logarithm of it is
    worked out, and no gamma function of none at all, which most months of most items are.
    """
    few, some = len(sizes), int(np.searchsorted(-count, 0.0))
    size, ratio, positive = sizes[:, None, None], ratios[:, None, None], count[:some]
    chance = np.empty((few + len(ratios), *expected.shape))
    fixed, varying = chance[:few], chance[few:]
    np.log(expected + size, out=fixed)
    fixed *= -(count + size)
    fixed += certain[:-1, None, :]
    fixed[:, :, :some] += positive * np.log(expected[:, :some])
    grown = expected / (ratio - 1)
    np.multiply(grown, -np.log(ratio), out=varying)
    varying[:, :, :some] += rising(grown[:, :, :some], positive) + positive * np.log1p(-1 / ratio)
    chance -= certain[-1]
    return np.maximum(chance, _WORST).reshape(len(chance) * len(expected), len(count))


def starting_level(panel: Panel) -> Floats:
    """The product's mean over all places; the mean of all where a product has never been seen."""
    size = int(panel.group.max(initial=-1)) + 1
    total = np.bincount(panel.group, panel.used.sum(axis=1), size)
    time = np.bincount(panel.group, panel.exposure.sum(axis=1), size)
    overall = total.sum() / time.sum() if time.sum() > 0 else 0.0
    mean = np.where(time > 0, total / np.where(time > 0, time, 1.0), overall)
    return np.asarray(np.maximum(mean, 0.02)[panel.group])


def prior_of(fit: Floats) -> Floats:
    """Weight of each hypothesis (speeds · dispersions) before a series is seen: what fits all series best."""
    likelihood = _likelihood(fit)
    prior = np.full(likelihood.shape[1], 1.0 / likelihood.shape[1])
    for _ in range(_EM_STEPS if len(fit) else 0):
        posterior = likelihood * prior
        posterior /= posterior.sum(axis=1, keepdims=True)
        prior = (1 - _FLOOR) * posterior.mean(axis=0) + _FLOOR / likelihood.shape[1]
    return prior


def weigh(fit: Floats, prior: Floats) -> Floats:
    """Posterior weight of each hypothesis: series × (speeds · dispersions)."""
    posterior = _likelihood(fit) * prior
    return np.asarray(posterior / posterior.sum(axis=1, keepdims=True))


def _likelihood(fit: Floats) -> Floats:
    flat = fit.reshape(len(fit), len(SPEEDS) * SHAPES)
    return np.asarray(np.exp(flat - flat.max(axis=1, keepdims=True)))


def evidence(fit: Floats, prior: Floats) -> Floats:
    """Log-likelihood of each series under all hypotheses together."""
    flat = fit.reshape(len(fit), len(SPEEDS) * SHAPES)
    return np.asarray(np.log(_likelihood(fit) @ prior) + flat.max(axis=1))


def sample(level: Floats, weights: Floats, season: Floats, paths: int, rng: np.random.Generator) -> Floats:
    """Series × paths × horizon: months ahead drawn from the hypotheses, each path going on from its own draws.

    `season`: series × horizon, each month as a share of a usual one.
    """
    chosen = _choose(weights, paths, rng)
    speed, dispersion = SPEEDS[chosen // SHAPES], _dispersion(chosen % SHAPES)
    now = np.take_along_axis(level, chosen // SHAPES, axis=1)
    drawn = np.empty((len(level), paths, season.shape[1]))
    for step, share in enumerate(season.T):
        drawn[:, :, step] = _draw(np.maximum(now * share[:, None], _LEAST_LEVEL / 10), dispersion, rng)
        now = now + speed * (drawn[:, :, step] / share[:, None] - now)
    return drawn


def sample_around(mean: Floats, weights: Floats, paths: int, rng: np.random.Generator) -> Floats:
    """Series × paths × horizon around a mean (series × horizon) that is known, as dispersed as the series has been."""
    dispersion = _dispersion(_choose(weights, paths, rng) % SHAPES)
    return np.stack([_draw(np.maximum(month[:, None], 1e-9), dispersion, rng) for month in mean.T], axis=2)


def _choose(weights: Floats, paths: int, rng: np.random.Generator) -> Ints:
    """Which hypothesis each path follows: as often as its weight says, in any order."""
    n, hypotheses = weights.shape
    marks = np.cumsum(weights, axis=1)
    marks[:, -1] = 1.0
    rows = np.arange(n)[:, None]
    strata = (np.arange(paths) + rng.random((n, paths))) / paths
    found = np.searchsorted((marks + rows).ravel(), (strata + rows).ravel(), side="right").reshape(n, paths)
    return np.asarray(rng.permuted(np.clip(found - rows * hypotheses, 0, hypotheses - 1), axis=1))


def _dispersion(shape: Ints) -> tuple[NDArray[np.bool_], Floats, Floats]:
    """Of each shape: whether its size is fixed, the size if so, and if not the variance over the mean, less 1."""
    few = len(SIZES)
    return shape < few, SIZES[np.minimum(shape, few - 1)], RATIOS[np.maximum(shape - few, 0)] - 1


def _draw(mean: Floats, dispersion: tuple[NDArray[np.bool_], Floats, Floats], rng: np.random.Generator) -> Floats:
    """One negative-binomial draw (a Poisson whose mean is gamma) for each mean and dispersion."""
    fixed, sizes, excess = dispersion
    size = np.where(fixed, sizes, np.maximum(mean / excess, 1e-4))
    return rng.poisson(np.minimum(rng.standard_gamma(size) * mean / size, 1e15)).astype(float)


def rising(size: Floats, count: Floats) -> Floats:
    """log Γ(size + count) - log Γ(size), to ten digits: sizes above 0 (… × series), whole counts of 1 or more (series),
    the largest first. Up to seven the product is multiplied out, beyond it Stirling's series goes on from there."""
    product = size.copy()
    for step in range(1, _FACTORS):
        more = int(np.searchsorted(-count, -float(step)))
        product[..., :more] *= size[..., :more] + step
    found = np.log(product, out=product)
    large = int(np.searchsorted(-count, -float(_FACTORS)))
    start = size[..., :large]
    found[..., :large] += _stirling(start + count[:large]) - _stirling(start + _FACTORS)
    return found


def _stirling(x: Floats) -> Floats:
    """log Γ(x) - log √(2π) for x of seven or more."""
    square = 1.0 / (x * x)
    series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / x
    return np.asarray((x - 0.5) * np.log(x) - x + series)
