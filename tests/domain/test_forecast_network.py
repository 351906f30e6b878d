"""The networks of the learner: they find what decides the quantiles, and say the same again."""

from __future__ import annotations

import numpy as np

from ces_desktop.domain.supply import network

LEVELS = np.array([0.2, 0.5, 0.9])


def examples(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Six features, some missing; of two outcomes the second is not always known."""
    rng = np.random.default_rng(5)
    features = rng.random((n, 6))
    features[::9, 1] = np.nan
    base, spread = rule(features)
    outcomes = np.stack([base + rng.exponential(spread), 2 * base + rng.exponential(spread)], axis=1)
    outcomes[::3, 1] = np.nan
    return features, outcomes


def rule(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What features decide: where an outcome begins, and how wide it is."""
    return 10 * features[:, 2], np.where(features[:, 3] > 0.5, 3.0, 1.0)


def start(outcomes: np.ndarray) -> np.ndarray:
    """The quantiles of each outcome."""
    return np.stack([np.quantile(column[~np.isnan(column)], LEVELS) for column in outcomes.T])


def learnt(n: int, shape: network.Shape) -> tuple[network.Networks, np.ndarray]:
    """Networks, and the features they learnt from."""
    features, outcomes = examples(n)
    return network.learn(features, outcomes, start(outcomes), LEVELS, shape, np.random.default_rng(1)), features


def test_networks_find_the_quantiles_of_what_features_decide() -> None:
    networks, features = learnt(4000, network.Shape(networks=2))
    found = network.predict(networks, features)
    assert found.shape == (4000, 2, 3) and (np.diff(found, axis=2) >= 0).all()
    base, spread = rule(features)
    tail = -spread[:, None] * np.log(1 - LEVELS)
    outcomes = examples(4000)[1]
    for outcome, times in enumerate((1, 2)):
        truth = times * base[:, None] + tail
        unlearnt = np.abs(start(outcomes)[outcome] - truth).mean(axis=0)
        assert (np.abs(found[:, outcome] - truth).mean(axis=0) < 0.35 * unlearnt).all()


def test_the_same_examples_and_chance_give_the_same_networks() -> None:
    few = network.Shape(networks=1, epochs=2)
    (one, features), (other, _) = learnt(300, few), learnt(300, few)
    np.testing.assert_array_equal(network.predict(one, features), network.predict(other, features))


def test_what_is_never_known_stays_where_it_begins_and_few_examples_are_enough() -> None:
    features, outcomes = examples(30)
    outcomes[:, 1] = np.nan
    begin = np.array([[0.0, 1.0, 2.0], [5.0, 6.0, 7.0]])
    features[:, 4] = np.nan
    networks = network.learn(features, outcomes, begin, LEVELS, network.Shape(), np.random.default_rng(1))
    found = network.predict(networks, np.full((2, 6), np.nan))
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found[:, 1], begin[1:].repeat(2, axis=0), atol=1.0)


def test_slopes_are_those_of_the_loss() -> None:
    """Against differences of the loss itself, value by value."""
    rng = np.random.default_rng(3)
    values = [rng.normal(size=size).astype(np.float32) for size in ((3, 5), (5,), (5, 4), (4,))]
    given, aims = rng.normal(size=(40, 3)).astype(np.float32), rng.normal(size=(40, 4)).astype(np.float32)
    known, shares = (rng.random((40, 4)) > 0.2).astype(np.float32), np.array([0.2, 0.5, 0.9, 0.5], dtype=np.float32)

    def loss() -> float:
        exact = [one.astype(float) for one in values]
        short = aims - (np.maximum(given @ exact[0] + exact[1], 0) @ exact[2] + exact[3])
        return float((np.maximum(shares * short, (shares - 1) * short) * known).sum() / len(given))

    slopes = network._slopes(values, *(one.reshape(4, 10, -1) for one in (given, aims, known)), shares, 0.0, rng)
    for value, slope in zip(values, slopes, strict=True):
        at = tuple(rng.integers(0, size) for size in value.shape)
        kept = value[at]
        value[at] = kept + np.float32(1e-4)
        above = loss()
        value[at] = kept - np.float32(1e-4)
        below = loss()
        value[at] = kept
        assert abs((above - below) / 2e-4 - slope[at]) < 0.05
