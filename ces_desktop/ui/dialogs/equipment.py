"""Ask about equipment: what a piece is, and what happened to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import cast

from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.equipment import Piece
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.equipment import OWNERS, STATES, EventKind, State
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.services.equipment import (
    EventRequest,
    PieceRequest,
    check_acquired,
    check_event,
    check_months,
    check_name,
    check_serial,
)
from ces_desktop.services.patients_status import LONGEST_TEXT, clean_text
from ces_desktop.ui.dialogs.dated import Check, day_field, partial_field, readable, refused
from ces_desktop.ui.messages import equipment as words
from ces_desktop.ui.widgets import ChoiceField, ComboField, Dialog, FieldRow, Option, TextField, column

LABEL = 170


class PieceDialog(Dialog[PieceRequest]):
    """A piece, new or corrected. What the catalogue knows is offered by its name; other words are kept as written."""

    def __init__(
        self,
        parent: QWidget | None,
        held: Sequence[Piece],
        known: Sequence[tuple[Id, str]],
        today: date,
        new: Id,
        piece: Piece | None = None,
    ) -> None:
        super().__init__(
            parent, tr("Correct the piece") if piece else tr("New piece of equipment"), primary=tr("Save"),
            icon="save", width=720,
        )  # fmt: skip
        self._pieces, self._today, self._new, self._piece = held, today, new, piece
        named = [Option(key.hex(), name) for key, name in known]
        self.name = ComboField(named, name=tr("What it is"), free=True, placeholder=tr("as «oxímetro» or «báscula»"))
        self.name.setMaxLength(LONGEST_TEXT)
        self.brand, self.model, self.serial, self.inventory, self.location, self.note = (
            TextField(value, name=name, limit=LONGEST_TEXT)
            for value, name in (
                (piece.brand if piece else "", tr("Brand")),
                (piece.model if piece else "", tr("Model")),
                (piece.serial if piece else "", tr("Serial number")),
                (piece.inventory if piece else "", tr("Inventory number")),
                (piece.location if piece else "", tr("Where it is")),
                (piece.note if piece else "", tr("Note")),
            )
        )
        owners = [(key, words.owner_words(key)) for key in OWNERS]
        self.owner = ChoiceField(owners, piece.owner or None if piece else None, name=tr("Whose"))
        self.acquired = partial_field(today, tr("Here since"), piece.acquired_on or None if piece else None)
        self.calibration = _months(piece.calibration_months if piece else None, tr("Calibration every"))
        self.maintenance = _months(piece.maintenance_months if piece else None, tr("Maintenance every"))
        found = [(key, words.state_words(key)) for key in STATES["check"][:3]]
        self.state = ChoiceField(found, name=tr("How it is today"))
        if piece is not None:
            self.name.setText(piece.name)
            if piece.item is not None and any(key == piece.item and name == piece.name for key, name in known):
                self.name.set_value(piece.item.hex())
        self._lay_out()
        self.name.setFocus()

    def _lay_out(self) -> None:
        def whole(label: str, control: QWidget, required: bool = False, unit: str = "") -> FieldRow:
            return FieldRow(label, control, required=required, label_width=LABEL, unit=unit)

        self.name_row = whole(tr("What it is"), self.name, required=True)
        self.serial_row = whole(tr("Serial number"), self.serial)
        self.acquired_row = whole(tr("Here since"), self.acquired)
        self.calibration_row = whole(tr("Calibration every"), self.calibration, unit=tr("months"))
        self.maintenance_row = whole(tr("Maintenance every"), self.maintenance, unit=tr("months"))
        self.text_rows = [
            whole(tr("Brand"), self.brand),
            whole(tr("Model"), self.model),
            self.serial_row,
            whole(tr("Inventory number"), self.inventory),
            whole(tr("Where it is"), self.location),
        ]
        self.note_row = whole(tr("Note"), self.note)
        self.add(
            self.name_row, *self.text_rows, whole(tr("Whose"), self.owner), self.acquired_row, self.calibration_row,
            self.maintenance_row, self.note_row,
        )  # fmt: skip
        if self._piece is None:
            self.add(whole(tr("How it is today"), self.state))

    def answer(self) -> PieceRequest | None:
        """The piece when it may be kept; the sentence stands under the field otherwise."""
        rows = [self.name_row, *self.text_rows, self.acquired_row, self.calibration_row, self.maintenance_row,
                self.note_row]  # fmt: skip
        texts = [*self.text_rows, self.note_row]
        checks: list[Check] = [
            (self.name_row, lambda: check_name(self.name.text())),
            *((each, _clean(each)) for each in texts),
            (self.serial_row, lambda: check_serial(self._request(), self._pieces)),
            (self.acquired_row, lambda: readable(self.acquired)),
            (self.acquired_row, lambda: check_acquired(self.acquired.value() or "", self._today)),
            (self.calibration_row, lambda: check_months(_number(self.calibration))),
            (self.maintenance_row, lambda: check_months(_number(self.maintenance))),
        ]
        return None if refused(rows, checks) else self._request()

    def _request(self) -> PieceRequest:
        item = self.name.value()
        return PieceRequest(
            id=self._piece.id if self._piece else self._new,
            name=self.name.text(),
            item=Id(bytes.fromhex(item)) if item else None,
            brand=self.brand.text(),
            model=self.model.text(),
            serial=self.serial.text(),
            inventory=self.inventory.text(),
            owner=self.owner.value() or "",
            location=self.location.text(),
            acquired_on=self.acquired.value() or "",
            calibration_months=_number(self.calibration),
            maintenance_months=_number(self.maintenance),
            note=self.note.text(),
            state=cast("State | None", self.state.value()),
        )


class EventDialog(Dialog[EventRequest]):
    """What happened to a piece: a fault report asks for its words, other things for who did them."""

    def __init__(
        self, parent: QWidget | None, piece: Piece, kinds: Sequence[EventKind], today: date, new: Id
    ) -> None:
        fault = kinds[0] == "fault"
        title = tr("Report a fault") if fault else tr("Note what was done")
        said = " · ".join(word for word in (piece.name, piece.brand, piece.serial) if word)
        super().__init__(parent, title, said, primary=tr("Save"), icon="save", width=640 if fault else 780)
        self._piece, self._today, self._new = piece, today, new
        self.kind = ChoiceField([(key, words.kind_words(key)) for key in kinds], kinds[0], name=tr("What happened"),
                                required=True)  # fmt: skip
        self.detail = TextField(name=tr("What it does not do") if fault else tr("Detail"), limit=LONGEST_TEXT)
        self.done_by = TextField(name=tr("Done by"), limit=LONGEST_TEXT)
        self.day = day_field(today, tr("Day"))
        self._states = column(gap=0)
        self.kind_row = FieldRow(tr("What happened"), self.kind, required=True, label_width=LABEL)
        self.detail_row = FieldRow(
            tr("What it does not do") if fault else tr("Detail"), self.detail, required=fault, label_width=LABEL
        )
        self.done_row = FieldRow(tr("Done by"), self.done_by, label_width=LABEL)
        self.day_row = FieldRow(tr("Day"), self.day, required=True, label_width=LABEL)
        self.state = self._choice()
        self.state_row = FieldRow(tr("It was left"), self.state, required=True, label_width=LABEL)
        self._states.addWidget(self.state_row)
        if fault:
            self.add(self.detail_row, self._states, self.day_row)
            self.detail.setFocus()
        else:
            self.add(self.kind_row, self._states, self.done_row, self.detail_row, self.day_row)
            self.kind.setFocus()
        self.kind.changed.connect(self._other_kind)

    def answer(self) -> EventRequest | None:
        """The event when it may be noted; the sentence stands under the field otherwise."""
        rows = [self.kind_row, self.state_row, self.detail_row, self.done_row, self.day_row]
        day = ("equipment.no_day", "equipment.future", "equipment.before_acquired")
        checks: list[Check] = [
            (self.day_row, lambda: readable(self.day)),
            (self.detail_row, _clean(self.detail_row)),
            (self.done_row, _clean(self.done_row)),
            (self.day_row, lambda: self._check(*day)),
            (self.detail_row, lambda: self._check("equipment.detail_missing")),
            (self.kind_row if not self.kind_row.isHidden() else self.state_row, self._check),
        ]
        return None if refused(rows, checks) else self._request()

    def _check(self, *codes: str) -> None:
        """Refused where the event may not be noted, for one of these codes alone if any are named."""
        try:
            check_event(self._piece, self._request(), self._today)
        except Refused as refusal:
            if not codes or refusal.code in codes:
                raise

    def _request(self) -> EventRequest:
        return EventRequest(
            id=self._new,
            equipment=self._piece.id,
            kind=cast(EventKind, self.kind.value()),
            state=cast(State, self.state.value() or ""),
            happened_on=self.day.value() or "",
            detail=self.detail.text(),
            done_by=self.done_by.text(),
        )

    def _choice(self) -> ChoiceField:
        offered = STATES[self.kind.value() or "check"]
        return ChoiceField([(key, words.state_words(key)) for key in offered], offered[0], name=tr("It was left"),
                           required=True)  # fmt: skip

    def _other_kind(self) -> None:
        """Each kind of event leaves its own states."""
        before = self.state_row
        self.state = self._choice()
        self.state_row = FieldRow(tr("It was left"), self.state, required=True, label_width=LABEL)
        self._states.replaceWidget(before, self.state_row)
        before.hide()
        before.deleteLater()
        self.state_row.show()
        QWidget.setTabOrder(self.kind, self.state)
        QWidget.setTabOrder(self.state, self.done_by)


def _months(value: int | None, name: str) -> TextField:
    return TextField("" if value is None else str(value), name=name, width=80, align="right", limit=4)


def _number(field: TextField) -> int | None:
    """What is written; 0, which no rule allows, where it is no number."""
    text = field.value()
    if text is None:
        return None
    return int(text) if text.isascii() and text.isdigit() else 0


def _clean(row: FieldRow) -> Callable[[], object]:
    field = row.control
    assert isinstance(field, TextField)
    return lambda: clean_text(field.text())
