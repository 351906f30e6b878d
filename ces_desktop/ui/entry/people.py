"""Parts of the entry screens: artwork with the clinic's name, a person to choose, the passphrase with its warnings."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QSizePolicy, QWidget

from ces_desktop.i18n import tr
from ces_desktop.ui import icons, labels, theme
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button, Icon, InlineNote, Ridges, Text, TextField, box, clear, column, row
from ces_desktop.ui.widgets import paint as painting
from ces_desktop.ui.widgets.focus import Ringed


class Artwork(Ridges):
    """The ridges with the name of who works here, the clinic, and one line at the foot."""

    def __init__(self, clinic: str, foot: str) -> None:
        super().__init__()
        self.name = Text("Compañeros En Salud", "number", tone="art_text", elide=True)
        self.clinic = Text(clinic, "section", tone="art_text2", wrap=True)
        self.clinic.setStyleSheet("font-weight: 400")
        self.foot = Text(foot, "caption", tone="art_text2", wrap=True)
        self.setLayout(column(self.name, self.clinic, None, self.foot, gap=2, margins=(56, 62, 24, 30)))
        self.setMinimumWidth(px(200))


class PersonButton(QAbstractButton, Ringed):
    """One line to choose: initials (or an icon), name, a caption; the chosen one has a check mark."""

    def __init__(self, name: str, caption: str = "", *, icon: str = "") -> None:
        super().__init__()
        self._name, self._caption, self._glyph = name, caption, icon
        self.setAccessibleName(f"{name}. {caption}" if caption else name)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def shown_text(self) -> str:
        """The name on it."""
        return self._name

    def sizeHint(self) -> QSize:
        return QSize(px(240), px(50))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(160), px(50))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.ring_on(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.ring_off()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or self.underMouse():
            painter.setBrush(theme.colour("accent_soft" if self.isChecked() else "row"))
            painter.drawRoundedRect(self.rect(), px(6), px(6))
        disc = QRect(px(10), (self.height() - px(36)) // 2, px(36), px(36))
        painter.setBrush(theme.colour("none_soft"))
        painter.drawEllipse(disc)
        painter.setFont(theme.font("small", strong=True))
        painter.setPen(theme.colour("accent"))
        if self._glyph:
            spot = disc.center() - QPoint(px(9), px(9))
            painter.drawPixmap(spot, icons.pixmap(self._glyph, 18, "accent"))
        else:
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, labels.initials(self._name))
        room = self.width() - px(58 + 44)
        top, height = (px(7), px(20)) if self._caption else (0, self.height())
        painter.setFont(theme.font("body", strong=True))
        painter.setPen(theme.colour("text"))
        name = painting.elided(self._name, room, "body", True)
        painter.drawText(px(58), top, room, height, Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("text2" if self.isChecked() else "text3"))
        caption = painting.elided(self._caption, room, "caption")
        painter.drawText(px(58), px(26), room, px(18), Qt.AlignmentFlag.AlignVCenter, caption)
        if self.isChecked():
            mark = icons.pixmap("check", 18, "accent")
            painter.drawPixmap(self.width() - px(30), (self.height() - px(18)) // 2, mark)


class SecretField(QWidget):
    """A passphrase: its label, Show, and a warning while Caps Lock seems to be on. `entered` on Enter."""

    entered = Signal()
    changed = Signal()

    def __init__(self, label: str, *, most: int = 0, digits: bool = False) -> None:
        super().__init__()
        self.label = Text(label, "label", wrap=True)
        self.edit = TextField(name=label, secret=True, limit=most)
        if digits:
            self.edit.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        self.label.setBuddy(self.edit)
        self.reveal = Button(tr("Show"), "ghost")
        self.reveal.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.reveal.setAccessibleName(tr("Show what is typed in {field}").format(field=label))
        self.reveal.clicked.connect(self._toggle)
        words = Text(tr("Caps Lock is on"), "small", tone="warn")
        self.caps = box(row(Icon("keyboard", 16, "warn"), words, None, gap=6))
        self.caps.hide()
        self.note_slot = column(gap=0)
        head = row((self.label, 1), self.reveal, gap=4)
        self.setLayout(column(head, self.edit, self.caps, self.note_slot, gap=4))
        self.setFocusProxy(self.edit)
        self.edit.installEventFilter(self)
        self.edit.changed.connect(self.say_nothing)
        self.edit.changed.connect(self.changed)

    def text(self) -> str:
        """What is typed, as typed."""
        return self.edit.text()

    def set_text(self, text: str) -> None:
        """Put a text in (a suggestion, or what was typed before a change of language)."""
        self.edit.setText(text)

    def shown(self, visible: bool) -> None:
        """Show the letters or dots."""
        self.edit.setEchoMode(QLineEdit.EchoMode.Normal if visible else QLineEdit.EchoMode.Password)
        self.reveal.set_words(tr("Hide") if visible else tr("Show"))

    def complain(self, sentence: str) -> None:
        """Say under the field why it was not taken; what was typed stays, selected."""
        self.say_nothing()
        note = InlineNote("bad", text=sentence)
        self.note_slot.addWidget(note)
        self.edit.set_state("bad")
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit.selectAll()

    def complaint(self) -> str:
        """The sentence under the field, empty when there is none."""
        item = self.note_slot.itemAt(0)
        note = item.widget() if item is not None else None
        return note.text.text() if isinstance(note, InlineNote) else ""

    def say_nothing(self) -> None:
        """Take the sentence away: the person is typing again."""
        if self.note_slot.count():
            clear(self.note_slot)
            self.edit.set_state("")

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self._look_at_caps(event)
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
                self.entered.emit()
                return True
        elif event.type() == QEvent.Type.FocusIn:
            self.caps.setVisible(caps_lock() is True)
        return False

    def _toggle(self) -> None:
        self.shown(self.edit.echoMode() == QLineEdit.EchoMode.Password)

    def _look_at_caps(self, event: QKeyEvent) -> None:
        known, letter = caps_lock(), event.text()
        if known is None and event.key() == Qt.Key.Key_CapsLock and not self.caps.isHidden():
            known = False
        if known is None and len(letter) == 1 and letter.isalpha() and letter.upper() != letter.lower():
            # Only Windows tells; elsewhere a capital without Shift gives it away.
            known = letter.isupper() != bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if known is not None:
            self.caps.setVisible(known)


def caps_lock() -> bool | None:
    """Whether Caps Lock is on; None where the system does not tell."""
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.user32.GetKeyState(0x14) & 1)
    return None
