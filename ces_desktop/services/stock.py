"""What a person does with the shelf: take out, lose, take back, correct a lot, decide what is kept; demand not met.

Every request carries the id of the row it makes, made when its form opens: the same request twice is kept once.
Movements are never changed: a wrong one is taken back by its opposite, on its own day, so that the balance of every day
since comes out right. Days are ISO; a day in the past takes from a lot only what the lot never fell below since.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import select

from ces_desktop.data.models import ItemShelfRecord, LotRecord, MovementRecord, UnmetDemandRecord, table_of
from ces_desktop.data.queries.stock import Lot, lots, standing_for, without
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.ids import Id, named_id
from ces_desktop.domain.supply.ledger import KINDS, OVERRIDES, LotStock, Pick, pick
from ces_desktop.errors import Refused
from ces_desktop.services.patients_status import clean_text
from ces_desktop.services.stock_rows import (
    MOST_UNITS,
    check_prescriber,
    check_quantity,
    checked_expiry,
    checked_pack,
    find_lot,
    kept,
    known_items,
    ledger_day,
    lot_number,
    lot_rows,
    shortages,
    standing,
)


@dataclass(frozen=True, slots=True)
class Issue:
    """So many units of an item leave on a day. `lot`: the one in the hand; it goes before what expires first.

    `override` (of `OVERRIDES`) says why, where another lot expires before it. `lotless`: what is not there by the
    ledger is given all the same, without a lot. `document` and `line`: the prescription, transfer or kit it answers.
    """

    id: Id
    item: Id
    kind: str
    quantity: int
    happened_on: str
    lot: Id | None = None
    override: str = ""
    note: str = ""
    lotless: bool = False
    document_kind: str | None = None
    document: Id | None = None
    line: Id | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """What left: the movements, the units of each lot, and the units given without one."""

    movements: tuple[Id, ...]
    picks: tuple[Pick, ...]
    lotless: int


@dataclass(frozen=True, slots=True)
class Correction:
    """A movement is taken back; `instead` = units (of `lot`, or of the same) that truly moved, None = none did."""

    id: Id
    movement: Id
    note: str = ""
    instead: int | None = None
    lot: Id | None = None


@dataclass(frozen=True, slots=True)
class LotChange:
    """What is printed on the box of a lot, and where it lies. `expiry`: last day of use, None = it does not expire."""

    lot: Id
    number: str
    expiry: str | None
    pack: int | None = None
    location: str = ""


@dataclass(frozen=True, slots=True)
class ShelfRequest:
    """What the clinic decides about an item; `most`: units that fit, None = no limit."""

    id: Id
    item: Id
    kept: Literal["yes", "no", "named_patient"] = "yes"
    location: str = ""
    most: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unmet:
    """Somebody needed so many units and they were not there."""

    id: Id
    item: Id
    quantity: int
    happened_on: str
    reason: Literal["out", "partly", "substituted", "declined"] = "out"
    line: Id | None = None


def remove(work: Work, request: Issue) -> Issued:
    """Take units out: used here, lost, expired… (not dispensed on a prescription: that is `dispensing`).

    Refused: `supply.item_unknown`, `supply.kind`, `supply.quantity`, `supply.not_enough` (missing), the lot codes of
    `issue`, the day codes of `ledger_day`, `supply.prescriber_missing`, `text.*`.
    """
    kind = KINDS.get(request.kind)
    if kind is None or kind.sign >= 0:
        raise Refused("supply.kind")
    require(work.actor, Right.DISPENSE if kind.demand else Right.KEEP_STOCK)
    if standing(work, MovementRecord, request.id):
        return Issued((request.id,), (), 0)
    check_prescriber(known_items(work, [request.item])[request.item], request.kind, request.note)
    work.act("supply.lose" if kind.loss else "supply.use" if kind.demand else "supply.send")
    return issue(work, [request])[0]


def issue(work: Work, issues: Sequence[Issue]) -> list[Issued]:
    """Movements out of one action, each exact or the whole refused; the caller checks rights and names the action.

    Refused: `supply.item_unknown`, `supply.quantity`, `supply.not_enough` (missing), `supply.lot_not_usable`,
    `supply.override_missing` (another lot expires first and no reason is given), `supply.negative_loss` (nothing can
    be lost that is not there), the day codes, `text.*`.
    """
    clinic, items = work.installation.clinic, list(dict.fromkeys(i.item for i in issues))
    known_items(work, items)
    taken: defaultdict[Id, dict[Id | None, int]] = defaultdict(dict)
    answer = []
    stands = standing_for(work.connection, clinic, items)
    for one in issues:
        if one.lot is not None:
            one = replace(one, lot=stands.get(one.lot, one.lot))
        day = ledger_day(one.happened_on, work.today)
        check_quantity(one.quantity)
        held = lots(work.connection, clinic, [one.item], day, work.today).get(one.item, [])
        picks, rest, reason = _picks(without(held, taken[one.item]), one, day)
        for each in picks:
            taken[one.item][each.lot] = taken[one.item].get(each.lot, 0) + each.quantity
        answer.append(_written(work, one, picks, rest, reason))
    return answer


def correct(work: Work, request: Correction) -> Id | None:
    """Take a movement back on its own day, and note what truly moved; returns that movement, None where nothing did.

    Refused: `supply.movement_unknown`, `supply.reversed_before`, `supply.is_reversal`, `supply.already_given`
    (missing: units of it that left since), `supply.quantity`, `supply.lot_not_usable`, `text.*`.
    """
    t = table_of(MovementRecord)
    found = work.connection.execute(select(t).where(t.c.id == request.movement)).mappings().first()
    if found is None or found["clinic"] != work.installation.clinic or not found["live"]:
        raise Refused("supply.movement_unknown")
    was = KINDS.get(found["kind"])
    require(work.actor, Right.DISPENSE if was is not None and was.demand else Right.KEEP_STOCK)
    if standing(work, MovementRecord, request.id):
        return None
    if found["reverses"] is not None:
        raise Refused("supply.is_reversal")
    taken_back = select(t.c.id).where(t.c.reverses == request.movement, t.c.live == 1)
    if work.connection.execute(taken_back).first() is not None:
        raise Refused("supply.reversed_before")
    shared = {name: found[name] for name in ("item", "kind", "document_kind", "document", "line", "happened_on")}
    work.act("supply.correct")
    note = clean_text(request.note)
    rows = [
        MovementRecord(
            id=work.new_id() if kept(work, MovementRecord, request.id) else request.id,
            lot=found["lot"],
            quantity=-found["quantity"],
            reverses=request.movement,
            note=note,
            **shared,
        )
    ]
    if request.instead is not None:
        check_quantity(request.instead)
        sign = 1 if found["quantity"] > 0 else -1
        rows.append(
            MovementRecord(
                id=work.new_id(),
                lot=found["lot"] if request.lot is None else request.lot,
                quantity=sign * request.instead,
                reason=found["reason"],
                note=note,
                **shared,
            )
        )
    _check_lots(work, Id(found["item"]), rows, found["happened_on"])
    work.add(*rows)
    return Id(rows[1].id) if len(rows) > 1 else None


def change_lot(work: Work, request: LotChange) -> None:
    """Correct what was typed of a lot, or note where it lies.

    Refused: `supply.lot_unknown`, `supply.expiry` (no day), `supply.lot_exists` (another lot of the item has this
    number and expiry), `supply.pack`, `text.*`.
    """
    require(work.actor, Right.KEEP_STOCK)
    t = table_of(LotRecord)
    row = work.connection.execute(select(t).where(t.c.id == request.lot, t.c.live == 1)).mappings().first()
    if row is None or row["clinic"] != work.installation.clinic:
        raise Refused("supply.lot_unknown")
    number, expiry = lot_number(request.number), checked_expiry(request.expiry)
    rows = lot_rows(work, row["item"], row["number"], row["expiry"])
    twin = find_lot(work, row["item"], number, expiry)
    if twin is not None and twin not in rows:
        raise Refused("supply.lot_exists")
    work.act("supply.lot")
    for each in rows:  # a lot that two laptops received stays one
        work.change(
            LotRecord,
            each,
            number=number,
            expiry=expiry,
            pack=checked_pack(request.pack),
            location=clean_text(request.location),
        )


def keep(work: Work, request: ShelfRequest) -> None:
    """Decide whether an item is kept here, where it lies and how much fits. Refused: `supply.item_unknown`, `text.*`,
    `supply.quantity`."""
    require(work.actor, Right.KEEP_STOCK)
    known_items(work, [request.item])
    if request.most is not None and not 0 <= request.most <= MOST_UNITS:
        raise Refused("supply.quantity")
    fields: dict[str, Any] = {
        "kept": request.kept,
        "location": clean_text(request.location),
        "most": request.most,
        "note": clean_text(request.note),
    }
    t = table_of(ItemShelfRecord)
    mine = (t.c.clinic == work.installation.clinic, t.c.item == request.item, t.c.live == 1)
    held = work.connection.execute(select(t.c.id).where(*mine).order_by(t.c.recorded_at.desc(), t.c.id)).scalar()
    work.act("supply.keep")
    if held is not None:
        work.change(ItemShelfRecord, held, **fields)
    else:
        # The same on every laptop of the clinic: two that decide before they meet edit one row, and a person chooses.
        key = named_id("item_shelf", f"{work.installation.clinic.hex()} {request.item.hex()}")
        key = work.new_id() if kept(work, ItemShelfRecord, key) else key
        work.add(ItemShelfRecord(id=key, item=request.item, **fields))


def note_unmet(work: Work, request: Unmet) -> Id:
    """Note that somebody asked for what was not there; returns the row. Refused: as `remove`."""
    require(work.actor, Right.DISPENSE)
    if standing(work, UnmetDemandRecord, request.id):
        return request.id
    work.act("supply.unmet")
    return add_unmet(work, request)


def add_unmet(work: Work, request: Unmet) -> Id:
    """The row of it, within an action of the caller's."""
    known_items(work, [request.item])
    ledger_day(request.happened_on, work.today)
    check_quantity(request.quantity)
    key = work.new_id() if kept(work, UnmetDemandRecord, request.id) else request.id
    work.add(
        UnmetDemandRecord(
            id=key,
            item=request.item,
            quantity=request.quantity,
            line=request.line,
            reason=request.reason,
            happened_on=request.happened_on,
        )
    )
    return key


def _picks(held: Sequence[Lot], one: Issue, day: date) -> tuple[list[Pick], int, str | None]:
    """Units of each lot, units without a lot, and the reason for not taking what expires first."""
    stock = [lot.stock for lot in held]
    if KINDS[one.kind].loss:
        return _lost(stock, one, day), 0, None
    there = sum(x.quantity for x in stock if x.usable(day))
    rest = max(0, one.quantity - there) if one.lotless else 0
    asked = one.quantity - rest
    if asked == 0:
        return [], rest, None
    usual = pick(stock, asked, day)
    if one.lot is None or usual[0].lot == one.lot:
        return usual, rest, None
    chosen = pick(stock, asked, day, first=one.lot)
    if one.override not in OVERRIDES:
        raise Refused("supply.override_missing")
    return chosen, rest, one.override


def _lost(stock: Sequence[LotStock], one: Issue, day: date) -> list[Pick]:
    """What is lost may have expired; what is written off as expired must have."""
    if one.lotless:
        raise Refused("supply.negative_loss")
    there = [x for x in stock if x.lot is not None and x.quantity > 0]
    if one.kind == "expired":
        there = [x for x in there if x.expiry is not None and x.expiry < day]
    if one.lot is not None:
        there = [x for x in there if x.lot == one.lot]
        if not there:
            raise Refused("supply.lot_not_usable")
    picks, left = [], one.quantity
    for each in sorted(there, key=lambda x: (x.expiry or date.max, x.number, x.lot or b"")):
        taken = min(left, each.quantity)
        if taken and each.lot is not None:
            picks.append(Pick(each.lot, taken))
            left -= taken
    if left:
        raise Refused("supply.not_enough", missing=left)
    return picks


def _written(work: Work, one: Issue, picks: Sequence[Pick], rest: int, reason: str | None) -> Issued:
    wanted: list[tuple[Id | None, int]] = [(p.lot, p.quantity) for p in picks]
    if rest:
        wanted.append((None, rest))
    note, made = clean_text(one.note), []
    for n, (lot, quantity) in enumerate(wanted):
        key = one.id if n == 0 and not kept(work, MovementRecord, one.id) else work.new_id()
        work.add(
            MovementRecord(
                id=key,
                item=one.item,
                lot=lot,
                quantity=-quantity,
                kind=one.kind,
                reason=reason,
                document_kind=one.document_kind,
                document=one.document,
                line=one.line,
                note=note,
                happened_on=one.happened_on,
            )
        )
        made.append(key)
    return Issued(tuple(made), tuple(picks), rest)


def _check_lots(work: Work, item: Id, rows: Sequence[MovementRecord], day: str) -> None:
    """No lot may have held less than nothing on any day since. Refused: `supply.already_given` (missing)."""
    changes: defaultdict[bytes | None, int] = defaultdict(int)
    for row in rows:
        changes[row.lot] += row.quantity or 0
    missing = shortages(work, item, changes, date.fromisoformat(day))
    if missing:
        raise Refused("supply.already_given", missing=sum(missing.values()))
