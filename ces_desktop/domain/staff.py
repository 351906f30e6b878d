"""Who serves at a clinic when: the states of a placement, cohorts, and the days with and without a physician.

For the scorecard and the network page: `coverage(stints, absences, first, last)` gives every day its standing, and
`Coverage.uncovered`, `.known` and `.percent` the figures. Rules: `community_mentoring.md`, "Staff".

- Only who is, or was, *in service* covers days; a candidate or somebody assigned is a plan.
- A placement covers from its first to its last day, both included, and no day beyond what is written: a placement whose
  foreseen end has passed is told of, it does not cover by itself.
- A day is *covered* when at least one physician serves and is not away; *away* when all who serve are; *vacant* when
  nobody does. Before the first day on which anybody was ever written as serving, nothing is known: unknown ≠ vacant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

PlacementState = Literal["candidate", "assigned", "in_service", "finished", "left"]
StaffRole = Literal["physician", "nurse", "mentor", "coordinator", "other"]
AbsenceKind = Literal["leave", "illness", "seminar", "errand", "family", "other"]
Standing = Literal["covered", "away", "vacant", "unknown"]

STATES: tuple[PlacementState, ...] = ("candidate", "assigned", "in_service", "finished", "left")
SERVED: frozenset[PlacementState] = frozenset({"in_service", "finished", "left"})
"""States that say that the person was there."""
NEXT: dict[PlacementState, tuple[PlacementState, ...]] = {
    "candidate": ("assigned", "left"),
    "assigned": ("in_service", "candidate", "left"),
    "in_service": ("finished", "left"),
    "finished": ("in_service",),
    "left": ("in_service",),
}
"""What may follow each state; an ending noted by mistake is taken back."""
ROLES: tuple[StaffRole, ...] = ("physician", "nurse", "mentor", "coordinator", "other")
ABSENCES: tuple[AbsenceKind, ...] = ("leave", "illness", "seminar", "errand", "family", "other")
COHORT_MONTHS = (2, 8)
"""Cohorts of the social-service year change about 1 February and 1 August."""
LONGEST_YEARS = 40
"""No placement lasts longer: a slip of the key."""


@dataclass(frozen=True, slots=True)
class Stint:
    """Days on which somebody served, both ends included; `until` None = still. `who`: any key of the person."""

    who: object
    first: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which a person was not there, both ends included; `until` None = not back yet."""

    who: object
    first: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """The standing of each day from `first` on."""

    first: date
    standings: tuple[Standing, ...]

    def of(self, day: date) -> Standing:
        """The standing of one day; "unknown" outside of what was asked."""
        place = (day - self.first).days
        return self.standings[place] if 0 <= place < len(self.standings) else "unknown"

    def count(self, standing: Standing) -> int:
        """Days of one standing."""
        return self.standings.count(standing)

    @property
    def known(self) -> int:
        """Days of which something is written."""
        return len(self.standings) - self.count("unknown")

    @property
    def uncovered(self) -> int:
        """Days without a physician: nobody serves, or all who serve are away."""
        return self.count("vacant") + self.count("away")

    @property
    def percent(self) -> int | None:
        """Covered days of a hundred known ones, rounded down (100 = no gap); None while nothing is known."""
        return None if self.known == 0 else self.count("covered") * 100 // self.known


def coverage(
    stints: Iterable[Stint], absences: Iterable[Away], first: date, last: date, since: date | None = None
) -> Coverage:
    """The standing of every day from `first` to `last`; empty where `last` lies before.

    Overlapping stints and absences count once: one day has one standing. `since`: the first day on which anything is
    known; None = the first day of the earliest stint.
    """
    held = list(stints)
    if since is None:
        since = min((each.first for each in held), default=None)
    days = max(0, (last - first).days + 1)
    if since is None:
        return Coverage(first, _unknown(days))
    away: dict[object, set[int]] = {}
    for each in absences:
        away.setdefault(each.who, set()).update(_places(each.first, each.until, first, days))
    serving: Counter[int] = Counter()
    present: Counter[int] = Counter()
    by_person: dict[object, set[int]] = {}
    for stint in held:
        by_person.setdefault(stint.who, set()).update(_places(stint.first, stint.until, first, days))
    for who, places in by_person.items():
        serving.update(places)
        present.update(places - away.get(who, set()))
    known_from = (since - first).days

    def standing(place: int) -> Standing:
        if present[place]:
            return "covered"
        if serving[place]:
            return "away"
        return "vacant" if place >= known_from else "unknown"

    return Coverage(first, tuple(standing(place) for place in range(days)))


def _unknown(days: int) -> tuple[Standing, ...]:
    nothing: Standing = "unknown"
    return (nothing,) * days


def _places(begin: date, end: date | None, first: date, days: int) -> range:
    start = max(0, (begin - first).days)
    stop = days if end is None else min(days, (end - first).days + 1)
    return range(start, max(start, stop))


def gaps(covered: Coverage) -> tuple[tuple[date, date, Standing], ...]:
    """Runs of days without a physician, oldest first: first day, last day, "vacant" or "away"."""
    found: list[tuple[date, date, Standing]] = []
    for place, standing in enumerate(covered.standings):
        if standing not in ("vacant", "away"):
            continue
        day = covered.first + timedelta(days=place)
        if found and found[-1][2] == standing and found[-1][1] == day - timedelta(days=1):
            found[-1] = (found[-1][0], day, standing)
        else:
            found.append((day, day, standing))
    return tuple(found)


def cohort_of(day: date) -> str:
    """The change to which a first day belongs, the nearest of 1 February and 1 August: "2026-02"."""
    changes = [date(year, month, 1) for year in (day.year - 1, day.year, day.year + 1) for month in COHORT_MONTHS]
    nearest = min(changes, key=lambda change: (abs((day - change).days), change))
    return f"{nearest.year:04d}-{nearest.month:02d}"


def is_cohort(text: str) -> bool:
    """Whether it is "YYYY-02" or "YYYY-08"."""
    return len(text) == 7 and text[:4].isascii() and text[:4].isdigit() and text[4:] in ("-02", "-08")


def term(cohort: str) -> tuple[date, date]:
    """First and last day of the year that begins with a cohort."""
    year, month = int(cohort[:4]), int(cohort[5:])
    return date(year, month, 1), date(year + 1, month, 1) - timedelta(days=1)


def next_cohorts(today: date, count: int = 3) -> tuple[str, ...]:
    """The cohorts whose change comes on or after today, soonest first."""
    found = [
        f"{year:04d}-{month:02d}"
        for year in range(today.year, today.year + 2 + count)
        for month in COHORT_MONTHS
        if date(year, month, 1) >= today
    ]
    return tuple(found[:count])


Attention = Literal["begin", "end", "soon"]


def attention(state: str, first: date | None, until: date | None, today: date) -> Attention | None:
    """What a placement asks for: it should have begun, its term is over, or it ends within 60 days."""
    if state == "assigned" and first is not None and first <= today:
        return "begin"
    if state == "in_service" and until is not None:
        if until < today:
            return "end"
        if (until - today).days <= SOON_DAYS:
            return "soon"
    return None


SOON_DAYS = 60
"""From so many days before its last day the end of a placement is announced: a successor is to be found."""


def overlapping(spans: Sequence[tuple[date, date | None]], first: date, until: date | None) -> bool:
    """Whether days from `first` to `until` (None = open) share one with any of the spans."""
    return any((until is None or begin <= until) and (end is None or first <= end) for begin, end in spans)


@dataclass(frozen=True, slots=True)
class Change:
    """A change of cohort: its day, the places of those who leave, who are to come, and who are candidates for it."""

    day: date
    leaving: tuple[int, ...]
    coming: tuple[int, ...]
    candidates: tuple[int, ...]


def next_change(
    placed: Sequence[tuple[str, date | None, date | None, str]], today: date, within: int = 45
) -> Change | None:
    """The next 1 February or 1 August at which somebody leaves or comes, None where nobody does in two years.

    `placed`: state, first day, last day, cohort of each placement of one role; the answer names their places in it.
    A day belongs to a change when it lies `within` days of it.
    """
    for cohort in next_cohorts(today, 4):
        day = term(cohort)[0]

        def near(other: date | None, day: date = day) -> bool:
            return other is not None and abs((other - day).days) <= within

        leaving = tuple(n for n, (state, _, until, _) in enumerate(placed) if state == "in_service" and near(until))
        coming = tuple(n for n, (state, first, *_) in enumerate(placed) if state == "assigned" and near(first))
        wishing = tuple(
            n
            for n, (state, first, _, of) in enumerate(placed)
            if state == "candidate" and (of == cohort or near(first))
        )
        if leaving or coming or wishing:
            return Change(day, leaving, coming, wishing)
    return None
