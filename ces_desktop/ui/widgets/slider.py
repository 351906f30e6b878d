"""A number set by sliding: few whole steps, arrow keys, its value in words beside it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ces_desktop.ui import theme
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets.focus import Ringed

_STEPS = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageUp: 2, Qt.Key.Key_PageDown: -2,
}  # fmt: skip


class Slider(QWidget, Ringed):
    """`Slider(tr("Weeks late"), 8)`: whole numbers from 0 to `most`; `changed(int)`. Home and End go to the ends."""

    changed = Signal(int)

    def __init__(self, name: str, most: int) -> None:
        super().__init__()
        self._most, self._value = most, 0
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(px(150), px(28))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(90), px(28))

    def value(self) -> int:
        """Where it stands."""
        return self._value

    def set_value(self, value: int) -> None:
        """Move it and tell, if it moved."""
        value = min(self._most, max(0, value))
        if value != self._value:
            self._value = value
            self.setAccessibleDescription(str(value))
            self.update()
            self.changed.emit(value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.set_value(self._value + _STEPS[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.set_value(0 if key == Qt.Key.Key_Home else self._most)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._follow(event)

    def _follow(self, event: QMouseEvent) -> None:
        self.set_value(round((event.position().x() - self._pad()) / max(1.0, self._room()) * self._most))

    def _pad(self) -> int:
        return px(9)

    def _room(self) -> float:
        return self.width() - 2 * self._pad()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, middle = self._pad(), self.height() / 2
        at = left + self._room() * self._value / self._most
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("line"))
        painter.drawRoundedRect(QRectF(left, middle - px(2), self._room(), px(4)), px(2), px(2))
        painter.setBrush(theme.colour("accent"))
        painter.drawRoundedRect(QRectF(left, middle - px(2), at - left, px(4)), px(2), px(2))
        painter.setPen(QPen(theme.colour("edge"), 1))
        for step in range(self._most + 1):
            x = round(left + self._room() * step / self._most) + 0.5
            painter.drawLine(QPointF(x, middle + px(5)), QPointF(x, middle + px(8)))
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.setBrush(theme.colour("surface"))
        painter.drawEllipse(QPointF(at, middle), px(7), px(7))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.ring_on(event, 6)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.ring_off()
