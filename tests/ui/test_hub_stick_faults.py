"""What goes wrong at the hub's stick, and with the whole copy for a new laptop: its own sentence, nothing left half."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from builders import assert_proved, register
from desk_double import DeskDouble
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from test_stick_faults import failing, made

from ces_desktop import i18n
from ces_desktop.data import drives
from ces_desktop.errors import Unavailable
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.sync import exchange, hub, outbox, stick
from ces_desktop.sync.network_state import network_state
from ces_desktop.ui.dialogs.whole_copy import WholeCopyDialog
from ces_desktop.ui.pages.hub_stick_page import HubStickPage
from ces_desktop.ui.widgets import Text

SAFE = "Ya puede retirar la memoria."
FAULTS = (
    (errno.ENOSPC, "No cabe en la memoria", "use otra"),
    (errno.EROFS, "protegida contra escritura", "Abra su seguro"),
    (errno.ENODEV, "se retiró antes de terminar", "Insértela y repita"),
    (errno.EIO, "no se lee igual", "Use otra"),
)
"""What the machine answers, what is said of it, and what to do."""
MOMENTS = ("create", "sync", "rename")


@dataclass
class Office:
    """A hub that admitted a clinic's laptop; the one stick that is inserted."""

    supervisor: OpenClinic
    laptop: OpenClinic
    usb: Path
    desk: DeskDouble

    def copy(self, qtbot: QtBot) -> WholeCopyDialog:
        """The dialog of the whole copy for that clinic, shown."""
        state = self.supervisor.database.read(network_state)
        (site,) = state.sites
        dialog = WholeCopyDialog(None, self.desk.tasks, self.supervisor, site, state.laptops)
        qtbot.addWidget(dialog)
        dialog.show()
        self.desk.settle()
        return dialog

    def sticks(self, qtbot: QtBot) -> HubStickPage:
        """The hub's page of sticks, shown."""
        page = HubStickPage(self.desk, self.supervisor)
        qtbot.addWidget(page)
        self.desk.show(page)
        return page

    def left(self) -> list[str]:
        """Files on the stick, whole or half."""
        return sorted(path.name for path in self.usb.rglob("*") if path.is_file()) if self.usb.exists() else []

    def empty(self) -> None:
        shutil.rmtree(self.usb, ignore_errors=True)
        self.usb.mkdir()


@pytest.fixture
def office(
    clinic_folder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dressed: QApplication
) -> Iterator[Office]:
    i18n.use("es")
    usb = tmp_path / "CES-02"
    usb.mkdir()
    monkeypatch.setattr(drives, "inserted", lambda: [drives.drive(usb)] if usb.exists() else [])
    supervisor = made(clinic_folder.data, "HUB", "hub")
    hub.found_hub(supervisor.database, supervisor.actor, "Red inventada")
    laptop = made(tmp_path / "laptop", "CAP", "clinic")
    register(laptop.database, laptop.actor)
    hub.invite(supervisor.database, supervisor.actor, usb)
    exchange.join(laptop.database, laptop.actor, usb / exchange.INVITATION)
    exchange.export(laptop.database, laptop.actor, usb)
    exchange.import_files(supervisor.database, supervisor.actor, stick.found(usb))
    (asked,) = supervisor.database.read(hub.requests)
    hub.certify(supervisor.database, supervisor.actor, asked.device)
    made_office = Office(supervisor, laptop, usb, DeskDouble(supervisor.database, supervisor.actor))
    made_office.empty()
    yield made_office
    made_office.desk.settle()
    assert_proved(supervisor.database)
    made_office.desk.close()
    laptop.close()


def words(widget: QWidget) -> str:
    return " ".join(label.text() for label in widget.findChildren(Text) if label.isVisible())


def test_a_whole_copy_on_a_bad_stick_leaves_nothing_and_the_next_try_is_whole(
    office: Office, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "PART_LIMIT", 1)
    dialog = office.copy(qtbot)
    for error, sentence, step in FAULTS:
        for moment in MOMENTS:
            with monkeypatch.context() as patch:
                patch.setattr(stick.FolderPlace, moment, failing(error))
                dialog.primary.click()
                office.desk.settle()
            assert sentence in words(dialog) and step in words(dialog) and "no se perdió nada" in words(dialog)
            assert office.left() == [] and dialog.isVisible() and dialog.primary.isEnabled()
    with monkeypatch.context() as patch:
        patch.setattr(stick, "put", _full_at(4, stick.put))
        dialog.primary.click()
        office.desk.settle()
    assert office.left() == [], "parts of a copy that did not fit stayed"
    dialog.primary.click()
    office.desk.settle()
    assert SAFE in words(dialog) and len(stick.found(office.usb)) > 1


def test_a_stick_pulled_before_the_copy_is_forgotten_and_the_next_one_is_taken(office: Office, qtbot: QtBot) -> None:
    dialog = office.copy(qtbot)
    shutil.rmtree(office.usb)
    dialog.primary.click()
    office.desk.settle()
    assert "se retiró antes de terminar" in words(dialog)
    dialog.look()
    office.desk.settle()
    assert "Inserte una memoria" in words(dialog) and not dialog.primary.isEnabled()
    office.empty()
    dialog.look()
    office.desk.settle()
    dialog.primary.click()
    office.desk.settle()
    assert SAFE in words(dialog)


def test_f9_twice_writes_one_copy(office: Office, qtbot: QtBot) -> None:
    dialog = office.copy(qtbot)
    dialog.primary.click()
    dialog.primary.click()
    office.desk.settle()
    assert SAFE in words(dialog) and dialog.isVisible() and len(stick.found(office.usb)) == 1


def test_cancelled_while_the_last_part_is_written_nothing_stays(
    office: Office, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy in one part, as most are: cancelling must not wait for a part that never comes."""
    dialog = office.copy(qtbot)
    written = stick.put

    def cancelled_meanwhile(place: stick.Place, name: str, data: bytes) -> None:
        written(place, name, data)
        assert dialog._job is not None
        dialog._job.cancel()

    with monkeypatch.context() as patch:
        patch.setattr(stick, "put", cancelled_meanwhile)
        dialog.primary.click()
        office.desk.settle()
    assert "Se detuvo. Se quitó lo que se había escrito." in words(dialog) and office.left() == []
    dialog.primary.click()
    office.desk.settle()
    assert SAFE in words(dialog)


def test_escape_then_a_full_stick_then_a_cancel_leaves_the_dialog_open(
    office: Office, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Esc asked to leave; the stick failed first: that is told, and a later cancel is a cancel and no leaving."""
    dialog = office.copy(qtbot)

    def escape_then_full(*_: object) -> None:
        dialog._leaving = True
        failing(errno.ENOSPC)()

    with monkeypatch.context() as patch:
        patch.setattr(stick.FolderPlace, "create", escape_then_full)
        dialog.primary.click()
        office.desk.settle()
    assert dialog.isVisible() and "No cabe en la memoria" in words(dialog)

    def cancelled_first(*_: object) -> None:
        assert dialog._job is not None
        dialog._job.cancel()

    with monkeypatch.context() as patch:
        patch.setattr(stick.FolderPlace, "create", _before(stick.FolderPlace.create, cancelled_first))
        dialog.primary.click()
        office.desk.settle()
    assert dialog.isVisible() and "Se detuvo." in words(dialog)


def test_the_invitation_on_a_bad_stick_speaks_of_the_stick(
    office: Office, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = office.sticks(qtbot)
    for error, sentence, step in FAULTS:
        for moment in MOMENTS:
            with monkeypatch.context() as patch:
                patch.setattr(stick.FolderPlace, moment, failing(error))
                page.invite_now()
                office.desk.settle()
            assert sentence in words(page) and step in words(page) and office.left() == []
    page.invite_now()
    office.desk.settle()
    assert SAFE in words(page) and office.left() == [exchange.INVITATION]


def test_what_was_taken_in_is_told_though_the_answer_did_not_fit(
    office: Office, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(office.laptop.database, office.laptop.actor, 2)
    exchange.export(office.laptop.database, office.laptop.actor, office.usb)
    sent = office.left()
    page = office.sticks(qtbot)
    changed: list[frozenset[str]] = []
    office.desk.tasks.changed.connect(changed.append)
    with monkeypatch.context() as patch:
        patch.setattr(stick.FolderPlace, "create", failing(errno.ENOSPC))
        page.primary()
        office.desk.settle()
    assert "No cabe en la memoria" in words(page) and "lo recibido queda" in words(page)
    assert sent[0] in words(page) and "Recibido" in _chips(page), "what was taken in is not listed"
    assert any("patient" in topics for topics in changed), "other pages go on showing what they showed"
    assert office.left() == sent
    page.primary()
    office.desk.settle()
    assert SAFE in words(page) and "1 respuesta escrita" in words(page)


def test_pulled_while_it_is_read_the_rest_is_counted_and_answered_the_next_time(
    office: Office, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = office.laptop
    for number in (2, 3):
        register(here.database, here.actor, number)
    with monkeypatch.context() as small:
        small.setattr(outbox, "PART_LIMIT", 1)
        exchange.export(here.database, here.actor, office.usb)
    held = stick.found(office.usb)
    page = office.sticks(qtbot)
    calls = iter(range(1, 1_000))
    whole = stick.take

    def pulled_after_two(path: Path) -> bytes:
        if next(calls) > 2:
            raise Unavailable(stick.PULLED)
        return whole(path)

    with monkeypatch.context() as patch:
        patch.setattr(stick, "take", pulled_after_two)
        page.primary()
        office.desk.settle()
    said = words(page)
    assert said.count("se retiró antes de terminar") == 1 and "lo recibido queda" in said and SAFE not in said
    assert "2 paquetes recibidos" in said and f"{len(held) - 2} archivos sin leer" in said
    page.primary()
    office.desk.settle()
    assert SAFE in words(page) and "1 respuesta escrita" in words(page)


def test_after_the_work_the_keys_are_where_they_were(office: Office, qtbot: QtBot) -> None:
    """Qt takes them from a button that may not be pressed; they must not fall onto the rail of the window."""
    exchange.export(office.laptop.database, office.laptop.actor, office.usb)
    page = office.sticks(qtbot)
    page.activateWindow()
    page.answer.setFocus()
    page.answer.click()
    office.desk.settle()
    assert page.focusWidget() is page.answer and page.answer.isEnabled()


def test_a_part_that_a_pulled_stick_kept_is_cleared_away_by_the_next_writing(office: Office, qtbot: QtBot) -> None:
    dialog = office.copy(qtbot)
    dialog.primary.click()
    office.desk.settle()
    (whole,) = stick.found(office.usb)
    half, foreign = whole.with_name("mbx-" + whole.name[4:12] + "-half.mbx.part"), office.usb / "mbx-0-tesis.mbx.part"
    for path in (half, foreign):
        path.write_bytes(b"half")
    again = office.copy(qtbot)
    again.primary.click()
    office.desk.settle()
    assert not half.exists() and foreign.exists(), "another's file is not ours to remove"


def _chips(page: QWidget) -> str:
    from ces_desktop.ui.widgets import StatusChip

    return " ".join(chip.accessibleName() for chip in page.findChildren(StatusChip) if chip.isVisible())


def _full_at(number: int, works: Callable[..., None]) -> Callable[..., None]:
    calls = iter(range(1, 1_000))

    def put(*arguments: Any) -> None:
        if next(calls) == number:
            raise stick._unavailable(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
        works(*arguments)

    return put


def _before(works: Callable[..., None], first: Callable[..., None]) -> Callable[..., None]:
    def both(*arguments: Any) -> None:
        first()
        works(*arguments)

    return both
