"""Sums of the ledger that are kept: what is left of each lot, and each item month by month.

Rows of one number and expiry are one lot (`ledger.one_lot`), under the id that stands for it.
`refresh` makes them again for the items of which something moved, from the first day touched on; `differences` is the
proof, by the rules that look at every day and every movement.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from ces_desktop.data.journal.bulk import chunks, fetch, insert_lists, run
from ces_desktop.data.journal.versions import Versions
from ces_desktop.data.models import LotRecord, MovementRecord, StockLotRecord, StockMonthRecord, table_of
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.ledger import KINDS, Entry, balances, days_with_stock, one_lot
from ces_desktop.domain.supply.months import months

NO_LOT = bytes(16)
"""Stands for the line without a lot."""
_M, _L = MovementRecord.__tablename__, LotRecord.__tablename__
_SUMS, _MONTHS = StockLotRecord.__tablename__, StockMonthRecord.__tablename__
_SINCE_LOT = f'SELECT min("happened_on") FROM "{_M}" WHERE "clinic" = ? AND "item" = ? AND "live" = 1 AND "lot" = ?'
_BEFORE = (
    f'SELECT "lot", sum("quantity") FROM "{_M}" '
    'WHERE "clinic" = ? AND "item" = ? AND "happened_on" < ? AND "live" = 1 GROUP BY "lot"'
)
_ENTRIES = (
    f'SELECT "happened_on", "lot", "quantity", "kind" FROM "{_M}" '
    'WHERE "clinic" = ? AND "item" = ? AND "happened_on" >= ? AND "live" = 1 ORDER BY "happened_on"'
)
_LOTS = f'SELECT "id", "number", "expiry", "live" FROM "{_L}" WHERE "clinic" = ? AND "item" = ?'
_LATEST = f'SELECT max("happened_on") FROM "{_M}" WHERE "clinic" = ? AND "item" = ? AND "live" = 1'
_LAST_BEFORE = (
    f'SELECT max("happened_on") FROM "{_M}" WHERE "clinic" = ? AND "item" = ? AND "happened_on" < ? AND "live" = 1'
)
_Place = tuple[bytes, bytes]
"""Clinic and item."""


def refresh(
    connection: Connection, moved: set[bytes], lots: set[bytes], changed: Collection[bytes] = frozenset()
) -> None:
    """Make the sums again of every item of which a movement or a lot came or changed.

    `changed`: of the movements, those that were here before. One that two laptops made bears the day of one of them and
    may have been summed on that of the other.
    """
    since: dict[_Place, str] = {}
    table = table_of(MovementRecord)
    versions = Versions(connection, changed)
    for part in chunks(sorted(moved)):
        columns = (table.c.id, table.c.clinic, table.c.item, table.c.happened_on)
        for key, clinic, item, day in connection.execute(select(*columns).where(table.c.id.in_(part))):
            for each in (day, *(str(value) for _, _, value in versions.live(key, "happened_on"))):
                _earlier(since, (clinic, item), each)
    table = table_of(LotRecord)
    for part in chunks(sorted(lots)):
        rows = connection.execute(select(table.c.id, table.c.clinic, table.c.item).where(table.c.id.in_(part))).all()
        for lot, clinic, item in rows:
            first = fetch(connection, _SINCE_LOT, (clinic, item, lot))[0][0]
            # Nothing moved of it, yet it may stand for another row of the same lot from now on.
            _earlier(since, (clinic, item), first or fetch(connection, _LATEST, (clinic, item))[0][0])
    sums = _Sums()
    for (clinic, item), day in since.items():
        _sum_item(connection, clinic, item, day, sums)
    sums.write(connection)


def differences(
    connection: Connection, movements: Mapping[bytes, Mapping[str, Any]], lots: Mapping[bytes, Mapping[str, Any]]
) -> Iterator[str]:
    """ "table item": sums kept that are not those of these rows of the ledger."""
    by_place: defaultdict[_Place, list[Entry]] = defaultdict(list)
    boxes: defaultdict[_Place, list[tuple[bytes, str | None, str | None, int]]] = defaultdict(list)
    for key, row in lots.items():
        boxes[row["clinic"], row["item"]].append((key, row["number"], row["expiry"], row["live"]))
    stands = {place: one_lot(held) for place, held in boxes.items()}
    for row in movements.values():
        lot = stands.get((row["clinic"], row["item"]), {}).get(row["lot"], row["lot"])
        entry = _entry(row["happened_on"], lot, row["quantity"], row["kind"])
        if row["live"] and row["item"] is not None and entry is not None:
            by_place[row["clinic"], row["item"]].append(entry)
    expiries = {Id(key): _day(row["expiry"]) for key, row in lots.items()}
    wanted_lots: set[tuple[Any, ...]] = set()
    wanted_months: set[tuple[Any, ...]] = set()
    for (clinic, item), entries in by_place.items():
        wanted_lots |= {(clinic, item, lot or NO_LOT, left) for lot, left in balances(entries).items()}
        wanted_months |= {(clinic, item, *row) for row in _slowly(entries, expiries)}
    for table, columns, wanted in (
        (_SUMS, ("clinic", "item", "lot", "quantity"), wanted_lots),
        (_MONTHS, ("clinic", "item", "month", "balance", "used", "stocked"), wanted_months),
    ):
        listed = ", ".join(f'"{c}"' for c in columns)
        held = {tuple(row) for row in fetch(connection, f'SELECT {listed} FROM "{table}"')}
        yield from sorted({f"{table} {bytes(row[1]).hex()}" for row in held ^ wanted})


@dataclass(slots=True)
class _Sums:
    """The sums of many items, to be written in four driver calls: a month of a clinic moves every item of its shelf."""

    items: list[tuple[bytes, bytes]] = field(default_factory=list)
    since: list[tuple[bytes, bytes, str]] = field(default_factory=list)
    lots: list[tuple[bytes, bytes, bytes, int]] = field(default_factory=list)
    months: list[tuple[bytes, bytes, str, int, int, int]] = field(default_factory=list)

    def write(self, connection: Connection) -> None:
        """In the place of what was kept of these items; of months, from the first that was worked out again."""
        run(connection, f'DELETE FROM "{_SUMS}" WHERE "clinic" = ? AND "item" = ?', self.items)
        run(connection, f'DELETE FROM "{_MONTHS}" WHERE "clinic" = ? AND "item" = ? AND "month" >= ?', self.since)
        insert_lists(connection, _SUMS, ("clinic", "item", "lot", "quantity"), self.lots)
        insert_lists(connection, _MONTHS, ("clinic", "item", "month", "balance", "used", "stocked"), self.months)


def _sum_item(connection: Connection, clinic: bytes, item: bytes, day: str, sums: _Sums) -> None:
    # From the month of the movement before: months without one, up to this day, may begin or cease to be told.
    before = fetch(connection, _LAST_BEFORE, (clinic, item, day))[0][0]
    month = before[:7] if before is not None else ""
    first = f"{month}-01" if month else ""
    boxes = fetch(connection, _LOTS, (clinic, item))
    stands: dict[bytes | None, Id] = dict(one_lot(boxes).items())
    expiries = {Id(lot): _day(expiry) for lot, _, expiry, _ in boxes}
    opening: defaultdict[Id | None, int] = defaultdict(int)
    for lot, q in fetch(connection, _BEFORE, (clinic, item, first)):
        opening[_lot(stands.get(lot, lot))] += int(q)
    rows = fetch(connection, _ENTRIES, (clinic, item, first))
    entries = [e for e in (_entry(day, stands.get(lot, lot), q, kind) for day, lot, q, kind in rows) if e is not None]
    left = dict(opening)
    for each in entries:
        left[each.lot] = left.get(each.lot, 0) + each.quantity
    sums.items.append((clinic, item))
    sums.since.append((clinic, item, month))
    sums.lots += [(clinic, item, lot or NO_LOT, quantity) for lot, quantity in left.items() if quantity]
    told = months(opening, entries, expiries)
    sums.months += [(clinic, item, m.month, m.balance, m.used, m.stocked) for m in told]


def _slowly(entries: list[Entry], expiries: Mapping[Id, date | None]) -> Iterator[tuple[str, int, int, int]]:
    """The months of an item, each day looked at."""
    month = min(e.day for e in entries).replace(day=1)
    last = max(e.day for e in entries)
    while month <= last:
        end = month.replace(day=monthrange(month.year, month.month)[1])
        there = days_with_stock(entries, expiries, month, end)
        used = -sum(e.quantity for e in entries if month <= e.day <= end and e.kind in KINDS and KINDS[e.kind].demand)
        left = sum(e.quantity for e in entries if e.day <= end)
        yield month.isoformat()[:7], left, used, sum(had << n for n, had in enumerate(there))
        month = date(end.year + end.month // 12, end.month % 12 + 1, 1)


def _earlier(since: dict[_Place, str], place: tuple[bytes, bytes | None], day: str | None) -> None:
    clinic, item = place
    if item is not None and day is not None:
        since[clinic, item] = min(day, since.get((clinic, item), day))


def _entry(day: str | None, lot: bytes | None, quantity: int | None, kind: str | None) -> Entry | None:
    on = _day(day)
    return None if on is None or quantity is None else Entry(on, _lot(lot), quantity, kind or "")


def _lot(key: bytes | None) -> Id | None:
    return None if key is None else Id(key)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None  # written by a program that knew what it meant
