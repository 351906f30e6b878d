"""How often items run out at the same mean stock: ordering by our quantiles against AMC × months of stock.

A simulation on real demand (see `benchmarks.demand`): an order each month arrives a month later, what is asked for and
not there is lost, and each policy sees only what it handed out and the share of the month it had stock. Demand of
months that were sold out in the data is drawn from the series' own months near them. Stock is measured in months of all
demand, in units. A stock-out month is one with demand that was not met in full. Quick: fewer levels, and no carparts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import demand, measure
from benchmarks.measure import Figure
from ces_desktop.domain.supply.forecast import Forecasts, History, Trained, forecast, train
from ces_desktop.domain.supply.panel import month_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

UNIT = "share of stock-out months"
RETRAIN = 6
WARM = 3
FACTORS = (1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 8.0, 11.0)
LEVELS = (0.7, 0.8, 0.87, 0.92, 0.95, 0.97, 0.985, 0.995)
PRICES = (0.3, 0.15, 0.08, 0.045, 0.025, 0.014, 0.008, 0.0045, 0.0025)
"""Of a month's typical demand, in probability of a stock-out."""
SAFETY = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0)

Policy = Callable[["Seen", float], "Floats"]


@dataclass(slots=True)
class Truth:
    """What people wanted (series × months), whose product it is, and from which month stock is simulated."""

    name: str
    wanted: Floats
    products: list[str]
    first: int
    start: int
    at: tuple[float, ...]


@dataclass(slots=True)
class Seen:
    """What a policy knows at a review: consumption and exposure so far."""

    truth: Truth
    used: Floats
    exposure: Floats
    seed: int


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """Stock-out share at given months of stock, for each policy against the classic formula."""
    for name in ("usaid",) if quick else ("usaid", "carparts"):
        truth = _usaid(seed) if name == "usaid" else _carparts(seed)
        step = 2 if quick else 1
        classic = _curve(truth, _amc, FACTORS[::step], seed)
        textbook = _curve(truth, _textbook, SAFETY[::step], seed)
        ours = _curve(truth, _Ours().quantile, LEVELS[::step], seed)
        typical = max(float(np.median(truth.wanted[:, truth.start :].mean(axis=1))), 0.05)
        prices = tuple(price / typical for price in PRICES)
        shared = _curve(truth, _Ours().shared, prices[::step], seed)
        n = truth.wanted.shape[0]
        for months in truth.at:
            label = f"stockout_policy.{name}.at_{months:g}_months"
            peers = (("AMC 3 × months of stock", _at(classic, months)), ("AMC 12 × 2 + z·σ", _at(textbook, months)))
            for kind, curve in (("", ours), (".shared_budget", shared)):
                for peer, value in peers:
                    own = _at(curve, months)
                    if own is not None:
                        yield measure.figure(label + kind, own, UNIT, n=n, peer=peer, peer_value=value)
        least, peer = _needed(textbook, 0.08), "AMC 12 × 2 + z·σ"
        for kind, curve in (("", ours), (".shared_budget", shared)):
            label, needed = f"stockout_policy.{name}.months_for_8_percent{kind}", _needed(curve, 0.08)
            if needed is not None:
                yield measure.figure(label, needed, "months of stock", n=n, peer=peer, peer_value=least)


def _usaid(seed: int) -> Truth:
    data, rng = demand.load("usaid"), np.random.default_rng(seed)
    clean = data.scored & ~np.isnan(data.used)
    recent = (~np.isnan(data.used[:, -24:])).sum(1)
    moved = np.where(clean, data.used, 0).sum(1)
    chosen = np.flatnonzero((clean.sum(1) >= 24) & (recent >= 20) & (moved > 10) & (clean[:, :24].sum(1) >= 8))
    wanted = data.used[chosen].copy()
    for row, good in enumerate(clean[chosen]):
        months = np.flatnonzero(good)
        for month in np.flatnonzero(~good):
            near = months[np.abs(months - month) <= 8]
            drawn = wanted[row, rng.choice(near if len(near) >= 3 else months)]
            wanted[row, month] = max(drawn, np.nan_to_num(wanted[row, month]))
    return Truth("usaid", wanted, [data.products[row] for row in chosen], data.first, 24, (2.0, 3.0, 4.0))


def _carparts(seed: int) -> Truth:
    data = demand.load("carparts")
    chosen = np.sort(np.random.default_rng(seed).choice(len(data.used), 1500, replace=False))
    wanted = data.used[chosen]
    wanted = wanted[~np.isnan(wanted).any(axis=1)]
    wanted = wanted[wanted[:, 27:].sum(axis=1) > 0]
    return Truth("carparts", wanted, [""] * len(wanted), data.first, 27, (4.0, 6.0, 8.0))


def _curve(truth: Truth, policy: Policy, parameters: tuple[float, ...], seed: int) -> list[tuple[float, float]]:
    """(months of stock, stock-out share) for each parameter, by stock."""
    return sorted(_simulate(truth, policy, parameter, seed) for parameter in parameters)


def _simulate(truth: Truth, policy: Policy, parameter: float, seed: int) -> tuple[float, float]:
    wanted, start = truth.wanted, truth.start
    used, exposure = wanted.copy(), np.ones_like(wanted)
    stock = np.zeros(len(wanted))
    coming = np.zeros(len(wanted))
    held, short, asked = [], [], []
    for month in range(start, wanted.shape[1]):
        seen = Seen(truth, used[:, :month], exposure[:, :month], seed)
        up_to = np.maximum(policy(seen, parameter), 0.0)
        if month == start:
            stock = up_to.copy()
        stock = stock + coming
        coming = np.maximum(up_to - stock, 0.0)
        asks = wanted[:, month]
        given = np.minimum(stock, asks)
        used[:, month] = given
        exposure[:, month] = np.where(stock <= 0, 0.0, np.where(asks > stock, stock / np.maximum(asks, 1e-9), 1.0))
        held.append(stock - given / 2)
        short.append(asks > stock)
        asked.append(asks)
        stock = stock - given
    wants = np.stack(asked[WARM:])
    return float(np.stack(held[WARM:]).sum() / wants.sum()), float(np.stack(short[WARM:])[wants > 0.0].mean())


def _mean(seen: Seen, months: int) -> Floats:
    """Adjusted AMC; where there was no stock all those months, that of the last months with stock."""
    result, done = np.zeros(len(seen.used)), np.zeros(len(seen.used), dtype=bool)
    for end in range(seen.used.shape[1], 0, -1):
        back = slice(max(0, end - months), end)
        time = seen.exposure[:, back].sum(axis=1)
        fresh = ~done & (time > 0)
        result[fresh] = seen.used[fresh, back].sum(axis=1) / time[fresh]
        done |= fresh
        if done.all():
            break
    return result


def _amc(seen: Seen, factor: float) -> Floats:
    return np.ceil(_mean(seen, 3) * factor - 1e-9)


def _textbook(seen: Seen, factor: float) -> Floats:
    share = seen.exposure[:, -12:]
    rates = np.where(share > 0.05, seen.used[:, -12:] / np.maximum(share, 0.1), np.nan)
    known = np.maximum((~np.isnan(rates)).sum(axis=1), 1)
    mean = np.nan_to_num(rates).sum(axis=1) / known
    variance = np.where(np.isnan(rates), 0.0, (rates - mean[:, None]) ** 2).sum(axis=1) / known
    return np.asarray(np.ceil(2 * _mean(seen, 12) + factor * np.sqrt(2 * variance)))


class _Ours:
    """Our forecast of the two months that an order covers; trained again every half year."""

    def __init__(self) -> None:
        self._trained: Trained | None = None

    def _forecast(self, seen: Seen, level: float) -> Forecasts:
        start = month_name(seen.truth.first)
        rows = zip(seen.used, seen.exposure, seen.truth.products, strict=True)
        histories = [History(start, used, exposure, product=product) for used, exposure, product in rows]
        if self._trained is None or (seen.used.shape[1] - seen.truth.start) % RETRAIN == 0:
            self._trained = train(histories, seen.seed)
        return forecast(histories, 2, (level,), seen.seed, self._trained)

    def quantile(self, seen: Seen, level: float) -> Floats:
        """Each item up to the same quantile of its demand."""
        return np.ceil(self._forecast(seen, level).cumulative[:, 1, 0] - 1e-9)

    def shared(self, seen: Seen, price: float) -> Floats:
        """Stock put where a unit avoids most stock-outs: most of P(none) - price · stock; at least the median."""
        sums = np.sort(self._forecast(seen, 0.5).paths.sum(axis=2), axis=1)
        gain = np.linspace(0.0, 1.0, sums.shape[1] + 1)[1:] - price * sums
        best = np.take_along_axis(sums, gain.argmax(axis=1)[:, None], axis=1)[:, 0]
        return np.asarray(np.ceil(np.maximum(best, sums[:, sums.shape[1] // 2]) - 1e-9))


def _at(curve: list[tuple[float, float]], months: float) -> float | None:
    """Stock-out share at so much stock, between measured points; None where the curve does not reach."""
    stocks, shares = zip(*curve, strict=True)
    return float(np.interp(months, stocks, shares)) if stocks[0] <= months <= stocks[-1] else None


def _needed(curve: list[tuple[float, float]], share: float) -> float | None:
    """Months of stock at which the share is reached; None where it never is."""
    stocks, shares = zip(*curve[::-1], strict=True)
    return float(np.interp(share, shares, stocks)) if shares[0] <= share <= shares[-1] else None
