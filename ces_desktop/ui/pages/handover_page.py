"""The handover of the clinic: what the next physician must know, line by line, and who acknowledged each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QStackedWidget

from ces_desktop.data.queries.handover import HandoverFile, HandoverRow, Line, handover_file, handover_rows
from ces_desktop.data.queries.users import UserRow, user_rows
from ces_desktop.domain.access import Right, Role
from ces_desktop.domain.handover import SECTIONS
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import tr, trn
from ces_desktop.reports import handover_words as words
from ces_desktop.services import handover
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.messages import patients as wording
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages.handover_acts import HandoverActs
from ces_desktop.ui.pages.handover_detail import LineDetail
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    EmptyState,
    Filters,
    Heading,
    OutcomeKey,
    ScrollBody,
    SectionCard,
    Wrapped,
    box,
    column,
    row,
)

DETAIL, NARROW_DETAIL, WIDE = 360, 290, 1_000
VIEWS = ("open", "all", "left_out")
PLACES = {"supply": "item", "order": "order", "equipment": "equipment"}
"""Where Enter leads from a line that is about no person."""


@dataclass(frozen=True, slots=True)
class Read:
    """What the page shows: all handovers, the one looked at, and who may take over."""

    rows: tuple[HandoverRow, ...]
    file: HandoverFile | None
    physicians: tuple[UserRow, ...]


def read_handover(connection: Any, clinic: Id, today: Any, wanted: Id | None) -> Read:
    """The handover that is wanted, else the newest."""
    rows = handover_rows(connection, clinic)
    chosen = wanted if any(r.id == wanted for r in rows) else rows[0].id if rows else None
    people = tuple(u for u in user_rows(connection, clinic, today) if Role.PHYSICIAN in u.roles)
    return Read(rows, handover_file(connection, clinic, chosen) if chosen else None, people)


class HandoverPage(Page):
    """Enter opens what a line is about. R (F9 of who takes over) acknowledges and goes on to the next; who hands over
    writes with E (F9), adds with N, leaves out with F. F8 prints."""

    topics = frozenset({"handover", "handover_line", "app_user", "patient", "same_as", "patient_status"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._read: Read | None = None
        self._wanted: Id | None = None
        self._section = ""
        self._next: Id | None = None
        self._signs = desk.actor.may(Right.SIGN_CONSULTS)
        self.acts = HandoverActs(self)
        self._make_heading()
        self._make_body()
        self._make_bar()
        inner = column(self.top, self.choice, (self._body, 1), gap=12, margins=(20, 12, 20, 12))
        self.setLayout(column((inner, 1), self.bar, gap=0))
        self.setFocusProxy(self.table)

    def _make_heading(self) -> None:
        self.heading = Heading(tr("Handover of the clinic"), " ")
        self.refresh = Button(tr("Bring up to date"), "secondary", icon="refresh-cw")
        self.refresh.clicked.connect(self._refresh)
        self.incoming = Button(tr("Who takes over"), "secondary", icon="user")
        self.incoming.clicked.connect(self._name_incoming)
        self.print_button = Button(tr("Print"), "secondary", icon="printer", cap="F8")
        self.print_button.clicked.connect(self.print_page)
        self.new = Button(tr("Prepare the handover"), "secondary", icon="list-checks")
        self.new.clicked.connect(self._begin)
        shown = [("open", tr("To acknowledge")), ("all", tr("All")), ("left_out", tr("Not handed over"))]
        self.views = Filters(shown, "all")
        self.views.chosen.connect(lambda _: self._fill())
        self.sections = Button(tr("All sections"), "filter", icon="funnel")
        self.sections.clicked.connect(self._offer_sections)
        self.earlier = Button(tr("Earlier ones"), "filter", icon="history")
        self.earlier.clicked.connect(self._offer_earlier)
        buttons = row(self.incoming, self.refresh, self.new, self.print_button)
        self.top = box(Wrapped(self.heading, box(buttons), spread=True))
        self.choice = box(Wrapped(self.views, self.sections, self.earlier))

    def _make_body(self) -> None:
        columns: list[Column[Line]] = [
            Column(tr("Section"), lambda x: Cell(words.section(x.section), tone="text2"), 140, droppable=True),
            Column(tr("Who or what"), self._about),
            Column(tr("What to know"), _told, 270, droppable=True),
            Column(tr("Acknowledged"), self._state, 178),
        ]
        self.table = RecordTable(columns, name=tr("Handover of the clinic"))
        self.table.opened.connect(self._open)
        self.table.selected.connect(lambda _: self._tell())
        first = Button(tr("Prepare the handover"), "primary", icon="list-checks")
        first.clicked.connect(self._begin)
        self.empty = EmptyState(
            tr("No handover has been prepared."),
            tr("It gathers from the data what the next physician must know, and lets you write beside it."),
            first,
            size=112,
        )
        first.setVisible(self._signs)
        self.nothing = EmptyState(tr("No line fits."), tr("Choose another filter."), size=112)
        self.stack = QStackedWidget()
        for part in (SectionCard("", (self.table, 1), flush=True), self.empty, self.nothing):
            self.stack.addWidget(part)
        self.detail: LineDetail = LineDetail()
        self.detail.opened.connect(lambda: self._open(self.table.current()))
        self.side = ScrollBody(column(self.detail, None), 0)
        self._body = row((self.stack, 1), self.side, gap=14)

    def _make_bar(self) -> None:
        self.read_key = OutcomeKey("R", tr("Acknowledge"))
        self.write_key = OutcomeKey("E", tr("Write"))
        self.add_key = OutcomeKey("N", tr("New line"))
        self.out_key = OutcomeKey("F", tr("Leave out"))
        self.keys = (self.read_key, self.write_key, self.add_key, self.out_key)
        for key, act in zip(self.keys, (self._acknowledge, self._write, self._add, self._leave_out), strict=True):
            key.clicked.connect(act)
        self.main = Button(tr("Acknowledge"), "primary", icon="check", shortcut="F9")
        self.main.clicked.connect(self.primary)
        self.bar = DockedBar(self.main, lead=self.keys)

    # ------------------------------------------------------------------ reading
    def reload(self) -> None:
        """Read the handover again; the line chosen stays chosen, or the next to acknowledge is."""
        query = partial(read_handover, clinic=self.desk.clinic.id, today=self.desk.today, wanted=self._wanted)
        self.desk.tasks.read(query, self._show, owner=self, latest=f"handover.{id(self)}")

    def _show(self, read: Read) -> None:
        self._read = read
        self._fill()

    @property
    def _file(self) -> HandoverFile | None:
        return self._read.file if self._read else None

    @property
    def _mine(self) -> bool:
        """Whether the person hands over; else they may take over."""
        return self._file is not None and self._file.head.outgoing == self.desk.actor.user

    def _takes(self) -> bool:
        file = self._file
        named = file is not None and file.head.incoming in (None, self.desk.actor.user)
        return self._signs and named and not self._mine

    # ------------------------------------------------------------------ drawing
    def _fill(self) -> None:
        file = self._file
        lines = file.lines if file else ()
        held = {view: [x for x in lines if _fits(view, x)] for view in VIEWS}
        self.views.set_counts({view: len(rows) for view, rows in held.items()})
        present = [s for s in SECTIONS if any(x.section == s for x in lines)]
        if self._section not in present:
            self._section = ""
        self.sections.set_words(words.section(self._section) if self._section else tr("All sections"))
        self.sections.setChecked(bool(self._section))
        rows = [x for x in held[self.views.value() or "all"] if not self._section or x.section == self._section]
        current, wanted = self.table.current(), self._next
        keep = wanted or (current.id if current else None)
        if keep is None and self._takes():
            keep = next((x.id for x in rows if not x.read and not x.left_out), None)
        self._next = None
        self.table.set_rows(rows, keep=lambda x: x.id == keep)
        if rows and self.table.current() is None:
            self.table.select_place(0)
        self.stack.setCurrentIndex(0 if rows else 1 if file is None else 2)
        for part in (self.views, self.sections, self.print_button):
            part.setVisible(file is not None)
        self.earlier.setVisible(self._read is not None and len(self._read.rows) > 1)
        self.heading.set_sentence(self._sentence())
        self._tell()

    def _sentence(self) -> str:
        file = self._file
        if file is None:
            return tr("What the next physician must know")
        head = file.head
        said = [labels.day(head.day), f"{head.outgoing_name} → {head.incoming_name or tr('not known yet')}"]
        progress = head.progress
        told = trn("{read} of {n} line acknowledged", "{read} of {n} lines acknowledged", progress.lines)
        said.append(told.format(read=progress.read, n=progress.lines))
        return " · ".join(said)

    def _about(self, line: Line) -> Cell:
        if line.patient is not None:
            return Cell(words.title(line), wording.meta(line.patient, self.desk.today), strong=True)
        said = [] if line.section == "other" else words.facts(line)[:1]
        return Cell(words.title(line), " · ".join(said), strong=True)

    def _state(self, line: Line) -> Cell:
        if line.left_out:
            return Cell(chip=("neutral", tr("Not handed over")))
        if line.read_at is not None:
            return Cell(chip=("ok", tr("Acknowledged")))
        return Cell(chip=("due", tr("To acknowledge")))

    def _tell(self) -> None:
        """What is known of the chosen line, and what may be done with it."""
        file, line = self._file, self.table.current()
        self.side.setVisible(line is not None)
        if line is not None:
            self.detail.show_line(line, self.desk.today)
        mine, takes = self._mine, self._takes()
        reason = tr("Your role does not include this") if not self._signs else tr("Nothing is chosen")
        unread = line is not None and not line.read
        may_read = takes and unread and line is not None and not line.left_out
        self.read_key.setVisible(not mine)
        for key in (self.write_key, self.add_key, self.out_key):
            key.setVisible(mine)
        self.read_key.set_possible(may_read, reason)
        self.write_key.set_possible(mine and unread, reason)
        self.add_key.set_possible(mine, reason)
        self.out_key.set_possible(mine and unread, reason)
        self.main.set_words(tr("Write") if mine else tr("Acknowledge") if file else tr("Prepare the handover"))
        self.main.set_possible(mine and unread if mine else may_read if file else self._signs, reason)
        for button in (self.refresh, self.incoming):
            button.setVisible(mine)
        done = file is not None and (not mine or file.head.progress.done)
        self.new.setVisible(self._signs and done)
        self.bar.set_state(None, self._standing())

    def _standing(self) -> str:
        file = self._file
        if file is None:
            return ""
        if not self._signs:
            return tr("Your role does not include this")
        if not self._mine and not self._takes():
            return tr("For {name}").format(name=file.head.incoming_name)
        left = file.head.progress.lines - file.head.progress.read
        if not left:
            return tr("All is acknowledged.") if file.head.progress.lines else ""
        return trn("{n} line to acknowledge", "{n} lines to acknowledge", left).format(n=left)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the window is narrow the detail takes less."""
        super().resizeEvent(event)
        width = DETAIL if self.width() >= px(WIDE) else NARROW_DETAIL
        self.side.setFixedWidth(px(width))
        self.detail.setFixedWidth(px(width - 14))

    # ------------------------------------------------------------------ acting
    def primary(self) -> None:
        """F9: acknowledge, write, or prepare the first handover."""
        if self._file is None:
            self._begin()
        elif self._mine:
            self._write()
        else:
            self._acknowledge()

    def print_page(self) -> None:
        """F8: the handover on paper."""
        file = self._file
        if file is not None:
            from ces_desktop.ui.pages.handover_papers import show_paper

            show_paper(self, file.head.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        acts = {
            Qt.Key.Key_R: (self.read_key, self._acknowledge), Qt.Key.Key_E: (self.write_key, self._write),
            Qt.Key.Key_N: (self.add_key, self._add), Qt.Key.Key_F: (self.out_key, self._leave_out),
        }  # fmt: skip
        key, act = acts.get(Qt.Key(event.key()), (None, None))
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        if key is not None and act is not None and plain and not key.isHidden() and key.isEnabled():
            act()
        else:
            super().keyPressEvent(event)

    def _open(self, line: Line | None) -> None:
        if line is None or line.about is None:
            return
        if line.about_type == "patient":
            self.desk.open_patient(line.about)
        elif line.section == "equipment":
            self.desk.open_page("equipment")
        elif line.section in PLACES:
            self.desk.go_to(PLACES[line.section], (line.about,))

    def _acknowledge(self) -> None:
        line = self.table.current()
        if line is None or not self._takes() or line.read or line.left_out:
            return
        assert self._file is not None
        self._next = self._after(line)
        self.acts.do(self._file, handover.acknowledge, tr("Acknowledged."), line=line.id)

    def _after(self, line: Line) -> Id | None:
        """The next line that nobody acknowledged, from there on and then from the start."""
        model = self.table.records
        rows = [model.row_at(n) for n in range(model.rowCount())]
        at = next((n for n, x in enumerate(rows) if x.id == line.id), 0)
        return next((x.id for x in [*rows[at + 1 :], *rows[:at]] if not x.read and not x.left_out), None)

    def _write(self) -> None:
        line = self.table.current()
        if self._file is not None and line is not None and self._mine and not line.read:
            self.acts.write(self._file, line)

    def _add(self) -> None:
        if self._file is not None and self._mine:
            self._next = self.acts.add(self._file)

    def _leave_out(self) -> None:
        line = self.table.current()
        if self._file is not None and line is not None and self._mine and not line.read:
            self.acts.leave_out(self._file, line)

    def _refresh(self) -> None:
        if self._file is not None and self._mine:
            self.acts.refresh(self._file)

    def _begin(self) -> None:
        if self._signs and self._read is not None:
            self._wanted = self.acts.begin(self._others()) or self._wanted

    def _name_incoming(self) -> None:
        if self._file is not None and self._mine:
            self.acts.name_incoming(self._file, self._others())

    def _others(self) -> list[UserRow]:
        return [u for u in self._read.physicians if u.id != self.desk.actor.user] if self._read else []

    # ------------------------------------------------------------------ choosing
    def _offer_sections(self) -> None:
        lines = self._file.lines if self._file else ()
        menu = QMenu(self)
        menu.addAction(tr("All sections"), partial(self._choose_section, ""))
        for section in SECTIONS:
            n = sum(x.section == section for x in lines)
            if n:
                menu.addAction(f"{words.section(section)} ({n})", partial(self._choose_section, section))
        self._popup(menu, self.sections)

    def _offer_earlier(self) -> None:
        menu = QMenu(self)
        for each in self._read.rows if self._read else ():
            said = f"{labels.day(each.day)} · {each.outgoing_name} · {each.progress.read}/{each.progress.lines}"
            menu.addAction(said, partial(self._choose, each.id))
        self._popup(menu, self.earlier)

    def _popup(self, menu: QMenu, button: Button) -> None:
        button.setChecked(button is self.sections and bool(self._section))
        menu.aboutToHide.connect(lambda: QTimer.singleShot(0, menu, menu.deleteLater))
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + px(4))))

    def _choose_section(self, section: str) -> None:
        self._section = section
        self._fill()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self, key: Id) -> None:
        self._wanted = key
        self.reload()


def _fits(view: str, line: Line) -> bool:
    if view == "all":
        return not line.left_out
    return bool(line.left_out) if view == "left_out" else not line.left_out and not line.read


def _told(line: Line) -> Cell:
    """The facts in brief; what was written by hand goes first."""
    said = words.facts(line)
    if line.patient is None:
        said = said[1:]
    brief = " · ".join(said[:2])
    if line.words and line.section != "other":
        return Cell(line.words, brief)
    return Cell(brief, " · ".join(said[2:]))
