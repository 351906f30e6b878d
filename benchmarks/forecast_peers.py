"""What forecasts are compared with: average monthly consumption (AMC) as LMIS compute it, and statsforecast.

AMC: mean of the last k months; adjusted: divided by the share of the time with stock (OpenLMIS, Open mSupply). Both are
single numbers: their quantiles are negative-binomial with the variance of their own past errors. statsforecast is a
peer of the benchmark environment alone; where it is not installed the figures say so by not being there.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.demand import HORIZON, Demand
from benchmarks.scoring import LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MODELS = ("SES", "CrostonSBA", "TSB", "ADIDA", "AutoETS", "AutoTheta")
_DRAWS = 400


def amc(demand: Demand, origin: int, months: int, adjusted: bool) -> tuple[Floats, Floats]:
    """Quantiles of the three months, and of the sum of the first two, from the mean of the last `months`."""
    used, exposure = demand.used[:, :origin], np.nan_to_num(demand.exposure[:, :origin])
    weight = np.where(np.isnan(used), 0.0, exposure if adjusted else 1.0)
    amount = np.where(weight > 0, np.nan_to_num(used), 0.0)
    means = np.zeros((len(used), origin + 1))
    for month in range(1, origin + 1):
        back = slice(max(0, month - months), month)
        time = weight[:, back].sum(1)
        means[:, month] = np.where(time > 0, amount[:, back].sum(1) / np.maximum(time, 1e-9), means[:, month - 1])
    actual = np.where(weight > 0, amount / np.maximum(weight, 0.1), np.nan)
    errors = (actual - means[:, :-1])[:, 1:]
    return spread(means[:, -1:].repeat(HORIZON, axis=1), errors, np.nan_to_num(actual).mean(1))


def spread(mean: Floats, errors: Floats, level: Floats) -> tuple[Floats, Floats]:
    """Negative-binomial quantiles around point forecasts, with the variance of past errors and two pseudo-months."""
    known = ~np.isnan(errors)
    variance = np.where(known, errors, 0) ** 2
    variance = (variance.sum(1) + 2 * (level + 0.5 * level**2)) / (known.sum(1) + 2)
    rng = np.random.default_rng(1)
    months = np.stack([_quantiles(mean[:, step], variance, rng) for step in range(HORIZON)], axis=1)
    return months, _quantiles(mean[:, :2].sum(1), 2 * variance, rng)


def _quantiles(mean: Floats, variance: Floats, rng: np.random.Generator) -> Floats:
    mean = np.maximum(mean, 1e-9)
    size = np.clip(mean**2 / np.maximum(variance - mean, 0.01 * mean), 1e-6, 1e6)[:, None]
    drawn = rng.poisson(rng.standard_gamma(np.broadcast_to(size, (len(mean), _DRAWS))) * mean[:, None] / size)
    return np.quantile(drawn, LEVELS, axis=1, method="higher").T.astype(float)


def installed() -> bool:
    """Whether statsforecast is there."""
    return importlib.util.find_spec("statsforecast") is not None


def statsforecast(demand: Demand, origin: int, names: tuple[str, ...] = MODELS) -> dict[str, tuple[Floats, Floats]]:
    """Each model, and the median of all; unavailable months are given to it as the running mean of available ones."""
    import pandas
    from statsforecast import StatsForecast

    used = imputed(demand, origin)
    frames, kept = [], []
    stamps = pandas.date_range("2010-01-31", periods=origin, freq="ME")
    for row, series in enumerate(used):
        known = np.flatnonzero(~np.isnan(series))
        if len(known) >= 6 and origin - known[0] >= 12:
            kept.append(row)
            values = np.nan_to_num(series[known[0] :])
            frames.append(pandas.DataFrame({"unique_id": row, "ds": stamps[known[0] :], "y": values}))
    table = pandas.concat(frames, ignore_index=True)
    found = {name: _one(StatsForecast, model, table, used, np.array(kept)) for name, model in _models(demand, names)}
    if len(found) > 1:
        parts = list(found.values())
        found["median of all"] = (
            np.median([months for months, _ in parts], axis=0),
            np.median([two for _, two in parts], axis=0),
        )
    return found


def imputed(demand: Demand, origin: int) -> Floats:
    """Consumption with months without stock replaced by what available months took of late."""
    used, exposure = demand.used[:, :origin].copy(), demand.exposure[:, :origin]
    level = np.full(len(used), np.nan)
    for month in range(origin):
        gone = ~np.isnan(used[:, month]) & (exposure[:, month] < 0.01) & ~np.isnan(level)
        used[gone, month] = level[gone]
        whole = (exposure[:, month] > 0.99) & ~np.isnan(used[:, month])
        moved = np.where(np.isnan(level), used[:, month], level + (used[:, month] - level) / 6)
        level = np.where(whole, moved, level)
    return used


def _models(demand: Demand, names: tuple[str, ...]) -> list[tuple[str, Any]]:
    from statsforecast import models

    made = {
        "SES": lambda: models.SimpleExponentialSmoothingOptimized(),
        "CrostonSBA": lambda: models.CrostonSBA(),
        "TSB": lambda: models.TSB(0.2, 0.2),
        "ADIDA": lambda: models.ADIDA(),
        "IMAPA": lambda: models.IMAPA(),
        "AutoETS": lambda: models.AutoETS(season_length=demand.season),
        "AutoTheta": lambda: models.AutoTheta(season_length=demand.season),
    }
    return [(name, made[name]()) for name in names]


def _one(maker: Any, model: Any, table: Any, used: Floats, kept: NDArray[np.int64]) -> tuple[Floats, Floats]:
    engine = maker(models=[model], freq="ME", n_jobs=1)
    answer = engine.forecast(df=table, h=HORIZON, fitted=True)
    column = next(name for name in answer.columns if name not in ("unique_id", "ds"))
    level = np.nan_to_num(np.nanmean(np.concatenate([used, np.zeros((len(used), 1))], axis=1), axis=1))
    mean = level[:, None].repeat(HORIZON, axis=1)
    mean[kept] = np.maximum(np.nan_to_num(answer[column].to_numpy().reshape(-1, HORIZON)), 0)
    errors = np.full(used.shape, np.nan)
    past = engine.forecast_fitted_values()
    past["error"] = past["y"] - past[column]
    for row, part in past.groupby("unique_id"):
        errors[int(row), -len(part) :] = part["error"].to_numpy()
    return spread(mean, errors, level)
