"""Care on a person's page: allergies, problems, programmes, medicines, what is due, trend, timeline; by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import builders
import pytest
from care import Care
from clipping import clipped
from desk_double import DeskDouble
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ces_desktop.data.models import LabRequestRecord
from ces_desktop.data.queries.patient_view import PatientView, patient_view
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.services import undo
from ces_desktop.ui.pages.history_page import HistoryPage
from ces_desktop.ui.pages.labs_page import LabsPage
from ces_desktop.ui.pages.patient_page import PatientPage
from ces_desktop.ui.pages.patient_timeline import TimelineDialog
from ces_desktop.ui.widgets import Button, FieldRow, StatusChip
from ces_desktop.ui.widgets.timeline import Timeline

MENU = pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)


@pytest.fixture
def care(desk: DeskDouble) -> Care:
    desk.database.local(load_shipped)
    return Care(desk.database, desk.actor)


def shown(desk: DeskDouble, qtbot: QtBot, patient: Id) -> PatientPage:
    page = PatientPage(desk, patient)
    qtbot.addWidget(page)
    qtbot.addWidget(page.banner())
    desk.show(page, 1286, 648)
    return page


def view(desk: DeskDouble, patient: Id) -> PatientView:
    found = desk.database.read(partial(patient_view, clinic=desk.clinic.id, patient=patient, today=desk.today))
    assert found is not None
    return found


def said(part: QWidget) -> str:
    return "\n".join(w.accessibleName() for w in part.findChildren(QWidget) if w.accessibleName() and w.isVisible())


def in_dialog(act: Callable[[Any], None]) -> None:
    """Do something in the dialog that the next line opens."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None or QApplication.activeWindow() is not dialog:
            QTimer.singleShot(10, look)
        else:
            act(dialog)

    QTimer.singleShot(10, look)


def keys(*typed: str | Qt.Key) -> Callable[[Any], None]:
    """Type and press into whatever has the focus of the dialog; saved by its primary at last, closed in any case."""

    def press(dialog: Any) -> None:
        for each in typed:
            part = dialog.focusWidget() or dialog
            QTest.keyClicks(part, each) if isinstance(each, str) else QTest.keyClick(part, each)
            QApplication.processEvents()
        dialog.primary.click()
        if dialog.isVisible():
            said = [row.accessibleDescription() for row in dialog.findChildren(FieldRow) if row.has_note()]
            dialog.reject()
            raise AssertionError(f"refused: {said}")

    return press


ENTER = Qt.Key.Key_Return


def months_ago(desk: DeskDouble, n: int) -> str:
    return (desk.today - timedelta(days=30 * n)).isoformat()


@MENU
def test_an_allergy_is_noted_by_keyboard_told_in_the_banner_and_undone(
    spanish: None, desk: DeskDouble, qtbot: QtBot, care: Care
) -> None:
    patient = care.person()
    page = shown(desk, qtbot, patient)
    assert "Alergias: sin preguntar" in [w.accessibleName() for w in page.banner().findChildren(QWidget)]
    qtbot.keyClicks(page, "+")
    assert page.menu is not None
    in_dialog(keys("Penicilina", ENTER, "ronchas", ENTER, "g", ENTER, "2019", ENTER))
    next(a for a in page.menu.actions() if a.text() == "Alergia").trigger()
    desk.settle()
    page.menu.close()
    present = view(desk, patient).form.allergies.present
    assert [(a.substance, a.drug_class, a.reaction, a.severity, a.since) for a in present] == [
        ("Penicilina", "penicillins", "ronchas", "severe", "2019")
    ]
    assert desk.toasts[-1][1]
    assert "Penicilina (ronchas, 2019)" in "".join(w.accessibleName() for w in page.banner().findChildren(QWidget))
    desk.tasks.write(undo.undo, lambda _: None, owner=page)
    desk.settle()
    assert not view(desk, patient).form.allergies.asked
    builders.assert_proved(desk.database)


def test_who_denies_allergies_is_not_who_was_never_asked(
    desk: DeskDouble, qtbot: QtBot, care: Care
) -> None:
    patient = care.person()
    page = shown(desk, qtbot, patient)
    assert "Allergies: not asked" in [w.accessibleName() for w in page.banner().findChildren(QWidget)]
    in_dialog(lambda dialog: (dialog.state.setFocus(), keys("d")(dialog)))
    page.acts.allergy()
    desk.settle()
    assert view(desk, patient).form.allergies.denied is not None
    assert "Denies allergies" in [w.accessibleName() for w in page.banner().findChildren(QWidget)]


def test_a_problem_shows_its_programme_goal_and_control(desk: DeskDouble, qtbot: QtBot, care: Care) -> None:
    patient = care.person("hypertension", "diabetes")
    care.problem(patient, "I10X", "2018-03-01")
    care.problem(patient, "M255", "2026-01-05")
    care.visit(patient, months_ago(desk, 1), systolic=152, diastolic=94, hba1c=84)
    page = shown(desk, qtbot, patient)
    told = said(page)
    assert "I10 · since Mar-2018 · goal < 130/80" in told  # the strict goal: diabetes
    assert "HbA1c 8.4" in told
    chips = [chip.shown_text() for chip in page.findChildren(StatusChip) if chip.isVisible()]
    assert chips[:3] == ["Out of control", "Active", "Out of control"]


def test_enrol_leave_resolve_and_bring_back(desk: DeskDouble, qtbot: QtBot, care: Care) -> None:
    patient = care.person()
    page = shown(desk, qtbot, patient)
    in_dialog(keys())
    page.acts.enrol("hypertension")
    desk.settle()
    assert list(view(desk, patient).standings) == ["hypertension"]
    in_dialog(keys("Moved away", ENTER))
    page.acts.leave("hypertension")
    desk.settle()
    held = view(desk, patient)
    assert not held.standings
    assert [e.kind for e in held.events][:2] == ["left", "enrolled"]
    in_dialog(keys("Dolor inventado", Qt.Key.Key_Tab))
    page.acts.problem()
    desk.settle()
    each = view(desk, patient).form.conditions[0]
    assert (each.label, each.state) == ("Dolor inventado", "active")
    in_dialog(keys())
    page.acts.resolve(each)
    desk.settle()
    assert view(desk, patient).form.conditions[0].state == "resolved"
    in_dialog(keys())
    page.acts.active_again(view(desk, patient).form.conditions[0])
    desk.settle()
    assert view(desk, patient).form.conditions[0].state == "active"
    builders.assert_proved(desk.database)


def test_medicines_say_how_long_they_last(desk: DeskDouble, qtbot: QtBot, care: Care) -> None:
    patient = care.person("hypertension")
    care.visit(patient, (desk.today - timedelta(days=26)).isoformat(), medicines={"Losartán 50 mg": 30})
    care.visit(patient, (desk.today - timedelta(days=2)).isoformat(), medicines={"Metformina 850 mg": 30})
    page = shown(desk, qtbot, patient)
    chips = [chip.shown_text().replace("\u00a0", " ") for chip in page.findChildren(StatusChip)]
    assert "4 days" in chips and "28 days" in chips
    assert "Losartán 50 mg. 1 morning" in said(page)


def test_what_is_due_and_what_the_laboratory_owes_are_noted_from_the_page(
    desk: DeskDouble, qtbot: QtBot, care: Care
) -> None:
    patient = care.person("diabetes")
    encounter = care.visit(patient, months_ago(desk, 1), glucose_fasting=140)
    request = care.id()
    care.add(
        LabRequestRecord(
            id=request, patient=patient, encounter=encounter, test="creatinine", happened_on=months_ago(desk, 1)
        )
    )
    page = shown(desk, qtbot, patient)
    assert "Note the result of Creatinine" in said(page)
    steps = {each.step.code: each for each in view(desk, patient).due}
    step = next(each for each in steps.values() if "hba1c" in each.step.measures)
    in_dialog(keys(ENTER, "1.1", ENTER, "8.4", ENTER))
    page.acts.due(step)
    desk.settle()
    held = view(desk, patient)
    assert not held.form.pending
    assert (held.form.last["creatinine"].value, held.form.last["hba1c"].value) == (110, 84)
    assert held.events[0].kind == "results"
    builders.assert_proved(desk.database)


def test_an_impossible_result_is_not_kept_and_its_slip_is_offered(
    desk: DeskDouble, qtbot: QtBot, care: Care
) -> None:
    from ces_desktop.ui.dialogs.results import ResultsDialog

    patient = care.person("diabetes")
    held = view(desk, patient)
    dialog = ResultsDialog(None, held.file, held.form.last, (), desk.today, codes=("hba1c",))
    qtbot.addWidget(dialog)
    dialog.show()
    line = dialog.lines[0]
    qtbot.keyClicks(line.control, "84")
    assert dialog.answer() is None and line.has_note()
    qtbot.keyClick(line.control, Qt.Key.Key_Return)
    answer = dialog.answer()
    assert answer is not None and answer.results[0].measured.value == 84


def test_the_trend_is_drawn_behind_and_shown_as_numbers(desk: DeskDouble, qtbot: QtBot, care: Care) -> None:
    patient = care.person("hypertension")
    page = shown(desk, qtbot, patient)
    assert page.trend.chart is None and page.trend.note.text() == "Not measured yet."
    care.visit(patient, months_ago(desk, 5), systolic=160, diastolic=100)
    page.reload()
    desk.settle()
    assert "One reading" in page.trend.note.text() and "160/100" in page.trend.note.text()
    care.visit(patient, months_ago(desk, 1), systolic=138, diastolic=88)
    page.reload()
    desk.settle()
    chart = page.trend.chart
    assert chart is not None
    qtbot.waitUntil(lambda: chart.drawn(), timeout=20_000)
    assert "last 138/88" in chart.accessibleName()
    assert clipped(page) == []
    qtbot.keyClick(page, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert page.trend.chart is None
    qtbot.keyClick(page, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    desk.settle()


def test_the_timeline_opens_consults(desk: DeskDouble, qtbot: QtBot, care: Care) -> None:
    patient = care.person("hypertension", since=months_ago(desk, 12))
    visits = [care.visit(patient, months_ago(desk, n), systolic=150, diastolic=90) for n in range(7, 0, -1)]
    care.contact(patient, "nobody_home", months_ago(desk, 0))
    page = shown(desk, qtbot, patient)
    entries = [w for w in page.findChild(Timeline).children() if isinstance(w, QWidget)]
    assert "Looked for: nobody home" in entries[0].accessibleName()
    qtbot.keyClick(entries[1], Qt.Key.Key_Return)
    assert desk.asked("open_encounter") == [(visits[-1],)]
    events = view(desk, patient).events
    assert len(events) == 9
    dialog = TimelineDialog(page, events)
    dialog.show()
    dialog.table.select_place(2)
    assert dialog.answer() == visits[-2]
    dialog.close()


def test_a_mentor_may_not_note_care(desk: DeskDouble, qtbot: QtBot, care: Care) -> None:
    patient = care.person("hypertension")
    desk._actor = builders.actor(Role.MENTOR)
    page = shown(desk, qtbot, patient)
    words = {b.shown_text() for b in [*page.findChildren(Button), *page.banner().findChildren(Button)]}
    assert not {"Add", "Note down", "Prescribe", "New consult", "Correct"} & words
    qtbot.keyClicks(page, "+")
    assert page.menu is None


def test_the_clinical_history_by_keyboard_with_a_draft(
    spanish: None, desk: DeskDouble, qtbot: QtBot, care: Care
) -> None:
    patient = care.person()
    page = HistoryPage(desk, patient)
    qtbot.addWidget(page)
    qtbot.addWidget(page.banner())
    desk.show(page, 1286, 648)
    diabetes = page.rows["family_diabetes"]
    qtbot.keyClicks(diabetes.control, "s")
    qtbot.keyClicks(page.rows["family_cancer"].control, "n")
    qtbot.keyClicks(page.rows["family_asthma"].control, "?")
    assert diabetes.words is not None
    qtbot.keyClicks(diabetes.words, "su madre")
    page.may_leave()
    desk.settle()
    again = HistoryPage(desk, patient)
    qtbot.addWidget(again)
    qtbot.addWidget(again.banner())
    desk.show(again, 1286, 648)
    assert clipped(again) == []
    assert again.rows["family_diabetes"].words.text() == "su madre"  # type: ignore[union-attr]
    again.save.click()
    desk.settle()
    held = view(desk, patient).history
    assert {code: (a.word, a.text) for code, a in held.items()} == {
        "family_diabetes": ("yes", "su madre"), "family_cancer": ("no", ""), "family_asthma": ("unknown", ""),
    }  # fmt: skip
    assert desk.asked("open_patient") == [(patient,)]
    desk.tasks.write(undo.undo, lambda _: None, owner=again)
    desk.settle()
    assert not view(desk, patient).history
    builders.assert_proved(desk.database)


def test_the_laboratory_of_the_clinic(desk: DeskDouble, qtbot: QtBot, care: Care) -> None:
    page = LabsPage(desk)
    qtbot.addWidget(page)
    desk.show(page)
    assert page.stack.currentWidget() is page.empty
    one, two = care.person(given="Una"), care.person(given="Otra")
    old, new = (desk.today - timedelta(days=60)).isoformat(), desk.today.isoformat()
    care.add(LabRequestRecord(id=care.id(), patient=one, test="hba1c", happened_on=old))
    care.add(LabRequestRecord(id=care.id(), patient=two, test="imaging", detail="Ultrasonido", urgent="yes",
                              happened_on=new))  # fmt: skip
    page.reload()
    desk.settle()
    cells = [[page.table.records.cell_at(r, c).words() for c in range(4)] for r in range(2)]
    assert "Otra" in cells[0][0] and cells[0][1].startswith("Ultrasonido") and "Urgent" in cells[0][3]
    assert "Waits long" in cells[1][3]
    in_dialog(keys(ENTER, "7.1", ENTER))
    page.table.select_place(1)
    qtbot.keyClick(page.table, ENTER)
    desk.settle()
    qtbot.waitUntil(lambda: page.table.records.rowCount() == 1)
    assert view(desk, one).form.last["hba1c"].value == 71
    in_dialog(keys())
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    desk.settle()
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.empty)
    builders.assert_proved(desk.database)


@pytest.mark.parametrize("size", [(1286, 648), (944, 480)])
def test_a_full_page_is_not_cut(
    spanish: None, desk: DeskDouble, qtbot: QtBot, care: Care, size: tuple[int, int]
) -> None:
    patient = care.person("hypertension", "diabetes")
    care.problem(patient, "E119", "2021")
    for n in range(6, 0, -1):
        care.visit(patient, months_ago(desk, n), systolic=150, diastolic=90, hba1c=84, due=date.today().isoformat(),
                   medicines={"Hidroclorotiazida 25 mg": 30})  # fmt: skip
    page = shown(desk, qtbot, patient)
    desk.show(page, *size)
    assert clipped(page) == []
