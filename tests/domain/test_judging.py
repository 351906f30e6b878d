"""Judging what was foretold and ordered: losses by hand, coverage, whose quantity was nearer, use between two days."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.domain.supply.judging import Changed, Foretold, overrides, pinball, score, used_between


def test_pinball_by_hand() -> None:
    assert pinball(0.95, 10, 20) == pytest.approx(9.5), "too little of a high level is dear"
    assert pinball(0.95, 20, 10) == pytest.approx(0.5)
    assert pinball(0.5, 8, 8) == 0


@given(st.lists(st.integers(0, 50), min_size=20, max_size=60))
def test_no_value_costs_less_than_the_quantile_itself(came: list[int]) -> None:
    ordered = sorted(came)
    quantile = ordered[-(-8 * len(ordered) // 10) - 1]
    cost = sum(pinball(0.8, quantile, x) for x in came)
    assert all(cost <= sum(pinball(0.8, other, x) for x in came) + 1e-9 for other in range(51))


def test_a_month_by_hand() -> None:
    held = [Foretold((10, 14, 20), 10, 12), Foretold((10, 14, 20), 10, 25)]
    found = score(held)
    assert (found.n, found.within, found.coverage) == (2, 1, 0.5)
    first = (0.5 * 2 + 0.2 * 2 + 0.05 * 8) / 3 / 10
    second = (0.5 * 15 + 0.8 * 11 + 0.95 * 5) / 3 / 10
    assert found.loss == pytest.approx((first + second) / 2)
    average = (0.5 + 0.8 + 0.95) * (2 + 15) / 3 / 10 / 2
    assert found.average_loss == pytest.approx(average)
    assert found.better == pytest.approx(1 - found.loss / average)


def test_nothing_foretold_is_no_score() -> None:
    assert score([]).n == 0 and score([]).better is None and score([]).coverage == 0


def test_whose_quantity_was_nearer() -> None:
    found = overrides([Changed(100, 60, 70.0), Changed(100, 160, 90.0), Changed(100, 120, 110.0)])
    assert (found.n, found.person, found.program) == (3, 1, 1)


def test_use_between_two_days() -> None:
    months = {"2026-01": (31, 1.0), "2026-02": (14, 0.5), "2026-03": (0, 0.0)}
    assert used_between(months, date(2026, 1, 1), date(2026, 1, 31)) == pytest.approx(31)
    assert used_between(months, date(2026, 2, 1), date(2026, 2, 28)) == pytest.approx(28), "half a month counts half"
    assert used_between(months, date(2026, 3, 1), date(2026, 3, 31)) == pytest.approx(29.5), "as the others"
    assert used_between({"2026-03": (0, 0.0)}, date(2026, 3, 1), date(2026, 3, 2)) is None
