"""Visits of the reference clinic by the bulk: rows as the program would have written them, straight into the tables.

For benchmarks of reading only: there is no journal behind them, so nothing here can be verified or exchanged.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from benchmarks import measure
from ces_desktop.data import cipher
from ces_desktop.data.database import transaction
from ces_desktop.data.journal.bulk import insert_rows
from ces_desktop.data.models import SYNCED, wire_columns
from ces_desktop.data.reference import load_shipped
from ces_desktop.data.upgrade import HEAD, upgrade
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.ids import Id, clinic_id, new_id

UNTIL = date(2026, 10, 31)
MEDICINES = ("Enalapril 10 mg", "Losartán 50 mg", "Metformina 850 mg", "Glibenclamida 5 mg", "Amlodipino 5 mg")
VITALS = ("heart_rate", "weight", "waist", "temperature")


PEOPLE, MEMBERS, MONTHS, VISITS = 10_000, 1_500, 60, 350
"""The reference clinic of `quality.md`, as far as care goes."""
CLINIC = clinic_id("DEM")
KEY = bytes(range(32))
FLOOR = "one full scan of observation for each programme, bare driver"


@contextmanager
def opened(seed: int) -> Iterator[tuple[Engine, cipher.Connection]]:
    """The reference clinic on an encrypted file, built once: for the program, and for the bare driver."""

    def build(folder: Path) -> None:
        engine = cipher.engine(folder / "clinic.db", KEY, create=True)
        with transaction(engine, write=True) as connection:
            upgrade(connection)
            load_shipped(connection)
            _Clinic(connection, CLINIC, random.Random(seed)).fill(PEOPLE, MEMBERS, MONTHS, VISITS)
        engine.dispose()

    file = measure.cached(f"care-{PEOPLE}-{VISITS}x{MONTHS}-seed-{seed}-schema-{HEAD}", build) / "clinic.db"
    engine, bare = cipher.engine(file, KEY), cipher.connect(file, KEY, read_only=True)
    try:
        yield engine, bare
    finally:
        engine.dispose()
        bare.close()


def scan(bare: cipher.Connection) -> None:
    """The floor of what judges people: for each programme every row of `observation` is read, and those of its key
    measures are fetched, with what tells the last reading of a day."""
    bare.execute("BEGIN")
    for keys in ("'systolic', 'diastolic'", "'glucose_fasting', 'glucose_random', 'glucose_unknown', 'hba1c'"):
        bare.execute(
            "SELECT happened_on, recorded_at, id, patient, code, value FROM observation NOT INDEXED"
            f" WHERE clinic = ? AND live = 1 AND code IN ({keys})",
            (CLINIC,),
        ).fetchall()
    bare.execute("ROLLBACK")


def count(bare: cipher.Connection) -> None:
    """The same scans with nothing fetched: what reading the pages alone costs."""
    for _ in range(2):
        bare.execute("SELECT count(*), sum(value) FROM observation NOT INDEXED").fetchall()


class _Clinic:
    def __init__(self, connection: Connection, clinic: Id, chance: random.Random) -> None:
        self.connection, self.clinic, self.chance = connection, clinic, chance
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.number = 0
        self.diabetes: set[Id] = set()
        self.hypertension: set[Id] = set()

    def id(self, day: date) -> Id:
        return new_id(self.at(day), self.chance.randbytes)

    def at(self, day: date) -> int:
        return int(datetime(day.year, day.month, day.day, 18, tzinfo=UTC).timestamp() * 1000)

    def add(self, table: str, day: date, **fields: Any) -> Id:
        key: Id = fields.pop("id", None) or self.id(day)
        empty = dict.fromkeys(wire_columns(SYNCED[table]))
        base = {"id": key, "clinic": self.clinic, "made_by": bytes(32), "recorded_at": self.at(day), "live": 1}
        self.rows[table].append(empty | base | {"happened_on": day.isoformat()} | fields)
        return key

    def flush(self) -> None:
        for table, rows in self.rows.items():
            insert_rows(self.connection, SYNCED[table], rows)
        self.rows.clear()

    def fill(self, people: int, members: int, months: int, visits: int) -> None:
        start = month_add(UNTIL.replace(day=1), 1 - months)
        houses = [self.add("household", start, number=n + 1) for n in range(people // 4)]
        for house in self.rows["household"]:
            del house["happened_on"]
        everybody = [self.person(start, n, houses) for n in range(people)]
        self.flush()
        enrolled = everybody[:members]
        first: dict[Id, date] = {}
        for person in enrolled:
            day = start + timedelta(days=self.chance.randrange(max(1, (UNTIL - start).days - 30)))
            first[person] = day
            both = self.chance.random()
            for programme, chosen in (("hypertension", both < 0.7), ("diabetes", both > 0.5)):
                if chosen:
                    self.add("enrolment", day, patient=person, programme=programme, state="enrolled")
                    (self.diabetes if programme == "diabetes" else self.hypertension).add(person)
        for month in range(months):
            begin = month_add(start, month)
            here = [x for x in enrolled if first[x] <= begin]
            for _ in range(visits):
                day = begin + timedelta(days=self.chance.randrange(28))
                self.visit(self.chance.choice(here if here and self.chance.random() < 0.7 else everybody), day)
            self.flush()

    def person(self, start: date, number: int, houses: list[Id]) -> Id:
        day = start - timedelta(days=30)
        key = self.id(day)
        born = date(1930, 1, 1) + timedelta(days=self.chance.randrange(30_000))
        self.add(
            "patient", day, id=key, human_id=f"DEM0{number + 1:06d}", given="Inventada", paternal="Prueba",
            maternal="Ejemplo", paternal_kind="given", maternal_kind="given",
            sex=self.chance.choice(("female", "male")), birth=born.isoformat(), birth_precision="day",
            household=self.chance.choice(houses), person=key, birth_first=born.isoformat(),
            birth_last=born.isoformat(), search_text="", sort_key=f"{number:06d}", row_no=number + 1,
        )  # fmt: skip
        self.add("patient_status", day, patient=key, status="active")
        if self.chance.random() < 0.02:
            gone = start + timedelta(days=self.chance.randrange(1, 1800))
            self.add("patient_status", gone, patient=key, status=self.chance.choice(("died", "moved")))
        return key

    def visit(self, person: Id, day: date) -> None:
        chance = self.chance
        encounter = self.add("encounter", day, patient=person, kind="consult", first_of_year="no", entered="live")
        measured = {"systolic": chance.randrange(100, 190), "diastolic": chance.randrange(60, 112)}
        measured |= {code: chance.randrange(50, 100) for code in VITALS}
        if person in self.diabetes:
            measured["glucose_fasting"] = chance.randrange(70, 300)
            if chance.random() < 0.25:
                measured["hba1c"] = chance.randrange(55, 120)
        for code, value in measured.items():
            self.add("observation", day, patient=person, encounter=encounter, code=code, value=value)
        code = "I10X" if person in self.hypertension else "E119" if person in self.diabetes else "J00X"
        first_time = chance.choice(("yes", "no"))
        self.add("encounter_diagnosis", day, patient=person, encounter=encounter, code=code, first_time=first_time)
        for drug in chance.sample(MEDICINES, 2):
            self.add("prescription", day, patient=person, encounter=encounter, drug_text=drug, morning=4, days=30)
        due = (day + timedelta(days=30)).isoformat()
        self.add("appointment", day, patient=person, encounter=encounter, kind="visit", due_on=due)
