"""The prescription of the consult just signed is one key away, and never that of somebody else."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from driver import Person
from PySide6.QtWidgets import QApplication
from test_keys_consult import clinic_with, signed
from test_keys_reports import seen_and_closed

from ces_desktop.ui.pages.consult_page import ConsultPage
from ces_desktop.ui.pages.consult_signed import SignedConsultPage
from ces_desktop.ui.pages.patient_page import PatientPage


def words(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(document[0].get_textpage().get_text_bounded().split())


def sign(person: Person, letters: str, *, renew: bool) -> None:
    """A follow-up from the search to the signature."""
    person.press("F2")
    person.type(letters)
    person.press("Ctrl+Enter")
    assert isinstance(person.window.page, ConsultPage)
    person.type("12880")
    if renew:
        person.press("Ctrl+R")
    person.press("F9")
    person.type("b")
    person.press("F9")
    assert isinstance(person.window.page, PatientPage)


@pytest.mark.covers("P6")
def test_one_key_after_signing_shows_the_prescription(person: Person, root: Path, spanish: None) -> None:
    clinic_with(person, root, "hypertension")
    sign(person, "lo pe ma", renew=True)
    strip = person.window.toast_strip
    assert strip.isVisible() and "Imprimir la receta  Ctrl+P" in strip.accessibleName()
    shown = seen_and_closed(person)
    person.keys = 0
    person.press("Ctrl+P")
    person.wait_until(lambda: bool(shown))
    assert person.keys == 1
    said = words(shown[0])
    assert "Receta" in said and "LÓPEZ PÉREZ, María Elena" in said and "Losart" in said
    assert strip.offer is None, "what was taken is not offered again"


@pytest.mark.covers("P6")
def test_it_is_not_offered_beside_somebody_else_nor_without_medicines(
    person: Person, root: Path, spanish: None
) -> None:
    care, who = clinic_with(person, root, "hypertension")
    other = care.person("hypertension", given="Hermelindo", paternal="Díaz", maternal="Roblero", birth="1950-03-02")
    sign(person, "lo pe ma", renew=True)
    strip = person.window.toast_strip
    assert strip.offer is not None and strip.offer.about == who
    person.window.open_patient(other)
    person.settle()
    assert strip.offer is None and "Ctrl+P" not in strip._offered.text()
    sign(person, "di ro he", renew=False)
    assert strip.isVisible() and strip.offer is None
    (visit,) = signed(care, other)
    person.window.open_encounter(visit.id)
    person.settle()
    page = person.window.page
    assert isinstance(page, SignedConsultPage)
    shown = seen_and_closed(person)
    person.press("F8")
    person.wait_until(lambda: bool(shown))
    assert "Nota médica" in words(shown[0]) and QApplication.activePopupWidget() is None
