"""Facts that two computers changed before they met: both edits side by side; a person keeps one or writes a third."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from ces_desktop.data.database import Outcome
from ces_desktop.data.queries.conflicts import Conflict, Side, conflicts
from ces_desktop.domain.conflicts import DECIDES, LINKED, tables_for
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import tr
from ces_desktop.services import conflicts as services
from ces_desktop.services.conflicts import KeepRequest
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.messages import conflicts as words
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    EmptyState,
    Heading,
    ScrollBody,
    SectionCard,
    StatusChip,
    Text,
    box,
    clear,
    column,
    row,
)

_PLACES = {
    "item": "catalogue", "app_user": "users", "equipment": "equipment", "staff_request": "staff_requests",
    "seminar": "seminars", "quiz_question": "seminars", "clinic": "settings", "supply_cycle": "orders",
    "count_line": "count", "handover": "handover", "handover_line": "handover",
}  # fmt: skip
"""Where the form of a thing opens; of all others at the staff."""
SHOWN = 5
"""Rows of the list before it scrolls: what is chosen stands under it on a small screen too."""


class ConflictsPage(Page):
    """↑↓ choose a fact, 1 2 keep an edit, F9 keeps what shows, Enter opens the form to write a third."""

    topics = frozenset({*LINKED, "community"})

    def __init__(self, desk: Desk, about: Id | None = None) -> None:
        """`about`: a row; the first that waits of what its page shows is chosen."""
        super().__init__(desk)
        self._about = about
        self.setProperty("surface", "page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.heading = Heading(tr("Facts to review"), " ")
        self.table = RecordTable[Conflict](self._columns(), name=tr("Facts to review"))
        self.table.selected.connect(self._show_sides)
        self.table.opened.connect(lambda _: self.write_another())
        self.sides = row(gap=12)
        self.stack = QStackedWidget()
        held = column(SectionCard("", self.table, flush=True), self.sides, None, gap=12)
        self.empty = EmptyState(
            tr("Nothing to review."), tr("What two computers change before they meet appears here."), size=112
        )
        self.stack.addWidget(self.empty)
        self.stack.addWidget(ScrollBody(held, 0))
        self.keep = Button(tr("Keep what shows"), "primary", icon="check", shortcut="F9")
        self.keep.clicked.connect(self.primary)
        self.another = Button(tr("Write another"), icon="pencil", cap="Enter")
        self.another.clicked.connect(self.write_another)
        self.bar = DockedBar(self.keep, self.another)
        inner = column(self.heading, (self.stack, 1), gap=12, margins=(20, 14, 20, 12))
        self.setLayout(column((inner, 1), self.bar, gap=0))
        self._allow()

    def _columns(self) -> list[Column[Conflict]]:
        return [
            Column(tr("Of whom or of what"), lambda c: Cell(words.who(c), words.under(c), strong=True), sort=words.who),
            Column(tr("What"), lambda c: Cell(words.heading(c)), 190, sort=words.heading),
            Column(tr("What each wrote"), lambda c: Cell(words.short(c)), droppable=True),
        ]

    def reload(self) -> None:
        """Ask what waits; the chosen one stays chosen."""
        device = self.desk.tasks.database.installation.device
        query = partial(
            conflicts, clinic=self.desk.clinic.id, device=device, tables=tables_for(self.desk.actor)
        )
        self.desk.tasks.read(query, self._show, owner=self, latest=f"conflicts.{id(self)}")

    def primary(self) -> None:
        """F9: keep the edit that shows now (the latest, where it is a mixture of both)."""
        self.keep_side(0)

    def keep_side(self, place: int) -> None:
        """Let one of the edits stand."""
        held = self.table.current()
        if held is None or not self._may(held) or place >= len(held.sides):
            return
        request = KeepRequest(held.table, held.entity, held.fields, held.sides[place].op)
        said = words.lines(held, held.sides[place])[0][1]
        self.desk.tasks.write(partial(services.keep, request=request), partial(self._kept, said), owner=self)

    def write_another(self) -> None:
        """The form of it, or the page where that opens: what is saved there has seen both edits, and decides."""
        held = self.table.current()
        if held is None or not self._may(held):
            return
        if held.table == "patient":
            self.desk.edit_patient(held.entity)
        elif held.table == "household":
            self.desk.open_household(held.entity)
        elif held.table == "item_shelf":
            self.desk.go_to("item", (held.about or held.entity,))
        elif held.table in ("supply_order", "order_line"):
            self.desk.go_to("order", (held.about or held.entity,))
        else:
            self.desk.open_page(_PLACES.get(held.table, "staff"))

    def _may(self, held: Conflict | None) -> bool:
        return held is not None and self.desk.actor.may(DECIDES[held.table])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit keeps the edit of that number."""
        if event.text().isdecimal() and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            if event.text() != "0":
                self.keep_side(int(event.text()) - 1)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.table.setFocus(event.reason())

    def _kept(self, said: str, _: Outcome[None]) -> None:
        self.desk.toast(tr("Kept: {value}").format(value=said), undo=True)

    def _show(self, found: tuple[Conflict, ...]) -> None:
        kept, about = self.table.current(), self._about
        self.table.set_rows(found, keep=lambda each: each.key == kept.key if kept else each.about == about)
        self.table.fit_height(SHOWN)
        if found and self.table.current() is None:
            self.table.select_place(0)
        self.stack.setCurrentIndex(1 if found else 0)
        self.heading.set_sentence(words.waiting(len(found)) if found else "")
        current = self.table.current()
        if current is not None:
            self._show_sides(current)
        self._allow()
        if self.hasFocus():
            self.table.setFocus()

    def _show_sides(self, held: Conflict) -> None:
        clear(self.sides)
        self._allow()
        for place, side in enumerate(held.sides):
            self.sides.addWidget(self._side(held, side, place), 1)

    def _side(self, held: Conflict, side: Side, place: int) -> QWidget:
        button = Button(tr("Keep this"), "secondary", cap=str(place + 1))
        button.clicked.connect(partial(self.keep_side, place))
        button.set_possible(self._may(held), tr("Your role does not include this. Ask who leads the clinic."))
        chip = StatusChip("ok", tr("Shows now")) if side.in_force else StatusChip("neutral", tr("Not shown"))
        said = words.lines(held, side)
        lines = [column(Text(label, "label"), Text(value, "section", wrap=True), gap=0) for label, value in said]
        body = (*(box(line) for line in lines), Text(words.written(side), "small", wrap=True), None, row(button, None))
        return SectionCard(words.where(held, side), *body, icon="pencil", action=chip)

    def _allow(self) -> None:
        chosen = self.table.current()
        why = tr("Your role does not include this. Ask who leads the clinic.") if chosen else tr("Nothing is chosen")
        for button in (self.keep, self.another):
            button.set_possible(self._may(chosen), why)
