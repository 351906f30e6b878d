"""Plain SQL for the few statements that run thousands of times; SQLAlchemy's own way costs ten times the statement.

Values go to the driver as they are, which is safe because ours are bytes, integers, text and None only. Names of tables
and columns come from the models, never from an op.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")
CHUNK = 500
"""Ids in one IN list: well below the parameter limits of both databases."""
_AT_ONCE = 2_000


def fetch(connection: Connection, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a statement whose places are written `?`, on either database."""
    cursor = _cursor(connection)
    try:
        cursor.execute(_dialect_sql(sql, connection.dialect.name), values)
        return list(cursor.fetchall())
    finally:
        cursor.close()


def stream(connection: Connection, sql: str, values: Sequence[Any] = ()) -> Iterator[list[tuple[Any, ...]]]:
    """As `fetch`, some thousand rows at a time: what has been looked at is let go."""
    cursor = _cursor(connection)
    try:
        cursor.execute(_dialect_sql(sql, connection.dialect.name), values)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield rows
    finally:
        cursor.close()


def run(connection: Connection, sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """A statement once for each row of values, in one driver call."""
    if not rows:
        return
    cursor = _cursor(connection)
    try:
        cursor.executemany(_dialect_sql(sql, connection.dialect.name), rows)
    finally:
        cursor.close()


def _cursor(connection: Connection) -> Any:
    """The driver's cursor; SQLAlchemy is told that a transaction runs, else its commit does nothing on PostgreSQL."""
    if not connection.in_transaction():
        connection.begin()
    return connection.connection.cursor()


def insert_lists(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows whose values stand in the order of `columns`, in one driver call."""
    run(connection, _insert(table, tuple(columns)), rows)


def insert_rows(connection: Connection, model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of equal keys in one driver call."""
    if rows:
        columns = tuple(rows[0])
        insert_lists(connection, model.__tablename__, columns, list(map(itemgetter(*columns), rows)))


def rows_in(
    connection: Connection, table: str, columns: Sequence[str], key: str, ids: Iterable[bytes]
) -> list[tuple[Any, ...]]:
    """The named columns of the rows whose `key`, an indexed id, is among `ids`.

    Ids begin with the time they were made at. Of many, those above the greatest in the table are new to it and are not
    asked for: of a month of new lines, none is.
    """
    wanted: Collection[bytes] = set(ids)
    if len(wanted) > CHUNK:
        greatest = fetch(
            connection, f'SELECT "{key}" FROM "{table}" WHERE "{key}" IS NOT NULL ORDER BY "{key}" DESC LIMIT 1'
        )
        last = greatest[0][0] if greatest else b""
        wanted = [i for i in wanted if i <= last]
    found: list[tuple[Any, ...]] = []
    for part in chunks(sorted(wanted)):
        found += fetch(connection, _select_in(table, tuple(columns), key, len(part)), part)
    return found


def chunks(items: Sequence[T]) -> Iterable[Sequence[T]]:
    """The items in runs short enough for one statement."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


@lru_cache(maxsize=1_024)
def _dialect_sql(sql: str, dialect: str) -> str:
    return sql if dialect == "sqlite" else sql.replace("?", "%s")


@lru_cache(maxsize=1_024)
def _select_in(table: str, columns: tuple[str, ...], key: str, count: int) -> str:
    listed = ", ".join(f'"{c}"' for c in columns)
    return f'SELECT {listed} FROM "{table}" WHERE "{key}" IN ({", ".join("?" * count)})'


@lru_cache(maxsize=1_024)
def _insert(table: str, columns: tuple[str, ...]) -> str:
    listed = ", ".join(f'"{c}"' for c in columns)
    return f'INSERT INTO "{table}" ({listed}) VALUES ({", ".join("?" * len(columns))})'
