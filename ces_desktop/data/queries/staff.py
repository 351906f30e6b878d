"""The people of the clinics with their placements and absences, and each clinic's days with and without a physician.

A few dozen people: read whole. What the clinic's own journal and the network's say is read together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import Connection, select

from ces_desktop.data.models import AbsenceRecord, PlacementRecord, StaffPersonRecord, UserRecord, UserRoleRecord
from ces_desktop.data.reference import NETWORK
from ces_desktop.domain.ids import Id
from ces_desktop.domain.staff import (
    SERVED,
    AbsenceKind,
    Attention,
    Away,
    Coverage,
    PlacementState,
    StaffRole,
    Stint,
    attention,
    coverage,
)


@dataclass(frozen=True, slots=True)
class Placement:
    """A person in a role at a clinic. Days are ISO or "" (not said)."""

    id: Id
    person: Id
    at: Id
    role: StaffRole
    from_on: str
    until_on: str
    cohort: str
    state: PlacementState
    reason: str
    note: str

    @property
    def first(self) -> date | None:
        """First day."""
        return date.fromisoformat(self.from_on) if self.from_on else None

    @property
    def until(self) -> date | None:
        """Last day, foreseen or true; None = open."""
        return date.fromisoformat(self.until_on) if self.until_on else None

    def attention(self, today: date) -> Attention | None:
        """What it asks for."""
        return attention(self.state, self.first, self.until, today)


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which a person was not there; `until_on` "" = not back yet."""

    id: Id
    person: Id
    kind: AbsenceKind
    from_on: str
    until_on: str
    note: str

    @property
    def away(self) -> Away:
        """As the rules read it."""
        until = date.fromisoformat(self.until_on) if self.until_on else None
        return Away(self.person, date.fromisoformat(self.from_on), until)

    def holds(self, today: date) -> bool:
        """Whether the person is away on a day."""
        return self.from_on <= today.isoformat() and (not self.until_on or today.isoformat() <= self.until_on)


@dataclass(frozen=True, slots=True)
class Person:
    """A staff person. `placements`: newest first, those without a day before all; `absences`: newest first."""

    id: Id
    name: str
    licence: str
    school: str
    phone: str
    email: str
    note: str
    user: Id | None
    may_enter: bool
    """Whether the linked user holds a role today."""
    placements: tuple[Placement, ...]
    absences: tuple[Absence, ...]

    @property
    def placement(self) -> Placement | None:
        """The placement that says most of today: one in service, else one planned, else the last."""
        rank = {"in_service": 0, "assigned": 1, "candidate": 2, "finished": 3, "left": 3}
        return min(self.placements, key=lambda p: rank[p.state], default=None)

    def away(self, today: date) -> Absence | None:
        """The absence that holds on a day."""
        return next((each for each in self.absences if each.holds(today)), None)


def people(connection: Connection, clinic: Id) -> tuple[Person, ...]:
    """Everybody known at a clinic, by name; also those who left."""
    p = StaffPersonRecord
    columns = (p.id, p.name, p.licence, p.school, p.phone, p.email, p.note, p.user)
    rows = connection.execute(select(*columns).where(p.clinic.in_((clinic, NETWORK)), p.live == 1))
    placed: defaultdict[bytes, list[Placement]] = defaultdict(list)
    for each in placements(connection, clinic):
        placed[each.person].append(each)
    absent: defaultdict[bytes, list[Absence]] = defaultdict(list)
    for absence in absences(connection, clinic):
        absent[absence.person].append(absence)
    entering = _entering(connection, clinic)
    found = [
        Person(
            id=Id(r.id),
            name=r.name or "",
            licence=r.licence or "",
            school=r.school or "",
            phone=r.phone or "",
            email=r.email or "",
            note=r.note or "",
            user=None if r.user is None else Id(r.user),
            may_enter=r.user in entering,
            placements=tuple(sorted(placed[r.id], key=lambda q: (not q.from_on, q.from_on, q.id), reverse=True)),
            absences=tuple(sorted(absent[r.id], key=lambda a: (a.from_on, a.id), reverse=True)),
        )
        for r in rows
    ]
    return tuple(sorted(found, key=lambda each: (each.name.casefold(), each.id)))


def person(connection: Connection, clinic: Id, wanted: Id) -> Person | None:
    """One person, None where the clinic knows no such."""
    return next((each for each in people(connection, clinic) if each.id == wanted), None)


def placements(connection: Connection, clinic: Id) -> tuple[Placement, ...]:
    """Every placement that a clinic's journal or the network's tells of, at whichever clinic, oldest first."""
    q = PlacementRecord
    columns = (q.id, q.person, q.at, q.role, q.from_on, q.until_on, q.cohort, q.state, q.reason, q.note)
    rows = connection.execute(
        select(*columns).where(q.clinic.in_((clinic, NETWORK)), q.live == 1).order_by(q.from_on, q.id)
    )
    return tuple(
        Placement(
            id=Id(r.id),
            person=Id(r.person),
            at=Id(r.at),
            role=cast(StaffRole, r.role),
            from_on=r.from_on or "",
            until_on=r.until_on or "",
            cohort=r.cohort or "",
            state=cast(PlacementState, r.state),
            reason=r.reason or "",
            note=r.note or "",
        )
        for r in rows
    )


def absences(connection: Connection, clinic: Id) -> tuple[Absence, ...]:
    """Every absence, oldest first."""
    a = AbsenceRecord
    columns = (a.id, a.person, a.kind, a.from_on, a.until_on, a.note)
    rows = connection.execute(
        select(*columns).where(a.clinic.in_((clinic, NETWORK)), a.live == 1).order_by(a.from_on, a.id)
    )
    return tuple(
        Absence(Id(r.id), Id(r.person), cast(AbsenceKind, r.kind), r.from_on, r.until_on or "", r.note or "")
        for r in rows
    )


def physician_coverage(connection: Connection, clinic: Id, first: date, last: date) -> Coverage:
    """Each day of a clinic from `first` to `last` with or without a physician, by what is written today."""
    held = (p for p in placements(connection, clinic) if p.at == clinic)
    return coverage(stints(held), (a.away for a in absences(connection, clinic)), first, last)


def stints(held: Iterable[Placement], role: StaffRole = "physician") -> tuple[Stint, ...]:
    """The placements of one role that cover days, as the rules read them; no plan."""
    return tuple(
        Stint(p.person, p.first, p.until) for p in held if p.role == role and p.state in SERVED and p.first is not None
    )


def serving(connection: Connection, clinic: Id, day: date) -> frozenset[Id]:
    """The sign-ins of the physicians in service at a clinic on a day."""
    on = {
        stint.who
        for stint in stints(p for p in placements(connection, clinic) if p.at == clinic)
        if stint.first <= day and (stint.until is None or day <= stint.until)
    }
    return frozenset(each.user for each in people(connection, clinic) if each.id in on and each.user is not None)


def users_to_link(connection: Connection, clinic: Id) -> tuple[tuple[Id, str], ...]:
    """Who signs in, or did, by name."""
    u = UserRecord
    rows = connection.execute(select(u.id, u.name).where(u.clinic == clinic, u.live == 1).order_by(u.name, u.id))
    return tuple((Id(r.id), r.name or "") for r in rows)


def _entering(connection: Connection, clinic: Id) -> frozenset[bytes]:
    """Users who hold a role that has not ended."""
    r = UserRoleRecord
    rows = connection.execute(select(r.user).where(r.clinic == clinic, r.live == 1, r.until_on.is_(None)))
    return frozenset(user for user in rows.scalars() if user is not None)
