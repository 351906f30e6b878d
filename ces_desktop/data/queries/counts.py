"""A physical count: what was found of each lot beside what the ledger says of that moment; counts of before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from ces_desktop.data.models import (
    CountLineRecord,
    ItemShelfRecord,
    LotRecord,
    MovementRecord,
    StockCountRecord,
    StockLotRecord,
    UserRecord,
    table_of,
)
from ces_desktop.data.queries.prepared import Prepared, slots
from ces_desktop.data.queries.stock import StockItem, standing_for, stock_items
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.counting import Moved, after_counting

_C, _L, _M, _S, _B, _W, _K = (
    table_of(m)
    for m in (
        StockCountRecord, CountLineRecord, MovementRecord, StockLotRecord, LotRecord, UserRecord, ItemShelfRecord,
    )
)  # fmt: skip
_CLINIC: BindParameter[bytes] = bindparam("clinic")
_NO_LOT = bytes(16)


@dataclass(frozen=True, slots=True)
class CountRow:
    """A count in the list: how many lines it has, how many are counted, how many differ as it was closed."""

    id: Id
    state: str
    what: str
    day: str
    started_at: int
    closed_on: str | None
    by: str
    lines: int
    counted: int
    differences: int


@dataclass(frozen=True, slots=True)
class CountLine:
    """A lot in a count; `lot` None = what was handed out without one, which the count settles by itself.

    `expected`: the ledger at the start; `ledger`: the ledger of the moment of counting, of now while it is not counted.
    `counted` None = not counted yet.
    """

    id: Id
    item: StockItem
    lot: Id | None
    number: str
    expiry: date | None
    location: str
    expected: int
    ledger: int
    counted: int | None
    counted_at: int | None
    cause: str

    @property
    def differs(self) -> int:
        """Units found more (+) or fewer (-); 0 while it is not counted."""
        return 0 if self.counted is None else self.counted - self.ledger


@dataclass(frozen=True, slots=True)
class CountFile:
    """A count with its lines, in the order of the shelf: by place, by name, what expires first first.

    `settled`: for each item whose lots are all counted, units given without a lot that closing settles (+).
    """

    head: CountRow
    lines: tuple[CountLine, ...]
    settled: dict[Id, int]

    @property
    def to_count(self) -> list[CountLine]:
        """Lots not counted yet."""
        return [x for x in self.lines if x.lot is not None and x.counted is None]

    @property
    def differing(self) -> list[CountLine]:
        """Lots found otherwise than the ledger says."""
        return [x for x in self.lines if x.lot is not None and x.differs]


def count_rows(connection: Connection, clinic: Id) -> list[CountRow]:
    """All counts, the open one first, then the latest."""
    rows = _COUNTS.records(connection, clinic=clinic)
    figures = {key: figures for key, *figures in _FIGURES(connection, clinic=clinic)}
    names = dict(_NAMES.for_many(connection, [r["recorded_by"] for r in rows if r["recorded_by"]])) if rows else {}
    found = [_row(r, figures.get(r["id"], (0, 0, 0)), names) for r in rows]
    return sorted(found, key=lambda c: (c.state != "open", -c.started_at, c.id))


def open_count(connection: Connection, clinic: Id) -> CountRow | None:
    """The count under way; the later one where two laptops began one each."""
    return next((c for c in count_rows(connection, clinic) if c.state == "open"), None)


def count_file(connection: Connection, clinic: Id, count: Id | None = None) -> CountFile | None:
    """A count with its lines; without its id the one under way. None where there is none."""
    heads = count_rows(connection, clinic)
    head = next((c for c in heads if c.id == count or (count is None and c.state == "open")), None)
    if head is None:
        return None
    rows = _LINES.records(connection, clinic=clinic, count=head.id)
    items = list(dict.fromkeys(Id(r["item"]) for r in rows))
    known = stock_items(connection, clinic, items)
    stands = standing_for(connection, clinic, items)
    held: defaultdict[tuple[bytes, bytes], int] = defaultdict(int)
    for i, lot, q in _HELD.for_many(connection, items, clinic=clinic):
        held[i, stands.get(lot, lot)] += q
    moved = _moved(connection, clinic, items, local_day(head.started_at).isoformat(), stands)
    boxes = {r["id"]: r for r in _LOTS.records_for_many(connection, items, clinic=clinic)}
    shelves = dict(_SHELVES(connection, clinic=clinic))
    rows = _once([{**r, "lot": stands.get(r["lot"], r["lot"])} for r in rows if Id(r["item"]) in known])
    lines = [_line(r, known[Id(r["item"])], held, moved, boxes, shelves) for r in rows]
    lines.sort(key=_place)
    of_lots = [x for x in lines if x.lot is not None]
    head = replace(head, lines=len(of_lots), counted=sum(x.counted is not None for x in of_lots))
    return CountFile(head, tuple(lines), _settled(lines, held, moved))


def stocked_lots(connection: Connection, clinic: Id) -> list[tuple[Id, Id | None, int]]:
    """(item, lot, units) of everything that the ledger says is there, or negative: what a count begins with."""
    return [(Id(i), None if lot == _NO_LOT else Id(lot), q) for i, lot, q in _STOCKED(connection, clinic=clinic) if q]


def places(connection: Connection, clinic: Id) -> dict[tuple[Id, Id | None], str]:
    """Where that which a count begins with lies: as noted of the lot, else of the item; "" = no place is noted."""
    of_item = dict(_SHELVES(connection, clinic=clinic))
    of_lot = dict(_LIES(connection, clinic=clinic))
    return {(i, lot): of_lot.get(lot) or of_item.get(i) or "" for i, lot, _ in stocked_lots(connection, clinic)}


def last_counted(connection: Connection, clinic: Id) -> dict[Id, int]:
    """For each item ever counted, UTC ms of the latest time."""
    return {Id(item): at for item, at in _LAST(connection, clinic=clinic)}


def _place(x: CountLine) -> tuple[Any, ...]:
    return not x.location, x.location, x.item.name_es, x.lot is None, x.expiry or date.max, x.number, x.id


def _once(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One line a lot: where two laptops put it into the count, that which was counted last."""
    best: dict[tuple[bytes, bytes | None], dict[str, Any]] = {}
    for r in sorted(rows, key=lambda r: (r["counted_at"] or 0, r["id"])):
        best[r["item"], r["lot"]] = r
    return list(best.values())


def _line(
    row: dict[str, Any],
    item: StockItem,
    held: dict[tuple[bytes, bytes], int],
    moved: dict[tuple[bytes, bytes], list[Moved]],
    boxes: dict[bytes, dict[str, Any]],
    shelves: Mapping[bytes, str | None],
) -> CountLine:
    lot = row["lot"]
    key = (row["item"], lot or _NO_LOT)
    now, at = held.get(key, 0), row["counted_at"]
    after = 0 if at is None else after_counting(moved.get(key, ()), at, local_day(at).isoformat())
    box = boxes.get(lot, {}) if lot else {}
    expiry = date.fromisoformat(box["expiry"]) if box.get("expiry") else None
    return CountLine(
        Id(row["id"]), item, Id(lot) if lot else None, box.get("number") or "", expiry,
        box.get("location") or shelves.get(row["item"]) or "",
        row["expected"] or 0, now - after, row["counted"], at, row["cause"] or "",
    )  # fmt: skip


def _settled(
    lines: Sequence[CountLine],
    held: dict[tuple[bytes, bytes], int],
    moved: dict[tuple[bytes, bytes], list[Moved]],
) -> dict[Id, int]:
    """What was given without a lot before the first lot of its item was counted, once all of them are."""
    groups: defaultdict[Id, list[CountLine]] = defaultdict(list)
    for line in lines:
        if line.lot is not None:
            groups[line.item.id].append(line)
    for line in lines:
        groups[line.item.id]  # an item of which only units without a lot are known: nothing of it lies there
    found = {}
    for item, of in groups.items():
        times = [x.counted_at for x in of if x.counted_at is not None]
        if len(times) < len(of):
            continue
        key, after = (bytes(item), _NO_LOT), 0
        if times:
            first = min(times)
            after = after_counting(moved.get(key, ()), first, local_day(first).isoformat())
        units = held.get(key, 0) - after
        if units:
            found[item] = -units
    return found


def _moved(
    connection: Connection, clinic: Id, items: Sequence[Id], day: str, stands: Mapping[bytes, Id]
) -> dict[tuple[bytes, bytes], list[Moved]]:
    found: defaultdict[tuple[bytes, bytes], list[Moved]] = defaultdict(list)
    for r in _MOVED.records_for_many(connection, items, clinic=clinic, day=day):
        reverses = Id(r["reverses"]) if r["reverses"] else None
        found[r["item"], stands.get(r["lot"], r["lot"]) or _NO_LOT].append(
            Moved(
                Id(r["id"]),
                r["quantity"],
                r["happened_on"],
                r["recorded_at"],
                r["made_by"],
                reverses,
                r["reason"] or "",
            )
        )
    return found


def _row(r: dict[str, Any], figures: Sequence[int], names: dict[bytes, str | None]) -> CountRow:
    lines, counted, differences = (int(x or 0) for x in figures)
    return CountRow(
        Id(r["id"]), r["state"] or "open", r["what"] or "all", r["happened_on"] or "", r["started_at"] or 0,
        r["closed_on"], names.get(r["recorded_by"]) or "", lines, counted, differences,
    )  # fmt: skip


_COUNTS = Prepared(
    lambda: select(
        _C.c.id, _C.c.state, _C.c.what, _C.c.happened_on, _C.c.started_at, _C.c.closed_on, _C.c.recorded_by
    ).where(_C.c.clinic == _CLINIC, _C.c.live == 1)
)
_FIGURES = Prepared(
    lambda: (
        select(_L.c.count, func.count(_L.c.id), func.count(_L.c.counted), func.count(_L.c.cause))
        .where(_L.c.clinic == _CLINIC, _L.c.live == 1, _L.c.lot.is_not(None))
        .group_by(_L.c.count)
    )
)
_LINES = Prepared(
    lambda: select(*(_L.c[c] for c in ("id", "item", "lot", "expected", "counted", "counted_at", "cause"))).where(
        _L.c.clinic == _CLINIC, _L.c.count == bindparam("count"), _L.c.live == 1
    )
)
_HELD = Prepared(
    lambda: select(_S.c.item, _S.c.lot, _S.c.quantity).where(_S.c.clinic == _CLINIC, _S.c.item.in_(slots()))
)
_STOCKED = Prepared(lambda: select(_S.c.item, _S.c.lot, _S.c.quantity).where(_S.c.clinic == _CLINIC))
_MOVED = Prepared(
    lambda: select(
        *(_M.c[c] for c in (
            "id", "item", "lot", "quantity", "happened_on", "recorded_at", "made_by", "reverses", "reason",
        ))
    ).where(_M.c.clinic == _CLINIC, _M.c.item.in_(slots()), _M.c.happened_on >= bindparam("day"), _M.c.live == 1)
)  # fmt: skip
_LOTS = Prepared(
    lambda: select(_B.c.id, _B.c.number, _B.c.expiry, _B.c.location).where(
        _B.c.clinic == _CLINIC, _B.c.item.in_(slots())
    )
)
_LIES = Prepared(
    lambda: select(_B.c.id, _B.c.location).where(_B.c.clinic == _CLINIC, _B.c.location.is_not(None), _B.c.live == 1)
)
_SHELVES = Prepared(
    lambda: (
        select(_K.c.item, _K.c.location)
        .where(_K.c.clinic == _CLINIC, _K.c.live == 1)
        .order_by(_K.c.recorded_at, _K.c.id)
    )
)
_NAMES = Prepared(lambda: select(_W.c.id, _W.c.name).where(_W.c.id.in_(slots())))
_LAST = Prepared(
    lambda: (
        select(_L.c.item, func.max(_L.c.counted_at))
        .where(_L.c.clinic == _CLINIC, _L.c.live == 1, _L.c.counted_at.is_not(None))
        .group_by(_L.c.item)
    )
)
