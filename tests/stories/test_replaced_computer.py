"""A clinic's computer is stolen: the new one, from the first-run wizard to the register of the old one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from builders import assert_proved, register
from driver import PASSPHRASE, Person
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from test_network_round import COPY, INVITE, RECEIVE, SAFE, Machine, Valley, people, press, read, shown, valley

from ces_desktop.data import vault
from ces_desktop.sync import exchange, hub, outbox, snapshot, stick
from ces_desktop.ui.dialogs.whole_copy import WholeCopyDialog
from ces_desktop.ui.entry.wizard import Wizard
from ces_desktop.ui.entry.wizard_sheets import SheetStep
from ces_desktop.ui.pages.stick_page import StickPage
from ces_desktop.ui.widgets import Text

__all__ = ["valley"]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "calibrate", lambda *_: vault.CHEAPEST)


def network_of(valley: Valley) -> tuple[Machine, Machine]:
    """A hub and a clinic's computer that was admitted; three people are registered and known at the hub."""
    office, first = valley.machine("centro", "HUB", "hub"), valley.machine("primera", "LET")
    with valley.at(office) as person:
        opened = person.window.opened
        assert opened is not None
        hub.found_hub(opened.database, opened.actor, "Red inventada")
        person.press("F9")
        press(person, INVITE)
    with valley.at(first) as person:
        opened = person.window.opened
        assert opened is not None
        for number in (1, 2, 3):
            register(opened.database, opened.actor, number)
        person.window.open_page("usb")
        person.settle()
        press(person, RECEIVE)
        person.press("F9")
    with valley.at(office) as person:
        person.press("F9", "F9", "Alt+1")
        person.answer_with("Space", "F9")
        press(person, "Comparar y admitir a LET")
        person.press("F9", "F9")
    with valley.at(first) as person:
        person.window.open_page("usb")
        person.settle()
        press(person, RECEIVE)
    return office, first


def new_computer(valley: Valley, name: str) -> tuple[Person, Machine]:
    """Through the wizard, as a clinic's new or replacement computer, to the page of the stick."""
    place = valley.root / name
    valley.patch.setenv("CES_DESKTOP_STATE", str(place / "state"))
    person = Person(valley.app, place / "data")
    person.application.start()
    person.settle()
    wizard = person.application._view
    assert isinstance(wizard, Wizard)
    person.press("Down")
    assert wizard.answers.way == "join"
    person.press("F9")
    person.wait_until(lambda: not wizard.jobs.running)
    said = " ".join(label.text() for label in wizard.findChildren(Text) if label.isVisible())
    assert "Red: Red inventada" in said
    person.press("F9")
    person.type("Letre")
    person.press("Enter", "F9")
    person.type("Dr. Nuevo Inventado")
    person.press("F9")
    person.type(PASSPHRASE)
    person.press("Enter")
    person.type(PASSPHRASE)
    person.press("F9")
    person.wait_until(lambda: isinstance(wizard.step, SheetStep))
    group = wizard.answers.made[0][1].groups[wizard._group - 1]
    person.press("Tab")
    person.type(group)
    person.press("F9")
    person.wait_until(lambda: person.application.window is not None)
    assert isinstance(person.window.page, StickPage)
    return person, Machine(place, "LET")


def in_the_copy(person: Person, keys: Callable[[WholeCopyDialog], None]) -> list[str]:
    """What the dialog of the whole copy says after some keys; they are pressed once it is open."""
    said: list[str] = []

    def act() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, WholeCopyDialog) or QApplication.activeWindow() is not dialog:
            QTimer.singleShot(20, act)
            return
        person.settle()
        said.append(" ".join(label.text() for label in dialog.findChildren(Text) if label.isVisible()))
        keys(dialog)

    QTimer.singleShot(20, act)
    return said


@pytest.mark.covers("B1")
def test_a_stolen_computer_is_replaced_from_the_wizard_to_the_register(valley: Valley) -> None:
    office, _ = network_of(valley)
    person, fresh = new_computer(valley, "nueva")
    words = read(person, exchange.status).words  # type: ignore[attr-defined]
    assert words in shown(person) and "con su respuesta llega todo lo de la clínica" in shown(person)
    person.leave()
    with valley.at(office) as person:
        person.press("F9", "F9", "Alt+1")
        person.answer_with("Space", "F9")
        press(person, "Comparar y admitir a LET")
        valley.insert("memoria-nueva")
        told: list[str] = []

        def write(dialog: WholeCopyDialog) -> None:
            person.press("F9")
            told.append(" ".join(label.text() for label in dialog.findChildren(Text) if label.isVisible()))
            person.press("F9")

        said = in_the_copy(person, write)
        press(person, COPY)
        assert "Computadora 1" in said[0] and "Computadora 2" in said[0] and SAFE in told[0]
    with valley.at(fresh) as person:
        person.window.open_page("usb")
        person.settle()
        assert people(person) == []
        press(person, RECEIVE)
        opened = person.window.opened
        assert opened is not None and people(person) == ["LET0000001", "LET0000002", "LET0000003"]
        assert SAFE in shown(person) and opened.database.read(exchange.status).certified
        register(opened.database, opened.actor, 9)
        assert people(person)[-1] == "LET1000009"
        assert_proved(opened.database)


def test_a_stick_pulled_out_before_the_end_of_the_wizard_stops_nobody(valley: Valley) -> None:
    network_of(valley)
    valley.patch.setattr(exchange, "export", _pulled_out)
    person, _ = new_computer(valley, "nueva")
    said = " ".join(label.text() for label in person.window.findChildren(Text) if label.isVisible())
    assert "La memoria se retiró antes de terminar." in said
    assert read(person, exchange.status).enrolled  # type: ignore[attr-defined]
    valley.patch.undo()
    person.leave()


def _pulled_out(*_: object) -> None:
    from ces_desktop.errors import Unavailable

    raise Unavailable("stick.missing")


def test_a_copy_that_is_stopped_leaves_nothing_on_the_stick(
    valley: Valley, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, _ = network_of(valley)
    valley.insert("memoria-nueva")
    monkeypatch.setattr(outbox, "PART_LIMIT", 1)
    with valley.at(office) as person:
        written = snapshot.exchange.stick.put

        def stopped_after_one(place: stick.FolderPlace, name: str, data: bytes) -> None:
            written(place, name, data)
            dialog = QApplication.activeModalWidget()
            assert isinstance(dialog, WholeCopyDialog) and dialog._job is not None
            dialog._job.cancel()

        monkeypatch.setattr(stick, "put", stopped_after_one)
        told: list[str] = []

        def write(dialog: WholeCopyDialog) -> None:
            person.press("F9")
            told.append(" ".join(label.text() for label in dialog.findChildren(Text) if label.isVisible()))
            person.press("Esc")

        in_the_copy(person, write)
        press(person, COPY)
        assert "Se detuvo." in told[0]
        assert [path for path in valley.stick.rglob("*") if path.is_file()] == []
