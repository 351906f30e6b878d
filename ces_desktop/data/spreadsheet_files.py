"""Reads Excel workbooks (.xlsx) as sheets of text cells, row by row, without holding the file in memory twice.

openpyxl is imported when a workbook is read and not before. What is calculated is read as last saved; what is a date
in the sheet comes out as an ISO day, a number without the tail that binary fractions leave.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from ces_desktop.errors import Refused, Unavailable

MAGIC = b"PK\x03\x04"
_MOST_UNPACKED = 1_000_000_000
MOST_ROWS = 200_000
MOST_COLUMNS = 400


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name and its rows of text cells, from the first row of the sheet; empty cells are ""."""

    name: str
    rows: tuple[tuple[str, ...], ...]


def read_workbook(path: Path) -> tuple[Sheet, ...]:
    """The sheets that hold anything, in the order of the workbook.

    Refused: `reference.spreadsheet_damaged`, `reference.empty_file`, `reference.too_large` (megabytes),
    `reference.too_many_rows` (most). Unavailable: `reference.unreadable`.
    """
    _check_size(path)
    try:
        found = tuple(_sheets(path))
    except (Refused, Unavailable):
        raise
    except OSError as error:
        raise Unavailable("reference.unreadable") from error
    except Exception as error:  # the reader meets damaged XML in a dozen ways of its own
        raise Refused("reference.spreadsheet_damaged") from error
    if not found:
        raise Refused("reference.empty_file")
    return found


def cell_text(value: Any) -> str:
    """A cell as text: a day as `1958-07-14`, 70.80000000000001 as `70.8`, TRUE and FALSE as a CSV of Excel has them."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.12g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _check_size(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
    except (OSError, ValueError) as error:
        raise Unavailable("reference.unreadable") from error
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise Refused("reference.spreadsheet_damaged") from error
    if unpacked > _MOST_UNPACKED:
        raise Refused("reference.too_large", megabytes=_MOST_UNPACKED // 1_000_000)


def _sheets(path: Path) -> Iterator[Sheet]:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and validations that a reader of cells does not need
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # some programs write a wrong size, and rows beyond it would be lost
                rows = tuple(_rows(sheet))
                if rows:
                    yield Sheet(sheet.title, rows)
        finally:
            book.close()


def _rows(sheet: Any) -> Iterator[tuple[str, ...]]:
    empty = 0
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        texts = tuple(cell_text(value) for value in cells[:MOST_COLUMNS])
        if not any(text.strip() for text in texts):
            empty += 1  # a sheet may be formatted down to its last row: blanks at the end are none
            continue
        if number > MOST_ROWS:
            raise Refused("reference.too_many_rows", most=MOST_ROWS)
        yield from ((),) * empty
        empty = 0
        yield texts
