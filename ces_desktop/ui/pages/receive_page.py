"""Receive a delivery: what its paper says, then line by line by keyboard, against an order or not; F9 keeps it."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.orders import OrderLine, OrderRow, order_file, order_rows
from ces_desktop.data.queries.receipts import DELIVERED, Before, before, kept_here
from ces_desktop.data.queries.stock import StockItem, catalogue
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.errors import Refused
from ces_desktop.i18n import language, tr, trn
from ces_desktop.services import drafts
from ces_desktop.services.drafts import Draft
from ces_desktop.services.receipts import Receipt, ReceiptLine, receive
from ces_desktop.services.stock_rows import ledger_day
from ces_desktop.ui import labels, messages
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.dialogs.dated import day_field, readable
from ces_desktop.ui.models.record_table import RecordTable
from ces_desktop.ui.pages import supplies_words as words
from ces_desktop.ui.pages.receive_entry import EntryLine, Noted, from_text, to_text
from ces_desktop.ui.pages.receive_lines import Line, columns, missing
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    ComboField,
    DockedBar,
    EmptyState,
    FormFlow,
    Heading,
    IconButton,
    Option,
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

FORM = "receive"
KINDS = ("supplied", "purchase", "donation", "opening", "patient_return")


Read = tuple[list[StockItem], set[Id], list[OrderRow], Draft | None]


def _opening(connection: Any, clinic: Id, user: Id, since: date) -> Read:
    open_orders = [o for o in order_rows(connection, clinic) if o.state in ("sent", "partly_received")]
    left = drafts.open_drafts(connection, user, FORM)
    here = kept_here(connection, clinic, since)
    return catalogue(connection, clinic), here, open_orders, left[0] if left else None


class ReceivePage(Page):
    """Enter goes from field to field; after the quantity the line is noted and the next begins. Del takes one away."""

    topics = frozenset({"supply_order", "order_line", "item"})

    def __init__(self, desk: Desk, kind: str = "supplied", item: Id | None = None, order: Id | None = None) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._delivery, self._asked = new_id(desk.tasks.database.clock()), tuple[OrderLine, ...]()
        self._noted: list[Noted] = []
        self._orders: dict[str, OrderRow] = {}
        self._items: dict[Id, StockItem] = {}
        self._here: set[Id] = set()
        self._begin_with, self._order_wanted = item, order
        back = IconButton("arrow-left", tr("Back"))
        back.clicked.connect(desk.back)
        opening = kind == "opening"
        title = tr("Note what there is") if opening else tr("Receive")
        sentence = tr("What is on the shelf today, lot by lot") if opening else tr("What came, lot by lot")
        self.heading = Heading(title, sentence)
        self.kind = ComboField([Option(k, words.kind(k)) for k in KINDS], kind, name=tr("What it is"), width=240)
        self.source = ComboField(
            [Option(s, words.source(s)) for s in ("SSA", "CES", "other")], "SSA", name=tr("From"), width=130
        )
        self.day = day_field(desk.today, tr("Day"))
        self.day.setFixedWidth(px(256))
        self.order = ComboField([], name=tr("Order"), width=250, placeholder=tr("without an order"))
        self.document = TextField(width=150, limit=12_000, name=tr("Paper number"))
        self.kind.changed.connect(self._reword)
        self.source.changed.connect(self._offer)
        self.order.changed.connect(self._choose_order)
        self.entry = EntryLine(desk.today)
        self.entry.typed.connect(self._note)
        self.entry.as_above.connect(self._as_above)
        self.entry.chosen.connect(self._look_back)
        self.table = RecordTable[Line](columns(), name=tr("Lines"))
        self.table.opened.connect(self._begin)
        self.none = EmptyState(
            tr("No line yet."), tr("Type the beginning of an item; Enter goes on from field to field."), size=112
        )
        self.save = Button(tr("Save"), "primary", icon="save", shortcut="F9")
        self.save.clicked.connect(self.primary)
        self.drop = Button(tr("Take the line away"), "secondary", cap="Del")
        self.drop.clicked.connect(self._drop)
        self.bar = DockedBar(self.save, self.drop)
        head = self._head()
        lines = SectionCard("", (self.table, 1), self.none, flush=True)
        lines.setMinimumHeight(px(230))
        body = column(
            row(back, self.heading, None, gap=12),
            head,
            box(column(self.entry, margins=(16, 12, 16, 12)), "card"),
            (lines, 1),
            gap=12, margins=(20, 12, 20, 12),
        )  # fmt: skip
        self.setLayout(column((ScrollBody(body, 0), 1), self.bar, gap=0))
        self.setFocusProxy(self.entry)
        self._fill()

    def _head(self) -> QWidget:
        """What the delivery is; Enter goes on from field to field, and then to the first line."""
        top = Wrapped(
            _labelled(tr("What it is"), self.kind),
            _labelled(tr("From"), self.source),
            _labelled(tr("Day"), self.day),
            _labelled(tr("Order"), self.order),
            _labelled(tr("Paper number"), self.document),
            gap=10,
        )
        head = box(column(box(top), margins=(16, 12, 16, 12)), "card")
        self._flow = FormFlow(head)
        self._flow.ended.connect(self.entry.setFocus)
        self._flow.save.connect(self.primary)
        return head

    # ------------------------------------------------------------------ reading
    def reload(self) -> None:
        """Read the catalogue and the open orders; what was typed stays."""
        since = month_add(self.desk.today, -12)
        query = partial(_opening, clinic=self.desk.clinic.id, user=self.desk.actor.user, since=since)
        self.desk.tasks.read(query, self._show, owner=self, latest=f"receive.{id(self)}")

    def _show(self, read: Read) -> None:
        items, self._here, orders, left = read
        first = not self._items
        self._items = {item.id: item for item in items}
        self._orders = {o.id.hex(): o for o in orders}
        self.order.set_options(
            [Option(o.id.hex(), o.number or labels.day(o.happened_on), words.source(o.source)) for o in orders]
        )
        if first:
            self._offer()
            if left is not None and not self._noted:
                self._go_on(left)
            elif self._begin_with is not None:
                self.entry.expect(None, self._items.get(self._begin_with))
            elif self._order_wanted is not None:
                self.order.set_value(self._order_wanted.hex())
                self._choose_order()

    def _go_on(self, left: Draft) -> None:
        """What was typed and not saved: the window was locked, or the power went."""
        held = left.content
        self._delivery = left.id
        self.kind.set_value(held.get("kind") or "supplied")
        self.source.set_value(held.get("source") or "SSA")
        self.day.set_value(held.get("day") or self.desk.today.isoformat())
        self.document.set_value(held.get("document"))
        self._reword()
        self._offer()
        self._noted = from_text(held.get("lines", ""), self._items)
        self.order.set_value(held.get("order") or None)
        self._choose_order()
        self.entry.setFocus(Qt.FocusReason.OtherFocusReason)

    def _keep_draft(self) -> None:
        """Keep what is typed so far, or throw it away where nothing is left."""
        desk, now = self.desk, self.desk.tasks.database.clock()
        if self.finished or not self._items:
            return
        if not self._noted:
            desk.tasks.local(
                partial(drafts.discard, draft=self._delivery), lambda _: None, owner=self, topics=drafts.TOPICS
            )
            return
        n = len(self._noted)
        content = {
            "_name": trn("{n} line", "{n} lines", n).format(n=n),
            "kind": self.kind.value() or "",
            "source": self.source.value() or "",
            "day": self.day.value() or "",
            "document": self.document.value() or "",
            "order": self.order.value() or "",
            "lines": to_text(self._noted),
        }
        draft = Draft(self._delivery, FORM, None, desk.actor.user, content, now, now)
        desk.tasks.local(partial(drafts.save, draft=draft), lambda _: None, owner=self, topics=drafts.TOPICS)

    def _offer(self) -> None:
        self.entry.set_items(list(self._items.values()), self.source.value() or "", self._here)

    def _choose_order(self) -> None:
        chosen = self._orders.get(self.order.value() or "")
        if chosen is None:
            self._asked = ()
            self._fill()
            return
        self.source.set_value(chosen.source)
        self._offer()
        query = partial(order_file, clinic=self.desk.clinic.id, order=chosen.id)
        self.desk.tasks.read(query, self._show_order, owner=self, latest=f"receive.order.{id(self)}")

    def _show_order(self, read: Any) -> None:
        self._asked = () if read is None else tuple(line for line in read.lines if line.requested)
        self._fill()
        if self.entry.empty():
            self._next()

    # ------------------------------------------------------------------ lines
    def _note(self, typed: tuple[StockItem, str, date | None, int, int | None, Id | None]) -> None:
        item, number, expiry, units, pack, asked = typed
        day = self.day.value() or self.desk.today.isoformat()
        expired = expiry is not None and expiry.isoformat() < day
        if expired and not confirm(
            self,
            tr("It came expired"),
            tr("{name} expired on {day}. Note it to write it off?").format(
                name=item.name(language()), day=labels.day(expiry)
            ),
            tr("Note it"),
            tr("Correct the date"),
        ):
            self.entry.expiry.setFocus()
            self.entry.expiry.edit.selectAll()
            return
        self._noted.insert(
            0, Noted(new_id(self.desk.tasks.database.clock()), item, number, expiry, units, pack, asked, expired)
        )
        self._fill()
        self._keep_draft()
        self._next()

    def _as_above(self, item: bool) -> None:
        if self._noted and item:
            self.entry.same_item(self._noted[0])
        elif self._noted:
            self.entry.same_as(self._noted[0])

    def _look_back(self, item: StockItem | None) -> None:
        """What came before of the item that is being typed."""
        if item is not None:
            query = partial(before, clinic=self.desk.clinic.id, item=item.id, today=self.desk.today)
            self.desk.tasks.read(query, self._foretell, owner=self, latest=f"receive.before.{id(self)}")

    def _foretell(self, read: Before) -> None:
        self.entry.foretell(read, self.kind.value() in DELIVERED)

    def _next(self) -> None:
        """The next line that the order waits for, or an empty one."""
        done = {n.order_line for n in self._noted}
        waiting = next((a for a in self._asked if a.id not in done and missing(a) > 0), None)
        self.entry.expect(waiting, self._items.get(waiting.item) if waiting else None)

    def _begin(self, line: Line) -> None:
        """Enter on a line: type what an order waits for, or a noted one again."""
        if line.noted is not None:
            self._noted = [n for n in self._noted if n.id != line.noted.id]
            self._fill()
            asked = next((a for a in self._asked if a.id == line.noted.order_line), None)
            self.entry.expect(asked, line.noted.item)
            self.entry.same_as(line.noted)
            self.entry.units.set_value(str(line.noted.units))
        elif line.asked is not None:
            self.entry.expect(line.asked, self._items.get(line.asked.item))

    def _drop(self) -> None:
        chosen = self.table.current()
        if chosen is not None and chosen.noted is not None:
            self._noted = [n for n in self._noted if n.id != chosen.noted.id]
            self._fill()
            self._keep_draft()

    def _fill(self) -> None:
        done = {n.order_line for n in self._noted}
        asked = {a.id: a for a in self._asked}
        lines = [Line(n, asked.get(n.order_line) if n.order_line else None) for n in self._noted]
        lines += [Line(None, a) for a in self._asked if a.id not in done and missing(a) > 0]
        self.table.set_rows(lines)
        self.table.setVisible(bool(lines))
        self.none.setVisible(not lines)
        n = len(self._noted)
        said = trn("{n} line", "{n} lines", n).format(n=n) if n else tr("Nothing is saved before F9.")
        self.bar.set_state("draft" if n else None, said)
        self.save.setEnabled(bool(n))
        self.drop.setEnabled(bool(n))

    # ------------------------------------------------------------------ keeping
    def primary(self) -> None:
        """F9: keep the delivery; a line half typed is noted first."""
        if not self.entry.empty() and self.entry.units.text() and self.entry.number.text():
            self.entry.take()
        if not self._noted:
            return
        try:
            readable(self.day)
            ledger_day(self.day.value() or "", self.desk.today)
        except Refused as refused:
            self.entry.tell(messages.sentence(refused))
            self.day.setFocus()
            return
        order = self._orders.get(self.order.value() or "")
        request = Receipt(
            self._delivery,
            self.kind.value() or "supplied",
            self.source.value() or "other",
            self.day.value() or "",
            tuple(
                ReceiptLine(
                    n.id, n.item.id, n.units, n.number, n.expiry.isoformat() if n.expiry else None,
                    n.pack or n.item.pack, order_line=n.order_line, expired=n.expired,
                )
                for n in reversed(self._noted)
            ),
            order=order.id if order else None,
            document=self.document.value() or "",
        )  # fmt: skip
        self.desk.tasks.write(partial(receive, request=request), lambda _: self._saved(), owner=self)

    def _saved(self) -> None:
        n = len(self._noted)
        self._noted = []
        self._keep_draft()
        self.finished = True
        said = trn("Delivery of {n} line saved.", "Delivery of {n} lines saved.", n).format(n=n)
        self.desk.open_page("supplies")
        self.desk.toast(said, undo=True)

    def may_leave(self) -> bool:
        """Lines that were typed are not lost without a question."""
        if not self._noted or self.finished:
            return True
        said = tr("The lines typed are kept as a draft: they come back when you receive again.")
        return confirm(self, tr("Leave without saving?"), said, tr("Leave"), tr("Go on typing"))

    def _reword(self) -> None:
        opening = self.kind.value() == "opening"
        self.heading.title.set_text(tr("Note what there is") if opening else tr("Receive"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.table.hasFocus():
            self._drop()
        else:
            super().keyPressEvent(event)


def _labelled(label: str, field: Any) -> Any:
    return box(column(Text(label, "caption"), field, gap=2))
