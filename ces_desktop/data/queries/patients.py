"""One person's record as a whole: identity, status over time, consents, and the records that are the same person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, bindparam, select

from ces_desktop.data.journal.derive import identity_of
from ces_desktop.data.models import (
    CommunityRecord,
    ConsentRecord,
    HouseholdRecord,
    PatientRecord,
    PatientStatusRecord,
    table_of,
)
from ces_desktop.data.queries.prepared import Prepared
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


_P, _C, _H = table_of(PatientRecord), table_of(CommunityRecord), table_of(HouseholdRecord)
_S, _A = table_of(PatientStatusRecord), table_of(ConsentRecord)

_RECORD = Prepared(
    select(_P, _C.c.name.label("community_name"), _C.c.municipality, _H.c.number.label("household_number"))
    .outerjoin(_C, _C.c.id == _P.c.community)
    .outerjoin(_H, _H.c.id == _P.c.household)
    .where(_P.c.id == bindparam("patient"), _P.c.live == 1)
)
_STATUSES = Prepared(
    select(_S.c.id, _S.c.status, _S.c.happened_on, _S.c.cause, _S.c.place, _S.c.recorded_at)
    .where(_S.c.clinic == bindparam("clinic"), _S.c.patient == bindparam("patient"), _S.c.live == 1)
    .order_by(_S.c.happened_on, _S.c.recorded_at, _S.c.id)
)
_CONSENTS = Prepared(
    select(_A.c.id, _A.c.about, _A.c.answer, _A.c.given_by, _A.c.notice_version, _A.c.happened_on)
    .where(_A.c.clinic == bindparam("clinic"), _A.c.patient == bindparam("patient"), _A.c.live == 1)
    .order_by(_A.c.happened_on, _A.c.recorded_at, _A.c.id)
)
_SAME_PERSON = Prepared(
    select(_P)
    .where(
        _P.c.clinic == bindparam("clinic"),
        _P.c.person == bindparam("whole"),
        _P.c.id != bindparam("patient"),
        _P.c.live == 1,
    )
    .order_by(_P.c.id)
)


def patient_file(connection: Connection, patient: Id) -> PatientFile | None:
    """The record with everything around it; None when it does not exist or was voided."""
    found = _RECORD.records(connection, patient=patient)
    if not found:
        return None
    row = found[0]
    clinic = row["clinic"]
    same = _SAME_PERSON.records(connection, clinic=clinic, whole=row["person"], patient=patient)
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
        statuses=tuple(
            StatusRow(Id(key), status or "active", day or "", cause, place, at)
            for key, status, day, cause, place, at in _STATUSES(connection, clinic=clinic, patient=patient)
        ),
        consents=tuple(
            ConsentRow(Id(key), about or "", answer or "", by, notice, day or "")
            for key, about, answer, by, notice, day in _CONSENTS(connection, clinic=clinic, patient=patient)
        ),
        same_person=tuple((Id(r["id"]), r["human_id"] or "", display_name(identity_of(r))) for r in same),
    )
