"""Puts a month, or a rescue list, of the engine beside the slow one and tells in words what differs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import slow_indicators as slow
import slow_rescue
from slow_books import Books

from ces_desktop.data.queries.indicators import Month
from ces_desktop.data.queries.rescue import RescueList


def expected_figures(books: Books, month: str) -> tuple[dict[str, slow.Count], dict[str, dict[str, int]]]:
    """Every figure by its full code, and why readings are missing, by programme."""
    figures, reasons = slow.visits_month(books, month), {}
    for programme in slow.PROGRAMMES:
        figures |= slow.programme_month(books, programme, month)
        unread, reasons[programme] = slow.unread_month(books, programme, month)
        figures[f"{programme}.visits_without_reading"] = unread
    return figures, reasons


def month_differences(got: Month, books: Books) -> list[str]:
    """What the engine says otherwise; empty = the same numerators, denominators, no-reading counts and people."""
    figures, reasons = expected_figures(books, got.month)
    parts = [*_figures(got, figures), *_visits(got, books)]
    if {programme: dict(why) for programme, why in got.reasons.items()} != reasons:
        parts.append(f"reasons: {got.reasons}, slowly {reasons}")
    for programme in slow.PROGRAMMES:
        lists = {
            place: {"enrolled": g.enrolled, "lost": g.lost, "judged": g.judged, **g.outcomes}
            for place, g in got.communities[programme].items()
        }
        told = {p: {name: frozenset(who) for name, who in of.items() if who} for p, of in lists.items()}
        if told != slow.communities_month(books, programme, figures):
            parts.append(f"{programme}: communities")
    return [f"{got.month} as of {got.as_of}: {part}" for part in parts]


def _figures(got: Month, figures: dict[str, slow.Count]) -> Iterator[str]:
    if figures.keys() != got.figures.keys():
        yield f"codes: {sorted(figures.keys() ^ got.figures.keys())}"
    for code, want in figures.items():
        f = got.figures[code]
        said = slow.Count(f.numerator, f.denominator, f.no_reading, frozenset(f.people))
        if said != want:
            extra, missing = said.people - want.people, want.people - said.people
            numbers = [(c.numerator, c.denominator, c.no_reading) for c in (said, want)]
            yield f"{code}: {numbers[0]}, slowly {numbers[1]}; {len(extra)} too many, {len(missing)} missing"


def _visits(got: Month, books: Books) -> Iterator[str]:
    weeks = [(week.year, week.number, week.first, week.later) for week in got.weeks]
    if weeks != (want := slow.weeks_month(books, got.month)):
        yield f"weeks: {weeks}, slowly {want}"
    ages = {cell: many for cell, many in got.ages.items() if many}
    if ages != (cells := slow.ages_month(books, got.month)):
        yield f"ages: {ages}, slowly {cells}"
    codes = {d.code: (d.total, d.first_time, frozenset(d.people)) for d in got.diagnoses}
    if codes != (told := slow.diagnoses_month(books, got.month)):
        yield f"diagnoses: {codes.keys() ^ told.keys() or 'counts'}"


def rescue_differences(got: RescueList, books: Books, today: date) -> list[str]:
    """Who stands elsewhere, or in another order; empty = the same."""
    want, parts = slow_rescue.rescue_list(books, today), []
    for tab, places in want.items():
        keys = {
            place.person: slow_rescue.newest(place) if tab == "resolved" else slow_rescue.walk(place)
            for place in places
        }
        facts = {place.person: (place.risk, place.due.isoformat(), place.late, place.medicine) for place in places}
        entries = [row.entry for row in got.tabs[tab]]  # type: ignore[index]
        said = {e.member.person: (e.risk, e.due_on, e.days_late, e.medicine_days) for e in entries}
        if said != facts:
            wrong = [(said.get(p), facts.get(p)) for p in said.keys() | facts.keys() if said.get(p) != facts.get(p)]
            parts.append(f"{today} {tab}: (engine, slowly) {wrong}")
        elif [keys[person] for person in said] != list(keys.values()):
            parts.append(f"{today} {tab}: order")
    return parts
