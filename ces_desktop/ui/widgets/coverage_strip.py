"""Months one under the other, a square for each day: a physician there, away, nobody, not known; what is planned."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ces_desktop.reports.coverage_words import CoverMonth
from ces_desktop.ui import labels, theme
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import paint
from ces_desktop.ui.widgets.focus import Ringed

LINE, NAME, COUNT, FOOT = 18, 62, 104, 16


class CoverageStrip(QWidget, Ringed):
    """`CoverageStrip(name=…)`, `show_months([...])`. ↑↓ choose a month, `chosen(place)`; a tip says which day it is.

    Filled pale green = somebody was there; red hatched = nobody; amber dotted = all away; a point = not known. Days to
    come are outlines only: a plan is not a fact.
    """

    chosen = Signal(int)

    def __init__(self, *, name: str = "") -> None:
        super().__init__()
        self._months: tuple[CoverMonth, ...] = ()
        self._tips: tuple[str, ...] = ()
        self._at = -1
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_months(self, months: Sequence[CoverMonth], spoken: Sequence[str], at: int) -> None:
        """Show these months, the first at the top; `spoken` = each as a sentence, `at` = the chosen one."""
        self._months, self._tips = tuple(months), tuple(spoken)
        self._choose(at)
        self.setFixedHeight(px(LINE) * max(1, len(self._months)) + px(FOOT))

    def sizeHint(self) -> QSize:
        return QSize(px(NAME + COUNT + 31 * 11), self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(px(NAME + COUNT + 31 * 7), self.height())

    def _choose(self, at: int) -> None:
        self._at = at
        self.setAccessibleDescription(self._tips[at] if 0 <= at < len(self._tips) else "")
        self.update()

    def _step(self) -> float:
        return (self.width() - px(NAME) - px(COUNT)) / 31

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        step = self._step()
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        for n, each in enumerate(self._months):
            top = px(LINE) * n
            if n == self._at and self.hasFocus():
                painter.fillRect(QRectF(0, top, self.width(), px(LINE)), theme.colour("select"))
            painter.setFont(theme.font("caption"))
            painter.setPen(theme.colour("text2" if each.over else "text3"))
            painter.drawText(QRectF(px(4), top, px(NAME), px(LINE)), left, labels.day(each.month))
            for day, standing in enumerate(each.standings):
                area = QRectF(px(NAME) + day * step, top + 2, step - 2, px(LINE) - 4)
                paint_day(painter, area, standing, day < each.over)
            painter.setPen(theme.colour(each.tone))
            words = QRectF(self.width() - px(COUNT) + px(8), top, px(COUNT) - px(8), px(LINE))
            painter.drawText(words, left, paint.elided(each.words, words.width(), "caption"))
        self._marks(painter, step, px(LINE) * len(self._months))

    def _marks(self, painter: QPainter, step: float, top: float) -> None:
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("text3"))
        for day in (1, 5, 10, 15, 20, 25, 30):
            place = QRectF(px(NAME) + (day - 1) * step - px(10), top, step + px(20), px(14))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(day))

    def _place_at(self, y: float) -> int:
        return min(len(self._months) - 1, max(0, int(y // px(LINE))))

    def event(self, event: QEvent) -> bool:
        """A tip that says which day it is, and the month as a sentence."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._months:
            n = self._place_at(event.pos().y())
            day = int((event.pos().x() - px(NAME)) // self._step()) + 1
            named = 1 <= day <= monthrange(*map(int, self._months[n].month.split("-")))[1]
            words = labels.day(date.fromisoformat(f"{self._months[n].month}-{day:02d}")) if named else ""
            QToolTip.showText(event.globalPos(), "\n".join(x for x in (words, self._tips[n]) if x), self)
            return True
        return super().event(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._months:
            self._take(self._place_at(event.position().y()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step and 0 <= self._at + step < len(self._months):
            self._take(self._at + step)
        else:
            super().keyPressEvent(event)

    def _take(self, place: int) -> None:
        self._choose(place)
        self.chosen.emit(place)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.ring_on(event, 4)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.ring_off()


def paint_day(painter: QPainter, area: QRectF, standing: str, over: bool) -> None:
    """One day; `over` False = still to come."""
    tone = {"covered": "ok", "away": "warn", "vacant": "bad"}.get(standing)
    if tone is None:
        painter.setPen(QPen(theme.colour("text3"), 1))
        painter.drawPoint(area.center())
        return
    if not over:
        pen = QPen(theme.colour("line" if standing == "covered" else tone), 1)
        pen.setStyle(Qt.PenStyle.SolidLine if standing == "covered" else Qt.PenStyle.DotLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
        return
    painter.fillRect(area, theme.colour(f"{tone}_soft"))
    if standing != "covered":
        style = Qt.BrushStyle.BDiagPattern if standing == "vacant" else Qt.BrushStyle.Dense5Pattern
        painter.fillRect(area, QBrush(theme.colour(tone), style))
