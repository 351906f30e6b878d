"""One person's record as a whole: identity, status over time, consents, and the records that are the same person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from ces_desktop.data.journal.derive import identity_of
from ces_desktop.data.models import (
    CommunityRecord,
    ConsentRecord,
    HouseholdRecord,
    PatientRecord,
    PatientStatusRecord,
    table_of,
)
from ces_desktop.domain.identity import Age, Identity, display_name
from ces_desktop.domain.ids import Id


@dataclass(frozen=True, slots=True)
class StatusRow:
    """A status from a day on: active, moved, transferred or died."""

    id: Id
    status: str
    happened_on: str
    cause: str | None
    place: str | None
    recorded_at: int


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """An answer to something explained: what about, yes or no, who gave it, on which day."""

    id: Id
    about: str
    answer: str
    given_by: str | None
    notice_version: str | None
    happened_on: str


@dataclass(frozen=True, slots=True)
class PatientFile:
    """A record opened: what the page, the form and the prints show. None = not asked."""

    id: Id
    person: Id
    human_id: str
    identity: Identity
    folder: str | None
    community: Id | None
    community_name: str | None
    municipality: str | None
    household: Id | None
    household_number: int | None
    phone_owner: str | None
    language: str | None
    reads: str | None
    test_record: bool
    registered_on: str | None
    recorded_at: int
    statuses: tuple[StatusRow, ...]
    """Living rows, oldest first; the last one holds today."""
    consents: tuple[ConsentRow, ...]
    same_person: tuple[tuple[Id, str, str], ...]
    """Other records of the same person: (id, human id, display name)."""

    @property
    def name(self) -> str:
        """`LÓPEZ PÉREZ, María Elena`."""
        return display_name(self.identity)

    @property
    def status(self) -> str:
        """Status today: "active" unless a later one says otherwise."""
        return self.statuses[-1].status if self.statuses else "active"

    def age_on(self, today: date) -> Age | None:
        """Age on a day; None when the birth is unknown. A person who died keeps the age of that day."""
        last = self.statuses[-1] if self.statuses else None
        until = date.fromisoformat(last.happened_on) if last and last.status == "died" else today
        return self.identity.birth.age_on(until)


def patient_file(connection: Connection, patient: Id) -> PatientFile | None:
    """The record with everything around it; None when it does not exist or was voided."""
    p, c, h = table_of(PatientRecord), table_of(CommunityRecord), table_of(HouseholdRecord)
    row = (
        connection.execute(
            select(p, c.c.name.label("community_name"), c.c.municipality, h.c.number.label("household_number"))
            .outerjoin(c, c.c.id == p.c.community)
            .outerjoin(h, h.c.id == p.c.household)
            .where(p.c.id == patient, p.c.live == 1)
        )
        .mappings()
        .first()
    )
    if row is None:
        return None
    return PatientFile(
        id=patient,
        person=Id(row["person"]),
        human_id=row["human_id"] or "",
        identity=identity_of(row),
        folder=row["folder"],
        community=row["community"],
        community_name=row["community_name"],
        municipality=row["municipality"],
        household=row["household"],
        household_number=row["household_number"],
        phone_owner=row["phone_owner"],
        language=row["language"],
        reads=row["reads"],
        test_record=row["test_record"] == "yes",
        registered_on=row["happened_on"],
        recorded_at=row["recorded_at"],
        statuses=_statuses(connection, row["clinic"], patient),
        consents=_consents(connection, row["clinic"], patient),
        same_person=_same_person(connection, patient, row["clinic"], row["person"]),
    )


def _statuses(connection: Connection, clinic: bytes, patient: Id) -> tuple[StatusRow, ...]:
    s = PatientStatusRecord
    rows = connection.execute(
        select(s.id, s.status, s.happened_on, s.cause, s.place, s.recorded_at)
        .where(s.clinic == clinic, s.patient == patient, s.live == 1)
        .order_by(s.happened_on, s.recorded_at, s.id)
    )
    return tuple(
        StatusRow(Id(r.id), r.status or "active", r.happened_on or "", r.cause, r.place, r.recorded_at) for r in rows
    )


def _consents(connection: Connection, clinic: bytes, patient: Id) -> tuple[ConsentRow, ...]:
    s = ConsentRecord
    rows = connection.execute(
        select(s.id, s.about, s.answer, s.given_by, s.notice_version, s.happened_on)
        .where(s.clinic == clinic, s.patient == patient, s.live == 1)
        .order_by(s.happened_on, s.recorded_at, s.id)
    )
    return tuple(
        ConsentRow(Id(r.id), r.about or "", r.answer or "", r.given_by, r.notice_version, r.happened_on or "")
        for r in rows
    )


def _same_person(connection: Connection, patient: Id, clinic: bytes, person: bytes) -> tuple[tuple[Id, str, str], ...]:
    p = table_of(PatientRecord)
    rows = connection.execute(
        select(p).where(p.c.clinic == clinic, p.c.person == person, p.c.id != patient, p.c.live == 1).order_by(p.c.id)
    ).mappings()
    return tuple((Id(r["id"]), r["human_id"] or "", display_name(identity_of(r))) for r in rows)
