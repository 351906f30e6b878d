"""Statements compiled once: SQLAlchemy writes the SQL, the driver runs it. For the few reads a person waits for.

Building and keying a wide `select`, and wrapping its rows, costs ten times the statement itself; a `Prepared` pays the
first once for each kind of database and hands rows on as the driver gives them. Values go to the driver as they are,
which is safe because ours are bytes, integers and text only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, cast

from sqlalchemy import BindParameter, Connection, Select, TextualSelect, bindparam
from sqlalchemy.sql.compiler import SQLCompiler

Value = bytes | int | str | None
Statement = Select[*tuple[Any, ...]] | TextualSelect
SLOTS = 20
"""Values asked for at once where a statement takes many (a search shows so many people); fewer are filled up."""


class Prepared:
    """`Prepared(select(...).where(table.c.id == bindparam("patient")))`, then `statement(connection, patient=id)`."""

    def __init__(self, statement: Statement | Callable[[], Statement]) -> None:
        """A function that gives the statement is called when it is first run: a start then pays for none."""
        self._statement = statement
        self._names: tuple[str, ...] = ()
        self._compiled: dict[str, tuple[str, tuple[str, ...] | None, dict[str, Any]]] = {}

    def __call__(self, connection: Connection, **values: Value) -> list[tuple[Any, ...]]:
        """Its rows, in the order of the columns selected; every named value of the statement must be given."""
        return self._rows(connection, values)

    def records(self, connection: Connection, **values: Value) -> list[dict[str, Any]]:
        """Its rows by the names of the columns."""
        rows = self._rows(connection, values)
        return [dict(zip(self._names, row, strict=True)) for row in rows]

    def for_many(self, connection: Connection, many: Sequence[bytes], **values: Value) -> list[tuple[Any, ...]]:
        """Its rows for all the values of `slots()`, in no order."""
        return [row for part in _filled(many) for row in self._rows(connection, values | part)]

    def records_for_many(self, connection: Connection, many: Sequence[bytes], **values: Value) -> list[dict[str, Any]]:
        """The same by the names of the columns."""
        rows = self.for_many(connection, many, **values)
        return [dict(zip(self._names, row, strict=True)) for row in rows]

    def _rows(self, connection: Connection, given: dict[str, Any]) -> list[tuple[Any, ...]]:
        sql, order, constants = self._compiled.get(connection.dialect.name) or self._compile(connection)
        values = constants | given
        cursor = connection.connection.cursor()
        try:
            cursor.execute(sql, [values[name] for name in order] if order is not None else values)
            return cast("list[tuple[Any, ...]]", cursor.fetchall())
        finally:
            cursor.close()

    def _compile(self, connection: Connection) -> tuple[str, tuple[str, ...] | None, dict[str, Any]]:
        dialect = connection.dialect
        statement = self._statement() if callable(self._statement) else self._statement
        self._names = tuple(column.name for column in statement.selected_columns)
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        order = tuple(compiled.positiontup) if compiled.positional and compiled.positiontup is not None else None
        self._compiled[dialect.name] = (str(compiled), order, dict(compiled.params))
        return self._compiled[dialect.name]


def slots() -> list[BindParameter[bytes]]:
    """The places of a statement that `for_many` fills: `column.in_(slots())`."""
    return [bindparam(name) for name in _SLOTS]


_SLOTS = tuple(f"slot_{number}" for number in range(SLOTS))


def _filled(many: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    values = list(dict.fromkeys(many))
    for start in range(0, len(values), SLOTS):
        part = values[start : start + SLOTS]
        yield dict(zip(_SLOTS, part + part[-1:] * (SLOTS - len(part)), strict=True))
