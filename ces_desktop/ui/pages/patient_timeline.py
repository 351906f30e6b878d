"""The timeline of a person: the last events beside the trend, all of them in a list that opens consults."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.patient_view import PatientView
from ces_desktop.data.queries.timeline import Event
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import tr
from ces_desktop.ui import labels
from ces_desktop.ui.pages import patient_words as words
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button, Dialog, Happening, SectionCard, Text, Timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ces_desktop.ui.pages.patient_page import PatientPage

SHOWN = 5


def timeline(page: PatientPage, view: PatientView) -> SectionCard:
    """The last events, newest first; a consult opens with Enter."""
    events = view.events
    everything = Button(tr("See all ({n})").format(n=len(events)), "ghost")
    everything.clicked.connect(lambda: show_all(page, events))
    more = everything if len(events) > SHOWN else None
    card = SectionCard(tr("Timeline"), icon="history", action=more)
    if not events:
        card.add(Text(tr("Nothing has happened here yet. F3 opens the first consult."), "small", wrap=True))
        return card
    card.add(Timeline([_happening(page, event) for event in events[:SHOWN]]))
    return card


def _happening(page: PatientPage, event: Event) -> Happening:
    shown = words.happening(event)
    if event.encounter is None:
        return shown
    return replace(shown, act=partial(page.desk.open_encounter, event.encounter))


def show_all(page: PatientPage, events: Sequence[Event]) -> None:
    """Every event as a list; Enter on a consult or an addendum opens it."""
    chosen = TimelineDialog(page, events).ask()
    if chosen is not None:
        page.desk.open_encounter(chosen)


class TimelineDialog(Dialog[Id]):
    """All that happened; `answer` is the consult to open."""

    def __init__(self, parent: QWidget | None, events: Sequence[Event]) -> None:
        super().__init__(parent, tr("Timeline"), primary=tr("Open"), secondary=tr("Close"), width=860)
        from ces_desktop.ui.models.record_table import Cell, Column, RecordTable

        columns: list[Column[Event]] = [
            Column(tr("Date"), lambda e: Cell(labels.day(e.day or None)), width=120),
            Column(tr("What"), lambda e: Cell(words.title(e), words.told(e), strong=True)),
        ]
        self.table = RecordTable(columns, name=tr("Timeline"), type_ahead=True)
        self.table.setMinimumHeight(px(380))
        self.table.set_rows(list(events))
        self.table.opened.connect(lambda _: self._accept())
        self.add((self.table, 1))
        self.table.setFocus()

    def answer(self) -> Id | None:
        """The consult of the chosen line; other lines have nothing to open."""
        chosen = self.table.current()
        return chosen.encounter if chosen is not None else None
