"""Dialogs: one question, two buttons; what is asked comes back as plain data or None."""

from __future__ import annotations

from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QDialog, QWidget

from ces_desktop.i18n import tr
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets.button import Button
from ces_desktop.ui.widgets.form import FormFlow
from ces_desktop.ui.widgets.layout import Item, ScrollBody, box, column, fill, hide_unless, row
from ces_desktop.ui.widgets.text import Text

Answer = TypeVar("Answer")
MAX_HEIGHT = 640


class Dialog(QDialog, Generic[Answer]):
    """Subclass, `add` fields, define `answer()` (None keeps it open), then `MyDialog(parent, …).ask()`.

    The primary stands at right with F9 (Ctrl+Enter in a field does the same), Esc cancels. `text` says what will happen
    and whether it can be undone.
    """

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        text: str = "",
        *,
        primary: str,
        secondary: str = "",
        icon: str = "",
        width: int = 520,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMaximumHeight(px(MAX_HEIGHT))
        self.title = Text(title, "section", wrap=True)
        self.text = Text(text, "muted", wrap=True)
        hide_unless(self.text, text)
        self.body = column(gap=8)
        self.primary = Button(primary, "primary", icon=icon, shortcut="F9")
        self.secondary = Button(secondary or tr("Cancel"), "secondary", cap="Esc")
        self.primary.clicked.connect(self._accept)
        self.secondary.clicked.connect(self.reject)
        held = self._held = box(self.body)
        foot = row(None, self.secondary, self.primary)
        self.setLayout(column(self.title, self.text, 4, (held, 1), 8, foot, gap=6, margins=(20, 16, 20, 16)))
        self.setFixedWidth(px(width))
        self._flow = FormFlow(held)
        self._flow.save.connect(self._accept)
        self._flow.ends_at(self.primary)
        self._answer: Answer | None = None

    def showEvent(self, event: QShowEvent) -> None:
        """What is higher than the window scrolls between title and buttons.

        Qt lets a new window have two thirds of the screen; on a small laptop that laid buttons over the last lines.
        """
        self._fit()
        super().showEvent(event)

    def event(self, event: QEvent) -> bool:
        """What a field says later (a note under it) makes the dialog higher, it is not squeezed in."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._fit()
        return done

    def _fit(self) -> None:
        parent = self.parentWidget()
        place = parent.window().geometry() if parent is not None else self.screen().availableGeometry()
        room = max(px(240), min(px(MAX_HEIGHT), place.height() - px(16)))
        layout = self.layout()
        needs = self.sizeHint().height() if layout is None else layout.totalHeightForWidth(self.width())
        if self._held.parentWidget() is not self:
            return
        if needs > room:
            self._scroll(room)
        elif needs > self.height():
            self.resize(self.width(), needs)

    def _scroll(self, room: int) -> None:
        focus = self.focusWidget()
        area = ScrollBody(column(gap=0), 0)
        layout = self.layout()
        assert isinstance(layout, QBoxLayout)
        layout.replaceWidget(self._held, area)
        area.setWidget(self._held)
        layout.setStretchFactor(area, 1)
        self.setFixedHeight(room)
        if focus is not None:
            focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def add(self, *items: Item) -> None:
        """Fields and words between the sentence and the buttons."""
        fill(self.body, items)

    def answer(self) -> Answer | None:
        """What the person gave, or None while it is not complete (say why in the dialog)."""
        raise NotImplementedError

    def ask(self) -> Answer | None:
        """Show it and wait; None when the person cancelled."""
        self._answer = None
        self.exec()
        return self._answer

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()  # Qt would press whatever button came first
        else:
            super().keyPressEvent(event)

    def _accept(self) -> None:
        answer = self.answer()
        if answer is not None:
            self._answer = answer
            self.accept()


class Question(Dialog[bool]):
    """A question without fields."""

    def answer(self) -> bool | None:
        """Yes: the primary was pressed."""
        return True


def confirm(parent: QWidget | None, title: str, text: str, primary: str, secondary: str = "") -> bool:
    """Ask one question; True when the person pressed the primary."""
    return bool(Question(parent, title, text, primary=primary, secondary=secondary).ask())
