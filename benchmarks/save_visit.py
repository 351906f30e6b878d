"""A durable save at 10,000 patients (a registration, until there are visits), against bare SQL of its rows."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from benchmarks import clinics, measure
from benchmarks.measure import Figure
from ces_desktop.data import cipher
from ces_desktop.data.database import Database
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.models import (
    SYNCED,
    Base,
    ConsentRecord,
    OpRecord,
    PatientRecord,
    PatientStatusRecord,
    table_of,
)
from ces_desktop.data.work import Work, perform
from ces_desktop.domain.access import Actor
from ces_desktop.domain.ids import human_id


class _NotKept(Exception):
    """Ends a transaction without keeping it."""


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """p95 of one registration, on the disk when it returns; the peer inserts the same rows and commits the same way."""
    source = clinics.clinic(clinics.REFERENCE_PEOPLE)
    key = clinics.key_of(source)
    with tempfile.TemporaryDirectory() as place:
        folder = ClinicFolder(Path(place) / "DEM")
        shutil.copytree(source.path, folder.path)
        with clinics.opened(folder, key) as (database, actor):
            raw = cipher.connect(folder.database, key)
            ours, bare = _by_turns(database, actor, raw, 60 if quick else 300, 500_000 + seed * 1_000)
            raw.close()
    yield measure.figure(
        "save_visit",
        measure.percentile(ours, 95),
        "ms",
        n=len(ours),
        peer="the same rows by bare SQL, committed",
        peer_value=measure.percentile(bare, 95),
    )


def _by_turns(
    database: Database, actor: Actor, raw: cipher.Connection, n: int, first: int
) -> tuple[list[float], list[float]]:
    ours, bare = [], []
    for number in range(first, first + n):

        def insert(sent: list[clinics.Statement] = _rows_of(database, actor, number)) -> None:  # noqa: B008 - of this turn
            raw.execute("BEGIN IMMEDIATE")
            clinics.replay(raw, sent)
            raw.execute("COMMIT")

        # The bare rows go first: they carry the next row number, which ours then finds taken.
        bare.append(measure.milliseconds(insert))
        ours.append(measure.milliseconds(lambda number=number: database.write(lambda w: _register(w, number), actor)))  # type: ignore[misc]
    return ours, bare


def _rows_of(database: Database, actor: Actor, number: int) -> list[clinics.Statement]:
    """The INSERTs of what one registration wrote, read from the tables before it is taken back."""
    sent: list[clinics.Statement] = []
    try:
        with database._writing() as connection:
            work = Work(connection, actor, database.installation, database.clock())
            _, touched = perform(work, lambda w: _register(w, number))
            op = Base.metadata.tables[OpRecord.__tablename__]
            made = select(op.c.hash).where(op.c.action == work.action)
            for t in [op, *(table_of(SYNCED[name]) for name in sorted(touched))]:
                mine = t.c.action == work.action if t is op else t.c.made_by.in_(made)
                sent.append(_insert(t.name, t.columns.keys(), connection.execute(select(t).where(mine))))
            people = table_of(PatientRecord)
            words = select(people.c.row_no, people.c.search_text).where(people.c.made_by.in_(made))
            sent.append(_insert("patient_words", ["rowid", "words"], connection.execute(words)))
            raise _NotKept
    except _NotKept:
        return sent


def _insert(table: str, columns: Sequence[str], rows: Iterable[Any]) -> clinics.Statement:
    listed, marks = ", ".join(f'"{c}"' for c in columns), ", ".join("?" * len(columns))
    return f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', [tuple(row) for row in rows]


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
