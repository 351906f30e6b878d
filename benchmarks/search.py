"""Search while typing: p95 of one key at 10,000, 100,000 and (full form) 1,000,000 people.

The floor is the full-text query that finds the candidates of that key, on the bare driver, in a transaction: MATCH,
join and LIMIT, the names they are ordered by fetched. Ordering, the rows shown and the spellings near a miss are ours
to pay. `.processor` is the same by processor time, the figure to believe on a machine that others use: a neighbour
takes the processor for 4 ms, as long as four keys. `.own` has our own statements on the bare driver as its peer
(decision 011).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, func, select

from benchmarks import clinics, measure
from benchmarks.measure import Figure
from ces_desktop.data import cipher
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.models import PatientRecord
from ces_desktop.data.queries import search as searching
from ces_desktop.data.queries.prepared import Prepared
from ces_desktop.domain import finding
from ces_desktop.domain.identity import fold
from ces_desktop.domain.ids import Id

Asked = Callable[[cipher.Connection], None]
Times = list[tuple[float, float]]
"""For each key the ms by the clock and by the processor."""
ROUNDS = 9
"""Times that everything is typed, each on new connections; a key counts with the median of its times."""
WARM = 40
"""Keys asked first, on both sides, and not counted."""
COLUMNS = "p.person, p.human_id, p.paternal, p.maternal, p.given, p.clinic, p.live"
WORDS = (
    f"SELECT {COLUMNS} FROM (SELECT rowid FROM patient_words WHERE patient_words MATCH ? LIMIT ?) AS w "
    "JOIN patient AS p ON p.row_no = w.rowid LIMIT ?"
)
HUMAN_ID = f"SELECT {COLUMNS} FROM patient AS p WHERE clinic = ? AND human_id >= ? AND human_id < ? LIMIT ?"


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """Three figures for each size; quick leaves the million out."""
    for people in (10_000, 100_000) if quick else (10_000, 100_000, 1_000_000):
        yield from measured(people, seed, 60 if quick else 200)


def measured(people: int, seed: int, persons: int) -> Iterator[Figure]:
    """p95 of the keys that find so many persons: by the clock, by the processor, and against our own statements."""
    folder = clinics.clinic(people)
    key = clinics.key_of(folder)
    today = date.today()
    with clinics.opened(folder, key) as (database, _):
        here = database.installation.clinic
        texts = database.read(lambda c: _typed(c, random.Random(seed), persons))
        keys = [text[:end] for text in texts for end in range(1, len(text) + 1)]
        floors = {typed: database.read(partial(_floor, typed=typed, today=today, clinic=here)) for typed in set(keys)}
        own = {typed: database.read(partial(_own, typed=typed, today=today, clinic=here)) for typed in set(keys)}
    for name, sides, by, peer in (
        ("", floors, 0, "the same FTS5 query on the bare driver"),
        (".processor", None, 1, "the same, processor time"),
        (".own", own, 1, "its own statements on the bare driver, processor time"),
    ):
        if sides is not None:
            rounds = [_round(folder, key, keys, sides, today) for _ in range(ROUNDS)]
        ours, bare = (_medians([[times[by] for times in one[side]] for one in rounds]) for side in (0, 1))
        yield measure.figure(
            f"search.{people}{name}",
            measure.percentile(ours, 95),
            "ms",
            n=len(ours),
            peer=peer,
            peer_value=measure.percentile(bare, 95),
        )


def _medians(rounds: list[list[float]]) -> list[float]:
    return [measure.median(of_key) for of_key in zip(*rounds, strict=True)][WARM:]


def _round(
    folder: ClinicFolder, key: bytes, keys: list[str], bare: dict[str, Asked], today: date
) -> tuple[Times, Times]:
    """Every key once on each side, who take turns in going first, on connections that have read nothing yet."""
    ours: Times = []
    theirs: Times = []
    with clinics.opened(folder, key) as (database, _):
        raw, here = cipher.connect(folder.database, key, read_only=True), database.installation.clinic
        for number, typed in enumerate(keys):
            search = partial(searching.search, typed=typed, today=today, clinic=here)
            turns: list[tuple[Times, Callable[[], object]]] = [
                (ours, partial(database.read, search)),
                (theirs, partial(bare[typed], raw)),
            ]
            for times, action in reversed(turns) if number % 2 else turns:
                times.append(_timed(action))
        raw.close()
    return ours, theirs


def _timed(action: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the clock, and those the processor worked for us; waiting for the disk is in the first alone."""
    clock, processor = time.perf_counter(), time.thread_time()
    action()
    return (time.perf_counter() - clock) * 1000, (time.thread_time() - processor) * 1000


def _floor(connection: Connection, typed: str, today: date, clinic: Id) -> Asked:
    """What asks the bare driver for the candidates of a key."""
    query = finding.parse_query(typed)
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


def _own(connection: Connection, typed: str, today: date, clinic: Id) -> Asked:
    """What sends the bare driver the statements of our own search for a key, and fetches their rows."""
    sent: list[tuple[str, list[Any]]] = []
    rows_of = Prepared._rows

    def noted(self: Prepared, connection: Connection, given: dict[str, Any]) -> list[tuple[Any, ...]]:
        rows = rows_of(self, connection, given)
        sql, order, constants = self._compiled[connection.dialect.name]
        sent.append((sql, [(constants | given)[name] for name in order or ()]))
        return rows

    with patch.object(Prepared, "_rows", noted):
        searching.search(connection, typed, today, clinic)

    def ask(raw: cipher.Connection) -> None:
        raw.execute("BEGIN")
        for sql, values in sent:
            raw.execute(sql, values).fetchall()
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
