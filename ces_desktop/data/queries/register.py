"""The register as a list: everybody in order of surnames, narrowed by a filter, and how many each filter holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from ces_desktop.data.models import PatientRecord, PatientStatusRecord
from ces_desktop.domain.ids import Id

Filter = Literal["all", "active", "no_household", "uncertain_age", "left"]
FILTERS: tuple[Filter, ...] = ("all", "active", "no_household", "uncertain_age", "left")


@dataclass(frozen=True, slots=True)
class Listing:
    """Who a filter holds, in order: person ids and, for type-ahead, the words they are sorted by.

    The rows themselves are read a window at a time (`rows.by_person`): 100,000 people are a list of ids here.
    """

    chosen: Filter
    persons: tuple[bytes, ...]
    keys: tuple[str, ...]
    counts: Mapping[Filter, int]


def listing(connection: Connection, clinic: Id, chosen: Filter) -> Listing:
    """The people of a filter by surnames, and the count of every filter. Voided records are nowhere."""
    p = PatientRecord
    rows = connection.execute(
        select(p.person, p.sort_key)
        .where(_first_records(clinic), *_narrowed(clinic, chosen))
        .order_by(p.sort_key, p.id)
    ).all()
    counts: dict[Filter, int] = {chosen: len(rows)}
    for each in FILTERS:
        if each not in counts:
            query = select(func.count()).select_from(p).where(_first_records(clinic), *_narrowed(clinic, each))
            counts[each] = connection.execute(query).scalar() or 0
    persons = tuple(r.person or b"" for r in rows)
    return Listing(chosen, persons, tuple(" ".join((r.sort_key or "").split()) for r in rows), counts)


def _first_records(clinic: Id) -> ColumnElement[bool]:
    """One record for each person: the first one, or any whose first one was voided."""
    p, first = PatientRecord, PatientRecord.__table__.alias("first")
    orphan = ~exists().where(first.c.id == p.person, first.c.live == 1)
    return and_(p.clinic == clinic, p.live == 1, or_(p.person == p.id, orphan))


def _narrowed(clinic: Id, chosen: Filter) -> list[ColumnElement[bool]]:
    p = PatientRecord
    if chosen == "no_household":
        return [p.household.is_(None)]
    if chosen == "uncertain_age":
        return [or_(p.birth_precision.is_(None), p.birth_precision.in_(["estimated", "unknown"]))]
    if chosen == "left":
        return [p.id.in_(_gone(clinic))]
    if chosen == "active":
        return [p.id.not_in(_gone(clinic))]
    return []


def _gone(clinic: Id) -> ColumnElement[bytes]:
    """Records whose status in force is not "active"."""
    s = PatientStatusRecord
    later = PatientStatusRecord.__table__.alias("later")
    is_later = or_(
        later.c.happened_on > s.happened_on,
        and_(later.c.happened_on == s.happened_on, later.c.recorded_at > s.recorded_at),
        and_(later.c.happened_on == s.happened_on, later.c.recorded_at == s.recorded_at, later.c.id > s.id),
    )
    overtaken = exists().where(later.c.clinic == clinic, later.c.patient == s.patient, later.c.live == 1, is_later)
    return (
        select(s.patient)
        .where(s.clinic == clinic, s.live == 1, s.status.in_(["moved", "transferred", "died"]), ~overtaken)
        .scalar_subquery()
    )
