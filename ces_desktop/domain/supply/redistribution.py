"""Supplies of several clinics side by side: who will run out, who has too much, and what to move from whom to whom.

A clinic is helped until its next delivery with the upper fifth of its demand (.8 quantile). A clinic gives only what it
does not need itself until the delivery after next, even in a month of the upper twentieth (.95 quantile). So a move
never makes a new shortage where it takes; what would expire unused goes first (supply.md, "Redistribution").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply.warnings import AT_RISK, MONTH_DAYS, Kept, chance_out, over, quantiles_of, risk

State = Literal["out", "risk", "over", "enough", "idle"]
TRAVEL_DAYS = 30
"""Days of life that a lot must have left to be worth carrying: it arrives with somebody's next visit."""
LEAST_DAYS = 7
"""A move that lasts the receiver for less than this is not worth a journey."""
_RANK = {"vital": 0, "essential": 1, "other": 2}


@dataclass(frozen=True, slots=True)
class Box:
    """Units of a lot of an item in date at a clinic; `expiry` None = does not expire."""

    item: Id
    lot: Id
    number: str
    expiry: date | None
    units: int


@dataclass(frozen=True, slots=True)
class Held:
    """A product (item family) at a clinic. `kept`: as the warnings read it; `until`: the day of its next delivery.

    `least`: months until the delivery after next; `lively`: somebody asks for it there; `pack`: units moved together.
    """

    clinic: Id
    product: str
    kept: Kept
    until: date
    least: float
    lively: bool
    pack: int = 1
    boxes: tuple[Box, ...] = ()

    def risk(self, today: date) -> float | None:
        """Chance of running out before its next delivery; None where nothing is known of its use."""
        return risk(self.kept, self.until, today)

    def state(self, today: date) -> State:
        """How it stands there."""
        if not self.lively:
            return "over" if self.kept.usable > 0 else "idle"
        if self.kept.usable <= 0:
            return "out"
        chance = self.risk(today)
        if chance is not None and chance >= AT_RISK:
            return "risk"
        return "over" if over(self.kept) else "enough"


@dataclass(frozen=True, slots=True)
class Move:
    """Units of a product from one clinic to another, lot by lot. `before`, `after`: chance that the receiver runs out.

    `leaves`: months of average use that stay with the giver, None = nobody asks for it there.
    """

    product: str
    giver: Id
    receiver: Id
    boxes: tuple[Box, ...]
    before: float
    after: float
    leaves: float | None

    @property
    def units(self) -> int:
        """Units in all."""
        return sum(box.units for box in self.boxes)


def needs(one: Held, today: date) -> int:
    """Units that bring a clinic to its next delivery with a probability of 80 %; 0 where it stands well enough."""
    quantiles = quantiles_of(one.kept)
    if one.state(today) not in ("out", "risk") or quantiles is None:
        return 0
    months = (max(0, (one.until - today).days) + LEAST_DAYS) / MONTH_DAYS
    return max(0, round(quantiles[1] * months) - max(0, one.kept.usable))


def spares(one: Held, today: date) -> int:
    """Units that a clinic can give without running short before the delivery after next."""
    usable = max(0, one.kept.usable)
    if not one.lively:
        return usable
    quantiles = quantiles_of(one.kept)
    if quantiles is None or one.state(today) in ("out", "risk") or one.kept.short < 0:
        return 0
    months = max(one.least, (max(0, (one.until - today).days)) / MONTH_DAYS)
    return max(0, usable - round(quantiles[2] * months))


def moves(held: Iterable[Held], today: date) -> tuple[Move, ...]:
    """What to move, the vital and the likeliest shortage first; nobody both gives and receives one product."""
    by_product: dict[str, list[Held]] = {}
    for one in held:
        by_product.setdefault(one.product, []).append(one)
    found: list[tuple[tuple[int, float], Move]] = []
    for product in sorted(by_product):
        for receiver, move in _of_product(by_product[product], today):
            found.append(((_RANK[receiver.kept.ven], -move.before), move))
    return tuple(move for _, move in sorted(found, key=lambda each: each[0]))


def _of_product(places: Sequence[Held], today: date) -> list[tuple[Held, Move]]:
    wanted = {one.clinic: needs(one, today) for one in places}
    spare = {one.clinic: spares(one, today) for one in places}
    taken: dict[tuple[Id, Id], int] = {}
    found = []
    receivers = sorted((p for p in places if wanted[p.clinic]), key=lambda p: (-(p.risk(today) or 0.0), p.clinic))
    givers = sorted((p for p in places if spare[p.clinic]), key=lambda p: (_first_expiry(p, today), p.clinic))
    for receiver in receivers:
        came = 0
        for giver in givers:
            wish = min(wanted[receiver.clinic] - came, spare[giver.clinic])
            boxes = _boxes(giver, receiver, wish, came, spare[giver.clinic], taken, today)
            units = sum(box.units for box in boxes)
            if not units:
                continue
            for box in boxes:
                taken[giver.clinic, box.lot] = taken.get((giver.clinic, box.lot), 0) + box.units
            before, after = _chances(receiver, came, units, today)
            spare[giver.clinic] -= units
            came += units
            found.append((receiver, Move(giver.product, giver.clinic, receiver.clinic, boxes, before, after,
                                         _leaves(giver, taken))))  # fmt: skip
    return found


def _boxes(
    giver: Held,
    receiver: Held,
    wish: int,
    came: int,
    most: int,
    taken: Mapping[tuple[Id, Id], int],
    today: date,
) -> tuple[Box, ...]:
    """Lots of the giver, first expired first, as far as the receiver will use them before they expire; whole packs."""
    quantiles = quantiles_of(receiver.kept)
    if quantiles is None or wish <= 0:
        return ()
    found: list[Box] = []
    got = 0
    for box in sorted(giver.boxes, key=lambda b: (b.expiry or date.max, b.number, b.lot)):
        left = box.units - taken.get((giver.clinic, box.lot), 0)
        if left <= 0 or (box.expiry is not None and box.expiry < today + timedelta(days=TRAVEL_DAYS)):
            continue
        room = min(left, most - got)
        if box.expiry is not None:
            days = (box.expiry - today).days
            room = min(room, int(quantiles[0] * days / MONTH_DAYS) - max(0, receiver.kept.usable) - came - got)
        units = _packs(min(room, wish - got), giver.pack, room)
        if units > 0:
            found.append(Box(box.item, box.lot, box.number, box.expiry, units))
            got += units
        if got >= wish:
            break
    return tuple(found) if got * MONTH_DAYS >= LEAST_DAYS * quantiles[0] else ()


def _packs(units: int, pack: int, most: int) -> int:
    """Whole packs that hold at least `units` if there are so many; a lot that holds less than a pack goes whole."""
    if units <= 0:
        return 0
    whole = -(-units // pack) * pack
    if whole <= most:
        return whole
    return most // pack * pack or min(units, most)


def _chances(receiver: Held, came: int, units: int, today: date) -> tuple[float, float]:
    quantiles = quantiles_of(receiver.kept)
    assert quantiles is not None
    months = max(0, (receiver.until - today).days) / MONTH_DAYS
    stock = max(0, receiver.kept.usable) + came
    return chance_out(stock, quantiles, months), chance_out(stock + units, quantiles, months)


def _leaves(giver: Held, taken: Mapping[tuple[Id, Id], int]) -> float | None:
    gone = sum(units for (clinic, _), units in taken.items() if clinic == giver.clinic)
    return (giver.kept.usable - gone) / giver.kept.average if giver.lively and giver.kept.average else None


def _first_expiry(giver: Held, today: date) -> date:
    """The last day of what would be lost first; who has nothing that expires comes last."""
    line = today + timedelta(days=TRAVEL_DAYS)
    return min((box.expiry for box in giver.boxes if box.expiry is not None and box.expiry >= line), default=date.max)
