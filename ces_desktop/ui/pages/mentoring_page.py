"""Mentoring of the clinic: its sessions, whether the next one is late, and what is open of what was agreed."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget

from ces_desktop.data.queries.mentoring import AgreedAction
from ces_desktop.data.queries.mentoring_opening import Overview, overview
from ces_desktop.data.queries.mentoring_sessions import SessionFile
from ces_desktop.domain.access import Right
from ces_desktop.domain.mentoring import LATE_AFTER, cadence
from ces_desktop.i18n import tr, trn
from ces_desktop.services import mentoring
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.messages import mentoring as said
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages import handover_ways
from ces_desktop.ui.pages import mentoring_words as words
from ces_desktop.ui.pages.mentoring_before import OUTCOMES
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    EmptyState,
    Heading,
    ScrollBody,
    SectionCard,
    StatusChip,
    Text,
    Wrapped,
    box,
    clear,
    column,
    row,
)

SIDE, NARROW_SIDE, WIDE = 400, 300, 1_000


class MentoringPage(Page):
    """Enter opens a session, F9 begins the next one; C D A say what became of an open action."""

    topics = frozenset(
        {"mentoring_session", "session_signature", "session_action", "session_action_event", "observed_item",
         "session_person"}
    )  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._held: Overview | None = None
        self._leads = desk.actor.may(Right.LEAD_MENTORING)
        self._chips = row(gap=8)
        self.lists = Button(tr("Checklists"), "secondary", icon="clipboard-list")
        self.progress = Button(tr("Progress"), "secondary", icon="activity")
        self.progress.clicked.connect(lambda: desk.open_page("mentoring_progress"))
        self.lists.clicked.connect(lambda: desk.open_page("checklists"))
        self.heading = Heading(tr("Mentoring"), " ")
        self._make_table()
        self._make_side()
        self.begin = Button(tr("New session"), "primary", icon="plus", shortcut="F9")
        self.open = Button(tr("Open"), "secondary", cap="Enter")
        self.begin.clicked.connect(self.primary)
        if not self._leads:
            self.begin.hide()
        self.open.clicked.connect(lambda: self._open(self.table.current()))
        self.bar = DockedBar(self.begin, self.open)
        others = Wrapped(box(self._chips), self.progress, self.lists, *handover_ways.ways(desk), right=True)
        top = Wrapped(box(row(self.heading, gap=12)), box(others), spread=True)
        body = row((self.stack, 1), self.side, gap=14)
        self.setLayout(column((column(top, (body, 1), gap=12, margins=(20, 12, 20, 12)), 1), self.bar, gap=0))
        self.setFocusProxy(self.table)

    def _make_table(self) -> None:
        self.table = RecordTable[SessionFile](
            [
                Column(tr("Session"), self._session, 0, sort=lambda f: f.session.happened_on),
                Column(tr("State"), self._state, 186, droppable=True),
                Column(tr("Score"), self._score, 128, sort=lambda f: f.score.percent, droppable=True),
                Column(tr("Agreed"), self._agreed, 130, droppable=True),
            ],
            name=tr("Sessions"),
        )
        self.table.opened.connect(self._open)
        first = Button(tr("New session"), "primary", icon="plus")
        first.clicked.connect(self.primary)
        actions = [first] if self._leads else []
        next_step = tr("Prepare the first: five cases are proposed.") if self._leads else tr("A mentor begins them.")
        self.empty = EmptyState(tr("There is no session yet."), next_step, *actions, size=112)
        self.stack = QStackedWidget()
        self.card = SectionCard(tr("Sessions"), (self.table, 1), icon="graduation-cap", flush=True)
        self.stack.addWidget(self.card)
        self.stack.addWidget(self.empty)

    def _make_side(self) -> None:
        self.carried = RecordTable[AgreedAction](
            [
                Column(tr("Open actions"), lambda a: Cell(a.text, self._who(a), strong=True), 0),
                Column("", lambda a: Cell(chip=words.action_chip(a, self.desk.today)), 156),
            ],
            name=tr("Open actions"),
        )
        self.told = Text("", "small", wrap=True)
        self.carried.selected.connect(lambda action: self.told.set_text(action.text))
        self.nothing = Text(tr("Nothing is open of what was agreed."), "muted", wrap=True)
        acts = [("c", tr("Done")), ("d", tr("Drop"))]
        keys = row(*(self._key(letter, word) for letter, word in acts), None, gap=2)
        self.keys = box(keys)
        self.actions_card = SectionCard(
            tr("Open actions"), self.carried, self.told, self.nothing, self.keys, None, icon="list-checks", pad=14
        )
        self.side = ScrollBody(column(self.actions_card), 0)

    def _key(self, letter: str, word: str) -> Button:
        button = Button(word, "ghost", cap=letter.upper())
        button.clicked.connect(lambda: self._review(letter))
        return button

    def reload(self) -> None:
        """Read sessions and actions again; what is chosen stays chosen."""
        query = partial(overview, clinic=self.desk.clinic.id)
        self.desk.tasks.read(query, self._show, owner=self, latest=f"mentoring.{id(self)}")

    def primary(self) -> None:
        """F9: the next session, or the one that was being written."""
        if self._leads:
            self.desk.go_to("mentoring_edit", ())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.table.setFocus(event.reason())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().casefold() in OUTCOMES and self.carried.hasFocus():
            self._review(event.text().casefold())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.table.hasFocus():
            self._open(self.table.current())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the window is narrow the actions take less."""
        super().resizeEvent(event)
        self.side.setFixedWidth(px(SIDE if self.width() >= px(WIDE) else NARROW_SIDE))

    def _open(self, file: SessionFile | None) -> None:
        if file is None:
            return
        edits = self._leads and file.state == "open"
        self.desk.go_to("mentoring_edit" if edits else "mentoring_session", (file.session.id,))

    def _review(self, letter: str) -> None:
        chosen = self.carried.current()
        if chosen is not None:
            act = partial(mentoring.review, action=chosen.id, state=OUTCOMES[letter])
            self.desk.tasks.write(act, lambda _: self.desk.toast(tr("Saved."), undo=True), owner=self)

    # ------------------------------------------------------------------ shown
    def _show(self, held: Overview) -> None:
        self._held = held
        chosen = self.table.current()
        files = held.mentoring.files
        self.table.set_rows(files, keep=(lambda f: chosen is not None and f.session.id == chosen.session.id))
        if chosen is None and files:
            self.table.select_place(0)
        self.stack.setCurrentIndex(0 if files else 1)
        self.side.setVisible(bool(files))
        self.open.setEnabled(bool(files))
        n = len(files)
        self.card.set_caption(str(n))
        clear(self._chips)
        stands = cadence(held.last, self.desk.today)
        self._chips.addWidget(StatusChip(*words.cadence_chip(stands)))
        sentence = tr("One a month: late after {n} days.").format(n=LATE_AFTER)
        if held.last:
            last = tr("Last session {day}.").format(day=labels.day(held.last))
            sentence = f"{last} {sentence}"
        self.heading.set_sentence(sentence)
        self.carried.set_rows(held.open, keep=lambda a: a == self.carried.current())
        self.carried.fit_height(8)
        if held.open and self.carried.current() is None:
            self.carried.select_place(0)
        chosen_action = self.carried.current()
        self.told.set_text(chosen_action.text if chosen_action else "")
        for part in (self.carried, self.keys, self.told):
            part.setVisible(bool(held.open))
        self.nothing.setVisible(not held.open)
        late = sum(bool(a.due_on) and a.due_on < self.desk.today.isoformat() for a in held.open)
        told = trn("{n} late", "{n} late", late).format(n=late) if late else ""
        self.actions_card.set_caption(" · ".join(part for part in (str(len(held.open)), told) if part))

    def _session(self, file: SessionFile) -> Cell:
        s = file.session
        parts = [said.kind_words(s.kind), words.names_of(s.of_side("mentor"))]
        n = len(s.observed)
        if n:
            parts.append(trn("{n} consult", "{n} consults", n).format(n=n))
        return Cell(labels.day(s.happened_on), " · ".join(parts), strong=True)

    @staticmethod
    def _state(file: SessionFile) -> Cell:
        return Cell(chip=(words.STATES[file.state], said.state_words(file.state)))

    def _score(self, file: SessionFile) -> Cell:
        if file.score.percent is None:
            return Cell(labels.DASH)
        state, text = words.score_chip(file.score)
        return Cell(chip=(state, f"{words.score_words(file.score)} · {text[:1]}"))

    def _agreed(self, file: SessionFile) -> Cell:
        mine = [a for a in self._held.actions if a.session == file.session.id] if self._held else []
        if not mine:
            return Cell(labels.DASH)
        done = sum(a.state != "open" for a in mine)
        return Cell(tr("{n} of {all} closed").format(n=done, all=len(mine)))

    @staticmethod
    def _who(action: AgreedAction) -> str:
        day = tr("session of {day}").format(day=labels.day(action.agreed_on))
        return " · ".join(part for part in (action.owner_name, day) if part)
