"""What a mentor does with checklists: a changed list is a new version; old sessions keep theirs."""

from __future__ import annotations

from dataclasses import dataclass

from ces_desktop.data.models import ChecklistItemRecord, ChecklistRecord
from ces_desktop.data.queries.checklists import checklists, newest
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.ids import Id
from ces_desktop.domain.mentoring import Checklist
from ces_desktop.errors import Refused
from ces_desktop.services.patients_status import clean_text

MOST_ITEMS = 20
LONGEST = 160
"""Letters of an item or a name: it is read at a glance during a consult."""


@dataclass(frozen=True, slots=True)
class ItemRequest:
    """One item as it should be; `code` "" = a new one. The second language may be left empty."""

    text_es: str
    text_en: str = ""
    critical: bool = False
    code: str = ""


@dataclass(frozen=True, slots=True)
class ChecklistRequest:
    """A list as it should be from now on. `id` (of the new version) is made when the form opens; `code` "" = new."""

    id: Id
    name_es: str
    name_en: str
    items: tuple[ItemRequest, ...]
    code: str = ""
    source: str = ""


def keep(work: Work, request: ChecklistRequest) -> Id:
    """Make a version with these items; without a difference the version that stands is kept. Returns its id.

    Refused: `checklist.name_missing`, `checklist.no_items`, `checklist.too_many` (most), `checklist.text_missing`
    (number), `checklist.too_long` (number, most), `checklist.unknown`, `text.*`.
    """
    require(work.actor, Right.LEAD_MENTORING)
    check(request)
    lists = checklists(work.connection, work.installation.clinic)
    if request.id in lists:
        return request.id
    before = next((each for each in newest(lists) if each.code == request.code), None)
    if request.code and before is None:
        raise Refused("checklist.unknown")
    if before is not None and before.active and _same(before, request):
        return before.id
    work.act("checklist.keep")
    work.add(
        ChecklistRecord(
            id=request.id,
            code=request.code or request.id.hex(),
            version=before.version + 1 if before else 1,
            name_es=clean_text(request.name_es) or clean_text(request.name_en),
            name_en=clean_text(request.name_en),
            source=clean_text(request.source),
            previous=before.id if before else None,
        )
    )
    for place, item in enumerate(request.items, 1):
        made = work.new_id()
        work.add(
            ChecklistItemRecord(
                id=made,
                checklist=request.id,
                code=item.code or made.hex(),
                position=place,
                critical="yes" if item.critical else None,
                text_es=clean_text(item.text_es) or clean_text(item.text_en),
                text_en=clean_text(item.text_en),
            )
        )
    return request.id


def offer(work: Work, checklist: Id, offered: bool) -> None:
    """Withdraw a list from new sessions, or offer it again. Refused: `checklist.unknown`."""
    require(work.actor, Right.LEAD_MENTORING)
    if checklist not in checklists(work.connection, work.installation.clinic):
        raise Refused("checklist.unknown")
    work.act("checklist.offer" if offered else "checklist.withdraw")
    work.change(ChecklistRecord, checklist, active=None if offered else "no")


def check(request: ChecklistRequest) -> None:
    """Whether it may be kept. Refused: as `keep`."""
    if clean_text(request.name_es) is None and clean_text(request.name_en) is None:
        raise Refused("checklist.name_missing")
    if not request.items:
        raise Refused("checklist.no_items")
    if len(request.items) > MOST_ITEMS:
        raise Refused("checklist.too_many", most=MOST_ITEMS)
    for number, item in enumerate(request.items, 1):
        texts = [clean_text(item.text_es), clean_text(item.text_en)]
        if not any(texts):
            raise Refused("checklist.text_missing", number=number)
        if any(text is not None and len(text) > LONGEST for text in texts):
            raise Refused("checklist.too_long", number=number, most=LONGEST)


def _same(held: Checklist, request: ChecklistRequest) -> bool:
    def both(es: str, en: str) -> tuple[str, str]:
        one, other = clean_text(es) or "", clean_text(en) or ""
        return one or other, other or one

    names = both(request.name_es, request.name_en) == (held.names["es"], held.names["en"])
    items = [(*both(i.text_es, i.text_en), i.critical, i.code) for i in request.items]
    return names and items == [(i.texts["es"], i.texts["en"], i.critical, i.code) for i in held.items]
