"""Two registrations of one person joined, parted again, or kept apart; both stay as they were written."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import select

from ces_desktop.data.models import NotSameRecord, PatientRecord, SameAsRecord
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused


@dataclass(frozen=True, slots=True)
class MergeRequest:
    """Two registrations found to be one person, with the codes of the reasons shown."""

    one: Id
    other: Id
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnmergeRequest:
    """The link to take back, and why."""

    link: Id
    reason: str = ""


@dataclass(frozen=True, slots=True)
class KeepApartRequest:
    """Two registrations found to be two people."""

    one: Id
    other: Id


def merge(work: Work, request: MergeRequest) -> Id:
    """Join two registrations; returns the link. Doing it twice adds one link. A "kept apart" of the pair is taken back.

    Refused: `patients.same_record`, `patients.not_found`, `patients.already_same` (already one through a third).
    """
    require(work.actor, Right.MERGE_PATIENTS)
    one, other = _pair(work, request.one, request.other)
    s, n = SameAsRecord, NotSameRecord
    held = work.connection.execute(select(s.id).where(s.one == one, s.other == other, s.live == 1)).scalar()
    if held is not None:
        return Id(held)
    if _one_person(work, one, other):
        raise Refused("patients.already_same")
    work.act("patients.merge")
    apart = select(n.id).where(n.one == one, n.other == other, n.live == 1)
    for row in work.connection.execute(apart).scalars().all():
        work.void(NotSameRecord, row, "merged")
    link = work.new_id()
    work.add(SameAsRecord(id=link, one=one, other=other, reasons=json.dumps(list(request.reasons))))
    return link


def unmerge(work: Work, request: UnmergeRequest) -> None:
    """Part what a link joined; the rows of both were never touched. Refused: `patients.not_merged`."""
    require(work.actor, Right.MERGE_PATIENTS)
    s = SameAsRecord
    if not work.connection.execute(select(s.id).where(s.id == request.link, s.live == 1)).first():
        raise Refused("patients.not_merged")
    work.act("patients.unmerge")
    work.void(SameAsRecord, request.link, request.reason or "parted")


def keep_apart(work: Work, request: KeepApartRequest) -> Id:
    """Note that two registrations are two people, so that the pair is not proposed again; returns the note.

    Refused: `patients.same_record`, `patients.not_found`, `patients.already_same` (part them first).
    """
    require(work.actor, Right.MERGE_PATIENTS)
    one, other = _pair(work, request.one, request.other)
    if _one_person(work, one, other):
        raise Refused("patients.already_same")
    n = NotSameRecord
    held = work.connection.execute(select(n.id).where(n.one == one, n.other == other, n.live == 1)).scalar()
    if held is not None:
        return Id(held)
    work.act("patients.keep_apart")
    note = work.new_id()
    work.add(NotSameRecord(id=note, one=one, other=other))
    return note


def _pair(work: Work, one: Id, other: Id) -> tuple[Id, Id]:
    """The two ids in order, both of living registrations."""
    if one == other:
        raise Refused("patients.same_record")
    p = PatientRecord
    found = work.connection.execute(select(p.id).where(p.id.in_([one, other]), p.live == 1)).scalars().all()
    if len(found) < 2:
        raise Refused("patients.not_found")
    return (one, other) if one < other else (other, one)


def _one_person(work: Work, one: Id, other: Id) -> bool:
    p = PatientRecord
    return len(set(work.connection.execute(select(p.person).where(p.id.in_([one, other]))).scalars())) == 1
