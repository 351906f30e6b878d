"""Loads reference lists (shipped or official) into their tables, outside the journal: the same ids on every laptop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, select, update

from ces_desktop.data.journal import derive
from ces_desktop.data.journal.bulk import CHUNK, chunks, insert_rows
from ces_desktop.data.journal.rows import from_wire
from ces_desktop.data.journal.versions import Versions
from ces_desktop.data.models import REFERENCE, SYNCED, PendingRecord, table_of, wire_columns
from ces_desktop.domain.ids import named_id

LISTS: dict[str, dict[str, tuple[str, ...]]] = {
    "community": {"inegi": ("inegi",), "name": ("name",), "municipality": ("municipality",)}
    | {"population": ("population", "population_2020", "population_2010")},
    "facility": {c: (c,) for c in ("clues", "name", "institution", "municipality", "level")},
    "diagnosis": {
        c: (c,) for c in ("code", "name_es", "name_en", "chapter", "sex_rule", "notifiable", "suive", "synonyms")
    },
    "item": {
        c: (c,)
        for c in (
            "code", "kind", "name_es", "name_en", "form", "strength", "unit", "pack", "route", "ven", "source",
            "controlled", "dosing", "cold", "family",
        )
    },
    "threshold": {
        c: (c,) for c in ("code", "value", "unit", "programme", "meaning_es", "meaning_en", "norm", "valid_from")
    },
    "checklist": {c: (c,) for c in ("code", "version", "name_es", "name_en", "source")},
    "checklist_item": {c: (c,) for c in ("checklist", "code", "position", "critical", "text_es", "text_en")},
}
"""List, named like its wire table → wire column → the list's columns to take it from, the first that says something."""
LINKS = {("checklist_item", "checklist"): "checklist"}
"""(List, column) that names a row of another list by its code, and that list: kept as the row's id."""
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
    wanted = _wanted(list_name, rows, shipped)
    changed = 0
    for number, part in enumerate(chunks(list(wanted))):
        changed += _load_part(connection, list_name, {entity: wanted[entity] for entity in part}, shipped)
        step(min((number + 1) * CHUNK, len(wanted)))
    return changed


def compare(connection: Connection, list_name: str, rows: Iterable[Row]) -> tuple[int, int]:
    """How many rows of an official list are new, and how many it would change; nothing is written.

    A change that an edit made here goes on covering is counted too, which `load` does not.
    """
    t = table_of(SYNCED[list_name])
    wanted = _wanted(list_name, rows, shipped=False)
    new = changed = 0
    for part in chunks(list(wanted)):
        held = {r["id"]: r for r in connection.execute(select(t).where(t.c.id.in_(part))).mappings()}
        new += len(part) - len(held)
        changed += sum(bool(_different(list_name, row, wanted[entity], False)) for entity, row in held.items())
    return new, changed


def _wanted(list_name: str, rows: Iterable[Row], shipped: bool) -> dict[bytes, dict[str, Any]]:
    """By id, the wire columns a list speaks of; an official one is silent where it says nothing."""
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
        for column in said:
            if (list_name, column) in LINKS:
                said[column] = named_id(LINKS[list_name, column], str(said[column]))
        wanted[entity] = said if shipped else {c: value for c, value in said.items() if value is not None}
    return wanted


def _different(table: str, held: Mapping[Any, Any], values: dict[str, Any], shipped: bool) -> dict[str, Any]:
    """What of a held row the list would have otherwise. A row made here through the journal keeps its words."""
    if held["made_by"] != REFERENCE:
        return {}
    # Only our list gives English names: a row that has one keeps the short Spanish name we gave it.
    ours = not shipped and table == "diagnosis" and held["name_en"] is not None
    return {c: value for c, value in values.items() if held[c] != value and not (ours and c == "name_es")}


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
        elif different := _different(table, held[entity], values, shipped):
            changed += _renew(connection, table, held[entity], different)
    if fresh:
        insert_rows(connection, model, fresh)
        _show_waiting_edits(connection, table, [r["id"] for r in fresh])
    return changed + len(fresh)


def _renew(connection: Connection, table: str, held: Mapping[Any, Any], different: dict[str, Any]) -> int:
    """Take over what the list says otherwise now, under the edits of the journal."""
    t = table_of(SYNCED[table])
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
