"""The figures of a month as a file for a spreadsheet: the very rows of the screen, nobody's name."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO

from ces_desktop.data.queries.indicators import Month
from ces_desktop.reports.indicator_rows import Row
from ces_desktop.services.reference import guarded

COLUMNS = (
    "clinic", "month", "programme", "community", "code", "version", "indicator", "numerator", "denominator", "percent",
    "no_reading", "definitions", "thresholds",
)  # fmt: skip
"""Of the file: fixed words, so that what reads it does not depend on the language."""


def as_csv(clinic: str, month: Month, held: Sequence[Row]) -> bytes:
    """The rows as a CSV file (UTF-8 with mark, as Excel wants it); counts and codes, nobody's name."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in held:
        f = row.figure
        writer.writerow(
            [
                clinic, f.month, f.programme, guarded(row.community), f.definition.code, f.definition.version, row.name,
                f.numerator, _known(f.denominator), _known(f.percent), _known(f.no_reading),
                month.definitions_version, month.thresholds_version,
            ]
        )  # fmt: skip
    return out.getvalue().encode("utf-8-sig")


def _known(value: int | None) -> int | str:
    """Nothing where there is no such number: never a zero."""
    return "" if value is None else value
