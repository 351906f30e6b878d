"""Loads reference lists (shipped or official) into their tables, outside the journal: the same ids on every laptop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, select, update

from ces_desktop.data.journal import derive
from ces_desktop.data.journal.apply import from_wire
from ces_desktop.data.journal.versions import CHUNK, Versions, chunks, insert_rows
from ces_desktop.data.models import REFERENCE, SYNCED, PendingRecord, table_of, wire_columns

LISTS: dict[str, dict[str, tuple[str, ...]]] = {
    "community": {"inegi": ("inegi",), "name": ("name",), "municipality": ("municipality",)}
    | {"population": ("population", "population_2020", "population_2010")},
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

    return sum(load(connection, name, read_list(name), shipped=True) for name in LISTS)


def load(
    connection: Connection,
    list_name: str,
    rows: Iterable[Row],
    step: Callable[[int], None] = lambda done: None,
    *,
    shipped: bool = False,
) -> int:
    """Bring the rows of a list into its table; edits made through the journal keep showing over them.

    An official list touches only what it says: it blanks nothing, and its name of a diagnosis does not replace ours;
    its headings of three characters are not diagnoses. A `shipped` list is taken whole.
    Returns the number of rows new or changed. `step(done)` is called as it goes and may raise to stop it all.
    """
    wanted: dict[bytes, dict[str, Any]] = {}
    for row in rows:
        entity = row["id"]
        assert isinstance(entity, bytes)
        if list_name == "diagnosis" and row.get("level") == 3:
            continue
        said = {
            mine: next((row[c] for c in theirs if row.get(c) is not None), None)
            for mine, theirs in LISTS[list_name].items()
            if any(c in row for c in theirs)
        }
        wanted[entity] = said if shipped else {c: value for c, value in said.items() if value is not None}
    changed = 0
    for number, part in enumerate(chunks(list(wanted))):
        changed += _load_part(connection, list_name, {entity: wanted[entity] for entity in part}, shipped)
        step(min((number + 1) * CHUNK, len(wanted)))
    return changed


def _load_part(connection: Connection, table: str, wanted: dict[bytes, dict[str, Any]], shipped: bool) -> int:
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
            # Only our list gives English names: a row that has one keeps the short Spanish name we gave it.
            if not shipped and table == "diagnosis" and held[entity]["name_en"] is not None:
                values = {c: value for c, value in values.items() if c != "name_es"}
            changed += _renew(connection, table, held[entity], values)
    if fresh:
        insert_rows(connection, model, fresh)
        _show_waiting_edits(connection, table, [r["id"] for r in fresh])
    return changed + len(fresh)


def _renew(connection: Connection, table: str, held: Mapping[Any, Any], values: dict[str, Any]) -> int:
    """Take over what the list says now, under the edits of the journal."""
    t = table_of(SYNCED[table])
    different = {c: value for c, value in values.items() if held[c] != value}
    if not different:
        return 0
    versions = Versions(connection, [held["id"]])
    shown = dict(different)
    for column in [c for c in different if versions.has(held["id"], c)]:
        versions.record_making(table, held["id"], column, REFERENCE, 0, different[column])
        shown |= from_wire(table, {column: versions.live(held["id"], column)[-1][2]})
    versions.write()
    if all(held[c] == value for c, value in shown.items()):
        return 0
    row = dict(held) | shown
    connection.execute(update(t).where(t.c.id == held["id"]).values(shown | derive.columns(table, row, lambda _: "")))
    return 1


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
