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
from ces_desktop.services.demo import EDITION, PASSPHRASE, create_demo

REFERENCE_PEOPLE = 10_000
REFERENCE_MONTHS, REFERENCE_VISITS, REFERENCE_SHARE = 60, 350.0, 0.158
"""The reference clinic of `quality.md`: so many months of so many consults, 1,500 people ever in programmes (some died
or moved before they could be enrolled, hence the larger share)."""
Statement = tuple[str, Any]


def clinic(people: int = REFERENCE_PEOPLE, build: bool = True, *, care: bool | None = None) -> ClinicFolder:
    """A demonstration clinic of that many people; from the cache when it was built before.

    With `care` it has years of visits: by itself only the one of the size of the reference clinic does; the others are
    registers to search in. Medicines in stock join with that subject. FileNotFoundError when it may not `build`.
    """
    cared = people == REFERENCE_PEOPLE if care is None else care

    def make(folder: Path) -> None:
        def step(done: int, total: int) -> None:
            print(f"\rbuilding a clinic: {done:,} of {total:,} people", end="", file=sys.stderr)

        months = REFERENCE_MONTHS if cared else 24
        visits = REFERENCE_VISITS * people / REFERENCE_PEOPLE if cared else 0
        create_demo(folder, step, people, months=months, visits=visits, share=REFERENCE_SHARE)
        print(file=sys.stderr)

    name = f"clinic-{people}-{'care' if cared else 'register'}-edition-{EDITION}-schema-{HEAD}"
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
