"""Drafts stay on this laptop, one row each, the person's own, the latest first."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import builders
from sqlalchemy import func, select

from ces_desktop.data.models import OpRecord
from ces_desktop.domain.ids import new_id
from ces_desktop.services import drafts
from ces_desktop.services.drafts import Draft

WHO, OTHER = builders.actor(), builders.actor()


def test_kept_offered_and_thrown_away(tmp_path: Path) -> None:
    db = builders.database(builders.sqlcipher(tmp_path))
    first = Draft(new_id(1), "registration", None, WHO.user, {"given": "Ñandú \u202e\x00 😀"}, 1, 5)
    second = Draft(new_id(2), "registration", new_id(9), WHO.user, {}, 2, 3)
    foreign = Draft(new_id(3), "registration", None, OTHER.user, {}, 2, 9)
    for draft in (first, second, foreign):
        db.local(partial(drafts.save, draft=draft))
    assert db.read(lambda c: drafts.open_drafts(c, WHO.user)) == (first, second)
    later = replace(first, content={"given": "Ana"}, saved_at=8)
    db.local(partial(drafts.save, draft=later))
    assert db.read(lambda c: drafts.open_draft(c, first.id)) == later
    assert db.read(lambda c: drafts.open_drafts(c, WHO.user, "household")) == ()
    db.local(partial(drafts.discard, draft=first.id))
    db.local(partial(drafts.discard, draft=None))
    assert db.read(lambda c: drafts.open_drafts(c, WHO.user)) == (second,)
    assert db.read(lambda c: drafts.open_draft(c, first.id)) is None
    assert db.read(lambda c: c.execute(select(func.count()).select_from(OpRecord)).scalar()) == 0
