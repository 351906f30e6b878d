"""An order: what is proposed of each item and why, quantities changed by keyboard, sent; later what came of it.

What was kept is drawn at once; the plan of today (risks, months, reasons) follows from another thread and is answered
again, without a new forecast, for other quantities and for a truck that is late.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget

from ces_desktop.data.queries.orders import OrderFile, order_file
from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.i18n import tr, trn
from ces_desktop.services import order_planning, orders
from ces_desktop.services.order_planning import Plan
from ces_desktop.services.orders import LineAdded, LineChange, Rework
from ces_desktop.ui import labels, order_plans
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.models.record_table import RecordTable
from ces_desktop.ui.pages import order_words as words
from ces_desktop.ui.pages.order_explain import ExplainCard, ExplainStrip
from ces_desktop.ui.pages.order_facts import OrderFacts
from ces_desktop.ui.pages.order_file import as_file, ask_place
from ces_desktop.ui.pages.order_papers import PaperButton
from ces_desktop.ui.pages.order_quantity import DIGITS, QuantityField, ask_reason
from ces_desktop.ui.pages.order_rows import Row, draft_columns, of_tab, rows_of, totals
from ces_desktop.ui.pages.order_sent import SentTable
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    Drawer,
    EmptyState,
    Filters,
    Heading,
    ProgressPanel,
    SectionCard,
    Text,
    Wrapped,
    box,
    column,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

ASKED, RISK = 7, 8
"""Columns of the quantity and of the risk in `draft_columns`."""
LOW, LOWER, NARROW = 470, 380, 760
AT_RISK = 0.5
"""An item is told to run out before the order comes when that is more likely than not."""


class OrderPage(Page):
    """Digits, + and - change the chosen line, Enter goes on, E explains, F9 sends; of a sent order F9 receives."""

    topics = frozenset({"supply_order", "order_line", "movement", "delivery"})

    def __init__(self, desk: Desk, order: Id) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._order = order
        self._file: OrderFile | None = None
        self._plan: Plan | None = None
        self._rows: list[Row] = []
        self._risks: tuple[NDArray[Any], NDArray[Any]] | None = None
        self._tab = "ask"
        self._next: Id | None = None
        self._may = desk.actor.may(Right.ORDER_SUPPLIES)
        self.export = Button(tr("Export"), "secondary", icon="download")
        self.export.clicked.connect(self.choose_file)
        self.again = Button(tr("Propose anew"), "secondary", icon="refresh-cw")
        self.again.clicked.connect(self.propose_anew)
        self.paper = PaperButton(self, order)
        self.heading = Heading(tr("Order"), " ", box(Wrapped(self.again, self.paper, self.export, right=True)))
        self.facts = OrderFacts()
        self.facts.late.connect(lambda _: self._ask_risks())
        self.facts.budget.connect(self._set_budget)
        self.tabs = Filters(words.tabs(), "ask")
        self.tabs.chosen.connect(self.choose_tab)
        self.progress = ProgressPanel(tr("The order is being worked out"))
        self.table = RecordTable[Row](draft_columns(), name=tr("Order"))
        self.table.selected.connect(lambda _: self._show_line())
        self.table.opened.connect(lambda _: self._go_on())
        self.quantity = QuantityField(self.table, ASKED)
        self.quantity.kept.connect(self._typed)
        self.quantity.dropped.connect(self._back_to_table)
        self.empty = EmptyState(
            tr("Nothing needs to be ordered."), tr("What needs nothing is in its own list."), size=112
        )
        self.sent = SentTable(desk.today)
        self.stack = QStackedWidget()
        for part in (self.table, self.empty, self.sent):
            self.stack.addWidget(SectionCard("", (part, 1), flush=True))
        self.strip = ExplainStrip()
        self.strip.wanted.connect(self.explain)
        self.send = Button(tr("Send order"), "primary", icon="check", shortcut="F9")
        self.send.clicked.connect(self.primary)
        self.drop = Button(tr("Cancel order"), "secondary", icon="ban")
        self.drop.clicked.connect(self.cancel)
        self.receive = Button(tr("Receive what came"), "primary", icon="download", shortcut="F9")
        self.receive.clicked.connect(self.primary)
        self.over = Button(tr("Nothing more will come"), "secondary", icon="check")
        self.over.clicked.connect(self.close_order)
        self.keys = Text(tr("+ more   − less   Enter next line   E explain"), "caption")
        self.bar = DockedBar(self.send, self.receive, self.over, self.drop, lead=(self.keys,))
        self.narrowed = box(Wrapped(self.tabs, Text(tr("Sorted by class and risk"), "caption"), spread=True))
        inner = box(
            column(
                self.heading, self.facts, self.narrowed, self.progress, (self.stack, 1), self.strip, gap=10,
                margins=(20, 12, 20, 10),
            )
        )  # fmt: skip
        self.setLayout(column((inner, 1), self.bar, gap=0))
        self.card = ExplainCard()
        self.drawer = Drawer(inner, self.card, 396)
        self.setFocusProxy(self.table)
        self._show_possible()

    # ------------------------------------------------------------------ reading
    def reload(self) -> None:
        """Read the order again; the plan is asked for once, while it is a draft."""
        query = partial(order_file, clinic=self.desk.clinic.id, order=self._order)
        self.desk.tasks.read(query, self._show, owner=self, latest="order")

    def _show(self, file: OrderFile | None) -> None:
        if file is None:
            self.heading.set_sentence(tr("This order is no longer there."))
            return
        first = self._file is None
        self._file = file
        self._draw()
        if first and file.order.state == "draft":
            self.work_out()
        elif self._plan is not None:
            self._ask_risks()

    def work_out(self) -> None:
        """Ask for the plan of today, with progress from the first second on."""
        assert self._file is not None
        self.progress.start()
        job = partial(
            order_plans.job, self.desk.tasks.database, self.desk.clinic.id, self.desk.today, self._file.order.source,
            self._file.order.budget,
        )  # fmt: skip
        self.desk.tasks.run(job, self._show_plan, owner=self, failed=self._failed).moved.connect(self.progress.advance)

    def _show_plan(self, plan: Plan) -> None:
        self.progress.finish()
        self._plan = plan
        self.facts.show_plan(plan)
        self.table.retitle(RISK, *words.risk_title(plan))
        self._draw()
        self._ask_risks()

    def _failed(self, failure: Any) -> None:
        self.progress.finish()
        self.desk.tell(failure)

    def _ask_risks(self) -> None:
        """Risks with what is asked for now and the truck so late: from the kept paths."""
        plan, weeks = self._plan, self.facts.slider.value()
        self.facts.show_late(weeks, None, 0)
        if plan is None or self._file is None:
            return
        asked = {line.item: line.requested for line in self._file.lines}
        query = partial(order_plans.risks_of, plan, [asked.get(one.item, 0) for one in plan.lines], weeks)
        self.desk.tasks.read(query, self._show_risks, owner=self, latest="order.risks")

    def _show_risks(self, found: tuple[NDArray[Any], NDArray[Any]]) -> None:
        self._risks = found
        gone = (
            [one for one, risk in zip(self._plan.items, found[0], strict=True) if risk > AT_RISK] if self._plan else []
        )
        self.facts.show_late(self.facts.slider.value(), len(gone), sum(one.ven == "vital" for one in gone))
        self._draw()

    # ------------------------------------------------------------------ drawing
    def _draw(self) -> None:
        file = self._file
        if file is None:
            return
        order, draft = file.order, file.order.state == "draft"
        self.heading.title.set_text(tr("Order {number}").format(number=order.number))
        self.heading.set_sentence(words.sentence(order, self.width() < px(NARROW)))
        rows = rows_of(file, self._plan if draft else None)
        if self._risks is not None and self._plan is not None:
            before, after = self._risks
            rows = [replace(r, risks=(float(before[r.at]), float(after[r.at]))) if r.at >= 0 else r for r in rows]
        self._rows = rows
        self.facts.show_totals(*totals(rows), order.budget)
        self._share_room()
        if draft:
            self._draw_draft()
        else:
            self.sent.show_order(order, rows)
            self.setFocusProxy(self.sent)
            self.stack.setCurrentIndex(2)
        self._show_possible()

    def _draw_draft(self) -> None:
        kinds = {tab: of_tab(self._rows, tab) for tab, _ in words.tabs()}
        self.tabs.set_counts({tab: len(rows) for tab, rows in kinds.items()})
        shown = kinds[self._tab]
        chosen = self.table.current()
        wanted, self._next = self._next or (chosen.item if chosen else None), None
        self.table.set_rows(shown, keep=lambda r: r.item == wanted)
        if shown and self.table.current() is None:
            self.table.select_place(0)
        fact, next_step = words.nothing(self._tab)
        self.empty.fact.set_text(fact)
        self.empty.next_step.set_text(next_step)
        self.stack.setCurrentIndex(0 if shown else 1)
        self._show_line()

    def _show_line(self) -> None:
        chosen = self.table.current() if self.stack.currentIndex() == 0 else None
        for part in (self.strip, self.card) if self.drawer.isVisible() else (self.strip,):
            part.show_row(chosen, self._plan)

    def _show_possible(self) -> None:
        state = self._file.order.state if self._file else "draft"
        draft, out = state == "draft", state in ("sent", "partly_received")
        role = tr("Your role does not include ordering")
        self.send.setVisible(draft)
        self.over.setVisible(out)
        for button in (self.send, self.over):
            button.set_possible(self._may and self._file is not None, role)
        self.drop.setVisible(draft or state == "sent")
        self.drop.set_possible(self._may and self._file is not None, role)
        self.receive.setVisible(out and self.desk.actor.may(Right.KEEP_STOCK))
        self.again.setVisible(draft)
        self.again.set_possible(self._may and self._plan is not None, tr("Being worked out") if self._may else role)
        self.facts.set_editable(self._may and draft and self._plan is not None, tr("Being worked out"))
        self.keys.setVisible(draft and self.width() >= px(900))
        self.bar.setVisible(draft or out)

    # ------------------------------------------------------------------ changing lines
    def keyPressEvent(self, event: QKeyEvent) -> None:
        text, held = event.text(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        draft = self._file is not None and self._file.order.state == "draft"
        plain = not held & ~Qt.KeyboardModifier.ShiftModifier and self.table.hasFocus()
        if (event.key() == Qt.Key.Key_Escape and self.drawer.isVisible()) or (plain and text.upper() == "E"):
            self.explain()
        elif plain and draft and text and (text in DIGITS or text in "+-"):
            self._begin(text)
        else:
            super().keyPressEvent(event)

    def _begin(self, typed: str) -> None:
        chosen = self.table.current()
        if chosen is None or not self._may or self.table.isColumnHidden(ASKED):
            return
        self.quantity.begin(self.table.currentIndex().row(), chosen.pack, chosen.requested, typed)

    def _back_to_table(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _typed(self, units: int) -> None:
        self._back_to_table()
        chosen = self.table.current()
        if chosen is None or units == chosen.requested:
            self._go_on()
        elif units == chosen.proposed:
            self._keep(chosen, units, None)
        else:
            area = self.table.visualRect(self.table.model().index(self.table.currentIndex().row(), ASKED))
            at = self.table.viewport().mapToGlobal(QPoint(area.left(), area.bottom()))
            held = chosen.kept.reason if chosen.kept else ""
            ask_reason(self, at, held, partial(self._keep, chosen, units), self._back_to_table)

    def _keep(self, chosen: Row, units: int, reason: str | None) -> None:
        assert self._file is not None
        act: Callable[[Any], Any]
        if chosen.kept is not None:
            act = partial(orders.change_line, request=LineChange(chosen.kept.id, units, reason))
        else:
            assert self._plan is not None
            line = order_planning.draft_line(self._plan, chosen.at, new_id(self.desk.tasks.database.clock()))
            proposed = replace(line, proposed=0) if units != line.proposed else line
            act = partial(orders.add_line, request=LineAdded(self._order, proposed, units, reason))
        self._go_on()
        said = tr("{name}: {n} asked for.").format(name=chosen.name, n=labels.number(units))
        self.desk.tasks.write(act, lambda _: self.desk.toast(said, undo=True), owner=self)

    def _go_on(self) -> None:
        """The next line; its item is kept in mind, since the rows are drawn anew."""
        place = self.table.currentIndex().row() + 1
        if place < self.table.records.rowCount():
            self.table.select_place(place)
        chosen = self.table.current()
        self._next = chosen.item if chosen else None

    def choose_tab(self, tab: str) -> None:
        """Lines to order, those changed, or what needs nothing."""
        self._tab = tab
        self.tabs.set_value(tab)
        self._draw()
        self.table.select_place(0)
        self._back_to_table()

    # ------------------------------------------------------------------ the whole order
    def primary(self) -> None:
        """F9: send the draft; receive what came of what was sent."""
        if self._file is None:
            return
        if self._file.order.state != "draft":
            if self.receive.isVisibleTo(self.bar):
                self.desk.go_to("receive", ("supplied", None, self._order))
        elif self._may:
            expected = None if self._plan is None else self._plan.arrives[0].isoformat()
            self._act(partial(orders.send, order=self._order, expected_on=expected), tr("Order {number} was sent."))

    def close_order(self) -> None:
        """Nothing more of it will come; it can be undone."""
        self._act(partial(orders.close, order=self._order), tr("Order {number} was closed."))

    def cancel(self) -> None:
        """Nothing of it is wanted any more; it can be undone."""
        self._act(partial(orders.cancel, order=self._order), tr("Order {number} was cancelled."))

    def _act(self, act: Callable[[Any], Any], said: str) -> None:
        assert self._file is not None
        words_ = said.format(number=self._file.order.number)
        self.desk.tasks.write(act, lambda _: self.desk.toast(words_, undo=True), owner=self)

    def propose_anew(self) -> None:
        """From the stock of today; what was changed with a reason stays."""
        if self._file is not None:
            self._set_budget(self._file.order.budget)

    def _set_budget(self, packs: int | None) -> None:
        assert self._file is not None
        self.progress.start()
        job = partial(
            order_plans.job, self.desk.tasks.database, self.desk.clinic.id, self.desk.today, self._file.order.source,
            packs,
        )  # fmt: skip
        self.desk.tasks.run(job, partial(self._rework, packs), owner=self, failed=self._failed)

    def _rework(self, packs: int | None, plan: Plan) -> None:
        self.progress.finish()
        self._plan, self._risks = plan, None
        clock = self.desk.tasks.database.clock
        lines = order_planning.draft_lines(plan, lambda: new_id(clock()))
        request = Rework(self._order, lines, packs)
        self.desk.tasks.write(partial(orders.rework, request=request), self._reworked, owner=self)
        self._back_to_table()

    def _reworked(self, done: Any) -> None:
        self.desk.toast(trn("{n} line changed.", "{n} lines changed.", done.value).format(n=done.value), undo=True)

    def explain(self) -> None:
        """E: everything about the chosen line, in a drawer; again puts it away."""
        self.drawer.toggle()
        self.card.show_row(self.table.current(), self._plan)

    def print_page(self) -> None:
        """F8: the order on paper."""
        self.paper.show_paper()

    def choose_file(self) -> None:
        """Ask where the order goes as a file."""
        if self._file is not None:
            place = ask_place(self, self._file.order.number)
            if place is not None:
                self.save_to(place)

    def save_to(self, path: Path) -> None:
        """Write the lines to a file, off the GUI thread."""
        assert self._file is not None
        make = partial(as_file, path, self.desk.clinic.prefix, self._file.order, list(self._rows))
        self.desk.tasks.run(make, self._saved, owner=self)

    def _saved(self, _: object) -> None:
        self.desk.note("export")
        self.desk.toast(tr("The order was saved as a file."))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()
        QTimer.singleShot(0, self, self._show_possible)

    def _share_room(self) -> None:
        """Low windows show the table first, then its two sentences, then the figures; narrow ones short buttons."""
        draft = self._file is None or self._file.order.state == "draft"
        self.facts.setVisible(draft and self.height() >= px(LOW))
        self.strip.setVisible(draft and self.height() >= px(LOWER))
        self.narrowed.setVisible(draft)
        for button in (self.again, self.paper, self.export):
            button.set_short(self.width() < px(NARROW))
