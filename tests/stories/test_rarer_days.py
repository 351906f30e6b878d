"""Days unlike the others: a household begun, a card printed, a passphrase forgotten, the demonstration shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from driver import PASSPHRASE, Person
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog
from sqlalchemy import select
from test_first_day import register

from ces_desktop.data import vault
from ces_desktop.data.journal.fold import verify
from ces_desktop.data.models import HouseholdRecord, PatientRecord
from ces_desktop.domain.access import CLINIC_ROLES
from ces_desktop.errors import Refused
from ces_desktop.services import clinic
from ces_desktop.ui.dialogs.preview import PreviewDialog
from ces_desktop.ui.entry import demo
from ces_desktop.ui.entry.recovery import RecoveryForm
from ces_desktop.ui.entry.sign_in import SignIn
from ces_desktop.ui.entry.wizard import Wizard
from ces_desktop.ui.pages.households_page import HouseholdsPage
from ces_desktop.ui.pages.patient_page import PatientPage

NEW_PHRASE = "otra frase inventada para probar"


def when_asked(act: Callable[[QDialog], object]) -> None:
    """Do something to the next dialog that waits for an answer; its opening key comes back after it is closed."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog) and dialog.isVisible():
            act(dialog)
        else:
            QTimer.singleShot(20, look)

    QTimer.singleShot(20, look)


def tab_to(person: Person, wanted: str) -> None:
    """Tab until the button or field of this name has the focus."""
    for _ in range(40):
        focus = QApplication.focusWidget()
        if focus is not None and wanted in f"{focus.accessibleName()} {getattr(focus, 'text', str)()}":
            return
        person.press("Tab")
    raise AssertionError(f"{wanted} cannot be reached with Tab")


@pytest.mark.covers("R4")
def test_a_house_is_begun_for_somebody_without_one_and_undone(person: Person, root: Path, spanish: None) -> None:
    person.enter(root)
    register(person, "Rosa", "Gómez", "Díaz", "m", "140767")
    person.press("Alt+4")
    assert isinstance(person.window.page, HouseholdsPage)
    page = person.window.page
    page.choose("alone")
    person.settle()
    when_asked(lambda dialog: dialog.primary.click())  # type: ignore[attr-defined]
    person.press("F9")
    person.application.frame.activateWindow()  # the offscreen platform leaves the closed dialog active
    person.settle()

    opened = person.application.open
    assert opened is not None
    p, h = PatientRecord, HouseholdRecord
    houses = opened.database.read(lambda c: c.execute(select(h.id, h.number).where(h.live == 1)).all())
    assert len(houses) == 1
    assert opened.database.read(lambda c: c.execute(select(p.household)).scalar_one()) == houses[0].id

    person.press("Ctrl+Z")
    assert opened.database.read(lambda c: c.execute(select(p.household)).scalar_one()) is None
    assert opened.database.read(verify).equal


@pytest.mark.covers("P5")
def test_the_card_is_seen_before_it_is_printed(person: Person, root: Path, spanish: None) -> None:
    person.enter(root)
    register(person, "Rosa", "Gómez", "Díaz", "m", "140767")
    page = person.window.page
    assert isinstance(page, PatientPage)
    seen: list[tuple[str, bytes]] = []

    def keep(dialog: QDialog) -> None:
        if not isinstance(dialog, PreviewDialog):  # the wait for the print comes first
            QTimer.singleShot(20, lambda: when_asked(keep))
            return
        seen.append((dialog.windowTitle(), dialog.pdf.data))
        dialog.reject()

    for show in (page.print_summary, page.print_card):  # F8's menu grabs the keyboard, which offscreen has none of
        when_asked(keep)
        show()
        person.wait_until(lambda: not QApplication.activeModalWidget())
    assert [title for title, _ in seen] == ["Resumen del expediente", "Tarjeta de la persona"]
    assert all(pdf.startswith(b"%PDF") for _, pdf in seen)


@pytest.mark.covers("Z3")
def test_a_forgotten_passphrase_and_the_printed_key(person: Person, root: Path, spanish: None) -> None:
    new = clinic.NewClinic("CAP", "El Mirador", "Dra. Prueba Inventada", PASSPHRASE, CLINIC_ROLES)
    folder, user, recovery = clinic.create(root, new, cost=vault.CHEAPEST)
    person.application.start()
    person.settle()
    page = person.application._view
    assert isinstance(page, SignIn)
    tab_to(person, page.forgot.text())
    person.press("Space")
    assert isinstance(page._form, RecoveryForm)
    person.type(recovery.text.lower().replace("-", " "))
    person.press("Enter")
    person.type(NEW_PHRASE)
    person.press("Enter")
    person.type(NEW_PHRASE)
    person.press("Enter")
    person.wait_until(lambda: person.application.window is not None)

    assert vault.open(folder, user, NEW_PHRASE)
    with pytest.raises(Refused, match=r"vault\.wrong_passphrase"):
        vault.open(folder, user, PASSPHRASE)


@pytest.mark.covers("D1")
def test_the_demonstration_says_what_it_is(
    person: Person, root: Path, spanish: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "PEOPLE", 40)
    person.application.start()
    person.settle()
    page = person.application._view
    assert isinstance(page, Wizard)
    person.press("Down", "Down", "Down", "F9")  # begin, a new laptop of a clinic, restore, demonstration
    person.wait_until(lambda: person.application.window is not None)
    assert len(person.names()) == 40
    assert person.window.clinic.prefix == "DEM"
    assert person.window.top.demo.isVisible()
