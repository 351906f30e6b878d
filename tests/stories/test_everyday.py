"""An ordinary day at the desk: duplicates joined and parted, a backup put back, a draft after a power cut."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from driver import PASSPHRASE, Person
from PySide6.QtWidgets import QApplication
from sqlalchemy import func, select
from test_first_day import register

from ces_desktop.data.journal.fold import verify
from ces_desktop.data.models import DraftRecord, PatientRecord
from ces_desktop.i18n import tr
from ces_desktop.services import backups, clinic
from ces_desktop.ui.pages.duplicates_page import DuplicatesPage
from ces_desktop.ui.pages.patient_page import PatientPage
from ces_desktop.ui.pages.registration_page import RegistrationPage
from ces_desktop.ui.pages.today_page import TodayPage
from ces_desktop.ui.widgets import Button


def persons(person: Person) -> int:
    """How many people the register holds, joined records counted once."""
    opened = person.application.open
    assert opened is not None
    p = PatientRecord
    return opened.database.read(
        lambda c: c.execute(select(func.count(p.person.distinct())).where(p.live == 1)).scalar_one()
    )


@pytest.mark.covers("R3")
def test_two_records_of_one_person_are_joined_and_parted_again(person: Person, root: Path, spanish: None) -> None:
    person.enter(root)
    register(person, "María Elena", "López", "Pérez", "m", "140767")
    register(person, "Maria", "Lopes", "Perez", "m", "140767")
    person.press("F9")
    assert len(person.names()) == 2 and persons(person) == 2

    person.window.open_page("duplicates")
    person.settle()
    assert isinstance(person.window.page, DuplicatesPage)
    person.answer_with("F9")
    person.press("F9")
    assert persons(person) == 1

    person.press("Ctrl+Z")
    assert persons(person) == 2
    opened = person.application.open
    assert opened is not None and opened.database.read(verify).equal


@pytest.mark.covers("R11")
def test_what_was_typed_before_a_power_cut_is_offered(person: Person, root: Path, tmp_path: Path) -> None:
    person.enter(root)
    person.press("F4")
    person.type("Petrona")
    page = person.window.page
    assert isinstance(page, RegistrationPage)

    def kept() -> bool:
        opened = person.application.open
        assert opened is not None
        found = opened.database.read(lambda c: c.execute(select(DraftRecord.content)).scalars().all())
        return any("Petrona" in content for content in found)

    person.wait_until(kept)
    # The power cut: the files as they lie on the disk at this moment, opened by another process's eyes.
    cut = tmp_path / "cut" / "CAP"
    shutil.copytree(root / "CAP", cut, ignore=shutil.ignore_patterns("*.lock", "*-shm"))
    person.application.sign_out()
    again = Person(QApplication.instance(), tmp_path / "cut")
    try:
        again.open(tmp_path / "cut")
        again.press("F4")
        again.go_to(tr("Continue"))
        again.press("Enter")
        assert "Petrona" in again.typed()
    finally:
        again.leave()


@pytest.mark.covers("D2")
def test_a_backup_is_made_and_put_back(person: Person, root: Path, spanish: None) -> None:
    person.enter(root)
    register(person, "Rosa", "Gómez", "Díaz", "m", "e45")
    person.window.open_page("backups")
    person.settle()
    person.press("F9")
    opened = person.application.open
    assert opened is not None
    person.wait_until(lambda: backups.state(opened).newest is not None)
    newest = backups.state(opened).newest
    assert newest is not None

    register(person, "Ernesto", "Roblero", "Díaz", "h", "e71")
    assert len(person.names()) == 2
    folder = opened.folder
    person.application.sign_out()
    kept = backups.restore_with_passphrase(newest.path, folder.path, None, PASSPHRASE)
    assert kept is not None and kept.exists()
    person.open(root)
    assert person.names() == ["GÓMEZ DÍAZ, Rosa"]
    again = person.application.open
    assert again is not None and again.database.read(verify).equal
    assert clinic.known_clinics(root)


def test_half_typed_forms_outlive_a_redraw_and_are_continued_on_their_own_record(person: Person, root: Path) -> None:
    person.enter(root)
    person.press("F4")
    person.type("Marina")
    person.application.redraw()  # as zoom, language and theme do
    person.settle()
    assert "Marina" in person.typed(), "drawn again, the form is empty"
    for field in ("Enter", "Enter"):
        person.press(field)
    person.type("Prueba")
    person.press("Enter")
    person.type("Falsa")
    person.press("Enter")
    person.type("m")
    if "Sex" in QApplication.focusWidget().accessibleName():
        person.press("Enter")
    person.type("140767")
    person.press("Enter", "F9")
    assert isinstance(person.window.page, PatientPage)
    patient = person.window.page.patient
    person.press("F9")
    person.type("x")
    person.press("Alt+1")
    page = person.window.page
    assert isinstance(page, TodayPage)
    next(button for button in page.findChildren(Button) if button.shown_text() == tr("Continue")).click()
    person.settle()
    form = person.window.page
    assert isinstance(form, RegistrationPage) and form.patient == patient
    assert any("x" in text for text in person.typed()) and "Prueba" in person.typed()
