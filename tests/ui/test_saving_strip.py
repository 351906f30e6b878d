"""What takes long to save says so, or Ctrl+Z would be pressed once more and undo one act too many."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot
from whole_window import Shown

from ces_desktop.i18n import tr
from ces_desktop.ui import tasks


def test_a_long_write_is_told_until_it_is_over(
    show: Callable[[str, str], Shown], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    shown = show("laptop", "full")
    monkeypatch.setattr(tasks, "SLOW_MS", 1)
    strip, done, going_on = shown.window.saving_strip, [], threading.Event()
    shown.window.toast("Registered.", undo=True)

    def long(_: object) -> None:
        assert going_on.wait(30)

    shown.window.tasks.write(long, done.append, owner=shown.window)
    qtbot.waitUntil(strip.isVisible)
    assert strip.words.text() == tr("Saving…") and not done
    assert not strip.geometry().intersects(shown.window.toast_strip.geometry()), "what can be undone is still read"
    going_on.set()
    shown.settle()
    assert done and not strip.isVisible()


def test_what_is_saved_at_once_is_not_told(show: Callable[[str, str], Shown], qtbot: QtBot) -> None:
    shown = show("laptop", "full")
    told: list[bool] = []
    shown.window.tasks.saving.connect(told.append)
    shown.window.tasks.write(lambda _: None, lambda _: None, owner=shown.window)
    shown.settle()
    assert told == [False] and not shown.window.saving_strip.isVisible()
