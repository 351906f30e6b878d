"""Small neural networks of several quantiles of several outcomes at once, averaged: what trees cannot draw smoothly.

Two layers of 64, the same for all outcomes (months, sums), so what helps one helps the others; the loss is the pinball
loss of every quantile of every outcome that is known. Features become even by their rank among the examples, so nothing
is wild; a missing one is the middle, and a flag. Adam with a rate that falls like a cosine, and a tenth of each layer
left out of each step. Networks that start elsewhere err elsewhere: the mean of four is better than any.

Sources: Wen, Torkkola, Narayanaswamy, Madeka, "A multi-horizon quantile recurrent forecaster" (2017; several quantiles
and horizons by one network); Kingma & Ba, "Adam" (ICLR 2015); Loshchilov & Hutter, "Decoupled weight decay
regularization" (ICLR 2019); Srivastava et al., "Dropout", JMLR 15 (2014) 1929-1958.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Small = NDArray[np.float32]
    Ints = NDArray[np.int64]

_MARKS = 33
"""Points of a feature's distribution between which its rank is taken as straight."""
_WIDEST = 1.7
"""Ranks lie evenly between this and its negative: variance about 1."""
_WARM = 50
"""Steps over which the rate rises from nought."""
_ALONE = 2**18
"""Multiplications up to which one thread works out a product of matrices (OpenBLAS). So small a product is faster so;
and where other programs keep the cores busy, threads that wait for each other take ten times as long."""
_MEAN, _SQUARE, _TINY = 0.9, 0.999, 1e-8
"""Adam: how much of the past gradient, and of its square, is kept."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How many networks, how wide each layer is, how often all examples are seen, how many at a time, the highest rate,
    the share of a layer left out, the decay of weights."""

    networks: int = 4
    hidden: tuple[int, ...] = (64, 64)
    epochs: int = 25
    batch: int = 256
    rate: float = 2e-3
    drop: float = 0.1
    decay: float = 1e-4


@dataclass(frozen=True, slots=True)
class Networks:
    """What was learnt. `marks`: of each feature its values from least to most; `flagged`: features that may be missing;
    `layers`: of each network its weights and offsets, layer by layer."""

    marks: tuple[Floats, ...]
    flagged: Ints
    layers: tuple[tuple[tuple[Small, Small], ...], ...]
    outcomes: int
    levels: int


def learn(
    features: Floats, outcomes: Floats, start: Floats, levels: Floats, shape: Shape, rng: np.random.Generator
) -> Networks:
    """From examples × features and examples × outcomes, NaN where not known. `start`: outcomes × levels, where it
    begins, and stays for an outcome of which nothing is known."""
    marks = tuple(_marks(column) for column in features.T)
    flagged = np.flatnonzero(np.isnan(features).any(axis=0))
    given = _even(features, marks, flagged)
    every = np.repeat(outcomes, len(levels), axis=1)
    known = (~np.isnan(every)).astype(np.float32)
    aims = np.nan_to_num(every).astype(np.float32)
    shares = np.tile(levels, outcomes.shape[1]).astype(np.float32)
    layers = tuple(_network(given, aims, known, shares, start.ravel(), shape, rng) for _ in range(shape.networks))
    return Networks(marks, flagged, layers, outcomes.shape[1], len(levels))


def predict(learnt: Networks, features: Floats) -> Floats:
    """Examples × outcomes × levels, in order: the mean of the networks' quantiles."""
    given = _even(features, learnt.marks, learnt.flagged)
    total = np.zeros((len(given), learnt.outcomes, learnt.levels))
    for layers in learnt.layers:
        found = given
        for weights, offset in layers[:-1]:
            found = np.maximum(found @ weights + offset, 0)
        found = found @ layers[-1][0] + layers[-1][1]
        total += np.sort(found.reshape(total.shape), axis=2)
    return total / len(learnt.layers)


def _marks(column: Floats) -> Floats:
    known = column[~np.isnan(column)]
    return np.unique(np.quantile(known, np.linspace(0, 1, _MARKS))) if known.size else np.zeros(1)


def _even(features: Floats, marks: tuple[Floats, ...], flagged: Ints) -> Small:
    """Each feature by its rank, 0 where it is missing; and a flag for each that may be."""
    missing = np.isnan(features)
    ranks = np.zeros(features.shape)
    for at, one in enumerate(marks):
        ranks[:, at] = np.interp(features[:, at], one, np.linspace(-_WIDEST, _WIDEST, len(one)))
    ranks[missing] = 0.0
    return np.concatenate([ranks, missing[:, flagged]], axis=1, dtype=np.float32, casting="unsafe")


def _network(
    given: Small, aims: Small, known: Small, shares: Small, start: Floats, shape: Shape, rng: np.random.Generator
) -> tuple[tuple[Small, Small], ...]:
    """One network. `aims`, `known`: examples × (outcomes · levels); `start`: what it says before it has learnt."""
    sizes = (given.shape[1], *shape.hidden, aims.shape[1])
    values = []
    for before, after in pairwise(sizes):
        values.append((rng.standard_normal((before, after)) * np.sqrt(2 / before)).astype(np.float32))
        values.append(np.zeros(after, dtype=np.float32))
    values[-2] *= np.float32(0.1)
    values[-1] += start.astype(np.float32)
    means, squares = [np.zeros_like(one) for one in values], [np.zeros_like(one) for one in values]
    size = min(shape.batch, len(given), max(1, _ALONE // max(a * b for a, b in pairwise(sizes))))
    parts = max(1, min(shape.batch, len(given)) // size)
    each = len(given) // (parts * size)
    for epoch in range(shape.epochs):
        order = rng.permutation(len(given))[: each * parts * size].reshape(each, parts, size)
        for at, rows in enumerate(order):
            slopes = _slopes(values, given[rows], aims[rows], known[rows], shares, shape.drop, rng)
            step = epoch * each + at + 1
            rate = shape.rate * min(1.0, step / _WARM) * (1 + np.cos(np.pi * step / (shape.epochs * each))) / 2
            _move(values, slopes, means, squares, float(rate), shape.decay, step)
    return tuple(zip(values[::2], values[1::2], strict=True))


def _slopes(
    values: list[Small], given: Small, aims: Small, known: Small, shares: Small, drop: float, rng: np.random.Generator
) -> list[Small]:
    """How the mean pinball loss changes with each of the values (back-propagation).

    Examples come in parts: parts × size × features, or × (outcomes · levels).
    """
    layers, kept = [given], []
    for weights, offset in zip(values[:-2:2], values[1:-2:2], strict=True):
        found = np.maximum(layers[-1] @ weights + offset, 0)
        mask = (rng.random(found.shape, dtype=np.float32) >= drop) * np.float32(1 / (1 - drop))
        kept.append(mask * (found > 0))
        layers.append(found * mask)
    said = layers[-1] @ values[-2] + values[-1]
    slope = ((aims < said) - shares) * known / np.float32(known.shape[0] * known.shape[1])
    slopes = _of_layer(layers[-1], slope)
    for at in range(len(kept) - 1, -1, -1):
        slope = (slope @ values[2 * at + 2].T) * kept[at]
        slopes[:0] = _of_layer(layers[at], slope)
    return slopes


def _of_layer(before: Small, slope: Small) -> list[Small]:
    """Of its weights and offsets."""
    return [(before.transpose(0, 2, 1) @ slope).sum(axis=0), slope.sum(axis=(0, 1))]


def _move(
    values: list[Small],
    slopes: list[Small],
    means: list[Small],
    squares: list[Small],
    rate: float,
    decay: float,
    step: int,
) -> None:
    """One step of Adam; weights decay apart from it."""
    for at, slope in enumerate(slopes):
        means[at] += np.float32(1 - _MEAN) * (slope - means[at])
        squares[at] += np.float32(1 - _SQUARE) * (slope * slope - squares[at])
        spread = np.sqrt(squares[at] / np.float32(1 - _SQUARE**step)) + np.float32(_TINY)
        moved = means[at] / np.float32(1 - _MEAN**step) / spread
        if values[at].ndim == 2:
            moved += np.float32(decay) * values[at]
        values[at] -= np.float32(rate) * moved
