"""Ask for a line of the problem list: a coded diagnosis or own words, and since when."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.catalogue import DiagnosisChoice, find_diagnoses
from ces_desktop.data.queries.patients import PatientFile
from ces_desktop.data.queries.visit_form import Condition
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.i18n import language, tr
from ces_desktop.services.care import ProblemRequest, fact_day, partial_day
from ces_desktop.services.patients_status import clean_text
from ces_desktop.ui.desk import Desk
from ces_desktop.ui.dialogs.dated import Check, day_field, partial_field, readable, refused
from ces_desktop.ui.pages.patient_words import dotted
from ces_desktop.ui.widgets import Dialog, FieldRow, Option
from ces_desktop.ui.widgets.lookup import LookupField


class ProblemDialog(Dialog[ProblemRequest]):
    """Diagnoses are found by words or code while typing; what fits none is kept as it is written."""

    def __init__(
        self,
        parent: QWidget | None,
        desk: Desk,
        file: PatientFile,
        listed: tuple[Condition, ...],
        new: Id,
        wrong: Condition | None = None,
    ) -> None:
        title = tr("Correct a problem") if wrong else tr("Add a problem")
        super().__init__(parent, title, file.name, primary=tr("Save"), icon="save", width=680)
        self._desk, self._file, self._listed, self._new, self._wrong = desk, file, listed, new, wrong
        self._found: dict[str, DiagnosisChoice] = {}
        self.problem = LookupField(free=True, placeholder=tr("words or code, as «diab» or «E11»"))
        self.problem.wanted.connect(self._find)
        self.onset = partial_field(desk.today, tr("Since when"), wrong.onset if wrong else None)
        self.day = day_field(desk.today, tr("Noted on"), wrong.day if wrong else None)
        self.problem_row = FieldRow(tr("Problem"), self.problem, required=True)
        self.onset_row = FieldRow(tr("Since when"), self.onset)
        self.day_row = FieldRow(tr("Noted on"), self.day, required=True)
        if wrong is not None:
            self.problem.setText(wrong.name(language()))
        self.add(self.problem_row, self.onset_row, self.day_row)
        self.problem.setFocus()

    def answer(self) -> ProblemRequest | None:
        """The request when it may be kept; the sentence stands under the field otherwise."""
        rows = [self.problem_row, self.onset_row, self.day_row]
        checks: list[Check] = [
            (self.problem_row, self._named),
            (self.onset_row, lambda: readable(self.onset)),
            (self.onset_row, lambda: partial_day(self.onset.value(), self._desk.today)),
            (self.day_row, lambda: readable(self.day)),
            (self.day_row, lambda: fact_day(self._file, self.day.value() or "", self._desk.today)),
        ]
        if refused(rows, checks):
            return None
        diagnosis, code, label = self._said()
        wrong = self._wrong
        return ProblemRequest(
            id=self._new,
            patient=self._file.id,
            happened_on=self.day.value() or "",
            problem=wrong.problem if wrong else None,
            diagnosis=diagnosis,
            code=code,
            label=label,
            onset=self.onset.value(),
            replaces=wrong.id if wrong else None,
        )

    def _said(self) -> tuple[Id | None, str, str]:
        """(diagnosis, code, own words): one or the other."""
        chosen = self._found.get(self.problem.value() or "")
        if chosen is not None:
            return chosen.id, chosen.code, ""
        wrong = self._wrong
        if wrong is not None and self.problem.text().strip() == wrong.name(language()):
            return wrong.diagnosis, wrong.code, wrong.label
        return None, "", self.problem.text().strip()

    def _named(self) -> None:
        _, code, label = self._said()
        if not code and clean_text(label) is None:
            raise Refused("care.problem_missing")
        mine = self._wrong.problem if self._wrong else None
        if code and any(c.state == "active" and c.code == code and c.problem != mine for c in self._listed):
            raise Refused("care.problem_listed")

    def _find(self, typed: str) -> None:
        desk = self._desk
        query = partial(find_diagnoses, clinic=desk.clinic.id, typed=typed, today=desk.today, patient=self._file.id)
        desk.tasks.read(query, partial(self._offer, typed), owner=self)

    def _offer(self, typed: str, found: tuple[DiagnosisChoice, ...]) -> None:
        self._found |= {each.id.hex(): each for each in found}
        self.problem.offer(typed, [Option(d.id.hex(), d.name(language()), dotted(d.code)) for d in found])
