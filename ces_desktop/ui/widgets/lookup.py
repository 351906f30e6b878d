"""Type-ahead over what the database finds: each key asks, the newest answer is offered, Enter waits for its own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from ces_desktop.ui.widgets.combo import ComboField, Option


class LookupField(ComboField):
    """`wanted(typed)` on every key; answer by `offer(typed, options)`. A text that was answered is not asked again."""

    wanted = Signal(str)

    def __init__(self, *, name: str = "", width: int = 0, placeholder: str = "", free: bool = False) -> None:
        self._answers: dict[str, list[Option]] = {}
        self._take_when_answered = False
        super().__init__(name=name, width=width, placeholder=placeholder, free=free, find=self._found)
        self.setMaxLength(12_000)

    def _found(self, typed: str) -> list[Option]:
        if typed not in self._answers:
            if len(typed) <= 80:
                self.wanted.emit(typed)
            return []
        return self._answers[typed]

    def offer(self, typed: str, options: Sequence[Option]) -> None:
        """What fits a typed text."""
        self._answers = {**dict(list(self._answers.items())[-40:]), typed: list(options)}
        if typed == self.text() and self.hasFocus() and self.value() is None:
            self._offer(typed)
            if self._take_when_answered and options:
                self._take_marked()
        if typed == self.text():
            self._take_when_answered = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers()
        if enter and self.text().strip():
            if self.text() not in self._answers:
                self._take_when_answered = True
                return
            if self._popup.isVisible() and self._popup.currentIndex().isValid():
                self._take_marked()  # and stays, for the next one
                return
        super().keyPressEvent(event)
