"""Tables of mentoring: checklists by version, a session with what was observed and agreed, its signatures and answers.

A session is one subject. Its rows may be edited until mentor and mentee have both signed the same contents; a signature
keeps the digest of what was signed, so that an edit made meanwhile on another laptop is seen (`services/mentoring`).
What happens to an agreed action afterwards, answers and addenda are rows of their own, never edits.
"""

from __future__ import annotations

from ces_desktop.data.models.base import Field, Index, Synced, replaced_index, wire_id, wire_int, wire_text


class ChecklistRecord(Synced):
    """One version of a checklist for an observed consult. A change makes a new version; old sessions keep theirs."""

    __tablename__ = "checklist"
    subject = ("checklist", "id")
    references = ("previous",)

    code: Field[str | None] = wire_text()
    """Shared by all versions of a list."""
    version: Field[int | None] = wire_int()
    name_es: Field[str | None] = wire_text()
    name_en: Field[str | None] = wire_text()
    source: Field[str | None] = wire_text()
    """Guides its items rest on."""
    active: Field[str | None] = wire_text()
    """"no" = not offered for new sessions."""
    previous: Field[bytes | None] = wire_id()

    indexes = (Index("ix_checklist_code", "clinic", "code", "version"),)


class ChecklistItemRecord(Synced):
    """One thing to watch for, of one version of a checklist. Never edited."""

    __tablename__ = "checklist_item"
    subject = ("checklist", "checklist")
    references = ("checklist",)
    append_only = True

    checklist: Field[bytes | None] = wire_id()
    code: Field[str | None] = wire_text()
    """The same in every version in which the item means the same."""
    position: Field[int | None] = wire_int()
    critical: Field[str | None] = wire_text()
    """"yes" = missing it can harm: listed first."""
    text_es: Field[str | None] = wire_text()
    text_en: Field[str | None] = wire_text()

    indexes = (Index("ix_checklist_item_list", "clinic", "checklist"),)


class MentoringSessionRecord(Synced):
    """A mentoring session of a clinic."""

    __tablename__ = "mentoring_session"
    subject = ("mentoring_session", "id")

    happened_on: Field[str | None] = wire_text()
    kind: Field[str | None] = wire_text()
    """"on_site", "phone" or "seminar"."""

    indexes = (Index("ix_mentoring_session_day", "clinic", "happened_on"),)


class SessionPersonRecord(Synced):
    """Somebody who took part, as mentor or mentee."""

    __tablename__ = "session_person"
    subject = ("mentoring_session", "session")
    references = ("session", "user", "person")

    session: Field[bytes | None] = wire_id()
    role: Field[str | None] = wire_text()
    """"mentor" or "mentee"."""
    user: Field[bytes | None] = wire_id()
    """Who signs in as such here; NULL = a visitor without a sign-in."""
    person: Field[bytes | None] = wire_id()
    """The member of staff, where known."""
    name: Field[str | None] = wire_text()
    """As it was on that day."""

    indexes = (
        Index("ix_session_person_session", "clinic", "session"),
        Index("ix_session_person_user", "clinic", "user"),
    )


class SessionObservationRecord(Synced):
    """One consult that the mentor watched, against one version of a checklist."""

    __tablename__ = "session_observation"
    subject = ("mentoring_session", "session")
    references = ("session", "patient", "checklist")

    session: Field[bytes | None] = wire_id()
    position: Field[int | None] = wire_int()
    patient: Field[bytes | None] = wire_id()
    """NULL = a consult that is not linked to anybody."""
    checklist: Field[bytes | None] = wire_id()
    note: Field[str | None] = wire_text()

    indexes = (
        Index("ix_session_observation_session", "clinic", "session"),
        Index("ix_session_observation_patient", "clinic", "patient"),
    )


class ObservedItemRecord(Synced):
    """What was seen of one item in one observed consult. No row = not answered yet."""

    __tablename__ = "observed_item"
    subject = ("mentoring_session", "session")
    references = ("session", "observation", "item")

    session: Field[bytes | None] = wire_id()
    observation: Field[bytes | None] = wire_id()
    item: Field[bytes | None] = wire_id()
    result: Field[str | None] = wire_text()
    """"met", "partly", "not" or "not_seen"."""

    indexes = (Index("ix_observed_item_session", "clinic", "session"),)


class SessionCaseRecord(Synced):
    """A case that was talked over."""

    __tablename__ = "session_case"
    subject = ("mentoring_session", "session")
    references = ("session", "patient")

    session: Field[bytes | None] = wire_id()
    position: Field[int | None] = wire_int()
    patient: Field[bytes | None] = wire_id()
    """NULL = no person of the register."""
    reason: Field[str | None] = wire_text()
    """Why it was proposed: "control", "protocol", "referral"; NULL = the mentor's own choice."""
    facts: Field[str | None] = wire_text()
    """The figures behind the reason on that day, JSON of integers and codes (`domain/mentoring_cases`)."""
    note: Field[str | None] = wire_text()

    indexes = (
        Index("ix_session_case_session", "clinic", "session"),
        Index("ix_session_case_patient", "clinic", "patient"),
    )


class SessionPointRecord(Synced):
    """One topic, strength or problem of the system that was spoken of."""

    __tablename__ = "session_point"
    subject = ("mentoring_session", "session")
    references = ("session",)

    session: Field[bytes | None] = wire_id()
    kind: Field[str | None] = wire_text()
    """"topic", "strength" or "problem"."""
    position: Field[int | None] = wire_int()
    text: Field[str | None] = wire_text()

    indexes = (Index("ix_session_point_session", "clinic", "session"),)


class SessionActionRecord(Synced):
    """An agreed action, at most three in a session. What became of it: `session_action_event`."""

    __tablename__ = "session_action"
    subject = ("mentoring_session", "session")
    references = ("session", "owner")

    session: Field[bytes | None] = wire_id()
    position: Field[int | None] = wire_int()
    text: Field[str | None] = wire_text()
    owner: Field[bytes | None] = wire_id()
    """A user; NULL = somebody without a sign-in, by name alone."""
    owner_name: Field[str | None] = wire_text()
    due_on: Field[str | None] = wire_text()

    indexes = (Index("ix_session_action_session", "clinic", "session"),)


class SessionActionEventRecord(Synced):
    """An action was reviewed: done, dropped, or open again. The last one says the state; none = open."""

    __tablename__ = "session_action_event"
    subject = ("session_action", "action")
    references = ("action", "session", "replaces")
    append_only = True

    action: Field[bytes | None] = wire_id()
    session: Field[bytes | None] = wire_id()
    """In which session it was reviewed; NULL = between two."""
    state: Field[str | None] = wire_text()
    """"done", "dropped" or "open"."""
    note: Field[str | None] = wire_text()
    happened_on: Field[str | None] = wire_text()
    replaces: Field[bytes | None] = wire_id()

    indexes = (
        Index("ix_session_action_event_action", "clinic", "action"),
        replaced_index("session_action_event"),
    )


class SessionSignatureRecord(Synced):
    """Mentor or mentee signed the session as it stood. Two of the same digest, one of each side, close it."""

    __tablename__ = "session_signature"
    subject = ("mentoring_session", "session")
    references = ("session",)
    append_only = True

    session: Field[bytes | None] = wire_id()
    role: Field[str | None] = wire_text()
    """"mentor" or "mentee"."""
    user: Field[bytes | None] = wire_id()
    name: Field[str | None] = wire_text()
    digest: Field[str | None] = wire_text()
    """SHA-256, hexadecimal, of the contents as they were signed (`domain/mentoring_session.digest`)."""
    happened_on: Field[str | None] = wire_text()

    indexes = (Index("ix_session_signature_session", "clinic", "session"),)


class SessionRemarkRecord(Synced):
    """Words that come after: the mentee's answer, or an addendum of either side."""

    __tablename__ = "session_remark"
    subject = ("mentoring_session", "session")
    references = ("session", "replaces")
    append_only = True

    session: Field[bytes | None] = wire_id()
    kind: Field[str | None] = wire_text()
    """"answer" or "addendum"."""
    user: Field[bytes | None] = wire_id()
    name: Field[str | None] = wire_text()
    text: Field[str | None] = wire_text()
    happened_on: Field[str | None] = wire_text()
    replaces: Field[bytes | None] = wire_id()

    indexes = (Index("ix_session_remark_session", "clinic", "session"), replaced_index("session_remark"))
