"""Search while typing: p95 of one key at 10,000, 100,000 and (full form) 1,000,000 people.

The floor is the full-text query that found the candidates of that key, on the bare driver, in a transaction: the same
MATCH, join and LIMIT, the same rows fetched, each key asked once on each side (decision 011). Ranking, the rows shown
and the spellings near a miss are ours to pay.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date

from sqlalchemy import Connection, func, select

from benchmarks import clinics, measure
from benchmarks.measure import Figure
from ces_desktop.data import cipher
from ces_desktop.data.models import PatientRecord
from ces_desktop.data.queries import search as searching
from ces_desktop.domain import finding
from ces_desktop.domain.identity import fold
from ces_desktop.domain.ids import Id

WARM = 40
"""Keys asked first, on both sides, and not counted."""
COLUMNS = "p.person, p.human_id, p.paternal, p.maternal, p.given, p.clinic, p.live"
WORDS = (
    f"SELECT {COLUMNS} FROM (SELECT rowid FROM patient_words WHERE patient_words MATCH ? LIMIT ?) AS w "
    "JOIN patient AS p ON p.row_no = w.rowid LIMIT ?"
)
HUMAN_ID = f"SELECT {COLUMNS} FROM patient AS p WHERE clinic = ? AND human_id >= ? AND human_id < ? LIMIT ?"


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """One figure for each size; quick leaves the million out."""
    for people in (10_000, 100_000) if quick else (10_000, 100_000, 1_000_000):
        yield measured(people, seed, 60 if quick else 200)


def measured(people: int, seed: int, persons: int) -> Figure:
    """p95 of the keys that find so many persons."""
    folder = clinics.clinic(people)
    key = clinics.key_of(folder)
    today = date.today()
    with clinics.opened(folder, key) as (database, _):
        here = database.installation.clinic
        texts = database.read(lambda c: _typed(c, random.Random(seed), persons))
        keys = [text[:end] for text in texts for end in range(1, len(text) + 1)]
        floors = {typed: database.read(lambda c, typed=typed: _floor(c, typed, today, here)) for typed in set(keys)}  # type: ignore[misc]
    with clinics.opened(folder, key) as (database, _):
        raw = cipher.connect(folder.database, key, read_only=True)
        ours, bare = measure.by_turns(
            keys,
            lambda typed: database.read(lambda c: searching.search(c, typed, today, here)),
            lambda typed: floors[typed](raw),
        )
        raw.close()
    return measure.figure(
        f"search.{people}",
        measure.percentile(ours[WARM:], 95),
        "ms",
        n=len(keys) - WARM,
        peer="the same FTS5 query on the bare driver",
        peer_value=measure.percentile(bare[WARM:], 95),
    )


def _floor(connection: Connection, typed: str, today: date, clinic: Id) -> Callable[[cipher.Connection], None]:
    """What asks the bare driver for the candidates of a key."""
    query = finding.parse_query(typed, today)
    most = searching.CANDIDATES + 1
    words = searching._expression(connection, query, today)
    low = (query.human_id or "").upper()

    def ask(raw: cipher.Connection) -> None:
        raw.execute("BEGIN")
        if words:
            raw.execute(WORDS, (words, most, most)).fetchall()
        elif low:
            raw.execute(HUMAN_ID, (clinic, low, low + "~", most)).fetchall()
        raw.execute("ROLLBACK")

    return ask


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
