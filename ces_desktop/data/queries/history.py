"""Who changed what, when, from which value to which: of one field, and of a person's whole record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, Row, or_, select

from ces_desktop.data.journal.bulk import chunks
from ces_desktop.data.journal.op import Op, WireValue, load
from ces_desktop.data.journal.undo import UNDO
from ces_desktop.data.models import (
    AuditEventRecord,
    CommunityRecord,
    HouseholdRecord,
    OpRecord,
    SameAsRecord,
    UserRecord,
    table_of,
)
from ces_desktop.domain.ids import Id

How = Literal["made", "changed", "voided", "restored"]


@dataclass(frozen=True, slots=True)
class Change:
    """One value written: `field` of a row of `table`. A voided row has the field "voided" and its reason as `new`.

    Ids of communities and households are shown as their name and number. `replaces` = the row this one corrects.
    """

    table: str
    entity: Id
    field: str
    how: How
    old: WireValue
    new: WireValue
    replaces: Id | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One thing somebody did: when (UTC ms), who, the action's kind, what it changed.

    `undone` = a later undo took it back; `undoes` = the kind of the action this one took back. `erased` = its content
    was emptied at the person's request. Audit events (prints, exports) have kind "audit.<event>" and no changes.
    """

    action: Id
    at: int
    user: Id
    user_name: str | None
    kind: str
    changes: tuple[Change, ...]
    undone: bool = False
    undoes: str | None = None
    erased: bool = False
    times: int = 1


@dataclass(frozen=True, slots=True)
class FieldVersion:
    """One value a field had: from when, who wrote it, and what became of it."""

    act: Act
    change: Change


AUDITED = ("print", "export")
"""Events told in a person's history beside what was written; looks are in the audit page."""


def field_history(
    connection: Connection, patient: Id, table: str, entity: Id, fields: tuple[str, ...]
) -> tuple[FieldVersion, ...]:
    """Every value of a field of a row about a person, newest first; undone writings and undos are among them.

    Several fields where one line of the screen shows several (a surname and whether there is one).
    """
    versions = []
    for act in _acts(connection, [patient]):
        for change in act.changes:
            if change.table == table and change.entity == entity and change.field in (*fields, "voided"):
                versions.append(FieldVersion(act, change))
    return tuple(reversed(versions))


def record_history(connection: Connection, patient: Id, clinic: Id, limit: int = 200) -> tuple[Act, ...]:
    """Everything done to a person's record, newest first, with prints and exports; at most `limit`."""
    s = SameAsRecord
    links = connection.execute(select(s.one).where(or_(s.one == patient, s.other == patient))).scalars()
    subjects = {patient, *(Id(one) for one in links if one)}
    acts = _acts(connection, sorted(subjects), about=patient)
    acts += _audited(connection, patient, clinic)
    acts.reverse()  # two acts of one millisecond: the sort keeps this order, the later one first
    acts.sort(key=lambda act: act.at, reverse=True)
    return tuple(acts[:limit])


def _acts(connection: Connection, subjects: Sequence[Id], about: Id | None = None) -> list[Act]:
    """The actions on these subjects, oldest first; of subjects other than `about` only what links records."""
    o = OpRecord
    rows = connection.execute(
        select(o.hash, o.header, o.body_hash, o.body).where(o.subject.in_(subjects)).order_by(o.hlc, o.hash)
    )
    ops = [load(r.hash, r.header, r.body_hash, r.body) for r in rows]
    if about is not None:
        ops = [op for op in ops if op.head.subject == about or _links(op)]
    names = _user_names(connection, {op.head.user for op in ops})
    places = _place_names(connection, ops)
    kinds = {op.head.action: op.head.kind for op in ops}
    undone = _undone(ops)
    by_action: dict[bytes, list[Op]] = {}
    for op in ops:
        by_action.setdefault(op.head.action, []).append(op)
    acts = []
    for action, parts in by_action.items():
        head = parts[0].head
        acts.append(
            Act(
                action=Id(action),
                at=head.wall,
                user=Id(head.user),
                user_name=names.get(head.user),
                kind=head.kind,
                changes=tuple(change for op in parts for change in _changes(op, places)),
                undone=action in undone,
                undoes=kinds.get(bytes.fromhex(head.reason)) if head.kind == UNDO else None,
                erased=any(op.body is None for op in parts),
            )
        )
    return acts


def _links(op: Op) -> bool:
    added, changed = op.changes()
    return any(row.table == "same_as" for row in added) or any(edit.table == "same_as" for edit in changed)


def _undone(ops: Sequence[Op]) -> set[bytes]:
    """Actions an undo in force took back: an undo that was itself undone (a redo) counts no more."""
    targets = {op.head.action: bytes.fromhex(op.head.reason) for op in ops if op.head.kind == UNDO}
    undone: set[bytes] = set()
    for undo, target in reversed(targets.items()):
        if undo not in undone:
            undone.add(target)
    return undone


def _changes(op: Op, places: dict[str, str]) -> Iterable[Change]:
    added, changed = op.changes()
    for row in added:
        replaced = row.fields.get("replaces")
        replaces = Id(bytes.fromhex(str(replaced))) if replaced else None
        for field, value in row.fields.items():
            if field not in ("patient", "replaces", "one", "other") or row.table == "same_as":
                shown = _shown(field, value, places)
                yield Change(row.table, Id(row.entity), field, "made", None, shown, replaces)
    for s in changed:
        how: How = "changed"
        if s.field == "voided":
            how = "voided" if s.value is not None else "restored"
        old, new = _shown(s.field, s.was, places), _shown(s.field, s.value, places)
        yield Change(s.table, Id(s.entity), s.field, how, old, new)


def _shown(field: str, value: WireValue, places: dict[str, str]) -> WireValue:
    return places.get(str(value), value) if field in ("community", "household") else value


def _place_names(connection: Connection, ops: Sequence[Op]) -> dict[str, str]:
    """Hex of each community and household named in the ops → its name or number."""
    wanted: set[str] = set()
    for op in ops:
        added, changed = op.changes()
        for row in added:
            wanted.update(str(row.fields[f]) for f in ("community", "household") if row.fields.get(f))
        for s in changed:
            if s.field in ("community", "household"):
                wanted.update(str(v) for v in (s.value, s.was) if v)
    ids = [bytes.fromhex(x) for x in wanted]
    names: dict[str, str] = {}
    c, h = CommunityRecord, HouseholdRecord
    for part in chunks(ids):
        for place in connection.execute(select(c.id, c.name).where(c.id.in_(part))):
            names[place.id.hex()] = place.name or ""
        for held in connection.execute(select(h.id, h.number).where(h.id.in_(part))):
            names[held.id.hex()] = str(held.number or "")
    return names


def _user_names(connection: Connection, users: set[bytes]) -> dict[bytes, str]:
    u = UserRecord
    rows: Iterable[Row[bytes, str | None]] = connection.execute(select(u.id, u.name).where(u.id.in_(sorted(users))))
    return {row.id: row.name or "" for row in rows}


def _audited(connection: Connection, patient: Id, clinic: Id) -> list[Act]:
    a = table_of(AuditEventRecord)
    rows = connection.execute(
        select(a.c.id, a.c.event, a.c.last_at, a.c.times, a.c.recorded_by)
        .where(a.c.clinic == clinic, a.c.about == patient, a.c.event.in_(AUDITED), a.c.live == 1)
        .order_by(a.c.last_at)
    ).all()
    names = _user_names(connection, {r.recorded_by for r in rows if r.recorded_by})
    return [
        Act(
            action=Id(r.id),
            at=r.last_at or 0,
            user=Id(r.recorded_by or bytes(16)),
            user_name=names.get(r.recorded_by),
            kind=f"audit.{r.event}",
            changes=(),
            times=r.times or 1,
        )
        for r in rows
    ]
