"""Small painted figures: sparkline, 100 % bar with hatches and its legend, measure with a mark."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ces_desktop.ui import theme
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import paint
from ces_desktop.ui.widgets.layout import row
from ces_desktop.ui.widgets.text import Text

# Fixed order: controlled, uncontrolled, visited without reading, missed. The hatch reads without colour.
_GROUPS = (
    ("c_ok", Qt.BrushStyle.SolidPattern),
    ("c_bad", Qt.BrushStyle.BDiagPattern),
    ("c_none", Qt.BrushStyle.Dense5Pattern),
    ("c_miss", Qt.BrushStyle.NoBrush),
)


class Sparkline(QWidget):
    """Grey line, last point in accent, goal dashed green, `gaps` (places of months out of stock) hatched.

    None in `values` is a gap in the line, never joined. `from_zero` for consumption, not for clinical values.
    """

    def __init__(
        self,
        values: Sequence[float | None],
        *,
        goal: float | None = None,
        gaps: Sequence[int] = (),
        from_zero: bool = False,
        size: tuple[int, int] = (96, 28),
        name: str = "",
    ) -> None:
        super().__init__()
        self._values, self._goal, self._gaps, self._zero = tuple(values), goal, tuple(gaps), from_zero
        self.setFixedSize(px(size[0]), px(size[1]))
        self.setAccessibleName(name)

    def paintEvent(self, _event: QPaintEvent) -> None:
        area = QRectF(0, 0, self.width(), self.height())
        paint_line(QPainter(self), area, self._values, self._gaps, self._zero, self._goal)


def paint_line(
    painter: QPainter,
    area: QRectF,
    values: Sequence[float | None],
    gaps: Sequence[int] = (),
    from_zero: bool = False,
    goal: float | None = None,
) -> None:
    """A sparkline in an area, for cells of a table too."""
    known = [value for value in values if value is not None]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pad = px(4)
    left, top = area.left() + pad, area.top() + pad
    width, height = area.width() - 2 * pad, area.height() - 2 * pad
    levels = known if goal is None else [*known, goal]
    low, high = min(levels, default=0.0), max(levels, default=1.0)
    low = min(low, 0) if from_zero else low
    scale, step = (high - low) or 1, width / max(1, len(values) - 1)

    def level(value: float) -> float:
        return top + height - (value - low) / scale * height

    for gap in gaps:
        band = QRectF(left + (gap - 0.5) * step, top - pad / 2, step, height + pad).intersected(area)
        painter.fillRect(band, QBrush(theme.colour("bad"), Qt.BrushStyle.BDiagPattern))
    if goal is not None:
        painter.setPen(QPen(theme.colour("ok"), 1, Qt.PenStyle.DashLine))
        y = round(level(goal)) + 0.5
        painter.drawLine(QPointF(left, y), QPointF(left + width, y))
    points = [None if v is None else QPointF(left + i * step, level(v)) for i, v in enumerate(values)]
    painter.setPen(QPen(theme.colour("text3"), 1.5))
    for one, two in pairwise(points):
        if one is not None and two is not None:
            painter.drawLine(one, two)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("accent"))
    last = next((point for point in reversed(points) if point is not None), None)
    if last is not None:
        painter.drawEllipse(last, px(3), px(3))


class Stack100(QWidget):
    """People in four groups as one bar: controlled, uncontrolled, visited without reading, missed (counts)."""

    def __init__(
        self, counts: tuple[int, int, int, int], *, height: int = 18, words: bool = True, name: str = ""
    ) -> None:
        super().__init__()
        self._counts, self._words = counts, words
        self.setFixedHeight(px(height))
        self.setMinimumWidth(px(40))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        self.setToolTip(name)

    def sizeHint(self) -> QSize:
        return QSize(px(160), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font("caption", strong=True))
        total, left = sum(self._counts), 0.0
        for place, count in enumerate(self._counts):
            if not count:
                continue
            width = count / total * (self.width() - 1)
            area = QRectF(left + 0.5, 0.5, max(width - 1.5, 0), self.height() - 1)
            paint_group(painter, place, area)
            if self._words and width > px(24):
                paint_share(painter, place, area, f"{round(count / total * 100)}")
            left += width


def paint_group(painter: QPainter, place: int, area: QRectF) -> None:
    """A part of a 100 % bar in the colour and hatch of its group."""
    token, pattern = _GROUPS[place]
    ink = theme.colour(token)
    if pattern == Qt.BrushStyle.SolidPattern:
        painter.fillRect(area, ink)
    elif pattern != Qt.BrushStyle.NoBrush:
        soft = QColor(ink)
        soft.setAlpha(70)
        painter.fillRect(area, soft)
        painter.fillRect(area, QBrush(ink, pattern))
    painter.setPen(QPen(ink, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area)


def paint_share(painter: QPainter, place: int, area: QRectF, text: str) -> None:
    """The share inside its part, on a plain ground where the part is hatched."""
    if _GROUPS[place][1] == Qt.BrushStyle.SolidPattern:
        painter.setPen(theme.colour("surface"))
    else:
        width = paint.width_of(text, "caption", True) + px(6)
        ground = QRectF(area.center().x() - width / 2, area.top() + 1, width, area.height() - 2)
        painter.fillRect(ground, theme.colour("surface"))
        painter.setPen(theme.colour("text"))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)


class Swatch(QWidget):
    """The hatch of one group, for a legend."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self._place = place
        self.setFixedSize(px(16), px(12))

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_group(QPainter(self), self._place, QRectF(0.5, 0.5, self.width() - 1.5, self.height() - 1.5))


class Legend(QWidget):
    """What the four hatches mean, in the words given (same order)."""

    def __init__(self, words: tuple[str, str, str, str]) -> None:
        super().__init__()
        parts = [row(Swatch(place), Text(word, "caption"), gap=5) for place, word in enumerate(words)]
        self.setLayout(row(*parts, None, gap=6))


class Measure(QWidget):
    """A thin bar from 0 to `top` with an upright mark at the goal."""

    def __init__(
        self,
        value: float,
        top: float,
        *,
        mark: float | None = None,
        tone: Literal["accent", "ok", "warn", "bad"] = "accent",
        width: int = 90,
    ) -> None:
        super().__init__()
        self._value, self._top, self._goal, self._tone = value, top, mark, tone
        self.setFixedSize(px(width), px(14))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        bar = QRectF(0, px(3), self.width(), px(8))
        painter.setBrush(theme.colour("none_soft"))
        painter.drawRoundedRect(bar, px(3), px(3))
        if self._value > 0:
            bar.setWidth(max(px(4), min(self._value / self._top, 1) * self.width()))
            painter.setBrush(theme.colour(self._tone))
            painter.drawRoundedRect(bar, px(3), px(3))
        if self._goal is not None:
            painter.setBrush(theme.colour("text"))
            painter.drawRect(QRectF(self._goal / self._top * self.width() - 1, 0, 2, self.height()))
