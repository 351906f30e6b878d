"""Beside the consult: the prescription in force, what is due today, the last six readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.visit_form import VisitForm
from ces_desktop.domain.dosing import Medicine
from ces_desktop.domain.laboratory import TESTS
from ces_desktop.domain.measures import Measure
from ces_desktop.domain.programs import pressure_goal
from ces_desktop.domain.protocol import DueStep
from ces_desktop.domain.thresholds import Thresholds
from ces_desktop.domain.visits import TIMES
from ces_desktop.i18n import language, tr, trn
from ces_desktop.reports import dose_words
from ces_desktop.ui import labels
from ces_desktop.ui.messages import consult as words
from ces_desktop.ui.widgets import Button, InlineNote, SectionCard, Sparkline, Text, Wrapped, box, column, row
from ces_desktop.ui.widgets.doses import DosePills, PillsHead

MOST, DUE = 8, 5
"""Medicines and steps shown before the rest is asked for."""
READINGS = 6


class ContextColumn(QWidget):
    """`same` = all the same (Ctrl+R), `change` = renew and change, `test(code)` = ask the laboratory for it."""

    same = Signal()
    change = Signal()
    test = Signal(str)

    def __init__(
        self, form: VisitForm, on: date, thresholds: Thresholds, measures: Mapping[str, Measure],
        due: tuple[DueStep, ...],
    ) -> None:  # fmt: skip
        super().__init__()
        self.setLayout(
            column(
                self._medicines(form.medicines),
                *(self._next_step(each) for each in due if each.reason == "above_goal"),
                *self._due([each for each in due if each.reason != "above_goal"], measures),
                *self._pending(form, measures),
                *self._readings(form, on, thresholds),
                None,
                gap=12,
            )
        )

    def _medicines(self, medicines: tuple[Medicine, ...]) -> SectionCard:
        card = SectionCard(tr("Prescription now"), icon="pill", gap=7)
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
        caption = " · ".join(part for part in (_how(medicine), left_words(medicine)) if part)
        said = column(Text(line.drug, "smallstrong", wrap=True), Text(caption, "caption", wrap=True), gap=0)
        if dose.every_hours or not any(getattr(dose, time) for time in TIMES):
            return box(row((said, 1), gap=6))
        quarters = (dose.morning, dose.noon, dose.afternoon, dose.night)
        return box(row((said, 1), DosePills(quarters, f"{line.drug}: {dose_words.dose(dose)}"), gap=6))

    @staticmethod
    def _next_step(due: DueStep) -> QWidget:
        """The treatment should change: a suggestion, with its reason."""
        title = f"{words.programme(due.step.programme)}: {words.step(due.step).lower()}"
        return InlineNote("accent", title, words.why_due(due), icon="activity")

    def _due(self, due: Sequence[DueStep], measures: Mapping[str, Measure]) -> list[SectionCard]:
        """The other steps, each with why; a laboratory test can be asked for at once."""
        if not due:
            return []
        card = SectionCard(tr("Due today"), icon="clock", gap=5)
        card.add(*(self._due_row(each, measures) for each in due[:DUE]))
        if rest := due[DUE:]:
            more = Button(tr("and {n} more").format(n=len(rest)), "ghost")
            more.clicked.connect(more.hide)
            more.clicked.connect(lambda: card.add(*(self._due_row(each, measures) for each in rest)))
            card.add(row(more, None))
        return [card]

    def _due_row(self, each: DueStep, measures: Mapping[str, Measure]) -> QWidget:
        said = column(
            Text(words.step(each.step), "smallstrong", wrap=True),
            Text(words.why_due(each), "caption", wrap=True),
            gap=0,
        )
        parts: list[QWidget] = []
        test = next((code for code in each.step.measures if code in TESTS and code in measures), None)
        if test is not None:
            ask = Button(tr("Ask for it"), "ghost")
            ask.setAccessibleName(tr("Ask for {what}").format(what=words.step(each.step)))
            ask.clicked.connect(partial(self._ask, test, ask))
            parts.append(ask)
        return box(row((said, 1), *parts, gap=6))

    def _ask(self, test: str, button: Button, _checked: bool = False) -> None:
        button.set_words(tr("Asked for"))
        button.setEnabled(False)
        self.test.emit(test)

    @staticmethod
    def _pending(form: VisitForm, measures: Mapping[str, Measure]) -> list[SectionCard]:
        """What was asked of the laboratory and has no answer yet."""
        if not form.pending:
            return []
        card = SectionCard(tr("Tests pending"), icon="flask-conical", gap=4)
        for asked in form.pending[:MOST]:
            name = measures[asked.test].name(language()) if asked.test in measures else asked.detail
            card.add(row((Text(name or tr("Image"), "small", wrap=True), 1), Text(labels.day(asked.day), "caption")))
        return [card]

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
