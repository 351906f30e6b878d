"""Months one under the other, a small square for each day: with stock, without, not known."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ces_desktop.ui import labels, theme
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import paint

LINE, NAME, COUNT = 18, 62, 96


class DayMonth(NamedTuple):
    """A month: its name, days with stock (bits), how many days of it are over, the words at its end; `before`: days of
    it that nobody knows of."""

    month: str
    stocked: int
    over: int
    words: str
    before: int = 0


class DayStrip(QWidget):
    """`DayStrip(name=…)`, `show_months([...])`: hatched red squares are days without stock, pale ones with."""

    def __init__(self, *, name: str = "") -> None:
        super().__init__()
        self._months: tuple[DayMonth, ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def show_months(self, months: Sequence[DayMonth], spoken: str = "") -> None:
        """Show these months, the first at the top; `spoken` is what a screen reader says."""
        self._months = tuple(months)
        self.setAccessibleDescription(spoken)
        self.setFixedHeight(px(LINE) * max(1, len(self._months)) + px(16))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(NAME + COUNT + 31 * 11), self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(px(NAME + COUNT + 31 * 8), self.height())

    def _step(self) -> float:
        return (self.width() - px(NAME) - px(COUNT)) / 31

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font("caption"))
        step = self._step()
        for n, each in enumerate(self._months):
            top = px(LINE) * n
            painter.setPen(theme.colour("text2"))
            left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(QRectF(0, top, px(NAME), px(LINE)), left, labels.day(each.month))
            first = date.fromisoformat(f"{each.month}-01")
            for day in range(monthrange(first.year, first.month)[1]):
                self._day(painter, QRectF(px(NAME) + day * step, top + 2, step - 2, px(LINE) - 4), each, day)
            tone = "bad" if each.words else "text3"
            painter.setPen(theme.colour(tone))
            words = QRectF(self.width() - px(COUNT) + px(8), top, px(COUNT) - px(8), px(LINE))
            painter.drawText(words, left, paint.elided(each.words, words.width(), "caption"))
        self._marks(painter, step, px(LINE) * len(self._months))

    def _day(self, painter: QPainter, area: QRectF, each: DayMonth, day: int) -> None:
        if not each.before <= day < each.over:
            painter.setPen(QPen(theme.colour("text3"), 1))
            painter.drawPoint(area.center())
        elif each.stocked >> day & 1:
            painter.fillRect(area, theme.colour("ok_soft"))
        else:
            painter.fillRect(area, theme.colour("bad_soft"))
            painter.fillRect(area, QBrush(theme.colour("bad"), Qt.BrushStyle.BDiagPattern))

    def _marks(self, painter: QPainter, step: float, top: float) -> None:
        painter.setPen(theme.colour("text3"))
        for day in (1, 5, 10, 15, 20, 25, 30):
            place = QRectF(px(NAME) + (day - 1) * step - px(10), top, step + px(20), px(14))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(day))

    def event(self, event: QEvent) -> bool:
        """A tip that says which day it is."""
        if isinstance(event, QHelpEvent):
            n = int(event.pos().y() // px(LINE))
            day = int((event.pos().x() - px(NAME)) // self._step()) + 1
            known = 0 <= n < len(self._months) and 1 <= day <= self._months[n].over
            words = labels.day(f"{self._months[n].month}-{day:02d}") if known else ""
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)
