"""A box for one measured number, which goes on by itself when no further digit is plausible; two make a pair."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from ces_desktop.ui.widgets.field import Level, TextField
from ces_desktop.ui.widgets.layout import row
from ces_desktop.ui.widgets.text import Text

LONGEST = 12_000
"""More than a number has, so that what was pasted is refused in words instead of being cut off unseen."""


class NumberField(TextField):
    """`NumberField(name=…, complete=…)`: `complete(text)` says that no further digit is plausible.

    `left` when the cursor should go on: after the last plausible digit, or on `/` and space after a number.
    `settle` is called when the number is done (before it goes on, on Enter, on leaving); it answers whether one may go
    on. An Enter that finds something new to say stays in the field.
    """

    left = Signal()

    def __init__(self, *, name: str = "", width: int = 96, complete: Callable[[str], bool]) -> None:
        super().__init__(name=name, width=width, align="right", limit=LONGEST)
        self.complete = complete
        self.settle: Callable[[], bool] = lambda: True
        self._settled = ""
        self.textEdited.connect(self._typed)

    def set_value(self, value: str | None) -> None:
        """Show a value; `changed` is not emitted, and it is not looked at again until it is edited."""
        super().set_value(value)
        self._settled = self.text()

    def _typed(self, text: str) -> None:
        if self.complete(text) and self.cursorPosition() == len(text):
            self._go_on()

    def _go_on(self) -> None:
        self._settled = self.text()
        if self.settle():
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() and self.text() != self._settled:
            self._settled = self.text()
            if not self.settle():
                return
        if event.text() == "=":
            event.ignore()  # no number has it; the row takes it as "like the last one"
            return
        if event.text() in ("/", " ") and self.text():
            self._go_on()
            return
        super().keyPressEvent(event)
        if enter:
            event.ignore()  # the form goes on

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.text() != self._settled:
            self._settled = self.text()
            self.settle()


class Measuring(QWidget):
    """One number, or a pair with `/` between, and the unit right after it."""

    changed = Signal()

    def __init__(self, *boxes: NumberField, unit: str = "") -> None:
        super().__init__()
        self.boxes = boxes
        parts: list[QWidget] = []
        for box in boxes:
            parts += [Text("/", "body"), box] if parts else [box]
            box.changed.connect(self.changed)
        self.setLayout(row(*parts, Text(unit, "small"), None, gap=6))
        self.setFocusProxy(boxes[0])

    def set_state(self, level: Level) -> None:
        """Border of an impossible (bad) or unlikely (warn) value."""
        for box in self.boxes:
            box.set_state(level)
