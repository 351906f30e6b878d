"""Field versions: which value of an edited field shows, whatever the order in which ops arrive (`sync.md` 1)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from ces_desktop.data.journal.bulk import insert_lists, rows_in, run
from ces_desktop.data.journal.op import FieldSet, WireValue
from ces_desktop.data.models import FieldVersionRecord

_TABLE = FieldVersionRecord.__tablename__
_COLUMNS = ("entity", "field", "op", "wire_table", "superseded", "hlc", "value")


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
        self._fields: dict[bytes, list[str]] = {}
        self._dirty: set[tuple[bytes, str]] = set()
        for row in rows_in(connection, _TABLE, _COLUMNS, "entity", entities):
            entity, name, op, table, superseded, hlc, text = row
            value = None if text is None else json.loads(text)
            self._of(entity, name)[op] = Version(table, bool(superseded), hlc, value)

    def has(self, entity: bytes, field: str) -> bool:
        """Whether the field was ever edited after its row was made."""
        return (entity, field) in self._held

    def fields(self, entity: bytes) -> list[str]:
        """The edited fields of an entity."""
        return list(self._fields.get(entity, ()))

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
        rows = []
        for entity, field in self._dirty:
            for op, version in self._held[entity, field].items():
                value = None if version.hlc is None else json.dumps(version.value, ensure_ascii=False)
                rows.append((entity, field, op, version.table, int(version.superseded), version.hlc, value))
        run(self._connection, f'DELETE FROM "{_TABLE}" WHERE "entity" = ? AND "field" = ?', list(self._dirty))
        insert_lists(self._connection, _TABLE, _COLUMNS, rows)

    def _of(self, entity: bytes, field: str) -> dict[bytes, Version]:
        held = self._held.get((entity, field))
        if held is None:
            held = self._held[entity, field] = {}
            self._fields.setdefault(entity, []).append(field)
        return held

    def _touch(self, entity: bytes, field: str) -> dict[bytes, Version]:
        self._dirty.add((entity, field))
        return self._of(entity, field)
