"""The last twelve available months as a forecast: number for number what following them round path by path gives."""

from __future__ import annotations

import numpy as np
import pytest

from ces_desktop.domain.supply import empirical
from ces_desktop.domain.supply.panel import History, panel_of


@pytest.mark.parametrize("paths", [7, 100, 500])
def test_paths_in_order_are_those_followed_one_by_one(paths: int) -> None:
    rng = np.random.default_rng(4)
    known = [0, 1, 2, 5, 11, 12, 13, 30]
    panel = panel_of([
        History("2024-01", rng.poisson(3.0, length), rng.choice([0.0, 0.5, 1.0], length)) for length in known
    ])  # fmt: skip
    rates, count = empirical.recent(panel)
    followed = np.zeros((len(known), paths, 4))
    for at, some in enumerate(count):
        for path in range(paths if some else 0):
            start = int((path + 0.5) / paths * some)
            followed[at, path] = [rates[at, (start + step) % some] for step in range(4)]
    months, sums = empirical.ordered(panel, 4, paths)
    np.testing.assert_array_equal(months, np.sort(followed, axis=1))
    np.testing.assert_array_equal(sums, np.sort(np.cumsum(followed, axis=2), axis=1))


def test_nothing_known_at_all_is_nought() -> None:
    months, sums = empirical.ordered(panel_of([History("2024-01", [])] * 3), 2, 50)
    assert months.shape == sums.shape == (3, 50, 2) and not months.any() and not sums.any()
