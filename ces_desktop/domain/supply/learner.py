"""A learner pooled over all items and places: what followed months like these, in any series.

Every month of every series is an example: what was known before it (`features`), and what came: each of the next three
months, and the means of the next two and three, each an example of its own kind. So sums are learnt as sums, not put
together from months whose errors go together. What came is measured in the level to the power ¾ (demand varies less
than in proportion to its level) and learnt as a logarithm: quantiles do not mind, and steps become shares (with plain
units the tail of small items ran away). No feature contains a month it predicts: columns end before the origin.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from ces_desktop.domain.supply import boosting, network, season
from ces_desktop.domain.supply.features import features_of, lag, past
from ces_desktop.domain.supply.running import never_falling, places_of, running_sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ces_desktop.domain.supply.panel import Panel

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LEAST = 300
"""Examples without which nothing is learnt: a year and a half of twenty items."""
MANY = 200
"""Series from which trees learn beside the networks. With fewer, trees add little and take most of the time."""
SPAN = 3
"""Months ahead that are learnt; those beyond are as the last one."""
FIRST = 3
"""Months a series must have been known before one of its months is an example, or it is forecast."""
LEVELS = np.array([0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98])
_KINDS = ((0, 1), (1, 1), (2, 1), (0, 2), (0, 3))
"""(first month, months): the mean of so many months from there on."""
_MONTHS, _SUMS = (0, 1, 2), (0, 3, 4)
"""Kinds of the months, and of the running sums."""
_OF_KIND, _SEASON = 4, 2
"""What is told of a kind, and where in it the season begins."""
_OFFSET, _POWER = 0.1, 0.75
_WHOLE = 0.9
"""Exposure from which a month is an outcome."""
_MOST = 12_000
"""Months learnt from, chosen at random: bounds time and memory."""
_TREES, _NETWORKS = boosting.Shape(), network.Shape()
_OF_NETWORKS = 2 / 3
"""How much the networks count: a half to all of it were alike for months, and two thirds better for sums."""


@dataclass(frozen=True, slots=True)
class Learner:
    """What was learnt: the trees (none of few series), the borders of the bins, where each kind starts (kinds ×
    levels); the networks."""

    trees: list[boosting.Tree]
    edges: Floats
    start: Floats
    networks: network.Networks


def learn(
    panel: Panel,
    rng: np.random.Generator,
    shape: boosting.Shape = _TREES,
    nets: network.Shape = _NETWORKS,
) -> Learner | None:
    """Learn from every month of every series that has an outcome; None where there are too few."""
    features, scale = features_of(panel)
    outcomes = np.log(_outcomes(panel) / (scale**_POWER)[:, :, None] + _OFFSET)
    known_before = past((panel.exposure > 0).astype(float), scale.shape[1])
    rows = np.flatnonzero((~np.isnan(outcomes)).any(axis=2) & (known_before >= FIRST))
    if len(rows) < LEAST:
        return None
    if len(rows) > _MOST:
        rows = np.sort(rng.choice(rows, _MOST, replace=False))
    came = outcomes.reshape(-1, len(_KINDS))[rows]
    there = [np.flatnonzero(~np.isnan(column)) for column in came.T]
    kind = np.repeat(np.arange(len(_KINDS)), [len(one) for one in there])
    actual = np.concatenate([came[one, at] for at, one in enumerate(there)])
    start = np.stack([_quantiles(came[one, at]) for at, one in enumerate(there)])
    chosen = features.reshape(-1, features.shape[2])[rows]
    own = _of_kinds(panel, scale).reshape(-1, len(_KINDS), _OF_KIND)[rows]
    asked = np.concatenate([np.concatenate([chosen[one], own[one, at]], axis=1) for at, one in enumerate(there)])
    edges = boosting.edges_of(asked)
    trees: list[boosting.Tree] = []
    if len(panel.used) >= MANY:
        first = np.ascontiguousarray(start[kind].T)
        trees = boosting.grow(boosting.binned(asked, edges), actual, first, LEVELS, shape, rng)
    networks = network.learn(_with_ahead(chosen, own), came, start, LEVELS, nets, rng)
    return Learner(trees, edges, start, networks)


def _with_ahead(features: Floats, own: Floats) -> Floats:
    """What networks are told, which answer for all kinds at once: the features, and the season of each month ahead."""
    return np.concatenate([features, own[:, list(_MONTHS), _SEASON:].reshape(len(own), -1)], axis=1)


def _outcomes(panel: Panel) -> Floats:
    """Series × (months + 1) × kinds: whole-month rates from each column on; NaN where a month of it is not known."""
    rate = np.where(panel.exposure >= _WHOLE, panel.rate, np.nan)
    n, months = rate.shape
    padded = np.concatenate([rate, np.full((n, SPAN + 1), np.nan)], axis=1)
    ahead = np.stack([padded[:, step : step + months + 1] for step in range(SPAN)], axis=2)
    return np.stack([ahead[:, :, at : at + length].mean(axis=2) for at, length in _KINDS], axis=2)


def _quantiles(values: Floats) -> Floats:
    return np.quantile(values, LEVELS) if values.size else np.full(len(LEVELS), np.log(_OFFSET))


def _of_kinds(panel: Panel, scale: Floats) -> Floats:
    """Series × columns of `scale` (the last ones) × kinds × what else is told of a kind.

    Where it begins, how long it is, its season, and what the same months took a year before.
    """
    since = panel.used.shape[1] + 1 - scale.shape[1]
    expected = season.indices(panel, SPAN)[:, since:]
    rate = panel.rate
    a_year_ago = np.stack([lag(rate, season.YEAR - step)[:, since:] for step in range(SPAN)], axis=2)
    a_year_ago /= scale[:, :, None]
    table = np.empty((*scale.shape, len(_KINDS), _OF_KIND))
    for kind, (first, length) in enumerate(_KINDS):
        months = slice(first, first + length)
        table[:, :, kind, 0], table[:, :, kind, 1] = first, length
        table[:, :, kind, 2] = expected[:, :, months].mean(axis=2)
        table[:, :, kind, 3] = a_year_ago[:, :, months].mean(axis=2)
    return table


@dataclass(frozen=True, slots=True)
class Told:
    """What the learner says of series as they are now. `logs`: levels × kinds × series; `scale`: series."""

    logs: Floats
    scale: Floats

    def rows(self, chosen: Ints) -> Told:
        """Some of the series."""
        return Told(self.logs[:, :, chosen], self.scale[chosen])


def tell(learner: Learner, panel: Panel) -> Told:
    """Of all series together: some features are means over a product."""
    features, scale = features_of(panel, panel.used.shape[1])
    own = _of_kinds(panel, scale)[:, -1]
    of_networks = network.predict(learner.networks, _with_ahead(features[:, -1], own)).transpose(2, 1, 0)
    if not learner.trees:
        return Told(of_networks, scale[:, -1] ** _POWER)
    asked = np.concatenate([np.concatenate([features[:, -1], own[:, kind]], axis=1) for kind in range(len(_KINDS))])
    start = np.ascontiguousarray(np.repeat(learner.start, len(scale), axis=0).T)
    found = boosting.predict(learner.trees, boosting.binned(asked, learner.edges), start)
    of_trees = found.reshape(len(LEVELS), len(_KINDS), len(scale))
    return Told((1 - _OF_NETWORKS) * of_trees + _OF_NETWORKS * of_networks, scale[:, -1] ** _POWER)


def ordered(told: Told, pattern: Ints) -> tuple[Floats, Floats]:
    """Evenly spaced quantiles of each month and of the running sums, each series × paths × horizon, in order.

    `pattern`: in which order paths of another member stand in each month (`running.order_of`: series × paths ×
    horizon); months beyond those learnt go together as they do there.
    """
    _, paths, horizon = pattern.shape
    lengths = np.array([length for _, length in _KINDS], dtype=float)
    table = _between(told.logs, paths) * told.scale[:, None, None] * lengths
    last = len(_MONTHS) - 1
    months = table[:, :, [_MONTHS[min(step, last)] for step in range(horizon)]]
    sums = never_falling(table[:, :, list(_SUMS[:horizon])])
    if horizon > SPAN:
        sums = np.concatenate([sums, _beyond(months, sums[:, :, -1], pattern)], axis=2)
    return months, sums


def _between(found: Floats, paths: int) -> Floats:
    """Series × paths × kinds, in units of the level: logarithms are taken as straight between normal quantiles."""
    normal = NormalDist()
    known = np.array([normal.inv_cdf(level) for level in LEVELS])
    wanted = np.array([normal.inv_cdf((path + 0.5) / paths) for path in range(paths)])
    left = np.clip(np.searchsorted(known, wanted) - 1, 0, len(known) - 2)
    share = ((wanted - known[left]) / (known[left + 1] - known[left]))[:, None, None]
    value = found[left] * (1 - share) + found[left + 1] * share
    return np.asarray(np.maximum(np.exp(value) - _OFFSET, 0.0).transpose(2, 0, 1))


def _beyond(months: Floats, last: Floats, pattern: Ints) -> Floats:
    """Running sums after the last that was learnt: the months joined as in the pattern, in proportion to it."""
    joined = np.take_along_axis(months, places_of(pattern), axis=1)
    running = np.sort(running_sums(joined)[:, :, SPAN - 1 :], axis=1)
    return np.sort(running[:, :, 1:] + (last - running[:, :, 0])[:, :, None], axis=1)
