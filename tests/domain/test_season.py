"""Seasons: known only from what came before, found where they are, not seen where they are not."""

from __future__ import annotations

import numpy as np

from ces_desktop.domain.supply import season
from ces_desktop.domain.supply.forecast import Forecasts, History, forecast
from ces_desktop.domain.supply.panel import panel_of

RAINS = np.array([0.6, 0.6, 0.6, 0.8, 1.0, 1.4, 1.7, 1.7, 1.6, 1.0, 0.6, 0.4])


def histories(months: int, strength: float, mean: float = 80.0) -> list[History]:
    """Invented items of a regular clinic; January first."""
    rng = np.random.default_rng(4)
    shape = 1 + strength * (np.resize(RAINS, months) - 1)
    return [History("2019-01", [float(x) for x in rng.poisson(mean * shape)], product=f"p{k}") for k in range(20)]


def weight(answer: Forecasts, name: str) -> float:
    return next((float(one.weight.mean()) for one in answer.members if one.name == name), 0.0)


def test_an_index_knows_nothing_of_its_month_or_of_later_ones() -> None:
    whole, cut = (season.indices(panel_of(histories(60, 1.0)).until(end), 12) for end in (60, 40))
    np.testing.assert_array_equal(whole[:, :41], cut)
    assert not np.allclose(whole[:, 41:54], whole[:, 40:41])


def test_indices_come_near_the_season_and_stay_at_one_without_any() -> None:
    found = season.indices(panel_of(histories(72, 1.0)), 12)[:, -1]
    assert float(np.abs(found.mean(axis=0) - RAINS).max()) < 0.25
    flat = season.indices(panel_of(histories(72, 0.0)), 12)[:, -1]
    assert float(np.abs(flat - 1).max()) < 0.15
    assert (season.indices(panel_of([History("2024-01", [])]), 3) == 1).all()


def test_a_seasonal_item_is_foreseen_by_its_season_and_another_is_not() -> None:
    seasonal = forecast(histories(66, 1.0), 6, (0.5,), 1)
    assert weight(seasonal, "seasonal") > 0.8
    expected = 80 * RAINS[6:]
    np.testing.assert_allclose(seasonal.months[:, :, 0].mean(axis=0), expected, rtol=0.2)
    assert weight(forecast(histories(66, 0.0), 6, (0.5,), 1), "seasonal") < 0.4


def test_two_years_are_needed_to_tell() -> None:
    assert weight(forecast(histories(23, 1.0), 3, (0.5,), 1), "seasonal") == 0.0
