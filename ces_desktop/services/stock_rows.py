"""What every entry of the ledger is checked against: item, day, quantity, lot; and what is kept already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from ces_desktop.data.journal.bulk import chunks
from ces_desktop.data.models import LotRecord, MovementRecord, Synced, table_of
from ces_desktop.data.queries.stock import StockItem, lots, standing_for, stock_items
from ces_desktop.data.work import Work
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.ledger import KINDS
from ces_desktop.errors import Refused
from ces_desktop.services.patients_status import clean_text

MOST_UNITS = 10_000_000
"""No movement of a clinic is larger: a slip of the key."""
OLDEST_MONTHS = 60
"""How far back an entry may be dated: a wrong year, not a late entry, lies before."""


def known_items(work: Work, items: Sequence[Id]) -> dict[Id, StockItem]:
    """The items of a request. Refused: `supply.item_unknown`."""
    found = stock_items(work.connection, work.installation.clinic, items)
    if len(found) < len(set(items)):
        raise Refused("supply.item_unknown")
    return found


def check_prescriber(item: StockItem, kind: str, note: str) -> None:
    """A controlled medicine leaves for somebody on a prescription: whose, is noted where it is not of ours.

    Refused: `supply.prescriber_missing`.
    """
    moved = KINDS.get(kind)
    if item.controlled and moved is not None and moved.demand and not note.strip():
        raise Refused("supply.prescriber_missing")


def ledger_day(text: str, today: date) -> date:
    """The day of an entry. Refused: `supply.no_day`, `supply.future`, `supply.too_old`."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused("supply.no_day") from None
    if day > today:
        raise Refused("supply.future")
    if day < month_add(today, -OLDEST_MONTHS):
        raise Refused("supply.too_old")
    return day


def check_quantity(quantity: int) -> None:
    """Refused: `supply.quantity` where it is none or larger than any clinic moves."""
    if not 0 < quantity <= MOST_UNITS:
        raise Refused("supply.quantity")


def checked_pack(pack: int | None) -> int | None:
    """Units in a box. Refused: `supply.pack`."""
    if pack is not None and not 0 < pack <= MOST_UNITS:
        raise Refused("supply.pack")
    return pack


def checked_expiry(text: str | None) -> str | None:
    """The last day of use, ISO. Refused: `supply.expiry`."""
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Refused("supply.expiry") from None


def lot_number(text: str) -> str | None:
    """A lot number as it is compared: capitals, no spaces around; None where none is printed."""
    return (clean_text(text) or "").upper() or None


def find_lot(work: Work, item: bytes, number: str | None, expiry: str | None) -> Id | None:
    """The lot of the item with this number and expiry, if it came before: the row that stands for it."""
    return next(iter(lot_rows(work, item, number, expiry)), None)


def lot_rows(work: Work, item: bytes, number: str | None, expiry: str | None) -> list[Id]:
    """Every live row of that lot, the one that stands for it first (`ledger.one_lot`)."""
    t = table_of(LotRecord)
    same = (t.c.clinic == work.installation.clinic, t.c.item == item, t.c.live == 1)
    rows = work.connection.execute(select(t.c.id, t.c.number, t.c.expiry).where(*same).order_by(t.c.id))
    return [Id(r.id) for r in rows if (r.number or None, r.expiry or None) == (number or None, expiry or None)]


def kept(work: Work, model: type[Synced], row: Id) -> bool:
    """Whether the row was written, undone or not."""
    t = table_of(model)
    return work.connection.execute(select(t.c.id).where(t.c.id == row)).first() is not None


def standing(work: Work, model: type[Synced], row: Id) -> bool:
    """Whether this very request was kept and stands: a second Enter changes nothing, after an undo it is done anew."""
    t = table_of(model)
    return work.connection.execute(select(t.c.live).where(t.c.id == row)).scalar() == 1


def shortages(work: Work, item: Id, changes: Mapping[bytes | None, int], day: date) -> dict[bytes, int]:
    """Lot → units that would be missing on some day from `day` on, were these units added to each lot then.

    The line without a lot may be negative. Refused: `supply.lot_not_usable` (no lot of this item).
    """
    clinic = work.installation.clinic
    held = lots(work.connection, clinic, [item], day, work.today).get(item, [])
    least = {lot.id: lot.quantity for lot in held}
    stands = standing_for(work.connection, clinic, [item])
    asked: defaultdict[bytes, int] = defaultdict(int)
    for row, units in changes.items():
        if row is not None:
            asked[stands.get(row, row)] += units
    missing = {}
    for lot, units in asked.items():
        if lot not in least:
            raise Refused("supply.lot_not_usable")
        if units < 0 and least[Id(lot)] + units < 0:
            missing[lot] = -(least[Id(lot)] + units)
    return missing


def falls_short(work: Work, flags: Mapping[bytes, bool]) -> bool:
    """Whether a lot would have held less than nothing, were these movements voided (True) or brought back (False)."""
    t = table_of(MovementRecord)
    by_item: defaultdict[bytes, defaultdict[bytes | None, int]] = defaultdict(lambda: defaultdict(int))
    first: dict[bytes, str] = {}
    for part in chunks(sorted(flags)):
        columns = (t.c.id, t.c.item, t.c.lot, t.c.quantity, t.c.happened_on)
        for key, item, lot, quantity, day in work.connection.execute(select(*columns).where(t.c.id.in_(part))):
            by_item[item][lot] += -quantity if flags[key] else quantity
            first[item] = min(day, first.get(item, day))
    return any(
        shortages(
            work, Id(item), {lot: units for lot, units in changes.items() if units < 0}, date.fromisoformat(first[item])
        )
        for item, changes in by_item.items()
    )
