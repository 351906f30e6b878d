"""Demand of the coming months as a distribution: the average of the quantiles of several members.

Members: `smoothing` (exposure-aware negative-binomial smoothing), `recent` (the last twelve available months), `pooled`
(what followed months like these in any series) and `need` (the registered patients' prescriptions). Averaging quantiles
keeps each member's shape and cancels their errors (Lichtendahl, Grushka-Cockayne, Winkler, "Is it better to average
probabilities or quantiles?", Management Science 59 (2013) 1594-1611). All series are forecast from the month after the
latest month that any knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ces_desktop.domain.supply import mixture, need
from ces_desktop.domain.supply.mixture import Draws, Known, Trained
from ces_desktop.domain.supply.panel import History, panel_of
from ces_desktop.domain.supply.running import never_falling
from ces_desktop.errors import Refused

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Forecast", "Forecasts", "History", "Member", "Trained", "forecast", "train"]

PATHS = 500
LONGEST_HORIZON = 24
_THREADS = 2
"""NumPy lets other threads on while it works; the blocks draw by chances of their own, so the answer is the same."""
_AT_ONCE = 100
"""Series worked on together: small blocks stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Member:
    """One way of forecasting. `weight`, `sum_weight`: series, 0 to 1, how much it counts in `months` and in
    `cumulative`, each series × horizon × levels."""

    name: str
    weight: Floats
    sum_weight: Floats
    months: Floats
    cumulative: Floats


@dataclass(frozen=True, slots=True)
class Forecast:
    """One series. `months` and `cumulative`: horizon × levels, in the units of the history; `paths`: 500 × horizon,
    whose running sums have the cumulative quantiles; `members`: name → weight."""

    quantiles: tuple[float, ...]
    months: Floats
    cumulative: Floats
    paths: Floats
    members: dict[str, float]


@dataclass(frozen=True, slots=True)
class Forecasts(Sequence[Forecast]):
    """All series in the order given: the same as arrays with the series first, and each member's own answer."""

    quantiles: tuple[float, ...]
    months: Floats
    cumulative: Floats
    paths: Floats
    members: tuple[Member, ...]

    def __len__(self) -> int:
        return len(self.months)

    def first(self, n: int) -> Forecasts:
        """The first series alone."""
        kept = tuple(
            Member(one.name, one.weight[:n], one.sum_weight[:n], one.months[:n], one.cumulative[:n])
            for one in self.members
        )
        return Forecasts(self.quantiles, self.months[:n], self.cumulative[:n], self.paths[:n], kept)

    def __getitem__(self, at: int) -> Forecast:  # type: ignore[override]  # one series; slices have the arrays
        shares = {member.name: float(member.weight[at]) for member in self.members if member.weight[at] > 0}
        return Forecast(self.quantiles, self.months[at], self.cumulative[at], self.paths[at], shares)


def forecast(
    histories: Sequence[History], horizon: int, quantiles: Sequence[float], seed: int, trained: Trained | None = None
) -> Forecasts:
    """Quantiles of each of the next `horizon` months and of their running sums, and 500 paths, for each history.

    The same histories and seed give the same answer. Where all histories together have some hundred known months the
    learner takes part: `trained` earlier, or now. Refused: `forecast.horizon` (1 to 24), `forecast.quantiles` (each
    between 0 and 1), and what `panel_of` refuses.
    """
    if not 1 <= horizon <= LONGEST_HORIZON:
        raise Refused("forecast.horizon", longest=LONGEST_HORIZON)
    if not len(quantiles) or not all(0 < level < 1 for level in quantiles):
        raise Refused("forecast.quantiles")
    panel = panel_of(histories)
    wanted = need.needs([one.need for one in histories], horizon) / panel.unit[:, None]
    known = mixture.know(panel)
    trained = trained or mixture.train(known, seed)
    return _read_off(mixture.ask(known, trained), wanted, horizon, tuple(quantiles), seed, trained)


def train(histories: Sequence[History], seed: int, pooled: bool = True) -> Trained:
    """What all series together teach, to be used by `forecast` until it is trained again: for the background.

    Not `pooled`: without the learner, which takes nearly all of the time.
    """
    panel = panel_of(histories)
    return mixture.train(mixture.know(panel), seed, pooled)


def _read_off(
    known: Known, wanted: Floats, horizon: int, levels: tuple[float, ...], seed: int, trained: Trained
) -> Forecasts:
    n = len(known.panel.used)
    months, cumulative = np.empty((n, horizon, len(levels))), np.empty((n, horizon, len(levels)))
    paths = np.empty((n, PATHS, horizon))
    members: dict[str, Member] = {}
    blocks = [np.arange(start, min(start + _AT_ONCE, n)) for start in range(0, n, _AT_ONCE)]
    chances = np.random.default_rng(seed).spawn(len(blocks))

    def drawn(block: Ints, rng: np.random.Generator) -> tuple[Ints, list[Draws], Floats, Floats]:
        pattern, draws = mixture.draw(known.rows(block), wanted[block], horizon, PATHS, trained, rng)
        return pattern, draws, *mixture.average(draws)

    with ThreadPoolExecutor(_THREADS) as side_by_side:
        answers = side_by_side.map(drawn, blocks, chances)
        for block, (pattern, draws, mixed_months, mixed_sums) in zip(blocks, answers, strict=True):
            unit = known.panel.unit[block, None, None]
            months[block] = _quantiles(mixed_months, levels) * unit
            cumulative[block] = _quantiles(mixed_sums, levels) * unit
            paths[block] = _joined(pattern, mixed_sums * unit)
            for one in draws:
                kept = members.setdefault(
                    one.name, Member(one.name, np.zeros(n), np.zeros(n), np.zeros_like(months), np.zeros_like(months))
                )
                kept.weight[block], kept.sum_weight[block] = one.weight, one.sum_weight
                kept.months[block] = _quantiles(one.months, levels) * unit
                kept.cumulative[block] = _quantiles(one.cumulative, levels) * unit
    return Forecasts(levels, months, cumulative, paths, tuple(members.values()))


def _quantiles(ordered: Floats, levels: tuple[float, ...]) -> Floats:
    """Series × horizon × levels from series × 500 ordered values × horizon, between the two nearest values."""
    place = np.clip(np.asarray(levels) * PATHS - 0.5, 0, PATHS - 1)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, PATHS - 1)
    share = (place - below)[:, None]
    return np.asarray(np.moveaxis(ordered[:, below] * (1 - share) + ordered[:, above] * share, 1, 2))


def _joined(pattern: Ints, sums: Floats) -> Floats:
    """Paths whose running sums are `sums`, put in the order in which those of other paths stand (`running.order_of`).

    (Schaake shuffle: Clark et al., J. Hydrometeorology 5 (2004) 243-262.) A running sum never falls.
    """
    running = np.empty_like(sums)
    np.put_along_axis(running, pattern, sums, axis=1)
    running = never_falling(running)
    running[:, :, 1:] -= running[:, :, :-1].copy()
    return running
