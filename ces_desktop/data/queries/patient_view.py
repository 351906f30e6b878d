"""Everything the page of one person shows, in one read."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from ces_desktop.data.models import PatientRecord
from ces_desktop.data.queries.history import Act, record_history
from ces_desktop.data.queries.patients import PatientFile, patient_file
from ces_desktop.data.queries.rows import PatientRow, by_person
from ces_desktop.domain.ids import Id


@dataclass(frozen=True, slots=True)
class PatientView:
    """A record with who lives in the same household and what was done to it, newest first."""

    file: PatientFile
    household: tuple[PatientRow, ...]
    acts: tuple[Act, ...]


def patient_view(connection: Connection, clinic: Id, patient: Id) -> PatientView | None:
    """The page of a person; None when the record does not exist or was voided."""
    file = patient_file(connection, patient)
    if file is None:
        return None
    persons: list[bytes] = []
    if file.household is not None:
        p = PatientRecord
        found = connection.execute(
            select(p.person)
            .where(p.clinic == clinic, p.household == file.household, p.live == 1)
            .order_by(p.birth_first, p.id)
        ).scalars()
        persons = [x for x in dict.fromkeys(found) if x and x != file.person]
    return PatientView(file, tuple(by_person(connection, clinic, persons)), record_history(connection, patient, clinic))
