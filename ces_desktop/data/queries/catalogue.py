"""Choosing a diagnosis or a medicine while typing: beginnings of words in any order, no accents, usual ones first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, Integer, bindparam, literal, or_, select

from ces_desktop.data.models import (
    DiagnosisRecord,
    EncounterDiagnosisRecord,
    ItemRecord,
    PrescriptionRecord,
    table_of,
)
from ces_desktop.data.queries.prepared import Prepared, slots
from ces_desktop.data.queries.visits import records_of
from ces_desktop.data.reference import NETWORK
from ces_desktop.domain.identity import fold
from ces_desktop.domain.ids import Id

USUAL_DAYS = 90
"""How far back the clinic's usual diagnoses and medicines are counted."""
_DOTTED = re.compile(r"\b([A-Za-z][0-9]{2})\.([0-9])")
"""A code is typed with or without its dot: "e11.9" is E119."""
MOST = 400
"""Rows read for one key: what is typed next narrows them."""
MOST_USUAL = 160


@dataclass(frozen=True, slots=True)
class DiagnosisChoice:
    """A CIE-10 diagnosis to choose. `uses` = how often the clinic wrote it lately; `own` = the person has had it."""

    id: Id
    code: str
    name_es: str
    name_en: str
    sex_rule: str
    notifiable: str
    own: bool
    uses: int

    def name(self, language: str) -> str:
        """Its name in words."""
        return (self.name_es if language.startswith("es") else self.name_en) or self.name_es


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """A medicine to choose. `dosing` = a usual adult pattern to start from ("4-0-4-0", quarters), no prescription."""

    id: Id
    code: str
    name_es: str
    name_en: str
    form: str
    strength: str
    unit: str
    pack: int | None
    route: str
    dosing: str
    controlled: bool
    own: bool
    uses: int

    def name(self, language: str) -> str:
        """Generic name and strength."""
        return (self.name_es if language.startswith("es") else self.name_en) or self.name_es


_D, _C, _I, _L = (table_of(m) for m in (DiagnosisRecord, EncounterDiagnosisRecord, ItemRecord, PrescriptionRecord))
_CLINIC: BindParameter[bytes] = bindparam("clinic")
_SINCE: BindParameter[str] = bindparam("since")


def _matching(table: Any, columns: Sequence[str]) -> Any:
    """Living rows whose key holds a word that begins so.

    The clinic is asked of the rows found, not of the database: its index would be walked row by row, where reading a
    list of 14,000 from end to end costs a third.
    """
    key = table.c.search_key
    holds = or_(key.like(bindparam("beginning")), key.like(bindparam("within")))
    return select(*(table.c[name] for name in columns)).where(holds, table.c.live == 1)


_DIAGNOSIS = ("id", "code", "name_es", "name_en", "sex_rule", "notifiable", "search_key", "clinic")
_ITEM = (
    "id", "code", "name_es", "name_en", "form", "strength", "unit", "pack", "route", "dosing", "controlled",
    "family", "active", "search_key", "clinic",
)  # fmt: skip
_DIAGNOSES = Prepared(_matching(_D, _DIAGNOSIS).limit(bindparam("most", MOST, type_=Integer)))
_DIAGNOSES_BY_ID = Prepared(select(*(_D.c[name] for name in _DIAGNOSIS)).where(_D.c.id.in_(slots()), _D.c.live == 1))
_ITEMS = Prepared(
    _matching(_I, _ITEM).where(_I.c.kind == literal("medicine")).limit(bindparam("most", MOST, type_=Integer))
)
_ITEMS_BY_ID = Prepared(select(*(_I.c[name] for name in _ITEM)).where(_I.c.id.in_(slots()), _I.c.live == 1))
_USUAL_DIAGNOSES = Prepared(
    select(_C.c.diagnosis).where(_C.c.clinic == _CLINIC, _C.c.happened_on >= _SINCE, _C.c.live == 1)
)
_USUAL_ITEMS = Prepared(select(_L.c.item).where(_L.c.clinic == _CLINIC, _L.c.happened_on >= _SINCE, _L.c.live == 1))
_OWN_DIAGNOSES = Prepared(
    select(_C.c.diagnosis).where(_C.c.clinic == _CLINIC, _C.c.patient.in_(slots()), _C.c.live == 1)
)
_OWN_ITEMS = Prepared(select(_L.c.item).where(_L.c.clinic == _CLINIC, _L.c.patient.in_(slots()), _L.c.live == 1))


def find_diagnoses(
    connection: Connection, clinic: Id, typed: str, today: date, patient: Id | None = None, limit: int = 12
) -> tuple[DiagnosisChoice, ...]:
    """Diagnoses whose name, code or synonyms hold every typed word as a beginning; with nothing typed the usual ones.

    First those the person has had, then the clinic's usual ones, then where a name begins with what was typed.
    """
    own, uses = _habits(connection, clinic, patient, today, _OWN_DIAGNOSES, _USUAL_DIAGNOSES)
    rows = _found(connection, clinic, typed, own, uses, _DIAGNOSES, _DIAGNOSES_BY_ID)
    return tuple(
        DiagnosisChoice(
            Id(r["id"]), r["code"] or "", r["name_es"] or "", r["name_en"] or "", r["sex_rule"] or "",
            r["notifiable"] or "", r["id"] in own, uses[r["id"]],
        )
        for r in rows[:limit]
    )  # fmt: skip


def find_items(
    connection: Connection, clinic: Id, typed: str, today: date, patient: Id | None = None, limit: int = 12
) -> tuple[ItemChoice, ...]:
    """Medicines of the catalogue, as `find_diagnoses` finds diagnoses: one line of each family, none that is not used
    any more. Which source the family is given from is decided where it is handed out."""
    own, uses = _habits(connection, clinic, patient, today, _OWN_ITEMS, _USUAL_ITEMS)
    rows = _found(connection, clinic, typed, own, uses, _ITEMS, _ITEMS_BY_ID)
    return tuple(
        ItemChoice(
            Id(r["id"]), r["code"] or "", r["name_es"] or "", r["name_en"] or "", r["form"] or "",
            r["strength"] or "", r["unit"] or "", r["pack"], r["route"] or "", r["dosing"] or "",
            r["controlled"] is not None and r["controlled"] not in ("", "no"), r["id"] in own, uses[r["id"]],
        )
        for r in _one_of_each_family(rows)[:limit]
    )  # fmt: skip


def _one_of_each_family(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same medicine from two sources is two lines of stock and one to prescribe."""
    seen, found = set[str](), []
    for r in rows:
        if r["active"] != "no" and (not r["family"] or r["family"] not in seen):
            seen.add(r["family"] or "")
            found.append(r)
    return found


def _habits(
    connection: Connection, clinic: Id, patient: Id | None, today: date, own: Prepared, usual: Prepared
) -> tuple[Counter[bytes], Counter[bytes]]:
    since = (today - timedelta(days=USUAL_DAYS)).isoformat()
    uses = Counter(row[0] for row in usual(connection, clinic=clinic, since=since) if row[0])
    if patient is None:
        return Counter(), uses
    records = records_of(connection, clinic, patient)
    return Counter(row[0] for row in own.for_many(connection, records, clinic=clinic) if row[0]), uses


def _found(
    connection: Connection,
    clinic: Id,
    typed: str,
    own: Counter[bytes],
    uses: Counter[bytes],
    matching: Prepared,
    by_id: Prepared,
) -> list[dict[str, Any]]:
    words = fold(_DOTTED.sub(r"\1\2", typed)).split()
    if not words:
        usual = sorted({*own, *uses}, key=lambda key: (-(key in own), -own[key], -uses[key], key))[:MOST_USUAL]
        place = {key: n for n, key in enumerate(usual)}
        return sorted(by_id.records_for_many(connection, usual), key=lambda r: place[r["id"]])
    longest = max(words, key=len)
    rows = matching.records(connection, beginning=f"{longest}%", within=f"% {longest}%")
    # More may begin so than are read: what the person or the clinic uses is looked at in any case.
    rows += by_id.records_for_many(connection, [*own, *(key for key, _ in uses.most_common(MOST_USUAL))])
    fitting = {
        r["id"]: r
        for r in rows
        if r["clinic"] in (NETWORK, clinic) and all(f" {word}" in f" {r['search_key']}" for word in words)
    }

    def order(r: dict[str, Any]) -> tuple[Any, ...]:
        key, text = r["id"], r["search_key"]
        exact = (r["code"] or "").lower() == words[0]
        begins = text.startswith(words[0])
        # The shorter name is the more general one: "Tos" before "Tos ferina".
        return not exact, key not in own, -uses[key], not begins, len(r["name_es"] or ""), text, key

    return sorted(fitting.values(), key=order)
