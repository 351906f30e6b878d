"""Households: who lives under one roof, who answers for it, and how to find the house."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from ces_desktop.data.models import CommunityRecord, HouseholdRecord, PatientRecord
from ces_desktop.data.queries.numbers import highest_household
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.ids import Id, household_numbers
from ces_desktop.domain.registration import clean_lines
from ces_desktop.errors import Refused


@dataclass(frozen=True, slots=True)
class CreateHousehold:
    """A new household; `household` is made by the form, so that a second Enter creates nothing."""

    household: Id
    community: Id | None = None
    head: Id | None = None
    directions: str = ""
    members: tuple[Id, ...] = ()


@dataclass(frozen=True, slots=True)
class EditHousehold:
    """A household as it should read from now on."""

    household: Id
    community: Id | None = None
    head: Id | None = None
    directions: str = ""


@dataclass(frozen=True, slots=True)
class MoveMember:
    """A person goes to live in a household, or (None) leaves theirs."""

    patient: Id
    household: Id | None


def create(work: Work, request: CreateHousehold) -> Id:
    """Start a household with its members. Refused: `households.community_gone`, `patients.not_found`, `words.…`."""
    require(work.actor, Right.REGISTER_PATIENTS)
    h = HouseholdRecord
    if work.connection.execute(select(h.id).where(h.id == request.household)).first():
        return request.household
    directions = clean_lines(request.directions)
    _known_community(work, request.community)
    work.act("households.create")
    found(work, request.household, request.community, request.head, directions)
    members = dict.fromkeys((*request.members, *([request.head] if request.head else [])))
    for patient in members:
        _put(work, patient, request.household, request.community)
    return request.household


def edit(work: Work, request: EditHousehold) -> None:
    """Correct community, head or directions; members go with the house to another community.

    Refused: `households.not_found`, `households.head_elsewhere` (the head must live there), those of `create`.
    """
    require(work.actor, Right.REGISTER_PATIENTS)
    h, p = HouseholdRecord, PatientRecord
    row = work.connection.execute(select(h.community, h.clinic).where(h.id == request.household, h.live == 1)).first()
    if row is None:
        raise Refused("households.not_found")
    directions = clean_lines(request.directions)
    _known_community(work, request.community)
    members = work.connection.execute(
        select(p.id, p.community).where(p.clinic == row.clinic, p.household == request.household, p.live == 1)
    ).all()
    if request.head is not None and request.head not in {m.id for m in members}:
        raise Refused("households.head_elsewhere")
    work.act("households.edit")
    work.change(
        HouseholdRecord,
        request.household,
        community=request.community,
        head=request.head,
        directions=directions or None,
    )
    if request.community is not None and request.community != row.community:
        for member in members:
            work.change(PatientRecord, member.id, community=request.community)


def move(work: Work, request: MoveMember) -> None:
    """A person joins a household and its community, or leaves.

    Refused: `households.not_found`, `patients.not_found`.
    """
    require(work.actor, Right.REGISTER_PATIENTS)
    community = None
    if request.household is not None:
        h = HouseholdRecord
        row = work.connection.execute(select(h.community).where(h.id == request.household, h.live == 1)).first()
        if row is None:
            raise Refused("households.not_found")
        community = row.community
    work.act("households.move")
    _put(work, request.patient, request.household, community)


def found(work: Work, household: Id, community: Id | None, head: Id | None, directions: str = "") -> None:
    """Add the household row, with the next number of this laptop; for services that register its first person.

    Refused `patients.numbers_used_up`.
    """
    here = work.installation
    own, highest = household_numbers(here.slot), highest_household(work.connection, here.clinic, here.slot)
    number = own[0] if highest is None else highest + 1
    if number not in own:
        raise Refused("patients.numbers_used_up")
    work.add(
        HouseholdRecord(
            id=household,
            number=number,
            community=community,
            head=head,
            directions=directions or None,
        )
    )


def leave(work: Work, household: bytes | None, patient: bytes) -> None:
    """A person no longer lives there: if they were its head, nobody is for now."""
    h = HouseholdRecord
    if household is None:
        return
    row = work.connection.execute(select(h.head).where(h.id == household, h.live == 1)).first()
    if row is not None and row.head == patient:
        work.change(HouseholdRecord, household, head=None)


def _put(work: Work, patient: Id, household: Id | None, community: bytes | None) -> None:
    p = PatientRecord
    row = work.connection.execute(select(p.household).where(p.id == patient, p.live == 1)).first()
    if row is None:
        raise Refused("patients.not_found")
    if row.household == household:
        return
    leave(work, row.household, patient)
    place = {"community": community} if community is not None else {}
    work.change(PatientRecord, patient, household=household, **place)


def _known_community(work: Work, community: Id | None) -> None:
    c = CommunityRecord
    if (
        community is not None
        and not work.connection.execute(select(c.id).where(c.id == community, c.live == 1)).first()
    ):
        raise Refused("households.community_gone")
