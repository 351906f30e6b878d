"""A stick goes to the supervisor and back: the clinic's side by keyboard, in the clinic's words."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import assert_proved, register
from driver import PASSPHRASE, Person
from sqlalchemy import select

from ces_desktop.data import drives, vault
from ces_desktop.data.models import PatientRecord
from ces_desktop.domain.access import CLINIC_ROLES, Role
from ces_desktop.services import clinic
from ces_desktop.sync import exchange, hub, stick
from ces_desktop.ui.pages.stick_page import StickPage
from ces_desktop.ui.widgets import InlineNote

SAFE = "Ya puede retirar la memoria."


def notes(person: Person) -> str:
    """What the page says of the last work."""
    page = person.window.page
    assert isinstance(page, StickPage)
    held = [item.widget() for n in range(page.notes.count()) if (item := page.notes.itemAt(n)) is not None]
    return " ".join(f"{w.title.text()} {w.text.text()}" for w in held if isinstance(w, InlineNote))


@pytest.mark.covers("B1")
def test_a_stick_goes_to_the_supervisor_and_back(
    person: Person, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invitation in, bundle out with two keys, six words compared, certificate and confirmation back."""
    usb = tmp_path / "CES-02"
    usb.mkdir()
    monkeypatch.setattr(drives, "inserted", lambda: [drives.drive(usb)])
    roles = frozenset({*CLINIC_ROLES, Role.ADMINISTRATOR})
    new = clinic.NewClinic("HUB", "Supervisión inventada", "Lic. Prueba", PASSPHRASE, roles, kind="hub")
    folder, user, _ = clinic.create(tmp_path / "hub", new, cost=vault.CHEAPEST)
    supervisor = clinic.open_clinic(folder, user, PASSPHRASE)
    there, who = supervisor.database, supervisor.actor
    hub.found_hub(there, who, "Red inventada")
    hub.invite(there, who, usb)

    person.enter(root)
    opened = person.window.opened
    assert opened is not None
    register(opened.database, opened.actor)
    person.press("F2")
    person.type(">intercambio")
    person.press("Enter")
    person.go_to("Recibir de la memoria")
    person.press("Space")
    assert SAFE in notes(person)
    before = person.keys
    person.press("F9")
    assert SAFE in notes(person) and person.keys - before <= 10

    (arrived,) = exchange.import_files(there, who, stick.found(usb))
    assert arrived.failure is not None and arrived.failure.code == "sync.unknown_device"
    (asked,) = there.read(hub.requests)
    assert asked.words == opened.database.read(exchange.status).words
    hub.certify(there, who, asked.device)
    hub.answer(there, who, usb, [asked.device])

    person.go_to("Recibir de la memoria")
    person.press("Space")
    status = opened.database.read(exchange.status)
    assert SAFE in notes(person) and status.certified and status.waiting == 0 and status.words is None
    assert person.window.top.usb.shown_text() == "USB: hoy"
    assert there.read(lambda c: c.execute(select(PatientRecord.human_id)).scalars().all()) == ["CAP0000001"]
    assert_proved(there)
    assert_proved(opened.database)
    supervisor.close()
