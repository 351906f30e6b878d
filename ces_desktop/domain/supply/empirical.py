"""What the last twelve available months were, as the forecast: no model, and hard to beat for erratic items.

Months are taken as runs that follow one another (a circular block bootstrap; Politis & Romano 1992), so that sums over
several months keep what neighbouring months have in common. Compare Willemain, Smart, Schwarz, "A new approach to
forecasting intermittent demand for service parts inventories", Int. J. Forecasting 20 (2004) 375-387.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ces_desktop.domain.supply.panel import Panel

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

MONTHS = 12
LEAST = 3
"""Fewer known months than this are no distribution: the member is not asked."""


def recent(panel: Panel, months: int = MONTHS) -> tuple[Floats, Ints]:
    """The last available months as whole-month rates, oldest first: series × months, and how many there are.

    They stand at the left; what follows them is 0.
    """
    known = panel.exposure > 0
    width = known.shape[1]
    order = np.argsort(np.where(known, np.arange(width), -1), axis=1, kind="stable")[:, -months:]
    count = np.minimum(known.sum(axis=1), months)
    rates = np.take_along_axis(np.nan_to_num(panel.rate), order, axis=1)
    columns = np.arange(order.shape[1]) + (order.shape[1] - count)[:, None]
    left = np.take_along_axis(rates, np.minimum(columns, max(order.shape[1] - 1, 0)), axis=1)
    return np.where(np.arange(order.shape[1]) < count[:, None], left, 0.0), count


def ordered(panel: Panel, horizon: int, paths: int) -> tuple[Floats, Floats]:
    """Evenly spaced quantiles of each month and of the running sums, each series × paths × horizon, in order.

    A path starts at each of the months equally often and follows them round; so there are at most twelve different
    paths, and they are put in order before they are repeated. All 0 where nothing is known.
    """
    rates, count = recent(panel)
    n, months = rates.shape
    if not months:
        return np.zeros((n, paths, horizon)), np.zeros((n, paths, horizon))
    some = np.maximum(count, 1)
    start = np.arange(months)
    steps = [np.take_along_axis(rates, (start + step) % some[:, None], axis=1) for step in range(horizon)]
    followed = np.stack(steps, axis=1)
    often = _often(months, paths)[some][:, None].repeat(horizon, axis=1)
    return _repeated(followed, often, paths), _repeated(followed.cumsum(axis=1), often, paths)


def _often(months: int, paths: int) -> Ints:
    """How many paths start at each month, by how many months are known: (months + 1) × months."""
    place = (np.arange(paths) + 0.5) / paths
    return np.stack(
        [np.bincount(np.floor(place * some).astype(np.int64), minlength=months) for some in range(months + 1)]
    )


def _repeated(values: Floats, often: Ints, paths: int) -> Floats:
    """Series × paths × horizon, in order, from series × horizon × months and how often each of these is meant."""
    order = np.argsort(values, axis=2, kind="stable")
    each = np.take_along_axis(values, order, axis=2).ravel()
    times = np.take_along_axis(often, order, axis=2).ravel()
    return np.ascontiguousarray(np.repeat(each, times).reshape(*values.shape[:2], paths).transpose(0, 2, 1))
