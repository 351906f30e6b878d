"""The laboratory of the clinic: everything asked for and unanswered, where late results are entered."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget

from ces_desktop.data.queries.care import Owed, laboratory
from ces_desktop.data.queries.visit_form import VisitForm, visit_form
from ces_desktop.domain.access import Right
from ces_desktop.i18n import tr, trn
from ces_desktop.services import results
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.messages import patients as wording
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages.patient_words import test_name
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    EmptyState,
    Heading,
    SectionCard,
    TextField,
    column,
    confirm,
    row,
)
from ces_desktop.ui.widgets.combo import folded

LATE_DAYS = 30
"""A request that waits longer is marked: the person is asked whether they went."""


class LabsPage(Page):
    """Urgent first, then the longest waiting. Enter or F9 notes results, Del takes a request back."""

    topics = frozenset({"lab_request", "observation", "patient", "same_as"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._owed: tuple[Owed, ...] = ()
        self.heading = Heading(tr("Laboratory"), tr("Asked for and not answered"))
        self.filter = TextField(width=260, placeholder=tr("person or test"), limit=200, name=tr("Filter the requests"))
        self.filter.changed.connect(self._fill)
        columns: list[Column[Owed]] = [
            Column(tr("Person"), lambda o: Cell(o.patient.name, wording.meta(o.patient, desk.today), strong=True)),
            Column(tr("Test"), self._test, 280),
            Column(tr("Asked for on"), self._asked, 170, sort=lambda o: o.pending.day),
            Column("", self._chip, 150, droppable=True),
        ]
        self.table = RecordTable(columns, name=tr("Laboratory"), type_ahead=True)
        self.table.opened.connect(self._open)
        self.empty = EmptyState(
            tr("Nothing is pending."), tr("What a consult asks of the laboratory waits here."), size=112
        )
        self.no_match = EmptyState(tr("No request fits what is written."), size=112)
        self.stack = QStackedWidget()
        for part in (SectionCard("", (self.table, 1), flush=True), self.empty, self.no_match):
            self.stack.addWidget(part)
        self.note_button = Button(tr("Note results"), "primary", icon="flask-conical", shortcut="F9")
        self.note_button.clicked.connect(self.primary)
        self.go = Button(tr("Open the record"), "secondary", icon="user")
        self.go.clicked.connect(self._go)
        self.cancel = Button(tr("Take back"), "secondary", cap="Del")
        self.cancel.clicked.connect(self._cancel)
        self.bar = DockedBar(self.note_button, self.go, self.cancel)
        self.note_button.setVisible(desk.actor.may(Right.RECORD_CARE))
        self.cancel.setVisible(desk.actor.may(Right.SIGN_CONSULTS))
        top = row(self.heading, None, self.filter)
        body = column(top, (self.stack, 1), gap=12, margins=(20, 12, 20, 12))
        self.setLayout(column((body, 1), self.bar, gap=0))
        self.setFocusProxy(self.table)

    def reload(self) -> None:
        """Read the list again; the selection stays."""
        self.desk.tasks.read(
            partial(laboratory, clinic=self.desk.clinic.id), self._show, owner=self, latest=f"labs.{id(self)}"
        )

    def primary(self) -> None:
        """F9: note the results of the selected request."""
        chosen = self.table.current()
        if chosen is not None:
            self._open(chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self._cancel()
        else:
            super().keyPressEvent(event)

    def _show(self, owed: tuple[Owed, ...]) -> None:
        self._owed = owed
        n = len(owed)
        self.heading.set_sentence(trn("{n} request without its result", "{n} requests without their result", n)
                                  .format(n=n) if n else tr("Asked for and not answered"))  # fmt: skip
        self._fill()

    def _fill(self) -> None:
        words = folded(self.filter.text()).split()
        rows = [o for o in self._owed if all(w in folded(f"{o.patient.name} {_name(o)}") for w in words)]
        current = self.table.current()
        keep = current.pending.id if current else None
        self.table.set_rows(rows, (lambda o: o.pending.id == keep) if keep else None)
        if rows and self.table.current() is None:
            self.table.select_place(0)
        shown = 0 if rows else 2 if self._owed else 1
        self.stack.setCurrentIndex(shown)
        for button in (self.note_button, self.go, self.cancel):
            button.setEnabled(bool(rows))

    def _test(self, owed: Owed) -> Cell:
        detail = owed.pending.detail if owed.pending.detail != _name(owed) else ""
        return Cell(_name(owed), detail)

    def _asked(self, owed: Owed) -> Cell:
        day = owed.pending.day
        ago = labels.ago(date.fromisoformat(day[:10]), self.desk.today) if len(day) >= 10 else ""
        return Cell(labels.day(day or None), ago)

    def _chip(self, owed: Owed) -> Cell:
        if owed.pending.urgent:
            return Cell(chip=("bad", tr("Urgent")))
        day = owed.pending.day
        late = len(day) >= 10 and (self.desk.today - date.fromisoformat(day[:10])).days > LATE_DAYS
        return Cell(chip=("warn", tr("Waits long"))) if late else Cell()

    def _open(self, owed: Owed) -> None:
        if not self.desk.actor.may(Right.RECORD_CARE):
            self._go()
            return
        desk = self.desk
        query = partial(visit_form, clinic=desk.clinic.id, patient=owed.pending.patient, today=desk.today)
        desk.tasks.read(query, partial(self._soon, owed), owner=self, latest=f"labs.form.{id(self)}")

    def _soon(self, owed: Owed, form: VisitForm | None) -> None:
        """A dialog waits for the person: not inside the answer, which counts as under way until it returns."""
        QTimer.singleShot(0, self, partial(self._ask, owed, form))

    def _ask(self, owed: Owed, form: VisitForm | None) -> None:
        from ces_desktop.ui.dialogs.results import ResultsDialog

        if form is None:
            self.reload()
            return
        self.desk.note("view", "patient", owed.pending.patient)
        answers = next((p for p in form.pending if p.id == owed.pending.id), None)
        request = ResultsDialog(self, form.file, form.last, form.pending, self.desk.today, answers).ask()
        if request is not None:
            said = tr("Results saved.")
            action = partial(results.record_results, request=request)
            self.desk.tasks.write(action, lambda _: self.desk.toast(said, undo=True), owner=self)

    def _go(self) -> None:
        chosen = self.table.current()
        if chosen is not None:
            self.desk.open_patient(chosen.pending.patient)

    def _cancel(self) -> None:
        chosen = self.table.current()
        if chosen is None or not self.desk.actor.may(Right.SIGN_CONSULTS):
            return
        text = tr("{test} of {name} is asked for no more. It can be undone.")
        said = text.format(test=_name(chosen), name=chosen.patient.name)
        if confirm(self, tr("Take the request back?"), said, tr("Take back")):
            action = partial(results.cancel_request, request=chosen.pending.id)
            self.desk.tasks.write(action, lambda _: self.desk.toast(tr("Request taken back."), undo=True), owner=self)


def _name(owed: Owed) -> str:
    return test_name(owed.pending.test, owed.pending.detail)
