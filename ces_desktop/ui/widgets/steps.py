"""The steps of a wizard or of a long form, each with its state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ces_desktop.ui import icons, theme
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import paint
from ces_desktop.ui.widgets.focus import Ringed
from ces_desktop.ui.widgets.layout import column, row

StepState = Literal["done", "now", "next", "trouble"]
_BESIDE = 8 + 22 + 8 + 10
"""What stands beside the words: edge, disc, gap, edge."""


class StepList(QWidget):
    """`StepList([tr("Language"), …])` upright, or across with `across=True`; `chosen(n)` when one is clicked (0…).

    `set_current(n)` marks the steps before it done; `set_state(n, "trouble")` overrides one.
    """

    chosen = Signal(int)

    def __init__(self, steps: Sequence[str], *, across: bool = False) -> None:
        super().__init__()
        self._items = [_Step(number, word, upright=not across) for number, word in enumerate(steps)]
        self.setLayout(row(*self._items, None, gap=10) if across else column(*self._items, None, gap=2))
        for number, item in enumerate(self._items):
            item.clicked.connect(lambda _=False, number=number: self.chosen.emit(number))
        self.set_current(0)

    def set_current(self, number: int, *, back: bool = True) -> None:
        """The step one is at; later ones cannot be clicked yet, those before only where one can go `back`."""
        for place, item in enumerate(self._items):
            item.set_state("done" if place < number else "now" if place == number else "next")
            item.setEnabled(place == number or (back and place < number))
            item.setFocusPolicy(Qt.FocusPolicy.TabFocus if place < number else Qt.FocusPolicy.NoFocus)

    def set_free(self, number: int, done: Sequence[int]) -> None:
        """The step one is at, where they may be taken in any order; `done` are those that hold something."""
        for place, item in enumerate(self._items):
            item.set_state("now" if place == number else "done" if place in done else "next")
            item.setEnabled(True)
            item.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_state(self, number: int, state: StepState) -> None:
        """Show another state on one step."""
        self._items[number].set_state(state)


class _Step(QAbstractButton, Ringed):
    def __init__(self, number: int, word: str, upright: bool) -> None:
        super().__init__()
        self._number, self._word = number, word
        self._state: StepState = "next"
        self.setText(word.replace("&", "&&"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._upright = upright
        rule = QSizePolicy.Policy.Preferred if upright else QSizePolicy.Policy.Fixed
        policy = QSizePolicy(rule, rule)
        policy.setHeightForWidth(upright)  # a long word of an upright list goes on in a second line
        self.setSizePolicy(policy)

    def set_state(self, state: StepState) -> None:
        self._state = state
        self.setAccessibleName(f"{self._number + 1}. {self._word}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(_BESIDE) + paint.width_of(self._word, "body", True), px(36))

    def minimumSizeHint(self) -> QSize:
        pieces = self._word.split() if self._upright else [self._word]
        return QSize(px(_BESIDE) + max(paint.width_of(piece, "body", True) for piece in pieces), px(36))

    def heightForWidth(self, width: int) -> int:
        return max(px(36), paint.wrapped_height(self._word, width - px(_BESIDE), "body", True) + px(12))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.ring_on(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.ring_off()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side, left = px(22), px(8)
        top = (self.height() - side) // 2
        now = self._state == "now"
        if now:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_soft"))
            painter.drawRoundedRect(self.rect(), px(6), px(6))
        if self._state in ("done", "trouble"):
            painter.drawPixmap(left, top, icons.shape("ok" if self._state == "done" else "warn", 22))
        else:
            painter.setPen(Qt.PenStyle.NoPen if now else QPen(theme.colour("edge"), 1))
            painter.setBrush(theme.colour("accent") if now else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(left, top, side, side)
            painter.setPen(theme.colour("on_accent" if now else "text2"))
            painter.setFont(theme.font("caption", strong=True))
            painter.drawText(left, top, side, side, Qt.AlignmentFlag.AlignCenter, str(self._number + 1))
        painter.setPen(theme.colour("text" if now else "text2"))
        painter.setFont(theme.font("body", strong=now))
        words = self.rect().adjusted(left + side + px(8), 0, -px(10), 0)
        wrap = Qt.TextFlag.TextWordWrap if self._upright else Qt.TextFlag.TextSingleLine
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | wrap, self._word)
