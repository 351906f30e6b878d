"""The line in which a delivery is typed: item, lot, expiry, quantity; Enter goes on, after the quantity it is noted."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.orders import OrderLine
from ces_desktop.data.queries.receipts import Before
from ces_desktop.data.queries.stock import Lot, StockItem
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.entry import parse_quantity
from ces_desktop.errors import Refused
from ces_desktop.i18n import language, tr
from ces_desktop.ui import labels, messages
from ces_desktop.ui.dialogs.supply import expiry_field
from ces_desktop.ui.pages import supplies_words as words
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button, ComboField, InlineNote, Option, Text, TextField, Wrapped, box, column
from ces_desktop.ui.widgets.combo import folded

_MONTH = re.compile(r"(0[1-9]|1[0-2]|[2-9])([0-9]{2})")
_DAY = re.compile(r"(2[2-9]|3[01])[01]")
"""Beginning of `230428`, a day without strokes: three digits that look like a month and go on."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A line that was typed. `expired`: seen to have come expired, and kept to be written off."""

    id: Id
    item: StockItem
    number: str
    expiry: date | None
    units: int
    pack: int | None
    order_line: Id | None = None
    expired: bool = False


def to_text(lines: Sequence[Noted]) -> str:
    """Lines as a draft holds them."""
    return json.dumps(
        [
            [n.id.hex(), n.item.id.hex(), n.number, n.expiry.isoformat() if n.expiry else None, n.units, n.pack,
             n.order_line.hex() if n.order_line else None, n.expired]
            for n in lines
        ]
    )  # fmt: skip


def from_text(text: str, items: Mapping[Id, StockItem]) -> list[Noted]:
    """Lines of a draft; those of an item that the catalogue no longer has are left out."""
    found = []
    for key, item, number, expiry, units, pack, line, expired in json.loads(text or "[]"):
        known = items.get(Id(bytes.fromhex(item)))
        if known is not None:
            until = date.fromisoformat(expiry) if expiry else None
            asked = Id(bytes.fromhex(line)) if line else None
            found.append(Noted(Id(bytes.fromhex(key)), known, number, until, units, pack, asked, expired))
    return found


class LotField(ComboField):
    """A lot number: any, those that came before offered; `value()` is its text."""

    def __init__(self) -> None:
        super().__init__(width=130, name=tr("Lot"), free=True)
        self.setMaxLength(12_000)

    def value(self) -> str | None:
        """What is written, without spaces around."""
        return self.text().strip() or None

    def set_value(self, value: str | None) -> None:
        """Write a number, of a lot that came before or not."""
        super().set_value(None)
        self.setText(value or "")

    def known(self) -> bool:
        """Whether it was taken from those that came before."""
        return self._key is not None


class EntryLine(QWidget):
    """`typed(item, number, expiry, units, pack, order_line)` when a line is whole.

    `=` in an empty field is `as_above(item?)`: the page knows the line whose item, or lot and expiry, are meant. Of an
    item that was chosen (`chosen`) the page tells what came before (`foretell`): its lots are offered with ↓, a number
    typed whole brings its expiry, the quantity of the last delivery stands there, marked, to be accepted or typed over.
    """

    typed = Signal(object)
    as_above = Signal(bool)
    chosen = Signal(object)

    def __init__(self, today: date) -> None:
        super().__init__()
        self._today = today
        self._items: dict[str, StockItem] = {}
        self._asked: OrderLine | None = None
        self._before: Before | None = None
        self.item = ComboField(name=tr("Item"), placeholder=tr("item or clave"), width=420)
        self.number = LotField()
        self.expiry = expiry_field(today, width=104)
        self.units = TextField(width=110, align="right", limit=12_000, name=tr("Quantity"))
        self.add_button = Button(tr("Add"), "secondary", icon="plus")
        self.hint = Text("", "caption", elide=True)
        self.note = column(gap=0)
        self.expiry.setFixedWidth(px(230))
        fields = Wrapped(
            _under(tr("Item"), self.item), _under(tr("Lot"), self.number), _under(tr("Expires"), self.expiry),
            _under(tr("Quantity: 300, 3x100 or 3x"), self.units), _under(" ", self.add_button), gap=10,
        )  # fmt: skip
        self.setLayout(column(box(fields), self.hint, self.note, gap=4))
        self.item.chosen.connect(self._chosen)
        self.number.chosen.connect(self._known)
        self.add_button.clicked.connect(self.take)
        self.expiry.edit.textEdited.connect(self._maybe_on)
        for part in (self.item, self.number, self.expiry.edit, self.units):
            part.installEventFilter(self)
        self.setFocusProxy(self.item)

    # ------------------------------------------------------------------ what may be typed
    def set_items(self, items: Sequence[StockItem], source: str, here: Collection[Id] = ()) -> None:
        """What the catalogue has: of this source first, and of these first what moves here."""
        self._items = {item.id.hex(): item for item in items}
        ordered = sorted(items, key=lambda i: (i.source != source, i.id not in here, folded(i.name(language()))))
        self.item.set_options(
            [Option(i.id.hex(), i.name(language()), f"{words.source(i.source)} · {i.code}") for i in ordered]
        )

    def expect(self, asked: OrderLine | None, item: StockItem | None) -> None:
        """The next line of the order, with what was asked for; None = anything."""
        self.clear()
        self._asked = asked
        if item is None:
            self.item.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.item.set_value(item.id.hex())
        if asked is not None:
            left = max(0, asked.requested - asked.came.units - asked.came.substituted)
            self.units.set_value(str(left) if left else "")
        self._say(item)
        self.number.setFocus(Qt.FocusReason.OtherFocusReason)
        self.chosen.emit(item)

    def foretell(self, before: Before, usual: bool) -> None:
        """What came before of the item in the line; `usual`: as much as last time is likely to come again."""
        if self.item.value() != before.item.hex():
            return  # another one was chosen meanwhile
        self._before = before
        self.number.relist(
            [Option(lot.id.hex(), lot.number or tr("without number"), _caption(lot)) for lot in before.lots if lot.id]
        )
        if usual and self._asked is None and before.units and not self.units.text():
            self.units.set_value(str(before.units))
        self._say(self._items.get(before.item.hex()))

    def propose(self, units: int, said: str) -> None:
        """A quantity to be accepted or typed over, and what it is said beside the item."""
        self.hint.set_text(f"{self.hint.text()} · {said}")
        if units and not self.units.text():
            self.units.set_value(str(units))

    def clear(self) -> None:
        """An empty line."""
        self._asked = self._before = None
        self.item.set_value(None)
        self.number.set_value("")
        self.expiry.set_value(None)
        self.units.set_value("")
        self.hint.set_text("")
        self.tell("")

    def empty(self) -> bool:
        """Nothing is typed in it."""
        return not any((self.item.text(), self.number.text(), self.expiry.edit.text(), self.units.text()))

    def same_as(self, above: Noted) -> None:
        """Lot and expiry of the line above."""
        self.number.set_value(above.number)
        self.expiry.set_value(above.expiry.isoformat() if above.expiry else None)
        self._to_units()

    def same_item(self, above: Noted) -> None:
        """Another lot of the item of the line above."""
        self.item.set_value(above.item.id.hex())
        self._chosen(above.item.id.hex())

    def tell(self, text: str) -> None:
        """Say what cannot be kept under the line; "" takes it away."""
        while (old := self.note.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                widget.deleteLater()
        if text:
            self.note.addWidget(InlineNote("bad", "", text))

    # ------------------------------------------------------------------ keys
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return not event.modifiers() and self._enter(watched)
        if event.text() == "=" and isinstance(watched, TextField) and watched is not self.units and not watched.text():
            self.as_above.emit(watched is self.item)
            return True
        return super().eventFilter(watched, event)

    def _enter(self, watched: QObject) -> bool:
        if watched is self.item or (watched is self.number and self.number.marked()):
            return False  # it takes the marked line, and `chosen` goes on
        if watched is self.number:
            self.expiry.setFocus(Qt.FocusReason.TabFocusReason)  # a number known here brings its expiry as it is left
            if self.number.known():
                self._to_units()
        elif watched is self.expiry.edit:
            self._to_units()
        else:
            self.take()
        return True

    def _chosen(self, key: str) -> None:
        if self._asked is not None and self._asked.item.hex() != key:
            self._asked = None
            self.units.set_value("")
        if self._before is not None and self._before.item.hex() != key:
            if self.units.text() == str(self._before.units or ""):
                self.units.set_value("")  # foretold of another item
            self._before = None
            self.number.relist([])
        item = self._items.get(key)
        self._say(item)
        self.number.setFocus(Qt.FocusReason.TabFocusReason)
        self.chosen.emit(item)

    def _known(self, key: str) -> None:
        """A lot that came before: its expiry is known."""
        lot = next((x for x in self._before.lots if x.id and x.id.hex() == key), None) if self._before else None
        if lot is None:
            return
        self.number.setText(lot.number)
        self.expiry.set_value(lot.expiry.isoformat() if lot.expiry else None)
        if self.number.hasFocus():
            self._to_units()

    def _to_units(self) -> None:
        self.units.setFocus(Qt.FocusReason.TabFocusReason)
        self.units.selectAll()  # what stands there is a proposal

    def _say(self, item: StockItem | None) -> None:
        if item is None:
            return
        parts = [words.unit(item.unit), tr("box of {n}").format(n=item.pack) if item.pack else ""]
        if self._asked is not None:
            parts.append(tr("asked for {n}").format(n=labels.number(self._asked.requested)))
            came = self._asked.came.units + self._asked.came.substituted
            parts.append(tr("came before {n}").format(n=labels.number(came)) if came else "")
        elif self._before is not None and self._before.units:
            said = tr("{n} came on {day}")
            parts.append(said.format(n=labels.number(self._before.units), day=labels.day(self._before.day)))
        if self._before is not None and self._before.lots:
            parts.append(tr("↓ in Lot: those that came before"))
        self.hint.set_text(" · ".join(part for part in parts if part))

    def _maybe_on(self, text: str) -> None:
        """`0328`, `328`: a month of coming years that no day could follow; the cursor goes on by itself."""
        match = _MONTH.fullmatch(text)
        if match and self._today.year - 2001 <= int(match[2]) <= self._today.year - 2000 + 12 and not _DAY.match(text):
            self._to_units()

    # ------------------------------------------------------------------ what was typed
    def take(self) -> None:
        """Note the line, or say what is missing."""
        try:
            item = self._items.get(self.item.value() or "")
            if item is None:
                self._stop(self.item, "supply.item_missing")
            if self.expiry.unread():
                self._stop(self.expiry, "supply.expiry")
            try:
                read = parse_quantity(self.units.text(), item.pack if item else None)
            except Refused as refused:
                self._stop(self.units, refused.code)
            if read is None:
                self._stop(self.units, "supply.quantity")
        except Refused as refused:
            self.tell(messages.sentence(refused))
            return
        assert item is not None and read is not None
        expiry = date.fromisoformat(self.expiry.value() or "") if self.expiry.value() else None
        self.tell("")
        asked = self._asked.id if self._asked is not None else None
        self.typed.emit((item, self.number.value() or "", expiry, *read, asked))

    def _stop(self, field: QWidget, code: str) -> None:
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        raise Refused(code)


def _caption(lot: Lot) -> str:
    left = tr("{n} left").format(n=labels.number(lot.quantity)) if lot.quantity > 0 else ""
    return " · ".join(part for part in (words.expiry(lot.expiry) if lot.expiry else "", left) if part)


def _under(label: str, field: QWidget) -> QWidget:
    return box(column(Text(label, "caption"), field, gap=2))
