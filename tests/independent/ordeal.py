"""A demonstration clinic, and what befalls its people: merges, deaths, returns, corrections, late and doubtful rows."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import builders
from care import Care
from sqlalchemy import text

from ces_desktop.data import cipher, vault
from ces_desktop.data.database import Database
from ces_desktop.data.models import (
    ConditionRecord,
    EncounterRecord,
    ObservationRecord,
    PatientRecord,
    PatientStatusRecord,
    SameAsRecord,
    Synced,
    ThresholdRecord,
)
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Actor
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.services import demo

DAY_MS = 86_400_000
END = date(2026, 6, 30)
AFTER = 1_782_900_000_000
"""Noon of 1 July 2026: the clinic's own care is older, the ordeal is written from here on."""


class Clock:
    """Moves on each time something is written."""

    def __init__(self) -> None:
        self.now = AFTER

    def __call__(self) -> int:
        return self.now


class Same(Care):
    """Care whose ids and clock are the same in every run."""

    def __init__(self, db: Database, who: Actor, seed: int) -> None:
        super().__init__(db, who)
        self._ids = random.Random(f"ids {seed}")

    def id(self) -> Id:
        return new_id(self.db.clock(), self._ids.randbytes)

    def add(self, *records: Synced) -> None:
        clock = self.db.clock
        assert isinstance(clock, Clock)
        clock.now += 600_000
        super().add(*records)


@contextmanager
def clinic(root: Path, seed: int, number: int, people: int = 400) -> Iterator[Care]:
    """A demonstration clinic of two years that ends in June 2026, opened to write more into."""
    made = demo.Clinic(number, people, 24, seed, END, AFTER, share=0.35)
    folder, user = demo.write_clinic(root, made)
    engine = cipher.engine(folder.database, vault.open(folder, user, demo.PASSPHRASE))
    database = builders.database(engine, installation=builders.installation(folder.path.name), clock=Clock())
    yield Same(database, builders.actor(), seed)
    builders.assert_proved(database)
    database.close()


class Ordeal:
    """Chance events among the people of a clinic; all of the year that ends in June 2026."""

    def __init__(self, care: Care, seed: int) -> None:
        self.care, self.rng = care, random.Random(seed)
        self.enrolled = self.ask("SELECT DISTINCT patient FROM enrolment WHERE live = 1 ORDER BY patient")
        self.others = self.ask("SELECT id FROM patient WHERE live = 1 ORDER BY id")

    def ask(self, sql: str) -> list[Any]:
        return [row[0] for row in self.care.db.read(lambda connection: connection.execute(text(sql)).all())]

    def day(self, first: int = 0) -> str:
        """A day of the year before the end, or of its last part."""
        return (END - timedelta(days=self.rng.randrange(0, 360 - first))).isoformat()

    def later(self, day: str) -> str:
        return min(END, date.fromisoformat(day) + timedelta(days=self.rng.randrange(1, 150))).isoformat()

    def some(self, many: int) -> list[Any]:
        return self.rng.sample(self.enrolled, many)

    def write(self, action: Callable[[Work], None]) -> None:
        def named(work: Work) -> None:
            work.act("test.care")
            action(work)

        self.care.db.write(named, self.care.who)

    def void(self, model: type[Synced], row: bytes) -> None:
        self.write(lambda work: work.void(model, row, "mistake"))

    def mark_as_test(self, patient: bytes) -> None:
        self.write(lambda work: work.change(PatientRecord, patient, test_record="yes"))

    def befall(self) -> None:
        """Everything, once."""
        for happening in (
            self.programmes, self.lives, self.joins, self.readings, self.illnesses, self.doubtful, self.goals,
            self.looked_for,
        ):  # fmt: skip
            happening()

    def programmes(self) -> None:
        for who in self.some(12):
            left, programme = self.day(), self.rng.choice(("hypertension", "diabetes"))
            self.care.enrol(who, programme, left, "left")
            if self.rng.random() < 0.6:
                self.care.enrol(who, programme, self.rng.choice((left, self.later(left))))
        for who in self.some(6):  # once more, as a second laptop may write it
            self.care.enrol(who, "hypertension", self.day())

    def lives(self) -> None:
        for number, who in enumerate(self.some(12)):
            gone = self.day()
            self.care.status(who, ("died", "moved", "transferred")[number % 3], gone)
            if number % 4 == 1:
                self.care.status(who, "active", self.later(gone))
        for row in self.ask("SELECT id FROM patient_status WHERE live = 1 AND status = 'died' ORDER BY id LIMIT 2"):
            patient = self.ask(f"SELECT patient FROM patient_status WHERE id = x'{row.hex()}'")[0]
            put = PatientStatusRecord(
                id=self.care.id(), patient=patient, status="moved", happened_on=self.day(), replaces=row
            )
            self.care.add(put)

    def joins(self) -> None:
        for one, other in zip(self.some(6), self.some(6), strict=True):
            if one != other:
                self.care.join(one, other)
        for one in self.some(4):
            self.care.join(one, self.rng.choice(self.others))
        self.void(SameAsRecord, self.rng.choice(self.ask("SELECT id FROM same_as WHERE live = 1 ORDER BY id")))
        for who in self.some(4):
            self.mark_as_test(who)

    def readings(self) -> None:
        sql = "SELECT id FROM observation WHERE live = 1 AND code {} AND happened_on >= '2025-07' ORDER BY id"
        pressures = self.ask(sql.format("IN ('systolic', 'diastolic')"))
        for old in self.rng.sample(pressures, 60):
            self._correct(old)
        for old in self.rng.sample(self.ask(sql.format("IN ('systolic', 'glucose_fasting', 'hba1c')")), 40):
            if self.ask(f"SELECT live FROM observation WHERE id = x'{old.hex()}'") == [1]:
                self.void(ObservationRecord, old)
        consults = self.ask("SELECT id FROM encounter WHERE live = 1 AND happened_on >= '2025-07' ORDER BY id")
        for row in self.rng.sample(consults, 20):
            self.void(EncounterRecord, row)

    def _correct(self, old: bytes) -> None:
        """Another value, and now and then another day, in the place of a reading."""
        columns = "patient, encounter, code, happened_on, value"
        sql = text(f"SELECT {columns} FROM observation WHERE id = :old")
        row = self.care.db.read(lambda connection: connection.execute(sql, {"old": old}).one())
        right = ObservationRecord(
            id=self.care.id(), patient=row.patient, encounter=row.encounter, code=row.code,
            value=row.value + self.rng.choice((-25, 25)), replaces=old,
            happened_on=row.happened_on if self.rng.random() < 0.8 else self.day(),
        )  # fmt: skip
        self.care.add(right)

    def illnesses(self) -> None:
        for who in self.some(8):
            day = self.day()
            problem = self.care.problem(who, self.rng.choice(("N183", "E119", "I634", "I219")), day)
            if self.rng.random() < 0.5:
                self.care.problem(who, "N183", self.later(day), "resolved", problem)
        for who in self.some(8):
            test = {"code": self.rng.choice(("hba1c", "glucose_fasting", "glucose_random")), "patient": who}
            when = self.rng.choice((self.day(), self.day(), "2026-03", "2025"))
            value = self.rng.randrange(55, 95) if test["code"] == "hba1c" else self.rng.randrange(65, 320)
            unsigned = self.rng.choice((None, self.care.id()))
            result = ObservationRecord(id=self.care.id(), encounter=unsigned, value=value, happened_on=when, **test)
            self.care.add(result)

    def doubtful(self) -> None:
        for who in self.some(10):
            day, many = self.day(), self.rng.randrange(1, 4)
            for _ in range(many):  # several the same day, some of them halves
                read = {"systolic": self.rng.randrange(115, 190), "diastolic": self.rng.randrange(65, 112)}
                if self.rng.random() < 0.3:
                    read.pop(self.rng.choice(("systolic", "diastolic")))
                self.care.visit(who, day, diagnoses=("I10X", "I10X", "E119")[:many], first_time="yes", **read)
        for who in self.some(5):
            row = EncounterRecord(
                id=self.care.id(), patient=who, kind="imported", happened_on=self.rng.choice(("2026-02", "2026-05-11"))
            )
            self.care.add(row)

    def goals(self) -> None:
        for code, value, since in (
            ("hypertension.controlled_systolic_below", 150, "2026-01-01"),
            ("hypertension.strict_applies", 0, "2026-03-16"),
            ("diabetes.controlled_glucose_to", 140, "2026-02-28"),
        ):
            row = ThresholdRecord(id=self.care.id(), code=code, value=value, unit="", programme="", valid_from=since)
            self.care.add(row)

    def looked_for(self) -> None:
        words = ("visited", "promised", "nobody_home", "refused", "wrong_address")
        for who in self.some(30):
            day = (END - timedelta(days=self.rng.randrange(0, 40))).isoformat()
            outcome = self.rng.choice(words)
            until = self.rng.randrange(-3, 25)
            promised = (date.fromisoformat(day) + timedelta(days=max(1, until))).isoformat()
            self.care.contact(who, outcome, day, promised if outcome == "promised" else None)
        for who in self.some(4):
            due = (END + timedelta(days=self.rng.randrange(-40, 20))).isoformat()
            self.care.visit(who, self.day(), due=due, medicines={"Enalapril 10 mg": 30})
        gone = ConditionRecord(
            id=self.care.id(), patient=self.enrolled[0], code="I64X", state="active", happened_on="2025"
        )
        self.care.add(gone)
