"""A register of people with three dated measures each, read, looked over for likenesses and imported in one action.

The peer is the bare driver inserting the same rows: ops, tables and the full-text index. Whole = from the file to the
commit; the empty clinic is the usual case of an import, the reference clinic the hard one. Then all of it is undone.
Memory is what the process grows by at most, from before the file is read until it is undone (the empty clinic alone).
"""

from __future__ import annotations

import pickle
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from benchmarks import clinics, measure
from benchmarks.measure import Figure
from benchmarks.people import study
from ces_desktop.data import cipher
from ces_desktop.data.database import Database
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.register_files import read_tables
from ces_desktop.domain.access import Actor
from ces_desktop.domain.register_columns import Role, guess
from ces_desktop.services import register_import, register_mappings
from ces_desktop.services.register_reading import Decision

ROWS = 20_000
_HEADINGS = "Clave;Apellido paterno;Apellido materno;Nombres;Sexo;Fecha nac;Fecha control;TA;Peso;HbA1c;Diagnóstico"


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """Seconds from file to commit and of the undoing, rows a second of the writing against bare inserts, memory."""
    rows = 4_000 if quick else ROWS
    people = {"register_import": 0, "register_import.reference": clinics.REFERENCE_PEOPLE}
    sources = {name: clinics.clinic(number or 20, care=False) for name, number in people.items()}
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "register.csv"
        file.write_text(_register(rows, seed), encoding="utf-8")
        for name, source in sources.items():
            key = clinics.key_of(source)
            folder, second = (ClinicFolder(Path(place) / name / each) for each in ("DEM", "PEER"))
            for copy in (folder, second):
                shutil.copytree(source.path, copy.path)
            memory = _Memory()
            with clinics.opened(folder, key) as (database, actor):
                done = _imported(database, actor, file, memory)
                with Path(place, "rows").open("w+b") as kept:
                    pickle.dump(_same_rows(database), kept)
                started = time.perf_counter()
                database.write(partial(register_import.take_back, action=done.action, step=memory.look), actor)
                undo_s = time.perf_counter() - started
            yield measure.figure(name, done.plan_s + done.write_s, "s", n=rows)
            yield measure.figure(
                f"{name}.write", done.write_s, "s", n=done.rows, peer="the same rows by the bare driver",
                peer_value=_bare(second, key, Path(place, "rows")),
            )  # fmt: skip
            yield measure.figure(f"{name}.undo", undo_s, "s", n=rows)
            if not people[name]:  # the second clinic finds what the first left
                yield measure.figure(f"{name}.memory", memory.most / 1_000_000, "MB", n=rows)


@dataclass(frozen=True, slots=True)
class _Done:
    """Seconds, rows and the action of an import."""

    plan_s: float
    write_s: float
    rows: int
    action: bytes


class _Memory:
    """The most by which the process has grown, in bytes, where it was looked at."""

    def __init__(self) -> None:
        self._before, self.most = measure.resident_bytes(), 0

    def look(self, _done: int, _total: int) -> None:
        self.most = max(self.most, measure.resident_bytes() - self._before)


def _imported(database: Database, actor: Actor, file: Path, memory: _Memory) -> _Done:
    started = time.perf_counter()
    table = read_tables(file)[0]
    mapping = replace(guess(table.headings), register="Benchmark").with_role("Clave", Role("identifier"))
    clinic, now = database.installation.clinic, database.clock()
    plan = database.read(
        lambda c: register_import.plan(c, actor, clinic, now, file.name, table, mapping, memory.look)
    )
    looked = time.perf_counter()
    decisions: dict[int, Decision] = {p.row.line: "new" for p in plan.rows if p.state == "alike"}
    outcome = database.write(lambda work: register_import.run(work, plan, decisions, memory.look), actor)
    ended = time.perf_counter()
    assert len(database.read(register_mappings.past_imports)) == 1
    return _Done(looked - started, ended - looked, sum(outcome.value.rows.values()), outcome.action)


def _bare(folder: ClinicFolder, key: bytes, rows: Path) -> float:
    """Seconds in which the bare driver inserts the rows kept in a file."""
    with rows.open("rb") as kept:
        sent = pickle.load(kept)
    raw = cipher.connect(folder.database, key)
    started = time.perf_counter()
    raw.execute("BEGIN IMMEDIATE")
    for sql, parameters in sent:
        raw.executemany(sql, parameters)
    raw.execute("COMMIT")
    bare = time.perf_counter() - started
    raw.close()
    return bare


def _same_rows(database: Database) -> list[clinics.Statement]:
    """Inserts of every row the import made: its ops, its tables, its words in the index. None is without rows."""
    found: list[clinics.Statement] = []
    with database.engine.connect() as connection:
        raw = connection.connection.cursor()
        care = ("encounter", "observation", "condition", "enrolment")
        tables = ("patient", "patient_identifier", "patient_status", *care)
        mine = "SELECT hash FROM op WHERE kind = 'register.import'"
        for table, which in (("op", "kind = 'register.import'"), *((t, f"made_by IN ({mine})") for t in tables)):
            raw.execute(f'SELECT * FROM "{table}" WHERE {which}')
            names = ", ".join(f'"{column[0]}"' for column in raw.description)
            places = ", ".join("?" * len(raw.description))
            found.append((f'INSERT INTO "{table}" ({names}) VALUES ({places})', [tuple(r) for r in raw.fetchall()]))
        raw.execute(f"SELECT row_no, search_text FROM patient WHERE made_by IN ({mine})")
        found.append(("INSERT INTO patient_words (rowid, words) VALUES (?, ?)", [tuple(r) for r in raw.fetchall()]))
    return [each for each in found if each[1]]


def _register(rows: int, seed: int) -> str:
    """Invented people, each seen once, with a pressure, a weight and for a third an HbA1c."""
    chance = random.Random(seed)
    lines = [_HEADINGS]
    for number, person in enumerate(study(rows, 1, seed).register, 1):
        day = date(2024, 1, 1) + timedelta(days=chance.randrange(700))
        sugar = f"{chance.randrange(55, 120) / 10}".replace(".", ",") if number % 3 == 0 else ""
        ailment = "DM2/HAS" if sugar else "HAS"
        pressure = f"{chance.randrange(105, 180)}/{chance.randrange(60, 100)}"
        sex = "F" if person.sex == "female" else "M"
        cells = (
            str(number), person.paternal, person.maternal or "", person.given, sex,
            person.birth.isoformat() if person.birth else "", day.strftime("%d/%m/%Y"), pressure,
            f"{chance.randrange(450, 980) / 10}", sugar, ailment,
        )  # fmt: skip
        lines.append(";".join(cells))
    return "\n".join(lines[: rows + 1])
