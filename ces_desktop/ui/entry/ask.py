"""One question of an entry screen: the label over its control, and the sentence under it when it cannot be taken."""

from __future__ import annotations

from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ces_desktop.ui.widgets import InlineNote, Text, TextField, clear, column, hide_unless

ControlT = TypeVar("ControlT", bound=QWidget)


class Ask(QWidget, Generic[ControlT]):
    """`Ask(tr("Name"), TextField(...), tr("As it is printed"))`; `complain(sentence)` until the next key."""

    def __init__(self, label: str, control: ControlT, hint: str = "") -> None:
        super().__init__()
        self.control = control
        self.label, self.hint = Text(label, "label"), Text(hint, "caption", wrap=True)
        hide_unless(self.hint, hint)
        if not control.accessibleName():
            control.setAccessibleName(label)
        self.note_slot = column(gap=0)
        self.setLayout(column(self.label, control, self.hint, self.note_slot, gap=3))
        self.setFocusProxy(control)
        if isinstance(control, TextField):
            self.label.setBuddy(control)
            control.changed.connect(self.say_nothing)

    def complain(self, sentence: str) -> None:
        """Say why the answer cannot be taken; it stays as typed."""
        self.say_nothing()
        self.note_slot.addWidget(InlineNote("bad", text=sentence))
        if isinstance(self.control, TextField):
            self.control.set_state("bad")
        self.setFocus(Qt.FocusReason.OtherFocusReason)  # by the proxy: a box of ticks takes no focus itself

    def complaint(self) -> str:
        """The sentence under the field, empty when there is none."""
        item = self.note_slot.itemAt(0)
        note = item.widget() if item is not None else None
        return note.text.text() if isinstance(note, InlineNote) else ""

    def say_nothing(self) -> None:
        """Take the sentence away."""
        if self.note_slot.count():
            clear(self.note_slot)
            if isinstance(self.control, TextField):
                self.control.set_state("")
