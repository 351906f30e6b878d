"""Windows for the tests of single widgets, and keys to whatever has the focus."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ces_desktop.errors import Refused
from ces_desktop.ui.widgets import (
    column,
)

Key = Qt.Key


_alive: list[QWidget] = []  # Python would let go of a window nobody names


def shown(qtbot: QtBot, widget: QWidget, width: int = 600, height: int = 400) -> QWidget:
    """The widget in a window of its own, active."""
    qtbot.addWidget(widget)
    _alive.append(widget)
    widget.resize(width, height)
    with qtbot.waitActive(widget):
        widget.show()
        widget.activateWindow()
    return widget


def held(qtbot: QtBot, *widgets: QWidget) -> QWidget:
    """Widgets one under the other in a window."""
    holder = QWidget()
    holder.setLayout(column(*widgets))
    return shown(qtbot, holder)


def press(key: Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key to whatever has the focus."""
    focused = QApplication.focusWidget()
    assert focused is not None, "nothing has the focus"
    QTest.keyClick(focused, key, modifier)


def write(text: str) -> None:
    """Letters to whatever has the focus."""
    focused = QApplication.focusWidget()
    assert focused is not None, "nothing has the focus"
    QTest.keyClicks(focused, text)


def parse(text: str) -> str | None:
    """What a clinic's parser does, on two examples."""
    if text in ("140767", "14-jul-1967"):
        return "1967-07-14"
    if text == "310267":
        raise Refused("calendar.no_such_day")
    return None


def forget() -> None:
    """Let go of the windows of the test that is over."""
    _alive.clear()
