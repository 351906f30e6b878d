"""Ask about a handover: who takes over, what is written beside a line, why one is left out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.users import UserRow
from ces_desktop.domain.ids import Id
from ces_desktop.domain.registration import clean_words
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.services.handover import LONGEST, HandoverRequest
from ces_desktop.services.patients_status import LONGEST_TEXT, clean_text
from ces_desktop.ui.dialogs.dated import refused
from ces_desktop.ui.widgets import ComboField, Dialog, FieldRow, NoteField, Option, TextField

LABEL = 150


class IncomingDialog(Dialog[HandoverRequest]):
    """Who takes over: somebody who signs in here, a name, or nobody yet. `note` is asked of a new pack alone."""

    def __init__(
        self, parent: QWidget | None, people: Sequence[UserRow], new: Id, held: HandoverRequest | None = None
    ) -> None:
        title = tr("Who takes over") if held else tr("Prepare the handover")
        said = (
            tr("Only they will be able to acknowledge. Leave it empty if it is not known yet.")
            if held
            else tr("The lines are drawn from the data of today; you then write beside them what the data do not say.")
        )
        primary = tr("Save") if held else tr("Prepare")
        super().__init__(parent, title, said, primary=primary, icon="save" if held else "list-checks", width=620)
        self._new, self._people = new, {person.id.hex(): person for person in people}
        options = [Option(key, person.name, person.licence) for key, person in self._people.items()]
        self.who = ComboField(options, name=tr("Who takes over"), free=True, placeholder=tr("name; may stay empty"))
        self.who.setMaxLength(LONGEST_TEXT)
        if held is not None and held.incoming is not None and held.incoming.hex() in self._people:
            self.who.set_value(held.incoming.hex())
        elif held is not None:
            self.who.setText(held.incoming_name)
        self.note = TextField(name=tr("Note"), limit=LONGEST)
        self.who_row = FieldRow(tr("Who takes over"), self.who, label_width=LABEL)
        self.note_row = FieldRow(tr("Note"), self.note, label_width=LABEL)
        self.add(self.who_row)
        if held is None:
            self.add(self.note_row)
        self.who.setFocus()

    def answer(self) -> HandoverRequest | None:
        """The request when it may be kept; the sentence stands under the field otherwise."""
        checks = (
            (self.who_row, lambda: clean_text(self.who.text())),
            (self.note_row, lambda: clean_words(self.note.text(), LONGEST)),
        )
        if refused((self.who_row, self.note_row), checks):
            return None
        chosen = self._people.get(self.who.value() or "")
        name = "" if chosen else self.who.text()
        return HandoverRequest(self._new, chosen.id if chosen else None, name, self.note.text())


class WordsDialog(Dialog[str]):
    """A few words: beside a line, of a free line, or the reason why one is left out (`required`, with its refusal)."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        said: str,
        label: str,
        value: str = "",
        *,
        required: str = "",
        longest: int = LONGEST,
    ) -> None:
        super().__init__(parent, title, said, primary=tr("Save"), icon="save", width=640)
        self._required, self._longest = required, longest
        self.words = NoteField(value, name=label, lines=4)
        self.words_row = FieldRow(label, self.words, required=bool(required), label_width=LABEL)
        self.add(self.words_row)
        self.words.setFocus()

    def answer(self) -> str | None:
        """The words on one line when they may be kept; the sentence stands under the field otherwise."""
        if refused((self.words_row,), ((self.words_row, self._check),)):
            return None
        return self._said()

    def _said(self) -> str:
        return " ".join((self.words.value() or "").split())

    def _check(self) -> None:
        if not clean_words(self._said(), self._longest) and self._required:
            raise Refused(self._required)
