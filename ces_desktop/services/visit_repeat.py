"""Whether a consult that is signed already holds what somebody wants to sign under the same id: then it is a repeat."""

from __future__ import annotations

from dataclasses import replace

from ces_desktop.data.queries.encounters import Encounter, encounter_view
from ces_desktop.data.queries.visit_form import enrolments
from ces_desktop.data.queries.visits import records_of
from ces_desktop.data.work import Work
from ces_desktop.domain.ids import Id
from ces_desktop.domain.visits import Line, Visit

_NOBODY = Id(bytes(16))


def holds(work: Work, encounter: Id, visit: Visit) -> bool:
    """Whether nothing of a cleaned visit is missing from the signed consult, and nothing stands in it otherwise.

    Measures of the consult that the visit does not name (taken by somebody else) do not count against it; when the
    form was opened does not either, nor the ids of lines and requests: signed anew they are others.
    """
    view = encounter_view(work.connection, work.installation.clinic, encounter, work.actor)
    if view is None or _decided(view.encounter) != _wanted(visit):
        return False
    seen = {o.id for o in view.encounter.measured}
    found = {(o.code, o.value, o.word) for o in view.encounter.measured}
    if not found.issuperset((m.code, m.value, m.word) for m in visit.measured) or not seen.isdisjoint(visit.removed):
        return False
    records = records_of(work.connection, work.installation.clinic, visit.patient)
    return set(visit.programmes) <= set(enrolments(work.connection, work.installation.clinic, records))


def _decided(each: Encounter) -> tuple[object, ...]:
    return (
        (each.patient, each.day, each.kind, each.entered, each.referred_by, each.author_name),
        (each.note, each.prognosis, each.unmeasured, each.reserved != ""),
        [(d.diagnosis, d.code, d.first_time, d.certainty) for d in each.diagnoses],
        [_without_id(line) for line in each.lines],
        {line.id for line in each.stopped},
        sorted((r.test, r.detail, r.urgent) for r in each.requests),
        (each.next.due_on, each.next.reason) if each.next else None,
    )


def _wanted(visit: Visit) -> tuple[object, ...]:
    return (
        (visit.patient, visit.happened_on, visit.kind, visit.entered, visit.referred_by, visit.author_name),
        (visit.note, visit.prognosis, visit.unmeasured, visit.reserved),
        [(d.diagnosis, d.code, d.first_time, d.certainty) for d in visit.diagnoses],
        [_without_id(line) for line in visit.lines],
        set(visit.stopped),
        sorted((r.test, r.detail, r.urgent) for r in visit.requests),
        (visit.next_on, visit.next_reason) if visit.next_on else None,
    )


def _without_id(line: Line) -> Line:
    return replace(line, id=_NOBODY)
