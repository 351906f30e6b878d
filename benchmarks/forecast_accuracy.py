"""How good the demand forecast is on real demand, against the averages of LMIS and, where installed, statsforecast.

Rolling origin: the last origins of each set are the test; those before them, on which choices were made, are printed
too (`.tuning`). Needs `CES_DEMAND_DATA` (see `benchmarks.demand`). Quick: the USAID set alone, without statsforecast.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks import demand, forecast_peers, measure, scoring
from benchmarks.measure import Figure
from ces_desktop.domain.supply.forecast import forecast

UNIT = "scaled pinball loss"


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """Scaled loss, loss of the two-month sum at .95, and coverage of the .95 quantile, for each set."""
    demand.folder()
    for name in ("usaid",) if quick else ("usaid", "carparts", "auto"):
        data = demand.load(name)
        for test in (True, False):
            yield from _of_set(data, test, seed, peers=not quick and test and forecast_peers.installed())


def _of_set(data: demand.Demand, test: bool, seed: int, peers: bool) -> Iterator[Figure]:
    sums: dict[str, dict[str, float]] = {}
    for origin in data.origins(test):
        answer = forecast(data.histories(origin), demand.HORIZON, scoring.LEVELS, seed)
        told = {"ours": (answer.months, answer.cumulative[:, 1])}
        for months in (3, 6, 12):
            told[f"AMC {months}"] = forecast_peers.amc(data, origin, months, adjusted=True)
        if peers:
            told |= forecast_peers.statsforecast(data, origin)
        for who, (each, two) in told.items():
            add(sums.setdefault(who, {}), scoring.tally(data, origin, each, two))
    scores = {who: scoring.figures(total) for who, total in sums.items()}
    ours = scores.pop("ours")
    n, name = int(sums["ours"]["n"]), f"forecast_accuracy.{data.name}" + ("" if test else ".tuning")
    for key in ("spl", "c95"):
        best = min(scores, key=lambda who: scores[who][key])
        for who in dict.fromkeys(("AMC 3", best)):
            peer = f"{who}{' (best)' if who == best else ''}"
            yield measure.figure(f"{name}.{key}", ours[key], UNIT, n=n, peer=peer, peer_value=scores[who][key])
    for key in ("cover80", "cover95", "two_cover95"):
        yield measure.figure(f"{name}.{key}", ours[key], "share of months", n=n)


def add(total: dict[str, float], more: dict[str, float]) -> None:
    """Add sums to sums."""
    for key, value in more.items():
        total[key] = float(np.float64(total.get(key, 0.0)) + value)
