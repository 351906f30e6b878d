"""The supply ledger: what each kind of movement means, which lot is given out first, and what there was on each day.

Kinds follow the merged reason codes of OpenLMIS, OpenBoxes, SIGLUS and mSupply. Quantities are whole smallest units;
days are ISO dates or `date`. Stock is the sum of live movements, in whatever order they were written down.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused


@dataclass(frozen=True, slots=True)
class Kind:
    """What a movement of this kind does. `sign`: +1 in, -1 out, 0 either; `demand`: somebody here needed it."""

    sign: int
    demand: bool = False
    loss: bool = False


KINDS: dict[str, Kind] = {
    "opening": Kind(1),
    "purchase": Kind(1),
    "supplied": Kind(1),
    "donation": Kind(1),
    "transfer_in": Kind(1),
    "loan_in": Kind(1),
    "patient_return": Kind(1),
    "kit_in": Kind(1),
    "dispensed": Kind(-1, demand=True),
    "used": Kind(-1, demand=True),
    "outreach": Kind(-1, demand=True),
    "laboratory": Kind(-1, demand=True),
    "transfer_out": Kind(-1),
    "loan_out": Kind(-1),
    "warehouse_return": Kind(-1),
    "kit_out": Kind(-1),
    "expired": Kind(-1, loss=True),
    "damaged": Kind(-1, loss=True),
    "stolen": Kind(-1, loss=True),
    "lost": Kind(-1, loss=True),
    "cold_chain": Kind(-1, loss=True),
    "open_vial": Kind(-1, loss=True),
    "quality": Kind(-1, loss=True),
    "sample": Kind(-1, loss=True),
    "count": Kind(0),
}
COUNT_CAUSES = (
    "entry_not_recorded",
    "exit_not_recorded",
    "wrong_lot",
    "typing_error",
    "found",
    "missing",
    "unknown",
)
"""Why a count differs from the ledger."""
OVERRIDES = ("opened", "in_reach", "patient_box", "short_treatment", "other")
"""Why another lot is given than the one that expires first."""


@dataclass(frozen=True, slots=True)
class LotStock:
    """What is left of a lot. `expiry`: last day of use, None = does not expire; `lot` None = handed out without one."""

    lot: Id | None
    number: str
    expiry: date | None
    quantity: int

    def usable(self, today: date) -> bool:
        """In date and there."""
        return self.quantity > 0 and self.lot is not None and (self.expiry is None or self.expiry >= today)


@dataclass(frozen=True, slots=True)
class Pick:
    """So many units of a lot."""

    lot: Id
    quantity: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A live movement as the rules read it: signed units of a lot on a day."""

    day: date
    lot: Id | None
    quantity: int
    kind: str = "supplied"


def one_lot(boxes: Iterable[tuple[bytes, str | None, str | None, int]]) -> dict[bytes, Id]:
    """Rows of lots of one item (id, number, expiry, live) → the row that stands for each: one of a number and expiry.

    Two laptops that receive the same boxes before they exchange make two rows of one lot. The smallest id stands for
    it, of a live row where there is one; the answer knows every row, whatever the order they come in.
    """
    known = list(boxes)
    first: dict[tuple[str, str], bytes] = {}
    for key, number, expiry, _ in sorted(known, key=lambda x: (not x[3], x[0])):
        first.setdefault((number or "", expiry or ""), key)
    return {key: Id(first[number or "", expiry or ""]) for key, number, expiry, _ in known}


def usable_stock(lots: Iterable[LotStock], today: date) -> int:
    """Units that may be given out today: in date, less what was handed out without a lot."""
    held = list(lots)
    return max(0, sum(x.quantity for x in held if x.usable(today)) + sum(x.quantity for x in held if x.lot is None))


def pick(lots: Sequence[LotStock], quantity: int, today: date, first: Id | None = None) -> list[Pick]:
    """The lots to take `quantity` units from: first expired first out, exact; `first` is taken before the others.

    A lot that does not expire comes last. Refused: `supply.quantity` (none asked for), `supply.not_enough` (with
    `missing` units: the screen then offers what there is), `supply.lot_not_usable` (`first` is expired or empty).
    """
    if quantity <= 0:
        raise Refused("supply.quantity")
    there = sorted(
        (x for x in lots if x.usable(today)),
        key=lambda x: (x.lot != first, x.expiry or date.max, x.number, x.lot or b""),
    )
    if first is not None and (not there or there[0].lot != first):
        raise Refused("supply.lot_not_usable")
    picks, left = [], quantity
    for each in there:
        taken = min(left, each.quantity)
        if taken and each.lot is not None:
            picks.append(Pick(each.lot, taken))
            left -= taken
    if left:
        raise Refused("supply.not_enough", missing=left)
    return picks


def balances(entries: Iterable[Entry]) -> dict[Id | None, int]:
    """Units left of each lot, None for what was handed out without one; lots at zero are left out."""
    sums: defaultdict[Id | None, int] = defaultdict(int)
    for each in entries:
        sums[each.lot] += each.quantity
    return {lot: quantity for lot, quantity in sums.items() if quantity}


def days_with_stock(
    entries: Iterable[Entry], expiries: Mapping[Id, date | None], first: date, last: date
) -> list[bool]:
    """For each day from `first` to `last` (both included): whether there was any usable unit at some time of that day.

    A day counts when it began with usable stock or something usable came; stock-out days are the others. A day that
    sold out ended without, but had some.
    """
    by_day: defaultdict[date, list[Entry]] = defaultdict(list)
    held: defaultdict[Id | None, int] = defaultdict(int)
    for each in entries:
        if each.day < first:
            held[each.lot] += each.quantity
        elif each.day <= last:
            by_day[each.day].append(each)
    answer = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        had = _usable(held, expiries, day) > 0
        for each in by_day.get(day, ()):
            held[each.lot] += each.quantity
            had = had or (each.quantity > 0 and each.lot is not None and _in_date(expiries.get(each.lot), day))
        answer.append(had or _usable(held, expiries, day) > 0)
    return answer


def _usable(held: Mapping[Id | None, int], expiries: Mapping[Id, date | None], day: date) -> int:
    there = sum(q for lot, q in held.items() if lot is not None and q > 0 and _in_date(expiries.get(lot), day))
    return there + held.get(None, 0)


def _in_date(expiry: date | None, day: date) -> bool:
    return expiry is None or expiry >= day
