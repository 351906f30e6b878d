"""Prescriptions to be filled: who waits with which lines, what was given of each, and what the shelf has for it.

A line is of the prescription; what left the shelf for it are the live movements that name it (`domain/supply/
dispensing`). The ledger never names the patient: they are joined here, on this laptop.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from ces_desktop.data.models import (
    EncounterRecord,
    ItemRecord,
    MovementRecord,
    PrescriptionRecord,
    PrescriptionStopRecord,
    UnmetDemandRecord,
    UserRecord,
    table_of,
)
from ces_desktop.data.queries.prepared import Prepared, slots
from ces_desktop.data.queries.rows import PatientRow, by_id
from ces_desktop.data.queries.stock import Lot, StockItem, catalogue, lots, stock_items
from ces_desktop.data.reference import NETWORK
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.dispensing import DECLINED, LineFacts, Offer, Share, share
from ces_desktop.domain.supply.ledger import usable_stock
from ces_desktop.domain.visits import Dose

DAYS = 7
"""A prescription signed longer ago is no longer waited for, one handed out longer ago is no longer listed; what is
owed is shown for `OWED_DAYS`."""
OWED_DAYS = 30
_P, _E, _M, _U, _I, _W, _X = (
    table_of(m)
    for m in (
        PrescriptionRecord, EncounterRecord, MovementRecord, UnmetDemandRecord, ItemRecord, UserRecord,
        PrescriptionStopRecord,
    )
)  # fmt: skip
_CLINIC: BindParameter[bytes] = bindparam("clinic")
_COLUMNS = (
    "id", "encounter", "patient", "item", "drug_text", "morning", "noon", "afternoon", "night", "every_hours",
    "as_needed", "days", "quantity", "position", "happened_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """An item that can be given for a line, with its lots; the one prescribed comes first, then its family."""

    item: StockItem
    lots: tuple[Lot, ...]
    usable: int
    """Units in date, less what was handed out without a lot."""

    @property
    def first(self) -> Lot | None:
        """The lot that goes first."""
        return next((lot for lot in self.lots if lot.quantity > 0 and lot.id is not None), None)


@dataclass(frozen=True, slots=True)
class FillLine:
    """A line of a prescription with what is there for it. `gives`: what is given by default, `short`: what is not."""

    id: Id
    drug: str
    item: StockItem | None
    dose: Dose
    days: int
    quantity: int | None
    facts: LineFacts
    sources: tuple[Source, ...]
    gives: tuple[Share, ...]
    short: int
    movements: tuple[Id, ...]
    """What was handed out for it and not taken back."""
    last: str = ""
    """The day (ISO) on which something was handed out last."""

    def name(self, language: str) -> str:
        """As the catalogue names it; as it was written where it is not of the catalogue."""
        return self.item.name(language) if self.item else self.drug

    @property
    def usable(self) -> int:
        """Units in date of all its sources."""
        return sum(s.usable for s in self.sources)


@dataclass(frozen=True, slots=True)
class Prescription:
    """The lines of one signed consult. `signed_at`: UTC ms; `prescriber` "" = not known here."""

    encounter: Id
    patient: PatientRow
    day: str
    signed_at: int
    prescriber: str
    lines: tuple[FillLine, ...]

    def in_state(self, state: str) -> list[FillLine]:
        """Its lines that stand so."""
        return [line for line in self.lines if line.facts.state == state]

    @property
    def state(self) -> str:
        """ "waiting" where a line waits, else "owed" where one is owed, else "given" or "declined"."""
        for state in ("waiting", "owed", "given"):
            if self.in_state(state):
                return state
        return "declined"

    @property
    def touched(self) -> bool:
        """Whether anything was handed out for it."""
        return any(line.movements for line in self.lines)

    @property
    def last(self) -> str:
        """The day (ISO) on which something of it was handed out last; "" = nothing was."""
        return max((line.last for line in self.lines), default="")


def prescriptions(connection: Connection, clinic: Id, today: date, encounter: Id | None = None) -> list[Prescription]:
    """Prescriptions signed or handed out in the last `DAYS` days, what is owed of `OWED_DAYS` days; the newest first.

    Of one consult where it is named, whenever it was. Consults that came with an imported register and lines stopped
    since are left out.
    """
    since = (today - timedelta(days=OWED_DAYS)).isoformat()
    if encounter is None:
        rows = _LINES.records(connection, clinic=clinic, since=since, until=today.isoformat())
    else:
        rows = _LINES_OF.records(connection, clinic=clinic, encounter=encounter)
    signed = {row["id"]: row for row in _SIGNED.records_for_many(connection, [r["encounter"] for r in rows])}
    rows = [r for r in rows if r["encounter"] in signed]
    stopped = {key for (key,) in _STOPPED.for_many(connection, [r["id"] for r in rows])}
    rows = [r for r in rows if r["id"] not in stopped]
    people = {row.id: row for row in by_id(connection, clinic, list(dict.fromkeys(r["patient"] for r in rows)))}
    lines = _lines(connection, clinic, today, [r for r in rows if r["patient"] in people])
    groups: dict[bytes, list[tuple[dict[str, Any], FillLine]]] = {}
    for row, line in lines:
        groups.setdefault(row["encounter"], []).append((row, line))
    names = dict(_NAMES.for_many(connection, [x["recorded_by"] for x in signed.values() if x["recorded_by"]]))
    found = [_prescription(signed[key], held, people, names) for key, held in groups.items()]
    waits_since = (today - timedelta(days=DAYS)).isoformat()
    fresh = [p for p in found if encounter is not None or max(p.day, p.last) >= waits_since or p.in_state("owed")]
    return sorted(fresh, key=lambda p: (p.signed_at, p.encounter), reverse=True)


def sources_here(connection: Connection, clinic: Id, today: date) -> list[Source]:
    """Everything that can lie on the shelf, by name, with what is there of it in date."""
    items = [item for item in catalogue(connection, clinic) if item.active]
    held = lots(connection, clinic, [item.id for item in items], today, today)
    return [_source(item, held.get(item.id, ()), today) for item in items]


def offers(sources: Sequence[Source]) -> list[Offer]:
    """Sources as the rules read them."""
    return [Offer(s.item.id, s.usable) for s in sources]


def _prescription(
    signed: Mapping[str, Any],
    held: Sequence[tuple[dict[str, Any], FillLine]],
    people: Mapping[Id, PatientRow],
    names: Mapping[bytes, str | None],
) -> Prescription:
    first = held[0][0]
    prescriber = signed["author_name"] or names.get(signed["recorded_by"]) or ""
    lines = tuple(line for _, line in sorted(held, key=lambda x: (x[0]["position"] or 0, x[0]["id"])))
    return Prescription(
        Id(signed["id"]), people[first["patient"]], first["happened_on"] or "", signed["recorded_at"], prescriber, lines
    )


def _lines(
    connection: Connection, clinic: Id, today: date, rows: Sequence[dict[str, Any]]
) -> list[tuple[dict[str, Any], FillLine]]:
    keys = [r["id"] for r in rows]
    given: defaultdict[bytes, int] = defaultdict(int)
    moved: defaultdict[bytes, list[Id]] = defaultdict(list)
    back: set[bytes] = set()
    last: defaultdict[bytes, str] = defaultdict(str)
    for line, key, quantity, reverses, day in _GIVEN.for_many(connection, keys):
        given[line] -= quantity
        last[line] = max(last[line], day)
        if reverses is None:
            moved[line].append(Id(key))
        else:
            back.add(reverses)
    unmet: defaultdict[bytes, int] = defaultdict(int)
    declined: set[bytes] = set()
    for line, quantity, reason in _UNMET.for_many(connection, keys):
        unmet[line] += quantity or 0
        if reason == DECLINED:
            declined.add(line)
    sources = _sources(connection, clinic, today, [Id(r["item"]) for r in rows if r["item"]])
    left = {s.item.id: s.usable for found in sources.values() for s in found}
    answer = []
    for row in rows:
        facts = LineFacts(
            row["quantity"], given[row["id"]], unmet[row["id"]], row["id"] in declined, row["item"] in sources
        )
        there = sources.get(row["item"], ())
        gives, short = share(facts.remains, [Offer(s.item.id, left[s.item.id]) for s in there])
        dose = Dose(
            row["morning"] or 0, row["noon"] or 0, row["afternoon"] or 0, row["night"] or 0, row["every_hours"],
            row["as_needed"] == "yes",
        )  # fmt: skip
        movements = tuple(m for m in moved[row["id"]] if m not in back)
        answer.append(
            (row, FillLine(
                Id(row["id"]), row["drug_text"] or "", there[0].item if there else None, dose, row["days"] or 0,
                row["quantity"], facts, there, tuple(gives), short, movements, last[row["id"]],
            ))
        )  # fmt: skip
    return answer


def _sources(connection: Connection, clinic: Id, today: date, items: Sequence[Id]) -> dict[bytes, tuple[Source, ...]]:
    """For each item itself and the others of its family that lie here in date."""
    asked = stock_items(connection, clinic, list(dict.fromkeys(items)))
    families = sorted({item.family for item in asked.values() if item.family})
    members: defaultdict[str, list[Id]] = defaultdict(list)
    if families:
        query = select(_I.c.id, _I.c.family).where(
            _I.c.family.in_(families), _I.c.live == 1, _I.c.clinic.in_([NETWORK, clinic])
        )
        for key, family in connection.execute(query.order_by(_I.c.code, _I.c.id)):
            members[family].append(Id(key))
    every = stock_items(connection, clinic, list({*asked, *(m for held in members.values() for m in held)}))
    held = lots(connection, clinic, list(every), today, today)

    found: dict[bytes, tuple[Source, ...]] = {}
    for item in asked.values():
        others = [
            _source(every[m], held.get(m, ()), today)
            for m in members.get(item.family, ())
            if m != item.id and m in every
        ]
        found[item.id] = (_source(item, held.get(item.id, ()), today), *(s for s in others if s.usable > 0))
    return found


def _source(item: StockItem, held: Sequence[Lot], today: date) -> Source:
    usable = usable_stock([lot.stock for lot in held], today)
    return Source(item, tuple(lot for lot in held if lot.stock.usable(today)), usable)


def _signed_lines() -> Any:
    return (
        select(*(_P.c[c] for c in _COLUMNS))
        .where(_P.c.clinic == _CLINIC, _P.c.live == 1, _P.c.encounter.is_not(None))
        .order_by(_P.c.happened_on, _P.c.encounter, _P.c.position, _P.c.id)
    )


_LINES = Prepared(
    lambda: _signed_lines().where(_P.c.happened_on >= bindparam("since"), _P.c.happened_on <= bindparam("until"))
)
_LINES_OF = Prepared(
    lambda: _signed_lines().where(
        _P.c.encounter == bindparam("encounter"),
        _P.c.patient == select(_E.c.patient).where(_E.c.id == bindparam("encounter")).scalar_subquery(),
    )
)
_SIGNED = Prepared(
    lambda: select(_E.c.id, _E.c.recorded_at, _E.c.recorded_by, _E.c.author_name).where(
        _E.c.id.in_(slots()), _E.c.live == 1, func.coalesce(_E.c.kind, "") != "imported"
    )
)
_STOPPED = Prepared(lambda: select(_X.c.prescription).where(_X.c.prescription.in_(slots()), _X.c.live == 1))
_NAMES = Prepared(lambda: select(_W.c.id, _W.c.name).where(_W.c.id.in_(slots())))
_GIVEN = Prepared(
    lambda: select(_M.c.line, _M.c.id, _M.c.quantity, _M.c.reverses, _M.c.happened_on).where(
        _M.c.line.in_(slots()), _M.c.live == 1
    )
)
_UNMET = Prepared(lambda: select(_U.c.line, _U.c.quantity, _U.c.reason).where(_U.c.line.in_(slots()), _U.c.live == 1))
