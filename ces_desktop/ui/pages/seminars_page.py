"""Seminars and courses: when and by whom, who came, the quiz before and after, who has earned the certificate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget

from ces_desktop.data.database import Outcome
from ces_desktop.data.queries.seminars import Seminar, seminars
from ces_desktop.data.queries.staff import Person, people
from ces_desktop.domain import seminars as rules
from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.domain.staff import SERVED
from ces_desktop.i18n import tr, trn
from ces_desktop.reports.seminar_words import days_words, earned_words, gain_words, score_words
from ces_desktop.services import seminars as services
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    EmptyState,
    Heading,
    ScrollBody,
    SectionCard,
    Text,
    column,
    row,
)

SIDE, NARROW_SIDE, WIDE = 560, 440, 1_000


@dataclass(frozen=True, slots=True)
class Attendee:
    """A person of the chosen seminar."""

    id: Id
    name: str
    seminar: Seminar


class SeminarsPage(Page):
    """List and attendance. F9 adds a seminar, Enter notes who came, F8 prints the list."""

    topics = frozenset({"seminar", "seminar_session", "seminar_attendance", "quiz_question", "quiz_answer"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._people: tuple[Person, ...] = ()
        self._loaded, self._wanted = False, Id(b"")
        self._may = desk.actor.may(Right.KEEP_SEMINARS)
        self.heading = Heading(tr("Seminars and courses"), " ")
        self._make_table()
        self._make_detail()
        self.new = Button(tr("New seminar"), "primary", icon="plus", cap="F9")
        self.came = Button(tr("Who came"), icon="check", cap="Enter")
        self.quiz = Button(tr("Answers of the quiz"), icon="pencil")
        self.questions = Button(tr("Questions"), icon="list-checks")
        self.edit = Button(tr("Correct"), icon="pencil")
        self.bar = DockedBar(self.new, self.came, self.quiz, self.questions, self.edit)
        self.side = ScrollBody(column((self.detail, 1)), 0)
        body = row((self.stack, 1), self.side, gap=14)
        top = column(self.heading, (body, 1), gap=12, margins=(20, 12, 20, 12))
        self.setLayout(column((top, 1), self.bar, gap=0))
        self.setFocusProxy(self.table)
        self._connect()
        self._tell()

    def _make_table(self) -> None:
        self.table = RecordTable[Seminar](
            [
                Column(tr("Title"), lambda s: Cell(s.title, s.institution, strong=True),
                       sort=lambda s: s.title.casefold()),
                Column(tr("Days"), lambda s: Cell(days_words(s)), 196, sort=lambda s: s.from_on, droppable=True),
                Column(tr("Attended"), lambda s: Cell(str(_came(s)) if s.marks else labels.DASH), 96, "right"),
                Column(tr("Quiz"), lambda s: Cell(gain_words(s)), 118, "right"),
            ],
            name=tr("Seminars and courses"),
            type_ahead=True,
        )  # fmt: skip
        first = Button(tr("New seminar"), "primary", icon="plus")
        first.clicked.connect(self.primary)
        self.empty = EmptyState(
            tr("No seminar is written yet."), tr("Write the next one, and note who came."), first, size=112
        )
        first.setVisible(self._may)
        self.stack = QStackedWidget()
        for part in (SectionCard("", (self.table, 1), flush=True), self.empty):
            self.stack.addWidget(part)

    def _make_detail(self) -> None:
        self.facts = Text("", "small", wrap=True)
        self.list = RecordTable[Attendee](
            [
                Column(tr("Person"), lambda a: Cell(a.name, earned_words(a.seminar, a.id)),
                       sort=lambda a: a.name.casefold()),
                Column(tr("Presence"), _presence, 92, "right"),
                Column(tr("Before"), lambda a: Cell(score_words(a.seminar.score(a.id, "pre"))), 84, "right"),
                Column(tr("After"), lambda a: Cell(score_words(a.seminar.score(a.id, "post"))), 84, "right"),
            ],
            name=tr("Attendance and quiz"),
        )  # fmt: skip
        self.list.setMinimumHeight(px(190))
        self.nothing = Text(tr("Nobody is noted yet: Enter notes who came."), "muted", wrap=True)
        self.paper = Button(tr("Print"), "ghost", icon="printer", cap="F8")
        self.detail = SectionCard(
            tr("Attendance and quiz"), self.facts, (self.list, 1), self.nothing, None, icon="graduation-cap",
            action=self.paper, pad=14,
        )  # fmt: skip

    def _connect(self) -> None:
        self.new.clicked.connect(self.primary)
        self.came.clicked.connect(self.note_attendance)
        self.quiz.clicked.connect(self.note_quiz)
        self.questions.clicked.connect(self.write_questions)
        self.edit.clicked.connect(self._correct)
        self.paper.clicked.connect(self.print_page)
        self.table.selected.connect(lambda _: self._tell())
        self.table.opened.connect(lambda _: self.note_attendance())

    def reload(self) -> None:
        """Read everything again; what is chosen stays chosen."""
        clinic = self.desk.clinic.id

        def ask(connection: Any) -> tuple[tuple[Seminar, ...], tuple[Person, ...]]:
            return seminars(connection, clinic), people(connection, clinic)

        self.desk.tasks.read(ask, self._show, owner=self, latest=f"seminars.{id(self)}")

    def primary(self) -> None:
        """F9: a new seminar."""
        if self._may:
            self._ask(None)

    def print_page(self) -> None:
        """F8: the attendance and certificate list of the chosen seminar."""
        from ces_desktop.reports import seminars as paper
        from ces_desktop.ui.print_frame import frame_of

        chosen = self.table.current()
        if chosen is None:
            return
        listed = tuple((each.id, each.name) for each in self._attendees(chosen))
        name = tr("seminar_{clinic}_{day}").format(clinic=self.desk.clinic.prefix, day=chosen.from_on)
        self.desk.preview(chosen.title, partial(paper.seminar_pdf, chosen, listed, frame_of(self.desk)), f"{name}.pdf")

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.table.setFocus(event.reason())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the window is narrow the attendance takes less."""
        super().resizeEvent(event)
        self.side.setFixedWidth(px(SIDE if self.width() >= px(WIDE) else NARROW_SIDE))

    # ------------------------------------------------------------------ acts
    def _ask(self, held: Seminar | None) -> None:
        from ces_desktop.ui.dialogs.seminars import SeminarDialog

        form = SeminarDialog(self, self.desk.today, new_id(self.desk.tasks.database.clock()), held).ask()
        if form is not None:
            self._wanted = form.id
            self._write(partial(services.keep, form=form))

    def _correct(self) -> None:
        chosen = self.table.current()
        if chosen is not None and self._may:
            self._ask(chosen)

    def note_attendance(self) -> None:
        """Who came to a session of the chosen seminar."""
        chosen = self.table.current()
        if chosen is None or not self._may or not chosen.sessions:
            return
        from ces_desktop.ui.dialogs.seminars import AttendanceDialog

        said = AttendanceDialog(self, chosen, self._expected(chosen)).ask()
        if said is not None:
            self._write(partial(services.mark, wanted=chosen.id, session=said.session, marks=said.marks))

    def note_quiz(self) -> None:
        """What was answered; without questions they are asked for first."""
        chosen = self.table.current()
        if chosen is None or not self._may:
            return
        if not chosen.questions:
            self.write_questions()
            return
        from ces_desktop.ui.dialogs.seminars import QuizDialog

        said = QuizDialog(self, chosen, self._expected(chosen), self.desk.today).ask()
        if said is not None:
            self._write(partial(services.answer, wanted=chosen.id, moment=said.moment, day=said.day,
                                sheets=said.sheets))  # fmt: skip

    def write_questions(self) -> None:
        """The questions of the chosen seminar."""
        chosen = self.table.current()
        if chosen is None or not self._may:
            return
        from ces_desktop.ui.dialogs.seminars import QuestionsDialog

        asked = QuestionsDialog(self, chosen).ask()
        if asked is not None:
            self._write(partial(services.ask, wanted=chosen.id, questions=asked))

    def _write(self, action: Callable[..., Any]) -> None:
        self.desk.tasks.write(action, self._kept, owner=self)

    def _kept(self, outcome: Outcome[Any]) -> None:
        if outcome.touched:
            self.desk.toast(tr("Saved."), undo=True)
        else:  # no undo: Ctrl+Z would take back the act before
            self.desk.toast(tr("It stays as it was."))

    # ------------------------------------------------------------------ shown
    def _expected(self, chosen: Seminar) -> list[tuple[Id, str]]:
        """Who serves at the time, and whoever is noted already."""
        noted, day = chosen.people(), chosen.from_on
        return [
            (p.id, p.name)
            for p in self._people
            if p.id in noted
            or any(q.state in SERVED and q.role != "mentor" and q.from_on and q.from_on <= day
                   and (not q.until_on or day <= q.until_on) for q in p.placements)
        ]  # fmt: skip

    def _attendees(self, chosen: Seminar) -> list[Attendee]:
        noted = chosen.people()
        return [Attendee(p.id, p.name, chosen) for p in self._people if p.id in noted]

    def _show(self, read: tuple[tuple[Seminar, ...], tuple[Person, ...]]) -> None:
        held, self._people = read
        self._loaded = True
        n = len(held)
        said = trn("{n} seminar or course", "{n} seminars and courses", n).format(n=n)
        self.heading.set_sentence(said if held else tr("What was taught, who came, and what they took along"))
        current = self.table.current()
        wanted = self._wanted or (current.id if current else Id(b""))
        self.table.set_rows(held, keep=lambda s: s.id == wanted)
        self._wanted = Id(b"")
        if self.table.current() is None:
            self.table.select_place(0)
        self.stack.setCurrentIndex(0 if held or not self._loaded else 1)
        self._tell()

    def _tell(self) -> None:
        """The chosen seminar, and what may be done."""
        chosen = self.table.current()
        self.side.setVisible(chosen is not None)
        reason = tr("Nothing is chosen") if self._may else tr("Your role does not include this")
        self.new.set_possible(self._may, tr("Your role does not include this"))
        for button in (self.came, self.quiz, self.questions, self.edit):
            button.set_possible(self._may and chosen is not None, reason)
        if chosen is None:
            return
        self.detail.title.set_text(chosen.title)
        lines = [" · ".join(part for part in (chosen.institution, chosen.place, days_words(chosen)) if part)]
        if chosen.topics:
            lines.append(chosen.topics)
        if chosen.hours:
            lines.append(trn("{n} hour", "{n} hours", chosen.hours).format(n=chosen.hours))
        least = rules.USUAL_PRESENCE if chosen.least_presence is None else chosen.least_presence
        needs = tr("Certificate: {n} % of the sessions").format(n=least)
        if chosen.pass_score is not None:
            needs += " " + tr("and {n} % of the second quiz").format(n=chosen.pass_score)
        lines.append(needs)
        n = len(chosen.questions)
        lines.append(trn("{n} question", "{n} questions", n).format(n=n) if n else tr("No questions yet"))
        self.facts.set_text("\n".join(lines))
        rows = self._attendees(chosen)
        self.list.set_rows(rows)
        self.list.setVisible(bool(rows))
        self.nothing.setVisible(not rows)


def _came(seminar: Seminar) -> int:
    """People who were at one session at least."""
    return len({person for (_, person), (_, presence) in seminar.marks.items() if presence == "present"})


def _presence(attendee: Attendee) -> Cell:
    percent = attendee.seminar.presence(attendee.id)
    return Cell(labels.DASH if percent is None else f"{percent}{labels.NBSP}%")
