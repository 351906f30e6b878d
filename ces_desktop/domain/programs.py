"""Programmes as declarations: what is measured, when a visit is due, when the person is controlled (`registry.md`).

A programme is data (`Programme`) plus one rule that judges its readings. Everything else asks through it: the blocks of
the consult, the chips of the record, the rescue list, the indicators. Windows and goals come from the thresholds in
force on the day that is judged, never from here. Months are calendar months, as in WHO HEARTS: a visit in January is
three months old in April, on whichever day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.ids import Id
from ces_desktop.domain.thresholds import Thresholds

Control = Literal["controlled", "uncontrolled", "no_reading"]
"""What the latest reading inside its window says; `no_reading` when there is none."""
Outcome = Literal["missed", "no_reading", "controlled", "uncontrolled"]
"""The three-month outcome of a person under care, judged in this order."""
OUTCOMES: tuple[Outcome, ...] = ("controlled", "uncontrolled", "no_reading", "missed")
"""In the order of the stacked bar."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One observation: `value` in the measure's integer scale, or `word`; `day` is ISO. `encounter` = its consult."""

    code: str
    day: str
    value: int | None = None
    word: str | None = None
    encounter: Id | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """What the rules read of a person: readings by code and visits, both newest first, and what else they suffer from.

    `enrolled` maps each programme to the ISO day of the enrolment in force. `conditions` holds CIE-10 codes (`E119`).
    """

    readings: Mapping[str, Sequence[Reading]] = field(default_factory=dict)
    visits: Sequence[str] = ()
    enrolled: Mapping[str, str] = field(default_factory=dict)
    conditions: frozenset[str] = frozenset()

    def latest(self, code: str, on: date, since: str = "") -> Reading | None:
        """The newest reading of a measure not after a day and not before `since`."""
        day = on.isoformat()
        found = next((r for r in self.readings.get(code, ()) if r.day <= day), None)
        return found if found is not None and found.day >= since else None

    def after(self, since: str) -> Course:
        """The same person looked at from an ISO day on: older readings and visits left out."""
        readings = {code: [r for r in held if r.day >= since] for code, held in self.readings.items()}
        return replace(self, readings=readings, visits=[v for v in self.visits if v >= since])

    def has(self, *prefixes: str) -> bool:
        """Whether any condition begins with one of these codes."""
        return any(code.startswith(prefixes) for code in self.conditions)


Judge = Callable[[Course, date, Thresholds], tuple[Control, str | None]]
"""(course, day, thresholds) → control, and the ISO day of the reading it rests on."""


@dataclass(frozen=True, slots=True)
class Programme:
    """One programme. `measures` are the codes of its block in the consult, in order; `keys` the readings of which a
    visit needs one, each with all its halves, else it counts as "visited without a reading"; `diagnoses` the CIE-10
    beginnings that propose an enrolment."""

    code: str
    measures: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]
    diagnoses: tuple[str, ...]
    judge: Judge
    chart: tuple[str, ...]
    """Codes of the trend charts, first the one shown first."""

    @property
    def visit_every(self) -> str:
        """Threshold code: months between visits."""
        return f"{self.code}.visit_every_months"

    @property
    def missed_after(self) -> str:
        """Threshold code: calendar months without a visit after which it is missed."""
        return f"{self.code}.missed_after_months"


def months_between(earlier: str, on: date) -> int:
    """Calendar months from an ISO day (or month) to `on`: 31 January → 1 February is one."""
    return (on.year - int(earlier[:4])) * 12 + on.month - int(earlier[5:7])


def first_of_window(on: date, months: int) -> str:
    """ISO first day of the calendar months that are fewer than `months` before `on`: window 3 in April = 1 February."""
    return month_add(on.replace(day=1), 1 - months).isoformat()


def strict_goal(course: Course, on: date, thresholds: Thresholds) -> bool:
    """Whether the lower goal holds: diabetes or kidney disease (ADA 2024; KDIGO 2021), where the table says so."""
    if not thresholds.value("hypertension.strict_applies", on):
        return False
    return "diabetes" in course.enrolled or course.has("E10", "E11", "E12", "E13", "E14", "N18")


def pressure_goal(course: Course, on: date, thresholds: Thresholds) -> tuple[int, int]:
    """(systolic, diastolic) in mmHg below which the person is controlled (NOM-030-SSA2-2009, or the strict goal)."""
    which = "strict" if strict_goal(course, on, thresholds) else "controlled"
    return (
        thresholds.value(f"hypertension.{which}_systolic_below", on),
        thresholds.value(f"hypertension.{which}_diastolic_below", on),
    )


def latest_pressure(course: Course, on: date, since: str = "") -> tuple[int, int, str] | None:
    """The newest day with both systolic and diastolic of one consult: (systolic, diastolic, ISO day). The lower pair of
    that day is not chosen: the last one taken counts, as the physician sees it."""
    return next(pressures(course, on, since), None)


def pressures(course: Course, on: date, since: str = "") -> Iterator[tuple[int, int, str]]:
    """The last complete pressure of each day not after `on`, newest day first, down to `since`.

    Both halves were taken in the same consult: those of two of one day are two half pressures, and none.
    """
    day, done, low, first = on.isoformat(), "", course.readings.get("diastolic", ()), 0
    for reading in course.readings.get("systolic", ()):
        if reading.day > day or reading.day == done or reading.value is None:
            continue
        if reading.day < since:
            return
        while first < len(low) and low[first].day > reading.day:
            first += 1
        for place in range(first, len(low)):
            other = low[place]
            if other.day < reading.day:
                break
            if other.value is not None and other.encounter == reading.encounter:
                done = reading.day
                yield reading.value, other.value, reading.day
                break


def judge_pressure(course: Course, on: date, thresholds: Thresholds) -> tuple[Control, str | None]:
    """Hypertension: the last blood pressure of the window, both below their goal."""
    since = first_of_window(on, thresholds.value("hypertension.missed_after_months", on))
    found = latest_pressure(course, on, since)
    if found is None:
        return "no_reading", None
    systolic, diastolic, day = found
    below_systolic, below_diastolic = pressure_goal(course, on, thresholds)
    return ("controlled" if systolic < below_systolic and diastolic < below_diastolic else "uncontrolled"), day


def judge_glucose(course: Course, on: date, thresholds: Thresholds) -> tuple[Control, str | None]:
    """Diabetes: HbA1c of the last six months below 7 %, else a fasting glucose of the window from 70 to 130 mg/dL.

    NOM-015-SSA2-2010; ADA 2024. A glucose that was not fasting says nothing about control.
    """
    reading = deciding_glucose(course, on, thresholds)
    if reading is None or reading.value is None:
        return "no_reading", None
    if reading.code == "hba1c":
        good = reading.value < thresholds.value("diabetes.controlled_hba1c_below", on)
    else:
        low = thresholds.value("diabetes.controlled_glucose_from", on)
        good = low <= reading.value <= thresholds.value("diabetes.controlled_glucose_to", on)
    return ("controlled" if good else "uncontrolled"), reading.day


def deciding_glucose(course: Course, on: date, thresholds: Thresholds) -> Reading | None:
    """The reading diabetes is judged by: the HbA1c of its window, else the fasting glucose of its own, else None."""
    for code, months in (("hba1c", "diabetes.hba1c_valid_months"), ("glucose_fasting", "diabetes.missed_after_months")):
        found = course.latest(code, on, first_of_window(on, thresholds.value(months, on)))
        if found is not None and found.value is not None:
            return found
    return None


HYPERTENSION = Programme(
    code="hypertension",
    measures=("systolic", "diastolic", "weight", "waist", "doses_missed_7_days", "chest_pain", "side_effects"),
    keys=(("systolic", "diastolic"),),
    diagnoses=("I10", "I11", "I12", "I13", "I15"),
    judge=judge_pressure,
    chart=("pressure", "weight"),
)
DIABETES = Programme(
    code="diabetes",
    measures=(
        "weight", "waist", "glucose", "hba1c", "doses_missed_7_days", "hypoglycaemia", "foot_examination",
        "foot_sensation", "eye_examination",
    ),
    keys=(("glucose_fasting",), ("hba1c",)),
    diagnoses=("E10", "E11", "E12", "E13", "E14"),
    judge=judge_glucose,
    chart=("glucose", "hba1c", "weight"),
)  # fmt: skip
PROGRAMMES: Mapping[str, Programme] = {p.code: p for p in (HYPERTENSION, DIABETES)}
"""In the order in which screens show them."""


def outcome(programme: Programme, course: Course, month_end: date, thresholds: Thresholds) -> Outcome:
    """The three-month outcome on the last day of a month: missed → without a reading → controlled → uncontrolled.

    As WHO HEARTS and Simple compute it: whoever did not come is missed, however good the last reading was.
    """
    day = month_end.isoformat()
    visit = next((v for v in course.visits if v <= day), None)
    if visit is None or months_between(visit, month_end) >= thresholds.value(programme.missed_after, month_end):
        return "missed"
    return programme.judge(course, month_end, thresholds)[0]


def due_on(programme: Programme, course: Course, on: date, thresholds: Thresholds) -> date | None:
    """When the next visit is due without an appointment: so many months after the last visit, or the enrolment."""
    start = next((v for v in course.visits if v <= on.isoformat()), None) or course.enrolled.get(programme.code)
    if start is None:
        return None
    return month_add(date.fromisoformat(start), thresholds.value(programme.visit_every, on))
