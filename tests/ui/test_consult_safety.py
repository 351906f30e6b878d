"""Hazards of the consult, each once on a real form: values lost, half read, of another day, or in the wrong dose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from care import Care
from desk_double import DeskDouble, open_desk
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ces_desktop.data import reference
from ces_desktop.data.queries.encounters import Encounter, encounters_of
from ces_desktop.domain.dosing import Medicine, Prescribed
from ces_desktop.domain.ids import Id
from ces_desktop.domain.visits import Dose, Line, Measured
from ces_desktop.services import drafts, visits
from ces_desktop.ui.desk import Page
from ces_desktop.ui.pages.consult_arrival import ArrivalPage
from ces_desktop.ui.pages.consult_form import ConsultForm
from ces_desktop.ui.pages.consult_line import LineEditor
from ces_desktop.ui.pages.consult_page import ConsultPage
from ces_desktop.ui.pages.consult_prescription import Drug, PrescriptionSection
from ces_desktop.ui.pages.consult_signed import SignedConsultPage
from ces_desktop.ui.pages.today_strips import draft_kind, draft_name
from ces_desktop.ui.widgets import Text

NOW = 1_773_764_400_000  # 17 March 2026, 10:20 in Chiapas
DAY = 86_400_000


class Clock:
    """The laptop's clock, moved by hand."""

    now = NOW

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(dressed: QApplication, spanish: None, tmp_path: Path, clock: Clock) -> Iterator[DeskDouble]:
    double = open_desk(tmp_path, clock=clock)
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
    return care.person("hypertension", birth="1967-07-14")


def opened(desk: DeskDouble, patient: Id, encounter: Id | None = None) -> ConsultPage:
    page = ConsultPage(desk, patient, encounter)
    desk.show(page, 1286, 570)
    page.activateWindow()
    QTest.qWait(1)
    desk.settle()
    return page


def form_of(page: ConsultPage) -> ConsultForm:
    assert page.form is not None
    return page.form


def measured(desk: DeskDouble, patient: Id, encounter: Id, *values: Measured) -> None:
    vitals = visits.Vitals(patient, encounter, values)
    desk.database.write(lambda work: visits.take_vitals(work, vitals), desk.actor)


def kept(desk: DeskDouble, page: ConsultPage) -> Id:
    """Leave a page as the window does; the id of its consult."""
    page._dirty = True
    page.may_leave()
    desk.settle()
    page.hide()
    assert page.encounter is not None
    return page.encounter


def signed(desk: DeskDouble, care: Care, page: ConsultPage) -> Encounter:
    form_of(page).diagnoses.prognosis.set_value("good")
    page.gaps.asked = frozenset(("reading", "diagnosis", "next_visit"))
    page.primary()
    desk.settle()
    assert page.finished
    return care.db.read(lambda c: encounters_of(c, care.clinic, page.patient))[0]


def values(visit: Encounter) -> dict[str, int | None]:
    return {o.code: o.value for o in visit.measured}


def test_vital_signs_taken_while_the_consult_was_left_are_not_cleared_by_its_draft(
    desk: DeskDouble, care: Care, person: Id
) -> None:
    page = opened(desk, person)
    form_of(page).note.subjective.set_value("Viene por sus medicinas.")
    encounter = kept(desk, page)
    measured(desk, person, encounter, Measured("systolic", 146), Measured("diastolic", 92), Measured("weight", 70_800))
    again = opened(desk, person, encounter)
    rows = form_of(again).measure_rows()
    assert rows["systolic"].content() == {"systolic": "146", "diastolic": "92"}
    assert values(signed(desk, care, again)) == {"systolic": 146, "diastolic": 92, "weight": 70_800}


def test_a_correction_of_the_nurse_stands_over_what_a_draft_only_repeated(
    desk: DeskDouble, care: Care, person: Id
) -> None:
    encounter = care.id()
    measured(desk, person, encounter, Measured("systolic", 164), Measured("diastolic", 92), Measured("weight", 70_800))
    page = opened(desk, person, encounter)
    form_of(page).measure_rows()["weight"].fill({"weight": "71.2"})  # the physician's own
    kept(desk, page)
    measured(desk, person, encounter, Measured("systolic", 146), Measured("weight", 70_900))
    again = opened(desk, person, encounter)
    assert values(signed(desk, care, again)) == {"systolic": 146, "diastolic": 92, "weight": 71_200}


def test_what_the_physician_cleared_stays_cleared_in_the_draft(desk: DeskDouble, care: Care, person: Id) -> None:
    encounter = care.id()
    measured(desk, person, encounter, Measured("systolic", 128), Measured("diastolic", 80), Measured("weight", 70_800))
    page = opened(desk, person, encounter)
    form_of(page).measure_rows()["weight"].fill({})
    kept(desk, page)
    assert values(signed(desk, care, opened(desk, person, encounter))) == {"systolic": 128, "diastolic": 80}


def test_half_a_blood_pressure_is_never_signed_without_the_half_that_was_misread(
    desk: DeskDouble, person: Id
) -> None:
    page = opened(desk, person)
    form_of(page).measure_rows()["systolic"].fill({"systolic": "120", "diastolic": "8.5"})
    page.gaps.asked = frozenset(("reading", "diagnosis", "prognosis", "next_visit"))
    page.primary()
    desk.settle()
    assert not page.finished and page.bar.words.text()


def test_a_measure_of_a_new_programme_has_one_field(desk: DeskDouble, care: Care) -> None:
    page = opened(desk, care.person(birth="1967-07-14"))
    form = form_of(page)
    form.enrol("diabetes")
    form.vitals.show_all()
    shown = [*form.vitals.rows, *form.programmes["diabetes"].rows]
    assert len(shown) == len(set(shown))


def test_a_consult_signed_the_next_morning_is_of_the_day_it_was_begun(
    desk: DeskDouble, care: Care, person: Id, clock: Clock
) -> None:
    page = opened(desk, person)
    form_of(page).measure_rows()["systolic"].fill({"systolic": "128", "diastolic": "80"})
    encounter = kept(desk, page)
    clock.now += DAY
    again = opened(desk, person, encounter)
    assert any("17-mar-2026" in text.text() for text in again.findChildren(Text) if text.isVisible())
    visit = signed(desk, care, again)
    assert (visit.day, {o.day for o in visit.measured}) == ("2026-03-17", {"2026-03-17"})


def test_who_comes_today_is_not_written_into_what_was_left_open_yesterday(
    desk: DeskDouble, care: Care, person: Id, clock: Clock
) -> None:
    page = opened(desk, person)
    form_of(page).measure_rows()["systolic"].fill({"systolic": "188", "diastolic": "110"})
    left = kept(desk, page)
    clock.now += DAY
    today = opened(desk, person)
    assert today.encounter != left and form_of(today).measure_rows()["systolic"].content() == {}
    assert left in today._others  # and it is shown beside, with its day
    form_of(today).measure_rows()["systolic"].fill({"systolic": "128", "diastolic": "80"})
    assert signed(desk, care, today).day == "2026-03-18"


def test_the_draft_of_one_person_never_opens_on_another(desk: DeskDouble, care: Care, person: Id) -> None:
    page = opened(desk, person)
    form_of(page).note.subjective.set_value("De la primera persona.")
    encounter = kept(desk, page)
    other = opened(desk, care.person(birth="1980-01-01"), encounter)
    assert form_of(other).note.content() == {}


def arrival(desk: DeskDouble, patient: Id) -> ArrivalPage:
    page = ArrivalPage(desk, patient)
    desk.show(page)
    desk.settle()
    assert page.section is not None
    return page


def test_vital_signs_typed_and_left_are_there_again_until_they_are_kept(
    desk: DeskDouble, person: Id, clock: Clock
) -> None:
    page = arrival(desk, person)
    assert page.section is not None
    page.section.rows["systolic"].fill({"systolic": "146", "diastolic": "92"})
    page.came_for.setText("control")
    page._changed()
    page.may_leave()
    desk.settle()
    page.hide()
    again = arrival(desk, person)
    assert again.section is not None
    assert again.section.rows["systolic"].content() == {"systolic": "146", "diastolic": "92"}
    assert again.came_for.text() == "control"
    again.primary()
    desk.settle()
    assert again.finished and desk.database.read(lambda c: drafts.open_drafts(c, desk.actor.user)) == ()


def test_vital_signs_of_yesterday_are_not_offered_as_those_of_today(
    desk: DeskDouble, person: Id, clock: Clock
) -> None:
    page = arrival(desk, person)
    assert page.section is not None
    page.section.rows["systolic"].fill({"systolic": "146", "diastolic": "92"})
    page._changed()
    page.may_leave()
    desk.settle()
    page.hide()
    clock.now += DAY
    again = arrival(desk, person)
    assert again.section is not None and again.section.rows["systolic"].content() == {}


def test_a_reason_for_not_measuring_goes_when_it_was_measured(desk: DeskDouble, care: Care, person: Id) -> None:
    page = opened(desk, person)
    page.gaps.ask(("reading",))
    assert page.gaps.reason is not None
    page.gaps.reason.set_value("no_equipment")
    form_of(page).measure_rows()["systolic"].fill({"systolic": "128", "diastolic": "80"})
    assert signed(desk, care, page).unmeasured is None


def line(**dose: int | bool) -> Line:
    return Line(Id(bytes(16)), None, "Paracetamol 500 mg", Dose(**dose), "oral", 30, 90)  # type: ignore[arg-type]


def test_as_needed_survives_a_draft(dressed: QApplication, spanish: None) -> None:
    first = PrescriptionSection((), lambda: Id(bytes(16)), lambda: 30)
    first._add(line(morning=4, every_hours=8, as_needed=True), None, details=True)
    second = PrescriptionSection((), lambda: Id(bytes(16)), lambda: 30)
    second.fill(first.content())
    assert second.lines() == first.lines() and second.lines()[0][0].dose.as_needed


def test_two_doses_with_hours_are_asked_not_chosen(dressed: QApplication, spanish: None) -> None:
    editor = LineEditor(replace(line(morning=4, night=8)), None, details=True)
    editor.hours.setText("8")
    found, problems = editor.line()
    assert found is None and [p.code for _, p in problems] == ["consult.doses_differ"]




def test_a_medicine_twice_or_beside_what_is_taken_is_warned_of_and_signed_all_the_same(
    dressed: QApplication, spanish: None
) -> None:
    numbers = iter(range(50, 90))
    losartan, other = Id(bytes([7]) * 16), Id(bytes([8]) * 16)
    now = Line(Id(bytes([9]) * 16), losartan, "Losartán 50 mg", Dose(morning=4), "oral", 30, 30)
    held = (Medicine(Prescribed(now, None, "2026-03-01"), 15),)
    section = PrescriptionSection(held, lambda: Id(bytes([next(numbers)]) * 16), lambda: 30)
    section.offer("los", [Drug(losartan, "Losartán 50 mg", "oral", "4-0-0-0", ""),
                          Drug(other, "Losartán 100 mg", "oral", "4-0-0-0", "")])  # fmt: skip
    section._choose(other.hex())
    (editor,) = section.editors
    assert editor.repeat.text() == "Hoy toma: Losartán 50 mg, 1 mañana, hasta el 31-mar-2026. Siguen los dos."
    section._choose(losartan.hex())
    assert [e.before is not None for e in section.editors] == [False, True], "what is taken is renewed"
    assert [e.repeat.text()[:10] for e in section.editors] == ["Dos veces ", "Dos veces "]
    editor.doses[0].set_value("")
    editor.doses[3].set_value("1")
    editor.doses[0].changed.emit()
    assert [e.repeat.text() for e in section.editors] == ["", ""], "morning and night are two on purpose"
    lines, problems = section.lines()
    assert len(lines) == 2 and not problems
    section.editors[1].drop.click()
    assert section.editors[0].repeat.text() == "" and section.stopped() == (now.id,)


def test_an_addendum_being_typed_survives_a_crash_and_is_signed_once(desk: DeskDouble, care: Care, person: Id) -> None:
    consult = care.visit(person, "2026-02-17", systolic=138, diastolic=84)
    page = SignedConsultPage(desk, consult)
    desk.show(page)
    desk.settle()
    page.primary()
    QTest.keyClicks(page.text, "Trajo su resultado")
    QTest.qWait(1_700)  # the draft is kept by itself
    desk.settle()
    page.hide()  # the window is gone: nothing was asked of it
    (kept,) = desk.database.read(lambda c: drafts.open_drafts(c, desk.actor.user))
    assert (kept.form, kept.subject, kept.content["text"]) == ("addendum", person, "Trajo su resultado")
    assert draft_kind(kept) == "adenda a una consulta" and draft_name(kept).startswith("PRUEBA")
    again = SignedConsultPage(desk, consult)
    desk.show(again)
    desk.settle()
    assert again.box.isVisible() and again.text.toPlainText() == "Trajo su resultado"
    QTest.keyClick(again.text, Qt.Key.Key_End)
    QTest.keyClicks(again.text, ".")
    again.primary()
    desk.settle()
    assert desk.database.read(lambda c: drafts.open_drafts(c, desk.actor.user)) == ()
    found = care.db.read(lambda c: encounters_of(c, care.clinic, person))[0]
    assert [a.text for a in found.addenda] == ["Trajo su resultado."]


def test_an_emptied_addendum_leaves_no_draft(desk: DeskDouble, care: Care, person: Id) -> None:
    page = SignedConsultPage(desk, care.visit(person, "2026-02-17", systolic=138, diastolic=84))
    desk.show(page)
    desk.settle()
    page.primary()
    QTest.keyClicks(page.text, "x")
    assert not page.may_leave()
    desk.settle()
    assert len(desk.database.read(lambda c: drafts.open_drafts(c, desk.actor.user))) == 1
    QTest.keyClick(page.text, Qt.Key.Key_Backspace)
    assert page.may_leave()
    desk.settle()
    assert desk.database.read(lambda c: drafts.open_drafts(c, desk.actor.user)) == ()
