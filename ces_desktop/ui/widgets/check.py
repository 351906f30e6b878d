"""A box to tick: the mark is drawn in it, so that colour is never alone."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox, QStyle, QStyleOptionButton

from ces_desktop.ui import theme


class CheckBox(QCheckBox):
    """`CheckBox(tr("Nurse"))`: ground, border and focus come from the style sheet, the mark is painted over."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()  # some desktops tick with Enter; in a form it goes to the next field
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        place = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = theme.colour("on_accent" if self.isEnabled() else "text3")
        pen = QPen(ink, theme.current().zoom * 2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        corners = ((0.25, 0.52), (0.43, 0.70), (0.75, 0.32))
        mark = [QPointF(place.x() + x * place.width(), place.y() + y * place.height()) for x, y in corners]
        painter.drawPolyline(QPolygonF(mark))
