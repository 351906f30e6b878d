"""What whoever goes to look for a person needs: the way to the house, a telephone and whose, what was tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from ces_desktop.data.models import HouseholdRecord, PatientRecord
from ces_desktop.data.queries.rescue import contacts_of
from ces_desktop.domain.courses import Member
from ces_desktop.domain.ids import Id
from ces_desktop.domain.rescue import Contact


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Of one person, whatever record it was noted on; "" = not asked. `contacts` are the newest first."""

    person: Id
    phone: str
    phone_owner: str
    directions: str
    contacts: Sequence[Contact]


def whereabouts(connection: Connection, clinic: Id, who: Member) -> Whereabouts:
    """Where and how to find somebody: a few rows by their keys."""
    p, h = PatientRecord, HouseholdRecord
    records = connection.execute(
        select(p.phone, p.phone_owner, h.directions)
        .outerjoin(h, h.id == p.household)
        .where(p.id.in_(who.records), p.live == 1)
        .order_by(p.id)
    ).all()
    phone, owner = next(((r.phone, r.phone_owner or "") for r in records if r.phone), ("", ""))
    way = next((r.directions for r in records if r.directions), "")
    return Whereabouts(who.person, phone, owner, way, contacts_of(connection, clinic, who))
