"""Who must be looked for: when each person was due, how late they are, their risk, and what came of looking for them.

`registry.md`: this week · 1–90 days late · rescue (more than 90, or high risk from 30) · lost 12 months · resolved.
Limits are thresholds. Whoever was found or promised waits until that day and is back on the list the day after.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ces_desktop.domain.appointments import kept as kept
from ces_desktop.domain.coding import EVENTS
from ces_desktop.domain.courses import Member, is_lost
from ces_desktop.domain.dosing import LONG_TERM_DAYS, Prescribed, Stopped, medicines
from ces_desktop.domain.programs import (
    PROGRAMMES,
    Course,
    Reading,
    due_on,
    first_of_window,
    latest_pressure,
    months_between,
    pressure_goal,
)
from ces_desktop.domain.thresholds import Thresholds

Risk = Literal["high", "medium", "unknown", "low"]
RISKS: tuple[Risk, ...] = ("high", "medium", "unknown", "low")
"""The first is looked for first: a person without any reading before one who was at goal."""
Tab = Literal["week", "late", "rescue", "lost", "waiting", "resolved"]
TABS: tuple[Tab, ...] = ("week", "late", "rescue", "lost", "waiting", "resolved")
"""`waiting` = found or promised, off the list until that day."""
Outcome = Literal["visited", "promised", "nobody_home", "refused", "moved", "transferred", "died", "wrong_address"]
OUTCOMES: tuple[Outcome, ...] = (
    "visited", "promised", "nobody_home", "refused", "moved", "transferred", "died", "wrong_address",
)  # fmt: skip
LEAVING = frozenset({"moved", "transferred", "died"})
"""Outcomes that are a status of the person too."""
GLUCOSES = ("glucose_fasting", "glucose_random", "glucose_unknown")
WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody went, or telephoned; days are ISO."""

    day: str
    outcome: str
    promised_on: str | None = None
    how: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of somebody in a programme. `appointment` is the visit agreed last, (agreed on, due on); contacts
    are newest first."""

    member: Member
    appointment: tuple[str, str] | None = None
    contacts: Sequence[Contact] = ()
    prescribed: Sequence[Prescribed] = ()
    stops: Sequence[Stopped] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """The reading that the risk rests on; `code` "none" = nothing was measured that tells it.

    `second` is the diastolic of a pressure. `event` = raised by a stroke or infarct before.
    """

    programme: str
    code: str
    day: str | None = None
    value: int | None = None
    second: int | None = None
    event: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A person on the list. `days_late` is negative before the day; `medicine_days` = left, None = not known."""

    member: Member
    tab: Tab
    risk: Risk
    why: Why
    programmes: tuple[str, ...]
    due_on: str
    by_appointment: bool
    days_late: int
    medicine_days: int | None
    last_visit: str | None
    last_contact: Contact | None
    waiting_until: str | None
    broken_promise: bool


def entry(case: Case, today: date, thresholds: Thresholds) -> Entry | None:
    """Where a person stands on the list of a day; None = not on it."""
    who, day = case.member, today.isoformat()
    course = who.course(today)
    if not course.enrolled:
        return None
    risk, why = risk_of(course, today, thresholds)
    due, agreed = due_day(case, course, today, thresholds)
    contact = next((c for c in case.contacts if c.day <= day), None)
    held = _held_until(contact, who, today, thresholds)
    until = held if held is not None and held >= day else None
    promise = held if contact is not None and contact.outcome == "promised" and until is None else None
    if promise is not None and promise < due.isoformat():  # nobody waits for the appointment of who broke a promise
        due, agreed = date.fromisoformat(promise), True
    late = (today - due).days
    tab = _tab(who, contact, late, risk, max(course.enrolled.values()), today, thresholds)
    if tab in ("late", "rescue", "lost") and until is not None:
        tab = "waiting"
    if tab is None:
        return None
    broken = promise is not None and tab in ("late", "rescue", "lost")
    return Entry(
        who, tab, risk, why, tuple(p for p in PROGRAMMES if p in course.enrolled), due.isoformat(), agreed, late,
        medicine_days(case.prescribed, case.stops, today), who.last_visit(day), contact, until, broken,
    )  # fmt: skip


def _tab(
    who: Member, contact: Contact | None, late: int, risk: Risk, enrolled: str, today: date, thresholds: Thresholds
) -> Tab | None:
    """`enrolled` = the day of the latest enrolment in force."""
    day = today.isoformat()
    recent = contact is not None and (today - date.fromisoformat(contact.day)).days <= thresholds.value(
        "rescue.late_days", today
    )
    if who.gone(day):
        return "resolved" if recent else None
    if late > 0:
        if is_lost(who.last_visit(day), enrolled, today, thresholds):
            return "lost"
        high = risk == "high" and late >= thresholds.value("rescue.high_risk_late_days", today)
        return "rescue" if high or late > thresholds.value("rescue.late_days", today) else "late"
    if late > -WEEK_DAYS:
        return "week"
    return "resolved" if recent and contact is not None and _came_since(who, contact, day) else None


def order(one: Entry) -> tuple[int, int, int, str]:
    """Sorts by risk, [pregnancy and tuberculosis, when they are programmes], the day medicines run out, lateness.

    The household stands before the last; `data` knows its number.
    """
    left = 10_000 if one.medicine_days is None else one.medicine_days
    return RISKS.index(one.risk), 0, left, one.due_on


def due_day(case: Case, course: Course, today: date, thresholds: Thresholds) -> tuple[date, bool]:
    """When the person is due, and whether by an appointment in force; else by the programme that is due first."""
    last = case.member.last_visit(today.isoformat())
    if case.appointment is not None and not kept(case.appointment, last):
        return date.fromisoformat(case.appointment[1]), True
    days = (due_on(p, course, today, thresholds) for code, p in PROGRAMMES.items() if code in course.enrolled)
    return min(day for day in days if day is not None), False


def waiting_until(contact: Contact | None, who: Member, today: date, thresholds: Thresholds) -> str | None:
    """The ISO day until which nobody need look for them; None when nothing holds, or they came since."""
    until = _held_until(contact, who, today, thresholds)
    return until if until is not None and until >= today.isoformat() else None


def _held_until(contact: Contact | None, who: Member, today: date, thresholds: Thresholds) -> str | None:
    """The ISO day, past or not, until which they were found or had promised; None when they came since."""
    day = today.isoformat()
    if contact is None or contact.outcome not in ("visited", "promised") or _came_since(who, contact, day):
        return None
    longest = date.fromisoformat(contact.day) + timedelta(days=thresholds.value("rescue.promise_days", today))
    return contact.promised_on or longest.isoformat()


def _came_since(who: Member, contact: Contact, day: str) -> bool:
    last = who.last_visit(day)
    return last is not None and last >= contact.day


def medicine_days(prescribed: Sequence[Prescribed], stops: Sequence[Stopped], today: date) -> int | None:
    """Days left of the long-term medicine that ends first, as the consult counts them; 0 or less = it ran out.

    Where all ran out long ago, those of the last one (below 0); None = nothing lasting was ever prescribed.
    """
    current = [m for m in medicines(prescribed, stops, today) if m.long_term and not m.line.dose.as_needed]
    if current:
        return min(m.days_left for m in current)
    day = today.isoformat()
    ended = {stop.prescription for stop in stops if stop.day <= day}
    lasting = [
        p.ends()
        for p in prescribed
        if p.day <= day and p.line.days >= LONG_TERM_DAYS and not p.line.dose.as_needed and p.line.id not in ended
    ]
    return max(lasting) - today.toordinal() if lasting else None


def risk_of(course: Course, today: date, thresholds: Thresholds) -> tuple[Risk, Why]:
    """The highest risk among the person's programmes, and the reading it rests on."""
    judged = {"hypertension": _pressure_risk, "diabetes": _glucose_risk}
    found = [judged[code](course, today, thresholds) for code in PROGRAMMES if code in course.enrolled]
    return min(found, key=lambda pair: RISKS.index(pair[0]))


def _pressure_risk(course: Course, today: date, thresholds: Thresholds) -> tuple[Risk, Why]:
    found = latest_pressure(course, today)
    if found is None:
        return "unknown", Why("hypertension", "none")
    systolic, diastolic, day = found

    def reaches(name: str) -> bool:
        above = thresholds.value(f"rescue.{name}systolic_from", today)
        return systolic >= above or diastolic >= thresholds.value(f"rescue.{name}diastolic_from", today)

    event = not reaches("") and course.has(*EVENTS) and reaches("event_")
    why = Why("hypertension", "pressure", day, systolic, diastolic, event)
    if event or reaches(""):
        return "high", why
    goal = pressure_goal(course, today, thresholds)
    if systolic >= goal[0] or diastolic >= goal[1]:
        return "medium", why
    return _not_too_old(day, today, thresholds), why


def _glucose_risk(course: Course, today: date, thresholds: Thresholds) -> tuple[Risk, Why]:
    """By the sugar tests of the newest day with any, and the last HbA1c while it is valid; the worst counts."""
    told = [(_sugar_risk(reading, today, thresholds), reading) for reading in _sugars(course, today, thresholds)]
    worst = min(
        ((risk, reading) for risk, reading in told if risk is not None),
        key=lambda pair: RISKS.index(pair[0]),
        default=None,
    )
    if worst is None:
        return "unknown", Why("diabetes", "none")
    return worst[0], Why("diabetes", worst[1].code, worst[1].day, worst[1].value)


def _sugars(course: Course, today: date, thresholds: Thresholds) -> Iterator[Reading]:
    valid = first_of_window(today, thresholds.value("diabetes.hba1c_valid_months", today))
    newest = [r for code in (*GLUCOSES, "hba1c") if (r := course.latest(code, today)) is not None]
    if newest:
        last = max(r.day for r in newest)
        yield from (r for r in newest if r.day == last or (r.code == "hba1c" and r.day >= valid))


def _sugar_risk(reading: Reading, today: date, thresholds: Thresholds) -> Risk | None:
    """None: a test that was not fasting and is not high says nothing about control."""
    value = reading.value
    if value is None:
        return None
    if reading.code == "hba1c":
        if value >= thresholds.value("rescue.hba1c_from", today):
            return "high"
        good = value < thresholds.value("diabetes.controlled_hba1c_below", today)
        return _not_too_old(reading.day, today, thresholds) if good else "medium"
    if reading.code == "glucose_fasting":
        if value >= thresholds.value("rescue.glucose_fasting_from", today):
            return "high"
        low = thresholds.value("diabetes.controlled_glucose_from", today)
        if low <= value <= thresholds.value("diabetes.controlled_glucose_to", today):
            return _not_too_old(reading.day, today, thresholds)
        return "medium"
    if value >= thresholds.value("rescue.glucose_random_from", today):
        return "high"
    return "medium" if value >= thresholds.value("diabetes.diagnosis_glucose_random", today) else None


def _not_too_old(day: str, today: date, thresholds: Thresholds) -> Risk:
    """A good reading vouches for nothing after `rescue.lost_after_months`."""
    old = months_between(day, today) >= thresholds.value("rescue.lost_after_months", today)
    return "unknown" if old else "low"
