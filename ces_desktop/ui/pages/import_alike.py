"""Fourth step of importing a register: people who are like somebody here, decided one by one or by certainty."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from ces_desktop.domain.identity import display_name
from ces_desktop.domain.register_rows import identity_of_row
from ces_desktop.i18n import tr
from ces_desktop.services.register_import import Plan
from ces_desktop.services.register_reading import Certainty, Decision, Planned
from ces_desktop.ui import labels
from ces_desktop.ui.icons import State
from ces_desktop.ui.messages import patients, registration
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button, EmptyState, Filters, SectionCard, Text, Wrapped, column

KEYS: dict[str, Decision] = {"s": "same", "n": "new", "o": "skip"}
"""Letters that decide the chosen row; the same in both languages as the buttons say."""


class AlikeStep(QWidget):
    """`show_plan(plan)`; `decisions` by line. Letters decide the chosen row and go on, buttons all of a certainty."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.decisions: dict[int, Decision] = {}
        self._rows: list[Planned] = []
        self.filters = Filters(
            [("all", tr("All")), ("certain", tr("Same CURP")), ("likely", tr("Likely")), ("possible", tr("Possible"))],
            "all",
        )
        self.filters.chosen.connect(lambda _: self._fill())
        self.table = RecordTable[Planned](self._columns(), name=tr("Like somebody here"))
        about = Text(
            tr("Same person: what the register measured joins the record here; the data here stay as they are."),
            "small", wrap=True,
        )  # fmt: skip
        self.same = Button(tr("All shown: same person"), "secondary")
        self.new = Button(tr("All shown: somebody else"), "secondary")
        self.skip = Button(tr("All shown: leave out"), "secondary")
        for button, choice in ((self.same, "same"), (self.new, "new"), (self.skip, "skip")):
            button.clicked.connect(lambda _=False, choice=choice: self._decide_all(choice))
        none = EmptyState(tr("Nobody of the register is like somebody here."), tr("You can go on."))
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(none)
        keys = Text(tr("S same person · N somebody else · O leave out"), "caption", wrap=True)
        card = SectionCard(
            tr("Perhaps registered here already"), about, self.filters, keys, (self.stack, 1),
            Wrapped(self.same, self.new, self.skip), icon="copy",
        )  # fmt: skip
        card.setMinimumHeight(px(300))
        self.setLayout(column((card, 1)))
        self.setFocusProxy(self.table)

    def show_plan(self, plan: Plan) -> None:
        """Fill it; what was decided of rows that are still alike stays."""
        self._rows = [p for p in plan.rows if p.state == "alike" and p.alike is not None]
        lines = {p.row.line for p in self._rows}
        self.decisions = {line: choice for line, choice in self.decisions.items() if line in lines}
        self.stack.setCurrentIndex(0 if self._rows else 1)
        for button in (self.same, self.new, self.skip):
            button.set_possible(bool(self._rows), tr("There is nothing to decide."))
        counts = {"all": len(self._rows)}
        for each in ("certain", "likely", "possible"):
            counts[each] = sum(_certainty(p) == each for p in self._rows)
        self.filters.set_counts(counts)
        self._fill()

    def undecided(self) -> int:
        """How many are still to be decided."""
        return sum(p.row.line not in self.decisions for p in self._rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        choice, current = KEYS.get(event.text().lower()), self.table.current()
        if choice is None or current is None:
            super().keyPressEvent(event)
            return
        self.decisions[current.row.line] = choice
        at = self.table.currentIndex().row()
        self._fill()
        self.table.select_place(min(at + 1, self.table.records.rowCount() - 1))
        self.changed.emit()

    def _decide_all(self, choice: Decision) -> None:
        for planned in self._shown():
            self.decisions[planned.row.line] = choice
        self._fill()
        self.changed.emit()

    def _shown(self) -> list[Planned]:
        chosen = self.filters.value()
        return [p for p in self._rows if chosen in ("all", _certainty(p))]

    def _fill(self) -> None:
        self.table.set_rows(self._shown())
        if self.table.current() is None:
            self.table.select_place(0)

    def _columns(self) -> list[Column[Planned]]:
        return [
            Column(tr("In the file"), lambda p: Cell(*_theirs(p), strong=True)),
            Column(tr("Here"), lambda p: Cell(*_ours(p))),
            Column(tr("Reasons"), lambda p: Cell(*_reasons(p)), 260, droppable=True),
            Column(tr("It is"), lambda p: Cell(chip=self._chip(p)), 190),
        ]

    def _chip(self, planned: Planned) -> tuple[State, str]:
        words: dict[str, tuple[State, str]] = {
            "same": ("ok", tr("same person")), "new": ("new", tr("somebody else")), "skip": ("neutral", tr("left out")),
        }  # fmt: skip
        return words.get(self.decisions.get(planned.row.line, ""), ("unknown", tr("to decide")))


def _certainty(planned: Planned) -> Certainty:
    assert planned.alike is not None
    return planned.alike.certainty


def _theirs(planned: Planned) -> tuple[str, str]:
    who = identity_of_row(planned.row)
    born = labels.day(who.birth.value) if who.birth.value else ""
    line = tr("line {n}").format(n=planned.row.line)
    return display_name(who), " · ".join(part for part in (born, patients.sex(who.sex), line) if part)


def _ours(planned: Planned) -> tuple[str, str]:
    assert planned.alike is not None
    here = planned.alike.row
    born = labels.day(here.birth) if here.birth else ""
    said = (born, patients.sex(here.sex or ""), here.human_id)
    return display_name(here.identity), " · ".join(part for part in said if part)


def _reasons(planned: Planned) -> tuple[str, str]:
    assert planned.alike is not None
    parts = registration.reasons(planned.alike.match.reasons).split(", ")
    return ", ".join(parts[:2]), ", ".join(parts[2:])
