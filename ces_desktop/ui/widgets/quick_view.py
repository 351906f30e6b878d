"""Who a chosen person is, beside a list or a search: what is known today, without opening the record."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ces_desktop.data.queries.rows import PatientRow
from ces_desktop.domain.calendar import local_day
from ces_desktop.i18n import tr
from ces_desktop.reports import words
from ces_desktop.ui import labels
from ces_desktop.ui.icons import State
from ces_desktop.ui.messages import patients as wording
from ces_desktop.ui.widgets.button import Button
from ces_desktop.ui.widgets.card import SectionCard
from ces_desktop.ui.widgets.chip import StatusChip
from ces_desktop.ui.widgets.layout import Rule, clear, column, hide_unless, row
from ces_desktop.ui.widgets.text import Initials, Text


class QuickView(SectionCard):
    """`show_row(row)` fills it, `show_row(None)` says what to do; `opened` when its button is pressed."""

    opened = Signal()

    def __init__(self, hint: str, *, buttons: bool = True) -> None:
        super().__init__(tr("Quick view"))
        self._hint = hint
        self._facts = column(gap=10)
        self.add((self._facts, 1))
        self.open = Button(tr("Open"), "secondary", icon="user", cap="Enter")
        self.open.clicked.connect(self.opened)
        hide_unless(self.open, buttons)
        self.add(row(self.open, None))
        self.show_row(None, date.min)

    def show_row(self, person: PatientRow | None, today: date) -> None:
        """Show one person, or what the view is for when nobody is chosen."""
        clear(self._facts)
        self.open.set_possible(person is not None, self._hint)
        if person is None:
            self._facts.addWidget(Text(self._hint, "small", wrap=True))
            self._facts.addStretch(1)
            return
        who = person.identity
        name = Text(person.name, "strong", wrap=True)
        said = (wording.age_words(person.age_on(today)), wording.sex(who.sex), person.human_id)
        under = Text(" · ".join(part for part in said if part), "small", wrap=True)
        self._facts.addLayout(row(Initials(wording.letters(person), 44), (column(name, under, gap=2), 1), gap=12))
        self._facts.addWidget(Rule())
        for label, value in _facts(person):
            self._facts.addLayout(_line(label, Text(value, "smallstrong", wrap=True, align="right")))
        self._facts.addLayout(_line(tr("Status"), StatusChip(*status_chip(person.status))))
        if person.status != "active":
            self._facts.addWidget(Text(wording.closed(person.status, person.status_on), "small", wrap=True))
        if person.records > 1:
            self._facts.addWidget(Text(wording.records(person.records), "small", wrap=True))
        self._facts.addStretch(1)
        self.setAccessibleDescription(f"{person.name}. {wording.meta(person, today)}")


def status_chip(status: str) -> tuple[State, str]:
    """A status as a chip: always neutral, since neither being here nor having left is good or bad news."""
    return "neutral", words.status(status)


def _facts(person: PatientRow) -> list[tuple[str, str]]:
    household = tr("household {n}").format(n=person.household_number) if person.household_number is not None else ""
    changed = local_day(person.changed_at) if person.changed_at else None
    facts = [
        (tr("Community"), person.community or tr("not asked")),
        (tr("Household"), household or tr("none")),
        (tr("Mother"), person.identity.mother_name or tr("not asked")),
        (tr("Telephone"), words.phone(person.identity.phone) if person.identity.phone else tr("not asked")),
        (tr("Registered on"), labels.day(person.registered_on)),
    ]
    return facts + ([(tr("Last change"), labels.day(changed))] if changed else [])


def _line(label: str, value: QWidget) -> QHBoxLayout:
    words_wide = value if isinstance(value, StatusChip) else (value, 1)
    lead = (None,) if isinstance(value, StatusChip) else ()
    return row(Text(label, "small"), *lead, words_wide, gap=12)
