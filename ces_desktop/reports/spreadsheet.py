"""Rows as a file for a spreadsheet: CSV for programs, with heads and codes that no language changes, and a workbook.

The workbook is for people: its heads, codes and days are in their words, a column is as wide as what it holds.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Protocol

Cell = str | int | float | None
"""None = not known: an empty cell."""
NARROWEST, WIDEST = 9, 48
"""Letters that a column of a workbook has room for."""
_DAY, _SHARE, _WHOLE, _PART = "dd-mmm-yyyy", "0%", "#,##0", "#,##0.0#"


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with mark, commas; a word that a spreadsheet would run as a formula is quoted."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows(["" if cell is None else _plain(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


class Words(Protocol):
    """What a workbook says instead of a fixed head or code: `reports.sheet_words`, or a page's own."""

    def head(self, name: str) -> str:
        """What a column holds."""

    def shown(self, name: str, cell: Cell) -> Cell | date:
        """A cell of the column `name` as a person reads it."""


def as_workbook(name: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]], own: Words | None = None) -> bytes:
    """A sheet of Excel: its heads stay in sight and filter; numbers are numbers, days are days, no word is run."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    from ces_desktop.reports import sheet_words

    words: Words = own or sheet_words
    top = [words.head(each) for each in heads]
    body = [[words.shown(h, cell) for h, cell in zip(heads, row, strict=True)] for row in rows]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_title(sheet_words.sheet(name)))
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{len(body) + 1}"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    for at, column in enumerate(zip(top, *body, strict=True), 1):
        width = max(len(_written(cell)) for cell in column) + 3
        sheet.column_dimensions[get_column_letter(at)].width = min(max(width, NARROWEST), WIDEST)

    def cell(value: Cell | date, form: str = "") -> Any:
        held = WriteOnlyCell(sheet, value=_legible(value) if isinstance(value, str) else value)
        if isinstance(value, str):
            held.data_type, held.quotePrefix = "s", value[:1] in _RUN
        elif form:
            held.number_format = form
        return held

    bold = [cell(each) for each in top]
    for each in bold:
        each.font = Font(bold=True)
    sheet.append(bold)
    for row in body:
        sheet.append([cell(value, _form(h, value)) for h, value in zip(heads, row, strict=True)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_RUN = ("=", "+", "-", "@", "\t", "\r")
"""What begins a formula."""


def _plain(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in _RUN else cell


def _form(head: str, value: Cell | date) -> str:
    from ces_desktop.reports import sheet_words

    if isinstance(value, date):
        return _DAY
    if isinstance(value, float):
        return _SHARE if head in sheet_words.SHARES else _PART
    return _WHOLE if isinstance(value, int) else ""


def _title(name: str) -> str:
    """A name that Excel takes for a sheet: 31 letters at most, none of those that part a place in a file."""
    return "".join(" " if letter in r"[]:*?/\'" else letter for letter in _legible(name))[:31].strip() or "1"


def _legible(text: str) -> str:
    """Without the control characters that a workbook cannot hold."""
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n")


def _written(cell: Cell | date) -> str:
    return "00-mmm-0000" if isinstance(cell, date) else "" if cell is None else str(cell)
