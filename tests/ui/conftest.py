"""Fixtures of the tests that draw: the application dressed as at start, a desk over an empty clinic, the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import builders
import clinics
import pytest
import windows
from desk_double import DeskDouble, open_desk
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from registering import NOW
from whole_window import Shown, demo

from ces_desktop import i18n
from ces_desktop.data import vault
from ces_desktop.domain.ids import Id
from ces_desktop.reports import fonts
from ces_desktop.services import clinic as services
from ces_desktop.services.demo import PASSPHRASE
from ces_desktop.ui import application as running
from ces_desktop.ui import tasks, theme, usb_badge
from ces_desktop.ui.desk import Page
from ces_desktop.ui.entry.wizard import Wizard
from ces_desktop.ui.pages import today_page

# The packages bring a wide face (as wide as Verdana) and a narrow one (as Times); a desktop's own is mostly between.
FACES = {"system": (), "wide": ("DejaVuSans", "DejaVuSans-Bold"), "narrow": ("STIXGeneral", "STIXGeneralBol")}


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    """The application in the light theme at 100 %; left so for the next test."""
    theme.apply(qapp, theme.load("light"))
    yield qapp
    theme.apply(qapp, theme.load("light"))


@pytest.fixture
def desk(dressed: QApplication, tmp_path: Path) -> Iterator[DeskDouble]:
    """A window over an empty clinic, with a person who may do everything."""
    double = open_desk(tmp_path)
    yield double
    double.close()


@pytest.fixture(params=FACES)
def face(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[str]:
    """Letters of this machine, wide ones and narrow ones, by turns; the words of the program fit in all of them."""
    loaded = [QFontDatabase.addApplicationFont(str(fonts.folder() / f"{file}.ttf")) for file in FACES[request.param]]
    if loaded:
        theme.use_face(QFontDatabase.applicationFontFamilies(loaded[0])[0])
    yield request.param
    theme.use_face("")
    for each in loaded:
        QFontDatabase.removeApplicationFont(each)
    theme.apply(qapp, theme.load("light"))


@pytest.fixture
def dated_desk(dressed: QApplication, spanish: None, tmp_path: Path) -> Iterator[DeskDouble]:
    """A window over an empty clinic on the day of `registering.NOW`; pages left open are closed after the test."""
    double = open_desk(tmp_path, clock=lambda: NOW)
    yield double
    double.tasks.wait()
    double.settle()
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, Page):
            widget.close()
            widget.deleteLater()  # pages left open would be dressed again by every later test
    double.close()


@pytest.fixture
def patient(desk: DeskDouble, spanish: None) -> Id:
    """Somebody invented, registered in the clinic of `desk`."""
    return builders.register(desk.database, desk.actor, 1, birth="1980-05-03")


@pytest.fixture
def show(
    qapp: QApplication, clinic_folder: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str, str], Shown]]:
    """`show(look, "full" | "empty")`: the window over the sixty people, or over nobody."""
    monkeypatch.setattr(running, "_BACKUP_AFTER_MS", 1_000_000_000)
    # What comes behind the first page comes at once: else it is there or not, as fast as the machine is.
    monkeypatch.setattr(today_page, "VALUES_AFTER_MS", 0)
    monkeypatch.setattr(today_page, "FIGURES_AFTER_MS", 0)
    monkeypatch.setattr(usb_badge, "FIRST_MS", 0)
    monkeypatch.setattr(tasks, "SLOW_MS", 1_000_000_000)
    made: list[Shown] = []

    def make(look: str, clinic: str) -> Shown:
        if clinic == "empty":
            opened = clinics.clinic(tmp_path / "data").open()
        else:
            folder, user, _ = demo()
            opened = services.open_clinic(folder, user, PASSPHRASE)
        made.append(Shown(qapp, opened, look))
        return made[-1]

    yield make
    for each in made:
        each.close()
    i18n.use("en")
    theme.apply(qapp, theme.load("light"))


@pytest.fixture
def quick_vault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are derived as cheaply as the format allows."""
    monkeypatch.setattr(vault, "calibrate", lambda *_: vault.CHEAPEST)


@pytest.fixture
def wizard(
    dressed: QApplication, clinic_folder: Any, quick_vault: None, english: None, qtbot: QtBot
) -> Iterator[Wizard]:
    """The first run on a fresh machine."""
    view = Wizard(clinic_folder.data, first=True)
    qtbot.addWidget(view)
    view.resize(1366, 728)
    view.show()
    yield view
    clinics.settle(view.jobs)
    for opened, _ in view.answers.made:
        opened.close()


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    windows.forget()
