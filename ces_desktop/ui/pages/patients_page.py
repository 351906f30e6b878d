"""The register: everybody by surnames, filters with their counts, and a quick view of the one chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import overload

from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from ces_desktop.data.queries.register import FILTERS, Filter, Listing, listing, opening
from ces_desktop.data.queries.rows import PatientRow, by_person
from ces_desktop.domain.access import Right
from ces_desktop.domain.calendar import local_day
from ces_desktop.i18n import tr, trn
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.messages import patients as wording
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button, EmptyState, Heading, SectionCard, Wrapped, column, hide_unless, row
from ces_desktop.ui.widgets.combo import folded
from ces_desktop.ui.widgets.quick_view import QuickView, status_chip

WINDOW = 60
"""Rows read at once around what is on the screen."""
WIDE = 1080
"""Page width in design px from which the quick view stands beside the table."""


class PatientsPage(Page):
    """Filters, table, quick view. Enter opens; letters go to the next person whose surnames begin so."""

    topics = frozenset({"patient", "patient_status", "same_as", "community", "household"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._filter: Filter = "all"
        self._listing: Listing | None = None
        self._rows = LateRows((), lambda _: None)
        self.new = Button(tr("Register patient"), "primary", icon="user-plus", cap="F4")
        self.new.clicked.connect(lambda: desk.register_patient())
        hide_unless(self.new, desk.actor.may(Right.REGISTER_PATIENTS))
        self.heading = Heading(tr("Patients"), "", self.new)
        self.filters = {name: Button(text, "filter") for name, text in _filter_names().items()}
        for name, button in self.filters.items():
            button.clicked.connect(partial(self.choose_filter, name))
        self.review = Button(tr("To review"), "ghost", icon="copy")
        self.review.setToolTip(tr("Pairs of records that may be the same person"))
        self.review.clicked.connect(lambda: desk.open_page("duplicates"))
        self.table = _Register(self._columns(), self)
        self.table.opened.connect(self._open)
        self.table.selected.connect(self._show_quick)
        self.quick = QuickView(tr("Choose a person to see who they are."))
        self.quick.setFixedWidth(px(340))
        self.quick.opened.connect(lambda: self._open(self.table.current()))
        self.stack = QStackedWidget()
        self.stack.addWidget(SectionCard("", (self.table, 1), flush=True))
        self.empty = _empty(desk)
        self.stack.addWidget(self.empty)
        self.nobody = EmptyState(tr("Nobody here."), tr("Choose another filter."), size=112)
        self.stack.addWidget(self.nobody)
        narrowed = Wrapped(*self.filters.values(), self.review, spread=True)
        body = row((self.stack, 1), self.quick, gap=14)
        self.setLayout(column(self.heading, narrowed, (body, 1), gap=12, margins=(20, 16, 20, 16)))
        self.setFocusProxy(self.table)
        self._mark_filter()

    def reload(self) -> None:
        """Read the list again; who is chosen stays chosen."""
        query = partial(listing, clinic=self.desk.clinic.id, chosen=self._filter)
        tasks = self.desk.tasks
        if self._listing is None and self._filter == "all":
            # Of a large register the first people are there at once, the whole list and its counts a moment later.
            begin = partial(opening, clinic=self.desk.clinic.id)
            tasks.read(begin, self._show_opening, owner=self, latest="patients.opening")
        tasks.read(query, self._show, owner=self, latest="patients.listing")

    def primary(self) -> None:
        """F9: open who is chosen."""
        self._open(self.table.current())

    def choose_filter(self, name: Filter) -> None:
        """Narrow the list."""
        self._filter = name
        self._mark_filter()
        self.reload()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.table.setFocus(event.reason())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.quick.setVisible(self.width() >= px(WIDE) and self.stack.currentIndex() == 0)

    def _mark_filter(self) -> None:
        for name, button in self.filters.items():
            button.setChecked(name == self._filter)

    def _show_opening(self, persons: tuple[bytes, ...]) -> None:
        if self._listing is None and persons:
            self._rows = LateRows(persons, self._read_window)
            self.table.late = self._rows
            self.table.records.set_rows(self._rows)

    def _show(self, found: Listing) -> None:
        before = self._chosen_person()
        self._listing = found
        for name, button in self.filters.items():
            button.set_count(found.counts[name])
        n = found.counts["all"]
        self.heading.set_sentence(trn("{n} person", "{n} people", n).format(n=labels.number(n)) if n else "")
        self._rows = LateRows(found.persons, self._read_window)
        self.table.late, self.table.keys = self._rows, found.keys
        self.stack.setCurrentIndex(0 if found.persons else 1 if not n else 2)
        self._fit()
        place = found.persons.index(before) if before in found.persons else 0 if found.persons else -1
        self.table.records.set_rows(self._rows)
        self.table.select_place(place)
        if place < 0:
            self.quick.show_row(None, self.desk.today)

    def _chosen_person(self) -> bytes:
        place = self.table.currentIndex().row()
        held = self._listing.persons if self._listing else ()
        return held[place] if 0 <= place < len(held) else b""

    def _read_window(self, first: int) -> None:
        rows = self._rows
        persons = rows.persons[first : first + WINDOW]
        query = partial(by_person, clinic=self.desk.clinic.id, persons=persons, changes=True)
        self.desk.tasks.read(query, partial(self._fill_window, rows, first), owner=self)

    def _fill_window(self, rows: LateRows, first: int, read: list[PatientRow]) -> None:
        if rows is not self._rows:
            return
        rows.fill(first, read)
        last = min(first + WINDOW, len(rows)) - 1
        self.table.records.refresh(first, last)
        place = self.table.currentIndex().row()
        if first <= place <= last:
            self._show_quick(self.table.current())

    def _show_quick(self, person: PatientRow | None) -> None:
        if person is not None:
            self.quick.show_row(person, self.desk.today)

    def _open(self, person: PatientRow | None) -> None:
        if person is not None:
            self.desk.open_patient(person.id)

    def _columns(self) -> list[Column[PatientRow | None]]:
        return [
            Column(tr("Person"), self._person),
            Column(tr("Record number"), lambda p: Cell(p.human_id if p else ""), width=130),
            Column(tr("Last change"), self._changed, width=130, droppable=True),
            Column(tr("Status"), lambda p: Cell(chip=status_chip(p.status)) if p else Cell(), width=140),
        ]

    def _person(self, person: PatientRow | None) -> Cell:
        if person is None:
            return Cell("…", tone="text3")
        said = (
            wording.age(person.age_on(self.desk.today)),
            wording.sex(person.identity.sex),
            person.community or tr("no community"),
            wording.records(person.records) if person.records > 1 else "",
        )
        return Cell(person.name, " · ".join(part for part in said if part), strong=True)

    def _changed(self, person: PatientRow | None) -> Cell:
        if person is None or person.changed_at is None:
            return Cell("" if person is None else labels.DASH)
        day = local_day(person.changed_at)
        return Cell(labels.day(day), labels.ago(day, self.desk.today))


class LateRows(Sequence["PatientRow | None"]):
    """As many rows as there are people; those not read are None and are asked for, a window at a time, when seen."""

    def __init__(self, persons: tuple[bytes, ...], ask: Callable[[int], None]) -> None:
        self.persons, self._ask = persons, ask
        self._read: dict[int, PatientRow] = {}
        self._asked: set[int] = set()

    def fill(self, first: int, rows: list[PatientRow]) -> None:
        """Put a window in its place; who was voided meanwhile stays empty until the list is read again."""
        found: dict[bytes, PatientRow] = {person.person: person for person in rows}
        for place in range(first, min(first + WINDOW, len(self.persons))):
            if self.persons[place] in found:
                self._read[place] = found[self.persons[place]]

    def __len__(self) -> int:
        return len(self.persons)

    @overload
    def __getitem__(self, place: int) -> PatientRow | None: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[PatientRow | None]: ...
    def __getitem__(self, place: int | slice) -> PatientRow | Sequence[PatientRow | None] | None:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        first = place // WINDOW * WINDOW
        if first not in self._asked:
            self._asked.add(first)
            self._ask(first)
        return self._read.get(place)


class _Register(RecordTable["PatientRow | None"]):
    """The table; type-ahead looks in the sort keys, since most rows are not read."""

    def __init__(self, columns: Sequence[Column[PatientRow | None]], parent: QWidget) -> None:
        super().__init__(columns, name=tr("Patients"), type_ahead=True, parent=parent)
        self.late: LateRows | None = None
        self.keys: tuple[str, ...] = ()

    def _go_to(self, text: str) -> None:
        self._typed += folded(text)
        self._forget.start()
        start = max(0, self.currentIndex().row()) + (1 if len(self._typed) == 1 else 0)
        count = len(self.keys)
        for step in range(count):
            place = (start + step) % count
            if self.keys[place].startswith(self._typed):
                self.select_place(place)
                return


def _filter_names() -> dict[Filter, str]:
    names = {
        "all": tr("All"),
        "active": tr("Active people"),
        "no_household": tr("No household"),
        "uncertain_age": tr("Age uncertain"),
        "left": tr("Died or left"),
    }
    return {name: names[name] for name in FILTERS}


def _empty(desk: Desk) -> EmptyState:
    actions = []
    if desk.actor.may(Right.REGISTER_PATIENTS):
        register = Button(tr("Register patient"), "primary", icon="user-plus", cap="F4")
        register.clicked.connect(lambda: desk.register_patient())
        actions.append(register)
    return EmptyState(tr("There are no patients yet."), tr("Register the first (F4)."), *actions, size=112)
