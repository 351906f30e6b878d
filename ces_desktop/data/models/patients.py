"""Tables of the register: people, their status over time, consent, and which records are one person."""

from __future__ import annotations

from sqlalchemy import Integer

from ces_desktop.data.models.base import (
    Field,
    Index,
    Synced,
    column,
    derived_id,
    derived_text,
    replaced_index,
    wire_id,
    wire_int,
    wire_text,
)


class PatientRecord(Synced):
    """One registration of a person. Two registrations of one person share `person` through `same_as`."""

    __tablename__ = "patient"
    subject = ("patient", "id")
    references = ("community", "household")

    human_id: Field[str | None] = wire_text()
    given: Field[str | None] = wire_text()
    paternal: Field[str | None] = wire_text()
    maternal: Field[str | None] = wire_text()
    paternal_kind: Field[str | None] = wire_text()
    """"given", "none" (has no such surname) or "unknown"."""
    maternal_kind: Field[str | None] = wire_text()
    nickname: Field[str | None] = wire_text()
    sex: Field[str | None] = wire_text()
    birth: Field[str | None] = wire_text()
    """Partial ISO date: 1958, 1958-07 or 1958-07-14."""
    birth_precision: Field[str | None] = wire_text()
    stated_age: Field[int | None] = wire_int()
    stated_on: Field[str | None] = wire_text()
    curp: Field[str | None] = wire_text()
    folder: Field[str | None] = wire_text()
    """Number of the paper folder."""
    community: Field[bytes | None] = wire_id()
    household: Field[bytes | None] = wire_id()
    mother_name: Field[str | None] = wire_text()
    phone: Field[str | None] = wire_text()
    phone_owner: Field[str | None] = wire_text()
    language: Field[str | None] = wire_text()
    reads: Field[str | None] = wire_text()
    test_record: Field[str | None] = wire_text()
    """"yes" = made to try things out; never counted."""
    happened_on: Field[str | None] = wire_text()
    """Day of registration, local date."""

    person: Field[bytes | None] = derived_id()
    search_text: Field[str | None] = derived_text()
    sort_key: Field[str | None] = derived_text()
    birth_first: Field[str | None] = derived_text()
    birth_last: Field[str | None] = derived_text()
    match_surnames: Field[str | None] = derived_text()
    match_name: Field[str | None] = derived_text()
    match_birth: Field[str | None] = derived_text()
    surnames_folded: Field[str | None] = derived_text()
    """` lopez perez`: a space before each word. With `given_folded` what search results are ordered by."""
    given_folded: Field[str | None] = derived_text()
    row_no: Field[int | None] = column(Integer, default=None, init=False, unique=True)
    """Row of the full-text index; local, given by arrival."""

    indexes = (
        Index("ix_patient_human_id", "clinic", "human_id"),
        Index("ix_patient_sort", "clinic", "sort_key"),
        Index("ix_patient_person", "clinic", "person"),
        Index("ix_patient_household", "clinic", "household"),
        Index("ix_patient_community", "clinic", "community"),
        Index("ix_patient_match_surnames", "clinic", "match_surnames"),
        Index("ix_patient_match_name", "clinic", "match_name"),
        Index("ix_patient_match_birth", "clinic", "match_birth"),
        Index("ix_patient_curp", "clinic", "curp", where="curp IS NOT NULL"),
        Index("ix_patient_phone", "clinic", "phone", where="phone IS NOT NULL"),
    )


class PatientStatusRecord(Synced):
    """From a day on the person is active, moved, transferred or died. Corrections carry `replaces`."""

    __tablename__ = "patient_status"
    subject = ("patient", "patient")
    references = ("patient", "replaces")
    append_only = True

    patient: Field[bytes | None] = wire_id()
    status: Field[str | None] = wire_text()
    happened_on: Field[str | None] = wire_text()
    cause: Field[str | None] = wire_text()
    place: Field[str | None] = wire_text()
    replaces: Field[bytes | None] = wire_id()

    indexes = (
        Index("ix_patient_status_patient", "clinic", "patient"),
        replaced_index("patient_status"),
    )


class ConsentRecord(Synced):
    """The person, or who answers for them, said yes or no to something explained to them."""

    __tablename__ = "consent"
    subject = ("patient", "patient")
    references = ("patient", "replaces")
    append_only = True

    patient: Field[bytes | None] = wire_id()
    about: Field[str | None] = wire_text()
    """"privacy_notice", "share_with_network" or "contact_by_companion"."""
    answer: Field[str | None] = wire_text()
    given_by: Field[str | None] = wire_text()
    notice_version: Field[str | None] = wire_text()
    happened_on: Field[str | None] = wire_text()
    replaces: Field[bytes | None] = wire_id()

    indexes = (
        Index("ix_consent_patient", "clinic", "patient"),
        replaced_index("consent"),
    )


class SameAsRecord(Synced):
    """Two registrations are one person; voiding the row parts them again. Facts are never re-pointed."""

    __tablename__ = "same_as"
    subject = ("patient", "one")
    references = ("one", "other")

    one: Field[bytes | None] = wire_id()
    other: Field[bytes | None] = wire_id()
    reasons: Field[str | None] = wire_text()

    indexes = (
        Index("ix_same_as_one", "clinic", "one"),
        Index("ix_same_as_other", "clinic", "other"),
    )


class NotSameRecord(Synced):
    """Someone looked and found two registrations to be two people; the pair is not proposed again."""

    __tablename__ = "not_same"
    subject = ("patient", "one")
    references = ("one", "other")

    one: Field[bytes | None] = wire_id()
    other: Field[bytes | None] = wire_id()

    indexes = (Index("ix_not_same_one", "clinic", "one"),)
