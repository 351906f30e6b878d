"""A clinic's months taken in by a hub, projection included: PostgreSQL and encrypted file, against bare insertion.

The bare peer inserts the same ops and rows, after the same that were there before, by `executemany`, without reading,
checking or deciding anything.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Engine, create_engine, select

from benchmarks import bundle, measure, sync_disks
from benchmarks.measure import Figure
from ces_desktop.data import cipher
from ces_desktop.data.database import Database, transaction
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.journal.bulk import insert_lists
from ces_desktop.data.models import SYNCED, Base, OpRecord, table_of
from ces_desktop.data.upgrade import upgrade
from ces_desktop.sync import exchange, stick

MONTHS, ROUNDS = 6, 3
Rows = list[tuple[str, list[str], list[tuple[Any, ...]]]]
"""Table, columns, rows."""


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """Rows a second into each kind of hub: the median of some rounds, import and bare insertion by turns."""
    del seed
    source = bundle.clinic_of(500 if quick else bundle.PEOPLE)
    for kind in ("sqlcipher", "postgresql"):
        rows, taken, bare = 0, [], []
        for _ in range(ROUNDS):
            with tempfile.TemporaryDirectory(prefix="ces-hub-") as place:
                rows, imported, inserted = _round(kind, source, Path(place))
                taken.append(imported)
                bare.append(inserted)
        yield measure.figure(
            f"hub_import.{kind}", rows / median(taken), "rows/s", n=rows, peer="executemany of the same rows",
            peer_value=rows / median(bare),
        )  # fmt: skip


def _round(kind: str, source: ClinicFolder, place: Path) -> tuple[int, float, float]:
    """Rows, seconds to import them, seconds to insert them barely."""
    shutil.copytree(source.path, place / "clinic")
    laptop = bundle.opened(ClinicFolder(place / "clinic"))
    hub = bundle.hub_on(_empty(kind, place / "hub.db"))
    bundle.meet(laptop, hub, MONTHS)
    exchange.export(laptop, bundle.WHO, place)
    before = _content(hub)
    started = time.perf_counter()
    arrived = exchange.import_files(hub, bundle.WHO, stick.found(place))
    seconds = time.perf_counter() - started
    failures = [one.failure for one in arrived if one.failure]
    if failures:
        raise failures[0]
    fresh = _without(_content(hub), before)
    laptop.close()
    hub.close()
    bare = _bare(kind, place / "bare.db", before, fresh)
    return sum(len(rows) for name, _, rows in fresh if name in SYNCED), seconds, bare


def _empty(kind: str, path: Path) -> Engine:
    if kind == "sqlcipher":
        return cipher.engine(path, bundle.HUB_KEY, create=True)
    machine = sync_disks.server()
    return create_engine(machine.url(machine.create()))


def _content(hub: Database) -> Rows:
    """Ops and the rows of all synced tables."""
    tables = [Base.metadata.tables[OpRecord.__tablename__], *(table_of(model) for model in SYNCED.values())]
    with transaction(hub.engine, write=False) as connection:
        return [
            (t.name, [c.name for c in t.columns], [tuple(row) for row in connection.execute(select(t))]) for t in tables
        ]


def _without(after: Rows, before: Rows) -> Rows:
    """The rows that are new."""
    held = {(name, row[columns.index(_key(name))]) for name, columns, rows in before for row in rows}
    return [
        (name, columns, [row for row in rows if (name, row[columns.index(_key(name))]) not in held])
        for name, columns, rows in after
    ]


def _key(table: str) -> str:
    return "hash" if table == OpRecord.__tablename__ else "id"


def _bare(kind: str, path: Path, before: Rows, fresh: Rows) -> float:
    """Seconds of plain insertion of the fresh rows where the others are."""
    engine = _empty(kind, path)
    with transaction(engine, write=True) as connection:
        upgrade(connection)
        for name, columns, rows in before:
            insert_lists(connection, name, columns, rows)
    started = time.perf_counter()
    with transaction(engine, write=True) as connection:
        for name, columns, rows in fresh:
            insert_lists(connection, name, columns, rows)
    seconds = time.perf_counter() - started
    engine.dispose()
    return seconds
