"""Transfers and loans with other clinics, what is still owed of them, and kits opened."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget

from ces_desktop.data.queries.transfers import TransferLine, TransferRow, transfers
from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import new_id
from ces_desktop.i18n import language, tr, trn
from ces_desktop.services import transfers as services
from ces_desktop.services.transfers import GiveBack
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.icons import State
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages import supplies_words
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    EmptyState,
    Filters,
    Heading,
    IconButton,
    SectionCard,
    Text,
    box,
    column,
    confirm,
    row,
)


class TransfersPage(Page):
    """F9 sends, R receives, D gives back a loan, K opens a kit."""

    topics = frozenset({"transfer", "movement", "lot", "item", "kit_part"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._read: list[TransferRow] = []
        back = IconButton("arrow-left", tr("Back"))
        back.clicked.connect(desk.back)
        self.heading = Heading(tr("Transfers and loans"), tr("What went to other clinics and came from them"))
        self.filters = Filters([("all", tr("All")), ("owed", tr("Loans to settle"))], "all")
        self.filters.chosen.connect(lambda _: self._fill())
        self.table = RecordTable[TransferRow](_columns(), name=tr("Transfers and loans"))
        self.table.selected.connect(self._show_lines)
        self.lines = RecordTable[TransferLine](_line_columns(), name=tr("Lines"))
        self.table.opened.connect(lambda _: self.lines.setFocus())
        self.title, self.said = Text("", "section", elide=True), Text("", "caption", elide=True)
        head = box(column(self.title, self.said, gap=2, margins=(16, 0, 16, 8)))
        left = SectionCard("", (self.table, 1), flush=True)
        left.setMinimumWidth(px(300))
        both = box(row((left, 5), (SectionCard("", head, (self.lines, 1), flush=True), 6), gap=12))
        self.first = Button(tr("Send to a clinic"), "primary", icon="truck", cap="F9")
        self.first.clicked.connect(self.primary)
        self.empty = EmptyState(
            tr("Nothing went to another clinic yet."),
            tr("Both clinics write the same folio on their paper, each its own side."), self.first, size=112,
        )  # fmt: skip
        self.none = EmptyState(tr("No loan is to be settled."), size=112)
        self.stack = QStackedWidget()
        for part in (both, self.empty, self.none):
            self.stack.addWidget(part)
        self._make_bar()
        top = row(back, self.heading, None, gap=12)
        inner = column(top, self.filters, (self.stack, 1), gap=12, margins=(20, 12, 20, 12))
        self.setLayout(column((box(inner), 1), self.bar, gap=0))
        self.setFocusProxy(self.table)

    def _make_bar(self) -> None:
        desk = self.desk
        self.send = Button(tr("Send to a clinic"), "primary", icon="truck", shortcut="F9")
        self.send.clicked.connect(self.primary)
        self.receive = Button(tr("Receive from a clinic"), "secondary", icon="download", cap="R")
        self.receive.clicked.connect(self._receive)
        self.settle = Button(tr("Give back"), "secondary", cap="D")
        self.settle.clicked.connect(self._settle)
        self.kit = Button(tr("Open a kit"), "secondary", cap="K")
        self.kit.clicked.connect(self._open_kit)
        self.bar = DockedBar(self.send, self.receive, self.settle, self.kit)
        may = desk.actor.may(Right.KEEP_STOCK)
        for button in (self.send, self.receive, self.settle, self.kit, self.first):
            button.setVisible(may)

    # ------------------------------------------------------------------ reading
    def reload(self) -> None:
        """Read the transfers again; the one chosen stays."""
        query = partial(transfers, clinic=self.desk.clinic.id)
        self.desk.tasks.read(query, self._show, owner=self, latest=f"transfers.{id(self)}")

    def _show(self, read: list[TransferRow]) -> None:
        self._read = read
        self._fill()

    def _fill(self) -> None:
        loans = [x for x in self._read if x.open_loan]
        self.filters.set_counts({"all": len(self._read), "owed": len(loans)})
        rows = loans if self.filters.value() == "owed" else self._read
        current = self.table.current()
        kept = current.id if current else None
        self.table.set_rows(rows, (lambda x: x.id == kept) if kept else None)
        if rows and self.table.current() is None:
            self.table.select_place(0)
        self.stack.setCurrentIndex(0 if rows else 2 if self._read else 1)
        self.filters.setVisible(bool(self._read))
        self._show_lines(self.table.current())

    def _show_lines(self, chosen: TransferRow | None) -> None:
        self.settle.setEnabled(chosen is not None and chosen.open_loan)
        self.lines.set_rows([] if chosen is None else list(chosen.lines))
        if chosen is None:
            return
        self.title.set_text(_what(chosen))
        left = sum(chosen.owed.values())
        owed = trn("{n} unit to give back", "{n} units to give back", left).format(n=labels.number(left))
        said = [chosen.folio, labels.day(chosen.day), owed if left else ""]
        self.said.set_text(" · ".join(x for x in said if x))

    # ------------------------------------------------------------------ acting
    def primary(self) -> None:
        """F9: send."""
        if self.desk.actor.may(Right.KEEP_STOCK):
            self.desk.go_to("transfer", ("sent",))

    def _receive(self) -> None:
        if self.desk.actor.may(Right.KEEP_STOCK):
            self.desk.go_to("transfer", ("received",))

    def _settle(self) -> None:
        """What is owed of the loan came back, lot by lot; or it is settled as it is."""
        chosen = self.table.current()
        if chosen is None or not chosen.open_loan or not self.desk.actor.may(Right.KEEP_STOCK):
            return
        if chosen.owed:
            self.desk.go_to("transfer", ("received" if chosen.direction == "sent" else "sent", chosen.id))
        elif confirm(self, tr("Settle the loan?"), tr("Nothing more is waited for. It can be undone."), tr("Settle")):
            key = new_id(self.desk.tasks.database.clock())
            request = GiveBack(key, chosen.id, self.desk.today.isoformat(), (), True)
            self._write(partial(services.give_back, request=request), tr("Loan settled."))

    def _open_kit(self) -> None:
        if self.desk.actor.may(Right.KEEP_STOCK):
            from ces_desktop.ui.dialogs.kits import open_kit

            QTimer.singleShot(0, self, partial(open_kit, self, self.desk))

    def _write(self, action: Callable[..., Any], said: str) -> None:
        self.desk.tasks.write(action, lambda _: self.desk.toast(said, undo=True), owner=self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = {"R": self._receive, "D": self._settle, "K": self._open_kit}.get(event.text().upper())
        if event.key() == Qt.Key.Key_Left and self.lines.hasFocus():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        elif act is not None:
            act()
        else:
            super().keyPressEvent(event)


def _what(x: TransferRow) -> str:
    words = {
        ("sent", "transfer"): tr("Sent to {clinic}"),
        ("received", "transfer"): tr("Received from {clinic}"),
        ("sent", "loan"): tr("Lent to {clinic}"),
        ("received", "loan"): tr("Borrowed from {clinic}"),
    }
    return words.get((x.direction, x.kind), "{clinic}").format(clinic=x.other)


def _chip(x: TransferRow) -> tuple[State, str] | None:
    if x.kind != "loan":
        return None
    return ("due", tr("To settle")) if x.open_loan else ("ok", tr("Settled"))


def _columns() -> list[Column[TransferRow]]:
    return [
        Column(tr("Clinic"), lambda x: Cell(_what(x), " · ".join(p for p in (labels.day(x.day), x.folio) if p),
                                            strong=True)),
        Column("", lambda x: Cell(chip=_chip(x)), 130, droppable=True),
    ]  # fmt: skip


def _line_columns() -> list[Column[TransferLine]]:
    return [
        Column(tr("Item"), lambda x: Cell(x.item.name(language()), supplies_words.unit(x.item.unit), strong=True)),
        Column(tr("Lot"), lambda x: Cell(x.number or labels.DASH, supplies_words.expiry(x.expiry)), 120),
        Column(tr("Quantity"), lambda x: Cell(labels.number(x.quantity), strong=True), 90, "right"),
        Column(tr("Day"), lambda x: Cell(labels.day(x.day)), 120, droppable=True),
    ]
