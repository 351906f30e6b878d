"""Loads reference lists (shipped or official) into their tables, outside the journal: the same ids on every laptop."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, select, update

from ces_desktop.data.journal import derive
from ces_desktop.data.journal.apply import from_wire
from ces_desktop.data.journal.versions import Versions, chunks, insert_rows
from ces_desktop.data.models import REFERENCE, SYNCED, FieldVersionRecord, PendingRecord, table_of, wire_columns

LISTS: dict[str, dict[str, tuple[str, ...]]] = {
    "community": {"inegi": ("inegi",), "name": ("name",), "municipality": ("municipality",)}
    | {"population": ("population_2020", "population_2010")},
    "facility": {c: (c,) for c in ("clues", "name", "institution", "municipality", "level")},
    "diagnosis": {
        c: (c,) for c in ("code", "name_es", "name_en", "chapter", "sex_rule", "notifiable", "suive", "synonyms")
    },
}
"""List, named like its wire table → wire column → the list's columns to take it from, the first that says something."""
NETWORK = bytes(16)
Row = Mapping[str, bytes | int | str | None]
"""A row of a list: its columns and `id`, the UUIDv5 that every laptop gives to its code."""


def load_shipped(connection: Connection) -> int:
    """Load every shipped list; returns how many rows are new or changed. Cheap when nothing is."""
    from ces_desktop.data.reference_files import read_list

    return sum(load(connection, name, read_list(name)) for name in LISTS)


def load(
    connection: Connection, list_name: str, rows: Iterable[Row], step: Callable[[int], None] = lambda done: None
) -> int:
    """Bring the rows of a list into its table; edits made through the journal keep showing over them.

    Returns the number of rows new or changed. `step(done)` is called as it goes and may raise to stop it all.
    """
    columns = LISTS[list_name]
    wanted: dict[bytes, dict[str, Any]] = {}
    for row in rows:
        entity = row["id"]
        assert isinstance(entity, bytes)
        wanted[entity] = {
            mine: next((row[c] for c in theirs if row.get(c) is not None), None) for mine, theirs in columns.items()
        }
    changed = 0
    for number, part in enumerate(chunks(list(wanted))):
        changed += _load_part(connection, list_name, {entity: wanted[entity] for entity in part})
        step(min((number + 1) * 500, len(wanted)))
    return changed


def _load_part(connection: Connection, table: str, wanted: dict[bytes, dict[str, Any]]) -> int:
    model = SYNCED[table]
    t = table_of(model)
    held = {r["id"]: r for r in connection.execute(select(t).where(t.c.id.in_(list(wanted)))).mappings()}
    fresh = []
    changed = 0
    for entity, values in wanted.items():
        if entity not in held:
            row: dict[str, Any] = dict.fromkeys(wire_columns(model)) | values
            row |= {
                "id": entity,
                "clinic": NETWORK,
                "made_by": REFERENCE,
                "recorded_at": 0,
                "recorded_by": None,
                "live": 1,
            }
            fresh.append(row | derive.columns(table, row, lambda _: ""))
        elif held[entity]["made_by"] == REFERENCE:
            changed += _renew(connection, table, held[entity], values)
    if fresh:
        insert_rows(connection, model, fresh)
        _show_waiting_edits(connection, table, [r["id"] for r in fresh])
    return changed + len(fresh)


def _renew(connection: Connection, table: str, held: Mapping[Any, Any], values: dict[str, Any]) -> int:
    """Take over what the list says now, under the edits of the journal."""
    t, v = table_of(SYNCED[table]), FieldVersionRecord
    different = {c: value for c, value in values.items() if held[c] != value}
    if not different:
        return 0
    edited = set(
        connection.execute(select(v.field).where(v.entity == held["id"], v.field.in_(list(different)))).scalars()
    )
    shown = {c: value for c, value in different.items() if c not in edited}
    for column in edited:
        connection.execute(
            update(v)
            .where(v.entity == held["id"], v.field == column, v.op == REFERENCE)
            .values(value=json.dumps(different[column], ensure_ascii=False))
        )
    if shown:
        row = dict(held) | shown
        connection.execute(
            update(t).where(t.c.id == held["id"]).values(shown | derive.columns(table, row, lambda _: ""))
        )
    return int(bool(shown))


def _show_waiting_edits(connection: Connection, table: str, entities: list[bytes]) -> None:
    waiting = set(connection.execute(select(PendingRecord.entity).where(PendingRecord.wire_table == table)).scalars())
    woken = waiting.intersection(entities)
    if not woken:
        return
    t = table_of(SYNCED[table])
    versions = Versions(connection, woken)
    for entity in woken:
        row = dict(connection.execute(select(t).where(t.c.id == entity)).mappings().one())
        for field in versions.fields(entity):
            versions.record_making(table, entity, field, REFERENCE, 0, row[field])
            row |= from_wire(table, {field: versions.live(entity, field)[-1][2]})
        row |= derive.columns(table, row, lambda _: "")
        connection.execute(update(t).where(t.c.id == entity).values(row))
    versions.write()
    connection.execute(delete(PendingRecord).where(PendingRecord.entity.in_(woken)))
