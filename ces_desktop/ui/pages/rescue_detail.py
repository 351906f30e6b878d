"""Beside the rescue list: how to reach the one chosen, what was tried, and who near there is late too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from ces_desktop.data.queries.rescue import RescueRow
from ces_desktop.data.queries.whereabouts import Whereabouts
from ces_desktop.i18n import tr
from ces_desktop.reports import words as paper
from ces_desktop.ui.messages import patients as wording
from ces_desktop.ui.pages import rescue_words as words
from ces_desktop.ui.widgets import Button, Icon, Rule, ScrollBody, SectionCard, Text, clear, column, row

CONTACTS = 6
NEAR = 3


class RescueDetail(SectionCard):
    """`show_row(row, near)` says at once what the list knows; `show_whereabouts` fills in the rest. `opened`."""

    opened = Signal()

    def __init__(self, today: date) -> None:
        super().__init__()
        self.setAccessibleName(tr("How to find them"))
        self._today, self._near = today, ""
        self._row: RescueRow | None = None
        self._facts = column(gap=8)
        self.open = Button(tr("Open record"), "secondary", icon="user", cap="Enter")
        self.open.clicked.connect(self.opened)
        self.add((ScrollBody(column(self._facts, None), 0), 1), row(self.open, None))
        self.show_row(None, ())

    def show_row(self, chosen: RescueRow | None, near: Sequence[RescueRow]) -> None:
        """Somebody else is chosen; `near` are the others of the same community that are late, nearest first."""
        self._row = chosen
        self._near = near_words(near)
        self.open.set_possible(chosen is not None, tr("Nobody is chosen"))
        self._draw(None)

    def show_whereabouts(self, found: Whereabouts) -> None:
        """What was read of the one chosen; of somebody chosen before, nothing happens."""
        if self._row is not None and self._row.entry.member.person == found.person:
            self._draw(found)

    def _draw(self, found: Whereabouts | None) -> None:
        clear(self._facts)
        if self._row is None:
            self._facts.addWidget(Text(tr("Choose a person to see how to find them."), "small", wrap=True))
            return
        person, entry = self._row.patient, self._row.entry
        parts = wording.age_words(person.age_on(self._today)), wording.sex(person.identity.sex), person.human_id
        self._facts.addWidget(Text(person.name, "section", wrap=True))
        self._facts.addWidget(Text(" · ".join(parts), "small", wrap=True))
        self._facts.addWidget(Rule())
        self._facts.addLayout(_line("map-pin", place(self._row, found.directions if found else "")))
        number = person.phone or (found.phone if found else "")
        phone = paper.phone(number) if number else tr("no telephone")
        owner = f" ({found.phone_owner})" if found is not None and found.phone_owner else ""
        self._facts.addLayout(_line("phone", phone + owner))
        self._facts.addWidget(Rule())
        self._facts.addWidget(Text(tr("Contacts"), "smallstrong"))
        for contact in (found.contacts if found else ())[:CONTACTS]:
            day = Text(words.near_day(contact.day, self._today), "caption")
            self._facts.addLayout(row(day, (Text(words.contact(contact, self._today), "small", wrap=True), 1), gap=10))
        if entry.last_contact is None:
            self._facts.addWidget(Text(tr("Nobody went to look for them yet."), "small", wrap=True))
        if self._near:
            self._facts.addWidget(Rule())
            self._facts.addWidget(Text(tr("Nearby"), "smallstrong"))
            self._facts.addWidget(Text(self._near, "small", wrap=True))
        self.setAccessibleDescription(person.name)


def place(chosen: RescueRow, directions: str = "") -> str:
    """`Río Hondo, hogar 41, junto al beneficio`; what was not asked is said."""
    person = chosen.patient
    parts = [person.community or tr("no community")]
    if person.household_number is not None:
        parts.append(tr("household {n}").format(n=person.household_number))
    return ", ".join([*parts, *([directions] if directions else [])])


def nearest(chosen: RescueRow, rows: Sequence[RescueRow]) -> list[RescueRow]:
    """The others of the same community, those of the nearest house numbers first."""
    person = chosen.patient
    others = [r for r in rows if person.community and r.patient.community == person.community and r != chosen]

    def away(other: RescueRow) -> tuple[bool, int]:
        here, there = person.household_number, other.patient.household_number
        return here is None or there is None, abs((here or 0) - (there or 0))

    return sorted((r for r in others if r.patient.person != person.person), key=away)[:NEAR]


def near_words(near: Sequence[RescueRow]) -> str:
    """Who near there is late too, with the number of the house."""
    names = []
    for each in near:
        number = each.patient.household_number
        names.append(each.patient.name if number is None else f"{each.patient.name} ({number})")
    if not names:
        return ""
    if len(names) == 1:
        return tr("{name} is late too.").format(name=names[0])
    return tr("{names} and {last} are late too.").format(names="; ".join(names[:-1]), last=names[-1])


def _line(icon: str, text: str) -> QHBoxLayout:
    return row(column(Icon(icon, 16), None), (Text(text, "small", wrap=True), 1), gap=8)
