"""Tables of clinics, communities, households, health facilities, and coded diagnoses."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from ces_desktop.data.models.base import (
    Base,
    Synced,
    derived_text,
    replaced_index,
    synced,
    wire_id,
    wire_int,
    wire_text,
)


@synced
class ClinicRecord(Synced, Base):
    """A clinic; its id derives from the prefix, so every laptop agrees on it."""

    __tablename__ = "clinic"
    subject = ("clinic", "id")
    references = ("community",)

    prefix: Mapped[str | None] = wire_text()
    name: Mapped[str | None] = wire_text()
    official_name: Mapped[str | None] = wire_text()
    institution: Mapped[str | None] = wire_text()
    jurisdiction: Mapped[str | None] = wire_text()
    municipality: Mapped[str | None] = wire_text()
    community: Mapped[bytes | None] = wire_id()
    note_format: Mapped[str | None] = wire_text()


@synced
class ClinicCluesRecord(Synced, Base):
    """The official key (CLUES) of a clinic from a day on; keys change when the owner does."""

    __tablename__ = "clinic_clues"
    subject = ("clinic", "of")
    references = ("replaces",)
    append_only = True

    of: Mapped[bytes | None] = wire_id()
    clues: Mapped[str | None] = wire_text()
    from_on: Mapped[str | None] = wire_text()
    replaces: Mapped[bytes | None] = wire_id()

    __table_args__ = (replaced_index("clinic_clues"),)


@synced
class CommunityRecord(Synced, Base):
    """A locality: an INEGI row shipped or imported, or one added here."""

    __tablename__ = "community"
    subject = ("community", "id")

    inegi: Mapped[str | None] = wire_text()
    name: Mapped[str | None] = wire_text()
    municipality: Mapped[str | None] = wire_text()
    population: Mapped[int | None] = wire_int()
    search_key: Mapped[str | None] = derived_text()

    __table_args__ = (Index("ix_community_key", "clinic", "search_key"),)


@synced
class HouseholdRecord(Synced, Base):
    """People who live under one roof."""

    __tablename__ = "household"
    subject = ("household", "id")
    references = ("community", "head")

    number: Mapped[int | None] = wire_int()
    """Running number of the laptop that noted it (`ids.household_numbers`): "hogar 27"."""
    community: Mapped[bytes | None] = wire_id()
    head: Mapped[bytes | None] = wire_id()
    """The person who answers for the household, if known."""
    directions: Mapped[str | None] = wire_text()
    """How to find the house."""

    __table_args__ = (
        Index("ix_household_number", "clinic", "number"),
        Index("ix_household_community", "clinic", "community"),
    )


@synced
class FacilityRecord(Synced, Base):
    """A health facility of the official catalogue."""

    __tablename__ = "facility"
    subject = ("facility", "id")

    clues: Mapped[str | None] = wire_text()
    name: Mapped[str | None] = wire_text()
    institution: Mapped[str | None] = wire_text()
    municipality: Mapped[str | None] = wire_text()
    level: Mapped[str | None] = wire_text()
    search_key: Mapped[str | None] = derived_text()

    __table_args__ = (Index("ix_facility_key", "clinic", "search_key"),)


@synced
class DiagnosisRecord(Synced, Base):
    """A CIE-10 diagnosis with the words physicians use for it."""

    __tablename__ = "diagnosis"
    subject = ("diagnosis", "id")

    code: Mapped[str | None] = wire_text()
    name_es: Mapped[str | None] = wire_text()
    name_en: Mapped[str | None] = wire_text()
    chapter: Mapped[str | None] = wire_text()
    sex_rule: Mapped[str | None] = wire_text()
    notifiable: Mapped[str | None] = wire_text()
    suive: Mapped[str | None] = wire_text()
    synonyms: Mapped[str | None] = wire_text()
    search_key: Mapped[str | None] = derived_text()

    __table_args__ = (Index("ix_diagnosis_code", "clinic", "code"),)
