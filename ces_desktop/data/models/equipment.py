"""Tables of diagnostic equipment: each piece, and what happened to it."""

from __future__ import annotations

from ces_desktop.data.models.base import Field, Index, Synced, replaced_index, wire_id, wire_int, wire_text


class EquipmentRecord(Synced):
    """A piece of equipment of the clinic."""

    __tablename__ = "equipment"
    subject = ("equipment", "id")
    references = ("item",)

    item: Field[bytes | None] = wire_id()
    """What it is, in the catalogue; NULL where it is not there."""
    name: Field[str | None] = wire_text()
    brand: Field[str | None] = wire_text()
    model: Field[str | None] = wire_text()
    serial: Field[str | None] = wire_text()
    inventory: Field[str | None] = wire_text()
    """Number on the owner's label."""
    owner: Field[str | None] = wire_text()
    """"CES", "SSA" or "other"."""
    location: Field[str | None] = wire_text()
    acquired_on: Field[str | None] = wire_text()
    """Partial ISO date."""
    calibration_months: Field[int | None] = wire_int()
    """Months between two calibrations; NULL = needs none."""
    maintenance_months: Field[int | None] = wire_int()
    note: Field[str | None] = wire_text()

    indexes = (Index("ix_equipment_clinic", "clinic", "name"),)


class EquipmentEventRecord(Synced):
    """What happened to a piece on a day. Its state is that of the last event that says one."""

    __tablename__ = "equipment_event"
    subject = ("equipment", "equipment")
    references = ("equipment", "replaces")
    append_only = True

    equipment: Field[bytes | None] = wire_id()
    kind: Field[str | None] = wire_text()
    """"fault", "repair", "calibration", "maintenance", "check" or "retired"."""
    state: Field[str | None] = wire_text()
    """"working", "partly" (works in part), "broken", "away" (being repaired) or "retired"."""
    detail: Field[str | None] = wire_text()
    done_by: Field[str | None] = wire_text()
    happened_on: Field[str | None] = wire_text()
    replaces: Field[bytes | None] = wire_id()

    indexes = (Index("ix_equipment_event_piece", "clinic", "equipment"), replaced_index("equipment_event"))
