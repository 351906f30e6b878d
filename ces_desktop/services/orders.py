"""What a person does with an order: draft, another quantity with its reason, send, cancel, close; the supply cycle.

Working the proposal out is `order_planning`; here it is written down with the figures it came from, so that it can be
judged later. Received follows from deliveries (`data/queries/orders`). Requests carry the ids of the rows they make.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from ces_desktop.data.models import (
    DemandForecastRecord,
    ItemRecord,
    OrderLineRecord,
    SupplyCycleRecord,
    SupplyOrderRecord,
    table_of,
)
from ces_desktop.data.queries.orders import OrderFile, cycles, order_file
from ces_desktop.data.reference import NETWORK
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.ids import Id, named_id
from ces_desktop.domain.supply.orders import REASONS
from ces_desktop.errors import Refused
from ces_desktop.services import settling
from ces_desktop.services.patients_status import clean_text
from ces_desktop.services.stock_rows import kept

MOST_UNITS = 10_000_000
FARTHEST_DAYS = 366
SOURCES = ("SSA", "CES", "other")
_NUMBERS_OF_A_LAPTOP = 1000


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A proposed line. `average` in hundredths of the unit, `risk` in thousandths, None = unknown."""

    id: Id
    item: Id
    proposed: int
    pack: int
    on_hand: int
    in_transit: int
    average: int | None
    risk: int | None
    classic: int | None


@dataclass(frozen=True, slots=True)
class Draft:
    """An order to be made from a proposal. `budget`: most packs it was worked out with, None = no limit."""

    id: Id
    source: str
    lines: tuple[DraftLine, ...]
    budget: int | None = None


@dataclass(frozen=True, slots=True)
class LineChange:
    """Another quantity for a line; `reason` (of `REASONS`) where it is not the one proposed."""

    line: Id
    requested: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class LineAdded:
    """A quantity of an item for which nothing was proposed."""

    order: Id
    line: DraftLine
    requested: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Rework:
    """The draft proposed anew, from today's stock or another budget: every line of the new proposal."""

    order: Id
    lines: tuple[DraftLine, ...]
    budget: int | None = None


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """What was foretold of an item and month (YYYY-MM): quantiles, and the average of three months, in hundredths."""

    item: Id
    month: str
    p50: int
    p80: int
    p95: int
    average: int


@dataclass(frozen=True, slots=True)
class CycleRequest:
    """How a source supplies the clinic; None = not known. `id` is that of a new row, used where there is none."""

    id: Id
    source: str
    review_days: int | None = None
    lead_days: int | None = None
    next_delivery_on: str | None = None
    budget: int | None = None


def draft(work: Work, request: Draft) -> Id:
    """Keep a proposal as a draft; the same request twice is kept once. One source has one draft at a time.

    Refused: `orders.source`, `orders.draft_open` (number), `orders.item`, `orders.quantity`.
    """
    require(work.actor, Right.ORDER_SUPPLIES)
    o = table_of(SupplyOrderRecord)
    held = work.connection.execute(select(o.c.live).where(o.c.id == request.id)).scalar()
    if held == 1:
        return request.id
    if request.source not in SOURCES:
        raise Refused("orders.source")
    here = (o.c.clinic == work.installation.clinic, o.c.live == 1)
    other = work.connection.execute(
        select(o.c.number).where(*here, o.c.source == request.source, o.c.state == "draft")
    ).first()
    if other is not None:
        raise Refused("orders.draft_open", number=other.number)
    _check_items(work, [line.item for line in request.lines])
    key = request.id if held is None else work.new_id()
    work.act("orders.draft")
    work.add(
        SupplyOrderRecord(
            id=key,
            number=_number(work),
            source=request.source,
            state="draft",
            happened_on=work.today.isoformat(),
            budget=request.budget,
        )
    )
    for line in request.lines:
        work.add(_line(key, line if held is None else _renamed(work, line), line.proposed, None))
    return key


def draft_and_foretell(work: Work, request: Draft, batch: Id, rows: Sequence[ForecastRow]) -> Id:
    """A draft, and with it what was foretold of its items, if this month's is not kept yet. Refused: as `draft`."""
    keep_forecasts(work, batch, rows)
    return draft(work, request)


def change_line(work: Work, request: LineChange) -> None:
    """Ask for another quantity. Refused: `orders.gone`, `orders.not_draft`, `orders.quantity`, `orders.reason`."""
    require(work.actor, Right.ORDER_SUPPLIES)
    t = table_of(OrderLineRecord)
    row = work.connection.execute(select(t.c.order, t.c.proposed).where(t.c.id == request.line, t.c.live == 1)).first()
    if row is None:
        raise Refused("orders.gone")
    _draft_of(work, row.order)
    reason = _reason(request.requested, row.proposed or 0, request.reason)
    work.act("orders.change_line")
    settling.change(work, OrderLineRecord, request.line, requested=request.requested, reason=reason)


def add_line(work: Work, request: LineAdded) -> Id:
    """Ask for an item that had no line. Refused: as `change_line`, `orders.item`, `orders.there` (it has a line)."""
    require(work.actor, Right.ORDER_SUPPLIES)
    t = table_of(OrderLineRecord)
    _draft_of(work, request.order)
    same = select(t.c.id).where(t.c.order == request.order, t.c.item == request.line.item, t.c.live == 1)
    if work.connection.execute(same).first() is not None:
        raise Refused("orders.there")
    _check_items(work, [request.line.item])
    reason = _reason(request.requested, request.line.proposed, request.reason)
    made = work.connection.execute(select(t.c.id).where(t.c.id == request.line.id)).first()
    line = request.line if made is None else _renamed(work, request.line)
    work.act("orders.change_line")
    work.add(_line(request.order, line, request.requested, reason))
    return line.id


def rework(work: Work, request: Rework) -> int:
    """Propose a draft anew; returns how many lines changed. What a person asked for with a reason stays as it is.

    Refused: `orders.gone`, `orders.not_draft`, `orders.quantity`, `orders.item`.
    """
    require(work.actor, Right.ORDER_SUPPLIES)
    held = _draft_of(work, request.order)
    if request.budget is not None and not 0 <= request.budget <= MOST_UNITS:
        raise Refused("orders.quantity")
    _check_items(work, [line.item for line in request.lines])
    fresh = {line.item: line for line in request.lines}
    work.act("orders.rework")
    work.change(SupplyOrderRecord, request.order, budget=request.budget)
    changed = 0
    for old in held.lines:
        new = fresh.pop(old.item, None)
        proposed = new.proposed if new else 0
        asked = old.requested if old.reason else proposed
        kept = old.reason if asked != proposed else None
        values: dict[str, Any] = {"proposed": proposed, "requested": asked, "reason": kept or None}
        if new is not None:
            values |= {
                "on_hand": new.on_hand, "in_transit": new.in_transit, "average": new.average, "risk": new.risk,
                "classic": new.classic,
            }  # fmt: skip
        changed += (proposed, asked) != (old.proposed, old.requested)
        work.change(OrderLineRecord, old.id, **values)
    for line in fresh.values():
        if line.proposed:
            work.add(_line(request.order, line, line.proposed, None))
            changed += 1
    return changed


def send(work: Work, order: Id, expected_on: str | None) -> None:
    """The order leaves the clinic. Refused: `orders.gone`, `orders.not_draft`, `orders.empty`, `orders.expected`."""
    require(work.actor, Right.ORDER_SUPPLIES)
    held = _draft_of(work, order)
    if not any(line.requested for line in held.lines):
        raise Refused("orders.empty")
    if expected_on is not None:
        last = work.today + timedelta(days=FARTHEST_DAYS)
        if not work.today.isoformat() <= _day(expected_on) <= last.isoformat():
            raise Refused("orders.expected")
    work.act("orders.send")
    work.change(SupplyOrderRecord, order, state="sent", sent_on=work.today.isoformat(), expected_on=expected_on)


def cancel(work: Work, order: Id, note: str = "") -> None:
    """Nothing of the order is wanted any more. Refused: `orders.gone`, `orders.has_come` (something came), `text.*`."""
    require(work.actor, Right.ORDER_SUPPLIES)
    held = _file(work, order)
    if held.order.received or held.order.state == "received":
        raise Refused("orders.has_come")
    work.act("orders.cancel")
    work.change(SupplyOrderRecord, order, state="cancelled", note=clean_text(note) or held.order.note or None)


def close(work: Work, order: Id) -> None:
    """Nothing more is expected of an order that was sent. Refused: `orders.gone`, `orders.not_sent`."""
    require(work.actor, Right.ORDER_SUPPLIES)
    if _file(work, order).order.state not in ("sent", "partly_received"):
        raise Refused("orders.not_sent")
    work.act("orders.close")
    work.change(SupplyOrderRecord, order, state="received")


def keep_forecasts(work: Work, batch: Id, rows: Sequence[ForecastRow]) -> bool:
    """Keep what was foretold of each item once in a calendar month; False = all of it stands already."""
    require(work.actor, Right.ORDER_SUPPLIES)
    f = table_of(DemandForecastRecord)
    since = work.today.replace(day=1).isoformat()
    here = (f.c.clinic == work.installation.clinic, f.c.live == 1, f.c.happened_on >= since)
    kept = set(work.connection.execute(select(f.c.item).where(*here).distinct()).scalars())
    fresh = [row for row in rows if row.item not in kept]
    if not fresh:
        return False
    work.act("orders.foretell")
    for row in fresh:
        work.add(
            DemandForecastRecord(
                id=work.new_id(),
                batch=batch,
                item=row.item,
                month=row.month,
                p50=row.p50,
                p80=row.p80,
                p95=row.p95,
                average=row.average,
                happened_on=work.today.isoformat(),
            )
        )
    return True


def set_cycle(work: Work, request: CycleRequest) -> None:
    """Say how a source supplies the clinic. Refused: `orders.source`, `orders.cycle`, `orders.expected`."""
    require(work.actor, Right.ORDER_SUPPLIES)
    if request.source not in SOURCES:
        raise Refused("orders.source")
    for days in (request.review_days, request.lead_days):
        if days is not None and not 1 <= days <= FARTHEST_DAYS:
            raise Refused("orders.cycle")
    if request.budget is not None and not 0 <= request.budget <= MOST_UNITS:
        raise Refused("orders.quantity")
    values: dict[str, Any] = {
        "review_days": request.review_days,
        "lead_days": request.lead_days,
        "next_delivery_on": None if request.next_delivery_on is None else _day(request.next_delivery_on),
        "budget": request.budget,
    }
    held = cycles(work.connection, work.installation.clinic).get(request.source)
    work.act("orders.cycle")
    if held is not None and held.id is not None:
        settling.change(work, SupplyCycleRecord, held.id, **values)
    else:
        # The same on every laptop of the clinic, as a shelf's (`services.stock.keep`).
        key = named_id("supply_cycle", f"{work.installation.clinic.hex()} {request.source}")
        key = request.id if kept(work, SupplyCycleRecord, key) else key
        work.add(SupplyCycleRecord(id=key, source=request.source, **values))


def check_kept(work: Work, order: Id, values: Mapping[str, Any]) -> None:
    """Whether one of two edits of an order may stand. Refused: `orders.has_come` (taken back, and something came)."""
    if values.get("state") == "cancelled" and _file(work, order).order.received:
        raise Refused("orders.has_come")


# ------------------------------------------------------------------ parts
def _file(work: Work, order: bytes | None) -> OrderFile:
    found = None if order is None else order_file(work.connection, work.installation.clinic, Id(order))
    if found is None:
        raise Refused("orders.gone")
    return found


def _draft_of(work: Work, order: bytes | None) -> OrderFile:
    found = _file(work, order)
    if found.order.state != "draft":
        raise Refused("orders.not_draft")
    return found


def _reason(requested: int, proposed: int, reason: str | None) -> str | None:
    """The reason that belongs to a quantity: none for the one proposed."""
    if not 0 <= requested <= MOST_UNITS:
        raise Refused("orders.quantity")
    if requested == proposed:
        return None
    if reason not in REASONS:
        raise Refused("orders.reason")
    return reason


def _check_items(work: Work, items: Sequence[Id]) -> None:
    i = table_of(ItemRecord)
    known = set(work.connection.execute(select(i.c.id).where(
        i.c.clinic.in_((NETWORK, work.installation.clinic)), i.c.live == 1
    )).scalars())  # fmt: skip
    if not known.issuperset(items) or len(set(items)) < len(items):
        raise Refused("orders.item")


def _line(order: Id, line: DraftLine, requested: int, reason: str | None) -> OrderLineRecord:
    if line.proposed < 0 or line.pack < 1:
        raise Refused("orders.quantity")
    return OrderLineRecord(
        id=line.id, order=order, item=line.item, proposed=line.proposed, requested=requested, pack=line.pack,
        reason=reason, on_hand=line.on_hand, in_transit=line.in_transit, average=line.average, risk=line.risk,
        classic=line.classic,
    )  # fmt: skip


def _renamed(work: Work, line: DraftLine) -> DraftLine:
    """What was undone and is done again goes under other ids."""
    from dataclasses import replace

    return replace(line, id=work.new_id())


def _number(work: Work) -> str:
    """Clinic, year, number: each laptop counts for itself, and a number that was undone is not given again."""
    o, here = table_of(SupplyOrderRecord), work.installation
    begins = f"{here.prefix}-{work.today.year}-"
    taken = work.connection.execute(select(o.c.number).where(o.c.clinic == here.clinic, o.c.number.like(f"{begins}%")))
    low = here.slot * _NUMBERS_OF_A_LAPTOP
    numbers = [int(x.removeprefix(begins)) for x in taken.scalars() if x and x.removeprefix(begins).isdigit()]
    own = [n for n in numbers if low < n < low + _NUMBERS_OF_A_LAPTOP]
    return f"{begins}{max(own, default=low) + 1:03d}"


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Refused("orders.expected") from None
