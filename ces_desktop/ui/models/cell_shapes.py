"""Cells that are no words: a sparkline, a letter in a square, a number in a field. Loaded where a table has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ces_desktop.ui import theme
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import paint as painting
from ces_desktop.ui.widgets.figures import paint_line

if TYPE_CHECKING:
    from ces_desktop.ui.models.record_table import Cell

SQUARE, FIELD = 24, 32


def paint(painter: QPainter, inner: QRect, cell: Cell, align: str) -> None:
    """Paint the cell in its inner area."""
    if cell.line is not None:
        values, gaps = cell.line
        high = min(inner.height() - px(4), px(34))
        top = inner.top() + (inner.height() - high) / 2
        paint_line(painter, QRectF(inner.left() - px(4), top, inner.width() + px(8), high), values, gaps, True)
    elif cell.badge:
        _square(painter, inner, cell)
    elif cell.gauge is not None:
        _gauge(painter, inner, cell)
    else:
        _field(painter, inner, cell, align)


def _square(painter: QPainter, inner: QRect, cell: Cell) -> None:
    side = px(SQUARE)
    spot = QRect(inner.left() + (inner.width() - side) // 2, inner.top() + (inner.height() - side) // 2, side, side)
    filled = cell.badge == "filled"
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("text" if filled else "edge"), 1))
    painter.setBrush(theme.colour("text" if filled else "surface"))
    painter.drawRoundedRect(QRectF(spot).adjusted(0.5, 0.5, -0.5, -0.5), px(4), px(4))
    painter.setPen(theme.colour("surface" if filled else "text"))
    painter.setFont(theme.font("small", strong=True))
    painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, cell.text)


def _gauge(painter: QPainter, inner: QRect, cell: Cell) -> None:
    """The number, and beside it a bar: its full length is twice the mark."""
    assert cell.gauge is not None
    full, mark = cell.gauge
    words = px(34)
    painter.setPen(theme.colour("text"))
    painter.setFont(theme.font("body", cell.strong))
    painter.drawText(inner.adjusted(0, 0, words - inner.width(), 0), Qt.AlignmentFlag.AlignVCenter, cell.text)
    bar = QRectF(inner.left() + words, inner.center().y() - px(3), inner.width() - words, px(7))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("none_soft"))
    painter.drawRoundedRect(bar, px(3), px(3))
    part = QRectF(bar.left(), bar.top(), max(px(7), bar.width() * min(1.0, full)), bar.height())
    painter.setBrush(theme.colour(cell.tone))
    painter.drawRoundedRect(part, px(3), px(3))
    x = round(bar.left() + bar.width() * mark)
    painter.fillRect(QRectF(x, bar.top() - px(4), px(2), bar.height() + px(8)), theme.colour("text"))


def _field(painter: QPainter, inner: QRect, cell: Cell, align: str) -> None:
    high = min(px(FIELD), inner.height() - px(4))
    frame = QRectF(inner.left() - px(4), inner.top() + (inner.height() - high) / 2, inner.width() + px(8), high)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("edge"), 1))
    painter.setBrush(theme.colour("surface"))
    painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), px(6), px(6))
    painter.setPen(theme.colour(cell.tone))
    painter.setFont(theme.font("body", cell.strong))
    side = Qt.AlignmentFlag.AlignRight if align == "right" else Qt.AlignmentFlag.AlignLeft
    inside = inner.adjusted(px(4), 0, -px(4), 0)
    text = painting.elided(cell.text, inside.width(), "body", cell.strong)
    painter.drawText(inside, side | Qt.AlignmentFlag.AlignVCenter, text)
    if cell.caption and align == "right":  # where from, before how many
        painter.setPen(theme.colour("text3"))
        painter.setFont(theme.font("caption"))
        room = inside.width() - painting.width_of(cell.text, "body", cell.strong) - px(6)
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, painting.elided(cell.caption, room, "caption"))
