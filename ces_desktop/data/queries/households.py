"""Households with their head and members, and the people who are in none."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from ces_desktop.data.journal.bulk import chunks
from ces_desktop.data.journal.derive import identity_of
from ces_desktop.data.models import CommunityRecord, HouseholdRecord, PatientRecord, table_of
from ces_desktop.data.queries.rows import PatientRow, by_person
from ces_desktop.domain.identity import display_name
from ces_desktop.domain.ids import Id


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """A household in a list. `members` counts persons, not records."""

    id: Id
    number: int | None
    community: Id | None
    community_name: str
    head: Id | None
    head_name: str
    members: int
    directions: str


@dataclass(frozen=True, slots=True)
class HouseholdFile:
    """A household opened: the row and who lives there, the oldest first."""

    row: HouseholdRow
    members: tuple[PatientRow, ...]


def household_rows(connection: Connection, clinic: Id) -> tuple[HouseholdRow, ...]:
    """The households of the clinic by number."""
    return _rows(connection, clinic, None)


def household_file(connection: Connection, clinic: Id, household: Id) -> HouseholdFile | None:
    """A household with its members; None when it does not exist or was voided."""
    rows = _rows(connection, clinic, household)
    if not rows:
        return None
    p = PatientRecord
    persons = (
        connection.execute(
            select(p.person)
            .where(p.clinic == clinic, p.household == household, p.live == 1)
            .order_by(p.birth_first, p.sort_key, p.id)
        )
        .scalars()
        .all()
    )
    return HouseholdFile(rows[0], tuple(by_person(connection, clinic, list(dict.fromkeys(x for x in persons if x)))))


def without_household(connection: Connection, clinic: Id, most: int = 500) -> tuple[tuple[PatientRow, ...], int]:
    """People in no household, by name, up to `most`; and how many there are in all."""
    p = PatientRecord
    # A person with several records is in a household when any of them is.
    housed = select(p.person).where(p.clinic == clinic, p.live == 1, p.household.is_not(None))
    alone = (p.clinic == clinic, p.live == 1, p.household.is_(None), p.person.not_in(housed))
    total = connection.execute(select(func.count(p.person.distinct())).where(*alone)).scalar() or 0
    persons = connection.execute(
        select(p.person).where(*alone).group_by(p.person).order_by(func.min(p.sort_key), p.person).limit(most)
    )
    return tuple(by_person(connection, clinic, [x for x in persons.scalars() if x])), int(total)


def _rows(connection: Connection, clinic: Id, only: Id | None) -> tuple[HouseholdRow, ...]:
    h, c, p = HouseholdRecord, CommunityRecord, PatientRecord
    counts = select(p.household, func.count(p.person.distinct()).label("members")).where(
        p.clinic == clinic, p.live == 1, p.household.is_not(None) if only is None else p.household == only
    )
    members = counts.group_by(p.household).subquery()
    query = (
        select(h.id, h.number, h.community, c.name, h.head, func.coalesce(members.c.members, 0), h.directions)
        .outerjoin(c, c.id == h.community)
        .outerjoin(members, members.c.household == h.id)
        .where(h.clinic == clinic, h.live == 1)
        .order_by(h.number, h.id)
    )
    if only is not None:
        query = query.where(h.id == only)
    found = connection.execute(query).all()
    heads = _names(connection, [r[4] for r in found if r[4]])
    return tuple(
        HouseholdRow(Id(i), number, community, name or "", head, heads.get(head, ""), people, directions or "")
        for i, number, community, name, head, people, directions in found
    )


def _names(connection: Connection, patients: list[bytes]) -> dict[bytes | None, str]:
    t = table_of(PatientRecord)
    names: dict[bytes | None, str] = {}
    for part in chunks(patients):
        rows = connection.execute(select(t).where(t.c.id.in_(part), t.c.live == 1)).mappings()
        names.update((r["id"], display_name(identity_of(r))) for r in rows)
    return names
