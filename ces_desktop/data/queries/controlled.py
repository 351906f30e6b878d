"""The register of controlled medicines: every movement of a month with its running balance, who, for whom, by whom.

The ledger names the prescription line only; the person and the prescriber are joined here, on this laptop.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from ces_desktop.data.models import (
    DeliveryRecord,
    EncounterRecord,
    ItemRecord,
    LotRecord,
    MovementRecord,
    PrescriptionRecord,
    TransferRecord,
    UserRecord,
    table_of,
)
from ces_desktop.data.queries.prepared import Prepared, slots
from ces_desktop.data.queries.rows import by_id
from ces_desktop.data.queries.stock import ITEM_COLUMNS, StockItem, item_of
from ces_desktop.data.reference import NETWORK
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.ledger import KINDS

_I, _M, _L, _P, _E, _U, _D, _T = (
    table_of(m)
    for m in (
        ItemRecord, MovementRecord, LotRecord, PrescriptionRecord, EncounterRecord, UserRecord, DeliveryRecord,
        TransferRecord,
    )
)  # fmt: skip
_CLINIC: BindParameter[bytes] = bindparam("clinic")


@dataclass(frozen=True, slots=True)
class ControlledLine:
    """A movement of a controlled item. `balance`: units of the item after it; "" = not known or not asked for.

    `patient` and `record`: to whom it was handed out; `prescriber`: who signed, or where no prescription of ours is
    named what was noted of whose it is; `paper`: of a delivery or transfer; `takes_back`: it takes another line back.
    """

    item: StockItem
    day: str
    kind: str
    quantity: int
    balance: int
    lot: str
    by: str
    patient: str
    record: str
    prescriber: str
    paper: str
    note: str
    takes_back: bool


@dataclass(frozen=True, slots=True)
class Register:
    """The lines of a month by item and day, and what each controlled item began it with (units)."""

    month: str
    items: tuple[StockItem, ...]
    before: dict[Id, int]
    lines: tuple[ControlledLine, ...]


def register(connection: Connection, clinic: Id, month: str, people: bool) -> Register:
    """The register of a month (YYYY-MM) of all controlled items that ever moved; `people`: with names of persons."""
    rows = [r for r in _ITEMS.records(connection) if r["clinic"] in (NETWORK, clinic)]
    items = {item.id: item for item in map(item_of, rows) if item.controlled}
    keys, first, last = list(items), f"{month}-01", f"{month}-31"
    before = {Id(i): int(q) for i, q in _BEFORE.for_many(connection, keys, clinic=clinic, day=first)} if keys else {}
    moved = _MOVED.records_for_many(connection, keys, clinic=clinic, first=first, last=last) if keys else []
    moved.sort(key=lambda m: (items[m["item"]].name_es, m["item"], m["happened_on"], m["recorded_at"], m["id"]))
    words = _Words(connection, clinic, moved, people)
    balances: defaultdict[Id, int] = defaultdict(int, before)
    lines = []
    for m in moved:
        item = items[m["item"]]
        balances[item.id] += m["quantity"]
        lines.append(words.line(item, m, balances[item.id]))
    moving = {Id(m["item"]) for m in moved} | {item for item, units in before.items() if units}
    kept = sorted((i for i in items.values() if i.id in moving), key=lambda i: (i.name_es, i.id))
    return Register(month, tuple(kept), before, tuple(lines))


class _Words:
    """Names behind the ids of movements."""

    def __init__(self, connection: Connection, clinic: Id, moved: Sequence[dict[str, Any]], people: bool) -> None:
        def ids(column: str) -> list[bytes]:
            return list(dict.fromkeys(m[column] for m in moved if m[column]))

        self.lots = dict(_LOTS.for_many(connection, ids("lot"))) if moved else {}
        self.papers = dict(_DELIVERIES.for_many(connection, ids("document"))) if moved else {}
        self.papers |= dict(_TRANSFERS.for_many(connection, ids("document"))) if moved else {}
        lines = _SIGNED.for_many(connection, ids("line")) if moved else []
        self.signed = {line: (patient, author or user) for line, patient, author, user in lines}
        users = {m["recorded_by"] for m in moved if m["recorded_by"]}
        users |= {by for _, by in self.signed.values() if isinstance(by, bytes)}
        self.users = {key: name or "" for key, name in _USERS.for_many(connection, list(users))} if users else {}
        wanted = list(dict.fromkeys(patient for patient, _ in self.signed.values())) if people else []
        self.people = {row.id: row for row in by_id(connection, clinic, wanted)}

    def line(self, item: StockItem, m: dict[str, Any], balance: int) -> ControlledLine:
        patient, by = self.signed.get(m["line"], (None, None))
        who = self.people.get(patient) if patient else None
        kind, note = KINDS.get(m["kind"]), m["note"] or ""
        signed = self.users.get(by, "") if isinstance(by, bytes) else by or ""
        if not m["line"] and kind is not None and kind.demand:
            signed, note = note, ""
        return ControlledLine(
            item, m["happened_on"], m["kind"] or "", m["quantity"], balance, self.lots.get(m["lot"]) or "",
            self.users.get(m["recorded_by"], ""), who.name if who else "", who.human_id if who else "",
            signed, self.papers.get(m["document"]) or "", note, m["reverses"] is not None,
        )  # fmt: skip


_ITEMS = Prepared(lambda: select(*(_I.c[c] for c in ITEM_COLUMNS)).where(_I.c.live == 1, _I.c.controlled.is_not(None)))
_BEFORE = Prepared(
    lambda: (
        select(_M.c.item, func.sum(_M.c.quantity))
        .where(_M.c.clinic == _CLINIC, _M.c.item.in_(slots()), _M.c.happened_on < bindparam("day"), _M.c.live == 1)
        .group_by(_M.c.item)
    )
)
_MOVED = Prepared(
    lambda: select(
        *(
            _M.c[c]
            for c in (
                "id", "item", "lot", "quantity", "kind", "document", "line", "note", "reverses", "happened_on",
                "recorded_at", "recorded_by",
            )
        )
    ).where(
        _M.c.clinic == _CLINIC, _M.c.item.in_(slots()), _M.c.happened_on >= bindparam("first"),
        _M.c.happened_on <= bindparam("last"), _M.c.live == 1,
    )
)  # fmt: skip
_LOTS = Prepared(lambda: select(_L.c.id, _L.c.number).where(_L.c.id.in_(slots())))
_DELIVERIES = Prepared(lambda: select(_D.c.id, _D.c.document).where(_D.c.id.in_(slots())))
_TRANSFERS = Prepared(lambda: select(_T.c.id, _T.c.folio).where(_T.c.id.in_(slots())))
_USERS = Prepared(lambda: select(_U.c.id, _U.c.name).where(_U.c.id.in_(slots())))
_SIGNED = Prepared(
    lambda: (
        select(_P.c.id, _P.c.patient, _E.c.author_name, _E.c.recorded_by)
        .join(_E, _E.c.id == _P.c.encounter)
        .where(_P.c.id.in_(slots()))
    )
)
