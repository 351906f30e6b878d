"""Tables of people known by another number: numbers given twice, and files that came from another clinic."""

from __future__ import annotations

from ces_desktop.data.models.base import Field, Index, Synced, wire_id, wire_int, wire_text


class PatientAliasRecord(Synced):
    """A number by which a person is found too: one that somebody else bears, or that of another clinic."""

    __tablename__ = "patient_alias"
    subject = ("patient", "patient")
    references = ("patient",)

    patient: Field[bytes | None] = wire_id()
    number: Field[str | None] = wire_text()
    origin: Field[str | None] = wire_text()
    """"renumbered" (two laptops gave it) or "other_clinic"."""
    place: Field[str | None] = wire_text()
    """The other clinic's name."""

    indexes = (
        Index("ix_patient_alias_number", "clinic", "number"),
        Index("ix_patient_alias_patient", "clinic", "patient"),
    )


class ReceivedFileRecord(Synced):
    """A signed copy of a person's file that another clinic wrote: kept as it came, read and never edited."""

    __tablename__ = "received_file"
    subject = ("received_file", "id")
    references = ("taken_into",)

    origin: Field[str | None] = wire_text()
    """Prefix of the clinic that wrote it."""
    place: Field[str | None] = wire_text()
    """Its name."""
    number: Field[str | None] = wire_text()
    """The person's number there."""
    name: Field[str | None] = wire_text()
    content: Field[str | None] = wire_text()
    """The file as it was signed: JSON text (`domain.moved_file`)."""
    signature: Field[str | None] = wire_text()
    """Hexadecimal, over the content."""
    signer: Field[str | None] = wire_text()
    """The laptop that signed: its device id, hexadecimal."""
    written_at: Field[int | None] = wire_int()
    """UTC ms, of the clock there."""
    happened_on: Field[str | None] = wire_text()
    """The day it was received."""
    taken_into: Field[bytes | None] = wire_id()
    """The patient made of it; NULL = not taken in."""

    indexes = (Index("ix_received_file_day", "clinic", "happened_on"),)
