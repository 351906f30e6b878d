"""A person decides between two edits of a field that did not see each other (`sync.md` 1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ces_desktop.data.models import (
    SYNCED,
    CommunityRecord,
    HouseholdRecord,
    ItemRecord,
    PatientRecord,
    StaffPersonRecord,
    Synced,
    UserRecord,
    wire_columns,
)
from ces_desktop.data.queries.conflicts import KEEP, Conflict, Side, conflicts
from ces_desktop.data.work import Work
from ces_desktop.domain.access import require
from ces_desktop.domain.conflicts import DECIDES, group_of
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.services import catalogue, equipment, handover, households, orders, seminars, staff, users

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KeepRequest:
    """Of the edits of some fields (those of `Conflict.key`) the one to keep, named by its op."""

    table: str
    entity: Id
    fields: tuple[str, ...]
    op: bytes


def keep(work: Work, request: KeepRequest) -> None:
    """Let one of the edits stand: an ordinary edit that saw them all, so that it wins everywhere.

    Refused("conflicts.gone") when somebody decided or wrote since; ("patients.place_gone") when it names a household,
    community or sign-in that is no more; and as the form of that field would: what stands beside it may have changed.
    """
    require(work.actor, DECIDES[request.table])
    held, side = _chosen(work, request)
    model = SYNCED[request.table]
    group = group_of(held.table, held.fields[0]) or held.fields
    kinds = wire_columns(model)
    values = {
        field: bytes.fromhex(str(value)) if kinds[field] == "id" and value else value for field, value in side.values
    }
    _check_places(work, values)
    _CHECKS.get(held.table, _nothing)(work, held.entity, values)
    work.act(KEEP)
    before = work.connection.execute(select(*(getattr(model, f) for f in group)).where(model.id == held.entity)).one()
    if held.table == "patient" and "household" in values and before.household != values["household"]:
        households.leave(work, before.household, held.entity)
    for field in group:
        if field in held.fields or getattr(before, field) != values[field]:
            work.settle(model, held.entity, field, values[field])
    if held.table == "seminar" and "from_on" in values:
        seminars.follow_days(work, held.entity, values)


def _chosen(work: Work, request: KeepRequest) -> tuple[Conflict, Side]:
    here = work.installation
    for held in conflicts(work.connection, here.clinic, here.device, (request.entity,)):
        if held.key == (request.table, request.entity, request.fields):
            for side in held.sides:
                if side.op == request.op:
                    return held, side
    raise Refused("conflicts.gone")


_NAMED: tuple[tuple[str, type[Synced]], ...] = (
    ("community", CommunityRecord), ("household", HouseholdRecord), ("head", PatientRecord), ("user", UserRecord),
    ("item", ItemRecord), ("person", StaffPersonRecord), ("incoming", UserRecord),
)  # fmt: skip


def _check_places(work: Work, values: Values) -> None:
    for field, model in _NAMED:
        place = values.get(field)
        if place and not work.connection.execute(select(model.id).where(model.id == place, model.live == 1)).first():
            raise Refused("patients.place_gone", field=field)


def _nothing(_work: Work, _entity: Id, _values: Values) -> None:
    """Any value that was written once may be kept."""


_CHECKS: dict[str, Callable[[Work, Id, Values], None]] = {
    "item": catalogue.check_kept,
    "app_user": users.check_kept,
    "staff_person": staff.check_kept_person,
    "placement": staff.check_kept_placement,
    "absence": staff.check_kept_absence,
    "equipment": equipment.check_kept,
    "supply_order": orders.check_kept,
    "handover": handover.check_kept,
    "handover_line": handover.check_kept_line,
}
