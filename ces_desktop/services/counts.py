"""A physical count: begun with a snapshot, typed lot by lot while dispensing goes on, explained, closed or abandoned.

Closing writes what was found as movements of kind "count", on the day on which each lot was counted, so that the days
with stock come out right. What moved between the snapshot and the counting is no difference (`domain/supply/counting`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from ces_desktop.data.models import CountLineRecord, LotRecord, MovementRecord, StockCountRecord, table_of
from ces_desktop.data.queries.counts import CountFile, count_file, last_counted, open_count, places, stocked_lots
from ces_desktop.data.queries.stock import StockItem, stock_items
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id, following_id
from ces_desktop.domain.supply.counting import DUE_DAYS, PLACE, WHAT
from ces_desktop.domain.supply.ledger import COUNT_CAUSES
from ces_desktop.errors import Refused
from ces_desktop.services import settling
from ces_desktop.services.stock_rows import (
    MOST_UNITS,
    checked_expiry,
    checked_pack,
    kept,
    known_items,
    lot_number,
    lot_rows,
    standing,
)


@dataclass(frozen=True, slots=True)
class Start:
    """What is to be counted: one of `counting.WHAT`, or "at:" and a place."""

    id: Id
    what: str = "all"


@dataclass(frozen=True, slots=True)
class Counted:
    """Units found of the lot of a line; None = it was not counted after all."""

    line: Id
    units: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """A lot that is not in the list was found on the shelf. `id`: of the line it makes."""

    id: Id
    count: Id
    item: Id
    units: int
    number: str = ""
    expiry: str | None = None
    pack: int | None = None


@dataclass(frozen=True, slots=True)
class Close:
    """Close a count; `leave`: the lots not counted stay as the ledger has them."""

    count: Id
    leave: bool = False


def start(work: Work, request: Start) -> Id:
    """Freeze what the ledger says of every lot to be counted; returns the count.

    Refused: `count.what`, `count.open` (another is under way), `count.nothing` (the ledger knows of nothing to count).
    """
    require(work.actor, Right.KEEP_STOCK)
    if standing(work, StockCountRecord, request.id):
        return request.id
    clinic = work.installation.clinic
    lies = places(work.connection, clinic)
    if request.what not in WHAT and request.what not in {PLACE + place for place in lies.values() if place}:
        raise Refused("count.what")
    if open_count(work.connection, clinic) is not None:
        raise Refused("count.open")
    held = stocked_lots(work.connection, clinic)
    known = stock_items(work.connection, clinic, list(dict.fromkeys(item for item, _, _ in held)))
    if request.what.startswith(PLACE):
        lines = [x for x in held if x[0] in known and PLACE + lies[x[0], x[1]] == request.what]
    else:
        wanted = _wanted(work, request.what, list(known.values()))
        lines = [x for x in held if x[0] in wanted]
    if not lines:
        raise Refused("count.nothing")
    work.act("supply.count")
    count = work.new_id() if kept(work, StockCountRecord, request.id) else request.id
    work.add(
        StockCountRecord(
            id=count, state="open", what=request.what, started_at=work.now_ms, happened_on=work.today.isoformat()
        )
    )
    for item, lot, units in lines:
        work.add(CountLineRecord(id=work.new_id(), count=count, item=item, lot=lot, expected=units))
    return count


def note(work: Work, request: Counted) -> None:
    """Note what was found of a lot. Refused: `count.line` (gone, closed, or without a lot), `count.units`."""
    require(work.actor, Right.KEEP_STOCK)
    row = _line(work, request.line)
    if row["lot"] is None:
        raise Refused("count.line")
    _check_units(request.units)
    work.act("supply.count_line")
    at = None if request.units is None else work.now_ms
    settling.change(work, CountLineRecord, request.line, counted=request.units, counted_at=at, cause=None)


def found(work: Work, request: Found) -> Id:
    """Note a lot that is not in the list; one that is, is noted there. Returns the line.

    Refused: `count.gone`, `count.units`, `supply.item_unknown`, `supply.expiry`, `supply.pack`, `text.*`.
    """
    require(work.actor, Right.KEEP_STOCK)
    if standing(work, CountLineRecord, request.id):
        return request.id
    _open(work, request.count)
    known_items(work, [request.item])
    _check_units(request.units)
    number, expiry = lot_number(request.number), checked_expiry(request.expiry)
    rows = lot_rows(work, request.item, number, expiry)
    t = table_of(CountLineRecord)
    work.act("supply.count_found")
    if rows:
        lot = rows[0]
        same = (t.c.count == request.count, t.c.item == request.item, t.c.lot.in_(rows), t.c.live == 1)
        line = work.connection.execute(select(t.c.id).where(*same).order_by(t.c.id)).scalar()
        if line is not None:
            known = Id(line)
            settling.change(work, CountLineRecord, known, counted=request.units, counted_at=work.now_ms, cause="found")
            return known
    else:
        lot = work.new_id()
        work.add(LotRecord(id=lot, item=request.item, number=number, expiry=expiry, pack=checked_pack(request.pack)))
    key = work.new_id() if kept(work, CountLineRecord, request.id) else request.id
    work.add(
        CountLineRecord(
            id=key, count=request.count, item=request.item, lot=lot, expected=0, counted=request.units,
            counted_at=work.now_ms, cause="found",
        )
    )  # fmt: skip
    return key


def explain(work: Work, line: Id, cause: str) -> None:
    """Say why a lot differs. Refused: `count.line`, `count.cause`."""
    require(work.actor, Right.KEEP_STOCK)
    _line(work, line)
    if cause not in COUNT_CAUSES:
        raise Refused("count.cause")
    work.act("supply.count_cause")
    settling.change(work, CountLineRecord, line, cause=cause)


def close(work: Work, request: Close) -> int:
    """Write what was found into the ledger; returns how many lots were corrected.

    Refused: `count.gone`, `count.uncounted` (lines; unless they are left), `count.unexplained` (lines).
    """
    require(work.actor, Right.KEEP_STOCK)
    file = _open(work, request.count)
    if file.to_count and not request.leave:
        raise Refused("count.uncounted", lines=len(file.to_count))
    bare = [x for x in file.differing if not x.cause]
    if bare:
        raise Refused("count.unexplained", lines=len(bare))
    work.act("supply.close_count")
    written = 0
    for line in file.differing:
        assert line.counted_at is not None
        key = _once(work, file, line.item, f"{line.number} {line.expiry}")
        _adjust(work, file, key, line.item, line.lot, line.differs, line.cause, line.id, line.counted_at)
        written += 1
    written += _settle(work, file)
    work.change(StockCountRecord, request.count, state="closed", closed_on=work.today.isoformat())
    return written


def abandon(work: Work, count: Id) -> None:
    """Leave a count without changing the ledger. Refused: `count.gone`."""
    require(work.actor, Right.KEEP_STOCK)
    _open(work, count)
    work.act("supply.abandon_count")
    work.change(StockCountRecord, count, state="abandoned", closed_on=work.today.isoformat())


def _settle(work: Work, file: CountFile) -> int:
    """What was given without a lot is settled: it came out of a lot counted, or had come without being noted."""
    for item, units in file.settled.items():
        of = [x for x in file.lines if x.item.id == item]
        line = next((x for x in of if x.lot is None), None)
        cause = "wrong_lot" if sum(x.differs for x in of if x.lot) == -units else "entry_not_recorded"
        at = min((x.counted_at for x in of if x.counted_at), default=work.now_ms)
        key = _once(work, file, of[0].item, "without a lot")
        _adjust(work, file, key, of[0].item, None, units, cause, line.id if line else None, at)
        if line is not None:
            work.change(CountLineRecord, line.id, counted=0, counted_at=at, cause=cause)
    return len(file.settled)


def _once(work: Work, file: CountFile, item: StockItem, lot: str) -> Id:
    """The same at every laptop of the clinic: two that close a count before they meet correct the ledger once."""
    key = following_id(file.head.id, f"{item.id.hex()} {lot}")
    return work.new_id() if kept(work, MovementRecord, key) else key


def _adjust(
    work: Work, file: CountFile, key: Id, item: StockItem, lot: Id | None, units: int, cause: str, line: Id | None,
    at: int,
) -> None:  # fmt: skip
    work.add(
        MovementRecord(
            id=key, item=item.id, lot=lot, quantity=units, kind="count", reason=cause, document_kind="count",
            document=file.head.id, line=line, happened_on=local_day(at).isoformat(),
        )
    )  # fmt: skip


def _wanted(work: Work, what: str, items: list[StockItem]) -> set[Id]:
    if what == "due":
        since = last_counted(work.connection, work.installation.clinic)
        limit = work.today - timedelta(days=DUE_DAYS)
        return {i.id for i in items if i.id not in since or local_day(since[i.id]) < limit}
    if what == "controlled":
        return {i.id for i in items if i.controlled}
    return {i.id for i in items if what in ("all", i.kind)}


def _open(work: Work, count: Id) -> CountFile:
    file = count_file(work.connection, work.installation.clinic, count)
    if file is None or file.head.state != "open":
        raise Refused("count.gone")
    return file


def _line(work: Work, line: Id) -> dict[str, object]:
    t, c = table_of(CountLineRecord), table_of(StockCountRecord)
    query = (
        select(t.c.lot, t.c.count)
        .join(c, c.c.id == t.c.count)
        .where(
            t.c.id == line, t.c.clinic == work.installation.clinic, t.c.live == 1, c.c.live == 1, c.c.state == "open"
        )
    )
    row = work.connection.execute(query).mappings().first()
    if row is None:
        raise Refused("count.line")
    return dict(row)


def _check_units(units: int | None) -> None:
    if units is not None and not 0 <= units <= MOST_UNITS:
        raise Refused("count.units")
