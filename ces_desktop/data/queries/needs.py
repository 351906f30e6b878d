"""What the registered patients' current prescriptions need of each item in a month: for the forecast and for warnings.

Long-term medicines of everybody who has not died or gone, as `domain/dosing.medicines` has them; what ran out more than
`GRACE_DAYS` ago is no longer counted on. Medicines taken as needed have no need that could be counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select

from ces_desktop.data.collector import uncollected
from ces_desktop.data.models import PatientRecord, PatientStatusRecord, PrescriptionRecord, PrescriptionStopRecord
from ces_desktop.data.queries.prepared import Prepared
from ces_desktop.domain.courses import GONE
from ces_desktop.domain.dosing import LAPSED_DAYS, LONG_TERM_DAYS, Prescribed, Stopped, medicines
from ces_desktop.domain.ids import Id
from ces_desktop.domain.visits import Dose, Line

MONTH_DAYS = 30.4375
GRACE_DAYS = 45
"""Somebody whose tablets ran out longer ago may have given them up; until then they are expected for more."""
_LONGEST_DAYS = 100


@dataclass(frozen=True, slots=True)
class Need:
    """Of one item: units a month if everybody took all of it, and the people (ids of persons)."""

    units: float
    people: tuple[Id, ...]


def needs(connection: Connection, clinic: Id, today: date) -> Mapping[Id, Need]:
    """The need of each item that somebody takes for long; items nobody takes are left out."""
    since = (today - timedelta(days=LAPSED_DAYS + _LONGEST_DAYS)).isoformat()
    with uncollected():
        return _counted(connection, {"clinic": clinic, "since": since, "until": today.isoformat()}, today)


def _counted(connection: Connection, given: dict[str, Any], today: date) -> dict[Id, Need]:
    persons: dict[bytes, bytes] = {}
    for record, person, test in _PEOPLE(connection, clinic=given["clinic"]):
        if test != "yes":
            persons[record] = person
    newest: dict[bytes, tuple[Any, ...]] = {}
    for row in _STATUSES(connection, clinic=given["clinic"], until=given["until"]):
        person = persons.get(row[3])
        if person is not None and (person not in newest or row[:3] > newest[person][:3]):
            newest[person] = row
    gone = {person for person, row in newest.items() if row[4] in GONE}
    lines: defaultdict[bytes, list[Prescribed]] = defaultdict(list)
    for row in _LINES(connection, **given):
        person = persons.get(row[0])
        if person is not None and person not in gone:
            lines[person].append(_prescribed(row))
    stops: defaultdict[bytes, list[Stopped]] = defaultdict(list)
    for record, line, day in _STOPS(connection, clinic=given["clinic"]):
        if record in persons and line is not None:
            stops[persons[record]].append(Stopped(Id(line), day or ""))
    units: defaultdict[Id, float] = defaultdict(float)
    people: defaultdict[Id, list[Id]] = defaultdict(list)
    for person, held in sorted(lines.items()):
        for one in medicines(held, stops.get(person, ()), today):
            item, dose = one.line.item, one.line.dose
            if item is None or not one.long_term or dose.as_needed or one.days_left < -GRACE_DAYS:
                continue
            units[item] += float(dose.quarters_a_day()) / 4 * MONTH_DAYS
            people[item].append(Id(person))
    return {item: Need(amount, tuple(dict.fromkeys(people[item]))) for item, amount in units.items()}


def _prescribed(row: tuple[Any, ...]) -> Prescribed:
    _, key, day, item, a, b, c, d, every, needed, days, renews, _ = row
    dose = Dose(a or 0, b or 0, c or 0, d or 0, every, needed == "yes")
    return Prescribed(Line(Id(key), Id(item), "", dose, "", days or 0, 0, renews=renews), None, (day or "")[:10])


def _people() -> Any:
    p = PatientRecord
    return select(p.id, p.person, p.test_record).where(p.clinic == bindparam("clinic"), p.live == 1)


def _statuses() -> Any:
    s = PatientStatusRecord
    return select(s.happened_on, s.recorded_at, s.id, s.patient, s.status).where(
        s.clinic == bindparam("clinic"), s.live == 1, s.happened_on <= bindparam("until")
    )


def _lines() -> Any:
    """Lines that last, and those that take the place of one; the latest of a day last."""
    p = PrescriptionRecord
    columns = "patient id happened_on item morning noon afternoon night every_hours as_needed days renews position"
    return (
        select(*(getattr(p, name) for name in columns.split()))
        .where(
            p.clinic == bindparam("clinic"), p.live == 1, p.item.is_not(None), p.happened_on <= bindparam("until"),
            or_(p.happened_on >= bindparam("since"), p.days > _LONGEST_DAYS),
            or_(p.days >= LONG_TERM_DAYS, p.renews.is_not(None)),
        )
        .order_by(p.happened_on, p.encounter, p.position, p.id)
    )  # fmt: skip


def _stops() -> Any:
    s = PrescriptionStopRecord
    return select(s.patient, s.prescription, s.happened_on).where(s.clinic == bindparam("clinic"), s.live == 1)


_PEOPLE, _STATUSES = Prepared(_people), Prepared(_statuses)
_LINES, _STOPS = Prepared(_lines), Prepared(_stops)
