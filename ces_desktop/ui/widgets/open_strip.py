"""What is open side by side: one button for each, the one shown is down."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ces_desktop.i18n import tr
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import paint
from ces_desktop.ui.widgets.button import Button
from ces_desktop.ui.widgets.layout import clear
from ces_desktop.ui.widgets.text import Text
from ces_desktop.ui.widgets.wrapped import Wrapped

LONGEST = 220
"""Width of a name in design px, beyond which it is shortened."""


class OpenStrip(QWidget):
    """`show_open([(key, words)], current)`; `chosen(key)`. Hidden while nothing else is open.

    Ctrl+Tab (bound by the page) goes round.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._place = Wrapped(gap=6)
        self.setLayout(self._place)
        self._keys: list[object] = []
        self._current: object = None
        self.hide()

    def show_open(self, named: Sequence[tuple[object, str]], current: object) -> None:
        """Show what is open; `current` None = the one shown is not among them yet."""
        clear(self._place)
        self._keys, self._current = [key for key, _ in named], current
        if all(key == current for key in self._keys):
            self.hide()
            return
        self._place.addWidget(Text(tr("Open:"), "caption"))
        for key, words in named:
            short = paint.elided(words, px(LONGEST), "small", True)
            button = Button(short, "filter")
            button.setAccessibleName(words)
            button.setToolTip(words if short != words else "")
            button.setChecked(key == current)
            button.clicked.connect(partial(self._choose, key))
            self._place.addWidget(button)
        self.show()

    def next(self) -> None:
        """The one after the one shown."""
        if self._keys:
            place = self._keys.index(self._current) + 1 if self._current in self._keys else 0
            self._choose(self._keys[place % len(self._keys)])

    def _choose(self, key: object, _checked: bool = False) -> None:
        if key != self._current:
            self.chosen.emit(key)
