"""How many keys a consult takes on the real window: the ceilings of the product, as assertions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from care import Care
from driver import Person
from PySide6.QtWidgets import QApplication
from sqlalchemy import select

from ces_desktop.data.models import ConditionRecord, DiagnosisRecord, ItemRecord, PrescriptionRecord
from ces_desktop.data.queries.encounters import Encounter, encounters_of
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.ui.pages.consult_arrival import ArrivalPage
from ces_desktop.ui.pages.consult_page import ConsultPage
from ces_desktop.ui.pages.consult_signed import SignedConsultPage
from ces_desktop.ui.pages.consult_waiting import WaitingPage
from ces_desktop.ui.pages.patient_page import PatientPage


def clinic_with(person: Person, root: Path, *programmes: str) -> tuple[Care, Id]:
    """An open clinic with one person in these programmes, seen before, with long-term medicines."""
    person.enter(root)
    opened = person.application.open
    assert opened is not None
    care = Care(opened.database, opened.actor)
    who = care.person(*programmes, given="María Elena", paternal="López", maternal="Pérez", birth="1967-07-14")
    before = (person.window.today - timedelta(days=30)).isoformat()
    last = care.visit(who, before, systolic=152, diastolic=94, weight=71_400, height=1_510)
    for code in {"hypertension": "I10X", "diabetes": "E119"}.values():
        found = opened.database.read(partial(_diagnosis, code=code))
        key = care.id()
        if found is not None:
            shared = {"patient": who, "problem": key, "state": "active", "happened_on": "2024-01-10"}
            care.add(ConditionRecord(id=key, diagnosis=found, code=code, **shared))
    for place, name in enumerate(("Losart", "Metformina 850")):
        item = opened.database.read(partial(_item, begins=name))
        care.add(
            PrescriptionRecord(
                id=care.id(), patient=who, encounter=last, item=item[0], drug_text=item[1], morning=4, night=4,
                route="oral", days=30, quantity=60, position=place, happened_on=before,
            )
        )  # fmt: skip
    person.settle()
    return care, who


def _diagnosis(connection: object, code: str) -> bytes | None:
    d = DiagnosisRecord
    return connection.execute(select(d.id).where(d.code == code)).scalar()  # type: ignore[attr-defined,no-any-return]


def _item(connection: object, begins: str) -> tuple[bytes, str]:
    i = ItemRecord
    query = select(i.id, i.name_es).where(i.name_es.like(f"{begins}%"))
    return connection.execute(query).first()  # type: ignore[attr-defined,no-any-return]


def signed(care: Care, who: Id) -> list[Encounter]:
    """The consults of a person, newest first."""
    return list(care.db.read(lambda c: encounters_of(c, care.clinic, who)))


@pytest.mark.covers("R5")
def test_a_blood_pressure_follow_up_takes_twenty_keys(person: Person, root: Path) -> None:
    care, who = clinic_with(person, root, "hypertension")
    person.keys = 0
    person.press("F2")
    person.type("lo pe ma")
    person.press("Ctrl+Enter")
    assert isinstance(person.window.page, ConsultPage)
    person.type("12880")
    person.press("F9")
    person.type("b")  # the prognosis, asked once
    person.press("F9")
    assert isinstance(person.window.page, PatientPage)
    assert person.keys <= 20
    visit = signed(care, who)[0]
    assert {o.code: o.value for o in visit.measured} == {"systolic": 128, "diastolic": 80}
    assert [d.code for d in visit.diagnoses] == ["I10X"] and not visit.diagnoses[0].first_time
    assert visit.prognosis == "good" and visit.next is not None and not visit.lines


@pytest.mark.covers("R5", "R6")
def test_hypertension_and_diabetes_with_renewed_medicines_take_forty_keys(person: Person, root: Path) -> None:
    care, who = clinic_with(person, root, "hypertension", "diabetes")
    person.keys = 0
    person.press("F2")
    person.type("lo pe ma")
    person.press("Ctrl+Enter")
    person.type("14692")  # goes on by itself, and again after the diastolic
    person.type("70.8")
    person.press("Enter", "Enter")  # no waist today
    person.type("2")  # days without medicine
    person.type("n")  # no chest pain
    person.type("n")  # no side effects
    person.type("188")
    person.type("a")  # fasting
    person.press("Ctrl+R", "F9")
    person.type("r")
    person.press("F9")
    assert isinstance(person.window.page, PatientPage)
    assert person.keys <= 40
    visit = signed(care, who)[0]
    found = {o.code: o.value if o.value is not None else o.word for o in visit.measured}
    assert found == {
        "systolic": 146, "diastolic": 92, "weight": 70_800, "doses_missed_7_days": 2, "chest_pain": "no",
        "side_effects": "no", "glucose_fasting": 188,
    }  # fmt: skip
    assert len(visit.lines) == 2 and all(line.renews and line.dose.night == 4 for line in visit.lines)
    assert {d.code for d in visit.diagnoses} == {"I10X", "E119"} and visit.prognosis == "guarded"


@pytest.mark.covers("R19")
def test_a_paper_day_takes_twenty_keys_a_consult_and_keeps_its_date(person: Person, root: Path) -> None:
    care, who = clinic_with(person, root, "hypertension")
    other = care.person("hypertension", given="Hermelindo", paternal="Díaz", maternal="Roblero", birth="1950-03-02")
    person.press("F2")
    person.type(">atras")
    person.press("Enter")
    person.type("-2")
    person.press("F9")
    day = (person.window.today - timedelta(days=2)).isoformat()
    person.keys = 0
    person.type("lo pe ma")
    person.press("Ctrl+Enter")
    page = person.window.page
    assert isinstance(page, ConsultPage) and page.late_on is not None and page.late_on.isoformat() == day
    person.application.redraw()  # a change of language or zoom does not end it
    person.settle()
    page = person.window.page
    assert isinstance(page, ConsultPage) and page.late_on is not None and person.window.late_on == page.late_on
    person.type("13682")
    person.press("Ctrl+Enter")
    person.type("b")
    person.press("Ctrl+Enter")
    assert person.keys <= 20
    person.keys = 0
    person.type("di ro he")
    person.press("Ctrl+Enter")
    person.type("12078")
    person.press("Ctrl+Enter")
    person.type("b")
    person.press("Ctrl+Enter")
    assert person.keys <= 20
    for each in (who, other):
        visit = signed(care, each)[0]
        assert visit.day == day and visit.entered == "late" and visit.started_at is None


@pytest.mark.covers("R19")
def test_a_nurse_puts_somebody_in_the_waiting_room_and_does_not_sign(person: Person, root: Path) -> None:
    care, who = clinic_with(person, root, "hypertension")
    assert person.application.tasks is not None
    physician = person.application.tasks.actor
    nurse = replace(physician, roles=frozenset({Role.NURSE}), sign_in=care.id())
    person.application.tasks.actor = nurse
    person.keys = 0
    person.press("F2")
    person.type("lo pe ma")
    person.press("Ctrl+Enter")
    assert isinstance(person.window.page, ArrivalPage)
    person.type("15095")
    person.press("F9")
    assert isinstance(person.window.page, WaitingPage)
    assert person.keys <= 17
    assert signed(care, who)[0].day != person.window.today.isoformat()
    person.application.tasks.actor = physician
    person.press("Enter")
    page = person.window.page
    assert isinstance(page, ConsultPage) and page.form is not None
    assert page.form.measure_rows()["systolic"].content() == {"systolic": "150", "diastolic": "95"}
    person.press("F9")
    person.type("b")
    person.press("F9")
    assert {o.code: o.value for o in signed(care, who)[0].measured} == {"systolic": 150, "diastolic": 95}


@pytest.mark.covers("R11", "R19")
def test_two_consults_are_open_at_once_and_each_keeps_what_was_typed(person: Person, root: Path) -> None:
    care, who = clinic_with(person, root, "hypertension")
    care.person(given="Hermelindo", paternal="Díaz", maternal="Roblero", birth="1950-03-02")
    for letters, digits in (("lo pe ma", "14"), ("di ro he", "12078")):
        person.press("F2")
        person.type(letters)
        person.press("Ctrl+Enter")
        person.type(digits)
    person.press("Ctrl+Tab")
    page = person.window.page
    assert isinstance(page, ConsultPage) and page.form is not None and page.patient == who
    assert page.form.measure_rows()["systolic"].content() == {"systolic": "14"}
    assert QApplication.focusWidget() is page.form.measure_rows()["systolic"].control.focusProxy()
    person.type("692")
    person.application.redraw()  # language, theme and zoom draw the window again
    person.settle()
    page = person.window.page
    assert isinstance(page, ConsultPage) and page.form is not None
    assert page.form.measure_rows()["systolic"].content() == {"systolic": "146", "diastolic": "92"}
    person.press("F9")
    person.type("b")
    person.press("F9")
    assert signed(care, who)[0].day == person.window.today.isoformat()
    person.press("Ctrl+Z")
    person.press("F3")
    page = person.window.page
    assert isinstance(page, ConsultPage) and page.form is not None
    assert page.form.measure_rows()["systolic"].content() == {"systolic": "146", "diastolic": "92"}
    person.press("F9")
    assert isinstance(person.window.page, PatientPage)
    assert len([v for v in signed(care, who) if v.day == person.window.today.isoformat()]) == 1


@pytest.mark.covers("R12")
def test_impossible_is_mended_unlikely_is_answered_and_abnormal_only_said(person: Person, root: Path) -> None:
    care, who = clinic_with(person, root, "hypertension", "diabetes")
    person.window.open_consult(who)
    person.settle()
    person.type("13/8")
    person.press("F9")
    assert isinstance(person.window.page, ConsultPage), "an impossible pressure was signed"
    person.press("Enter")  # takes 130/80, and goes on
    person.type("714")  # without its point: no weight
    person.press("Enter", "Enter")  # said; 71.4 taken
    page = person.window.page
    assert isinstance(page, ConsultPage) and page.form is not None
    rows = page.form.measure_rows()
    assert rows["weight"].content() == {"weight": "71.4"}
    rows["glucose"].control.setFocus()
    person.type("700")
    person.press("F9")
    assert isinstance(person.window.page, ConsultPage), "an unlikely glucose was signed without an answer"
    person.type("s")
    person.press("F9")
    person.type("m")
    person.press("F9")
    assert isinstance(person.window.page, PatientPage)
    visit = signed(care, who)[0]
    assert {o.code: (o.value, o.confirmed) for o in visit.measured} == {
        "systolic": (130, False), "diastolic": (80, False), "weight": (71_400, False), "glucose_unknown": (700, True),
    }  # fmt: skip


@pytest.mark.covers("R5")
def test_a_signed_note_is_only_added_to(person: Person, root: Path) -> None:
    care, who = clinic_with(person, root, "hypertension")
    consult = signed(care, who)[0]
    person.window.open_encounter(consult.id)
    person.settle()
    person.press("F9")
    person.type("Trajo su resultado.")
    person.press("Esc")  # not left behind unsigned
    assert isinstance(person.window.page, SignedConsultPage)
    person.press("F9")
    again = signed(care, who)[0]
    assert [a.text for a in again.addenda] == ["Trajo su resultado."] and again.note == consult.note
    person.press("Esc")
    assert not isinstance(person.window.page, SignedConsultPage)
