"""A person's record by keyboard: allergies, a problem and its programme, the trend as numbers, history, laboratory."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

import builders
import pytest
from care import Care
from driver import Person

from ces_desktop.data.models import LabRequestRecord
from ces_desktop.data.queries.patient_view import PatientView, patient_view
from ces_desktop.domain.ids import Id
from ces_desktop.ui.pages.patient_page import PatientPage

MENU = pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)


def care_of(person: Person) -> Care:
    opened = person.application.open
    assert opened is not None
    return Care(opened.database, person.window.actor)


def view(person: Person, patient: Id) -> PatientView:
    window = person.window
    found = window.tasks.database.read(
        partial(patient_view, clinic=window.clinic.id, patient=patient, today=window.today)
    )
    assert found is not None
    return found


def page(person: Person) -> PatientPage:
    shown = person.window.page
    assert isinstance(shown, PatientPage)
    return shown


@MENU
@pytest.mark.covers("R10")
def test_an_allergy_and_a_problem_are_noted_seen_and_undone(person: Person, root: Path) -> None:
    person.enter(root)
    care = care_of(person)
    patient = care.person()
    person.window.open_patient(patient)
    person.settle()
    banner = [w.accessibleName() for w in page(person).banner().children() if hasattr(w, "accessibleName")]
    assert banner
    shown = page(person)
    person.answer_with(*"penicilina", "Enter", *"ronchas", "Enter", "g", "Enter", *"2019", "Enter", "F9")
    shown.acts.allergy()
    person.settle()
    assert [(a.substance, a.reaction, a.since) for a in view(person, patient).form.allergies.present] == [
        ("Penicilina", "ronchas", "2019")
    ]
    person.answer_with(*"e119", "Down", "Enter", "Tab", *"2021", "Enter", "F9")
    shown.acts.problem()
    person.settle()
    assert [(c.code, c.onset) for c in view(person, patient).form.conditions] == [("E119", "2021")]
    person.answer_with("F9")
    shown.acts.enrol("diabetes")
    person.settle()
    assert "diabetes" in view(person, patient).standings
    person.press("Ctrl+Z", "Ctrl+Z", "Ctrl+Z")
    left = view(person, patient)
    assert not left.standings and not left.form.conditions and not left.form.allergies.asked
    builders.assert_proved(person.window.tasks.database)


@pytest.mark.covers("R14")
def test_the_trend_is_a_chart_and_its_numbers_are_one_key_away(person: Person, root: Path) -> None:
    person.enter(root)
    care = care_of(person)
    today = person.window.today
    patient = care.person("hypertension", since=(today - timedelta(days=400)).isoformat())
    for n, (high, low) in enumerate(((168, 102), (158, 96), (146, 90), (138, 88))):
        care.visit(patient, (today - timedelta(days=200 - 45 * n)).isoformat(), systolic=high, diastolic=low)
    person.window.open_patient(patient)
    person.settle()
    chart = page(person).trend.chart
    assert chart is not None
    person.wait_until(chart.drawn)
    assert "138/88" in chart.accessibleName() and "140/90" in chart.accessibleName()
    person.press("Ctrl+T")
    assert page(person).trend.chart is None
    person.press("Ctrl+T")
    assert page(person).trend.chart is not None


@pytest.mark.covers("R16")
def test_history_a_late_result_and_a_vaccine(person: Person, root: Path) -> None:
    person.enter(root)
    care = care_of(person)
    patient = care.person()
    asked = (person.window.today - timedelta(days=20)).isoformat()
    care.add(LabRequestRecord(id=care.id(), patient=patient, test="hba1c", happened_on=asked))
    person.window.go_to("history", (patient,))
    person.settle()
    person.press("s", "Ctrl+Enter")
    person.wait_until(lambda: isinstance(person.window.page, PatientPage))
    assert [a.word for a in view(person, patient).history.values()] == ["yes"]
    person.window.open_page("laboratory")
    person.settle()
    person.answer_with("Enter", "7", "Enter", "F9")
    person.press("F9")
    person.settle()
    held = view(person, patient)
    assert held.form.last["hba1c"].value == 70 and not held.form.pending
    person.window.open_patient(patient)
    person.settle()
    person.answer_with(*"Influenza", "Enter", *"Anual", "Enter", "Enter", "F9")
    page(person).acts.vaccine()
    person.settle()
    assert [v.vaccine for v in view(person, patient).vaccines] == ["Influenza"]
    builders.assert_proved(person.window.tasks.database)
