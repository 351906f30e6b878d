"""What a consult reads when it opens, in one go: the person, the rules in force, who waits, and the draft left open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ces_desktop.data.measures import measures, thresholds
from ces_desktop.data.protocol import protocol
from ces_desktop.data.queries import catalogue
from ces_desktop.data.queries.encounters import EncounterView, encounter_view
from ces_desktop.data.queries.protocol import began
from ces_desktop.data.queries.visit_form import Allergies, VisitForm, allergies, visit_form
from ces_desktop.data.queries.visits import arrivals, in_force, records_of
from ces_desktop.domain.access import Actor
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id, named_id
from ces_desktop.domain.measures import Measure
from ces_desktop.domain.protocol import DueStep, Taken, due_steps
from ces_desktop.domain.thresholds import Thresholds
from ces_desktop.i18n import language
from ces_desktop.services import drafts
from ces_desktop.services.drafts import Draft
from ces_desktop.ui.pages.consult_prescription import Drug

FORM = "consult"
ADDENDUM = "addendum"
VITALS = "vitals"
"""The form of vital signs before a consult, whose draft holds only for its day."""


@dataclass(frozen=True, slots=True)
class Opening:
    """`form` None = the record is gone. `encounter` None = nobody made one yet."""

    form: VisitForm | None
    thresholds: Thresholds
    measures: Mapping[str, Measure]
    encounter: Id | None = None
    draft: Draft | None = None
    late_on: date | None = None
    due: tuple[DueStep, ...] = ()
    open: tuple[OpenConsult, ...] = ()
    """The consults this user has open, the longest open first."""
    waiting: int = 0
    """How many people are in the waiting room."""


@dataclass(frozen=True, slots=True)
class OpenConsult:
    """A consult that was begun and not signed."""

    patient: Id
    encounter: Id
    late_on: date | None
    name: str
    saved_at: int


def opening(
    connection: Any,
    clinic: Id,
    patient: Id,
    today: date,
    user: Id,
    encounter: Id | None,
    late_on: date | None,
    signed: Draft | None = None,
) -> Opening:
    """All that the consult needs: the draft of this consult, or of the one the person has open on that day.

    `signed` is what was typed in the consult signed last: it comes back when that signature was undone.
    """
    held = drafts.open_drafts(connection, user, FORM)
    room = arrivals(connection, clinic, today)
    draft = _draft(held, patient, user, encounter, late_on, today)
    mine = signed is not None and signed.user == user and signed.subject == patient
    if draft is None and signed is not None and mine and late_of(signed, today) == late_on:
        undone = in_force(connection, encounter_of(signed))[1] is False
        draft = signed if undone else None
    if draft is not None:
        encounter = encounter_of(draft)
        late_on = late_of(draft, today)
    elif encounter is None and late_on is None:
        theirs = records_of(connection, clinic, patient)  # they may have come in under another record of theirs
        encounter = next((e for _, who, e, *_ in room if who in theirs), None)
    form = visit_form(connection, clinic, patient, late_on or today, encounter)
    rules, known, on = thresholds(connection), measures(), late_on or today
    due = due_today(form, on, rules) if form is not None else ()
    return Opening(form, rules, known, encounter, draft, late_on, due, open=_open(held, today), waiting=len(room))


def arriving(
    connection: Any, clinic: Id, patient: Id, today: date, user: Id, encounter: Id | None
) -> tuple[Opening, Draft | None]:
    """What the form of vital signs needs, with what this user had typed in it today."""
    held = drafts.open_drafts(connection, user, VITALS)
    draft = next((d for d in held if d.subject == patient and local_day(d.started_at) == today), None)
    return opening(connection, clinic, patient, today, user, encounter, None), draft


def due_today(form: VisitForm, on: date, rules: Thresholds) -> tuple[DueStep, ...]:
    """What the protocol says is due on the day of the consult."""
    age = form.file.age_on(on)
    taken = [Taken(m.line.drug, began(m.prescribed, form.prescribed)) for m in form.medicines]
    return due_steps(protocol(), form.course, age.years if age else None, taken, on, rules)


def draft_id(encounter: Id, user: Id) -> Id:
    """The draft of a consult by one user: what another began for the same person is theirs."""
    return Id(bytes(a ^ b for a, b in zip(encounter, user, strict=True)))


def addendum_draft(encounter: Id, user: Id) -> Id:
    """The draft of what one user adds to a signed consult."""
    return named_id(f"{ADDENDUM}/{user.hex()}", encounter.hex())


def encounter_of(draft: Draft) -> Id:
    """The consult a draft belongs to."""
    return draft_id(draft.id, draft.user)


def _open(held: tuple[Draft, ...], today: date) -> tuple[OpenConsult, ...]:
    found = [
        OpenConsult(d.subject, encounter_of(d), late_of(d, today), d.content.get("_name", ""), d.saved_at)
        for d in held
        if d.subject is not None
    ]
    return tuple(reversed(found))


def signed_consult(
    connection: Any, clinic: Id, encounter: Id, draft: Id, reader: Actor
) -> tuple[EncounterView, Allergies, Draft | None] | None:
    """A signed consult with what is known of the person's allergies now, and the addendum left unsigned."""
    view = encounter_view(connection, clinic, encounter, reader)
    if view is None:
        return None
    known = allergies(connection, clinic, records_of(connection, clinic, view.file.id))
    return view, known, drafts.open_draft(connection, draft)


def late_of(draft: Draft, today: date) -> date | None:
    """The day of a consult entered late; None for one of today. One begun on an earlier day and not signed stays of
    that day."""
    held = draft.content.get("_late_on")
    if held:
        return date.fromisoformat(held)
    begun = local_day(int(draft.content.get("_started", draft.started_at)))
    return begun if begun < today else None


def _draft(
    held: tuple[Draft, ...], patient: Id, user: Id, encounter: Id | None, late_on: date | None, today: date
) -> Draft | None:
    if encounter is not None:
        return next((d for d in held if d.id == draft_id(encounter, user) and d.subject == patient), None)
    return next((d for d in held if d.subject == patient and late_of(d, today) == late_on), None)


def find_diagnoses(
    connection: Any, clinic: Id, typed: str, today: date, patient: Id
) -> list[tuple[str, str, str]]:
    """Diagnoses that fit: (id in hexadecimal, code, name in the language in use)."""
    words = language()
    found = catalogue.find_diagnoses(connection, clinic, typed, today, patient)
    return [(d.id.hex(), d.code, d.name(words)) for d in found]


def find_items(connection: Any, clinic: Id, typed: str, today: date, patient: Id) -> list[Drug]:
    """Medicines that fit."""
    words = language()
    found = catalogue.find_items(connection, clinic, typed, today, patient)
    return [Drug(i.id, i.name(words), i.route, i.dosing, i.code) for i in found]
