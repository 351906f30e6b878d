"""One of two to five answers, side by side; the chosen one carries a check mark and first letters are keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from ces_desktop.i18n import tr
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import paint
from ces_desktop.ui.widgets.button import Button
from ces_desktop.ui.widgets.field import Level
from ces_desktop.ui.widgets.focus import Ringed
from ces_desktop.ui.widgets.layout import box, row
from ces_desktop.ui.widgets.wrapped import Wrapped

UNKNOWN = "unknown"


class ChoiceField(QWidget, Ringed):
    """`ChoiceField([("yes", tr("Yes")), ("no", tr("No"))], unsure=True)`: values and words.

    `unsure` adds "No sé" with the value `unknown` (key `?`). One tab stop: ←→ move, first letters choose,
    Delete takes the answer back. With `required=False` clicking the chosen one takes it back too.
    """

    changed = Signal()
    taken = Signal()
    """A letter that means one answer alone was pressed: nothing is left to say here, a form goes on."""

    def __init__(
        self,
        options: Sequence[tuple[str, str]],
        value: str | None = None,
        *,
        name: str = "",
        unsure: bool = False,
        required: bool = False,
    ) -> None:
        super().__init__()
        self._options = [*options, (UNKNOWN, tr("Not known"))] if unsure else list(options)
        self._value, self._required, self._name = value, required, name
        self._buttons = {key: Button(word, "segment") for key, word in self._options}
        width = max(paint.width_of(word, "small", True) for _, word in self._options) + px(18 + 24)
        for key, button in self._buttons.items():
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setMinimumWidth(max(width, px(62)))
            button.clicked.connect(lambda _=False, key=key: self._clicked(key))
        self._answers = box(Wrapped(*self._buttons.values(), gap=4, middle=True))
        self.setLayout(row(self._answers, None, gap=0))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._paint()

    def value(self) -> str | None:
        """The value chosen; None when nobody answered yet."""
        return self._value

    def set_value(self, value: str | None) -> None:
        """Choose without emitting `changed`."""
        self._value = value
        self._paint()

    def set_state(self, level: Level) -> None:
        """Choices are never impossible; a missing one is said by the row's note."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.ring_on(event, around=self._answers)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.ring_off()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = [key for key, _ in self._options]
        place = keys.index(self._value) if self._value in keys else -1
        if event.key() == Qt.Key.Key_Right:
            self._choose(keys[min(place + 1, len(keys) - 1)])
        elif event.key() == Qt.Key.Key_Left:
            self._choose(keys[max(place - 1, 0)])
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not self._required:
            self._choose(None)
        elif fits := self._by_letter(event.text()):
            self._choose(fits[(fits.index(self._value) + 1) % len(fits)] if self._value in fits else fits[0])
            if len(fits) == 1:
                self.taken.emit()
        else:
            super().keyPressEvent(event)

    def _by_letter(self, text: str) -> list[str]:
        """`?` means not known; a letter goes round the options that begin with it."""
        if text == "?" and UNKNOWN in self._buttons:
            return [UNKNOWN]
        if not text.isalnum():
            return []
        letter = text.casefold()
        fits = [key for key, word in self._options if word[:1].casefold() == letter and key != UNKNOWN]
        return fits or [key for key, word in self._options if word[:1].casefold() == letter]

    def _clicked(self, key: str) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._choose(None if key == self._value and not self._required else key)

    def _choose(self, key: str | None) -> None:
        changed = key != self._value
        self._value = key
        self._paint()
        if changed:
            self.changed.emit()

    def _paint(self) -> None:
        for key, button in self._buttons.items():
            button.setChecked(key == self._value)
        chosen = dict(self._options).get(self._value or "", tr("no answer yet"))
        self.setAccessibleName(f"{self._name}: {chosen}" if self._name else chosen)


def yes_no_field(value: str | None = None, *, name: str = "", required: bool = False) -> ChoiceField:
    """Sí / No / No sé."""
    options = [("yes", tr("Yes")), ("no", tr("No"))]
    return ChoiceField(options, value, name=name, unsure=True, required=required)
