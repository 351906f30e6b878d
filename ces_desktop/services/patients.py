"""Registering a person and correcting who they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from ces_desktop.data.models import (
    CommunityRecord,
    ConsentRecord,
    HouseholdRecord,
    PatientRecord,
    PatientStatusRecord,
    table_of,
)
from ces_desktop.data.queries.numbers import highest_person
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.identity import Birth
from ces_desktop.domain.ids import Id, human_id
from ces_desktop.domain.registration import Details, check
from ces_desktop.errors import Refused
from ces_desktop.services import drafts, households
from ces_desktop.services.patients_status import ABOUTS
from ces_desktop.services.settling import settle_fellows

NOTICE_VERSION = "1"
"""The privacy notice that is read aloud today."""


@dataclass(frozen=True, slots=True)
class ConsentAnswer:
    """What the person answered to something explained to them: yes, no; not asked is no answer at all."""

    about: str
    answer: str
    given_by: str | None = None


@dataclass(frozen=True, slots=True)
class RegisterRequest:
    """A new person. `patient` is made when the form opens: the same request twice registers one person.

    `new_household` is the id of a household to start with this person as its head. `draft` goes with the save.
    """

    patient: Id
    details: Details
    registered_on: str
    consents: tuple[ConsentAnswer, ...] = ()
    new_household: Id | None = None
    draft: Id | None = None


@dataclass(frozen=True, slots=True)
class EditRequest:
    """A registered person as they should read from now on."""

    patient: Id
    details: Details
    new_household: Id | None = None
    draft: Id | None = None


def register(work: Work, request: RegisterRequest) -> Id:
    """Register a person, with their status and consent answers; returns their id.

    Refused: the codes of `registration.check` (with `field`), `patients.undone`, `patients.numbers_used_up`,
    `patients.place_gone`, `patients.household_elsewhere`.
    """
    require(work.actor, Right.REGISTER_PATIENTS)
    drafts.discard(work.connection, request.draft)
    p = PatientRecord
    held = work.connection.execute(select(p.voided).where(p.id == request.patient)).first()
    if held is not None:
        if held.voided is not None:
            raise Refused("patients.undone")
        return request.patient
    details = _settled(work, request.details, request.registered_on, request.new_household)
    work.act("patients.register")
    if request.new_household is not None:
        households.found(work, request.new_household, details.community, request.patient)
    work.add(
        PatientRecord(
            id=request.patient,
            human_id=next_human_id(work),
            happened_on=request.registered_on,
            **patient_fields(details),
        ),
        PatientStatusRecord(
            id=work.new_id(), patient=request.patient, status="active", happened_on=request.registered_on
        ),
    )
    for consent in request.consents:
        _add_consent(work, request, consent)
    return request.patient


def edit(work: Work, request: EditRequest) -> tuple[str, ...]:
    """Correct who a person is; returns the fields that changed. Refused as `register`, and `patients.not_found`."""
    require(work.actor, Right.REGISTER_PATIENTS)
    drafts.discard(work.connection, request.draft)
    t = table_of(PatientRecord)
    row = work.connection.execute(select(t).where(t.c.id == request.patient, t.c.live == 1)).mappings().first()
    if row is None:
        raise Refused("patients.not_found")
    registered_on = row["happened_on"] or work.today.isoformat()
    details = _settled(work, request.details, registered_on, request.new_household)
    work.act("patients.edit")
    if request.new_household is not None:
        households.found(work, request.new_household, details.community, request.patient)
    fields = patient_fields(details)
    changed = {name: value for name, value in fields.items() if row[name] != value}
    if changed:
        work.change(PatientRecord, request.patient, **changed)
        settle_fellows(work, PatientRecord, request.patient, changed, fields)
        if "household" in changed:
            households.leave(work, row["household"], request.patient)
    return tuple(changed)


def next_human_id(work: Work) -> str:
    """The number after the highest this laptop ever gave, above its floor; undone ones are not given again."""
    here = work.installation
    highest = highest_person(work.connection, here.clinic, here.prefix, here.slot)
    return human_id(here.prefix, here.slot, max(here.human_id_floor, highest) + 1)


def _settled(work: Work, details: Details, registered_on: str, new_household: Id | None) -> Details:
    """The details cleaned and their place checked, or the first problem refused."""
    clean, problems = check(details, registered_on, work.today)
    if problems:
        raise problems[0].refusal()
    c, h = CommunityRecord, HouseholdRecord
    community, household = clean.community, new_household or clean.household
    known = select(c.id).where(c.id == community, c.live == 1)
    if community is not None and not work.connection.execute(known).first():
        raise Refused("patients.place_gone", field="community")
    if new_household is None and household is not None:
        row = work.connection.execute(select(h.community).where(h.id == household, h.live == 1)).first()
        if row is None:
            raise Refused("patients.place_gone", field="household")
        if row.community is not None and community not in (None, row.community):
            raise Refused("patients.household_elsewhere", field="household")
        community = community or row.community
    return _placed(clean, community, household)


def _placed(details: Details, community: bytes | None, household: bytes | None) -> Details:
    return replace(
        details,
        community=Id(community) if community else None,
        household=Id(household) if household else None,
    )


def patient_fields(details: Details) -> dict[str, Any]:
    """The wire columns of the details; NULL = not asked."""
    birth = details.birth or Birth()
    return {
        "given": details.given or None,
        "paternal": details.paternal or None,
        "maternal": details.maternal or None,
        "paternal_kind": details.paternal_kind,
        "maternal_kind": details.maternal_kind,
        "nickname": details.nickname or None,
        "sex": details.sex,
        "birth": birth.value,
        "birth_precision": birth.precision,
        "stated_age": birth.stated_age,
        "stated_on": birth.stated_on,
        "curp": details.curp or None,
        "folder": details.folder or None,
        "community": details.community,
        "household": details.household,
        "mother_name": details.mother_name or None,
        "phone": details.phone or None,
        "phone_owner": details.phone_owner or None,
        "language": details.language or None,
        "reads": details.reads,
    }


def _add_consent(work: Work, request: RegisterRequest, consent: ConsentAnswer) -> None:
    require(work.actor, Right.RECORD_CONSENT)
    if consent.about not in ABOUTS or consent.answer not in ("yes", "no"):
        raise ValueError("not a consent answer")
    date.fromisoformat(request.registered_on)
    notice = consent.about == "privacy_notice"
    work.add(
        ConsentRecord(
            id=work.new_id(),
            patient=request.patient,
            about=consent.about,
            answer=consent.answer,
            given_by=consent.given_by,
            notice_version=NOTICE_VERSION if notice else None,
            happened_on=request.registered_on,
        )
    )
