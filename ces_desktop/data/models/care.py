"""Tables of what holds for a person between visits: programmes, problems, allergies, history, vaccines, contacts.

All are dated facts (`happened_on`) and append-only; a correction carries `replaces`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Text

from ces_desktop.data.models.base import (
    ID,
    Base,
    Bytes,
    Field,
    Index,
    Synced,
    column,
    replaced_index,
    wire_id,
    wire_int,
    wire_text,
)


class EnrolmentRecord(Synced):
    """From a day on the person is in a programme, or has left it: dated facts, like statuses."""

    __tablename__ = "enrolment"
    subject = ("patient", "patient")
    references = ("patient", "replaces")
    append_only = True

    patient: Field[bytes | None] = wire_id()
    programme: Field[str | None] = wire_text()
    """Code of `domain/programs`: "hypertension", "diabetes"…"""
    state: Field[str | None] = wire_text()
    """"enrolled" or "left"."""
    happened_on: Field[str | None] = wire_text()
    reason: Field[str | None] = wire_text()
    replaces: Field[bytes | None] = wire_id()

    indexes = (
        Index("ix_enrolment_programme", "clinic", "programme", "patient"),
        Index("ix_enrolment_patient", "clinic", "patient"),
        replaced_index("enrolment"),
    )


class ConditionRecord(Synced):
    """A line of the problem list as it stands from a day on. A later line of the same `problem` takes its place."""

    __tablename__ = "condition"
    subject = ("patient", "patient")
    references = ("patient", "replaces")
    append_only = True

    patient: Field[bytes | None] = wire_id()
    problem: Field[bytes | None] = wire_id()
    """Id of the problem, shared by the lines that follow it over time: the first line's own id."""
    diagnosis: Field[bytes | None] = wire_id()
    code: Field[str | None] = wire_text()
    label: Field[str | None] = wire_text()
    """Own words, where no code fits."""
    onset: Field[str | None] = wire_text()
    """Partial ISO date."""
    state: Field[str | None] = wire_text()
    """"active" or "resolved"."""
    happened_on: Field[str | None] = wire_text()
    replaces: Field[bytes | None] = wire_id()

    indexes = (Index("ix_condition_patient", "clinic", "patient"), replaced_index("condition"))


class AllergyRecord(Synced):
    """An allergy or intolerance; or, with `state` "none_known", that the person denies any ("Niega alergias")."""

    __tablename__ = "allergy"
    subject = ("patient", "patient")
    references = ("patient", "replaces")
    append_only = True

    patient: Field[bytes | None] = wire_id()
    state: Field[str | None] = wire_text()
    """"present", "refuted" or "none_known"."""
    substance: Field[str | None] = wire_text()
    drug_class: Field[str | None] = wire_text()
    """Class of medicines it stands for ("penicillins"), if any."""
    reaction: Field[str | None] = wire_text()
    severity: Field[str | None] = wire_text()
    """"mild", "moderate", "severe" or "unknown"."""
    since: Field[str | None] = wire_text()
    """Partial ISO date."""
    happened_on: Field[str | None] = wire_text()
    replaces: Field[bytes | None] = wire_id()

    indexes = (Index("ix_allergy_patient", "clinic", "patient"), replaced_index("allergy"))


class HistoryItemRecord(Synced):
    """One answer of the clinical history (NOM-004-SSA3-2012, 6.1); the latest of each code holds."""

    __tablename__ = "history_item"
    subject = ("patient", "patient")
    references = ("patient", "replaces")
    append_only = True

    patient: Field[bytes | None] = wire_id()
    code: Field[str | None] = wire_text()
    word: Field[str | None] = wire_text()
    """"yes", "no", "unknown" or an option."""
    text: Field[str | None] = wire_text()
    happened_on: Field[str | None] = wire_text()
    replaces: Field[bytes | None] = wire_id()

    indexes = (Index("ix_history_item_patient", "clinic", "patient", "code"), replaced_index("history_item"))


class ImmunisationRecord(Synced):
    """A vaccine given, here or elsewhere."""

    __tablename__ = "immunisation"
    subject = ("patient", "patient")
    references = ("patient", "replaces")
    append_only = True

    patient: Field[bytes | None] = wire_id()
    encounter: Field[bytes | None] = wire_id()
    vaccine: Field[str | None] = wire_text()
    dose: Field[str | None] = wire_text()
    lot: Field[str | None] = wire_text()
    given_here: Field[str | None] = wire_text()
    happened_on: Field[str | None] = wire_text()
    """Partial ISO date when only the year or month is on the card."""
    replaces: Field[bytes | None] = wire_id()

    indexes = (Index("ix_immunisation_patient", "clinic", "patient"), replaced_index("immunisation"))


class ContactRecord(Synced):
    """Somebody went to look for a person who did not come, or telephoned: what came of it."""

    __tablename__ = "contact"
    subject = ("patient", "patient")
    references = ("patient", "replaces")
    append_only = True

    patient: Field[bytes | None] = wire_id()
    outcome: Field[str | None] = wire_text()
    """"visited", "promised", "nobody_home", "refused", "moved", "transferred", "died" or "wrong_address"."""
    how: Field[str | None] = wire_text()
    """"home" or "phone"."""
    promised_on: Field[str | None] = wire_text()
    note: Field[str | None] = wire_text()
    happened_on: Field[str | None] = wire_text()
    replaces: Field[bytes | None] = wire_id()

    indexes = (
        Index("ix_contact_patient", "clinic", "patient"),
        Index("ix_contact_day", "clinic", "happened_on"),
        replaced_index("contact"),
    )


class PatientIdentifierRecord(Synced):
    """A number that the person bears in another register (an imported one, an older folder); never given to another."""

    __tablename__ = "patient_identifier"
    subject = ("patient", "patient")
    references = ("patient", "replaces")
    append_only = True

    patient: Field[bytes | None] = wire_id()
    system: Field[str | None] = wire_text()
    """Name of that register."""
    value: Field[str | None] = wire_text()
    happened_on: Field[str | None] = wire_text()
    replaces: Field[bytes | None] = wire_id()

    indexes = (
        Index("ix_patient_identifier_value", "clinic", "system", "value"),
        Index("ix_patient_identifier_patient", "clinic", "patient"),
        replaced_index("patient_identifier"),
    )


class IssuedReportRecord(Synced):
    """A report that was issued: its folio, of which period, from which data. Its bytes stay in `report_file`."""

    __tablename__ = "issued_report"
    subject = ("issued_report", "id")
    references = ("replaces",)
    append_only = True

    kind: Field[str | None] = wire_text()
    """"monthly"…"""
    period: Field[str | None] = wire_text()
    """ISO month, week or day."""
    folio: Field[str | None] = wire_text()
    cut_at: Field[int | None] = wire_int()
    """UTC milliseconds of the data cut; also the creation date of the PDF."""
    data_sha: Field[str | None] = wire_text()
    """SHA-256 of the data cut, hexadecimal."""
    definitions: Field[str | None] = wire_text()
    """Version of the indicator definitions."""
    happened_on: Field[str | None] = wire_text()
    replaces: Field[bytes | None] = wire_id()
    """The issue it takes the place of ("sustituye al folio …")."""

    indexes = (Index("ix_issued_report_period", "clinic", "kind", "period"), replaced_index("issued_report"))


class ReportFileRecord(Base):
    """The bytes of an issued report as they were printed; they stay on this laptop, a reprint sends the same."""

    __tablename__ = "report_file"

    report: Field[bytes] = column(ID, primary_key=True)
    file_name: Field[str] = column(Text, nullable=False)
    made_at: Field[int] = column(BigInteger, nullable=False)
    content: Field[bytes] = column(Bytes(), nullable=False)
