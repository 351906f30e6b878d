"""Small painted parts shared by widgets and by the table's delegate: key caps, chips, tags."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from ces_desktop.ui import icons, theme
from ces_desktop.ui.theme import px

CHIP_HEIGHT, TAG_HEIGHT, CAP_HEIGHT = 24, 20, 20


@cache
def _metrics_for(size: str, strong: bool, zoom: float, face: str) -> QFontMetricsF:  # noqa: ARG001 - parts of the key
    return QFontMetricsF(theme.font(size, strong))


def _metrics(size: str, strong: bool) -> QFontMetricsF:
    return _metrics_for(size, strong, theme.current().zoom, theme.face())


def width_of(text: str, size: str = "body", strong: bool = False) -> int:
    """Width in px of a text in a named type size at the zoom in force."""
    return int(_metrics(size, strong).horizontalAdvance(text) + 0.99)


def elided(text: str, width: float, size: str = "body", strong: bool = False) -> str:
    """The text, shortened with … to fit."""
    return _metrics(size, strong).elidedText(text, Qt.TextElideMode.ElideRight, width)


def wrapped_height(text: str, width: int, size: str = "body", strong: bool = False) -> int:
    """Height of the text broken at its blanks into lines of this width."""
    room = QRectF(0, 0, width, 1_000_000)
    return int(_metrics(size, strong).boundingRect(room, int(Qt.TextFlag.TextWordWrap), text).height() + 0.99)


def line_height(size: str = "body", strong: bool = False) -> int:
    """Height of one line."""
    return int(_metrics(size, strong).height() + 0.99)


def cap_width(key: str) -> int:
    """Width of a key cap."""
    return max(px(24), width_of(key, "key") + px(14))


def key_cap(painter: QPainter, rect: QRect | QRectF, key: str, on: bool = False, faint: bool = False) -> None:
    """A key cap filling the rectangle; `on` = on the accent ground, `faint` = of a disabled button."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    frame = QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5)
    ink = theme.colour("text3" if faint else "on_accent" if on else "text2")
    painter.setPen(QPen(ink if on and not faint else theme.colour("line"), 1))
    painter.setBrush(QColor(Qt.GlobalColor.transparent) if on else theme.colour("sunken"))
    painter.drawRoundedRect(frame, px(4), px(4))
    if not on:
        base = frame.bottom() - 1
        painter.drawLine(QPointF(frame.left() + px(3), base), QPointF(frame.right() - px(3), base))
    painter.setPen(ink)
    painter.setFont(theme.font("key"))
    painter.drawText(QRectF(rect), Qt.AlignmentFlag.AlignCenter, key)
    painter.restore()


def chip_width(text: str) -> int:
    """Width of a status chip with this word."""
    return px(7) + px(14) + px(5) + width_of(text, "small", True) + px(9)


def chip(painter: QPainter, rect: QRect, state: icons.State, text: str) -> None:
    """A status chip: soft ground, shape and word in the same strong colour; the word is shortened to the rectangle."""
    tone = icons.STATE_COLOUR[state]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(f"{tone}_soft"))
    painter.drawRoundedRect(rect, px(4), px(4))
    side = px(14)
    top = rect.top() + (rect.height() - side) // 2
    painter.drawPixmap(rect.left() + px(7), top, icons.shape(state, 14, knock=f"{tone}_soft"))
    painter.setPen(theme.colour(tone))
    painter.setFont(theme.font("small", strong=True))
    words = rect.adjusted(px(7) + side + px(5), 0, -px(5), 0)
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, elided(text, words.width(), "small", True))
    painter.restore()


def tag_width(text: str) -> int:
    """Width of a tag with this word."""
    return width_of(text, "caption") + px(20)


def tag(painter: QPainter, rect: QRect, text: str, tone: str = "text2") -> None:
    """A category: outline, no shape, never a state."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("line"), 1))
    painter.setBrush(theme.colour("surface"))
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), px(4), px(4))
    painter.setPen(theme.colour(tone))
    painter.setFont(theme.font("caption"))
    inner = rect.width() - px(8)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, elided(text, inner, "caption"))
    painter.restore()


def ring(painter: QPainter, rect: QRect | QRectF, radius: int = 6, tone: str = "focus") -> None:
    """The focus ring, 2 px, just inside the rectangle."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour(tone), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), px(radius), px(radius))
    painter.restore()
