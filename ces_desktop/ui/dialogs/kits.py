"""Open a kit into what it holds, and say what a kit holds."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.stock import StockItem, catalogue, lots
from ces_desktop.data.queries.transfers import kit_parts
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.domain.supply.entry import parse_quantity
from ces_desktop.errors import Refused
from ces_desktop.i18n import language, tr
from ces_desktop.services import transfers as services
from ces_desktop.services.transfers import Kit, KitPart
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk
from ces_desktop.ui.dialogs.dated import day_field, readable, refused
from ces_desktop.ui.widgets import CheckBox, ComboField, Dialog, FieldRow, Option, Text, TextField

LABEL = 130
Parts = dict[Id, list[tuple[StockItem, int]]]


class KitDialog(Dialog[Kit | KitPart]):
    """How many of which kit are opened; or, ticked, one item more of what it holds."""

    def __init__(
        self, parent: QWidget | None, desk: Desk, items: list[StockItem], held: dict[Id, int], parts: Parts, key: Id
    ) -> None:
        said = tr("What it holds goes to the shelf with the lot and the expiry of the kit.")
        super().__init__(parent, tr("Open a kit"), said, primary=tr("Save"), icon="save", width=640)
        self._parts, self._key, self._today = parts, key, desk.today
        self._items = {i.id.hex(): i for i in items}
        listed = sorted(items, key=lambda i: i.id not in parts)
        captions = {i.id: tr("{n} in date").format(n=labels.number(held.get(i.id, 0))) for i in items}
        self._usable = held
        self.kit = ComboField(
            [Option(i.id.hex(), i.name(language()), captions[i.id]) for i in listed], name=tr("Kit"),
            placeholder=tr("item or clave"),
        )  # fmt: skip
        self.holds = Text("", "small", wrap=True)
        self.units = TextField("1", width=120, align="right", limit=12_000, name=tr("How many"))
        self.day = day_field(desk.today, tr("Day"))
        self.define = CheckBox(tr("Say what it holds instead"))
        self.item = ComboField(
            [Option(i.id.hex(), i.name(language()), i.code) for i in items], name=tr("One kit holds"),
            placeholder=tr("item or clave"),
        )  # fmt: skip
        self.kit_row = FieldRow(tr("Kit"), self.kit, required=True, label_width=LABEL)
        self.item_row = FieldRow(tr("One kit holds"), self.item, required=True, label_width=LABEL)
        self.units_row = FieldRow(tr("How many"), self.units, required=True, label_width=LABEL, slot=260)
        self.day_row = FieldRow(tr("Day"), self.day, label_width=LABEL)
        self.add(self.kit_row, self.holds, self.define, self.item_row, self.units_row, self.day_row)
        self.item_row.setVisible(False)
        self.kit.changed.connect(self._say)
        self.kit.chosen.connect(lambda _: self._say())
        self.define.toggled.connect(self._turn)
        self._say()
        self.kit.setFocus()

    def _say(self) -> None:
        chosen = self._items.get(self.kit.value() or "")
        parts = self._parts.get(chosen.id, []) if chosen else []
        said = ", ".join(f"{labels.number(units)} {item.name(language())}" for item, units in parts)
        self.holds.set_text(said or (tr("Nobody said yet what it holds.") if chosen else ""))
        self.holds.setVisible(chosen is not None)

    def _turn(self, defining: bool) -> None:
        self.item_row.setVisible(defining)
        self.day_row.setVisible(not defining)

    def answer(self) -> Kit | KitPart | None:
        """What is to be done."""
        rows = (self.kit_row, self.item_row, self.units_row, self.day_row)
        checks = (
            (self.kit_row, lambda: self._chosen(self.kit)), (self.item_row, self._check_item),
            (self.units_row, self._count), (self.units_row, self._check_there),
            (self.day_row, lambda: readable(self.day)),
        )  # fmt: skip
        if refused(rows, checks):
            return None
        kit = self._chosen(self.kit)
        if self.define.isChecked():
            return KitPart(self._key, kit.id, self._chosen(self.item).id, self._count())
        return Kit(self._key, kit.id, self._count(), self.day.value() or "")

    def _chosen(self, field: ComboField) -> StockItem:
        found = self._items.get(field.value() or "")
        if found is None:
            raise Refused("supply.item_missing")
        return found

    def _check_item(self) -> None:
        if self.define.isChecked() and self._chosen(self.item) is self._chosen(self.kit):
            raise Refused("kit.itself")
        if not self.define.isChecked() and not self._parts.get(self._chosen(self.kit).id):
            self.define.setChecked(True)
            raise Refused("kit.no_parts")

    def _count(self) -> int:
        typed = self.units.text().strip()
        if self.define.isChecked() and typed == "0":
            return 0
        read = parse_quantity(typed, None)
        if read is None:
            raise Refused("supply.quantity")
        return read[0]

    def _check_there(self) -> None:
        short = self._count() - self._usable.get(self._chosen(self.kit).id, 0)
        if not self.define.isChecked() and short > 0:
            raise Refused("supply.not_enough", missing=short)


def open_kit(owner: QWidget, desk: Desk) -> None:
    """Ask which kit is opened, and keep it."""
    clinic = desk.clinic.id

    def query(connection: Any) -> tuple[list[StockItem], dict[Id, int], Parts]:
        items = catalogue(connection, clinic)
        held = lots(connection, clinic, [i.id for i in items], desk.today, desk.today)
        usable = {item: sum(x.quantity for x in some if x.stock.usable(desk.today)) for item, some in held.items()}
        return items, usable, kit_parts(connection, clinic)

    def ask(read: tuple[list[StockItem], dict[Id, int], Parts]) -> None:
        request = KitDialog(owner, desk, *read, new_id(desk.tasks.database.clock())).ask()
        if isinstance(request, KitPart):
            said = tr("Contents of the kit saved.")
            part = partial(services.set_part, request=request)
            desk.tasks.write(part, lambda _: desk.toast(said, undo=True), owner=owner)
        elif request is not None:
            opened = partial(services.open_kit, request=request)
            desk.tasks.write(opened, lambda _: desk.toast(tr("Kit opened."), undo=True), owner=owner)

    desk.tasks.read(query, lambda read: QTimer.singleShot(0, owner, partial(ask, read)), owner=owner)
