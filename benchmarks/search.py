"""Search while typing: p95 of one key at 10,000, 100,000 and (full form) 1,000,000 people."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

from sqlalchemy import Connection, func, select

from benchmarks import clinics, measure
from benchmarks.measure import Figure
from ces_desktop.data import cipher
from ces_desktop.data.models import PatientRecord
from ces_desktop.data.queries.search import search
from ces_desktop.domain.identity import fold


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """One figure for each size; quick leaves the million out."""
    for people in (10_000, 100_000) if quick else (10_000, 100_000, 1_000_000):
        yield _measure(people, seed, 40 if quick else 120)


def _measure(people: int, seed: int, persons: int) -> Figure:
    folder = clinics.clinic(people)
    key = clinics.key_of(folder)
    ours: list[float] = []
    bare: list[float] = []
    with clinics.opened(folder, key) as (database, _):
        here = database.installation.clinic
        today = date.today()
        texts = database.read(lambda c: _typed(c, random.Random(seed), persons))
        raw = cipher.connect(folder.database, key, read_only=True)
        for text in texts:
            for end in range(1, len(text) + 1):
                typed = text[:end]

                def ask(typed: str = typed) -> None:
                    database.read(lambda c: search(c, typed, today, here))

                sent = [s for s in clinics.statements(database.engine, ask) if "MATCH" in s[0]][:1]
                mine, floor = measure.alternate(ask, lambda sent=sent: clinics.replay(raw, sent), 1)  # type: ignore[misc]
                ours += mine
                bare += floor
        raw.close()
    return measure.figure(
        f"search.{people}",
        measure.percentile(ours, 95),
        "ms",
        n=len(ours),
        peer="the same FTS5 query on the bare driver",
        peer_value=measure.percentile(bare, 95),
    )


def _typed(connection: Connection, rng: random.Random, persons: int) -> list[str]:
    """What people type: two letters of three names, whole names with and without accents, ages, numbers, slips."""
    p = PatientRecord
    last = connection.execute(select(func.max(p.row_no))).scalar() or 1
    numbers = sorted(rng.sample(range(1, last + 1), min(persons, last)))
    rows = connection.execute(
        select(p.given, p.paternal, p.maternal, p.human_id, p.birth).where(p.row_no.in_(numbers))
    ).all()
    texts = []
    for index, row in enumerate(rows):
        names = [n for n in (row.paternal, row.maternal, row.given) if n]
        short = " ".join(n[:2] for n in names)
        age = f" {date.today().year - int(row.birth[:4])}" if row.birth else ""
        slip = names[0].replace("z", "s").replace("v", "b")
        texts.append((short, " ".join(names[:2]), fold(names[0]) + age, row.human_id, slip)[index % 5])
    return texts
