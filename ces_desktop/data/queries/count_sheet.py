"""What a count sheet lists: the lots of the count that is open, else all that lies on the shelf."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, select

from ces_desktop.data.models import CountLineRecord, LotRecord, StockCountRecord
from ces_desktop.data.queries.prepared import Prepared
from ces_desktop.data.queries.shelf import ShelfRow, shelf
from ces_desktop.data.queries.stock import standing_for
from ces_desktop.domain.ids import Id


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A lot to be counted, without what the ledger says of it: nobody should count what they expect."""

    location: str
    code: str
    name_es: str
    name_en: str
    unit: str
    number: str
    expiry: date | None

    def name(self, language: str) -> str:
        """Generic name and strength."""
        return (self.name_es if language.startswith("es") else self.name_en) or self.name_es


@dataclass(frozen=True, slots=True)
class CountSheet:
    """Lines by place, name and expiry. `started_on`: ISO day of the open count, None = the whole shelf."""

    started_on: str | None
    what: str
    lines: tuple[SheetLine, ...]


def count_sheet(connection: Connection, clinic: Id, today: date) -> CountSheet:
    """The sheet of the latest open count, or of the shelf."""
    rows = {row.item.id: row for row in shelf(connection, clinic, today).rows}
    counts = _OPEN.records(connection, clinic=clinic)
    lots = {
        key: (number or "", date.fromisoformat(expiry) if expiry else None)
        for key, number, expiry in _LOTS(connection, clinic=clinic)
    }
    if counts:
        latest = counts[-1]
        read = _LINES(connection, clinic=clinic, count=latest["id"])
        stands = standing_for(connection, clinic, list(rows))
        listed = sorted({(item, stands.get(lot, lot)) for item, lot in read}, key=lambda x: (x[0], x[1] or b""))
        made = (_line(rows.get(Id(item)), lots.get(lot) if lot else None) for item, lot in listed)
        return CountSheet(latest["happened_on"], latest["what"] or "all", _sorted(made))
    made = (_line(row, (lot.number, lot.expiry)) for row in rows.values() for lot in row.lots if lot.quantity)
    empty = (_line(row, None) for row in rows.values() if row.lively and not any(x.quantity for x in row.lots))
    return CountSheet(None, "all", _sorted([*made, *empty]))


def _line(row: ShelfRow | None, lot: tuple[str, date | None] | None) -> SheetLine | None:
    if row is None:
        return None
    number, expiry = lot or ("", None)
    item = row.item
    return SheetLine(row.kept.location, item.code, item.name_es, item.name_en, item.unit, number, expiry)


def _sorted(lines: Iterable[SheetLine | None]) -> tuple[SheetLine, ...]:
    held = [line for line in lines if line is not None]
    return tuple(
        sorted(held, key=lambda x: (not x.location, x.location, x.name_es, x.expiry or date.max, x.number, x.code))
    )


def _open() -> Any:
    c = StockCountRecord
    return (
        select(c.id, c.what, c.happened_on)
        .where(c.clinic == bindparam("clinic"), c.live == 1, c.state == "open")
        .order_by(c.started_at, c.id)
    )


_OPEN = Prepared(_open)
_LINES = Prepared(
    lambda: select(CountLineRecord.item, CountLineRecord.lot).where(
        CountLineRecord.clinic == bindparam("clinic"), CountLineRecord.count == bindparam("count"),
        CountLineRecord.live == 1, CountLineRecord.item.is_not(None),
    )
)  # fmt: skip
_LOTS = Prepared(
    lambda: select(LotRecord.id, LotRecord.number, LotRecord.expiry).where(LotRecord.clinic == bindparam("clinic"))
)
