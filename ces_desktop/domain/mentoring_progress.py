"""Progress in mentoring: how agreed actions ended, and which items of the checklists are missed most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ces_desktop.domain.ids import Id
from ces_desktop.domain.mentoring import Checklist, Observed

LISTED = 8


@dataclass(frozen=True, slots=True)
class Tally:
    """Agreed actions: done by their day, done after it, open (of those `overdue` past their day), dropped."""

    in_time: int = 0
    late: int = 0
    open: int = 0
    overdue: int = 0
    dropped: int = 0

    @property
    def due(self) -> int:
        """Those whose day has come, or that were done before it: what "in time" is a part of."""
        return self.in_time + self.late + self.overdue


@dataclass(frozen=True, slots=True)
class Missed:
    """An item that was not met, or in part only, so many times of those in which it was seen."""

    text: str
    critical: bool
    missed: int
    seen: int


def tally(actions: Iterable[tuple[str, str, str]], today: date) -> Tally:
    """Of (state, day of the state, day due), ISO. Done without a day due counts as in time."""
    in_time = late = still = overdue = dropped = 0
    for state, on, due in actions:
        if state == "dropped":
            dropped += 1
        elif state == "done":
            after = bool(due) and on > due
            late, in_time = late + after, in_time + (not after)
        else:
            still += 1
            overdue += bool(due) and due < today.isoformat()
    return Tally(in_time, late, still, overdue, dropped)


def missed_most(
    observed: Iterable[Observed], checklists: Mapping[Id, Checklist], language: str
) -> tuple[Missed, ...]:
    """At most eight, by share of the times seen, critical ones first among equals; versions of a list are one."""
    seen: dict[tuple[str, str], list[int]] = {}
    words: dict[tuple[str, str], tuple[str, bool]] = {}
    for consult in observed:
        known = checklists.get(consult.checklist)
        for item in known.items if known else ():
            result = consult.results.get(item.id)
            if known is None or result is None or result == "not_seen":
                continue
            key = (known.code, item.code)
            counts = seen.setdefault(key, [0, 0])
            counts[0] += result != "met"
            counts[1] += 1
            words[key] = (item.texts[language], item.critical)
    found = [Missed(*words[key], missed, of) for key, (missed, of) in seen.items() if missed]
    return tuple(sorted(found, key=lambda m: (-m.missed / m.seen, not m.critical, -m.missed, m.text))[:LISTED])
