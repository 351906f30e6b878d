"""Use of an item month by month, what was asked for in vain, months without stock, and the fan of what is foretold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ces_desktop.domain.supply.shelf import MonthUse
from ces_desktop.domain.trends import ticks
from ces_desktop.i18n import tr, trn
from ces_desktop.ui import labels, theme
from ces_desktop.ui.theme import px

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 214, 52, 84, 14, 24


Levels = tuple[float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Foretold:
    """A month to come: its name, and units in 5, 20, 50, 80 and 95 of a hundred cases."""

    month: str
    levels: Levels


class UseChart(QWidget):
    """Grey bars = handed out or used; dashed on top = asked for and not there; red hatch = days without stock."""

    def __init__(self) -> None:
        super().__init__()
        self._months: tuple[MonthUse, ...] = ()
        self._coming: tuple[Foretold, ...] = ()
        self.setFixedHeight(px(HEIGHT))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Use and forecast"))

    def show_use(self, months: Sequence[MonthUse], coming: Sequence[Foretold]) -> None:
        """Months that were, the latest last, and months to come."""
        self._months, self._coming = tuple(months), tuple(coming)
        spoken = [f"{labels.day(m.month)}: {labels.number(m.used)}" for m in months]
        self.setAccessibleDescription("; ".join(spoken))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(520), px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(320), px(HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._months:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("caption"))
        # Of a wide fan the rare top may run out of the picture, with its figure beside it: the bars stay legible.
        told = [f.levels[3] for f in self._coming]
        tops = [min(f.levels[4], 2 * t) for f, t in zip(self._coming, told, strict=True)]
        highest = max(1.0, *(m.used + m.unmet for m in self._months), *told, *tops)
        marks = ticks(0, round(highest + 0.5))
        area = QRectF(px(LEFT), px(TOP), self.width() - px(LEFT) - px(RIGHT), self.height() - px(TOP) - px(BOTTOM))
        step = area.width() / (len(self._months) + len(self._coming))
        top = float(marks[-1])
        self._ground(painter, area, marks, top)
        for n, month in enumerate(self._months):
            self._month(painter, QRectF(area.left() + n * step, area.top(), step, area.height()), month, top)
        if self._coming:
            self._fan(painter, area, step, top)

    def _ground(self, painter: QPainter, area: QRectF, marks: Sequence[int], top: float) -> None:
        for mark in marks:
            y = area.bottom() - mark / top * area.height()
            painter.setPen(QPen(theme.colour("edge" if mark == 0 else "line"), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(theme.colour("text2"))
            place = QRectF(0, y - px(8), px(LEFT) - px(8), px(16))
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, labels.number(mark))

    def _month(self, painter: QPainter, column: QRectF, month: MonthUse, top: float) -> None:
        out = 1 - month.exposure
        if out > 0.02:
            wide = column.width() * out
            shade = QRectF(column.right() - wide, column.top(), wide, column.height())
            painter.fillRect(shade, theme.colour("bad_soft"))
            painter.fillRect(shade, QBrush(theme.colour("bad"), Qt.BrushStyle.BDiagPattern))
        wide = column.width() * 0.6
        left = column.center().x() - wide / 2
        high = month.used / top * column.height()
        bar = QRectF(left, column.bottom() - high, wide, high)
        painter.fillRect(bar, theme.colour("c_none"))
        if month.unmet:
            more = month.unmet / top * column.height()
            painter.setPen(QPen(theme.colour("text2"), 1, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(left, bar.top() - more, wide, more))
        self._name(painter, column, month.month)

    def _name(self, painter: QPainter, column: QRectF, month: str) -> None:
        short = labels.day(month)[:3] + (f" {month[2:4]}" if month.endswith("-01") else "")
        painter.setPen(theme.colour("text2"))
        place = QRectF(column.left() - px(8), column.bottom() + px(4), column.width() + px(16), px(16))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, short)

    def _fan(self, painter: QPainter, area: QRectF, step: float, top: float) -> None:
        start = area.left() + len(self._months) * step
        painter.setPen(QPen(theme.colour("text3"), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(start, area.top()), QPointF(start, area.bottom()))
        painter.setPen(theme.colour("text2"))
        painter.drawText(QPointF(start + px(4), area.top() + px(10)), tr("today"))

        def at(n: int, level: float) -> QPointF:
            return QPointF(start + (n + 0.5) * step, area.bottom() - min(level, top) / top * area.height())

        ink = theme.colour("accent")
        for low, high, alpha in ((0, 4, 0.14), (1, 3, 0.26)):
            ground = QColor(ink)
            ground.setAlphaF(alpha)
            upper = [at(n, f.levels[high]) for n, f in enumerate(self._coming)]
            lower = [at(n, f.levels[low]) for n, f in enumerate(self._coming)]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))
        middle = [at(n, f.levels[2]) for n, f in enumerate(self._coming)]
        painter.setPen(QPen(ink, px(2)))
        painter.drawPolyline(QPolygonF(middle))
        painter.setBrush(ink)
        for point in middle:
            painter.drawEllipse(point, px(3), px(3))
        painter.setPen(theme.colour("text2"))
        last = self._coming[-1].levels
        most = f"95 % ↑ {labels.number(round(last[4]))}" if last[4] > top else "95 %"
        beside = [(at(len(self._coming) - 1, last[n]).y(), word) for n, word in ((4, most), (2, "50 %"), (0, "5 %"))]
        held = -100.0
        for y, word in sorted(beside):
            y = max(y, held + px(12))
            held = y
            painter.drawText(QPointF(area.right() + px(4), y + px(4)), word)
        for n, each in enumerate(self._coming):
            self._name(painter, QRectF(start + n * step, area.top(), step, area.height()), each.month)


def stock_out_words(days: int) -> str:
    """`12 días sin` beside a month; "" where there was stock on every day."""
    return trn("{n} day without", "{n} days without", days).format(n=days) if days else ""
