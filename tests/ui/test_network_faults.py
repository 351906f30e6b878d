"""The hub's dialogs when something fails: what was typed stands, the sentence says why, a second Enter does nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import test_hub_stick_faults
from builders import register
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from test_hub_stick_faults import Office, words

from ces_desktop.errors import Unavailable
from ces_desktop.sync import exchange, gaps, hub, outbox, stick
from ces_desktop.sync.network_state import network_state
from ces_desktop.ui.dialogs import network as dialogs
from ces_desktop.ui.hub_round import take_in_and_answer
from ces_desktop.ui.messages.network import late, silence
from ces_desktop.ui.pages.network_page import NetworkPage
from ces_desktop.ui.widgets import Button

office = test_hub_stick_faults.office
WHY = "cayó al río con su memoria"
LOST = "Declarar perdido"


@pytest.fixture
def network(office: Office, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> NetworkPage:
    """The page of the network; a clinic's later parts came without the first."""
    laptop, there = office.laptop, office.supervisor
    hub.answer(there.database, there.actor, office.usb, [laptop.database.installation.device])
    exchange.import_files(laptop.database, laptop.actor, stick.found(office.usb))
    office.empty()
    for number in (2, 3):
        register(laptop.database, laptop.actor, number)
    with monkeypatch.context() as small:
        small.setattr(outbox, "PART_LIMIT", 1)
        exchange.export(laptop.database, laptop.actor, office.usb)
    first, *_ = stick.found(office.usb)
    for path in office.usb.rglob(first.name):
        path.unlink()
    take_in_and_answer(office.supervisor, office.usb)
    page = NetworkPage(office.desk, office.supervisor)
    qtbot.addWidget(page)
    office.desk.show(page)
    page.activateWindow()
    return page


def in_dialog(keys: Callable[[dialogs.ReasonDialog], None]) -> None:
    """Once the next dialog is open: do this in it."""

    def act() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, dialogs.ReasonDialog) or not dialog.isVisible():
            QTimer.singleShot(20, act)
            return
        try:
            keys(dialog)
        finally:
            dialog.reject()  # what fails here must not wait for ever in its dialog

    QTimer.singleShot(20, act)


def lost_button(page: NetworkPage) -> Button:
    return next(b for b in page.findChildren(Button) if b.isVisible() and b.accessibleName() == LOST)


def test_a_reason_that_could_not_be_kept_is_asked_again_as_it_was_typed(
    office: Office, network: NetworkPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def fails(*_: object) -> int:
        raise Unavailable("hub.unreachable")

    def type_it(dialog: dialogs.ReasonDialog) -> None:
        assert isinstance(dialog, dialogs.LostDialog)
        dialog.nobody.setChecked(True)
        dialog.reason.control.setText(WHY)
        in_dialog(again)
        dialog.primary.click()

    def again(dialog: dialogs.ReasonDialog) -> None:
        assert isinstance(dialog, dialogs.LostDialog)
        said.append(f"{dialog.reason.complaint()} {dialog.reason.control.text()}")
        assert dialog.nobody.isChecked()
        monkeypatch.setattr(gaps, "declare", real)
        dialog.primary.click()

    real = gaps.declare
    monkeypatch.setattr(gaps, "declare", fails)
    in_dialog(type_it)
    lost_button(network).click()
    office.desk.settle()
    assert said == [f"El servidor del centro no responde. No se perdió nada; intente de nuevo. {WHY}"]
    assert WHY in words(network) and office.supervisor.database.read(gaps.lacking) == {}


def test_escape_leaves_all_as_it_was_and_a_second_enter_declares_nothing_twice(
    office: Office, network: NetworkPage
) -> None:
    def leave(dialog: dialogs.ReasonDialog) -> None:
        dialog.reason.control.setText(WHY)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    in_dialog(leave)
    lost_button(network).click()
    office.desk.settle()
    assert office.supervisor.database.read(gaps.declared) == {} and lost_button(network).isEnabled()

    def twice(dialog: dialogs.ReasonDialog) -> None:
        assert isinstance(dialog, dialogs.LostDialog)
        dialog.nobody.setChecked(True)
        dialog.reason.control.setText(WHY)
        dialog.reason.setFocus()
        for _ in range(2):
            QTest.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Return)
        for _ in range(2):
            dialog.primary.click()

    in_dialog(twice)
    lost_button(network).click()
    office.desk.settle()
    assert len(office.desk.toasts) == 1 and office.desk.told == []
    (gone,) = office.supervisor.database.read(gaps.declared).values()
    assert (gone.lost, gone.why) == (1, WHY)


def test_what_came_meanwhile_is_told_and_asks_for_nothing(office: Office, network: NetworkPage, tmp_path: Path) -> None:
    """Another bundle healed it while the dialog was open."""
    again = tmp_path / "again"
    again.mkdir()

    def answer(dialog: dialogs.ReasonDialog) -> None:
        assert isinstance(dialog, dialogs.LostDialog)
        dialog.nobody.setChecked(True)
        dialog.reason.control.setText(WHY)
        exchange.export(office.laptop.database, office.laptop.actor, again)
        exchange.import_files(office.supervisor.database, office.supervisor.actor, stick.found(again))
        dialog.primary.click()

    in_dialog(answer)
    lost_button(network).click()
    office.desk.settle()
    assert [failure.code for failure in office.desk.told] == ["sync.nothing_lacks"]
    assert office.supervisor.database.read(gaps.declared) == {}


def test_with_this_clock_in_2000_no_day_is_counted_from_it(
    office: Office, network: NetworkPage, qtbot: QtBot
) -> None:
    then = date(2000, 1, 1)
    state = office.supervisor.database.read(network_state)
    (site,) = state.sites
    (lack,) = state.lacks.values()
    dialog = dialogs.LostDialog(network, site, lack, then)
    assert " el " in dialog.text.text() and "en 2" not in dialog.text.text()
    assert silence(site.last_bundle, then) == ("unknown", "Revise la fecha") and late(state.sites, then) == []
    database = office.supervisor.database
    real = database.clock
    hub.revoke(database, office.supervisor.actor, state.laptops[0].device, "prueba")
    register(database, office.supervisor.actor, 90)
    database.clock = lambda: 946_728_000_000
    page = office.sticks(qtbot)
    assert "El reloj está atrasado" in words(page) and "Corrija la fecha" in words(page)
    network.reload()
    office.desk.settle()
    assert "en 26" not in words(network)
    database.clock = real
