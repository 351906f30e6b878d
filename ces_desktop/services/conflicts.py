"""A person decides between two edits of a field that did not see each other (`sync.md` 1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ces_desktop.data.models import CommunityRecord, HouseholdRecord, PatientRecord, Synced, wire_columns
from ces_desktop.data.queries.conflicts import KEEP, Conflict, Side, conflicts
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.conflicts import group_of
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.services import households

_MODELS: dict[str, type[Synced]] = {"patient": PatientRecord, "household": HouseholdRecord}


@dataclass(frozen=True, slots=True)
class KeepRequest:
    """Of the edits of some fields (those of `Conflict.key`) the one to keep, named by its op."""

    table: str
    entity: Id
    fields: tuple[str, ...]
    op: bytes


def keep(work: Work, request: KeepRequest) -> None:
    """Let one of the edits stand: an ordinary edit that saw them all, so that it wins everywhere.

    Refused("conflicts.gone") when somebody decided or wrote since; ("patients.place_gone") when it names a household or
    community that is no more.
    """
    require(work.actor, Right.REGISTER_PATIENTS)
    held, side = _chosen(work, request)
    model = _MODELS[request.table]
    group = group_of(held.table, held.fields[0]) or held.fields
    kinds = wire_columns(model)
    values = {
        field: bytes.fromhex(str(value)) if kinds[field] == "id" and value else value for field, value in side.values
    }
    _check_places(work, values)
    work.act(KEEP)
    before = work.connection.execute(select(*(getattr(model, f) for f in group)).where(model.id == held.entity)).one()
    if held.table == "patient" and "household" in values and before.household != values["household"]:
        households.leave(work, before.household, held.entity)
    for field in group:
        if field in held.fields or getattr(before, field) != values[field]:
            work.settle(model, held.entity, field, values[field])


def settle_fellows(work: Work, patient: Id, changed: Collection[str], whole: Mapping[str, Any]) -> None:
    """Who writes a third value into one field of an answer has decided its other fields too, as they now read."""
    for held in conflicts(work.connection, work.installation.clinic, work.installation.device, patient):
        group = group_of(held.table, held.fields[0]) or ()
        if held.table == "patient" and set(group) & set(changed):
            for field in set(held.fields) - set(changed):
                work.settle(PatientRecord, patient, field, whole[field])


def _chosen(work: Work, request: KeepRequest) -> tuple[Conflict, Side]:
    here = work.installation
    for held in conflicts(work.connection, here.clinic, here.device, request.entity):
        if held.key == (request.table, request.entity, request.fields):
            for side in held.sides:
                if side.op == request.op:
                    return held, side
    raise Refused("conflicts.gone")


def _check_places(work: Work, values: dict[str, int | str | bytes | None]) -> None:
    for field, model in (("community", CommunityRecord), ("household", HouseholdRecord), ("head", PatientRecord)):
        place = values.get(field)
        if place and not work.connection.execute(select(model.id).where(model.id == place, model.live == 1)).first():
            raise Refused("patients.place_gone", field=field)
