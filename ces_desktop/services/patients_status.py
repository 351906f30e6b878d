"""A person's status over time and their consents: what is noted, and how a mistake in it is corrected."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ces_desktop.data.models import ConsentRecord, PatientStatusRecord
from ces_desktop.data.queries.patients import ConsentRow, PatientFile, StatusRow, patient_file
from ces_desktop.data.work import Work
from ces_desktop.domain import calendar
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.identity import Birth
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused

Status = Literal["active", "moved", "transferred", "died"]
About = Literal["privacy_notice", "share_with_network", "contact_by_companion"]
ConsentAnswer = Literal["yes", "no"]

STATUSES: tuple[Status, ...] = ("active", "moved", "transferred", "died")
ABOUTS: tuple[About, ...] = ("privacy_notice", "share_with_network", "contact_by_companion")
LONGEST_TEXT = 200
ESTIMATE_SLACK_YEARS = 5
"""A birth known by a stated age is not proof that something happened before it."""


@dataclass(frozen=True, slots=True)
class StatusRequest:
    """A status from a day (ISO date) on. `cause` belongs to a death, `place` to a move or a transfer."""

    patient: Id
    status: Status
    happened_on: str
    cause: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class ConsentRequest:
    """An answer given on a day (ISO date), by the person (None) or by who answers for them."""

    patient: Id
    about: About
    answer: ConsentAnswer
    happened_on: str
    given_by: str | None = None
    notice_version: str | None = None


def set_status(work: Work, request: StatusRequest) -> Id:
    """Note that a person is active, moved, transferred or died from a day on; returns the new row.

    Refused: `patients.not_found`, `status.future`, `status.before_birth`, `status.same` (the one in force),
    `status.after_death` (day), `status.later_exists` (day), `status.unknown`, `text.too_long` (limit), `text.control`.
    """
    require(work.actor, Right.REGISTER_PATIENTS)
    file = _file(work, request.patient)
    check_status(file, request, work.today)
    record = _status_record(work, request, None)
    work.act("patients.status")
    work.add(record)
    return Id(record.id)


def correct_status(work: Work, wrong: Id, request: StatusRequest) -> Id:
    """Put another row in the place of a status noted by mistake; both stay in the history. Returns the new row.

    Refused as `set_status`, and `status.gone` (voided or corrected already), `status.unchanged`.
    """
    require(work.actor, Right.REGISTER_PATIENTS)
    file = _file(work, request.patient)
    old = next((s for s in file.statuses if s.id == wrong), None)
    if old is None:
        raise Refused("status.gone")
    check_status(file, request, work.today, wrong)
    new = _status_record(work, request, wrong)
    if (old.status, old.happened_on, old.cause, old.place) == (new.status, new.happened_on, new.cause, new.place):
        raise Refused("status.unchanged")
    work.act("patients.correct_status")
    work.add(new)
    return Id(new.id)


def record_consent(work: Work, request: ConsentRequest) -> Id:
    """Note the answer to something explained; a later answer to the same counts from its day. Returns the new row.

    Refused: `patients.not_found`, `consent.future`, `consent.before_birth`, `consent.after_death` (day),
    `consent.unknown`, `text.too_long` (limit), `text.control`.
    """
    require(work.actor, Right.RECORD_CONSENT)
    check_consent(_file(work, request.patient), request, work.today)
    work.act("patients.consent")
    record = _consent_record(work, request, None)
    work.add(record)
    return Id(record.id)


def correct_consent(work: Work, wrong: Id, request: ConsentRequest) -> Id:
    """Put another answer in the place of one noted by mistake; both stay in the history. Returns the new row.

    Refused as `record_consent`, and `consent.gone`, `consent.unchanged`.
    """
    require(work.actor, Right.RECORD_CONSENT)
    file = _file(work, request.patient)
    old = next((c for c in file.consents if c.id == wrong), None)
    if old is None:
        raise Refused("consent.gone")
    check_consent(file, request, work.today)
    new = _consent_record(work, request, wrong)
    if _consent_words(old) == (new.about, new.answer, new.given_by, new.notice_version, new.happened_on):
        raise Refused("consent.unchanged")
    work.act("patients.correct_consent")
    work.add(new)
    return Id(new.id)


def _file(work: Work, patient: Id) -> PatientFile:
    file = patient_file(work.connection, patient)
    if file is None:
        raise Refused("patients.not_found")
    return file


def check_status(file: PatientFile, request: StatusRequest, today: date, wrong: Id | None = None) -> None:
    """Refuse as `set_status` does, or with `wrong` as `correct_status` does; a dialog asks before it closes."""
    others: tuple[StatusRow, ...] = tuple(s for s in file.statuses if s.id != wrong)
    if request.status not in STATUSES:
        raise Refused("status.unknown")
    day = _day(request.happened_on, "status.no_day")
    if day > today:
        raise Refused("status.future")
    if _before_birth(file, day):
        raise Refused("status.before_birth")
    before = [s for s in others if s.happened_on <= request.happened_on]
    later = [s for s in others if s.happened_on > request.happened_on]
    died = next((s for s in others if s.status == "died"), None)
    if died is not None and (request.status == "died" or request.happened_on >= died.happened_on):
        raise Refused("status.after_death", day=date.fromisoformat(died.happened_on))
    if request.status == "died" and later:
        raise Refused("status.later_exists", day=date.fromisoformat(later[-1].happened_on))
    if before and before[-1].status == request.status:
        raise Refused("status.same")
    clean_text(request.cause)
    clean_text(request.place)


def check_consent(file: PatientFile, request: ConsentRequest, today: date) -> None:
    """Refuse as `record_consent` does; a dialog asks before it closes."""
    if request.about not in ABOUTS or request.answer not in ("yes", "no"):
        raise Refused("consent.unknown")
    day = _day(request.happened_on, "consent.no_day")
    if day > today:
        raise Refused("consent.future")
    if _before_birth(file, day):
        raise Refused("consent.before_birth")
    died = next((s for s in file.statuses if s.status == "died"), None)
    if died is not None and request.happened_on > died.happened_on:
        raise Refused("consent.after_death", day=date.fromisoformat(died.happened_on))
    clean_text(request.given_by)
    clean_text(request.notice_version)


def earliest_birth(birth: Birth) -> date | None:
    """First day on which the person may have lived; an estimated age proves less than a date. None when unknown."""
    earliest = birth.earliest()
    if earliest is not None and birth.precision == "estimated":
        earliest = calendar.month_add(earliest, -12 * ESTIMATE_SLACK_YEARS)
    return earliest


def _before_birth(file: PatientFile, day: date) -> bool:
    earliest = earliest_birth(file.identity.birth)
    return earliest is not None and day < earliest


def _day(text: str, code: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(code) from None


def _status_record(work: Work, request: StatusRequest, replaces: Id | None) -> PatientStatusRecord:
    return PatientStatusRecord(
        id=work.new_id(),
        patient=request.patient,
        status=request.status,
        happened_on=request.happened_on,
        cause=clean_text(request.cause) if request.status == "died" else None,
        place=clean_text(request.place) if request.status in ("moved", "transferred") else None,
        replaces=replaces,
    )


def _consent_record(work: Work, request: ConsentRequest, replaces: Id | None) -> ConsentRecord:
    return ConsentRecord(
        id=work.new_id(),
        patient=request.patient,
        about=request.about,
        answer=request.answer,
        given_by=clean_text(request.given_by),
        notice_version=clean_text(request.notice_version),
        happened_on=request.happened_on,
        replaces=replaces,
    )


def _consent_words(row: ConsentRow) -> tuple[str | None, ...]:
    return (row.about, row.answer, row.given_by, row.notice_version, row.happened_on)


def clean_text(text: str | None) -> str | None:
    """One line of free text with single spaces, None when empty. Refused: `text.control`, `text.too_long` (limit)."""
    clean = " ".join(unicodedata.normalize("NFC", text or "").split())
    if any(unicodedata.category(mark) in ("Cc", "Cf", "Cs", "Co") for mark in clean):
        raise Refused("text.control")
    if len(clean) > LONGEST_TEXT:
        raise Refused("text.too_long", limit=LONGEST_TEXT)
    return clean or None
