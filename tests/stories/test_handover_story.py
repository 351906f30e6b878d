"""The year ends: one physician prepares the handover by keyboard, the next acknowledges each line with one key."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

import builders
import pytest
from care import Care
from driver import Person

from ces_desktop.data.pin import pin_verifier
from ces_desktop.data.queries.handover import HandoverFile, latest
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.services import users
from ces_desktop.services.users import UserForm
from ces_desktop.ui.application import Application
from ces_desktop.ui.entry.lock import LockScreen
from ces_desktop.ui.pages.handover_page import HandoverPage


def page(person: Person) -> HandoverPage:
    shown = person.window.page
    assert isinstance(shown, HandoverPage)
    return shown


def held(person: Person) -> HandoverFile:
    found = person.window.tasks.database.read(partial(latest, clinic=person.window.clinic.id))
    assert found is not None
    return found


def two_physicians(person: Person, root: Path) -> tuple[Care, Id]:
    """An open clinic with five people of whom three are handed over, and the physician who comes."""
    person.enter(root)
    opened = person.application.open
    assert opened is not None
    form = UserForm("Dr. Beto Inventado", "MPSS", frozenset({Role.PHYSICIAN}))
    beto = users.join(opened, form, "otra frase inventada para probar").value
    opened.database.local(lambda c: users.set_pin(c, beto, pin_verifier("1470")))
    care, today = Care(opened.database, opened.actor), person.window.today
    for number, pressure in enumerate((186, 148, 152, 122, 118)):
        who = care.person("hypertension", given=f"Persona {number}", since=(today - timedelta(400)).isoformat())
        care.visit(who, (today - timedelta(number + 2)).isoformat(), systolic=pressure, diastolic=80)
    return care, beto


def sign_in(person: Person, user: Id, pin: str) -> None:
    application: Application = person.application
    application.lock()
    screen = application._view
    assert isinstance(screen, LockScreen)
    person.wait_until(lambda: not screen.jobs.running)
    person.press("Up")
    assert screen.user == user
    person.type(pin)
    person.press("Enter")
    person.wait_until(lambda: not isinstance(application._view, LockScreen))


@pytest.mark.covers("S6", "P9")
def test_the_clinic_changes_hands(person: Person, root: Path, spanish: None) -> None:
    care, beto = two_physicians(person, root)
    person.window.open_page("handover")
    person.settle()
    assert page(person).stack.currentIndex() == 1, "no handover yet: the page says what it is and how to begin"

    person.answer_with(*"Beto", "Down", "Enter", "F9")
    person.press("F9")
    person.settle()
    assert [line.facts["systolic"] for line in held(person).lines] == [186, 152, 148]
    assert held(person).head.incoming == beto

    before = person.keys
    person.answer_with(*"abandonada", "F9")
    person.press("E")
    person.settle()
    assert held(person).lines[0].words == "abandonada" and person.keys - before == len("abandonada") + 2
    person.press("Down", "Down")
    person.answer_with(*"mudanza", "F9")
    person.press("F")
    person.settle()
    assert held(person).lines[2].left_out == "mudanza"
    person.answer_with(*"llaves", "F9")
    person.press("N")
    person.settle()
    assert held(person).lines[-1].words == "llaves" and held(person).lines[-1].section == "other"
    person.press("R")  # who hands over does not acknowledge
    assert held(person).head.progress.read == 0
    person.press("Ctrl+Z")
    person.settle()
    assert len(held(person).lines) == 3
    person.press("Ctrl+Shift+Z")
    person.settle()

    sign_in(person, beto, "1470")
    person.window.open_page("handover")
    person.settle()
    person.keys = 0
    for read in (1, 2, 3):
        person.press("R")
        person.settle()
        assert held(person).head.progress.read == read
    assert person.keys == 3, "one key a line: the next one is chosen by itself"
    assert held(person).head.progress.done and {line.read_by for line in held(person).lines} == {
        "Dr. Beto Inventado", "",
    }  # fmt: skip
    assert "3 de 3" in page(person).heading.sentence.text()
    person.press("E")  # what was acknowledged stays as it is, and another's words are not changed
    person.settle()
    assert held(person).lines[0].words == "abandonada"
    builders.assert_proved(care.db)


def test_f8_shows_the_paper_and_enter_the_record(person: Person, root: Path, spanish: None) -> None:
    two_physicians(person, root)
    person.window.open_page("handover")
    person.settle()
    person.answer_with("F9")
    person.press("F9")
    person.settle()
    person.answer_with("Esc")
    person.press("F8")
    person.settle()
    person.press("Enter")
    person.settle()
    assert person.window.place()[0] == "patient"
    person.press("Esc")
    person.settle()
    assert page(person).table.records.rowCount() == 3
