"""The learner pooled over all series: it must not see what it predicts, and must find what series have in common."""

from __future__ import annotations

import numpy as np
import pytest

from ces_desktop.domain.supply import boosting, learner
from ces_desktop.domain.supply.features import features_of
from ces_desktop.domain.supply.forecast import Forecasts, History, forecast, train
from ces_desktop.domain.supply.network import Shape
from ces_desktop.domain.supply.panel import panel_of

LEVELS = (0.5, 0.8, 0.95)


def network(n: int = 220, length: int = 30, seed: int = 3) -> list[History]:
    """Invented items: slow ones and fast ones, some months without stock."""
    rng = np.random.default_rng(seed)
    histories = []
    for at in range(n):
        used = rng.poisson(rng.choice([0.3, 4.0, 40.0]), length).astype(float)
        exposure = (rng.random(length) > 0.1).astype(float)
        histories.append(History("2023-01", used * exposure, exposure, product=f"p{at % 11}"))
    return histories


@pytest.fixture(scope="module")
def answer() -> Forecasts:
    return forecast(network(), 5, LEVELS, 1)


def test_no_feature_contains_a_month_it_predicts() -> None:
    before = network(30)
    changed = []
    for one in before:
        later = [x * 7 + 3 for x in one.consumption[20:]]
        changed.append(History(one.start, [*one.consumption[:20], *later], one.exposure, product=one.product))
    tables = [features_of(panel)[0] for panel in map(panel_of, (before, changed))]
    np.testing.assert_array_equal(tables[0][:, :21], tables[1][:, :21])
    assert not np.array_equal(tables[0][:, 21], tables[1][:, 21])
    cut = panel_of(before).until(20)
    np.testing.assert_array_equal(tables[0][:, :21], features_of(cut)[0])
    np.testing.assert_array_equal(features_of(cut)[0][:, 20:], features_of(cut, 20)[0])


def test_the_learner_takes_part_where_all_series_together_have_examples_enough(answer: Forecasts) -> None:
    assert [member.name for member in answer.members] == ["smoothing", "recent", "seasonal", "pooled"]
    np.testing.assert_allclose(sum(member.weight for member in answer.members), 1.0)
    few = forecast(network(8), 1, LEVELS, 1)
    assert [member.name for member in few.members] == ["smoothing", "recent", "seasonal"]


def test_networks_alone_learn_from_few_series() -> None:
    histories = network(40)
    trained = train(histories, 1)
    assert trained.learner is not None and not trained.learner.trees
    answer = forecast(histories, 3, LEVELS, 1, trained)
    assert "pooled" in answer[0].members and (np.diff(answer.months, axis=2) >= 0).all()
    means = np.array([np.sum(one.consumption) / np.sum(one.exposure) for one in histories])
    assert (answer.months[means > 30, 0, 0] > 30).all() and (answer.months[means < 1, 0, 0] <= 1).all()


def test_what_lay_unused_for_a_year_is_expected_to_lie_on() -> None:
    unused = [History("2023-01", [0.0] * months, product=f"unused {months}") for months in (30, 12, 6)]
    for others in (40, 220):
        answer = forecast([*network(others), *unused], 3, LEVELS, 1)
        assert (answer.cumulative[others : others + 2] == 0).all()
        assert answer.cumulative[others + 2, -1, -1] > 0  # half a year says less than the others do


def test_without_the_learner_where_somebody_waits() -> None:
    histories = network(40)
    assert train(histories, 1, pooled=False).learner is None


def test_quantiles_stay_in_order_and_fast_items_stay_fast(answer: Forecasts) -> None:
    assert (np.diff(answer.months, axis=2) >= 0).all() and (np.diff(answer.cumulative, axis=2) >= 0).all()
    assert (np.diff(answer.cumulative, axis=1) >= -1e-9).all()
    means = np.array([np.sum(one.consumption) / np.sum(one.exposure) for one in network()])
    assert (answer.months[means > 30, 0, 0] > 30).all() and (answer.months[means < 1, 0, 0] <= 1).all()


def test_trained_earlier_is_the_same_answer_and_the_same_again() -> None:
    histories = network(205, 20)
    trained = train(histories, 1)
    first = forecast(histories, 3, LEVELS, 1, trained)
    np.testing.assert_array_equal(first.months, forecast(histories, 3, LEVELS, 1).months)
    np.testing.assert_array_equal(first.months, forecast(histories, 3, LEVELS, 1, train(histories, 1)).months)


def test_nothing_known_of_any_series_is_no_lesson() -> None:
    assert train([History("2024-01", [])] * 250, 1).learner is None
    assert np.isfinite(forecast([History("2024-01", [0.0] * 30)] * 250, 2, LEVELS, 1).months).all()


def test_what_the_learner_says_of_a_series_does_not_depend_on_how_many_are_worked_on_together() -> None:
    panel = panel_of(network())
    few = boosting.Shape(trees=5), Shape(networks=1, epochs=1)
    learnt = learner.learn(panel, np.random.default_rng(1), *few)
    assert learnt is not None
    told = learner.tell(learnt, panel)
    one = told.rows(np.array([7]))
    np.testing.assert_array_equal(one.logs[:, :, 0], told.logs[:, :, 7])


def test_sums_of_many_months_go_on_from_the_learnt_ones(answer: Forecasts) -> None:
    pooled = next(member for member in answer.members if member.name == "pooled")
    assert (np.diff(pooled.cumulative, axis=1) >= -1e-9).all() and (np.diff(pooled.cumulative, axis=2) >= 0).all()
    fast = pooled.months[:, 0, 0] > 30
    np.testing.assert_allclose(pooled.cumulative[fast, 4, 0], 5 * pooled.months[fast, 0, 0], rtol=0.3)


def test_boosting_finds_the_quantiles_of_what_a_feature_decides() -> None:
    rng = np.random.default_rng(5)
    features = rng.random((4000, 6))
    features[::9, 1] = np.nan
    actual = np.where(features[:, 2] > 0.5, 10.0, 0.0) + rng.exponential(np.where(features[:, 3] > 0.5, 3.0, 1.0))
    levels = np.array([0.2, 0.5, 0.9])
    edges = boosting.edges_of(features)
    bins = boosting.binned(features, edges)
    start = np.repeat(np.quantile(actual, levels)[:, None], len(actual), axis=1)
    trees = boosting.grow(bins, actual, start, levels, boosting.Shape(rate=0.1, features=1.0), rng)
    found = boosting.predict(trees, bins, start)
    assert (np.diff(found, axis=0) >= 0).all()
    for wide, spread in ((features[:, 3] <= 0.5, 1.0), (features[:, 3] > 0.5, 3.0)):
        for high, base in ((features[:, 2] <= 0.5, 0.0), (features[:, 2] > 0.5, 10.0)):
            expected = base - spread * np.log(1 - levels)
            np.testing.assert_allclose(np.median(found[:, wide & high], axis=1), expected, atol=0.4 * spread)
