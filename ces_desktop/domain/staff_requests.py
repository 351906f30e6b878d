"""How old a request is and whether it is late: days open, by urgency or by the day that was agreed.

Without a due day the urgency gives the days within which an answer is expected; they are our own working rule, not a
norm of anybody: urgent = a week, soon = a month, normal = two visits of the supervisor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

RequestKind = Literal["housing", "transport", "internet", "stipend", "equipment", "safety", "other"]
Urgency = Literal["urgent", "soon", "normal"]
RequestState = Literal["open", "doing", "done", "declined"]

KINDS: tuple[RequestKind, ...] = ("housing", "transport", "internet", "stipend", "equipment", "safety", "other")
URGENCIES: tuple[Urgency, ...] = ("urgent", "soon", "normal")
STATES: tuple[RequestState, ...] = ("open", "doing", "done", "declined")
CLOSED: frozenset[str] = frozenset({"done", "declined"})
WITHIN: dict[str, int] = {"urgent": 7, "soon": 30, "normal": 60}
"""Days within which something is expected to have been done."""


@dataclass(frozen=True, slots=True)
class Age:
    """How long a request has been, or was, open; `late` = days past the day it was due, 0 = in time."""

    days_open: int
    due: date
    late: int


def state_of(states: Sequence[RequestState | None]) -> RequestState:
    """The state after all events in the order in which they happened: the last that says one; "open" without any."""
    return next((each for each in reversed(states) if each is not None), "open")


def age(asked: date, urgency: str, due: date | None, closed: date | None, today: date) -> Age:
    """The age of a request on a day, or when it was closed."""
    until = today if closed is None else closed
    by = due or asked + timedelta(days=WITHIN.get(urgency, WITHIN["normal"]))
    return Age(max(0, (until - asked).days), by, max(0, (until - by).days))
