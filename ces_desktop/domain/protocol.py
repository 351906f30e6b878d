"""What is due today ("le toca hoy") in each programme of a person: a declared table of steps, and one rule for it.

The steps are `resources/reference/protocol.csv`; intervals, ages and counts are thresholds in force on the day. Months
are calendar months, as everywhere: what was done in March of last year is due from the first of March.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.identity import fold
from ces_desktop.domain.programs import (
    PROGRAMMES,
    Course,
    Reading,
    first_of_window,
    months_between,
    pressure_goal,
    pressures,
)
from ces_desktop.domain.thresholds import Thresholds

Kind = Literal["measure", "medicine", "step"]
Reason = Literal["never", "old", "without", "above_goal"]
"""Never done · done too long ago · the medicine is missing · the last readings are all not at goal."""
NOT_DONE = frozenset({"not_done", "unknown"})
"""Words that answer a measure without doing it."""
READINGS_MONTHS = 12
"""Readings older than this do not call for the next step."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the protocol. Threshold codes: `every`, `every_at_goal` (months), `age_from` (years), `count`
    (readings); "" = no such condition.

    `need` "all" = every measure, "any" = one of them. `medicines` are beginnings of words of a medicine's name,
    `only_with` beginnings of CIE-10 codes of which the person has one.
    """

    code: str
    programme: str
    kind: Kind
    names: Mapping[str, str]
    measures: tuple[str, ...] = ()
    need: Literal["any", "all"] = "all"
    every: str = ""
    every_at_goal: str = ""
    age_from: str = ""
    medicines: tuple[str, ...] = ()
    count: str = ""
    only_with: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A medicine of today by its name; `since` is the ISO day on which it, or its dose, began."""

    name: str
    since: str


@dataclass(frozen=True, slots=True)
class DueStep:
    """A step that is due, why, and since which ISO day.

    `last` = when it was done last, or the last reading not at goal; `months` = its interval.
    """

    step: Step
    reason: Reason
    since: str
    last: str | None = None
    months: int | None = None


def due_steps(
    steps: Iterable[Step],
    course: Course,
    age: int | None,
    medicines: Sequence[Taken],
    on: date,
    thresholds: Thresholds,
) -> tuple[DueStep, ...]:
    """What is due of the programmes a person is in, in the order of the table; what two ask for is asked once.

    `age` in whole years; of unknown age nothing that depends on it is due.
    """
    found: list[DueStep] = []
    asked: set[tuple[str, ...]] = set()
    for step in steps:
        if step.programme not in course.enrolled or not _concerns(step, course, age, on, thresholds):
            continue
        if step.kind == "measure":
            due = _measure_due(step, course, on, thresholds)
        elif step.kind == "medicine":
            due = _medicine_due(step, course, medicines)
        else:
            due = _next_step_due(step, course, medicines, on, thresholds)
        same = (step.kind, *(step.measures or step.medicines or (step.code,)))
        if due is not None and same not in asked:
            asked.add(same)
            found.append(due)
    return tuple(found)


def _concerns(step: Step, course: Course, age: int | None, on: date, thresholds: Thresholds) -> bool:
    if step.only_with and not course.has(*step.only_with):
        return False
    return not step.age_from or (age is not None and age >= thresholds.value(step.age_from, on))


def _measure_due(step: Step, course: Course, on: date, thresholds: Thresholds) -> DueStep | None:
    days = [_done(course, code, on) for code in step.measures]
    known = [day for day in days if day is not None]
    last = None if not known or (step.need == "all" and len(known) < len(days)) else _last(step, known)
    if last is None:
        return DueStep(step, "never", course.enrolled[step.programme])
    good = step.every_at_goal and PROGRAMMES[step.programme].judge(course, on, thresholds)[0] == "controlled"
    months = thresholds.value(step.every_at_goal if good else step.every, on)
    if months_between(last, on) < months:
        return None
    since = month_add(date.fromisoformat(last).replace(day=1), months).isoformat()
    return DueStep(step, "old", since, last, months)


def _last(step: Step, known: list[str]) -> str:
    return max(known) if step.need == "any" else min(known)


def _done(course: Course, code: str, on: date) -> str | None:
    day = on.isoformat()
    return next((r.day for r in course.readings.get(code, ()) if r.day <= day and r.word not in NOT_DONE), None)


def _medicine_due(step: Step, course: Course, medicines: Iterable[Taken]) -> DueStep | None:
    words = [word for taken in medicines for word in fold(taken.name).split()]
    if any(word.startswith(step.medicines) for word in words):
        return None
    return DueStep(step, "without", course.enrolled[step.programme])


def _next_step_due(
    step: Step, course: Course, medicines: Sequence[Taken], on: date, thresholds: Thresholds
) -> DueStep | None:
    """Due when the last so many readings are all not at goal and none was taken before the treatment last changed."""
    changed = max((taken.since for taken in medicines), default="")
    wanted = thresholds.value(step.count, on)
    judged = _pressures_at_goal if step.programme == "hypertension" else _sugars_at_goal
    days: list[str] = []
    for day, good in judged(course, on, thresholds):
        if good or day <= changed:
            return None
        days.append(day)
        if len(days) == wanted:
            return DueStep(step, "above_goal", days[0], days[0])
    return None


def _pressures_at_goal(course: Course, on: date, thresholds: Thresholds) -> Iterator[tuple[str, bool]]:
    goal = pressure_goal(course, on, thresholds)
    for systolic, diastolic, day in pressures(course, on, first_of_window(on, READINGS_MONTHS)):
        yield day, systolic < goal[0] and diastolic < goal[1]


def _sugars_at_goal(course: Course, on: date, thresholds: Thresholds) -> Iterator[tuple[str, bool]]:
    """Each day with an HbA1c or a fasting glucose, and whether it calls for no more treatment; of both the HbA1c.

    A sugar below the goal is not at goal either, but more treatment is the last thing it calls for.
    """
    below = thresholds.value("diabetes.controlled_hba1c_below", on)
    high = thresholds.value("diabetes.controlled_glucose_to", on)
    since, until = first_of_window(on, READINGS_MONTHS), on.isoformat()
    by_day: dict[str, Reading] = {}
    for code in ("hba1c", "glucose_fasting"):
        for reading in course.readings.get(code, ()):
            if since <= reading.day <= until and reading.value is not None:
                by_day.setdefault(reading.day, reading)
    for day in sorted(by_day, reverse=True):
        value = by_day[day].value or 0
        yield day, value < below if by_day[day].code == "hba1c" else value <= high
