"""The numbers of a month: screen, engine and file say the same, every number opens its people, months go both ways."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import builders
import pytest
from care import Care
from clipping import clipped
from desk_double import DeskDouble, open_desk
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ces_desktop import i18n
from ces_desktop.data.queries.indicators import Month, read_month
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.ids import Id
from ces_desktop.reports.indicator_rows import Row, rows
from ces_desktop.ui.pages.indicators_file import COLUMNS, as_csv
from ces_desktop.ui.pages.indicators_page import IndicatorsPage

NOON_16_MARCH = 1_773_684_000_000
FEBRUARY = "2026-02"


@pytest.fixture
def desk(dressed: QApplication, tmp_path: Path) -> Iterator[DeskDouble]:
    i18n.use("en")
    tick = iter(range(NOON_16_MARCH, NOON_16_MARCH + 10**6))
    double = open_desk(tmp_path, clock=lambda: next(tick))
    double.database.local(load_shipped)
    yield double
    builders.assert_proved(double.database)
    double.close()


@pytest.fixture
def people(desk: DeskDouble) -> list[Id]:
    """Four with hypertension: at goal, above it, seen without a reading, not seen since autumn."""
    care = Care(desk.database, desk.actor)
    names = "Uno", "Dos", "Tres", "Cuatro"
    found = [care.person("hypertension", since="2025-01-10", paternal=name) for name in names]
    care.visit(found[0], "2026-02-03", systolic=126, diastolic=78)
    care.visit(found[1], "2026-02-04", systolic=152, diastolic=94)
    care.visit(found[2], "2026-01-20")
    care.visit(found[3], "2025-09-20", systolic=120, diastolic=70)
    return found


@pytest.fixture
def page(desk: DeskDouble, people: list[Id], qtbot: QtBot) -> IndicatorsPage:
    view = IndicatorsPage(desk)
    qtbot.addWidget(view)
    desk.show(view)
    return view


def engine(desk: DeskDouble, month: str) -> Month:
    return desk.database.read(partial(read_month, clinic=desk.clinic.id, month=month))


def choose(page: IndicatorsPage, desk: DeskDouble, code: str) -> None:
    page.table.select_place(page.table.records.place_of(lambda r: r.figure.definition.code == code and not r.community))
    desk.settle()


def test_screen_engine_and_file_say_the_same(page: IndicatorsPage, desk: DeskDouble, tmp_path: Path) -> None:
    month = engine(desk, FEBRUARY)
    assert page.shown is not None and page.shown.month == FEBRUARY, "the last whole month"
    page.save_to(tmp_path / "month.csv", page.shown)
    desk.settle()
    with (tmp_path / "month.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = [line for line in csv.DictReader(file) if not line["community"]]
    filed = {f"{x['programme']}.{x['code']}".strip("."): x for x in lines}
    assert set(filed) == set(month.figures)
    shown: dict[str, tuple[str, ...]] = {}
    for programme in page.programmes:
        page.choose_programme(programme)
        for place in range(page.table.records.rowCount()):
            row = page.table.records.row_at(place)
            if not row.community:
                shown[row.figure.code] = tuple(page.table.records.cell_at(place, n).text for n in (1, 2, 4))
    assert set(shown) == set(month.figures)
    for code, figure in month.figures.items():
        numbers = figure.numerator, figure.denominator, figure.no_reading
        assert shown[code] == tuple("–" if n is None else str(n) for n in numbers)
        line = filed[code]
        assert [line[c] for c in ("numerator", "denominator", "no_reading")] == [
            "" if n is None else str(n) for n in numbers
        ]
        assert line["definitions"] == month.definitions_version and line["month"] == FEBRUARY
    assert desk.notes == [("export", "", None)]


def test_every_number_opens_its_people(page: IndicatorsPage, desk: DeskDouble, people: list[Id], qtbot: QtBot) -> None:
    wanted = (("controlled", 0, 2), ("uncontrolled", 1, 2), ("no_reading", 2, 2), ("missed", 3, 1))
    for code, expected, version in wanted:
        choose(page, desk, code)
        rows = [page.people.table.records.row_at(n).id for n in range(page.people.table.records.rowCount())]
        assert rows == [people[expected]], code
        assert f"hypertension.{code}, version {version}" in page.people.source.text()
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    page.people.table.select_place(0)
    qtbot.keyClick(page.people.table, Qt.Key.Key_Return)
    assert desk.asked("open_patient") == [(people[3],)]


def test_months_go_back_by_arrow_and_no_further_than_this_one(
    page: IndicatorsPage, desk: DeskDouble, qtbot: QtBot
) -> None:
    qtbot.keyClick(page.chart, Qt.Key.Key_Left)
    assert page.shown is not None and page.shown.month == "2026-01"
    choose(page, desk, "controlled")
    page.step(1)
    page.step(1)
    desk.settle()
    assert page.shown.month == "2026-03" and not page.later.isEnabled()
    page.step(1)
    desk.settle()
    assert page.shown.month == "2026-03"


def test_a_community_that_looks_like_a_formula_is_text_in_the_file(desk: DeskDouble, people: list[Id]) -> None:
    month = engine(desk, FEBRUARY)
    held = rows(month, "hypertension", {})
    assert held[-1].community == "no community" and held[-1].figure.denominator == 4
    text = as_csv("CAP", month, [*held, Row(held[-1].figure, "=1+1")]).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert lines[0] == list(COLUMNS) and lines[-1][3] == "'=1+1"
    assert "PRUEBA" not in text.upper(), "nobody's name"


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("size", [(1286, 634), (944, 544)])
def test_nothing_is_clipped(
    desk: DeskDouble, people: list[Id], qtbot: QtBot, language: Any, size: tuple[int, int]
) -> None:
    i18n.use(language)
    view = IndicatorsPage(desk)
    qtbot.addWidget(view)
    desk.show(view, *size)
    assert clipped(view) == []


def test_an_empty_clinic_has_months_of_nobody(desk: DeskDouble, qtbot: QtBot) -> None:
    view = IndicatorsPage(desk)
    qtbot.addWidget(view)
    desk.show(view)
    assert view.shown is not None and view.shown.figures["hypertension.enrolled"].numerator == 0
    assert date.fromisoformat(f"{view.shown.month}-01") < desk.today
