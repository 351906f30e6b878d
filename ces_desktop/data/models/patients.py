"""Tables of the register: people, their status over time, consent, and which records are one person."""

from __future__ import annotations

from sqlalchemy import Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from ces_desktop.data.models.base import (
    Base,
    Bytes,
    Synced,
    derived_text,
    replaced_index,
    synced,
    wire_id,
    wire_int,
    wire_text,
)


@synced
class PatientRecord(Synced, Base):
    """One registration of a person. Two registrations of one person share `person` through `same_as`."""

    __tablename__ = "patient"
    subject = ("patient", "id")
    references = ("community", "household")

    human_id: Mapped[str | None] = wire_text()
    given: Mapped[str | None] = wire_text()
    paternal: Mapped[str | None] = wire_text()
    maternal: Mapped[str | None] = wire_text()
    paternal_kind: Mapped[str | None] = wire_text()
    """"given", "none" (has no such surname) or "unknown"."""
    maternal_kind: Mapped[str | None] = wire_text()
    nickname: Mapped[str | None] = wire_text()
    sex: Mapped[str | None] = wire_text()
    birth: Mapped[str | None] = wire_text()
    """Partial ISO date: 1958, 1958-07 or 1958-07-14."""
    birth_precision: Mapped[str | None] = wire_text()
    stated_age: Mapped[int | None] = wire_int()
    stated_on: Mapped[str | None] = wire_text()
    curp: Mapped[str | None] = wire_text()
    folder: Mapped[str | None] = wire_text()
    """Number of the paper folder."""
    community: Mapped[bytes | None] = wire_id()
    household: Mapped[bytes | None] = wire_id()
    mother_name: Mapped[str | None] = wire_text()
    phone: Mapped[str | None] = wire_text()
    phone_owner: Mapped[str | None] = wire_text()
    language: Mapped[str | None] = wire_text()
    reads: Mapped[str | None] = wire_text()
    test_record: Mapped[str | None] = wire_text()
    """"yes" = made to try things out; never counted."""
    happened_on: Mapped[str | None] = wire_text()
    """Day of registration, local date."""

    person: Mapped[bytes | None] = mapped_column(Bytes(16), default=None, init=False, info={"derived": True})
    search_text: Mapped[str | None] = derived_text()
    sort_key: Mapped[str | None] = derived_text()
    birth_first: Mapped[str | None] = derived_text()
    birth_last: Mapped[str | None] = derived_text()
    match_surnames: Mapped[str | None] = derived_text()
    match_name: Mapped[str | None] = derived_text()
    match_birth: Mapped[str | None] = derived_text()
    row_no: Mapped[int | None] = mapped_column(Integer, default=None, init=False, unique=True)
    """Row of the full-text index; local, given by arrival."""

    __table_args__ = (
        Index("ix_patient_human_id", "clinic", "human_id"),
        Index("ix_patient_sort", "clinic", "sort_key"),
        Index("ix_patient_person", "clinic", "person"),
        Index("ix_patient_household", "clinic", "household"),
        Index("ix_patient_community", "clinic", "community"),
        Index("ix_patient_match_surnames", "clinic", "match_surnames"),
        Index("ix_patient_match_name", "clinic", "match_name"),
        Index("ix_patient_match_birth", "clinic", "match_birth"),
        Index("ix_patient_curp", "clinic", "curp", sqlite_where=text("curp IS NOT NULL")),
        Index("ix_patient_phone", "clinic", "phone", sqlite_where=text("phone IS NOT NULL")),
    )


@synced
class PatientStatusRecord(Synced, Base):
    """From a day on the person is active, moved, transferred or died. Corrections carry `replaces`."""

    __tablename__ = "patient_status"
    subject = ("patient", "patient")
    references = ("patient", "replaces")
    append_only = True

    patient: Mapped[bytes | None] = wire_id()
    status: Mapped[str | None] = wire_text()
    happened_on: Mapped[str | None] = wire_text()
    cause: Mapped[str | None] = wire_text()
    place: Mapped[str | None] = wire_text()
    replaces: Mapped[bytes | None] = wire_id()

    __table_args__ = (
        Index("ix_patient_status_patient", "clinic", "patient"),
        replaced_index("patient_status"),
    )


@synced
class ConsentRecord(Synced, Base):
    """The person, or who answers for them, said yes or no to something explained to them."""

    __tablename__ = "consent"
    subject = ("patient", "patient")
    references = ("patient", "replaces")
    append_only = True

    patient: Mapped[bytes | None] = wire_id()
    about: Mapped[str | None] = wire_text()
    """"privacy_notice", "share_with_network" or "contact_by_companion"."""
    answer: Mapped[str | None] = wire_text()
    given_by: Mapped[str | None] = wire_text()
    notice_version: Mapped[str | None] = wire_text()
    happened_on: Mapped[str | None] = wire_text()
    replaces: Mapped[bytes | None] = wire_id()

    __table_args__ = (
        Index("ix_consent_patient", "clinic", "patient"),
        replaced_index("consent"),
    )


@synced
class SameAsRecord(Synced, Base):
    """Two registrations are one person; voiding the row parts them again. Facts are never re-pointed."""

    __tablename__ = "same_as"
    subject = ("patient", "one")
    references = ("one", "other")

    one: Mapped[bytes | None] = wire_id()
    other: Mapped[bytes | None] = wire_id()
    reasons: Mapped[str | None] = wire_text()

    __table_args__ = (
        Index("ix_same_as_one", "clinic", "one"),
        Index("ix_same_as_other", "clinic", "other"),
    )


@synced
class NotSameRecord(Synced, Base):
    """Someone looked and found two registrations to be two people; the pair is not proposed again."""

    __tablename__ = "not_same"
    subject = ("patient", "one")
    references = ("one", "other")

    one: Mapped[bytes | None] = wire_id()
    other: Mapped[bytes | None] = wire_id()

    __table_args__ = (Index("ix_not_same_one", "clinic", "one"),)
