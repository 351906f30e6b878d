"""What holds for a person between visits: allergies, problems, programmes, vaccines.

Every request carries the id of the row it makes, made when its form opens: the same request twice is kept once. A wrong
row is corrected by one that `replaces` it; both stay in the history.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import select

from ces_desktop.data.measures import measures
from ces_desktop.data.models import (
    AllergyRecord,
    ConditionRecord,
    EnrolmentRecord,
    ImmunisationRecord,
    ObservationRecord,
    Synced,
    table_of,
)
from ces_desktop.data.queries.patients import PatientFile, patient_file
from ces_desktop.data.queries.visit_form import allergies, conditions, enrolments
from ces_desktop.data.queries.visits import records_of
from ces_desktop.data.work import Work
from ces_desktop.domain import calendar
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.ids import Id
from ces_desktop.domain.programs import PROGRAMMES
from ces_desktop.domain.registration import Problem
from ces_desktop.domain.visits import Measured, measured_problems
from ces_desktop.errors import Refused
from ces_desktop.services.patients_status import clean_text, earliest_birth

AllergyState = Literal["present", "refuted", "none_known"]
Severity = Literal["mild", "moderate", "severe", "unknown"]


@dataclass(frozen=True, slots=True)
class AllergyRequest:
    """An allergy noted on a day (ISO). `none_known` = the person denies any; `refuted` names what they tolerate."""

    id: Id
    patient: Id
    state: AllergyState
    happened_on: str
    substance: str = ""
    drug_class: str = ""
    reaction: str = ""
    severity: Severity = "unknown"
    since: str | None = None
    replaces: Id | None = None


@dataclass(frozen=True, slots=True)
class ProblemRequest:
    """A line of the problem list from a day on. `problem` = the one it goes on with; None starts a new one."""

    id: Id
    patient: Id
    happened_on: str
    state: Literal["active", "resolved"] = "active"
    problem: Id | None = None
    diagnosis: Id | None = None
    code: str = ""
    label: str = ""
    onset: str | None = None
    replaces: Id | None = None


@dataclass(frozen=True, slots=True)
class Vaccination:
    """A vaccine given, here or elsewhere, on a day (ISO; year or month alone when the card says no more)."""

    id: Id
    patient: Id
    vaccine: str
    happened_on: str
    dose: str = ""
    lot: str = ""
    given_here: bool = True
    encounter: Id | None = None
    replaces: Id | None = None


def note_allergy(work: Work, request: AllergyRequest) -> Id:
    """Note an allergy, that it was refuted, or that there is none known; returns the row.

    Refused: `patients.not_found`, `care.substance_missing`, `care.allergy_present` (none known, while one is), the day
    codes of `fact_day`, `text.*`.
    """
    file = begin(work, request.patient)
    if kept(work, AllergyRecord, request.id):
        return request.id
    fact_day(file, request.happened_on, work.today)
    partial_day(request.since, work.today)
    records = records_of(work.connection, work.installation.clinic, request.patient)
    present = allergies(work.connection, work.installation.clinic, records).present
    if request.state == "none_known":
        if any(each.id != request.replaces for each in present):
            raise Refused("care.allergy_present")
    elif not request.substance.strip():
        raise Refused("care.substance_missing")
    work.act("care.allergy")
    said = request.state != "none_known"
    work.add(
        AllergyRecord(
            id=request.id,
            patient=request.patient,
            state=request.state,
            substance=clean_text(request.substance) if said else None,
            drug_class=clean_text(request.drug_class) if said else None,
            reaction=clean_text(request.reaction) if said else None,
            severity=request.severity if said else None,
            since=request.since if said else None,
            happened_on=request.happened_on,
            replaces=request.replaces,
        )
    )
    return request.id


def note_problem(work: Work, request: ProblemRequest) -> Id:
    """Put a line on the problem list, or follow one with its next state; returns the row.

    Refused: `patients.not_found`, `care.problem_missing` (neither code nor words), `care.problem_listed` (the code is
    there and active), the day codes, `text.*`.
    """
    file = begin(work, request.patient)
    if kept(work, ConditionRecord, request.id):
        return request.id
    fact_day(file, request.happened_on, work.today)
    partial_day(request.onset, work.today)
    if not request.code and not request.label.strip():
        raise Refused("care.problem_missing")
    records = records_of(work.connection, work.installation.clinic, request.patient)
    listed = conditions(work.connection, work.installation.clinic, records)
    twice = (c for c in listed if c.state == "active" and c.code == request.code and request.code)
    if request.problem is None and any(c.id != request.replaces for c in twice):
        raise Refused("care.problem_listed")
    work.act("care.problem")
    work.add(
        ConditionRecord(
            id=request.id,
            patient=request.patient,
            problem=request.problem or request.id,
            diagnosis=request.diagnosis,
            code=request.code or None,
            label=clean_text(request.label),
            onset=request.onset,
            state=request.state,
            happened_on=request.happened_on,
            replaces=request.replaces,
        )
    )
    return request.id


def enrol(work: Work, patient: Id, programme: str, happened_on: str) -> Id:
    """Enrol a person in a programme from a day on; returns the row.

    Refused: `patients.not_found`, `care.programme_unknown`, `care.already_enrolled`, the day codes.
    """
    return _enrolment(work, patient, programme, happened_on, "enrolled", "")


def leave_programme(work: Work, patient: Id, programme: str, happened_on: str, reason: str) -> Id:
    """Note that a person left a programme on a day, and why; returns the row.

    Refused: as `enrol`, `care.not_enrolled`, `care.left_before` (day), `care.reason_missing`.
    """
    if not reason.strip():
        raise Refused("care.reason_missing")
    return _enrolment(work, patient, programme, happened_on, "left", reason)


def note_vaccine(work: Work, request: Vaccination) -> Id:
    """Note a vaccine given here or elsewhere; returns the row.

    Refused: `patients.not_found`, `care.vaccine_missing`, `care.future`, `care.before_birth`, `care.no_day`, `text.*`.
    """
    file = begin(work, request.patient)
    if kept(work, ImmunisationRecord, request.id):
        return request.id
    vaccine = clean_text(request.vaccine)
    if vaccine is None:
        raise Refused("care.vaccine_missing")
    last = partial_day(request.happened_on, work.today)
    born = earliest_birth(file.identity.birth)
    if last is not None and born is not None and last < born:
        raise Refused("care.before_birth")
    work.act("care.vaccine")
    work.add(
        ImmunisationRecord(
            id=request.id,
            patient=request.patient,
            encounter=request.encounter,
            vaccine=vaccine,
            dose=clean_text(request.dose),
            lot=clean_text(request.lot),
            given_here="yes" if request.given_here else "no",
            happened_on=request.happened_on,
            replaces=request.replaces,
        )
    )
    return request.id


def file_records(work: Work, patient: Id) -> tuple[Id, ...]:
    """The records of the person."""
    return records_of(work.connection, work.installation.clinic, patient)


def _enrolment(
    work: Work, patient: Id, programme: str, happened_on: str, state: Literal["enrolled", "left"], reason: str
) -> Id:
    file = begin(work, patient)
    if programme not in PROGRAMMES:
        raise Refused("care.programme_unknown")
    fact_day(file, happened_on, work.today)
    since = enrolments(work.connection, work.installation.clinic, file_records(work, patient)).get(programme)
    if state == "enrolled" and since is not None:
        raise Refused("care.already_enrolled")
    if state == "left" and since is None:
        raise Refused("care.not_enrolled")
    if state == "left" and since is not None and happened_on < since:
        raise Refused("care.left_before", day=date.fromisoformat(since))
    work.act("care.enrol" if state == "enrolled" else "care.leave_programme")
    record = EnrolmentRecord(
        id=work.new_id(),
        patient=patient,
        programme=programme,
        state=state,
        happened_on=happened_on,
        reason=clean_text(reason),
    )
    work.add(record)
    return Id(record.id)


def begin(work: Work, patient: Id) -> PatientFile:
    """The file of who it is about. Refused: `access.not_allowed`, `patients.not_found`."""
    require(work.actor, Right.RECORD_CARE)
    file = patient_file(work.connection, patient)
    if file is None:
        raise Refused("patients.not_found")
    return file


def kept(work: Work, model: type[Synced], row: Id) -> bool:
    """Whether this very request was kept already: a second Enter changes nothing."""
    t = table_of(model)
    return work.connection.execute(select(t.c.id).where(t.c.id == row)).first() is not None


def fact_day(file: PatientFile, text: str, today: date) -> date:
    """The day of a fact. Refused: `care.no_day`, `care.future`, `care.before_birth`."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused("care.no_day") from None
    if day > today:
        raise Refused("care.future")
    born = earliest_birth(file.identity.birth)
    if born is not None and day < born:
        raise Refused("care.before_birth")
    return day


def partial_day(text: str | None, today: date) -> date | None:
    """The last day of a partial date; it may not begin after today."""
    if not text:
        return None
    try:
        first, last = calendar.interval(text)
    except Refused:
        raise Refused("care.no_day") from None
    if first > today:
        raise Refused("care.future")
    return last


def judged(file: PatientFile, measured: Sequence[Measured], day: str) -> Iterable[Problem]:
    """What may not be kept of these measures of a day, for this person."""
    who = file.identity
    age = who.birth.days_on(date.fromisoformat(day))
    return measured_problems(measured, measures(), sex=who.sex, age_days=age)


def refuse_first(problems: Iterable[Problem]) -> None:
    """Refuse the first problem, if any."""
    for problem in problems:
        raise problem.refusal()


def observation(
    work: Work, patient: Id, measured: Measured, day: str, request: Id | None = None, replaces: Id | None = None
) -> ObservationRecord:
    """An observation outside a consult; `request` = what it answers."""
    return ObservationRecord(
        id=work.new_id(),
        patient=patient,
        request=request,
        code=measured.code,
        value=measured.value,
        word=measured.word,
        confirmed="yes" if measured.confirmed else None,
        happened_on=day,
        replaces=replaces,
    )
