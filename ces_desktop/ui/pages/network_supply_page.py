"""The stores of all clinics side by side: what to move from whom to whom, who will run out, who has too much."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget

from ces_desktop.data.folder import write_safely
from ces_desktop.data.queries.network_supply import ClinicStore, NetworkSupply, Product, network_supply
from ces_desktop.domain.supply.redistribution import Move
from ces_desktop.i18n import language, tr, trn
from ces_desktop.reports.network_supply import meaning
from ces_desktop.reports.supply_words import chance as chance_words
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages import reports_file
from ces_desktop.ui.pages import supplies_words as words
from ces_desktop.ui.print_frame import frame_of
from ces_desktop.ui.tasks import Failure, Progress
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    EmptyState,
    Filters,
    Heading,
    IconButton,
    ProgressPanel,
    SectionCard,
    Text,
    TextField,
    Wrapped,
    box,
    column,
    row,
)
from ces_desktop.ui.widgets.combo import folded

FEW = 5
"""Clinics up to which each has room for its whole name."""
TONES = {"out": "bad", "risk": "warn", "over": "text3", "enough": "ok", "idle": "text3"}


class NetworkSupplyPage(Page):
    """The filters choose between the moves and the clinics side by side; F8 prints, F9 saves the file."""

    topics = frozenset({"movement", "lot", "item", "item_shelf", "unmet_demand", "supply_order", "supply_cycle"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._read: NetworkSupply | None = None
        self._job: Progress | None = None
        back = IconButton("arrow-left", tr("Back"))
        back.clicked.connect(desk.back)
        self.heading = Heading(tr("Supplies of the network"), tr("Who will run out, who has too much, what to move"))
        self.search = TextField(width=250, placeholder=tr("item"), limit=200, name=tr("Find an item"))
        self.search.changed.connect(self._fill)
        self.filters = Filters(_filters(), "moves")
        self.filters.chosen.connect(lambda _: self._fill())
        self.progress = ProgressPanel(tr("Reading the stores of the clinics"), cancel_text="")
        self.moves = RecordTable[Move](self._move_columns(), name=tr("What to move"))
        self.matrix: RecordTable[Product] | None = None
        self.card = SectionCard("", (self.moves, 1), flush=True)
        self.beside = SectionCard("", flush=True)
        self.none = EmptyState(
            tr("Nothing to show here."), tr("No clinic has too much of what another lacks, or no item fits."), size=112
        )
        self.alone = EmptyState(
            tr("There are not two stores yet."),
            tr("The stores of the clinics arrive with their USB bundles; from two on they stand here side by side."),
            size=112,
        )
        self.stack = QStackedWidget()
        for part in (self.card, self.beside, self.none, self.alone):
            self.stack.addWidget(part)
        self.paper = Button(tr("Print"), "secondary", icon="printer", cap="F8")
        self.paper.clicked.connect(self.print_page)
        self.save = Button(tr("Save a file"), "primary", icon="save", shortcut="F9")
        self.save.clicked.connect(self.primary)
        self.foot = Text("", "caption", wrap=True)
        self.bar = DockedBar(self.save, self.paper)
        top = Wrapped(box(row(back, self.heading, gap=12)), self.search, spread=True)
        parts = (box(top), self.filters, self.progress, (self.stack, 1), self.foot)
        body = column(*parts, gap=12, margins=(20, 12, 20, 10))
        self.setLayout(column((box(body), 1), self.bar, gap=0))
        self.setFocusProxy(self.moves)

    # ------------------------------------------------------------------ reading
    def reload(self) -> None:
        """Read every store, with progress: a dozen clinics take a moment."""
        if self._job is not None:
            return
        database, today = self.desk.tasks.database, self.desk.today
        progress = self._job = Progress()
        progress.moved.connect(self.progress.advance)
        self.progress.advance(0, 0)
        self.progress.start()

        def read(_: Progress) -> NetworkSupply:
            return database.read(partial(network_supply, today=today, step=progress.step))

        self.desk.tasks.run(read, self._show, owner=self, failed=self._failed, progress=progress)

    def _show(self, read: NetworkSupply) -> None:
        self._job = None
        self.progress.finish()
        if self._read is None or self._read.clinics != read.clinics:
            self._make_matrix(read.clinics)
        self._read = read
        self._fill()

    def _failed(self, failure: Failure) -> None:
        self._job = None
        self.progress.finish()
        self.desk.tell(failure)

    def _make_matrix(self, clinics: Sequence[ClinicStore]) -> None:
        columns: list[Column[Product]] = [
            Column(tr("Item"), self._product, sort=lambda p: p.name(language())),
            Column("VEN", _ven, 52, "center", lambda p: p.ven or "~"),
        ]
        few = len(clinics) <= FEW
        columns += [
            Column(c.name if few else c.prefix or c.name[:8], partial(self._standing, c), 150 if few else 92, "right")
            for c in clinics
        ]
        held = self.beside.layout()
        assert held is not None
        if self.matrix is not None:
            held.removeWidget(self.matrix)
            self.matrix.deleteLater()
        self.matrix = RecordTable[Product](columns, name=tr("Clinics side by side"))
        held.addWidget(self.matrix)

    # ------------------------------------------------------------------ drawing
    def _fill(self) -> None:
        read = self._read
        if read is None:
            return
        typed = folded(self.search.text()).split()
        moves = [m for m in read.moves if self._fits(self._of(m), typed)]
        products = {key: [p for p in self._in(key) if self._fits(p, typed)] for key in ("lacking", "over", "all")}
        self.filters.set_counts({"moves": len(moves)} | {key: len(found) for key, found in products.items()})
        shown = self.filters.value()
        self.moves.set_rows(moves)
        if self.matrix is not None:
            self.matrix.set_rows(products.get(shown, ()))
        full = bool(moves) if shown == "moves" else bool(products[shown])
        place = (0 if shown == "moves" else 1) if full else 2
        self.stack.setCurrentIndex(place if len(read.clinics) > 1 else 3)
        for table in (self.moves, self.matrix):
            if table is not None and table.current() is None:
                table.select_place(0)
        named = () if len(read.clinics) <= FEW else (f"{c.prefix} {c.name}" for c in read.clinics)
        said = " · ".join((tr("Months of stock at each clinic's own use"), *named))
        self.foot.set_text(said if shown != "moves" else meaning())
        self.filters.setVisible(len(read.clinics) > 1)
        self.bar.setVisible(len(read.clinics) > 1)
        n = len(read.clinics)
        self.bar.set_state(None, trn("{n} clinic with a store", "{n} clinics with a store", n).format(n=n))

    def _in(self, key: str) -> list[Product]:
        assert self._read is not None
        states = {p.key: self._read.states(p.key) for p in self._read.products}
        wanted = {"lacking": ("out", "risk"), "over": ("over",), "all": ("out", "risk", "over", "enough", "idle")}[key]
        return [p for p in self._read.products if any(state in wanted for state in states[p.key])]

    def _of(self, move: Move) -> Product:
        assert self._read is not None
        return next(p for p in self._read.products if p.key == move.product)

    def _fits(self, product: Product, typed: Sequence[str]) -> bool:
        said = f" {folded(product.name(language()))} {folded(product.name_es)}"
        return all(f" {word}" in said for word in typed)

    def _name(self, clinic: bytes) -> str:
        assert self._read is not None
        return next((c.name for c in self._read.clinics if c.id == clinic), "")

    def _move_columns(self) -> list[Column[Move]]:
        return [
            Column(tr("Item"), lambda m: self._product(self._of(m)), sort=lambda m: self._of(m).name(language())),
            Column("VEN", lambda m: _ven(self._of(m)), 52, "center"),
            Column(tr("From"), self._from, 178, sort=lambda m: self._name(m.giver)),
            Column(tr("To"), self._to, 178, sort=lambda m: self._name(m.receiver)),
            Column(tr("Quantity"), self._quantity, 118, "right", lambda m: m.units),
            Column(tr("Lot and expiry"), _lots, 168, droppable=True),
        ]

    def _product(self, product: Product) -> Cell:
        told = [words.unit(product.unit, 1)]
        told += [tr("keep cold")] if product.cold else []
        told += [tr("controlled item")] if product.controlled else []
        return Cell(product.name(language()), " · ".join(told), strong=True)

    def _from(self, move: Move) -> Cell:
        keeps = tr("nobody asks for it there")
        if move.leaves is not None:
            keeps = tr("keeps {months} months of use").format(months=words.months(move.leaves))
        return Cell(self._name(move.giver), keeps)

    def _to(self, move: Move) -> Cell:
        said = tr("runs out: {before} → {after}")
        before, after = (chance_words(round(1000 * p)) for p in (move.before, move.after))
        return Cell(self._name(move.receiver), said.format(before=before, after=after))

    def _quantity(self, move: Move) -> Cell:
        return Cell(labels.number(move.units), words.unit(self._of(move).unit, move.units), strong=True)

    def _standing(self, clinic: ClinicStore, product: Product) -> Cell:
        assert self._read is not None
        held = self._read.held.get((product.key, clinic.id))
        if held is None:
            return Cell(labels.DASH, tone="text3")
        state = held.state(self._read.today)
        lasts = held.kept.usable / held.kept.average if held.kept.average and held.lively else None
        if held.kept.usable <= 0:
            shown = "0"
        elif lasts is None:
            shown = f"{labels.number(held.kept.usable)} {words.unit(product.unit, held.kept.usable)}"
        else:
            shown = words.months(lasts)
        return Cell(shown, _state(state), strong=state in ("out", "risk"), tone=TONES[state])

    # ------------------------------------------------------------------ acting
    def primary(self) -> None:
        """F9: save the moves as a file."""
        if self._read is None or not self.bar.isVisible():
            return
        start = str(Path.home() / f"{tr('moves')}-{self._read.today}.csv")
        place, kind = QFileDialog.getSaveFileName(self, tr("Save a file"), start, reports_file.KINDS)
        if place:
            self.save_to(reports_file.named(place, kind))

    def save_to(self, path: Path) -> None:
        """Write it, off the GUI thread."""
        read = self._read
        if read is None:
            return

        def write(_: Progress) -> None:
            from ces_desktop.reports.network_supply import moves_file

            write_safely(path, moves_file(read, path.suffix.lower() == ".xlsx"), keep_previous=False)

        self.desk.tasks.run(write, lambda _: self.desk.toast(tr("The file was saved.")), owner=self)

    def print_page(self) -> None:
        """F8: the moves and the shortages on paper."""
        if self._read is None or not self.bar.isVisible():
            return
        from ces_desktop.reports.network_supply import moves_pdf

        title = tr("Supplies of the network")
        name = f"red-{self._read.today}.pdf"
        self.desk.preview(title, partial(moves_pdf, self._read, frame_of(self.desk)), name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() == "/" and not self.search.hasFocus():
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.set_value("")
            self._fill()
        else:
            super().keyPressEvent(event)


def _filters() -> list[tuple[str, str]]:
    return [
        ("moves", tr("What to move")),
        ("lacking", tr("Out or at risk")),
        ("over", tr("Too much")),
        ("all", tr("All")),
    ]


def _state(state: str) -> str:
    return {
        "out": tr("run out"), "risk": tr("at risk"), "over": tr("too much"), "enough": "", "idle": tr("not used")
    }[state]  # fmt: skip


def _ven(product: Product) -> Cell:
    if product.ven not in words.LETTERS:
        return Cell()
    return Cell(product.ven, badge="filled" if product.ven == "V" else "plain")


def _lots(move: Move) -> Cell:
    first, more = move.boxes[0], len(move.boxes) - 1
    until = words.expiry(first.expiry) if isinstance(first.expiry, date) else tr("does not expire")
    also = trn("and {n} lot more", "and {n} lots more", more).format(n=more) if more else ""
    return Cell(first.number or labels.DASH, " · ".join(part for part in (until, also) if part))
