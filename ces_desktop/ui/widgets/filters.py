"""Filters of a list: one of several, each with its count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ces_desktop.ui.widgets.button import Button
from ces_desktop.ui.widgets.wrapped import Wrapped


class Filters(QWidget):
    """`Filters([("all", tr("All")), ("open", tr("Open"))], "all")`; `chosen(key)` when another one is taken.

    Exactly one is down; ←→ move between them, Enter or Space takes one.
    """

    chosen = Signal(str)

    def __init__(self, options: Sequence[tuple[str, str]], value: str) -> None:
        super().__init__()
        self._value = value
        self._buttons = {key: Button(word, "filter") for key, word in options}
        for key, button in self._buttons.items():
            button.clicked.connect(lambda _=False, key=key: self._take(key))
        self.setLayout(Wrapped(*self._buttons.values()))
        self.set_value(value)

    def value(self) -> str:
        """The key of the one in force."""
        return self._value

    def set_value(self, value: str) -> None:
        """Take one without telling."""
        self._value = value
        for key, button in self._buttons.items():
            button.setChecked(key == value)

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """The counts behind the words; a key that is missing shows none."""
        for key, button in self._buttons.items():
            button.set_count(counts.get(key))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        buttons = list(self._buttons.values())
        here = next((place for place, button in enumerate(buttons) if button.hasFocus()), None)
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if here is not None and step is not None and 0 <= here + step < len(buttons):
            buttons[here + step].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)

    def _take(self, key: str) -> None:
        changed = key != self._value
        self.set_value(key)
        if changed:
            self.chosen.emit(key)
