"""Ask for what happens to the shelf: units out, a movement corrected, a lot as it is printed, what the clinic keeps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal, cast

from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.shelf import Kept
from ces_desktop.data.queries.stock import Lot, Movement, StockItem
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.entry import parse_expiry, parse_quantity
from ces_desktop.domain.supply.ledger import KINDS, OVERRIDES
from ces_desktop.errors import Refused
from ces_desktop.i18n import language, tr
from ces_desktop.services.stock import Correction, Issue, LotChange, ShelfRequest
from ces_desktop.services.stock_rows import check_prescriber, ledger_day
from ces_desktop.ui import labels
from ces_desktop.ui.dialogs.dated import day_field, readable, refused
from ces_desktop.ui.pages import supplies_words as words
from ces_desktop.ui.widgets import (
    CheckBox,
    ChoiceField,
    ComboField,
    DateField,
    Dialog,
    FieldRow,
    Option,
    TextField,
)

LABEL = 150
LEAVING = (
    "used", "outreach", "laboratory", "expired", "damaged", "lost", "stolen", "cold_chain", "open_vial", "quality",
    "sample", "warehouse_return",
)  # fmt: skip
"""Ways out that are noted here; handing out, transfers, loans and kits have their own places."""


def name_note(note_row: FieldRow, *, prescriber: bool) -> None:
    """A controlled medicine leaves for somebody: the note then says who prescribed it, and must."""
    note_row.set_label(tr("Who prescribed it") if prescriber else tr("Note"), required=prescriber)


class TakeOutDialog(Dialog[Issue]):
    """What left, how many, from which lot: the first to expire unless another is chosen, with a reason."""

    def __init__(self, parent: QWidget | None, item: StockItem, lots: Sequence[Lot], today: date, key: Id) -> None:
        there = sum(lot.quantity for lot in lots)
        said = tr("{n} on the shelf").format(n=words.units(there, item.unit))
        super().__init__(parent, item.name(language()), said, primary=tr("Save"), icon="save", width=640)
        self._item, self._lots, self._today, self._key = item, lots, today, key
        self.kind = ComboField([Option(code, words.kind(code)) for code in LEAVING], name=tr("What happened"))
        self.units = TextField(width=120, align="right", limit=12_000, name=tr("How many"))
        self.lot = ComboField(self._offered(), name=tr("Lot"), placeholder=tr("the first to expire"))
        self.why = ComboField([Option(code, words.reason(code)) for code in OVERRIDES], name=tr("Why this lot"))
        self.day = day_field(today, tr("Day"))
        self.note = TextField(limit=12_000, name=tr("Note"))
        self.in_hand = CheckBox(tr("I have it in my hand: note it without a lot"))
        self.kind_row = FieldRow(tr("What happened"), self.kind, required=True, label_width=LABEL)
        unit = words.unit(item.unit)
        self.units_row = FieldRow(tr("How many"), self.units, unit=unit, required=True, label_width=LABEL, slot=260)
        self.lot_row = FieldRow(tr("Lot"), self.lot, label_width=LABEL)
        self.why_row = FieldRow(tr("Why this lot"), self.why, required=True, label_width=LABEL)
        self.day_row = FieldRow(tr("Day"), self.day, required=True, label_width=LABEL)
        self.note_row = FieldRow(tr("Note"), self.note, label_width=LABEL)
        self.add(self.kind_row, self.units_row, self.lot_row, self.why_row, self.day_row, self.note_row, self.in_hand)
        self.in_hand.setVisible(False)
        self.why_row.setVisible(False)
        self.lot.changed.connect(self._show_why)
        self.kind.changed.connect(self._name_note)
        self.kind.chosen.connect(lambda _: self._name_note())
        self.kind.setFocus()

    def _name_note(self) -> None:
        moved = KINDS.get(self.kind.value() or "")
        name_note(self.note_row, prescriber=self._item.controlled and moved is not None and moved.demand)

    def _offered(self) -> list[Option]:
        found = []
        for lot in self._lots:
            if lot.id is not None and lot.quantity > 0:
                caption = f"{words.expiry(lot.expiry)} · {labels.number(lot.quantity)}"
                found.append(Option(lot.id.hex(), lot.number or tr("no number"), caption))
        return found

    def _chosen(self) -> Id | None:
        value = self.lot.value()
        return Id(bytes.fromhex(value)) if value else None

    def _show_why(self) -> None:
        usable = [lot for lot in self._lots if lot.stock.usable(self._today)]
        other = self._chosen() is not None and bool(usable) and usable[0].id != self._chosen()
        loss = KINDS[self.kind.value() or "used"].loss
        self.why_row.setVisible(other and not loss)

    def answer(self) -> Issue | None:
        """The request when it can be kept as far as can be told here."""
        if refused(
            (self.kind_row, self.units_row, self.lot_row, self.why_row, self.day_row, self.note_row),
            (
                (self.kind_row, self._check_kind),
                (self.units_row, self._units),
                (self.lot_row, lambda: _listed(self.lot)),
                (self.why_row, self._check_why),
                (self.day_row, lambda: _day(self.day, self._today)),
                (self.units_row, self._check_there),
                (self.note_row, lambda: check_prescriber(self._item, self.kind.value() or "", self.note.value() or "")),
            ),
        ):
            return None
        return Issue(
            self._key,
            self._item.id,
            self.kind.value() or "",
            self._units(),
            self.day.value() or "",
            lot=self._chosen(),
            override=self.why.value() or "",
            note=self.note.value() or "",
            lotless=self.in_hand.isChecked(),
        )

    def _check_kind(self) -> None:
        if self.kind.value() is None:
            raise Refused("supply.kind")

    def _units(self) -> int:
        read = parse_quantity(self.units.text(), self._item.pack)
        if read is None:
            raise Refused("supply.quantity")
        return read[0]

    def _check_why(self) -> None:
        self._show_why()
        if self.why_row.isVisibleTo(self) and self.why.value() is None:
            raise Refused("supply.override_missing")

    def _check_there(self) -> None:
        """What is in date and there today; of an earlier day the ledger knows better."""
        if self.day.value() != self._today.isoformat() or KINDS[self.kind.value() or "used"].loss:
            return
        there = sum(lot.quantity for lot in self._lots if lot.stock.usable(self._today))
        if self._units() > there and not self.in_hand.isChecked():
            self.in_hand.setVisible(True)
            raise Refused("supply.not_enough", missing=self._units() - there)


class CorrectDialog(Dialog[Correction]):
    """A movement was wrong: what truly moved, nothing where it did not happen. The old line stays, struck."""

    def __init__(self, parent: QWidget | None, item: StockItem, wrong: Movement, key: Id) -> None:
        said = f"{words.kind(wrong.kind)} · {labels.day(wrong.day)} · {labels.number(wrong.quantity)}"
        super().__init__(parent, tr("Correct a movement"), said, primary=tr("Save"), icon="save", width=620)
        self._wrong, self._key, self._pack = wrong, key, item.pack
        self.units = TextField(width=120, align="right", limit=12_000, name=tr("It truly was"))
        self.note = TextField(limit=12_000, name=tr("Why"))
        self.units_row = FieldRow(
            tr("It truly was"), self.units, unit=words.unit(item.unit), label_width=LABEL, slot=260,
            note=tr("Empty: it did not happen."),
        )  # fmt: skip
        self.note_row = FieldRow(tr("Why"), self.note, label_width=LABEL)
        self.add(self.units_row, self.note_row)
        self.units.setFocus()

    def answer(self) -> Correction | None:
        """The correction."""
        if refused((self.units_row, self.note_row), ((self.units_row, self._units),)):
            return None
        return Correction(self._key, self._wrong.id, self.note.value() or "", self._units())

    def _units(self) -> int | None:
        read = parse_quantity(self.units.text(), self._pack)
        return read[0] if read else None


class LotDialog(Dialog[LotChange]):
    """What is printed on the box, and where it lies."""

    def __init__(self, parent: QWidget | None, lot: Lot, today: date) -> None:
        super().__init__(parent, tr("Correct a lot"), "", primary=tr("Save"), icon="save", width=620)
        assert lot.id is not None
        self._id = lot.id
        self.number = TextField(lot.number, limit=12_000, name=tr("Lot"))
        self.expiry = expiry_field(today, lot.expiry)
        self.pack = TextField(str(lot.pack or ""), width=120, align="right", limit=12_000, name=tr("Units in a box"))
        self.location = TextField(lot.location, limit=12_000, name=tr("Place"))
        self.number_row = FieldRow(tr("Lot"), self.number, label_width=LABEL)
        self.expiry_row = FieldRow(tr("Expires"), self.expiry, label_width=LABEL)
        self.pack_row = FieldRow(tr("Units in a box"), self.pack, label_width=LABEL, slot=260)
        self.place_row = FieldRow(tr("Place"), self.location, label_width=LABEL)
        self.add(self.number_row, self.expiry_row, self.pack_row, self.place_row)
        self.number.setFocus()

    def answer(self) -> LotChange | None:
        """The lot as it should be."""
        checks = ((self.expiry_row, lambda: _expiry(self.expiry)), (self.pack_row, self._pack))
        if refused((self.expiry_row, self.pack_row), checks):
            return None
        return LotChange(
            self._id, self.number.value() or "", self.expiry.value(), self._pack(), self.location.value() or ""
        )

    def _pack(self) -> int | None:
        try:
            read = parse_quantity(self.pack.text(), None)
        except Refused:
            raise Refused("supply.pack") from None
        return read[0] if read else None


class ShelfDialog(Dialog[ShelfRequest]):
    """Whether an item is kept here, where it lies, how much fits."""

    def __init__(self, parent: QWidget | None, item: StockItem, held: Kept, key: Id) -> None:
        super().__init__(parent, item.name(language()), "", primary=tr("Save"), icon="save", width=780)
        self._item, self._key = item, key
        kept = [("yes", tr("Yes")), ("named_patient", tr("For a named patient")), ("no", tr("No"))]
        self.kept = ChoiceField(kept, held.kept or "yes", name=tr("Kept here"), required=True)
        self.location = TextField(held.location, limit=12_000, name=tr("Place"))
        self.most = TextField(str(held.most or ""), width=120, align="right", limit=12_000, name=tr("Most that fits"))
        self.kept_row = FieldRow(tr("Kept here"), self.kept, label_width=LABEL)
        self.place_row = FieldRow(tr("Place"), self.location, label_width=LABEL)
        unit = words.unit(item.unit)
        self.most_row = FieldRow(tr("Most that fits"), self.most, unit=unit, label_width=LABEL, slot=260)
        self.add(self.kept_row, self.place_row, self.most_row)
        self.kept.setFocus()

    def answer(self) -> ShelfRequest | None:
        """What the clinic decides."""
        if refused((self.most_row,), ((self.most_row, self._most),)):
            return None
        kept = cast(Literal["yes", "no", "named_patient"], self.kept.value() or "yes")
        return ShelfRequest(self._key, self._item.id, kept, self.location.value() or "", self._most())

    def _most(self) -> int | None:
        read = parse_quantity(self.most.text(), self._item.pack)
        return read[0] if read else None


def expiry_field(today: date, value: date | None = None, width: int = 130) -> DateField:
    """The last day of use, as it is printed: 03/28, mar-2028, 31-mar-2028.

    Beside it there is room for a word; how it is written is said where it is refused (`supply.expiry`).
    """

    def read(text: str) -> str | None:
        day = parse_expiry(text, today)
        return day.isoformat() if day else None

    field = DateField(
        read, name=tr("Expires"), explain=lambda _: tr("Not a date"), placeholder=tr("03/28"), width=width,
        show=lambda iso: words.expiry(date.fromisoformat(iso)),
    )  # fmt: skip
    field.set_value(value.isoformat() if value else None)
    return field


def _listed(field: ComboField) -> None:
    if field.unlisted():
        raise Refused("consult.unlisted")


def _expiry(field: DateField) -> None:
    if field.unread():
        raise Refused("supply.expiry")


def _day(field: DateField, today: date) -> None:
    readable(field)
    ledger_day(field.value() or "", today)
