"""Sierra ridgelines: the one ornament, at sign-in and, inside a disc, in empty states."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from ces_desktop.ui import theme
from ces_desktop.ui.theme import px

_STEPS = 240


class Ridges(QWidget):
    """`Ridges()` fills its place (sign-in); `Ridges(64)` is a disc. Painted once for each size."""

    def __init__(self, disc: int = 0) -> None:
        super().__init__()
        self._disc = disc
        self._picture = QPixmap()
        if disc:
            self.setFixedSize(px(disc), px(disc))

    def paintEvent(self, _event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._picture.size() != self.size() * ratio:
            self._picture = QPixmap(self.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(QColor(0, 0, 0, 0))
            _paint(self._picture, self.width(), self.height(), bool(self._disc))
        QPainter(self).drawPixmap(0, 0, self._picture)


def _paint(picture: QPixmap, width: int, height: int, disc: bool) -> None:
    from PySide6.QtGui import QLinearGradient

    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if disc:
        clip = QPainterPath()
        clip.addEllipse(QRectF(0, 0, width, height))
        painter.setClipPath(clip)
        top = low = theme.colour("accent_soft")
        far, near, count = theme.colour("ridge_far"), theme.colour("ridge_near"), 3
    else:
        top, low = theme.colour("art_sky"), theme.colour("art_low")
        far, near, count = theme.colour("art_far"), theme.colour("art_near"), 5
    sky = QLinearGradient(0, 0, 0, height)
    sky.setColorAt(0, top)
    sky.setColorAt(1, low)
    painter.fillRect(0, 0, width, height, sky)
    for ridge in range(count):
        base = height * (0.60 + 0.104 * ridge * (5 / count if disc else 1))
        rise = height * (0.20 - 0.018 * ridge)
        span = 4.2 if disc else 6.4
        painter.fillPath(_crest(width, height, base, rise, span, ridge), _mix(far, near, ridge / (count - 1)))
    painter.end()


def _crest(width: int, height: int, base: float, rise: float, span: float, ridge: int) -> QPainterPath:
    """One ridge: three folded sines, so that peaks are sharp and valleys round."""
    path = QPainterPath(QPointF(0, height))
    for step in range(_STEPS + 1):
        u = step / _STEPS * span + ridge * 2.13
        peak = 0.60 * (1 - abs(math.sin(u))) ** 1.25
        peak += 0.26 * (1 - abs(math.sin(u * 2.35 + ridge)))
        peak += 0.10 * (1 - abs(math.sin(u * 5.3 + 2 * ridge)))
        path.lineTo(step / _STEPS * width, base - rise * peak)
    path.lineTo(width, height)
    return path


def _mix(a: QColor, b: QColor, share: float) -> QColor:
    return QColor.fromRgbF(
        a.redF() + (b.redF() - a.redF()) * share,
        a.greenF() + (b.greenF() - a.greenF()) * share,
        a.blueF() + (b.blueF() - a.blueF()) * share,
    )
