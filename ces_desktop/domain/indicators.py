"""What a month is told by: each number with its definition, its denominator, how many had no reading, and its people.

The rules run over `Member` values read in one pass (decision 012); screen, print and export show the same `Figure`.
Words, versions and sources of the definitions are `resources/reference/indicators.csv`; whoever changes what a code
counts raises its version there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.courses import Member, is_lost
from ces_desktop.domain.ids import Id
from ces_desktop.domain.programs import (
    PROGRAMMES,
    Course,
    Outcome,
    Programme,
    deciding_glucose,
    months_between,
    outcome,
)
from ces_desktop.domain.thresholds import Thresholds

ORDER: tuple[Outcome, ...] = ("missed", "no_reading", "controlled", "uncontrolled")
"""In which the outcome is judged; together they are the denominator."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What a number counts, in both languages, and where the definition comes from. `every` = of each programme."""

    code: str
    version: int
    every: bool
    names: Mapping[str, str]
    """Language → short name."""
    numerators: Mapping[str, str]
    denominators: Mapping[str, str]
    source: str


Definitions = Mapping[str, Definition]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a month. `denominator` None = a count; `no_reading` None = nothing is measured for it.

    `people` are the persons behind the numerator; of a count of visits, those who made them.
    """

    definition: Definition
    programme: str
    """Programme code, "" for a number of the whole clinic."""
    month: str
    numerator: int
    denominator: int | None = None
    no_reading: int | None = None
    people: tuple[Id, ...] = ()

    @property
    def code(self) -> str:
        """`hypertension.controlled`, `visits`."""
        return full_code(self.programme, self.definition.code)

    @property
    def percent(self) -> int | None:
        """Whole per cent, halves up; None without a denominator or with one of nobody."""
        return (200 * self.numerator + self.denominator) // (2 * self.denominator) if self.denominator else None


@dataclass(frozen=True, slots=True)
class Standing:
    """How an enrolled person stands in a programme at the end of a month.

    `outcome` is None where they are lost, or not enrolled long enough to be judged; `basis` names the measure that
    decided control in diabetes. `seen`, `controlled` and `unread` (seen without a reading) hold without regard to how
    long they are enrolled.
    """

    member: Member
    lost: bool
    seen: bool
    controlled: bool
    outcome: Outcome | None
    basis: str | None
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The people of one community in one programme."""

    enrolled: tuple[Id, ...] = ()
    lost: tuple[Id, ...] = ()
    judged: tuple[Id, ...] = ()
    outcomes: Mapping[Outcome, tuple[Id, ...]] = field(default_factory=dict)


def full_code(programme: str, code: str) -> str:
    """The name of a figure: the programme's code before it where it belongs to one."""
    return f"{programme}.{code}" if programme else code


def version(definitions: Definitions) -> str:
    """What is printed beside numbers: it changes when any definition, or its version, does."""
    text = "\n".join(f"{code}={definitions[code].version}" for code in sorted(definitions))
    return f"{max(d.version for d in definitions.values())}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def month_end(month: str) -> date:
    """Last day of an ISO month."""
    return month_add(date.fromisoformat(f"{month}-01"), 1) - timedelta(days=1)


def oldest_needed(months: Sequence[str], thresholds: Thresholds) -> tuple[str, str]:
    """ISO days from which readings, and visits, can still matter to these months."""
    ends = [month_end(month) for month in months]
    first = min(ends).replace(day=1)
    codes = [p.missed_after for p in PROGRAMMES.values()] + ["diabetes.hba1c_valid_months"]
    window = max([6, *(thresholds.value(code, end) for code in codes for end in ends)])
    lost = max([window, *(thresholds.value("rescue.lost_after_months", end) for end in ends)])
    return month_add(first, -window).isoformat(), month_add(first, -lost).isoformat()


def standings(members: Iterable[Member], programme: Programme, end: date, thresholds: Thresholds) -> list[Standing]:
    """Everybody enrolled on the last day of a month who had not died, moved or been transferred."""
    day = end.isoformat()
    enough = thresholds.value("care.enrolled_over_months", end)
    found = []
    for who in members:
        since = who.since(programme.code, day)
        if since is None or who.gone(day):
            continue
        if is_lost(who.last_visit(day), since, end, thresholds):
            found.append(Standing(who, True, False, False, None, None))
            continue
        course = who.course(end)
        said = outcome(programme, course, end, thresholds)
        judged = months_between(since, end) >= enough
        basis = None
        if judged and programme.code == "diabetes" and said in ("controlled", "uncontrolled"):
            decided = deciding_glucose(course, end, thresholds)
            basis = decided.code if decided else None
        seen, good, unread = said != "missed", said == "controlled", said == "no_reading"
        found.append(Standing(who, False, seen, good, said if judged else None, basis, unread))
    return found


def programme_figures(
    members: Sequence[Member], programme: Programme, month: str, thresholds: Thresholds, definitions: Definitions
) -> tuple[dict[str, Figure], list[Standing]]:
    """The figures of one programme in one month, by full code, and who stands how."""
    end = month_end(month)
    held = standings(members, programme, end, thresholds)
    judged = [s for s in held if s.outcome is not None]
    outcomes: dict[str, list[Standing]] = {said: [s for s in judged if s.outcome == said] for said in ORDER}
    measured = len(outcomes["controlled"]) + len(outcomes["uncontrolled"])
    silent = len(outcomes["no_reading"])
    made = _Maker(programme.code, month, definitions)
    made.add("enrolled", held)
    made.add("new", _started(members, programme.code, month, month))
    made.add("died", _died(members, programme.code, month))
    made.add("lost", [s for s in held if s.lost], len(held))
    made.add("judged", judged, no_reading=silent)
    for said in ORDER:
        made.add(said, outcomes[said], len(judged), silent)
    made.add("controlled_measured", outcomes["controlled"], measured, silent)
    for code, measure in (("by_hba1c", "hba1c"), ("by_glucose", "glucose_fasting")):
        if programme.code == "diabetes":
            made.add(code, [s for s in judged if s.basis == measure], measured, silent)
    made.add("cascade_under_care", [s for s in held if not s.lost], len(held))
    made.add("cascade_seen", [s for s in held if s.seen], len(held))
    made.add("cascade_controlled", [s for s in held if s.controlled], len(held), sum(s.unread for s in held))
    for name, months in (("cohort_month", 1), ("cohort_quarter", 3)):
        _add_cohort(made, name, months, members, programme, thresholds)
    return made.figures, held


class _Maker:
    """Figures of one programme and month, as they are added."""

    def __init__(self, programme: str, month: str, definitions: Definitions) -> None:
        self.programme, self.month, self.definitions = programme, month, definitions
        self.figures: dict[str, Figure] = {}

    def add(
        self,
        code: str,
        people: Iterable[Standing | Member],
        denominator: int | None = None,
        no_reading: int | None = None,
    ) -> None:
        ids = tuple(sorted((x if isinstance(x, Member) else x.member).person for x in people))
        definition = self.definitions[code]
        made = Figure(definition, self.programme, self.month, len(ids), denominator, no_reading, ids)
        self.figures[made.code] = made


def _started(members: Iterable[Member], programme: str, first: str, last: str) -> list[Member]:
    """Those of whom an enrolment began in these ISO months, the last included."""

    def began(who: Member) -> bool:
        return any(first <= day[:7] <= last and not who.gone(day) for day in who.starts(programme))

    return [who for who in members if began(who)]


def _died(members: Iterable[Member], programme: str, month: str) -> list[Member]:
    """Those enrolled on the day of the month on which they died."""
    found = []
    for who in members:
        days = [day for day, status in who.statuses if status == "died" and day[:7] == month]
        if days and who.status(month_end(month).isoformat()) == "died" and who.since(programme, days[-1]) is not None:
            found.append(who)
    return found


def cohort_months(month: str, months: int) -> tuple[str, str, str]:
    """(first month enrolled, last month enrolled, first month judged) of the cohort that a month's end judges.

    Monthly: enrolled in M, judged over M+1 and M+2. Quarterly: enrolled in a quarter, judged over the next.
    """
    last = date.fromisoformat(f"{month}-01")
    watched = 2 if months == 1 else months
    begin = month_add(last, 1 - watched)
    return month_add(begin, -months).isoformat()[:7], month_add(begin, -1).isoformat()[:7], begin.isoformat()[:7]


def cohort_outcome(programme: Programme, course: Course, since: str, end: date, thresholds: Thresholds) -> Outcome:
    """As the three-month outcome, over visits and readings not before `since` only (ISO day)."""
    return outcome(programme, course.after(since), end, thresholds)


def _add_cohort(
    made: _Maker, name: str, months: int, members: Iterable[Member], programme: Programme, thresholds: Thresholds
) -> None:
    first, last, watched = cohort_months(made.month, months)
    end = month_end(made.month)
    groups: dict[Outcome, list[Member]] = {said: [] for said in ORDER}
    for who in _started(members, programme.code, first, last):  # who left since belongs to them, too
        if not who.gone(end.isoformat()):
            groups[cohort_outcome(programme, who.course(end), f"{watched}-01", end, thresholds)].append(who)
    total, silent = sum(map(len, groups.values())), len(groups["no_reading"])
    for said in ORDER:
        made.add(f"{name}_{said}", groups[said], total, silent)


def by_community(held: Iterable[Standing]) -> dict[Id | None, Group]:
    """The people of a programme by the community they live in; None = not known."""
    places: dict[Id | None, list[Standing]] = {}
    for standing in held:
        places.setdefault(standing.member.community, []).append(standing)

    def ids(of: Iterable[Standing]) -> tuple[Id, ...]:
        return tuple(sorted(s.member.person for s in of))

    return {
        place: Group(
            ids(of),
            ids(s for s in of if s.lost),
            ids(s for s in of if s.outcome is not None),
            {said: ids(s for s in of if s.outcome == said) for said in ORDER},
        )
        for place, of in places.items()
    }
