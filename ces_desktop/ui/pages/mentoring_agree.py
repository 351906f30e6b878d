"""The end of a session: strengths, topics, problems of the system, and at most three agreed actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QWidget

from ces_desktop.domain.calendar import parse_day
from ces_desktop.domain.ids import Id
from ces_desktop.domain.mentoring import LONGEST, MOST_ACTIONS, POINTS, Action, Person, Point, Session
from ces_desktop.i18n import tr
from ces_desktop.ui import messages
from ces_desktop.ui.messages import mentoring as said
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    ComboField,
    DateField,
    FormFlow,
    NoteField,
    Option,
    Rule,
    SectionCard,
    Text,
    TextField,
    column,
    row,
)

USUAL_DAYS = 28
"""Until the next visit: what is offered when an action is written."""


@dataclass(slots=True)
class _Line:
    """The fields of one action."""

    id: Id
    text: TextField
    owner: ComboField
    due: DateField


class Agree(QWidget):
    """`changed` on every change; `ended` when Enter leaves the last field."""

    changed = Signal()
    ended = Signal()

    def __init__(self, today: date, fresh: Callable[[], Id]) -> None:
        super().__init__()
        self._today, self._fresh = today, fresh
        self._points: list[Point] = []
        self._people: tuple[Person, ...] = ()
        self.notes = {
            kind: NoteField(name=said.point_words(kind), lines=3, placeholder=tr("a line each")) for kind in POINTS
        }
        cards = []
        icons = {"strength": "star", "topic": "lightbulb", "problem": "wrench"}
        for kind, field in self.notes.items():
            field.changed.connect(self.changed.emit)
            cards.append((SectionCard(said.point_words(kind), field, icon=icons[kind], pad=14), 1))
        self.lines = [self._line() for _ in range(MOST_ACTIONS)]
        parts: list[QWidget] = []
        for place, line in enumerate(self.lines):
            part = QWidget()
            number = Text(str(place + 1), "strong")
            who = row(Text(tr("Who"), "label"), (line.owner, 1), Text(tr("Until"), "label"), line.due, gap=8)
            part.setLayout(row(column(number, None), (column(line.text, who, gap=6), 1), gap=10))
            parts += [Rule(), part] if place else [part]
        self.card = SectionCard(
            tr("Agreed actions"), *parts, icon="flag", caption=tr("at most three, each with who and until when")
        )
        self._cards = row(*cards, gap=12)
        self.setLayout(column(self.card, self._cards, None, gap=12))
        self.setFocusProxy(self.lines[0].text)
        self._flow = FormFlow(self.card, lambda: [f for x in self.lines for f in (x.text, x.owner, x.due.edit)])
        self._flow.ended.connect(self.ended.emit)

    def _line(self) -> _Line:
        def read(text: str) -> str | None:
            day = parse_day(text, self._today)
            return day.isoformat() if day else None

        owner = ComboField(name=tr("Who"), free=True)
        due = DateField(read, name=tr("Until"), explain=messages.sentence, placeholder="+28")
        line = _Line(self._fresh(), TextField(name=tr("What is agreed"), limit=LONGEST), owner, due)
        line.text.changed.connect(lambda: self._offer(line))
        owner.changed.connect(self.changed.emit)
        due.changed.connect(self.changed.emit)
        due.setMinimumWidth(px(240))
        return line

    def _offer(self, line: _Line) -> None:
        """Who was mentored does it until the next visit, unless something else is written."""
        first = next((p for p in self._people if p.side == "mentee"), None)
        if line.text.value() and not line.owner.text() and first is not None:
            line.owner.set_option(Option(_key(first), first.name))
        if line.text.value() and not line.due.edit.text():
            line.due.set_value((self._today + timedelta(days=USUAL_DAYS)).isoformat())
        self.changed.emit()

    def show_session(self, session: Session) -> None:
        """Show what was written."""
        self._points = list(session.points)
        for kind, field in self.notes.items():
            field.set_value("\n".join(p.text for p in session.points if p.kind == kind))
        self.set_people(session.people)
        for line, action in zip(self.lines, session.actions, strict=False):
            line.id = action.id
            line.text.set_value(action.text)
            if action.owner is not None:
                line.owner.set_option(Option(action.owner.hex(), action.owner_name))
            else:
                line.owner.setText(action.owner_name)
            line.due.set_value(action.due_on or None)

    def set_people(self, people: Sequence[Person]) -> None:
        """Who takes part may have to do it."""
        self._people = tuple(people)
        for line in self.lines:
            typed, key = line.owner.text(), line.owner.value()
            line.owner.set_options([Option(_key(p), p.name, said.side_words(p.side)) for p in people])
            if key is None:
                line.owner.setText(typed)

    def points(self) -> tuple[Point, ...]:
        """A point for each line; a line keeps the id of the one that stood in its place."""
        found: list[Point] = []
        for kind, field in self.notes.items():
            before = [p.id for p in self._points if p.kind == kind]
            lines = [line for line in (field.value() or "").split("\n") if line.strip()]
            ids = before + [self._fresh() for _ in lines[len(before) :]]
            found += [Point(key, kind, line) for key, line in zip(ids, lines, strict=False)]
        self._points = found
        return tuple(found)

    def agreed(self) -> tuple[Action, ...]:
        """The actions that have words."""
        found = []
        for line in self.lines:
            text = line.text.value()
            if text is not None:
                key = line.owner.value()
                user = next((p.user for p in self._people if _key(p) == key), None) if key else None
                if key and user is None and all(_key(p) != key for p in self._people):
                    user = Id(bytes.fromhex(key))
                due = line.due.value() or ("?" if line.due.unread() else "")
                found.append(Action(line.id, text, user, line.owner.text().strip(), due))
        return tuple(found)

    def set_narrow(self, narrow: bool) -> None:
        """Where the window is narrow what was said stands one under the other."""
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._cards.setDirection(way)

    def go_to(self, number: int) -> None:
        """The cursor into the action of that number (1…)."""
        self.lines[min(max(number, 1), MOST_ACTIONS) - 1].text.setFocus(Qt.FocusReason.TabFocusReason)


def _key(person: Person) -> str:
    return (person.user or person.id).hex()
