"""The left rail: where one is and where one can go; Alt+1…9."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy

from ces_desktop.i18n import tr
from ces_desktop.ui import icons, theme
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import paint
from ces_desktop.ui.widgets.focus import by_key
from ces_desktop.ui.widgets.layout import column


@dataclass(frozen=True, slots=True)
class RailEntry:
    """One place: its key, lucide icon and word; `foot` puts it at the bottom."""

    key: str
    icon: str
    word: str
    foot: bool = False


class Rail(QFrame):
    """80 px of places; `chosen(key)` when the person goes somewhere, `set_current` and `set_badge` to show state."""

    chosen = Signal(str)

    def __init__(self, entries: Sequence[RailEntry], *, brand: str = "CES") -> None:
        super().__init__()
        self.setProperty("surface", "rail")
        self.setFixedWidth(px(80))
        self.setAccessibleName(tr("Places"))
        self._items = {entry.key: _RailItem(entry) for entry in entries}
        heads = [self._items[entry.key] for entry in entries if not entry.foot]
        feet = [self._items[entry.key] for entry in entries if entry.foot]
        self._brand = _Brand(brand)
        self.setLayout(column(self._brand, *heads, None, *feet, gap=2, margins=(6, 10, 6, 8)))
        for key, item in self._items.items():
            item.clicked.connect(lambda _=False, key=key: self.chosen.emit(key))
        for number, item in enumerate(heads[:9], start=1):
            key = item.entry.key
            shortcut = QShortcut(QKeySequence(f"Alt+{number}"), self)
            shortcut.activated.connect(lambda key=key: self.chosen.emit(key))
            item.setToolTip(f"Alt+{number}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A low window gives the room of the three letters to the places."""
        super().resizeEvent(event)
        places = sum(item.minimumSizeHint().height() + px(2) for item in self._items.values())
        self._brand.setVisible(self.height() >= places + self._brand.height() + px(20))

    def set_current(self, key: str, under: str = "") -> None:
        """Mark the place one is at, or the one it lies under; unknown keys mark none."""
        current = key if key in self._items else under
        for name, item in self._items.items():
            item.setChecked(name == current)

    def set_badge(self, key: str, count: int) -> None:
        """The white badge with a count; 0 takes it away."""
        self._items[key].set_badge(count)


class _Brand(QFrame):
    """The three letters at the top."""

    def __init__(self, letters: str) -> None:
        super().__init__()
        self._letters = letters
        self.setFixedHeight(px(36))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font("section", strong=True))
        painter.setPen(theme.colour("rail_on_text"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._letters)


class _RailItem(QAbstractButton):
    """Icon over word, badge at the upper right."""

    def __init__(self, entry: RailEntry) -> None:
        super().__init__()
        self.entry = entry
        self._badge = 0
        self.setText(entry.word.replace("&", "&&"))
        self.setAccessibleName(entry.word)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._keyed = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def sizeHint(self) -> QSize:
        return QSize(px(68), px(50 if self.entry.foot else 58))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(68), px(28))  # a low window squeezes them and their icons, never the words

    def set_badge(self, count: int) -> None:
        """Show a count, none for 0."""
        self._badge = count
        self.setAccessibleName(f"{self.entry.word}, {count}" if count else self.entry.word)
        self.update()

    def nextCheckState(self) -> None:
        """The page decides which place is current, not the click."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._keyed = by_key(event, self._keyed)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        if on or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("rail_on"))
            painter.setOpacity(1.0 if on else 0.5)
            painter.drawRoundedRect(self.rect(), px(6), px(6))
            painter.setOpacity(1.0)
        tone = "rail_on_text" if on else "rail_text"
        text_height = paint.line_height("caption")
        small = self.height() < px(40)
        side = px(14 if small else 22)
        gap = px(1 if small else 3)
        top = (self.height() - side - gap - text_height) // 2
        painter.drawPixmap((self.width() - side) // 2, top, icons.pixmap(self.entry.icon, 14 if small else 22, tone))
        painter.setPen(theme.colour(tone))
        painter.setFont(theme.font("caption", strong=on))
        words = QRect(0, top + side + gap, self.width(), text_height)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.entry.word)
        if self._badge:
            self._paint_badge(painter)
        if self.hasFocus() and self._keyed:
            paint.ring(painter, self.rect(), 6, "rail_on_text")

    def _paint_badge(self, painter: QPainter) -> None:
        text = str(self._badge) if self._badge < 1000 else "999+"
        width = max(px(21), paint.width_of(text, "key", True) + px(10))
        spot = QRect(self.width() - width - px(2), px(4), width, px(16))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("badge"))
        painter.drawRoundedRect(spot, px(8), px(8))
        painter.setPen(theme.colour("on_badge"))
        painter.setFont(theme.font("key", strong=True))
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, text)
