"""Tables of clinics, communities, households, health facilities, and coded diagnoses."""

from __future__ import annotations

from ces_desktop.data.models.base import (
    Field,
    Index,
    Synced,
    derived_text,
    replaced_index,
    wire_id,
    wire_int,
    wire_text,
)


class ClinicRecord(Synced):
    """A clinic; its id derives from the prefix, so every laptop agrees on it."""

    __tablename__ = "clinic"
    subject = ("clinic", "id")
    references = ("community",)

    prefix: Field[str | None] = wire_text()
    name: Field[str | None] = wire_text()
    official_name: Field[str | None] = wire_text()
    institution: Field[str | None] = wire_text()
    jurisdiction: Field[str | None] = wire_text()
    municipality: Field[str | None] = wire_text()
    community: Field[bytes | None] = wire_id()
    note_format: Field[str | None] = wire_text()
    reserved_to_hub: Field[str | None] = wire_text()
    """"yes" = the clinic lets the supervisor's computer hold the words of confidential notes."""


class ClinicCluesRecord(Synced):
    """The official key (CLUES) of a clinic from a day on; keys change when the owner does."""

    __tablename__ = "clinic_clues"
    subject = ("clinic", "of")
    references = ("replaces",)
    append_only = True

    of: Field[bytes | None] = wire_id()
    clues: Field[str | None] = wire_text()
    from_on: Field[str | None] = wire_text()
    replaces: Field[bytes | None] = wire_id()

    indexes = (replaced_index("clinic_clues"),)


class CommunityRecord(Synced):
    """A locality: an INEGI row shipped or imported, or one added here."""

    __tablename__ = "community"
    subject = ("community", "id")

    inegi: Field[str | None] = wire_text()
    name: Field[str | None] = wire_text()
    municipality: Field[str | None] = wire_text()
    population: Field[int | None] = wire_int()
    search_key: Field[str | None] = derived_text()

    indexes = (Index("ix_community_key", "clinic", "search_key"),)


class HouseholdRecord(Synced):
    """People who live under one roof."""

    __tablename__ = "household"
    subject = ("household", "id")
    references = ("community", "head")

    number: Field[int | None] = wire_int()
    """Running number of the laptop that noted it (`ids.household_numbers`): "hogar 27"."""
    community: Field[bytes | None] = wire_id()
    head: Field[bytes | None] = wire_id()
    """The person who answers for the household, if known."""
    directions: Field[str | None] = wire_text()
    """How to find the house."""

    indexes = (
        Index("ix_household_number", "clinic", "number"),
        Index("ix_household_community", "clinic", "community"),
    )


class FacilityRecord(Synced):
    """A health facility of the official catalogue."""

    __tablename__ = "facility"
    subject = ("facility", "id")

    clues: Field[str | None] = wire_text()
    name: Field[str | None] = wire_text()
    institution: Field[str | None] = wire_text()
    municipality: Field[str | None] = wire_text()
    level: Field[str | None] = wire_text()
    search_key: Field[str | None] = derived_text()

    indexes = (Index("ix_facility_key", "clinic", "search_key"),)


class DiagnosisRecord(Synced):
    """A CIE-10 diagnosis with the words physicians use for it."""

    __tablename__ = "diagnosis"
    subject = ("diagnosis", "id")

    code: Field[str | None] = wire_text()
    name_es: Field[str | None] = wire_text()
    name_en: Field[str | None] = wire_text()
    chapter: Field[str | None] = wire_text()
    sex_rule: Field[str | None] = wire_text()
    notifiable: Field[str | None] = wire_text()
    suive: Field[str | None] = wire_text()
    synonyms: Field[str | None] = wire_text()
    search_key: Field[str | None] = derived_text()

    indexes = (Index("ix_diagnosis_code", "clinic", "code"),)
