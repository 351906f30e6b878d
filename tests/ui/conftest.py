"""Fixtures of the tests that draw: the application dressed as at start, and a desk over an empty clinic."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_double import DeskDouble, open_desk
from PySide6.QtWidgets import QApplication

from ces_desktop.ui import theme


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
