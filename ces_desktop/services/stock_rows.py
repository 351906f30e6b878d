"""What every entry of the ledger is checked against: item, day, quantity, lot; and what is kept already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from ces_desktop.data.models import LotRecord, Synced, table_of
from ces_desktop.data.queries.stock import StockItem, stock_items
from ces_desktop.data.work import Work
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.ids import Id
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
    """The lot of the item with this number and expiry, if it came before."""
    t = table_of(LotRecord)
    same = (t.c.clinic == work.installation.clinic, t.c.item == item, t.c.live == 1)
    rows = work.connection.execute(
        select(t.c.id, t.c.number, t.c.expiry).where(*same).order_by(t.c.recorded_at, t.c.id)
    )
    return next((Id(r.id) for r in rows if (r.number or None, r.expiry or None) == (number, expiry)), None)


def kept(work: Work, model: type[Synced], row: Id) -> bool:
    """Whether the row was written, undone or not."""
    t = table_of(model)
    return work.connection.execute(select(t.c.id).where(t.c.id == row)).first() is not None


def standing(work: Work, model: type[Synced], row: Id) -> bool:
    """Whether this very request was kept and stands: a second Enter changes nothing, after an undo it is done anew."""
    t = table_of(model)
    return work.connection.execute(select(t.c.live).where(t.c.id == row)).scalar() == 1
