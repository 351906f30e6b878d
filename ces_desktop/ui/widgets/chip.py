"""Status chips (a state: ground, shape, word), tags (a category: outline) and count badges."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ces_desktop.ui.icons import State
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import paint


class StatusChip(QWidget):
    """A state in colour, shape and word: `StatusChip("warn", tr("Above goal"))`. Never for a goal or a source."""

    def __init__(self, state: State, text: str) -> None:
        super().__init__()
        self._state, self._text = state, text
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def set_state(self, state: State, text: str) -> None:
        """Show another state; the chip takes the width of its new word."""
        self._state, self._text = state, text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def shown_text(self) -> str:
        """The word on it."""
        return self._text

    def sizeHint(self) -> QSize:
        return QSize(paint.chip_width(self._text), px(paint.CHIP_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint.chip(QPainter(self), self.rect(), self._state, self._text)


class Tag(QWidget):
    """A category (programme, source, id) in a quiet outline; `tone` is a colour token."""

    def __init__(self, text: str, tone: str = "text2") -> None:
        super().__init__()
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_text(self, text: str) -> None:
        """Change the word."""
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def shown_text(self) -> str:
        """The word on it."""
        return self._text

    def sizeHint(self) -> QSize:
        return QSize(paint.tag_width(self._text), px(paint.TAG_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint.tag(QPainter(self), self.rect(), self._text, self._tone)
