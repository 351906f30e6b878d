"""An item month by month, read off its movements: what was left, what was asked for, and on which days there was any.

The same days as `ledger.days_with_stock`, without looking at each: between two movements and the end of a lot nothing
changes. Days of a month are the bits of a number, the first day the lowest.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.ledger import KINDS, Entry

_DEMAND = frozenset(code for code, kind in KINDS.items() if kind.demand)


@dataclass(frozen=True, slots=True)
class Month:
    """`month` "YYYY-MM"; `balance`: units at its end, all lots; `used`: demand served; `stocked`: days with any."""

    month: str
    balance: int
    used: int
    stocked: int


def months(
    opening: Mapping[Id | None, int], entries: Sequence[Entry], expiries: Mapping[Id, date | None]
) -> list[Month]:
    """Every month from that of the first entry to that of the last, in order; `opening`: lots before the first month.

    Days after the last entry are told as if nothing moved any more. `entries` in order of their days.
    """
    if not entries:
        return []
    first = entries[0].day.replace(day=1)
    last = entries[-1].day
    end = last.replace(day=monthrange(last.year, last.month)[1])
    held = dict(opening)
    by_day: dict[date, list[Entry]] = {}
    for each in entries:
        by_day.setdefault(each.day, []).append(each)
    ends = {until + timedelta(1) for until in expiries.values() if until is not None and first <= until < end}
    starts = set(_month_starts(first, end))
    marks = sorted({*by_day, *(d + timedelta(1) for d in by_day if d < end), *ends, *starts})
    answer: list[Month] = []
    stocked = used = 0
    for n, day in enumerate(marks):
        if day in starts and n:
            answer.append(_month(marks[n - 1], held, used, stocked))
            stocked = used = 0
        had = usable(held, expiries, day) > 0
        for each in by_day.get(day, ()):
            held[each.lot] = held.get(each.lot, 0) + each.quantity
            in_date = each.lot is not None and _in_date(expiries.get(each.lot), day)
            had = had or (each.quantity > 0 and in_date)
            used -= each.quantity if each.kind in _DEMAND else 0
        had = had or usable(held, expiries, day) > 0
        if had:
            until = marks[n + 1] if n + 1 < len(marks) else end + timedelta(1)
            stocked |= ((1 << (until - day).days) - 1) << (day.day - 1)
    answer.append(_month(end, held, used, stocked))
    return answer


def still_stocked(held: Mapping[Id | None, int], expiries: Mapping[Id, date | None], month: date) -> int:
    """Days of a month after the last movement on which there is any, with what is left; `month`: its first day."""
    length = monthrange(month.year, month.month)[1]
    after = {(until - month).days + 1 for lot, until in expiries.items() if until is not None and lot in held}
    days = start = 0
    for stop in sorted({length, *(n for n in after if 0 < n < length)}):
        if usable(held, expiries, month + timedelta(start)) > 0:
            days |= (1 << stop) - (1 << start)
        start = stop
    return days


def usable(held: Mapping[Id | None, int], expiries: Mapping[Id, date | None], day: date) -> int:
    """Units in date on a day, less what was handed out without a lot; may be negative."""
    there = held.get(None, 0)
    for lot, quantity in held.items():
        if quantity > 0 and lot is not None and _in_date(expiries.get(lot), day):
            there += quantity
    return there


def _month(day: date, held: Mapping[Id | None, int], used: int, stocked: int) -> Month:
    return Month(day.isoformat()[:7], sum(held.values()), used, stocked)


def _month_starts(first: date, end: date) -> list[date]:
    found, day = [], first
    while day <= end:
        found.append(day)
        day = day + timedelta(monthrange(day.year, day.month)[1])
    return found


def _in_date(expiry: date | None, day: date) -> bool:
    return expiry is None or expiry >= day
