"""A register that others made, imported and printed: its months are those counted by hand from its files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import hand_count
import pypdfium2
import pytest
from builders import actor, assert_proved, database, sqlcipher
from registers import planned, run

from ces_desktop.data.database import Database
from ces_desktop.data.queries.monthly import monthly_report
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.monthly import MonthlyReport
from ces_desktop.reports.document import Frame
from ces_desktop.reports.monthly import Issue, monthly_pdf
from ces_desktop.services import register_mappings

WHO = actor()
FRAME = Frame("Clínica Inventada", "", "", "", "CAP", 1_773_757_800_000, "Dra. Prueba Inventada", "0.1.0")
MONTHS = ("2019-02", "2020-12", "2021-03", "2021-04", "2021-09")
"""The five with the most lines in the file."""


@pytest.fixture(scope="module")
def folder() -> Path:
    """Where the three files are: `CES_SYNTHETIC_REGISTER`, or beside the checkout."""
    default = Path(__file__).resolve().parents[3] / "shared" / "data" / "pacientes_sinteticos"
    found = Path(os.environ.get("CES_SYNTHETIC_REGISTER", default))
    if not found.is_dir():
        pytest.skip("the synthetic register is not at hand")
    return found


@pytest.fixture(scope="module")
def imported(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    made = database(sqlcipher(tmp_path_factory.mktemp("synthetic")))
    made.local(load_shipped)
    for file, name in (("pacientes", "personas"), ("observaciones", "mediciones"), ("condiciones", "condiciones")):
        mapping = made.read(lambda c, name=name: register_mappings.mapping_of(c, f"Synthea: {name}"))
        run(made, WHO, planned(made, WHO, folder / f"{file}.csv", mapping))
    yield made
    assert_proved(made)
    made.close()


def report(db: Database, month: str) -> MonthlyReport:
    """The month as it is printed."""
    query = partial(monthly_report, clinic=db.installation.clinic, month=month, today=date(2026, 3, 17))
    return db.read(query)


def test_ten_years_of_months_are_those_counted_by_hand(imported: Database, folder: Path) -> None:
    people = hand_count.read(folder)
    wrong = []
    for year in range(2015, 2025):
        for month, numbers in report(imported, f"{year}-12").months[1:]:
            for code, by_hand in hand_count.count(people, month).items():
                if numbers[code].numerator != by_hand:
                    wrong.append((month, code, numbers[code].numerator, by_hand))
    assert wrong == []


@pytest.mark.parametrize("month", MONTHS)
def test_a_month_of_it_prints_what_was_counted(month: str, imported: Database, folder: Path, spanish: None) -> None:
    people, shown = hand_count.read(folder), report(imported, month)
    by_hand = hand_count.count(people, month)
    cells = {(band, sex): n for band, sexes in shown.ages.items() for sex, n in sexes.items() if n}
    assert cells == dict(hand_count.ages(people, month))
    with pypdfium2.PdfDocument(monthly_pdf(shown, Issue("CAP-0-0001"), FRAME)) as document:
        pages = [" ".join(page.get_textpage().get_text_bounded().replace("\xa0", " ").split()) for page in document]
    assert len(pages) == 6
    n, first = by_hand["visits"], by_hand["visits_first"]
    assert f"Consultas: {n}. Primera del año: {_share(first, n)}; subsecuentes: {_share(n - first, n)}." in pages[1]
    for programme, name in (("hypertension", "Hipertensión"), ("diabetes", "Diabetes")):
        judged = by_hand[f"{programme}.judged"]
        good, bad, silent, missed = (_share(by_hand[f"{programme}.{code}"], judged) for code in hand_count.GROUPS)
        said = f"{name}: controladas {good}; no controladas {bad}; vistas sin medición {silent}; sin consulta {missed}"
        assert said in pages[2]
    assert "DATOS INCOMPLETOS" in pages[0] and f"sin diagnóstico: {n} de {n}" in pages[0]


def _share(n: int, of: int) -> str:
    return f"{(200 * n + of) // (2 * of)} % ({n}/{of})" if of else f"{n}/{of}"
