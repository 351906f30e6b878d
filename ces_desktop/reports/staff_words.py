"""The words for kinds and states of placements, days away and requests, on screen and on paper."""

from __future__ import annotations

from ces_desktop.domain.staff import AbsenceKind, PlacementState, StaffRole
from ces_desktop.domain.staff_requests import RequestKind, RequestState, Urgency
from ces_desktop.i18n import tr
from ces_desktop.reports import words


def state_words(state: PlacementState) -> str:
    """Where a placement stands."""
    return {
        "candidate": tr("Candidate"),
        "assigned": tr("Assigned"),
        "in_service": tr("In service"),
        "finished": tr("Term served"),
        "left": tr("Left early"),
    }[state]


def role_words(role: StaffRole) -> str:
    """What somebody is at the clinic."""
    return {
        "physician": tr("Physician"),
        "nurse": tr("Nurse"),
        "mentor": tr("Mentor"),
        "coordinator": tr("Coordinator"),
        "other": tr("Other role"),
    }[role]


def absence_words(kind: AbsenceKind) -> str:
    """Why somebody is away."""
    return {
        "leave": tr("Leave of absence"),
        "illness": tr("Illness"),
        "seminar": tr("Seminar"),
        "errand": tr("Errand for the clinic"),
        "family": tr("Family"),
        "other": tr("Other reason"),
    }[kind]


def request_words(kind: RequestKind) -> str:
    """What a request is about."""
    return {
        "housing": tr("Housing"),
        "transport": tr("Transport"),
        "internet": tr("Internet"),
        "stipend": tr("Stipend"),
        "equipment": tr("Equipment and furniture"),
        "safety": tr("Safety"),
        "other": tr("Other request"),
    }[kind]


def urgency_words(urgency: Urgency) -> str:
    """How soon it is wanted."""
    return {"urgent": tr("Urgent"), "soon": tr("Soon"), "normal": tr("Can wait")}[urgency]


def request_state_words(state: RequestState) -> str:
    """What has become of a request."""
    return {
        "open": tr("Waiting"),
        "doing": tr("Being seen to"),
        "done": tr("Solved"),
        "declined": tr("Declined"),
    }[state]


def span(from_on: str, until_on: str) -> str:
    """Two ISO days as they are read; "" = not said."""
    if not from_on:
        return tr("days not set")
    if from_on == until_on:
        return words.day(from_on)
    return f"{words.day(from_on)} – {words.day(until_on) if until_on else tr('not ended')}"


def cohort_words(cohort: str) -> str:
    """The cohort in a list."""
    return tr("cohort {month}").format(month=words.day(cohort)) if cohort else ""
