"""A mentoring session as it is written: before, observe, cases, agreed; a draft at every change, then signed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from ces_desktop.data.queries.mentoring import AgreedAction, actions
from ces_desktop.data.queries.mentoring_opening import Opening, opening, since_visit
from ces_desktop.domain import mentoring as rules
from ces_desktop.domain.calendar import CLINIC_ZONE
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.domain.mentoring import Person, Session
from ces_desktop.domain.mentoring_text import from_text, to_text
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.services import drafts, mentoring
from ces_desktop.services.drafts import Draft
from ces_desktop.ui import labels, messages
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.messages import mentoring as said
from ces_desktop.ui.pages import mentoring_words as words
from ces_desktop.ui.pages.mentoring_agree import Agree
from ces_desktop.ui.pages.mentoring_before import Before
from ces_desktop.ui.pages.mentoring_observe import Observe
from ces_desktop.ui.pages.mentoring_side import Side
from ces_desktop.ui.pages.mentoring_talk import Talk
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    Heading,
    IconButton,
    ScrollBody,
    StepList,
    Wrapped,
    box,
    column,
    row,
)

FORM = "mentoring"
KEPT_AFTER_MS = 700
WIDE = 1_120
"""Page width in design px from which what was taken and agreed stands beside what is being written."""
NARROW = 760
BEFORE, OBSERVE, TALK, AGREE = range(4)


class SessionPage(Page):
    """Ctrl+Enter goes to the next step, Ctrl+S keeps the session unsigned, F9 signs it as mentor."""

    topics = frozenset({"session_action_event"})

    def __init__(self, desk: Desk, session: Id | None = None) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._wanted = session
        self._id = session or self._fresh()
        self._held: Opening | None = None
        self._kept: Session | None = None
        self._filling = False
        self._complaint = ""
        self.steps = StepList([tr("Before"), tr("Observe"), tr("Cases"), tr("Agreed")], across=True)
        self.before, self.observe = Before(desk.today, self._fresh), Observe(desk, self._fresh)
        self.talk, self.agree = Talk(desk, self._fresh), Agree(desk.today, self._fresh)
        self.side = Side()
        self.stack = QStackedWidget()
        for part in (self.before, self.observe, self.talk, self.agree):
            self.stack.addWidget(ScrollBody(column(part, margins=(0, 0, 10, 12)), 0))
        self.heading = Heading(tr("Mentoring"), " ")
        self.sign = Button(tr("Sign as mentor"), "primary", icon="check", shortcut="F9")
        self.next = Button(tr("Next step"), "secondary", cap="Ctrl+Enter")
        self.keep = Button(tr("Keep unsigned"), "secondary", cap="Ctrl+S")
        self.bar = DockedBar(self.sign, self.next, self.keep)
        back = IconButton("arrow-left", tr("Back"))
        back.clicked.connect(desk.back)
        title = Wrapped(box(row(back, self.heading, gap=12)), self.steps, spread=True)
        self._middle = row((self.stack, 1), self.side, gap=12)
        self.setLayout(
            column((column(title, (self._middle, 1), gap=10, margins=(20, 12, 20, 0)), 1), self.bar, gap=0)
        )
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(KEPT_AFTER_MS)
        self._timer.timeout.connect(self._keep_draft)
        self._connect()

    def _fresh(self) -> Id:
        return new_id(self.desk.tasks.database.clock())

    def _connect(self) -> None:
        for part in (self.before, self.observe, self.talk, self.agree):
            part.changed.connect(partial(self._changed, part))
        self.before.reviewed.connect(self._review)
        self.agree.ended.connect(lambda: self.sign.setFocus(Qt.FocusReason.TabFocusReason))
        self.steps.chosen.connect(self.go_step)
        self.next.clicked.connect(self.next_step)
        self.keep.clicked.connect(self.keep_unsigned)
        self.sign.clicked.connect(self.primary)
        for chord in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(chord), self).activated.connect(self.next_step)
        QShortcut(QKeySequence("Ctrl+S"), self).activated.connect(self.keep_unsigned)

    # ------------------------------------------------------------------ reading
    def reload(self) -> None:
        """Read the session, and the draft of it if one was left; afterwards only what became of the open actions."""
        clinic, today, user, session = self.desk.clinic.id, self.desk.today, self.desk.actor.user, self._wanted
        own = self.desk.tasks.database.installation.clinic
        if self._held is not None:
            query = partial(actions, clinic=clinic)
            self.desk.tasks.read(query, self._show_actions, owner=self, latest=f"mentoring.open.{id(self)}")
            return

        def ask(connection: Any) -> tuple[Opening, Draft | None]:
            left = [d for d in drafts.open_drafts(connection, user, FORM) if _of(d, clinic, own)]
            draft = next((d for d in left if d.id == session), None) if session else next(iter(left), None)
            kept = draft.id if draft else session
            return opening(connection, clinic, kept, today), draft

        self.desk.tasks.local(ask, self._show, owner=self)  # behind a draft being kept

    def _show(self, read: tuple[Opening, Draft | None]) -> None:
        held, draft = read
        self._held = held
        typed = from_text(draft.content.get("session", "")) if draft else None
        stored = held.file.session if held.file else None
        session = typed or (self._joined(stored) if stored else None) or self._blank(held)
        self._id, self._kept = session.id, stored
        self.kept = None
        self._fill(session)
        since = held.before[0].session.happened_on if held.before else None
        query = partial(since_visit, clinic=self.desk.clinic.id, today=self.desk.today, last=since)
        self.desk.tasks.read(query, self.before.show_figures, owner=self, latest=f"mentoring.since.{id(self)}")
        self._say_state(tr("Draft taken up again") if typed else "")
        self.go_step(BEFORE)

    def _fill(self, session: Session) -> None:
        assert self._held is not None
        self._filling = True
        self.before.show_opening(self._held, session)
        self.observe.show_session(session, self._held.checklists, self._held.patients)
        self.talk.show_cases(session.cases, self._held.patients)
        self.agree.show_session(session)
        self._filling = False
        self._show_side()

    def _blank(self, held: Opening) -> Session:
        """A session of today, by who is at the keyboard, with the physician who is in service at the clinic."""
        me = self.desk.actor
        people = [Person(self._fresh(), "mentor", me.user, me.name)]
        fits = [u for u in held.users if u.active and "physician" in u.roles and u.id != me.user]
        fits.sort(key=lambda u: u.id not in held.serving)
        if fits:
            people.append(Person(self._fresh(), "mentee", fits[0].id, fits[0].name))
        return Session(self._id, self.desk.today.isoformat(), "on_site", tuple(people))

    def _joined(self, session: Session) -> Session:
        """At a clinic that is visited, with the mentor in it: begun on its laptop, it names no sign-in of this one.

        Somebody of the same name is taken for the same.
        """
        me, mentors = self.desk.actor, session.of_side("mentor")
        visiting = self.desk.clinic.id != self.desk.tasks.database.installation.clinic
        if not visiting or any(person.user == me.user for person in mentors):
            return session
        same = next((p for p in mentors if p.name.casefold() == me.name.casefold()), None)
        mine = Person(same.id if same else self._fresh(), "mentor", me.user, me.name, same.person if same else None)
        return replace(session, people=(mine, *(p for p in session.people if p is not same)))

    def _show_actions(self, all_actions: tuple[AgreedAction, ...]) -> None:
        assert self._held is not None
        shown = {action.id for action in self._held.open}
        now = [a for a in all_actions if a.session != self._id and (a.id in shown or a.state == "open")]
        self.before.show_actions(sorted(now, key=lambda a: (a.due_on or "9999", a.agreed_on)))

    # ------------------------------------------------------------------ what is written
    def session(self) -> Session:
        """What the fields hold now."""
        return Session(
            self._id,
            self.before.day.value() or "",
            self.before.kind_value(),
            self.before.people(),
            self.observe.value(),
            self.talk.value(),
            self.agree.points(),
            self.agree.agreed(),
        )

    def _changed(self, part: QWidget) -> None:
        if self._filling or self._held is None:
            return
        self._complaint = ""
        if part is self.before:
            typed = {case.id: case for case in self.talk.value()}
            self.talk.show_cases([typed.get(c.id, c) for c in self.before.cases()], self._held.patients)
            self.agree.set_people(self.before.people())
        elif part is self.talk:
            self.before.set_cases(self.talk.value())
        self._show_side()
        self._timer.start()

    def _show_side(self) -> None:
        assert self._held is not None
        session = self.session()
        patients = {**self._held.patients, **self.observe.rows(), **self.talk.person.rows}
        self.side.show_session(session, self._held.checklists, self._held.before, patients)
        day = labels.day(session.happened_on) if session.happened_on else labels.DASH
        self.heading.title.set_text(tr("Mentoring · {day}").format(day=day))
        people = tr("{mentor} with {mentee}").format(
            mentor=words.names_of(session.of_side("mentor")), mentee=words.names_of(session.of_side("mentee"))
        )
        self.heading.set_sentence(f"{self.desk.clinic.name} · {said.kind_words(session.kind)} · {people}")

    # ------------------------------------------------------------------ steps
    def go_step(self, step: int) -> None:
        """Show a step, the cursor where typing begins."""
        self.stack.setCurrentIndex(step)
        self.steps.set_free(step, [number for number in range(4) if self._done(number)])
        first: QWidget = {
            BEFORE: self.before.proposed, OBSERVE: self.observe.person, TALK: self.talk.first(),
            AGREE: self.agree.lines[0].text,
        }[step]  # fmt: skip
        first.setFocus(Qt.FocusReason.TabFocusReason)
        if step == BEFORE and self.before.proposed.current() is None:
            self.before.proposed.select_place(0)
        self.next.setEnabled(step < AGREE)
        self._fit()

    def next_step(self) -> None:
        """Ctrl+Enter."""
        if self._held is not None and self.stack.currentIndex() < AGREE:
            self.go_step(self.stack.currentIndex() + 1)

    def _done(self, step: int) -> bool:
        if self._held is None:
            return False
        session = self.session()
        parts = {BEFORE: bool(session.people), OBSERVE: bool(session.observed), TALK: bool(session.cases),
                 AGREE: bool(session.actions)}  # fmt: skip
        return parts[step]

    # ------------------------------------------------------------------ keeping
    def _keep_draft(self) -> None:
        self._timer.stop()
        if self.finished or self._held is None:
            return
        session = self.session()
        if self._kept is not None and rules.cleaned(session) == self._kept:
            return
        now = self.desk.tasks.database.clock()
        name = tr("session of {day}").format(day=labels.day(session.happened_on or self.desk.today))
        content = {"_name": name, "session": to_text(session), "clinic": self.desk.clinic.id.hex()}
        draft = Draft(self._id, FORM, None, self.desk.actor.user, content, now, now)
        self.desk.tasks.local(
            partial(drafts.save, draft=draft), self._draft_kept, owner=self, topics=drafts.TOPICS
        )

    def _draft_kept(self, at: int) -> None:
        if not self.finished and not self._complaint:
            self._say_state(tr("Draft saved {time}").format(time=labels.clock(at, CLINIC_ZONE)))

    def _say_state(self, text: str) -> None:
        self.bar.set_state("draft" if text else None, text or tr("Nothing is saved before it is kept or signed."))

    def keep_unsigned(self) -> None:
        """Ctrl+S: keep the session for both laptops, to be signed later."""
        self._write(lambda: self._leave(tr("The session was kept, unsigned.")))

    def primary(self) -> None:
        """F9: keep the session and sign it as mentor."""
        if self._held is None or not self._fits(complete=True):
            return
        act = partial(mentoring.sign, session=self._id, side="mentor")
        self._write(
            lambda: self.desk.tasks.write(act, lambda _: self._leave(tr("The session was signed.")), owner=self)
        )

    def _write(self, then: Any) -> None:
        if self._held is None or not self._fits(complete=False):
            return
        self._timer.stop()
        session = rules.cleaned(self.session())
        action = partial(mentoring.save, session=session, draft=self._id)

        def kept(_outcome: object) -> None:
            self._kept = session
            then()

        self.desk.tasks.write(action, kept, owner=self)

    def _leave(self, text: str) -> None:
        self.finished = True
        self.desk.go_to("mentoring_session", (self._id,))
        self.desk.toast(text, undo=True)

    def _fits(self, complete: bool) -> bool:
        """Whether it may be kept (or signed); if not, the sentence, and the cursor where it is mended."""
        session = rules.cleaned(self.session())
        try:
            rules.check(session, self.desk.today)
            if complete:
                rules.check_complete(session)
        except Refused as refused:
            number = refused.facts.get("number")
            self.go_step(AGREE if isinstance(number, int) or "action" in refused.code else BEFORE)
            if isinstance(number, int):
                self.agree.go_to(number)
            self._complaint = messages.sentence(refused)
            self.bar.set_state("bad", self._complaint)
            return False
        return True

    def _review(self, action: AgreedAction, state: str) -> None:
        act = partial(mentoring.review, action=action.id, state=state)
        self.desk.tasks.write(act, lambda _: self.desk.toast(tr("Saved."), undo=True), owner=self)

    def may_leave(self) -> bool:
        """What is typed stays as a draft."""
        if self._timer.isActive():
            self._keep_draft()
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wide = self.width() >= px(WIDE)
        self.side.setVisible(wide and self.stack.currentIndex() != BEFORE)
        self.before.set_narrow(self.width() < px(WIDE - 160))
        self.agree.set_narrow(self.width() < px(NARROW))


def _of(draft: Draft, clinic: Id, own: Id) -> bool:
    """Whether a draft was begun for this clinic: a mentor has drafts of several."""
    return draft.content.get("clinic", own.hex()) == clinic.hex()
