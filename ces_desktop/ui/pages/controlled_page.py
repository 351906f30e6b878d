"""The register of controlled medicines, month by month: seen, printed, saved as a file."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget

from ces_desktop.data.folder import write_safely
from ces_desktop.data.queries.controlled import ControlledLine, Register, register
from ces_desktop.data.queries.stock import StockItem
from ces_desktop.domain.access import Right
from ces_desktop.i18n import language, tr, trn
from ces_desktop.reports import shelf_lines
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages import supplies_words
from ces_desktop.ui.pages.reports_file import KINDS, named
from ces_desktop.ui.print_frame import frame_of
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    EmptyState,
    Heading,
    IconButton,
    SectionCard,
    box,
    column,
    row,
)


class ControlledPage(Page):
    """← and → go from month to month; F8 prints, F9 saves the file."""

    topics = frozenset({"movement", "item", "lot", "prescription", "patient", "delivery", "transfer"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self.month = desk.today.isoformat()[:7]
        self._register: Register | None = None
        back = IconButton("arrow-left", tr("Back"))
        back.clicked.connect(desk.back)
        self.heading = Heading(tr("Controlled medicines"), "")
        self.earlier = IconButton("chevron-left", tr("Month before"))
        self.later = IconButton("chevron-right", tr("Month after"))
        self.earlier.clicked.connect(lambda: self._step(-1))
        self.later.clicked.connect(lambda: self._step(1))
        self.table = RecordTable[ControlledLine](_columns(), name=tr("Controlled medicines"))
        self.table.selected.connect(lambda _: self._say())
        self.empty = EmptyState(
            tr("No controlled medicine moved in this month."),
            tr("Everything that comes and leaves of them is written here by itself."), size=112,
        )  # fmt: skip
        self.stack = QStackedWidget()
        for part in (SectionCard("", (self.table, 1), flush=True), self.empty):
            self.stack.addWidget(part)
        self.save = Button(tr("Save as a file"), "primary", icon="download", shortcut="F9")
        self.save.clicked.connect(self.primary)
        self.paper = Button(tr("Print"), "secondary", icon="printer", cap="F8")
        self.paper.clicked.connect(self.print_page)
        self.bar = DockedBar(self.save, self.paper)
        top = row(back, self.heading, None, self.earlier, self.later, gap=12)
        inner = column(top, (self.stack, 1), gap=12, margins=(20, 12, 20, 12))
        self.setLayout(column((box(inner), 1), self.bar, gap=0))
        self.setFocusProxy(self.table)

    @property
    def people(self) -> bool:
        """Names are for who sees persons or hands out to them."""
        return self.desk.actor.may(Right.SEE_PATIENTS) or self.desk.actor.may(Right.DISPENSE)

    def reload(self) -> None:
        """Read the month again."""
        query = partial(register, clinic=self.desk.clinic.id, month=self.month, people=self.people)
        self.desk.tasks.read(query, self._show, owner=self, latest=f"controlled.{id(self)}")

    def _show(self, read: Register) -> None:
        self._register = read
        self.heading.set_sentence(labels.day(self.month))
        self.table.set_rows(list(read.lines))
        self.stack.setCurrentIndex(0 if read.lines else 1)
        self.later.setEnabled(self.month < self.desk.today.isoformat()[:7])
        self._say()
        for button in (self.save, self.paper):
            button.setEnabled(bool(read.items))

    def _say(self) -> None:
        """Movements of the month, and what it began with: of the medicine chosen, for all would not fit."""
        read = self._register
        if read is None:
            return
        n = len(read.lines)
        moved = trn("{n} movement", "{n} movements", n).format(n=labels.number(n))
        chosen = self.table.current() or next(iter(read.lines), None)
        items = read.items if chosen is None else [chosen.item]
        held = [f"{_named(i)} {labels.number(read.before.get(i.id, 0))}" for i in items]
        began = tr("began with {what}").format(what=", ".join(held)) if held else ""
        self.bar.set_state(None, " · ".join(x for x in (moved, began) if x))

    def _step(self, by: int) -> None:
        year, month = (int(x) for x in self.month.split("-"))
        place = year * 12 + month - 1 + by
        wanted = f"{place // 12:04}-{place % 12 + 1:02}"
        if wanted <= self.desk.today.isoformat()[:7]:
            self.month = wanted
            self.reload()

    def print_page(self) -> None:
        """F8: the month on paper, with names: it stays in the clinic."""
        held = self._register
        if held is None or not held.items:
            return
        from ces_desktop.reports.controlled import controlled_pdf

        build = partial(controlled_pdf, held, frame_of(self.desk))
        table = shelf_lines.register(held, self.desk.clinic.prefix).file
        self.desk.preview(tr("Controlled medicines"), build, f"controlados-{self.month}.pdf", table=table)

    def primary(self) -> None:
        """F9: the month as a file, Excel or CSV."""
        held = self._register
        if held is None or not held.items:
            return
        start = str(Path.home() / f"controlados-{self.month}.csv")
        typed, kind = QFileDialog.getSaveFileName(self, tr("Save as a file"), start, KINDS)
        if typed:
            place = named(typed, kind)
            content = shelf_lines.register(held, self.desk.clinic.prefix).file(place.suffix.lower())
            write_safely(place, content, keep_previous=False)
            self.desk.note("export")
            self.desk.toast(tr("The register was saved. It holds names: keep it safe."))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None:
            self._step(step)
        else:
            super().keyPressEvent(event)


def _columns() -> list[Column[ControlledLine]]:
    return [
        Column(tr("Day"), lambda x: Cell(labels.day(x.day)), 110),
        Column(tr("Medicine"), _medicine),
        Column(tr("Movement"), _movement, 300),
        Column(tr("Prescribed by"), lambda x: Cell(x.prescriber), 190, droppable=True),
        Column(tr("Noted by"), lambda x: Cell(x.by), 170, droppable=True),
        Column(tr("Quantity"), lambda x: Cell(labels.number(x.quantity), strong=True), 90, "right"),
        Column(tr("Balance"), lambda x: Cell(labels.number(x.balance), tone="bad" if x.balance < 0 else "text"), 90,
               "right"),
    ]  # fmt: skip


def _named(item: StockItem) -> str:
    source = f" ({supplies_words.source(item.source)})" if item.source else ""
    return f"{item.name(language())}{source}"


def _medicine(x: ControlledLine) -> Cell:
    """With its source: each source of a medicine has a balance of its own."""
    said = (supplies_words.source(x.item.source) if x.item.source else "", x.lot)
    return Cell(x.item.name(language()), " · ".join(part for part in said if part), strong=True)


def _movement(x: ControlledLine) -> Cell:
    kind = supplies_words.kind(x.kind)
    said = tr("Taken back: {what}").format(what=kind.lower()) if x.takes_back else kind
    return Cell(said, " · ".join(p for p in (x.patient, x.record) if p) or x.note or x.paper)
