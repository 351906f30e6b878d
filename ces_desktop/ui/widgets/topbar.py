"""The bar at the top of every page: search, what kind of data, the USB state, who is working."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QLineEdit, QSizePolicy, QWidget

from ces_desktop.i18n import tr
from ces_desktop.ui import icons, theme
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import paint
from ces_desktop.ui.widgets.chip import Tag
from ces_desktop.ui.widgets.clinic_button import ClinicButton
from ces_desktop.ui.widgets.focus import Ringed
from ces_desktop.ui.widgets.layout import Rule, hide_unless, row
from ces_desktop.ui.widgets.text import Initials

UsbLevel = Literal["text2", "ok", "warn", "bad"]
_AROUND = 14 + 32 + 8 + 10 + 16 + 4
"""Of the user's button: edge, disc, gap, gap, lock, edge."""
_LEAST_SEARCH = 130
"""Beside a clinic's name: the glass, some letters, F2."""
_LEAST_WORDS = 96
"""So much of who is working is always legible: about twelve letters."""


class SearchBox(QLineEdit):
    """The always-present search. `typed(text)` at each change; keys for the list under it come as signals.

    The window gives it the keys F2 and Ctrl+K (`summon`).
    """

    typed = Signal(str)
    moved = Signal(int)  # -1 up, +1 down
    opened = Signal()  # Enter
    acted = Signal()  # Ctrl+Enter
    left = Signal()  # Esc
    entered = Signal()  # got the focus
    over = Signal()  # let go of it

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "search")
        self.set_words(tr("Search person, record number or community"))
        self.setTextMargins(0, 0, px(44), 0)
        self.setMinimumWidth(px(200))
        self.setMaximumWidth(px(500))  # less where the window is narrow: nothing beside it is cut
        self.textChanged.connect(self.typed)

    def set_words(self, words: str) -> None:
        """What is found here, said while nothing is typed."""
        self.setPlaceholderText(words)
        self.setAccessibleName(words)

    def summon(self) -> None:
        """Take the focus with what is written selected, ready to be typed over."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def leave(self) -> None:
        """Let go of the focus: nobody has it until who hears `over` takes it."""
        self.clearFocus()
        self.over.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            signal = self.acted if event.modifiers() & Qt.KeyboardModifier.ControlModifier else self.opened
            signal.emit()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.drawPixmap(px(10), (self.height() - px(18)) // 2, icons.pixmap("search", 18, "text2"))
        width = paint.cap_width("F2")
        cap = self.rect().adjusted(self.width() - width - px(10), 0, -px(10), 0)
        cap.setTop((self.height() - px(20)) // 2)
        cap.setHeight(px(20))
        paint.key_cap(painter, cap, "F2")


class UsbBadge(QWidget):
    """How old the last exchange is; amber or red when it is too old. `text` says it in words; a click opens its page.

    The way there by keyboard is the rail.
    """

    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._text, self._level = "", "text2"
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.hide()

    def set_state(self, text: str, level: UsbLevel = "text2") -> None:
        """Say it; an empty text hides it (a clinic that exchanges nothing yet)."""
        self._text, self._level = text, level
        self.setVisible(bool(text))
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def set_way(self, words: str) -> None:
        """A click leads somewhere: say where."""
        self.setToolTip(words)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def shown_text(self) -> str:
        """The words on it."""
        return self._text

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()

    def sizeHint(self) -> QSize:
        strong = self._level != "text2"
        return QSize(px(16) + px(6) + paint.width_of(self._text, "small", strong) + 2, px(28))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        strong = self._level != "text2"
        painter.drawPixmap(0, (self.height() - px(16)) // 2, icons.pixmap("usb", 16, self._level))
        painter.setPen(theme.colour(self._level))
        painter.setFont(theme.font("small", strong))
        words = self.rect().adjusted(px(22), 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self._text)


class UserButton(QAbstractButton, Ringed):
    """Who is working and where; a click locks, where another person can come in. Shortened with … in a full bar."""

    def __init__(self, letters: str, person: str, place: str) -> None:
        super().__init__()
        self._disc = Initials(letters, 32)
        self._person, self._place = person, place
        self._disc.setParent(self)
        self._disc.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(f"{person}, {place}")
        self.setToolTip(tr("Lock, or let another person in"))
        self.setAccessibleDescription(self.toolTip())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(px(_AROUND) + self._words(), px(44))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(_AROUND) + min(self._words(), px(_LEAST_WORDS)), px(44))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        whole = self.width() >= self.sizeHint().width()
        act = self.accessibleDescription()
        self.setToolTip(act if whole else f"{self._person}\n{self._place}\n{act}")

    def _words(self) -> int:
        return max(paint.width_of(self._person, "small", True), paint.width_of(self._place, "caption"))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.ring_on(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.ring_off()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._disc.move(px(14), (self.height() - px(32)) // 2)
        left, middle = px(54), self.height() // 2
        painter.setPen(theme.colour("text"))
        painter.setFont(theme.font("small", strong=True))
        room = self.width() - left - px(30)
        person = paint.elided(self._person, room, "small", True)
        top, low = paint.line_height("small", True), paint.line_height("caption")
        start = middle - (top + low) // 2
        painter.drawText(left, start, room, top, Qt.AlignmentFlag.AlignVCenter, person)
        painter.setPen(theme.colour("text3"))
        painter.setFont(theme.font("caption"))
        place = paint.elided(self._place, room, "caption")
        painter.drawText(left, start + top, room, low, Qt.AlignmentFlag.AlignVCenter, place)
        painter.drawPixmap(self.width() - px(20), middle - px(8), icons.pixmap("lock", 16, "text3"))


class TopBar(QFrame):
    """`TopBar("AR", "Dra. Ana Robles", "El Mirador", demo=True)`; parts: `search`, `clinic`, `usb`, `user`."""

    def __init__(self, letters: str, person: str, place: str, *, demo: bool = False) -> None:
        super().__init__()
        self.setProperty("surface", "bar")
        self.setFixedHeight(px(56))
        self.search, self.usb = SearchBox(), UsbBadge()
        self.user = UserButton(letters, person, place)
        self.demo = Tag(tr("Demonstration data"), "draft")
        hide_unless(self.demo, demo)
        self.clinic = ClinicButton()
        line = Rule(upright=True)
        line.setFixedHeight(px(55))
        parts = ((self.search, 1000), 12, None, self.clinic, 6, self.demo, 6, self.usb, 6, line, self.user)
        self.setLayout(row(*parts, gap=4, margins=(20, 0, 16, 0)))

    def show_clinic(self, name: str, *, many: bool = False) -> None:
        """Whose places are shown, where that is not whose laptop this is; the search box gives way to it."""
        self.search.setMinimumWidth(px(_LEAST_SEARCH if name else 240))
        self.clinic.set_clinic(name, many=many)
