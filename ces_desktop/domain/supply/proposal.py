"""What to order of each item of a source, and why: forecast, stock, what is coming, classes, limits, put together.

`look` does the slow part once (forecast, protection periods); `propose` and `risks` answer again from the kept sample
paths for another budget, other quantities or a truck that is late. Time is in months from today. Lost on the way and
spoilt on the shelf are counted as demand of each path: what of the goods in transit will not come (fills of past
orders), and what of the stock expires before somebody needs it (first expired first out).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from ces_desktop.domain.ids import Id
from ces_desktop.domain.supply import replenish
from ces_desktop.domain.supply.forecast import PATHS, Forecasts, History, Trained, forecast
from ces_desktop.domain.supply.need import ADHERENCE
from ces_desktop.domain.supply.orders import Supply
from ces_desktop.domain.supply.running import running_sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

HORIZON = 4
"""Months of sample paths; of what lies beyond, each path goes on with its mean month (`replenish.demand_over`)."""
LEVELS = (0.5, 0.8, 0.95)
AMC_MONTHS, CLASSIC_MONTHS, RECENT_MONTHS = 6, 3, 8
WEEK = 7 / 30.4375


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item as the rules read it. `on_hand`: usable units today, below 0 = handed out without a lot.

    `lots`: months until the last day of use (None = never), units in date. `room`: most units that fit. `lives`: months
    that a delivery of it usually lasts. `named`: ordered only for a patient who needs it; `need`: units a month of the
    current prescriptions, of `people`, of which `adherence` is fetched. `history` ends with the last month that counts;
    None = nothing is known.
    """

    item: Id
    ven: str
    history: History | None
    on_hand: int
    lots: tuple[tuple[float | None, int], ...] = ()
    in_transit: int = 0
    pack: int = 1
    room: int | None = None
    lives: float | None = None
    named: bool = False
    need: float = 0.0
    people: int = 0
    product: str = ""
    adherence: float = ADHERENCE


Spoiling = tuple[tuple[float, "Floats"], ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """The kept answer: items × 500 × months, and for each path a lead time, a time to the next order, a fill."""

    wanted: tuple[Wanted, ...]
    forecasts: Forecasts
    lead: Floats
    review: Floats
    fill: Floats
    spoiling: tuple[Spoiling, ...]
    """Of each item what expires soon (`_excess`)."""


@dataclass(frozen=True, slots=True)
class Line:
    """A proposed line. Risks are probabilities of running out: before this order arrives, and before the next one does,
    without the order and with what usually comes of one. `out`: months until it runs out without the order, in 1, 5 and
    9 of 10 cases (inf = not within four months). `average`: units a month corrected for days without stock (None =
    nothing known); `limits`: what held the quantity down ("room", "expiry", "budget"; "spared" = a vital item's one
    pack, though it may expire), or why there is none ("named", "unknown" = never used). `risk_whole`: as `risk_with`,
    if all of the order came.
    """

    item: Id
    quantity: int
    up_to: int
    risk_before: float
    risk_without: float
    risk_with: float
    out: tuple[float, float, float]
    average: float | None
    months_of_stock: float | None
    classic: int
    members: tuple[tuple[str, float], ...]
    recent: tuple[tuple[float | None, float], ...]
    """Units and share of days with stock of the last months, oldest first."""
    limits: tuple[str, ...]
    risk_whole: float


def look(
    wanted: Sequence[Wanted],
    supply: Supply,
    seed: int,
    trained: Trained | None = None,
    kin: Sequence[History] = (),
) -> Outlook:
    """Forecast all items and draw what may happen on the way. All histories must end with the same month.

    `kin`: histories of the same products that are not ordered here (of another source); a new item begins at their
    mean.
    """
    histories = [*(_history(one) for one in wanted), *kin]
    answer = forecast(histories, HORIZON, LEVELS, seed, trained).first(len(wanted))
    rng = np.random.default_rng(seed)
    lead = rng.choice(np.asarray(supply.leads or (replenish.TYPICAL_LEAD,), dtype=float), PATHS)
    review = rng.choice(np.asarray(supply.reviews or (replenish.TYPICAL_REVIEW,), dtype=float), PATHS)
    fill = rng.choice(np.asarray(supply.fills or (1.0,), dtype=float), PATHS)
    spoiling = tuple(_excess(one, answer.paths[at]) for at, one in enumerate(wanted))
    return Outlook(tuple(wanted), answer, lead, review, fill, spoiling)


def histories_of(wanted: Sequence[Wanted]) -> list[History]:
    """What `forecast.train` learns from: the same series that `look` forecasts."""
    return [_history(one) for one in wanted]


def propose(outlook: Outlook, budget: int | None = None, late_weeks: float = 0.0) -> list[Line]:
    """A line for each item, in their order. `budget`: most packs in all, given where they avoid most stock-outs.

    The same answer as `replenish.order` and `replenish.allocate` give item by item.
    """
    if not outlook.wanted:
        return []
    lead = outlook.lead + late_weeks * WEEK
    months = lead + outlook.review
    near, whole = _needed(outlook, lead), _needed(outlook, months)
    items = _items(outlook, lead)
    ordered = np.sort(whole, axis=1)
    most = _most(outlook, items)
    free = [replenish.within(item, ordered[at], most[at]) for at, item in enumerate(items)]
    orders = free
    if budget is not None and sum(o.quantity // i.pack for o, i in zip(free, items, strict=True)) > budget:
        orders = replenish.share(items, free, list(ordered), float(budget))
    asked = [one.quantity for one in orders]
    after, all_of_it = _after(outlook, whole, asked, outlook.fill), _after(outlook, whole, asked, np.ones(PATHS))
    told = zip(_before(outlook, near).tolist(), after.tolist(), all_of_it.tolist(), strict=True)
    known, out, classic = _known(outlook), _out(outlook), _classic(outlook)
    return [
        _line(outlook, at, known[at], items[at], orders[at], free[at], most[at], risk, out[at], classic[at])
        for at, risk in enumerate(told)
    ]


def risks(outlook: Outlook, quantities: Sequence[int], late_weeks: float = 0.0) -> tuple[Floats, Floats]:
    """For each item: probability of running out before this order arrives, and before the next one does with it."""
    if not outlook.wanted:
        return np.zeros(0), np.zeros(0)
    lead = outlook.lead + late_weeks * WEEK
    whole = _needed(outlook, lead + outlook.review)
    return _before(outlook, _needed(outlook, lead)), _after(outlook, whole, quantities, outlook.fill)


def arrival(outlook: Outlook, late_weeks: float = 0.0) -> tuple[float, float, float, float]:
    """Months until this order arrives (usual, and 8 of 10 times between two), and until the next one does."""
    lead = outlook.lead + late_weeks * WEEK
    low, high = np.quantile(lead, (0.1, 0.9))
    return float(np.median(lead)), float(low), float(high), float(np.median(lead + outlook.review))


def spoilt(outlook: Outlook, at: int) -> list[float]:
    """For each lot of an item that expires soon, the first first: probability that some of it expires unused."""
    found, lost = [], np.zeros(PATHS)
    for _, excess in outlook.spoiling[at]:
        lost = np.maximum(lost, excess)
        found.append(float((lost > 0.5).mean()))
    return found


# ------------------------------------------------------------------ parts
def _history(one: Wanted) -> History:
    need = [one.need * one.adherence] * HORIZON if one.people else None
    held = one.history
    if held is None:
        return History("2000-01", (), (), need, one.product)
    return History(held.start, held.consumption, held.exposure, need, one.product)


def _position(outlook: Outlook) -> Floats:
    return np.array([one.on_hand + one.in_transit for one in outlook.wanted], dtype=float)


def _demand(paths: Floats, months: Floats) -> Floats:
    """Items × paths: `replenish.demand_over` of all items; `months` for each path, or for each item (items × 1)."""
    share = np.clip(months[..., None] - np.arange(HORIZON), 0.0, 1.0)
    within = np.einsum("nph,ph->np", paths, share) if months.ndim == 1 else np.einsum("nph,nh->np", paths, share[:, 0])
    beyond = np.maximum(months - HORIZON, 0.0)
    return np.asarray(within + beyond * paths.mean(axis=2) if beyond.any() else within)


def _needed(outlook: Outlook, months: Floats) -> Floats:
    """Items × paths: demand within `months`, and with it what will not come and what will spoil by then."""
    paths = outlook.forecasts.paths
    needed = _demand(paths, months)
    for at in range(len(outlook.wanted)):
        needed[at] += _gone(outlook, at, months)
    return needed


def _gone(outlook: Outlook, at: int, months: Floats) -> Floats:
    """On each path, what of the goods on their way will not come, and what of the stock spoils within `months`."""
    one, spoiling = outlook.wanted[at], outlook.spoiling[at]
    if not one.in_transit and not spoiling:
        return np.zeros(1)
    gone = (1 - outlook.fill) * one.in_transit
    if spoiling:
        gone = gone + np.maximum(0.0, np.max([np.where(until < months, lost, 0.0) for until, lost in spoiling], axis=0))
    return np.asarray(gone)


def _before(outlook: Outlook, near: Floats) -> Floats:
    """Probability of running out before this order arrives; certain where it is out and somebody will ask."""
    risk = (near > _position(outlook)[:, None] + 1e-9).mean(axis=1)
    gone = np.array([one.on_hand <= 0 for one in outlook.wanted], dtype=bool)
    return np.where(gone & near.any(axis=1), 1.0, risk)


def _after(outlook: Outlook, whole: Floats, quantities: Sequence[int], fill: Floats) -> Floats:
    """Probability of running out before the next order arrives, with this one, of which on each path `fill` comes.

    A quantity is not raised for what will not come: see docs/forecast.md.
    """
    comes = fill * np.asarray(quantities, dtype=float)[:, None]
    return np.asarray((whole > _position(outlook)[:, None] + comes + 1e-9).mean(axis=1))


def _items(outlook: Outlook, lead: Floats) -> list[replenish.Item]:
    """As `replenish` orders them; the room is what is free when the order arrives in the usual case."""
    usual = np.median(_demand(outlook.forecasts.paths, lead), axis=1)
    months = float(np.median(lead))
    known, found = _known(outlook), []
    for at, one in enumerate(outlook.wanted):
        most = None
        if one.room is not None:
            most = max(0, math.floor(one.room - max(0.0, one.on_hand + one.in_transit - float(usual[at]))))
        if _unasked(one) or not known[at]:
            most = 0
        lives = None if one.lives is None else one.lives + months
        found.append(replenish.Item(one.ven, one.on_hand, one.in_transit, one.pack, lives, most))
    return found


def _unasked(one: Wanted) -> bool:
    """Ordered for named patients alone, and none needs it."""
    return one.named and not one.people


def _known(outlook: Outlook) -> list[bool]:
    """Whether anything says how much is used: a month with stock, of it or of its product, or a prescription.

    The forecast of what was never used anywhere is the mean of everything else: no ground to order by.
    """
    told = [any(share > 0 for _, share in _backwards(one.history)) for one in outlook.wanted]
    products = {one.product for one, seen in zip(outlook.wanted, told, strict=True) if seen and one.product}
    return [seen or one.people > 0 or one.product in products for one, seen in zip(outlook.wanted, told, strict=True)]


def _most(outlook: Outlook, items: Sequence[replenish.Item]) -> list[int]:
    """The most that may be ordered of each: `replenish.most_units`, told what is used until it would expire.

    Stock that spoils before, and what will not come, leaves the need for what is ordered.
    """
    lives = np.array([[math.inf if item.shelf_months is None else item.shelf_months] for item in items])
    limited = np.isfinite(lives[:, 0])
    used = np.zeros((len(items), PATHS))
    if limited.any():
        used[limited] = _demand(outlook.forecasts.paths[limited], lives[limited])
    for at in np.flatnonzero(limited):
        used[at] += _gone(outlook, int(at), np.full(PATHS, lives[at, 0]))
    return [replenish.most_of(item, np.sort(used[at])) for at, item in enumerate(items)]


def _excess(one: Wanted, paths: Floats) -> Spoiling:
    """For each lot that expires within the horizon, the first first: months until then, and on each path the units of
    it and of the lots before it that are not needed by then. First expired first out, so the largest so far is lost."""
    dated = sorted((until, units) for until, units in one.lots if until is not None and until < HORIZON and units > 0)
    found, stock = [], 0.0
    for until, units in dated:
        stock += units
        found.append((until, stock - replenish.demand_over(paths, np.full(len(paths), until))))
    return tuple(found)


def _out(outlook: Outlook) -> Floats:
    """Items × 3: months until it runs out without the order, quantiles .1, .5 and .9 of the paths."""
    paths = outlook.forecasts.paths
    running = running_sums(paths)
    there = np.array([max(0, one.on_hand + one.in_transit) if one.on_hand > 0 else 0 for one in outlook.wanted])
    position = there.astype(float)[:, None]
    over = running > position[..., None] + 1e-9
    month = over.argmax(axis=2)
    after = np.take_along_axis(running, month[..., None], axis=2)[..., 0]
    step = np.take_along_axis(paths, month[..., None], axis=2)[..., 0]
    part = np.where(step > 0, (position - (after - step)) / np.where(step > 0, step, 1.0), 0.0)
    when = np.sort(np.where(over.any(axis=2), month + part, np.inf), axis=1)
    return np.asarray(when[:, [PATHS // 10, PATHS // 2, 9 * PATHS // 10]])


def _line(
    outlook: Outlook,
    at: int,
    known: bool,
    item: replenish.Item,
    order: replenish.Order,
    free: replenish.Order,
    most: int,
    risks: tuple[float, float, float],
    out: Floats,
    classic: int,
) -> Line:
    one = outlook.wanted[at]
    average = corrected_average(one.history)
    shares = tuple(
        (member.name, float(member.weight[at])) for member in outlook.forecasts.members if member.weight[at] > 0
    )
    return Line(
        one.item, order.quantity, order.up_to, risks[0],
        1.0 if one.on_hand <= 0 and order.up_to > 0 else order.risk_without, min(risks[1], order.risk_without),
        (float(out[0]), float(out[1]), float(out[2])), average,
        max(0, one.on_hand) / average if average else None, classic, shares, _recent(one.history),
        tuple(_limits(one, known, item, order, free, most)), min(risks[2], order.risk_without),
    )  # fmt: skip


def _limits(
    one: Wanted, known: bool, item: replenish.Item, order: replenish.Order, free: replenish.Order, most: int
) -> list[str]:
    """What held the quantity down, most binding first."""
    if _unasked(one):
        return ["named"]
    if not known:
        return ["unknown"]
    found = ["budget"] if order.quantity < free.quantity else []
    wanted = max(0, -(-(free.up_to - item.on_hand - item.in_transit) // item.pack)) * item.pack
    if free.quantity < wanted:
        room = item.most is not None and free.quantity >= item.most // item.pack * item.pack
        found.append("room" if room else "expiry")
    if order.quantity > most:
        found.append("spared")
    return found


def corrected_average(history: History | None, months: int = AMC_MONTHS) -> float | None:
    """Average monthly consumption of the last months with stock: units over the share of days with stock."""
    known = ((units, share) for units, share in _backwards(history) if share > 0 and units is not None)
    held = list(islice(known, months))
    exposure = sum(share for _, share in held)
    return sum(units for units, _ in held) / exposure if exposure >= 0.5 else None


def classic_average(history: History | None) -> float:
    """Average of the last three months as they were recorded, sold out or not: what most stock systems order by."""
    held = [units or 0.0 for units, _ in islice(_backwards(history), CLASSIC_MONTHS)]
    return sum(held) / len(held) if held else 0.0


def _classic(outlook: Outlook) -> list[int]:
    """Average × maximum months less stock (USAID DELIVER, Logistics Handbook, 2011): lead time, half a review period as
    safety, and a review period."""
    most = float(np.mean(outlook.lead) + 1.5 * np.mean(outlook.review))
    wanted = [max(0.0, classic_average(one.history) * most - max(0, one.on_hand)) for one in outlook.wanted]
    return [math.ceil(units / one.pack - 1e-9) * one.pack for units, one in zip(wanted, outlook.wanted, strict=True)]


def _backwards(history: History | None) -> Iterator[tuple[float | None, float]]:
    """Units (None = not known) and share of days with stock, the last month first."""
    if history is None:
        return
    shares = history.exposure
    for place in range(len(history.consumption) - 1, -1, -1):
        units = float(history.consumption[place])
        yield None if math.isnan(units) else units, 1.0 if shares is None else float(shares[place])


def _recent(history: History | None) -> tuple[tuple[float | None, float], ...]:
    return tuple(islice(_backwards(history), RECENT_MONTHS))[::-1]
