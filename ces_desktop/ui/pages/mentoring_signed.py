"""A mentoring session as it is read: what was seen, said and agreed; sign, answer, add, print."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from ces_desktop.data.queries.mentoring import AgreedAction
from ces_desktop.data.queries.mentoring_opening import Opening, opening
from ces_desktop.data.queries.mentoring_papers import session_paper
from ces_desktop.data.queries.mentoring_sessions import SessionFile
from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.domain.mentoring import POINTS, Checklist, Observed, Score, Side
from ces_desktop.domain.mentoring_cases import from_text
from ces_desktop.domain.papers import SESSION
from ces_desktop.i18n import tr
from ces_desktop.reports.mentoring import session_pdf
from ces_desktop.services import mentoring
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.icons import State
from ces_desktop.ui.issuing import Print, show
from ces_desktop.ui.messages import mentoring as said
from ces_desktop.ui.pages import mentoring_words as words
from ces_desktop.ui.pages.mentoring_side import ScoreCard
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    Heading,
    IconButton,
    InlineNote,
    Rule,
    ScrollBody,
    SectionCard,
    Shape,
    StatusChip,
    Text,
    Wrapped,
    box,
    clear,
    column,
    row,
)

BESIDE, NARROW = 372, 1_000
_RESULT: dict[str, State] = {"met": "ok", "partly": "warn", "not": "bad", "not_seen": "neutral"}


class SignedSessionPage(Page):
    """F9 signs for the side one took part on; Ctrl+R answers or adds; F8 prints."""

    topics = frozenset(
        {"mentoring_session", "session_signature", "session_remark", "session_action_event", "session_action"}
    )

    def __init__(self, desk: Desk, session: Id) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._id = session
        self._held: Opening | None = None
        back = IconButton("arrow-left", tr("Back"))
        back.clicked.connect(desk.back)
        self.heading = Heading(tr("Mentoring"), " ")
        self._chips = row(gap=8)
        self._body = column(gap=12)
        self._beside = column(gap=12)
        self._side = box(self._beside)
        self.sign = Button(tr("Sign"), "primary", icon="check", shortcut="F9")
        self.answer = Button(tr("Answer it"), "secondary", icon="message-circle", shortcut="Ctrl+R")
        self.change = Button(tr("Change"), "secondary", icon="pencil", shortcut="Ctrl+E")
        self.print = Button(tr("Print"), "secondary", icon="printer", shortcut="F8")
        self.print.clicked.connect(self.print_page)
        self.bar = DockedBar(self.sign, self.answer, self.change, self.print)
        self.sign.clicked.connect(self.primary)
        self.answer.clicked.connect(self._answer)
        self.change.clicked.connect(lambda: desk.go_to("mentoring_edit", (self._id,)))
        for button in (self.sign, self.answer, self.change):
            button.hide()
        title = Wrapped(box(row(back, self.heading, gap=12)), box(self._chips), spread=True)
        self._middle = row((box(self._body), 1), self._side, gap=12, margins=(0, 0, 10, 12))
        middle = ScrollBody(self._middle, 0)
        self.setLayout(column((column(title, (middle, 1), gap=10, margins=(20, 12, 14, 0)), 1), self.bar, gap=0))

    def reload(self) -> None:
        """Read the session again."""
        query = partial(opening, clinic=self.desk.clinic.id, session=self._id, today=self.desk.today)
        self.desk.tasks.read(query, self._show, owner=self, latest=f"mentoring.read.{id(self)}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the window is narrow score and signatures stand first, over the rest."""
        super().resizeEvent(event)
        narrow = self.width() < px(NARROW)
        way = QBoxLayout.Direction.BottomToTop if narrow else QBoxLayout.Direction.LeftToRight
        self._middle.setDirection(way)
        self._side.setMinimumWidth(0 if narrow else px(BESIDE))
        self._side.setMaximumWidth(px(2_000) if narrow else px(BESIDE))

    def primary(self) -> None:
        """F9: sign for one's own side."""
        side = self._own_side()
        if side is not None and not self.sign.isHidden():
            act = partial(mentoring.sign, session=self._id, side=side)
            self.desk.tasks.write(act, lambda _: self.desk.toast(tr("The session was signed."), undo=True), owner=self)

    def print_page(self) -> None:
        """F8: the session on paper."""
        held, desk = self._held, self.desk
        if held is None or held.file is None:
            return
        day = held.file.session.happened_on
        title = tr("Mentoring session of {day}").format(day=labels.day(day))
        read = partial(session_paper, clinic=desk.clinic.id, session=self._id, today=desk.today)
        show(self, Print(SESSION, title, f"mentoria_{desk.clinic.prefix}_{day}", read, session_pdf))

    # ------------------------------------------------------------------ acts
    def _own_side(self) -> Side | None:
        """On which side the person at the keyboard took part and has not signed what stands."""
        file = self._held.file if self._held else None
        if file is None or file.state == "closed":
            return None
        me, sides = self.desk.actor.user, list[Side]()
        if self.desk.actor.may(Right.LEAD_MENTORING):
            sides.append("mentor")
        sides.append("mentee")
        for side in sides:
            took_part = any(person.user == me for person in file.session.of_side(side))
            signed = any(s.side == side and s.user == me and s.digest == file.digest for s in file.signatures)
            if took_part and not signed:
                return side
        return None

    def _answer(self) -> None:
        from ces_desktop.ui.dialogs.mentoring import RemarkDialog

        file = self._held.file if self._held else None
        if file is None:
            return
        mentee = any(p.user == self.desk.actor.user for p in file.session.of_side("mentee"))
        text = RemarkDialog(self, answer=mentee).ask()
        if text is None:
            return
        remark = new_id(self.desk.tasks.database.clock())
        action = mentoring.answer if mentee else mentoring.add
        act = partial(action, session=self._id, text=text, remark=remark)
        self.desk.tasks.write(act, lambda _: self.desk.toast(tr("Saved."), undo=True), owner=self)

    # ------------------------------------------------------------------ shown
    def _show(self, held: Opening) -> None:
        self._held = held
        clear(self._body)
        clear(self._beside)
        clear(self._chips)
        file = held.file
        if file is None:
            self._body.addWidget(Text(tr("This session is not here any more."), "muted"))
            return
        s = file.session
        self.heading.title.set_text(tr("Mentoring · {day}").format(day=labels.day(s.happened_on)))
        people = tr("{mentor} with {mentee}").format(
            mentor=words.names_of(s.of_side("mentor")), mentee=words.names_of(s.of_side("mentee"))
        )
        self.heading.set_sentence(f"{self.desk.clinic.name} · {said.kind_words(s.kind)} · {people}")
        self._chips.addWidget(StatusChip(words.STATES[file.state], said.state_words(file.state)))
        if file.altered:
            self._body.addWidget(InlineNote("bad", tr("Changed after both had signed"), _altered()))
        for part in _contents(file, held):
            self._body.addWidget(part)
        self._body.addStretch(1)
        score = ScoreCard()
        score.show_score(file.score, held.before)
        self._beside.addWidget(score)
        self._beside.addWidget(_signatures(file))
        if file.remarks:
            self._beside.addWidget(_remarks(file))
        self._beside.addStretch(1)
        self._offer(file)

    def _offer(self, file: SessionFile) -> None:
        side = self._own_side()
        self.sign.setVisible(side is not None)
        mentee = any(p.user == self.desk.actor.user for p in file.session.of_side("mentee"))
        self.answer.set_words(tr("Answer it") if mentee else tr("Add"))
        self.answer.setVisible(mentee or file.state == "closed")
        self.change.setVisible(self.desk.actor.may(Right.LEAD_MENTORING) and file.state != "closed")
        if file.state == "closed":
            self.bar.set_state("ok", tr("Both have signed: it is not changed any more."))
        else:
            missing = [words.names_of(file.session.of_side(x)) for x in _sides() if file.signed(x) is None]
            self.bar.set_state("due", tr("Not signed yet: {who}").format(who=", ".join(missing)))


def _sides() -> tuple[Side, ...]:
    return "mentor", "mentee"


def _altered() -> str:
    return tr("Another laptop changed it without having seen the signatures. What is shown is not what was signed.")


def _contents(file: SessionFile, held: Opening) -> list[QWidget]:
    s, found = file.session, list[QWidget]()
    for place, consult in enumerate(s.observed, 1):
        found.append(_consult(place, consult, file.scores[place - 1], held))
    if s.cases:
        card = SectionCard(tr("Cases talked over"), icon="users")
        parts = []
        for case in s.cases:
            why = " · ".join(filter(None, words.why(case.reason, from_text(case.facts))))
            name = words.person_words(case.patient, held.patients)
            lines = [Text(name, "strong", wrap=True), Text(why, "caption", wrap=True)]
            lines += [Text(case.note, "body", wrap=True)] if case.note else []
            parts.append(box(column(*lines, gap=2)))
        card.add_ruled(*parts)
        found.append(card)
    if s.actions:
        found.append(_agreed(file, held))
    points = [(kind, [p.text for p in s.points if p.kind == kind]) for kind in POINTS]
    cards = [
        (SectionCard(said.point_words(kind), *(Text(f"· {t}", "body", wrap=True) for t in texts), None, pad=14), 1)
        for kind, texts in points if texts
    ]  # fmt: skip
    if cards:
        found.append(box(row(*cards, gap=12)))
    return found


def _consult(place: int, consult: Observed, score: Score, held: Opening) -> SectionCard:
    checklist: Checklist | None = held.checklists.get(consult.checklist)
    name = words.person_words(consult.patient, held.patients)
    title = tr("Observed consult {n}").format(n=place)
    shown = f"{name} · {checklist.names[words.tongue()]} · " if checklist else ""
    shown += tr("version {n}").format(n=checklist.version) if checklist else name
    card = SectionCard(title, Text(shown, "caption", wrap=True), icon="clipboard-list",
                       action=StatusChip(words.score_chip(score)[0], words.score_words(score)))  # fmt: skip
    items = checklist.items if checklist else ()
    order = sorted(items, key=lambda i: not (i.critical and consult.results.get(i.id) == "not"))
    for item in order:
        result = consult.results.get(item.id)
        mark = _RESULT[result] if result else "unknown"
        text = item.texts[words.tongue()] + (f" ({tr('critical')})" if item.critical else "")
        role: Any = "smallstrong" if item.critical and result == "not" else "small"
        answer = said.result_words(result) if result else tr("not answered")
        card.add(row(Shape(mark, 16), (Text(text, role, wrap=True), 1), Text(answer, "small"), gap=8))
    if consult.note:
        card.add(Text(consult.note, "body", wrap=True))
    return card


def _agreed(file: SessionFile, held: Opening) -> SectionCard:
    states: Mapping[Id, AgreedAction] = {a.id: a for a in held.agreed}
    card = SectionCard(tr("Agreed actions"), icon="flag")
    parts = []
    for action in file.session.actions:
        now = states.get(action.id)
        due = tr("due {day}").format(day=labels.day(action.due_on)) if action.due_on else ""
        lines = column(
            Text(action.text, "strong", wrap=True),
            Text(" · ".join(x for x in (action.owner_name, due, now.note if now else "") if x), "caption", wrap=True),
            gap=2,
        )
        chip = [StatusChip(*words.action_chip(now, held.today))] if now else []
        parts.append(box(row((lines, 1), *chip, gap=8)))
    card.add_ruled(*parts)
    return card


def _signatures(file: SessionFile) -> SectionCard:
    card = SectionCard(tr("Signatures"), icon="pencil", pad=14)
    for side in _sides():
        signed = file.signed(side)
        text = f"{signed.name} · {labels.day(signed.day)}" if signed else tr("not signed yet")
        mark: State = "ok" if signed else "due"
        words_ = column(Text(said.side_words(side), "label"), Text(text, "small", wrap=True), gap=1)
        card.add(row(Shape(mark, 18), (words_, 1), gap=8))
    old = [s for s in file.signatures if s not in (file.signed("mentor"), file.signed("mentee"))]
    if old and file.state != "closed":
        named = ", ".join(dict.fromkeys(s.name for s in old))
        card.add(InlineNote("warn", "", tr("{name} signed before the last change: sign again.").format(name=named)))
    return card


def _remarks(file: SessionFile) -> SectionCard:
    card = SectionCard(tr("Said afterwards"), icon="message-circle", pad=14)
    place: QVBoxLayout = card.body
    for number, remark in enumerate(file.remarks):
        if number:
            place.addWidget(Rule())
        kind = tr("Answer") if remark.kind == "answer" else tr("Addendum")
        card.add(Text(f"{kind} · {remark.name} · {labels.day(remark.day)}", "caption", wrap=True))
        card.add(Text(remark.text, "body", wrap=True))
    return card
