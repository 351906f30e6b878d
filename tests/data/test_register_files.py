"""Somebody's register is read whole, whatever its encoding and delimiter; what is no table is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.data.register_files import read_tables
from ces_desktop.errors import Refused, Unavailable


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "|", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_any_usual_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str, newline: str) -> None:
    lines = ["Nombre~Sexo~Peso", "Ñandú Inventada~F~70", '"Con ""comillas""~y separador"~M~80', "Corta~F"]
    path = tmp_path / "r.csv"
    path.write_bytes(newline.join(lines).replace("~", delimiter).encode(encoding))
    (table,) = read_tables(path)
    assert table.headings == ("Nombre", "Sexo", "Peso") and table.name == "r"
    assert [row.cells for row in table.rows] == [
        ("Ñandú Inventada", "F", "70"),
        (" ".join(f'Con "comillas"{delimiter}y separador'.split()), "M", "80"),
        ("Corta", "F"),
    ]
    assert [row.line for row in table.rows] == [2, 3, 4]


def test_titles_above_doubled_and_missing_headings(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("Registro de la clínica,,,\n\nNombre,Fecha,Fecha,\nAna,1,2,3\n", encoding="utf-8")
    (table,) = read_tables(path)
    assert table.headings == ("Nombre", "Fecha", "Fecha (2)", "(4)")
    assert table.rows[0].line == 4 and table.column("Fecha (2)") == ("2",)


def test_a_stray_quote_does_not_swallow_the_lines_after_it(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text('Nombre,Sexo\n"Ana,F\nBeto,M\nCarla,F\n', encoding="utf-8")
    (table,) = read_tables(path)
    assert [row.cells[-1] for row in table.rows] == ["F", "M", "F"]


def test_more_cells_than_headings_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("Nombre,Sexo\nPérez, Ana,F\nBeto,M\n", encoding="utf-8")
    (table,) = read_tables(path)
    assert len(table.rows[0].cells) > len(table.headings) and len(table.rows[1].cells) == 2


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "r.csv"
    path.write_bytes(data)
    _read(path)


CELLS = st.text(alphabet=st.sampled_from("ab1,;|\t\"' áñ\n"), max_size=12)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=8))
def test_any_cells_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    path = tmp_path_factory.mktemp("cells") / "r.csv"
    path.write_text("\n".join(";".join(row) for row in rows), encoding="utf-8")
    _read(path)


def _read(path: Path) -> None:
    try:
        for table in read_tables(path):
            assert table.rows and len(set(table.headings)) == len(table.headings)
            assert all(row.cells and row.line > 1 for row in table.rows)
    except (Refused, Unavailable) as failure:
        assert failure.code.split(".")[0] in ("reference", "register_import")
