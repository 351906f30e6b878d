"""Statements compiled once: SQLAlchemy writes the SQL, the driver runs it. For the few reads a person waits for.

Building and keying a wide `select` costs more than running it; a `Prepared` pays that once for each kind of database.
Values go to the driver as they are, which is safe because ours are bytes, integers and text only.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, CursorResult, Select
from sqlalchemy.sql.compiler import SQLCompiler


class Prepared:
    """`Prepared(select(...).where(table.c.id == bindparam("patient")))`, then `statement(connection, patient=id)`."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, tuple[str, ...] | None, dict[str, Any]]] = {}

    def __call__(self, connection: Connection, **parameters: bytes | int | str | None) -> CursorResult[Any]:
        """Run it; every named parameter of the statement must be given."""
        dialect = connection.dialect
        if dialect.name not in self._compiled:
            compiled = self._statement.compile(dialect=dialect)
            assert isinstance(compiled, SQLCompiler)
            order = tuple(compiled.positiontup) if compiled.positional and compiled.positiontup is not None else None
            self._compiled[dialect.name] = (str(compiled), order, dict(compiled.params))
        sql, order, constants = self._compiled[dialect.name]
        values = constants | parameters
        return connection.exec_driver_sql(sql, tuple(values[name] for name in order) if order is not None else values)
