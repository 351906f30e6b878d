"""What comes to the shelf: a delivery, against an order or not; a lot is found again by what its box says.

The delivery carries the id of the form that noted it: the same request twice is kept once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from ces_desktop.data.models import (
    DeliveryRecord,
    LotRecord,
    MovementRecord,
    OrderLineRecord,
    SupplyOrderRecord,
    table_of,
)
from ces_desktop.data.queries.stock import StockItem
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.services.patients_status import clean_text
from ces_desktop.services.stock_rows import (
    check_quantity,
    checked_expiry,
    checked_pack,
    find_lot,
    kept,
    known_items,
    ledger_day,
    lot_number,
    standing,
)

RECEIPTS = ("supplied", "purchase", "donation", "opening", "patient_return")
"""Kinds that a delivery may have; transfers, loans and kits come by their own forms."""
SOURCES = ("CES", "SSA", "other")


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """So many units of a lot came. `id`: of the movement; `expiry`: last day of use, None = it does not expire.

    `order_line`: what it answers, None = found by the item, or by its family (then it came in place of another).
    `expired`: the person saw that it came expired and keeps it to be written off.
    """

    id: Id
    item: Id
    quantity: int
    number: str = ""
    expiry: str | None = None
    pack: int | None = None
    location: str = ""
    note: str = ""
    order_line: Id | None = None
    expired: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """A delivery of a day (ISO). `document`: the number on the sender's paper."""

    id: Id
    kind: str
    source: str
    happened_on: str
    lines: tuple[ReceiptLine, ...]
    order: Id | None = None
    document: str = ""
    note: str = ""


def receive(work: Work, request: Receipt) -> Id:
    """Note a delivery with its lines; returns the delivery. How far an order is received is read off its movements.

    Refused: `supply.no_lines`, `supply.kind`, `supply.source`, `supply.item_unknown`, `supply.quantity`, `supply.pack`,
    `supply.expiry`, `supply.came_expired` (name of the item), `supply.order_unknown`, the day codes of `ledger_day`,
    `text.*`.
    """
    require(work.actor, Right.KEEP_STOCK)
    if standing(work, DeliveryRecord, request.id):
        return request.id
    day = ledger_day(request.happened_on, work.today)
    if not request.lines:
        raise Refused("supply.no_lines")
    if request.kind not in RECEIPTS:
        raise Refused("supply.kind")
    if request.source not in SOURCES:
        raise Refused("supply.source")
    items = known_items(work, [line.item for line in request.lines])
    lines = list(request.lines)
    if request.order is not None:
        lines = _answering(work, request.order, lines)
    work.act("supply.receive")
    delivery = work.new_id() if kept(work, DeliveryRecord, request.id) else request.id
    work.add(
        DeliveryRecord(
            id=delivery,
            order=request.order,
            source=request.source,
            kind=request.kind,
            document=clean_text(request.document),
            note=clean_text(request.note),
            happened_on=request.happened_on,
        )
    )
    made: dict[tuple[Id, str | None, str | None], Id] = {}
    for line in lines:
        _check(line, items[line.item], day)
        _add(work, request, delivery, line, made)
    return delivery


def _check(line: ReceiptLine, item: StockItem, day: date) -> None:
    check_quantity(line.quantity)
    expiry = checked_expiry(line.expiry)
    if expiry is not None and expiry < day.isoformat() and not line.expired:
        raise Refused("supply.came_expired", item=item.name_es)


def _add(
    work: Work,
    request: Receipt,
    delivery: Id,
    line: ReceiptLine,
    made: dict[tuple[Id, str | None, str | None], Id],
) -> None:
    number, expiry = lot_number(line.number), checked_expiry(line.expiry)
    box = (line.item, number, expiry)
    lot = made.get(box) or find_lot(work, line.item, number, expiry)
    if lot is None:
        lot = work.new_id()
        work.add(
            LotRecord(
                id=lot,
                item=line.item,
                number=number,
                expiry=expiry,
                pack=checked_pack(line.pack),
                source=request.source,
                location=clean_text(line.location),
            )
        )
    made[box] = lot
    key = work.new_id() if kept(work, MovementRecord, line.id) else line.id
    work.add(
        MovementRecord(
            id=key,
            item=line.item,
            lot=lot,
            quantity=line.quantity,
            kind=request.kind,
            document_kind="delivery",
            document=delivery,
            line=line.order_line,
            note=clean_text(line.note),
            happened_on=request.happened_on,
        )
    )


def _answering(work: Work, order: Id, lines: Sequence[ReceiptLine]) -> list[ReceiptLine]:
    """Lines with the order line each answers: the same item's, else one of its family's. Refused: an unknown order."""
    o, t = table_of(SupplyOrderRecord), table_of(OrderLineRecord)
    here = work.installation.clinic
    mine = select(o.c.id).where(o.c.id == order, o.c.clinic == here, o.c.live == 1)
    if work.connection.execute(mine).first() is None:
        raise Refused("supply.order_unknown")
    asked = work.connection.execute(
        select(t.c.id, t.c.item).where(t.c.clinic == here, t.c.order == order, t.c.live == 1).order_by(t.c.id)
    ).all()
    by_item = {Id(row.item): Id(row.id) for row in reversed(asked) if row.item}
    known = known_items(work, [*by_item, *(line.item for line in lines)])
    by_family = {known[item].family: line for item, line in by_item.items() if known[item].family}
    return [
        line
        if line.order_line is not None
        else replace(line, order_line=by_item.get(line.item) or by_family.get(known[line.item].family))
        for line in lines
    ]
