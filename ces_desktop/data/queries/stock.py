"""What lies on the shelf by lot, and the stock card of an item: read from the ledger of movements.

What is left of a lot is kept beside the ledger (`journal/stock_sums`). Days are ISO text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Connection, Integer, bindparam, func, literal, select

from ces_desktop.data.models import ItemRecord, LotRecord, MovementRecord, StockLotRecord, table_of
from ces_desktop.data.queries.prepared import Prepared, slots
from ces_desktop.data.reference import NETWORK
from ces_desktop.domain.identity import fold
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.ledger import LotStock, one_lot

_M, _L, _I, _S = (table_of(m) for m in (MovementRecord, LotRecord, ItemRecord, StockLotRecord))
NO_LOT = bytes(16)
"""Stands for the line without a lot, where a key may not be empty."""
_CLINIC: BindParameter[bytes] = bindparam("clinic")
_ITEM: BindParameter[bytes] = bindparam("item")
_DAY: BindParameter[str] = bindparam("day")
CARD = 200
"""Movements of a stock card shown at once."""


@dataclass(frozen=True, slots=True)
class StockItem:
    """An item of the catalogue as supplies show it. `ven`: "V", "E", "N" or "" = not classified."""

    id: Id
    code: str
    kind: str
    name_es: str
    name_en: str
    form: str
    unit: str
    pack: int | None
    ven: str
    source: str
    family: str
    controlled: bool
    cold: bool
    active: bool

    def name(self, language: str) -> str:
        """Generic name and strength."""
        return (self.name_es if language.startswith("es") else self.name_en) or self.name_es


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot with what is left of it; `id` None = handed out without a lot. `expiry`: last day of use.

    Rows of one number and expiry are one lot (`ledger.one_lot`): two laptops may have received its boxes.
    """

    id: Id | None
    item: Id
    number: str
    expiry: date | None
    pack: int | None
    source: str
    location: str
    quantity: int

    @property
    def stock(self) -> LotStock:
        """As the rules read it."""
        return LotStock(self.id, self.number, self.expiry, self.quantity)


@dataclass(frozen=True, slots=True)
class Movement:
    """A line of the stock card. `balance`: units of the item after it; `reversed_by`: what took it back."""

    id: Id
    day: str
    kind: str
    quantity: int
    balance: int
    lot: Id | None
    number: str
    reason: str
    note: str
    document_kind: str
    document: Id | None
    line: Id | None
    reverses: Id | None
    reversed_by: Id | None
    recorded_at: int
    recorded_by: Id | None


ITEM_COLUMNS = (
    "id", "code", "kind", "name_es", "name_en", "form", "unit", "pack", "ven", "source", "family", "controlled",
    "cold", "active", "clinic",
)  # fmt: skip
_ITEMS = Prepared(lambda: select(*(_I.c[c] for c in ITEM_COLUMNS)).where(_I.c.id.in_(slots()), _I.c.live == 1))
_OF_CODE = Prepared(
    lambda: (
        select(_I.c.id, _I.c.clinic)
        .where(_I.c.code == bindparam("code"), _I.c.live == 1)
        .order_by(_I.c.id)
    )
)
_SUMS = Prepared(
    lambda: select(_S.c.item, _S.c.lot, _S.c.quantity).where(_S.c.clinic == _CLINIC, _S.c.item.in_(slots()))
)
_LATER = Prepared(
    lambda: (
        select(_M.c.item, _M.c.lot, _M.c.happened_on, func.sum(_M.c.quantity).label("quantity"))
        .where(_M.c.clinic == _CLINIC, _M.c.item.in_(slots()), _M.c.happened_on > _DAY, _M.c.live == 1)
        .group_by(_M.c.item, _M.c.lot, _M.c.happened_on)
    )
)
_LOTS = Prepared(
    lambda: select(
        _L.c.id, _L.c.item, _L.c.number, _L.c.expiry, _L.c.pack, _L.c.source, _L.c.location, _L.c.live
    ).where(_L.c.clinic == _CLINIC, _L.c.item.in_(slots()))
)
_CARD = Prepared(
    lambda: (
        select(
            *(
                _M.c[c]
                for c in (
                    "id", "happened_on", "kind", "quantity", "lot", "reason", "note", "document_kind", "document",
                    "line", "reverses", "recorded_at", "recorded_by",
                )
            )
        )
        .where(_M.c.clinic == _CLINIC, _M.c.item == _ITEM, _M.c.live == 1)
        .order_by(_M.c.happened_on.desc(), _M.c.recorded_at.desc(), _M.c.id.desc())
        .limit(bindparam("most", type_=Integer))
    )
)  # fmt: skip
_TAKEN_BACK = Prepared(
    lambda: select(_M.c.reverses, _M.c.id).where(
        _M.c.clinic == _CLINIC, _M.c.item == _ITEM, _M.c.reverses.is_not(None), _M.c.live == 1
    )
)


def stock_items(connection: Connection, clinic: Id, items: Sequence[Id]) -> dict[Id, StockItem]:
    """Items of the catalogue by id; those of another clinic or gone are left out."""
    rows = _ITEMS.records_for_many(connection, items)
    return {Id(r["id"]): item_of(r) for r in rows if r["clinic"] in (NETWORK, clinic)}


def item_of_code(connection: Connection, clinic: Id, code: str) -> Id | None:
    """The item of a key, the clinic's own before the network's; None where the catalogue has none."""
    found = {where: Id(key) for key, where in _OF_CODE(connection, code=code)}
    return found.get(clinic, found.get(NETWORK))


def item_of(row: dict[str, Any]) -> StockItem:
    """A row of `ITEM_COLUMNS` as an item."""
    return StockItem(
        id=Id(row["id"]),
        code=row["code"] or "",
        kind=row["kind"] or "",
        name_es=row["name_es"] or "",
        name_en=row["name_en"] or "",
        form=row["form"] or "",
        unit=row["unit"] or "",
        pack=row["pack"],
        ven=row["ven"] or "",
        source=row["source"] or "",
        family=row["family"] or "",
        controlled=row["controlled"] not in (None, "", "no"),
        cold=row["cold"] == "yes",
        active=row["active"] != "no",
    )


def lots(connection: Connection, clinic: Id, items: Sequence[Id], day: date, today: date) -> dict[Id, list[Lot]]:
    """Lots of these items, the first to expire first, with what can be taken from each as of `day`.

    Of a day before today that is what the lot never fell below since: what was given later was given. Empty lots are
    there too (to be found again when more comes); the line without a lot only where it is not zero.
    """
    rows = _LOTS.records_for_many(connection, items, clinic=clinic)
    stands = _stands(rows)
    sums: dict[tuple[Any, Any], int] = defaultdict(int)
    for i, lot, q in _SUMS.for_many(connection, items, clinic=clinic):
        sums[i, stands.get(lot, _lot(lot))] += q
    if day < today:
        later = _LATER.for_many(connection, items, clinic=clinic, day=day.isoformat())
        sums = _never_below(sums, [(item, stands.get(lot, lot), on, q) for item, lot, on, q in later])
    places = {stands[r["id"]]: r["location"] for r in rows if r["location"]}
    found: defaultdict[Id, list[Lot]] = defaultdict(list)
    for r in rows:
        item, key = r["item"], Id(r["id"])
        quantity = sums.get((item, key), 0)
        if stands[key] == key and (r["live"] or quantity):
            until = date.fromisoformat(r["expiry"]) if r["expiry"] else None
            place = r["location"] or places.get(key) or ""
            found[Id(item)].append(
                Lot(key, Id(item), r["number"] or "", until, r["pack"], r["source"] or "", place, quantity)
            )
    for (item, key), quantity in sums.items():
        if key is None and quantity:
            found[Id(item)].append(Lot(None, Id(item), "", None, None, "", "", quantity))
    for each in found.values():
        each.sort(key=lambda lot: (lot.id is None, lot.expiry or date.max, lot.number, lot.id or b""))
    return dict(found)


def standing_for(connection: Connection, clinic: Id, items: Sequence[Id]) -> dict[bytes, Id]:
    """Row of a lot → the row that stands for it (`ledger.one_lot`), of these items."""
    return _stands(_LOTS.records_for_many(connection, items, clinic=clinic))


def on_hand(connection: Connection, clinic: Id, items: Sequence[Id]) -> dict[Id, int]:
    """Units of each item by the ledger, expired ones too; items that never moved are left out."""
    sums: defaultdict[Id, int] = defaultdict(int)
    for item, _, quantity in _SUMS.for_many(connection, items, clinic=clinic):
        sums[Id(item)] += quantity
    return dict(sums)


def card(connection: Connection, clinic: Id, item: Id, most: int = CARD) -> list[Movement]:
    """The stock card: the latest `most` movements, newest first, each with the balance of the item after it."""
    balance = on_hand(connection, clinic, [item]).get(item, 0)
    boxes = _LOTS.records_for_many(connection, [item], clinic=clinic)
    numbers, stands = {r["id"]: r["number"] or "" for r in boxes}, _stands(boxes)
    back = {of: Id(by) for of, by in _TAKEN_BACK(connection, clinic=clinic, item=item)}
    answer = []
    for r in _CARD.records(connection, clinic=clinic, item=item, most=most):
        answer.append(
            Movement(
                Id(r["id"]),
                r["happened_on"] or "",
                r["kind"] or "",
                r["quantity"] or 0,
                balance,
                stands.get(r["lot"], _id(r["lot"])),
                numbers.get(r["lot"], ""),
                r["reason"] or "",
                r["note"] or "",
                r["document_kind"] or "",
                _id(r["document"]),
                _id(r["line"]),
                _id(r["reverses"]),
                back.get(r["id"]),
                r["recorded_at"],
                _id(r["recorded_by"]),
            )
        )
        balance -= r["quantity"] or 0
    return answer


def usable(held: Sequence[Lot], day: date) -> list[Lot]:
    """Of these lots those in date and not empty."""
    return [lot for lot in held if lot.stock.usable(day)]


def without(held: Sequence[Lot], taken: dict[Id | None, int]) -> list[Lot]:
    """These lots less what an action in the making has taken of them already."""
    return [replace(lot, quantity=lot.quantity - taken.get(lot.id, 0)) for lot in held]


def _never_below(sums: dict[tuple[Any, Any], int], later: Sequence[tuple[Any, ...]]) -> dict[tuple[Any, Any], int]:
    """The least that each lot held at the end of any day from a day on, from its balance now and what moved later."""
    by_lot: defaultdict[tuple[Any, Any], defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for item, lot, day, quantity in later:
        by_lot[item, lot][day] += int(quantity)
    least = dict(sums)
    for key, moved in by_lot.items():
        held = sums.get(key, 0)
        for _, quantity in sorted(moved.items(), reverse=True):
            held -= quantity  # as it was before that day
            least[key] = min(least.get(key, 0), held)
    return least


def _stands(rows: Sequence[dict[str, Any]]) -> dict[bytes, Id]:
    by_item: defaultdict[bytes, list[tuple[bytes, str | None, str | None, int]]] = defaultdict(list)
    for r in rows:
        by_item[r["item"]].append((r["id"], r["number"], r["expiry"], r["live"]))
    return {key: of for boxes in by_item.values() for key, of in one_lot(boxes).items()}


def _lot(key: bytes) -> bytes | None:
    return None if key == NO_LOT else key


def _id(value: bytes | None) -> Id | None:
    return None if value is None else Id(value)


def catalogue(connection: Connection, clinic: Id) -> list[StockItem]:
    """Everything of the catalogue that lies on a shelf (no equipment), by name."""
    rows = _CATALOGUE.records(connection)
    items = [item_of(r) for r in rows if r["clinic"] in (NETWORK, clinic)]
    return sorted(items, key=lambda item: fold(item.name_es))


_CATALOGUE = Prepared(
    lambda: select(*(_I.c[c] for c in ITEM_COLUMNS)).where(_I.c.live == 1, _I.c.kind != literal("equipment"))
)
