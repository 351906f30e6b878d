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
    level = np.repeat(starting_level(panel)[:, None], len(SPEEDS), axis=1)
    levels = np.empty((n, months + 1, len(SPEEDS)))
    fit = np.zeros((n, len(SPEEDS), SHAPES))
    seen = np.full(n, _START_WEIGHT)
    begun = np.zeros(n, dtype=bool)
    for month in range(months):
        levels[:, month] = level
        here = np.flatnonzero(exposure[:, month] > 0)
        if not here.size:
            continue
        share = exposure[here, month]
        old = begun[here]
        if old.any():
            rows = here[old]
            expected = np.maximum(level[rows] * expecting[rows, month, None], _LEAST_LEVEL)
            fit[rows] += np.maximum(_chance(np.rint(panel.used[rows, month]), expected), _WORST)
        begun[here] = True
        seen[here] += share
        speed = np.minimum(np.maximum(SPEEDS, 1.0 / seen[here, None]), 1.0) * share[:, None]
        level[here] += speed * ((used[here, month] / share)[:, None] - level[here])
    levels[:, months] = level
    return Smoothed(levels, fit)


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
    levels = np.maximum(levels[:, :, _FEW], _LEAST_LEVEL)
    speeds = levels.shape[2]
    sizes, ratios = SIZES[_FEW], RATIOS[_FEW]
    fit = np.zeros((n, speeds, len(sizes) + len(ratios)))
    begun = np.zeros(n, dtype=bool)
    found = np.empty((3, n, months + 1 - since))
    for month in range(months + 1):
        if month >= since:
            found[:, :, month - since] = _expected(fit, levels[:, month, :, None], sizes, ratios)
        if month == months:
            break
        share = panel.exposure[:, month]
        rows = np.flatnonzero((share > 0) & begun)
        expected = np.maximum(levels[rows, month] * share[rows, None], _LEAST_LEVEL)
        fit[rows] += np.maximum(_chance(np.rint(panel.used[rows, month]), expected, sizes, ratios), _WORST)
        begun |= share > 0
    return found[0], found[1], found[2]


def _expected(fit: Floats, level: Floats, sizes: Floats, ratios: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean, standard deviation and chance of none under all hypotheses together. `level`: series × speeds × 1."""
    weight = np.exp(fit - fit.max(axis=(1, 2), keepdims=True))
    weight /= weight.sum(axis=(1, 2), keepdims=True)
    mean = (weight * level).sum(axis=(1, 2))
    spread = np.concatenate([level + level**2 / sizes, level * ratios], axis=2)
    spread += (level - mean[:, None, None]) ** 2
    empty = np.concatenate([-sizes * np.log1p(level / sizes), -level / (ratios - 1) * np.log(ratios)], axis=2)
    return mean, np.sqrt((weight * spread).sum(axis=(1, 2))), (weight * np.exp(empty)).sum(axis=(1, 2))


def _chance(count: Floats, expected: Floats, sizes: Floats = SIZES, ratios: Floats = RATIOS) -> Floats:
    """Log-likelihood of counts (series) under each expected value (series × speeds) and dispersion."""
    mean, number, few = expected[:, :, None], count[:, None, None], len(sizes)
    varying = np.maximum(mean / (ratios - 1), 1e-4)
    fixed = log_gamma(count[:, None] + sizes) - log_gamma(sizes) + sizes * np.log(sizes)
    chance = np.empty((*expected.shape, few + len(ratios)))
    chance[:, :, :few] = fixed[:, None, :] - (number + sizes) * np.log(mean + sizes)
    grown = number + varying
    chance[:, :, few:] = (
        log_gamma(grown) - log_gamma(varying) + varying * np.log(varying) - grown * np.log(mean + varying)
    )
    chance += (count[:, None] * np.log(expected) - log_gamma(count + 1.0)[:, None])[:, :, None]
    return chance


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


def log_gamma(x: Floats) -> Floats:
    """Logarithm of the gamma function for x > 0, to ten digits (Stirling's series after a shift by seven)."""
    product, shifted = x.copy(), np.empty_like(x)
    for step in range(1, 7):
        product *= np.add(x, float(step), out=shifted)
    np.add(x, 7.0, out=shifted)
    square = 1.0 / (shifted * shifted)
    series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / shifted
    return np.asarray((shifted - 0.5) * np.log(shifted) - shifted + 0.9189385332046727 + series - np.log(product))
