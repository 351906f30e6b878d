"""A key cap and what it does, in the docked bar of a list whose letters are outcomes."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ces_desktop.ui import theme
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import paint
from ces_desktop.ui.widgets.focus import Ringed


class OutcomeKey(QAbstractButton, Ringed):
    """`OutcomeKey("V", tr("Visited"))`: the cap first, then the word; the page acts on the letter, a click does too.

    `checkable` ones stay down (a way of noting, not an outcome).
    """

    def __init__(self, key: str, words: str, *, checkable: bool = False) -> None:
        super().__init__()
        self._key = key
        self.setText(words.replace("&", "&&"))
        self._words = words
        self.setAccessibleName(words)
        self.setAccessibleDescription(key)
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_possible(self, possible: bool, reason: str = "") -> None:
        """Enable, or disable and say why in the tool tip."""
        self.setEnabled(possible)
        self.setToolTip("" if possible else reason)

    def sizeHint(self) -> QSize:
        width = paint.cap_width(self._key) + px(7) + paint.width_of(self._words, "small", self.isCheckable()) + px(12)
        return QSize(width, px(32))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
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
        hover = self.underMouse() and self.isEnabled()
        on = self.isChecked()
        if hover or on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_soft" if on else "row"))
            painter.drawRoundedRect(self.rect(), px(6), px(6))
        cap = QRect(px(5), (self.height() - px(20)) // 2, paint.cap_width(self._key), px(20))
        paint.key_cap(painter, cap, self._key, faint=not self.isEnabled())
        painter.setFont(theme.font("small", strong=on))
        painter.setPen(theme.colour("text3" if not self.isEnabled() else "accent" if on else "text2"))
        left = cap.right() + 1 + px(7)
        words = QRect(left, 0, self.width() - left, self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self._words)
