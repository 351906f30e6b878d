"""How much to order: up to the stock that meets the item's class of service until the order after this one arrives.

The protection period is lead time plus review period, drawn from the clinic's real deliveries. Demand over it is a
sample (paths of `forecast`). Order-up-to levels: Silver, Pyke, Thomas, "Inventory and production management in supply
chains" (2017), ch. 7; under one budget the next pack goes where it avoids most expected shortage for its cost (marginal
analysis; Sherbrooke, "Optimal inventory modeling of systems", 2004, ch. 2). Quantities are whole smallest units.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ces_desktop.errors import Refused

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SERVICE = {"vital": 0.98, "essential": 0.95, "other": 0.90}
"""Probability of not running out before the next delivery, by VEN class."""
EXPIRY_RISK = 0.20
"""Stock that would expire unused with a greater probability than this is not ordered."""
TYPICAL_LEAD, TYPICAL_REVIEW = 1.0, 2.0
"""Months, while there are no deliveries to learn from: a two-month cycle."""


@dataclass(frozen=True, slots=True)
class Item:
    """What is ordered and what there is. `on_hand`: usable units (below 0: handed out without a lot); `in_transit`:
    ordered, not received; `pack`: units; `shelf_months`: months until what comes would expire; `most`: cap in units."""

    ven: str
    on_hand: int
    in_transit: int = 0
    pack: int = 1
    shelf_months: float | None = None
    most: int | None = None
    pack_cost: float = 1.0


@dataclass(frozen=True, slots=True)
class Order:
    """Units to order, the level ordered up to, and the probability of running out with and without the order."""

    quantity: int
    up_to: int
    risk_with: float
    risk_without: float


def protection(leads: Sequence[float], reviews: Sequence[float], paths: int, seed: int) -> Floats:
    """`paths` protection periods in months: a lead time plus a review period, each drawn from real deliveries."""
    if any(x < 0 for x in (*leads, *reviews)):
        raise Refused("forecast.negative")
    rng = np.random.default_rng(seed)
    lead = rng.choice(np.asarray(leads or [TYPICAL_LEAD], dtype=float), paths)
    return np.asarray(lead + rng.choice(np.asarray(reviews or [TYPICAL_REVIEW], dtype=float), paths))


def demand_over(paths: Floats, months: Floats) -> Floats:
    """Demand of each path (paths × horizon) over its own period in months: part of a month takes part of it.

    Beyond the horizon the path's mean month goes on.
    """
    horizon = paths.shape[1]
    share = np.clip(months[:, None] - np.arange(horizon), 0.0, 1.0)
    beyond = np.maximum(months - horizon, 0.0) * (paths.mean(axis=1) if horizon else 0.0)
    return np.asarray((paths * share).sum(axis=1) + beyond)


def order(item: Item, paths: Floats, months: Floats) -> Order:
    """The order of one item by its class of service, without a budget. Refused: `replenish.class`, `replenish.pack`."""
    return within(item, np.sort(demand_over(paths, months)), most_units(item, paths))


def within(item: Item, ordered: Floats, most: int) -> Order:
    """The same from demand over the protection period, sorted, and the most that may be ordered."""
    if item.ven not in SERVICE:
        raise Refused("replenish.class")
    up_to = math.ceil(_quantile(ordered, SERVICE[item.ven]) - 1e-9)
    position = item.on_hand + item.in_transit
    wanted = max(0, -(-(up_to - position) // item.pack)) * item.pack
    quantity = min(wanted, max(most, least_units(item)))
    return Order(quantity, up_to, _risk(ordered, position + quantity), _risk(ordered, position))


def least_units(item: Item) -> int:
    """What fear of an expiry never takes: one pack of a vital item of which there is none and none is coming.

    Rarely used and in packs (adrenaline, antivenom) it would else never be ordered again. The person's cap still holds.
    """
    gone = item.ven == "vital" and item.on_hand + item.in_transit <= 0
    return item.pack if gone and (item.most is None or item.most >= item.pack) else 0


def most_units(item: Item, paths: Floats) -> int:
    """The most that may be ordered, in whole packs: the cap, and what would hardly expire on the shelf."""
    if item.shelf_months is None:
        return most_of(item, np.zeros(0))
    return most_of(item, np.sort(demand_over(paths, np.full(len(paths), max(item.shelf_months, 0.0)))))


def most_of(item: Item, used: Floats) -> int:
    """The same from what is used until it would expire, sorted; without an expiry it is not looked at."""
    if item.pack < 1:
        raise Refused("replenish.pack")
    limits = [math.inf if item.most is None else item.most]
    if item.shelf_months is not None:
        limits.append(_quantile(used, EXPIRY_RISK) - item.on_hand - item.in_transit)
    least = min(limits)
    return 2**53 if math.isinf(least) else max(0, math.floor(least / item.pack)) * item.pack


def allocate(items: Sequence[Item], paths: Sequence[Floats], months: Floats, budget: float) -> list[Order]:
    """Orders of all items that together cost no more than `budget`: pack by pack where it avoids most stock-outs.

    The gain of a pack is the probability of a stock-out that it takes away, weighed by class (a stock-out allowed to
    one in fifty counts five times one allowed to one in ten), for its cost. No item gets more than `order` gives it.
    """
    plain = [order(item, path, months) for item, path in zip(items, paths, strict=True)]
    return share(items, plain, [np.sort(demand_over(path, months)) for path in paths], budget)


def share(items: Sequence[Item], plain: Sequence[Order], demands: Sequence[Floats], budget: float) -> list[Order]:
    """The same from the orders without a budget and the sorted demands over the protection period."""
    given, left = [0] * len(items), budget
    heap: list[tuple[float, int, int]] = []
    for at in range(len(items)):
        _offer(heap, items, demands, plain, given, at)
    while heap:
        _, at, packs = heapq.heappop(heap)
        item = items[at]
        if packs * item.pack_cost > left + 1e-9:
            packs = math.floor((left + 1e-9) / item.pack_cost)  # what can still be paid of the step
            if packs < 1:
                continue
        given[at] += packs * item.pack
        left -= packs * item.pack_cost
        _offer(heap, items, demands, plain, given, at)
    return [
        Order(quantity, one.up_to, _risk(demand, item.on_hand + item.in_transit + quantity), one.risk_without)
        for quantity, one, demand, item in zip(given, plain, demands, items, strict=True)
    ]


def _offer(
    heap: list[tuple[float, int, int]],
    items: Sequence[Item],
    demands: Sequence[Floats],
    plain: Sequence[Order],
    given: Sequence[int],
    at: int,
) -> None:
    """Put the item's best next step on the heap: the number of packs with most risk taken away for their cost."""
    item, demand = items[at], demands[at]
    room = (plain[at].quantity - given[at]) // item.pack
    if room < 1:
        return
    position = item.on_hand + item.in_transit + given[at]
    marks = np.unique(np.ceil((demand - position) / item.pack - 1e-9))
    steps = np.unique(np.clip(np.append(marks[marks > 0], room), 1, room))
    risks = 1 - np.searchsorted(demand, position + steps * item.pack + 1e-9, side="right") / len(demand)
    gains = (_risk(demand, position) - risks) / (1 - SERVICE[item.ven]) / (steps * max(item.pack_cost, 1e-9))
    best = int(gains.argmax())
    if gains[best] > 0:
        heapq.heappush(heap, (-float(gains[best]), at, int(steps[best])))


def _quantile(ordered: Floats, level: float) -> float:
    """The smallest value that meets the level."""
    return float(ordered[max(0, math.ceil(level * len(ordered) - 1e-9) - 1)]) if len(ordered) else 0.0


def _risk(ordered: Floats, stock: float) -> float:
    """Share of the sample that needs more than there is."""
    if not len(ordered):
        return 0.0
    return 1.0 - float(np.searchsorted(ordered, stock + 1e-9, side="right")) / len(ordered)
