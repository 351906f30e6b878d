"""The days of a clinic with and without a physician, month by month, in words: for the screen and for paper."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ces_desktop.data.queries.staff import Absence, Person, Placement, stints
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.ids import Id
from ces_desktop.domain.staff import Coverage, Stint, coverage, next_change
from ces_desktop.i18n import tr, trn
from ces_desktop.reports import words

BEFORE, AHEAD = 11, 2
"""Months shown before and after this one."""


class CoverMonth(NamedTuple):
    """A month: `2026-03`, the standing of each of its days, how many of them are over, the words at its end, a tone."""

    month: str
    standings: tuple[str, ...]
    over: int
    words: str
    tone: str


def months_shown(
    people: Sequence[Person], clinic: Id, today: date
) -> tuple[list[CoverMonth], Coverage, list[Placement]]:
    """The months of the calendar, the last 365 days, and the placements at the clinic."""
    held, away = at_clinic(people, clinic)
    first, last = window_of(today)
    done = coverage(stints(held), (a.away for a in away), first, last)
    plan = coverage(planned(held, today), (a.away for a in away), first, last)
    year = coverage(stints(held), (a.away for a in away), today - timedelta(days=364), today)
    return months_of(done, plan, today), year, held


def at_clinic(people: Sequence[Person], clinic: Id) -> tuple[list[Placement], list[Absence]]:
    """The placements at a clinic, and the days away of everybody."""
    held = [q for p in people for q in p.placements if q.at == clinic]
    return held, [a for p in people for a in p.absences]


def window_of(today: date) -> tuple[date, date]:
    """First and last day of the months shown."""
    this = today.replace(day=1)
    return month_add(this, -BEFORE), month_add(this, AHEAD + 1) - timedelta(days=1)


def planned(held: Sequence[Placement], today: date) -> list[Stint]:
    """Who serves and who is assigned: what the days to come look like if all goes as written."""
    found = list(stints(held))
    for q in held:
        if q.state == "assigned" and q.role == "physician" and q.first is not None:
            found.append(Stint(q.person, max(q.first, today + timedelta(days=1)), q.until))
    return found


def months_of(done: Coverage, plan: Coverage, today: date) -> list[CoverMonth]:
    """The rows of the strip: what was up to today, what is planned after it."""
    found: list[CoverMonth] = []
    first = done.first
    while (first - done.first).days < len(done.standings):
        length = monthrange(first.year, first.month)[1]
        days = [first + timedelta(days=n) for n in range(length)]
        over = sum(day <= today for day in days)
        standings = tuple((done if day <= today else plan).of(day) for day in days)
        gone = standings[:over]
        missing = sum(each in ("vacant", "away") for each in gone)
        open_days = sum(each in ("vacant", "away") for each in standings[over:])
        if not over:
            said = trn("{n} day open", "{n} days open", open_days).format(n=open_days) if open_days else ""
            tone = "warn" if open_days else "text3"
        elif not missing:
            said = "" if "covered" not in gone else tr("complete")
            tone = "text3"
        else:
            said = trn("{n} day without", "{n} days without", missing).format(n=missing)
            tone = "bad"
        found.append(CoverMonth(first.isoformat()[:7], standings, over, said, tone))
        first = month_add(first, 1)
    return found


def spoken(month: CoverMonth) -> str:
    """A month as a sentence for a tip and a screen reader."""
    gone = month.standings[: month.over]
    parts = [
        trn("{n} day with a physician", "{n} days with a physician", n).format(n=n)
        for n in (gone.count("covered"),)
        if month.over
    ]
    if vacant := gone.count("vacant"):
        parts.append(trn("{n} day with nobody", "{n} days with nobody", vacant).format(n=vacant))
    if away := gone.count("away"):
        parts.append(trn("{n} day away", "{n} days away", away).format(n=away))
    if unknown := gone.count("unknown"):
        parts.append(trn("{n} day not known", "{n} days not known", unknown).format(n=unknown))
    return f"{words.day(month.month)}: {' · '.join(parts) or tr('still to come')}"


def year_words(year: Coverage) -> str:
    """The figure of the last twelve months: days without of days known."""
    if not year.known:
        return tr("Nothing is written of who served here. Add who serves now.")
    if not year.uncovered:
        said = trn("No day without a physician in {n} day.", "No day without a physician in {n} days.", year.known)
        return said.format(n=f"{year.known:,}")
    said = trn("{m} day without a physician of {n}", "{m} days without a physician of {n}", year.uncovered)
    said = said.format(m=f"{year.uncovered:,}", n=f"{year.known:,}")
    if away := year.count("away"):
        said += ": " + tr("{a} with nobody placed, {b} away").format(a=year.count("vacant"), b=away)
    return f"{said} ({year.percent}{words.NBSP}%)"


def change_words(held: Sequence[Placement], names: dict[Id, str], today: date) -> str:
    """What the next change of cohort brings: who leaves, who comes, who would."""
    physicians = [q for q in held if q.role == "physician"]
    change = next_change([(q.state, q.first, q.until, q.cohort) for q in physicians], today)
    if change is None:
        return ""

    def listed(places: Sequence[int]) -> str:
        return ", ".join(names.get(physicians[n].person, words.DASH) for n in places)

    parts = [tr("Change of {day}").format(day=words.day(change.day))]
    if change.leaving:
        parts.append(tr("leaves: {names}").format(names=listed(change.leaving)))
    coming = tr("comes: {names}").format(names=listed(change.coming))
    parts.append(coming if change.coming else tr("nobody assigned yet"))
    if change.candidates:
        parts.append(tr("candidates: {names}").format(names=listed(change.candidates)))
    return " · ".join(parts)
