"""What is known of a piece of equipment: whether it works, and when it must be calibrated or serviced again.

The state is that of the last event that says one; what was never noted is unknown, not "working". Months between two
calibrations come from the piece (its manual, or the norm of the owner); days are `date`, today is an argument.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ces_desktop.domain.calendar import month_add

EventKind = Literal["fault", "repair", "calibration", "maintenance", "check", "retired"]
State = Literal["working", "partly", "broken", "away", "retired", "unknown"]
Duty = Literal["calibration", "maintenance"]
KINDS: tuple[EventKind, ...] = ("fault", "repair", "calibration", "maintenance", "check", "retired")
STATES: dict[str, tuple[State, ...]] = {
    "fault": ("broken", "partly"),
    "repair": ("working", "partly", "away", "broken"),
    "calibration": ("working", "partly", "broken"),
    "maintenance": ("working", "partly", "broken"),
    "check": ("working", "partly", "broken", "away"),
    "retired": ("retired",),
}
"""The states that each kind of event may leave; the first is the usual one."""
OWNERS = ("CES", "SSA", "other")
MOST_MONTHS = 120
"""No interval is longer: a slip of the key."""
SOON_DAYS = 30
"""From so many days before its day a duty is announced: the technician comes once a month."""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a piece on a day; `state` it was left in, None = not said."""

    day: date
    kind: EventKind
    state: State | None


@dataclass(frozen=True, slots=True)
class Due:
    """When a duty is to be done. `done` = when it was last, None = never noted; `on` None = no day can be named."""

    duty: Duty
    done: date | None
    on: date | None
    standing: Literal["not_needed", "never", "in_time", "soon", "overdue"]

    @property
    def wants(self) -> bool:
        """Whether somebody should see to it now."""
        return self.standing in ("never", "soon", "overdue")


def state_of(events: Sequence[Event]) -> State:
    """The state after all events, in the order in which they happened and were written."""
    return next((e.state for e in reversed(events) if e.state is not None), "unknown")


def since(events: Sequence[Event]) -> date | None:
    """The day from which it has been in its state without a break; None while nothing is known of it."""
    state, day = state_of(events), None
    for each in reversed(events):
        if each.state is not None and each.state != state:
            break
        if each.state is not None:
            day = each.day
    return day


def due(events: Sequence[Event], duty: Duty, months: int | None, acquired: date | None, today: date) -> Due:
    """When a duty with `months` between two times is next due.

    A calibration that left the piece broken counts as done: it was looked at. Never done, it is due `months` after the
    piece was acquired; without that day nothing can be said but that it is not on record. A piece that is retired
    needs none.
    """
    done = max((e.day for e in events if e.kind == duty), default=None)
    if months is None or state_of(events) == "retired":
        return Due(duty, done, None, "not_needed")
    base = done or acquired
    if base is None:
        return Due(duty, None, None, "never")
    on = month_add(base, months)
    if on < today:
        return Due(duty, done, on, "overdue")
    return Due(duty, done, on, "soon" if (on - today).days <= SOON_DAYS else "in_time")


def nearest(duties: Sequence[Due]) -> Due | None:
    """The duty to tell of: one that is needed, the earliest first, one never on record before all."""
    needed = [d for d in duties if d.standing != "not_needed"]
    return min(needed, key=lambda d: (d.on is not None, d.on or date.min), default=None)
