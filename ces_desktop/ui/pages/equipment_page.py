"""The equipment of the clinic: what works, what does not, what is due; faults, repairs and their history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget

from ces_desktop.data.database import Outcome
from ces_desktop.data.queries.equipment import Happened, Piece, kinds_of_equipment, pieces
from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.domain.supply.equipment import Due, EventKind
from ces_desktop.i18n import language, tr, trn
from ces_desktop.services import equipment
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.icons import State
from ces_desktop.ui.messages import equipment as words
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages import equipment_file
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    EmptyState,
    Filters,
    Heading,
    ScrollBody,
    SectionCard,
    Text,
    TextField,
    Wrapped,
    box,
    column,
    confirm,
    row,
)
from ces_desktop.ui.widgets.combo import folded

DETAIL, NARROW_DETAIL, WIDE = 372, 300, 1_000
DONE: tuple[EventKind, ...] = ("calibration", "maintenance", "repair", "check", "retired")
"""What can be noted beside a fault, the most frequent first."""
_CHIPS: dict[str, State] = {
    "working": "ok", "partly": "warn", "broken": "bad", "away": "due", "retired": "neutral", "unknown": "unknown",
}  # fmt: skip
_RANK = {"broken": 0, "partly": 1, "away": 2, "unknown": 3, "working": 4, "retired": 5}
_VIEWS: dict[str, Callable[[Piece, date], bool]] = {
    "here": lambda p, today: p.state != "retired",
    "broken": lambda p, today: p.state in ("broken", "partly", "away"),
    "due": lambda p, today: any(d.wants for d in p.duties(today)),
    "retired": lambda p, today: p.state == "retired",
}


class EquipmentPage(Page):
    """List and history. F9 reports a fault of the chosen piece, Enter notes what was done, Del takes a note back."""

    topics = frozenset({"equipment", "equipment_event"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._held: tuple[Piece, ...] = ()
        self._known: tuple[tuple[Id, str, str], ...] = ()
        self._loaded = False
        self._wanted: Id | None = None
        self._told: list[Id] = []
        self._may = desk.actor.may(Right.KEEP_STOCK)
        self.new = Button(tr("New piece"), "secondary", icon="plus")
        self.save = Button(tr("Save the list"), "secondary", icon="download")
        self.heading = Heading(tr("Equipment"), "")
        self.views = Filters(
            [("here", tr("In use")), ("broken", tr("With a fault")), ("due", tr("Calibration or service")),
             ("retired", tr("Withdrawn"))],
            "here",
        )  # fmt: skip
        self.filter = TextField(width=230, placeholder=tr("name, serial or place"), limit=200)
        self.filter.setAccessibleName(tr("Filter the equipment"))
        self._make_table()
        self._make_detail()
        self.fault = Button(tr("Report a fault"), "primary", icon="triangle-alert", shortcut="F9")
        self.done = Button(tr("Note what was done"), "secondary", icon="wrench", cap="Enter")
        self.edit = Button(tr("Correct"), "secondary", icon="pencil")
        self.bar = DockedBar(self.fault, self.done, self.edit)
        self.side = ScrollBody(column(self.detail), 0)
        body = row((self.stack, 1), self.side, gap=14)
        top = box(Wrapped(self.heading, box(row(self.filter, self.save, self.new)), spread=True))
        self.setLayout(
            column((column(top, self.views, (body, 1), gap=12, margins=(20, 12, 20, 12)), 1), self.bar, gap=0)
        )
        self.setFocusProxy(self.table)
        self._connect()

    def _make_table(self) -> None:
        self.table = RecordTable[Piece](
            [
                Column(tr("Piece"), lambda p: Cell(p.name, _about(p), strong=True), sort=lambda p: p.name.casefold()),
                Column(tr("Place"), lambda p: Cell(p.location or labels.DASH, words.owner_words(p.owner)), 150,
                       sort=lambda p: p.location.casefold() or None, droppable=True),
                Column(tr("State"), self._state, 168, sort=lambda p: _RANK[p.state]),
                Column(tr("Next duty"), self._due, 156, sort=self._due_day),
            ],
            name=tr("Equipment"),
            type_ahead=True,
        )  # fmt: skip
        first = Button(tr("New piece"), "primary", icon="plus")
        first.clicked.connect(self._add)
        self.empty = EmptyState(
            tr("No equipment is registered yet."), tr("Start with what a consult cannot do without."), first, size=112
        )
        first.setVisible(self._may)  # not before it has a place: it would be shown as a window of its own
        self.no_match = EmptyState(tr("No piece fits."), tr("Choose another filter, or write less."), size=112)
        self.stack = QStackedWidget()
        for part in (SectionCard("", (self.table, 1), flush=True), self.empty, self.no_match):
            self.stack.addWidget(part)

    def _make_detail(self) -> None:
        self.named = Text("", "strong", wrap=True)
        self.facts, self.duties = Text("", "small", wrap=True), Text("", "small", wrap=True)
        self.note = Text("", "caption", wrap=True)
        self.history = RecordTable[Happened](
            [Column(tr("What happened"), self._event, 0), Column(tr("Day"), lambda h: Cell(labels.day(h.day)), 104)],
            name=tr("History of the piece"),
        )
        self.back = Button(tr("Take back"), "ghost", cap="Del")
        self.nothing = Text(tr("Nothing was noted of it yet."), "muted", wrap=True)
        self.detail = SectionCard(
            tr("History of the piece"), self.named, self.facts, self.duties, self.note, (self.history, 1),
            self.nothing, row(self.back, None),
            icon="stethoscope", pad=14,
        )  # fmt: skip
        self.history.setMinimumHeight(px(170))

    def _connect(self) -> None:
        self.new.set_possible(self._may, tr("Your role does not include this"))
        self.new.clicked.connect(self._add)
        self.save.clicked.connect(self._save)
        self.fault.clicked.connect(self.primary)
        self.done.clicked.connect(lambda: self._note(DONE))
        self.edit.clicked.connect(self._correct)
        self.back.clicked.connect(self._take_back)
        self.views.chosen.connect(lambda _: self._fill())
        self.filter.changed.connect(self._fill)
        self.table.selected.connect(lambda _: self._tell())
        self.table.opened.connect(lambda _: self._note(DONE))

    def reload(self) -> None:
        """Read the register again; what is chosen stays chosen."""
        clinic = self.desk.clinic.id

        def ask(connection: Any) -> tuple[tuple[Piece, ...], tuple[tuple[Id, str, str], ...]]:
            return pieces(connection, clinic), kinds_of_equipment(connection, clinic)

        self.desk.tasks.read(ask, self._show, owner=self, latest=f"equipment.{id(self)}")

    def primary(self) -> None:
        """F9: report a fault of the chosen piece."""
        self._note(("fault",))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.table.setFocus(event.reason())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self._take_back()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the window is narrow the detail takes less."""
        super().resizeEvent(event)
        width = DETAIL if self.width() >= px(WIDE) else NARROW_DETAIL
        self.side.setFixedWidth(px(width))
        self.detail.setFixedWidth(px(width - 14))

    # ------------------------------------------------------------------ acts
    def _add(self) -> None:
        self._ask(None)

    def _correct(self) -> None:
        chosen = self.table.current()
        if chosen is not None:
            self._ask(chosen)

    def _ask(self, piece: Piece | None) -> None:
        if not self._may:
            return
        from ces_desktop.ui.dialogs.equipment import PieceDialog

        known = [(key, es if language() == "es" else en) for key, es, en in self._known]
        fresh = new_id(self.desk.tasks.database.clock())
        request = PieceDialog(self, self._held, known, self.desk.today, fresh, piece).ask()
        if request is None:
            return
        self._wanted = request.id
        action = equipment.edit if piece else equipment.add
        self.desk.tasks.write(partial(action, request=request), self._kept, owner=self)

    def _note(self, kinds: tuple[EventKind, ...]) -> None:
        chosen = self.table.current()
        if chosen is None or not self._may:
            return
        from ces_desktop.ui.dialogs.equipment import EventDialog

        if chosen.state == "retired":
            kinds = ("check",)
        fresh = new_id(self.desk.tasks.database.clock())
        request = EventDialog(self, chosen, kinds, self.desk.today, fresh).ask()
        if request is not None:
            self._wanted = chosen.id
            self.desk.tasks.write(partial(equipment.note, request=request), self._kept, owner=self)

    def _take_back(self) -> None:
        chosen, event = self.table.current(), self.history.current()
        if chosen is None or event is None or not self._may:
            return
        said = tr("{what} of {day}. It can be undone.")
        said = said.format(what=words.kind_words(event.kind), day=labels.day(event.day))
        if confirm(self, tr("Take this note back?"), said, tr("Take back")):
            action = partial(equipment.take_back, equipment=chosen.id, event=event.id)
            self.desk.tasks.write(action, self._kept, owner=self)

    def _kept(self, outcome: Outcome[Any]) -> None:
        if outcome.touched:
            self.desk.toast(tr("Saved."), undo=True)
        else:  # no undo: Ctrl+Z would take back the act before
            self.desk.toast(tr("It stays as it was."))

    def _save(self) -> None:
        """The pieces that are listed, as a file for a spreadsheet."""
        name = tr("equipment_{clinic}_{day}.xlsx").format(clinic=self.desk.clinic.prefix, day=self.desk.today)
        path, listed, today = equipment_file.ask_place(self, name), self._shown(), self.desk.today
        if path is None:
            return

        def write(_progress: object) -> None:
            equipment_file.as_file(path, listed, today)

        self.desk.tasks.run(write, lambda _: self._saved(), owner=self)

    def _saved(self) -> None:
        self.desk.note("export")
        self.desk.toast(tr("The list was saved."))

    # ------------------------------------------------------------------ shown
    def _show(self, read: tuple[tuple[Piece, ...], tuple[tuple[Id, str, str], ...]]) -> None:
        self._held, self._known = read
        self._loaded = True
        today = self.desk.today
        self.views.set_counts({key: sum(fits(p, today) for p in self._held) for key, fits in _VIEWS.items()})
        here = [p for p in self._held if p.state != "retired"]
        broken = sum(p.state in ("broken", "partly", "away") for p in here)
        late = sum(any(d.standing == "overdue" for d in p.duties(today)) for p in here)
        said = trn("{n} piece", "{n} pieces", len(here)).format(n=len(here))
        if broken:
            said += " · " + trn("{n} with a fault", "{n} with a fault", broken).format(n=broken)
        if late:
            said += " · " + trn("{n} with a duty overdue", "{n} with a duty overdue", late).format(n=late)
        self.heading.set_sentence(said if self._held else tr("What the clinic has, and whether it works"))
        for part in (self.views, self.filter, self.save):
            part.setVisible(bool(self._held))
        self._fill()

    def _shown(self) -> list[Piece]:
        typed, today = folded(self.filter.text()).split(), self.desk.today
        fits = _VIEWS[self.views.value()]
        rows = [p for p in self._held if fits(p, today) and all(word in _words(p) for word in typed)]
        return sorted(rows, key=lambda p: (_RANK[p.state], p.name.casefold(), p.serial))

    def _fill(self) -> None:
        rows, current = self._shown(), self.table.current()
        wanted = self._wanted or (current.id if current else None)
        self.table.set_rows(rows, keep=lambda p: p.id == wanted)
        if any(p.id == self._wanted for p in rows):
            self._wanted = None
        if self.table.current() is None:
            self.table.select_place(0)
        self.stack.setCurrentIndex(0 if rows or not self._loaded else 2 if self._held else 1)
        self._tell()

    def _tell(self) -> None:
        """What is known of the chosen piece, and what may be done with it."""
        chosen = self.table.current()
        self.side.setVisible(chosen is not None)
        reason = tr("Nothing is chosen") if self._may else tr("Your role does not include this")
        for button in (self.fault, self.done, self.edit):
            button.set_possible(self._may and chosen is not None, reason)
        self.save.set_possible(bool(self._held), tr("No equipment is registered yet."))
        if chosen is None:
            return
        if chosen.state == "retired":
            self.fault.set_possible(False, tr("This piece is out of use."))
        today = self.desk.today
        self.named.set_text(chosen.name)
        number = tr("Inventory {n}").format(n=chosen.inventory) if chosen.inventory else ""
        here = tr("Here since {day}").format(day=labels.day(chosen.acquired_on)) if chosen.acquired_on else ""
        state = words.state_words(chosen.state)
        if chosen.since is not None:
            state = tr("{state} since {day}").format(state=state, day=labels.day(chosen.since))
        lines = [_about(chosen), state, number, here]
        self.facts.set_text("\n".join(line for line in lines if line))
        self.facts.setVisible(any(lines))
        duties = [_duty(d) for d in chosen.duties(today) if d.standing != "not_needed"]
        self.duties.set_text("\n".join(duties))
        self.duties.setVisible(bool(duties))
        self.note.set_text(chosen.note)
        self.note.setVisible(bool(chosen.note))
        events = tuple(reversed(chosen.happened))
        if [e.id for e in events] != self._told:  # Del takes back the newest, unless another is chosen
            self._told = [e.id for e in events]
            self.history.set_rows(events)
            self.history.select_place(0)
        self.history.setVisible(bool(events))
        self.nothing.setVisible(not events)
        self.back.setVisible(self._may and bool(events))

    def _state(self, piece: Piece) -> Cell:
        return Cell(chip=(_CHIPS[piece.state], words.state_words(piece.state)))

    def _due(self, piece: Piece) -> Cell:
        due = piece.due(self.desk.today)
        if due is None:
            return Cell(labels.DASH, tone="text3")
        if due.standing == "never":
            return Cell(tr("not on record"), words.duty_words(due), tone="text3")
        tone = {"overdue": "bad", "soon": "warn"}.get(due.standing, "text")
        caption = words.duty_words(due)
        if due.standing == "overdue":
            caption = tr("{duty}, overdue").format(duty=caption)
        return Cell(labels.day(due.on), caption, tone=tone)

    def _due_day(self, piece: Piece) -> object:
        due = piece.due(self.desk.today)
        return None if due is None or due.on is None else due.on

    def _event(self, happened: Happened) -> Cell:
        state = words.state_words(happened.state) if happened.state else ""
        said = " · ".join(part for part in (happened.detail, state, happened.done_by) if part)
        return Cell(words.kind_words(happened.kind), said)


def _about(piece: Piece) -> str:
    return " · ".join(part for part in (piece.brand, piece.model, piece.serial) if part)


def _words(piece: Piece) -> str:
    return folded(f"{piece.name} {_about(piece)} {piece.inventory} {piece.location}")


def _duty(due: Due) -> str:
    done = tr("last time {day}").format(day=labels.day(due.done)) if due.done else tr("not on record")
    if due.on is None:
        return f"{words.duty_words(due)}: {done}"
    return tr("{duty}: {done}, next {day}").format(duty=words.duty_words(due), done=done, day=labels.day(due.on))
