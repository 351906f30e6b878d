"""What is taken at each time of the day: four small wells, and the words over them."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ces_desktop.i18n import tr
from ces_desktop.reports import dose_words
from ces_desktop.ui import labels, theme
from ces_desktop.ui.theme import px

_WELL, _GAP, _OVER = 28, 4, 5


class DosePills(QWidget):
    """`DosePills((4, 0, 0, 4), name)`: quarters in the morning, at noon, in the afternoon, at night; a dash = none."""

    def __init__(self, quarters: tuple[int, int, int, int], name: str) -> None:
        super().__init__()
        self._words = [dose_words.amount(q) if q else labels.DASH for q in quarters]
        self.setFixedSize(pills_width(), px(24))
        self.setAccessibleName(name)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, word in enumerate(self._words):
            left = place * (px(_WELL) + px(_GAP))
            taken = word != labels.DASH
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_soft" if taken else "sunken"))
            painter.drawRoundedRect(left, 0, px(_WELL), self.height(), px(4), px(4))
            painter.setFont(theme.font("small", strong=taken))
            painter.setPen(theme.colour("accent" if taken else "text3"))
            painter.drawText(left, 0, px(_WELL), self.height(), Qt.AlignmentFlag.AlignCenter, word)


def pills_width() -> int:
    """Width in px of the four wells."""
    return 4 * px(_WELL) + 3 * px(_GAP)


def short_times() -> tuple[str, str, str, str]:
    """The four times of the day, short enough to stand over a box."""
    return tr("mor."), tr("noo."), tr("aft."), tr("nig.")


class PillsHead(QWidget):
    """The four words over the wells, each over its own; they may reach a little over the sides."""

    def __init__(self) -> None:
        super().__init__()
        self._words = short_times()
        self.setFixedHeight(px(16))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(", ".join(self._words))

    def sizeHint(self) -> QSize:
        return QSize(pills_width() + 2 * px(_OVER), px(16))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("text3"))
        for place, word in enumerate(self._words):
            left = place * (px(_WELL) + px(_GAP))
            painter.drawText(left, 0, px(_WELL) + 2 * px(_OVER), self.height(), Qt.AlignmentFlag.AlignCenter, word)
