"""The day to propose for the next visit: the shortest interval of the programmes a person is in, on a working day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.programs import PROGRAMMES
from ces_desktop.domain.thresholds import Thresholds

_SATURDAY = 5


def propose(programmes: Iterable[str], on: date, thresholds: Thresholds) -> date | None:
    """None for somebody in no programme. A weekend becomes the Friday before: medicines do not run out meanwhile."""
    months = [thresholds.value(PROGRAMMES[p].visit_every, on) for p in programmes if p in PROGRAMMES]
    if not months:
        return None
    day = month_add(on, min(months))
    return day - timedelta(days=max(0, day.weekday() - _SATURDAY + 1))
