"""A register of people with three dated measures each, read, looked over for likenesses and imported in one action.

The peer is the bare driver inserting the same rows: ops, tables and the full-text index. Whole = from the file to the
commit; the empty clinic is the usual case of an import, the reference clinic the hard one.
"""

from __future__ import annotations

import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
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
    """Seconds from file to commit, rows a second of the writing against bare inserts, and the peak of memory."""
    rows = 4_000 if quick else ROWS
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "register.csv"
        file.write_text(_register(rows, seed), encoding="utf-8")
        for name, people in (("register_import", 0), ("register_import.reference", clinics.REFERENCE_PEOPLE)):
            source = clinics.clinic(people or 20, care=False)
            key = clinics.key_of(source)
            folder, second = (ClinicFolder(Path(place) / name / each) for each in ("DEM", "PEER"))
            for copy in (folder, second):
                shutil.copytree(source.path, copy.path)
            with clinics.opened(folder, key) as (database, actor):
                plan_s, write_s, written, sent = _imported(database, actor, file)
            raw = cipher.connect(second.database, key)
            started = time.perf_counter()
            raw.execute("BEGIN IMMEDIATE")
            for sql, parameters in sent:
                raw.executemany(sql, parameters) if isinstance(parameters, list) else raw.execute(sql, parameters)
            raw.execute("COMMIT")
            bare = time.perf_counter() - started
            raw.close()
            yield measure.figure(name, plan_s + write_s, "s", n=rows)
            yield measure.figure(
                f"{name}.write", write_s, "s", n=written, peer="the same rows by the bare driver", peer_value=bare
            )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    yield measure.figure("register_import.peak_memory", peak / 1_000_000, "MB", n=rows)


def _imported(database: Database, actor: Actor, file: Path) -> tuple[float, float, int, list[clinics.Statement]]:
    started = time.perf_counter()
    table = read_tables(file)[0]
    mapping = replace(guess(table.headings), register="Benchmark").with_role("Clave", Role("identifier"))
    clinic, now = database.installation.clinic, database.clock()
    plan = database.read(
        lambda c: register_import.plan(c, actor, clinic, now, file.name, table, mapping, lambda *_: None)
    )
    looked = time.perf_counter()
    decisions: dict[int, Decision] = {p.row.line: "new" for p in plan.rows if p.state == "alike"}
    done = database.write(lambda work: register_import.run(work, plan, decisions, lambda *_: None), actor).value
    ended = time.perf_counter()
    assert len(database.read(register_mappings.past_imports)) == 1
    inserted = [s for s in _same_rows(database) if s[1]]
    return looked - started, ended - looked, sum(done.rows.values()), inserted


def _same_rows(database: Database) -> list[clinics.Statement]:
    """Inserts of every row the import made: its ops, its tables, its words in the index."""
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
    return found


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
