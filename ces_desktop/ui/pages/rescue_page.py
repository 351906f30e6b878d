"""The rescue list: who must be looked for, in which order, how to find them, and what came of it with one key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QStackedWidget

from ces_desktop.data.database import Outcome as Done
from ces_desktop.data.measures import thresholds
from ces_desktop.data.queries.rescue import RescueList, RescueRow, rescue_list
from ces_desktop.data.queries.whereabouts import whereabouts
from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.domain.rescue import RISKS, TABS, Tab
from ces_desktop.i18n import tr, trn
from ces_desktop.services.rescue import ContactRequest, record_outcome
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.messages import patients as wording
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages import rescue_words as words
from ces_desktop.ui.pages.rescue_detail import RescueDetail, nearest
from ces_desktop.ui.pages.rescue_outcomes import Noted, OutcomeBar
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    Drawer,
    EmptyState,
    Heading,
    ScrollBody,
    SectionCard,
    Wrapped,
    box,
    column,
    row,
)

WIDE = 1100
"""Page width in design px from which the way to the person stands beside the table; below it is a drawer."""
DETAIL, LOW = 280, 420
OVERDUE: tuple[Tab, ...] = ("late", "rescue", "lost")


def read_list(connection: Any, clinic: Id, today: date) -> tuple[RescueList, int]:
    """The list of a day, and the longest promise in days."""
    return rescue_list(connection, clinic, today), thresholds(connection).value("rescue.promise_days", today)


class RescuePage(Page):
    """Tabs, table, the way to the person, letters in the bar. Enter and F9 open the record."""

    topics = frozenset(
        {"patient", "patient_status", "same_as", "household", "community", "enrolment", "encounter", "observation",
         "appointment", "contact", "prescription", "prescription_stop", "condition", "encounter_diagnosis"}
    )  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._list: RescueList | None = None
        self._promise_days = 0
        self._community = ""
        self._next: Id | None = None
        self._left: list[Id] = []
        self._watched: Id | None = None
        self.heading = Heading(tr("Rescue"), tr("Late people, by clinical risk"))
        self._tab: Tab = "rescue"
        self.tabs = {tab: Button(word, "filter") for tab, word in _tabs().items()}
        for tab, button in self.tabs.items():
            button.clicked.connect(partial(self.choose_tab, tab))
        self.communities = Button(tr("All communities"), "filter", icon="map-pin")
        self.communities.clicked.connect(self._offer_communities)
        self.way = Button(tr("How to find them"), "filter", icon="panel-right")
        self.way.clicked.connect(self._toggle_way)
        self.table = RecordTable[RescueRow](_columns(desk.today), name=tr("Rescue"))
        self.table.opened.connect(self._open)
        self.table.selected.connect(lambda _: self._show_person())
        self.table.setWhatsThis(
            tr("A letter of the bar notes what came of looking for the person; with Shift it asks on which day.")
        )
        self.week = Button("", "primary", icon="calendar")
        self.week.clicked.connect(partial(self.choose_tab, "week"))
        self.empty = EmptyState(" ", " ", self.week, size=112)
        self.stack = QStackedWidget()
        self.stack.addWidget(SectionCard("", (self.table, 1), flush=True))
        self.stack.addWidget(SectionCard("", (ScrollBody(column((self.empty, 1)), 0), 1)))
        self.detail = RescueDetail(desk.today)
        self.detail.opened.connect(self.primary)
        self.bar = OutcomeBar(desk.today)
        self.bar.noted.connect(self._note)
        self.bar.closed.connect(lambda: self.table.setFocus(Qt.FocusReason.OtherFocusReason))
        self._body = row((self.stack, 1), gap=14)
        narrowed = Wrapped(*self.tabs.values(), self.way, self.communities, spread=True)
        inner = box(column(self.heading, narrowed, (self._body, 1), gap=12, margins=(20, 12, 20, 12)))
        self.setLayout(column((inner, 1), self.bar, gap=0))
        self.drawer = Drawer(inner, self.detail, 320)
        self.way.hide()
        self.setFocusProxy(self.table)
        self._show_possible()

    # ------------------------------------------------------------------ reading
    def reload(self) -> None:
        """Read the list again; who is chosen stays chosen, or the next one is."""
        query = partial(read_list, clinic=self.desk.clinic.id, today=self.desk.today)
        self.desk.tasks.read(query, self._show, owner=self, latest="rescue")

    def _show(self, answer: tuple[RescueList, int]) -> None:
        self._list, self._promise_days = answer
        self.counted.emit("rescue", len(self._list.tabs["rescue"]))
        known = {r.patient.community for r in self._everybody()}
        if self._community and self._community not in known:
            self._community = ""
        self._draw(self._whom_to_keep())

    def _whom_to_keep(self) -> Id | None:
        """The next one after an outcome, somebody who came back by an undo, else the one chosen."""
        here = {r.patient.person for r in self._rows()}
        if self._watched is not None:
            if self._watched not in here:
                self._left.append(self._watched)
            self._watched = None
        elif self._left and self._left[-1] in here:
            return self._left.pop()
        current = self.table.current()
        kept, self._next = self._next, None
        return kept if kept in here else current.patient.person if current else None

    def _everybody(self) -> list[RescueRow]:
        return [r for tab in TABS for r in self._list.tabs[tab]] if self._list else []

    def _rows(self, tab: Tab | None = None) -> Sequence[RescueRow]:
        rows = self._list.tabs[tab or self._tab] if self._list else ()
        return [r for r in rows if not self._community or r.patient.community == self._community]

    # ------------------------------------------------------------------ drawing
    def _draw(self, keep: Id | None = None) -> None:
        if self._list is None:
            return
        rows = self._rows()
        for tab, button in self.tabs.items():
            button.set_count(len(self._rows(tab)))
            button.setChecked(tab == self._tab)
        self.communities.set_words(self._community or tr("All communities"))
        self.communities.setChecked(bool(self._community))
        self.table.set_rows(rows, keep=lambda r: r.patient.person == keep)
        if rows and self.table.current() is None:
            self.table.select_place(0)
        self.heading.set_sentence(self._sentence(len(rows)))
        self._show_empty()
        focused = self.table.hasFocus()
        self.stack.setCurrentIndex(0 if rows else 1)
        self._share_room()
        if focused and not rows:
            self.week.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_person()

    def _sentence(self, n: int) -> str:
        if not n:
            return tr("Late people, by clinical risk")
        if self._tab == "resolved":
            return trn("{n} person, the latest first", "{n} people, the latest first", n).format(n=labels.number(n))
        said = trn(
            "{n} person, sorted by risk, medicine left and household",
            "{n} people, sorted by risk, medicine left and household",
            n,
        )
        return said.format(n=labels.number(n))

    def _show_empty(self) -> None:
        week = self._rows("week")
        facts = {
            "week": tr("Nobody is due this week."),
            "late": tr("Nobody is late."),
            "rescue": tr("Nobody to rescue."),
            "lost": tr("Nobody was lost."),
            "waiting": tr("Nobody is waited for."),
            "resolved": tr("Nobody came back or left lately."),
        }
        self.empty.fact.set_text(facts[self._tab])
        self.empty.next_step.set_text(self._next_step(week))
        self.empty.setAccessibleName(f"{facts[self._tab]} {self._next_step(week)}")
        self.week.set_words(tr("See this week ({n})").format(n=len(week)))
        self.week.setVisible(bool(week) and self._tab != "week")

    def _next_step(self, week: Sequence[RescueRow]) -> str:
        if self._tab in ("waiting", "resolved"):
            return tr("Who is found or promises to come waits here until that day.")
        if not week or self._tab == "week":
            return tr("People in programmes appear here when their day comes.")
        first = min(week, key=lambda r: r.entry.due_on)
        due = labels.day(first.entry.due_on)
        return tr("Next due: {name} · {day}").format(name=first.patient.name, day=due)

    def _show_person(self) -> None:
        chosen = self.table.current() if self._rows() else None
        overdue = [r for tab in OVERDUE for r in self._list.tabs[tab]] if self._list and chosen else []
        self.detail.show_row(chosen, nearest(chosen, overdue) if chosen else ())
        self.bar.set_person(chosen.patient.name if chosen else "", self._promise_days)
        self._show_possible()
        if chosen is not None:
            query = partial(whereabouts, clinic=self.desk.clinic.id, who=chosen.entry.member)
            self.desk.tasks.read(query, self.detail.show_whereabouts, owner=self, latest="rescue.person")

    def _show_possible(self) -> None:
        actor, chosen = self.desk.actor, self.table.current()
        gone = chosen is not None and chosen.patient.status != "active"
        may = actor.may(Right.RECORD_CARE)
        reason = tr("Nobody is chosen") if may else tr("Your role does not include noting contacts")
        if gone:
            reason = tr("This person is no longer here")
        self.bar.set_possible(may and chosen is not None and not gone, actor.may(Right.REGISTER_PATIENTS), reason)

    # ------------------------------------------------------------------ acting
    def primary(self) -> None:
        """F9: open the record of who is chosen."""
        self._open(self.table.current())

    def _open(self, chosen: RescueRow | None) -> None:
        if chosen is not None:
            self.desk.open_patient(chosen.patient.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if event.key() == Qt.Key.Key_Escape and self.bar.asking:
            self.bar.cancel()
        elif event.key() == Qt.Key.Key_Escape and self.drawer.isVisible():
            self._toggle_way()
        elif held or not self.table.hasFocus() or not self.bar.take(event.text().upper(), shifted):
            super().keyPressEvent(event)

    def _note(self, noted: Noted) -> None:
        chosen = self.table.current()
        if chosen is None:
            return
        place, rows = self.table.currentIndex().row(), self.table.records.rowCount()
        follower = place + 1 if place + 1 < rows else place - 1
        if follower >= 0:
            self._next = self.table.records.row_at(follower).patient.person
            self.table.select_place(follower)
        request = ContactRequest(
            new_id(self.desk.tasks.database.clock()), chosen.patient.id, noted.outcome, noted.happened_on,
            how=noted.how, promised_on=noted.promised_on, left_on=noted.left_on, cause=noted.cause,
        )  # fmt: skip
        self.desk.tasks.write(
            partial(record_outcome, request=request), partial(self._noted, chosen, noted), owner=self
        )

    def _noted(self, chosen: RescueRow, noted: Noted, _: Done[Id]) -> None:
        self._watched = chosen.patient.person
        said = words.outcome(noted.outcome, noted.how)
        if noted.promised_on:
            said = tr("Promised to come on {day}").format(day=labels.day(noted.promised_on))
        self.desk.toast(f"{chosen.patient.name}: {said[:1].lower()}{said[1:]}.", undo=True)

    def choose_tab(self, tab: Tab) -> None:
        """Show the people of another tab."""
        self._tab = tab
        self._left.clear()
        self._draw()
        for each, button in self.tabs.items():
            button.setChecked(each == tab)
        self.table.select_place(0)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _offer_communities(self) -> None:
        menu = QMenu(self)
        menu.addAction(tr("All communities")).triggered.connect(lambda: self.choose_community(""))
        for name in sorted({r.patient.community for r in self._everybody() if r.patient.community}):
            act = menu.addAction(name.replace("&", "&&"))
            act.triggered.connect(lambda _=False, name=name: self.choose_community(name))
        self.communities.setChecked(bool(self._community))
        menu.setActiveAction(menu.actions()[0])
        menu.popup(self.communities.mapToGlobal(QPoint(0, self.communities.height())))

    def choose_community(self, name: str) -> None:
        """Only people of one community; "" = everybody."""
        self._community = name
        self._draw()
        self.table.select_place(0)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------------ narrow windows
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        """The way to the person beside the table or in the drawer; neither that nor letters for an empty list."""
        wide, someone = self.width() >= px(WIDE), self.stack.currentIndex() == 0
        self.heading.setVisible(self.height() >= px(LOW))  # the rail says where one is
        self.bar.setVisible(someone)
        self.way.setVisible(someone and not wide)
        if wide and self.drawer.isAncestorOf(self.detail):
            self.drawer.hide()
            self._body.addWidget(self.detail)
        elif not wide and not self.drawer.isAncestorOf(self.detail):
            layout = self.drawer.layout()
            assert layout is not None
            layout.addWidget(self.detail)
        self.way.setChecked(self.drawer.isVisible())
        self.detail.setVisible(someone)
        self.detail.setFixedWidth(px(DETAIL if wide else 288))

    def _toggle_way(self) -> None:
        self.drawer.toggle()
        self.way.setChecked(self.drawer.isVisible())


def _tabs() -> dict[Tab, str]:
    return {
        "week": tr("This week"),
        "late": tr("1–90 days"),
        "rescue": tr("Rescue"),
        "lost": tr("Lost ≥ 12 months"),
        "waiting": tr("Waited for"),
        "resolved": tr("Resolved"),
    }


def _columns(today: date) -> list[Column[RescueRow]]:
    def person(r: RescueRow) -> Cell:
        who = r.patient
        house = str(who.household_number) if who.household_number is not None else ""
        place = who.community or tr("no community")
        parts = wording.age(who.age_on(today)), wording.sex(who.identity.sex), place, house
        return Cell(who.name, " · ".join(part for part in parts if part), strong=True)

    def why(r: RescueRow) -> Cell:
        parts = words.programmes(r.entry.programmes), words.reading_kind(r.entry.why)
        text = words.reading_and_day(r.entry.why, today)
        return Cell(text, " · ".join(part for part in parts if part), strong=True)

    return [
        Column(tr("Risk"), lambda r: Cell(chip=words.risk(r.entry)), 112, sort=lambda r: RISKS.index(r.entry.risk)),
        Column(tr("Person · community · household"), person, sort=lambda r: r.patient.name),
        Column(tr("Why"), why, 204, droppable=True),
        Column(tr("Late"), lambda r: Cell(words.late(r.entry.days_late)), 84, "right", lambda r: r.entry.days_late),
        Column(tr("Medicine"), _medicine, 122, sort=lambda r: r.entry.medicine_days, droppable=True),
        Column(tr("Last contact"), lambda r: Cell(*words.last_contact(r.entry, today)), 168, droppable=True),
    ]


def _medicine(r: RescueRow) -> Cell:
    chip = words.medicine(r.entry.medicine_days)
    return Cell(chip=chip) if chip else Cell(labels.DASH)

