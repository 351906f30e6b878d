"""Field versions: which value of an edited field shows, whatever the order in which ops arrive (`sync.md` 1)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, insert, select

from ces_desktop.data.journal.op import FieldSet, WireValue
from ces_desktop.data.models import FieldVersionRecord

T = TypeVar("T")
CHUNK = 500
"""Ids in one IN list: well below the parameter limits of both databases."""


@dataclass(slots=True)
class Version:
    """One version of one field. `hlc` None = named as a base, its op not received."""

    table: str
    superseded: bool = False
    hlc: int | None = None
    value: WireValue = None


class Versions:
    """The versions of the entities touched by one batch: loaded once, changed in memory, written once."""

    def __init__(self, connection: Connection, entities: Iterable[bytes]) -> None:
        self._connection = connection
        self._held: dict[tuple[bytes, str], dict[bytes, Version]] = {}
        self._dirty: set[tuple[bytes, str]] = set()
        for part in chunks(sorted(set(entities))):
            v = FieldVersionRecord
            for row in connection.execute(
                select(v.entity, v.field, v.op, v.wire_table, v.superseded, v.hlc, v.value).where(v.entity.in_(part))
            ):
                value = None if row.value is None else json.loads(row.value)
                self._of(row.entity, row.field)[row.op] = Version(row.wire_table, bool(row.superseded), row.hlc, value)

    def has(self, entity: bytes, field: str) -> bool:
        """Whether the field was ever edited after its row was made."""
        return (entity, field) in self._held

    def fields(self, entity: bytes) -> list[str]:
        """The edited fields of an entity."""
        return [f for e, f in self._held if e == entity]

    def record(self, op: bytes, hlc: int, change: FieldSet) -> None:
        """A received edit, and the bases it supersedes, received or not."""
        held = self._touch(change.entity, change.field)
        version = held.setdefault(op, Version(change.table))
        version.hlc, version.value = hlc, change.value
        for base in change.bases:
            held.setdefault(base, Version(change.table)).superseded = True

    def record_making(self, table: str, entity: bytes, field: str, op: bytes, hlc: int, value: WireValue) -> None:
        """The value a making op gave to a field, kept as a version of its own."""
        version = self._touch(entity, field).setdefault(op, Version(table))
        version.hlc, version.value = hlc, value

    def live(self, entity: bytes, field: str) -> list[tuple[int, bytes, WireValue]]:
        """Received and not superseded versions as (hlc, op, value), the one that shows last."""
        held = self._held.get((entity, field), {})
        return sorted(
            ((v.hlc, op, v.value) for op, v in held.items() if v.hlc is not None and not v.superseded),
            key=lambda version: version[:2],
        )

    def received(self, entity: bytes, field: str) -> list[bytes]:
        """Ops of all received versions, superseded or not, oldest first."""
        held = self._held.get((entity, field), {})
        return sorted((op for op, v in held.items() if v.hlc is not None), key=lambda op: (held[op].hlc or 0, op))

    def changed(self) -> list[tuple[bytes, str]]:
        """The (entity, field) pairs this batch touched."""
        return sorted(self._dirty)

    def write(self) -> None:
        """Replace the stored versions of what was touched."""
        v = FieldVersionRecord
        rows = []
        for entity, field in self._dirty:
            self._connection.execute(delete(v).where(v.entity == entity, v.field == field))
            for op, version in self._held[entity, field].items():
                rows.append(
                    {
                        "entity": entity,
                        "field": field,
                        "op": op,
                        "wire_table": version.table,
                        "superseded": int(version.superseded),
                        "hlc": version.hlc,
                        "value": None if version.hlc is None else json.dumps(version.value, ensure_ascii=False),
                    }
                )
        insert_rows(self._connection, v, rows)

    def _of(self, entity: bytes, field: str) -> dict[bytes, Version]:
        return self._held.setdefault((entity, field), {})

    def _touch(self, entity: bytes, field: str) -> dict[bytes, Version]:
        self._dirty.add((entity, field))
        return self._of(entity, field)


# Writing an INSERT costs more than running it for one row; there is one for each table and set of columns.
_INSERTS: dict[tuple[str, type[Any], tuple[str, ...]], tuple[str, tuple[str, ...] | None]] = {}


def insert_rows(connection: Connection, model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Insert many rows of equal keys in one driver call; our values are the driver's own types."""
    if not rows:
        return
    keys = tuple(rows[0])
    known = connection.dialect.name, model, keys
    if known not in _INSERTS:
        compiled = insert(model).compile(dialect=connection.dialect, column_keys=list(keys))
        _INSERTS[known] = str(compiled), tuple(compiled.positiontup or keys) if compiled.positional else None
    sql, order = _INSERTS[known]
    connection.exec_driver_sql(sql, list(rows) if order is None else list(map(itemgetter(*order), rows)))


def rows_in(
    connection: Connection, table: str, columns: Sequence[str], key: str, values: Sequence[bytes]
) -> Iterable[Sequence[Any]]:
    """The named columns of the rows whose `key` is among `values`; plain SQL, for asking thousands of times."""
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    listed = ", ".join(f'"{c}"' for c in columns)
    marks = ", ".join([mark] * len(values))
    return connection.exec_driver_sql(f'SELECT {listed} FROM "{table}" WHERE "{key}" IN ({marks})', tuple(values))


def chunks(items: Sequence[T]) -> Iterable[Sequence[T]]:
    """The items in runs short enough for one statement."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
