"""Ask for what is given otherwise than usual: a line of a prescription changed, something without a prescription."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.dispensing import FillLine, Source, sources_here
from ces_desktop.data.queries.stock import StockItem
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.domain.supply.entry import parse_quantity
from ces_desktop.domain.supply.ledger import OVERRIDES
from ces_desktop.errors import Refused
from ces_desktop.i18n import language, tr
from ces_desktop.services import dispensing
from ces_desktop.services.dispensing import External, Give, LineFill
from ces_desktop.services.stock_rows import check_prescriber
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk
from ces_desktop.ui.dialogs.dated import refused
from ces_desktop.ui.dialogs.supply import name_note
from ces_desktop.ui.pages import dispense_words
from ces_desktop.ui.pages import supplies_words as words
from ces_desktop.ui.widgets import CheckBox, ChoiceField, ComboField, Dialog, FieldRow, Option, TextField

LABEL = 150


class GiveDialog(Dialog[LineFill]):
    """How many, of which source and lot; what is not there may be in the hand; whether the rest is wanted."""

    def __init__(self, parent: QWidget | None, line: FillLine, today: date) -> None:
        assert line.item is not None
        said = tr("prescribed {n} · given before {given} · in date {there}").format(
            n=labels.number(line.quantity), given=labels.number(line.facts.given), there=labels.number(line.usable)
        )
        super().__init__(parent, line.name(language()), said, primary=tr("Accept"), icon="check", width=640)
        self._line, self._today = line, today
        offered = sum(s.quantity for s in line.gives)
        self.units = TextField(str(offered), width=120, align="right", limit=12_000, name=tr("How many"))
        self.source = ComboField(
            [Option(s.item.id.hex(), words.source(s.item.source), _held(s)) for s in line.sources],
            line.item.id.hex(), name=tr("Source"),
        )  # fmt: skip
        self.lot = ComboField([], name=tr("Lot"), placeholder=tr("the first to expire"))
        self.why = ComboField([Option(code, words.reason(code)) for code in OVERRIDES], name=tr("Why this lot"))
        self.in_hand = CheckBox(tr("I have it in my hand: note it without a lot"))
        self.enough = CheckBox(tr("The person does not want the rest"))
        unit = words.unit(line.item.unit)
        self.units_row = FieldRow(tr("How many"), self.units, unit=unit, required=True, label_width=LABEL, slot=260)
        self.source_row = FieldRow(tr("Source"), self.source, label_width=LABEL)
        self.lot_row = FieldRow(tr("Lot"), self.lot, label_width=LABEL)
        self.why_row = FieldRow(tr("Why this lot"), self.why, required=True, label_width=LABEL)
        self.add(self.units_row, self.source_row, self.lot_row, self.why_row, self.in_hand, self.enough)
        self.source_row.setVisible(len(line.sources) > 1)
        self.why_row.setVisible(False)
        self.in_hand.setVisible(False)
        self.source.changed.connect(self._offer_lots)
        self.lot.changed.connect(self._show_why)
        self._offer_lots()
        self.units.selectAll()
        self.units.setFocus()

    def _source(self) -> Source:
        key = self.source.value()
        return next((s for s in self._line.sources if s.item.id.hex() == key), self._line.sources[0])

    def _offer_lots(self) -> None:
        self.lot.set_options(_lot_options(self._source()))
        self.lot.set_value(None)
        self._show_why()

    def _show_why(self) -> None:
        first = self._source().first
        self.why_row.setVisible(first is not None and self._lot() not in (None, first.id))

    def _lot(self) -> Id | None:
        return _chosen(self.lot)

    def answer(self) -> LineFill | None:
        """The line as it will be given."""
        rows = (self.units_row, self.source_row, self.lot_row, self.why_row)
        checks = (
            (self.units_row, self._units), (self.source_row, lambda: _listed(self.source)),
            (self.lot_row, lambda: _listed(self.lot)), (self.why_row, self._check_why),
            (self.units_row, self._check_there),
        )  # fmt: skip
        if refused(rows, checks):
            return None
        units, item = self._units(), self._source().item.id
        gives = (Give(item, units, self._lot(), self.why.value() or "", self.in_hand.isChecked()),) if units else ()
        if units and self._is_usual(units):
            return LineFill(self._line.id, None, self.enough.isChecked())
        return LineFill(self._line.id, gives, self.enough.isChecked())

    def _is_usual(self, units: int) -> bool:
        """What would be given anyway, of several sources perhaps: left to the moment of giving."""
        same = units == sum(s.quantity for s in self._line.gives)
        return same and self._lot() is None and self._source() is self._line.sources[0] and not self.in_hand.isChecked()

    def _units(self) -> int:
        assert self._line.item is not None
        typed = self.units.text().strip()
        read = (0, None) if typed in ("0", "") else parse_quantity(typed, self._line.item.pack)
        units = read[0] if read else 0
        if not typed:
            raise Refused("supply.quantity")
        if self._line.quantity is not None and units > self._line.facts.remains:
            raise Refused("dispensing.too_much", most=self._line.facts.remains)
        return units

    def _check_why(self) -> None:
        self._show_why()
        if self.why_row.isVisibleTo(self) and self.why.value() is None:
            raise Refused("supply.override_missing")

    def _check_there(self) -> None:
        units, there = self._units(), self._source().usable
        if self._is_usual(units) or units <= there or self.in_hand.isChecked():
            return
        self.in_hand.setVisible(True)
        raise Refused("supply.not_enough", missing=units - there)


class ExternalDialog(Dialog[External]):
    """Somebody at the window with no prescription of ours, or what the consult used."""

    def __init__(self, parent: QWidget | None, sources: Sequence[Source], today: date, key: Id) -> None:
        super().__init__(parent, tr("Without a prescription"), "", primary=tr("Hand out"), icon="pill", width=640)
        self._sources, self._today, self._key = {s.item.id.hex(): s for s in sources}, today, key
        kinds = [("dispensed", tr("Handed out")), ("used", tr("Used in consult"))]
        self.kind = ChoiceField(kinds, "dispensed", name=tr("What for"), required=True)
        self.item = ComboField(
            [Option(k, s.item.name(language()), f"{_held(s)} · {s.item.code}") for k, s in self._sources.items()],
            name=tr("Item"), placeholder=tr("item or clave"),
        )  # fmt: skip
        self.units = TextField(width=120, align="right", limit=12_000, name=tr("How many"))
        self.lot = ComboField([], name=tr("Lot"), placeholder=tr("the first to expire"))
        self.why = ComboField([Option(code, words.reason(code)) for code in OVERRIDES], name=tr("Why this lot"))
        self.note = TextField(limit=12_000, name=tr("Note"), placeholder=tr("whose prescription it is"))
        self.rest = ChoiceField([("there", tr("Give what there is")), ("hand", tr("I have it in my hand"))],
                                None, name=tr("The rest"))  # fmt: skip
        self.kind_row = FieldRow(tr("What for"), self.kind, label_width=LABEL)
        self.item_row = FieldRow(tr("Item"), self.item, required=True, label_width=LABEL)
        self.units_row = FieldRow(tr("How many"), self.units, required=True, label_width=LABEL, slot=260)
        self.rest_row = FieldRow(tr("The rest"), self.rest, required=True, label_width=LABEL)
        self.lot_row = FieldRow(tr("Lot"), self.lot, label_width=LABEL)
        self.why_row = FieldRow(tr("Why this lot"), self.why, required=True, label_width=LABEL)
        self.note_row = FieldRow(tr("Note"), self.note, label_width=LABEL)
        self.add(self.kind_row, self.item_row, self.units_row, self.rest_row, self.lot_row, self.why_row, self.note_row)
        self.why_row.setVisible(False)
        self.rest_row.setVisible(False)
        self.item.changed.connect(self._offer_lots)
        self.item.chosen.connect(lambda _: self._offer_lots())
        self.lot.changed.connect(self._show_why)
        self.item.setFocus()

    def _source(self) -> Source | None:
        return self._sources.get(self.item.value() or "")

    def _offer_lots(self) -> None:
        source = self._source()
        self.lot.set_options(_lot_options(source) if source else [])
        self.lot.set_value(None)
        self.rest_row.setVisible(False)
        self.units_row.set_unit(words.unit(source.item.unit) if source else "")
        name_note(self.note_row, prescriber=source is not None and source.item.controlled)
        self._show_why()

    def _show_why(self) -> None:
        source, chosen = self._source(), _chosen(self.lot)
        first = source.first if source else None
        self.why_row.setVisible(first is not None and chosen is not None and chosen != first.id)

    def answer(self) -> External | None:
        """The request."""
        rows = (self.item_row, self.units_row, self.rest_row, self.lot_row, self.why_row, self.note_row)
        checks = (
            (self.item_row, self._check_item), (self.units_row, self._units), (self.lot_row, lambda: _listed(self.lot)),
            (self.why_row, self._check_why), (self.units_row, self._check_there), (self.note_row, self._check_note),
        )  # fmt: skip
        if refused(rows, checks):
            return None
        source = self._source()
        assert source is not None
        units, hand = self._units(), self.rest.value() == "hand" and not self.rest_row.isHidden()
        given = units if hand else min(units, source.usable)
        give = Give(source.item.id, given, _chosen(self.lot), self.why.value() or "", hand)
        kind = self.kind.value() or "dispensed"
        return External(self._key, give, self._today.isoformat(), kind, units - given, self.note.value() or "")

    def _check_item(self) -> None:
        if self._source() is None:
            raise Refused("supply.item_missing")

    def _units(self) -> int:
        source = self._source()
        read = parse_quantity(self.units.text(), source.item.pack if source else None)
        if read is None:
            raise Refused("supply.quantity")
        return read[0]

    def _check_why(self) -> None:
        self._show_why()
        if self.why_row.isVisibleTo(self) and self.why.value() is None:
            raise Refused("supply.override_missing")

    def _check_note(self) -> None:
        source = self._source()
        if source is not None:
            check_prescriber(source.item, self.kind.value() or "dispensed", self.note.value() or "")

    def _check_there(self) -> None:
        source = self._source()
        assert source is not None
        if self._units() > source.usable and (self.rest_row.isHidden() or self.rest.value() is None):
            self.rest_row.setVisible(True)
            raise Refused("supply.not_enough", missing=self._units() - source.usable)


def hand_out(owner: QWidget, desk: Desk, item: StockItem | None = None) -> None:
    """Ask what was handed out without a prescription of ours, and keep it."""
    query = partial(sources_here, clinic=desk.clinic.id, today=desk.today)

    def ask(found: list[Source]) -> None:
        dialog = ExternalDialog(owner, found, desk.today, new_id(desk.tasks.database.clock()))
        if item is not None:
            dialog.item.set_value(item.id.hex())
            dialog._offer_lots()
            dialog.units.setFocus()
        request = dialog.ask()
        if request is None:
            return
        name = next((s.item.name(language()) for s in found if s.item.id == request.give.item), "")
        action = partial(dispensing.hand_out, request=request)
        desk.tasks.write(
            action, lambda done: desk.toast(dispense_words.filled(name, done.value), undo=True), owner=owner
        )

    desk.tasks.read(query, lambda found: QTimer.singleShot(0, owner, partial(ask, found)), owner=owner)


def _held(source: Source) -> str:
    return tr("{n} in date").format(n=labels.number(source.usable))


def _lot_options(source: Source) -> list[Option]:
    return [
        Option(
            lot.id.hex(), lot.number or tr("no number"), f"{words.expiry(lot.expiry)} · {labels.number(lot.quantity)}"
        )
        for lot in source.lots
        if lot.id is not None and lot.quantity > 0
    ]


def _chosen(field: ComboField) -> Id | None:
    value = field.value()
    return Id(bytes.fromhex(value)) if value else None


def _listed(field: ComboField) -> None:
    if field.unlisted():
        raise Refused("consult.unlisted")
