"""Who is expected on a day: appointments and promises in force; who of them came; how many the next days hold."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, func, select

from ces_desktop.data.models import (
    AppointmentRecord,
    EncounterRecord,
    PatientRecord,
    Synced,
    table_of,
)
from ces_desktop.data.queries.arrivals import arrivals
from ces_desktop.data.queries.prepared import Prepared, slots
from ces_desktop.data.queries.rows import PatientRow, by_person
from ces_desktop.domain.appointments import kept
from ces_desktop.domain.calendar import whole_day
from ces_desktop.domain.ids import Id

Kind = Literal["visit", "promise"]


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody expected on a day. `here` = in the waiting room; `seen` = a consult of that day is signed."""

    patient: PatientRow
    kind: Kind
    reason: str
    agreed_on: str
    here: bool
    seen: bool


@dataclass(frozen=True, slots=True)
class _Agreed:
    person: Id
    kind: Kind
    agreed_on: str
    due_on: str
    reason: str


def expected(connection: Connection, clinic: Id, day: date, waiting: Set[Id] | None = None) -> list[Expected]:
    """Everybody expected on a day, in order of surnames; who came is among them.

    `waiting` are the persons in the waiting room, of who has read them already.
    """
    iso = day.isoformat()
    agreed, visits = _in_force(connection, clinic, iso, iso)
    if waiting is None:
        records = [patient for _, patient, *_ in arrivals(connection, clinic, day)]
        waiting = {Id(person) for (person,) in _persons().for_many(connection, records)}
    people = {row.person: row for row in by_person(connection, clinic, [a.person for a in agreed])}
    found = [
        Expected(people[a.person], a.kind, a.reason, a.agreed_on, a.person in waiting, iso in visits.get(a.person, ()))
        for a in agreed
        if a.person in people and people[a.person].status == "active"
    ]
    return sorted(found, key=lambda e: (e.patient.name, e.patient.id))


def counts_ahead(connection: Connection, clinic: Id, first: date, days: int = 14) -> dict[str, int]:
    """ISO day → how many people are expected, for `days` days from `first`; days of nobody are 0."""
    span = [(first + timedelta(days=n)).isoformat() for n in range(days)]
    found = dict.fromkeys(span, 0)
    agreed, _ = _in_force(connection, clinic, span[0], span[-1])
    people = {row.person: row.status for row in by_person(connection, clinic, [a.person for a in agreed])}
    for one in agreed:
        if people.get(one.person) == "active":
            found[one.due_on] += 1
    return found


def _in_force(connection: Connection, clinic: Id, first: str, last: str) -> tuple[list[_Agreed], dict[Id, set[str]]]:
    """What is in force of those days, one for each person and day, and the days on which those people were seen.

    Of visits and of promises the one made last before its day counts; what is made on the day is for later. A visit
    that was kept, and a promise made before the last consult, are no longer expected; a person with both on one day
    comes for the visit.
    """
    due = [row[0] for row in _due()(connection, clinic=clinic, first=first, last=last)]
    # First whose records, then their facts: joined in one statement, SQLite looks through the facts of everybody.
    whose = dict(_records().for_many(connection, due, clinic=clinic))
    records = list(whose)
    made: dict[tuple[Id, Kind], list[tuple[tuple[str, int, bytes], _Agreed]]] = {}
    rows = _appointments().for_many(connection, records, clinic=clinic)
    for day, recorded_at, key, patient, kind, due_on, reason in rows:
        if day and due_on:
            word: Kind = "promise" if kind == "promise" else "visit"
            one = _Agreed(Id(whose[patient]), word, whole_day(day), whole_day(due_on), reason or "")
            made.setdefault((one.person, word), []).append(((one.agreed_on, recorded_at, key), one))
    fitting = [
        one
        for held in made.values()
        for at, one in held
        if first <= one.due_on <= last and not any(x[0] > at and x[1].agreed_on < one.due_on for x in held)
    ]
    seen: dict[Id, set[str]] = {}
    for patient, day in _visits().for_many(connection, records, clinic=clinic):
        if day:
            seen.setdefault(Id(whose[patient]), set()).add(whole_day(day))
    found: dict[tuple[Id, str], _Agreed] = {}
    for one in sorted(fitting, key=lambda x: (x.kind == "promise", x.person)):
        before = max((day for day in seen.get(one.person, ()) if day < one.due_on), default=None)
        if not _over(one, before):
            found.setdefault((one.person, one.due_on), one)
    return list(found.values()), seen


def _over(one: _Agreed, last_visit: str | None) -> bool:
    if one.kind == "promise":
        return last_visit is not None and last_visit >= one.agreed_on
    return kept((one.agreed_on, one.due_on), last_visit)


@cache
def _due() -> Prepared:
    a, p = table_of(AppointmentRecord), table_of(PatientRecord)
    days = a.c.due_on >= bindparam("first"), a.c.due_on <= bindparam("last")
    asked = select(p.c.person).join(a, a.c.patient == p.c.id).where(a.c.clinic == bindparam("clinic"), a.c.live == 1)
    return Prepared(asked.where(*days, *_counted(p)).distinct())


@cache
def _records() -> Prepared:
    p = table_of(PatientRecord)
    return Prepared(select(p.c.id, p.c.person).where(p.c.person.in_(slots()), *_counted(p)))


def _counted(p: Any) -> tuple[Any, ...]:
    """Living records of this clinic that are no test."""
    return p.c.clinic == bindparam("clinic"), p.c.live == 1, func.coalesce(p.c.test_record, "no") != "yes"


@cache
def _appointments() -> Prepared:
    return _facts(AppointmentRecord, "happened_on recorded_at id patient kind due_on reason")


@cache
def _visits() -> Prepared:
    return _facts(EncounterRecord, "patient happened_on")


def _facts(model: type[Synced], columns: str) -> Prepared:
    m = table_of(model)
    held = select(*(m.c[name] for name in columns.split()))
    return Prepared(held.where(m.c.clinic == bindparam("clinic"), m.c.patient.in_(slots()), m.c.live == 1))


@cache
def _persons() -> Prepared:
    return Prepared(select(PatientRecord.person).where(PatientRecord.id.in_(slots())))
