"""Running sums and orders of sample paths: number for number those of NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from ces_desktop.domain.supply.running import never_falling, order_of, places_of, ranked, running_sums


@pytest.mark.parametrize("months", [0, 1, 4])
def test_sums_and_what_never_falls_are_those_of_numpy(months: int) -> None:
    values = np.random.default_rng(1).normal(size=(7, 30, months))
    given = values.copy()
    np.testing.assert_array_equal(running_sums(values), np.cumsum(values, axis=2))
    np.testing.assert_array_equal(never_falling(values), np.maximum.accumulate(values, axis=2))
    np.testing.assert_array_equal(values, given)


@pytest.mark.parametrize("most", [1, 3, 1000, 2.0**60])
def test_the_order_is_stable_and_its_places_are_its_inverse(most: float) -> None:
    counts = np.floor(np.random.default_rng(2).random((5, 500, 4)) * (most + 1))
    order = order_of(counts)
    np.testing.assert_array_equal(order, np.argsort(counts, axis=1, kind="stable"))
    np.testing.assert_array_equal(places_of(order), np.argsort(order, axis=1, kind="stable"))
    np.testing.assert_array_equal(ranked(counts)[0], order)
    np.testing.assert_array_equal(ranked(counts)[1], np.sort(counts, axis=1))
