"""How many keys the month takes on paper, from anywhere to the preview, on the real window over a demonstration."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from driver import Person
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from sqlalchemy import select

from ces_desktop.data import vault
from ces_desktop.data.models import PrescriptionRecord
from ces_desktop.domain.ids import Id
from ces_desktop.services import clinic
from ces_desktop.services.demo import PASSPHRASE as DEMO_PASSPHRASE
from ces_desktop.services.demo import create_demo
from ces_desktop.ui import places
from ces_desktop.ui.dialogs.preview import PreviewDialog
from ces_desktop.ui.pages.consult_signed import SignedConsultPage
from ces_desktop.ui.pages.reports_page import ReportsPage


def seen_and_closed(person: Person) -> list[bytes]:
    """The files of previews that open from now on; each is closed with Esc, which is not counted."""
    found: list[bytes] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, PreviewDialog):
            QTimer.singleShot(20, look)
            return
        found.append(dialog.pdf.data)
        dialog.reject()

    QTimer.singleShot(20, look)
    return found


def first_page(pdf: bytes) -> str:
    """The words of the first page, and how many pages there are."""
    with pypdfium2.PdfDocument(pdf) as document:
        return f"{len(document)} " + " ".join(document[0].get_textpage().get_text_bounded().split())


@pytest.mark.covers("P1")
def test_the_month_on_paper_takes_five_keys_and_a_second_print_is_the_same(
    person: Person, root: Path, spanish: None
) -> None:
    folder, user, _ = create_demo(root, people=200, months=4)
    person.application.enter(clinic.open_with_key(folder, vault.open(folder, user, DEMO_PASSPHRASE), user))
    person.settle()
    person.press("Alt+2")  # somewhere else
    person.keys = 0
    shown = seen_and_closed(person)
    rail = [entry.key for entry in places.rail_entries(person.window.actor)]
    person.press(f"Alt+{1 + rail.index('reports')}")
    assert isinstance(person.window.page, ReportsPage)
    person.press("F9")
    person.wait_until(lambda: bool(shown))
    assert person.keys <= 5
    said = first_page(shown[0])
    assert said.startswith("6 ") and "Informe mensual" in said and "Folio DEM-0-0001" in said
    page = person.window.page  # asked by its methods from here: offscreen, a closed dialog stays the active window
    again = seen_and_closed(person)
    page.primary()
    person.wait_until(lambda: bool(again))
    assert again == shown
    own = seen_and_closed(person)
    page.print_page()
    person.wait_until(lambda: bool(own))
    assert "copia de la clínica" in first_page(own[0]) and "Folio DEM-0-0001" in first_page(own[0])


@pytest.mark.covers("P6")
def test_the_note_and_the_prescription_of_a_consult_are_seen_before_they_are_printed(
    person: Person, root: Path, spanish: None
) -> None:
    folder, user, _ = create_demo(root, people=200, months=2)
    opened = clinic.open_with_key(folder, vault.open(folder, user, DEMO_PASSPHRASE), user)
    person.application.enter(opened)
    person.settle()
    line = select(PrescriptionRecord.encounter).where(PrescriptionRecord.live == 1).limit(1)
    consult = opened.database.read(lambda c: c.execute(line).scalar_one())
    assert consult is not None
    person.window.open_encounter(Id(consult))
    person.settle()
    page = person.window.page
    assert isinstance(page, SignedConsultPage)
    for show, title in ((page.print_note, "Nota médica"), (page.print_prescription, "Receta")):
        shown = seen_and_closed(person)
        show()
        person.wait_until(lambda shown=shown: bool(shown))  # type: ignore[misc]
        assert title in first_page(shown[0])
