"""What happened, newest first: a bullet, one line of fact, the date at right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ces_desktop.ui import theme
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets.focus import Ringed
from ces_desktop.ui.widgets.layout import clear, column, hide_unless, row
from ces_desktop.ui.widgets.text import Text

Place = Literal["here", "elsewhere", "unanswered"]


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry: at the clinic (filled), elsewhere (hollow) or unanswered (red ring); its words and date.

    With `act`, Tab reaches it and Enter or a click opens it.
    """

    place: Place
    title: str
    text: str
    day: str
    act: Callable[[], object] | None = None


class Timeline(QWidget):
    """A short list (the page shows the last ones and a link to all)."""

    def __init__(self, happenings: Sequence[Happening] = ()) -> None:
        super().__init__()
        self.setLayout(column(gap=0))
        self.set_happenings(happenings)

    def set_happenings(self, happenings: Sequence[Happening]) -> None:
        """Show others."""
        layout = self.layout()
        assert layout is not None
        clear(layout)
        for place, happening in enumerate(happenings):
            layout.addWidget(_Entry(happening, place == 0, place == len(happenings) - 1))


class _Entry(QWidget, Ringed):
    def __init__(self, happening: Happening, first: bool, last: bool) -> None:
        super().__init__()
        self._act = happening.act
        if self._act is not None:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        title = Text(happening.title, "smallstrong", elide=True)
        text = Text(happening.text, "small", elide=True)
        hide_unless(text, happening.text)
        head = row((title, 1), Text(happening.day, "caption", align="right"))
        words = column(head, text, gap=1, margins=(0, 2, 0, 8))
        self.setLayout(row(_Bullet(happening.place, first, last), (words, 1), gap=8))
        self.setAccessibleName(f"{happening.day}: {happening.title}. {happening.text}")

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.ring_on(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.ring_off()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._act is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._act()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._act is not None and self.rect().contains(event.position().toPoint()):
            self._act()
        else:
            super().mouseReleaseEvent(event)


class _Bullet(QWidget):
    def __init__(self, place: Place, first: bool, last: bool) -> None:
        super().__init__()
        self._place, self._first, self._last = place, first, last
        self.setFixedWidth(px(16))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, top = self.width() / 2, px(11)
        painter.setPen(QPen(theme.colour("line"), 2))
        start, end = (top if self._first else 0), (top if self._last else self.height())
        painter.drawLine(QPointF(middle, start), QPointF(middle, end))
        token = {"here": "accent", "elsewhere": "text3", "unanswered": "bad"}[self._place]
        painter.setPen(QPen(theme.colour(token), 2))
        painter.setBrush(theme.colour("accent" if self._place == "here" else "surface"))
        painter.drawEllipse(QPointF(middle, top), px(4), px(4))
