"""One person of the staff: how to reach them, whether they sign in, their placements and days away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Signal, SignalInstance

from ces_desktop.data.queries.conflicts import Conflict
from ces_desktop.data.queries.staff import Absence, Person, Placement
from ces_desktop.i18n import tr, trn
from ces_desktop.reports import staff_words as words
from ces_desktop.reports.staff_words import cohort_words, span
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk
from ces_desktop.ui.icons import State
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages.doubt_note import DoubtNote
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button, ScrollBody, SectionCard, Text, column, row

CHIPS: dict[str, State] = {
    "candidate": "draft", "assigned": "due", "in_service": "ok", "finished": "neutral", "left": "warn",
}  # fmt: skip
Entry = Placement | Absence


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the history."""

    entry: Entry
    today: date


class PersonCard(SectionCard):
    """`show_person(person, today, in_doubt)`; Enter corrects a line, Del takes it back, F7 shows both edits."""

    corrected = Signal(object)
    taken_back = Signal(object)

    def __init__(self, desk: Desk, may: bool) -> None:
        self._may = may
        self.doubt = DoubtNote(desk, apart=True)
        self._told: list[object] = []
        self.facts = Text("", "small", wrap=True)
        self.note = Text("", "caption", wrap=True)
        self.history = RecordTable[Line](
            [Column(tr("Placement or days away"), _what)],
            name=tr("Placements and days away"),
        )
        self.nothing = Text(tr("No placement and no days away are noted."), "muted", wrap=True)
        self.fix = Button(tr("Correct the line"), "ghost", cap="Enter")
        self.back = Button(tr("Take back"), "ghost", cap="Del")
        super().__init__(tr("The person"), icon="user", action=row(self.fix, self.back), pad=14)
        self.known = ScrollBody(column(self.doubt, row(self.doubt.review, None), self.facts, self.note, None, gap=4), 0)
        self.known.setMinimumWidth(px(160))
        self.add((row((self.known, 2), (column((self.history, 1), self.nothing, gap=0), 3), gap=12), 1))
        self.history.setMinimumHeight(px(104))
        self.history.opened.connect(lambda _: self._emit(self.corrected))
        self.fix.clicked.connect(lambda: self._emit(self.corrected))
        self.back.clicked.connect(self.take_back)

    def take_back(self) -> None:
        """Del: the chosen line was a mistake."""
        self._emit(self.taken_back)

    def _emit(self, signal: SignalInstance) -> None:
        line = self.history.current()
        if line is not None and self._may:
            signal.emit(line.entry)

    def show_person(self, person: Person, today: date, in_doubt: Sequence[Conflict]) -> None:
        """Say what is known of a person, and what two computers changed of them before they met."""
        self.doubt.tell(in_doubt)
        self.title.set_text(person.name)
        about, reach = (person.school, person.licence), (person.phone, person.email)
        pairs = [" · ".join(part for part in pair if part) for pair in (about, reach)]
        lines = [pair for pair in pairs if pair] + [access_words(person)]
        absence = person.away(today)
        if absence is not None:
            until = tr("until {day}").format(day=labels.day(absence.until_on or None))
            until = until if absence.until_on else tr("no end noted")
            lines.append(f"{tr('Away today')}: {words.absence_words(absence.kind)}, {until}")
        days = away_days(person, today)
        if days:
            lines.append(trn("{n} day away in twelve months", "{n} days away in twelve months", days).format(n=days))
        self.facts.set_text("\n".join(lines))
        self.note.set_text(person.note)
        self.note.setVisible(bool(person.note))
        entries: list[Entry] = [*person.placements, *person.absences]
        entries.sort(key=lambda each: (each.from_on or "9", each.id), reverse=True)
        told: list[object] = [*entries]
        if told != self._told:
            self._told = told
            self.history.set_rows([Line(each, today) for each in entries])
            self.history.select_place(0)
        self.history.setVisible(bool(entries))
        self.nothing.setVisible(not entries)
        for button in (self.fix, self.back):
            button.setVisible(self._may and bool(entries))


def access_words(person: Person) -> str:
    """Whether the person signs in."""
    if person.user is None:
        return tr("No sign-in is linked")
    return tr("Signs in") if person.may_enter else tr("Sign-in taken off; what they wrote stays theirs")


def away_days(person: Person, today: date) -> int:
    """Days away in the last 365, each once."""
    days: set[int] = set()
    last = today.toordinal()
    for each in person.absences:
        away = each.away
        stop = last if away.until is None else min(last, away.until.toordinal())
        days.update(range(max(last - 364, away.first.toordinal()), stop + 1))
    return len(days)


def _what(line: Line) -> Cell:
    entry = line.entry
    days = span(entry.from_on, entry.until_on)
    if isinstance(entry, Placement):
        said = " · ".join(part for part in (days, cohort_words(entry.cohort), entry.reason, entry.note) if part)
        return Cell(f"{words.role_words(entry.role)}, {words.state_words(entry.state).lower()}", said, strong=True)
    if entry.until_on:
        n = (date.fromisoformat(entry.until_on) - date.fromisoformat(entry.from_on)).days + 1
        days = f"{days} ({trn('{n} day', '{n} days', n).format(n=n)})"
    return Cell(words.absence_words(entry.kind), " · ".join(part for part in (days, entry.note) if part), tone="text2")
