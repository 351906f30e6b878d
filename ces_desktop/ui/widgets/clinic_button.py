"""In the top bar of a mentor's laptop or a hub: whose places are shown; with several clinics it asks for another."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ces_desktop.i18n import tr
from ces_desktop.ui import icons, theme
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import paint
from ces_desktop.ui.widgets.focus import Ringed

_AROUND = 8 + 16 + 6 + 6 + 14 + 8
"""Edge, pin, gap, gap, arrow, edge."""
_LEAST_WORDS = 56


class ClinicButton(QAbstractButton, Ringed):
    """The clinic's name, shortened with … in a full bar; Enter, Space, ↓ or a click asks for another where there is."""

    def __init__(self) -> None:
        super().__init__()
        self._name, self._many = "", False
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.hide()

    def set_clinic(self, name: str, *, many: bool) -> None:
        """Say which it is; an empty name hides it. Without others to choose there is nothing to press."""
        self._name, self._many = name, many
        self.setAccessibleName(tr("Clinic: {name}").format(name=name))
        self.setToolTip(tr("Choose another clinic") if many else name)
        self.setAccessibleDescription(self.toolTip())
        self.setEnabled(many)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if many else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if many else Qt.CursorShape.ArrowCursor)
        self.setVisible(bool(name))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(_AROUND) + paint.width_of(self._name, "small", True), px(32))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(_AROUND) + min(paint.width_of(self._name, "small", True), px(_LEAST_WORDS)), px(32))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.ring_on(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.ring_off()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._many:
            painter.setPen(theme.colour("edge"))
            painter.setBrush(theme.colour("select" if self.underMouse() else "surface"))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), px(6), px(6))
        middle = self.height() // 2
        painter.drawPixmap(px(8), middle - px(8), icons.pixmap("map-pin", 16, "text2"))
        painter.setPen(theme.colour("text"))
        painter.setFont(theme.font("small", strong=True))
        room = self.rect().adjusted(px(30), 0, -px(28 if self._many else 8), 0)
        words = paint.elided(self._name, room.width(), "small", True)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
        if self._many:
            painter.drawPixmap(self.width() - px(22), middle - px(7), icons.pixmap("chevron-down", 14, "text2"))
