"""A person's measures over time as a chart shows them: series, goal, months without medicine; pure values.

Points are joined only where no more than `JOINED_DAYS` lie between them: what nobody measured is a gap, never a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.courses import whole_day
from ces_desktop.domain.dosing import LONG_TERM_DAYS, Prescribed, Stopped
from ces_desktop.domain.programs import Course, pressure_goal, pressures
from ces_desktop.domain.thresholds import Thresholds

TRENDS = ("pressure", "glucose", "hba1c", "weight")
"""In the order of the screen."""
JOINED_DAYS = 90
SHOWN_MONTHS = 12
WITHOUT_DAYS = 7
"""Fewer days without a medicine are no explanation."""
_FIRST_WEIGHT_SPREAD = 4_000
_DRUGS = {
    "pressure": (
        "losart", "enalapril", "captopril", "amlodip", "hidrocloro", "hydrochloro", "clortalid", "chlortal",
        "metoprolol", "propranolol", "nifedip", "telmisart", "valsart", "espironol", "spironol",
    ),
    "glucose": ("metform", "glibencl", "insulin", "glimepir", "sitaglip", "linaglip", "dapaglif"),
}  # fmt: skip
"""Beginnings of the generic names whose absence explains a chart, in both languages of the catalogue."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value in the scale of its measure on an ISO day; `second` is the diastolic of a pressure."""

    day: str
    value: int
    second: int | None = None

    @property
    def at(self) -> date:
        """Its day."""
        return date.fromisoformat(self.day)


@dataclass(frozen=True, slots=True)
class Without:
    """Days on which the person had no more of a medicine, by what was prescribed."""

    drug: str
    start: date
    days: int


@dataclass(frozen=True, slots=True)
class Trend:
    """One chart. `main` is joined, `loose` (a glucose that was not fasting) is not; both oldest first.

    `goal` is (from, below) in the measure's scale, None where no goal holds; of a pressure (systolic, diastolic) below.
    """

    code: str
    measure: str
    """Code of the measure that shows its values."""
    main: tuple[Point, ...] = ()
    loose: tuple[Point, ...] = ()
    goal: tuple[int | None, int] | None = None
    without: tuple[Without, ...] = ()

    @property
    def points(self) -> tuple[Point, ...]:
        """All, oldest first."""
        return tuple(sorted((*self.main, *self.loose), key=lambda p: p.day))

    def runs(self) -> Iterator[tuple[Point, ...]]:
        """The stretches of `main` that may be joined."""
        run: list[Point] = []
        for point in self.main:
            if run and (point.at - run[-1].at).days > JOINED_DAYS:
                yield tuple(run)
                run = []
            run.append(point)
        if run:
            yield tuple(run)


def trend(
    course: Course,
    code: str,
    today: date,
    rules: Thresholds,
    prescribed: Iterable[Prescribed] = (),
    stops: Iterable[Stopped] = (),
) -> Trend:
    """Everything ever measured for one chart; KeyError for a code nobody declared."""
    made = {"pressure": _pressure, "glucose": _glucose, "hba1c": _hba1c, "weight": _weight}[code](course, today, rules)
    drugs = _DRUGS.get("glucose" if code == "hba1c" else code, ())
    taken = [p for p in prescribed if p.line.drug.lower().startswith(drugs)] if drugs else []
    return replace(made, without=tuple(without(taken, stops, today)))


def recent(whole: Trend, today: date, months: int = SHOWN_MONTHS) -> Trend:
    """The last months of a trend; all of it where they hold fewer than two values."""
    since = month_add(today, -months).isoformat()
    main = tuple(p for p in whole.main if p.day >= since)
    loose = tuple(p for p in whole.loose if p.day >= since)
    if len(main) + len(loose) < 2:
        return whole
    first = date.fromisoformat(min(p.day for p in (*main, *loose)))
    kept = tuple(w for w in whole.without if w.start >= first)
    return replace(whole, main=main, loose=loose, without=kept)


def without(taken: Sequence[Prescribed], stops: Iterable[Stopped], today: date) -> Iterator[Without]:
    """Stretches between two prescriptions of one long-term medicine in which nothing was left, oldest first.

    After the last one nobody knows yet; a medicine that was stopped is not missed.
    """
    stopped = {s.prescription for s in stops}
    by_drug: dict[object, list[Prescribed]] = {}
    for each in sorted(taken, key=lambda p: p.day):
        if each.line.days >= LONG_TERM_DAYS and each.day <= today.isoformat():
            by_drug.setdefault(each.line.item or each.line.drug, []).append(each)
    found = []
    for lines in by_drug.values():
        for one, two in pairwise(lines):
            ends = date.fromisoformat(one.ends_on)
            days = (date.fromisoformat(two.day) - ends).days
            if days >= WITHOUT_DAYS and one.line.id not in stopped:
                found.append(Without(two.line.drug, ends, days))
    yield from sorted(found, key=lambda w: (w.start, w.drug))


def ticks(low: int, high: int, most: int = 6) -> tuple[int, ...]:
    """Round values from at or under `low` to at or over `high`, no more than `most` steps."""
    span = max(1, high - low)
    step = next(s for s in _steps() if span / s <= most - 1)
    first = low // step * step
    return tuple(range(first, high + step, step))


def limits(shown: Trend) -> tuple[int, int]:
    """Lowest and highest value to show, goal included: the clinical range, not zero."""
    values = [v for p in shown.points for v in (p.value, p.second) if v is not None]
    if shown.goal is not None:
        values += [v for v in shown.goal if v is not None]
    low, high = min(values), max(values)
    least = {"pressure": 40, "glucose": 60, "hba1c": 20, "weight": _FIRST_WEIGHT_SPREAD}[shown.code]
    spare = max(0, least - (high - low)) // 2
    return max(0, low - spare), high + spare


def months(first: date, last: date, most: int = 7) -> tuple[date, ...]:
    """First days of months to mark from one day to another, evenly, no more than `most`."""
    start = first.replace(day=1)
    count = (last.year - start.year) * 12 + last.month - start.month + 1
    step = next(s for s in (1, 2, 3, 4, 6, 12, 24, 36, 60, 120, 600) if count / s <= most)
    found, at = [], start
    while at <= last:
        if at >= first - timedelta(days=15):
            found.append(at)
        at = month_add(at, step)
    return tuple(found)


def _steps() -> Iterator[int]:
    size = 1
    while True:
        yield from (size, 2 * size, 5 * size)
        size *= 10


def _pressure(course: Course, today: date, rules: Thresholds) -> Trend:
    found = tuple(Point(day, high, low) for high, low, day in pressures(course, today))
    goal = pressure_goal(course, today, rules) if found else None
    return Trend("pressure", "systolic", found[::-1], goal=goal)


def _glucose(course: Course, today: date, rules: Thresholds) -> Trend:
    others = (*_values(course, "glucose_random", today), *_values(course, "glucose_unknown", today))
    goal = None
    if _diabetic(course):
        goal = (
            rules.value("diabetes.controlled_glucose_from", today),
            rules.value("diabetes.controlled_glucose_to", today),
        )
    loose = tuple(sorted(others, key=lambda p: p.day))
    return Trend("glucose", "glucose_fasting", _values(course, "glucose_fasting", today), loose, goal)


def _hba1c(course: Course, today: date, rules: Thresholds) -> Trend:
    goal = (None, rules.value("diabetes.controlled_hba1c_below", today)) if _diabetic(course) else None
    return Trend("hba1c", "hba1c", _values(course, "hba1c", today), goal=goal)


def _weight(course: Course, today: date, _rules: Thresholds) -> Trend:
    return Trend("weight", "weight", _values(course, "weight", today))


def _diabetic(course: Course) -> bool:
    return "diabetes" in course.enrolled or course.has("E10", "E11", "E12", "E13", "E14")


def _values(course: Course, code: str, today: date) -> tuple[Point, ...]:
    """The last value of each day, oldest first."""
    found: dict[str, Point] = {}
    for reading in course.readings.get(code, ()):
        day = whole_day(reading.day) if reading.day else ""
        if reading.value is not None and day and day <= today.isoformat():
            found.setdefault(day, Point(day, reading.value))
    return tuple(found[day] for day in sorted(found))
