"""A durable save at 10,000 patients, a visit and a registration, against bare SQL of the same rows."""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from benchmarks import clinics, measure
from benchmarks.measure import Figure
from benchmarks.visits import visit
from ces_desktop.data import cipher
from ces_desktop.data.database import Database
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.journal.apply import stored
from ces_desktop.data.journal.rows import from_wire
from ces_desktop.data.models import (
    SYNCED,
    ConsentRecord,
    OpRecord,
    PatientRecord,
    PatientStatusRecord,
    table_of,
)
from ces_desktop.data.work import Work, perform
from ces_desktop.domain.access import Actor
from ces_desktop.domain.ids import Id, human_id

Action = Callable[[Work], None]
Spent = tuple[float, float]
"""Milliseconds of wall time, and of the processor: the second hardly knows how busy the disk and the machine are."""


class _NotKept(Exception):
    """Ends a transaction without keeping it."""


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """p95 of one save, on the disk when it returns, and its median of processor time.

    The peer inserts the same rows and commits the same way.
    """
    source = clinics.clinic(clinics.REFERENCE_PEOPLE)
    key = clinics.key_of(source)
    n = 60 if quick else 300
    with tempfile.TemporaryDirectory() as place:
        folder = ClinicFolder(Path(place) / "DEM")
        shutil.copytree(source.path, folder.path)
        with clinics.opened(folder, key) as (database, actor):
            people = database.read(lambda c: list(c.execute(select(PatientRecord.id)).scalars()))
            seen = random.Random(seed).sample(people, n)
            first = 500_000 + seed * 1_000
            raw = cipher.connect(folder.database, key)
            for name, actions in (
                ("save_visit", [partial(_visit, patient=patient) for patient in seen]),
                ("save_visit.registration", [partial(_register, number=first + i) for i in range(n)]),
            ):
                ours, bare = _by_turns(database, actor, raw, actions)
                against = "the same rows by bare SQL, committed"
                for what, percent in (("", 95), (".processor", 50)):
                    mine, peer = (measure.percentile([t[what != ""] for t in side], percent) for side in (ours, bare))
                    yield measure.figure(name + what, mine, "ms", n=n, peer=against, peer_value=peer)
            raw.close()


def _by_turns(
    database: Database, actor: Actor, raw: cipher.Connection, actions: Sequence[Action]
) -> tuple[list[Spent], list[Spent]]:
    def insert(sent: list[clinics.Statement]) -> None:
        raw.execute("BEGIN IMMEDIATE")
        clinics.replay(raw, sent)
        raw.execute("COMMIT")

    ours, bare = [], []
    for action in actions:
        # The bare rows go first: of a new person they carry the next row number, which ours then finds taken.
        bare.append(_spent(partial(insert, _rows_of(database, actor, action))))
        ours.append(_spent(partial(database.write, action, actor)))
    return ours, bare


def _spent(action: Callable[[], object]) -> Spent:
    cpu = time.process_time()
    wall = measure.milliseconds(action)
    return wall, (time.process_time() - cpu) * 1000


def _rows_of(database: Database, actor: Actor, action: Action) -> list[clinics.Statement]:
    """The INSERTs of what an action writes, read from the tables before it is taken back."""
    sent: list[clinics.Statement] = []
    try:
        with database._writing() as connection:
            work = Work(connection, actor, database.installation, database.clock())
            perform(work, action)
            op, people = table_of(OpRecord), table_of(PatientRecord)
            mine = select(op).where(op.c.action == work.action)
            sent.append(_insert(op.name, op.columns.keys(), connection.execute(mine)))
            # By their ids: looking through whole tables would leave our side a cache to drop, and the other none.
            made: dict[str, list[bytes]] = {}
            for (hash_,) in connection.execute(mine.with_only_columns(op.c.hash)).all():
                for row in stored(connection, hash_).changes()[0]:
                    made.setdefault(row.table, []).append(row.entity)
            for name, ids in made.items():
                t = table_of(SYNCED[name])
                sent.append(_insert(name, t.columns.keys(), connection.execute(select(t).where(t.c.id.in_(ids)))))
            words = select(people.c.row_no, people.c.search_text).where(people.c.id.in_(made.get("patient", [])))
            sent.append(_insert("patient_words", ["rowid", "words"], connection.execute(words)))
            raise _NotKept
    except _NotKept:
        return [(sql, rows) for sql, rows in sent if rows]


def _insert(table: str, columns: Sequence[str], rows: Iterable[Any]) -> clinics.Statement:
    listed, marks = ", ".join(f'"{c}"' for c in columns), ", ".join("?" * len(columns))
    return f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', [tuple(row) for row in rows]


def _visit(work: Work, patient: bytes) -> None:
    work.act("visits.sign")
    work.add(
        *(
            SYNCED[row.table](id=row.entity, **from_wire(row.table, row.fields))
            for row in visit(Id(patient), work.now_ms, work.today.isoformat())
        )
    )


def _register(work: Work, number: int) -> None:
    patient = work.new_id()
    day = work.today.isoformat()
    work.act("patients.register")
    work.add(
        PatientRecord(
            id=patient,
            human_id=human_id(work.installation.prefix, 0, number),
            given="María Elena",
            paternal="López",
            maternal="Pérez",
            paternal_kind="given",
            maternal_kind="given",
            sex="female",
            birth="1967-07-14",
            birth_precision="day",
            phone="9635550142",
            happened_on=day,
        ),
        PatientStatusRecord(id=work.new_id(), patient=patient, status="active", happened_on=day),
        ConsentRecord(id=work.new_id(), patient=patient, about="privacy_notice", answer="yes", happened_on=day),
    )
