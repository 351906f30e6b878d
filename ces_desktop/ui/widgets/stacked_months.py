"""The months of a year as upright 100 % bars: controlled, uncontrolled, without reading, missed; one is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ces_desktop.ui import theme
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import paint
from ces_desktop.ui.widgets.figures import paint_group, paint_share
from ces_desktop.ui.widgets.focus import Ringed

Counts = tuple[int, int, int, int]
SHARE_FROM = 17
"""A part is told in per cent inside when it is so many design px high."""


class StackedMonths(QWidget, Ringed):
    """`show_months([("oct", tip, (41, 20, 3, 7)), …], chosen)`: label, sentence of the tip, counts in the fixed order.

    ←→ choose a month, a click does too: `chosen(place)`. A month of nobody is an empty outline.
    """

    chosen = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._months: Sequence[tuple[str, str, Counts]] = ()
        self._at = -1
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(px(120))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_months(self, months: Sequence[tuple[str, str, Counts]], at: int) -> None:
        """Other months; `at` is the place of the chosen one."""
        self._months, self._at = months, at
        self.setAccessibleDescription(months[at][1] if 0 <= at < len(months) else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(480), px(150))

    def _column(self, place: int) -> QRectF:
        step = self.width() / max(1, len(self._months))
        gap = min(px(14), step / 5)
        return QRectF(place * step + gap / 2, px(4), step - gap, self.height() - px(4) - self._foot())

    def _foot(self) -> int:
        return paint.line_height("caption") + px(6)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        for place, (label, _, counts) in enumerate(self._months):
            area = self._column(place)
            if place == self._at:
                ground = area.adjusted(-px(3), -px(4), px(3), self._foot())
                painter.fillRect(ground, theme.colour("select"))
            self._paint_bar(painter, area, counts)
            painter.setPen(theme.colour("accent" if place == self._at else "text2"))
            painter.setFont(theme.font("caption", strong=place == self._at))
            under = QRectF(area.left() - px(6), area.bottom() + px(2), area.width() + px(12), self._foot() - px(2))
            painter.drawText(under, Qt.AlignmentFlag.AlignCenter, label)

    @staticmethod
    def _paint_bar(painter: QPainter, area: QRectF, counts: Counts) -> None:
        total, bottom = sum(counts), area.bottom()
        if not total:
            painter.setPen(QPen(theme.colour("line"), 1, Qt.PenStyle.DashLine))
            painter.drawRect(area)
            return
        for group, count in enumerate(counts):
            height = count / total * area.height()
            part = QRectF(area.left(), bottom - height, area.width(), max(0.0, height - 1))
            bottom -= height
            if count:
                paint_group(painter, group, part)
                painter.setFont(theme.font("caption", strong=True))
                if height > px(SHARE_FROM):
                    paint_share(painter, group, part, f"{round(100 * count / total)}")

    def _place_at(self, point: QPoint) -> int:
        step = self.width() / max(1, len(self._months))
        return min(len(self._months) - 1, max(0, int(point.x() / step)))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QHelpEvent.Type.ToolTip and self._months:
            QToolTip.showText(event.globalPos(), self._months[self._place_at(event.pos())][1], self)
            return True
        return super().event(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._months and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self._place_at(event.position().toPoint()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step and 0 <= self._at + step < len(self._months):
            self.chosen.emit(self._at + step)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.ring_on(event, 4)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.ring_off()
