"""The prescription of the consult as a grid: found by name, quarter doses, "all the same" shown as a difference."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ces_desktop.domain import dosing
from ces_desktop.domain.dosing import Medicine
from ces_desktop.domain.ids import Id
from ces_desktop.domain.registration import Problem
from ces_desktop.domain.repeats import repeats
from ces_desktop.domain.visits import Dose, Line
from ces_desktop.i18n import tr, trn
from ces_desktop.ui.icons import State
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.pages import consult_line
from ces_desktop.ui.pages import consult_repeats as words
from ces_desktop.ui.pages.consult_line import LineEditor
from ces_desktop.ui.pages.consult_note import LABEL
from ces_desktop.ui.widgets import Button, FieldRow, Option, SectionCard, box, column
from ces_desktop.ui.widgets.lookup import LookupField


class Drug:
    """A medicine of the catalogue, to begin a line with."""

    def __init__(self, item: Id, name: str, route: str, dosing_pattern: str, caption: str) -> None:
        self.item, self.name, self.route = item, name, route
        self.pattern, self.caption = dosing_pattern, caption

    def dose(self) -> Dose:
        """The usual adult pattern to start from; nothing where there is none."""
        parts = self.pattern.split("-")
        if len(parts) == 4 and all(part.isdigit() for part in parts):
            morning, noon, afternoon, night = (int(part) for part in parts)
            return Dose(morning, noon, afternoon, night)
        return Dose()


class PrescriptionSection(SectionCard):
    """`wanted(typed)` asks for medicines: answer by `offer`. `days()` says for how long to prescribe."""

    changed = Signal()
    wanted = Signal(str)

    def __init__(self, medicines: Sequence[Medicine], fresh: Callable[[], Id], days: Callable[[], int]) -> None:
        self.same = Button(tr("All the same"), "ghost", icon="refresh-cw", cap="Ctrl+R")
        super().__init__(tr("Prescription"), icon="pill", action=self.same, gap=6)
        self._medicines, self._fresh, self._days = tuple(medicines), fresh, days
        self._drugs: dict[str, Drug] = {}
        self.editors: list[LineEditor] = []
        self._head = consult_line.head()
        self._head.hide()
        self._lines = column(gap=6)
        self.search = LookupField(placeholder=tr("name, as «metf»"), free=False)
        self.search.wanted.connect(self.wanted)
        self.search.chosen.connect(self._choose)
        self.rows = {"prescription": FieldRow(tr("Add a medicine"), self.search, label_width=LABEL)}
        self.add(self._head, box(self._lines), self.rows["prescription"])
        self.same.clicked.connect(self.renew)
        self.changed.connect(self._tell_repeats)
        self.same.set_possible(any(m.long_term for m in medicines), tr("Nothing to renew"))

    def renew(self) -> None:
        """Ctrl+R: every long-term medicine again as it is; those in the grid already stay."""
        held = {e.before.id for e in self.editors if e.before is not None}
        lines = dosing.renew(self._medicines, self._days(), self._fresh)
        before = {m.line.id: m.line for m in self._medicines}
        for line in lines:
            if line.renews is not None and line.renews not in held:
                self._add(line, before[line.renews], details=False)
        self.changed.emit()

    def change(self) -> None:
        """Renew and go to the first dose."""
        self.renew()
        if self.editors:
            self.editors[0].doses[0].setFocus()
            self.editors[0].doses[0].selectAll()
        else:
            self.search.setFocus()

    def offer(self, typed: str, drugs: Sequence[Drug]) -> None:
        """Medicines that fit a typed text."""
        self._drugs |= {d.item.hex(): d for d in drugs}
        self.search.offer(typed, [Option(d.item.hex(), d.name, d.caption) for d in drugs])

    def lines(self) -> tuple[tuple[Line, ...], list[Problem]]:
        """The lines as typed, and what cannot be read in them (fields "line:0"…)."""
        found: list[Line] = []
        unread: list[Problem] = []
        for editor in self._written():
            line, problems = editor.line()
            if line is not None:
                found.append(line)
            unread += [Problem(f"line:{self.editors.index(editor)}", p.code) for _, p in problems]
        if self.search.unlisted():
            unread.append(Problem("line:", "consult.unlisted"))
        return tuple(found), unread

    def stopped(self) -> tuple[Id, ...]:
        """Lines that end with this visit."""
        return tuple(e.before.id for e in self.editors if e.stopped and e.before is not None)

    def show_problem(self, problem: Problem) -> QWidget:
        """Say it under its line; the field to go to. A number counts the lines that are signed."""
        place = problem.field.removeprefix("line:")
        if not place:
            self.rows["prescription"].show_note("missing", sentence(problem.refusal()))
            return self.search
        written = self.editors if problem.code.startswith("consult.") else self._written()
        editor = written[min(int(place), len(written) - 1)]
        editor.tell(problem)
        return {
            "visits.line_days": editor.days,
            "visits.line_quantity": editor.quantity,
            "visits.line_route": editor.route,
        }.get(problem.code, editor.doses[0])

    def content(self) -> dict[str, str]:
        """The grid as typed."""
        kept = [
            {
                "id": e.id.hex(),
                "drug": e.drug,
                "item": e.item.hex() if e.item else "",
                "before": e.before.id.hex() if e.before else "",
                "as_needed": e.as_needed,
                "typed": e.typed(),
            }
            for e in self.editors
        ]
        found = {"lines": json.dumps(kept, ensure_ascii=False)} if kept else {}
        return found | ({"drug_typed": self.search.text()} if self.search.text() else {})

    def fill(self, content: Mapping[str, str]) -> None:
        """Show what a draft kept; a line that no longer goes on with one in force is a new one."""
        self.search.setText(content.get("drug_typed", ""))
        before = {m.line.id: m.line for m in self._medicines}
        for editor in list(self.editors):
            self._remove(editor)
        for kept in json.loads(content.get("lines", "[]")):
            old = before.get(Id(bytes.fromhex(kept["before"]))) if kept["before"] else None
            item = Id(bytes.fromhex(kept["item"])) if kept["item"] else None
            dose = Dose(as_needed=bool(kept.get("as_needed")))
            line = Line(
                Id(bytes.fromhex(kept["id"])), item, kept["drug"], dose, "", 0, 0, "", old.id if old else None
            )
            self._add(line, old, details=old is None).fill(kept["typed"])
        self._tell_repeats()

    def state(self) -> tuple[State, str]:
        """How many lines; without any, the key that renews."""
        n = len(self._written())
        if n:
            return "ok", trn("{n} medicine", "{n} medicines", n).format(n=n)
        if any(m.long_term for m in self._medicines):
            return "unknown", tr("Ctrl+R all the same")
        return "unknown", tr("none")

    def _tell_repeats(self) -> None:
        """Warn where a medicine is twice in the grid, or is taken now and neither renewed nor stopped here."""
        read = {editor: line for editor in self._written() if (line := editor.line()[0]) is not None}
        found = repeats(list(read.values()), self._medicines, self.stopped())
        for editor in self.editors:
            told = found.get(editor.id) if editor in read else None
            editor.tell_repeat(words.repeat(told) if told is not None else "")

    def _written(self) -> list[LineEditor]:
        return [e for e in self.editors if not e.stopped]

    def _choose(self, key: str) -> None:
        drug = self._drugs[key]
        self.search.set_value(None)
        held = {e.before.id for e in self.editors if e.before is not None}
        before = next((m.line for m in self._medicines if m.line.item == drug.item and m.line.id not in held), None)
        if before is not None:
            line = dosing.renewed(before, self._days(), self._fresh())
        else:
            days, dose = self._days(), drug.dose()
            units = dosing.quantity(dose, days)
            line = Line(self._fresh(), drug.item, drug.name, dose, drug.route or "oral", days, units)
        editor = self._add(line, before, details=before is None)
        editor.doses[0].setFocus()
        editor.doses[0].selectAll()
        self.changed.emit()

    def _add(self, line: Line, before: Line | None, *, details: bool) -> LineEditor:
        editor = LineEditor(line, before, details=details)
        editor.changed.connect(self.changed)
        editor.dropped.connect(lambda: self._dropped(editor))
        self.editors.append(editor)
        self._lines.addWidget(editor)
        self._head.show()
        return editor

    def _dropped(self, editor: LineEditor) -> None:
        self._remove(editor)
        self.search.setFocus()
        self.changed.emit()

    def _remove(self, editor: LineEditor) -> None:
        self.editors.remove(editor)
        editor.hide()
        editor.deleteLater()
        self._head.setVisible(bool(self.editors))
