"""What the first page learns behind itself: values of who comes, days ahead, figures of the month, what is urgent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from ces_desktop.data.local import Setting, write_setting
from ces_desktop.data.measures import thresholds
from ces_desktop.data.queries.agenda import counts_ahead
from ces_desktop.data.queries.courses import member
from ces_desktop.data.queries.indicators import Month, months_until, read_months
from ces_desktop.data.queries.rescue import RescueRow, rescue_list
from ces_desktop.data.queries.rows import PatientRow, by_id
from ces_desktop.data.queries.today import Control, Figures, Urgent, as_text
from ces_desktop.data.queries.visits import pending
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.ids import Id
from ces_desktop.domain.programs import PROGRAMMES, Course, Outcome, latest_pressure, outcome
from ces_desktop.domain.rescue import GLUCOSES, Why
from ces_desktop.domain.thresholds import Thresholds

MONTHS = 6
"""Whole months of which the little lines are drawn."""
UNSEEN_DAYS, LAB_DAYS, LAB_FORGOTTEN_DAYS = 30, 14, 180
"""A very high pressure not seen again for so long, and a result not in for so long, are told; not after half a year."""
TOLD = {"pressure": 3, "lab": 2}
"""How many of each are named; the others are counted."""
_WORST: tuple[Outcome, ...] = ("uncontrolled", "no_reading", "missed", "controlled")


@dataclass(frozen=True, slots=True)
class Standing:
    """Of somebody who comes: programmes, the value measured last, and how they stand (None = in no programme)."""

    programmes: tuple[str, ...]
    last: Why | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Care:
    """By person id, those who come on the day; ISO day → how many are expected on the days after it."""

    standings: Mapping[Id, Standing]
    ahead: Mapping[str, int]


def today_care(connection: Connection, clinic: Id, day: date, persons: Sequence[Id]) -> Care:
    """How those of the day stand, and how many come on the fourteen days after it."""
    rules = thresholds(connection)
    held = {}
    for person in persons:
        who = member(connection, clinic, person, day)
        if who is not None:
            held[person] = _standing(who.course(day), day, rules)
    return Care(held, counts_ahead(connection, clinic, date.fromordinal(day.toordinal() + 1)))


def _standing(course: Course, day: date, rules: Thresholds) -> Standing:
    inside = tuple(code for code in PROGRAMMES if code in course.enrolled)
    said = [outcome(PROGRAMMES[code], course, day, rules) for code in inside]
    worst = min(said, key=_WORST.index) if said else None
    return Standing(inside, _last(course, day), worst)


def _last(course: Course, day: date) -> Why | None:
    """The newest of pressure, sugar and HbA1c; of the same day what the programme is about."""
    found = []
    pressure = latest_pressure(course, day)
    if pressure is not None:
        found.append(Why("hypertension", "pressure", pressure[2], pressure[0], pressure[1]))
    sugars = [r for code in (*GLUCOSES, "hba1c") if (r := course.latest(code, day)) is not None]
    if sugars:
        newest = max(sugars, key=lambda r: r.day)
        found.append(Why("diabetes", newest.code, newest.day, newest.value))
    return max(found, key=lambda w: (w.day or "", w.programme in course.enrolled), default=None)


def today_figures(connection: Connection, clinic: Id, day: date) -> Figures:
    """Figures and alerts of a day: one pass for the months, one for the rescue list."""
    this = day.isoformat()[:7]
    last = month_add(day.replace(day=1), -1).isoformat()[:7]
    months = read_months(connection, clinic, [*months_until(last, MONTHS), this])
    found = rescue_list(connection, clinic, day)
    everybody = [row for rows in found.tabs.values() for row in rows]
    pressing = _pressures(everybody, day, thresholds(connection))
    late = _labs(connection, clinic, day)
    return Figures(
        day.isoformat(),
        last,
        {code: _control(months[:-1], code) for code in PROGRAMMES},
        len(found.tabs["rescue"]),
        sum(row.entry.risk == "high" for row in found.tabs["rescue"]),
        sum(row.entry.broken_promise for row in everybody),
        tuple(month.figures["visits"].numerator for month in months),
        (*pressing[: TOLD["pressure"]], *late[: TOLD["lab"]]),
        {"pressure": max(0, len(pressing) - TOLD["pressure"]), "lab": max(0, len(late) - TOLD["lab"])},
    )


def _control(months: Sequence[Month], programme: str) -> Control:
    figures = [month.figures[f"{programme}.controlled"] for month in months]
    newest = figures[-1]
    past = tuple(figure.percent for figure in figures)
    return Control(newest.numerator, newest.denominator or 0, newest.no_reading or 0, past)


def _pressures(rows: Sequence[RescueRow], day: date, rules: Thresholds) -> list[Urgent]:
    """Those with a pressure of high risk whom nobody saw for a month, the longest unseen first."""
    systolic, diastolic = rules.value("rescue.systolic_from", day), rules.value("rescue.diastolic_from", day)
    found = []
    for row in rows:
        why, seen = row.entry.why, row.entry.last_visit
        high = why.code == "pressure" and ((why.value or 0) >= systolic or (why.second or 0) >= diastolic)
        if not high or row.patient.status != "active" or seen is None:
            continue
        if (day - date.fromisoformat(seen)).days >= UNSEEN_DAYS:
            found.append((seen, _urgent("pressure", row.patient, f"{why.value}/{why.second}", seen)))
    return [urgent for _, urgent in sorted(found, key=lambda pair: pair[0])]


def _labs(connection: Connection, clinic: Id, day: date) -> list[Urgent]:
    """Results that are late, what was asked last first: the others are less and less likely to come."""
    late = date.fromordinal(day.toordinal() - LAB_DAYS).isoformat()
    forgotten = date.fromordinal(day.toordinal() - LAB_FORGOTTEN_DAYS).isoformat()
    asked = [p for p in reversed(pending(connection, clinic)) if forgotten <= p.day <= late]
    people = {row.id: row for row in by_id(connection, clinic, [p.patient for p in asked])}
    found: dict[Id, Urgent] = {}
    for each in asked:
        who = people.get(each.patient)
        if who is not None and who.status == "active":
            found.setdefault(who.person, _urgent("lab", who, each.test, each.day))
    return list(found.values())


def _urgent(kind: str, who: PatientRow, text: str, day: str) -> Urgent:
    return Urgent(kind, who.id.hex(), who.name, who.community or "", text, day)


def keep(connection: Connection, figures: Figures) -> None:
    """Keep the figures for the next start, in the encrypted database of this laptop."""
    write_setting(connection, Setting.TODAY_FIGURES, as_text(figures))
