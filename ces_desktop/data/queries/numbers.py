"""The highest numbers people read aloud that a laptop has given: of persons and of households."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from ces_desktop.data.models import HouseholdRecord, PatientRecord
from ces_desktop.domain.ids import Id, household_numbers, human_id_prefix, number_of


def highest_person(connection: Connection, clinic: Id, prefix: str, slot: int) -> int:
    """The highest number in a human id of this laptop's slot, undone registrations included; 0 before the first."""
    p, own = PatientRecord, human_id_prefix(prefix, slot)
    highest = connection.execute(
        select(func.max(p.human_id)).where(p.clinic == clinic, p.human_id.between(f"{own}000000", f"{own}999999"))
    ).scalar()
    return number_of(highest) if highest else 0


def highest_household(connection: Connection, clinic: Id, slot: int) -> int | None:
    """The highest household number of this laptop's slot, undone ones included; None before the first."""
    h, own = HouseholdRecord, household_numbers(slot)
    return connection.execute(
        select(func.max(h.number)).where(h.clinic == clinic, h.number.between(own[0], own[-1]))
    ).scalar()
