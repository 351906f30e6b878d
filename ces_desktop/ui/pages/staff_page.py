"""The people of the clinic: who serves, who comes, who was here; the days without a physician; what they ask for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QStackedWidget

from ces_desktop.data.database import Outcome
from ces_desktop.data.queries.conflicts import Conflict, conflicts
from ces_desktop.data.queries.staff import Absence, Person, people, users_to_link
from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.domain.staff import ROLES
from ces_desktop.i18n import tr, trn
from ces_desktop.reports import staff_words as words
from ces_desktop.reports.staff_words import cohort_words, span
from ces_desktop.services import staff, users
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages import handover_ways
from ces_desktop.ui.pages.staff_coverage import CoverageCard
from ces_desktop.ui.pages.staff_detail import CHIPS, Entry, PersonCard
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    EmptyState,
    Filters,
    Heading,
    SectionCard,
    SideBySide,
    Wrapped,
    box,
    column,
    confirm,
)

SIDE, NARROW_SIDE = 540, 400
_RANK = {"in_service": 0, "assigned": 1, "candidate": 2, "finished": 3, "left": 4, "": 5}
Known = tuple[tuple[Person, ...], tuple[tuple[Id, str], ...], tuple[Conflict, ...]]
_VIEWS: dict[str, Callable[[str], bool]] = {
    "here": lambda state: state == "in_service",
    "coming": lambda state: state in ("assigned", "candidate"),
    "past": lambda state: state in ("finished", "left"),
    "all": lambda state: True,
}


class StaffPage(Page):
    """List, calendar of days, the person. F9 adds somebody, Enter says what comes next, Del takes a line back."""

    topics = frozenset({"staff_person", "placement", "absence", "user_role", "app_user"})

    def __init__(self, desk: Desk, opened: OpenClinic | None) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._opened = opened
        self._held: tuple[Person, ...] = ()
        self._users: tuple[tuple[Id, str], ...] = ()
        self._in_doubt: tuple[Conflict, ...] = ()
        self._loaded, self._wanted = False, Id(b"")
        self._may = desk.actor.may(Right.MANAGE_STAFF)
        self.heading = Heading(tr("Staff"), " ")
        self.requests = Button(tr("Requests"), "secondary", icon="message-circle")
        self.seminars = Button(tr("Seminars"), "secondary", icon="graduation-cap")
        self.views = Filters(
            [("here", tr("In service")), ("coming", tr("To come")), ("past", tr("Were here")),
             ("all", tr("Everybody"))],
            "all",
        )  # fmt: skip
        self._make_table()
        self.cover = CoverageCard()
        self.person = PersonCard(desk, self._may)
        self.new = Button(tr("New person"), "primary", icon="user-plus", cap="F9")
        self.next = Button(tr("What comes next"), icon="arrow-right", cap="Enter")
        self.away = Button(tr("Days away"), icon="calendar")
        self.again = Button(tr("Another placement"), icon="plus")
        self.edit = Button(tr("Correct"), icon="pencil")
        self.bar = DockedBar(self.new, self.next, self.away, self.again, self.edit)
        self.stack.setMinimumHeight(px(190))
        self.person.setMinimumHeight(px(190))
        left = box(column(self.views, (self.stack, 3), (self.person, 2), gap=10))
        others = Wrapped(self.requests, self.seminars, *handover_ways.ways(desk), right=True)
        top = box(Wrapped(self.heading, box(others), spread=True))
        body = SideBySide(left, box(column(self.cover, None)), SIDE, NARROW_SIDE)
        self.setLayout(column((column(top, (body, 1), gap=12, margins=(20, 12, 20, 12)), 1), self.bar, gap=0))
        self.setFocusProxy(self.table)
        self._connect()
        self._tell()

    def _make_table(self) -> None:
        self.table = RecordTable[Person](
            [
                Column(tr("Person"), lambda p: Cell(p.name, p.school, strong=True, letters=labels.initials(p.name)),
                       sort=lambda p: p.name.casefold()),
                Column(tr("Role and days"), self._term, 214, sort=_from, droppable=True),
                Column(tr("State"), self._state, 150, sort=lambda p: _RANK[_state(p)]),
            ],
            name=tr("Staff"),
            type_ahead=True,
        )  # fmt: skip
        first = Button(tr("New person"), "primary", icon="user-plus")
        first.clicked.connect(self.add)
        self.empty = EmptyState(
            tr("Nobody is written yet."), tr("Start with who serves at the clinic today."), first, size=112
        )
        first.setVisible(self._may)
        self.no_match = EmptyState(tr("Nobody is in this list."), tr("Choose another filter."), size=112)
        self.stack = QStackedWidget()
        for part in (SectionCard("", (self.table, 1), flush=True), self.empty, self.no_match):
            self.stack.addWidget(part)

    def _connect(self) -> None:
        desk = self.desk
        self.requests.clicked.connect(lambda: desk.open_page("staff_requests"))
        self.seminars.clicked.connect(lambda: desk.open_page("seminars"))
        self.new.clicked.connect(self.add)
        self.next.clicked.connect(self.advance)
        self.away.clicked.connect(lambda: self.note_absence(None))
        self.again.clicked.connect(lambda: self._place(None))
        self.edit.clicked.connect(self._correct)
        self.views.chosen.connect(lambda _: self._fill())
        self.table.selected.connect(lambda _: self._tell())
        self.table.opened.connect(lambda _: self.advance())
        self.person.corrected.connect(self._correct_line)
        self.person.taken_back.connect(self._take_back)
        self.cover.paper.clicked.connect(self.print_page)

    def reload(self) -> None:
        """Read everybody again; who is chosen stays chosen."""
        clinic = self.desk.clinic.id

        def ask(connection: Any) -> Known:
            in_doubt = conflicts(connection, clinic, b"", tables=("staff_person", "placement", "absence"))
            return people(connection, clinic), users_to_link(connection, clinic), in_doubt

        self.desk.tasks.read(ask, self._show, owner=self, latest=f"staff.{id(self)}")

    def primary(self) -> None:
        """F9: a new person."""
        self.add()

    def print_page(self) -> None:
        """F8: who serves and the calendar of days, on paper."""
        from ces_desktop.reports import staff as paper
        from ces_desktop.ui.print_frame import frame_of

        frame, held, clinic, today = frame_of(self.desk), self._held, self.desk.clinic.id, self.desk.today
        name = tr("staff_{clinic}_{day}").format(clinic=self.desk.clinic.prefix, day=today)
        self.desk.preview(tr("Staff"), partial(paper.staff_pdf, held, clinic, today, frame), f"{name}.pdf")

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.table.setFocus(event.reason())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.person.take_back()
        else:
            super().keyPressEvent(event)

    # ------------------------------------------------------------------ acts
    def _fresh(self) -> Id:
        return new_id(self.desk.tasks.database.clock())

    def add(self) -> None:
        """Somebody new, with their first placement."""
        if not self._may:
            return
        from ces_desktop.ui.dialogs.staff import PersonDialog

        fresh = self._fresh(), self._fresh()
        asked = PersonDialog(self, self._held, self._users, self.desk.today, fresh).ask()
        if asked is not None:
            self._wanted = asked[0].id
            self._write(partial(staff.add_person, request=asked[0], placement=asked[1]))

    def _correct(self) -> None:
        chosen = self.table.current()
        if chosen is None or not self._may:
            return
        from ces_desktop.ui.dialogs.staff import PersonDialog

        fresh = self._fresh(), self._fresh()
        asked = PersonDialog(self, self._held, self._users, self.desk.today, fresh, chosen).ask()
        if asked is not None:
            self._write(partial(staff.edit_person, request=asked[0]))

    def advance(self) -> None:
        """What becomes of the placement of who is chosen."""
        chosen = self.table.current()
        if chosen is None or not self._may:
            return
        if chosen.placement is None:
            self._place(None)
            return
        from ces_desktop.ui.dialogs.staff import MoveDialog

        asked = MoveDialog(self, chosen, chosen.placement, self.desk.today, self._may_take_off(chosen)).ask()
        if asked is not None:
            request, take_off = asked
            after = partial(self._take_off, chosen.user) if take_off and chosen.user else None
            self._write(partial(staff.move, request=request), after)

    def _may_take_off(self, person: Person) -> bool:
        mine = person.user == self.desk.actor.user
        return person.may_enter and not mine and self.desk.actor.may(Right.MANAGE_USERS) and self._opened is not None

    def _take_off(self, user: Id) -> None:
        """The sign-in of who left; a refusal is told and the end of the placement stays."""
        opened = self._opened
        assert opened is not None

        def done(_: object) -> None:
            self.desk.tasks.changed.emit(frozenset({"user_role"}))
            self.desk.toast(tr("The access was taken off."))

        self.desk.tasks.run(lambda _: users.leave(opened, user), done, owner=self)

    def _place(self, held: Entry | None) -> None:
        chosen = self.table.current()
        if chosen is None or not self._may:
            return
        from ces_desktop.data.queries.staff import Placement
        from ces_desktop.ui.dialogs.staff import PlacementDialog

        old = held if isinstance(held, Placement) else None
        request = PlacementDialog(self, chosen, self.desk.today, self._fresh(), old).ask()
        if request is not None:
            self._write(partial(staff.change_placement if old else staff.place, request=request))

    def note_absence(self, held: Absence | None) -> None:
        """Days away of who is chosen, new or corrected."""
        chosen = self.table.current()
        if chosen is None or not self._may:
            return
        from ces_desktop.ui.dialogs.staff import AbsenceDialog

        request = AbsenceDialog(self, chosen, self.desk.today, self._fresh(), held).ask()
        if request is not None:
            self._write(partial(staff.note_absence, request=request))

    def _correct_line(self, entry: Entry) -> None:
        if isinstance(entry, Absence):
            self.note_absence(entry)
        else:
            self._place(entry)

    def _take_back(self, entry: Entry) -> None:
        what = words.absence_words(entry.kind) if isinstance(entry, Absence) else words.role_words(entry.role)
        said = tr("{what}, {days}. It can be undone.").format(what=what, days=span(entry.from_on, entry.until_on))
        if not confirm(self, tr("Take this line back?"), said, tr("Take back")):
            return
        if isinstance(entry, Absence):
            self._write(partial(staff.remove_absence, absence=entry.id))
        else:
            self._write(partial(staff.remove_placement, placement=entry.id))

    def _write(self, action: Callable[..., Any], after: Callable[[], object] | None = None) -> None:
        def kept(outcome: Outcome[Any]) -> None:
            if outcome.touched:
                self.desk.toast(tr("Saved."), undo=True)
            else:  # no undo: Ctrl+Z would take back the act before
                self.desk.toast(tr("It stays as it was."))
            if after is not None:
                after()

        self.desk.tasks.write(action, kept, owner=self)

    # ------------------------------------------------------------------ shown
    def _show(self, read: Known) -> None:
        self._held, self._users, self._in_doubt = read
        self._loaded = True
        today, clinic = self.desk.today, self.desk.clinic.id
        self.views.set_counts({key: sum(fits(_state(p)) for p in self._held) for key, fits in _VIEWS.items()})
        self.views.setVisible(bool(self._held))
        self.cover.show_people(self._held, clinic, today)
        self.heading.set_sentence(today_words(self._held, clinic, today))
        self._fill()

    def _fill(self) -> None:
        fits = _VIEWS[self.views.value()]
        rows = [p for p in self._held if fits(_state(p))]
        rows.sort(key=lambda p: (_RANK[_state(p)], _role(p), _since(p), p.name.casefold(), p.id))
        current = self.table.current()
        wanted = self._wanted or (current.id if current else Id(b""))
        self.table.set_rows(rows, keep=lambda p: p.id == wanted)
        if any(p.id == self._wanted for p in rows):
            self._wanted = Id(b"")
        if self.table.current() is None:
            self.table.select_place(0)
        self.stack.setCurrentIndex(0 if rows or not self._loaded else 2 if self._held else 1)
        self._tell()

    def _tell(self) -> None:
        """Who is chosen, and what may be done."""
        chosen = self.table.current()
        self.person.setVisible(chosen is not None)
        reason = tr("Nobody is chosen") if self._may else tr("Your role does not include this")
        self.new.set_possible(self._may, tr("Your role does not include this"))
        for button in (self.next, self.away, self.again, self.edit):
            button.set_possible(self._may and chosen is not None, reason)
        if chosen is not None:
            doubts = [each for each in self._in_doubt if each.about == chosen.id]
            self.person.show_person(chosen, self.desk.today, doubts)

    def _term(self, person: Person) -> Cell:
        held = person.placement
        if held is None:
            return Cell(labels.DASH, tone="text3")
        said = " · ".join(part for part in (words.role_words(held.role), cohort_words(held.cohort)) if part)
        return Cell(span(held.from_on, held.until_on), said)

    def _state(self, person: Person) -> Cell:
        held, today = person.placement, self.desk.today
        if held is None:
            return Cell(chip=("unknown", tr("No placement")))
        away = person.away(today)
        if held.state == "in_service" and away is not None:
            return Cell(chip=("due", tr("Away")), caption="")
        wants = held.attention(today)
        if wants == "end":
            return Cell(chip=("bad", tr("Term is over")))
        if wants == "begin":
            return Cell(chip=("bad", tr("Should have begun")))
        if wants == "soon" and held.until is not None:
            n = (held.until - today).days
            return Cell(chip=("warn", trn("{n} day left", "{n} days left", n).format(n=n)))
        return Cell(chip=(CHIPS[held.state], words.state_words(held.state)))


def _state(person: Person) -> str:
    return person.placement.state if person.placement else ""


def _role(person: Person) -> int:
    return ROLES.index(person.placement.role) if person.placement else len(ROLES)


def _from(person: Person) -> str | None:
    return person.placement.from_on or None if person.placement else None


def _since(person: Person) -> int:
    """Newest first among those who were here, soonest first among those to come."""
    held = person.placement
    day = held.first.toordinal() if held and held.first else 10**7
    return -day if held and held.state in ("finished", "left") else day


def today_words(held: tuple[Person, ...], clinic: Id, today: date) -> str:
    """Who is there as physician today."""
    if not held:
        return tr("Who serves, who comes, who was here")
    serving = [
        p
        for p in held
        for q in p.placements
        if q.at == clinic and q.role == "physician" and q.state == "in_service"
        and (q.first is None or q.first <= today) and (q.until is None or today <= q.until)
    ]  # fmt: skip
    here = [p.name for p in serving if p.away(today) is None]
    if here:
        return tr("Physician today: {names}").format(names=", ".join(here))
    return tr("The physician is away today") if serving else tr("No physician is placed here today")
