"""An item: how it stands, its use and forecast, days without stock, its stock card, its lots, how it was worked out."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut

from ces_desktop.data.queries.conflicts import Conflict, of_item
from ces_desktop.data.queries.shelf import ShelfRow
from ces_desktop.data.queries.stock import Lot
from ces_desktop.data.queries.stock_card import CardLine, item_page
from ces_desktop.data.queries.stock_card import ItemPage as Read
from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import language, tr
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages import item_acts
from ces_desktop.ui.pages import supplies_words as words
from ces_desktop.ui.pages.doubt_note import DoubtNote
from ces_desktop.ui.pages.item_cards import FactsStrip, LotsCard, OutlookCard, UseCard, WithoutCard
from ces_desktop.ui.pages.item_outlook import Outlook
from ces_desktop.ui.pages.shelf_papers import show_card
from ces_desktop.ui.tasks import Progress
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    EmptyState,
    Heading,
    IconButton,
    ScrollBody,
    SectionCard,
    Tag,
    Wrapped,
    box,
    column,
    row,
)

WIDE, SIDE = 1040, 372
CARD_ROWS = 12


class ItemPage(Page):
    """F9 receives, S takes out, U changes place and most, Del corrects the chosen movement, Enter a lot.

    F7 leads to what two computers changed of it before they met."""

    topics = frozenset(
        {"movement", "lot", "item", "item_shelf", "unmet_demand", "supply_order", "delivery", "count_line"}
    )

    def __init__(self, desk: Desk, item: Id) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._item = item
        self._read: Read | None = None
        self.heading = Heading(" ", " ")
        back = IconButton("arrow-left", tr("Back"))
        back.clicked.connect(desk.back)
        self.tags = row(gap=6)
        self.doubt = DoubtNote(desk)
        self.facts = FactsStrip()
        self.use = UseCard()
        self.without = WithoutCard()
        self.card = RecordTable[CardLine](self._columns(), name=tr("Stock card"))
        self.card.opened.connect(self._correct)
        self.card.setWhatsThis(tr("Enter or Del corrects the chosen movement; what was taken back stays, struck."))
        self.none = EmptyState(
            tr("Nothing of it has moved yet."), tr("Receive it, or note what there is: its card begins here."), inset=16
        )
        self.card_box = SectionCard(tr("Stock card"), self.card, self.none, icon="list-checks", flush=True)
        self.lots = LotsCard()
        self.lots.table.opened.connect(self._lot)
        self.outlook = OutlookCard()
        self.outlook.orders.clicked.connect(lambda: desk.open_page("orders"))
        self._side = box(column(self.lots, self.outlook, None, gap=12))
        self._main = box(column(self.use, self.without, self.card_box, None, gap=12))
        self._columns_row = row((self._main, 1), self._side, gap=12)
        self.receive = Button(tr("Receive"), "primary", icon="download", shortcut="F9")
        self.receive.clicked.connect(self.primary)
        self.take = Button(tr("Note an exit"), "secondary", cap="S")
        self.take.clicked.connect(self._take_out)
        self.place = Button(tr("Place"), "secondary", icon="map-pin", cap="U")
        self.place.clicked.connect(self._keep)
        self.fix = Button(tr("Correct"), "secondary", cap="Del")
        self.fix.clicked.connect(lambda: self._correct(self.card.current()))
        self.paper = Button(tr("Stock card"), "secondary", icon="printer", cap="F8")
        self.paper.clicked.connect(self.print_page)
        self.bar = DockedBar(self.receive, self.take, self.place, self.fix, self.paper)
        for button in (self.receive, self.take, self.place, self.fix):
            button.setVisible(desk.actor.may(Right.KEEP_STOCK))
        top = Wrapped(box(row(back, self.heading, gap=12)), box(self.tags), gap=12)
        inner = column(box(top), self.doubt, self.facts, (self._columns_row, 1), gap=12, margins=(20, 12, 20, 12))
        self.setLayout(column((ScrollBody(inner), 1), self.bar, gap=0))
        self.setFocusProxy(self.card)
        QShortcut(QKeySequence("Ctrl+T"), self).activated.connect(self.use.toggle)

    # ------------------------------------------------------------------ reading
    def reload(self) -> None:
        """Read the item again, then its forecast behind the page."""
        query = partial(
            _item, clinic=self.desk.clinic.id, item=self._item, today=self.desk.today,
            people=self.desk.actor.may(Right.SEE_PATIENTS),
        )  # fmt: skip
        self.desk.tasks.read(query, self._show, owner=self, latest=f"item.{id(self)}")

    def _show(self, found: tuple[Read | None, tuple[Conflict, ...]]) -> None:
        read, in_doubt = found
        if read is None:
            self.desk.back()
            return
        self.doubt.tell(in_doubt)
        self._read = read
        item, today = read.row.item, self.desk.today
        self.heading.title.set_text(item.name(language()))
        said = [words.unit(item.unit, 1), tr("clave {code}").format(code=item.code) if item.code else ""]
        said += [tr("box of {n}").format(n=item.pack) if item.pack else "", read.row.kept.location]
        self.heading.set_sentence(" · ".join(part for part in said if part))
        self._show_tags(read.row)
        self.facts.show_row(read.row, today, read.family)
        self.use.show_use(read.row, ())
        self.without.show_row(read.row)
        self.lots.show_lots(read.lots, today, read.row.kept.location)
        kept = self.card.current()
        self.card.set_rows(read.card, (lambda line: line.movement.id == kept.movement.id) if kept else None)
        self.card.setVisible(bool(read.card))
        self.none.setVisible(not read.card)
        self.fix.set_possible(bool(read.card), tr("Nothing of it has moved yet."))
        self.card.fit_height(CARD_ROWS)
        if read.card and self.card.current() is None:
            self.card.select_place(0)
        if item.source and (read.row.lively or read.row.kept.kept):
            self._foretell(item.source)
        else:
            self.outlook.show_nothing()

    def _show_tags(self, shown: ShelfRow) -> None:
        from ces_desktop.ui.widgets import clear

        clear(self.tags)
        ven = {"V": tr("Vital"), "E": tr("Essential")}.get(shown.item.ven, "")
        controlled = tr("Controlled") if shown.item.controlled else ""
        cold = tr("Refrigerate") if shown.item.cold else ""
        group = words.groups().get(shown.item.kind, "")
        for text in (ven, words.source(shown.item.source), group, controlled, cold):
            if text:
                self.tags.addWidget(Tag(text))

    def _foretell(self, source: str) -> None:
        database, clinic, today, item = self.desk.tasks.database, self.desk.clinic.id, self.desk.today, self._item

        def work(_progress: Progress) -> Outlook | None:
            from ces_desktop.ui.pages.item_outlook import outlook

            return outlook(database, clinic, today, item, source)

        self.desk.tasks.run(work, self._show_outlook, owner=self, failed=lambda _: self.outlook.show_nothing())

    def _show_outlook(self, found: Outlook | None) -> None:
        if self._read is None:
            return
        if found is None:
            self.outlook.show_nothing()
            return
        self.use.show_use(self._read.row, found.fan)
        self.facts.show_outlook(self._read.row, found, self.desk.today)
        self.outlook.show_outlook(self._read.row, found)

    def _columns(self) -> list[Column[CardLine]]:
        return [
            Column(tr("Date"), lambda c: Cell(labels.day(c.movement.day), tone=_tone(c)), 108),
            Column(tr("Movement"), _movement),
            Column(tr("Lot"), lambda c: Cell(c.movement.number, tone=_tone(c)), 110, droppable=True),
            Column(tr("Units"), _units, 92, "right"),
            Column(tr("Balance"), lambda c: Cell(labels.number(c.movement.balance), strong=True), 92, "right"),
        ]

    # ------------------------------------------------------------------ acting
    def print_page(self) -> None:
        """F8: the stock card on paper."""
        show_card(self, self._item, self._read.row.item.code if self._read else "")

    def primary(self) -> None:
        """F9: receive this item."""
        if self.desk.actor.may(Right.KEEP_STOCK):
            self.desk.go_to("receive", ("supplied", self._item))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        acts = {"S": self._take_out, "U": self._keep, "R": self.primary}
        act = acts.get(event.text().upper())
        if event.key() == Qt.Key.Key_Delete:
            self._correct(self.card.current())
        elif act is not None and not held:
            act()
        else:
            super().keyPressEvent(event)

    def _may(self) -> bool:
        return self._read is not None and self.desk.actor.may(Right.KEEP_STOCK)

    def _take_out(self) -> None:
        if self._read is not None and self._may():
            item_acts.take_out(self, self.desk, self._read.row.item)

    def _keep(self) -> None:
        if self._read is not None and self._may():
            item_acts.keep(self, self.desk, self._read.row)

    def _lot(self, lot: Lot) -> None:
        if self._may() and lot.id is not None:
            item_acts.change_lot(self, self.desk, lot)

    def _correct(self, line: CardLine | None) -> None:
        if line is None or self._read is None or not self._may():
            return
        if line.movement.reverses is not None or line.movement.reversed_by is not None:
            self.desk.toast(tr("This movement was taken back already."))
            return
        item_acts.correct(self, self.desk, self._read.row.item, line.movement)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lots and forecast beside the chart, or under the facts in a narrow window."""
        super().resizeEvent(event)
        wide = self.width() >= px(WIDE)
        self._side.setFixedWidth(px(SIDE) if wide else max(px(300), self.width() - px(54)))
        self._columns_row.setDirection(
            self._columns_row.Direction.LeftToRight if wide else self._columns_row.Direction.BottomToTop
        )


def _item(connection: Any, clinic: Id, item: Id, **asked: Any) -> tuple[Read | None, tuple[Conflict, ...]]:
    return item_page(connection, clinic, item, **asked), of_item(connection, clinic, item)


def _tone(line: CardLine) -> str:
    gone = line.movement.reversed_by is not None or line.movement.reverses is not None
    return "text3" if gone else "text"


def _movement(line: CardLine) -> Cell:
    moved = line.movement
    text = words.kind(moved.kind)
    if line.about and moved.document_kind == "prescription":
        text = tr("{what} to {name}").format(what=text, name=line.about)
    parts = [words.reason(moved.reason), moved.note, line.who]
    if line.about and moved.document_kind != "prescription":
        parts.insert(0, line.about)
    if moved.lot is None:
        parts.insert(0, tr("without a lot"))
    tags = (tr("Taken back"),) if moved.reversed_by else (tr("Takes back"),) if moved.reverses else ()
    caption = " · ".join(part for part in parts if part)
    return Cell(text, caption, tags=tags, strong=not tags, tone=_tone(line), struck=moved.reversed_by is not None)


def _units(line: CardLine) -> Cell:
    moved = line.movement
    sign = "+" if moved.quantity > 0 else ""
    return Cell(f"{sign}{labels.number(moved.quantity)}", tone=_tone(line), struck=moved.reversed_by is not None)
