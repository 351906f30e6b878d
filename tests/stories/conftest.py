"""A person at the window, for every story."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from driver import Person
from PySide6.QtWidgets import QApplication

from ces_desktop import i18n, settings
from ces_desktop.ui import theme


@pytest.fixture
def root(tmp_path: Path, clinic_folder: object) -> Path:
    """Where clinics lie on a fresh machine; its language is Spanish."""
    settings.save(settings.Settings(language="es"))
    return tmp_path / "data"


@pytest.fixture
def person(qapp: QApplication, root: Path) -> Iterator[Person]:
    """At the keyboard of an application that has not been started yet."""
    someone = Person(qapp, root)
    yield someone
    someone.leave()
    i18n.use("en")
    theme.apply(qapp, theme.load("light"))
