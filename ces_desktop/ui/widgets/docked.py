"""The docked save bar: always visible, the state of the draft at left, the primary (F9) at right."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from ces_desktop.ui.icons import State
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets.button import Button
from ces_desktop.ui.widgets.layout import clear, row
from ces_desktop.ui.widgets.text import Shape, Text


class DockedBar(QFrame):
    """`DockedBar(Button(tr("Save"), "primary", icon="save", shortcut="F9"), Button(…))`: primary, then secondaries.

    `set_state("ok", tr("Draft saved 10:42"))` at left; `lead` widgets stand before it (outcome keys of a list).
    """

    def __init__(self, primary: Button | None = None, *secondary: Button, lead: tuple[QWidget, ...] = ()) -> None:
        super().__init__()
        self.setProperty("surface", "dock")
        self.setFixedHeight(px(56))
        self.primary = primary
        self._buttons = [button for button in (primary, *secondary) if button is not None]
        self._mark, self.words = row(gap=0), Text("", "small", elide=True)
        buttons = [*reversed(secondary), *([primary] if primary is not None else [])]
        self.setLayout(row(*lead, self._mark, (self.words, 1), *buttons, gap=10, margins=(20, 0, 20, 0)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the buttons have no room, they go without icons and key caps; the keys still work."""
        super().resizeEvent(event)
        shown = [button for button in self._buttons if not button.isHidden()]
        needs = sum(button.whole_width() + px(10) for button in shown) + px(60)
        for button in self._buttons:
            button.set_short(needs > self.width())

    def set_state(self, state: State | None, text: str = "") -> None:
        """Say where the work stands; None and an empty text say nothing."""
        clear(self._mark)
        if state is not None:
            self._mark.addWidget(Shape(state, 18, outline=False))
        self.words.set_text(text)
        self.words.setAccessibleName(text)
