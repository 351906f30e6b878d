"""The measured part of the consult: vital signs by age, and a block for each programme the person is in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.visits import Observed
from ces_desktop.domain.ids import Id
from ces_desktop.domain.programs import PROGRAMMES, Course, pressure_goal
from ces_desktop.domain.registration import Problem
from ces_desktop.domain.thresholds import Thresholds
from ces_desktop.domain.visits import GLUCOSE, Measured
from ces_desktop.domain.vital_signs import vital_signs
from ces_desktop.i18n import tr
from ces_desktop.ui.icons import State
from ces_desktop.ui.messages import consult as words
from ces_desktop.ui.pages.consult_answer import AnswerRow
from ces_desktop.ui.pages.consult_measures import GlucoseRow, MeasureRow, NumberRow
from ces_desktop.ui.pages.consult_values import Subject
from ces_desktop.ui.widgets import Button, SectionCard, Tag

VITALS = "vitals"


class VitalsSection(SectionCard):
    """Vital signs: those of the age at once, the others by the button. `rows` by their first code."""

    changed = Signal()
    left = Signal()

    def __init__(self, subject: Subject, without: Iterable[str] = ()) -> None:
        self.more = Button(tr("More vital signs"), "ghost", icon="plus")
        super().__init__(tr("Vital signs"), icon="activity", action=self.more, gap=7)
        self.subject = subject
        self.rows: dict[str, MeasureRow] = {}
        first, rest = vital_signs(subject.age_days)
        lacking = () if "height" in first or subject.last.get("height") else ("height",)
        hidden = {*without}
        for code in (*first, *lacking):
            self._make(code)
        self._rest = [code for code in (*rest, "glucose") if code not in self.rows and code not in hidden]
        self.more.clicked.connect(self.show_all)

    def _make(self, code: str) -> MeasureRow:
        made = make_rows(self.subject, code)
        self.rows[code] = made[0]
        for part in rows_and_tails(made):
            self.add(part)
        made[0].changed.connect(self.changed)
        made[0].left.connect(self.left)
        return made[0]

    def show_all(self) -> None:
        """The vital signs that are asked on demand."""
        rest, self._rest = self._rest, []
        made = [self._make(code) for code in rest]
        self.more.hide()
        if made:
            made[0].control.setFocus()

    def leave_to_others(self, keys: Iterable[str]) -> None:
        """What another section asks for is not asked here too: of two fields for one measure only one would be read."""
        asked = {*keys}
        self._rest = [code for code in self._rest if code not in asked]
        self.more.setVisible(bool(self._rest))

    def ensure(self, codes: Iterable[str]) -> None:
        """Show the rows of measures that were taken already or that a draft holds."""
        wanted = {row_key(code) for code in codes}
        for code in [c for c in self._rest if c in wanted]:
            self._rest.remove(code)
            self._make(code)
        self.more.setVisible(bool(self._rest))


class ProgrammeSection(SectionCard):
    """The block of one programme: its measures that no earlier section asks for, the goal at the heading's right."""

    changed = Signal()
    left = Signal()

    def __init__(self, code: str, subject: Subject, goal: str, asked: Iterable[str]) -> None:
        action = Tag(goal) if goal else None
        super().__init__(words.programme(code), icon=words.programme_icon(code), action=action, gap=7)
        self.code = code
        self.rows: dict[str, MeasureRow] = {}
        before = {*asked}
        for measure in PROGRAMMES[code].measures:
            key = row_key(measure)
            if key in before or key in self.rows:
                continue
            made = make_rows(subject, key)
            self.rows[key] = made[0]
            for part in rows_and_tails(made):
                self.add(part)
            made[0].changed.connect(self.changed)
            made[0].left.connect(self.left)


def row_key(code: str) -> str:
    """Under which key the row of a measure stands: a pressure is one row, and so is a glucose."""
    return "systolic" if code == "diastolic" else "glucose" if code in (*GLUCOSE, "glucose") else code


def make_rows(subject: Subject, key: str) -> list[MeasureRow]:
    """The row of a key."""
    if key == "systolic":
        return [NumberRow(subject, ("systolic", "diastolic"), tr("Blood pressure"))]
    if key == "glucose":
        return [GlucoseRow(subject)]
    if subject.measures[key].numeric:
        return [NumberRow(subject, (key,))]
    return [AnswerRow(subject, key)]


def rows_and_tails(rows: Iterable[MeasureRow]) -> list[QWidget]:
    """Rows with what goes under them."""
    found: list[QWidget] = []
    for each in rows:
        found.append(each)
        if isinstance(each, GlucoseRow):
            found.append(each.moment_row)
    return found


def goal_chips(rows: Mapping[str, MeasureRow], course: Course, on: date, thresholds: Thresholds) -> None:
    """Let the rows say whether a value is at the goal of the programmes the person is in."""
    if "hypertension" in course.enrolled and "systolic" in rows:
        below = pressure_goal(course, on, thresholds)

        def pressure(values: Mapping[str, int]) -> tuple[State, str] | None:
            if len(values) < 2:
                return None
            return at_goal(values["systolic"] < below[0] and values["diastolic"] < below[1])

        rows["systolic"].chip = pressure
    if "diabetes" in course.enrolled:
        low = thresholds.value("diabetes.controlled_glucose_from", on)
        high = thresholds.value("diabetes.controlled_glucose_to", on)
        hba1c = thresholds.value("diabetes.controlled_hba1c_below", on)

        def glucose(values: Mapping[str, int]) -> tuple[State, str] | None:
            value = values.get("glucose_fasting")
            if value is None or value < low:
                return None  # a low one is said by the limits of the measure
            return at_goal(value <= high)

        if "glucose" in rows:
            rows["glucose"].chip = glucose
        if "hba1c" in rows:
            rows["hba1c"].chip = lambda values: at_goal(values["hba1c"] < hba1c)


def at_goal(good: bool) -> tuple[State, str]:
    """The chip of a value that has a goal."""
    return ("ok", tr("At goal")) if good else ("warn", tr("Above goal"))


def measured(rows: Iterable[MeasureRow]) -> tuple[Measured, ...]:
    """What all rows give."""
    return tuple(m for each in rows for m in each.measured())


def problems(rows: Iterable[MeasureRow]) -> tuple[Problem, ...]:
    """What cannot be read."""
    return tuple(p for each in rows for p in each.problems())


def removed(rows: Iterable[MeasureRow]) -> tuple[Id, ...]:
    """Observations taken before and cleared."""
    return tuple(key for each in rows for key in each.removed())


def state_of(rows: Iterable[MeasureRow], due: str = "") -> tuple[State, str]:
    """Of a section: nothing answered, some of it, all of it, or something to look at."""
    held = list(rows)
    done = sum(bool(each.measured()) or each.left_out() for each in held)
    if any(each.has_note() for each in held):
        return "warn", tr("to review")
    if done == len(held):
        return "ok", tr("complete")
    if done:
        return "draft", tr("{n} of {total}").format(n=done, total=len(held))
    return ("due", due) if due else ("unknown", "")


def take(rows: Mapping[str, MeasureRow], observed: Mapping[str, Observed]) -> None:
    """Show what was measured already for this consult."""
    for each in rows.values():
        each.take(observed)
