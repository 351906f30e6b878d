"""How many keys the everyday tasks take on the real window: the ceilings of the product, as assertions."""

from __future__ import annotations

from pathlib import Path

import pytest
from driver import Person

from ces_desktop.data import vault
from ces_desktop.services import clinic
from ces_desktop.services.demo import PASSPHRASE as DEMO_PASSPHRASE
from ces_desktop.services.demo import create_demo
from ces_desktop.ui.pages.patient_page import PatientPage


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
