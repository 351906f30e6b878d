"""Ask for a vaccine: which, which dose, when, here or elsewhere, and its lot."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.care import Vaccine
from ces_desktop.data.queries.patients import PatientFile
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.services.care import Vaccination, partial_day
from ces_desktop.services.patients_status import clean_text, earliest_birth
from ces_desktop.ui.dialogs.dated import Check, partial_field, readable, refused
from ces_desktop.ui.widgets import ChoiceField, ComboField, Dialog, FieldRow, Option, TextField

VACCINES = (
    "BCG", "Hepatitis B", "Hexavalente", "DPT", "Rotavirus", "Neumocócica conjugada", "Neumocócica polisacárida",
    "Influenza", "SRP (triple viral)", "SR (doble viral)", "VPH", "Td", "Tdpa", "COVID-19", "Antirrábica humana",
    "Varicela", "Hepatitis A",
)  # fmt: skip
"""Of the Mexican vaccination card (Cartilla Nacional de Salud), by the names printed on it."""
DOSES = ("Única", "Primera", "Segunda", "Tercera", "Cuarta", "Refuerzo", "Anual")


class VaccineDialog(Dialog[Vaccination]):
    """Names and doses as the card prints them, others as written; the day may be a year or a month."""

    def __init__(
        self, parent: QWidget | None, file: PatientFile, today: date, new: Id, wrong: Vaccine | None = None
    ) -> None:
        title = tr("Correct a vaccine") if wrong else tr("Note a vaccine")
        super().__init__(parent, title, file.name, primary=tr("Save"), icon="save", width=640)
        self._file, self._today, self._new, self._wrong = file, today, new, wrong
        self.vaccine = ComboField([Option(name, name) for name in VACCINES], free=True)
        self.dose = ComboField([Option(name, name) for name in DOSES], free=True, width=180)
        self.lot = TextField(wrong.lot if wrong else None, width=180)
        for field, held in ((self.vaccine, wrong.vaccine if wrong else ""), (self.dose, wrong.dose if wrong else "")):
            field.setMaxLength(12_000)
            field.setText(held)
        places = [("yes", tr("Here")), ("no", tr("Elsewhere"))]
        here = "yes" if wrong is None or wrong.given_here else "no"
        self.place = ChoiceField(places, here, name=tr("Given"), required=True)
        self.day = partial_field(today, tr("Date"), wrong.day if wrong else today.isoformat())
        self.vaccine_row = FieldRow(tr("Vaccine"), self.vaccine, required=True)
        self.dose_row = FieldRow(tr("Dose"), self.dose)
        self.day_row = FieldRow(tr("Date"), self.day, required=True)
        self.place_row = FieldRow(tr("Given"), self.place, required=True)
        self.lot_row = FieldRow(tr("Lot"), self.lot)
        self._rows = [self.vaccine_row, self.dose_row, self.day_row, self.place_row, self.lot_row]
        self.add(*self._rows)
        self.vaccine.setFocus()

    def answer(self) -> Vaccination | None:
        """The request when it may be kept; the sentence stands under the field otherwise."""
        checks: list[Check] = [
            (self.vaccine_row, self._named),
            (self.dose_row, lambda: clean_text(self.dose.text())),
            (self.day_row, lambda: readable(self.day)),
            (self.day_row, self._when),
            (self.lot_row, lambda: clean_text(self.lot.value())),
        ]
        if refused(self._rows, checks):
            return None
        return Vaccination(
            id=self._new,
            patient=self._file.id,
            vaccine=self.vaccine.text().strip(),
            happened_on=self.day.value() or "",
            dose=self.dose.text().strip(),
            lot=self.lot.value() or "",
            given_here=self.place.value() == "yes",
            replaces=self._wrong.id if self._wrong else None,
        )

    def _named(self) -> None:
        if clean_text(self.vaccine.text()) is None:
            raise Refused("care.vaccine_missing")

    def _when(self) -> None:
        if self.day.value() is None:
            raise Refused("care.no_day")
        last, born = partial_day(self.day.value(), self._today), earliest_birth(self._file.identity.birth)
        if last is not None and born is not None and last < born:
            raise Refused("care.before_birth")
