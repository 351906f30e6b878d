"""Orders of supplies: those made so far and how they stand, a new one for each source, how each source supplies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QStackedWidget

from ces_desktop.data.queries.forecast_scores import scores
from ces_desktop.data.queries.orders import Cycle, OrderRow, cycles, order_rows
from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.domain.supply.orders import counted_on
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr, trn
from ces_desktop.services import order_planning, orders
from ces_desktop.services.order_planning import Plan
from ces_desktop.services.orders import SOURCES, CycleRequest, Draft
from ces_desktop.ui import labels, order_plans
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages import order_words as words
from ces_desktop.ui.pages.order_scores import ScoresCard
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    EmptyState,
    Heading,
    ProgressPanel,
    SectionCard,
    Wrapped,
    box,
    column,
    row,
)

SIDE, NARROW, LOW, ROOM = 330, 1000, 190, 440
"""The card of scores stands beside the orders, or low under them where the window is narrow; design px."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What the page shows."""

    rows: Sequence[OrderRow]
    cycles: Mapping[str, Cycle]


def read_orders(connection: Any, clinic: Id) -> Orders:
    """All orders and the cycles that somebody set."""
    return Orders(order_rows(connection, clinic), cycles(connection, clinic))


class OrdersPage(Page):
    """Enter opens an order; F9 prepares the next one of the first source, the other buttons of the others."""

    topics = frozenset({"supply_order", "order_line", "movement", "delivery", "supply_cycle"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._orders: Orders | None = None
        self._learning = False
        self._may = desk.actor.may(Right.ORDER_SUPPLIES)
        self.prepare = {
            source: Button(
                tr("Prepare order, {source}").format(source=words.source(source)),
                "primary" if source == SOURCES[0] else "secondary",
                icon="plus",
                shortcut="F9" if source == SOURCES[0] else "",
            )
            for source in SOURCES
        }
        for source, button in self.prepare.items():
            button.clicked.connect(partial(self.begin, source))
            button.set_possible(self._may, tr("Your role does not include ordering"))
        self.prepare[SOURCES[2]].hide()
        self.cycle = Button(tr("Supply cycle"), "secondary", icon="calendar")
        self.cycle.clicked.connect(self.ask_cycle)
        self.cycle.set_possible(self._may, tr("Your role does not include ordering"))
        self.heading = Heading(
            tr("Orders"), tr("What was asked for, and what came of it"),
            box(Wrapped(self.cycle, *reversed(list(self.prepare.values())), right=True)),
        )  # fmt: skip
        self.progress = ProgressPanel(tr("The order is being worked out"), cancel_text=tr("Nothing is kept of it."))
        self.table = RecordTable[OrderRow](_columns(desk), name=tr("Orders"))
        self.table.opened.connect(lambda chosen: desk.go_to("order", (chosen.id,)))
        first = tr("F9 prepares the first one from what was used, what there is and what the prescriptions need.")
        self.empty = EmptyState(tr("No orders yet."), first if self._may else "", size=112)
        self.stack = QStackedWidget()
        self.stack.addWidget(SectionCard("", (self.table, 1), flush=True))
        self.stack.addWidget(SectionCard("", (self.empty, 1)))
        self.scores = ScoresCard()
        self._body = row((self.stack, 1), self.scores, gap=12)
        self.setLayout(column(self.heading, self.progress, (self._body, 1), gap=12, margins=(20, 12, 20, 14)))
        self.setFocusProxy(self.table)

    # ------------------------------------------------------------------ reading
    def reload(self) -> None:
        """Read the orders again."""
        query = partial(read_orders, clinic=self.desk.clinic.id)
        self.desk.tasks.read(query, self._show, owner=self, latest="orders")
        judged = partial(scores, clinic=self.desk.clinic.id, today=self.desk.today)
        self.desk.tasks.read(judged, self.scores.show_scores, owner=self, latest="orders.scores")
        if self._may and not self._learning:
            self._learning = True
            ahead = partial(order_plans.learn_ahead, self.desk.tasks.database, self.desk.clinic.id, self.desk.today)
            self.desk.tasks.run(ahead, _learnt, owner=self, failed=_learnt)

    def _show(self, found: Orders) -> None:
        self._orders = found
        chosen = self.table.current()
        self.table.set_rows(found.rows, keep=lambda r: chosen is not None and r.id == chosen.id)
        if found.rows and self.table.current() is None:
            self.table.select_place(0)
        self.stack.setCurrentIndex(0 if found.rows else 1)
        today = self.desk.today
        n = sum(counted_on(each.state, each.sent_on, each.expected_on, today) for each in found.rows)
        known = {each.source for each in found.rows} | set(found.cycles)
        self.prepare[SOURCES[2]].setVisible(SOURCES[2] in known)
        if found.rows:
            words_ = trn("{n} order is on its way", "{n} orders are on their way", n).format(n=n)
            self.heading.set_sentence(words_)

    # ------------------------------------------------------------------ acting
    def primary(self) -> None:
        """F9: the next order of the first source."""
        self.begin(SOURCES[0])

    def begin(self, source: str) -> None:
        """Work an order out and open it; the draft there is opened instead of a second one."""
        if not self._may or self._orders is None or not self.prepare[source].isEnabled():
            return
        held = next((o for o in self._orders.rows if o.source == source and o.state == "draft"), None)
        if held is not None:
            self.desk.go_to("order", (held.id,))
            return
        for button in self.prepare.values():
            button.set_possible(False, tr("An order is being worked out"))
        self.progress.start()
        cycle = self._orders.cycles.get(source)
        job = partial(
            order_plans.job, self.desk.tasks.database, self.desk.clinic.id, self.desk.today, source,
            cycle.budget if cycle else None,
        )  # fmt: skip
        working = self.desk.tasks.run(job, self._keep, owner=self, failed=self._failed)
        working.moved.connect(self.progress.advance)
        self.progress.cancelled.connect(working.cancel)
        self.progress.cancelled.connect(self._free)

    def _free(self) -> None:
        self.progress.finish()
        for button in self.prepare.values():
            button.set_possible(self._may, tr("Your role does not include ordering"))

    def _failed(self, failure: Any) -> None:
        self._free()
        self.desk.tell(failure)

    def _keep(self, plan: Plan) -> None:
        if not plan.items:
            self._failed(Refused("orders.no_items", source=words.source(plan.source)))
            return
        clock = self.desk.tasks.database.clock
        cycle = self._orders.cycles.get(plan.source) if self._orders else None
        lines = order_planning.draft_lines(plan, lambda: new_id(clock()))
        request = Draft(new_id(clock()), plan.source, lines, cycle.budget if cycle else None)
        rows = order_planning.foretold([plan])
        act = partial(orders.draft_and_foretell, request=request, batch=new_id(clock()), rows=rows)
        self.desk.tasks.write(act, self._kept, owner=self, failed=self._failed)

    def _kept(self, done: Any) -> None:
        self._free()
        self.desk.toast(tr("The order was prepared as a draft."), undo=True)
        self.desk.go_to("order", (done.value,))

    def ask_cycle(self) -> None:
        """How each source supplies the clinic."""
        from ces_desktop.ui.dialogs.supply_cycle import CycleDialog

        if self._orders is None:
            return
        requests = CycleDialog(self, self._orders.cycles).ask()
        clock = self.desk.tasks.database.clock
        for each in requests or ():
            request = CycleRequest(new_id(clock()), *each)
            self.desk.tasks.write(partial(orders.set_cycle, request=request), self._cycle_kept, owner=self)

    def _cycle_kept(self, _: object) -> None:
        self.desk.toast(tr("The supply cycle was saved."), undo=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= px(NARROW)
        self._body.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self.scores.setVisible(wide or self.height() >= px(ROOM))
        self.scores.setMinimumWidth(px(SIDE) if wide else 0)
        self.scores.setMaximumWidth(px(SIDE) if wide else self.width())
        self.scores.setMaximumHeight(self.height() if wide else px(LOW))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        target = self.table if self.stack.currentIndex() == 0 else self.prepare[SOURCES[0]]
        target.setFocus(Qt.FocusReason.TabFocusReason)


def _learnt(_: object) -> None:
    """Nobody waits for it; what cannot be read then is said when an order is asked for."""


def _columns(desk: Desk) -> list[Column[OrderRow]]:
    def named(o: OrderRow) -> Cell:
        lines = trn("{n} line", "{n} lines", o.lines).format(n=o.lines)
        return Cell(o.number, f"{words.source(o.source)} · {lines}", strong=True)

    def prepared(o: OrderRow) -> Cell:
        return Cell(labels.day(o.happened_on))

    def stands(o: OrderRow) -> Cell:
        return Cell(chip=words.state_chip(o.state, o.expected_on, desk.today))

    def came(o: OrderRow) -> Cell:
        if o.state in ("draft", "cancelled"):
            return Cell(labels.DASH, tone="text3")
        units = labels.of(o.received, o.requested)
        return Cell(labels.percent(min(o.received, o.requested), o.requested), units, strong=True)

    def arrival(o: OrderRow) -> Cell:
        if o.first_on is not None:
            later = tr("last {day}").format(day=labels.day(o.last_on)) if o.last_on != o.first_on else ""
            return Cell(labels.day(o.first_on), later)
        return Cell(labels.day(o.expected_on), tr("awaited") if o.expected_on else "", tone="text2")

    return [
        Column(tr("Order"), named, 0),
        Column(tr("State"), stands, 170, sort=lambda o: o.state),
        Column(tr("Prepared"), prepared, 120, sort=lambda o: o.happened_on, droppable=True),
        Column(tr("Sent"), lambda o: Cell(labels.day(o.sent_on)), 120, droppable=True),
        Column(tr("Arrived"), arrival, 140, droppable=True),
        Column(tr("Came of it"), came, 150, "right"),
    ]
