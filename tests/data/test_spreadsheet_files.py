"""Excel workbooks are read as text without losing a cell, and damaged ones are refused, never a traceback."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.data import spreadsheet_files
from ces_desktop.data.reference_files import read_cie10
from ces_desktop.data.spreadsheet_files import cell_text, read_workbook
from ces_desktop.errors import Refused, Unavailable


def workbook(path: Path, *sheets: tuple[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    del book["Sheet"]
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_sheets_with_their_cells_as_text(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Expediente", "Nombre", "Nacimiento", "Peso"],
        ["007", "Ñandú Inventada", date(1958, 7, 14), 70.80000000000001],
        [],
        [12.0, "=1+1", datetime(2025, 3, 1, 8, 30), True],
    ]
    first, second = read_workbook(workbook(tmp_path / "a.xlsx", ("Marzo", rows), ("Vacía", []), ("Abril", [["x"]])))
    assert (first.name, second.name) == ("Marzo", "Abril")
    assert first.rows[1] == ("007", "Ñandú Inventada", "1958-07-14", "70.8")
    assert first.rows[2] == ()
    assert first.rows[3] == ("12", "", "2025-03-01 08:30", "TRUE")


def test_blanks_below_the_last_row_are_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = "uno"
    book.active["A900"] = "  "
    book.save(path)
    assert read_workbook(path)[0].rows == (("uno",),)


def test_an_official_list_may_be_a_workbook(tmp_path: Path) -> None:
    path = workbook(tmp_path / "cie.xlsx", ("CIE", [["Catálogo"], ["CATALOG_KEY", "NOMBRE"], ["Q999", "Otra,\ncosa"]]))
    assert [(row["code"], row["name_es"]) for row in read_cie10(path).rows] == [("Q999", "Otra, cosa")]


def test_empty_huge_missing_and_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match=r"reference\.empty_file"):
        read_workbook(workbook(tmp_path / "empty.xlsx", ("Hoja", [])))
    with pytest.raises(Unavailable, match=r"reference\.unreadable"):
        read_workbook(tmp_path / "none.xlsx")
    with zipfile.ZipFile(tmp_path / "other.xlsx", "w") as packed:
        packed.writestr("hello.txt", "no workbook")
    with pytest.raises(Refused, match=r"reference\.spreadsheet_damaged"):
        read_workbook(tmp_path / "other.xlsx")
    good = workbook(tmp_path / "good.xlsx", ("Hoja", [["a"], ["b"], ["c"]]))
    monkeypatch.setattr(spreadsheet_files, "MOST_ROWS", 2)
    with pytest.raises(Refused, match=r"reference\.too_many_rows"):
        read_workbook(good)
    monkeypatch.setattr(spreadsheet_files, "_MOST_UNPACKED", 10)
    with pytest.raises(Refused, match=r"reference\.too_large"):
        read_workbook(good)


@given(st.integers(0, 5_000), st.binary(min_size=1, max_size=40))
def test_any_damage_is_refused_or_read(tmp_path_factory: pytest.TempPathFactory, at: int, noise: bytes) -> None:
    path = tmp_path_factory.mktemp("noise") / "a.xlsx"
    whole = workbook(path, ("Hoja", [["a", 1], ["b", 2.5]])).read_bytes()
    path.write_bytes(whole[: at % len(whole)] + noise + whole[at % len(whole) + len(noise) :])
    try:
        for sheet in read_workbook(path):
            assert all(type(cell) is str for cells in sheet.rows for cell in cells)
    except (Refused, Unavailable) as failure:
        assert failure.code.startswith("reference.")


CELLS = (st.none(), st.text(), st.booleans(), st.integers(), st.floats(), st.datetimes(), st.dates(), st.times())


@given(st.one_of(*CELLS))
def test_every_cell_is_text(value: object) -> None:
    assert type(cell_text(value)) is str
