"""How fast demand is forecast, on one core: a clinic's order screen, learning in the background, a cold import.

Invented items, 600 × 60 months, a third of each of slow, usual and fast. statsforecast, where installed, gets the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from benchmarks import forecast_peers, measure
from benchmarks.demand import Demand
from benchmarks.measure import Figure
from ces_desktop.domain.supply.forecast import forecast, train

ITEMS, MONTHS = 600, 60
LEVELS = (0.5, 0.8, 0.95)


def invented(seed: int) -> Demand:
    """Items of a clinic; one month in twenty without stock."""
    rng = np.random.default_rng(seed)
    mean = np.repeat([0.3, 8.0, 120.0], ITEMS // 3)[:, None] * rng.lognormal(0, 0.5, (ITEMS, 1))
    exposure = (rng.random((ITEMS, MONTHS)) > 0.05).astype(float)
    used = rng.negative_binomial(2, 2 / (2 + mean), (ITEMS, MONTHS)) * exposure
    products = [f"p{item % 200}" for item in range(ITEMS)]
    return Demand("invented", used, exposure, exposure > 0, products, 2021 * 12, 1, 1, 12)


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """Median times; the peers' are of one run each."""
    data = invented(seed)
    histories = data.histories(MONTHS)
    trained = train(histories, seed)
    n = 3 if quick else 9
    screen = measure.median(measure.repeat(lambda: forecast(histories, 3, LEVELS, seed, trained), n))
    yield measure.figure("forecast_speed.order_screen_600_items", screen, "ms", n=n)
    learning = measure.median(measure.repeat(lambda: train(histories, seed), n))
    yield measure.figure("forecast_speed.training_600_items", learning, "ms", n=n)
    code = "import time; t = time.perf_counter(); import ces_desktop.domain.supply.forecast; " \
        "print('import', time.perf_counter() - t)"  # fmt: skip
    cold = [1000 * float(measure.until_said(measure.python("-c", code), "import ")[1].split()[1]) for _ in range(n)]
    yield measure.figure("forecast_speed.cold_import", measure.median(cold), "ms", n=n)
    ours = ITEMS / (screen / 1000)
    yield measure.figure("forecast_speed.series", ours, "series/s", n=ITEMS)
    if quick or not forecast_peers.installed():
        return
    for name in ("AutoETS", "CrostonSBA", "IMAPA"):
        forecast_peers.statsforecast(data, MONTHS, ("SES",))
        spent = measure.milliseconds(partial(forecast_peers.statsforecast, data, MONTHS, (name,)))
        peer = ITEMS / (spent / 1000)
        yield measure.figure("forecast_speed.series", ours, "series/s", n=ITEMS, peer=name, peer_value=peer)
