"""A clinic's months taken in by a hub, projection included: PostgreSQL and encrypted file, against bare insertion.

The bare peer inserts the same ops and rows into the same empty tables by `executemany`, without reading, checking or
deciding anything.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
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

MONTHS = 6


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """Rows a second into each kind of hub."""
    del seed
    source = bundle.clinic_of(500 if quick else bundle.PEOPLE)
    for kind in ("sqlcipher", "postgresql"):
        with tempfile.TemporaryDirectory(prefix="ces-hub-") as place:
            yield _into(kind, source, Path(place))


def _into(kind: str, source: ClinicFolder, place: Path) -> Figure:
    shutil.copytree(source.path, place / "clinic")
    laptop = bundle.opened(ClinicFolder(place / "clinic"))
    hub = bundle.hub_on(_empty(kind, place / "hub.db"))
    bundle.meet(laptop, hub, MONTHS)
    exchange.export(laptop, bundle.WHO, place)
    before = bundle.rows_in(hub)
    started = time.perf_counter()
    arrived = exchange.import_files(hub, bundle.WHO, stick.found(place))
    seconds = time.perf_counter() - started
    failures = [one.failure for one in arrived if one.failure]
    if failures:
        raise failures[0]
    rows = bundle.rows_in(hub) - before
    bare = _bare(hub, kind, place / "bare.db")
    laptop.close()
    hub.close()
    return measure.figure(
        f"hub_import.{kind}", rows / seconds, "rows/s", n=rows, peer="executemany of the same rows", peer_value=bare
    )


def _empty(kind: str, path: Path) -> Engine:
    if kind == "sqlcipher":
        return cipher.engine(path, bundle.HUB_KEY, create=True)
    machine = sync_disks.server()
    return create_engine(machine.url(machine.create()))


def _bare(hub: Database, kind: str, path: Path) -> float:
    """Rows a second of plain insertion of what the hub holds now."""
    tables = [Base.metadata.tables[OpRecord.__tablename__], *(table_of(model) for model in SYNCED.values())]
    content: list[tuple[str, list[str], list[tuple[Any, ...]]]] = []
    with transaction(hub.engine, write=False) as connection:
        for t in tables:
            rows = [tuple(row) for row in connection.execute(select(t))]
            content.append((t.name, [c.name for c in t.columns], rows))
    engine = _empty(kind, path)
    with transaction(engine, write=True) as connection:
        upgrade(connection)
    started = time.perf_counter()
    with transaction(engine, write=True) as connection:
        for name, columns, rows in content:
            insert_lists(connection, name, columns, rows)
    seconds = time.perf_counter() - started
    engine.dispose()
    return sum(len(rows) for name, _, rows in content if name in SYNCED) / seconds
