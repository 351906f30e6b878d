"""The numbers of a month as a file from the window: those of the paper, with its folio only while they are the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import builders
import pytest
from care import Care
from desk_double import DeskDouble, open_desk
from openpyxl import load_workbook
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ces_desktop import i18n
from ces_desktop.data.queries.monthly import monthly_report
from ces_desktop.data.reference import load_shipped
from ces_desktop.reports.monthly import Issue, monthly_csv
from ces_desktop.services.reports import issue_monthly
from ces_desktop.ui.pages import reports_file
from ces_desktop.ui.pages.reports_page import ReportsPage

NOON_16_MARCH = 1_773_684_000_000
FEBRUARY = "2026-02"


@pytest.fixture
def desk(dressed: QApplication, tmp_path: Path) -> Iterator[DeskDouble]:
    i18n.use("en")
    tick = iter(range(NOON_16_MARCH, NOON_16_MARCH + 10**6))
    double = open_desk(tmp_path, clock=lambda: next(tick))
    double.database.local(load_shipped)
    care = Care(double.database, double.actor)
    who = care.person("hypertension", since="2025-01-10", paternal="Uno")
    care.visit(who, "2026-02-03", systolic=126, diastolic=78, first_of_year="yes")
    yield double
    builders.assert_proved(double.database)
    double.close()


@pytest.fixture
def page(desk: DeskDouble, qtbot: QtBot) -> ReportsPage:
    view = ReportsPage(desk)
    qtbot.addWidget(view)
    desk.show(view)
    view.months.select_place(view.months.records.place_of(lambda each: each.month == FEBRUARY))
    return view


def save(page: ReportsPage, desk: DeskDouble, path: Path) -> list[dict[str, str]]:
    """What is in the file that the page writes of the chosen month."""
    chosen = page.months.current()
    assert chosen is not None and chosen.month == FEBRUARY and page.save.isEnabled()
    page.save_to(path, chosen)
    desk.settle()
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


def test_the_file_holds_the_numbers_of_the_month_and_no_name(
    page: ReportsPage, desk: DeskDouble, tmp_path: Path
) -> None:
    path = tmp_path / "febrero.csv"
    lines = save(page, desk, path)
    query = partial(monthly_report, clinic=desk.clinic.id, month=FEBRUARY, today=desk.today)
    assert path.read_bytes() == monthly_csv(desk.database.read(query), Issue())
    assert {line["folio"] for line in lines} == {""} and "PRUEBA" not in path.read_text(encoding="utf-8").upper()
    assert desk.notes == [("export", "", None)] and desk.toasts[-1][0].startswith("The numbers of February 2026")


def test_it_bears_the_folio_only_while_it_says_what_the_paper_says(
    page: ReportsPage, desk: DeskDouble, tmp_path: Path
) -> None:
    issue = partial(issue_monthly, month=FEBRUARY, render=lambda edition: {"monthly": b"%PDF-"})
    folio = issue(desk.database, desk.actor).value.folio
    page.reload()
    desk.settle()
    assert {line["folio"] for line in save(page, desk, tmp_path / "a.csv")} == {folio}
    care = Care(desk.database, desk.actor)
    care.visit(care.person("diabetes", since="2025-01-10", paternal="Dos"), "2026-02-20")
    page.reload()
    desk.settle()
    assert {line["folio"] for line in save(page, desk, tmp_path / "b.csv")} == {""}
    assert f"newer numbers than folio {folio}" in page.bar.words.text()


def test_a_workbook_by_its_ending_or_by_what_was_chosen(page: ReportsPage, desk: DeskDouble, tmp_path: Path) -> None:
    assert reports_file.named("/x/mes", reports_file.EXCEL).name == "mes.xlsx"
    assert reports_file.named("/x/mes.v2", reports_file.CSV).name == "mes.v2.csv"
    assert reports_file.named("/x/mes.XLSX", reports_file.CSV).name == "mes.XLSX"
    path = tmp_path / "febrero.xlsx"
    chosen = page.months.current()
    assert chosen is not None
    page.save_to(path, chosen)
    desk.settle()
    sheet = load_workbook(path).active
    assert sheet is not None and sheet.title == FEBRUARY
    assert ["visits", 1] in [[row[3], row[6]] for row in sheet.iter_rows(values_only=True) if row[2] == FEBRUARY]
