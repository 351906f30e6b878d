"""Before the visit: five cases and why, what is open from last time, how the figures moved, who and when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from ces_desktop.data.queries.mentoring import AgreedAction
from ces_desktop.data.queries.mentoring_opening import Opening
from ces_desktop.data.queries.users import UserRow
from ces_desktop.domain.access import RIGHTS, Right, Role
from ces_desktop.domain.ids import Id
from ces_desktop.domain.indicators import Figure
from ces_desktop.domain.mentoring import KINDS, Discussed, Kind, Person, Session, Side
from ces_desktop.domain.mentoring_cases import Proposal, as_text
from ces_desktop.i18n import tr
from ces_desktop.ui import labels
from ces_desktop.ui.dialogs.dated import day_field
from ces_desktop.ui.messages import mentoring as said
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages import mentoring_words as words
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    ComboField,
    EmptyState,
    FieldRow,
    Option,
    SectionCard,
    Text,
    box,
    clear,
    column,
    row,
)

BESIDE = 372
OUTCOMES = {"c": "done", "d": "dropped", "a": "open"}
"""Letters that say what became of an agreed action."""


class Before(QWidget):
    """`changed` when what is written changes; `reviewed(action, state)` when an agreed action is closed or opened."""

    changed = Signal()
    reviewed = Signal(object, str)

    def __init__(self, today: date, fresh: Callable[[], Id]) -> None:
        super().__init__()
        self._today, self._fresh = today, fresh
        self._held: Opening | None = None
        self._cases: list[Discussed] = []
        self._people: tuple[Person, ...] = ()
        self.proposed = RecordTable[Proposal](
            [
                Column(tr("Person"), self._person, 0),
                Column(tr("Why"), self._why, 330),
                Column(tr("In the session"), self._taken, 140),
            ],
            name=tr("Proposed cases"),
        )
        self.proposed.opened.connect(self._toggle)
        self.carried = RecordTable[AgreedAction](
            [
                Column(tr("Agreed"), lambda a: Cell(a.text, self._agreed(a), strong=True), 0),
                Column(tr("Where it stands"), lambda a: Cell(chip=words.action_chip(a, today)), 170),
            ],
            name=tr("Open actions"),
        )
        self.nobody = EmptyState(tr("Nobody to propose."), tr("Nobody seen lately is above goal or behind a step."))
        self.nothing = EmptyState(tr("Nothing is open."), tr("What is agreed today comes back here next time."))
        self._nobody, self._nothing = (box(row((e, 1), margins=(16, 0, 16, 12))) for e in (self.nobody, self.nothing))
        keys = Text(tr("Enter takes it into the session"), "caption")
        first = SectionCard(tr("Proposed cases"), self.proposed, self._nobody, icon="users", action=keys, flush=True)
        self._acts = [self._key(letter, word) for letter, word in self._letters()]
        acts = box(row(*self._acts, gap=2))
        second = SectionCard(
            tr("Open actions"), self.carried, self._nothing, icon="list-checks", action=acts, flush=True
        )  # fmt: skip
        self._figures = column(gap=6)
        self.figures = SectionCard(tr("Since the last visit"), self._figures, icon="chart-column", pad=14)
        self._beside = column(self._who(), self.figures, None, gap=12)
        self._sides = row((column(first, second, None, gap=12), 1), self._beside, gap=12)
        self.setLayout(self._sides)
        self.setFocusProxy(self.proposed)

    @staticmethod
    def _letters() -> tuple[tuple[str, str], ...]:
        return ("c", tr("Done")), ("d", tr("Drop")), ("a", tr("Open again"))

    def _key(self, letter: str, word: str) -> Button:
        button = Button(word, "ghost", cap=letter.upper())
        button.clicked.connect(lambda: self._review(letter))
        return button

    def _who(self) -> SectionCard:
        self.day = day_field(self._today, tr("Day of the session"))
        self.kind = ComboField([Option(kind, said.kind_words(kind)) for kind in KINDS], "on_site", name=tr("How"))
        self.mentor = ComboField(name=said.side_words("mentor"), free=True)
        self.mentee = ComboField(name=said.side_words("mentee"), free=True)
        for each in (self.day, self.kind, self.mentor, self.mentee):
            each.changed.connect(self.changed.emit)
        rows = [FieldRow(label, control, label_width=84) for label, control in (
            (tr("Day"), self.day), (tr("How"), self.kind), (said.side_words("mentor"), self.mentor),
            (said.side_words("mentee"), self.mentee))]  # fmt: skip
        card = SectionCard(tr("Who and when"), *rows, icon="calendar", pad=14)
        card.setFixedWidth(px(BESIDE))
        return card

    # ------------------------------------------------------------------ shown
    def show_opening(self, held: Opening, session: Session) -> None:
        """Show what the session is prepared with."""
        self._held, self._cases = held, list(session.cases)
        self.proposed.set_rows(held.proposals)
        self.proposed.fit_height()
        self.proposed.setVisible(bool(held.proposals))
        self._nobody.setVisible(not held.proposals)
        self.show_actions(held.open)
        self._people = session.people
        options = [Option(user.id.hex(), user.name) for user in held.users if user.active]
        for field, side in ((self.mentor, "mentor"), (self.mentee, "mentee")):
            wanted = [o for o, user in zip(options, filter(_active, held.users), strict=True) if _fits(user, side)]
            field.set_options(wanted or options)
            first = next((p for p in session.people if p.side == side), None)
            if first is not None and first.user is not None:
                field.set_option(Option(first.user.hex(), first.name))
            elif first is not None:
                field.setText(first.name)
        self.day.set_value(session.happened_on)
        self.kind.set_value(session.kind)

    def show_actions(self, actions: Sequence[AgreedAction]) -> None:
        """What is open from the sessions before, and what was just closed."""
        self.carried.set_rows(actions, keep=lambda a: a == self.carried.current())
        self.carried.fit_height(6)
        self.carried.setVisible(bool(actions))
        self._nothing.setVisible(not actions)
        for button in self._acts:
            button.setVisible(bool(actions))

    def show_figures(self, pairs: Sequence[tuple[Figure, Figure]]) -> None:
        """Each figure then and now."""
        clear(self._figures)
        for then, now in pairs:
            moved = row((Text(words.figure_name(now), "label", wrap=True), 1), gap=8)
            moved.addWidget(Text(words.figure_words(then), "small"))
            moved.addWidget(Text("→", "caption"))
            moved.addWidget(Text(words.figure_words(now), "smallstrong"))
            self._figures.addLayout(moved)
        if pairs:
            months = tr("{then} and {now}").format(then=_month(pairs[0][0]), now=_month(pairs[0][1]))
            self._figures.addWidget(Text(months, "caption"))
        self.figures.setFixedWidth(px(BESIDE))

    def set_narrow(self, narrow: bool) -> None:
        """Where the window is narrow who and when stands first, over the lists."""
        way = QBoxLayout.Direction.BottomToTop if narrow else QBoxLayout.Direction.LeftToRight
        self._sides.setDirection(way)

    # ------------------------------------------------------------------ asked
    def cases(self) -> tuple[Discussed, ...]:
        """The cases taken into the session, in the order taken."""
        return tuple(self._cases)

    def set_cases(self, cases: Sequence[Discussed]) -> None:
        """Cases were added or left out elsewhere."""
        self._cases = list(cases)
        self.proposed.viewport().update()

    def kind_value(self) -> Kind:
        """How the session was held."""
        return next((kind for kind in KINDS if kind == self.kind.value()), "on_site")

    def people(self) -> tuple[Person, ...]:
        """Who takes part: those of the two fields, and others the session named before."""
        found = []
        for field, side in ((self.mentor, "mentor"), (self.mentee, "mentee")):
            side_: Side = "mentor" if side == "mentor" else "mentee"
            before = [p for p in self._people if p.side == side_]
            key = field.value()
            user = Id(bytes.fromhex(key)) if key else None
            name = field.text().strip()
            if name:
                same = before[0].id if before else self._fresh()
                person = before[0].person if before and before[0].user == user else None
                found.append(Person(same, side_, user, name, person))
            found += before[1:]
        self._people = tuple(found)
        return self._people

    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter = event.text().casefold()
        if letter in OUTCOMES and self.carried.hasFocus():
            self._review(letter)
        elif event.key() == Qt.Key.Key_Space and self.proposed.hasFocus():
            self._toggle(self.proposed.current())
        else:
            super().keyPressEvent(event)

    def _review(self, letter: str) -> None:
        chosen = self.carried.current()
        if chosen is not None:
            self.reviewed.emit(chosen, OUTCOMES[letter])

    def _toggle(self, proposal: Proposal | None) -> None:
        if proposal is None:
            return
        held = next((c for c in self._cases if c.patient == proposal.person), None)
        if held is not None and not held.note:
            self._cases.remove(held)
        elif held is None:
            self._cases.append(Discussed(self._fresh(), proposal.person, proposal.reason, as_text(proposal.facts)))
        rows = self._held.proposals if self._held else ()
        self.proposed.set_rows(rows, keep=lambda p: p.person == proposal.person)
        self.changed.emit()

    # ------------------------------------------------------------------ cells
    def _person(self, proposal: Proposal) -> Cell:
        found = self._held.patients.get(proposal.person) if self._held else None
        if found is None:
            return Cell(tr("A person of the register"))
        return Cell(found.name, words.about(found, self._today), strong=True)

    def _why(self, proposal: Proposal) -> Cell:
        fact, caption = words.why(proposal.reason, proposal.facts)
        return Cell(fact, caption)

    def _taken(self, proposal: Proposal) -> Cell:
        if any(c.patient == proposal.person for c in self._cases):
            return Cell(chip=("ok", tr("Taken")))
        return Cell(labels.DASH, tone="text3")

    @staticmethod
    def _agreed(action: AgreedAction) -> str:
        day = tr("session of {day}").format(day=labels.day(action.agreed_on))
        return " · ".join(part for part in (action.owner_name, day) if part)


def _active(user: UserRow) -> bool:
    return user.active


def _fits(user: UserRow, side: str) -> bool:
    leads = any(Right.LEAD_MENTORING in RIGHTS[role] for role in user.roles)
    return leads if side == "mentor" else bool(user.roles & {Role.PHYSICIAN, Role.NURSE})


def _month(figure: Figure) -> str:
    return labels.day(figure.month)
