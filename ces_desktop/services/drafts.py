"""What someone was typing, kept on this laptop until it is saved or thrown away; it never travels."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from ces_desktop.data.models import DraftRecord
from ces_desktop.domain.ids import Id


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
    query = select(d.id, d.form, d.subject, d.user, d.content, d.started_at, d.saved_at).where(d.user == user)
    if form:
        query = query.where(d.form == form)
    rows = connection.execute(query.order_by(d.saved_at.desc(), d.id))
    return tuple(
        Draft(Id(r.id), r.form, r.subject, Id(r.user), json.loads(r.content), r.started_at, r.saved_at) for r in rows
    )


def open_draft(connection: Connection, draft: Id) -> Draft | None:
    """One unfinished form, None when it was saved or thrown away."""
    d = DraftRecord
    row = connection.execute(
        select(d.id, d.form, d.subject, d.user, d.content, d.started_at, d.saved_at).where(d.id == draft)
    ).first()
    if row is None:
        return None
    content = json.loads(row.content)
    return Draft(Id(row.id), row.form, row.subject, Id(row.user), content, row.started_at, row.saved_at)


def discard(connection: Connection, draft: Id | None) -> None:
    """Throw a draft away; None or an unknown id changes nothing."""
    if draft is not None:
        connection.execute(delete(DraftRecord).where(DraftRecord.id == draft))
