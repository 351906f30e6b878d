"""One round of a network, by keyboard: a clinic, the hub on a server, a mentor, the clinic's second laptop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from builders import assert_proved, register
from driver import PASSPHRASE, Person
from PySide6.QtWidgets import QApplication
from sqlalchemy import select

from ces_desktop.data import drives, vault
from ces_desktop.data.models import PatientRecord
from ces_desktop.domain.access import CLINIC_ROLES, HUB_ROLES, MENTOR_ROLES
from ces_desktop.services import clinic
from ces_desktop.sync import exchange, hub
from ces_desktop.sync.network_state import network_state
from ces_desktop.ui.pages.network_page import NetworkPage
from ces_desktop.ui.widgets import Text

SAFE = "Ya puede retirar la memoria."
ROLES = {"clinic": CLINIC_ROLES, "hub": HUB_ROLES, "mentor": MENTOR_ROLES}
RECEIVE, INVITE = "Recibir de la memoria", "Escribir la invitación"
COPY = "Memoria para otra computadora"


@dataclass(slots=True)
class Machine:
    """A computer: its data, its state outside them, the installation on it."""

    place: Path
    prefix: str


@dataclass(slots=True)
class Valley:
    """The computers, and the stick that is inserted wherever one sits."""

    app: QApplication
    root: Path
    patch: pytest.MonkeyPatch
    stick: Path

    def machine(self, name: str, prefix: str, kind: str = "clinic", server: str = "") -> Machine:
        """A computer with a fresh installation."""
        place = self.root / name
        self.patch.setenv("CES_DESKTOP_STATE", str(place / "state"))
        new = clinic.NewClinic(
            prefix, f"Inventada {name}", "Lic. Prueba", PASSPHRASE, ROLES[kind], kind=kind, server=server
        )
        clinic.create(place / "data", new, cost=vault.CHEAPEST)
        return Machine(place, prefix)

    @contextmanager
    def at(self, machine: Machine) -> Iterator[Person]:
        """Sit down at a computer."""
        self.patch.setenv("CES_DESKTOP_STATE", str(machine.place / "state"))
        someone = Person(self.app, machine.place / "data")
        someone.open(machine.place / "data", machine.prefix)
        try:
            yield someone
        finally:
            someone.leave()

    def insert(self, name: str) -> None:
        """Another stick."""
        self.stick = self.root / name
        self.stick.mkdir(exist_ok=True)


@pytest.fixture
def valley(qapp: QApplication, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Valley:
    """Nothing but a stick."""
    made = Valley(qapp, tmp_path, monkeypatch, tmp_path)
    made.insert("memoria-clinica")
    monkeypatch.setattr(drives, "inserted", lambda: [drives.drive(made.stick)])
    return made


def shown(person: Person) -> str:
    """All words of the page."""
    page = person.window.page
    assert page is not None
    return " ".join(label.text() for label in page.findChildren(Text) if label.isVisible())


def press(person: Person, words: str) -> None:
    """Go to a button and press it."""
    person.go_to(words)
    person.press("Space")


def read(person: Person, query: Callable[..., object]) -> object:
    opened = person.window.opened
    assert opened is not None
    return opened.database.read(query)


def people(person: Person) -> list[str]:
    """Record numbers held here."""
    p = PatientRecord
    found = read(person, lambda c: c.execute(select(p.human_id).order_by(p.human_id)).scalars().all())
    assert isinstance(found, list)
    return found


@pytest.mark.covers("B1")
def test_from_a_clinic_over_the_hub_and_a_mentor_to_the_second_laptop(valley: Valley, postgres_url: str) -> None:
    """The hub lies on a real server; nobody carries anything but sticks; the second laptop meets only the mentor."""
    office = valley.machine("centro", "HUB", "hub", postgres_url)
    first, mentor = valley.machine("primera", "CAP"), valley.machine("mentoria", "MEN", "mentor")
    with valley.at(office) as person:
        opened = person.window.opened
        assert opened is not None and "La red aún no está fundada." in shown(person)
        hub.found_hub(opened.database, opened.actor, "Red inventada")
        person.press("F9")
        press(person, INVITE)
        assert SAFE in shown(person)
    with valley.at(first) as person:
        opened = person.window.opened
        assert opened is not None
        register(opened.database, opened.actor, 1)
        person.window.open_page("usb")
        person.settle()
        press(person, RECEIVE)
        person.press("F9")
        words_first = read(person, exchange.status).words  # type: ignore[attr-defined]
        assert SAFE in shown(person) and words_first in shown(person)
    with valley.at(mentor) as person:
        person.press("F9")
        press(person, RECEIVE)
        person.press("F9")
        assert SAFE in shown(person)
    with valley.at(office) as person:
        person.press("F9", "F9")
        assert "2 computadoras piden ser admitidas." in shown(person)
        person.press("Alt+1")
        assert words_first in shown(person)
        person.answer_with("Space", "F9")
        press(person, "Comparar y admitir a CAP")
        person.answer_with("Space", "Tab", "Space", "F9")
        press(person, "Comparar y admitir a MEN")
        person.press("F9", "F9")
        assert "2 respuestas escritas" in shown(person) and people(person) == ["CAP0000001"]

    second = valley.machine("segunda", "CAP")
    with valley.at(second) as person:
        person.window.open_page("usb")
        person.settle()
        press(person, RECEIVE)
        person.press("F9")
        assert people(person) == []
    with valley.at(office) as person:
        person.press("F9", "F9", "Alt+1")
        person.answer_with("Space", "F9")
        press(person, "Comparar y admitir a CAP")
    valley.insert("memoria-mentoria")
    with valley.at(mentor) as person:
        person.press("F9", "F9")
    with valley.at(office) as person:
        person.press("F9", "F9")
        assert "1 respuesta escrita" in shown(person)
    with valley.at(mentor) as person:
        person.press("F9")
        press(person, RECEIVE)
        assert people(person) == ["CAP0000001"]
        valley.insert("memoria-segunda")
        person.press("Alt+1")
        page = person.window.page
        assert isinstance(page, NetworkPage) and page.table.records.cell_at(0, 1).words() == "hoy"
        person.answer_with("Tab", "F9", "F9")
        press(person, COPY)
    with valley.at(second) as person:
        person.window.open_page("usb")
        person.settle()
        press(person, RECEIVE)
        opened = person.window.opened
        assert opened is not None and people(person) == ["CAP0000001"]
        assert opened.database.read(exchange.status).certified and opened.database.installation.slot == 1
        register(opened.database, opened.actor, 7)
        person.press("F9")
        assert_proved(opened.database)
    with valley.at(mentor) as person:
        person.press("F9")
        press(person, RECEIVE)
        valley.insert("memoria-mentoria")
        person.press("Alt+1", "F9", "F9")
    with valley.at(office) as person:
        person.press("F9", "F9", "Alt+1")
        opened = person.window.opened
        assert opened is not None and people(person) == ["CAP0000001", "CAP1000007"]
        (site,) = opened.database.read(network_state).sites
        assert (site.devices, site.people, site.aside) == (2, 2, 0)
        assert_proved(opened.database)
