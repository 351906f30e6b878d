"""A person as one line of a list: what search results, the register, households and quick views show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

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
from ces_desktop.domain.identity import Age, Identity, display_name
from ces_desktop.domain.ids import Id

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PatientRow:
    """A person in a list. Several records of one person are one row: the first record, and how many there are."""

    id: Id
    person: Id
    human_id: str
    identity: Identity
    community: str | None
    household: Id | None
    household_number: int | None
    status: str
    """Status today: active, moved, transferred or died."""
    status_on: str | None
    registered_on: str | None
    changed_at: int | None
    """UTC ms of the last thing written about the person; None when not asked for."""
    records: int = 1

    @property
    def name(self) -> str:
        """`LÓPEZ PÉREZ, María Elena`."""
        return display_name(self.identity)

    def age_on(self, today: date) -> Age | None:
        """Age on a day; None when the birth is unknown. A person who died keeps the age of that day."""
        died = self.status == "died" and self.status_on
        return self.identity.birth.age_on(date.fromisoformat(self.status_on or "") if died else today)


_P, _C, _H, _S = (table_of(model) for model in (PatientRecord, CommunityRecord, HouseholdRecord, PatientStatusRecord))
_SHOWN = (
    select(
        *(_P.c[name] for name in ("id", "person", "human_id", "household", "happened_on", *IDENTITY)),
        _C.c.name.label("community_name"),
        _H.c.number.label("household_number"),
    )
    .outerjoin(_C, _C.c.id == _P.c.community)
    .outerjoin(_H, _H.c.id == _P.c.household)
    .where(_P.c.live == 1)
)
_OF_PERSONS = Prepared(_SHOWN.where(_P.c.clinic == bindparam("clinic"), _P.c.person.in_(slots())))
_OF_IDS = Prepared(_SHOWN.where(_P.c.id.in_(slots())))
_STATUSES = Prepared(
    select(_S.c.patient, _S.c.status, _S.c.happened_on, _S.c.recorded_at, _S.c.id).where(
        _S.c.clinic == bindparam("clinic"), _S.c.patient.in_(slots()), _S.c.live == 1
    )
)
_CHANGES = Prepared(
    select(OpRecord.subject, func.max(OpRecord.wall)).where(OpRecord.subject.in_(slots())).group_by(OpRecord.subject)
)


def by_person(
    connection: Connection, clinic: Id, persons: Sequence[bytes], *, changes: bool = False
) -> list[PatientRow]:
    """One row for each of these persons, in their order; those without a living record are left out."""
    groups: dict[bytes, list[Record]] = {}
    for record in _OF_PERSONS.records_for_many(connection, persons, clinic=clinic):
        groups.setdefault(record["person"], []).append(record)
    firsts = {person: min(group, key=lambda r: r["id"]) for person, group in groups.items()}
    return _finished(
        connection, clinic, [(firsts[x], [r["id"] for r in groups[x]]) for x in persons if x in groups], changes
    )


def by_id(connection: Connection, clinic: Id, ids: Sequence[bytes], *, changes: bool = False) -> list[PatientRow]:
    """One row for each of these records, in their order; voided ones are left out."""
    found = {r["id"]: r for r in _OF_IDS.records_for_many(connection, ids)}
    return _finished(connection, clinic, [(found[x], [x]) for x in ids if x in found], changes)


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


def _finished(
    connection: Connection, clinic: Id, groups: Iterable[tuple[Record, list[bytes]]], changes: bool
) -> list[PatientRow]:
    held = list(groups)
    everybody: list[bytes] = [x for _, ids in held for x in ids]
    statuses = latest_statuses(connection, clinic, everybody)
    changed = last_changes(connection, everybody) if changes else {}
    rows = []
    for first, ids in held:
        # A status noted on any record of the person holds for the person: the latest wins.
        known = [statuses[x] for x in ids if x in statuses]
        status, since = max(known, key=_since) if known else ("active", None)
        written = max([changed.get(x, 0) for x in ids]) if changed else 0
        rows.append(_row(first, status, since, len(ids), written or None))
    return rows


_since = itemgetter(1)


def _row(r: Record, status: str, since: str | None, records: int, changed_at: int | None) -> PatientRow:
    return PatientRow(
        id=r["id"],
        person=r["person"] or r["id"],
        human_id=r["human_id"] or "",
        identity=identity_of(r),
        community=r["community_name"],
        household=r["household"],
        household_number=r["household_number"],
        status=status,
        status_on=since,
        registered_on=r["happened_on"],
        changed_at=changed_at,
        records=records,
    )
