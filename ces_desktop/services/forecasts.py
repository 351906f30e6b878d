"""Forecasts from a file: any office can forecast from its own records, and our forecasts can be measured by others."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ces_desktop.data import table_files
from ces_desktop.domain.supply.forecast import Forecasts, History, forecast
from ces_desktop.domain.supply.panel import LONGEST, month_name, month_number
from ces_desktop.errors import Refused, Unavailable

_SPELLINGS = {
    "series": "series serie",
    "product": "product producto",
    "month": "month mes",
    "consumption": "consumption consumo",
    "exposure": "exposure exposicion",
}
_NEEDED = ({"series", "month", "consumption"},)
_NUMBER = re.compile(r"\d+([.,]\d+)?([eE][+]?\d+)?")


@dataclass(slots=True)
class _Series:
    product: str
    months: dict[int, tuple[float, float]]


def write_forecasts(source: Path, target: Path, horizon: int, quantiles: list[float], seed: int) -> tuple[int, int]:
    """Read `series, product, month, consumption, exposure`; write `series, step, quantile, value`; (series, rows).

    Empty consumption = not known; empty exposure = the whole month, or not known where consumption is empty. Steps are
    1 to the horizon, and cum1 to cumH for the running sums. Refused: `forecast.…` naming the line; Unavailable:
    `forecast.unreadable`, `forecast.unwritable`.
    """
    series = _read(source)
    answer = forecast([_history(one) for one in _aligned(series)], horizon, quantiles, seed)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("series", "step", "quantile", "value"))
    rows = list(_rows(list(series), answer))
    writer.writerows(rows)
    try:
        target.write_text(buffer.getvalue(), encoding="utf-8", newline="")
    except OSError as error:
        raise Unavailable("forecast.unwritable") from error
    return len(series), len(rows)


def levels(text: str) -> list[float]:
    """The quantiles in "0.5,0.8,0.95"; refuses what is no list of numbers between 0 and 1."""
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        found = []
    if not found or not all(0 < level < 1 for level in found):
        raise Refused("forecast.quantiles")
    return found


def _read(source: Path) -> dict[str, _Series]:
    try:
        lines = table_files.text_of(source).splitlines(keepends=True)
        header = table_files.find_header(lines, _SPELLINGS, _NEEDED)
    except Unavailable as failure:
        raise Unavailable("forecast.unreadable") from failure
    except Refused as failure:
        raise Refused("forecast.columns") from failure
    series: dict[str, _Series] = {}
    for record in table_files.records(lines, header):
        cells = record.cells
        name, product = cells["series"], cells.get("product", "")
        if not name:
            raise Refused("forecast.no_series", line=record.line)
        one = series.setdefault(name, _Series(product, {}))
        if one.product != product:
            raise Refused("forecast.two_products", line=record.line)
        try:
            month = month_number(cells["month"])
        except Refused as failure:
            raise Refused("forecast.month_line", line=record.line) from failure
        if month in one.months:
            raise Refused("forecast.twice", line=record.line)
        one.months[month] = (
            _number(cells["consumption"], record.line),
            _share(cells.get("exposure", ""), record.line),
        )
    if not series:
        raise Refused("forecast.no_rows")
    return series


def _number(cell: str, line: int) -> float:
    if not cell:
        return float("nan")
    if not _NUMBER.fullmatch(cell):
        raise Refused("forecast.number_line", line=line)
    value = float(cell.replace(",", "."))
    if value > 1e15:
        raise Refused("forecast.number_line", line=line)
    return value


def _share(cell: str, line: int) -> float:
    share = 1.0 if not cell else _number(cell, line)
    if share > 1:
        raise Refused("forecast.exposure_line", line=line)
    return share


def _aligned(series: dict[str, _Series]) -> Iterator[tuple[str, dict[int, tuple[float, float]], int, int]]:
    """Each series' product and months, from its first month to its last; years long gone are left out."""
    end = max(max(one.months) for one in series.values())
    for one in series.values():
        first, last = max(min(one.months), end - LONGEST + 1), max(one.months)
        yield one.product, one.months, first, last


def _history(one: tuple[str, dict[int, tuple[float, float]], int, int]) -> History:
    product, months, first, last = one
    pairs = [months.get(month, (float("nan"), 0.0)) for month in range(first, last + 1)]
    return History(month_name(first), [used for used, _ in pairs], [share for _, share in pairs], product=product)


def _rows(names: list[str], answer: Forecasts) -> Iterator[tuple[str, str, str, str]]:
    for at, name in enumerate(names):
        for prefix, table in (("", answer.months), ("cum", answer.cumulative)):
            for step in range(table.shape[1]):
                for place, level in enumerate(answer.quantiles):
                    value = f"{table[at, step, place]:.4f}".rstrip("0").rstrip(".")
                    yield name, f"{prefix}{step + 1}", f"{level:g}", value
