"""The cases that are talked over: those taken from the proposal, with their reason, and others the mentor names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.rows import PatientRow
from ces_desktop.domain.ids import Id
from ces_desktop.domain.mentoring import LONGEST, MOST_CASES, Discussed
from ces_desktop.domain.mentoring_cases import from_text
from ces_desktop.i18n import tr
from ces_desktop.ui.desk import Desk
from ces_desktop.ui.pages import mentoring_words as words
from ces_desktop.ui.pages.mentoring_people import PersonField
from ces_desktop.ui.widgets import (
    Button,
    EmptyState,
    FieldRow,
    FormFlow,
    SectionCard,
    Text,
    TextField,
    clear,
    column,
    row,
)


class Talk(QWidget):
    """Each case with what was said of it; Enter goes from one to the next. `changed` on every change."""

    changed = Signal()

    def __init__(self, desk: Desk, fresh: Callable[[], Id]) -> None:
        super().__init__()
        self._desk, self._fresh = desk, fresh
        self._cases: list[Discussed] = []
        self._patients: dict[Id, PatientRow] = {}
        self.notes: list[TextField] = []
        self._list = column(gap=12)
        self.none = EmptyState(tr("No case yet."), tr("Take some from the proposal, or name somebody below."))
        self.person = PersonField(desk, tr("Another case"))
        self.add = Button(tr("Add"), "secondary", icon="plus")
        self.add.clicked.connect(self._add)
        self.person.chosen.connect(lambda _: self._add())
        self.card = SectionCard(
            tr("Cases talked over"), self._list, self.none,
            row((FieldRow(tr("Another case"), self.person, label_width=110), 1), self.add), icon="users",
        )  # fmt: skip
        self.setLayout(column(self.card, None, gap=0))
        self._flow = FormFlow(self.card)
        self._flow.ends_at(self.add)

    def show_cases(self, cases: Sequence[Discussed], patients: Mapping[Id, PatientRow]) -> None:
        """Show these; fields that stand stay as they are typed."""
        self._patients.update(patients)
        if [c.id for c in cases] == [c.id for c in self._cases] and len(self.notes) == len(cases):
            return
        self._cases = list(cases)
        clear(self._list)
        self.notes = []
        for place, case in enumerate(self._cases):
            self._list.addWidget(self._case(place, case))
        self.none.setVisible(not self._cases)
        self.add.setEnabled(len(self._cases) < MOST_CASES)

    def value(self) -> tuple[Discussed, ...]:
        """The cases with what was written."""
        return tuple(
            replace(case, note=field.text()) for case, field in zip(self._cases, self.notes, strict=True)
        )

    def first(self) -> QWidget:
        """Where typing begins."""
        return self.notes[0] if self.notes else self.person

    def _case(self, place: int, case: Discussed) -> QWidget:
        fact, caption = words.why(case.reason, from_text(case.facts))
        name = words.person_words(case.patient, self._patients)
        note = TextField(case.note, name=tr("Said of {name}").format(name=name), limit=LONGEST)
        note.changed.connect(self.changed.emit)
        self.notes.append(note)
        out = Button(tr("Take it out"), "ghost")
        out.clicked.connect(lambda: self._drop(place))
        said = " · ".join(part for part in (fact, caption) if part)
        part = QWidget()
        top = row((Text(name, "strong", elide=True), 1), out, gap=10)
        part.setLayout(column(top, Text(said, "caption", wrap=True), note, gap=3))
        return part

    def _add(self) -> None:
        patient = self.person.patient()
        typed = self.person.text().strip()
        if patient is None and typed:
            return  # somebody is being looked for
        if patient is not None and any(c.patient == patient for c in self._cases):
            self.person.set_value(None)
            return
        self._patients.update(self.person.rows)
        self.person.set_value(None)
        cases = [*self.value(), Discussed(self._fresh(), patient)]
        self.show_cases(cases, {})
        self.notes[-1].setFocus(Qt.FocusReason.TabFocusReason)
        self.changed.emit()

    def _drop(self, place: int) -> None:
        cases = list(self.value())
        del cases[place]
        self.show_cases(cases, {})
        self.first().setFocus(Qt.FocusReason.TabFocusReason)
        self.changed.emit()
