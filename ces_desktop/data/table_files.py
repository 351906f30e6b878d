"""Reads tables of text as people export them: any usual encoding and delimiter, titles above the header, stray quotes.

Columns are found by what their header says, without accents, capitals or signs. Nothing is lost: every record keeps
its line number and its text.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from ces_desktop.data import spreadsheet_files
from ces_desktop.errors import Refused, Unavailable

_MOST_BYTES = 200_000_000
_HEADER_WITHIN = 20
_LINES_IN_A_CELL = 20


@dataclass(frozen=True, slots=True)
class Header:
    """The line that names the columns: its index, the delimiter, the names, and where each of our fields stands."""

    index: int
    delimiter: str
    names: tuple[str, ...]
    places: Mapping[str, int]

    def columns(self) -> dict[str, str]:
        """Our field → the name of its column in the file."""
        return {field: self.names[at] for field, at in self.places.items()}

    def ignored(self) -> tuple[str, ...]:
        """Columns that none of our fields is read from."""
        return tuple(name for at, name in enumerate(self.names) if name and at not in self.places.values())


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its first line (from 1), its text, how many cells it has, and the cells of our fields, trimmed."""

    line: int
    text: str
    width: int
    cells: Mapping[str, str]


def text_of(path: Path) -> str:
    """The text of a file in UTF-8, UTF-16 (with mark) or cp1252, or of the first sheet of an Excel workbook as CSV.

    Refuses empty, binary and huge files, and spreadsheets of other kinds.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise Refused("reference.too_large", megabytes=_MOST_BYTES // 1_000_000)
        data = path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL in it
        raise Unavailable("reference.unreadable") from error
    if data.startswith(spreadsheet_files.MAGIC):
        return _as_csv(spreadsheet_files.read_workbook(path)[0])
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused("reference.spreadsheet")
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\0" in data and not wide:
        raise Refused("reference.not_text")
    # Spreadsheets of Mexico write cp1252; the five bytes it leaves undefined are read as Latin-1 would.
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252", "latin-1"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not text.strip():
            raise Refused("reference.empty_file")
        return text
    raise Refused("reference.not_text")


def _as_csv(sheet: spreadsheet_files.Sheet) -> str:
    """One line for each row of the sheet; a line break inside a cell becomes a space."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([" ".join(cell.split()) for cell in cells] for cells in sheet.rows)
    return out.getvalue()


def find_header(lines: Sequence[str], spellings: Mapping[str, str], needed: Sequence[Set[str]]) -> Header:
    """The header among the first lines: where most fields are found and one of the `needed` sets is whole.

    `spellings`: our field → the names it goes by, plain, separated by blanks. Refuses a file of another kind.
    """
    best: Header | None = None
    for index, line in enumerate(lines[:_HEADER_WITHIN]):
        for delimiter in ",;|\t":
            names = tuple(name.strip() for name in split(line.rstrip("\r\n"), delimiter))
            places = _places(names, spellings)
            if any(fields <= places.keys() for fields in needed) and (best is None or len(places) > len(best.places)):
                best = Header(index, delimiter, names, places)
    if best is None:
        wanted = (spellings[field].split()[0] for field in sorted(needed[0]))
        raise Refused("reference.other_file", wanted=", ".join(wanted))
    return best


def records(lines: Sequence[str], header: Header) -> Iterator[Record]:
    """Every record below the header that is not blank.

    A stray quote would swallow the rest of the file: a record that does not close within a few lines, or closes with
    the wrong number of cells, is read again as one line in which quotes mean nothing.
    """
    at = header.index + 1
    while at < len(lines):
        end, text = at + 1, lines[at]
        while text.count('"') % 2 and end < len(lines) and end - at < _LINES_IN_A_CELL:
            text += lines[end]
            end += 1
        text = text.rstrip("\r\n")
        parts = split(text, header.delimiter)
        if len(parts) != len(header.names) or text.count('"') % 2:
            end, text = at + 1, lines[at].rstrip("\r\n")
            parts = [part.strip().strip('"') for part in text.split(header.delimiter)]
        if any(part.strip() for part in parts):
            cells = {field: " ".join(parts[x].split()) if x < len(parts) else "" for field, x in header.places.items()}
            yield Record(at + 1, text, len(parts), cells)
        at = end


def plain(text: str) -> str:
    """Letters and digits only, no capitals, no accents: `"Nombre de la Unidad"` → `nombredelaunidad`."""
    letters = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())


def split(text: str, delimiter: str) -> list[str]:
    """The cells of one line; a cell longer than `csv` allows is parted at every delimiter."""
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return text.split(delimiter)


def _places(names: Sequence[str], spellings: Mapping[str, str]) -> dict[str, int]:
    heads = [plain(name) for name in names]
    found: dict[str, int] = {}
    for field, known in spellings.items():
        at = next((heads.index(each) for each in known.split() if each in heads), None)
        if at is not None and at not in found.values():
            found[field] = at
    return found
