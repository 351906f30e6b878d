"""The one way in: ops are stored and the synced tables follow, in any order, any number of times (`sync.md` 1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from ces_desktop.data.collector import uncollected
from ces_desktop.data.journal import derive, text_index
from ces_desktop.data.journal.bulk import chunks, fetch, insert_lists, insert_rows, rows_in, run
from ces_desktop.data.journal.op import Added, Fields, FieldSet, Op, clinic_of, load
from ces_desktop.data.journal.rows import KINDS, OP_COLUMNS, SHAPES, from_wire, op_list
from ces_desktop.data.journal.state_sums import StateSums
from ces_desktop.data.journal.versions import Versions
from ces_desktop.data.models import (
    REFERENCE,
    SYNCED,
    CommunityRecord,
    OpRecord,
    OpStatusRecord,
    PatientRecord,
    PendingRecord,
    SameAsRecord,
    table_of,
)

MANY = 100
"""Ops that are a large batch: a month, not an action."""
_PLACES_FIRST = ("community", "facility", "household")


def apply(connection: Connection, ops: Sequence[Op]) -> frozenset[str]:
    """Store the ops not yet held and bring the synced tables up to date; returns the tables touched.

    Applying ops twice, or in another order, gives the same tables. The caller owns the transaction.
    """
    with uncollected() if len(ops) >= MANY else nullcontext():
        return project(connection, _store(connection, ops))


def project(connection: Connection, fresh: Sequence[Op]) -> frozenset[str]:
    """Bring the synced tables up to date with ops that are stored and not yet projected."""
    if not fresh:
        return frozenset()
    batch = _Batch(connection)
    adds: dict[str, list[tuple[Op, Added]]] = {}
    sets: list[tuple[Op, FieldSet]] = []
    for op in fresh:
        added, changed = op.changes()
        for row in added:
            adds.setdefault(row.table, []).append((op, row))
        sets.extend((op, change) for change in changed)
    for table in sorted(adds, key=lambda name: (name not in _PLACES_FIRST, name)):
        if table in SYNCED:
            batch.add_rows(table, adds[table])
    batch.set_fields([(op, s) for op, s in sets if s.table in SYNCED and s.field in KINDS[s.table]])
    batch.finish()
    _note_unknown(connection, adds, sets)
    return frozenset(adds) | {s.table for _, s in sets}


def _store(connection: Connection, ops: Sequence[Op]) -> list[Op]:
    by_hash = {op.hash: op for op in ops}
    table = OpRecord.__tablename__
    held = {row[0] for row in rows_in(connection, table, ("hash",), "hash", by_hash)}
    fresh = [op for h, op in by_hash.items() if h not in held]
    insert_lists(connection, table, OP_COLUMNS, list(map(op_list, fresh)))
    return fresh


def _note_unknown(
    connection: Connection, adds: dict[str, list[tuple[Op, Added]]], sets: list[tuple[Op, FieldSet]]
) -> None:
    """Ops on tables or fields this version does not know are kept whole and marked, to be projected one day."""
    unknown: dict[bytes, Op] = {}
    for table, rows in adds.items():
        known = frozenset(KINDS.get(table, ()))
        unknown.update((op.hash, op) for op, added in rows if not known or not known.issuperset(added.fields))
    unknown.update((op.hash, op) for op, change in sets if change.field not in KINDS.get(change.table, {}))
    marks = [
        {"op": op.hash, "state": "stored_only", "reason": "schema", "arrived_at": op.head.wall}
        for op in unknown.values()
    ]
    insert_rows(connection, OpStatusRecord, marks)


class _Batch:
    """The work of one `apply`: rows in, versions weighed, derived columns recomputed once at the end."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.versions = Versions(connection, ())
        self.changed: dict[str, set[bytes]] = {}
        """Existing rows whose wire columns changed, by table."""
        self.made: dict[str, list[bytes]] = {}
        """Rows made by this batch, by table."""
        self.replaced: dict[str, set[bytes]] = {}
        """Rows that those made correct, by table."""
        self.sums = StateSums(connection)
        self._communities: dict[bytes, str] | None = None
        self._waiting: bool | None = None

    def add_rows(self, table: str, rows: list[tuple[Op, Added]]) -> None:
        """Insert rows that are new; weigh the fields of those already made by another op."""
        held = self._makers(table, [added.entity for _, added in rows])
        new: dict[bytes, tuple[Op, Added]] = {}
        again: list[tuple[Op, Added]] = []
        for op, added in rows:
            if added.entity in held or added.entity in new:
                again.append((op, added))
            else:
                new[added.entity] = (op, added)
        if new:
            self._insert(table, list(new.values()))
            self.made.setdefault(table, []).extend(new)
            self._wake_pending(table, new)
        for op, added in again:
            self._made_again(table, op, added)

    def _insert(self, table: str, rows: list[tuple[Op, Added]]) -> None:
        shape = SHAPES[table]
        made = shape.lists(rows)
        self.sums.made(table, rows, made)
        if "replaces" in shape.wire:
            place = shape.wire.index("replaces")
            self.replaced.setdefault(table, set()).update(r[place] for r in made if r[place] is not None)
        if table not in derive.TABLES:
            insert_lists(self.connection, table, shape.columns, made)
            return
        named = [dict(zip(shape.columns, values, strict=True)) for values in made]
        for row in named:
            row |= derive.columns(table, row, self._community_name)
        if table == "patient":
            for row in named:
                row["person"], row["row_no"] = row["id"], None
            text_index.number(self.connection, named)
        insert_rows(self.connection, SYNCED[table], named)
        if table == "patient":
            text_index.add(self.connection, named)
        if table == "community" and self._communities is not None:
            self._communities.update((r["id"], r["name"] or "") for r in named)

    def set_fields(self, sets: list[tuple[Op, FieldSet]]) -> None:
        """Record the edits and show, for each field, the version that wins."""
        if not sets:
            return
        self.versions = Versions(self.connection, [s.entity for _, s in sets])
        held: dict[str, dict[bytes, bytes]] = {}
        for table in {s.table for _, s in sets}:
            held[table] = self._makers(table, [s.entity for _, s in sets if s.table == table])
        for op, change in sets:
            if held[change.table].get(change.entity) == REFERENCE and not self.versions.has(
                change.entity, change.field
            ):
                self._keep_reference_value(change)
            self.versions.record(op.hash, op.head.hlc, change)
        tables = {s.entity: s.table for _, s in sets}
        for entity, table in tables.items():
            if entity not in held[table]:
                self._mark_pending(entity, table)
        self._show(self.versions, tables, set().union(*(set(h) for h in held.values())))
        self.versions.write()

    def finish(self) -> None:
        """Recompute what depends on other rows: live flags, persons, and search text of people in renamed places."""
        self._flag_live()
        self._join_persons()
        self._sum_stock()
        renamed = self.changed.get("community", set())
        appeared = set(self.made.get("community", ())) - renamed
        people = self._residents(appeared).difference(self.made.get("patient", ()))
        people |= self._residents(renamed) | self.changed.get("patient", set())
        self._derive_again("patient", people)
        for table in ("community", "facility", "diagnosis", "item"):
            self._derive_again(table, self.changed.get(table, set()))
        self.sums.write()

    def _sum_stock(self) -> None:
        moved, lots = ({*self.made.get(name, ()), *self.changed.get(name, ())} for name in ("movement", "lot"))
        if moved or lots:
            from ces_desktop.data.journal import stock_sums  # most actions move nothing

            stock_sums.refresh(self.connection, moved, lots, self.changed.get("movement", ()))

    def _residents(self, places: set[bytes]) -> set[bytes]:
        p = PatientRecord
        found: set[bytes] = set()
        for part in chunks(sorted(places)):
            found.update(self.connection.execute(select(p.id).where(p.community.in_(part))).scalars())
        return found

    def _makers(self, table: str, ids: Sequence[bytes]) -> dict[bytes, bytes]:
        return {row[0]: row[1] for row in rows_in(self.connection, table, ("id", "made_by"), "id", ids)}

    def _community_name(self, community: bytes | None) -> str:
        if community is None:
            return ""
        if self._communities is None:
            rows = fetch(self.connection, f'SELECT "id", "name" FROM "{CommunityRecord.__tablename__}"')
            self._communities = {entity: name or "" for entity, name in rows}
        return self._communities.get(community, "")

    def _show(self, versions: Versions, tables: dict[bytes, str], present: set[bytes]) -> None:
        shown: dict[tuple[str, str], list[tuple[Any, bytes]]] = {}
        for entity, field in versions.changed():
            live = versions.live(entity, field)
            if entity not in present or not live:
                continue
            table = tables[entity]
            value = from_wire(table, {field: live[-1][2]})[field]
            shown.setdefault((table, field), []).append((value, entity))
            self.changed.setdefault(table, set()).add(entity)
            if table == "community":
                self._communities = None
        for (table, field), values in shown.items():
            self.sums.before(table, [entity for _, entity in values])
            run(self.connection, f'UPDATE "{table}" SET "{field}" = ? WHERE "id" = ?', values)

    def _keep_reference_value(self, change: FieldSet) -> None:
        t = table_of(SYNCED[change.table])
        value = self.connection.execute(select(t.c[change.field]).where(t.c.id == change.entity)).scalar()
        shown = value.hex() if isinstance(value, bytes) else value
        self.versions.record_making(change.table, change.entity, change.field, REFERENCE, 0, shown)

    def _made_again(self, table: str, op: Op, added: Added) -> None:
        """Two laptops made the same row (a clinic, a locality): every field of each is a version, the later shows."""
        versions = Versions(self.connection, [added.entity])
        self.sums.before(table, [added.entity])
        t = table_of(SYNCED[table])
        row = self.connection.execute(select(t).where(t.c.id == added.entity)).mappings().one()
        first = row["made_by"]
        if first == REFERENCE:
            made: Fields = {f: row[f].hex() if isinstance(row[f], bytes) else row[f] for f in KINDS[table]}
            first_hlc = 0
        else:
            maker = stored(self.connection, first)
            made = next((a.fields for a in maker.changes()[0] if a.entity == added.entity), {})
            first_hlc = maker.head.hlc
        for field, value in made.items():
            if field in KINDS[table] and not (first == REFERENCE and versions.has(added.entity, field)):
                versions.record_making(table, added.entity, field, first, first_hlc, value)
        for field, value in added.fields.items():
            if field in KINDS[table]:
                versions.record_making(table, added.entity, field, op.hash, op.head.hlc, value)
        if (op.head.hlc, op.hash) < (first_hlc, first):
            maker_of_row = {"made_by": op.hash, "recorded_at": op.head.wall, "recorded_by": op.head.user}
            self.connection.execute(
                update(t).where(t.c.id == added.entity).values(clinic=clinic_of(op.head.scope), **maker_of_row)
            )
        self._show(versions, {added.entity: table}, {added.entity})
        versions.write()

    def _mark_pending(self, entity: bytes, table: str) -> None:
        if not self.connection.execute(select(PendingRecord.entity).where(PendingRecord.entity == entity)).first():
            self.connection.execute(insert(PendingRecord).values(entity=entity, wire_table=table))

    def _wake_pending(self, table: str, entities: Iterable[bytes]) -> None:
        """Edits that arrived before the row they edit."""
        if self._waiting is None:  # rows come before edits: none begins to wait while rows are added
            self._waiting = bool(fetch(self.connection, f'SELECT 1 FROM "{PendingRecord.__tablename__}" LIMIT 1'))
        if not self._waiting:
            return
        waiting = set(
            self.connection.execute(select(PendingRecord.entity).where(PendingRecord.wire_table == table)).scalars()
        )
        woken = waiting.intersection(entities)
        if not woken:
            return
        self.sums.before(table, woken)
        versions = Versions(self.connection, woken)
        t = table_of(SYNCED[table])
        for entity in woken:
            for field in versions.fields(entity):
                live = versions.live(entity, field)
                if live:
                    value = from_wire(table, {field: live[-1][2]})[field]
                    self.connection.execute(update(t).where(t.c.id == entity).values({field: value}))
            self.changed.setdefault(table, set()).add(entity)
        self.connection.execute(delete(PendingRecord).where(PendingRecord.entity.in_(woken)))

    def _flag_live(self) -> None:
        for name in self.made.keys() | self.changed.keys():
            t = table_of(SYNCED[name])
            touched = set(self.changed.get(name, set()))
            if "replaces" in KINDS[name]:
                touched |= self.replaced.get(name, set())
                made = self.made.get(name, ())
                touched.update(row[0] for row in rows_in(self.connection, name, ("replaces",), "replaces", made))
                for part in chunks(sorted(self.changed.get(name, set()))):
                    found = self.connection.execute(select(t.c.replaces).where(t.c.id.in_(part))).scalars()
                    touched.update(r for r in found if r)
            self._write_live(name, touched)

    def _write_live(self, table: str, touched: set[bytes]) -> None:
        """The flag of each row from itself and from the rows that replace it."""
        columns = ("id", "voided", "replaces") if "replaces" in KINDS[table] else ("id", "voided")
        for part in chunks(sorted(touched)):
            found = rows_in(self.connection, table, columns, "id", part)
            if "replaces" in KINDS[table]:
                found += rows_in(self.connection, table, columns, "replaces", part)
            flags = derive.live_flags(dict(zip(columns, row, strict=True)) for row in dict.fromkeys(found))
            changes = [(flags[entity], entity) for entity in part if entity in flags]
            run(self.connection, f'UPDATE "{table}" SET "live" = ? WHERE "id" = ?', changes)

    def _join_persons(self) -> None:
        linked = "same_as" in self.made or "same_as" in self.changed
        if not linked and "patient" not in self.made:
            return
        p = PatientRecord
        links = fetch(self.connection, f'SELECT "one", "other" FROM "{SameAsRecord.__tablename__}" WHERE "live" = 1')
        if not links and not linked:
            return
        persons = derive.persons(links)
        shown: dict[bytes, bytes | None] = {made: made for made in self.made.get("patient", ())}
        if linked:
            for part in chunks(list(persons)):
                shown |= {r.id: r.person for r in self.connection.execute(select(p.id, p.person).where(p.id.in_(part)))}
            apart = self.connection.execute(select(p.id, p.person).where(p.person != p.id))
            shown |= {r.id: r.person for r in apart}
        changes = [{"row": x, "whole": persons.get(x, x)} for x, is_now in shown.items() if persons.get(x, x) != is_now]
        if changes:
            statement = update(table_of(p)).where(p.id == bindparam("row")).values(person=bindparam("whole"))
            self.connection.execute(statement, changes)

    def _derive_again(self, table: str, entities: set[bytes]) -> None:
        t = table_of(SYNCED[table])
        for part in chunks(sorted(entities)):
            rows = [dict(r._mapping) for r in self.connection.execute(select(t).where(t.c.id.in_(part)))]
            for row in rows:
                new = derive.columns(table, row, self._community_name)
                if any(row[name] != value for name, value in new.items()):
                    self.connection.execute(update(t).where(t.c.id == row["id"]).values(new))
                    if table == "patient":
                        text_index.replace(self.connection, row, new["search_text"])


def stored(connection: Connection, op_hash: bytes) -> Op:
    """One stored op by its hash; raises NoResultFound when it is not held."""
    o = OpRecord
    row = connection.execute(select(o.hash, o.header, o.body_hash, o.body).where(o.hash == op_hash)).one()
    return load(row.hash, row.header, row.body_hash, row.body)
