"""The monthly report read from a real clinic: its figures are those of the one engine, and so are those on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import builders
import pytest
from care import Care

from ces_desktop.data.models import CommunityRecord
from ces_desktop.data.queries.indicators import read_month
from ces_desktop.data.queries.monthly import monthly_report
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain import monthly as rules
from ces_desktop.domain.ids import Id
from ces_desktop.domain.monthly import MonthlyReport
from ces_desktop.reports.document import Frame
from ces_desktop.reports.monthly import Issue, monthly_pdf

NOON_16_MARCH = 1_773_684_000_000
TODAY = date(2026, 3, 16)


@pytest.fixture
def care(tmp_path: Path) -> Iterator[Care]:
    database = builders.database(builders.sqlcipher(tmp_path), clock=lambda: NOON_16_MARCH)
    database.local(load_shipped)
    yield Care(database, builders.actor())
    builders.assert_proved(database)
    database.close()


def report(care: Care, month: str = "2026-02", today: date = TODAY) -> MonthlyReport:
    return care.db.read(partial(monthly_report, clinic=care.clinic, month=month, today=today))


def clinic_at_work(care: Care) -> None:
    place: Id = care.id()
    care.add(CommunityRecord(id=place, name="Comunidad Inventada"))
    for number in range(9):
        who = care.person("hypertension", "diabetes", since="2025-06-01", community=place if number % 3 else None)
        if number < 6:
            care.visit(
                who, f"2026-02-{3 + number:02d}", diagnoses=("I10X", "E119"), systolic=118 + 10 * number, diastolic=70,
                glucose_fasting=90 + 20 * number,
            )  # fmt: skip
            if number % 2 == 0:
                care.visit(who, "2026-01-09", systolic=140, diastolic=80)
        if number == 6:
            care.visit(who, "2026-02-20", unmeasured="no_equipment")
    care.visit(care.person(), "2026-01-08", diagnoses=("J00X",), first_time="yes")
    care.visit(care.person(test_record="yes"), "2026-02-08", diagnoses=("J00X",))


def test_every_figure_is_the_engine_s(care: Care) -> None:
    clinic_at_work(care)
    made = report(care)
    engine = care.db.read(partial(read_month, clinic=care.clinic, month="2026-02"))
    assert set(made.numbers) == set(engine.figures)
    for code, figure in engine.figures.items():
        number = made.numbers[code]
        assert (number.numerator, number.denominator, number.no_reading, number.percent, number.version) == (
            figure.numerator, figure.denominator, figure.no_reading, figure.percent, figure.definition.version
        )  # fmt: skip
    assert made.numbers["visits"].numerator == 7 and made.over and made.first_month == "2026-01"
    assert sum(n for sexes in made.ages.values() for n in sexes.values()) == 7
    assert sum(week.first + week.later for week in made.weeks) == 7
    assert {each.code: each.total for each in made.diagnoses} == {"I10X": 6, "E119": 6}


def test_communities_add_up_to_the_clinic(care: Care) -> None:
    clinic_at_work(care)
    made = report(care)
    for programme, places in made.places.items():
        assert {each.name for each in places} == {"", "Comunidad Inventada"}
        for code in ("enrolled", "lost", "judged", "controlled", "uncontrolled", "no_reading", "missed"):
            assert sum(getattr(each, code) for each in places) == made.numbers[f"{programme}.{code}"].numerator
        for each in places:
            assert each.controlled + each.uncontrolled + each.no_reading + each.missed == each.judged
    missed = made.numbers["hypertension.missed"].numerator
    assert made.to_find == missed == 2  # in both programmes, and one person each


def test_the_paper_shows_the_engine_s_numbers(care: Care, spanish: None) -> None:
    import pypdfium2

    clinic_at_work(care)
    made = report(care)
    frame = Frame("El Mirador", "", "", "", "CAP", NOON_16_MARCH, "Dra. Prueba Inventada", "0.1.0")
    with pypdfium2.PdfDocument(monthly_pdf(made, Issue("CAP-0-0001"), frame)) as document:
        said = " ".join(page.get_textpage().get_text_bounded() for page in document)
    said = " ".join(said.replace("\N{NO-BREAK SPACE}", " ").split())
    for code in rules.SIX[2:]:
        number = made.numbers[code]
        assert f"{number.percent} %" in said and f"{number.numerator}/{number.denominator}" in said, code
    assert "1 consulta quedó sin medición por falta de equipo" in said or "sin equipo: 1" in said


def test_before_the_first_consult_nothing_was_recorded(care: Care) -> None:
    empty = report(care)
    assert empty.first_month is None and empty.number("visits") is None
    clinic_at_work(care)
    made = report(care)
    assert made.number("visits", "2025-12") is None
    january = made.number("visits", "2026-01")
    assert january is not None and january.numerator == 4


def test_a_month_under_way_says_so(care: Care) -> None:
    clinic_at_work(care)
    assert next(each.code for each in rules.incomplete(report(care, "2026-03"))) == "month_open"
    assert report(care, "2026-03", date(2026, 4, 1)).over


def test_the_same_clinic_gives_the_same_code_and_any_change_another(care: Care) -> None:
    clinic_at_work(care)
    first = report(care).sha()
    assert report(care).sha() == first == report(care, today=date(2026, 5, 1)).sha()
    care.visit(care.person(), "2026-02-27")
    assert report(care).sha() != first


def test_weeks_go_over_the_end_of_a_year_of_53(care: Care) -> None:
    care.visit(care.person(), "2025-12-30")
    care.visit(care.person(), "2026-01-02")
    care.visit(care.person(), "2026-01-05")
    december = [(w.year, w.number, w.first) for w in report(care, "2025-12").weeks]
    january = [(w.year, w.number, w.first) for w in report(care, "2026-01").weeks]
    assert december[-1] == (2025, 53, 1)
    assert january[:2] == [(2025, 53, 1), (2026, 1, 1)]
