"""The rows of a visit as it is signed: each function adds those of one part to the action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from ces_desktop.data.models import (
    AppointmentRecord,
    ConditionRecord,
    EncounterDiagnosisRecord,
    EncounterRecord,
    EnrolmentRecord,
    LabRequestRecord,
    ObservationRecord,
    OpRecord,
    PrescriptionRecord,
    PrescriptionStopRecord,
    ReservedNoteRecord,
    Synced,
    table_of,
)
from ces_desktop.data.queries.visit_form import conditions, enrolments
from ces_desktop.data.queries.visits import records_of
from ces_desktop.data.work import Work
from ces_desktop.domain import coding
from ces_desktop.domain.ids import Id
from ces_desktop.domain.visits import Measured, Note, Visit, same_measure

SIGN = "visits.sign"
"""Kind of the action that signs a consult."""


def encounter_record(
    work: Work, visit: Visit, encounter: Id, replaces: Id | None, records: Sequence[Id]
) -> EncounterRecord:
    """The consult itself; `replaces` = an undone one that is signed anew. Of a confidential one the words are apart."""
    note = Note() if visit.reserved else visit.note
    return EncounterRecord(
        id=encounter,
        patient=visit.patient,
        kind=visit.kind,
        happened_on=visit.happened_on,
        started_at=visit.started_at,
        entered=visit.entered,
        first_of_year="yes" if _first_of_year(work, visit.happened_on, records) else "no",
        referred_by=None if visit.reserved else visit.referred_by or None,
        subjective=note.subjective or None,
        objective=note.objective or None,
        assessment=note.assessment or None,
        plan=note.plan or None,
        prognosis=visit.prognosis,
        unmeasured=visit.unmeasured,
        author_name=visit.author_name or None,
        reserved="yes" if visit.reserved else None,
        replaces=replaces,
    )


def add_reserved_words(work: Work, visit: Visit, encounter: Id) -> None:
    """The words of a confidential consult, in the scope that the supervisor is not sent; also where there are none:
    else a computer that lacks them could not be told from one that has all."""
    if not visit.reserved:
        return
    note, next_reason = visit.note, visit.next_reason if visit.next_on is not None else ""
    work.add(
        ReservedNoteRecord(
            id=work.new_id(),
            patient=visit.patient,
            encounter=encounter,
            referred_by=visit.referred_by or None,
            subjective=note.subjective or None,
            objective=note.objective or None,
            assessment=note.assessment or None,
            plan=note.plan or None,
            next_reason=next_reason or None,
            happened_on=visit.happened_on,
        )
    )


def _first_of_year(work: Work, day: str, records: Sequence[Id]) -> bool:
    """Whether nobody signed a consult of the person in that calendar year; a late entry never makes a second first."""
    e, year = EncounterRecord, day[:4]
    found = work.connection.execute(
        select(e.id).where(
            e.clinic == work.installation.clinic,
            e.patient.in_(records),
            e.happened_on >= f"{year}-01-01",
            e.happened_on <= f"{year}-12-31",
            e.live == 1,
        )
    )
    return found.first() is None


def observe(
    work: Work,
    patient: Id,
    encounter: Id,
    measured: Sequence[Measured],
    day: str,
    removed: Sequence[Id] = (),
    taken_for: Id | None = None,
) -> int:
    """Add what was measured; what was taken before for the same consult is kept, or replaced where it differs."""
    o = ObservationRecord
    before = work.connection.execute(
        select(o.id, o.encounter, o.code, o.value, o.word, o.happened_on).where(
            o.clinic == work.installation.clinic,
            o.patient.in_(records_of(work.connection, work.installation.clinic, patient)),
            o.encounter.in_([encounter, taken_for or encounter]),
            o.live == 1,
        )
    ).all()
    new = 0
    for each in measured:
        old = next((b for b in before if same_measure(b.code or "", each.code) and b.id not in removed), None)
        if old is not None and (old.encounter, old.code, old.value, old.word, old.happened_on) == (
            encounter, each.code, each.value, each.word, day,
        ):  # fmt: skip
            continue
        new += 1
        work.add(
            ObservationRecord(
                id=work.new_id(),
                patient=patient,
                encounter=encounter,
                code=each.code,
                value=each.value,
                word=each.word,
                confirmed="yes" if each.confirmed else None,
                happened_on=day,
                replaces=old.id if old is not None else None,
            )
        )
    for each_id in removed:
        if any(b.id == each_id for b in before):
            work.void(ObservationRecord, each_id, "corrected")
    return new


def add_diagnoses(work: Work, visit: Visit, encounter: Id, records: Sequence[Id]) -> None:
    """The coded diagnoses; a confirmed one that lasts (or an infarct, a stroke) joins the problem list."""
    listed = {
        coding.category(c.code)
        for c in conditions(work.connection, work.installation.clinic, records)
        if c.state == "active" and c.code
    }
    for position, each in enumerate(visit.diagnoses, 1):
        work.add(
            EncounterDiagnosisRecord(
                id=work.new_id(),
                patient=visit.patient,
                encounter=encounter,
                diagnosis=each.diagnosis,
                code=each.code,
                first_time="yes" if each.first_time else "no",
                certainty=each.certainty,
                position=position,
                happened_on=visit.happened_on,
            )
        )
        lasts = each.certainty == "confirmed" and coding.kept_as_problem(each.code)
        if lasts and coding.category(each.code) not in listed:
            listed.add(coding.category(each.code))
            problem = work.new_id()
            work.add(
                ConditionRecord(
                    id=problem,
                    patient=visit.patient,
                    problem=problem,
                    diagnosis=each.diagnosis,
                    code=each.code,
                    state="active",
                    happened_on=visit.happened_on,
                )
            )


def add_prescription(work: Work, visit: Visit, encounter: Id) -> None:
    """The lines, and the stops of those that end with this visit."""
    for position, line in enumerate(visit.lines, 1):
        dose = line.dose
        work.add(
            PrescriptionRecord(
                id=line.id,
                patient=visit.patient,
                encounter=encounter,
                item=line.item,
                drug_text=line.drug,
                morning=dose.morning,
                noon=dose.noon,
                afternoon=dose.afternoon,
                night=dose.night,
                every_hours=dose.every_hours,
                as_needed="yes" if dose.as_needed else None,
                route=line.route,
                days=line.days,
                quantity=line.quantity,
                instructions=line.instructions or None,
                renews=line.renews,
                position=position,
                happened_on=visit.happened_on,
            )
        )
    for stopped in visit.stopped:
        work.add(
            PrescriptionStopRecord(
                id=work.new_id(),
                patient=visit.patient,
                prescription=stopped,
                encounter=encounter,
                happened_on=visit.happened_on,
            )
        )


def add_plans(work: Work, visit: Visit, encounter: Id, records: Sequence[Id]) -> None:
    """Laboratory requests, the next appointment, and enrolments in programmes."""
    for asked in visit.requests:
        work.add(
            LabRequestRecord(
                id=asked.id,
                patient=visit.patient,
                encounter=encounter,
                test=asked.test,
                detail=asked.detail or None,
                urgent="yes" if asked.urgent else None,
                happened_on=visit.happened_on,
            )
        )
    if visit.next_on is not None:
        work.add(
            AppointmentRecord(
                id=work.new_id(),
                patient=visit.patient,
                encounter=encounter,
                kind="visit",
                due_on=visit.next_on,
                reason=None if visit.reserved else visit.next_reason or None,
                happened_on=visit.happened_on,
            )
        )
    enrolled = enrolments(work.connection, work.installation.clinic, records)
    for programme in visit.programmes:
        if programme not in enrolled:
            work.add(
                EnrolmentRecord(
                    id=work.new_id(),
                    patient=visit.patient,
                    programme=programme,
                    state="enrolled",
                    happened_on=visit.happened_on,
                )
            )


def of_encounter(work: Work, patient: Id, encounter: Id, made_by: bytes) -> list[tuple[type[Synced], Id]]:
    """The rows of a signed consult, itself first, with what its signing put on the lists of the person; those that it
    corrected too, which would else be in force again."""
    parts: tuple[type[Synced], ...] = (
        ObservationRecord,
        EncounterDiagnosisRecord,
        PrescriptionRecord,
        PrescriptionStopRecord,
        LabRequestRecord,
        AppointmentRecord,
        ReservedNoteRecord,
    )
    here = work.installation.clinic
    records = records_of(work.connection, here, patient)
    found: list[tuple[type[Synced], Id]] = [(EncounterRecord, encounter)]
    for model in parts:
        t = table_of(model)
        of_it = (t.c.clinic == here, t.c.patient.in_(records), t.c.encounter == encounter, t.c.voided.is_(None))
        found += [(model, Id(key)) for key in work.connection.execute(select(t.c.id).where(*of_it)).scalars()]
    # An import makes many rows at once: only an op that signed one consult tells which lines came with it.
    kind = work.connection.execute(select(OpRecord.kind).where(OpRecord.hash == made_by)).scalar()
    listed: tuple[type[Synced], ...] = (ConditionRecord, EnrolmentRecord) if kind == SIGN else ()
    for model in listed:
        t = table_of(model)
        own = (t.c.clinic == here, t.c.patient == patient, t.c.made_by == made_by, t.c.live == 1)
        found += [(model, Id(key)) for key in work.connection.execute(select(t.c.id).where(*own)).scalars()]
    return found


def with_new_ids(work: Work, visit: Visit) -> Visit:
    """Lines and requests under ids of their own: those of the undone consult stay with it."""
    return replace(
        visit,
        lines=tuple(replace(line, id=work.new_id()) for line in visit.lines),
        requests=tuple(replace(asked, id=work.new_id()) for asked in visit.requests),
    )
