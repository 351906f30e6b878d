"""Visits: who waits today, the rows of a person's consults, and which consult is in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, select

from ces_desktop.data.models import (
    AppointmentRecord,
    LabRequestRecord,
    ObservationRecord,
    PatientRecord,
    PrescriptionRecord,
    PrescriptionStopRecord,
    table_of,
)
from ces_desktop.data.queries.arrivals import arrivals as arrivals
from ces_desktop.data.queries.arrivals import in_force as in_force
from ces_desktop.data.queries.prepared import Prepared, slots
from ces_desktop.data.queries.rows import PatientRow, by_id
from ces_desktop.domain.dosing import Prescribed, Stopped
from ces_desktop.domain.ids import Id
from ces_desktop.domain.visits import Dose, Line


@dataclass(frozen=True, slots=True)
class Observed:
    """One observation in force: an integer in the measure's scale or a word, on an ISO day, by whom."""

    id: Id
    encounter: Id | None
    request: Id | None
    code: str
    value: int | None
    word: str | None
    confirmed: bool
    day: str
    recorded_at: int
    by: Id | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody in the waiting room: since when (UTC ms), what for, the id of the consult to be, vitals taken so far."""

    arrival: Id
    encounter: Id
    patient: PatientRow
    arrived_at: int
    came_for: str
    day: str
    vitals: tuple[Observed, ...]


@dataclass(frozen=True, slots=True)
class Pending:
    """A laboratory test or image asked for and not answered. `test` is a measure code or "imaging"."""

    id: Id
    patient: Id
    encounter: Id | None
    test: str
    detail: str
    urgent: bool
    day: str


@dataclass(frozen=True, slots=True)
class Appointment:
    """The day a person is expected: kind "visit" or "promise", agreed on `made_on`."""

    id: Id
    kind: str
    due_on: str
    reason: str
    made_on: str


_P, _O = (table_of(m) for m in (PatientRecord, ObservationRecord))
_L, _X, _R, _N = (
    table_of(m) for m in (PrescriptionRecord, PrescriptionStopRecord, LabRequestRecord, AppointmentRecord)
)
_CLINIC: BindParameter[bytes] = bindparam("clinic")

_RECORDS = Prepared(
    select(_P.c.id).where(
        _P.c.clinic == _CLINIC,
        _P.c.person == select(_P.c.person).where(_P.c.id == bindparam("patient")).scalar_subquery(),
        _P.c.live == 1,
    )
)
_OBSERVED = Prepared(
    select(
        _O.c.id, _O.c.encounter, _O.c.request, _O.c.code, _O.c.value, _O.c.word, _O.c.confirmed, _O.c.happened_on,
        _O.c.recorded_at, _O.c.recorded_by,
    ).where(_O.c.clinic == _CLINIC, _O.c.patient.in_(slots()), _O.c.live == 1)
)  # fmt: skip
_TAKEN = Prepared(
    select(
        _O.c.id, _O.c.encounter, _O.c.request, _O.c.code, _O.c.value, _O.c.word, _O.c.confirmed, _O.c.happened_on,
        _O.c.recorded_at, _O.c.recorded_by,
    ).where(_O.c.clinic == _CLINIC, _O.c.patient.in_(slots()), _O.c.happened_on == bindparam("day"), _O.c.live == 1)
)  # fmt: skip
_LINES = Prepared(
    select(
        _L.c.id, _L.c.encounter, _L.c.happened_on, _L.c.item, _L.c.drug_text, _L.c.morning, _L.c.noon, _L.c.afternoon,
        _L.c.night, _L.c.every_hours, _L.c.as_needed, _L.c.route, _L.c.days, _L.c.quantity, _L.c.instructions,
        _L.c.renews, _L.c.position,
    ).where(_L.c.clinic == _CLINIC, _L.c.patient.in_(slots()), _L.c.live == 1)
)  # fmt: skip
_STOPS = Prepared(
    select(_X.c.prescription, _X.c.happened_on, _X.c.reason).where(
        _X.c.clinic == _CLINIC, _X.c.patient.in_(slots()), _X.c.live == 1
    )
)
_ANSWERED = select(_O.c.id).where(_O.c.clinic == _CLINIC, _O.c.request == _R.c.id, _O.c.live == 1).exists()
_REQUESTS = select(_R.c.id, _R.c.patient, _R.c.encounter, _R.c.test, _R.c.detail, _R.c.urgent, _R.c.happened_on).where(
    _R.c.clinic == _CLINIC, _R.c.live == 1, ~_ANSWERED
)
_PENDING_OF = Prepared(_REQUESTS.where(_R.c.patient.in_(slots())))
_PENDING = Prepared(_REQUESTS)
_APPOINTMENTS = Prepared(
    select(_N.c.id, _N.c.kind, _N.c.due_on, _N.c.reason, _N.c.happened_on, _N.c.recorded_at).where(
        _N.c.clinic == _CLINIC, _N.c.patient.in_(slots()), _N.c.live == 1
    )
)


def records_of(connection: Connection, clinic: Id, patient: Id) -> tuple[Id, ...]:
    """The living records of the person to whom a record belongs, itself first: what any says holds for the person."""
    found = [Id(row[0]) for row in _RECORDS(connection, clinic=clinic, patient=patient)]
    return (patient, *sorted(x for x in found if x != patient))


def observations(connection: Connection, clinic: Id, records: Sequence[Id]) -> tuple[Observed, ...]:
    """Every observation in force of these records, newest first."""
    return _newest_first(_OBSERVED.for_many(connection, records, clinic=clinic))


def _newest_first(rows: Iterable[tuple[Any, ...]]) -> tuple[Observed, ...]:
    found = [
        Observed(Id(key), encounter, request, code or "", value, word, confirmed == "yes", day or "", at, by)
        for key, encounter, request, code, value, word, confirmed, day, at, by in rows
    ]
    return tuple(sorted(found, key=lambda o: (o.day, o.recorded_at, o.id), reverse=True))


def prescribed(
    connection: Connection, clinic: Id, records: Sequence[Id]
) -> tuple[tuple[Prescribed, ...], tuple[Stopped, ...]]:
    """Every prescription line in force of these records, oldest first, and what was stopped."""
    rows = _LINES.for_many(connection, records, clinic=clinic)
    rows.sort(key=lambda r: (r[2] or "", r[1] or b"", r[-1] or 0, r[0]))
    lines = [
        Prescribed(
            Line(
                Id(key), item, drug or "", Dose(a or 0, b or 0, c or 0, d or 0, every, needed == "yes"), route or "",
                days or 0, units or 0, words or "", renews,
            ),
            encounter,
            day or "",
        )
        for key, encounter, day, item, drug, a, b, c, d, every, needed, route, days, units, words, renews, _ in rows
    ]  # fmt: skip
    stops = [
        Stopped(Id(key), day or "", reason or "")
        for key, day, reason in _STOPS.for_many(connection, records, clinic=clinic)
    ]
    return tuple(lines), tuple(stops)


def pending(connection: Connection, clinic: Id, records: Sequence[Id] = ()) -> tuple[Pending, ...]:
    """What was asked of the laboratory and not answered, oldest first: of these records, or of the whole clinic."""
    rows = _PENDING_OF.for_many(connection, records, clinic=clinic) if records else _PENDING(connection, clinic=clinic)
    found = [
        Pending(Id(key), Id(patient), encounter, test or "", detail or "", urgent == "yes", day or "")
        for key, patient, encounter, test, detail, urgent, day in rows
    ]
    return tuple(sorted(found, key=lambda p: (p.day, p.id)))


def appointment(connection: Connection, clinic: Id, records: Sequence[Id]) -> Appointment | None:
    """The appointment in force: the one agreed last, by day and time of recording; None when none was ever made."""
    rows = _APPOINTMENTS.for_many(connection, records, clinic=clinic)
    if not rows:
        return None
    key, kind, due, reason, day, _ = max(rows, key=lambda r: (r[4] or "", r[5], r[0]))
    return Appointment(Id(key), kind or "visit", due or "", reason or "", day or "")


def waiting_room(connection: Connection, clinic: Id, day: date) -> tuple[Waiting, ...]:
    """Everybody "en sala" on a day, first come first, with the vital signs taken so far.

    Who was seen (the consult is signed) or left is not in it; who was seen and undone is again.
    """
    held = arrivals(connection, clinic, day)
    people = {row.id: row for row in by_id(connection, clinic, [patient for _, patient, *_ in held])}
    taken: dict[Id, list[Observed]] = {}
    for each in _taken_on(connection, clinic, [patient for _, patient, *_ in held], day):
        if each.encounter is not None:
            taken.setdefault(each.encounter, []).append(each)
    return tuple(
        Waiting(key, encounter, people[patient], at, words, day.isoformat(), tuple(taken.get(encounter, ())))
        for key, patient, encounter, at, words in held
        if patient in people
    )


def _taken_on(connection: Connection, clinic: Id, patients: Sequence[Id], day: date) -> tuple[Observed, ...]:
    return _newest_first(_TAKEN.for_many(connection, patients, clinic=clinic, day=day.isoformat()))
