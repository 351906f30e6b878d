"""Beside the consult: the prescription in force, what is due today, the last six readings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.visit_form import VisitForm
from ces_desktop.domain.dosing import Medicine
from ces_desktop.domain.measures import Measure
from ces_desktop.domain.programs import pressure_goal
from ces_desktop.domain.thresholds import Thresholds
from ces_desktop.domain.visits import TIMES
from ces_desktop.i18n import language, tr, trn
from ces_desktop.reports import dose_words
from ces_desktop.ui.widgets import Button, Icon, SectionCard, Sparkline, Text, Wrapped, box, column, row
from ces_desktop.ui.widgets.doses import DosePills, PillsHead

MOST = 8
READINGS = 6


class ContextColumn(QWidget):
    """`same` = all the same (Ctrl+R), `change` = renew and change; `renewed(n)` says that the grid holds them."""

    same = Signal()
    change = Signal()

    def __init__(
        self, form: VisitForm, on: date, thresholds: Thresholds, measures: Mapping[str, Measure],
        due: Mapping[str, str],
    ) -> None:  # fmt: skip
        super().__init__()
        self.setLayout(
            column(
                self._medicines(form.medicines),
                *([self._due(due, measures)] if due else []),
                *self._readings(form, on, thresholds),
                None,
                gap=12,
            )
        )

    def _medicines(self, medicines: tuple[Medicine, ...]) -> SectionCard:
        card = SectionCard(tr("Prescription in force"), icon="pill", gap=7)
        if not medicines:
            card.add(Text(tr("No medicines in use."), "small"))
            return card
        card.add(row(None, PillsHead(), gap=0))
        for medicine in medicines[:MOST]:
            card.add(self._medicine(medicine))
        if len(medicines) > MOST:
            more = len(medicines) - MOST
            card.add(Text(tr("and {n} more").format(n=more), "caption"))
        same = Button(tr("All the same"), "secondary", icon="refresh-cw", cap="Ctrl+R")
        change = Button(tr("Change"), "ghost")
        same.clicked.connect(self.same)
        change.clicked.connect(self.change)
        same.set_possible(any(m.long_term for m in medicines), tr("Nothing to renew"))
        card.add(box(Wrapped(same, change, gap=8)))
        return card

    @staticmethod
    def _medicine(medicine: Medicine) -> QWidget:
        line = medicine.line
        dose = line.dose
        said = dose_words.dose(dose)
        caption = " · ".join(part for part in (_how(medicine), left_words(medicine)) if part)
        words = column(Text(line.drug, "smallstrong", wrap=True), Text(caption, "caption", wrap=True), gap=0)
        if dose.every_hours or not any(getattr(dose, time) for time in TIMES):
            return box(row((words, 1), gap=6))
        quarters = (dose.morning, dose.noon, dose.afternoon, dose.night)
        return box(row((words, 1), DosePills(quarters, f"{line.drug}: {said}"), gap=6))

    @staticmethod
    def _due(due: Mapping[str, str], measures: Mapping[str, Measure]) -> SectionCard:
        card = SectionCard(tr("Due today"), icon="clock", gap=5)
        for code, why in due.items():
            name = measures[code].name(language()) if code in measures else why
            words = column(Text(name, "smallstrong", wrap=True), gap=0)
            if why and why != name:
                words.addWidget(Text(why, "caption", wrap=True))
            card.add(box(row(column(Icon("clock", 14, "text2"), None), (words, 1), gap=8)))
        return card

    @staticmethod
    def _readings(form: VisitForm, on: date, thresholds: Thresholds) -> list[SectionCard]:
        lines: list[QWidget] = []
        goals: dict[str, float | None] = {"systolic": None, "diastolic": None, "hba1c": None, "glucose_fasting": None}
        if "hypertension" in form.programmes:
            goals["systolic"], goals["diastolic"] = pressure_goal(form.course, on, thresholds)
        if "diabetes" in form.programmes:
            goals["hba1c"] = thresholds.value("diabetes.controlled_hba1c_below", on)
            goals["glucose_fasting"] = thresholds.value("diabetes.controlled_glucose_to", on)
        names = {
            "systolic": tr("Systolic"), "diastolic": tr("Diastolic"), "hba1c": "HbA1c",
            "glucose_fasting": tr("Fasting glucose"), "weight": tr("Weight"),
        }  # fmt: skip
        for code, name in names.items():
            held = [r.value for r in form.course.readings.get(code, ()) if r.value is not None][:READINGS]
            if len(held) < 2 or (code == "weight" and lines):
                continue
            shown = Sparkline([*reversed(held)], goal=goals.get(code), size=(186, 28), name=name)
            lines.append(box(row((Text(name, "caption", wrap=True), 1), shown, gap=6)))
        if not lines:
            return []
        card = SectionCard(tr("Last {n} readings").format(n=READINGS), icon="activity", gap=4)
        card.add(*lines)
        return [card]


def _how(medicine: Medicine) -> str:
    """What the wells do not say: hours, if needed, route other than by mouth, or the instructions."""
    dose, line = medicine.line.dose, medicine.line
    if dose.every_hours or dose.as_needed:
        return dose_words.dose(dose)
    return line.instructions if not any(getattr(dose, time) for time in TIMES) else ""


def left_words(medicine: Medicine) -> str:
    """`quedan 4 días`, `se terminó hace 5 días`."""
    n = medicine.days_left
    if n > 0:
        return trn("{n} day left", "{n} days left", n).format(n=n)
    if n == 0:
        return tr("runs out today")
    return trn("ran out {n} day ago", "ran out {n} days ago", -n).format(n=-n)
