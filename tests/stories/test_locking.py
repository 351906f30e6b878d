"""Someone leaves the desk: what was open is closed, and nothing of the clinic is seen until they come back."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from driver import PASSPHRASE, Person
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QLabel
from sqlalchemy import select
from test_first_day import register

from ces_desktop.data.models import AuditEventRecord
from ces_desktop.data.pin import pin_verifier
from ces_desktop.domain.access import Role
from ces_desktop.services import users
from ces_desktop.services.users import UserForm
from ces_desktop.ui.entry.lock import LockScreen
from ces_desktop.ui.pages.patient_page import PatientPage


def seen() -> str:
    """Every word of a label that can be seen."""
    return " ".join(
        label.text() for w in QApplication.topLevelWidgets() for label in w.findChildren(QLabel) if label.isVisible()
    )


def locked(person: Person) -> bool:
    return isinstance(person.application._view, LockScreen)


def come_back(person: Person) -> None:
    """Type the passphrase, once the lock screen has read who works here."""
    screen = person.application._view
    assert isinstance(screen, LockScreen)
    person.wait_until(lambda: not screen.jobs.running)
    person.type(PASSPHRASE)
    person.press("Enter")
    person.wait_until(lambda: not locked(person))


@pytest.mark.covers("Z2")
def test_locking_closes_an_open_dialog_and_the_passphrase_leads_back(person: Person, root: Path) -> None:
    person.enter(root)
    register(person, "Rosa", "Gómez", "Díaz", "m", "140767")
    page = person.window.page
    assert isinstance(page, PatientPage)
    QTimer.singleShot(300, person.application.lock)
    page.change_status()  # comes back when the lock has closed the dialog

    person.settle()
    assert locked(person)
    assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
    assert "GÓMEZ" not in seen()

    come_back(person)
    assert person.window.page is page


def test_who_comes_back_types_on_where_they_were(person: Person, root: Path) -> None:
    person.enter(root)
    person.press("F4")
    person.type("Ro")
    person.application.lock()
    person.settle()
    come_back(person)
    person.type("sa")
    assert "Rosa" in person.typed()


def test_a_laptop_that_slept_before_somebody_entered_does_not_lock(person: Person, root: Path) -> None:
    person.application._ticked = time.monotonic() - 3600
    person.enter(root)
    person.application._watch()
    assert not locked(person)


def test_minutes_without_use_and_a_night_asleep_lock(person: Person, root: Path) -> None:
    person.enter(root)
    application = person.application
    application._watch()
    assert not locked(person)

    application._touched -= 60 * application.settings.lock_minutes + 1
    application._watch()
    person.settle()
    assert locked(person)

    come_back(person)
    application._touched = time.monotonic()
    application._ticked -= 8 * 3600  # the lid was closed
    application._watch()
    person.settle()
    assert locked(person)


@pytest.mark.covers("Z2")
def test_the_nurse_goes_on_with_her_pin_and_what_each_did_is_known(person: Person, root: Path) -> None:
    person.enter(root)
    opened = person.application.open
    assert opened is not None
    form = UserForm("Enf. Otra Inventada", "", frozenset({Role.NURSE}))
    nurse = users.join(opened, form, "otra frase inventada para probar").value
    opened.database.local(lambda c: users.set_pin(c, nurse, pin_verifier("2580")))
    register(person, "Rosa", "Gómez", "Díaz", "m", "140767")
    physician = person.window.actor.user

    person.application.lock()
    screen = person.application._view
    assert isinstance(screen, LockScreen)
    person.wait_until(lambda: not screen.jobs.running)
    person.press("Down")
    assert screen.user == nurse
    person.type("2580")
    person.press("Enter")
    person.wait_until(lambda: not locked(person))
    assert person.window.actor.user == nurse
    register(person, "Juan", "Pérez", "Ruiz", "h", "010190")
    person.window.leave()

    a = AuditEventRecord
    events = opened.database.read(lambda c: c.execute(select(a.recorded_by, a.event)).all())
    noted = {(by, event) for by, event in events}
    assert {(physician, "sign_in"), (physician, "lock"), (nurse, "sign_in"), (nurse, "view")} <= noted
