"""Care for tests, as rows of the journal: enrolled people, visits with readings, appointments, medicines, contacts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import builders
import sqlalchemy

from ces_desktop.data.database import Database, transaction
from ces_desktop.data.models import (
    AppointmentRecord,
    ConditionRecord,
    ContactRecord,
    EncounterDiagnosisRecord,
    EncounterRecord,
    EnrolmentRecord,
    ObservationRecord,
    PatientStatusRecord,
    PrescriptionRecord,
    SameAsRecord,
    Synced,
)
from ces_desktop.data.reference import load_shipped
from ces_desktop.data.upgrade import upgrade
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Actor
from ces_desktop.domain.ids import Id


class Care:
    """One clinic to write care into. Days are ISO; each method is one action of its own."""

    def __init__(self, db: Database, who: Actor) -> None:
        self.db, self.who, self.number = db, who, 0

    @property
    def clinic(self) -> Id:
        return self.db.installation.clinic

    def add(self, *records: Synced) -> None:
        """These rows as one action."""

        def action(work: Work) -> None:
            work.act("test.care")
            work.add(*records)

        self.db.write(action, self.who)

    def id(self) -> Id:
        return builders.next_id(self.db.clock())

    def person(self, *programmes: str, since: str = "2024-01-10", **fields: Any) -> Id:
        """A registered person, enrolled in these programmes."""
        self.number += 1
        patient = builders.register(self.db, self.who, self.number, **fields)
        for programme in programmes:
            self.enrol(patient, programme, since)
        return patient

    def enrol(self, patient: Id, programme: str, day: str, state: str = "enrolled") -> None:
        self.add(EnrolmentRecord(id=self.id(), patient=patient, programme=programme, state=state, happened_on=day))

    def visit(
        self,
        patient: Id,
        day: str,
        *,
        diagnoses: tuple[str, ...] = (),
        first_time: str = "no",
        due: str | None = None,
        medicines: dict[str, int] | None = None,
        as_needed: dict[str, int] | None = None,
        unmeasured: str | None = None,
        **readings: int,
    ) -> Id:
        """A signed consult with readings by measure code; `medicines` and `as_needed` map a drug to its days."""
        encounter = self.id()
        shared: dict[str, Any] = {"patient": patient, "happened_on": day}
        rows: list[Synced] = [
            EncounterRecord(id=encounter, kind="consult", unmeasured=unmeasured, **shared)
        ]
        rows += [
            ObservationRecord(id=self.id(), encounter=encounter, code=code, value=value, **shared)
            for code, value in readings.items()
        ]
        rows += [
            EncounterDiagnosisRecord(
                id=self.id(), encounter=encounter, code=code, first_time=first_time, position=n, **shared
            )
            for n, code in enumerate(diagnoses)
        ]
        rows += [
            PrescriptionRecord(id=self.id(), encounter=encounter, drug_text=drug, morning=4, days=days, **shared)
            for drug, days in (medicines or {}).items()
        ]
        rows += [
            PrescriptionRecord(
                id=self.id(), encounter=encounter, drug_text=drug, morning=4, days=days, as_needed="yes", **shared
            )
            for drug, days in (as_needed or {}).items()
        ]
        if due:
            rows.append(AppointmentRecord(id=self.id(), encounter=encounter, kind="visit", due_on=due, **shared))
        self.add(*rows)
        return encounter

    def problem(self, patient: Id, code: str, day: str, state: str = "active", problem: Id | None = None) -> Id:
        key = self.id()
        of = problem or key
        self.add(ConditionRecord(id=key, patient=patient, problem=of, code=code, state=state, happened_on=day))
        return of

    def status(self, patient: Id, status: str, day: str) -> None:
        self.add(PatientStatusRecord(id=self.id(), patient=patient, status=status, happened_on=day))

    def contact(self, patient: Id, outcome: str, day: str, promised_on: str | None = None) -> None:
        self.add(
            ContactRecord(
                id=self.id(), patient=patient, outcome=outcome, how="home", promised_on=promised_on, happened_on=day
            )
        )

    def join(self, one: Id, other: Id) -> None:
        """Two records are one person."""
        self.add(SameAsRecord(id=self.id(), one=one, other=other))


NOON_16_MARCH = 1_773_684_000_000
DAY_MS = 86_400_000


class Clock:
    """Noon of 16 March 2026, and a `step` later at each look; a test may move `now`."""

    def __init__(self, step: int = 0) -> None:
        self.now, self.step = NOON_16_MARCH, step

    def __call__(self) -> int:
        self.now += self.step
        return self.now


def clinic_care(folder: Path, step: int = 0) -> Iterator[Care]:
    """Care in an encrypted file with the shipped lists, proved against its journal at the end: for fixtures."""
    database = builders.database(builders.sqlcipher(folder), clock=Clock(step))
    database.local(load_shipped)
    yield from _proved(database)


def postgres_care(url: str, step: int = 0) -> Iterator[Care]:
    """The same on the other database."""
    engine = sqlalchemy.create_engine(url)
    with transaction(engine, write=True) as connection:
        upgrade(connection)
        load_shipped(connection)
    yield from _proved(builders.database(engine, clock=Clock(step)))


def _proved(database: Database) -> Iterator[Care]:
    yield Care(database, builders.actor())
    builders.assert_proved(database)
    database.close()
