"""Real demand to measure forecasts on, read from a folder you name: the program carries none of it.

`CES_DEMAND_DATA` names the folder with `usaid_logistics_dev.csv` (contraceptives, Cote d'Ivoire; USAID, Intelligent
Forecasting Competition 2020), `carparts.csv` (R package expsmooth) and `Auto.csv` (R package fable.intermittent).
"""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.measure import Skipped
from ces_desktop.domain.supply.panel import History, month_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

FOLDER = "CES_DEMAND_DATA"
HORIZON = 3


@dataclass(frozen=True, slots=True)
class Demand:
    """Series × months: `used` (NaN = not recorded), `exposure` (0 where nothing was on the shelf), `scored`: months in
    which the item was there from first to last day, so that what was used is what was wanted."""

    name: str
    used: Floats
    exposure: Floats
    scored: Flags
    products: list[str]
    first: int
    rounds: int
    step: int
    season: int

    def origins(self, test: bool) -> list[int]:
        """Columns from which is forecast: the last `rounds`, `step` months apart; or, for tuning, as many before them.

        A year of history comes before each.
        """
        last = self.used.shape[1] - HORIZON - (0 if test else self.rounds * self.step)
        columns = [last - self.step * back for back in range(self.rounds)][::-1]
        return [column for column in columns if column >= 12]

    def histories(self, origin: int) -> list[History]:
        """What was known before a month."""
        start = month_name(self.first)
        return [
            History(start, used[:origin], exposure[:origin], product=product)
            for used, exposure, product in zip(self.used, self.exposure, self.products, strict=True)
        ]  # fmt: skip


def folder() -> Path:
    """The folder named in the environment; raises `measure.Skipped` where there is none."""
    named = os.environ.get(FOLDER, "")
    if not named or not Path(named).is_dir():
        raise Skipped(f"Set {FOLDER} to the folder with {USAID}, carparts.csv and Auto.csv; none is part of this.")
    return Path(named)


def load(name: str) -> Demand:
    """One of `usaid`, `carparts`, `auto`; raises `measure.Skipped` where its file is not there."""
    reader = {"usaid": _usaid, "carparts": _carparts, "auto": _auto}[name]
    try:
        return reader(folder())
    except FileNotFoundError as error:
        raise Skipped(f"{Path(error.filename).name} is not in the folder of {FOLDER}.") from None


USAID = "usaid_logistics_dev.csv"


def _usaid(where: Path) -> Demand:
    with (where / USAID).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = sorted({row["site_code"] + row["product_code"] for row in rows})
    place = {name: at for at, name in enumerate(names)}
    months = [int(row["year"]) * 12 + int(row["month"]) - 1 for row in rows]
    first, size = min(months), max(months) - min(months) + 1
    used, exposure = np.full((len(names), size), np.nan), np.full((len(names), size), np.nan)
    scored = np.zeros(used.shape, dtype=bool)
    for row, month in zip(rows, months, strict=True):
        at = place[row["site_code"] + row["product_code"]], month - first
        amount = float(row["stock_distributed"])
        empty = float(row["stock_initial"]) + float(row["stock_received"]) <= 0 and amount == 0
        share = 1 - min(max(float(row["stock_stockout_days"] or 0), 0), 30) / 30
        used[at], exposure[at] = amount, 0.0 if empty else max(share, 0.1)
        scored[at] = exposure[at] >= 0.999 and float(row["stock_end"]) > 0
    return Demand("usaid", used, exposure, scored, [name[-7:] for name in names], first, 6, 2, 12)


def _carparts(where: Path) -> Demand:
    with (where / "carparts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return _whole("carparts", np.array([[_number(cell) for cell in row[1:]] for row in rows]).T, 4, 3, 12)


def _auto(where: Path) -> Demand:
    with (where / "Auto.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return _whole("auto", np.array([[_number(cell) for cell in row] for row in rows]), 3, 2, 1)


def _whole(name: str, used: Floats, rounds: int, step: int, season: int) -> Demand:
    """A set that says nothing of stock: everything recorded counts."""
    known = ~np.isnan(used)
    return Demand(name, used, np.where(known, 1.0, np.nan), known, [""] * len(used), 1998 * 12, rounds, step, season)


def _number(cell: str) -> float:
    return float(cell) if cell not in ("", "NA", "nan") else float("nan")
