"""The first day: from an empty machine to people in an encrypted register, by keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from driver import PASSPHRASE, Person
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from ces_desktop.data import vault
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.journal.fold import verify
from ces_desktop.domain.access import CLINIC_ROLES
from ces_desktop.errors import Refused
from ces_desktop.services import clinic
from ces_desktop.ui.entry.sign_in import SignIn
from ces_desktop.ui.entry.wizard import Wizard
from ces_desktop.ui.entry.wizard_sheets import SheetStep
from ces_desktop.ui.pages.patient_page import PatientPage
from ces_desktop.ui.pages.registration_page import RegistrationPage
from ces_desktop.ui.pages.today_page import TodayPage


def set_up(person: Person) -> Wizard:
    """Through the wizard as far as the recovery sheet, for the clinic El Letrero."""
    person.application.start()
    person.settle()
    wizard = person.application._view
    assert isinstance(wizard, Wizard)
    person.press("F9")
    person.type("Letre")
    person.press("Enter", "F9")
    person.type("Dra. Prueba Inventada")
    person.press("F9")
    person.type(PASSPHRASE)
    person.press("Enter")
    person.type(PASSPHRASE)
    person.press("F9")
    person.wait_until(lambda: isinstance(wizard.step, SheetStep))
    return wizard


def register(person: Person, given: str, paternal: str, maternal: str, sex: str, birth: str) -> None:
    """F4, the fields in their order, F9."""
    person.press("F4")
    assert isinstance(person.window.page, RegistrationPage)
    person.type(given)
    person.press("Enter", "Enter")
    person.type(paternal)
    person.press("Enter")
    person.type(maternal)
    person.press("Enter")
    person.type(sex)
    if "Sex" in QApplication.focusWidget().accessibleName():
        person.press("Enter")
    person.type(birth)
    person.press("Enter", "F9")


@pytest.mark.covers("R1", "Z1", "D1")
def test_from_an_empty_machine_to_a_registered_person(person: Person, root: Path, spanish: None) -> None:
    wizard = set_up(person)
    group = wizard.answers.made[0][1].groups[wizard._group - 1]
    person.press("Tab")
    person.type(group)
    person.press("F9")
    person.wait_until(lambda: person.application.window is not None)
    assert isinstance(person.window.page, TodayPage)

    register(person, "María Elena", "López", "Pérez", "m", "140767")

    assert isinstance(person.window.page, PatientPage)
    assert person.names() == ["LÓPEZ PÉREZ, María Elena"]
    opened = person.application.open
    assert opened is not None and opened.database.read(verify).equal
    assert (root / "LET" / "clinic.db").read_bytes()[:6] != b"SQLite"


@pytest.mark.covers("Z1")
def test_the_passphrase_opens_the_clinic_and_a_wrong_one_does_not(person: Person, root: Path, spanish: None) -> None:
    new = clinic.NewClinic("CAP", "El Mirador", "Dra. Prueba Inventada", PASSPHRASE, CLINIC_ROLES)
    clinic.create(root, new, cost=vault.CHEAPEST)
    person.application.start()
    person.settle()
    page = person.application._view
    assert isinstance(page, SignIn)

    person.type("frase equivocada de prueba")
    person.press("Enter")
    person.wait_until(lambda: not page.jobs.running)
    assert person.application.window is None

    person.press("Ctrl+A")
    person.type(PASSPHRASE)
    person.press("Enter")
    person.wait_until(lambda: person.application.window is not None)
    assert isinstance(person.window.page, TodayPage)


@pytest.mark.covers("R1")
def test_a_mistake_is_undone_and_brought_back(person: Person, root: Path, spanish: None) -> None:
    person.enter(root)
    register(person, "Rosa", "Gómez", "Díaz", "m", "e45")
    assert person.names() == ["GÓMEZ DÍAZ, Rosa"]
    person.press("Ctrl+Z")
    assert person.names() == []
    person.press("Ctrl+Shift+Z")
    assert person.names() == ["GÓMEZ DÍAZ, Rosa"]
    opened = person.application.open
    assert opened is not None
    assert opened.database.read(verify).equal


def test_the_folder_of_another_clinic_is_not_touched(person: Person, root: Path) -> None:
    person.enter(root)
    before = ClinicFolder(root / "CAP").slots.read_bytes()
    with pytest.raises(Refused, match=r"clinic\.exists"):
        clinic.create(root, clinic.NewClinic("CAP", "Otra", "Otra", PASSPHRASE, CLINIC_ROLES))
    assert ClinicFolder(root / "CAP").slots.read_bytes() == before


def test_the_buttons_of_qt_speak_the_language_of_the_program(person: Person) -> None:
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancelar"
