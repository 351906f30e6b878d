"""Who writes a third value into a form has seen both edits: the fields that are one answer are decided with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from ces_desktop.data.models import Synced, table_of
from ces_desktop.data.queries.conflicts import conflicts
from ces_desktop.data.work import Work
from ces_desktop.domain.conflicts import group_of
from ces_desktop.domain.ids import Id


def settle_fellows(
    work: Work, model: type[Synced], entity: Id, changed: Collection[str], whole: Mapping[str, Any]
) -> None:
    """Who writes a third value into one field of an answer has decided its other fields too, as they now read."""
    table = model.__tablename__
    for held in conflicts(work.connection, work.installation.clinic, work.installation.device, (entity,)):
        group = group_of(held.table, held.fields[0]) or ()
        if held.table == table and set(group) & set(changed):
            for field in set(held.fields) - set(changed):
                work.settle(model, entity, field, whole[field])


def change(work: Work, model: type[Synced], entity: Id, /, **fields: Any) -> None:
    """As `Work.change`, by a person who saw the whole of it in a form."""
    work.change(model, entity, **fields)
    t = table_of(model)
    row = work.connection.execute(select(t).where(t.c.id == entity)).mappings().one()
    changed = [name for name, value in fields.items() if row[name] != value]
    if changed:
        settle_fellows(work, model, entity, changed, {**row, **fields})
