"""Beside the figures: what the chosen number counts, and the people behind it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal

from ces_desktop.data.queries.rows import PatientRow
from ces_desktop.i18n import language, tr, trn
from ces_desktop.reports.indicator_rows import Row
from ces_desktop.ui import labels
from ces_desktop.ui.messages import patients as wording
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages import rescue_words as words
from ces_desktop.ui.widgets import Rule, SectionCard, Text, column


class PeopleCard(SectionCard):
    """`show_figure(row)` says what is counted at once; `show_people(rows)` fills the list. `opened(PatientRow)`."""

    opened = Signal(object)

    def __init__(self, today: date) -> None:
        super().__init__(flush=True)
        self.setAccessibleName(tr("People behind the number"))
        self._today = today
        self.name, self.counted = Text("", "section", wrap=True), Text("", "small", wrap=True)
        self.of, self.source = Text("", "small", wrap=True), Text("", "caption", wrap=True)
        self.table = RecordTable[PatientRow]([Column(tr("Person"), self._person)], name=tr("People behind the number"))
        self.table.opened.connect(self.opened)
        self.total = Text("", "smallstrong")
        said = self.name, self.counted, self.of, self.source, Rule(), self.total
        definition = column(*said, gap=5, margins=(16, 0, 16, 0))
        self.add(definition, (self.table, 1))

    def show_figure(self, row: Row | None) -> None:
        """The definition in words, its id and version, and where it comes from."""
        self.table.set_rows(())
        if row is None:
            for part in (self.name, self.counted, self.of, self.source, self.total):
                part.set_text("")
            return
        f, tongue = row.figure, language()
        of_what = words.programme(f.programme) if f.programme else tr("Whole clinic")
        self.name.set_text(" · ".join(part for part in (row.name, row.community or of_what) if part))
        self.counted.set_text(tr("Counts: {what}.").format(what=f.definition.numerators.get(tongue, "")))
        below = f.definition.denominators.get(tongue, "")
        self.of.set_text(tr("Of: {what}.").format(what=below) if below else "")
        self.of.setVisible(bool(below))
        said = tr("{code}, version {version} · {source}")
        self.source.set_text(said.format(code=f.code, version=f.definition.version, source=f.definition.source))
        n = len(f.people)
        self.total.set_text(trn("{n} person", "{n} people", n).format(n=labels.number(n)))

    def show_people(self, people: Sequence[PatientRow]) -> None:
        """The people behind the number, by surnames."""
        self.table.set_rows(sorted(people, key=lambda r: r.name))

    def _person(self, who: PatientRow) -> Cell:
        parts = wording.age(who.age_on(self._today)), wording.sex(who.identity.sex), who.community or tr("no community")
        return Cell(who.name, " · ".join(parts), strong=True)
