"""The written part of the consult: who referred the person, and the note in its four parts (NOM-004-SSA3-2012)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from PySide6.QtCore import Signal

from ces_desktop.domain.visits import Kind, Note
from ces_desktop.i18n import tr
from ces_desktop.ui.icons import State
from ces_desktop.ui.messages import consult as words
from ces_desktop.ui.widgets import Button, ChoiceField, FieldRow, NoteField, SectionCard, Text, TextField

LABEL = 116
LONGEST = 12_000


class NoteSection(SectionCard):
    """Kind of consult, referred by, subjective, objective. The words are optional: figures and diagnoses say much."""

    changed = Signal()

    def __init__(self) -> None:
        self.confidential = Button(tr("Confidential"), "filter", icon="lock", shortcut="Ctrl+L")
        super().__init__(tr("Note"), icon="file-text", gap=8, action=self.confidential)
        self._decided = False
        """Whether the person said what this consult is; until then the diagnoses propose it."""
        text = tr("Only who treats reads its words; they travel apart. What is coded counts as always.")
        self.apart = Text(text, "caption", wrap=True)
        self.apart.hide()
        self.add(self.apart)
        self.confidential.toggled.connect(self.apart.setVisible)
        self.confidential.clicked.connect(self._decide)
        self.kind_field = ChoiceField(words.kinds(), "consult", name=tr("Kind of consult"), required=True)
        self.referred = TextField(limit=LONGEST, placeholder=tr("who sent the person, if anybody did"))
        self.subjective = NoteField(lines=2, placeholder=tr("what the person says"))
        self.objective = NoteField(lines=2, placeholder=tr("what is found on examination"))
        self.rows = {
            "referred_by": FieldRow(tr("Referred by"), self.referred, label_width=LABEL),
            "subjective": FieldRow(tr("Subjective"), self.subjective, label_width=LABEL),
            "objective": FieldRow(tr("Objective"), self.objective, label_width=LABEL),
        }
        kind = FieldRow(tr("Kind of consult"), self.kind_field, label_width=LABEL)
        self.add(kind)
        self.kind_field.changed.connect(self.changed)
        self.referred.changed.connect(self.changed)
        self.subjective.changed.connect(self.changed)
        self.objective.changed.connect(self.changed)
        for each in self.rows.values():
            self.add(each)

    def content(self) -> dict[str, str]:
        """Texts as typed, and the kind where it is not the usual one."""
        kind = self.kind()
        decided = ("yes" if self.confidential.isChecked() else "no") if self._decided else ""
        held = self._texts() | {"kind": "" if kind == "consult" else kind, "confidential": decided}
        return {key: text for key, text in held.items() if text}

    def propose(self, confidential: bool) -> None:
        """What the diagnoses say about it; who signs has the last word."""
        if not self._decided:
            self.confidential.setChecked(confidential)

    def _decide(self) -> None:
        self._decided = True
        self.changed.emit()

    def kind(self) -> Kind:
        """Consult, emergency or home visit."""
        return cast(Kind, self.kind_field.value() or "consult")

    def _texts(self) -> dict[str, str]:
        return {
            "referred_by": self.referred.text(),
            "subjective": self.subjective.toPlainText(),
            "objective": self.objective.toPlainText(),
        }

    def fill(self, content: Mapping[str, str]) -> None:
        """Show what a draft kept."""
        kind = content.get("kind")
        self.kind_field.set_value(kind if kind in dict(words.kinds()) else "consult")
        self._decided = "confidential" in content
        if self._decided:
            self.confidential.setChecked(content["confidential"] == "yes")
        self.referred.set_value(content.get("referred_by", ""))
        self.subjective.set_value(content.get("subjective", ""))
        self.objective.set_value(content.get("objective", ""))

    def note(self, assessment: str, plan: str) -> Note:
        """The whole note."""
        return Note(self.subjective.toPlainText(), self.objective.toPlainText(), assessment, plan)

    def state(self) -> tuple[State, str]:
        """Written or not; confidential is told here too, for the key that says so acts with the note out of sight."""
        written = any(self._texts().values())
        if self.confidential.isChecked():
            return ("ok" if written else "unknown"), tr("confidential")
        return ("ok", tr("written")) if written else ("unknown", tr("optional"))


