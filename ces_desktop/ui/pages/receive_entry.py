"""The line in which a delivery is typed: item, lot, expiry, quantity; Enter goes on, after the quantity it is noted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.orders import OrderLine
from ces_desktop.data.queries.stock import StockItem
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.entry import parse_quantity
from ces_desktop.errors import Refused
from ces_desktop.i18n import language, tr
from ces_desktop.ui import labels, messages
from ces_desktop.ui.dialogs.supply import expiry_field
from ces_desktop.ui.pages import supplies_words as words
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button, ComboField, InlineNote, Option, Text, TextField, Wrapped, box, column

_FOUR = re.compile(r"(0[1-9]|1[0-2])([0-9]{2})")


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


class EntryLine(QWidget):
    """`typed(item, number, expiry, units, pack, order_line)` when a line is whole.

    `=` in an empty lot or expiry is `as_above`: the page knows the line whose lot and expiry are meant.
    """

    typed = Signal(object)
    as_above = Signal()

    def __init__(self, today: date) -> None:
        super().__init__()
        self._today = today
        self._items: dict[str, StockItem] = {}
        self._asked: OrderLine | None = None
        self.item = ComboField(name=tr("Item"), placeholder=tr("item or key"), width=420)
        self.number = TextField(width=130, limit=12_000, name=tr("Lot"))
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
        self.add_button.clicked.connect(self.take)
        self.expiry.edit.textEdited.connect(self._maybe_on)
        for part in (self.item, self.number, self.expiry.edit, self.units):
            part.installEventFilter(self)
        self.setFocusProxy(self.item)

    # ------------------------------------------------------------------ what may be typed
    def set_items(self, items: Sequence[StockItem], source: str) -> None:
        """What the catalogue has; of a medicine from two sources the line of this one comes first."""
        self._items = {item.id.hex(): item for item in items}
        ordered = sorted(items, key=lambda i: i.source != source)
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

    def clear(self) -> None:
        """An empty line."""
        self._asked = None
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
        self.units.setFocus(Qt.FocusReason.OtherFocusReason)

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
        if event.text() == "=" and watched in (self.number, self.expiry.edit) and not watched.text():
            self.as_above.emit()
            return True
        return super().eventFilter(watched, event)

    def _enter(self, watched: QObject) -> bool:
        if watched is self.item:
            return False  # it takes the marked line, and `chosen` goes on
        following = self.expiry if watched is self.number else self.units if watched is self.expiry.edit else None
        if following is not None:
            following.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.take()
        return True

    def _chosen(self, key: str) -> None:
        if self._asked is not None and self._asked.item.hex() != key:
            self._asked = None
            self.units.set_value("")
        self._say(self._items.get(key))
        self.number.setFocus(Qt.FocusReason.TabFocusReason)

    def _say(self, item: StockItem | None) -> None:
        if item is None:
            return
        parts = [words.unit(item.unit), tr("box of {n}").format(n=item.pack) if item.pack else ""]
        if self._asked is not None:
            parts.append(tr("asked for {n}").format(n=labels.number(self._asked.requested)))
            came = self._asked.came.units + self._asked.came.substituted
            parts.append(tr("came before {n}").format(n=labels.number(came)) if came else "")
        self.hint.set_text(" · ".join(part for part in parts if part))

    def _maybe_on(self, text: str) -> None:
        """`0328` is a month of coming years and no day could follow: the cursor goes on by itself."""
        match = _FOUR.fullmatch(text)
        if match and self._today.year - 2001 <= int(match[2]) <= self._today.year - 2000 + 12:
            self.units.setFocus(Qt.FocusReason.TabFocusReason)
            self.units.selectAll()

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


def _under(label: str, field: QWidget) -> QWidget:
    return box(column(Text(label, "caption"), field, gap=2))
