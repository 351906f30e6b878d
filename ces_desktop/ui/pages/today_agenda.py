"""The agenda of the day as a table: who waits first, then who is expected, with programmes, last value and state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from ces_desktop.data.queries.today import Coming
from ces_desktop.domain.calendar import CLINIC_ZONE
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import tr
from ces_desktop.ui import labels
from ces_desktop.ui.icons import State
from ces_desktop.ui.messages import patients as wording
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable

if TYPE_CHECKING:
    from ces_desktop.data.queries.today_figures import Standing


class Agenda(RecordTable[Coming]):
    """`show_coming(rows)` names them at once; `show_standings` fills the columns kept free for what comes later."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._standings: Mapping[Id, Standing] = {}
        self._order: dict[Id, int] = {}
        columns: list[Column[Coming]] = [
            Column("", self._when, 84),
            Column(tr("Person"), self._person),
            Column(tr("Programmes"), self._programmes, 196, droppable=True),
            Column(tr("Last value"), self._value, 122, droppable=True),
            Column(tr("State"), self._state, 160),
        ]
        super().__init__(columns, name=tr("Appointments of today"))

    def show_coming(self, coming: Sequence[Coming], today: date) -> None:
        """Who comes; the choice stays with the person."""
        self._today = today
        self._order = {one.patient.person: place for place, one in enumerate(coming, start=1)}
        chosen = self.current()
        self.set_rows(coming, keep=lambda r: chosen is not None and r.patient.person == chosen.patient.person)
        if self.current() is None and coming:
            self.select_place(0)

    def show_standings(self, standings: Mapping[Id, Standing]) -> None:
        """Values and states, by person; no row moves."""
        self._standings = standings
        if self.records.rowCount():
            self.records.refresh(0, self.records.rowCount() - 1)

    def _when(self, one: Coming) -> Cell:
        if one.arrived_at:
            return Cell(labels.clock(one.arrived_at, CLINIC_ZONE), tr("waiting"), strong=True)
        place = str(self._order.get(one.patient.person, ""))
        return Cell(place, tr("seen") if one.seen else tr("promised") if one.kind == "promise" else "")

    def _person(self, one: Coming) -> Cell:
        who = one.patient
        place = who.community or tr("no community")
        parts = wording.age(who.age_on(self._today)), wording.sex(who.identity.sex), place, one.reason
        return Cell(who.name, " · ".join(part for part in parts if part), strong=True)

    def _programmes(self, one: Coming) -> Cell:
        held = self._standings.get(one.patient.person)
        if held is None:
            return Cell()
        from ces_desktop.ui.pages import rescue_words as words

        return Cell(tags=tuple(words.programme(code) for code in held.programmes))

    def _value(self, one: Coming) -> Cell:
        held = self._standings.get(one.patient.person)
        if held is None:
            return Cell()
        if held.last is None or held.last.day is None:
            return Cell(labels.DASH, tone="text3")
        from ces_desktop.ui.pages import rescue_words as words

        return Cell(words.reading(held.last), labels.day(held.last.day), strong=True)

    def _state(self, one: Coming) -> Cell:
        held = self._standings.get(one.patient.person)
        if held is None or held.outcome is None:
            return Cell()
        chips: dict[str, tuple[State, str]] = {
            "controlled": ("ok", tr("In control")),
            "uncontrolled": ("warn", tr("Not in control")),
            "no_reading": ("unknown", tr("No reading")),
            "missed": ("unknown", tr("No reading")),
        }
        return Cell(chip=chips[held.outcome])
