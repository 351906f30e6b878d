"""What happened to a person, newest first: consults, addenda, contacts, results, programmes, vaccines, statuses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import BindParameter, Connection, bindparam, select

from ces_desktop.data.models import (
    AddendumRecord,
    ContactRecord,
    EnrolmentRecord,
    PatientStatusRecord,
    UserRecord,
    table_of,
)
from ces_desktop.data.queries.prepared import Prepared, slots
from ces_desktop.data.queries.visit_form import Coded, PastVisit
from ces_desktop.data.queries.visits import Observed
from ces_desktop.domain.ids import Id

Kind = Literal["visit", "addendum", "vitals", "results", "contact", "enrolled", "left", "status"]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened on an ISO day, told by `by` ("" = nobody known here).

    `encounter` is the consult it belongs to, if it is signed; `word` a contact's outcome, a programme or a status;
    `text` what was written; `until` the day that was promised.
    """

    kind: Kind
    id: Id
    day: str
    at: int
    by: str = ""
    encounter: Id | None = None
    word: str = ""
    text: str = ""
    until: str | None = None
    visit: PastVisit | None = None
    diagnoses: tuple[Coded, ...] = ()
    measured: tuple[Observed, ...] = ()


_A, _C, _M, _S, _U = (
    table_of(m) for m in (AddendumRecord, ContactRecord, EnrolmentRecord, PatientStatusRecord, UserRecord)
)
_CLINIC: BindParameter[bytes] = bindparam("clinic")
_USERS = Prepared(select(_U.c.id, _U.c.name))
_ADDENDA = Prepared(
    select(_A.c.id, _A.c.happened_on, _A.c.recorded_at, _A.c.recorded_by, _A.c.encounter, _A.c.text).where(
        _A.c.clinic == _CLINIC, _A.c.patient.in_(slots()), _A.c.live == 1
    )
)
_CONTACTS = Prepared(
    select(
        _C.c.id, _C.c.happened_on, _C.c.recorded_at, _C.c.recorded_by, _C.c.outcome, _C.c.note, _C.c.promised_on
    ).where(_C.c.clinic == _CLINIC, _C.c.patient.in_(slots()), _C.c.live == 1)
)
_ENROLMENTS = Prepared(
    select(
        _M.c.id, _M.c.happened_on, _M.c.recorded_at, _M.c.recorded_by, _M.c.programme, _M.c.state, _M.c.reason
    ).where(_M.c.clinic == _CLINIC, _M.c.patient.in_(slots()), _M.c.live == 1)
)
_STATUSES = Prepared(
    select(
        _S.c.id, _S.c.happened_on, _S.c.recorded_at, _S.c.recorded_by, _S.c.status, _S.c.cause, _S.c.place,
        _S.c.patient,
    ).where(_S.c.clinic == _CLINIC, _S.c.patient.in_(slots()), _S.c.live == 1)
)


def timeline(
    connection: Connection,
    clinic: Id,
    records: Sequence[Id],
    visits: Sequence[PastVisit],
    diagnoses: Sequence[Coded],
    observed: Sequence[Observed],
) -> tuple[Event, ...]:
    """Every event of these records, newest first; visits, diagnoses and observations are read already.

    The status of the registration is no event. What was measured for a consult never signed stands by itself.
    """
    users: dict[bytes, str] = {key: name or "" for key, name in _USERS(connection)}
    found = [
        *_visits(visits, diagnoses, observed, users),
        *_measured_elsewhere(visits, observed, users),
        *_addenda(connection, clinic, records, users),
        *_contacts(connection, clinic, records, users),
        *_enrolments(connection, clinic, records, users),
        *_statuses(connection, clinic, records, users),
    ]
    return tuple(sorted(found, key=lambda e: (e.day, e.at, e.id), reverse=True))


def _visits(
    visits: Sequence[PastVisit],
    diagnoses: Sequence[Coded],
    observed: Sequence[Observed],
    users: Mapping[bytes, str],
) -> Iterator[Event]:
    coded: dict[bytes, list[Coded]] = defaultdict(list)
    for each in diagnoses:
        coded[each.encounter or b""].append(each)
    measured: dict[bytes, list[Observed]] = defaultdict(list)
    for one in observed:
        measured[one.encounter or b""].append(one)
    for visit in visits:
        yield Event(
            "visit", visit.id, visit.day, visit.started_at or visit.recorded_at,
            visit.author_name or users.get(visit.by or b"", ""), visit.id, visit=visit,
            diagnoses=tuple(coded[visit.id]), measured=tuple(measured[visit.id]),
        )  # fmt: skip


def _measured_elsewhere(
    visits: Sequence[PastVisit], observed: Sequence[Observed], users: Mapping[bytes, str]
) -> Iterator[Event]:
    """Results of a day as one event, and vital signs of a consult that was never signed as another."""
    signed = {visit.id for visit in visits}
    groups: dict[tuple[Any, ...], list[Observed]] = defaultdict(list)
    for each in observed:
        if each.encounter not in signed:
            groups[each.encounter or b"", each.day, each.by or b""].append(each)
    for (encounter, day, by), held in groups.items():
        kind: Kind = "vitals" if encounter else "results"
        yield Event(kind, held[-1].id, day, held[0].recorded_at, users.get(by, ""), measured=tuple(held))


def _addenda(
    connection: Connection, clinic: Id, records: Sequence[Id], users: Mapping[bytes, str]
) -> Iterator[Event]:
    for key, day, at, by, encounter, text in _ADDENDA.for_many(connection, records, clinic=clinic):
        yield Event("addendum", Id(key), day or "", at, users.get(by or b"", ""), encounter, text=text or "")


def _contacts(
    connection: Connection, clinic: Id, records: Sequence[Id], users: Mapping[bytes, str]
) -> Iterator[Event]:
    for key, day, at, by, outcome, note, promised in _CONTACTS.for_many(connection, records, clinic=clinic):
        yield Event(
            "contact", Id(key), day or "", at, users.get(by or b"", ""), word=outcome or "", text=note or "",
            until=promised,
        )  # fmt: skip


def _enrolments(
    connection: Connection, clinic: Id, records: Sequence[Id], users: Mapping[bytes, str]
) -> Iterator[Event]:
    for key, day, at, by, programme, state, reason in _ENROLMENTS.for_many(connection, records, clinic=clinic):
        kind: Kind = "left" if state == "left" else "enrolled"
        yield Event(kind, Id(key), day or "", at, users.get(by or b"", ""), word=programme or "", text=reason or "")


def _statuses(
    connection: Connection, clinic: Id, records: Sequence[Id], users: Mapping[bytes, str]
) -> Iterator[Event]:
    rows = sorted(_STATUSES.for_many(connection, records, clinic=clinic), key=lambda r: (r[1] or "", r[2], r[0]))
    registered: set[bytes] = set()
    for key, day, at, by, status, cause, where, record in rows:
        first = record not in registered
        registered.add(record)
        if not first or status != "active":
            yield Event(
                "status", Id(key), day or "", at, users.get(by or b"", ""), word=status or "",
                text=cause or where or "",
            )  # fmt: skip
