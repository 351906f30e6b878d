"""What the clinic asks for besides medicines: how long each request has waited, who sees to it, what was answered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QStackedWidget

from ces_desktop.data.database import Outcome
from ces_desktop.data.queries.staff import people
from ces_desktop.data.queries.staff_requests import Answer, Request, requests
from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.domain.staff_requests import URGENCIES
from ces_desktop.i18n import tr, trn
from ces_desktop.reports import staff_words as words
from ces_desktop.services import staff_requests
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.icons import State
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    EmptyState,
    Filters,
    Heading,
    SectionCard,
    SideBySide,
    Text,
    box,
    column,
    confirm,
    row,
)

SIDE, NARROW_SIDE = 400, 320
_CHIPS: dict[str, State] = {"open": "due", "doing": "warn", "done": "ok", "declined": "neutral"}
Names = tuple[tuple[Id, str], ...]


class RequestsPage(Page):
    """List and answers. F9 asks, Enter answers, Del takes the chosen answer back."""

    topics = frozenset({"staff_request", "staff_request_event", "staff_person"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._held: tuple[Request, ...] = ()
        self._names: Names = ()
        self._loaded, self._wanted = False, Id(b"")
        self._told: list[Id] = []
        self._may, self._answers = desk.actor.may(Right.MAKE_REQUESTS), desk.actor.may(Right.ANSWER_REQUESTS)
        self.heading = Heading(tr("Requests"), " ")
        self.views = Filters(
            [("open", tr("Waiting")), ("late", tr("Past their day")), ("closed", tr("Done or declined")),
             ("all", tr("All requests"))],
            "open",
        )  # fmt: skip
        self._make_table()
        self._make_detail()
        self.new = Button(tr("New request"), "primary", icon="plus", cap="F9")
        self.reply = Button(tr("Write an answer"), icon="message-circle", cap="Enter")
        self.solved = Button(tr("It is solved"), icon="check")
        self.edit = Button(tr("Correct"), icon="pencil")
        self.bar = DockedBar(self.new, self.reply, self.solved, self.edit)
        self.stack.setMinimumHeight(px(190))
        left = box(column(self.views, (self.stack, 1), gap=10))
        self.side = box(column((self.detail, 1)))
        body = SideBySide(left, self.side, SIDE, NARROW_SIDE)
        top = column(self.heading, (body, 1), gap=12, margins=(20, 12, 20, 12))
        self.setLayout(column((top, 1), self.bar, gap=0))
        self.setFocusProxy(self.table)
        self._connect()
        self._tell()

    def _make_table(self) -> None:
        today = self.desk.today
        self.table = RecordTable[Request](
            [
                Column(tr("What is needed"), self._what, sort=lambda r: r.text.casefold()),
                Column(tr("Days open"), self._days, 118, "right", sort=lambda r: -r.age(today).days_open),
                Column(tr("Wanted by"), self._due, 138, sort=lambda r: r.age(today).due, droppable=True),
                Column(tr("State"), lambda r: Cell(chip=(_CHIPS[r.state], words.request_state_words(r.state))), 140,
                       sort=lambda r: r.state),
            ],
            name=tr("Requests"),
            type_ahead=True,
        )  # fmt: skip
        first = Button(tr("New request"), "primary", icon="plus")
        first.clicked.connect(self.primary)
        self.empty = EmptyState(
            tr("Nothing has been asked for yet."), tr("Housing, transport, internet, stipend, safety…"), first, size=112
        )
        first.setVisible(self._may)
        self.no_match = EmptyState(tr("No request is in this list."), tr("Choose another filter."), size=112)
        self.stack = QStackedWidget()
        for part in (SectionCard("", (self.table, 1), flush=True), self.empty, self.no_match):
            self.stack.addWidget(part)

    def _make_detail(self) -> None:
        self.named, self.facts = Text("", "strong", wrap=True), Text("", "small", wrap=True)
        self.history = RecordTable[Answer](
            [Column(tr("Answers"), self._answer), Column(tr("Day"), lambda a: Cell(labels.day(a.day)), 104)],
            name=tr("Answers"),
        )
        self.history.setMinimumHeight(px(150))
        self.nothing = Text(tr("Nobody has answered yet."), "muted", wrap=True)
        self.back = Button(tr("Take back"), "ghost", cap="Del")
        self.detail = SectionCard(
            tr("The request"), self.named, self.facts, (self.history, 1), self.nothing, row(self.back, None), None,
            icon="message-circle", pad=14,
        )  # fmt: skip

    def _connect(self) -> None:
        self.new.clicked.connect(self.primary)
        self.reply.clicked.connect(lambda: self.answer())
        self.solved.clicked.connect(lambda: self.answer("done"))
        self.edit.clicked.connect(self._correct)
        self.back.clicked.connect(self._take_back)
        self.views.chosen.connect(lambda _: self._fill())
        self.table.selected.connect(lambda _: self._tell())
        self.table.opened.connect(lambda _: self.answer())

    def reload(self) -> None:
        """Read the requests again; what is chosen stays chosen."""
        clinic = self.desk.clinic.id

        def ask(connection: Any) -> tuple[tuple[Request, ...], Names]:
            return requests(connection, clinic), tuple((p.id, p.name) for p in people(connection, clinic))

        self.desk.tasks.read(ask, self._show, owner=self, latest=f"staff_requests.{id(self)}")

    def primary(self) -> None:
        """F9: ask for something."""
        if self._may:
            self._ask(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.table.setFocus(event.reason())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self._take_back()
        else:
            super().keyPressEvent(event)

    # ------------------------------------------------------------------ acts
    def _fresh(self) -> Id:
        return new_id(self.desk.tasks.database.clock())

    def _ask(self, held: Request | None) -> None:
        from ces_desktop.ui.dialogs.staff_requests import RequestDialog

        form = RequestDialog(self, self._names, self.desk.today, self._fresh(), held).ask()
        if form is not None:
            self._wanted = form.id
            self._write(partial(staff_requests.edit if held else staff_requests.ask, form=form))

    def _correct(self) -> None:
        chosen = self.table.current()
        if chosen is not None and self._may:
            self._ask(chosen)

    def answer(self, state: str = "words") -> None:
        """Say something about the chosen request; `state` is proposed."""
        chosen = self.table.current()
        if chosen is None or not self._may:
            return
        from ces_desktop.ui.dialogs.staff_requests import AnswerDialog

        form = AnswerDialog(self, chosen, self.desk.today, self._fresh(), self._answers, state).ask()
        if form is not None:
            self._write(partial(staff_requests.answer, form=form))

    def _take_back(self) -> None:
        chosen, given = self.table.current(), self.history.current()
        if chosen is None or given is None or not self._may:
            return
        said = tr("{what} of {day}. It can be undone.").format(what=_said(given), day=labels.day(given.day))
        if confirm(self, tr("Take this answer back?"), said, tr("Take back")):
            self._write(partial(staff_requests.take_back, wanted=chosen.id, given=given.id))

    def _write(self, action: Callable[..., Any]) -> None:
        self.desk.tasks.write(action, self._kept, owner=self)

    def _kept(self, outcome: Outcome[Any]) -> None:
        if outcome.touched:
            self.desk.toast(tr("Saved."), undo=True)
        else:  # no undo: Ctrl+Z would take back the act before
            self.desk.toast(tr("It stays as it was."))

    # ------------------------------------------------------------------ shown
    def _fits(self, view: str, request: Request) -> bool:
        late = request.open and request.age(self.desk.today).late > 0
        return {"open": request.open, "late": late, "closed": not request.open, "all": True}[view]

    def _show(self, read: tuple[tuple[Request, ...], Names]) -> None:
        self._held, self._names = read
        self._loaded = True
        counts = {view: sum(self._fits(view, r) for r in self._held) for view in ("open", "late", "closed", "all")}
        self.views.set_counts(counts)
        self.views.setVisible(bool(self._held))
        n, late = counts["open"], counts["late"]
        said = trn("{n} request waits", "{n} requests wait", n).format(n=n)
        if late:
            said += " · " + trn("{n} past its day", "{n} past their day", late).format(n=late)
        self.heading.set_sentence(said if self._held else tr("What is needed besides medicines"))
        self._fill()

    def _fill(self) -> None:
        today = self.desk.today
        rows = [r for r in self._held if self._fits(self.views.value(), r)]
        rows.sort(key=lambda r: (not r.open, -r.age(today).late, URGENCIES.index(r.urgency), r.asked_on, r.id))
        current = self.table.current()
        wanted = self._wanted or (current.id if current else Id(b""))
        self.table.set_rows(rows, keep=lambda r: r.id == wanted)
        if any(r.id == self._wanted for r in rows):
            self._wanted = Id(b"")
        if self.table.current() is None:
            self.table.select_place(0)
        self.stack.setCurrentIndex(0 if rows or not self._loaded else 2 if self._held else 1)
        self._tell()

    def _tell(self) -> None:
        """The chosen request, and what may be done."""
        chosen = self.table.current()
        self.side.setVisible(chosen is not None)
        reason = tr("Nothing is chosen") if self._may else tr("Your role does not include this")
        self.new.set_possible(self._may, tr("Your role does not include this"))
        for button in (self.reply, self.edit):
            button.set_possible(self._may and chosen is not None, reason)
        closed = chosen is not None and not chosen.open
        why = tr("This request is closed. It can be opened again.") if closed else reason
        self.solved.set_possible(self._may and chosen is not None and not closed, why)
        if chosen is None:
            return
        self.named.set_text(chosen.text)
        age = chosen.age(self.desk.today)
        lines = [f"{words.request_words(chosen.kind)} · {words.urgency_words(chosen.urgency)}"]
        by = tr("Asked on {day} by {name}") if chosen.by else tr("Asked on {day}")
        lines.append(by.format(day=labels.day(chosen.asked_on), name=chosen.by))
        if chosen.person_name:
            lines.append(tr("For {name}").format(name=chosen.person_name))
        lines.append(tr("{name} sees to it").format(name=chosen.owner) if chosen.owner else tr("Nobody sees to it yet"))
        due = tr("Wanted by {day}") if chosen.due_on else tr("Expected by {day}, for its urgency")
        lines.append(due.format(day=labels.day(age.due)))
        self.facts.set_text("\n".join(lines))
        answers = tuple(reversed(chosen.answers))
        if [a.id for a in answers] != self._told:
            self._told = [a.id for a in answers]
            self.history.set_rows(answers)
            self.history.select_place(0)
        self.history.setVisible(bool(answers))
        self.nothing.setVisible(not answers)
        self.back.setVisible(self._may and bool(answers))

    def _what(self, request: Request) -> Cell:
        said = [words.request_words(request.kind), words.urgency_words(request.urgency), request.owner]
        return Cell(request.text, " · ".join(part for part in said if part), strong=True)

    def _days(self, request: Request) -> Cell:
        age = request.age(self.desk.today)
        tone = "bad" if age.late and request.open else "text"
        late = trn("{n} day past it", "{n} days past it", age.late).format(n=age.late) if age.late else ""
        return Cell(labels.number(age.days_open), late, tone=tone, strong=tone == "bad")

    def _due(self, request: Request) -> Cell:
        return Cell(labels.day(request.age(self.desk.today).due), "" if request.due_on else tr("by its urgency"))

    def _answer(self, answer: Answer) -> Cell:
        words_said = answer.text if answer.state else ""
        return Cell(_said(answer), " · ".join(part for part in (words_said, answer.by) if part))


def _said(answer: Answer) -> str:
    return words.request_state_words(answer.state) if answer.state else answer.text

