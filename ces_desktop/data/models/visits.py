"""Tables of a visit: who came, the consult as it was signed, what was measured, diagnosed, prescribed and asked for.

Every row names the person and the day it is about (`happened_on`, the clinic's local date, possibly past). Rows are
append-only: a correction carries `replaces`. Rows of one visit share `encounter`, an id made when the person is put in
the waiting room or the consult is opened, before the `encounter` row itself is signed.
"""

from __future__ import annotations

from ces_desktop.data.models.base import Field, Index, Synced, replaced_index, wire_id, wire_int, wire_text


class ArrivalRecord(Synced):
    """Somebody waits to be seen ("en sala"), until the consult `encounter` is signed or the row voided."""

    __tablename__ = "arrival"
    subject = ("patient", "patient")
    references = ("patient",)
    append_only = True

    patient: Field[bytes | None] = wire_id()
    encounter: Field[bytes | None] = wire_id()
    """Id that the consult will bear; the vital signs taken on arrival name it already."""
    happened_on: Field[str | None] = wire_text()
    arrived_at: Field[int | None] = wire_int()
    """UTC milliseconds."""
    came_for: Field[str | None] = wire_text()

    indexes = (Index("ix_arrival_day", "clinic", "happened_on"),)


class EncounterRecord(Synced):
    """A signed consult. Never changed afterwards: addenda are rows of `addendum`."""

    __tablename__ = "encounter"
    subject = ("patient", "patient")
    references = ("patient", "replaces")
    append_only = True

    patient: Field[bytes | None] = wire_id()
    kind: Field[str | None] = wire_text()
    """"consult", "emergency", "home_visit" or "imported" (a row of an older register)."""
    happened_on: Field[str | None] = wire_text()
    started_at: Field[int | None] = wire_int()
    """UTC milliseconds at which it was opened; NULL when only the day is known (entered late from paper)."""
    entered: Field[str | None] = wire_text()
    """"live", or "late" = copied from a paper day."""
    first_of_year: Field[str | None] = wire_text()
    """"yes" / "no": what was known at signing of the "1a visita del año"; figures count it anew (decision 017)."""
    referred_by: Field[str | None] = wire_text()
    subjective: Field[str | None] = wire_text()
    objective: Field[str | None] = wire_text()
    assessment: Field[str | None] = wire_text()
    plan: Field[str | None] = wire_text()
    prognosis: Field[str | None] = wire_text()
    """"good", "guarded", "poor" or "to_be_seen"."""
    unmeasured: Field[str | None] = wire_text()
    """Why the key reading of a programme is missing: "no_equipment", "declined" or "forgotten"."""
    author_name: Field[str | None] = wire_text()
    """Who saw the person, where that is not who typed (paper days of somebody else)."""
    reserved: Field[str | None] = wire_text()
    """"yes" = its words are rows of `reserved_note`, and those columns are empty here."""
    replaces: Field[bytes | None] = wire_id()

    indexes = (
        Index("ix_encounter_patient", "clinic", "patient", "happened_on"),
        Index("ix_encounter_day", "clinic", "happened_on"),
        replaced_index("encounter"),
    )


class AddendumRecord(Synced):
    """A text added to a signed consult, with its own author and time."""

    __tablename__ = "addendum"
    subject = ("patient", "patient")
    references = ("patient", "encounter", "replaces")
    append_only = True

    patient: Field[bytes | None] = wire_id()
    encounter: Field[bytes | None] = wire_id()
    text: Field[str | None] = wire_text()
    happened_on: Field[str | None] = wire_text()
    replaces: Field[bytes | None] = wire_id()

    indexes = (Index("ix_addendum_patient", "clinic", "patient"), replaced_index("addendum"))


class ReservedNoteRecord(Synced):
    """The words of a confidential consult, or one added to it later (`addendum`): in a scope of their own.

    What is coded (diagnoses, measures, medicines) stays with the consult, so that counts agree everywhere.
    """

    __tablename__ = "reserved_note"
    subject = ("patient", "patient")
    references = ("patient", "encounter")
    append_only = True
    confidential = True

    patient: Field[bytes | None] = wire_id()
    encounter: Field[bytes | None] = wire_id()
    referred_by: Field[str | None] = wire_text()
    subjective: Field[str | None] = wire_text()
    objective: Field[str | None] = wire_text()
    assessment: Field[str | None] = wire_text()
    plan: Field[str | None] = wire_text()
    next_reason: Field[str | None] = wire_text()
    """Why the person comes back."""
    addendum: Field[str | None] = wire_text()
    """A text added after signing; then the others are empty."""
    happened_on: Field[str | None] = wire_text()

    indexes = (Index("ix_reserved_note_patient", "clinic", "patient"),)


class ObservationRecord(Synced):
    """One measured or asked fact. `code` is of `measures.csv`; a number is an integer in its scale, else a word."""

    __tablename__ = "observation"
    subject = ("patient", "patient")
    references = ("patient", "request", "replaces")
    append_only = True

    patient: Field[bytes | None] = wire_id()
    encounter: Field[bytes | None] = wire_id()
    request: Field[bytes | None] = wire_id()
    """The `lab_request` it answers."""
    code: Field[str | None] = wire_text()
    value: Field[int | None] = wire_int()
    word: Field[str | None] = wire_text()
    """The chosen option, "yes" / "no" / "unknown", or the text of a report."""
    confirmed: Field[str | None] = wire_text()
    """"yes" = unlikely, and the person who typed it said that it is right; "no" = nobody was asked."""
    happened_on: Field[str | None] = wire_text()
    replaces: Field[bytes | None] = wire_id()

    indexes = (
        Index("ix_observation_patient", "clinic", "patient", "code", "happened_on"),
        Index("ix_observation_request", "clinic", "request", where="request IS NOT NULL"),
        replaced_index("observation"),
    )


class EncounterDiagnosisRecord(Synced):
    """A coded diagnosis of a consult, in the order of importance."""

    __tablename__ = "encounter_diagnosis"
    subject = ("patient", "patient")
    references = ("patient", "replaces")
    append_only = True

    patient: Field[bytes | None] = wire_id()
    encounter: Field[bytes | None] = wire_id()
    diagnosis: Field[bytes | None] = wire_id()
    code: Field[str | None] = wire_text()
    """CIE-10 as it was on that day."""
    first_time: Field[str | None] = wire_text()
    """"yes" = "1a vez", "no" = subsequent."""
    certainty: Field[str | None] = wire_text()
    """"confirmed" or "presumed"."""
    position: Field[int | None] = wire_int()
    happened_on: Field[str | None] = wire_text()
    replaces: Field[bytes | None] = wire_id()

    indexes = (
        Index("ix_encounter_diagnosis_patient", "clinic", "patient", "code"),
        Index("ix_encounter_diagnosis_day", "clinic", "happened_on"),
        replaced_index("encounter_diagnosis"),
    )


class PrescriptionRecord(Synced):
    """One medicine of a prescription. Doses in quarters of its unit at each time of day; quantity in whole units."""

    __tablename__ = "prescription"
    subject = ("patient", "patient")
    references = ("patient", "replaces")
    append_only = True

    patient: Field[bytes | None] = wire_id()
    encounter: Field[bytes | None] = wire_id()
    item: Field[bytes | None] = wire_id()
    drug_text: Field[str | None] = wire_text()
    """Generic name and strength as printed; alone where the medicine is not in the catalogue."""
    morning: Field[int | None] = wire_int()
    noon: Field[int | None] = wire_int()
    afternoon: Field[int | None] = wire_int()
    night: Field[int | None] = wire_int()
    every_hours: Field[int | None] = wire_int()
    """For what is taken by the clock; then `morning` alone holds the quarters of one dose."""
    as_needed: Field[str | None] = wire_text()
    route: Field[str | None] = wire_text()
    days: Field[int | None] = wire_int()
    quantity: Field[int | None] = wire_int()
    instructions: Field[str | None] = wire_text()
    renews: Field[bytes | None] = wire_id()
    """The line that this one goes on with, changed or not."""
    position: Field[int | None] = wire_int()
    """Place in the prescription, from 1."""
    happened_on: Field[str | None] = wire_text()
    replaces: Field[bytes | None] = wire_id()

    indexes = (
        Index("ix_prescription_patient", "clinic", "patient", "happened_on"),
        Index("ix_prescription_day", "clinic", "happened_on"),
        replaced_index("prescription"),
    )


class PrescriptionStopRecord(Synced):
    """A medicine was stopped on a day, before it ran out."""

    __tablename__ = "prescription_stop"
    subject = ("patient", "patient")
    references = ("patient", "prescription", "replaces")
    append_only = True

    patient: Field[bytes | None] = wire_id()
    prescription: Field[bytes | None] = wire_id()
    encounter: Field[bytes | None] = wire_id()
    reason: Field[str | None] = wire_text()
    happened_on: Field[str | None] = wire_text()
    replaces: Field[bytes | None] = wire_id()

    indexes = (Index("ix_prescription_stop_patient", "clinic", "patient"), replaced_index("prescription_stop"))


class LabRequestRecord(Synced):
    """A laboratory test or image that was asked for; pending until an observation names it or it is voided."""

    __tablename__ = "lab_request"
    subject = ("patient", "patient")
    references = ("patient", "replaces")
    append_only = True

    patient: Field[bytes | None] = wire_id()
    encounter: Field[bytes | None] = wire_id()
    test: Field[str | None] = wire_text()
    """A measure code, or "imaging"."""
    detail: Field[str | None] = wire_text()
    """What kind of image, why, or other words for the laboratory."""
    urgent: Field[str | None] = wire_text()
    happened_on: Field[str | None] = wire_text()
    replaces: Field[bytes | None] = wire_id()

    indexes = (
        Index("ix_lab_request_patient", "clinic", "patient"),
        Index("ix_lab_request_day", "clinic", "happened_on"),
        replaced_index("lab_request"),
    )


class AppointmentRecord(Synced):
    """The day a person is expected. The latest made, by `happened_on` and time of recording, is the one in force."""

    __tablename__ = "appointment"
    subject = ("patient", "patient")
    references = ("patient", "replaces")
    append_only = True

    patient: Field[bytes | None] = wire_id()
    encounter: Field[bytes | None] = wire_id()
    kind: Field[str | None] = wire_text()
    """"visit" (agreed in the consult) or "promise" (made to who went to look for them)."""
    due_on: Field[str | None] = wire_text()
    reason: Field[str | None] = wire_text()
    happened_on: Field[str | None] = wire_text()
    """The day it was agreed."""
    replaces: Field[bytes | None] = wire_id()

    indexes = (
        Index("ix_appointment_patient", "clinic", "patient"),
        Index("ix_appointment_due", "clinic", "due_on"),
        replaced_index("appointment"),
    )
