"""`ces-desktop forecast`: from a file of consumption to a file of quantiles, and a sentence for each thing wrong."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from ces_desktop import app, i18n

HEAD = "series,product,month,consumption,exposure\n"


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    yield
    i18n.use("en")


def run(source: Path, target: Path, *words: str) -> int:
    return app.main(["--language", "en", "forecast", "--csv", str(source), "--out", str(target), *words])


def test_a_file_of_consumption_becomes_a_file_of_quantiles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    rows = [f"{clinic},metformina,2025-{month:02d},{20 + month % 3},1\n" for clinic in "AB" for month in range(1, 13)]
    source.write_text(HEAD + "".join(rows) + "B,metformina,2026-01,,\nB,metformina,2026-02,0,0\n", encoding="utf-8")
    assert run(source, target, "--horizon", "3", "--quantiles", "0.5,0.8,0.95") == 0
    assert capsys.readouterr().out == "2 series, 36 rows.\n"
    with target.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert list(found[0]) == ["series", "step", "quantile", "value"]
    assert {row["step"] for row in found} == {"1", "2", "3", "cum1", "cum2", "cum3"}
    assert {row["quantile"] for row in found} == {"0.5", "0.8", "0.95"}
    middle = {(row["series"], row["step"]): float(row["value"]) for row in found if row["quantile"] == "0.5"}
    assert 17 < middle["A", "1"] < 25 and 17 < middle["B", "3"] < 25 and 50 < middle["B", "cum3"] < 75
    first = target.read_bytes()
    run(source, target)
    assert target.read_bytes() == first


def test_exports_of_a_mexican_spreadsheet_are_read(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("Serie;Mes;Consumo\nA;2025-01;1,5\nA;2025-02;2,5\n", encoding="cp1252")
    assert run(source, tmp_path / "out.csv", "--horizon", "1") == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD, "The file has no rows."),
        ("a,b\n1,2\n", "The file needs the columns series, month and consumption"),
        (HEAD + ",p,2025-01,1,1\n", "Line 2: the series has no name."),
        (HEAD + "A,p,2025-1,1,1\n", "Line 2: the month is written YYYY-MM."),
        (HEAD + "A,p,2025-01,1,1\nA,p,2025-01,1,1\n", "Line 3: this month of this series is there twice."),
        (HEAD + "A,p,2025-01,-1,1\n", "Line 2: the consumption and the exposure are numbers from 0 up"),
        (HEAD + "A,p,2025-01,nan,1\n", "Line 2: the consumption and the exposure are numbers from 0 up"),
        (HEAD + "A,p,2025-01,1,1.2\n", "Line 2: the exposure is the share of the month"),
        (HEAD + "A,p,2025-01,1,1\nA,q,2025-02,1,1\n", "Line 3: this series has another product"),
    ],
)
def test_each_thing_wrong_has_its_sentence(
    text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.csv").write_text(text, encoding="utf-8")
    assert run(tmp_path / "in.csv", tmp_path / "out.csv") == 3
    errors = capsys.readouterr().err
    assert errors.startswith(said) and errors.count("\n") == 1
    assert not (tmp_path / "out.csv").exists()


def test_files_that_cannot_be_read_or_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "none.csv", tmp_path / "out.csv") == 4
    (tmp_path / "in.csv").write_text(HEAD + "A,p,2025-01,1,1\n", encoding="utf-8")
    assert run(tmp_path / "in.csv", tmp_path / "no" / "out.csv") == 4
    assert run(tmp_path / "in.csv", tmp_path / "out.csv", "--quantiles", "0.5,95") == 3
    assert capsys.readouterr().err.splitlines() == [
        "The file with the consumption cannot be read.",
        "The forecast cannot be written there. Choose another place.",
        "The quantiles are numbers between 0 and 1, as in 0.5,0.8,0.95.",
    ]
