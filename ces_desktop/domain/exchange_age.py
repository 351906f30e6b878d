"""How old the last bundle is that the supervisor confirmed, and from when that is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

WARN_DAYS, BAD_DAYS = 28, 35
"""From over so many days on the badge is amber, then red: a month, as for mentoring (`ui.md`)."""
REMIND_DAYS = (30, 60, 90)
"""The first page of the day reminds in three steps, each in other words."""
UNBELIEVABLE_DAYS = 5 * 365
"""Nobody exchanged five years ago and never since: the clock is wrong."""

Level = Literal["ok", "warn", "bad", "clock"]


@dataclass(frozen=True, slots=True)
class Age:
    """`days` since the last confirmed bundle (negative: dated after today), what to think of it, and which reminder.

    `step` is 0, or one of `REMIND_DAYS`.
    """

    days: int
    level: Level
    step: int


def age(since: date, today: date) -> Age:
    """Of the last confirmed bundle, or of the day on which the network was joined where none was confirmed."""
    days = (today - since).days
    if days < -1 or days > UNBELIEVABLE_DAYS:
        return Age(days, "clock", 0)
    level: Level = "bad" if days > BAD_DAYS else "warn" if days > WARN_DAYS else "ok"
    return Age(days, level, max((step for step in REMIND_DAYS if days >= step), default=0))


def believed(made: int, confirmed: int, floor: int) -> int:
    """When a confirmed bundle was made, UTC ms: by the laptop's clock unless the hub's shows that it was wrong.

    It cannot have been made after it was confirmed, nor before the program was (`floor`).
    """
    return made if floor <= made <= confirmed else confirmed
