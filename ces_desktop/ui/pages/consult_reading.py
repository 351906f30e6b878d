"""What a consult reads when it opens, in one go: the person, the rules in force, who waits, and the draft left open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ces_desktop.data.measures import measures, thresholds
from ces_desktop.data.queries import catalogue
from ces_desktop.data.queries.visit_form import VisitForm, visit_form
from ces_desktop.data.queries.visits import arrivals
from ces_desktop.domain.ids import Id
from ces_desktop.domain.measures import Measure
from ces_desktop.domain.thresholds import Thresholds
from ces_desktop.i18n import language
from ces_desktop.services import drafts
from ces_desktop.services.drafts import Draft
from ces_desktop.ui.pages.consult_prescription import Drug

FORM = "consult"


@dataclass(frozen=True, slots=True)
class Opening:
    """`form` None = the record is gone. `encounter` None = nobody made one yet."""

    form: VisitForm | None
    thresholds: Thresholds
    measures: Mapping[str, Measure]
    encounter: Id | None = None
    draft: Draft | None = None
    late_on: date | None = None
    due: Mapping[str, str] = field(default_factory=dict)


def opening(
    connection: Any,
    clinic: Id,
    patient: Id,
    today: date,
    user: Id,
    encounter: Id | None,
    late_on: date | None,
) -> Opening:
    """All that the consult needs: the draft of this consult, or of the one the person has open on that day."""
    draft = _draft(connection, patient, user, encounter, late_on)
    if draft is not None:
        encounter = draft.id
        late_on = late_of(draft)
    elif encounter is None and late_on is None:
        waits = (e for _, who, e, *_ in arrivals(connection, clinic, today) if who == patient)
        encounter = next(waits, None)
    form = visit_form(connection, clinic, patient, late_on or today, encounter)
    return Opening(form, thresholds(connection), measures(), encounter, draft, late_on)


def late_of(draft: Draft) -> date | None:
    """The day of a consult entered late; None for one of today."""
    held = draft.content.get("_late_on")
    return date.fromisoformat(held) if held else None


def _draft(
    connection: Any, patient: Id, user: Id, encounter: Id | None, late_on: date | None
) -> Draft | None:
    if encounter is not None:
        return drafts.open_draft(connection, encounter)
    mine = (d for d in drafts.open_drafts(connection, user, FORM) if d.subject == patient)
    return next((d for d in mine if late_of(d) == late_on), None)


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
