"""What someone was typing, kept on this laptop until it is saved or thrown away; it never travels."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from ces_desktop.data.models import DraftRecord
from ces_desktop.domain.ids import Id

TOPICS = frozenset({"draft"})
"""What a page that lists open drafts asks to be told of (drafts are not journalled: no act touches them)."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An unfinished form: which one, about whom (None = someone new), whose, what is in it, and when it was kept."""

    id: Id
    form: str
    subject: Id | None
    user: Id
    content: Mapping[str, str]
    started_at: int
    saved_at: int


def save(connection: Connection, draft: Draft) -> int:
    """Keep the draft as it stands now (`saved_at`); the same id replaces what was kept before. Returns `saved_at`."""
    d = DraftRecord
    content = json.dumps(dict(draft.content), ensure_ascii=False, sort_keys=True)
    fields = {"content": content, "saved_at": draft.saved_at}
    changed = connection.execute(update(d).where(d.id == draft.id).values(**fields))
    if not changed.rowcount:
        connection.execute(
            insert(d).values(
                id=draft.id,
                form=draft.form,
                subject=draft.subject,
                user=draft.user,
                started_at=draft.started_at,
                **fields,
            )
        )
    return draft.saved_at


def open_drafts(connection: Connection, user: Id, form: str = "") -> tuple[Draft, ...]:
    """The person's own unfinished forms (of one kind, or all), the latest first."""
    d = DraftRecord
    query = _DRAFTS.where(d.user == user)
    if form:
        query = query.where(d.form == form)
    return tuple(_draft(row) for row in connection.execute(query.order_by(d.saved_at.desc(), d.id)))


def open_draft(connection: Connection, draft: Id) -> Draft | None:
    """One unfinished form, None when it was saved or thrown away."""
    row = connection.execute(_DRAFTS.where(DraftRecord.id == draft)).first()
    return None if row is None else _draft(row)


def discard(connection: Connection, draft: Id | None) -> None:
    """Throw a draft away; None or an unknown id changes nothing."""
    if draft is not None:
        connection.execute(delete(DraftRecord).where(DraftRecord.id == draft))


_DRAFTS = select(
    DraftRecord.id,
    DraftRecord.form,
    DraftRecord.subject,
    DraftRecord.user,
    DraftRecord.content,
    DraftRecord.started_at,
    DraftRecord.saved_at,
)


def _draft(row: Any) -> Draft:
    return Draft(Id(row.id), row.form, row.subject, Id(row.user), json.loads(row.content), row.started_at, row.saved_at)
