"""A forest of regression trees that keeps, in each leaf, which examples fell there: it answers with distributions.

Trees are grown a level at a time on binned features, all nodes of a level at once. A split is the one that most reduces
the squared error of several targets together. Sources: Meinshausen, "Quantile regression forests", J. Machine Learning
Research 7 (2006) 983-999; binning as in LightGBM (Ke et al., NeurIPS 2017).
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

BINS = 24


@dataclass(frozen=True, slots=True)
class Shape:
    """How a forest is grown: trees, levels, least examples in a leaf, share of features tried at a level, and of
    examples shown to a tree."""

    trees: int = 40
    depth: int = 8
    leaf: int = 25
    features: float = 0.3
    sample: float = 0.6


@dataclass(frozen=True, slots=True)
class Tree:
    """One tree. Node i asks whether the bin of `feature[i]` is over `edge[i]`; -1 is a leaf; children are 2i+1, 2i+2.

    `rows`: examples ordered by leaf; those of node i are `rows[start[i]:stop[i]]`.
    """

    feature: Ints
    edge: Ints
    rows: Ints
    start: Ints
    stop: Ints


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


def grow(bins: Bins, targets: Floats, shape: Shape, rng: np.random.Generator) -> list[Tree]:
    """`bins`: features × examples; `targets`: examples × targets, on one scale."""
    examples = bins.shape[1]
    size = max(1, round(examples * shape.sample))
    return [_grow(bins, targets, rng.choice(examples, size, replace=False), shape, rng) for _ in range(shape.trees)]


def _grow(bins: Bins, targets: Floats, rows: Ints, shape: Shape, rng: np.random.Generator) -> Tree:
    nodes = 2 ** (shape.depth + 1) - 1
    feature, edge = np.full(nodes, -1), np.zeros(nodes, dtype=np.int64)
    tried = max(1, round(len(bins) * shape.features))
    node = np.zeros(len(rows), dtype=np.int64)
    open_rows = np.arange(len(rows))
    for level in range(shape.depth):
        first = 2**level - 1
        chosen = rng.choice(len(bins), tried, replace=False)
        best = _best(bins, targets, rows[open_rows], node[open_rows] - first, 2**level, chosen, shape.leaf)
        here = slice(first, first + 2**level)
        feature[here], edge[here] = best
        split = feature[node[open_rows]] >= 0
        open_rows = open_rows[split]
        if not open_rows.size:
            break
        at = node[open_rows]
        right = bins[feature[at], rows[open_rows]] > edge[at]
        node[open_rows] = 2 * at + 1 + right
    order = np.argsort(node, kind="stable")
    count = np.bincount(node, minlength=nodes)
    stop = np.cumsum(count)
    return Tree(feature, edge, rows[order], stop - count, stop)


def _best(
    bins: Bins, targets: Floats, rows: Ints, node: Ints, nodes: int, chosen: Ints, leaf: int
) -> tuple[Ints, Ints]:
    """For each node of a level, the feature and border that gain most; feature -1 where nothing may be split."""
    best = np.zeros(nodes)
    feature, edge = np.full(nodes, -1), np.zeros(nodes, dtype=np.int64)
    values = targets[rows]
    for each in chosen:
        cell = node * BINS + bins[each, rows]
        count = np.bincount(cell, minlength=nodes * BINS).reshape(nodes, BINS)
        left = np.cumsum(count, axis=1)[:, :-1]
        total = count.sum(axis=1)[:, None]
        right = total - left
        gain = np.zeros(left.shape)
        for column in values.T:
            sums = np.bincount(cell, column, nodes * BINS).reshape(nodes, BINS)
            under = np.cumsum(sums, axis=1)
            whole = under[:, -1:]
            under = under[:, :-1]
            gain += under**2 / np.maximum(left, 1) + (whole - under) ** 2 / np.maximum(right, 1)
            gain -= whole**2 / np.maximum(total, 1)
        gain[(left < leaf) | (right < leaf)] = 0.0
        where = gain.argmax(axis=1)
        most = gain[np.arange(nodes), where]
        better = most > best
        best, feature, edge = (
            np.where(better, most, best),
            np.where(better, each, feature),
            np.where(better, where, edge),
        )
    return feature, edge


def _leaves(tree: Tree, bins: Bins) -> Ints:
    """The leaf each example falls into."""
    node = np.zeros(bins.shape[1], dtype=np.int64)
    columns = np.arange(bins.shape[1])
    for _ in range(len(tree.feature).bit_length() - 1):
        feature = tree.feature[node]
        right = bins[np.maximum(feature, 0), columns] > tree.edge[node]
        node = np.where(feature >= 0, 2 * node + 1 + right, node)
    return node


def alike(trees: list[Tree], bins: Bins, count: int, rng: np.random.Generator) -> Ints:
    """Examples × `count` learnt examples, as many from each tree's leaf, evenly spread over it."""
    each = -(-count // len(trees))
    found = []
    for tree in trees:
        node = _leaves(tree, bins)
        start, size = tree.start[node], tree.stop[node] - tree.start[node]
        place = (np.arange(each) + rng.random((len(node), each))) / each
        found.append(tree.rows[start[:, None] + np.floor(place * size[:, None]).astype(np.int64)])
    return np.concatenate(found, axis=1)[:, :count]
