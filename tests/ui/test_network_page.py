"""The hub's two pages and a clinic's stick page over one stick: admitted, refused, revoked; files told one by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from builders import assert_proved, register
from clipping import clipped
from desk_double import DeskDouble
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from ces_desktop import i18n
from ces_desktop.data import drives, vault
from ces_desktop.domain.access import CLINIC_ROLES, HUB_ROLES
from ces_desktop.services import clinic
from ces_desktop.services.clinic import NewClinic, OpenClinic
from ces_desktop.sync import exchange, hub
from ces_desktop.sync.network_state import network_state
from ces_desktop.ui.desk import Page
from ces_desktop.ui.dialogs import network as dialogs
from ces_desktop.ui.dialogs.network_key import FoundDialog
from ces_desktop.ui.hub_round import take_in_and_answer
from ces_desktop.ui.pages.between_page import BetweenPage
from ces_desktop.ui.pages.hub_stick_page import HubStickPage
from ces_desktop.ui.pages.network_page import NetworkPage
from ces_desktop.ui.pages.stick_page import StickPage
from ces_desktop.ui.widgets import Button, Text

PHRASE = "nube azul sobre la milpa"
SAFE = "You can remove the stick now."


def made(root: Path, prefix: str, kind: str = "clinic") -> OpenClinic:
    roles = HUB_ROLES if kind == "hub" else CLINIC_ROLES
    new = NewClinic(prefix, f"Inventada {prefix}", "Lic. Prueba Inventada", PHRASE, roles, kind=kind)
    folder, user, _ = clinic.create(root, new, cost=vault.CHEAPEST)
    return clinic.open_clinic(folder, user, PHRASE)


@pytest.fixture
def supervisor(clinic_folder: Any) -> Iterator[OpenClinic]:
    i18n.use("en")
    opened = made(clinic_folder.data, "HUB", "hub")
    hub.found_hub(opened.database, opened.actor, "Red inventada")
    yield opened
    opened.close()


@pytest.fixture
def laptop(clinic_folder: Any) -> Iterator[OpenClinic]:
    opened = made(clinic_folder.data, "CAP")
    register(opened.database, opened.actor)
    yield opened
    opened.close()


@pytest.fixture
def usb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one stick that is inserted."""
    place = tmp_path / "CES-02"
    place.mkdir()
    monkeypatch.setattr(drives, "inserted", lambda: [drives.drive(place)])
    return place


def shown(page: Page, opened: OpenClinic, qtbot: QtBot) -> DeskDouble:
    desk = page.desk
    assert isinstance(desk, DeskDouble) and opened is not None
    qtbot.addWidget(page)
    desk.show(page)
    return desk


def words(page: Page) -> str:
    return " ".join(label.text() for label in page.findChildren(Text) if label.isVisible())


def answering(monkeypatch: pytest.MonkeyPatch, kind: type[QDialog], answer: object) -> None:
    """The person's answer to the next dialog of a kind; what it refuses first is tested by itself."""
    monkeypatch.setattr(kind, "ask", lambda self: answer(self) if callable(answer) else answer)


def admit(page: NetworkPage, desk: DeskDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    def compare(dialog: dialogs.AdmitDialog) -> object:
        assert dialog.answer() is None and dialog.compared.complaint()
        dialog.same.setChecked(True)
        return dialog.answer()

    answering(monkeypatch, dialogs.AdmitDialog, compare)
    (asked,) = page._state.requests if page._state is not None else ()
    page.admit(asked)
    desk.settle()


def test_from_the_invitation_to_the_first_confirmation(
    laptop: OpenClinic, supervisor: OpenClinic, usb: Path, dressed: QApplication, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Three pages on one stick: invitation, request, six words, certificate, nothing left to confirm."""
    here = StickPage(DeskDouble(laptop.database, laptop.actor), laptop)
    sticks = HubStickPage(DeskDouble(supervisor.database, supervisor.actor), supervisor)
    network = NetworkPage(DeskDouble(supervisor.database, supervisor.actor), supervisor)
    desk, there = shown(here, laptop, qtbot), shown(sticks, supervisor, qtbot)
    office = shown(network, supervisor, qtbot)
    assert "No clinic yet." in words(network) and "0 clinics" in words(network)
    sticks.invite_now()
    there.settle()
    assert SAFE in words(sticks)
    here.receive_now()
    desk.settle()
    six = laptop.database.read(exchange.status).words
    assert six is not None and six in words(here)
    here.primary()
    desk.settle()
    sticks.primary()
    there.settle()
    assert "waits until the hub certifies it" in words(sticks) and "1 laptop asks" in words(sticks)
    network.reload()
    office.settle()
    assert six in words(network) and "A laptop of CAP asks to be admitted" in words(network)
    admit(network, office, monkeypatch)
    assert office.toasts and "CAP is admitted" in office.toasts[-1][0]
    assert "Inventada CAP" in network.table.records.cell_at(0, 0).words() and "Laptop 1" in words(network)
    sticks.primary()
    there.settle()
    assert "1 answer written" in words(sticks) and "Inventada CAP (CAP)" in words(sticks)
    here.receive_now()
    desk.settle()
    status = laptop.database.read(exchange.status)
    assert status.certified and status.waiting == 0
    assert_proved(supervisor.database)
    for each in (desk, there, office):
        each.close()


def test_refused_then_admitted_then_revoked_with_the_reason_listed(
    laptop: OpenClinic, supervisor: OpenClinic, usb: Path, dressed: QApplication, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    hub.invite(supervisor.database, supervisor.actor, usb)
    exchange.join(laptop.database, laptop.actor, usb / exchange.INVITATION)
    exchange.export(laptop.database, laptop.actor, usb)
    sticks = HubStickPage(DeskDouble(supervisor.database, supervisor.actor), supervisor)
    network = NetworkPage(DeskDouble(supervisor.database, supervisor.actor), supervisor)
    there, office = shown(sticks, supervisor, qtbot), shown(network, supervisor, qtbot)
    sticks.primary()
    there.settle()
    network.reload()
    office.settle()
    counts: list[tuple[str, int]] = []
    network.counted.connect(lambda key, count: counts.append((key, count)))
    answering(monkeypatch, dialogs.ReasonDialog, "Nadie la reconoce")
    (asked,) = supervisor.database.read(hub.requests)
    network.refuse(asked)
    office.settle()
    assert "was not admitted: Nadie la reconoce" in words(network) and counts[-1] == ("network", 0)
    admit(network, office, monkeypatch)
    register(laptop.database, laptop.actor, 2)
    (one,) = supervisor.database.read(network_state).laptops
    answering(monkeypatch, dialogs.ReasonDialog, "Robada en el camino")
    network.revoke(one)
    office.settle()
    assert "Robada en el camino" in words(network)
    exchange.export(laptop.database, laptop.actor, usb)
    sticks.primary()
    there.settle()
    network.reload()
    office.settle()
    (site,) = supervisor.database.read(network_state).sites
    assert site.people == 1 and site.reasons == (("revoked", site.aside),) and site.aside > 0
    assert "from a revoked laptop" in words(network)
    for each in (there, office):
        each.close()


def test_the_keys_stand_at_the_first_request_then_at_the_next_then_at_the_clinics(
    clinic_folder: Any, laptop: OpenClinic, supervisor: OpenClinic, usb: Path, dressed: QApplication, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    other = made(clinic_folder.data, "REF")
    hub.invite(supervisor.database, supervisor.actor, usb)
    for each in (laptop, other):
        exchange.join(each.database, each.actor, usb / exchange.INVITATION)
        exchange.export(each.database, each.actor, usb)
    take_in_and_answer(supervisor, usb)
    network = NetworkPage(DeskDouble(supervisor.database, supervisor.actor), supervisor)
    office = shown(network, supervisor, qtbot)
    answering(monkeypatch, dialogs.AdmitDialog, lambda dialog: dialogs.Admission(dialog._asked.device))
    asked = [one.prefix for one in network._state.requests] if network._state is not None else []
    for prefix in asked:
        focus = QApplication.focusWidget()
        assert isinstance(focus, Button) and focus.accessibleName() == f"Compare and admit {prefix}"
        focus.click()
        office.settle()
    assert len(asked) == 2 and QApplication.focusWidget() is network.table
    office.close()
    other.close()


def test_the_key_of_the_network_is_typed_at_once_and_a_wrong_group_names_no_tick(
    clinic_folder: Any, dressed: QApplication, qtbot: QtBot
) -> None:
    i18n.use("en")
    opened = made(clinic_folder.data, "HUB", "hub")
    desk = DeskDouble(opened.database, opened.actor)
    dialog = FoundDialog(None, desk.tasks, opened)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    dialog.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClicks(focus, "0000")
    dialog.primary.click()
    assert dialog.typed.complaint() == "Type group 3 as it is on the printed sheet."
    assert dialog.typed.control.text() == "0000"
    desk.close()
    opened.close()


def test_stopped_between_two_files_the_rest_is_counted_and_taken_the_next_time(
    supervisor: OpenClinic, usb: Path, dressed: QApplication, qtbot: QtBot
) -> None:
    for name in ("a", "b"):
        (usb / f"{name}.mbx").write_bytes(b"not a bundle")
    steps: list[int] = []
    done = take_in_and_answer(supervisor, usb, lambda n, of: steps.append(n), lambda: bool(steps))
    assert (len(done.arrived), done.unread, done.answers) == (1, 1, ())
    page = HubStickPage(DeskDouble(supervisor.database, supervisor.actor), supervisor)
    desk = shown(page, supervisor, qtbot)
    page._taken(done)
    desk.settle()
    assert "1 file not read" in words(page) and SAFE in words(page)
    page.primary()
    desk.settle()
    assert words(page).count("not a bundle of this program") == 2 and page.answer.isEnabled()
    desk.close()


@pytest.mark.parametrize("size", [(1286, 712), (944, 544)])
def test_nothing_is_clipped(
    laptop: OpenClinic, supervisor: OpenClinic, usb: Path, dressed: QApplication, qtbot: QtBot, size: tuple[int, int]
) -> None:
    i18n.use("es")
    hub.invite(supervisor.database, supervisor.actor, usb)
    exchange.join(laptop.database, laptop.actor, usb / exchange.INVITATION)
    exchange.export(laptop.database, laptop.actor, usb)
    for page in (
        HubStickPage(DeskDouble(supervisor.database, supervisor.actor), supervisor),
        NetworkPage(DeskDouble(supervisor.database, supervisor.actor), supervisor),
        BetweenPage(DeskDouble(supervisor.database, supervisor.actor)),
    ):
        desk = shown(page, supervisor, qtbot)
        desk.show(page, *size)
        page.primary()
        desk.settle()
        assert clipped(page) == []
        desk.close()
