"""Words on the screen: labels by role, tinted icons, key caps."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from ces_desktop.ui import icons, theme
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import paint

Role = Literal[
    "title", "section", "body", "strong", "muted", "small", "smallstrong", "label", "caption", "number"
]
Align = Literal["left", "right", "center"]

ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    "right": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    "center": Qt.AlignmentFlag.AlignCenter,
}


class Text(QLabel):
    """A label in one of the type roles; `tone` is a colour token; `elide` shortens with … and keeps the whole in a tip.

    The text is shown as it is: a name with `<` in it is never read as markup.
    """

    def __init__(
        self,
        text: str = "",
        role: Role = "body",
        *,
        tone: str = "",
        wrap: bool = False,
        elide: bool = False,
        align: Align = "left",
        selectable: bool = False,
    ) -> None:
        super().__init__()
        self._whole, self._elide = text, elide
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        if tone:
            self.setProperty("tone", tone)
        self.setWordWrap(wrap)
        self.setAlignment(ALIGN[align])
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        super().setText(text)

    def set_text(self, text: str) -> None:
        """Change the words."""
        self._whole = text
        super().setText(text)
        if self._elide:
            self._shorten()

    def elides(self) -> bool:
        """True when it may be shortened with …"""
        return self._elide

    def set_tone(self, tone: str) -> None:
        """Change the colour token; an empty name goes back to the role's own."""
        self.setProperty("tone", tone)
        self.style().unpolish(self)
        self.style().polish(self)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(px(24) if self._whole else 0, hint.height()) if self._elide else hint

    def sizeHint(self) -> QSize:
        if not self._elide:
            return super().sizeHint()
        self.ensurePolished()
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 2, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._elide:
            self._shorten()

    def _shorten(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        super().setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")
        self.setAccessibleName(self._whole)


class Icon(QLabel):
    """A tinted icon beside words; it says nothing of its own to a screen reader."""

    def __init__(self, name: str, size: int = 18, tone: str = "text2") -> None:
        super().__init__()
        self.setPixmap(icons.pixmap(name, size, tone))
        self.setFixedSize(px(size), px(size))


class Shape(QLabel):
    """The shape of a state, filled or in outline."""

    def __init__(self, state: icons.State, size: int = 18, outline: bool = True) -> None:
        super().__init__()
        self.setPixmap(icons.shape(state, size, outline=outline))
        self.setFixedSize(px(size), px(size))


class KeyCap(QWidget):
    """The key that does it, drawn as a cap: `KeyCap("F2")`."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key
        self.setFixedSize(paint.cap_width(key), px(20))
        self.setAccessibleName(key)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint.key_cap(painter, self.rect(), self._key)


class Initials(QWidget):
    """A disc with two letters for a person."""

    def __init__(self, letters: str, size: int = 32) -> None:
        super().__init__()
        self._letters = letters
        self.setFixedSize(px(size), px(size))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("none_soft"))
        painter.drawEllipse(self.rect())
        painter.setPen(theme.colour("accent"))
        painter.setFont(theme.font("small", strong=True))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._letters)
