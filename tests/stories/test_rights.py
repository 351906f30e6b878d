"""Whoever may not see people reaches no page that shows them, by no key and no link."""

from __future__ import annotations

from pathlib import Path

import pytest
from driver import PASSPHRASE, Person
from PySide6.QtWidgets import QMessageBox

from ces_desktop.data import vault
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.services import clinic
from ces_desktop.ui import places
from ces_desktop.ui.pages.today_page import TodayPage

SOMEBODY = Id(bytes(16))


@pytest.mark.parametrize(
    "key", ["patients", "patient", "rescue", "households", "indicators", "duplicates", "registration", "edit_patient"]
)
def test_who_leads_and_treats_nobody_is_told_so(person: Person, root: Path, key: str) -> None:
    new = clinic.NewClinic("CAP", "El Mirador", "Lic. Prueba Inventada", PASSPHRASE, frozenset({Role.LEAD}))
    folder, user, _ = clinic.create(root, new, cost=vault.CHEAPEST)
    person.application.enter(clinic.open_clinic(folder, user, PASSPHRASE))
    person.settle()
    person.window.go_to(key, (SOMEBODY,))
    told = person.window.findChild(QMessageBox, "failure")
    assert told is not None and told.isVisible()
    told.accept()
    printed: list[str] = []
    places.preview(person.window, "", lambda: printed.append("") or b"", "x.pdf", SOMEBODY)
    told.accept()
    person.settle()
    assert isinstance(person.window.page, TodayPage) and printed == []
