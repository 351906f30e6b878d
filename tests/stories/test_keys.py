"""How many keys the everyday tasks take on the real window: the ceilings of the product, as assertions."""

from __future__ import annotations

from pathlib import Path

import pytest
from driver import Person
from PySide6.QtWidgets import QApplication
from test_first_day import register

from ces_desktop.data import vault
from ces_desktop.services import clinic
from ces_desktop.services.demo import PASSPHRASE as DEMO_PASSPHRASE
from ces_desktop.services.demo import create_demo
from ces_desktop.ui.models.record_table import RecordTable
from ces_desktop.ui.pages.patient_page import PatientPage
from ces_desktop.ui.pages.registration_page import RegistrationPage
from ces_desktop.ui.widgets import Button


@pytest.mark.covers("R2")
def test_someone_is_found_and_opened_in_ten_keys(person: Person, root: Path) -> None:
    folder, user, _ = create_demo(root, people=300)
    person.application.enter(clinic.open_with_key(folder, vault.open(folder, user, DEMO_PASSPHRASE), user))
    person.settle()
    person.keys = 0
    person.press("F2")
    person.type("lo pe ma")
    person.press("Enter")
    assert isinstance(person.window.page, PatientPage)
    assert person.keys <= 10


def test_after_the_search_is_left_the_keys_are_the_pages_again(person: Person, root: Path) -> None:
    """Escape from the box, and a key while nobody has the focus at all: neither leaves the keyboard deaf."""
    person.enter(root)
    register(person, "María Elena", "López", "Pérez", "m", "140767")
    person.press("Alt+2")
    table = QApplication.focusWidget()
    assert isinstance(table, RecordTable)
    person.press("F2", "Esc")
    assert QApplication.focusWidget() is table
    table.clearFocus()
    assert QApplication.focusWidget() is None
    person.press("F4")
    assert isinstance(person.window.page, RegistrationPage)


def test_f12_covers_and_shows_and_no_key_acts_under_the_sheet(person: Person, root: Path) -> None:
    person.enter(root)
    register(person, "María Elena", "López", "Pérez", "m", "140767")
    before, sheet = person.window.page, person.window.sheet
    for uncover in ("F12", "Esc"):
        person.press("F12")
        assert sheet.isVisible()
        person.press("Ctrl+Z", "Alt+2", "F4", "F2", "Tab")
        assert sheet.hasFocus()
        assert person.window.page is before
        person.press(uncover)
        assert not sheet.isVisible()
    assert len(person.names()) == 1, "nothing was undone"
    held = QApplication.focusWidget()
    assert held is not None
    person.press("F12")
    held.deleteLater()
    person.press("F12")
    assert not sheet.isVisible()


@pytest.mark.covers("R1", "R3")
def test_a_registration_with_its_duplicate_check_takes_seventy_keys(person: Person, root: Path) -> None:
    person.enter(root)
    register(person, "María Elena", "López", "Pérez", "m", "140767")
    person.keys = 0
    person.press("F4")
    person.type("Mario Alberto")
    person.press("Enter", "Enter")
    person.type("Velázquez")
    person.press("Enter")
    person.type("Roblero")
    person.press("Enter")
    person.type("h")
    if "Sex" in QApplication.focusWidget().accessibleName():
        person.press("Enter")
    person.type("010258")
    person.press("Enter")
    person.type("silt")
    person.press("Enter", "Enter", "Enter", "Enter", "Enter")
    person.type("Josefa")
    person.press("F9")
    assert isinstance(person.window.page, PatientPage)
    assert person.names()[-1] == "VELÁZQUEZ ROBLERO, Mario Alberto"
    assert person.keys <= 70


@pytest.mark.covers("R3")
def test_a_second_registration_is_warned_of_with_reasons(person: Person, root: Path) -> None:
    person.enter(root)
    register(person, "María Elena", "López", "Pérez", "m", "140767")
    register(person, "Maria", "Lopes", "Perez", "m", "140767")
    assert isinstance(person.window.page, RegistrationPage), "saved without asking"
    person.press("F9")
    assert isinstance(person.window.page, PatientPage)


def test_every_list_takes_the_arrows_as_soon_as_its_place_is_opened(person: Person, root: Path) -> None:
    folder, user, _ = create_demo(root, people=300)
    person.application.enter(clinic.open_with_key(folder, vault.open(folder, user, DEMO_PASSPHRASE), user))
    person.settle()
    for keys in ("Alt+1", "Alt+2", "Alt+3", "Alt+4", "Alt+5"):
        person.press(keys)
        person.settle()
        if keys == "Alt+3" and isinstance(QApplication.focusWidget(), Button):
            person.press("Enter")  # nobody to rescue: the button that has the focus shows who is due this week
        focus = QApplication.focusWidget()
        assert isinstance(focus, RecordTable), keys
        assert person.window.page is not None and person.window.page.isAncestorOf(focus), keys
