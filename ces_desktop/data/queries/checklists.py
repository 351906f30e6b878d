"""The checklists for observed consults: every version, ours and those made here or sent by the network."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, select

from ces_desktop.data.models import REFERENCE, ChecklistItemRecord, ChecklistRecord
from ces_desktop.data.reference import NETWORK
from ces_desktop.domain.ids import Id
from ces_desktop.domain.mentoring import Checklist, Item


def checklists(connection: Connection, clinic: Id) -> dict[Id, Checklist]:
    """Every version of every list, by id: old sessions show the version they were scored with."""
    c, i = ChecklistRecord, ChecklistItemRecord
    items: dict[bytes, list[Item]] = defaultdict(list)
    rows = select(i.id, i.checklist, i.code, i.critical, i.text_es, i.text_en)
    for row in connection.execute(rows.where(i.clinic.in_((NETWORK, clinic)), i.live == 1).order_by(i.position, i.id)):
        texts = {"es": row.text_es or row.text_en or "", "en": row.text_en or row.text_es or ""}
        items[row.checklist].append(Item(Id(row.id), row.code or "", texts, row.critical == "yes"))
    lists = select(c.id, c.code, c.version, c.name_es, c.name_en, c.source, c.active, c.made_by)
    found = {}
    for head in connection.execute(
        lists.where(c.clinic.in_((NETWORK, clinic)), c.live == 1).order_by(c.code, c.version, c.recorded_at, c.id)
    ):
        names = {"es": head.name_es or head.name_en or "", "en": head.name_en or head.name_es or ""}
        found[Id(head.id)] = Checklist(
            Id(head.id), head.code or "", head.version or 1, names, tuple(items.get(head.id, ())), head.source or "",
            head.active != "no", head.made_by == REFERENCE,
        )  # fmt: skip
    return found


def newest(lists: dict[Id, Checklist]) -> tuple[Checklist, ...]:
    """The newest version of each list, in the order of their codes; withdrawn ones too.

    Two laptops may have made a version of one number: the later one is the newest for both.
    """
    last: dict[str, Checklist] = {}
    for each in lists.values():
        if each.code not in last or each.version >= last[each.code].version:
            last[each.code] = each
    return tuple(last.values())


def offered(lists: dict[Id, Checklist]) -> tuple[Checklist, ...]:
    """Those that a new observed consult may use."""
    return tuple(each for each in newest(lists) if each.active and each.items)
