"""Fields that take text and dates; every field has `changed`, `value()`, `set_value()` and `set_state()`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.ui import labels
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import paint
from ces_desktop.ui.widgets.layout import row
from ces_desktop.ui.widgets.text import ALIGN, Align, Text

Level = Literal["", "warn", "bad"]
_INSET = 2 * 10 + 8
"""Of one line of text: the padding of the style sheet, and what Qt keeps free for border and cursor."""


def repolish(widget: QWidget) -> None:
    """Make the style sheet look again at a widget whose property changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


class TextField(QLineEdit):
    """One line of text. `value()` is None when nothing was written: not asked, never an empty text."""

    changed = Signal()

    def __init__(
        self,
        value: str | None = None,
        *,
        name: str = "",
        width: int = 0,
        placeholder: str = "",
        align: Align = "left",
        limit: int = 0,
        secret: bool = False,
    ) -> None:
        super().__init__()
        self.setText(value or "")
        self.setPlaceholderText(placeholder)
        self.setAlignment(ALIGN[align])
        if name:
            self.setAccessibleName(name)
        if width:  # a face may be wide: what the field is for is read whole
            self.setFixedWidth(max(px(width), paint.width_of(placeholder) + px(_INSET) if placeholder else 0))
        if limit:
            self.setMaxLength(limit)
        if secret:
            self.setEchoMode(QLineEdit.EchoMode.Password)
        self.textEdited.connect(lambda _: self.changed.emit())

    def value(self) -> str | None:
        """The text without spaces at its ends; None when empty."""
        return self.text().strip() or None

    def set_value(self, value: str | None) -> None:
        """Show a value; `changed` is not emitted."""
        self.setText(value or "")

    def set_state(self, level: Level) -> None:
        """Border of an impossible (bad) or unlikely (warn) value."""
        self.setProperty("state", level)
        repolish(self)


class NoteField(QPlainTextEdit):
    """Several lines. Enter is a new line, Ctrl+↓ and Tab leave it; grows from `lines` lines by scrolling inside."""

    changed = Signal()

    def __init__(self, value: str | None = None, *, name: str = "", lines: int = 3, placeholder: str = "") -> None:
        super().__init__()
        self.setPlainText(value or "")
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        if name:
            self.setAccessibleName(name)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * lines + px(22))
        self._quiet = False
        self.textChanged.connect(self._tell)

    def value(self) -> str | None:
        """The text without blank ends; None when empty."""
        return self.toPlainText().strip() or None

    def set_value(self, value: str | None) -> None:
        """Show a value; `changed` is not emitted."""
        self._quiet = True
        self.setPlainText(value or "")
        self.moveCursor(QTextCursor.MoveOperation.End)
        self._quiet = False

    def set_state(self, level: Level) -> None:
        """Border of an impossible (bad) or unlikely (warn) value."""
        self.setProperty("state", level)
        repolish(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if control and event.key() == Qt.Key.Key_Down:
            self.focusNextPrevChild(True)
        elif control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()  # the form saves
        else:
            super().keyPressEvent(event)

    def _tell(self) -> None:
        if not self._quiet:
            self.changed.emit()


class DateField(QWidget):
    """A date typed freely; what was understood stands beside it while typing.

    `parse` turns the typed text into ISO text (`1958`, `1958-07`, `1958-07-14`), None when it cannot be read; it may
    raise `Refused` with a reason, which `explain` (code and facts → sentence) words. `show` writes an ISO date the way
    it is edited.
    """

    changed = Signal()

    def __init__(
        self,
        parse: Callable[[str], str | None],
        *,
        name: str = "",
        width: int = 130,
        placeholder: str = "",
        show: Callable[[str], str] = labels.day,
        explain: Callable[[Refused], str] | None = None,
    ) -> None:
        super().__init__()
        self._parse, self._show, self._explain = parse, show, explain
        self._iso: str | None = None
        self.edit = TextField(name=name, width=width, placeholder=placeholder)
        self.caption = Text("", "caption")
        self.caption.setMinimumWidth(px(110))
        self.setLayout(row(self.edit, (self.caption, 1)))
        self.setFocusProxy(self.edit)
        self.setAccessibleName(name)
        self.edit.changed.connect(self._read)
        self.edit.editingFinished.connect(self._settle)

    def value(self) -> str | None:
        """ISO text, or None when empty or unread (see `unread`)."""
        return self._iso

    def unread(self) -> bool:
        """True when something is written that is not a date."""
        return self._iso is None and self.edit.value() is not None

    def set_value(self, value: str | None) -> None:
        """Show an ISO date; `changed` is not emitted."""
        self._iso = value
        self.edit.setText(self._show(value) if value else "")
        self.caption.set_text("")
        self.set_state("")

    def set_state(self, level: Level) -> None:
        """Border of an impossible (bad) or unlikely (warn) value."""
        self.edit.set_state(level)

    def _read(self) -> None:
        text, said = self.edit.value(), ""
        self._iso = None
        if text is not None:
            try:
                self._iso = self._parse(text)
            except Refused as refused:
                said = self._explain(refused) if self._explain else ""
        understood = labels.day(self._iso) if self._iso else ""
        self.caption.set_text(said or ("" if understood == text else understood))
        self.caption.setAccessibleName(self.caption.text())
        self.set_state("")
        self.changed.emit()

    def _settle(self) -> None:
        """Leaving the field writes the date out; what could not be read stays as typed, marked."""
        if self._iso is not None:
            self.edit.setText(self._show(self._iso))
        elif self.edit.value() is not None:
            self.set_state("bad")
            if not self.caption.text():
                self.caption.set_text(tr("Not a date"))

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(px(250), 0))
