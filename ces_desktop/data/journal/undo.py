"""Undo and redo: an action is reversed by one more op for each subject, never by erasing (`sync.md` 1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from ces_desktop.data.journal.bulk import CHUNK, chunks, fetch
from ces_desktop.data.journal.op import Op, clinic_of, load
from ces_desktop.data.journal.versions import Versions
from ces_desktop.data.models import SYNCED, AuditEventRecord, OpRecord
from ces_desktop.domain.access import Actor

UNDO = "undo"
_NEVER = ("audit", "setup", "patients.renumber")
"""Kinds that Ctrl+Z passes over: nobody asked for them."""
_STAYS = AuditEventRecord.__tablename__
"""What an undo lets stand: that somebody looked remains true."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person did: its id, what it was, on which kind of subject, and when (UTC ms)."""

    action: bytes
    kind: str
    subject_type: str
    subject: bytes
    at: int


@dataclass(frozen=True, slots=True)
class Reversal:
    """What must be written to reverse an action: rows to void, fields to set back (table, entity, field, value)."""

    void: tuple[tuple[str, bytes], ...]
    restore: tuple[tuple[str, bytes, str, int | str | None], ...]
    blocked_by: str | None
    """Wire table of a later change or row that stands in the way."""


def next_to_undo(connection: Connection, actor: Actor, device: bytes) -> Action | None:
    """The person's last action of this sign-in that still stands."""
    history = _history(connection, actor, device)
    cancelled = cancelled_actions(connection, [a.action for a, _ in history])
    for act, _ in reversed(history):
        if act.kind != UNDO and act.action not in cancelled:
            return act
    return None


def next_to_redo(connection: Connection, actor: Actor, device: bytes) -> Action | None:
    """The last undo of this sign-in, if nothing else was done since."""
    history = _history(connection, actor, device)
    undos = {a.action for a, _ in history if a.kind == UNDO}
    for act, target in reversed(history):
        if act.kind != UNDO:
            return None
        redo = target in undos
        if not redo and act.action not in _undone(history):
            return act
    return None


def undone_by(connection: Connection, action: Action) -> Action:
    """What an undo (or the undo of an undo) is about: the action a person would name; other actions are themselves."""
    o = OpRecord
    while action.kind == UNDO:
        target = bytes.fromhex(ops_of(connection, action.action)[0].head.reason)
        row = connection.execute(
            select(o.action, o.kind, o.subject_type, o.subject, o.wall).where(o.action == target).order_by(o.n).limit(1)
        ).one()
        action = Action(row.action, row.kind, row.subject_type, row.subject, row.wall)
    return action


def reversals(connection: Connection, action: bytes) -> Iterator[tuple[int, int, Reversal]]:
    """How to reverse an action, or what stands in the way: a later edit, or a later row that points to its rows.

    In parts of some subjects each, (subjects done, all, part): an import has twenty thousand.
    """
    o = OpRecord
    hashes = list(connection.execute(select(o.hash).where(o.action == action).order_by(o.n)).scalars())
    whole = _Whole(connection, action, frozenset(hashes))
    for done, part in zip(range(0, len(hashes), CHUNK), chunks(hashes), strict=True):
        yield done + len(part), len(hashes), _reversal(whole, _loaded(connection, o.hash.in_(part)))


class _Whole:
    """What a part of an action asks of all of it."""

    def __init__(self, connection: Connection, action: bytes, hashes: frozenset[bytes]) -> None:
        self.connection, self._action, self.hashes = connection, action, hashes

    @cached_property
    def sets(self) -> frozenset[tuple[bytes, str]]:
        """(entity, field) of each field that the action set in an older row."""
        ops = ops_of(self.connection, self._action)
        return frozenset((s.entity, s.field) for op in ops for s in op.changes()[1])


def _reversal(whole: _Whole, ops: list[Op]) -> Reversal:
    mine = whole.hashes
    said = [op.changes() for op in ops]
    void: list[tuple[str, bytes]] = []
    restore: list[tuple[str, bytes, str, int | str | None]] = []
    entities = {x.entity for changes in said for part in changes for x in part}
    versions = Versions(whole.connection, entities)
    later = _standing(whole.connection, versions, entities, mine)
    made: dict[tuple[bytes, str], list[bytes]] = {}
    for op, (added, _) in zip(ops, said, strict=True):
        for a in added:
            made.setdefault((clinic_of(op.head.scope), a.table), []).append(a.entity)
    pointed_at = _pointed_at(whole, made)
    for added, changed in said:
        for a in added:
            if a.table == _STAYS:
                continue
            if a.table not in SYNCED:
                return Reversal((), (), a.table)
            if any(
                hash_ not in mine for field in versions.fields(a.entity) for hash_ in later.get((a.entity, field), ())
            ):
                return Reversal((), (), a.table)
            if a.entity in pointed_at:
                return Reversal((), (), pointed_at[a.entity])
            void.append((a.table, a.entity))
        for s in changed:
            standing = later.get((s.entity, s.field), [])
            if not standing or standing[-1] not in mine:
                return Reversal((), (), s.table)
            restore.append((s.table, s.entity, s.field, s.was))
    return Reversal(tuple(void), tuple(restore), None)


def ops_of(connection: Connection, action: bytes) -> list[Op]:
    """The ops of one action, in order."""
    return _loaded(connection, OpRecord.action == action)


def _loaded(connection: Connection, which: ColumnElement[bool]) -> list[Op]:
    o = OpRecord
    rows = connection.execute(select(o.hash, o.header, o.body_hash, o.body).where(which).order_by(o.n))
    return [load(r.hash, r.header, r.body_hash, r.body) for r in rows]


def cancelled_actions(connection: Connection, actions: list[bytes]) -> set[bytes]:
    """Of these actions, those that cancel out: undone ones, and the undos in force or themselves undone."""
    if not actions:
        return set()
    o = OpRecord
    found: set[bytes] = set()
    targets: dict[bytes, bytes] = {}
    # Whoever undoes an action has seen it, so that its clock is later: years of ops before need not be read.
    times = (connection.execute(select(func.min(o.hlc)).where(o.action.in_(part))) for part in chunks(actions))
    first = min((at for found_at in times for at in found_at.scalars() if at is not None), default=0)
    # One op of each tells what it reversed: the undoing of an import has twenty thousand.
    one_each = select(func.min(o.n)).where(o.kind == UNDO, o.hlc > first).group_by(o.action)
    later = select(o.action, o.header, o.body_hash, o.hash).where(o.n.in_(one_each)).order_by(o.n)
    for row in connection.execute(later):
        targets[row.action] = bytes.fromhex(load(row.hash, row.header, row.body_hash, None).head.reason)
    undone: set[bytes] = set()
    for undo, target in reversed(targets.items()):
        if undo not in undone:
            undone.add(target)
    wanted = set(actions)
    found.update(wanted & undone)
    found.update(wanted & set(targets))
    return found


def _history(connection: Connection, actor: Actor, device: bytes) -> list[tuple[Action, bytes | None]]:
    """The person's actions of this sign-in, oldest first, each undo with the action it reversed."""
    o = OpRecord
    mine = o.hlc > actor.since, o.user == actor.user, o.device == device, o.kind.not_in(_NEVER)
    rows = connection.execute(
        select(o.action, o.kind, o.subject_type, o.subject, o.wall, o.header, o.body_hash, o.hash)
        .where(o.n.in_(select(func.min(o.n)).where(*mine).group_by(o.action)))
        .order_by(o.n)
    )
    found: list[tuple[Action, bytes | None]] = []
    for r in rows:
        target = bytes.fromhex(load(r.hash, r.header, r.body_hash, None).head.reason) if r.kind == UNDO else None
        found.append((Action(r.action, r.kind, r.subject_type, r.subject, r.wall), target))
    return found


def _undone(history: list[tuple[Action, bytes | None]]) -> set[bytes]:
    undone: set[bytes] = set()
    for act, target in reversed(history):
        if target is not None and act.action not in undone:
            undone.add(target)
    return undone


def _standing(
    connection: Connection, versions: Versions, entities: set[bytes], mine: frozenset[bytes]
) -> dict[tuple[bytes, str], list[bytes]]:
    """For each edited field its received versions, oldest first, without those that cancel out."""
    o = OpRecord
    hashes = [h for e in entities for f in versions.fields(e) for h in versions.received(e, f)]
    action_of: dict[bytes, bytes] = {}
    for part in chunks(hashes):
        action_of.update(
            (r.hash, r.action) for r in connection.execute(select(o.hash, o.action).where(o.hash.in_(part)))
        )
    gone = cancelled_actions(connection, list(set(action_of.values())))
    result = {}
    for entity in entities:
        for field in versions.fields(entity):
            order = versions.received(entity, field)
            result[entity, field] = [h for h in order if h in mine or action_of.get(h) not in gone]
    return result


_TARGETS: dict[str, tuple[str, ...]] = {
    "one": ("patient",),
    "other": ("patient",),
    "head": ("patient",),
    "request": ("lab_request",),
    "taken_into": ("patient",),
    "reverses": ("movement",),
    "document": ("delivery", "encounter", "stock_count", "transfer"),
    "line": ("prescription", "order_line", "count_line"),
    "order": ("supply_order",),
    "count": ("stock_count",),
    "kit": ("item",),
}
"""Reference columns not named after the table they point to; `replaces` points to its own."""


def _pointed_at(whole: _Whole, made: Mapping[tuple[bytes, str], list[bytes]]) -> dict[bytes, str]:
    """Row made (by clinic and table) → wire table of a living row of its clinic, made by another action, that names it.

    A field this action set itself does not stand in the way: it is set back too, or found changed since.
    """
    found: dict[bytes, str] = {}
    for name, model in SYNCED.items():
        for column in model.references:
            targets = (name,) if column == "replaces" else _TARGETS.get(column, (column,))
            for (clinic, table), entities in made.items():
                for part in chunks(entities) if table in targets else ():
                    for key, entity, maker in _naming(whole.connection, name, column, clinic, part):
                        if key != entity and maker not in whole.hashes and (key, column) not in whole.sets:
                            found.setdefault(entity, name)
    return found


def _naming(
    connection: Connection, table: str, column: str, clinic: bytes, named: Sequence[bytes]
) -> list[tuple[Any, ...]]:
    """(id, named, made by) of the living rows of a clinic that name one of these in a column.

    Secondary indexes begin with the clinic: without it this reads the whole table. The index of `replaces` alone does
    not, and with the clinic asked for SQLite would not take it.
    """
    places = ", ".join("?" * len(named))
    asked = f'SELECT "id", "{column}", "made_by", "clinic" FROM "{table}" WHERE "live" = 1 AND "{column}" IN ({places})'
    if column == "replaces":
        rows = fetch(connection, asked, named)
    else:
        rows = fetch(connection, f'{asked} AND "clinic" = ?', (*named, clinic))
    return [row[:3] for row in rows if row[3] == clinic]
