"""Results of the laboratory and of imaging as they arrive, late or not asked for, and requests that are taken back."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from ces_desktop.data.models import LabRequestRecord, ObservationRecord
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.ids import Id
from ces_desktop.domain.visits import IMAGING, LONGEST_NOTE, Measured, text_problems
from ces_desktop.errors import Refused
from ces_desktop.services.care import begin, fact_day, file_records, judged, observation, refuse_first


@dataclass(frozen=True, slots=True)
class Result:
    """One result: a measure with its value or word, or `imaging` with `report`; `request` = what it answers."""

    measured: Measured
    request: Id | None = None
    report: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """Results that arrived, dated the day of the sample or image (ISO); several may answer one request."""

    patient: Id
    happened_on: str
    results: tuple[Result, ...]


def record_results(work: Work, request: Results) -> tuple[Id, ...]:
    """Keep results that arrived; what they answer is pending no more. Returns the observations.

    Several analytes may answer one request. The same value of the same day for the same request is kept once. Refused:
    `patients.not_found`, `care.results_empty`, `care.request_gone` (voided, or another person's), the day codes, and
    those of `measured_problems` and `text_problems`.
    """
    file = begin(work, request.patient)
    fact_day(file, request.happened_on, work.today)
    if not request.results:
        raise Refused("care.results_empty")
    records = file_records(work, request.patient)
    r, o = LabRequestRecord, ObservationRecord
    wanted = {each.request for each in request.results} - {None}
    asked = work.connection.execute(select(r.id).where(r.id.in_(wanted), r.patient.in_(records), r.live == 1)).scalars()
    if wanted - set(asked):
        raise Refused("care.request_gone")
    coded = [each.measured for each in request.results if each.measured.code != IMAGING]
    refuse_first(judged(file, coded, request.happened_on))
    for each in request.results:
        refuse_first(text_problems(each.measured.code, each.report, LONGEST_NOTE))
        if each.measured.code == IMAGING and not each.report.strip():
            raise Refused("care.results_empty")
    held = {
        tuple(row)
        for row in work.connection.execute(
            select(o.code, o.value, o.word, o.request).where(
                o.clinic == work.installation.clinic,
                o.patient.in_(records),
                o.happened_on == request.happened_on,
                o.request.is_not(None),
                o.live == 1,
            )
        )
    }
    work.act("care.results")
    made = []
    for each in request.results:
        record = observation(work, request.patient, each.measured, request.happened_on, each.request)
        if each.report.strip():
            record.word = each.report.strip()
        if (record.code, record.value, record.word, record.request) not in held:
            work.add(record)
            made.append(Id(record.id))
    return tuple(made)


def cancel_request(work: Work, request: Id) -> None:
    """What was asked of the laboratory is asked no more. Refused: `journal.gone`."""
    require(work.actor, Right.SIGN_CONSULTS)
    work.act("care.cancel_request")
    work.void(LabRequestRecord, request, "cancelled")
