"""The twelve kinds of bad input in the forms of the record: allergy, problem, programme, vaccine, results, history."""

from __future__ import annotations

from functools import partial
from typing import Any

import bad_inputs
import builders
import pytest
from bad_inputs import BadInput, double_enter, is_clear, paste, written
from desk_double import DeskDouble
from pytestqt.qtbot import QtBot

from ces_desktop.data.queries.patient_view import PatientView, patient_view
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.ui.dialogs.allergy import AllergyDialog
from ces_desktop.ui.dialogs.problem import ProblemDialog
from ces_desktop.ui.dialogs.programme import DayDialog
from ces_desktop.ui.dialogs.results import ResultsDialog
from ces_desktop.ui.dialogs.vaccine import VaccineDialog
from ces_desktop.ui.pages.history_page import HistoryPage
from ces_desktop.ui.widgets import Dialog, FieldRow

HARD = ("ten_thousand_letters", "emoji_bidi_nul")
FORMS = {
    "allergy": ("substance_row", "reaction_row", "since_row", "day_row"),
    "problem": ("problem_row", "onset_row", "day_row"),
    "programme": ("reason_row", "day_row"),
    "vaccine": ("vaccine_row", "dose_row", "day_row", "lot_row"),
}
FIELDS = [(form, field) for form, fields in FORMS.items() for field in fields]


@pytest.fixture
def patient(desk: DeskDouble, spanish: None) -> Id:
    desk.database.local(load_shipped)
    return builders.register(desk.database, desk.actor, 1, birth="1980-05-03")


def view(desk: DeskDouble, patient: Id) -> PatientView:
    found = desk.database.read(partial(patient_view, clinic=desk.clinic.id, patient=patient, today=desk.today))
    assert found is not None
    return found


def dialog_of(desk: DeskDouble, form: str, patient: Id) -> Dialog[Any]:
    held, new = view(desk, patient), new_id(0)
    if form == "allergy":
        allergy = AllergyDialog(None, held.file, held.form.allergies, desk.today, new)
        allergy.substance.setText("Prueba")
        return allergy
    if form == "problem":
        problem = ProblemDialog(None, desk, held.file, (), new)
        problem.problem.setText("Dolor inventado")
        return problem
    if form == "programme":
        left = DayDialog(None, held.file, desk.today, "Baja", reasons=("Se fue",))
        left.reason.setText("Se fue")
        return left
    vaccine = VaccineDialog(None, held.file, desk.today, new)
    vaccine.vaccine.setText("Influenza")
    return vaccine


@bad_inputs.KINDS
@pytest.mark.parametrize(("form", "field"), FIELDS)
def test_no_text_breaks_a_form(
    desk: DeskDouble, qtbot: QtBot, patient: Id, form: str, field: str, bad: BadInput
) -> None:
    dialog = dialog_of(desk, form, patient)
    qtbot.addWidget(dialog)
    dialog.show()
    row: FieldRow = getattr(dialog, field)
    paste(row.control, bad.text)
    desk.settle()
    typed = written(row.control)
    answer = dialog.answer()
    if answer is None:
        assert row.has_note() and is_clear(row.accessibleDescription()), row.accessibleDescription()
        assert written(row.control) == typed
    elif field in ("since_row", "onset_row", "day_row"):
        assert bad.blank or bad.kind in ("negative", "date_before_birth")  # "-5" = five days ago; long ago may be
    else:
        assert bad.kind not in HARD
    dialog.close()


@bad_inputs.KINDS
def test_no_text_breaks_a_result(desk: DeskDouble, qtbot: QtBot, patient: Id, bad: BadInput) -> None:
    held = view(desk, patient)
    dialog = ResultsDialog(None, held.file, held.form.last, (), desk.today, codes=("haemoglobin", "imaging"))
    qtbot.addWidget(dialog)
    dialog.show()
    line = dialog.lines[0]
    paste(line.control, bad.text)
    typed = written(line.control)
    answer = dialog.answer()
    if bad.kind == "decimal_comma":
        assert answer is not None and answer.results[0].measured.value == 125
    else:
        assert answer is None and written(line.control) == typed
        said = dialog.more_row if bad.blank else line
        assert said.has_note() and is_clear(said.accessibleDescription())
    dialog.close()


@bad_inputs.KINDS
@pytest.mark.parametrize("code", ["pathological_other", "menarche_age", "pregnancies", "last_cervical_test"])
def test_no_text_breaks_the_history(desk: DeskDouble, qtbot: QtBot, patient: Id, code: str, bad: BadInput) -> None:
    page = HistoryPage(desk, patient)
    qtbot.addWidget(page)
    qtbot.addWidget(page.banner())
    desk.show(page)
    row = page.rows[code]
    paste(row.control, bad.text)
    typed = written(row.control)
    page.primary()
    desk.settle()
    if not page.finished:
        assert row.has_note()
        assert is_clear(row.accessibleDescription()) and written(row.control) == typed
        assert code not in view(desk, patient).history
    else:
        assert bad.kind not in HARD
    assert desk.told == []


def test_a_second_enter_saves_once(desk: DeskDouble, qtbot: QtBot, patient: Id) -> None:
    page = HistoryPage(desk, patient)
    qtbot.addWidget(page)
    qtbot.addWidget(page.banner())
    desk.show(page)
    qtbot.keyClicks(page.rows["family_diabetes"].control, "s")
    double_enter(page.rows["family_diabetes"].control)
    desk.settle()
    assert len(view(desk, patient).history) == 1
    builders.assert_proved(desk.database)
