"""The written part of the consult: who referred the person, and the note in its four parts (NOM-004-SSA3-2012)."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal

from ces_desktop.domain.visits import Note
from ces_desktop.i18n import tr
from ces_desktop.ui.icons import State
from ces_desktop.ui.widgets import FieldRow, NoteField, SectionCard, TextField

LABEL = 116
LONGEST = 12_000


class NoteSection(SectionCard):
    """Referred by, subjective, objective. All of it optional: figures and diagnoses say much already."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__(tr("Note"), icon="file-text", gap=8)
        self.referred = TextField(limit=LONGEST, placeholder=tr("who sent the person, if anybody did"))
        self.subjective = NoteField(lines=2, placeholder=tr("what the person says"))
        self.objective = NoteField(lines=2, placeholder=tr("what is found on examination"))
        self.rows = {
            "referred_by": FieldRow(tr("Referred by"), self.referred, label_width=LABEL),
            "subjective": FieldRow(tr("Subjective"), self.subjective, label_width=LABEL),
            "objective": FieldRow(tr("Objective"), self.objective, label_width=LABEL),
        }
        for each in self.rows.values():
            self.add(each)
            each.control.changed.connect(self.changed)  # type: ignore[attr-defined]

    def content(self) -> dict[str, str]:
        """Texts as typed."""
        held = {
            "referred_by": self.referred.text(),
            "subjective": self.subjective.toPlainText(),
            "objective": self.objective.toPlainText(),
        }
        return {key: text for key, text in held.items() if text}

    def fill(self, content: Mapping[str, str]) -> None:
        """Show what a draft kept."""
        for key, each in self.rows.items():
            each.control.set_value(content.get(key, ""))  # type: ignore[attr-defined]

    def note(self, assessment: str, plan: str) -> Note:
        """The whole note."""
        return Note(self.subjective.toPlainText(), self.objective.toPlainText(), assessment, plan)

    def state(self) -> tuple[State, str]:
        """Written or not."""
        return ("ok", tr("written")) if self.content() else ("unknown", tr("optional"))


