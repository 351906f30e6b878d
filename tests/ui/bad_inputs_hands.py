"""What the tests of bad inputs share: the hardest texts, and a look at what is asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from desk_double import DeskDouble
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from ces_desktop.data.queries.patients import PatientFile, patient_file
from ces_desktop.domain.ids import Id

HALF_EMOJI = "a" + "😀" * 10_000
"""Cut at an even length, half a sign is left over."""
LONG_DIGITS = "9" * 10_000
HARD = ("ten_thousand_letters", "emoji_bidi_nul")
"""What no line of free text takes."""


def file(desk: DeskDouble, patient: Id) -> PatientFile:
    found = desk.database.read(partial(patient_file, patient=patient))
    assert found is not None
    return found


def when_open(act: Callable[[Any], None]) -> None:
    """Do something in the dialog that is about to open."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            QTimer.singleShot(10, look)
        else:
            act(dialog)

    QTimer.singleShot(0, look)


def counted(monkeypatch: pytest.MonkeyPatch, desk: DeskDouble, verb: str) -> list[object]:
    """What is asked of the tasks with this verb from now on, one entry each time; it is done as ever."""
    asked: list[object] = []
    real = getattr(desk.tasks, verb)

    def count(*args: Any, **named: Any) -> Any:
        asked.append(args)
        return real(*args, **named)

    monkeypatch.setattr(desk.tasks, verb, count)
    return asked
