"""Fields that show one of two edits that did not see each other: both, who wrote each, and when (`sync.md` 1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, select

from ces_desktop.data.journal.bulk import chunks
from ces_desktop.data.journal.derive import identity_of
from ces_desktop.data.journal.op import Op, WireValue, load
from ces_desktop.data.journal.undo import UNDO
from ces_desktop.data.models import (
    SYNCED,
    CommunityRecord,
    CountLineRecord,
    FieldVersionRecord,
    HandoverLineRecord,
    HouseholdRecord,
    ItemRecord,
    ItemShelfRecord,
    LotRecord,
    OpRecord,
    PatientRecord,
    SeminarRecord,
    StaffPersonRecord,
    StockCountRecord,
    SupplyOrderRecord,
    Synced,
    UserRecord,
    table_of,
)
from ces_desktop.domain.conflicts import LINKED, group_of, in_doubt
from ces_desktop.domain.identity import display_name
from ces_desktop.domain.ids import Id

KEEP = "conflicts.keep"
"""The kind of the action by which a person decides."""
_PLACES: dict[str, type[Synced]] = {
    "community": CommunityRecord, "household": HouseholdRecord, "head": PatientRecord, "user": UserRecord,
    "item": ItemRecord, "person": StaffPersonRecord, "incoming": UserRecord,
}  # fmt: skip
"""Fields that name another row."""
_OWNERS: dict[str, tuple[str, type[Synced]]] = {
    "item_shelf": ("item", ItemRecord), "placement": ("person", StaffPersonRecord),
    "absence": ("person", StaffPersonRecord), "quiz_question": ("seminar", SeminarRecord),
    "order_line": ("item", ItemRecord), "count_line": ("item", ItemRecord), "handover_line": ("about", PatientRecord),
}  # fmt: skip
"""Tables whose rows are called by the row they belong to, where there is one."""
_NUMBERS: dict[str, tuple[str, type[Synced]]] = {
    "order_line": ("order", SupplyOrderRecord), "count_line": ("lot", LotRecord),
}  # fmt: skip
"""Tables whose rows bear the number of another row."""
_PAGES = {"order_line": "order"}
"""Tables whose rows are shown on the page of another row than the one that they are called by."""
_NAMES = {
    "staff_request": "text", "seminar": "title", "supply_cycle": "source", "supply_order": "number",
    "handover": "happened_on", "handover_line": "section",
}  # fmt: skip
"""The field that a row is called by, where that is not its name."""
_EVERY_CLINICS = bytes(16)
"""The clinic of rows that every clinic has: the shipped catalogue."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the edits: the op that wrote it, when (UTC ms), who, on this laptop or another, and its values by field.

    `shown` = what the values are called (a household by its number); `in_force` = it is what the record says now.
    """

    op: bytes
    at: int
    by: str | None
    here: bool
    values: tuple[tuple[str, WireValue], ...]
    shown: tuple[tuple[str, WireValue], ...]
    in_force: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """Fields of a row with two edits or more to choose from; the one in force stands first."""

    table: str
    entity: Id
    fields: tuple[str, ...]
    """The fields in doubt, of a group that is one answer."""
    name: str
    """`LÓPEZ PÉREZ, María Elena`, the household's number, the item's name, who works here, what is asked for; of a
    supply cycle its source, of a handover its day (ISO), of one of its lines the section where it is about nobody."""
    number: str
    """Record number of a person, clave of an item, inventory or serial number of a piece, an order's or a lot's."""
    sides: tuple[Side, ...]
    name_en: str = ""
    """Of an item."""
    about: Id | None = None
    """The row whose page shows it: the item of a shelf setting, the person of a placement; else the row itself."""

    @property
    def key(self) -> tuple[str, Id, tuple[str, ...]]:
        """What it is about, whoever wrote what."""
        return self.table, self.entity, self.fields


def conflicts(
    connection: Connection, clinic: Id, device: bytes, entities: Collection[Id] = (), tables: Collection[str] = LINKED
) -> tuple[Conflict, ...]:
    """Of a clinic's living rows, those that wait for a person to decide; the latest first.

    `entities`: of these rows alone. `tables`: of these alone (`domain.conflicts.tables_for` whoever looks).
    """
    forks = _forks(connection, entities, tables)
    groups: dict[tuple[str, bytes, tuple[str, ...]], dict[str, frozenset[bytes]]] = {}
    for (table, row, field), ops in forks.items():
        group = group_of(table, field)
        if group is not None:
            groups.setdefault((table, row, group), {})[field] = ops
    if not groups:
        return ()
    rows = _rows(connection, clinic, groups)
    loaded = _ops(connection, {op for held in groups.values() for each in held.values() for op in each})
    names = _names(connection, {op.head.user for op in loaded.values()})
    called = _called(connection, {table: [rows[row] for t, row, _ in groups if t == table and row in rows]
                                  for table in {t for t, *_ in groups}})  # fmt: skip
    found = []
    for (table, row, group), held in groups.items():
        if row not in rows:
            continue
        sides = _sides(rows[row], row, group, {loaded[h] for each in held.values() for h in each}, names, device)
        if len(sides) > 1 and in_doubt(table, [dict(side.values) for side in sides]):
            fields = tuple(field for field in group if len({dict(s.values).get(field) for s in sides}) > 1)
            name, number, english, about = called[row]
            found.append(Conflict(table, Id(row), fields, name, number, sides, english, about))
    titles = _titles(connection, found)
    named = (_with_titles(each, titles) for each in found)
    return tuple(sorted(named, key=lambda each: (-max(side.at for side in each.sides), each.name, each.fields)))


def _forks(
    connection: Connection, entities: Collection[Id], tables: Collection[str]
) -> dict[tuple[str, bytes, str], frozenset[bytes]]:
    """(table, row, field) → ops of the versions to choose from, of which at least two differ."""
    v = FieldVersionRecord
    live = [v.hlc.is_not(None), v.superseded == 0, v.wire_table.in_(sorted(tables))]
    if entities:
        live.append(v.entity.in_(sorted(entities)))
    other = table_of(v).alias("other").c  # joined by the key: to group all that was ever edited takes far longer
    same = (other.entity == v.entity, other.field == v.field, other.op > v.op, other.value != v.value)
    twice = and_(*same, other.hlc.is_not(None), other.superseded == 0)
    several = select(v.entity, v.field).where(exists().where(twice), *live).distinct()
    found: dict[tuple[str, bytes, str], frozenset[bytes]] = {}
    for row, field in connection.execute(several).all():
        rows = connection.execute(
            select(v.wire_table, v.op).where(v.entity == row, v.field == field, v.hlc.is_not(None), v.superseded == 0)
        ).all()
        expanded = (_undecided(connection, row, field, op) for _, op in rows)
        found[rows[0][0], row, field] = frozenset(op for ops in expanded for op in ops)
    o = OpRecord
    taken_back = select(v.wire_table, v.entity, v.field, v.op).join(o, o.hash == v.op).where(*live, o.kind == UNDO)
    for table, row, field, op in connection.execute(taken_back).all():
        ops = _undecided(connection, row, field, op)
        if len(ops) > 1:
            found.setdefault((table, row, field), frozenset(ops))
    return found


def _undecided(connection: Connection, entity: bytes, field: str, op: bytes) -> set[bytes]:
    """What a version stands for: of a decision that was undone the edits it decided between, else itself."""
    wanted, undone = op, False
    while True:
        held = _ops(connection, {wanted}).get(wanted)
        if held is None:
            return {op}
        if held.head.kind != UNDO:
            break
        target = bytes.fromhex(held.head.reason)
        o = OpRecord
        hashes = connection.execute(select(o.hash).where(o.action == target)).scalars().all()
        back = [each for each in _ops(connection, set(hashes)).values() if _sets(each, entity, field)]
        if not back:
            return {op}
        wanted, undone = back[0].hash, not undone
    if held.head.kind != KEEP or not undone:
        return {op}
    return {h for base in _sets(held, entity, field) for h in _undecided(connection, entity, field, base)}


def _sets(op: Op, entity: bytes, field: str) -> tuple[bytes, ...]:
    """The versions that an op replaced in a field; nothing where it did not set it."""
    return next((s.bases for s in op.changes()[1] if s.entity == entity and s.field == field), ())


def _ops(connection: Connection, hashes: Iterable[bytes]) -> dict[bytes, Op]:
    o = OpRecord
    found: dict[bytes, Op] = {}
    for part in chunks(sorted(hashes)):
        for r in connection.execute(select(o.hash, o.header, o.body_hash, o.body).where(o.hash.in_(part))):
            found[r.hash] = load(r.hash, r.header, r.body_hash, r.body)
    return found


def _sides(
    row: Mapping[str, Any], entity: bytes, group: tuple[str, ...], ops: set[Op], names: dict[bytes, str], device: bytes
) -> tuple[Side, ...]:
    """Each edit with all fields of the group: those it did not set as it saw them. Equal ones are one side."""
    now = {field: _wire(row[field]) for field in group}
    written = {op.hash: _written(op, entity, group) for op in ops}
    seen = {s: was for op in ops for s, was in _before(op, entity, group).items()}
    sides: dict[tuple[tuple[str, WireValue], ...], Side] = {}
    for op in sorted(ops, key=lambda op: (op.head.hlc, op.hash)):
        values = tuple((f, written[op.hash].get(f, seen.get(f, now[f]))) for f in group)
        by, here = names.get(op.head.user), op.head.device == device
        sides[values] = Side(op.hash, op.head.wall, by, here, values, values, dict(values) == now)
    return tuple(sorted(sides.values(), key=lambda side: (not side.in_force, -side.at, side.op)))


def _written(op: Op, entity: bytes, group: tuple[str, ...]) -> dict[str, WireValue]:
    added, changed = op.changes()
    made = {f: a.fields.get(f) for a in added if a.entity == entity for f in group}
    return made | {s.field: s.value for s in changed if s.entity == entity and s.field in group}


def _before(op: Op, entity: bytes, group: tuple[str, ...]) -> dict[str, WireValue]:
    return {s.field: s.was for s in op.changes()[1] if s.entity == entity and s.field in group}


def _wire(value: Any) -> WireValue:
    return value.hex() if isinstance(value, bytes) else value


def _rows(connection: Connection, clinic: Id, groups: Iterable[tuple[str, bytes, Any]]) -> dict[bytes, Any]:
    found: dict[bytes, Any] = {}
    for table in LINKED:
        t = table_of(SYNCED[table])
        for part in chunks(sorted({row for name, row, _ in groups if name == table})):
            here = (t.c.clinic.in_((clinic, _EVERY_CLINICS)), t.c.live == 1, *_still(table))
            query = select(t).where(t.c.id.in_(part), *here)
            found.update((row["id"], row) for row in connection.execute(query).mappings())
    return found


def _still(table: str) -> tuple[ColumnElement[bool], ...]:
    """What a row must be for somebody to be asked: what a count that was closed found stands in the ledger, and a line
    of a handover that was read is not changed any more."""
    if table == "count_line":
        c = table_of(StockCountRecord)
        return (table_of(CountLineRecord).c.count.in_(select(c.c.id).where(c.c.live == 1, c.c.state == "open")),)
    if table == "handover_line":
        return (table_of(HandoverLineRecord).c.read_by.is_(None),)
    return ()


def _called(connection: Connection, rows: Mapping[str, list[Any]]) -> dict[bytes, tuple[str, str, str, Id]]:
    """Row → what it is called, its number, what it is called in English, and the row whose page shows it."""
    found: dict[bytes, tuple[str, str, str, Id]] = {}
    for table, held in rows.items():
        field, model = _OWNERS.get(table, ("id", SYNCED[table]))
        owners = _named_by(connection, held, field, model)
        bears, of = _NUMBERS.get(table, ("", model))
        numbers = _named_by(connection, held, bears, of) if bears else {}
        for row in held:
            owner = owners.get(row[field])
            said = _title(table, row) if owner is None else _title(model.__tablename__, owner)
            if bears:
                numbered = numbers.get(row[bears])
                said = said[0], numbered["number"] or "" if numbered else "", said[2]
            found[row["id"]] = (*said, Id(row[_PAGES.get(table, field)] or row["id"]))
    return found


def _named_by(connection: Connection, rows: list[Any], field: str, model: type[Synced]) -> dict[bytes, Any]:
    """The rows of another table that a field names."""
    t, found = table_of(model), dict[bytes, Any]()
    for part in chunks(sorted({row[field] for row in rows if row[field]})):
        found.update((row["id"], row) for row in connection.execute(select(t).where(t.c.id.in_(part))).mappings())
    return found


def _title(table: str, row: Mapping[str, Any]) -> tuple[str, str, str]:
    """What a row is called, its number, and its name in English."""
    if table == "patient":
        return display_name(identity_of(row)), row["human_id"] or "", ""
    if table == "household":
        return str(row["number"] or ""), "", ""
    if table == "item":
        return row["name_es"] or row["name_en"] or "", row["code"] or "", row["name_en"] or ""
    if table == "equipment":
        return row["name"] or "", row["inventory"] or row["serial"] or "", ""
    return row.get(_NAMES.get(table, "name")) or "", "", ""


def _names(connection: Connection, users: set[bytes]) -> dict[bytes, str]:
    u = UserRecord
    return {r.id: r.name or "" for r in connection.execute(select(u.id, u.name).where(u.id.in_(sorted(users))))}


def _titles(connection: Connection, found: Iterable[Conflict]) -> dict[str, str]:
    """Hex of each place or person that a value names → what it is called."""
    wanted: dict[str, set[bytes]] = {}
    for each in found:
        for side in each.sides:
            for field, value in side.values:
                if field in _PLACES and value:
                    wanted.setdefault(field, set()).add(bytes.fromhex(str(value)))
    titles: dict[str, str] = {}
    for field, ids in wanted.items():
        t = table_of(_PLACES[field])
        for part in chunks(sorted(ids)):
            for row in connection.execute(select(t).where(t.c.id.in_(part))).mappings():
                titles[row["id"].hex()] = _title(t.name, dict(row))[0]
    return titles


def _with_titles(each: Conflict, titles: dict[str, str]) -> Conflict:
    sides = (
        replace(s, shown=tuple((f, titles.get(str(v), v) if f in _PLACES else v) for f, v in s.values))
        for s in each.sides
    )
    return replace(each, sides=tuple(sides))


def of_item(connection: Connection, clinic: Id, item: Id) -> tuple[Conflict, ...]:
    """What waits of an item: in the catalogue, of its place on the shelf, of its lots in an open count."""
    rows = [item]
    for model in (ItemShelfRecord, CountLineRecord):
        t = table_of(model)
        here = (t.c.clinic == clinic, t.c.item == item, t.c.live == 1)
        rows += map(Id, connection.execute(select(t.c.id).where(*here)).scalars())
    return conflicts(connection, clinic, b"", rows)


def waiting(connection: Connection, clinic: Id, tables: Collection[str] = LINKED) -> int:
    """How many wait, for the first page. `tables` as in `conflicts`."""
    return len(conflicts(connection, clinic, b"", tables=tables))
