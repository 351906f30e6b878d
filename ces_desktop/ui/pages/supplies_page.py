"""The shelf: what may run out before the next delivery, first the vital; every item with what is left and how long."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QStackedWidget

from ces_desktop.data.queries.shelf import SHOWN, Shelf, ShelfRow, shelf
from ces_desktop.data.queries.stock import StockItem
from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import language, tr, trn
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages import supplies_words as words
from ces_desktop.ui.pages.shelf_papers import ShelfPapers
from ces_desktop.ui.tasks import Progress
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    EmptyState,
    Filters,
    Heading,
    SectionCard,
    Text,
    TextField,
    Wrapped,
    box,
    column,
    row,
)
from ces_desktop.ui.widgets.combo import folded

SEVERITY = ("negative", "out", "risk", "expired", "expiring", "enough", "over", "idle")
VEN = ("V", "E", "N", "")
LOW = 420


class Risk(NamedTuple):
    """What the forecast says of an item: probability of running out before the next delivery, and the usual day."""

    before: float
    out: date | None


class SuppliesPage(Page):
    """Type to search, ↓ into the list, Enter opens an item. In the list letters act: R receives, S takes out."""

    topics = frozenset(
        {"movement", "lot", "item", "item_shelf", "unmet_demand", "count_line", "supply_order", "supply_cycle"}
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._shelf: Shelf | None = None
        self._risks: Mapping[Id, Risk] = {}
        self._group, self._job = "", None
        self.heading = Heading(tr("Pharmacy"), tr("What may run out before the next delivery, first the vital"))
        self.search = TextField(width=250, placeholder=tr("item or clave"), limit=200, name=tr("Find an item"))
        self.search.changed.connect(self._fill)
        self.search.installEventFilter(self)
        self.filters = Filters(_filters(), "all")
        self.filters.chosen.connect(lambda _: self._fill())
        self.groups = Button(tr("All groups"), "filter", icon="chevron-down")
        self.groups.clicked.connect(self._offer_groups)
        self.table = RecordTable[ShelfRow](self._columns(), name=tr("Pharmacy"))
        self.table.opened.connect(self._open)
        self.table.setWhatsThis(
            tr("Enter opens the item. R receives, S takes out, D hands out, / goes back to the search.")
        )
        self.first = Button(tr("Note what there is"), "primary", icon="clipboard-list", cap="F9")
        self.first.clicked.connect(self.primary)
        self.empty = EmptyState(
            tr("Nothing is on the shelf yet."),
            tr("Note what there is today, lot by lot: from then on it is kept by itself."),
            self.first,
            size=112,
        )
        self.none = EmptyState(tr("No item fits."), size=112)
        self.stack = QStackedWidget()
        for part in (SectionCard("", (self.table, 1), flush=True), self.empty, self.none):
            self.stack.addWidget(part)
        self.receive = Button(tr("Receive"), "primary", icon="download", shortcut="F9")
        self.take = Button(tr("Note an exit"), "secondary", cap="S")
        self.fill = Button(tr("Hand out"), "secondary", icon="pill", cap="D")
        self.fill.clicked.connect(lambda: desk.open_page("dispense"))
        self.more = Button(tr("More"), "secondary", icon="chevron-down")
        self.more.clicked.connect(self._offer_more)
        self.orders = Button(tr("Orders"), "secondary", icon="clipboard-list")
        self.receive.clicked.connect(self.primary)
        self.take.clicked.connect(self._take_out)
        self.orders.clicked.connect(lambda: desk.open_page("orders"))
        self.foot = Text("", "caption", elide=True)
        self.bar = DockedBar(self.receive, self.fill, self.take, self.orders, self.more, lead=())
        self.papers = ShelfPapers(self, cap="F8")
        self.fill.setVisible(desk.actor.may(Right.DISPENSE))
        keeps = desk.actor.may(Right.KEEP_STOCK)
        for button in (self.receive, self.take, self.first):
            button.setVisible(keeps)
        self.ways = _ways(desk)
        top = Wrapped(self.heading, box(row(*self.ways, self.papers, self.groups, self.search)), spread=True)
        body = column(box(top), self.filters, (self.stack, 1), gap=12, margins=(20, 12, 20, 10))
        self.setLayout(column((box(body), 1), self.bar, gap=0))
        self.setFocusProxy(self.search)

    def arrive(self) -> None:
        """Letters search, as at first: in the list, where one was last, they would receive, count or send."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    # ------------------------------------------------------------------ reading
    def reload(self) -> None:
        """Read the shelf again, then what the forecast says of it; the chosen item stays chosen."""
        query = partial(shelf, clinic=self.desk.clinic.id, today=self.desk.today)
        self.desk.tasks.read(query, self._show, owner=self, latest="supplies")

    def _show(self, read: Shelf) -> None:
        self._shelf = read
        self._fill()
        out = sum(r.standing() in ("negative", "out") and r.item.ven == "V" for r in read.rows)
        self.counted.emit("supplies", out)
        if read.rows:
            self._foretell({r.item.source for r in read.rows if r.lively and r.item.source})

    def _foretell(self, sources: set[str]) -> None:
        """Ask the forecast behind the page: it takes a second the first time of a day."""
        database, clinic, today = self.desk.tasks.database, self.desk.clinic.id, self.desk.today

        def work(_progress: Progress) -> dict[Id, Risk]:
            from ces_desktop.ui.pages.supplies_risks import risks

            return risks(database, clinic, today, sources)

        self.desk.tasks.run(work, self._show_risks, owner=self, failed=lambda _: None)

    def _show_risks(self, found: dict[Id, Risk]) -> None:
        if found != self._risks:
            self._risks = found
            self._fill()

    # ------------------------------------------------------------------ drawing
    def _rows(self, key: str) -> list[ShelfRow]:
        if self._shelf is None:
            return []
        today = self.desk.today
        fits: dict[str, Callable[[ShelfRow], bool]] = {
            "all": lambda r: True,
            "out": lambda r: self._kind(r) == "out",
            "risk": lambda r: self._kind(r) == "risk",
            "expiring": lambda r: r.soon > 0 or r.expired > 0,
            "over": lambda r: self._kind(r) == "over",
            "negative": lambda r: r.negative < 0,
            "uncounted": lambda r: r.uncounted(today),
        }
        return [r for r in self._shelf.rows if fits[key](r) and self._group in ("", r.item.kind)]

    def _kind(self, r: ShelfRow) -> str:
        risk = self._risks.get(r.item.id)
        return r.standing(risk.before if risk else None)

    def _fill(self) -> None:
        if self._shelf is None:
            return
        typed = folded(self.search.text()).split()
        rows = self._rows(self.filters.value())
        if typed:
            rows = [r for r in rows if _fits(r.item, typed)]
            if self.filters.value() == "all":
                rows += [_bare(i) for i in self._shelf.others if _fits(i, typed)]
        rows = self._ordered(rows)
        self.filters.set_counts({key: len(self._rows(key)) for key, _ in _filters()})
        current = self.table.current()
        kept = current.item.id if current and not typed else None
        self.table.set_rows(rows, (lambda r: r.item.id == kept) if kept else None)
        if rows and (self.table.current() is None or typed):
            self.table.select_place(0)
        self.stack.setCurrentIndex(0 if rows else 2 if self._shelf.rows or typed else 1)
        self.bar.setVisible(bool(self._shelf.rows) or bool(typed))
        self.bar.set_state(None, self._facts(len(rows if typed else self._shelf.rows)))

    def _ordered(self, rows: Sequence[ShelfRow]) -> list[ShelfRow]:
        """What matters most first, the vital before the essential; lines of one medicine from two sources together."""

        def weight(r: ShelfRow) -> tuple[int, int, float, str]:
            lasts = r.lasts if r.lasts is not None else 99.0
            ven = VEN.index(r.item.ven) if r.item.ven in VEN else 3
            return SEVERITY.index(self._kind(r)), ven, lasts, folded(words.name(r))

        best: dict[str, tuple[int, int, float, str]] = {}
        for r in rows:
            family = r.item.family or r.item.id.hex()
            best[family] = min(weight(r), best.get(family, weight(r)))
        return sorted(rows, key=lambda r: (best[r.item.family or r.item.id.hex()], weight(r)))

    def _facts(self, n: int) -> str:
        assert self._shelf is not None
        said = [trn("{n} item", "{n} items", n).format(n=labels.number(n))]
        if self._shelf.counted is not None:
            said.append(tr("last count {day}").format(day=labels.day(self._shelf.counted)))
        coming = [d for d in self._shelf.next_delivery.values() if d >= self.desk.today.isoformat()]
        if coming:
            said.append(tr("next delivery about {day}").format(day=labels.day(min(coming))))
        return " · ".join(said)

    def _columns(self) -> list[Column[ShelfRow]]:
        return [
            Column(tr("Item"), self._item, sort=lambda r: folded(words.name(r))),
            Column(tr("Source"), lambda r: Cell(tags=(words.source(r.item.source),) if r.item.source else ()), 78,
                   droppable=True),
            Column("VEN", _ven, 52, "center", lambda r: VEN.index(r.item.ven) if r.item.ven in VEN else 3),
            Column(tr("On hand"), self._held, 118, "right", lambda r: r.usable),
            Column(tr("Months of stock"), _lasts, 132, sort=lambda r: r.lasts),
            Column(tr("Use, {n} months").format(n=SHOWN), _line, 132, droppable=True),
            Column(tr("Expires"), _expiry, 104, sort=lambda r: r.expiry or date.max, droppable=True),
            Column(tr("Before the delivery"), self._chip, 184, sort=lambda r: SEVERITY.index(self._kind(r))),
        ]  # fmt: skip

    def _item(self, r: ShelfRow) -> Cell:
        caption = [words.unit(r.item.unit, 1), r.item.code, r.kept.location]
        return Cell(words.name(r), " · ".join(part for part in caption if part), strong=True)

    def _held(self, r: ShelfRow) -> Cell:
        coming = tr("{n} on the way").format(n=labels.number(r.in_transit)) if r.in_transit else ""
        tone = "bad" if r.usable <= 0 and r.lively else "text"
        return Cell(labels.number(r.usable if r.negative >= 0 else r.on_hand), coming, tone=tone)

    def _chip(self, r: ShelfRow) -> Cell:
        if not r.first and not r.kept.kept and not r.months:
            return Cell(tr("Never kept here"), tone="text3")
        risk = self._risks.get(r.item.id)
        return Cell(chip=words.standing(r, self.desk.today, *(risk or (None, None))))

    # ------------------------------------------------------------------ acting
    def print_page(self) -> None:
        """F8: the stock on paper."""
        self.papers.show_stock()

    def primary(self) -> None:
        """F9: receive; on an empty shelf, note what there is."""
        if self.desk.actor.may(Right.KEEP_STOCK):
            opening = self._shelf is not None and not self._shelf.rows
            self.desk.go_to("receive", ("opening",) if opening else ())

    def _open(self, chosen: ShelfRow | None) -> None:
        if chosen is not None:
            self.desk.go_to("item", (chosen.item.id,))

    def _take_out(self) -> None:
        chosen = self.table.current()
        if chosen is not None and self.desk.actor.may(Right.KEEP_STOCK):
            from ces_desktop.ui.pages.item_acts import take_out

            take_out(self, self.desk, chosen.item)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter = event.text().upper()
        if self.search.hasFocus():
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_PageDown):
                self.table.setFocus(Qt.FocusReason.OtherFocusReason)
                return
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._open(self.table.current())
                return
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.set_value("")
                self._fill()
                return
        elif self.table.hasFocus() and not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier:
            acts = {"R": self.primary, "S": self._take_out, "/": self.search.setFocus}
            others = {key: partial(self.desk.open_page, place) for key, (place, _) in _places().items()}
            act = (acts | others).get(letter)
            if act is not None:
                act()
                return
        super().keyPressEvent(event)

    def _offer_more(self) -> None:
        """The other places of the pharmacy, with the letter that opens each from the list."""
        menu = QMenu(self)
        for letter, (place, word) in _places().items():
            if place != "dispense":
                menu.addAction(f"{word}\t{letter}").triggered.connect(partial(self.desk.open_page, place))
        if self.take.isHidden() and self.desk.actor.may(Right.KEEP_STOCK):
            menu.addAction(f"{tr('Note an exit')}\tS").triggered.connect(self._take_out)
        menu.setActiveAction(menu.actions()[0])
        menu.popup(self.more.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def _offer_groups(self) -> None:
        menu = QMenu(self)
        for key, word in words.groups().items():
            menu.addAction(word).triggered.connect(partial(self._choose_group, key))
        self.groups.setChecked(bool(self._group))
        menu.setActiveAction(menu.actions()[0])
        menu.popup(self.groups.mapToGlobal(QPoint(0, self.groups.height())))

    def _choose_group(self, key: str) -> None:
        self._group = key
        self.groups.set_words(words.groups()[key])
        self.groups.setChecked(bool(key))
        self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.heading.sentence.setVisible(self.height() >= px(LOW))
        for button in (self.papers, *self.ways):  # F8, the reports and the search box offer them where there is no room
            button.setVisible(self.height() >= px(LOW))


def _ways(desk: Desk) -> tuple[Button, Button]:
    """To the two registers beside the shelf."""
    catalogue = Button(tr("Catalogue"), "ghost", icon="list-checks")
    equipment = Button(tr("Equipment"), "ghost", icon="stethoscope")
    catalogue.clicked.connect(lambda: desk.open_page("catalogue"))
    equipment.clicked.connect(lambda: desk.open_page("equipment"))
    return catalogue, equipment


def _places() -> dict[str, tuple[str, str]]:
    """Letters of the list → the place each opens."""
    return {
        "D": ("dispense", tr("Hand out")),
        "C": ("count", tr("Count")),
        "T": ("transfers", tr("Transfers")),
        "K": ("controlled", tr("Controlled")),
    }


def _filters() -> list[tuple[str, str]]:
    return [
        ("all", tr("All")),
        ("out", tr("Run out")),
        ("risk", tr("At risk")),
        ("expiring", tr("Expire in 90 days")),
        ("over", tr("Too much")),
        ("negative", tr("Negative")),
        ("uncounted", tr("Not counted for 60 days")),
    ]


def _fits(item: StockItem, typed: Sequence[str]) -> bool:
    said = f" {folded(item.name(language()))} {folded(item.name_es)} {item.code.lower()}"
    return all(f" {word}" in said or (word in item.code) for word in typed)


def _bare(item: StockItem) -> ShelfRow:
    """An item of the catalogue that was never here."""
    from ces_desktop.data.queries.shelf import empty_row

    return empty_row(item)


def _ven(r: ShelfRow) -> Cell:
    if r.item.ven not in words.LETTERS:
        return Cell()
    return Cell(r.item.ven, badge="filled" if r.item.ven == "V" else "plain")


def _lasts(r: ShelfRow) -> Cell:
    if r.lasts is None:
        return Cell(labels.DASH, tone="text3")
    short = r.lasts < r.least
    tone = "bad" if r.lasts < r.least / 4 else "warn" if short else "none" if r.lasts > 2 * r.least else "ok"
    return Cell(words.months(r.lasts), strong=True, tone=tone, gauge=(r.lasts / (2.4 * r.least), 1 / 2.4))


def _line(r: ShelfRow) -> Cell:
    shown = r.months[-SHOWN:]
    if not any(m.used for m in shown):
        return Cell()
    out = tuple(n for n, m in enumerate(shown) if m.exposure < 0.5)
    return Cell(line=(tuple(float(m.used) for m in shown), out))


def _expiry(r: ShelfRow) -> Cell:
    if r.expiry is None:
        return Cell(labels.DASH, tone="text3")
    return Cell(words.expiry(r.expiry), tone="bad" if r.usable <= 0 else "text")
