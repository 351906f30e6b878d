"""Visits: who waits, the vital signs taken before the consult, and the consult signed as one action."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from ces_desktop.data.measures import measures
from ces_desktop.data.models import (
    AddendumRecord,
    ArrivalRecord,
    EncounterRecord,
    LabRequestRecord,
    ObservationRecord,
    ReservedNoteRecord,
)
from ces_desktop.data.queries.patients import PatientFile, patient_file
from ces_desktop.data.queries.visits import arrivals, in_force, prescribed, records_of
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.ids import Id
from ces_desktop.domain.programs import PROGRAMMES
from ces_desktop.domain.registration import Problem
from ces_desktop.domain.visits import (
    LONGEST_NOTE,
    Measured,
    Visit,
    check,
    cleaned,
    measured_problems,
    text_problems,
)
from ces_desktop.errors import Refused
from ces_desktop.services import drafts
from ces_desktop.services import visit_rows as rows
from ces_desktop.services.patients_status import clean_text, earliest_birth
from ces_desktop.services.visit_repeat import holds

_ADDED = (AddendumRecord, ReservedNoteRecord)
"""Where what is added to a consult lies."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody comes to be seen. `encounter` is the id the consult will bear, made when the dialog opens."""

    patient: Id
    encounter: Id
    came_for: str = ""
    measured: tuple[Measured, ...] = ()


@dataclass(frozen=True, slots=True)
class Vitals:
    """Vital signs for a consult to be. `removed` = observations of it that were seen and cleared."""

    patient: Id
    encounter: Id
    measured: tuple[Measured, ...]
    removed: tuple[Id, ...] = ()


@dataclass(frozen=True, slots=True)
class Addendum:
    """A text added to a signed consult; `id` is made when the form opens: the same twice is kept once."""

    id: Id
    encounter: Id
    text: str


def arrive(work: Work, request: Arrival, draft: Id | None = None) -> Id:
    """Put a person in the waiting room of today, with what was measured; returns the id of the consult to be.

    Refused: `patients.not_found`, `visits.after_death` (day), `visits.already_waiting`, and the codes of
    `domain.visits.measured_problems` and `text_problems` (with `field`).
    """
    require(work.actor, Right.TAKE_VITALS)
    drafts.discard(work.connection, draft)
    a = ArrivalRecord
    file = _file(work, request.patient)
    died = next((s.happened_on for s in file.statuses if s.status == "died"), None)
    if died is not None:
        raise Refused("visits.after_death", day=date.fromisoformat(died))
    here = work.installation.clinic
    held = work.connection.execute(
        select(a.id).where(a.clinic == here, a.happened_on == work.today.isoformat(), a.encounter == request.encounter)
    )
    if held.first() is not None:
        return request.encounter
    records = records_of(work.connection, here, request.patient)
    if any(patient in records for _, patient, *_ in arrivals(work.connection, here, work.today)):
        raise Refused("visits.already_waiting")
    _refuse((*text_problems("came_for", request.came_for, 200), *_measured(file, request.measured, work.today)))
    work.act("visits.arrive")
    work.add(
        ArrivalRecord(
            id=work.new_id(),
            patient=request.patient,
            encounter=request.encounter,
            happened_on=work.today.isoformat(),
            arrived_at=work.now_ms,
            came_for=" ".join(request.came_for.split()) or None,
        )
    )
    rows.observe(work, request.patient, request.encounter, request.measured, work.today.isoformat())
    return request.encounter


def take_vitals(work: Work, request: Vitals, draft: Id | None = None) -> int:
    """Note vital signs for a consult to be, correcting those noted before; returns how many were new or corrected.

    Refused: `patients.not_found`, `visits.signed`, and as `arrive`.
    """
    require(work.actor, Right.TAKE_VITALS)
    drafts.discard(work.connection, draft)
    file = _file(work, request.patient)
    if in_force(work.connection, request.encounter)[1] is True:
        raise Refused("visits.signed")
    _refuse(_measured(file, request.measured, work.today))
    work.act("visits.vitals")
    day = work.today.isoformat()
    return rows.observe(work, request.patient, request.encounter, request.measured, day, request.removed)


def leave_room(work: Work, arrival: Id) -> None:
    """The person left without being seen; vital signs taken stay in the record. Refused: `journal.gone`."""
    require(work.actor, Right.TAKE_VITALS)
    work.act("visits.leave_room")
    work.void(ArrivalRecord, arrival, "left")


def sign(work: Work, visit: Visit, draft: Id | None = None) -> Id:
    """Sign a consult: note, measures, diagnoses, prescription, requests and next visit as one action.

    Returns the id of the consult in force. Signing the same content again changes nothing; one that was undone is
    signed anew under another id, which `replaces` it. Vital signs taken before are kept, corrected where they differ. A
    chronic diagnosis that is confirmed joins the problem list. Refused: `patients.not_found`, the
    codes of `domain.visits.check` (with `field`), `visits.signed_otherwise` (in force with other content; the draft
    stays), `visits.line_gone` (a line renewed or stopped is not the person's), `care.programme_unknown`,
    `access.not_allowed`.
    """
    require(work.actor, Right.SIGN_CONSULTS)
    if visit.lines or visit.stopped:
        require(work.actor, Right.PRESCRIBE)
    key, signed = in_force(work.connection, visit.encounter)
    visit = cleaned(visit)
    if signed is True and not holds(work, key, visit):
        raise Refused("visits.signed_otherwise")
    drafts.discard(work.connection, draft)
    if signed is True:
        return key
    file = _file(work, visit.patient)
    _refuse(_problems(file, visit, work.today))
    anew = signed is False
    encounter = work.new_id() if anew else visit.encounter
    if anew:
        visit = rows.with_new_ids(work, visit)
    records = records_of(work.connection, work.installation.clinic, visit.patient)
    _refuse_strange(work, visit, records)
    work.act(rows.SIGN)
    work.add(rows.encounter_record(work, visit, encounter, key if anew else None, records))
    rows.observe(work, visit.patient, encounter, visit.measured, visit.happened_on, visit.removed, visit.encounter)
    rows.add_diagnoses(work, visit, encounter, records)
    rows.add_prescription(work, visit, encounter)
    rows.add_plans(work, visit, encounter, records)
    rows.add_reserved_words(work, visit, encounter)
    return encounter


def add_addendum(work: Work, request: Addendum, draft: Id | None = None) -> Id:
    """Add a text to a signed consult, with its own author and time; returns its id. To a confidential one, a
    confidential text.

    Refused: `visits.not_signed`, `visits.addendum_empty`, and the codes of `text_problems`.
    """
    require(work.actor, Right.SIGN_CONSULTS)
    e = EncounterRecord
    if any(work.connection.execute(select(t.id).where(t.id == request.id)).first() for t in _ADDED):
        drafts.discard(work.connection, draft)
        return request.id
    query = select(e.patient, e.reserved).where(e.id == request.encounter, e.live == 1)
    held = work.connection.execute(query).first()
    if held is None:
        raise Refused("visits.not_signed")
    text = request.text.strip()
    if not text:
        raise Refused("visits.addendum_empty")
    _refuse(text_problems("text", text, LONGEST_NOTE))
    drafts.discard(work.connection, draft)
    work.act("visits.addendum")
    about: dict[str, Any] = {"id": request.id, "patient": held.patient, "encounter": request.encounter}
    about["happened_on"] = work.today.isoformat()
    if held.reserved == "yes":
        work.add(ReservedNoteRecord(**about, addendum=text))
    else:
        work.add(AddendumRecord(**about, text=text))
    return request.id


def annul(work: Work, encounter: Id, reason: str) -> None:
    """Take a signed consult back when it can no longer be undone: written for the wrong person, found the next day.

    It stays legible as annulled with its reason; nothing of it counts. What joined the problem list or a programme by
    its signing goes with it. Refused: `visits.not_signed`, `visits.reason_missing`, `visits.has_addendum`,
    `visits.has_results` (a result answers one of its requests), `text.*`.
    """
    require(work.actor, Right.SIGN_CONSULTS)
    why = clean_text(reason)
    if why is None:
        raise Refused("visits.reason_missing")
    e, o, r = EncounterRecord, ObservationRecord, LabRequestRecord
    here = work.installation.clinic
    held = work.connection.execute(select(e.patient, e.made_by).where(e.id == encounter, e.live == 1)).first()
    if held is None or held.patient is None:
        raise Refused("visits.not_signed")
    a, c = AddendumRecord, ReservedNoteRecord
    added = select(a.id).where(a.clinic == here, a.patient == held.patient, a.encounter == encounter, a.live == 1)
    apart = select(c.id).where(c.clinic == here, c.patient == held.patient, c.encounter == encounter, c.live == 1)
    if any(work.connection.execute(each).first() for each in (added, apart.where(c.addendum.is_not(None)))):
        raise Refused("visits.has_addendum")
    answered = select(o.id).join(r, r.id == o.request).where(o.clinic == here, r.encounter == encounter, o.live == 1)
    if work.connection.execute(answered.where(r.clinic == here, r.patient == held.patient)).first() is not None:
        raise Refused("visits.has_results")
    work.act("visits.annul", why)
    for model, row in rows.of_encounter(work, Id(held.patient), encounter, held.made_by):
        work.void(model, row, why)


def proposed_programmes(visit: Visit, enrolled: Iterable[str]) -> tuple[str, ...]:
    """Programmes that the confirmed diagnoses of a visit propose and in which the person is not."""
    codes = tuple(d.code for d in visit.diagnoses if d.certainty == "confirmed")
    held = {*enrolled, *visit.programmes}
    fitting = (p for p, how in PROGRAMMES.items() if any(code.startswith(how.diagnoses) for code in codes))
    return tuple(p for p in fitting if p not in held)


def _file(work: Work, patient: Id) -> PatientFile:
    file = patient_file(work.connection, patient)
    if file is None:
        raise Refused("patients.not_found")
    return file


def _refuse(problems: Iterable[Problem]) -> None:
    for problem in problems:
        raise problem.refusal()


def _measured(file: PatientFile, measured: Sequence[Measured], day: date) -> Iterable[Problem]:
    who = file.identity
    return measured_problems(measured, measures(), sex=who.sex, age_days=who.birth.days_on(day))


def _refuse_strange(work: Work, visit: Visit, records: Sequence[Id]) -> None:
    """Lines renewed or stopped are the person's own and in force, and programmes those we know."""
    if any(programme not in PROGRAMMES for programme in visit.programmes):
        raise Refused("care.programme_unknown")
    named = {*visit.stopped, *(line.renews for line in visit.lines if line.renews is not None)}
    if named:
        lines, _ = prescribed(work.connection, work.installation.clinic, records)
        if named - {each.line.id for each in lines}:
            raise Refused("visits.line_gone", field="lines")


def visit_problems(file: PatientFile, visit: Visit, today: date) -> tuple[Problem, ...]:
    """What forbids signing a visit of this person: the form shows all of it; `sign` refuses the first."""
    return _problems(file, cleaned(visit), today)


def _problems(file: PatientFile, visit: Visit, today: date) -> tuple[Problem, ...]:
    who = file.identity
    died = next((s.happened_on for s in file.statuses if s.status == "died"), None)
    try:
        day = date.fromisoformat(visit.happened_on)
    except ValueError:
        day = today
    return check(
        visit,
        today,
        measures(),
        sex=who.sex,
        age_days=who.birth.days_on(day),
        born=earliest_birth(who.birth),
        died=died,
    )
