"""What a clinic sent and never arrived whole: a person at the hub declares it lost, and both ends say so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import test_network_page
from builders import assert_proved, register
from desk_double import DeskDouble
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from test_network_page import answering, made, shown, words

from ces_desktop.data.models import PatientRecord
from ces_desktop.data.work import Work
from ces_desktop.errors import Refused
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.sync import exchange, gaps, hub, outbox, stick
from ces_desktop.ui.dialogs import network as dialogs
from ces_desktop.ui.hub_round import take_in_and_answer
from ces_desktop.ui.pages.network_page import NetworkPage
from ces_desktop.ui.pages.stick_page import StickPage
from ces_desktop.ui.widgets import Button

laptop, supervisor, usb = test_network_page.laptop, test_network_page.supervisor, test_network_page.usb
WHY = "fell into the river with its stick"


@pytest.fixture
def torn(laptop: OpenClinic, supervisor: OpenClinic, usb: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The stick with the later parts of what a laptop sent; the first part is gone with another stick."""
    hub.invite(supervisor.database, supervisor.actor, usb)
    exchange.join(laptop.database, laptop.actor, usb / exchange.INVITATION)
    exchange.export(laptop.database, laptop.actor, usb)
    exchange.import_files(supervisor.database, supervisor.actor, stick.found(usb))
    (asked,) = supervisor.database.read(hub.requests)
    hub.certify(supervisor.database, supervisor.actor, asked.device)
    take_in_and_answer(supervisor, usb)
    exchange.import_files(laptop.database, laptop.actor, stick.found(usb))
    for number in (2, 3, 4):
        register(laptop.database, laptop.actor, number)
    with monkeypatch.context() as small:
        small.setattr(outbox, "PART_LIMIT", 1)
        for path in usb.rglob("*.mbx"):
            path.unlink()
        exchange.export(laptop.database, laptop.actor, usb)
    first, *rest = stick.found(usb)
    assert rest
    for path in usb.rglob(first.name):
        path.unlink()
    take_in_and_answer(supervisor, usb)
    yield usb


def test_what_waits_is_taken_in_over_a_gap_and_both_ends_say_so(
    torn: Path, laptop: OpenClinic, supervisor: OpenClinic, dressed: QApplication, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    network = NetworkPage(DeskDouble(supervisor.database, supervisor.actor), supervisor)
    office = shown(network, supervisor, qtbot)
    assert "waits for an earlier record" in words(network)
    site = bytes(laptop.database.installation.clinic)
    lack = supervisor.database.read(gaps.lacking)[site]
    assert lack.waiting > 0 and len(lack.lost) == 1

    def declare(dialog: dialogs.LostDialog) -> object:
        assert f"{lack.waiting} record" in dialog.text.text()
        assert dialog.answer() is None and dialog.asked.complaint()
        dialog.nobody.setChecked(True)
        assert dialog.answer() is None and dialog.reason.complaint()
        dialog.reason.control.setText(WHY)
        return dialog.answer()

    answering(monkeypatch, dialogs.LostDialog, declare)
    button = next(b for b in network.findChildren(Button) if b.accessibleName() == "Declare lost")
    button.click()
    office.settle()
    assert f"{lack.waiting} record" in office.toasts[-1][0]
    assert "Declared lost" in words(network) and WHY in words(network)
    assert not [b for b in network.findChildren(Button) if b.isVisible() and b.accessibleName() == "Declare lost"]
    assert supervisor.database.read(gaps.lacking) == {}
    assert_proved(supervisor.database)

    with pytest.raises(Refused, match=r"sync\.nothing_lacks"):
        gaps.declare(supervisor.database, supervisor.actor, site, WHY)
    second = second_laptop(supervisor, torn, tmp_path, monkeypatch)
    here = StickPage(DeskDouble(second.database, second.actor), second)
    desk = shown(here, second, qtbot)
    here.receive_now()
    desk.settle()
    assert "The hub declared records lost" in words(here) and "1 record, on" in words(here)
    second.close()


def second_laptop(
    supervisor: OpenClinic, usb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> OpenClinic:
    """Another laptop of the clinic, admitted; its answer lies on the stick."""
    monkeypatch.setenv("CES_DESKTOP_STATE", str(tmp_path / "second" / "state"))
    opened = made(tmp_path / "second" / "data", "CAP")
    exchange.join(opened.database, opened.actor, usb / exchange.INVITATION)
    exchange.export(opened.database, opened.actor, usb)
    exchange.import_files(supervisor.database, supervisor.actor, stick.found(usb))
    (asked,) = supervisor.database.read(hub.requests)
    hub.certify(supervisor.database, supervisor.actor, asked.device)
    hub.answer(supervisor.database, supervisor.actor, usb, [asked.device])
    return opened


def test_what_comes_after_all_is_taken_in_and_lost_no_more(
    torn: Path, laptop: OpenClinic, supervisor: OpenClinic, tmp_path: Path
) -> None:
    site = bytes(laptop.database.installation.clinic)
    taken = gaps.declare(supervisor.database, supervisor.actor, site, WHY)
    assert taken > 0
    gone = supervisor.database.read(gaps.declared)[site]
    assert (gone.lost, gone.why) == (1, WHY)
    again = tmp_path / "again"
    again.mkdir()
    exchange.export(laptop.database, laptop.actor, again)
    (arrived,) = exchange.import_files(supervisor.database, supervisor.actor, stick.found(again))
    assert arrived.receipt is not None and arrived.receipt.fresh > 0
    assert supervisor.database.read(gaps.declared) == {}, "what came after all is lost no more"
    assert_proved(supervisor.database)


def test_only_the_hub_declares(laptop: OpenClinic, usb: Path) -> None:
    with pytest.raises(Refused):
        gaps.declare(laptop.database, laptop.actor, bytes(laptop.database.installation.clinic), WHY)


def test_the_rest_of_an_action_that_was_never_sent(
    torn: Path, laptop: OpenClinic, supervisor: OpenClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two people are renamed in one action: half of it came, and nothing names the other half."""
    exchange.export(laptop.database, laptop.actor, torn)
    take_in_and_answer(supervisor, torn)
    exchange.import_files(laptop.database, laptop.actor, stick.found(torn))
    assert supervisor.database.read(gaps.lacking) == {}
    one, other = register(laptop.database, laptop.actor, 5), register(laptop.database, laptop.actor, 6)

    def rename(work: Work) -> None:
        work.act("patients.edit")
        for who in (one, other):
            work.change(PatientRecord, who, given="Inventadísima")

    laptop.database.write(rename, laptop.actor)
    for path in torn.rglob("*.mbx"):
        path.unlink()
    with monkeypatch.context() as small:
        small.setattr(outbox, "PART_LIMIT", 1)
        exchange.export(laptop.database, laptop.actor, torn)
    *parts, last = stick.found(torn)
    last.unlink()
    exchange.import_files(supervisor.database, supervisor.actor, parts)
    site = bytes(laptop.database.installation.clinic)
    lack = supervisor.database.read(gaps.lacking)[site]
    assert (len(lack.lost), lack.waiting) == (1, 1)
    assert gaps.declare(supervisor.database, supervisor.actor, site, WHY) == 1
    gone = supervisor.database.read(gaps.declared)[site]
    assert (gone.lost, gone.why) == (1, WHY)
    assert supervisor.database.read(gaps.lacking) == {}
    exchange.export(laptop.database, laptop.actor, torn)
    (arrived, *_) = take_in_and_answer(supervisor, torn).arrived
    assert arrived.receipt is not None
    assert supervisor.database.read(gaps.declared) == {}, "what came after all is lost no more"
    assert supervisor.database.read(gaps.lacking) == {}
    assert_proved(supervisor.database)
