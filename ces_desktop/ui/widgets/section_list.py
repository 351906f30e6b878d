"""The sections of a long form with the state of each: a list beside it, or a strip above where the window is narrow."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ces_desktop.ui import icons, theme
from ces_desktop.ui.icons import State
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import paint
from ces_desktop.ui.widgets.focus import Ringed
from ces_desktop.ui.widgets.layout import clear, column
from ces_desktop.ui.widgets.wrapped import Wrapped

_EDGE, _SHAPE, _GAP = 8, 14, 8


class SectionList(QWidget):
    """`set_sections([(key, title)])`, then `set_state(key, state, caption)`; `chosen(key)` when one is clicked.

    `across=True` draws a strip without captions. Reached by mouse and by Tab; Enter chooses.
    """

    chosen = Signal(str)

    def __init__(self, *, across: bool = False) -> None:
        super().__init__()
        self._across = across
        self._items: dict[str, _Section] = {}
        self._place = Wrapped(gap=2) if across else column(gap=2)
        self.setLayout(self._place)

    def set_sections(self, sections: Sequence[tuple[str, str]]) -> None:
        """Other sections, in order."""
        clear(self._place)
        self._items = {key: _Section(title, self._across) for key, title in sections}
        for key, item in self._items.items():
            item.clicked.connect(lambda _=False, key=key: self.chosen.emit(key))
            self._place.addWidget(item)

    def set_state(self, key: str, state: State, caption: str = "") -> None:
        """The state of a section and what is under its title."""
        if key in self._items:
            self._items[key].show_state(state, caption)

    def take_focus(self) -> None:
        """The last section gets the focus: Shift+Tab out of the form."""
        for item in list(self._items.values())[-1:]:
            item.setFocus(Qt.FocusReason.BacktabFocusReason)

    def set_current(self, key: str) -> None:
        """The section in which the cursor is."""
        for each, item in self._items.items():
            item.show_current(each == key)


class _Section(QAbstractButton, Ringed):
    def __init__(self, title: str, across: bool) -> None:
        super().__init__()
        self._title, self._across = title, across
        self._state: State = "unknown"
        self._caption, self._current = "", False
        self.setText(title.replace("&", "&&"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        rule = QSizePolicy.Policy.Fixed if across else QSizePolicy.Policy.Preferred
        policy = QSizePolicy(rule, rule)
        policy.setHeightForWidth(not across)
        self.setSizePolicy(policy)

    def show_state(self, state: State, caption: str) -> None:
        """Draw another state."""
        changed = caption != self._caption
        self._state, self._caption = state, caption
        self.setAccessibleName(f"{self._title}. {caption}" if caption else self._title)
        self.setToolTip(caption if self._across else "")
        if changed:
            self.updateGeometry()
        self.update()

    def show_current(self, current: bool) -> None:
        """Mark it as the section one is in."""
        if current != self._current:
            self._current = current
            self.update()

    def _left(self) -> int:
        return px(_EDGE + _SHAPE + _GAP)

    def sizeHint(self) -> QSize:
        width = self._left() + paint.width_of(self._title, "small", True) + px(_EDGE)
        return QSize(width, px(30) if self._across else self._least())

    def minimumSizeHint(self) -> QSize:
        if self._across:
            return self.sizeHint()
        widest = max(paint.width_of(word, "small", True) for word in self._title.split() or [""])
        return QSize(self._left() + widest + px(_EDGE), self._least())

    @staticmethod
    def _least() -> int:
        """Height of a title and a caption of one line each."""
        return max(px(45), paint.line_height("small", True) + paint.line_height("caption") + px(12))

    def heightForWidth(self, width: int) -> int:
        room = width - self._left() - px(_EDGE)
        high = paint.wrapped_height(self._title, room, "small", True) + px(10)
        return max(self._least(), high + (paint.wrapped_height(self._caption, room, "caption") if self._caption else 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.ring_on(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.ring_off()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._current and not self._across:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_soft"))
            painter.drawRoundedRect(self.rect(), px(4), px(4))
        side, left = px(_SHAPE), self._left()
        painter.drawPixmap(px(_EDGE), (self.height() - side) // 2, icons.shape(self._state, _SHAPE))
        painter.setPen(theme.colour("text" if self._current else "text2"))
        painter.setFont(theme.font("small", strong=self._current))
        room = self.width() - left - px(_EDGE) // 2
        wrap = Qt.TextFlag.TextSingleLine if self._across else Qt.TextFlag.TextWordWrap
        caption = "" if self._across else self._caption
        high = paint.wrapped_height(self._title, room, "small", True) if not self._across else self.height()
        low = paint.wrapped_height(caption, room, "caption") if caption else 0
        top = max(0, (self.height() - high - low) // 2)
        painter.drawText(left, top, room, high, Qt.AlignmentFlag.AlignVCenter | wrap, self._title)
        if caption:
            painter.setPen(theme.colour("text3"))
            painter.setFont(theme.font("caption"))
            painter.drawText(left, top + high, room, low, Qt.AlignmentFlag.AlignTop | wrap, caption)
