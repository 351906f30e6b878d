"""Somebody who is, or was, in a programme: dated facts, from which the `Course` known on any day is made.

One `Member` serves every month asked for: the facts are read once, and each month looks at them from its own last day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ces_desktop.domain.calendar import whole_day as whole_day
from ces_desktop.domain.ids import Id
from ces_desktop.domain.programs import Course, Reading, months_between
from ces_desktop.domain.thresholds import Thresholds

GONE = frozenset({"died", "moved", "transferred"})
"""Statuses that take a person out of every denominator from their day on."""
Dated = tuple[tuple[str, str], ...]
"""(ISO day, word), oldest first."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person (all their joined records) with what happened to them; days are whole ISO days.

    `enrolments` holds (day, "enrolled" | "left") by programme, `problems` (day, CIE-10 code, "active" | "resolved") by
    problem, both oldest first; `readings` and `visits` are newest first.
    """

    person: Id
    """The id all their records share."""
    records: tuple[Id, ...] = ()
    sex: str = "unknown"
    born: str | None = None
    """First possible ISO day of birth; None = unknown."""
    community: Id | None = None
    household: Id | None = None
    statuses: Dated = ()
    enrolments: Mapping[str, Dated] = field(default_factory=dict)
    problems: Mapping[Id, tuple[tuple[str, str, str], ...]] = field(default_factory=dict)
    readings: Mapping[str, Sequence[Reading]] = field(default_factory=dict)
    visits: Sequence[str] = ()

    def status(self, on: str) -> str:
        """The status in force on an ISO day; "active" when none was noted."""
        return _last(self.statuses, on) or "active"

    def gone(self, on: str) -> bool:
        """Whether they had died, moved or been transferred by that day."""
        return bool(self.statuses) and self.status(on) in GONE

    def since(self, programme: str, on: str) -> str | None:
        """The day of the enrolment in force on an ISO day; None = not enrolled then."""
        start = None
        for day, state in self.enrolments.get(programme, ()):
            if day > on:
                break
            if state != "enrolled":
                start = None
            elif start is None:  # enrolled again while enrolled: the first day stands
                start = day
        return start

    def starts(self, programme: str) -> list[str]:
        """Every day on which an enrolment began, oldest first."""
        found, inside = [], False
        for day, state in self.enrolments.get(programme, ()):
            if state == "enrolled" and not inside:
                found.append(day)
            inside = state == "enrolled"
        return found

    def conditions(self, on: str) -> frozenset[str]:
        """CIE-10 codes of their problem list on an ISO day; a consult puts what is chronic on it by itself."""
        current = (next((line for line in reversed(lines) if line[0] <= on), None) for lines in self.problems.values())
        return frozenset(line[1] for line in current if line is not None and line[1] and line[2] != "resolved")

    def course(self, on: date) -> Course:
        """What the rules read of them on a day."""
        day = on.isoformat()
        enrolled = {code: start for code in self.enrolments if (start := self.since(code, day)) is not None}
        return Course(self.readings, self.visits, enrolled, self.conditions(day) if self.problems else frozenset())

    def last_visit(self, on: str) -> str | None:
        """The ISO day of the last visit not after a day."""
        return next((day for day in self.visits if day <= on), None)


def is_lost(last_visit: str | None, enrolled: str, on: date, thresholds: Thresholds) -> bool:
    """Lost to follow-up: neither seen nor enrolled for `rescue.lost_after_months` calendar months (WHO HEARTS 2021)."""
    last = max(last_visit or "", enrolled)
    return months_between(last, on) >= thresholds.value("rescue.lost_after_months", on)


def _last(dated: Dated, on: str) -> str | None:
    found = None
    for day, word in dated:
        if day > on:
            break
        found = word
    return found
