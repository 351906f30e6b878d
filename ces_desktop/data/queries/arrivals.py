"""Who waits, and which consult an id leads to. Light: the first page of the day asks it while the program starts."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, bindparam, select

from ces_desktop.data.models import ArrivalRecord, EncounterRecord
from ces_desktop.data.queries.prepared import Prepared
from ces_desktop.domain.ids import Id

_ARRIVALS = Prepared(
    lambda: (
        select(
            ArrivalRecord.id, ArrivalRecord.patient, ArrivalRecord.encounter, ArrivalRecord.arrived_at,
            ArrivalRecord.came_for,
        )
        .where(
            ArrivalRecord.clinic == bindparam("clinic"),
            ArrivalRecord.happened_on == bindparam("day"),
            ArrivalRecord.live == 1,
        )
        .order_by(ArrivalRecord.arrived_at, ArrivalRecord.id)
    )
)  # fmt: skip
_FOLLOWER = Prepared(
    lambda: (
        select(EncounterRecord.id, EncounterRecord.live)
        .where(EncounterRecord.replaces == bindparam("encounter"))
        .order_by(EncounterRecord.recorded_at, EncounterRecord.id)
    )
)
_SIGNED = Prepared(
    lambda: select(EncounterRecord.id, EncounterRecord.live).where(EncounterRecord.id == bindparam("encounter"))
)


def arrivals(connection: Connection, clinic: Id, day: date) -> list[tuple[Id, Id, Id, int, str]]:
    """Who still waits on a day: (arrival, patient, encounter, arrived at, came for), in the order of arrival."""
    rows = _ARRIVALS(connection, clinic=clinic, day=day.isoformat())
    return [
        (Id(key), Id(patient), Id(encounter), at or 0, words or "")
        for key, patient, encounter, at, words in rows
        if patient and encounter and in_force(connection, encounter)[1] is not True
    ]


def in_force(connection: Connection, encounter: Id) -> tuple[Id, bool | None]:
    """The consult to which an id leads, and how it stands: True signed, False undone, None not signed yet.

    A consult undone and signed again lives under a new id that `replaces` the old one.
    """
    found = _SIGNED(connection, encounter=encounter)
    if not found:
        return encounter, None
    key, live = found[-1]
    while following := _FOLLOWER(connection, encounter=key):
        key, live = following[-1]
    return Id(key), bool(live)
