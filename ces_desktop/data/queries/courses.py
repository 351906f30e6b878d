"""Everybody who is or was in a programme, with the facts that programmes judge, in one pass over the observations.

A month, or two years of months, costs the same reads: `Member` looks at its facts from any day (`domain/courses`).

`as_of` (UTC ms) leaves out what was recorded later, by the clock of the laptop that recorded it. Its limits: what was
voided or corrected since stays so, a person's community, sex and birth are those of now, and two records joined since
are one person. An earlier `as_of` therefore never shows a row that a later one does not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import itemgetter
from typing import Any, Literal

from sqlalchemy import Connection, Select, bindparam, func, literal, or_, select

from ces_desktop.data.collector import uncollected
from ces_desktop.data.models import (
    AppointmentRecord,
    ConditionRecord,
    ContactRecord,
    EncounterRecord,
    EnrolmentRecord,
    ObservationRecord,
    PatientRecord,
    PatientStatusRecord,
    PrescriptionStopRecord,
    Synced,
)
from ces_desktop.data.queries.prepared import Prepared, Value, slots
from ces_desktop.domain.courses import Dated, Member, whole_day
from ces_desktop.domain.ids import Id
from ces_desktop.domain.programs import Reading

ALWAYS = 2**62
"""An `as_of` that leaves nothing out."""
EVER = "0001-01-01"
KEYS = ("systolic", "diastolic", "glucose_fasting", "glucose_random", "glucose_unknown", "hba1c")
"""Measures that control and risk rest on: what the pass reads. A person's own course holds every measure."""
AT_THE_CLINIC = frozenset({"systolic", "glucose_fasting", "glucose_random", "glucose_unknown"})
"""Measures that show the person was there that day, also where no consult was signed (vital signs by the nurse).

A glucose of no consult at all is a result from elsewhere that somebody brought."""


Whose = Literal["one", "some", "all"]
"""Facts of one `person`, of the records of `slots()`, or of everybody ever enrolled."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """Which records belong to whom, and how their facts are asked for."""

    connection: Connection
    people: dict[bytes, bytes]
    """Record → person."""
    values: dict[str, Value]
    whose: Whose

    def of(self, kind: Callable[[Whose], Prepared], **more: Value) -> Iterator[tuple[Any, ...]]:
        """(whole ISO day, recorded_at, id, person, …) of every fact: facts sort by themselves."""
        people, asked = self.people, kind(self.whose)
        if self.whose == "some":
            rows = asked.for_many(self.connection, list(people), **self.values, **more)
        else:
            rows = asked(self.connection, **self.values, **more)
        for row in rows:
            person = people.get(row[3])
            if person is None or not row[0]:
                continue
            if person != row[3] or len(row[0]) != 10:
                row = (whole_day(row[0]), row[1], row[2], person, *row[4:])
            yield row


def members(
    connection: Connection,
    clinic: Id,
    *,
    since: str = EVER,
    visits_since: str = EVER,
    until: str = "9999-12-31",
    as_of: int = ALWAYS,
) -> list[Member]:
    """Everybody ever enrolled here, by person id; test records are nobody. Days are ISO.

    Readings before `since` and visits before `visits_since` are not read; nothing after `until` is.
    """
    values: dict[str, Value] = {"clinic": clinic, "until": until, "as_of": as_of}
    records = _members()(connection, clinic=clinic, as_of=as_of)
    facts = _Facts(connection, {r[0]: r[1] for r in records}, values, "all")
    with uncollected():
        return _assembled(facts, records, since, visits_since)


def members_lately(
    connection: Connection, clinic: Id, until: str, recent: str, since: str, stale: Callable[[Member], bool]
) -> list[Member]:
    """Everybody ever enrolled as known on a day, for rules that ask for what was last alone: readings from `recent` on
    and the last visit; of those who are `stale` by these, readings from `since` on and the last visit ever.
    """
    values: dict[str, Value] = {"clinic": clinic, "until": until, "as_of": ALWAYS}
    records = _members()(connection, clinic=clinic, as_of=ALWAYS)
    facts = _Facts(connection, {r[0]: r[1] for r in records}, values, "all")
    with uncollected():
        found = _assembled(facts, records, recent, None, recent)
        again = {who.person for who in found if stale(who)}
        of_them = [record for record in records if record[1] in again]
        older = _Facts(connection, {r[0]: r[1] for r in of_them}, values, "some")
        anew = {who.person: who for who in _assembled(older, of_them, since, None, EVER)} if of_them else {}
        return [anew.get(who.person, who) for who in found]


def member(connection: Connection, clinic: Id, person: Id, today: date, *, as_of: int = ALWAYS) -> Member | None:
    """One person with every measure ever taken, enrolled or not; test records too. None for nobody."""
    values: dict[str, Value] = {"clinic": clinic, "person": person, "until": today.isoformat(), "as_of": as_of}
    records = _records()(connection, clinic=clinic, person=person)
    found = _assembled(_Facts(connection, {r[0]: r[1] for r in records}, values, "one"), records, EVER, EVER)
    return found[0] if found else None


def _assembled(
    facts: _Facts, records: list[tuple[Any, ...]], since: str, visits_since: str | None, last_since: str = EVER
) -> list[Member]:
    """`visits_since` None = of the visits from `last_since` on the last alone."""
    readings, there = _readings(facts, since)
    consults = (
        facts.of(_last_visits, since=last_since) if visits_since is None else facts.of(_visits, since=visits_since)
    )  # fmt: skip
    for row in consults:
        there[row[3]].add(row[0])
    if visits_since is not None and visits_since < since:
        for row in facts.of(_measured, since=visits_since, before=since):
            there[row[3]].add(row[0])
    statuses: dict[bytes, list[tuple[str, str]]] = defaultdict(list)
    for day, _, _, person, status in sorted(facts.of(_statuses)):
        statuses[person].append((day, status or "active"))
    enrolments: dict[bytes, dict[str, Dated]] = defaultdict(dict)
    for day, _, _, person, programme, state in sorted(facts.of(_enrolments)):
        enrolments[person][programme] = (*enrolments[person].get(programme, ()), (day, state or "enrolled"))
    problems: dict[bytes, dict[Id, tuple[tuple[str, str, str], ...]]] = defaultdict(dict)
    for day, _, _, person, problem, code, state in sorted(facts.of(_conditions), key=itemgetter(0, 1, 2)):
        line = (day, code or "", state or "active")
        problems[person][problem] = (*problems[person].get(problem, ()), line)
    return [
        Member(
            Id(person), tuple(ids), sex, born, community, household, tuple(statuses.get(person, ())),
            enrolments.get(person, {}), problems.get(person, {}), readings.get(person, {}),
            sorted(there[person], reverse=True) if person in there else (),
        )
        for person, (ids, sex, born, community, household) in sorted(_people_of(records).items())
    ]  # fmt: skip


def _people_of(records: list[tuple[Any, ...]]) -> dict[bytes, tuple[list[Id], str, str | None, Id | None, Id | None]]:
    """Each person as their first record has them; a later record fills what it leaves open."""
    found: dict[bytes, tuple[list[Id], str, str | None, Id | None, Id | None]] = {}
    for record, person, sex, born, community, household in sorted(records):
        held = found.get(person)
        if held is None:
            found[person] = [Id(record)], sex or "unknown", born, community, household
        else:
            held[0].append(Id(record))
            found[person] = held[0], held[1], held[2] or born, held[3] or community, held[4] or household
    return found


def _readings(facts: _Facts, since: str) -> tuple[dict[bytes, dict[str, list[Reading]]], dict[bytes, set[str]]]:
    """Readings by person and code, newest first, and the days on which somebody measured them."""
    held: dict[tuple[bytes, str], list[tuple[Any, ...]]] = defaultdict(list)
    there: dict[bytes, set[str]] = defaultdict(set)
    for row in facts.of(_observations, since=since):
        held[row[3], row[4]].append(row)
        if row[7] is None and row[4] in AT_THE_CLINIC and (row[8] is not None or row[4] == "systolic"):
            there[row[3]].add(row[0])
    found: dict[bytes, dict[str, list[Reading]]] = defaultdict(dict)
    for (person, code), rows in held.items():
        rows.sort(reverse=True)  # ids differ: nothing after them is compared
        found[person][code] = [Reading(code, row[0], row[5], row[6], row[8]) for row in rows]
    return found, there


_WHO = ("id", "person", "sex", "birth_first", "community", "household")


@cache
def _members() -> Prepared:
    p, e, q = PatientRecord, EnrolmentRecord, PatientRecord.__table__.alias("q")
    enrolled = (
        select(q.c.person)
        .join(e, e.patient == q.c.id)
        .where(e.clinic == bindparam("clinic"), e.live == 1, e.recorded_at <= bindparam("as_of"))
    )
    return Prepared(_people().where(p.person.in_(enrolled), func.coalesce(p.test_record, "no") != "yes"))


@cache
def _records() -> Prepared:
    return Prepared(_people().where(PatientRecord.person == bindparam("person")))


def _people() -> Select[Any]:
    p = PatientRecord
    columns = (getattr(p, name) for name in _WHO)
    return select(*columns).where(p.clinic == bindparam("clinic"), p.live == 1)


def facts_of(model: type[Synced], columns: str, *conditions: Any, more: tuple[Any, ...] = ()) -> Prepared:
    """Living facts of everybody enrolled for `clinic`, `until`, `as_of`: (day, recorded_at, id, record, …, *more)."""
    return _of(model, "all", columns, *conditions, more=more)


def facts_of_some(model: type[Synced], columns: str, *conditions: Any) -> Prepared:
    """The same of the records of `slots()`."""
    return _of(model, "some", columns, *conditions)


def _of(model: type[Synced], whose: Whose, columns: str, *conditions: Any, more: tuple[Any, ...] = ()) -> Prepared:
    m: Any = model
    own = (m.happened_on, m.recorded_at, m.id, m.patient, *(getattr(m, name) for name in columns.split()), *more)
    return Prepared(_facts(model, whose, own, *conditions))


_OF_FEW = (
    AppointmentRecord, EnrolmentRecord, ConditionRecord, ContactRecord, PatientStatusRecord, PrescriptionStopRecord,
)  # fmt: skip
"""Tables that hold little about anybody who was never enrolled: to leave that out would cost more than to read it."""


def _facts(model: type[Synced], whose: Whose, columns: tuple[Any, ...], *conditions: Any) -> Select[Any]:
    """Living facts recorded in time and not after `until`."""
    m: Any = model
    p, e, q = PatientRecord, EnrolmentRecord, PatientRecord.__table__.alias("q")
    mine = select(p.id).where(p.clinic == bindparam("clinic"), p.live == 1)
    about: tuple[Any, ...]
    if whose == "one":
        about = (m.patient.in_(mine.where(p.person == bindparam("person"))),)
    elif whose == "some":
        about = (m.patient.in_(slots()),)
    elif model in _OF_FEW:
        about = ()
    else:
        enrolled = select(q.c.person).join(e, e.patient == q.c.id).where(e.clinic == bindparam("clinic"), e.live == 1)
        about = (m.patient.in_(mine.where(p.person.in_(enrolled))),)
    return select(*columns).where(
        m.clinic == bindparam("clinic"),
        *about,
        m.live == 1,
        m.recorded_at <= bindparam("as_of"),
        m.happened_on <= bindparam("until"),
        *conditions,
    )


@cache
def _observations(whose: Whose) -> Prepared:
    o = ObservationRecord
    in_time = o.happened_on >= bindparam("since")
    more = (in_time,) if whose == "one" else (in_time, o.code.in_([literal(code) for code in KEYS]))
    return _of(o, whose, "code value word request encounter", *more)


@cache
def _measured(whose: Whose) -> Prepared:
    """Who was at the clinic before the readings that are read, signed consult or not."""
    o = ObservationRecord
    here = o.code.in_([literal(code) for code in sorted(AT_THE_CLINIC)]), o.request.is_(None)
    of_a_visit = or_(o.encounter.is_not(None), o.code == literal("systolic"))
    days = o.happened_on >= bindparam("since"), o.happened_on < bindparam("before")
    return _of(o, whose, "", *here, of_a_visit, *days)


@cache
def _visits(whose: Whose) -> Prepared:
    return _of(EncounterRecord, whose, "", EncounterRecord.happened_on >= bindparam("since"))


@cache
def _last_visits(whose: Whose) -> Prepared:
    """Of each record, in the form of the other facts."""
    e = EncounterRecord
    columns = func.max(e.happened_on).label("day"), literal(0).label("at"), literal("").label("key"), e.patient
    return Prepared(_facts(e, whose, columns, e.happened_on >= bindparam("since")).group_by(e.patient))


@cache
def _enrolments(whose: Whose) -> Prepared:
    return _of(EnrolmentRecord, whose, "programme state")


@cache
def _conditions(whose: Whose) -> Prepared:
    return _of(ConditionRecord, whose, "problem code state")


@cache
def _statuses(whose: Whose) -> Prepared:
    """Of a clinic's people those alone who were ever anything but active: the others are so unasked."""
    s, t = PatientStatusRecord, PatientStatusRecord.__table__.alias("t")
    if whose != "all":
        return _of(s, whose, "status")
    p, q = PatientRecord, PatientRecord.__table__.alias("q")
    other = (
        select(q.c.person)
        .join(t, t.c.patient == q.c.id)
        .where(t.c.clinic == bindparam("clinic"), t.c.live == 1, t.c.status != "active")
    )
    theirs = select(p.id).where(p.clinic == bindparam("clinic"), p.person.in_(other))  # on any record of theirs
    return _of(s, whose, "status", s.patient.in_(theirs))
