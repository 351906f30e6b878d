"""What is printed on a box, as people type it: expiries by month, quantities in units or in packs."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from ces_desktop.domain.calendar import exact_day, month_number, parse_day
from ces_desktop.errors import Refused

PAST_YEARS, COMING_YEARS = 10, 15
"""An expiry so long ago or so far away is a slip of the key."""
_MONTH = re.compile(r"([0-9]{1,2})[/. -]?([0-9]{2}|20[0-9]{2})")
_ISO_MONTH = re.compile(r"(20[0-9]{2})-([0-9]{1,2})")
_NAMED = re.compile(r"([a-z]{3,10})\.?[/. -]?(?:de )?([0-9]{2}|20[0-9]{2})")
_PACKS = re.compile(r"([0-9]{1,7}) ?[x*×] ?([0-9]{0,7})")
_THOUSANDS = re.compile(r"(?<![0-9])([0-9]{1,3}),(?=[0-9]{3}(?![0-9]))")
"""Commas between thousands, as on Mexican forms; "12,5" is no quantity."""
_UNITS = re.compile(r"[0-9]{1,9}")


def parse_expiry(text: str, today: date) -> date | None:
    """The last day of use meant by `03/28`, `0328`, `mar-28`, `2028-03` (the month's last day) or `31-mar-2028`.

    Years are of this century, not long past nor far away. None when empty. Refused: `supply.expiry`.
    """
    typed = " ".join(text.split()).lower()
    if not typed:
        return None
    month: tuple[int | None, int] | None = None
    if match := _ISO_MONTH.fullmatch(typed):
        month = int(match[2]), int(match[1])
    elif match := _MONTH.fullmatch(typed):
        month = int(match[1]), int(match[2])
    elif match := _NAMED.fullmatch(typed):
        month = month_number(match[1]), int(match[2])
    try:
        if month is not None:
            number, year = month
            first = exact_day(year + 2000 if year < 100 else year, number or 0, 1)
            until = first.replace(day=monthrange(first.year, first.month)[1])
        elif typed[0].isdigit():
            until = parse_day(typed, today) or today
        else:
            raise Refused("supply.expiry")  # "+28" and "hoy" are not printed on a box
    except Refused:
        raise Refused("supply.expiry") from None
    if not today.year - PAST_YEARS <= until.year <= today.year + COMING_YEARS:
        raise Refused("supply.expiry")
    return until


def parse_quantity(text: str, pack: int | None) -> tuple[int, int | None] | None:
    """Units, and units in a box where packs were typed: `300`, `3x100`, `3x` (three of the usual pack).

    None when empty. Refused: `supply.quantity`, `supply.pack` (no usual pack is known).
    """
    typed = _THOUSANDS.sub(r"\1", text.strip().lower())
    if not typed:
        return None
    if match := _PACKS.fullmatch(typed):
        size = int(match[2]) if match[2] else pack
        if not size:
            raise Refused("supply.pack")
        return _positive(int(match[1]) * size), size
    if not _UNITS.fullmatch(typed):
        raise Refused("supply.quantity")
    return _positive(int(typed)), None


def _positive(units: int) -> int:
    if units <= 0:
        raise Refused("supply.quantity")
    return units
