"""Fixtures of the tests that draw: the application dressed as at start, and a desk over an empty clinic."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import builders
import pytest
import windows
from desk_double import DeskDouble, open_desk
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication
from registering import NOW

from ces_desktop.domain.ids import Id
from ces_desktop.reports import fonts
from ces_desktop.ui import theme
from ces_desktop.ui.desk import Page

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


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    windows.forget()
