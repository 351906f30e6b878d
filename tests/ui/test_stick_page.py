"""The page of sticks: which one, sending, receiving, what goes wrong; with a hub: `test_network_page`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from builders import register
from clipping import clipped
from desk_double import DeskDouble
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ces_desktop import i18n
from ces_desktop.data import drives, vault
from ces_desktop.domain.access import CLINIC_ROLES
from ces_desktop.services import clinic
from ces_desktop.services.clinic import NewClinic, OpenClinic
from ces_desktop.ui.pages.stick_page import StickPage
from ces_desktop.ui.widgets import InlineNote, Text

PHRASE = "nube azul sobre la milpa"


def made(root: Path, prefix: str, kind: str) -> OpenClinic:
    new = NewClinic(prefix, "El Mirador", "Dra. Prueba Inventada", PHRASE, CLINIC_ROLES, kind=kind)
    folder, user, _ = clinic.create(root, new, cost=vault.CHEAPEST)
    return clinic.open_clinic(folder, user, PHRASE)


@pytest.fixture
def laptop(clinic_folder: Any) -> Iterator[OpenClinic]:
    i18n.use("en")
    opened = made(clinic_folder.data, "CAP", "clinic")
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


def page_of(opened: OpenClinic, qtbot: QtBot) -> tuple[StickPage, DeskDouble]:
    desk = DeskDouble(opened.database, opened.actor)
    page = StickPage(desk, opened)
    qtbot.addWidget(page)
    desk.show(page)
    return page, desk


def notes(page: StickPage) -> str:
    held = [item.widget() for n in range(page.notes.count()) if (item := page.notes.itemAt(n)) is not None]
    return " ".join(f"{w.title.text()} {w.text.text()}" for w in held if isinstance(w, InlineNote))


def words(page: StickPage) -> str:
    return " ".join(label.text() for label in page.findChildren(Text) if label.isVisible())


def test_without_a_stick_it_says_what_to_do(
    laptop: OpenClinic, dressed: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drives, "inserted", list)
    page, desk = page_of(laptop, qtbot)
    assert "Insert a stick" in words(page) and not page.send.isEnabled() and page.send.toolTip()
    page.primary()
    desk.settle()
    assert notes(page) == ""
    desk.close()


def test_a_stick_pulled_and_a_strange_file(
    laptop: OpenClinic, usb: Path, dressed: QApplication, qtbot: QtBot
) -> None:
    (usb / "photo.mbx").write_bytes(b"not a bundle")
    page, desk = page_of(laptop, qtbot)
    page.receive_now()
    desk.settle()
    assert "not a bundle of this program" in notes(page)
    (usb / "photo.mbx").unlink()
    usb.rmdir()
    page.receive_now()
    desk.settle()
    assert "removed too soon. Insert it" in notes(page) and "Nothing was lost" in notes(page)
    desk.close()


@pytest.mark.parametrize("size", [(1286, 712), (944, 544)])
def test_nothing_is_clipped(
    laptop: OpenClinic, usb: Path, dressed: QApplication, qtbot: QtBot, size: tuple[int, int]
) -> None:
    i18n.use("es")
    page, desk = page_of(laptop, qtbot)
    desk.show(page, *size)
    assert clipped(page) == []
    desk.close()
