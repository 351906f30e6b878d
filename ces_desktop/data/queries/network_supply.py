"""The stores of every clinic in this database side by side, and what to move between them: the supervisor's view.

Each clinic is read as its own shelf is (`shelf.shelf`), with the quantiles kept with its last order. The lines of one
medicine from several sources count together: a clinic with CES metformin is not out of metformin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, select, union

from ces_desktop.data.models import ClinicRecord, StockLotRecord, StockMonthRecord, table_of
from ces_desktop.data.queries.prepared import Prepared
from ces_desktop.data.queries.shelf import Shelf, ShelfRow, shelf
from ces_desktop.data.queries.supply_warnings import foretold
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply import warnings
from ces_desktop.domain.supply.redistribution import Box, Held, Move, State, moves

_S, _M, _C = table_of(StockLotRecord), table_of(StockMonthRecord), table_of(ClinicRecord)
_STORES = union(select(_S.c.clinic), select(_M.c.clinic))
"""A clinic that has run out of everything has months left and no lot."""
_NAMES = Prepared(lambda: select(_C.c.id, _C.c.prefix, _C.c.name).where(_C.c.live == 1))
_CLASS = {"V": "vital", "E": "essential"}
_RANK = {"V": 0, "E": 1, "N": 2, "": 3}
DELIVERY_DAYS = 30
"""Days to the next delivery where a clinic agreed none."""
SEVERITY: tuple[State, ...] = ("out", "risk", "over", "enough", "idle")


@dataclass(frozen=True, slots=True)
class ClinicStore:
    """A clinic that keeps a store. `counted`: the day of its last count, None = never."""

    id: Id
    prefix: str
    name: str
    counted: date | None


@dataclass(frozen=True, slots=True)
class Product:
    """A medicine or material whatever its source. `key`: its family, else the item. `ven`: "V", "E", "N" or ""."""

    key: str
    name_es: str
    name_en: str
    unit: str
    ven: str
    cold: bool
    controlled: bool

    def name(self, language: str) -> str:
        """Generic name and strength."""
        return (self.name_es if language.startswith("es") else self.name_en) or self.name_es


@dataclass(frozen=True, slots=True)
class NetworkSupply:
    """Clinics by name, products by what matters most, how each stands in each clinic, what to move."""

    today: date
    clinics: tuple[ClinicStore, ...]
    products: tuple[Product, ...]
    held: Mapping[tuple[str, Id], Held]
    moves: tuple[Move, ...]

    def states(self, product: str) -> list[State]:
        """How a product stands in the clinics that keep it."""
        found = (self.held.get((product, clinic.id)) for clinic in self.clinics)
        return [one.state(self.today) for one in found if one is not None]


def network_supply(
    connection: Connection, today: date, step: Callable[[int, int], None] = lambda done, total: None
) -> NetworkSupply:
    """Read every clinic that has a store; `step(done, total)` is told after each."""
    names = {Id(key): (prefix or "", name or "") for key, prefix, name in _NAMES(connection)}
    found = [Id(key) for (key,) in connection.execute(_STORES)]
    products: dict[str, Product] = {}
    held: dict[tuple[str, Id], Held] = {}
    clinics = []
    for done, clinic in enumerate(sorted(found, key=lambda key: names.get(key, ("", ""))[1] or key.hex())):
        step(done, len(found))
        read = shelf(connection, clinic, today)
        prefix, name = names.get(clinic, ("", ""))
        clinics.append(ClinicStore(clinic, prefix, name or prefix or clinic.hex()[:6], read.counted))
        expected = foretold(connection, clinic, today)
        for key, rows in _families(read).items():
            products[key] = _product(key, rows, products.get(key))
            held[key, clinic] = _held(clinic, key, rows, expected, read.next_delivery, today)
    step(len(found), len(found))
    read_all = NetworkSupply(today, tuple(clinics), (), held, moves(held.values(), today))
    ordered = sorted(products.values(), key=lambda product: _weight(read_all, product))
    return NetworkSupply(today, read_all.clinics, tuple(ordered), held, read_all.moves)


def _families(read: Shelf) -> dict[str, list[ShelfRow]]:
    found: defaultdict[str, list[ShelfRow]] = defaultdict(list)
    for row in read.rows:
        if row.lively or row.on_hand:
            found[f"{row.item.family}/{row.item.unit}" if row.item.family else row.item.id.hex()].append(row)
    return found


def _product(key: str, rows: list[ShelfRow], known: Product | None) -> Product:
    first = min(rows, key=lambda row: (_RANK.get(row.item.ven, 3), row.item.name_es, row.item.id)).item
    found = Product(key, first.name_es, first.name_en, first.unit, first.ven, first.cold, first.controlled)
    if known is None or _RANK.get(found.ven, 3) < _RANK.get(known.ven, 3):
        return found
    return known


def _held(
    clinic: Id,
    key: str,
    rows: list[ShelfRow],
    expected: Mapping[Id, tuple[float, float, float]],
    deliveries: Mapping[str, str],
    today: date,
) -> Held:
    lively = [row for row in rows if row.lively]
    asked = [row.average for row in lively if row.average is not None]
    of = [expected[row.item.id] for row in lively if row.item.id in expected]
    quantiles = (sum(q[0] for q in of), sum(q[1] for q in of), sum(q[2] for q in of)) if of else None
    boxes = tuple(
        Box(row.item.id, lot.lot, lot.number, lot.expiry, lot.quantity)
        for row in rows
        for lot in row.lots
        if lot.lot is not None and lot.usable(today)
    )
    letter = min((row.item.ven for row in rows), key=lambda ven: _RANK.get(ven, 3))
    kept = warnings.Kept(
        _CLASS.get(letter, "other"),
        sum(row.usable for row in rows),
        sum(row.negative for row in rows),
        quantiles if quantiles and quantiles[0] > 0 else None,
        sum(asked) if asked else None,
        tuple(sorted((box.expiry, box.units) for box in boxes if box.expiry is not None)),
        sum(row.in_transit for row in rows),
    )
    sources = {row.item.source for row in rows}
    days = [date.fromisoformat(day) for source, day in deliveries.items() if source in sources]
    until = min((day for day in days if day >= today), default=today + timedelta(days=DELIVERY_DAYS))
    least = max(row.least for row in rows)
    pack = max((row.item.pack or 1) for row in rows)
    return Held(clinic, key, kept, until, least, bool(lively), pack, boxes)


def _weight(read: NetworkSupply, product: Product) -> tuple[int, int, int, str]:
    """What is out in the most places first, the vital before the essential."""
    states = read.states(product.key)
    lacking = sum(state in ("out", "risk") for state in states)
    worst = min((SEVERITY.index(state) for state in states), default=len(SEVERITY))
    return worst, _RANK.get(product.ven, 3), -lacking, product.name_es
