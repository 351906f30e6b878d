"""Entering paper of another day: the date is chosen once and stays until it is ended; who was entered is listed."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent

from ces_desktop.data.queries.encounters import Encounter, day_sheet
from ces_desktop.data.queries.rows import PatientRow
from ces_desktop.domain.calendar import parse_day
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr, trn
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.messages import patients as wording
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.widgets import Button, DateField, DockedBar, FieldRow, FormFlow, Heading, SectionCard, column

Entered = tuple[PatientRow, Encounter]


class LatePage(Page):
    """A date, F9, then: F2 letters, Ctrl+Enter, what the paper says, Ctrl+Enter; the next person, the same date."""

    topics = frozenset({"encounter", "patient"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self.day = DateField(self._read_day, placeholder="-1", explain=sentence, name=tr("Day of the consults"))
        self.field = FieldRow(tr("Day of the consults"), self.day)
        self.list = RecordTable[Entered](self._columns(desk.today), name=tr("Entered for that day"))
        self.list.opened.connect(lambda each: desk.open_encounter(each[1].id))
        self.card = SectionCard(tr("Consults of that day"), (self.list, 1), icon="clipboard-list", flush=True)
        self.go = Button(tr("Enter consults of this day"), "primary", icon="pencil", shortcut="F9")
        self.end = Button(tr("End late entry"), "secondary")
        self.bar = DockedBar(self.go, self.end)
        self.go.clicked.connect(self.primary)
        self.end.clicked.connect(self._end)
        text = tr("Choose the day once. Then find each person: Ctrl+Enter opens their consult.")
        heading = Heading(tr("Late entry of paper"), text)
        date_card = SectionCard("", self.field)
        inner = column(heading, date_card, (self.card, 1), gap=12, margins=(20, 16, 20, 12))
        self.setLayout(column((inner, 1), self.bar, gap=0))
        self._flow = FormFlow(self.field)
        self._flow.save.connect(self.primary)
        self._flow.ended.connect(self.primary)
        self.day.changed.connect(self.reload)
        self.setFocusProxy(self.day)
        if desk.late_on is not None:
            self.day.set_value(desk.late_on.isoformat())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.day.setFocus(Qt.FocusReason.OtherFocusReason)

    def reload(self) -> None:
        """Ask who was entered for the day."""
        day = self.day.value()
        if day is None:
            self._show(())
            return
        query = partial(day_sheet, clinic=self.desk.clinic.id, day=date.fromisoformat(day))
        self.desk.tasks.read(query, self._show, owner=self, latest=f"late.{id(self)}")

    def primary(self) -> None:
        """F9: from now on consults are of this day; the search waits for the first person."""
        self.field.clear_note()
        day = self.day.value()
        if day is None:
            self.field.show_note("missing", sentence(Refused("visits.no_day")))
            return
        self.desk.enter_late(date.fromisoformat(day))
        self.desk.next_person(date.fromisoformat(day))

    def _end(self) -> None:
        self.desk.enter_late(None)
        self.desk.open_page("today")

    def _read_day(self, text: str) -> str | None:
        found = parse_day(text, self.desk.today, "past")
        if found is not None and found > self.desk.today:
            raise Refused("visits.future")
        return found.isoformat() if found else None

    def _show(self, entered: tuple[Entered, ...]) -> None:
        self.list.set_rows(entered)
        n = len(entered)
        self.card.set_caption(trn("{n} consult", "{n} consults", n).format(n=n) if n else "")

    @staticmethod
    def _columns(today: date) -> list[Column[Entered]]:
        return [
            Column(tr("Person"), lambda e: Cell(e[0].name, wording.meta(e[0], today), strong=True)),
            Column(tr("Entered"), lambda e: Cell(tr("late") if e[1].entered == "late" else tr("that day")), width=110),
            Column(tr("Signed by"), lambda e: Cell(e[1].seen_by or labels.DASH), width=220, droppable=True),
        ]
