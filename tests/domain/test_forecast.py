"""The forecast of demand: what it promises whatever the history, and what it must never do."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ces_desktop.domain.supply import forecast as forecasting
from ces_desktop.domain.supply import mixture
from ces_desktop.domain.supply.forecast import PATHS, Forecasts, History, forecast
from ces_desktop.domain.supply.panel import panel_of
from ces_desktop.domain.supply.smoothing import RATIOS, SIZES, SPEEDS, rising, smooth
from ces_desktop.errors import Refused

LEVELS = (0.5, 0.8, 0.95)
NAN = float("nan")

amounts = st.one_of(st.just(NAN), st.integers(0, 40), st.integers(0, 10**9))
shares = st.sampled_from([0.0, 0.02, 0.3, 1.0, 1.0])
months = st.lists(st.tuples(amounts, shares), max_size=40)


def one(history: History, horizon: int = 3, seed: int = 1) -> Forecasts:
    return forecast([history], horizon, LEVELS, seed)


def steady(mean: float, length: int, seed: int = 7) -> list[float]:
    """Invented demand of a regular item."""
    return [float(x) for x in np.random.default_rng(seed).poisson(mean, length)]


@settings(max_examples=60, deadline=None)
@given(st.lists(months, min_size=1, max_size=5), st.integers(1, 5))
def test_whatever_the_history_quantiles_are_numbers_in_order(
    table: list[list[tuple[float, float]]], horizon: int
) -> None:
    histories = [History("2024-03", [a for a, _ in rows], [s for _, s in rows]) for rows in table]
    answer = forecast(histories, horizon, LEVELS, 3)
    for found in (answer.months, answer.cumulative):
        assert found.shape == (len(histories), horizon, 3)
        assert np.isfinite(found).all() and (found >= 0).all()
        assert (np.diff(found, axis=2) >= 0).all()
    assert (np.diff(answer.cumulative, axis=1) >= -1e-9).all(), "what is needed in two months is not less than in one"
    np.testing.assert_array_equal(answer.cumulative[:, 0], answer.months[:, 0])
    assert answer.paths.shape[1] >= 500 and (answer.paths >= 0).all()
    np.testing.assert_allclose(sum(member.weight for member in answer.members), 1.0)


@settings(max_examples=30, deadline=None)
@given(st.lists(months, min_size=1, max_size=4), st.integers(2, 500))
def test_tablets_or_boxes_the_forecast_is_the_same(table: list[list[tuple[float, float]]], factor: int) -> None:
    def asked(times: int) -> Forecasts:
        return forecast(
            [History("2024-03", [a * times for a, _ in rows], [s for _, s in rows]) for rows in table], 2, LEVELS, 5
        )

    np.testing.assert_allclose(asked(factor).months, asked(1).months * factor, rtol=1e-9)
    np.testing.assert_allclose(asked(factor).cumulative, asked(1).cumulative * factor, rtol=1e-9)


def test_the_same_histories_and_seed_give_the_same_answer() -> None:
    histories = [History("2023-01", steady(mean, 30), product="p") for mean in (0.4, 5, 80)]
    first, again, other = (forecast(histories, 3, LEVELS, seed) for seed in (9, 9, 10))
    np.testing.assert_array_equal(first.months, again.months)
    np.testing.assert_array_equal(first.paths, again.paths)
    assert not np.array_equal(first.paths, other.paths)


def test_a_month_never_on_the_shelf_is_missing_not_zero() -> None:
    used = steady(20, 24)
    gone = [*used[:18], 0.0, 0.0, *used[20:]]
    exposure = [1.0] * 18 + [0.0, 0.0] + [1.0] * 4
    absent = [*used[:18], NAN, NAN, *used[20:]]
    np.testing.assert_array_equal(
        one(History("2023-01", gone, exposure)).months, one(History("2023-01", absent)).months
    )


@pytest.mark.parametrize("mean", [3, 20, 400])
def test_three_months_without_stock_do_not_shrink_the_forecast(mean: float) -> None:
    """The spiral of the classic formula: nothing issued, so nothing ordered, so nothing to issue."""
    used = steady(mean, 24)
    before = one(History("2023-01", used))
    after = one(History("2023-01", [*used, 0.0, 0.0, 0.0], [1.0] * 24 + [0.0] * 3))
    assert (after.months >= 0.9 * before.months).all()
    assert (after.cumulative >= 0.9 * before.cumulative).all()


def test_half_a_month_of_stock_counts_half() -> None:
    used = steady(40, 24)
    halved = [amount / 2 if at % 2 else amount for at, amount in enumerate(used)]
    answer = one(History("2023-01", halved, [0.5 if at % 2 else 1.0 for at in range(24)]))
    assert answer.months[0, 0, 0] == pytest.approx(one(History("2023-01", used)).months[0, 0, 0], rel=0.15)


def test_no_history_starts_at_the_mean_of_the_product() -> None:
    network = [History("2023-01", steady(30, 24, seed), product="amoxicillin") for seed in range(8)]
    others = [History("2023-01", steady(2, 24, seed), product="gauze") for seed in range(8)]
    answer = forecast([*network, *others, History("2024-12", [], product="amoxicillin")], 1, LEVELS, 1)
    assert 15 < answer.months[-1, 0, 0] < 45


def test_all_zero_stays_near_zero_and_nothing_at_all_is_answered() -> None:
    assert (one(History("2023-01", [0.0] * 24)).months < 1).all()
    assert len(forecast([], 3, LEVELS, 1)) == 0
    assert np.isfinite(one(History("2023-01", [7.0])).cumulative).all()


def test_a_quantile_lies_between_the_two_nearest_values_by_its_share() -> None:
    ordered = np.arange(float(PATHS))[None, :, None]
    assert forecasting._quantiles(ordered, (0.3003, 0.975)).ravel() == pytest.approx([149.65, 487.0])


def test_the_average_of_sums_begins_with_the_first_month_and_never_falls() -> None:
    months, sums = np.full((1, 4, 3), 5.0), np.full((1, 4, 3), 9.0)
    sums[:, :, 2] = 8.0
    one = mixture.Draws("recent", np.ones(1), np.ones(1), months, sums)
    found_months, found_sums = mixture.average([one])
    assert (found_months == 5).all() and found_sums[0, 0].tolist() == [5.0, 9.0, 9.0]


def test_two_hundred_months_and_huge_counts() -> None:
    answer = one(History("2005-01", [amount * 1e6 for amount in steady(50, 200)]))
    assert 35e6 < answer.months[0, 0, 0] < 65e6


def test_what_the_registered_patients_need_moves_the_forecast_most_when_there_is_no_history() -> None:
    need = [90.0, 90.0, 120.0]
    new = one(History("2024-12", [], need=need))
    long = one(History("2023-01", steady(30, 24), need=need))
    assert new[0].members["need"] == 1.0 and 60 < new.months[0, 0, 0] < 120
    assert 0.2 < long[0].members["need"] < 0.4
    assert sum(long[0].members.values()) == pytest.approx(1.0), "what the patients need is taken from the others"
    assert one(History("2023-01", steady(30, 24))).months[0, 0, 0] < long.months[0, 0, 0] < 90


def test_paths_add_up_to_the_cumulative_quantiles() -> None:
    answer = one(History("2023-01", steady(12, 24)))
    sums = np.cumsum(answer[0].paths, axis=1)
    ours = np.quantile(sums, LEVELS, axis=0, method="hazen").T
    np.testing.assert_allclose(ours, answer[0].cumulative, rtol=0.02, atol=0.02)


@pytest.mark.parametrize(
    ("code", "history", "horizon", "levels"),
    [
        ("forecast.horizon", History("2024-01", [1.0]), 0, LEVELS),
        ("forecast.quantiles", History("2024-01", [1.0]), 1, (0.5, 1.0)),
        ("forecast.quantiles", History("2024-01", [1.0]), 1, ()),
        ("forecast.month", History("2024-13", [1.0]), 1, LEVELS),
        ("forecast.negative", History("2024-01", [-1.0]), 1, LEVELS),
        ("forecast.negative", History("2024-01", [math.inf]), 1, LEVELS),
        ("forecast.negative", History("2024-01", [1.0], need=[-2.0]), 1, LEVELS),
        ("forecast.exposure", History("2024-01", [1.0], [1.5]), 1, LEVELS),
        ("forecast.lengths", History("2024-01", [1.0], [1.0, 1.0]), 1, LEVELS),
    ],
)
def test_what_cannot_be_is_refused(code: str, history: History, horizon: int, levels: tuple[float, ...]) -> None:
    with pytest.raises(Refused) as refused:
        forecast([history], horizon, levels, 1)
    assert refused.value.code == code


def test_histories_are_aligned_by_calendar() -> None:
    panel = panel_of([History("2024-01", [1.0, 2.0]), History("2024-03", [3.0])])
    assert panel.used.tolist() == [[1.0, 2.0, 0.0], [0.0, 0.0, 3.0]]
    assert panel.exposure.tolist() == [[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]


@given(
    st.lists(st.tuples(st.floats(1e-5, 1e9), st.integers(1, 10**9)), min_size=1, max_size=20),
)
def test_rising(asked: list[tuple[float, int]]) -> None:
    """Beside the library's, whose difference of two large values is the less exact."""
    asked.sort(key=lambda one: -one[1])
    found = rising(np.array([size for size, _ in asked]), np.array([float(count) for _, count in asked]))
    for (size, count), got in zip(asked, found, strict=True):
        wanted = math.lgamma(size + count) - math.lgamma(size)
        assert got == pytest.approx(wanted, rel=1e-9, abs=1e-9 + 1e-13 * math.lgamma(size + count))


@given(st.lists(st.lists(st.integers(0, 60) | st.integers(0, 10**6), min_size=4, max_size=4), min_size=1, max_size=6))
def test_the_likelihood_is_the_negative_binomials(used: list[list[int]]) -> None:
    """Of every month but the first under each speed and dispersion, a hypothesis and a month at a time."""
    smoothed = smooth(panel_of([History("2024-01", [float(count) for count in months]) for months in used]))
    unit = panel_of([History("2024-01", [float(count) for count in months]) for months in used]).unit
    for series, months in enumerate(used):
        for speed in range(len(SPEEDS)):
            means = smoothed.levels[series, 1:4, speed]
            wanted = np.zeros(len(SIZES) + len(RATIOS))
            for count, mean in zip(months[1:], means, strict=True):
                sizes = [*SIZES, *(mean / (RATIOS - 1))]
                each = [_negative_binomial(count / unit[series], max(float(mean), 1e-3), size) for size in sizes]
                wanted += np.maximum(each, -25.0)
            assert smoothed.fit[series, speed] == pytest.approx(wanted, rel=1e-6, abs=1e-6)


def _negative_binomial(count: float, mean: float, size: float) -> float:
    """Logarithm of its probability, from the textbook."""
    gammas = math.lgamma(size + count) - math.lgamma(size) - math.lgamma(count + 1)
    return gammas + size * math.log(size / (size + mean)) + count * math.log(mean / (size + mean))
