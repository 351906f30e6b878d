"""Ask what is counted, and for a lot that was found and is not in the list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.stock import StockItem, catalogue
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.domain.supply.counting import PLACE, WHAT
from ces_desktop.domain.supply.entry import parse_quantity
from ces_desktop.errors import Refused
from ces_desktop.i18n import language, tr
from ces_desktop.services import counts
from ces_desktop.services.counts import Found
from ces_desktop.ui.desk import Desk
from ces_desktop.ui.dialogs.dated import refused
from ces_desktop.ui.dialogs.supply import expiry_field
from ces_desktop.ui.pages import count_words
from ces_desktop.ui.widgets import ComboField, Dialog, FieldRow, Option, TextField

LABEL = 130


class StartDialog(Dialog[str]):
    """What is counted."""

    def __init__(self, parent: QWidget | None, places: Sequence[str] = ()) -> None:
        said = tr("What the ledger says now is kept; handing out goes on meanwhile.")
        super().__init__(parent, tr("Begin a count"), said, primary=tr("Begin"), icon="clipboard-list")
        offered = [*WHAT, *(PLACE + place for place in places)]
        self.what = ComboField([Option(k, count_words.what(k)) for k in offered], "all", name=tr("What is counted"))
        self.what_row = FieldRow(tr("What is counted"), self.what, required=True, label_width=LABEL)
        self.add(self.what_row)
        self.what.setFocus()

    def answer(self) -> str | None:
        """One of `WHAT`, or a place of the clinic."""
        return None if refused((self.what_row,), ((self.what_row, self._chosen),)) else self._chosen()

    def _chosen(self) -> str:
        value = self.what.value()
        if value is None or self.what.unlisted():
            raise Refused("count.what")
        return value


class FoundDialog(Dialog[Found]):
    """A lot on the shelf that the list does not have."""

    def __init__(self, parent: QWidget | None, items: list[StockItem], today: date, count: Id, key: Id) -> None:
        super().__init__(parent, tr("Lot not in the list"), "", primary=tr("Add"), icon="plus", width=600)
        self._items, self._count, self._key = {i.id.hex(): i for i in items}, count, key
        self.item = ComboField(
            [Option(k, i.name(language()), i.code) for k, i in self._items.items()], name=tr("Item"),
            placeholder=tr("item or clave"),
        )  # fmt: skip
        self.number = TextField(limit=12_000, name=tr("Lot"))
        self.expiry = expiry_field(today)
        self.units = TextField(width=130, align="right", limit=12_000, name=tr("Units found"))
        self.item_row = FieldRow(tr("Item"), self.item, required=True, label_width=LABEL)
        self.number_row = FieldRow(tr("Lot"), self.number, label_width=LABEL)
        self.expiry_row = FieldRow(tr("Expires"), self.expiry, label_width=LABEL)
        self.units_row = FieldRow(tr("Units found"), self.units, required=True, label_width=LABEL, slot=260)
        self.add(self.item_row, self.number_row, self.expiry_row, self.units_row)
        self.item.setFocus()

    def answer(self) -> Found | None:
        """The lot and how many of it there are."""
        rows = (self.item_row, self.number_row, self.expiry_row, self.units_row)
        checks = (
            (self.item_row, self._check_item), (self.expiry_row, self._check_expiry), (self.units_row, self._units),
        )  # fmt: skip
        if refused(rows, checks):
            return None
        item = self._items[self.item.value() or ""]
        units, pack = self._units()
        number, expiry = self.number.value() or "", self.expiry.value()
        return Found(self._key, self._count, item.id, units, number, expiry, pack or item.pack)

    def _check_item(self) -> None:
        if self.item.value() not in self._items:
            raise Refused("supply.item_missing")

    def _check_expiry(self) -> None:
        if self.expiry.unread():
            raise Refused("supply.expiry")

    def _units(self) -> tuple[int, int | None]:
        item = self._items.get(self.item.value() or "")
        read = parse_quantity(self.units.text(), item.pack if item else None)
        if read is None:
            raise Refused("supply.quantity")
        return read


def found_lot(owner: QWidget, desk: Desk, count: Id) -> None:
    """Ask for the lot and keep it in the count."""

    def ask(items: list[StockItem]) -> None:
        request = FoundDialog(owner, items, desk.today, count, new_id(desk.tasks.database.clock())).ask()
        if request is not None:
            said = tr("Lot added to the count.")
            action = partial(counts.found, request=request)
            desk.tasks.write(action, lambda _: desk.toast(said, undo=True), owner=owner)

    query = partial(catalogue, clinic=desk.clinic.id)
    desk.tasks.read(query, lambda items: QTimer.singleShot(0, owner, partial(ask, items)), owner=owner)
