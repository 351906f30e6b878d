"""Hand out: prescriptions signed and not filled, what the shelf has for each line; F9 hands out all of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget

from ces_desktop.data.database import Outcome
from ces_desktop.data.queries.dispensing import FillLine, Prescription, prescriptions
from ces_desktop.data.queries.visit_form import Allergies, allergies
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right
from ces_desktop.domain.calendar import CLINIC_ZONE
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.i18n import tr, trn
from ces_desktop.services import dispensing
from ces_desktop.services.dispensing import Filled, Filling, LineFill
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.messages import patients as wording
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages import dispense_words as words
from ces_desktop.ui.pages.consult_banner import allergy_words
from ces_desktop.ui.tasks import Failure
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    EmptyState,
    Filters,
    Heading,
    IconButton,
    SectionCard,
    Text,
    TextField,
    box,
    column,
    confirm,
    row,
)
from ces_desktop.ui.widgets.combo import folded

STATES = ("waiting", "owed", "given")


class DispensePage(Page):
    """F9 hands out the prescription chosen. Enter goes to its lines, Enter on one changes it, Del = not to be filled.

    `wanted`: a consult or a person with whom to begin.
    """

    topics = frozenset({"prescription", "encounter", "movement", "unmet_demand", "lot", "item", "patient", "same_as"})

    def __init__(self, desk: Desk, wanted: Id | None = None) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._wanted, self._read = wanted, list[Prescription]()
        self._shown: Id | None = None
        self._changed: dict[Id, LineFill] = {}
        self._key, self._saving = new_id(desk.tasks.database.clock()), False
        back = IconButton("arrow-left", tr("Back"))
        back.clicked.connect(desk.back)
        self.heading = Heading(tr("Hand out"), tr("Prescriptions signed and what the shelf has for them"))
        self.search = TextField(width=220, placeholder=tr("person"), limit=200, name=tr("Find a person"))
        self.search.changed.connect(self._fill)
        self.filters = Filters([(s, words.filters()[s]) for s in STATES], "waiting")
        self.filters.chosen.connect(lambda _: self._fill())
        self.table = RecordTable[Prescription](self._people(), name=tr("Prescriptions"))
        self.table.selected.connect(self._show_lines)
        self.lines = RecordTable[FillLine](self._columns(), name=tr("Lines of the prescription"))
        self.table.opened.connect(lambda _: self.lines.setFocus())
        self.lines.opened.connect(self._change)
        self.who, self.meta = Text("", "section", elide=True), Text("", "caption", elide=True)
        self.signed = Text("", "caption", elide=True)
        self.allergy, self.alarm = Text("", "small", wrap=True), Text("", "smallstrong", tone="bad", wrap=True)
        self.empty = EmptyState(tr("Nobody waits for medicines."), tr("Signed prescriptions come here."), size=112)
        self.none = EmptyState(tr("No prescription fits."), size=112)
        self.stack = QStackedWidget()
        left = SectionCard("", (self.table, 1), flush=True)
        left.setMinimumWidth(px(290))
        head = box(column(self.who, self.meta, self.signed, self.allergy, self.alarm, gap=2, margins=(16, 0, 16, 8)))
        self.detail = SectionCard("", head, (self.lines, 1), flush=True)
        for part in (box(row((left, 4), (self.detail, 7), gap=12)), self.empty, self.none):
            self.stack.addWidget(part)
        self._make_bar()
        top = row(back, self.heading, None, self.search, gap=12)
        inner = column(top, self.filters, (self.stack, 1), gap=12, margins=(20, 12, 20, 12))
        self.setLayout(column((inner, 1), self.bar, gap=0))
        self.setFocusProxy(self.table)

    def _make_bar(self) -> None:
        self.give = Button(tr("Hand out"), "primary", icon="pill", shortcut="F9")
        self.give.clicked.connect(self.primary)
        self.drop = Button(tr("Not to be filled"), "secondary", cap="Del")
        self.drop.clicked.connect(self._drop)
        self.other = Button(tr("Without a prescription"), "secondary", icon="plus", cap="+")
        self.other.clicked.connect(self._without)
        self.bar = DockedBar(self.give, self.drop, self.other)
        may = self.desk.actor.may(Right.DISPENSE)
        for button in (self.give, self.drop, self.other):
            button.setVisible(may)

    # ------------------------------------------------------------------ reading
    def reload(self) -> None:
        """Read the prescriptions again; who is chosen stays, what was changed of a line too."""
        clinic, today = self.desk.clinic.id, self.desk.today
        query = partial(prescriptions, clinic=clinic, today=today)
        self.desk.tasks.read(query, self._show, owner=self, latest=f"dispense.{id(self)}")

    def _show(self, read: list[Prescription]) -> None:
        self._read = read
        counts = {state: sum(p.state == state for p in read) for state in STATES}
        self.filters.set_counts(counts)
        if self._wanted is not None:
            mine = next((p for p in read if self._wanted in (p.encounter, p.patient.id, p.patient.person)), None)
            self._wanted = None
            if mine is not None:
                self.filters.set_value(mine.state if mine.state in STATES else "given")
                self._fill(mine.encounter)
                return
        self._fill()

    def _fill(self, keep: Id | None = None) -> None:
        typed = folded(self.search.text()).split()
        state = self.filters.value()
        rows = [p for p in self._read if p.state == state or (state == "given" and p.state == "declined")]
        rows = [p for p in rows if all(w in folded(p.patient.name) for w in typed)]
        if state != "given":
            rows.reverse()  # who waits longest comes first
        current = self.table.current()
        kept = keep or (current.encounter if current else None)
        self.table.set_rows(rows, (lambda p: p.encounter == kept) if kept else None)
        if rows and self.table.current() is None:
            self.table.select_place(0)
        self.stack.setCurrentIndex(0 if rows else 2 if typed else 1)
        self.empty.fact.set_text(words.nobody(state))
        self._show_lines()

    # ------------------------------------------------------------------ drawing
    def _show_lines(self, _row: object = None) -> None:
        chosen = self.table.current()
        if chosen is None:
            self.lines.set_rows([])
            self._set_bar(None)
            return
        if chosen.encounter != self._shown:
            self._shown = chosen.encounter
            self.desk.note("view", "patient", chosen.patient.id)
        place = self.lines.currentIndex().row()
        self.lines.set_rows(chosen.lines)
        self.lines.select_place(max(0, min(place, len(chosen.lines) - 1)))
        self.who.set_text(chosen.patient.name)
        self.meta.set_text(wording.meta(chosen.patient, self.desk.today))
        self.signed.set_text(words.signed(chosen))
        self.allergy.set_text("")
        self.alarm.hide()
        query = partial(allergies, clinic=self.desk.clinic.id, records=[chosen.patient.id])
        self.desk.tasks.read(query, self._show_allergies, owner=self, latest=f"dispense.allergies.{id(self)}")
        self._set_bar(chosen)

    def _show_allergies(self, found: Allergies) -> None:
        kind, text = allergy_words(found)
        self.alarm.set_text(tr("Allergies: {what}").format(what=text))
        self.alarm.setVisible(kind == "known")
        self.allergy.set_text(tr("Denies allergies") if kind == "denied" else tr("Allergies: not asked"))
        self.allergy.setVisible(kind != "known")

    def _set_bar(self, chosen: Prescription | None) -> None:
        back = chosen is not None and chosen.state in ("given", "declined")
        open_lines = [] if chosen is None else [x for x in chosen.lines if self._open(x)]
        self.give.set_words(tr("Put back on the shelf") if back else tr("Hand out"))
        self.give.setEnabled(
            not self._saving and (bool(open_lines) or (back and chosen is not None and chosen.touched))
        )
        self.drop.setEnabled(bool(open_lines))
        self.bar.set_state(None, "" if chosen is None or back else words.summary(open_lines, self._changed))

    def _people(self) -> list[Column[Prescription]]:
        return [
            Column(tr("Person"), self._person, sort=lambda p: p.patient.name),
            Column("", lambda p: Cell(chip=words.chip(p)), 138, droppable=True),
        ]

    def _person(self, p: Prescription) -> Cell:
        n = len(p.lines)
        medicines = trn("{n} medicine", "{n} medicines", n).format(n=n)
        today = p.day == self.desk.today.isoformat()
        when = labels.clock(p.signed_at, CLINIC_ZONE) if today else labels.day(p.day)
        return Cell(p.patient.name, f"{when} · {medicines}", strong=True)

    def _columns(self) -> list[Column[FillLine]]:
        return [
            Column(tr("Medicine"), words.medicine),
            Column(tr("Prescribed"), words.prescribed, 84, "right"),
            Column(tr("On hand"), words.there, 138, "right"),
            Column(tr("Will be given"), lambda x: words.given(x, self._changed.get(x.id)), 112, "right"),
            Column("", lambda x: Cell(chip=words.line_chip(x, self._changed.get(x.id))), 148, droppable=True),
        ]

    @staticmethod
    def _open(line: FillLine) -> bool:
        return line.facts.state in ("waiting", "owed")

    # ------------------------------------------------------------------ acting
    def primary(self) -> None:
        """F9: hand out all that waits of the prescription chosen; of one that was handed out, take it back."""
        chosen = self.table.current()
        if chosen is None or self._saving or not self.desk.actor.may(Right.DISPENSE):
            return
        if chosen.state in ("given", "declined"):
            if chosen.touched:
                self._take_back(chosen)
            return
        lines = tuple(
            self._changed.get(x.id) or LineFill(x.id) for x in chosen.lines if self._open(x) and self._ready(x)
        )
        if not lines:
            return
        self._saving = True
        request = Filling(self._key, chosen.encounter, self.desk.today.isoformat(), lines)
        name = chosen.patient.name
        self.desk.tasks.write(
            partial(dispensing.fill, request=request), partial(self._filled, name), owner=self, failed=self._failed
        )

    def _ready(self, line: FillLine) -> bool:
        return line.quantity is not None or line.id in self._changed

    def _filled(self, name: str, outcome: Outcome[Filled]) -> None:
        self._done()
        self.desk.toast(words.filled(name, outcome.value), undo=True)

    def _failed(self, failure: Failure) -> None:
        self._saving = False
        self.desk.tell(failure)
        self.reload()

    def _done(self) -> None:
        self._saving = False
        self._changed = {}
        self._key = new_id(self.desk.tasks.database.clock())
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_back(self, chosen: Prescription) -> None:
        said = tr("What was handed out to {name} goes back to its lots and the prescription waits again.")
        if confirm(self, tr("Take it back?"), said.format(name=chosen.patient.name), tr("Put back on the shelf")):
            request = Filling(self._key, chosen.encounter, self.desk.today.isoformat())
            self._write(partial(dispensing.take_back, request=request), tr("It is back on the shelf."))

    def _drop(self) -> None:
        """The line chosen, or with the list in focus all lines, are not to be filled."""
        chosen, line = self.table.current(), self.lines.current()
        if chosen is None or not self.desk.actor.may(Right.DISPENSE):
            return
        only = line is not None and self.lines.hasFocus()
        wanted = [line] if only and line is not None else list(chosen.lines)
        wanted = [x for x in wanted if self._open(x)]
        if not wanted:
            return
        lines = tuple(LineFill(x.id) for x in wanted)
        request = Filling(self._key, chosen.encounter, self.desk.today.isoformat(), lines)
        n = len(wanted)
        said = trn("{n} line marked as not to be filled.", "{n} lines marked as not to be filled.", n).format(n=n)
        self._write(partial(dispensing.decline, request=request), said)

    def _write(self, action: Callable[[Work], object], said: str) -> None:
        def then(_outcome: object) -> None:
            self._done()
            self.desk.toast(said, undo=True)

        self._saving = True
        self.desk.tasks.write(action, then, owner=self, failed=self._failed)

    def _change(self, line: FillLine) -> None:
        if self._open(line) and self.desk.actor.may(Right.DISPENSE) and line.item is not None:
            QTimer.singleShot(0, self, partial(self._ask, line))

    def _ask(self, line: FillLine) -> None:
        from ces_desktop.ui.dialogs.dispensing import GiveDialog

        answer = GiveDialog(self, line, self.desk.today).ask()
        if answer is not None:
            self._changed[line.id] = answer
            self._show_lines()
        self.lines.setFocus(Qt.FocusReason.OtherFocusReason)

    def _without(self) -> None:
        from ces_desktop.ui.dialogs.dispensing import hand_out

        hand_out(self, self.desk)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.search.hasFocus() and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        elif event.key() == Qt.Key.Key_Delete:
            self._drop()
        elif event.text() == "+" and not self.search.hasFocus():
            self._without()
        elif event.text() == "/" and not self.search.hasFocus():
            self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        elif event.key() == Qt.Key.Key_Left and self.lines.hasFocus():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)
