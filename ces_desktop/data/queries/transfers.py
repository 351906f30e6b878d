"""Transfers and loans with their lines and what is still owed; what kits hold."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BindParameter, Connection, bindparam, select

from ces_desktop.data.models import KitPartRecord, LotRecord, MovementRecord, TransferRecord, table_of
from ces_desktop.data.queries.prepared import Prepared, slots
from ces_desktop.data.queries.stock import StockItem, stock_items
from ces_desktop.domain.identity import fold
from ces_desktop.domain.ids import Id

_T, _M, _B, _K = (table_of(m) for m in (TransferRecord, MovementRecord, LotRecord, KitPartRecord))
_CLINIC: BindParameter[bytes] = bindparam("clinic")


@dataclass(frozen=True, slots=True)
class TransferLine:
    """Units of a lot that went (-) or came (+) for a transfer."""

    item: StockItem
    number: str
    expiry: date | None
    quantity: int
    day: str


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A transfer or a loan. `owed`: units of each item of a loan not given back yet."""

    id: Id
    direction: str
    kind: str
    other: str
    folio: str
    day: str
    returned_on: str | None
    lines: tuple[TransferLine, ...]
    owed: dict[Id, int]

    @property
    def open_loan(self) -> bool:
        """A loan that is waited for."""
        return self.kind == "loan" and self.returned_on is None


def transfers(connection: Connection, clinic: Id) -> list[TransferRow]:
    """All transfers and loans, the latest first."""
    heads = _ALL.records(connection, clinic=clinic)
    moved = _LINES.records_for_many(connection, [h["id"] for h in heads]) if heads else []
    known = stock_items(connection, clinic, list(dict.fromkeys(Id(m["item"]) for m in moved)))
    lot_ids = [m["lot"] for m in moved if m["lot"]]
    boxes = {key: (number, expiry) for key, number, expiry in _BOXES.for_many(connection, lot_ids)}
    lines: defaultdict[bytes, list[TransferLine]] = defaultdict(list)
    for m in sorted(moved, key=lambda m: (m["happened_on"], m["recorded_at"], m["id"])):
        item = known.get(Id(m["item"]))
        if item is not None:
            number, expiry = boxes.get(m["lot"], ("", None))
            until = date.fromisoformat(expiry) if expiry else None
            lines[m["document"]].append(TransferLine(item, number or "", until, m["quantity"], m["happened_on"]))
    found = [
        TransferRow(
            Id(h["id"]), h["direction"] or "", h["kind"] or "", h["other"] or "", h["folio"] or "",
            h["happened_on"] or "", h["returned_on"], tuple(lines[h["id"]]),
            _owed(lines[h["id"]]) if h["kind"] == "loan" and h["returned_on"] is None else {},
        )
        for h in heads
    ]  # fmt: skip
    return sorted(found, key=lambda x: (x.day, x.folio, x.id), reverse=True)


def owed(connection: Connection, clinic: Id, transfer: Id) -> dict[Id, int]:
    """Units of each item of a loan not given back yet."""
    found = next((x for x in transfers(connection, clinic) if x.id == transfer), None)
    return {} if found is None else found.owed


def kit_parts(connection: Connection, clinic: Id) -> dict[Id, list[tuple[StockItem, int]]]:
    """For each kit what one of it holds."""
    rows = _PARTS(connection, clinic=clinic)
    known = stock_items(connection, clinic, [Id(item) for _, item, _ in rows])
    found: defaultdict[Id, list[tuple[StockItem, int]]] = defaultdict(list)
    for kit, item, units in rows:
        if Id(item) in known and units:
            found[Id(kit)].append((known[Id(item)], units))
    return {kit: sorted(parts, key=lambda p: (fold(p[0].name_es), p[0].id)) for kit, parts in found.items()}


def _owed(lines: list[TransferLine]) -> dict[Id, int]:
    """A loan is what moved for it in all: what went and did not come, or came and did not go."""
    sums: defaultdict[Id, int] = defaultdict(int)
    for line in lines:
        sums[line.item.id] += line.quantity
    return {item: abs(units) for item, units in sums.items() if units}


_ALL = Prepared(
    lambda: select(
        *(_T.c[c] for c in ("id", "direction", "kind", "other", "folio", "happened_on", "returned_on"))
    ).where(_T.c.clinic == _CLINIC, _T.c.live == 1)
)
_LINES = Prepared(
    lambda: select(
        *(_M.c[c] for c in ("id", "item", "lot", "quantity", "document", "happened_on", "recorded_at"))
    ).where(_M.c.document.in_(slots()), _M.c.live == 1)
)
_BOXES = Prepared(lambda: select(_B.c.id, _B.c.number, _B.c.expiry).where(_B.c.id.in_(slots())))
_PARTS = Prepared(lambda: select(_K.c.kit, _K.c.item, _K.c.quantity).where(_K.c.clinic == _CLINIC, _K.c.live == 1))
