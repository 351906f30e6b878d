"""Reads somebody's register, a table of text or an Excel workbook, as headings and rows; every cell is kept as written.

For a table of text any usual encoding and delimiter will do; a stray quote does not swallow the lines after it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ces_desktop.data.spreadsheet_files import MAGIC, MOST_ROWS, Sheet, read_workbook
from ces_desktop.data.table_files import Header, records, split, text_of
from ces_desktop.domain.register_columns import guess
from ces_desktop.errors import Refused, Unavailable

_HEADER_WITHIN = 20
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of the file: its line (from 1) and its cells. More cells than headings = the row is broken."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name (of the sheet or file), the headings, each once, and the rows that are not blank."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[SourceRow, ...]

    def column(self, heading: str) -> tuple[str, ...]:
        """Every cell below a heading."""
        at = self.headings.index(heading)
        return tuple(row.cells[at] if at < len(row.cells) else "" for row in self.rows)


def _register_columns(headings: Sequence[str]) -> int:
    return sum(role.kind != "ignore" for _, role in guess(tuple(headings)).columns)


def read_tables(path: Path, recognised: Callable[[Sequence[str]], int] = _register_columns) -> tuple[Table, ...]:
    """The tables of a file: one of a CSV, one for each sheet of a workbook that has rows below its headings.

    `recognised` = how many cells of a line are headings of what is looked for: the line with most has the headings.

    Refused and Unavailable: `reference.*` as `text_of` and `read_workbook`; `register_import.no_rows`.
    """
    try:
        with path.open("rb") as file:
            workbook = file.read(4) == MAGIC
    except (OSError, ValueError) as error:
        raise Unavailable("reference.unreadable") from error
    sheets = read_workbook(path) if workbook else (_text_sheet(path),)
    tables = [table for sheet in sheets if (table := _table(sheet, recognised)) is not None]
    if not tables:
        raise Refused("register_import.no_rows")
    return tuple(tables)


def _text_sheet(path: Path) -> Sheet:
    lines = text_of(path).splitlines(keepends=True)
    if len(lines) > MOST_ROWS:
        raise Refused("reference.too_many_rows", most=MOST_ROWS)
    delimiter = _delimiter(lines[:_HEADER_WITHIN])
    parted = [split(line.rstrip("\r\n"), delimiter) for line in lines[:_HEADER_WITHIN] if line.strip()]
    width = Counter(map(len, parted)).most_common(1)[0][0]
    names = tuple(str(place) for place in range(width))
    # `records` wants to know how many cells a line should have, to tell a stray quote; as most lines have.
    header = Header(-1, delimiter, names, {name: place for place, name in enumerate(names)})
    rows: list[tuple[str, ...]] = []
    for record in records(lines, header):
        rows += [()] * (record.line - 1 - len(rows))
        cells = tuple(record.cells.values())[: max(record.width, 1)]
        rows.append(cells if record.width <= width else (*cells, "…"))
    return Sheet(path.stem, tuple(rows))


def _delimiter(lines: Sequence[str]) -> str:
    """The delimiter that most lines have most often and equally often."""
    told = [line for line in lines if line.strip()]

    def likeness(delimiter: str) -> tuple[int, int]:
        counts = Counter(line.count(delimiter) for line in told)
        counts.pop(0, None)
        if not counts:
            return 0, 0
        times, alike = counts.most_common(1)[0]
        return alike * min(times, 3), times

    return max(_DELIMITERS, key=likeness)


def _table(sheet: Sheet, recognised: Callable[[Sequence[str]], int]) -> Table | None:
    at = _header(sheet.rows, recognised)
    if at is None or at + 1 >= len(sheet.rows):
        return None
    widest = len(sheet.rows[at])
    headings = _distinct(sheet.rows[at])
    rows = tuple(
        SourceRow(number, _fitted(cells, widest))
        for number, cells in enumerate(sheet.rows[at + 1 :], at + 2)
        if any(cell.strip() for cell in cells)
    )
    return Table(sheet.name, headings, rows) if rows else None


def _header(rows: Sequence[Sequence[str]], recognised: Callable[[Sequence[str]], int]) -> int | None:
    """The row of the headings among the first: the one with most columns that are recognised, else the first."""
    best, most = None, -1
    for place, cells in enumerate(rows[:_HEADER_WITHIN]):
        named = [cell for cell in cells if cell.strip()]
        if not named:
            continue
        known = recognised(cells)
        if known > most:
            best, most = place, known
    return best


def _distinct(cells: Sequence[str]) -> tuple[str, ...]:
    """Headings told apart: a second `Fecha` is `Fecha (2)`, one without a name is called by its place."""
    seen: Counter[str] = Counter()
    found = []
    for place, cell in enumerate(cells, 1):
        name = " ".join(cell.split()) or f"({place})"
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(found)


def _fitted(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    """The cells without blanks beyond the headings."""
    while len(cells) > width and not cells[-1].strip():
        cells = cells[:-1]
    return cells
