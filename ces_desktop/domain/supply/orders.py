"""An order from draft to received: how far it is, what came of each line, and what deliveries teach about the supply.

What came is read off the movements that name the order line. "Fill" is received ÷ requested; the "first fill rate" of
the literature is that of the first delivery, ours of all that came.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from ces_desktop.errors import Refused

State = Literal["draft", "sent", "partly_received", "received", "cancelled"]
FORGOTTEN_DAYS = 60
"""What is so long overdue is no longer counted on: the warehouse writes the rest of an order off without a word."""
RAINS = range(6, 11)
"""June to October: roads fail in the Sierra Madre, and trucks come later."""
MONTH_DAYS = 30.4375
REASONS = (
    "season", "campaign", "brigade", "new_patients", "left", "no_room", "expiring", "warehouse", "budget", "other",
)  # fmt: skip
"""Why a person asks for another quantity than proposed."""


@dataclass(frozen=True, slots=True)
class Received:
    """What came for an order line: units of its item, units of something else in its place, the first and last day."""

    units: int = 0
    substituted: int = 0
    first: str | None = None
    last: str | None = None


Outcome = Literal["waiting", "late", "complete", "partly", "more", "substituted", "none"]


def outcome(requested: int, came: Received, expected_on: str | None, today: date, closed: bool) -> Outcome:
    """How an order line stands. `closed` = nothing more is expected. A line of nothing is complete."""
    total = came.units + came.substituted
    if came.units > requested:
        return "more"
    if total >= requested:
        return "substituted" if came.substituted else "complete"
    if total:
        return "partly"
    if closed:
        return "none"
    return "late" if expected_on is not None and expected_on < today.isoformat() else "waiting"


def state_of(stored: State, lines: Iterable[tuple[int, Received]]) -> State:
    """The state with what came taken into account: the stored one alone says draft, cancelled and closed."""
    if stored in ("draft", "cancelled", "received"):
        return stored
    held = [(requested, came.units + came.substituted) for requested, came in lines]
    if held and all(total >= requested for requested, total in held):
        return "received"
    return "partly_received" if any(total for _, total in held) else "sent"


def counted_on(state: State, sent_on: str | None, expected_on: str | None, today: date) -> bool:
    """Whether what is missing of an order is still counted as on its way."""
    if state not in ("sent", "partly_received"):
        return False
    due = expected_on or sent_on
    return due is None or due >= (today - timedelta(days=FORGOTTEN_DAYS)).isoformat()


@dataclass(frozen=True, slots=True)
class Past:
    """A past order: ISO days of sending and of the first delivery (None = nothing came), units asked for and come."""

    sent_on: str
    first_on: str | None
    requested: int
    received: int


@dataclass(frozen=True, slots=True)
class Supply:
    """What past orders teach: lead times and times between orders in months, and fills (0 to 1)."""

    leads: tuple[float, ...] = ()
    reviews: tuple[float, ...] = ()
    fills: tuple[float, ...] = ()


def learnt(past: Sequence[Past], today: date, review_days: int | None = None, lead_days: int | None = None) -> Supply:
    """Lead times of the season of today where three orders show them, else of the whole year, else as agreed.

    Orders sent less than `FORGOTTEN_DAYS` ago say nothing yet about what never came. Refused: `orders.cycle`.
    """
    for days in (review_days, lead_days):
        if days is not None and not 1 <= days <= 366:
            raise Refused("orders.cycle")
    leads, season = [], []
    for one in past:
        if one.first_on is not None:
            sent = date.fromisoformat(one.sent_on)
            months = max(0, (date.fromisoformat(one.first_on) - sent).days) / MONTH_DAYS
            leads.append(months)
            if (sent.month in RAINS) == (today.month in RAINS):
                season.append(months)
    sent_on = sorted(date.fromisoformat(one.sent_on) for one in past)
    gaps = [(b - a).days / MONTH_DAYS for a, b in pairwise(sent_on)]
    old = (today - timedelta(days=FORGOTTEN_DAYS)).isoformat()
    fills = [min(1.0, one.received / one.requested) for one in past if one.requested and one.sent_on <= old]
    told_lead = (lead_days / MONTH_DAYS,) if lead_days else ()
    told_review = (review_days / MONTH_DAYS,) if review_days else ()
    reviews = [gap for gap in gaps if gap >= MIN_REVIEW]
    return Supply(
        tuple(season if len(season) >= LEAST else leads if len(leads) >= LEAST else leads + list(told_lead)),
        tuple(reviews if len(reviews) >= LEAST else told_review or reviews),
        tuple(fills),
    )


LEAST = 3
"""Deliveries from which real times are believed alone."""
MIN_REVIEW = 0.4
"""Months: two orders within twelve days are one order and its afterthought."""
