"""What goes to another clinic and comes from one, given or lent, and kits that are opened.

Each clinic writes its own side; both write the folio on their paper. What is lent is a loan until it came back whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from ces_desktop.data.models import KitPartRecord, LotRecord, MovementRecord, TransferRecord, table_of
from ces_desktop.data.queries.transfers import kit_parts, owed
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.services.patients_status import clean_text
from ces_desktop.services.stock import Issue, issue
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

DIRECTIONS, KINDS = ("sent", "received"), ("transfer", "loan")


@dataclass(frozen=True, slots=True)
class Moved:
    """So many units of an item. Sent: of `lot`, or of what expires first. Received: of the lot its box says.

    `expired`: the person saw that it came expired and keeps it to be written off.
    """

    item: Id
    quantity: int
    lot: Id | None = None
    number: str = ""
    expiry: str | None = None
    pack: int | None = None
    expired: bool = False


@dataclass(frozen=True, slots=True)
class Transfer:
    """Something went or came on a day (ISO). `other`: the other clinic; `folio` "" = the next of ours."""

    id: Id
    direction: str
    kind: str
    other: str
    happened_on: str
    lines: tuple[Moved, ...]
    folio: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class GiveBack:
    """A loan comes back, to whoever lent it. `whole`: nothing more is waited for, whatever is missing."""

    id: Id
    transfer: Id
    happened_on: str
    lines: tuple[Moved, ...]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Kit:
    """So many kits were opened: what they hold comes to the shelf, with the kit's own lot and expiry."""

    id: Id
    kit: Id
    quantity: int
    happened_on: str


@dataclass(frozen=True, slots=True)
class KitPart:
    """A kit holds so many units of an item; 0 = none any more."""

    id: Id
    kit: Id
    item: Id
    quantity: int


def move(work: Work, request: Transfer) -> Id:
    """Note a transfer or a loan with its lines; returns it.

    Refused: `transfer.direction`, `transfer.other` (no clinic named), `supply.kind`, `supply.no_lines`,
    `supply.came_expired`, the day codes, the codes of `stock.issue`.
    """
    require(work.actor, Right.KEEP_STOCK)
    if standing(work, TransferRecord, request.id):
        return request.id
    day = ledger_day(request.happened_on, work.today)
    if request.direction not in DIRECTIONS:
        raise Refused("transfer.direction")
    if request.kind not in KINDS:
        raise Refused("supply.kind")
    if not request.lines:
        raise Refused("supply.no_lines")
    other = clean_text(request.other)
    if not other:
        raise Refused("transfer.other")
    work.act("supply.loan" if request.kind == "loan" else "supply.transfer")
    key = work.new_id() if kept(work, TransferRecord, request.id) else request.id
    folio = clean_text(request.folio) or (_next_folio(work, day) if request.direction == "sent" else None)
    work.add(
        TransferRecord(
            id=key, direction=request.direction, kind=request.kind, other=other, folio=folio,
            note=clean_text(request.note), happened_on=request.happened_on,
        )
    )  # fmt: skip
    outwards = request.direction == "sent"
    _write(work, key, f"{request.kind}_{'out' if outwards else 'in'}", request.lines, request.happened_on)
    return key


def give_back(work: Work, request: GiveBack) -> bool:
    """Note what came back of a loan, or what we gave back of one; whether nothing is owed any more.

    Refused: `transfer.gone`, `transfer.no_loan`, `transfer.returned` (already whole), `transfer.too_much` (item, more
    than is owed), the codes of `move`.
    """
    require(work.actor, Right.KEEP_STOCK)
    t = table_of(TransferRecord)
    mine = (t.c.id == request.transfer, t.c.clinic == work.installation.clinic, t.c.live == 1)
    row = work.connection.execute(select(t).where(*mine)).mappings().first()
    if row is None:
        raise Refused("transfer.gone")
    if row["kind"] != "loan":
        raise Refused("transfer.no_loan")
    if row["returned_on"] is not None:
        raise Refused("transfer.returned")
    ledger_day(request.happened_on, work.today)
    if not request.lines and not request.whole:
        raise Refused("supply.no_lines")
    left = owed(work.connection, work.installation.clinic, request.transfer)
    back: defaultdict[Id, int] = defaultdict(int)
    for line in request.lines:
        check_quantity(line.quantity)
        back[line.item] += line.quantity
    known = known_items(work, list(back))
    for item, units in back.items():
        if units > left.get(item, 0):
            raise Refused("transfer.too_much", item=known[item].name_es, most=left.get(item, 0))
    work.act("supply.give_back")
    kind = "loan_in" if row["direction"] == "sent" else "loan_out"
    _write(work, request.transfer, kind, request.lines, request.happened_on)
    over = request.whole or all(back.get(item, 0) >= units for item, units in left.items())
    if over:
        work.change(TransferRecord, request.transfer, returned_on=request.happened_on)
    return over


def open_kit(work: Work, request: Kit) -> int:
    """Open kits: they leave the shelf, what they hold comes to it; returns how many items came.

    Refused: `kit.no_parts`, the codes of `stock.issue`.
    """
    require(work.actor, Right.KEEP_STOCK)
    if standing(work, MovementRecord, request.id):
        return 0
    day = ledger_day(request.happened_on, work.today)
    check_quantity(request.quantity)
    known_items(work, [request.kit])
    parts = kit_parts(work.connection, work.installation.clinic).get(request.kit, [])
    if not parts:
        raise Refused("kit.no_parts")
    work.act("supply.kit")
    key = work.new_id() if kept(work, MovementRecord, request.id) else request.id
    gone = issue(work, [Issue(key, request.kit, "kit_out", request.quantity, request.happened_on,
                              document_kind="kit", document=key)])[0]  # fmt: skip
    t = table_of(LotRecord)
    for pick in gone.picks:
        box = work.connection.execute(select(t.c.number, t.c.expiry).where(t.c.id == pick.lot)).one()
        lines = [
            Moved(item.id, units * pick.quantity, number=box.number or "", expiry=box.expiry, expired=True)
            for item, units in parts
        ]
        _take_in(work, lines, "kit_in", request.happened_on, "kit", key, day)
    return len(parts)


def set_part(work: Work, request: KitPart) -> None:
    """Say what a kit holds. Refused: `supply.item_unknown`, `supply.quantity`, `kit.itself`."""
    require(work.actor, Right.KEEP_STOCK)
    known_items(work, [request.kit, request.item])
    if request.kit == request.item:
        raise Refused("kit.itself")
    if request.quantity:
        check_quantity(request.quantity)
    t = table_of(KitPartRecord)
    same = (t.c.clinic == work.installation.clinic, t.c.kit == request.kit, t.c.item == request.item, t.c.live == 1)
    held = work.connection.execute(select(t.c.id).where(*same)).scalars().all()
    work.act("supply.kit_part")
    for key in held[1:] if request.quantity else held:
        work.void(KitPartRecord, key, "holds none")
    if request.quantity and held:
        work.change(KitPartRecord, held[0], quantity=request.quantity)
    elif request.quantity:
        key = work.new_id() if kept(work, KitPartRecord, request.id) else request.id
        work.add(KitPartRecord(id=key, kit=request.kit, item=request.item, quantity=request.quantity))


def _write(work: Work, transfer: Id, kind: str, lines: Sequence[Moved], day: str) -> None:
    if kind.endswith("_in"):
        _take_in(work, lines, kind, day, "transfer", transfer, date.fromisoformat(day))
    elif lines:
        issue(
            work,
            [
                Issue(
                    work.new_id(), x.item, kind, x.quantity, day, lot=x.lot, override="other",
                    document_kind="transfer", document=transfer,
                )
                for x in lines
            ],
        )  # fmt: skip


def _take_in(
    work: Work, lines: Sequence[Moved], kind: str, day: str, document_kind: str, document: Id, on: date
) -> None:
    known = known_items(work, [x.item for x in lines])
    made: dict[tuple[Id, str | None, str | None], Id] = {}
    for line in lines:
        check_quantity(line.quantity)
        number, expiry = lot_number(line.number), checked_expiry(line.expiry)
        if expiry is not None and expiry < on.isoformat() and not line.expired:
            raise Refused("supply.came_expired", item=known[line.item].name_es)
        box = (line.item, number, expiry)
        lot = made.get(box) or find_lot(work, line.item, number, expiry)
        if lot is None:
            lot = work.new_id()
            pack = checked_pack(line.pack)
            work.add(
                LotRecord(
                    id=lot, item=line.item, number=number, expiry=expiry, pack=pack, source=known[line.item].source
                )
            )
        made[box] = lot
        work.add(
            MovementRecord(
                id=work.new_id(), item=line.item, lot=lot, quantity=line.quantity, kind=kind,
                document_kind=document_kind, document=document, happened_on=day,
            )
        )  # fmt: skip


def _next_folio(work: Work, day: date) -> str:
    """`CAP-T-2026-004`: prefix, year and number among those sent that year."""
    t = table_of(TransferRecord)
    prefix = f"{work.installation.prefix}-T-{day.year}-"
    query = select(func.max(t.c.folio)).where(t.c.clinic == work.installation.clinic, t.c.folio.like(f"{prefix}%"))
    last = work.connection.execute(query).scalar()
    number = int(last.removeprefix(prefix)) if last and last.removeprefix(prefix).isdigit() else 0
    return f"{prefix}{number + 1:03}"
