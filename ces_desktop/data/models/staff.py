"""Tables of the people who work at the clinics: who serves where and when, who is away, what they ask for.

A *placement* is a person in a role at a clinic from one day to another. Its `at` says the clinic; the column `clinic`
says whose journal holds the row: the clinic's own, or the network's once the hub plans placements.
"""

from __future__ import annotations

from ces_desktop.data.models.base import Field, Index, Synced, wire_id, wire_text


class StaffPersonRecord(Synced):
    """A person who serves, served or may serve at a clinic, or mentors there. Not every one has a sign-in."""

    __tablename__ = "staff_person"
    subject = ("staff", "id")
    references = ("user",)

    name: Field[str | None] = wire_text()
    """As printed: "Dra. Ana Robles"."""
    licence: Field[str | None] = wire_text()
    school: Field[str | None] = wire_text()
    """University or employer the person comes from."""
    phone: Field[str | None] = wire_text()
    email: Field[str | None] = wire_text()
    user: Field[bytes | None] = wire_id()
    """`app_user` of the same person; NULL where there is none."""
    note: Field[str | None] = wire_text()

    indexes = (Index("ix_staff_person_clinic", "clinic", "name"),)


class PlacementRecord(Synced):
    """A person in a role at a clinic. Only `in_service`, `finished` and `left` cover days (`domain.staff`)."""

    __tablename__ = "placement"
    subject = ("staff", "person")
    references = ("person",)

    person: Field[bytes | None] = wire_id()
    at: Field[bytes | None] = wire_id()
    """The clinic where the person serves."""
    role: Field[str | None] = wire_text()
    """"physician", "nurse", "mentor", "coordinator" or "other"."""
    from_on: Field[str | None] = wire_text()
    """First day, ISO; of a candidate the day wished for, or NULL."""
    until_on: Field[str | None] = wire_text()
    """Last day, ISO; while in service the day foreseen, or NULL."""
    cohort: Field[str | None] = wire_text()
    """"YYYY-02" or "YYYY-08": the change of February or August with which the placement begins."""
    state: Field[str | None] = wire_text()
    """"candidate", "assigned", "in_service", "finished" or "left" (before the day foreseen)."""
    reason: Field[str | None] = wire_text()
    """Why somebody left."""
    note: Field[str | None] = wire_text()

    indexes = (Index("ix_placement_at", "clinic", "at"), Index("ix_placement_person", "clinic", "person"))


class AbsenceRecord(Synced):
    """Days on which a person who serves was not there, both ends included."""

    __tablename__ = "absence"
    subject = ("staff", "person")
    references = ("person",)

    person: Field[bytes | None] = wire_id()
    kind: Field[str | None] = wire_text()
    """"leave", "illness", "seminar", "errand" (for the clinic), "family" or "other"."""
    from_on: Field[str | None] = wire_text()
    until_on: Field[str | None] = wire_text()
    note: Field[str | None] = wire_text()

    indexes = (Index("ix_absence_person", "clinic", "person"),)


class StaffRequestRecord(Synced):
    """Something a person or the clinic needs that is no medicine. Its state is that of the last event that says one."""

    __tablename__ = "staff_request"
    subject = ("staff_request", "id")
    references = ("person",)

    person: Field[bytes | None] = wire_id()
    """Staff person it is for; NULL = the clinic."""
    kind: Field[str | None] = wire_text()
    """"housing", "transport", "internet", "stipend", "equipment", "safety" or "other"."""
    urgency: Field[str | None] = wire_text()
    """"urgent", "soon" or "normal"."""
    text: Field[str | None] = wire_text()
    owner: Field[str | None] = wire_text()
    """Who sees to it, by name; NULL = nobody yet."""
    due_on: Field[str | None] = wire_text()
    happened_on: Field[str | None] = wire_text()
    """The day it was asked."""

    indexes = (Index("ix_staff_request_day", "clinic", "happened_on"),)


class StaffRequestEventRecord(Synced):
    """An answer to a request, or a new state of it, on a day."""

    __tablename__ = "staff_request_event"
    subject = ("staff_request", "request")
    references = ("request",)
    append_only = True

    request: Field[bytes | None] = wire_id()
    state: Field[str | None] = wire_text()
    """"open" (again), "doing", "done" or "declined"; NULL = words only."""
    text: Field[str | None] = wire_text()
    happened_on: Field[str | None] = wire_text()

    indexes = (Index("ix_staff_request_event_request", "clinic", "request"),)
