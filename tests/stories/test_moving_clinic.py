"""Somebody moves to another clinic: a copy is written, received there, and registered with one key."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from builders import assert_proved, register
from driver import PASSPHRASE, Person
from supervised import Supervisor, machine, supervisor

from ces_desktop.data import vault
from ces_desktop.data.models import AllergyRecord, EncounterRecord
from ces_desktop.data.queries.number_clashes import aliases
from ces_desktop.domain.access import CLINIC_ROLES
from ces_desktop.services import clinic, patients_status
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.services.patients_status import StatusRequest
from ces_desktop.sync import exchange
from ces_desktop.ui.hub_round import take_in_and_answer
from ces_desktop.ui.pages.patient_page import PatientPage
from ces_desktop.ui.pages.received_page import ReceivedPage
from ces_desktop.ui.widgets import Text


def shown(person: Person) -> str:
    return " | ".join(text.text() for text in person.window.findChildren(Text) if text.isVisible())


def other_clinic(root: Path) -> OpenClinic:
    with machine(root / "state"):
        new = clinic.NewClinic("RHO", "Río Hondo", "Dra. Ejemplo Inventada", PASSPHRASE, CLINIC_ROLES)
        folder, user, _ = clinic.create(root / "data", new, cost=vault.CHEAPEST)
        return clinic.open_clinic(folder, user, PASSPHRASE)


def at_hub(hub: Supervisor) -> None:
    with machine(hub.state):
        take_in_and_answer(hub.opened, hub.usb)


@pytest.mark.covers("B1")
def test_a_person_moves_to_another_clinic(
    person: Person, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = supervisor(tmp_path / "hub", tmp_path / "CES-02", monkeypatch.setattr)
    there = other_clinic(tmp_path / "rho")
    with machine(tmp_path / "rho" / "state"):
        hub.enrol(there)
    person.enter(root)
    here = person.window.opened
    assert here is not None
    hub.enrol(here)
    hub.empty()
    patient = register(here.database, here.actor, 1)

    def care(work: Any) -> None:
        work.add(AllergyRecord(
            id=work.new_id(), patient=patient, state="present", substance="penicilina", happened_on="2026-01-16",
        ))  # fmt: skip
        work.add(EncounterRecord(
            id=work.new_id(), patient=patient, kind="consult", happened_on="2026-02-01", plan="Dieta baja en sal",
        ))  # fmt: skip

    here.database.write(care, here.actor)
    request = StatusRequest(patient, "moved", "2026-03-01", place="Río Hondo")
    here.database.write(partial(patients_status.set_status, request=request), here.actor)
    person.window.open_patient(patient)
    person.settle()
    person.answer_with("R", "H", "O", "F9")
    person.go_to("Escribir la copia para la otra clínica")
    person.press("Space")
    assert "La copia para RHO está en la memoria" in shown(person)
    assert_proved(here.database)

    person.application.sign_out()
    with machine(tmp_path / "rho" / "state"):
        person.application.enter(there)
        person.settle()
        person.window.open_page("usb")
        person.settle()
        person.go_to("Recibir de la memoria")
        person.press("Space")
        assert "1 expediente de otra clínica espera." in shown(person)
        person.go_to("Revisar")
        person.press("Space")
        assert isinstance(person.window.page, ReceivedPage)
        assert "penicilina" in shown(person) and "Dieta baja en sal" in shown(person)
        person.press("F9")
        page = person.window.page
        assert isinstance(page, PatientPage)
        assert "En El Mirador el número de esta persona era CAP0000001." in shown(person)
        held = there.database.read(
            partial(aliases, clinic=there.database.installation.clinic, patient=page.patient)
        )
        assert [(a.number, a.origin, a.place) for a in held] == [("CAP0000001", "other_clinic", "El Mirador")]
        person.window.open_page("received")
        person.settle()
        person.press("Enter")
        assert isinstance(person.window.page, PatientPage)
        person.press("Ctrl+Z")
        person.window.open_page("received")
        person.settle()
        with_alike = register(there.database, there.actor, 30)
        person.press("F9")
        page = person.window.page
        assert isinstance(page, ReceivedPage) and page.take.accessibleName() == "Registrar de todos modos"
        person.go_to("Es esta persona")
        person.press("Space")
        page = person.window.page
        assert isinstance(page, PatientPage) and page.patient == with_alike
        assert_proved(there.database)
        exchange.export(there.database, there.actor, hub.usb)
    at_hub(hub)
    hub.empty()
    person.application.sign_out()
    person.open(root)
    person.window.open_patient(patient)
    person.settle()
    assert "Se escribió una copia para RHO" in shown(person) and "Aún no se sabe si llegó" in shown(person)
    person.window.open_page("usb")
    person.settle()
    person.press("F9")
    at_hub(hub)
    person.go_to("Recibir de la memoria")
    person.press("Space")
    assert "La supervisión dijo qué fue de quien se mudó." in shown(person)
    person.window.open_patient(patient)
    person.settle()
    assert "Río Hondo (RHO) recibió el expediente" in shown(person)
    assert "Allá la persona tiene el número RHO0000030." in shown(person)
    assert person.window.opened is not None
    person.window.opened.close()
    hub.opened.close()
