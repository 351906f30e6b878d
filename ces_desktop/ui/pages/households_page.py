"""Households: number, community, head and members; people in none; creating, correcting and moving."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget

from ces_desktop.data.database import Outcome
from ces_desktop.data.queries import communities as places
from ces_desktop.data.queries.communities import CommunityRow
from ces_desktop.data.queries.households import (
    HouseholdFile,
    HouseholdRow,
    household_file,
    household_rows,
    without_household,
)
from ces_desktop.data.queries.rows import PatientRow
from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.i18n import tr, trn
from ces_desktop.services import households
from ces_desktop.services.households import MoveMember
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.dialogs.household import ChooseDialog, CreateDialog, EditDialog, JoinDialog
from ces_desktop.ui.messages import patients as words
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button, DockedBar, EmptyState, Heading, SectionCard, Text, TextField, column, row
from ces_desktop.ui.widgets.combo import folded

DETAIL = 348
WIDE = 900
View = Literal["all", "alone"]


@dataclass(frozen=True, slots=True)
class _Listing:
    rows: tuple[HouseholdRow, ...]
    alone: tuple[PatientRow, ...]
    alone_total: int
    communities: tuple[CommunityRow, ...]


class HouseholdsPage(Page):
    """List and detail. Enter opens a member; F9 does what the bar says: add a person, or put one in a household."""

    topics = frozenset({"household", "patient", "community", "same_as", "patient_status"})

    def __init__(self, desk: Desk, household: Id | None = None) -> None:
        super().__init__(desk)
        self._view: View = "all"
        self._wanted = household
        self._listing = _Listing((), (), 0, ())
        self._file: HouseholdFile | None = None
        self._loaded = False
        self.new = Button(tr("New household"), "secondary", icon="plus")
        self.heading = Heading(tr("Households"), "", self.new)
        self.all = Button(tr("Households"), "filter")
        self.alone = Button(tr("Without household"), "filter")
        self.filter = TextField(width=260, placeholder=tr("community, head or number"), limit=200)
        self.filter.setAccessibleName(tr("Filter the households"))
        self._make_tables()
        self._make_detail()
        first = Button(tr("New household"), "primary", icon="plus")
        first.clicked.connect(self._create)
        self.empty = EmptyState(
            tr("No households yet."), tr("Start one, or choose a new household while registering."), first, size=112
        )
        self.nobody = EmptyState(tr("Everybody is in a household."), "", size=112)
        less = tr("Write less, or another name.")
        self.no_match = EmptyState(tr("No household fits what is written."), less, size=112)
        self.stack = QStackedWidget()
        for part in (
            SectionCard("", (self.table, 1), flush=True),
            SectionCard("", (self.people, 1), flush=True),
            self.empty,
            self.nobody,
            self.no_match,
        ):
            self.stack.addWidget(part)
        self.act = Button(tr("Add a person"), "primary", icon="user-plus", shortcut="F9")
        self.bar = DockedBar(self.act)
        top = row(self.all, self.alone, None, self.filter)
        body = row((self.stack, 1), self.detail, gap=14)
        self.setLayout(
            column((column(self.heading, top, (body, 1), gap=12, margins=(20, 12, 20, 12)), 1), self.bar, gap=0)
        )
        self._connect()

    def _make_tables(self) -> None:
        self.table = RecordTable[HouseholdRow](
            [
                Column(tr("Number"), lambda h: Cell(_number(h)), 84, align="right", sort=lambda h: h.number),
                Column(tr("Head"), lambda h: Cell(h.head_name or tr("nobody yet"), h.directions, strong=True,
                       tone="text" if h.head_name else "text3"), sort=lambda h: h.head_name or None),
                Column(tr("Community"), lambda h: Cell(h.community_name or labels.DASH), 190,
                       sort=lambda h: h.community_name or None, droppable=True),
                Column(tr("Members"), lambda h: Cell(labels.number(h.members)), 116, align="right",
                       sort=lambda h: h.members),
            ],
            name=tr("Households"),
        )  # fmt: skip
        self.people = RecordTable[PatientRow](
            [Column(tr("Person"), lambda p: Cell(p.name, words.meta(p, self.desk.today), strong=True))],
            name=tr("Without household"),
            type_ahead=True,
        )

    def _make_detail(self) -> None:
        self.edit = Button(tr("Correct"), "ghost", icon="pencil")
        self.leave = Button(tr("Take out"), "ghost", icon="log-out")
        self.where, self.directions = Text("", "small", wrap=True), Text("", "small", wrap=True)
        self.members = RecordTable[PatientRow](
            [Column(tr("Member"), self._member, 0)],
            name=tr("Members"),
        )
        self.detail = SectionCard(
            tr("Household"), self.where, self.directions, (self.members, 1), row(self.leave, None),
            icon="house", action=self.edit, pad=14,
        )  # fmt: skip
        self.detail.setFixedWidth(px(DETAIL))

    def _connect(self) -> None:
        may = self.desk.actor.may(Right.REGISTER_PATIENTS)
        for button in (self.new, self.edit, self.leave):
            button.set_possible(may, tr("Your role does not include this"))
        self.new.clicked.connect(self._create)
        self.edit.clicked.connect(self._correct)
        self.leave.clicked.connect(self._take_out)
        self.act.clicked.connect(self.primary)
        self.all.clicked.connect(lambda: self.choose("all"))
        self.alone.clicked.connect(lambda: self.choose("alone"))
        self.filter.changed.connect(self._narrow)
        self.table.selected.connect(lambda h: self._read_file(h.id))
        self.setFocusProxy(self.table)
        self.table.opened.connect(lambda _: self.members.setFocus())
        self.members.opened.connect(lambda p: self.desk.open_patient(p.id))
        self.people.opened.connect(lambda p: self.desk.open_patient(p.id))

    def _member(self, who: PatientRow) -> Cell:
        head = self._file is not None and who.id == self._file.row.head
        age = words.age_words(who.age_on(self.desk.today))
        parts = [tr("head") if head else "", age, words.sex(who.identity.sex), words.closed(who.status, who.status_on)]
        return Cell(who.name, " · ".join(p for p in parts if p), strong=True)

    def reload(self) -> None:
        """Read households, people in none, and the localities; what is chosen stays chosen."""
        clinic = self.desk.clinic.id

        def ask(connection: Any) -> _Listing:
            alone, total = without_household(connection, clinic)
            return _Listing(household_rows(connection, clinic), alone, total, places.known(connection, clinic))

        self.desk.tasks.read(ask, self._listed, owner=self, latest=f"households.{id(self)}")

    def choose(self, view: View) -> None:
        """Show the households, or the people in none."""
        self._view = view
        self._draw()
        (self.table if view == "all" else self.people).setFocus()

    def primary(self) -> None:
        """F9: add a person to the household, or put the chosen person into one."""
        if not self.desk.actor.may(Right.REGISTER_PATIENTS):
            return
        if self._view == "alone":
            self._put()
        elif self._file is not None:
            title = tr("Who joins household {n}?").format(n=self._file.row.number)
            who = JoinDialog(self, self.desk, title).ask()
            if who is not None:
                self._move(who.id, self._file.row.id)

    def _put(self) -> None:
        who = self.people.current()
        if who is None:
            return
        if not self._listing.rows:
            self._create()
            return
        household = ChooseDialog(self, who, self._listing.rows).ask()
        if household is not None:
            self._move(who.id, household)

    def _create(self) -> None:
        first = self.people.current() if self._view == "alone" else None
        fresh = new_id(self.desk.tasks.database.clock())
        request = CreateDialog(self, fresh, self._listing.communities, first).ask()
        if request is None:
            return
        self._wanted = fresh

        def created(_: Any) -> None:
            self.desk.toast(tr("The household was started."), undo=True)
            self.choose("all")

        self.desk.tasks.write(partial(households.create, request=request), created, owner=self)

    def _correct(self) -> None:
        if self._file is None:
            return
        request = EditDialog(self, self._file, self._listing.communities).ask()
        if request is not None:
            self.desk.tasks.write(partial(households.edit, request=request), self._saved, owner=self)

    def _take_out(self) -> None:
        who = self.members.current()
        if who is not None:
            self._move(who.id, None)

    def _move(self, patient: Id, household: Id | None) -> None:
        request = MoveMember(patient, household)
        self.desk.tasks.write(partial(households.move, request=request), self._saved, owner=self)

    def _saved(self, outcome: Outcome[None]) -> None:
        if outcome.touched:
            self.desk.toast(tr("The household was corrected."), undo=True)
        else:  # no undo: Ctrl+Z would take back the act before
            self.desk.toast(tr("It stays as it was."))

    def _listed(self, listing: _Listing) -> None:
        self._listing, self._loaded = listing, True
        kept = self.people.current()
        self.people.set_rows(listing.alone, keep=lambda p: kept is not None and p.id == kept.id)
        if self.people.current() is None:
            self.people.select_place(0)
        self._narrow()

    def _narrow(self) -> None:
        typed = folded(self.filter.text()).split()
        shown = [h for h in self._listing.rows if all(word in _words(h) for word in typed)]
        current = self.table.current()
        wanted = self._wanted or (current.id if current else None)
        self.table.set_rows(shown, keep=lambda h: h.id == wanted)
        if self._wanted is not None and any(h.id == self._wanted for h in shown):
            self._wanted = None
        if self.table.current() is None:
            self.table.select_place(0)
        held = self.table.current()
        if held is not None:
            self._read_file(held.id)
        else:
            self._show_file(None)
        self._draw()

    def _read_file(self, household: Id) -> None:
        clinic = self.desk.clinic.id
        self.desk.tasks.read(
            lambda c: household_file(c, clinic, household), self._show_file, owner=self, latest=f"household.{id(self)}"
        )

    def _show_file(self, file: HouseholdFile | None) -> None:
        self._file = file
        if file is not None:
            self.detail.title.set_text(tr("Household {n}").format(n=_number(file.row)))
            people = trn("{n} member", "{n} members", file.row.members).format(n=file.row.members)
            self.where.set_text(f"{file.row.community_name or tr('no community')} · {people}")
            self.directions.set_text(file.row.directions)
            self.directions.setVisible(bool(file.row.directions))
            kept = self.members.current()
            self.members.set_rows(file.members, keep=lambda p: kept is not None and p.id == kept.id)
            if self.members.current() is None:
                self.members.select_place(0)
        self._draw()

    def _draw(self) -> None:
        every = self._view == "all"
        self.all.setChecked(every)
        self.alone.setChecked(not every)
        rows, alone = self._listing.rows, self._listing.alone_total
        self.all.set_count(len(rows) if self._loaded else None)
        self.alone.set_count(alone if self._loaded else None)
        self.filter.setVisible(every)
        if every:
            self.stack.setCurrentIndex(0 if self.table.records.rowCount() or not self._loaded else 4 if rows else 2)
        else:
            self.stack.setCurrentIndex(1 if self._listing.alone else 3)
        self.detail.setVisible(every and self._file is not None)
        may = self.desk.actor.may(Right.REGISTER_PATIENTS)
        self.act.set_words(tr("Add a person") if every else tr("Put in a household"))
        chosen = self._file is not None if every else self.people.current() is not None
        self.act.set_possible(may and chosen, tr("Nothing is chosen") if may else tr("Your role does not include this"))
        housed = trn("{n} household", "{n} households", len(rows)).format(n=labels.number(len(rows)))
        self.heading.set_sentence(housed if self._loaded else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the window is narrow the detail takes less."""
        super().resizeEvent(event)
        self.detail.setFixedWidth(px(DETAIL if self.width() >= px(WIDE) else 290))


def _number(row: HouseholdRow) -> str:
    return labels.DASH if row.number is None else str(row.number)


def _words(row: HouseholdRow) -> str:
    return folded(f"{_number(row)} {row.head_name} {row.community_name}")
