"""How fast ops become rows: the journal's `apply` against the same rows inserted bare into the same tables."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import Engine, select

from benchmarks import measure
from benchmarks.measure import Figure
from benchmarks.visits import visit
from ces_desktop.data import cipher
from ces_desktop.data.database import transaction
from ces_desktop.data.journal.apply import apply
from ces_desktop.data.journal.op import Added, Fields, Header, Op, clinic_scope, load, make
from ces_desktop.data.models import SYNCED, Base, OpRecord, table_of
from ces_desktop.data.upgrade import upgrade
from ces_desktop.domain.ids import Id, clinic_id, human_id, new_id

KEY = bytes(range(32))
START = 1_790_000_000_000
SCOPE = clinic_scope(clinic_id("CAP"))
BATCH = 1_000
VISITS = 500
"""Visits to a transaction: some thousand rows."""
GIVEN = ["María", "Juana", "Elena", "Pedro", "José", "Luis", "Mateo", "Rosa", "Ofelia", "Carmen", "Domingo", "Marisol"]
SURNAMES = ["López", "Pérez", "Roblero", "Hernández", "Gómez", "Morales", "Velázquez", "Díaz", "Cruz"]


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """Rows per second: people and lines as another laptop sends them, and years of visits written here."""
    rng = random.Random(seed)
    people, lined = registrations(2_000 if quick else 10_000, rng), lines(1_000 if quick else 5_000)
    yield from _figures("registrations", [received(people)], BATCH)
    yield from _figures("lines", [received(lined)], BATCH)
    yield from _figures("visits", visits(2_000 if quick else 8_400, rng), VISITS)


def _figures(name: str, parts: Iterable[Sequence[Op]], batch: int) -> Iterator[Figure]:
    """`apply` of what the parts yield, made meanwhile and on the clock, and the bare insertion of its rows."""
    with tempfile.TemporaryDirectory(prefix="ces-bench-") as folder:
        source = database(Path(folder) / "ops.db")
        wall, cpu = timed(source, parts, batch)
        rows, bare_wall, bare_cpu = bare(source, Path(folder) / "bare.db", batch)
        source.dispose()
    against = "executemany of the same rows"
    yield measure.figure(
        f"journal_apply.{name}", rows / wall, "rows/s", n=rows, peer=against, peer_value=rows / bare_wall
    )
    yield measure.figure(
        f"journal_apply.{name}.processor", rows / cpu, "rows/s", n=rows, peer=against, peer_value=rows / bare_cpu
    )


def database(path: Path) -> Engine:
    """An empty, migrated, encrypted clinic database."""
    engine = cipher.engine(path, KEY, create=True)
    with transaction(engine, write=True) as connection:
        upgrade(connection)
    return engine


def received(ops: Sequence[Op]) -> list[Op]:
    """The ops as they come from elsewhere: bytes, of which nobody here has read the body."""
    return [load(op.hash, op.header, op.body_hash, op.body) for op in ops]


def timed(engine: Engine, parts: Iterable[Sequence[Op]], batch: int) -> tuple[float, float]:
    """Seconds of wall and of processor time to write the ops, so many to a transaction."""
    wall, cpu = time.perf_counter(), time.process_time()
    for part in parts:
        for start in range(0, len(part), batch):
            with transaction(engine, write=True) as connection:
                apply(connection, part[start : start + batch])
    return time.perf_counter() - wall, time.process_time() - cpu


def bare(source: Engine, path: Path, batch: int) -> tuple[int, float, float]:
    """Rows, and seconds to put what `apply` made (ops, rows, words) into an empty copy of the schema by plain SQL."""
    with transaction(source, write=False) as connection:
        tables = [Base.metadata.tables[OpRecord.__tablename__], *(table_of(model) for model in SYNCED.values())]
        content = []
        for t in tables:
            content.append((t.name, [c.name for c in t.columns], [tuple(r) for r in connection.execute(select(t))]))
        patient = table_of(SYNCED["patient"])
        words = [tuple(r) for r in connection.execute(select(patient.c.row_no, patient.c.search_text))]
    content.append(("patient_words", ["rowid", "words"], words))
    engine = database(path)
    chunks = max(1, len(content[0][2]) // batch)
    wall, cpu = time.perf_counter(), time.process_time()
    for number in range(chunks):
        with transaction(engine, write=True) as connection:
            for name, columns, rows in content:
                part = rows[len(rows) * number // chunks : len(rows) * (number + 1) // chunks]
                if part:
                    listed = ", ".join(f'"{c}"' for c in columns)
                    marks = ", ".join("?" * len(columns))
                    connection.exec_driver_sql(f'INSERT INTO "{name}" ({listed}) VALUES ({marks})', part)
    spent = time.perf_counter() - wall, time.process_time() - cpu
    engine.dispose()
    return sum(len(rows) for name, _, rows in content if name in SYNCED), *spent


def registrations(count: int, rng: random.Random) -> list[Op]:
    """People as the form saves them: a patient, a status and two consents to an op."""
    chain, ops = _Chain(), []
    for number in range(1, count + 1):
        patient = new_id(START + number * 1_000)
        fields: Fields = {
            "human_id": human_id("CAP", 0, number),
            "given": rng.choice(GIVEN),
            "paternal": rng.choice(SURNAMES),
            "maternal": rng.choice(SURNAMES),
            "paternal_kind": "given",
            "maternal_kind": "given",
            "sex": rng.choice(("female", "male")),
            "birth": f"{rng.randint(1940, 2025)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
            "birth_precision": "day",
            "phone": f"96{rng.randint(10_000_000, 99_999_999)}",
            "happened_on": "2026-09-22",
        }
        fact: Fields = {"patient": patient.hex(), "happened_on": "2026-09-22"}
        ops.append(
            chain.op(
                "patient",
                patient,
                [
                    Added("patient", patient, dict(fields)),
                    Added("patient_status", new_id(START + number), fact | {"status": "active"}),
                    Added("consent", new_id(START + number), fact | {"about": "privacy_notice", "answer": "yes"}),
                    Added("consent", new_id(START + number), fact | {"about": "share_with_network", "answer": "no"}),
                ],
            )
        )
    return ops


def lines(count: int) -> list[Op]:
    """Twelve lines to an op, as a visit writes them; the widest table of lines there is stands in for them."""
    chain, ops = _Chain(), []
    for number in range(1, count + 1):
        sign_in, at = new_id(START + number), START + number * 1_000
        common: Fields = {"sign_in": sign_in.hex(), "event": "view", "happened_on": "2026-09-22"}
        adds = [
            Added("audit_event", new_id(at), common | {"about": new_id(at).hex(), "first_at": at, "times": 1 + n})
            for n in range(12)
        ]
        ops.append(chain.op("sign_in", sign_in, adds))
    return ops


def visits(count: int, rng: random.Random) -> Iterator[list[Op]]:
    """Visits of two thousand people, made as they are written: what the demonstration does for each month."""
    chain, people = _Chain(), [new_id(START - number * 1_000) for number in range(2_000)]
    for first in range(0, count, VISITS):
        ops = []
        for number in range(first, min(first + VISITS, count)):
            patient = rng.choice(people)
            ops.append(chain.op("patient", patient, visit(patient, START + number * 60_000, "2026-09-22")))
        yield ops


class _Chain:
    """Ops of one laptop, each the child of the one before."""

    def __init__(self) -> None:
        self._parents: tuple[bytes, ...] = ()
        self._seq = 0

    def op(self, subject_type: str, subject: Id, adds: list[Added]) -> Op:
        self._seq += 1
        wall = START + self._seq * 1_000
        head = Header(
            device=bytes(16),
            incarnation=bytes(8),
            scope=SCOPE,
            seq=self._seq,
            parents=self._parents,
            hlc=wall << 16,
            wall=wall,
            clock_suspect=0,
            user=bytes(16),
            reason="",
            kind="benchmark",
            action=new_id(wall),
            k=1,
            m=1,
            subject_type=subject_type,
            subject=subject,
        )
        op = make(head, adds, [])
        self._parents = (op.hash,)
        return op
