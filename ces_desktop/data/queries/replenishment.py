"""Everything an order is worked out from, in one snapshot: items, shelf, lots, demand, need, what is coming."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, select

from ces_desktop.data.collector import uncollected
from ces_desktop.data.models import ItemRecord, ItemShelfRecord, LotRecord, StockLotRecord, table_of
from ces_desktop.data.queries import adherence
from ces_desktop.data.queries.demand import MONTHS, Demand, demand
from ces_desktop.data.queries.needs import Need, needs
from ces_desktop.data.queries.orders import Cycle, cycles, in_transit, past_orders
from ces_desktop.data.queries.prepared import Prepared
from ces_desktop.data.reference import NETWORK
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.orders import Supply, learnt

SOURCES = ("SSA", "CES", "other")
DAY_MS, _EPOCH = 86_400_000, date(1970, 1, 1).toordinal()
VEN = {"V": "vital", "E": "essential"}
"""Letter of the catalogue → class of `replenish.SERVICE`; everything else is "other"."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the clinic decided about an item. `kept` "" = it decided nothing."""

    kept: str = ""
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Supplied:
    """An item with what there is. `lots`: (last day of use or None, units), units without a lot in one of them.

    `lives`: months that its deliveries had before them when they came, the usual one; None = unknown or for ever.
    """

    id: Id
    code: str
    name_es: str
    name_en: str
    unit: str
    kind: str
    ven: str
    source: str
    family: str
    pack: int
    shelf: Shelf
    lots: tuple[tuple[date | None, int], ...]
    in_transit: int
    lives: float | None
    short: int = 0
    """Units of lots below nought and of what was handed out without a lot: negative, to be counted."""

    def name(self, language: str) -> str:
        """Generic name and strength."""
        return (self.name_es if language.startswith("es") else self.name_en) or self.name_es

    @property
    def product(self) -> str:
        """What is the same thing elsewhere: the family, else the item."""
        return self.family or self.id.hex()

    @property
    def held(self) -> int:
        """Units by the ledger, expired ones too."""
        return sum(units for _, units in self.lots)

    def usable(self, today: date) -> int:
        """Units in date, less what was handed out without a lot; below 0 where more was handed out than there was."""
        return sum(units for until, units in self.lots if until is None or until >= today)


@dataclass(frozen=True, slots=True)
class Standing:
    """The whole picture of a day."""

    today: date
    items: Mapping[Id, Supplied]
    demand: Demand
    needs: Mapping[Id, Need]
    cycles: Mapping[str, Cycle]
    supply: Mapping[str, Supply]
    adherence: float
    """Share of what prescriptions need that is fetched here (`supply.need.adherence`)."""


@uncollected()
def standing(connection: Connection, clinic: Id, today: date, months: int = MONTHS) -> Standing:
    """Every item that this clinic keeps, ever moved, or whose patients need it; demand of so many months."""
    asked = demand(connection, clinic, today, months)
    wanted = needs(connection, clinic, today)
    shelves = {Id(i): Shelf(kept or "", most) for i, kept, most in _SHELVES(connection, clinic=clinic)}
    lots, lives = _lots(connection, clinic)
    coming = in_transit(connection, clinic, today)
    known = {*asked.series, *wanted, *shelves, *lots, *coming}
    items = {}
    for row in _ITEMS.records(connection):
        key = Id(row["id"])
        if key in known and row["clinic"] in (NETWORK, clinic) and row["active"] != "no":
            items[key] = _item(row, shelves.get(key, Shelf()), lots.get(key, ()), coming.get(key, 0), lives.get(key))
    told = cycles(connection, clinic)
    taught = {}
    for source in {*SOURCES, *(item.source for item in items.values())}:
        cycle = told.get(source, Cycle(source))
        past = past_orders(connection, clinic, source)
        taught[source] = learnt(past, today, cycle.review_days, cycle.lead_days)
    return Standing(today, items, asked, wanted, told, taught, adherence.learnt(connection, clinic, today))


def _item(row: dict[str, Any], shelf: Shelf, lots: Any, coming: int, lives: float | None) -> Supplied:
    return Supplied(
        Id(row["id"]), row["code"] or "", row["name_es"] or "", row["name_en"] or "", row["unit"] or "",
        row["kind"] or "", VEN.get(row["ven"] or "", "other"), row["source"] or "", row["family"] or "",
        max(1, row["pack"] or 1), shelf, tuple(lots), coming, lives, sum(units for _, units in lots if units < 0),
    )  # fmt: skip


def _lots(connection: Connection, clinic: Id) -> tuple[dict[Id, list[tuple[date | None, int]]], dict[Id, float]]:
    """Lots that are not empty of each item, and the months its lots usually had before them when they were noted."""
    held: defaultdict[Id, list[tuple[date | None, int]]] = defaultdict(list)
    lived: defaultdict[Id, list[float]] = defaultdict(list)
    expiries = {}
    for lot, item, expiry, recorded_at in _LOTS(connection, clinic=clinic):
        until = expiries[lot] = date.fromisoformat(expiry) if expiry else None
        if until is not None:
            lived[Id(item)].append((until.toordinal() - _EPOCH - recorded_at // DAY_MS) / 30.4375)
    for item, lot, units in _LEFT(connection, clinic=clinic):
        if units:
            held[Id(item)].append((expiries.get(lot), units))
    for each in held.values():  # in one order whatever the database answers in
        each.sort(key=lambda lot: (lot[0] or date.max, lot[1]))
    return dict(held), {item: sorted(months)[(len(months) - 1) // 2] for item, months in lived.items()}


def _left() -> Any:
    s = StockLotRecord
    return select(s.item, s.lot, s.quantity).where(s.clinic == bindparam("clinic"))


def _items() -> Any:
    columns = "id clinic code name_es name_en unit kind ven source family pack active"
    t = table_of(ItemRecord)
    return select(*(t.c[c] for c in columns.split())).where(t.c.live == 1, t.c.kind != "equipment")


def _shelves() -> Any:
    s = ItemShelfRecord
    return (
        select(s.item, s.kept, s.most).where(s.clinic == bindparam("clinic"), s.live == 1).order_by(s.recorded_at, s.id)
    )


_LEFT, _ITEMS, _SHELVES = Prepared(_left), Prepared(_items), Prepared(_shelves)
_LOTS = Prepared(
    lambda: select(LotRecord.id, LotRecord.item, LotRecord.expiry, LotRecord.recorded_at).where(
        LotRecord.clinic == bindparam("clinic")
    )
)
