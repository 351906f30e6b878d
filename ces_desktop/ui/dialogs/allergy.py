"""Ask for an allergy: what to, how it showed, how bad; or that there is none, or that something is tolerated."""

from __future__ import annotations

from datetime import date
from typing import cast

from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.patients import PatientFile
from ces_desktop.data.queries.visit_form import Allergies, Allergy
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.services.care import AllergyRequest, AllergyState, Severity, fact_day, partial_day
from ces_desktop.services.patients_status import clean_text
from ces_desktop.ui.dialogs.dated import Check, day_field, partial_field, readable, refused
from ces_desktop.ui.widgets import ChoiceField, ComboField, Dialog, FieldRow, Option, TextField
from ces_desktop.ui.widgets.combo import folded

LABEL = 130
CLASSES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("penicillins", ("Penicilina", "Amoxicilina", "Ampicilina", "Dicloxacilina")),
    ("cephalosporins", ("Cefalexina", "Ceftriaxona")),
    ("sulfonamides", ("Trimetoprima con sulfametoxazol",)),
    ("macrolides", ("Eritromicina", "Azitromicina", "Claritromicina")),
    ("quinolones", ("Ciprofloxacino",)),
    ("nsaids", ("Ácido acetilsalicílico", "Ibuprofeno", "Naproxeno", "Diclofenaco", "Metamizol", "Ketorolaco")),
    ("ace_inhibitors", ("Captopril", "Enalapril")),
    ("local_anaesthetics", ("Lidocaína",)),
    ("iodine", ("Yodo o medio de contraste",)),
    ("latex", ("Látex",)),
    ("food", ("Huevo", "Cacahuate", "Mariscos", "Leche de vaca")),
    ("insects", ("Picadura de abeja o avispa",)),
)
"""Class of medicines (or other) and the substances people name; words of the record, written as said."""
_CLASS_OF = {folded(name): code for code, names in CLASSES for name in names}


def class_of(substance: str) -> str:
    """The class a substance belongs to; "" for one that nobody listed."""
    return _CLASS_OF.get(folded(" ".join(substance.split())), "")


def class_name(code: str) -> str:
    """A class in words."""
    return {
        "penicillins": tr("penicillins"),
        "cephalosporins": tr("cephalosporins"),
        "sulfonamides": tr("sulfonamides"),
        "macrolides": tr("macrolides"),
        "quinolones": tr("quinolones"),
        "nsaids": tr("anti-inflammatories"),
        "ace_inhibitors": tr("ACE inhibitors"),
        "local_anaesthetics": tr("local anaesthetics"),
        "iodine": tr("contrast media"),
        "latex": tr("materials"),
        "food": tr("food"),
        "insects": tr("insects"),
    }.get(code, code)


class AllergyDialog(Dialog[AllergyRequest]):
    """Refuses in the dialog what the service would refuse; `new` is the id of the row it makes."""

    def __init__(
        self,
        parent: QWidget | None,
        file: PatientFile,
        known: Allergies,
        today: date,
        new: Id,
        wrong: Allergy | None = None,
    ) -> None:
        title = tr("Correct an allergy") if wrong else tr("Note an allergy")
        super().__init__(parent, title, file.name, primary=tr("Save"), icon="save", width=720)
        self._file, self._known, self._today, self._new, self._wrong = file, known, today, new, wrong
        states = [
            ("present", tr("Has an allergy")),
            ("none_known", tr("Denies allergies")),
            ("refuted", tr("Tolerates it")),
        ]
        self.state = ChoiceField(states, wrong.state if wrong else "present", name=tr("Allergy"), required=True)
        substances = [Option(name, name, class_name(code)) for code, names in CLASSES for name in names]
        self.substance = ComboField(substances, free=True, placeholder=tr("medicine, food or other"))
        self.substance.setMaxLength(12_000)
        self.substance.setText(wrong.substance if wrong else "")
        self.reaction = TextField(
            wrong.reaction if wrong else None, placeholder=tr("hives, swelling, shortness of breath")
        )
        degrees = [("mild", tr("Mild")), ("moderate", tr("Moderate")), ("severe", tr("Severe"))]
        self.severity = ChoiceField(degrees, wrong.severity if wrong else None, name=tr("Severity"), unsure=True)
        self.since = partial_field(today, tr("Since when"), wrong.since if wrong else None)
        self.day = day_field(today, tr("Noted on"), wrong.day if wrong else None)
        self.state_row = FieldRow(tr("Allergy"), self.state, required=True, label_width=LABEL)
        self.substance_row = FieldRow(tr("To what"), self.substance, required=True, label_width=LABEL)
        self.reaction_row = FieldRow(tr("Reaction"), self.reaction, label_width=LABEL)
        self.severity_row = FieldRow(tr("Severity"), self.severity, label_width=LABEL)
        self.since_row = FieldRow(tr("Since when"), self.since, label_width=LABEL)
        self.day_row = FieldRow(tr("Noted on"), self.day, required=True, label_width=LABEL)
        self._rows = [
            self.state_row, self.substance_row, self.reaction_row, self.severity_row, self.since_row, self.day_row,
        ]  # fmt: skip
        self.add(*self._rows)
        self.state.changed.connect(self._show_rows)
        self._show_rows()
        (self.substance if wrong is None else self.state).setFocus()

    def answer(self) -> AllergyRequest | None:
        """The request when it is complete and allowed; the reason stands under the field otherwise."""
        said = self.state.value() != "none_known"
        checks: list[Check] = [(self.state_row, self._allowed)]
        if said:
            checks += [
                (self.substance_row, self._named),
                (self.reaction_row, lambda: clean_text(self.reaction.value())),
                (self.since_row, lambda: readable(self.since)),
                (self.since_row, lambda: partial_day(self.since.value(), self._today)),
            ]
        checks += [
            (self.day_row, lambda: readable(self.day)),
            (self.day_row, lambda: fact_day(self._file, self.day.value() or "", self._today)),
        ]
        if refused(self._rows, checks):
            return None
        substance = self.substance.text().strip() if said else ""
        return AllergyRequest(
            id=self._new,
            patient=self._file.id,
            state=cast(AllergyState, self.state.value()),
            happened_on=self.day.value() or "",
            substance=substance,
            drug_class=class_of(substance),
            reaction=(self.reaction.value() or "") if said else "",
            severity=cast(Severity, self.severity.value() or "unknown") if said else "unknown",
            since=self.since.value() if said else None,
            replaces=self._wrong.id if self._wrong else None,
        )

    def _allowed(self) -> None:
        wrong = self._wrong.id if self._wrong else None
        if self.state.value() == "none_known" and any(each.id != wrong for each in self._known.present):
            raise Refused("care.allergy_present")

    def _named(self) -> None:
        if clean_text(self.substance.text()) is None:
            raise Refused("care.substance_missing")

    def _show_rows(self) -> None:
        for each in (self.substance_row, self.reaction_row, self.severity_row, self.since_row):
            each.setVisible(self.state.value() != "none_known")
