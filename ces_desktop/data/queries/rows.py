"""A person as one line of a list: what search results, the register, households and quick views show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, bindparam, case, func, select

from ces_desktop.data.journal.derive import IDENTITY, identity_of
from ces_desktop.data.models import (
    CommunityRecord,
    HouseholdRecord,
    OpRecord,
    PatientRecord,
    PatientStatusRecord,
    table_of,
)
from ces_desktop.data.queries.prepared import Prepared, slots
from ces_desktop.domain.identity import Age, Identity, Precision, Sex, SurnameKind
from ces_desktop.domain.ids import Id

_Shown = tuple[Any, ...]
"""A row of `_shown()`."""
_ID, _PERSON, _STATUS, _PRACTICE = 0, 1, 21, 25
"""Where in it the record's id, the person's, the status begin, and that it was written for practice."""
_order = itemgetter(_PRACTICE, _ID)


class PatientRow(NamedTuple):
    """A person in a list. Several records of one person are one row: the first record that is not written for practice,
    and how many there are.

    A tuple as the database gave it, since twenty are made at every key typed; `identity` is made when asked for.
    """

    id: Id
    person: Id
    human_id: str
    household: Id | None
    registered_on: str | None
    given: str | None
    paternal: str | None
    maternal: str | None
    paternal_kind: SurnameKind | None
    maternal_kind: SurnameKind | None
    nickname: str | None
    sex: Sex | None
    birth: str | None
    birth_precision: Precision | None
    stated_age: int | None
    stated_on: str | None
    curp: str | None
    mother_name: str | None
    phone: str | None
    community: str | None
    household_number: int | None
    status: str
    """Status today: active, moved, transferred or died."""
    status_on: str | None
    changed_at: int | None
    """UTC ms of the last thing written about the person; None when not asked for."""
    records: int

    @property
    def identity(self) -> Identity:
        """Who the person is; the names alone are what most lists show."""
        return identity_of({name: getattr(self, name) for name in IDENTITY})

    @property
    def name(self) -> str:
        """`LÓPEZ PÉREZ, María Elena`: as `display_name`, without the identity, since a whole list is sorted by it."""
        family = [
            name
            for name, kind in ((self.paternal, self.paternal_kind), (self.maternal, self.maternal_kind))
            if name and kind == "given"
        ]
        return ", ".join(part for part in (" ".join(family).upper(), self.given) if part)

    def age_on(self, today: date) -> Age | None:
        """Age on a day; None when the birth is unknown. A person who died keeps the age of that day."""
        died = self.status == "died" and self.status_on
        return self.identity.birth.age_on(date.fromisoformat(self.status_on or "") if died else today)


def _shown() -> Select[*tuple[Any, ...]]:
    """One row for each status of a record, one without a status where it has none."""
    p, c, h, s = (table_of(m) for m in (PatientRecord, CommunityRecord, HouseholdRecord, PatientStatusRecord))
    return (
        select(
            p.c.id,
            func.coalesce(p.c.person, p.c.id).label("person"),
            func.coalesce(p.c.human_id, "").label("human_id"),
            *(p.c[name] for name in ("household", "happened_on", *IDENTITY)),
            c.c.name.label("community"),
            h.c.number.label("household_number"),
            func.coalesce(s.c.status, "active").label("status"),
            *(s.c[name].label(f"status_{name}") for name in ("happened_on", "recorded_at", "id")),
            case((p.c.test_record == "yes", 1), else_=0).label("practice"),
        )
        .outerjoin(c, c.c.id == p.c.community)
        .outerjoin(h, h.c.id == p.c.household)
        .outerjoin(s, and_(s.c.clinic == bindparam("clinic"), s.c.patient == p.c.id, s.c.live == 1))
        .where(p.c.live == 1)
    )


def _statuses() -> Select[*tuple[Any, ...]]:
    s = PatientStatusRecord
    return select(s.patient, s.status, s.happened_on, s.recorded_at, s.id).where(
        s.clinic == bindparam("clinic"), s.patient.in_(slots()), s.live == 1
    )


def _changes() -> Select[*tuple[Any, ...]]:
    o = OpRecord
    return select(o.subject, func.max(o.wall)).where(o.subject.in_(slots())).group_by(o.subject)


_OF_PERSONS = Prepared(
    lambda: _shown().where(PatientRecord.clinic == bindparam("clinic"), PatientRecord.person.in_(slots()))
)
_OF_IDS = Prepared(lambda: _shown().where(PatientRecord.id.in_(slots())))
_STATUSES, _CHANGES = Prepared(_statuses), Prepared(_changes)


def by_person(
    connection: Connection, clinic: Id, persons: Sequence[bytes], *, changes: bool = False
) -> list[PatientRow]:
    """One row for each of these persons, in their order; those without a living record are left out."""
    groups: dict[bytes, list[_Shown]] = {}
    for row in _OF_PERSONS.for_many(connection, persons, clinic=clinic):
        groups.setdefault(row[_PERSON], []).append(row)
    return _finished(connection, [groups[x] for x in persons if x in groups], changes)


def by_id(connection: Connection, clinic: Id, ids: Sequence[bytes], *, changes: bool = False) -> list[PatientRow]:
    """One row for each of these records, in their order; voided ones are left out."""
    groups: dict[bytes, list[_Shown]] = {}
    for row in _OF_IDS.for_many(connection, ids, clinic=clinic):
        groups.setdefault(row[_ID], []).append(row)
    return _finished(connection, [groups[x] for x in ids if x in groups], changes)


def latest_statuses(connection: Connection, clinic: Id, patients: Sequence[bytes]) -> dict[bytes, tuple[str, str]]:
    """For each record with one, its status in force and the day it began."""
    latest: dict[bytes, tuple[tuple[str, int, bytes], str]] = {}
    for patient, status, day, recorded_at, key in _STATUSES.for_many(connection, patients, clinic=clinic):
        order = (day or "", recorded_at, key)
        if patient not in latest or order > latest[patient][0]:
            latest[patient] = (order, status or "active")
    return {patient: (status, order[0]) for patient, (order, status) in latest.items()}


def last_changes(connection: Connection, patients: Sequence[bytes]) -> dict[bytes, int]:
    """UTC ms of the last op about each record."""
    return dict(_CHANGES.for_many(connection, patients))


def _finished(connection: Connection, groups: Sequence[list[_Shown]], changes: bool) -> list[PatientRow]:
    """A row for each group: the rows of one record, or of all records of one person."""
    if not changes:
        return [_row(group) for group in groups]
    changed = last_changes(connection, [row[_ID] for group in groups for row in group])
    return [_row(group, max(changed.get(row[_ID], 0) for row in group) or None) for group in groups]


def _row(group: list[_Shown], changed_at: int | None = None) -> PatientRow:
    first, records = group[0], 1
    if len(group) > 1:
        first, records = min(group, key=_order), len({row[_ID] for row in group})
    return PatientRow._make((*first[:_STATUS], *_status_of(group), changed_at, records))


def _status_of(group: list[_Shown]) -> tuple[str, str | None]:
    """The status in force and the day it began; a status noted on any record of a person holds for the person."""
    if len(group) == 1:
        status, day, _, key = group[0][_STATUS:_PRACTICE]
        return status, day if key is None else day or ""
    latest: dict[bytes, tuple[tuple[str, int, bytes], str]] = {}
    for row in group:
        status, day, recorded_at, key = row[_STATUS:_PRACTICE]
        order = (day or "", recorded_at, key)
        if key is not None and (row[_ID] not in latest or order > latest[row[_ID]][0]):
            latest[row[_ID]] = (order, status)
    if not latest:
        return "active", None
    order, status = max(latest.values(), key=_since)
    return status, order[0]


def _since(noted: tuple[tuple[str, int, bytes], str]) -> str:
    return noted[0][0]
