"""Gradient boosting of several quantiles at once: small trees, each mending what those before it left.

One tree serves all quantiles: it is split where the signs of what is left (over or under each quantile, the gradient of
the pinball loss) differ most, and each leaf moves each quantile part of the way to that quantile of its own examples.
Since only signs steer the splits, one wild month counts no more than any other. All signs of an example are one number,
how many quantiles are at or under it; so one count per border serves all quantiles and all features of a level.

Sources: Friedman, "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29 (2001)
1189-1232 (least absolute deviation: leaves take the median of the residuals); Friedman, "Stochastic gradient boosting",
Computational Statistics & Data Analysis 38 (2002) 367-378; histograms as in LightGBM (Ke et al., NeurIPS 2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bins = NDArray[np.uint8]

BINS = 32
_LEAST_GAIN = 1e-6


@dataclass(frozen=True, slots=True)
class Shape:
    """How trees are grown: how many, levels, least examples in a leaf, share of features a tree may ask about, most
    examples a tree is shown, and the part of the way a leaf goes."""

    trees: int = 200
    depth: int = 4
    leaf: int = 80
    features: float = 0.4
    sample: int = 8_000
    rate: float = 0.05


@dataclass(frozen=True, slots=True)
class Tree:
    """One tree. Node i asks whether the bin of `feature[i]` is over `edge[i]`; children are 2i+1, 2i+2.

    All leaves are at the bottom, so that all examples go down at once: a node with nothing to ask (feature 0) has the
    same under both its children. `move`: quantiles × leaves, what a leaf adds.
    """

    feature: Ints
    edge: Bins
    move: Floats


def edges_of(features: Floats) -> Floats:
    """Features × (BINS - 2) borders between bins that hold about as many examples each."""
    marks = np.linspace(0, 1, BINS)[1:-1]
    return np.stack([_edges(column[~np.isnan(column)], marks) for column in features.T])


def _edges(values: Floats, marks: Floats) -> Floats:
    return np.quantile(values, marks) if values.size else np.zeros(len(marks))


def binned(features: Floats, edges: Floats) -> Bins:
    """Features × examples: the bin of each, 0 where it is not known."""
    found = np.empty((features.shape[1], len(features)), dtype=np.uint8)
    for at, column in enumerate(features.T):
        found[at] = np.where(np.isnan(column), 0, np.searchsorted(edges[at], column, side="left") + 1)
    return found


def grow(
    bins: Bins, actual: Floats, start: Floats, levels: Floats, shape: Shape, rng: np.random.Generator
) -> list[Tree]:
    """Trees that bring `start` (levels × examples) to the quantiles of `actual` (examples).

    `bins`: features × examples.
    """
    now = start.copy()
    examples = len(actual)
    size = min(shape.sample, examples)
    tried = max(1, round(len(bins) * shape.features))
    trees = []
    for _ in range(shape.trees):
        rows = rng.choice(examples, size, replace=False)
        chosen = rng.choice(len(bins), tried, replace=False)
        tree = _grow(bins[chosen][:, rows], chosen, actual[rows], now[:, rows], levels, shape)
        trees.append(tree)
        _add(now, tree, bins)
    return trees


def predict(trees: list[Tree], bins: Bins, start: Floats) -> Floats:
    """Quantiles × examples, in order, from where they start."""
    now = start.copy()
    for tree in trees:
        _add(now, tree, bins)
    return now


def _add(now: Floats, tree: Tree, bins: Bins) -> None:
    now += np.take(tree.move, _leaves(tree, bins), axis=1)
    for level in range(1, len(now)):
        np.maximum(now[level], now[level - 1], out=now[level])


def _leaves(tree: Tree, bins: Bins) -> Ints:
    """The leaf each example ends in, from the left."""
    over = (bins[tree.feature] > tree.edge[:, None]).ravel()
    examples = bins.shape[1]
    columns = np.arange(examples)
    leaf = over[:examples].astype(np.int64)
    asked = 1
    for _ in range(len(tree.feature).bit_length() - 1):
        leaf += leaf + over[(leaf + asked) * examples + columns]
        asked = 2 * asked + 1
    return leaf


def _grow(bins: Bins, names: Ints, actual: Floats, now: Floats, levels: Floats, shape: Shape) -> Tree:
    """One tree on some examples and features (`names`: which they are)."""
    nodes = 2 ** (shape.depth + 1) - 1
    feature, edge = np.full(nodes, -1), np.zeros(nodes, dtype=np.int64)
    node = np.zeros(len(actual), dtype=np.int64)
    under = (actual >= now).sum(axis=0).astype(np.int32)
    width = len(levels) + 1
    cells = bins.astype(np.int32) * np.int32(width) + under
    for level in range(shape.depth):
        first = 2**level - 1
        live = np.flatnonzero(node >= first)
        if not live.size:
            break
        at = node[live] - first
        counts = _counts(cells[:, live], at, 2**level, width)
        asked, border = _best(counts, levels, shape.leaf)
        here = slice(first, first + 2**level)
        feature[here] = np.where(asked >= 0, names[asked], -1)
        edge[here] = border
        right = bins[np.maximum(asked, 0)[at], live] > border[at]
        node[live] = np.where(asked[at] >= 0, 2 * node[live] + 1 + right, node[live])
    ends = _ends(feature)
    asking = slice(0, nodes // 2)
    found = _quantiles_left(node, nodes, actual - now, levels)[:, ends]
    return Tree(np.maximum(feature[asking], 0), edge[asking].astype(np.uint8), shape.rate * found)


def _ends(feature: Ints) -> Ints:
    """For each node at the bottom the node above it (or itself) at which its examples stopped."""
    ends = np.arange(len(feature))
    for at in range(1, len(feature)):
        above = ends[(at - 1) // 2]
        if feature[above] < 0:
            ends[at] = above
    return ends[len(feature) // 2 :]


def _counts(cells: NDArray[np.int32], at: Ints, nodes: int, width: int) -> NDArray[np.float32]:
    """Features × nodes × bins × (levels + 1): examples up to each bin with at most so many quantiles at or under."""
    features = len(cells)
    size = nodes * BINS * width
    of_feature = np.arange(features, dtype=np.int32)[:, None] * np.int32(size)
    keys = cells + (at * (BINS * width)).astype(np.int32) + of_feature
    counted = np.bincount(keys.ravel(), minlength=features * size).reshape(features, nodes, BINS, width)
    return counted.cumsum(axis=2).cumsum(axis=3).astype(np.float32)


def _best(counts: NDArray[np.float32], levels: Floats, leaf: int) -> tuple[Ints, Ints]:
    """For each node the feature and border that gain most; feature -1 where nothing may be split.

    Gain: squared sums of the pinball gradient on each side for their size, over all quantiles, less the same unsplit.
    """
    share = levels.astype(np.float32)
    slope = share * counts[..., -1:] - counts[..., :-1]
    left, whole = slope[:, :, :-1], slope[:, :, -1:]
    right = whole - left
    on_left, of_all = counts[:, :, :-1, -1], counts[:, :, -1:, -1]
    on_right = of_all - on_left
    gain = _squares(left) / np.maximum(on_left, 1) + _squares(right) / np.maximum(on_right, 1)
    gain -= _squares(whole) / np.maximum(of_all, 1)
    gain[(on_left < leaf) | (on_right < leaf)] = 0.0
    borders = gain.shape[2]
    flat = gain.transpose(1, 0, 2).reshape(gain.shape[1], -1)
    where = flat.argmax(axis=1)
    most = flat[np.arange(len(flat)), where]
    return np.where(most > _LEAST_GAIN, where // borders, -1), where % borders


def _squares(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.einsum("fnbl,fnbl->fnb", values, values))


def _quantiles_left(node: Ints, nodes: int, left: Floats, levels: Floats) -> Floats:
    """Levels × nodes: in each leaf, each quantile of what is left under it (`left`: levels × examples)."""
    count = np.bincount(node, minlength=nodes)
    some = np.flatnonzero(count)
    span = 4.0 * (float(np.abs(left).max()) + 1.0)  # apart enough that one sort orders all leaves
    ordered = np.sort(node * span + left, axis=1)
    first = (np.cumsum(count) - count)[some]
    place = first + np.minimum((levels[:, None] * count[some]).astype(np.int64), count[some] - 1)
    found = np.zeros((len(levels), nodes))
    found[:, some] = np.take_along_axis(ordered, place, axis=1) - some * span
    return found
