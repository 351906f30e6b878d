"""The consult on a real form: typed under every kind of bad input, kept through a kill, signed once, by whom it may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import bad_inputs
import pytest
from bad_inputs import BadInput, is_clear, paste, written
from care import Care
from clipping import clipped
from desk_double import DeskDouble, open_desk
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from sqlalchemy import select

from ces_desktop.data import reference
from ces_desktop.data.models import ConditionRecord, DiagnosisRecord, ItemRecord, PrescriptionRecord
from ces_desktop.data.queries.encounters import Encounter, encounters_of
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.domain.visits import Note
from ces_desktop.services import drafts, undo, visits
from ces_desktop.ui.desk import Page
from ces_desktop.ui.pages.consult_arrival import ArrivalPage
from ces_desktop.ui.pages.consult_form import ConsultForm
from ces_desktop.ui.pages.consult_measures import GlucoseRow, NumberRow
from ces_desktop.ui.pages.consult_page import ConsultPage
from ces_desktop.ui.pages.consult_reading import FORM
from ces_desktop.ui.widgets import Button, InlineNote, StatusChip, Text

NOW = 1_773_764_400_000  # 17 March 2026, 10:20 in Chiapas
TODAY = "2026-03-17"


@pytest.fixture
def desk(dressed: QApplication, spanish: None, tmp_path: Path) -> Iterator[DeskDouble]:
    double = open_desk(tmp_path, clock=lambda: NOW)
    double.database.local(reference.load_shipped)
    yield double
    double.tasks.wait()
    double.settle()
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, Page):
            widget.close()
            widget.deleteLater()
    double.close()


@pytest.fixture
def care(desk: DeskDouble) -> Care:
    return Care(desk.database, desk.actor)


@pytest.fixture
def person(care: Care) -> Id:
    """Somebody with hypertension and diabetes, seen a month ago, with two long-term medicines."""
    who = care.person("hypertension", "diabetes", birth="1967-07-14")
    last = care.visit(
        who, "2026-02-17", systolic=152, diastolic=94, weight=71_400, height=1_510, waist=980, glucose_fasting=188
    )
    for code in ("I10X", "E119"):
        key = care.id()
        found = care.db.read(lambda c, code=code: c.execute(_diagnosis(code)).scalar())  # type: ignore[misc]
        shared = {"patient": who, "problem": key, "state": "active", "happened_on": "2024-01-10"}
        care.add(ConditionRecord(id=key, diagnosis=found, code=code, **shared))
    for place, name in enumerate(("Losart", "Metformina 850")):
        item = care.db.read(lambda c, name=name: c.execute(_item(name)).first())  # type: ignore[misc]
        care.add(
            PrescriptionRecord(
                id=care.id(), patient=who, encounter=last, item=item[0], drug_text=item[1], morning=4, night=4,
                route="oral", days=30, quantity=60, position=place, happened_on="2026-02-17",
            )
        )  # fmt: skip
    return who


def _diagnosis(code: str):  # type: ignore[no-untyped-def]
    return select(DiagnosisRecord.id).where(DiagnosisRecord.code == code)


def _item(begins: str):  # type: ignore[no-untyped-def]
    return select(ItemRecord.id, ItemRecord.name_es).where(ItemRecord.name_es.like(f"{begins}%"))


def opened(desk: DeskDouble, patient: Id, encounter: Id | None = None, width: int = 1286) -> ConsultPage:
    page = ConsultPage(desk, patient, encounter)
    desk.show(page, width, 570)
    page.activateWindow()
    QTest.qWait(1)
    desk.settle()
    return page


def form_of(page: ConsultPage) -> ConsultForm:
    assert page.form is not None
    return page.form


def typed(text: str) -> None:
    for letter in text:
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClicks(focus, letter)


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, modifier)


def sign(desk: DeskDouble, page: ConsultPage, prognosis: str = "good") -> None:
    form_of(page).diagnoses.prognosis.set_value(prognosis)
    page.primary()
    desk.settle()


def signed(care: Care, who: Id) -> list[Encounter]:
    found = care.db.read(lambda c: encounters_of(c, care.clinic, who))
    return [e for e in found if e.day == TODAY]


def said(page: QWidget) -> list[str]:
    return [text.text() for text in page.findChildren(Text) if text.isVisible()]


def said_in(row: QWidget) -> list[str]:
    return [chip.accessibleName() for chip in row.findChildren(StatusChip)]


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


def test_ctrl_enter_twice_signs_once(desk: DeskDouble, care: Care, person: Id) -> None:
    page = opened(desk, person)
    typed("12880")
    form_of(page).diagnoses.prognosis.set_value("good")
    page.gaps.asked = frozenset(("reading",))
    bad_inputs.double_enter(form_of(page).note.referred)
    desk.settle()
    assert len(signed(care, person)) == 1 and len(desk.asked("next_person")) == 1


def test_what_was_typed_survives_a_kill(desk: DeskDouble, person: Id) -> None:
    page = opened(desk, person)
    typed("14692")
    form = form_of(page)
    form.prescription.renew()
    paste(form.prescription.editors[1].doses[0], "½")
    paste(form.note.subjective, "Duerme mal.\nSin dolor.")
    form.plan.ask_for("creatinine")
    page._save_draft()
    desk.settle()
    again = opened(desk, person)  # as after a kill: nothing of the first page is used
    second = form_of(again)
    assert second.content() == form.content()
    assert second.prescription.editors[1].change_kind() == "changed"
    assert [r.test for r in second.plan.requests] == ["creatinine"]
    assert again.encounter == page.encounter


def test_a_draft_is_kept_within_two_seconds_of_a_key(desk: DeskDouble, person: Id) -> None:
    opened(desk, person)
    typed("146")
    QTest.qWait(1600)
    desk.settle()
    held = desk.database.read(lambda c: drafts.open_drafts(c, desk.actor.user, FORM))
    assert len(held) == 1 and held[0].content["m.systolic"] == "146"


def test_a_consult_left_open_yesterday_stays_of_its_day(desk: DeskDouble, person: Id) -> None:
    page = opened(desk, person)
    typed("14692")
    page._save_draft()
    desk.settle()
    desk.database.clock = lambda: NOW + 86_400_000  # the next morning
    fresh = opened(desk, person)
    assert form_of(fresh).measure_rows()["systolic"].content() == {} and fresh.late_on is None
    again = opened(desk, person, page.encounter)
    assert form_of(again).measure_rows()["systolic"].content() == {"systolic": "146", "diastolic": "92"}
    assert again.late_on is not None and again.late_on.isoformat() == TODAY


def test_another_users_draft_is_not_taken(desk: DeskDouble, person: Id, tmp_path: Path) -> None:
    page = opened(desk, person)
    typed("14692")
    page._save_draft()
    desk.settle()
    other = DeskDouble(desk.database, replace(desk.actor, user=Id(bytes(15) + b"\x07")))
    second = opened(other, person, page.encounter)
    assert form_of(second).measure_rows()["systolic"].content() == {}
    typed("12070")
    second._save_draft()
    other.settle()
    third = opened(desk, person, page.encounter)
    assert form_of(third).measure_rows()["systolic"].content() == {"systolic": "146", "diastolic": "92"}


def test_two_windows_do_not_sign_twice(desk: DeskDouble, care: Care, person: Id) -> None:
    one = opened(desk, person)
    typed("12880")
    one._save_draft()
    desk.settle()
    two = opened(desk, person, one.encounter)
    page_gaps = frozenset(("reading",))
    one.gaps.asked = two.gaps.asked = page_gaps
    paste(form_of(two).note.subjective, "Algo que solo está aquí.")
    sign(desk, one)
    assert len(signed(care, person)) == 1
    sign(desk, two)
    assert len(signed(care, person)) == 1 and not two.finished
    assert written(form_of(two).note.subjective) == "Algo que solo está aquí."


def test_what_was_signed_meanwhile_with_other_content_is_not_thrown_away(
    desk: DeskDouble, care: Care, person: Id
) -> None:
    page = opened(desk, person)
    typed("12880")
    paste(form_of(page).note.subjective, "Algo que solo está aquí.")
    page.gaps.asked = frozenset(("reading",))
    visit = page.visit()
    assert visit is not None
    care.db.write(partial(visits.sign, visit=replace(visit, note=Note("Otra nota"))), desk.actor)
    sign(desk, page)
    assert not page.finished and [failure.code for failure in desk.told] == ["visits.signed_otherwise"]
    assert [e.note.subjective for e in signed(care, person)] == ["Otra nota"]
    kept = care.db.read(lambda c: drafts.open_drafts(c, desk.actor.user, "consult"))
    assert "Algo que solo está aquí." in kept[0].content.values()


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


def test_a_home_visit_with_a_medicine_if_needed_is_signed_as_such(
    desk: DeskDouble, care: Care, person: Id
) -> None:
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
    from ces_desktop.services import visits

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
