"""The register as a list: everybody in order of surnames, narrowed by a filter, and how many each filter holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from sqlalchemy import Connection, Integer, bindparam, or_, select

from ces_desktop.data.models import PatientRecord, PatientStatusRecord, Synced
from ces_desktop.data.queries.prepared import Prepared
from ces_desktop.data.queries.rows import latest_statuses
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


_OPENING = Prepared(
    select(PatientRecord.person, PatientRecord.id)
    .where(PatientRecord.clinic == bindparam("clinic"), PatientRecord.live == 1)
    .order_by(PatientRecord.sort_key, PatientRecord.id)
    .limit(bindparam("most", type_=Integer))
)


def opening(connection: Connection, clinic: Id, most: int = 100) -> tuple[bytes, ...]:
    """The first persons of the list of everybody: what is shown while the whole list is read."""
    return tuple(dict.fromkeys(person or record for person, record in _OPENING(connection, clinic=clinic, most=most)))


def listing(connection: Connection, clinic: Id, chosen: Filter) -> Listing:
    """The people of a filter by surnames, and the count of every filter. Voided records are nowhere.

    One pass over the table: counting each filter in SQL reads it five times.
    """
    p = PatientRecord
    gone = _gone(connection, clinic)
    first: dict[bytes, tuple[str, bytes, frozenset[Filter]]] = {}
    columns = (p.clinic, p.id, p.person, p.sort_key, p.household, p.birth_precision)
    for of, record, person, key, household, precision in _scan(
        connection, select(*columns).where(p.live == 1), p, clinic
    ):
        if of != clinic:
            continue
        whole = person or record
        held = first.get(whole)
        if held is None or record < held[1]:
            first[whole] = (key or "", record, _filters_of(household, precision, record in gone))
    counts: dict[Filter, int] = dict.fromkeys(FILTERS, 0)
    for _, _, filters in first.values():
        for each in filters:
            counts[each] += 1
    order = sorted((key, record, person) for person, (key, record, filters) in first.items() if chosen in filters)
    keys = tuple(key.replace("  ", " ").strip() for key, _, _ in order)
    return Listing(chosen, tuple(person for _, _, person in order), keys, counts)


@cache
def _filters(alone: bool, uncertain: bool, gone: bool) -> frozenset[Filter]:
    found: list[Filter] = ["all", "left" if gone else "active"]
    found += ["no_household"] if alone else []
    found += ["uncertain_age"] if uncertain else []
    return frozenset(found)


def _filters_of(household: bytes | None, precision: str | None, gone: bool) -> frozenset[Filter]:
    return _filters(household is None, precision in (None, "estimated", "unknown"), gone)


def _gone(connection: Connection, clinic: Id) -> set[bytes]:
    """Records whose status in force is not "active"."""
    s = PatientStatusRecord
    gone = or_(s.status == "moved", s.status == "transferred", s.status == "died")
    left = select(s.clinic, s.patient).where(s.live == 1, gone)
    ever = {patient for of, patient in _scan(connection, left, s, clinic) if of == clinic and patient}
    latest = latest_statuses(connection, clinic, sorted(ever))
    return {patient for patient, (status, _) in latest.items() if status != "active"}


def _scan(connection: Connection, query: Any, model: type[Synced], clinic: Id) -> Iterable[Any]:
    """Rows of one clinic. SQLite would walk an index that begins with the clinic and fetch each row from elsewhere in
    the file; nearly all rows of a laptop are its clinic's, so it reads the table from end to end instead."""
    if connection.dialect.name != "sqlite":
        query = query.where(model.clinic == bindparam("clinic"))
    return Prepared(query)(connection, **({} if connection.dialect.name == "sqlite" else {"clinic": clinic}))
