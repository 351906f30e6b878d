"""Note what goes to another clinic or comes from one, line by line by keyboard; also what is given back of a loan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from ces_desktop.data.queries.stock import Lot, StockItem, catalogue, lots
from ces_desktop.data.queries.transfers import TransferRow, transfers
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.errors import Refused
from ces_desktop.i18n import language, tr, trn
from ces_desktop.services import transfers as services
from ces_desktop.services.stock_rows import ledger_day, lot_number
from ces_desktop.services.transfers import GiveBack, Moved, Transfer
from ces_desktop.ui import labels, messages
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.dialogs.dated import day_field, readable
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.pages import supplies_words as words
from ces_desktop.ui.pages.receive_entry import EntryLine
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    ChoiceField,
    DockedBar,
    EmptyState,
    FormFlow,
    Heading,
    IconButton,
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


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was typed; `lot` None where it goes out: what expires first."""

    item: StockItem
    number: str
    expiry: date | None
    units: int
    pack: int | None
    lot: Id | None
    expired: bool


class TransferPage(Page):
    """Enter goes from field to field; after the quantity the line is noted. Del takes one away, F9 keeps all.

    `loan`: what is given back of it; else a new transfer or loan.
    """

    topics = frozenset({"item", "lot", "movement"})

    def __init__(self, desk: Desk, direction: str, loan: Id | None = None) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._direction, self._loan = direction, loan
        self._key = new_id(desk.tasks.database.clock())
        self._noted: list[Line] = []
        self._lots: dict[Id, list[Lot]] = {}
        self._owed: dict[Id, int] | None = None
        self._saving = False
        back = IconButton("arrow-left", tr("Back"))
        back.clicked.connect(desk.back)
        outwards = direction == "sent"
        title = tr("Send to a clinic") if outwards else tr("Receive from a clinic")
        said = tr("An empty lot: what expires first goes first") if outwards else tr("What came, lot by lot")
        self.heading = Heading(tr("Give back a loan") if loan else title, said)
        kinds = [("transfer", tr("Transfer")), ("loan", tr("Loan"))]
        self.kind = ChoiceField(kinds, "transfer", name=tr("What it is"), required=True)
        self.other = TextField(width=240, limit=12_000, name=tr("Other clinic"), placeholder=tr("name or prefix"))
        self.folio = TextField(width=190, limit=12_000, name=tr("Folio"),
                               placeholder=tr("the next of ours") if outwards else "")  # fmt: skip
        self.day = day_field(desk.today, tr("Day"))
        parts = [_labelled(tr("Day"), self.day)]
        if loan is None:
            parts = [_labelled(tr("What it is"), self.kind), _labelled(tr("Other clinic"), self.other), *parts,
                     _labelled(tr("Folio"), self.folio)]  # fmt: skip
        self.entry = EntryLine(desk.today)
        self.entry.typed.connect(self._note)
        self.entry.chosen.connect(self._say_owed)
        self.table = RecordTable[Line](_columns(), name=tr("Lines"))
        self.none = EmptyState(
            tr("No line yet."), tr("Type the beginning of an item; Enter goes on from field to field."), size=112
        )
        self.save = Button(tr("Save"), "primary", icon="save", shortcut="F9")
        self.save.clicked.connect(self.primary)
        self.drop = Button(tr("Take the line away"), "secondary", cap="Del")
        self.drop.clicked.connect(self._drop)
        self.bar = DockedBar(self.save, self.drop)
        head = box(column(box(Wrapped(*parts, gap=10)), margins=(16, 12, 16, 12)), "card")
        self._flow = FormFlow(head)
        self._flow.ended.connect(self.entry.setFocus)
        self._flow.save.connect(self.primary)
        lines = SectionCard("", (self.table, 1), self.none, flush=True)
        lines.setMinimumHeight(px(190))
        body = column(
            row(back, self.heading, None, gap=12),
            head,
            box(column(self.entry, margins=(16, 12, 16, 12)), "card"),
            (lines, 1),
            gap=12, margins=(20, 12, 20, 12),
        )  # fmt: skip
        self.setLayout(column((ScrollBody(body, 0), 1), self.bar, gap=0))
        self.setFocusProxy(self.entry if loan else self.kind)
        self._fill()

    # ------------------------------------------------------------------ reading
    def reload(self) -> None:
        """Read the catalogue and the lots; what was typed stays."""
        clinic, today, loan = self.desk.clinic.id, self.desk.today, self._loan

        def query(connection: Any) -> tuple[list[StockItem], dict[Id, list[Lot]], TransferRow | None]:
            items = catalogue(connection, clinic)
            held = lots(connection, clinic, [i.id for i in items], today, today)
            of = next((t for t in transfers(connection, clinic) if t.id == loan), None) if loan else None
            return items, held, of

        self.desk.tasks.read(query, self._show, owner=self, latest=f"transfer.{id(self)}")

    def _show(self, read: tuple[list[StockItem], dict[Id, list[Lot]], TransferRow | None]) -> None:
        items, self._lots, loan = read
        self._owed = loan.owed if loan is not None else None
        if self.entry.empty():
            if loan is not None:
                self.heading.set_sentence(f"{loan.other} · {loan.folio}".rstrip(" ·"))
                items = [i for i in items if i.id in loan.owed]
            elif self._direction == "sent":
                items = [i for i in items if any(x.stock.usable(self.desk.today) for x in self._lots.get(i.id, ()))]
            self.entry.set_items(items, "")

    # ------------------------------------------------------------------ lines
    def _note(self, typed: tuple[StockItem, str, date | None, int, int | None, Id | None]) -> None:
        item, number, expiry, units, pack, _ = typed
        lot, expired = None, False
        if self._direction == "sent":
            if number or expiry:
                wanted = lot_number(number) or ""
                fits = [x for x in self._lots.get(item.id, ()) if x.id and wanted in ("", x.number)]
                fits = [x for x in fits if expiry in (None, x.expiry) and x.quantity > 0]
                if len(fits) != 1:
                    self._stop("supply.lot_not_usable")
                    return
                lot, number, expiry = fits[0].id, fits[0].number, fits[0].expiry
            short = units - self._left(item.id, lot)
            if short > 0:
                self._too_many(Refused("supply.not_enough", missing=short))
                return
        if self._owed is not None and units > (left := self._still_owed(item.id)):
            self._too_many(Refused("transfer.too_much", item=item.name(language()), most=left))
            return
        comes, day = self._direction == "received", self.day.value() or self.desk.today.isoformat()
        if comes and expiry is not None and expiry.isoformat() < day:
            text = tr("{name} expired on {day}. Note it to write it off?")
            said = text.format(name=item.name(language()), day=labels.day(expiry))
            expired = confirm(self, tr("It came expired"), said, tr("Note it"), tr("Correct the date"))
            if not expired:
                self.entry.expiry.setFocus()
                return
        self._noted.insert(0, Line(item, number, expiry, units, pack, lot, expired))
        self._fill()
        self.entry.expect(None, None)

    def _left(self, item: Id, lot: Id | None) -> int:
        """Units in date, of one lot or of all, less what the lines above take."""
        held = [x for x in self._lots.get(item, ()) if lot in (None, x.id) and x.stock.usable(self.desk.today)]
        taken = sum(x.units for x in self._noted if x.item.id == item and lot in (None, x.lot))
        return sum(x.quantity for x in held) - taken

    def _still_owed(self, item: Id) -> int:
        """Units of an item that the loan lacks, less what the lines above give back."""
        return (self._owed or {}).get(item, 0) - sum(x.units for x in self._noted if x.item.id == item)

    def _say_owed(self, item: StockItem | None) -> None:
        """Of a loan: how many are owed, proposed."""
        if self._owed is not None and item is not None:
            left = self._still_owed(item.id)
            self.entry.propose(left, tr("{n} owed").format(n=labels.number(left)))

    def _too_many(self, refused: Refused) -> None:
        """Told here, where it is typed: on saving nobody would know of which line."""
        self.entry.tell(messages.sentence(refused))
        self.entry.units.setFocus()
        self.entry.units.selectAll()

    def _stop(self, code: str) -> None:
        self.entry.tell(messages.sentence(Refused(code)))
        self.entry.number.setFocus()

    def _drop(self) -> None:
        chosen = self.table.current()
        if chosen is not None:
            self._noted = [x for x in self._noted if x is not chosen]
            self._fill()

    def _fill(self) -> None:
        self.table.set_rows(list(self._noted))
        self.table.setVisible(bool(self._noted))
        self.none.setVisible(not self._noted)
        n = len(self._noted)
        said = trn("{n} line", "{n} lines", n).format(n=n) if n else tr("Nothing is saved before F9.")
        self.bar.set_state("draft" if n else None, said)
        self.save.setEnabled(bool(n))
        self.drop.setEnabled(bool(n))

    # ------------------------------------------------------------------ keeping
    def primary(self) -> None:
        """F9: keep it; a line typed whole is noted first."""
        if not self.entry.empty() and self.entry.units.text():
            self.entry.take()
            if not self.entry.empty():
                return
        if not self._noted or self._saving:
            return
        try:
            readable(self.day)
            ledger_day(self.day.value() or "", self.desk.today)
        except Refused as refused:
            self.entry.tell(messages.sentence(refused))
            self.day.setFocus()
            return
        if self._loan is None and not self.other.value():
            self.entry.tell(messages.sentence(Refused("transfer.other")))
            self.other.setFocus()
            return
        self._saving = True
        self.desk.tasks.write(self._action(), lambda _: self._saved(), owner=self, failed=self._failed)

    def _action(self) -> Any:
        lines = tuple(
            Moved(x.item.id, x.units, x.lot, x.number, x.expiry.isoformat() if x.expiry else None,
                  x.pack or x.item.pack, x.expired)
            for x in reversed(self._noted)
        )  # fmt: skip
        day = self.day.value() or ""
        if self._loan is not None:
            return partial(services.give_back, request=GiveBack(self._key, self._loan, day, lines))
        request = Transfer(
            self._key, self._direction, self.kind.value() or "transfer", self.other.value() or "", day, lines,
            self.folio.value() or "",
        )  # fmt: skip
        return partial(services.move, request=request)

    def _failed(self, failure: Any) -> None:
        self._saving = False
        self.desk.tell(failure)

    def _saved(self) -> None:
        n = len(self._noted)
        self._noted, self.finished = [], True
        self.desk.open_page("transfers")
        self.desk.toast(trn("{n} line saved.", "{n} lines saved.", n).format(n=n), undo=True)

    def may_leave(self) -> bool:
        """Lines that were typed are not lost without a question."""
        if not self._noted or self.finished:
            return True
        return confirm(
            self, tr("Leave without saving?"), tr("The lines typed are not saved yet."), tr("Leave"), tr("Go on typing")
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.table.hasFocus():
            self._drop()
        else:
            super().keyPressEvent(event)


def _labelled(label: str, field: Any) -> Any:
    return box(column(Text(label, "caption"), field, gap=4))  # the focus ring of a choice needs its room


def _columns() -> list[Column[Line]]:
    return [
        Column(tr("Item"), lambda x: Cell(x.item.name(language()), words.unit(x.item.unit), strong=True)),
        Column(tr("Lot"), lambda x: Cell(x.number or labels.DASH), 150),
        Column(tr("Expires"), lambda x: Cell(words.expiry(x.expiry)), 130),
        Column(tr("Quantity"), lambda x: Cell(labels.number(x.units), strong=True), 120, "right"),
        Column("", lambda x: Cell(chip=("bad", tr("Expired")) if x.expired else None), 120, droppable=True),
    ]
