"""The monthly clinic report as plain numbers: what is printed, exported and hashed is this one value.

Nobody is named in it. Sentences are codes with their numbers here, words in `reports`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.month_visits import Week
from ces_desktop.domain.programs import PROGRAMMES
from ces_desktop.domain.supply.month_supplies import MonthSupplies

MONTHLY, MONTHLY_CLINIC = "monthly", "monthly_clinic"
"""Two papers of one folio: the one that leaves the clinic, and the one that stays, with small numbers told."""
SIX = (
    "visits", "people_seen", "hypertension.controlled", "diabetes.controlled", "hypertension.missed", "diabetes.missed",
)  # fmt: skip
"""The numbers of the first page, in order."""
TOP = 15
"""Diagnoses printed by name; the others are counted together."""
MOST_WITHOUT_DIAGNOSIS, MOST_WITHOUT_READING = 10, 20
"""Per cent of consults above which the report says "incomplete data". Ours: no norm sets them."""
SMALL = 5
"""A community's count from 1 to below this does not leave the clinic (WHO and INEGI practice for small cells)."""


@dataclass(frozen=True, slots=True)
class Number:
    """A figure without the people behind it; `denominator` None = a count, `no_reading` None = nothing is measured."""

    version: int
    numerator: int
    denominator: int | None = None
    no_reading: int | None = None

    @property
    def percent(self) -> int | None:
        """Whole per cent, halves up; None without a denominator or with one of nobody."""
        return (200 * self.numerator + self.denominator) // (2 * self.denominator) if self.denominator else None


@dataclass(frozen=True, slots=True)
class Place:
    """The people of one community in one programme; `name` "" = the community is not known."""

    name: str
    enrolled: int
    lost: int
    judged: int
    controlled: int
    uncontrolled: int
    no_reading: int
    missed: int


@dataclass(frozen=True, slots=True)
class Written:
    """A diagnosis of the month: how often written, how often as "1a vez"."""

    code: str
    name_es: str
    name_en: str
    total: int
    first_time: int

    def name(self, language: str) -> str:
        """Its name in words."""
        return (self.name_es if language.startswith("es") else self.name_en) or self.name_es or self.code


@dataclass(frozen=True, slots=True)
class MonthlyReport:
    """Everything the report of one month says. `months` are thirteen, oldest first, the last one the report's own.

    `over` = the month had ended at the cut. `first_month` is that of the clinic's first consult here (None = none):
    what lies before was not recorded, which is not zero.
    """

    month: str
    over: bool
    first_month: str | None
    definitions: str
    thresholds: str
    months: tuple[tuple[str, Mapping[str, Number]], ...]
    weeks: tuple[Week, ...] = ()
    ages: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Age band → sex → consults."""
    diagnoses: tuple[Written, ...] = ()
    reasons: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Programme → why a reading is missing ("" = not said) → consults."""
    places: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    to_find: int = 0
    """Persons of any programme without a visit in three months."""
    lost: int = 0
    """Persons of any programme lost to follow-up."""
    supplies: MonthSupplies | None = None
    """None = nothing of the shelf is recorded, which is not zero."""

    @property
    def numbers(self) -> Mapping[str, Number]:
        """The figures of the month itself."""
        return self.months[-1][1]

    def number(self, code: str, month: str | None = None) -> Number | None:
        """A figure of one of the months; None = not recorded then, or not among them."""
        wanted = month or self.month
        if self.first_month is None or wanted < self.first_month:
            return None
        return dict(self.months).get(wanted, {}).get(code)

    @property
    def last_month(self) -> str:
        """The ISO month before."""
        return months_before(self.month, 1)

    @property
    def last_year(self) -> str:
        """The same ISO month one year before."""
        return months_before(self.month, 12)

    def sha(self) -> str:
        """SHA-256 of everything the paper says, hexadecimal: the same data are the same report."""
        text = json.dumps(self, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
        return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> dict[str, object]:
    """A value of ours as `asdict` gives it, without its copies of everything below."""
    return {each.name: getattr(value, each.name) for each in fields(value)}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence as its code and its numbers and words."""

    code: str
    facts: Mapping[str, int | str | None] = field(default_factory=dict)


def months_before(month: str, n: int) -> str:
    """The ISO month `n` months before another."""
    from datetime import date

    return month_add(date.fromisoformat(f"{month}-01"), -n).isoformat()[:7]


def incomplete(report: MonthlyReport) -> tuple[Said, ...]:
    """Why the data of the month are not complete; none = nothing tells against them."""
    found = [] if report.over else [Said("month_open")]
    visits = report.numbers["visits"].numerator
    if not visits:
        return (*found, Said("no_visits"))
    empty = sum(1 for week in report.weeks if not week.first + week.later)
    if empty and report.over:
        found.append(Said("empty_weeks", {"n": empty}))
    without = report.numbers["visits_without_diagnosis"]
    if 100 * without.numerator > MOST_WITHOUT_DIAGNOSIS * visits:
        found.append(Said("without_diagnosis", {"n": without.numerator, "of": visits}))
    for programme in PROGRAMMES:
        unread = report.numbers[f"{programme}.visits_without_reading"]
        if 100 * unread.numerator > MOST_WITHOUT_READING * (unread.denominator or 0):
            found.append(_unread(report, programme))
    return tuple(found)


def changed(report: MonthlyReport) -> tuple[Said, ...]:
    """What is other than the month before, said by numbers alone: why it is so nobody here knows."""
    before = report.number("visits", report.last_month)
    if before is None:
        return (Said("nothing_before"),)
    found = [Said("visits", {"now": report.numbers["visits"].numerator, "before": before.numerator})]
    for programme in PROGRAMMES:
        code = f"{programme}.controlled"
        now, then = report.numbers[code], report.number(code, report.last_month)
        if now.percent is None or then is None or then.percent is None:
            continue
        facts: dict[str, int | str | None] = {
            "programme": programme, "now": now.percent, "n": now.numerator, "of": now.denominator,
            "before": then.percent, "then_n": then.numerator, "then_of": then.denominator,
        }  # fmt: skip
        found.append(Said("control", facts))
    new = {programme: report.numbers[f"{programme}.new"].numerator for programme in PROGRAMMES}
    return (*found, Said("new", new))


def missing(report: MonthlyReport) -> tuple[Said, ...]:
    """What was left unwritten or unmeasured in the month."""
    found = []
    without = report.numbers["visits_without_diagnosis"]
    if without.numerator:
        found.append(Said("without_diagnosis", {"n": without.numerator, "of": without.denominator}))
    for programme in PROGRAMMES:
        unread = report.numbers[f"{programme}.visits_without_reading"]
        if unread.numerator:
            found.append(_unread(report, programme))
    if not found and report.numbers["visits"].numerator:
        return (Said("nothing_missing"),)
    return tuple(found)


def _unread(report: MonthlyReport, programme: str) -> Said:
    """Consults of a programme without its reading, with how often each reason was given."""
    unread, why = report.numbers[f"{programme}.visits_without_reading"], report.reasons.get(programme, {})
    facts: dict[str, int | str | None] = {"programme": programme, "n": unread.numerator, "of": unread.denominator}
    return Said("without_reading", facts | {reason or "unsaid": why[reason] for reason in sorted(why)})


def asked(report: MonthlyReport) -> tuple[Said, ...]:
    """What follows from the numbers to ask of others; none is said to be none."""
    found = []
    equipment = sum(why.get("no_equipment", 0) for why in report.reasons.values())
    if equipment:
        found.append(Said("equipment", {"n": equipment}))
    if report.to_find:
        found.append(Said("to_find", {"n": report.to_find}))
    if report.lost:
        found.append(Said("lost", {"n": report.lost}))
    return tuple(found) or (Said("nothing_asked"),)
