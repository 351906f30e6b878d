"""The consults of a month: by epidemiological week, age and sex, diagnoses, and what was left unwritten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ces_desktop.domain.courses import Member
from ces_desktop.domain.ids import Id
from ces_desktop.domain.indicators import Definitions, Figure
from ces_desktop.domain.programs import PROGRAMMES, Programme
from ces_desktop.domain.thresholds import Thresholds

AGES: tuple[tuple[str, int], ...] = (
    ("0", 1), ("1-4", 5), ("5-9", 10), ("10-19", 20), ("20-39", 40), ("40-59", 60), ("60+", 1000),
)  # fmt: skip
"""Bands in whole years, with the age that is too old for each; "unknown" stands beside them."""
SEXES = ("female", "male", "unknown")


@dataclass(frozen=True, slots=True)
class Consult:
    """A signed consult. `first` = the person's first of the calendar year; `age` in whole years, None = unknown.

    `diagnoses` are (CIE-10 code, "1a vez"); `unmeasured` says why a key reading is missing.
    """

    person: Id
    day: str
    first: bool
    sex: str
    age: int | None
    diagnoses: tuple[tuple[str, bool], ...] = ()
    unmeasured: str | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """An epidemiological week (Sunday to Saturday) or the part of it inside the month."""

    year: int
    number: int
    begins: str
    """ISO day of its Sunday, which may lie in the month before."""
    first: int
    later: int


@dataclass(frozen=True, slots=True)
class DiagnosisCount:
    """How often a diagnosis was written in a month, and how often as "1a vez"."""

    code: str
    total: int
    first_time: int
    people: tuple[Id, ...]


def firsts_of_year(
    consults: Iterable[tuple[bytes, Hashable, str, int]], before: Collection[tuple[Hashable, str]] = ()
) -> frozenset[bytes]:
    """The "1a del año": of each person and calendar year the earliest consult, one and no more.

    `consults` are (id, person, ISO day, UTC ms at which it was recorded), of one day the one recorded first counts;
    `before` = (person, year) of those who had one in that year already. What was marked at signing is not read: it does
    not know of a consult annulled since, of a paper day entered later, or of what another laptop signed (decision 017).
    """
    found: dict[tuple[Hashable, str], tuple[str, int, bytes]] = {}
    for key, person, day, at in consults:
        whose, moment = (person, day[:4]), (day, at, key)
        if whose not in before and (whose not in found or moment < found[whose]):
            found[whose] = moment
    return frozenset(key for _, _, key in found.values())


def epidemiological_week(day: date) -> tuple[int, int]:
    """(year, number): Sunday to Saturday, week 1 holds 4 January, as SUIVE counts."""
    wednesday = _sunday(day) + timedelta(days=3)
    return wednesday.year, (wednesday.timetuple().tm_yday - 1) // 7 + 1


def weeks(consults: Iterable[Consult], month: str) -> list[Week]:
    """Every week that touches the month, those without consults too."""
    first = date.fromisoformat(f"{month}-01")
    days = [first + timedelta(days=n) for n in range(31)]
    sundays = list(dict.fromkeys(_sunday(day) for day in days if day.isoformat()[:7] == month))
    counts: Counter[tuple[date, bool]] = Counter((_sunday(date.fromisoformat(c.day)), c.first) for c in consults)
    return [Week(*epidemiological_week(s), s.isoformat(), counts[s, True], counts[s, False]) for s in sundays]


def ages(consults: Iterable[Consult]) -> dict[tuple[str, str], int]:
    """(band, sex) → consults; every cell of the table is there."""
    found = {(band, sex): 0 for band in (*(name for name, _ in AGES), "unknown") for sex in SEXES}
    for consult in consults:
        found[_band(consult.age), consult.sex if consult.sex in SEXES else "unknown"] += 1
    return found


def diagnoses(consults: Iterable[Consult]) -> list[DiagnosisCount]:
    """Every diagnosis written, the most frequent first; a code twice in one consult counts once."""
    people: dict[str, set[Id]] = {}
    total: Counter[str] = Counter()
    first: Counter[str] = Counter()
    for consult in consults:
        for code, new in dict(sorted(consult.diagnoses)).items():
            people.setdefault(code, set()).add(consult.person)
            total[code] += 1
            first[code] += new
    ordered = sorted(total, key=lambda code: (-total[code], code))
    return [DiagnosisCount(code, total[code], first[code], tuple(sorted(people[code]))) for code in ordered]


def visit_figures(consults: Sequence[Consult], month: str, definitions: Definitions) -> dict[str, Figure]:
    """The figures of all consults of a month, by code."""

    def counted(code: str, of: Sequence[Consult], denominator: int | None) -> Figure:
        people = _people(of)
        return Figure(definitions[code], "", month, len(of), denominator, None, people)

    seen = _people(consults)
    made = [
        counted("visits", consults, None),
        counted("visits_first", [c for c in consults if c.first], len(consults)),
        counted("visits_later", [c for c in consults if not c.first], len(consults)),
        counted("visits_without_diagnosis", [c for c in consults if not c.diagnoses], len(consults)),
        Figure(definitions["people_seen"], "", month, len(seen), None, None, seen),
    ]
    return {figure.code: figure for figure in made}


def unread_figures(
    consults: Iterable[Consult],
    members: Mapping[Id, Member],
    month: str,
    thresholds: Thresholds,
    definitions: Definitions,
) -> tuple[dict[str, Figure], dict[str, dict[str, int]]]:
    """Consults of people in a programme on a day without any reading that judges it; and why, by programme.

    Reasons are those of the encounter, "" where none was given.
    """
    figures, reasons = {}, {}
    for programme in PROGRAMMES.values():
        theirs = [c for c in consults if _enrolled(members.get(c.person), programme, c.day)]
        unread = [c for c in theirs if not _has_reading(members[c.person], programme, c.day, thresholds)]
        definition = definitions["visits_without_reading"]
        figure = Figure(definition, programme.code, month, len(unread), len(theirs), len(unread), _people(unread))
        figures[figure.code] = figure
        reasons[programme.code] = dict(Counter(c.unmeasured or "" for c in unread))
    return figures, reasons


def _people(consults: Iterable[Consult]) -> tuple[Id, ...]:
    return tuple(sorted({c.person for c in consults}))


def _enrolled(who: Member | None, programme: Programme, day: str) -> bool:
    return who is not None and who.since(programme.code, day) is not None and not who.gone(day)


def _has_reading(who: Member, programme: Programme, day: str, thresholds: Thresholds) -> bool:
    on = date.fromisoformat(day)
    return programme.judge(who.course(on).after(day), on, thresholds)[0] != "no_reading"


def _sunday(day: date) -> date:
    return day - timedelta(days=(day.weekday() + 1) % 7)


def _band(age: int | None) -> str:
    return "unknown" if age is None or age < 0 else next(name for name, limit in AGES if age < limit)
