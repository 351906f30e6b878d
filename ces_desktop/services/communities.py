"""Localities added here because no list has them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from ces_desktop.data.models import CommunityRecord
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.identity import fold
from ces_desktop.domain.ids import Id
from ces_desktop.domain.registration import clean_words
from ces_desktop.errors import Refused


@dataclass(frozen=True, slots=True)
class AddCommunity:
    """A locality by name; `community` is made by the form, so that a second Enter adds nothing."""

    community: Id
    name: str
    municipality: str = ""


def add(work: Work, request: AddCommunity) -> Id:
    """Add a locality. Refused: `communities.name_missing`, `communities.exists`, those of `clean_words`."""
    require(work.actor, Right.REGISTER_PATIENTS)
    name, municipality = clean_words(request.name), clean_words(request.municipality)
    if not any(mark.isalpha() for mark in name):
        raise Refused("communities.name_missing")
    c = CommunityRecord
    alike = work.connection.execute(
        select(c.id, c.name, c.municipality).where(c.live == 1, c.search_key.startswith(fold(name)))
    )
    for row in alike:
        if row.id == request.community:
            return request.community
        same_place = not municipality or fold(row.municipality or "") == fold(municipality)
        if fold(row.name or "") == fold(name) and same_place:
            raise Refused("communities.exists")
    work.act("communities.add")
    work.add(CommunityRecord(id=request.community, name=name, municipality=municipality or None))
    return request.community
