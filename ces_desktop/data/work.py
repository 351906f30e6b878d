"""One action in the making: the three verbs that write synced data, sealed into ops at the end (`sync.md` 1)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from ces_desktop.data.collector import uncollected
from ces_desktop.data.installation import Installation as Installation
from ces_desktop.data.journal import undo as undoing
from ces_desktop.data.journal.apply import apply
from ces_desktop.data.journal.bulk import CHUNK, chunks, rows_in
from ces_desktop.data.journal.clock import last_before
from ces_desktop.data.journal.logs import tail
from ces_desktop.data.journal.op import (
    Added,
    FieldSet,
    Header,
    Op,
    WireValue,
    clinic_of,
    clinic_scope,
    make,
    reserved_scope,
)
from ces_desktop.data.journal.versions import Versions
from ces_desktop.data.models import SYNCED, OpRecord, Synced, table_of, wire_columns
from ces_desktop.domain.access import Actor
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.errors import Refused

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""PostgreSQL holds no NUL, UTF-8 no half of a surrogate pair: such a text would stop at the hub."""
_UNDONE = "undone"
_OF_NETWORK = bytes(16)
"""The clinic of rows that every clinic has: lists shipped with the program, and what the hub adds to them."""
CLOCK_FLOOR = 1_767_225_600_000
"""1 January 2026 UTC, ms: no op was made before this program was; a clock that says so is wrong."""


@dataclass(slots=True)
class _Subject:
    added: dict[tuple[str, bytes], Added] = field(default_factory=dict)
    sets: dict[tuple[str, bytes, str], FieldSet] = field(default_factory=dict)


class Work:
    """What a service is handed: a connection to read from, and `add`, `change`, `void` to write with.

    Nothing is written before `seal`; a service that needs its own rows back keeps them itself.
    """

    def __init__(self, connection: Connection, actor: Actor, installation: Installation, now_ms: int) -> None:
        self.connection = connection
        self.actor = actor
        self.installation = installation
        self.now_ms = now_ms
        self.action = new_id(now_ms)
        self._kind = ""
        self._reason = ""
        self._subjects: dict[tuple[bool, str, bytes], _Subject] = {}
        self._handed, self._of = 0, 0
        self._voiding: dict[str, dict[bytes, bool]] = {}
        self.touched: frozenset[str] = frozenset()
        """Tables that parts handed over early have touched."""

    @property
    def today(self) -> date:
        """The clinic's local date."""
        return local_day(self.now_ms)

    def new_id(self) -> Id:
        """A fresh id for a row made now."""
        return new_id(self.now_ms)

    def write_for(self, clinic: Id, actor: Actor) -> None:
        """From here on for another clinic: what is written stands in its scope, `actor` with the rights held there.

        Whether this laptop may is asked before (`sync.sites`).
        """
        if self._subjects or self._handed:
            raise RuntimeError("one action stands in one scope")
        self.installation = replace(self.installation, clinic=clinic)
        self.actor = actor

    def act(self, kind: str, reason: str = "") -> None:
        """Name the action ("patients.register"): history and undo tell the person in these terms."""
        self._kind, self._reason = kind, reason

    @property
    def named(self) -> bool:
        """Whether anybody named the action yet."""
        return bool(self._kind)

    def add(self, *records: Synced) -> None:
        """New rows; fields left out stay NULL = not asked."""
        for record in records:
            name = record.__tablename__
            values = {c: _to_wire(getattr(record, c)) for c in wire_columns(type(record))}
            subject = self._subject(type(record), getattr(record, record.subject[1]))
            subject.added[name, record.id] = Added(name, record.id, {c: v for c, v in values.items() if v is not None})

    def change(self, model: type[Synced], entity: bytes, /, **fields: int | str | bytes | None) -> None:
        """New values for fields of an existing row; values already there change nothing.

        Refused("journal.gone") when the row does not exist or was voided.
        """
        row = self._row(model, entity)
        if row["voided"] is not None and "voided" not in fields:
            raise Refused("journal.gone")
        name = model.__tablename__
        unknown = set(fields) - set(wire_columns(model))
        if unknown:
            raise TypeError(f"{name} has no wire column {sorted(unknown)}")
        versions = Versions(self.connection, [entity])
        subject = self._subject(model, row[model.subject[1]])
        for column, value in fields.items():
            if row[column] == value:
                subject.sets.pop((name, entity, column), None)
                continue
            live = versions.live(entity, column)
            bases = tuple(op for _, op, _ in live) or (row["made_by"],)
            subject.sets[name, entity, column] = FieldSet(
                name, entity, column, _to_wire(value), _to_wire(row[column]), bases
            )

    def settle(self, model: type[Synced], entity: bytes, field: str, value: int | str | bytes | None) -> None:
        """As `change` of a field that was edited twice unseen: written over all edits, though it shows already."""
        row = self._row(model, entity)
        if row["voided"] is not None:
            raise Refused("journal.gone")
        live = tuple(op for _, op, _ in Versions(self.connection, [entity]).live(entity, field))
        name, now, then = model.__tablename__, _to_wire(value), _to_wire(row[field])
        subject = self._subject(model, row[model.subject[1]])
        subject.sets[name, entity, field] = FieldSet(name, entity, field, now, then, live or (row["made_by"],))

    def void(self, model: type[Synced], entity: bytes, reason: str) -> None:
        """The row is no longer true; it stays legible with the reason."""
        self.change(model, entity, voided=reason)

    def reverse(self, action: bytes, step: Callable[[int, int], None] = lambda *_: None) -> None:
        """Undo a whole action, or redo if it is an undo; `step(done, total)` may raise: then nothing stays.

        Refused("undo.changed_since", what=table) when later work stands on it.
        """
        self._stand_where(action)
        self.act(undoing.UNDO, action.hex())
        with uncollected():
            for done, subjects, how in undoing.reversals(self.connection, action):
                if how.blocked_by:
                    raise Refused("undo.changed_since", what=how.blocked_by)
                self._set_many([(table, entity, "voided", _UNDONE) for table, entity in how.void])
                self._set_many([(t, e, column, _from_wire(t, column, was)) for t, e, column, was in how.restore])
                step(done, 2 * subjects)
            busy = sum(bool(subject.sets) for subject in self._subjects.values())
            if busy > CHUNK:
                self.hand_over(busy, step)

    def _stand_where(self, action: bytes) -> None:
        """What this laptop did for another clinic is undone in that clinic's scope, or the clinic would never hear."""
        o, here = OpRecord, self.installation
        mine = select(o.scope).where(o.action == action, o.device == here.device).limit(1)
        scope = self.connection.execute(mine).scalar()
        if scope is not None and clinic_of(scope) != here.clinic:
            self.write_for(Id(clinic_of(scope)), self.actor)

    def voiding(self, model: type[Synced]) -> dict[bytes, bool]:
        """Rows of a table that this action takes away (True) or brings back (False), handed over already or not."""
        sets = (s for part in self._subjects.values() for s in part.sets.values())
        found = {s.entity: s.value is not None for s in sets if (s.table, s.field) == (model.__tablename__, "voided")}
        return self._voiding.get(model.__tablename__, {}) | found

    def _set_many(self, wanted: list[tuple[str, bytes, str, int | str | bytes | None]]) -> None:
        """As `change` of one field after another, asking for the rows in bulk: an import has a hundred thousand.

        A voided row keeps its reason, and its other fields stay as they are.
        """
        rows: dict[str, dict[bytes, dict[str, Any]]] = {}
        for name in {table for table, *_ in wanted}:
            model = SYNCED[name]
            fields = {column for table, _, column, _ in wanted if table == name}
            columns = tuple({"id", "made_by", "voided", model.subject[1], *fields})
            ids = [entity for table, entity, *_ in wanted if table == name]
            found = (dict(zip(columns, row, strict=True)) for row in rows_in(self.connection, name, columns, "id", ids))
            rows[name] = {row["id"]: row for row in found}
        versions = Versions(self.connection, [entity for _, entity, *_ in wanted])
        for table, entity, column, value in wanted:
            row = rows[table].get(entity)
            if row is None:
                raise Refused("journal.gone")
            if row["voided"] is not None and (column != "voided" or value == _UNDONE):
                continue
            model = SYNCED[table]
            subject = self._subject(model, row[model.subject[1]])
            if row[column] == value and column == "voided":
                subject.sets.pop((table, entity, column), None)
                continue
            # A field set back to what it shows: a decision between two edits that was undone (`settle`).
            bases = tuple(op for _, op, _ in versions.live(entity, column)) or (row["made_by"],)
            subject.sets[table, entity, column] = FieldSet(
                table, entity, column, _to_wire(value), _to_wire(row[column]), bases
            )

    def hand_over(self, subjects: int, step: Callable[[int, int], None] = lambda *_: None) -> None:
        """Give what was added so far to the journal: of an action too large to be held, on so many `subjects` in all.

        Every subject is whole within one part; what is handed over cannot be named by `add` again. `step` counts on
        from the subjects: they were gone through once before.
        """
        self._of = subjects
        ops = self.seal()
        for subject in self._subjects.values():
            for each in subject.sets.values():
                if each.field == "voided":
                    self._voiding.setdefault(each.table, {})[each.entity] = each.value is not None
        self._subjects.clear()
        for part in chunks(ops):
            self.touched |= apply(self.connection, part)
            self._handed += len(part)
            step(subjects + self._handed, 2 * subjects)

    def seal(self) -> list[Op]:
        """The action as ops: one for each subject and scope, chained in this laptop's logs; empty when nothing changed.

        Parts of an action are counted in each scope by itself: who receives one scope waits for none of the other.
        """
        ops: list[Op] = []
        for reserved, scope in ((False, clinic_scope), (True, reserved_scope)):
            parts = {s[1:]: p for s, p in self._subjects.items() if s[0] == reserved and (p.added or p.sets)}
            if parts:
                handed, of = (0, len(parts)) if reserved else (self._handed, self._of or len(parts))
                ops += self._seal(scope(self.installation.clinic), parts, handed, of, ops)
        return ops

    def _seal(
        self, scope: str, parts: dict[tuple[str, bytes], _Subject], handed: int, of: int, before: list[Op]
    ) -> list[Op]:
        here = self.installation
        end = tail(self.connection, scope, here.device, here.incarnation)
        seq, parents = (end.seq, (end.op,)) if end is not None else (0, self._joins(scope))
        own = max(end.hlc if end is not None else 0, before[-1].head.hlc if before else 0)
        last = last_before(self.connection, own, self.now_ms)
        hlc = max(last + 1, max(self.now_ms, CLOCK_FLOOR) << 16)
        suspect = int(self.now_ms < max(last >> 16, CLOCK_FLOOR) - 120_000)
        ops = []
        for k, ((subject_type, subject), part) in enumerate(parts.items(), handed + 1):
            seq += 1
            head = Header(
                device=here.device,
                incarnation=here.incarnation,
                scope=scope,
                seq=seq,
                parents=parents,
                hlc=hlc,
                wall=self.now_ms,
                clock_suspect=suspect,
                user=self.actor.user,
                reason=self._reason,
                kind=self._kind or "act",
                action=self.action,
                k=k,
                m=of,
                subject_type=subject_type,
                subject=subject,
            )
            op = make(head, list(part.added.values()), list(part.sets.values()))
            ops.append(op)
            parents, hlc = (op.hash,), hlc + 1
        return ops

    def _joins(self, scope: str) -> tuple[bytes, ...]:
        """The ends of earlier logs of a scope: an op that named one of another would wait where that never comes."""
        joins = self.installation.joins
        if not joins:
            return ()
        held = dict(rows_in(self.connection, OpRecord.__tablename__, ("hash", "scope"), "hash", joins))
        return tuple(h for h in joins if held.get(h) == scope)

    def _subject(self, model: type[Synced], subject: bytes) -> _Subject:
        return self._subjects.setdefault((model.confidential, model.subject[0], subject), _Subject())

    def _row(self, model: type[Synced], entity: bytes) -> Any:
        t = table_of(model)
        row = self.connection.execute(select(t).where(t.c.id == entity)).mappings().first()
        if row is None:
            raise Refused("journal.gone")
        if row["clinic"] not in (_OF_NETWORK, self.installation.clinic):
            raise Refused("journal.other_clinic")
        return row


def perform(work: Work, action: Callable[[Work], Any]) -> tuple[Any, frozenset[str]]:
    """Run an action and hand its ops to the journal; returns its answer and the tables touched."""
    answer = action(work)
    return answer, apply(work.connection, work.seal()) | work.touched


def _from_wire(table: str, column: str, value: WireValue) -> WireValue | bytes:
    """A value of an op as its column holds it."""
    is_id = value is not None and wire_columns(SYNCED[table])[column] == "id"
    return bytes.fromhex(str(value)) if is_id else value


def _to_wire(value: Any) -> WireValue:
    """A value as it travels for ever: what one of the two databases could not hold is stopped here."""
    if isinstance(value, bytes):
        return value.hex()
    if value is None:
        return None
    if type(value) is int:  # True is an int to `isinstance`, and cannot travel
        if not -(2**63) <= value < 2**63:
            raise TypeError("an integer of more than 64 bits cannot travel")
        return value
    if type(value) is str:
        if _UNSTORABLE.search(value):
            raise Refused("journal.bad_text")
        return value
    raise TypeError(f"{type(value).__name__} cannot travel: integers, text and ids only")
