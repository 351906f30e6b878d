"""What came of looking for somebody, noted with one key: contact, promise and, where they left, their status."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from sqlalchemy import select

from ces_desktop.data.measures import thresholds
from ces_desktop.data.models import AppointmentRecord, ContactRecord, PatientStatusRecord
from ces_desktop.data.queries.patients import PatientFile, patient_file
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.ids import Id
from ces_desktop.domain.rescue import LEAVING, OUTCOMES, Outcome
from ces_desktop.errors import Refused
from ces_desktop.services.patients_status import Status, StatusRequest, check_status, clean_text


@dataclass(frozen=True, slots=True)
class ContactRequest:
    """What came of it. `id` is made when the row is chosen: the same twice is noted once. Days are ISO.

    `promised_on` belongs to "promised", and may stand with "visited" (then the person waits until that day).
    `left_on` is the day of a death, move or transfer, `happened_on` when nothing else is known; `cause` belongs to a
    death, `place` to the others.
    """

    id: Id
    patient: Id
    outcome: Outcome
    happened_on: str
    how: str = "home"
    promised_on: str | None = None
    note: str = ""
    left_on: str | None = None
    cause: str | None = None
    place: str | None = None


def record_outcome(work: Work, request: ContactRequest) -> Id:
    """Note a contact; returns its id. What was noted and undone is noted anew under another id.

    Refused: `patients.not_found`, `rescue.outcome`, `rescue.how`, `rescue.no_day`, `rescue.future`,
    `rescue.promise_missing`, `rescue.promise_past`, `rescue.promise_far` (days), `rescue.promise_not_here`,
    `status.after_death` (day), for who left as `patients_status.set_status`, `text.too_long` (limit), `text.control`.
    """
    require(work.actor, Right.RECORD_CARE)
    if request.outcome in LEAVING:
        require(work.actor, Right.REGISTER_PATIENTS)
    c = ContactRecord
    held = work.connection.execute(select(c.live).where(c.id == request.id)).scalar()
    if held == 1:
        return request.id
    key = request.id if held is None else work.new_id()
    file = patient_file(work.connection, request.patient)
    if file is None:
        raise Refused("patients.not_found")
    _check(work, file, request)
    work.act("rescue.contact")
    work.add(
        ContactRecord(
            id=key,
            patient=request.patient,
            outcome=request.outcome,
            how=request.how,
            promised_on=request.promised_on,
            note=clean_text(request.note),
            happened_on=request.happened_on,
        )
    )
    if request.promised_on is not None:
        work.add(
            AppointmentRecord(
                id=work.new_id(),
                patient=request.patient,
                kind="promise",
                due_on=request.promised_on,
                happened_on=request.happened_on,
            )
        )
    if request.outcome in LEAVING:
        status = _status(request)
        check_status(file, status, work.today)
        work.add(
            PatientStatusRecord(
                id=work.new_id(),
                patient=request.patient,
                status=status.status,
                happened_on=status.happened_on,
                cause=clean_text(status.cause),
                place=clean_text(status.place),
            )
        )
    return key


def longest_promise(work_day: date, days: int) -> date:
    """The last day that may be promised on a day."""
    return work_day + timedelta(days=days)


def _status(request: ContactRequest) -> StatusRequest:
    died = request.outcome == "died"
    return StatusRequest(
        request.patient,
        cast(Status, request.outcome),  # of LEAVING
        request.left_on or request.happened_on,
        cause=request.cause if died else None,
        place=None if died else request.place,
    )


def _check(work: Work, file: PatientFile, request: ContactRequest) -> None:
    if request.outcome not in OUTCOMES:
        raise Refused("rescue.outcome")
    if request.how not in ("home", "phone"):
        raise Refused("rescue.how")
    day = _day(request.happened_on)
    if day > work.today:
        raise Refused("rescue.future")
    died = next((s for s in file.statuses if s.status == "died" and s.happened_on <= request.happened_on), None)
    if died is not None:
        raise Refused("status.after_death", day=date.fromisoformat(died.happened_on))
    _check_promise(work, request, day)


def _check_promise(work: Work, request: ContactRequest, day: date) -> None:
    if request.promised_on is None:
        if request.outcome == "promised":
            raise Refused("rescue.promise_missing")
        return
    if request.outcome not in ("promised", "visited"):
        raise Refused("rescue.promise_not_here")
    promised = _day(request.promised_on)
    if promised < day:
        raise Refused("rescue.promise_past")
    most = thresholds(work.connection).value("rescue.promise_days", day)
    if promised > longest_promise(day, most):
        raise Refused("rescue.promise_far", days=most)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("rescue.no_day") from None
