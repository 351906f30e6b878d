"""The consult on a real form: typed under every kind of bad input, kept through a kill, signed once, by whom it may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import bad_inputs
import pytest
from bad_inputs import BadInput, is_clear, paste, written
from care import Care
from clipping import clipped
from consulting import (
    consult_desk,
    form_of,
    in_two_programmes,
    opened,
    press,
    said,
    said_in,
    sign,
    signed,
    typed,
)
from desk_double import DeskDouble
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.services import undo, visits
from ces_desktop.ui.pages.consult_arrival import ArrivalPage
from ces_desktop.ui.pages.consult_measures import GlucoseRow, NumberRow
from ces_desktop.ui.widgets import Button, InlineNote


def test_a_number_goes_on_by_itself_and_an_unlikely_one_asks(desk: DeskDouble, person: Id) -> None:
    page = opened(desk, person)
    rows = form_of(page).measure_rows()
    typed("14692")
    weight = rows["weight"]
    assert isinstance(weight, NumberRow) and QApplication.focusWidget() is weight.boxes[0]
    glucose = rows["glucose"]
    assert isinstance(glucose, GlucoseRow)
    glucose.boxes[0].setFocus()
    typed("420")
    assert glucose.has_note() and QApplication.focusWidget() is glucose.boxes[0]
    typed("s")
    assert not glucose.has_note() and glucose.measured()[0].confirmed
    assert QApplication.focusWidget() is glucose.moment


@pytest.fixture
def desk(dressed: QApplication, spanish: None, tmp_path: Path) -> Iterator[DeskDouble]:
    yield from consult_desk(tmp_path)


@pytest.fixture
def care(desk: DeskDouble) -> Care:
    return Care(desk.database, desk.actor)


@pytest.fixture
def person(care: Care) -> Id:
    return in_two_programmes(care)


def test_thirteen_over_eight_is_mended_with_enter(desk: DeskDouble, person: Id) -> None:
    page = opened(desk, person)
    row = form_of(page).measure_rows()["systolic"]
    assert isinstance(row, NumberRow)
    typed("13/8")
    press(Qt.Key.Key_Return)
    assert row.has_note()
    press(Qt.Key.Key_Return)
    assert [box.text() for box in row.boxes] == ["130", "80"] and not row.has_note()


@bad_inputs.KINDS
def test_bad_input_is_said_and_never_saved_silently(desk: DeskDouble, care: Care, person: Id, bad: BadInput) -> None:
    page = opened(desk, person)
    form = form_of(page)
    rows = form.measure_rows()
    number = rows["weight"]
    assert isinstance(number, NumberRow)
    form.prescription.renew()
    line = form.prescription.editors[0]
    fields: dict[str, QWidget] = {
        "weight": number.boxes[0],
        "dose": line.doses[0],
        "days": line.days,
        "quantity": line.quantity,
        "diagnosis": form.diagnoses.search,
        "next": form.plan.next_on.edit,
        "subjective": form.note.subjective,
        "referred": form.note.referred,
    }
    rows["systolic"].fill({"systolic": "128", "diastolic": "80"})
    for name, field in fields.items():
        before = written(field)
        paste(field, bad.text)
        shown = written(field)
        page.gaps.asked = frozenset(("reading", "diagnosis", "prognosis", "next_visit"))
        page.primary()
        desk.settle()
        assert written(field) == shown or bad.blank, f"{name}: what was typed stays"
        if page.finished:
            visit = signed(care, person)[0]
            assert "\x00" not in visit.note.subjective + visit.referred_by
            assert all(m.value is not None or m.word for m in visit.measured)
            care.db.write(undo.undo, desk.actor)
            page = opened(desk, person)
            form = form_of(page)
            break
        assert page.bar.words.text() or any(is_clear(text) for text in said(page)), name
        field.setText(before) if hasattr(field, "setText") else field.setPlainText(before)  # type: ignore[attr-defined]
        if field is form.plan.next_on.edit:
            form.plan.next_on._read()


def test_equals_copies_the_last_value_and_a_dash_is_not_measured(desk: DeskDouble, care: Care, person: Id) -> None:
    page = opened(desk, person)
    rows = form_of(page).measure_rows()
    typed("=")
    assert rows["systolic"].content() == {"systolic": "152", "diastolic": "94"}
    assert QApplication.focusWidget() is rows["weight"].control.focusProxy()
    typed("-")
    press(Qt.Key.Key_Return)
    assert rows["weight"].left_out() and rows["weight"].measured() == [] and rows["weight"].problems() == []
    assert any(chip == "No se midió" for chip in said_in(rows["weight"]))
    kept = page.draft()
    assert kept is not None and kept.content["m.weight"] == "-"
    rows["weight"].control.setFocus()
    typed("5")  # after the dash: no number, and said
    assert [p.code for p in rows["weight"].problems()] == ["measures.not_a_number"]
    rows["weight"].fill({"weight": "–"})
    page.gaps.asked = frozenset(("reading",))
    sign(desk, page)
    assert {o.code: o.value for o in signed(care, person)[0].measured} == {"systolic": 152, "diastolic": 94}


def test_f1_says_the_limits_of_the_person_and_where_they_come_from(desk: DeskDouble, person: Id) -> None:
    opened(desk, person)
    focus = QApplication.focusWidget()
    assert focus is not None
    text = focus.whatsThis()
    assert text.startswith("Presión sistólica (mmHg). Habitual: ") and "Fuente: NOM-030-SSA2-2009; " in text
    assert "No se guarda: menos de " in text and "{" not in text


def test_a_home_visit_with_a_medicine_if_needed_is_signed_as_such(desk: DeskDouble, care: Care, person: Id) -> None:
    page = opened(desk, person)
    typed("12880")
    form = form_of(page)
    form.note.kind_field.setFocus()
    typed("v")
    page.renew()
    editor = form.prescription.editors[0]
    editor.show_details()
    editor.needed.setFocus()
    press(Qt.Key.Key_Space)
    assert editor.change_kind() == "changed"
    kept = page.draft()
    assert kept is not None
    form.fill(kept.content)
    page.gaps.asked = frozenset(("reading",))
    sign(desk, page)
    visit = signed(care, person)[0]
    assert visit.kind == "home_visit" and [line.dose.as_needed for line in visit.lines] == [True, False]


def test_a_missing_reading_is_asked_once_with_its_reason(desk: DeskDouble, care: Care, person: Id) -> None:
    page = opened(desk, person)
    paste(form_of(page).note.subjective, "Viene por sus medicinas.")
    sign(desk, page)
    assert page.gaps.isVisible() and not page.finished
    press(Qt.Key.Key_N)
    page.primary()
    desk.settle()
    assert signed(care, person)[0].unmeasured == "declined"


def test_all_the_same_shows_what_changes(desk: DeskDouble, care: Care, person: Id) -> None:
    page = opened(desk, person)
    form = form_of(page)
    press(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    first, second = form.prescription.editors
    assert [e.change_kind() for e in (first, second)] == ["unchanged", "unchanged"]
    assert first.quantity.text() == "62"  # two a day until 17 April
    paste(first.doses[0], "1/2")
    assert first.change_kind() == "changed" and first.quantity.text() == "47"
    second.drop.click()
    assert second.change_kind() == "stopped"
    form.measure_rows()["systolic"].fill({"systolic": "128", "diastolic": "80"})
    page.gaps.asked = frozenset(("reading",))
    sign(desk, page)
    visit = signed(care, person)[0]
    assert [(line.drug, line.dose.morning, line.dose.night, line.quantity) for line in visit.lines] == [
        (first.drug, 2, 4, 47)
    ]
    assert [line.drug for line in visit.stopped] == [second.drug]


def test_a_diagnosis_is_found_and_proposes_its_programme(desk: DeskDouble, care: Care) -> None:
    who = care.person(birth="1970-05-01")
    page = opened(desk, who)
    form = form_of(page)
    form.diagnoses.search.setFocus()
    for letter in "hipertensi":
        typed(letter)
        desk.settle()
    press(Qt.Key.Key_Return)
    desk.settle()
    assert form.diagnoses.chosen[0].code.startswith("I1") and form.diagnoses.chosen[0].first_time
    note = next(n for n in page.findChildren(InlineNote) if n.isVisible())
    yes = next(b for b in note.findChildren(Button) if b.accessibleName() == "Inscribir")
    yes.click()
    assert "hypertension" in form.programmes
    form.measure_rows()["systolic"].fill({"systolic": "150", "diastolic": "95"})
    sign(desk, page)
    again = opened(desk, who)
    assert "hypertension" in form_of(again).programmes


def test_a_nurse_takes_vital_signs_without_a_signature(desk: DeskDouble, care: Care, person: Id) -> None:
    desk._actor = desk.tasks.actor = replace(desk.actor, roles=frozenset({Role.NURSE}))
    page = ArrivalPage(desk, person)
    desk.show(page)
    page.activateWindow()
    QTest.qWait(1)
    typed("15095")
    page.primary()
    desk.settle()
    assert desk.calls[-1] == ("open_page", "waiting") and signed(care, person) == []


def test_vital_signs_taken_meanwhile_do_not_disturb_what_is_typed(desk: DeskDouble, care: Care, person: Id) -> None:
    page = opened(desk, person)
    typed("14")
    assert page.encounter is not None
    from ces_desktop.domain.visits import Measured

    vitals = visits.Vitals(person, page.encounter, (Measured("weight", 70_800), Measured("systolic", 150)))
    desk.tasks.write(lambda work: visits.take_vitals(work, vitals), lambda _: None, owner=page)
    desk.settle()
    rows = form_of(page).measure_rows()
    assert rows["weight"].content() == {"weight": "70.8"} and rows["systolic"].content() == {"systolic": "14"}


@pytest.mark.parametrize("width", [1286, 944])
def test_nothing_is_clipped_wide_or_narrow(desk: DeskDouble, person: Id, width: int) -> None:
    page = opened(desk, person, width=width)
    form = form_of(page)
    form.prescription.renew()
    form.prescription.editors[0].show_details()
    form.plan.ask_for("creatinine")
    form.vitals.show_all()
    desk.settle()
    QTest.qWait(20)
    assert clipped(page) == []
    if page.drawer is not None:
        page.aside.click()
        QTest.qWait(20)
        assert clipped(page) == []
