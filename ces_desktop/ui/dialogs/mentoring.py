"""Ask for words about a session: the answer of who was mentored, or an addendum."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ces_desktop.domain.mentoring import LONGEST, tidy
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.ui import messages
from ces_desktop.ui.widgets import Dialog, FieldRow, NoteField


class RemarkDialog(Dialog[str]):
    """Words that stand under the session for good, with name and day."""

    def __init__(self, parent: QWidget | None, *, answer: bool) -> None:
        title = tr("Answer to the session") if answer else tr("Addendum")
        text = tr("It stands under the session with your name and the day, and travels with it.")
        super().__init__(parent, title, text, primary=tr("Save"), icon="save", width=600)
        self.note = NoteField(name=title, lines=5)
        self.row = FieldRow(title, self.note, required=True, label_width=150)
        self.add(self.row)
        self.note.setFocus()

    def answer(self) -> str | None:
        """The words, when there are any."""
        text = tidy(self.note.toPlainText())
        if not text or len(text) > LONGEST:
            code = "mentoring.too_long" if text else "mentoring.no_text"
            self.row.show_error(messages.sentence(Refused(code, most=LONGEST)))
            return None
        return text
