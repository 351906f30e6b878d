"""Files of people that came from other clinics: read as they came, and registered here with one key."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QStackedWidget

from ces_desktop.data.database import Outcome
from ces_desktop.data.queries.duplicates import Candidate, candidates
from ces_desktop.data.queries.moved_file import ReceivedFile, received_files
from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import tr
from ces_desktop.services import moved_files
from ces_desktop.services.moved_files import TakeInRequest
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.messages import moved as words
from ces_desktop.ui.messages import patients as wording
from ces_desktop.ui.messages import registration
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    EmptyState,
    Heading,
    InlineNote,
    ScrollBody,
    SectionCard,
    Text,
    box,
    clear,
    column,
)

SHOWN = 4
"""Rows of the list before it scrolls."""


class ReceivedPage(Page):
    """F9 registers the person of the chosen file; if somebody here looks alike, it asks first. Enter opens them."""

    topics = frozenset({"received_file", "patient"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._may = desk.actor.may(Right.REGISTER_PATIENTS)
        self._alike: tuple[Id, tuple[Candidate, ...]] | None = None
        self.heading = Heading(tr("Files from other clinics"), " ")
        self.table = RecordTable[ReceivedFile](
            [
                Column(tr("Who"), lambda f: Cell(words.name(f.file), words.source(f), strong=True)),
                Column(tr("Received"), lambda f: Cell(labels.day(f.received_on)), 130),
                Column(tr("State"), lambda f: Cell(tr("Registered") if f.taken_into else tr("Waits")), 130),
            ],
            name=tr("Files from other clinics"),
        )
        self.table.selected.connect(self._show_file)
        self.table.opened.connect(lambda _: self.open_record())
        self.notes, self.file = column(gap=8), column(gap=12)
        held = column(SectionCard("", self.table, flush=True), self.notes, self.file, None, gap=12)
        self.stack = QStackedWidget()
        nothing = tr("A file that another clinic writes on a stick appears here once it is received.")
        self.stack.addWidget(EmptyState(tr("No file came yet."), nothing, size=112))
        self.stack.addWidget(ScrollBody(held, 0))
        self.take = Button(tr("Register here"), "primary", icon="user-plus", shortcut="F9")
        self.take.clicked.connect(self.primary)
        self.open = Button(tr("Open record"), icon="user", cap="Enter")
        self.open.clicked.connect(self.open_record)
        inner = column(self.heading, (self.stack, 1), gap=12, margins=(20, 14, 20, 12))
        self.setLayout(column((inner, 1), DockedBar(self.take, self.open), gap=0))
        self._allow()

    def reload(self) -> None:
        """Ask what came."""
        query = partial(received_files, clinic=self.desk.clinic.id)
        self.desk.tasks.read(query, self._show, owner=self, latest=f"received.{id(self)}")

    def primary(self) -> None:
        """F9: compare with the register, then register; pressed again after it told of somebody alike, anyway."""
        held = self.table.current()
        if held is None or held.taken_into is not None or not self._may:
            return
        if self._alike is not None and self._alike[0] == held.id:
            self.take_in(held)
            return
        query = partial(candidates, clinic=self.desk.clinic.id, identity=words.identity(held.file.details))
        self.desk.tasks.read(query, partial(self._compared, held), owner=self)

    def take_in(self, held: ReceivedFile, into: Id | None = None) -> None:
        """Register the person, or know them as somebody who is here."""
        action = partial(moved_files.take_in, request=TakeInRequest(held.id, into))
        self.desk.tasks.write(action, self._taken, owner=self)

    def open_record(self) -> None:
        """Enter: the record that was made of it."""
        held = self.table.current()
        if held is not None and held.taken_into is not None:
            self.desk.open_patient(held.taken_into)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.table.setFocus(event.reason())

    def _compared(self, held: ReceivedFile, found: tuple[Candidate, ...]) -> None:
        if not found:
            self.take_in(held)
            return
        self._alike = (held.id, found)
        clear(self.notes)
        for one in found[:3]:
            same = Button(tr("It is this person"), "ghost")
            same.clicked.connect(partial(self.take_in, held, one.row.id))
            why = f"{wording.meta(one.row, self.desk.today)}. {registration.reasons(one.match.reasons)}"
            self.notes.addWidget(InlineNote("warn", one.row.name, why, [same]))
        self.notes.addWidget(Text(tr("If nobody of these is the person, F9 registers them."), "small", wrap=True))
        self.take.set_words(tr("Register anyway"))

    def _taken(self, done: Outcome[Id]) -> None:
        self._alike = None
        self.desk.toast(tr("Registered, with allergies and problems. The file stays here as it came."), undo=True)
        self.desk.open_patient(done.value)

    def _show(self, found: tuple[ReceivedFile, ...]) -> None:
        kept = self.table.current()
        self.table.set_rows(found, keep=lambda each: kept is not None and each.id == kept.id)
        self.table.fit_height(SHOWN)
        if found and self.table.current() is None:
            self.table.select_place(0)
        self.stack.setCurrentIndex(1 if found else 0)
        waits = sum(each.taken_into is None for each in found)
        self.heading.set_sentence(words.waiting(waits) if found else "")
        current = self.table.current()
        if current is not None:
            self._show_file(current)
        self._allow()
        if self.hasFocus():
            self.table.setFocus()

    def _show_file(self, held: ReceivedFile) -> None:
        clear(self.file)
        if self._alike is None or self._alike[0] != held.id:
            clear(self.notes)
            self._alike = None
            self.take.set_words(tr("Register here"))
        sections = [
            box(column(Text(title, "label"), *(Text(line, "body", wrap=True) for line in lines), gap=2))
            for title, lines in words.parts(held.file)
        ]
        card = SectionCard(words.name(held.file), icon="file-text", caption=tr("as it came; nobody edits it"))
        card.add_ruled(*sections)
        self.file.addWidget(card)
        self._allow()

    def _allow(self) -> None:
        held = self.table.current()
        waits = held is not None and held.taken_into is None
        no = tr("Your role does not include this. Ask who leads the clinic.")
        why = tr("Nothing waits here") if self._may else no
        self.take.set_possible(waits and self._may, why)
        self.open.set_possible(held is not None and not waits, tr("It was not registered yet"))
