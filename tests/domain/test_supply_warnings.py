"""Warnings from kept quantiles: the chance of running out, lots that expire unused, too much."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.domain.supply.warnings import Kept, chance_out, over, quantiles_of, risk, runs_out, unused

TODAY = date(2026, 3, 16)
MONTH = (100.0, 130.0, 170.0)
quantiles = st.tuples(*[st.floats(0, 500)] * 3).map(lambda q: tuple(sorted(q)))


def kept(usable: int, **more: object) -> Kept:
    return Kept("vital", usable, 0, more.pop("quantiles", MONTH), 90.0, **more)  # type: ignore[arg-type]


def test_between_the_quantiles() -> None:
    assert chance_out(0, MONTH, 1) == 1
    assert chance_out(100, MONTH, 1) == pytest.approx(0.5)
    assert chance_out(115, MONTH, 1) == pytest.approx(0.35)
    assert chance_out(130, MONTH, 1) == pytest.approx(0.2)
    assert chance_out(170, MONTH, 1) == pytest.approx(0.05)
    assert chance_out(340, MONTH, 1) == pytest.approx(0.025)
    assert chance_out(100, MONTH, 0.5) == pytest.approx(0.05 * 85 / 100), "half the time, half the need"
    assert chance_out(100, MONTH, 0) == 0
    assert chance_out(0, (0, 0, 0), 1) == 0, "nobody will ask"


@given(quantiles, st.floats(0, 5), st.floats(0, 900), st.floats(0, 900))
def test_more_stock_is_never_more_risk(q: tuple[float, float, float], months: float, one: float, more: float) -> None:
    low, high = chance_out(one, q, months), chance_out(one + more, q, months)
    assert 0 <= high <= low + 1e-9 <= 1 + 1e-9


def test_until_the_next_delivery() -> None:
    assert risk(kept(50), date(2026, 4, 15), TODAY) == pytest.approx(0.75, abs=0.01)
    assert risk(kept(50), date(2026, 3, 1), TODAY) == 0, "it should be here"
    assert risk(Kept("vital", 50, 0, None, None), date(2026, 4, 15), TODAY) is None, "nobody knows its use"
    assert quantiles_of(Kept("vital", 50, 0, None, 100.0)) == pytest.approx((100, 140, 190))


def test_the_day_it_runs_out() -> None:
    assert runs_out(kept(50), TODAY) == date(2026, 3, 31)
    assert runs_out(kept(50_000), TODAY) is None and runs_out(kept(5, quantiles=(0.0, 0.0, 1.0)), TODAY) is None


def test_a_lot_that_will_not_be_used_in_time() -> None:
    soon, late = date(2026, 4, 1), date(2026, 9, 1)
    assert unused(kept(200, lots=((soon, 200),)), TODAY)
    assert not unused(kept(200, lots=((soon, 30),)), TODAY)
    assert unused(kept(200, lots=((soon, 30), (date(2026, 4, 5), 150))), TODAY), "what stands before it is used first"
    assert not unused(kept(2000, lots=((late, 2000),)), TODAY), "more than three months away"
    assert unused(Kept("other", 5, 0, None, None, ((soon, 5),)), TODAY), "nobody uses it"


def test_more_than_a_year() -> None:
    assert over(kept(90 * 13)) and not over(kept(90 * 11)) and not over(Kept("other", 10**6, 0, None, None))
