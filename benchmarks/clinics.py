"""The load every benchmark shares: a clinic of invented people, built once, and bare SQL to compare with."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

from benchmarks import measure
from ces_desktop.data import cipher, vault
from ces_desktop.data.database import Database
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.local import read_setting
from ces_desktop.data.upgrade import HEAD
from ces_desktop.data.work import Installation
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.services.demo import PASSPHRASE, create_demo

REFERENCE_PEOPLE = 10_000
Statement = tuple[str, Any]


def clinic(people: int, build: bool = True) -> ClinicFolder:
    """A demonstration clinic of that many people; from the cache when it was built before.

    Visits, medicines and supplies of the reference clinic of `quality.md` join as those subjects are built.
    """

    def make(folder: Path) -> None:
        def step(done: int, total: int) -> None:
            print(f"\rbuilding a clinic: {done:,} of {total:,} people", end="", file=sys.stderr)

        create_demo(folder, step, people)
        print(file=sys.stderr)

    name = f"clinic-{people}-schema-{HEAD}"
    if not build and not (measure.CACHE / name).exists():
        raise FileNotFoundError(name)
    return ClinicFolder(measure.cached(name, make) / "DEM")


def key_of(folder: ClinicFolder) -> vault.DataKey:
    """The data key of a demonstration clinic."""
    return vault.open(folder, vault.list_slots(folder)[0].user, PASSPHRASE)


@contextmanager
def opened(folder: ClinicFolder, key: bytes) -> Iterator[tuple[Database, Actor]]:
    """The clinic's database with someone who may do everything."""
    engine = cipher.engine(folder.database, key)
    with engine.connect() as connection:
        here = {n: read_setting(connection, n) or "" for n in ("clinic", "prefix", "incarnation", "device_keys")}
        user = Id(vault.list_slots(folder)[0].user)
    device = bytes.fromhex(here["device_keys"])[:16]
    installation = Installation(
        Id(bytes.fromhex(here["clinic"])), here["prefix"], device, bytes.fromhex(here["incarnation"])
    )
    database = Database(engine, installation)
    try:
        yield database, Actor(user, "Benchmark", frozenset(Role), new_id(database.clock()))
    finally:
        database.close()


def statements(engine: Engine, action: Callable[[], object]) -> list[Statement]:
    """The SQL an action sends, with its parameters, as the driver gets it."""
    sent: list[Statement] = []

    def note(_c: Connection, _cursor: object, sql: str, parameters: Any, _context: object, many: bool) -> None:
        sent.append((sql, list(parameters) if many else parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        action()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return sent


def replay(connection: cipher.Connection, sent: list[Statement]) -> None:
    """The same SQL on the bare driver, every row fetched."""
    for sql, parameters in sent:
        if isinstance(parameters, list):
            connection.executemany(sql, parameters)
        else:
            connection.execute(sql, parameters or ()).fetchall()
