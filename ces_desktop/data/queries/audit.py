"""What was done in the clinic, newest first: sign-ins, looks, prints, exports and every change, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from ces_desktop.data.journal.bulk import chunks
from ces_desktop.data.journal.op import clinic_scope
from ces_desktop.data.models import AuditEventRecord, HouseholdRecord, OpRecord, PatientRecord, UserRecord, table_of
from ces_desktop.domain.access import Actor, Right, require
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused

PAGE = 200
AUDIT_KIND = "audit"
"""Kind of the ops that carry audit events: the events are listed, not the ops."""
CHANGES = "changes"
"""The kind that stands for every change, whatever its own."""
UNDOTTED = frozenset({"undo", "setup"})
"""Kinds of changes without a subject before a dot; all other words without one are events."""
_NUMBERED = ("patient", "household")
_Patients = Sequence[bytes] | None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: instant (UTC ms), whether it was a change, the id of its row."""

    at: int
    change: bool
    id: Id


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One thing somebody did. `kind` is the event ("view") or the kind of the change ("patients.register").

    `records` = how many persons, households, … a change touched; `times` = how often an event was repeated up to `at`.
    `about` is the human id or number of what it was about, "" when it is not about one thing we can name.
    """

    at: int
    user: Id | None
    user_name: str
    change: bool
    kind: str
    about_type: str
    about_id: Id | None
    about: str
    records: int
    times: int
    reason: str
    cursor: Cursor


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to list; None = all. Days as instants: `since` ≤ at < `until` (UTC ms). `kind` as in AuditRow or CHANGES."""

    user: Id | None = None
    kind: str | None = None
    since: int | None = None
    until: int | None = None
    patient: str = ""
    """Human id of a person, as typed."""


def page(
    connection: Connection, actor: Actor, clinic: Id, wanted: Wanted, after: Cursor | None = None, limit: int = PAGE
) -> tuple[AuditRow, ...]:
    """The next `limit` things done, newest first; fewer when the list ends.

    Refused `access.not_allowed`; `audit.no_such_patient` when nobody has that number.
    """
    require(actor, Right.READ_AUDIT)
    patients = _patients(connection, clinic, wanted.patient) if wanted.patient.strip() else None
    rows: list[AuditRow] = []
    is_change = wanted.kind is not None and (wanted.kind in {CHANGES, *UNDOTTED} or "." in wanted.kind)
    if not is_change:
        rows += _events(connection, clinic, wanted, patients, after, limit)
    if wanted.kind is None or is_change:
        rows += _changes(connection, clinic, wanted, patients, after, limit)
    rows.sort(key=lambda r: (r.at, r.change, r.cursor.id), reverse=True)
    return _named(connection, rows[:limit])


def everything(connection: Connection, actor: Actor, clinic: Id, wanted: Wanted) -> Iterator[tuple[AuditRow, ...]]:
    """All pages, one after the other."""
    after: Cursor | None = None
    while True:
        rows = page(connection, actor, clinic, wanted, after, 1_000)
        if rows:
            yield rows
        if len(rows) < 1_000:
            return
        after = rows[-1].cursor


def people(connection: Connection, actor: Actor, clinic: Id) -> tuple[tuple[Id, str], ...]:
    """Everybody who has or had a sign-in here, by name."""
    require(actor, Right.READ_AUDIT)
    u = UserRecord
    rows = connection.execute(select(u.id, u.name).where(u.clinic == clinic).order_by(u.name, u.id))
    return tuple((Id(row.id), row.name or "") for row in rows)


def _patients(connection: Connection, clinic: Id, typed: str) -> list[bytes]:
    """Every record of the person with this number: what was done to one was done to the person."""
    p = table_of(PatientRecord)
    human = "".join(typed.split()).upper()
    persons = select(p.c.person).where(p.c.clinic == clinic, p.c.human_id == human)
    found = list(connection.execute(select(p.c.id).where(p.c.clinic == clinic, p.c.person.in_(persons))).scalars())
    if not found:
        raise Refused("audit.no_such_patient", number=human)
    return found


def _events(
    connection: Connection, clinic: Id, wanted: Wanted, patients: _Patients, after: Cursor | None, limit: int
) -> list[AuditRow]:
    a = table_of(AuditEventRecord)
    newest_first = (a.c.last_at.desc(), a.c.id.desc())
    query = select(a).where(a.c.clinic == clinic, a.c.live == 1).order_by(*newest_first).limit(limit)
    if wanted.user is not None:
        query = query.where(a.c.recorded_by == wanted.user)
    if wanted.kind is not None:
        query = query.where(a.c.event == wanted.kind)
    if wanted.since is not None:
        query = query.where(a.c.last_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(a.c.last_at < wanted.until)
    if patients is not None:
        query = query.where(a.c.about.in_(patients))
    if after is not None and after.change:
        # Of one instant, changes are listed before events.
        query = query.where(a.c.last_at <= after.at)
    elif after is not None:
        query = query.where(or_(a.c.last_at < after.at, and_(a.c.last_at == after.at, a.c.id < after.id)))
    rows = []
    for r in connection.execute(query).mappings():
        cursor = Cursor(r["last_at"] or 0, False, Id(r["id"]))
        about = Id(r["about"]) if r["about"] else None
        user = Id(r["recorded_by"]) if r["recorded_by"] else None
        facts = (r["event"] or "", r["about_type"] or "", about, "", 1, r["times"] or 1, r["reason"] or "")
        rows.append(AuditRow(cursor.at, user, "", False, *facts, cursor))
    return rows


def _changes(
    connection: Connection, clinic: Id, wanted: Wanted, patients: _Patients, after: Cursor | None, limit: int
) -> list[AuditRow]:
    """Actions newest first: an action's id begins with its instant, so the index of actions gives the order."""
    o = OpRecord
    kept = [o.scope == clinic_scope(clinic), o.kind != AUDIT_KIND]
    if wanted.user is not None:
        kept.append(o.user == wanted.user)
    if wanted.kind not in (None, CHANGES):
        kept.append(o.kind == wanted.kind)
    if wanted.since is not None:
        kept.append(o.action >= _floor(wanted.since))
    if wanted.until is not None:
        kept.append(o.action < _floor(wanted.until))
    if patients is not None:
        kept.append(o.subject.in_(patients))
    if after is not None:
        kept.append(o.action < (after.id if after.change else _floor(after.at)))
    found = connection.execute(
        select(o.action, o.user, o.kind, func.count().label("records"))
        .where(*kept)
        .group_by(o.action, o.user, o.kind)
        .order_by(o.action.desc())
        .limit(limit)
    ).all()
    subjects = _subjects(connection, [r.action for r in found if r.records == 1 or patients is not None], patients)
    rows = []
    for r in found:
        action = Id(r.action)
        # The order is that of the ids; the instant shown is the id's too, so that pages join without a gap.
        at = int.from_bytes(action[:6], "big")
        about_type, about = subjects.get(action, ("", None))
        facts = (r.kind, about_type, about, "", int(r.records), 1, "")
        rows.append(AuditRow(at, Id(r.user), "", True, *facts, Cursor(at, True, action)))
    return rows


def _subjects(connection: Connection, actions: list[bytes], patients: _Patients) -> dict[bytes, tuple[str, Id]]:
    """What each of these actions was about: (kind of thing, its id)."""
    o = OpRecord
    found: dict[bytes, tuple[str, Id]] = {}
    for part in chunks(actions):
        query = select(o.action, o.subject_type, o.subject).where(o.action.in_(part))
        if patients is not None:
            query = query.where(o.subject.in_(patients))
        for action, kind, subject in connection.execute(query):
            found[action] = (kind, Id(subject))
    return found


def _floor(at: int) -> bytes:
    """The smallest id of an instant."""
    return max(0, at).to_bytes(6, "big") + bytes(10)


def _named(connection: Connection, rows: Sequence[AuditRow]) -> tuple[AuditRow, ...]:
    """Names of those who acted; numbers, never names, of those it was about."""
    users = _lookup(connection, UserRecord.id, UserRecord.name, {r.user for r in rows if r.user})
    things = {kind: {r.about_id for r in rows if r.about_id and r.about_type == kind} for kind in _NUMBERED}
    numbers = _lookup(connection, PatientRecord.id, PatientRecord.human_id, things["patient"])
    numbers |= _lookup(connection, HouseholdRecord.id, HouseholdRecord.number, things["household"])
    return tuple(
        replace(r, user_name=users.get(r.user or b"", ""), about=numbers.get(r.about_id or b"", "")) for r in rows
    )


def _lookup(connection: Connection, key: Any, value: Any, wanted: set[Id]) -> dict[bytes, str]:
    found: dict[bytes, str] = {}
    for part in chunks(sorted(wanted)):
        for entity, name in connection.execute(select(key, value).where(key.in_(part))):
            found[entity] = "" if name is None else str(name)
    return found


@dataclass(frozen=True, slots=True)
class Chain:
    """The journal's end: how many ops it holds and the hash of the last one (hex), None when it is empty."""

    ops: int
    head: str | None

    @property
    def code(self) -> str:
        """The short code to read aloud or print: eight letters of the head, in two groups."""
        return f"{self.head[:4]} {self.head[4:8]}".upper() if self.head else ""


def chain(connection: Connection, actor: Actor) -> Chain:
    """Where the chain of ops ends now."""
    require(actor, Right.READ_AUDIT)
    o = OpRecord
    last = connection.execute(select(o.hash).order_by(o.n.desc()).limit(1)).scalar()
    count = connection.execute(select(func.count()).select_from(o)).scalar() or 0
    return Chain(count, last.hex() if last else None)
