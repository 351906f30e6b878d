"""Who is in the waiting room, with the vital signs taken so far; their consult opens from here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QStackedWidget

from ces_desktop.data.measures import measures
from ces_desktop.data.queries.visits import Waiting, waiting_room
from ces_desktop.domain.access import Right
from ces_desktop.domain.calendar import CLINIC_ZONE
from ces_desktop.i18n import tr, trn
from ces_desktop.services import drafts, visits
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.messages import patients as wording
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages.consult_values import value_words
from ces_desktop.ui.widgets import Button, DockedBar, EmptyState, Heading, SectionCard, column

SHOWN = ("temperature", "weight", "glucose_fasting", "glucose_random", "glucose_unknown", "oxygen_saturation")
"""Vital signs said in a line, after the blood pressure."""


class WaitingList(RecordTable[Waiting]):
    """The people in the waiting room, first come first: `opened(Waiting)` by Enter or a double click.

    `show_room(waiting, now)` fills it; the choice stays with the person.
    """

    left = Signal(object)
    """Delete: that person went without being seen."""

    def __init__(self, today: date) -> None:
        self._today, self._now = today, 0
        columns: list[Column[Waiting]] = [
            Column(tr("Person"), self._person),
            Column(tr("Vital signs"), self._vitals, width=250),
            Column(tr("Came for"), lambda w: Cell(w.came_for or labels.DASH, tone="text2"), width=190, droppable=True),
            Column(tr("Since"), self._since, width=110, align="right"),
        ]
        super().__init__(columns, name=tr("Waiting room"))

    def show_room(self, waiting: Sequence[Waiting], now: int) -> None:
        """Fill it; `now` in UTC ms."""
        self._now = now
        chosen = self.current()
        self.set_rows(waiting, keep=lambda w: chosen is not None and w.arrival == chosen.arrival)
        if self.current() is None and waiting:
            self.select_place(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.current() is not None:
            self.left.emit(self.current())
        else:
            super().keyPressEvent(event)

    def _person(self, waiting: Waiting) -> Cell:
        person = waiting.patient
        return Cell(person.name, wording.meta(person, self._today), strong=True)

    @staticmethod
    def _vitals(waiting: Waiting) -> Cell:
        return Cell(vitals_words(waiting) or tr("not taken"), tone="text" if waiting.vitals else "text3")

    def _since(self, waiting: Waiting) -> Cell:
        minutes = max(0, (self._now - waiting.arrived_at) // 60_000)
        return Cell(labels.clock(waiting.arrived_at, CLINIC_ZONE), trn("{n} min", "{n} min", minutes).format(n=minutes))


def vitals_words(waiting: Waiting) -> str:
    """`146/92 · 70.8 kg`: what was taken so far; "" for nothing."""
    known, held = measures(), {o.code: o for o in waiting.vitals}
    parts = []
    if "systolic" in held and "diastolic" in held:
        parts.append(f"{held['systolic'].value}/{held['diastolic'].value}")
    for code in SHOWN:
        if code in held:
            parts.append(f"{value_words(held[code], known[code])}{labels.NBSP}{known[code].unit}")
    return " · ".join(parts)


class WaitingPage(Page):
    """F9 or Enter opens the consult (vital signs, for whoever may not sign); Delete: went without being seen."""

    topics = frozenset({"arrival", "encounter", "observation", "patient"}) | drafts.TOPICS

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        signs = desk.actor.may(Right.SIGN_CONSULTS)
        self.list = WaitingList(desk.today)
        self.list.opened.connect(self._open)
        self.list.left.connect(self._left)
        self.heading = Heading(tr("Waiting room"), tr("F2 finds somebody, Ctrl+Enter opens their consult."))
        self.stack = QStackedWidget()
        self.stack.addWidget(SectionCard("", (self.list, 1), flush=True))
        self.stack.addWidget(EmptyState(tr("Nobody is waiting."), tr("F2 finds who comes.")))
        self.go = Button(tr("Open consult") if signs else tr("Take vital signs"), "primary", shortcut="F9")
        self.gone = Button(tr("Left without being seen"), "secondary", cap="Del")
        self.bar = DockedBar(self.go, self.gone)
        self.go.clicked.connect(self.primary)
        self.gone.clicked.connect(lambda: self._left(self.list.current()))
        inner = column(self.heading, (self.stack, 1), gap=12, margins=(20, 16, 20, 12))
        self.setLayout(column((inner, 1), self.bar, gap=0))
        self.setFocusProxy(self.list)

    def reload(self) -> None:
        """Ask who waits."""
        query = partial(waiting_room, clinic=self.desk.clinic.id, day=self.desk.today)
        self.desk.tasks.read(query, self._show, owner=self, latest=f"waiting.{id(self)}")

    def primary(self) -> None:
        """F9: the consult of who is chosen."""
        self._open(self.list.current())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.list.setFocus(event.reason())

    def _show(self, waiting: tuple[Waiting, ...]) -> None:
        self.list.show_room(waiting, self.desk.tasks.database.clock())
        self.stack.setCurrentIndex(0 if waiting else 1)
        for button in (self.go, self.gone):
            button.set_possible(bool(waiting), tr("Nobody is waiting."))
        n = len(waiting)
        self.bar.set_state(None, trn("{n} person", "{n} people", n).format(n=n) if n else "")

    def _open(self, waiting: Waiting | None) -> None:
        if waiting is not None:
            self.desk.open_consult(waiting.patient.id, waiting.encounter)

    def _left(self, waiting: Waiting | None) -> None:
        if waiting is None:
            return
        done = tr("{name} left without being seen.").format(name=waiting.patient.name)
        action = partial(visits.leave_room, arrival=waiting.arrival)
        self.desk.tasks.write(action, lambda _: self.desk.toast(done, undo=True), owner=self)
