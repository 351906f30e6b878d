"""The localities a form offers: those where people live first."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from ces_desktop.data.models import CommunityRecord, PatientRecord
from ces_desktop.domain.identity import fold
from ces_desktop.domain.ids import Id

MOST = 1500
"""Localities a form holds at once; a state has twenty thousand, and the rest is asked for by typing."""


@dataclass(frozen=True, slots=True)
class CommunityRow:
    """A locality, and how many people of the clinic live there."""

    id: Id
    name: str
    municipality: str
    people: int


def known(connection: Connection, clinic: Id, most: int = MOST) -> tuple[CommunityRow, ...]:
    """Where the clinic's people live, most first; then the other localities by name, up to `most` in all."""
    return _rows(connection, clinic, "", most)


def find(connection: Connection, clinic: Id, typed: str, most: int = 50) -> tuple[CommunityRow, ...]:
    """Localities whose name begins with what was typed, accents and case ignored."""
    return _rows(connection, clinic, fold(typed), most)


def _rows(connection: Connection, clinic: Id, begins: str, most: int) -> tuple[CommunityRow, ...]:
    c, p = CommunityRecord, PatientRecord
    people = (
        select(p.community, func.count().label("people"))
        .where(p.clinic == clinic, p.live == 1, p.community.is_not(None))
        .group_by(p.community)
        .subquery()
    )
    query = (
        select(c.id, c.name, c.municipality, func.coalesce(people.c.people, 0))
        .outerjoin(people, people.c.community == c.id)
        .where(c.live == 1)
    )
    if begins:
        query = query.where(c.search_key.startswith(begins, autoescape=True))
    rows = connection.execute(query.order_by(func.coalesce(people.c.people, 0).desc(), c.search_key, c.id).limit(most))
    return tuple(CommunityRow(Id(i), name or "", municipality or "", number) for i, name, municipality, number in rows)
