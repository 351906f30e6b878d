"""What nearly every test begins with and need be worked out only once in a process: an empty schema, the shipped lists,
the SQL of statements, the key behind a passphrase.

The schema of an empty database is written as the first migration wrote it, statement by statement: Alembic's own part,
reading fifteen steps and compiling their tables, is most of what a small test would wait for. `test_migrations` runs
the steps themselves, and shows that this writes the same.

SQLAlchemy keeps the SQL of a statement for one engine; a test has its own engine, and would write all of it anew.

Argon2 gives the same key for the same passphrase, salt and cost, and for no other: copies of one clinic, opened by
hundreds of tests, have the same. At a cost above the cheapest, which `calibrate` measures, it is always worked out.

The rows of a shipped list are worked out when the first empty table asks for them; the next one gets the same rows.
`test_reference_load` shows that they are what the list says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy
from alembic import command
from alembic.config import Config
from cryptography.hazmat.primitives.kdf import argon2
from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.util import LRUCache

from ces_desktop.data import reference, reference_files, vault
from ces_desktop.data.journal.bulk import fetch, insert_lists
from ces_desktop.data.models import SYNCED, PendingRecord, table_of
from ces_desktop.data.reference_files import Row
from ces_desktop.data.upgrade import schema_of

steps = command.upgrade
"""The steps themselves."""
_read_list = reference_files.read_list
_create_engine = sqlalchemy.create_engine
_load = reference.load
_Argon2id = argon2.Argon2id
_rows: dict[str, list[tuple[Any, ...]]] = {}
"""By list, what stands in its table once the shipped one is loaded."""
_said: dict[tuple[str, str | None], list[tuple[str, Any]]] = {}
"""By dialect and folder of the steps."""


def upgrade(config: Config, revision: str, *more: Any, **named: Any) -> None:
    """As `alembic.command.upgrade`."""
    connection: Connection = config.attributes["connection"]
    if revision != "head" or schema_of(connection) is not None:
        steps(config, revision, *more, **named)
        return
    which = connection.dialect.name, config.get_main_option("script_location")
    known = _said.get(which)
    if known is None:
        _said[which] = _heard(config, connection)
        return
    for statement, values in known:
        connection.exec_driver_sql(statement, values)


@lru_cache(maxsize=32)
def _listed(name: str) -> tuple[Row, ...]:
    return tuple(_read_list(name))


def read_list(name: str, *folder: Path) -> Iterator[Row]:
    """As `reference_files.read_list`."""
    return _read_list(name, *folder) if folder else iter(_listed(name))


def load(
    connection: Connection,
    list_name: str,
    rows: Iterable[Row],
    step: Callable[[int], None] = lambda done: None,
    *,
    shipped: bool = False,
) -> int:
    """As `reference.load`."""
    table = table_of(SYNCED[list_name])
    waiting = select(PendingRecord.entity).where(PendingRecord.wire_table == list_name).limit(1)
    if not shipped or any(connection.execute(query).first() for query in (select(table.c.id).limit(1), waiting)):
        return _load(connection, list_name, rows, step, shipped=shipped)
    columns = [column.name for column in table.columns]
    if list_name not in _rows:
        done = _load(connection, list_name, rows, step, shipped=True)
        listed = ", ".join(f'"{column}"' for column in columns)
        _rows[list_name] = fetch(connection, f'SELECT {listed} FROM "{table.name}"')
        return done
    insert_lists(connection, table.name, columns, _rows[list_name])
    return len(_rows[list_name])


def _heard(config: Config, connection: Connection) -> list[tuple[str, Any]]:
    """Run the steps; what they wrote, what they only read apart."""
    said: list[tuple[str, Any]] = []

    def hear(_c: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA")):
            said.append((statement, values))

    event.listen(connection, "before_cursor_execute", hear)
    try:
        steps(config, "head")
    finally:
        event.remove(connection, "before_cursor_execute", hear)
    return said


class Compiled:
    """SQL by statement and kind of dialect: what SQLAlchemy asks of a `compiled_cache`."""

    def __init__(self) -> None:
        self._known: LRUCache[Any, Any] = LRUCache(3_000)

    def get(self, key: tuple[Any, ...]) -> Any:
        """None for what nobody has written yet."""
        return self._known.get(_of_any_engine(key))

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        self._known[_of_any_engine(key)] = compiled


def _of_any_engine(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *statement = key
    return type(dialect), *statement


_compiled = Compiled()


def create_engine(*where: Any, **options: Any) -> Engine:
    """As `sqlalchemy.create_engine`."""
    more = options.pop("execution_options", {})
    return _create_engine(*where, execution_options={"compiled_cache": _compiled, **more}, **options)


class Argon2id:
    """As `cryptography`'s."""

    def __init__(self, **cost: Any) -> None:
        self._cost = cost

    def derive(self, secret: bytes) -> bytes:
        """The key; the same question is answered from memory if it was a cheap one."""
        if self._cost["memory_cost"] > vault.CHEAPEST.memory_kib:
            return _Argon2id(**self._cost).derive(secret)
        return _derived(secret, tuple(sorted(self._cost.items())))


@lru_cache(maxsize=1_000)
def _derived(secret: bytes, cost: tuple[tuple[str, Any], ...]) -> bytes:
    return _Argon2id(**dict(cost)).derive(secret)
