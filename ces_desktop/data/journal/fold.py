"""The proof: every synced row recomputed as fold(ops), slowly and apart from `apply`, and compared (`sync.md` 1).

It shares with `apply` the wire format and the rules of derived columns, nothing else.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, select, text, update

from ces_desktop.data.journal import derive, state_sums, stock_sums, text_index
from ces_desktop.data.journal.apply import project
from ces_desktop.data.journal.bulk import fetch, stream
from ces_desktop.data.journal.op import Fields, Op, WireValue, clinic_of, load
from ces_desktop.data.journal.rows import from_wire, op_columns
from ces_desktop.data.models import (
    REFERENCE,
    SYNCED,
    ExchangeRecord,
    FieldVersionRecord,
    OpRecord,
    OpStatusRecord,
    PendingRecord,
    StockLotRecord,
    StockMonthRecord,
    table_of,
    wire_columns,
)
from ces_desktop.errors import Refused


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found. `differences` and `broken` must be empty; orphans are told, not wrong."""

    ops: int
    rows: int
    differences: tuple[str, ...]
    """"table id column", without values."""
    broken: tuple[str, ...]
    """Ops whose bytes disagree with their hash, or whose parent is missing."""
    orphans: tuple[str, ...]
    """"table id column": a row that points to one not received."""

    @property
    def equal(self) -> bool:
        """Whether tables and journal say the same."""
        return not self.differences and not self.broken


@dataclass(slots=True)
class _Entity:
    makers: list[tuple[int, bytes, Op | None, Fields]] = field(default_factory=list)
    sets: dict[str, dict[bytes, tuple[int, WireValue]]] = field(default_factory=lambda: defaultdict(dict))
    bases: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))


def verify(connection: Connection) -> Verdict:
    """Fold all ops and compare with every synced table, row by row and column by column."""
    broken: list[str] = []
    count = 0
    tables: dict[str, dict[bytes, _Entity]] = {name: defaultdict(_Entity) for name in SYNCED}
    _take_reference_rows(connection, tables)
    known: set[bytes] = set()
    parents: set[bytes] = set()
    for op in all_ops(connection, broken):
        count += 1
        known.add(op.hash)
        parents.update(op.head.parents)
        _take(op, tables)
    e = ExchangeRecord
    gaps = set(connection.execute(select(e.name).where(e.kind == "gap")).scalars())
    broken.extend(f"parent {p.hex()[:12]}" for p in parents - known - gaps)
    expected = {name: _rows(name, entities) for name, entities in tables.items()}
    _derive(expected)
    differences: list[str] = []
    rows = 0
    for name in SYNCED:
        rows += _compare(connection, name, expected[name], differences)
    differences.extend(stock_sums.differences(connection, expected["movement"], expected["lot"]))
    apart = {difference.split()[0] for difference in differences}  # their sums differ for that reason alone
    differences.extend(told for told in state_sums.differences(connection) if told.split()[0] not in apart)
    if connection.dialect.name == "sqlite":
        indexed = connection.execute(text(f"SELECT count(*) FROM {text_index.TABLE}")).scalar()
        if indexed != len(expected["patient"]):
            differences.append("patient * search index")
    return Verdict(count, rows, tuple(differences), tuple(broken), tuple(_orphans(expected)))


def rebuild(connection: Connection) -> None:
    """Empty the synced tables and project every op again; the caller owns the transaction."""
    v = FieldVersionRecord
    shipped = connection.execute(select(v.wire_table, v.entity, v.field, v.value).where(v.op == REFERENCE)).all()
    for name, entity, column, value in shipped:
        t = table_of(SYNCED[name])
        connection.execute(
            update(t).where(t.c.id == entity).values(from_wire(name, {column: json.loads(value or "null")}))
        )
    for model in SYNCED.values():
        t = table_of(model)
        connection.execute(delete(t).where(t.c.made_by != REFERENCE))
        connection.execute(update(t).values(live=1))
    for local in (FieldVersionRecord, PendingRecord, OpStatusRecord, StockLotRecord, StockMonthRecord):
        connection.execute(delete(local))
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"DELETE FROM {text_index.TABLE}"))
    state_sums.begin(connection)
    batch: list[Op] = []
    for op in all_ops(connection, []):
        batch.append(op)
        if len(batch) == 2_000:
            project(connection, batch)
            batch = []
    project(connection, batch)


def project_waiting(connection: Connection) -> None:
    """After an upgrade: rebuild if ops of a later program are held, some of which may be understood now."""
    s = OpStatusRecord
    if connection.execute(select(s.op).where(s.state == "stored_only")).first():
        rebuild(connection)


def all_ops(connection: Connection, broken: list[str]) -> Iterator[Op]:
    """Every stored op in order of arrival; those that fail their hash are named in `broken` and left out.

    Named too: an op whose columns, which repeat its header, say something else.
    """
    o = OpRecord
    last = 0
    while True:
        page = connection.execute(select(o.__table__).where(o.n > last).order_by(o.n).limit(5_000)).all()
        if not page:
            return
        last = page[-1].n
        for row in page:
            try:
                op = load(row.hash, row.header, row.body_hash, row.body)
            except Refused:
                broken.append(f"op {row.hash.hex()[:12]}")
                continue
            if op_columns(op) != {name: value for name, value in row._mapping.items() if name != "n"}:
                broken.append(f"op {row.hash.hex()[:12]} columns")
            yield op


def _take(op: Op, tables: dict[str, dict[bytes, _Entity]]) -> None:
    added, changed = op.changes()
    for a in added:
        if a.table in tables:
            tables[a.table][a.entity].makers.append((op.head.hlc, op.hash, op, a.fields))
    for s in changed:
        if s.table in tables:
            entity = tables[s.table][s.entity]
            entity.sets[s.field][op.hash] = (op.head.hlc, s.value)
            entity.bases[s.field].update(s.bases)


def _take_reference_rows(connection: Connection, tables: dict[str, dict[bytes, _Entity]]) -> None:
    v = FieldVersionRecord
    shipped: dict[tuple[bytes, str], str | None] = {
        (r.entity, r.field): r.value
        for r in connection.execute(select(v.entity, v.field, v.value).where(v.op == REFERENCE))
    }
    corrected = {entity for entity, _ in shipped}
    for name in SYNCED:
        entities, columns = tables[name], tuple(wire_columns(SYNCED[name]))
        asked = _select(name, ("id", "recorded_at", *columns)) + ' WHERE "made_by" = ?'
        for entity, recorded_at, *values in fetch(connection, asked, (REFERENCE,)):
            fields: Fields = dict(zip(columns, values, strict=True))
            if bytes in map(type, values):  # few shipped rows name another
                fields = {c: value.hex() if isinstance(value, bytes) else value for c, value in fields.items()}
            if entity in corrected:
                fields |= {c: json.loads(shipped[entity, c] or "null") for c in columns if (entity, c) in shipped}
            entities[entity].makers.append((0, REFERENCE, None, fields | {"": recorded_at}))


def _rows(name: str, entities: dict[bytes, _Entity]) -> dict[bytes, dict[str, Any]]:
    kinds = wire_columns(SYNCED[name])
    rows = {}
    for entity, parts in entities.items():
        if not parts.makers:
            continue
        _, made_by, maker, first = min(parts.makers, key=lambda m: m[:2])
        row: dict[str, Any] = {"id": entity, "made_by": made_by}
        if maker is None:
            row |= {"clinic": bytes(16), "recorded_at": first[""], "recorded_by": None}
        else:
            row |= {
                "clinic": clinic_of(maker.head.scope),
                "recorded_at": maker.head.wall,
                "recorded_by": maker.head.user,
            }
        if len(parts.makers) == 1 and not parts.sets:  # most rows, and all but a few that were shipped
            shown = {column: first.get(column) for column in kinds}
        else:
            shown = {column: _winner(parts, column) for column in kinds}
        row |= from_wire(name, shown)
        rows[entity] = row
    return rows


def _winner(parts: _Entity, column: str) -> WireValue:
    versions = dict(parts.sets.get(column, {}))
    if len(parts.makers) > 1 or not versions:
        for hlc, op_hash, _, fields in parts.makers:
            if column in fields:
                versions[op_hash] = (hlc, fields[column])
    seen = parts.bases.get(column, set())
    live = [(hlc, op_hash, value) for op_hash, (hlc, value) in versions.items() if op_hash not in seen]
    return max(live, key=lambda v: v[:2])[2] if live else None


def _derive(expected: dict[str, dict[bytes, dict[str, Any]]]) -> None:
    names = {entity: row["name"] or "" for entity, row in expected["community"].items()}
    for name, rows in expected.items():
        flags = derive.live_flags(rows.values())
        for entity, row in rows.items():
            row["live"] = flags[entity]
            row.update(derive.columns(name, row, lambda c: names.get(c, "") if c else ""))
    persons = derive.persons((r["one"], r["other"]) for r in expected["same_as"].values() if r["live"])
    for entity, row in expected["patient"].items():
        row["person"] = persons.get(entity, entity)


def _compare(connection: Connection, name: str, expected: dict[bytes, dict[str, Any]], differences: list[str]) -> int:
    columns = tuple(next(iter(expected.values()), {"id": None}))  # every row of a table has the same
    place = columns.index("id")
    seen = 0
    for page in stream(connection, _select(name, columns)):
        seen += len(page)
        for row in page:
            want = expected.get(row[place])
            if want is None:
                differences.append(f"{name} {row[place].hex()} not in the journal")
            elif tuple(want.values()) != row:
                differences.extend(
                    f"{name} {row[place].hex()} {column}"
                    for column, value in zip(columns, row, strict=True)
                    if want[column] != value
                )
    if seen != len(expected):
        differences.append(f"{name} * {len(expected) - seen} rows missing")
    return seen


def _select(name: str, columns: tuple[str, ...]) -> str:
    listed = ", ".join(f'"{column}"' for column in columns)
    return f'SELECT {listed} FROM "{SYNCED[name].__tablename__}"'


def _orphans(expected: dict[str, dict[bytes, dict[str, Any]]]) -> Iterator[str]:
    everything = {entity for rows in expected.values() for entity in rows}
    for name, rows in expected.items():
        for column in SYNCED[name].references:
            for entity, row in rows.items():
                if row[column] is not None and row[column] not in everything:
                    yield f"{name} {entity.hex()} {column}"
