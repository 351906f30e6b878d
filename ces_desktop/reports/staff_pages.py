"""The page of the staff: who serves, comes and was here; the days of fourteen months; the gaps of the last year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Table

from ces_desktop.data.queries.staff import Person
from ces_desktop.domain.ids import Id
from ces_desktop.domain.staff import gaps
from ces_desktop.i18n import tr, trn
from ces_desktop.reports import charts, fonts, pages, parts, staff_words, words
from ces_desktop.reports.coverage_words import CoverMonth, change_words, months_shown, year_words
from ces_desktop.reports.document import Frame, Paper, cut_code

WIDTHS = (50, 26, 44, 26, 40)
STEP, HIGH = 3.6 * mm, 8.5
RECENT = 365
"""Days since an end after which a person is no longer on the page."""


def build(people: Sequence[Person], clinic: Id, today: date, frame: Frame) -> bytes:
    """The file of `staff.staff_pdf`."""
    months, year, held = months_shown(people, clinic, today)
    paper = Paper(
        title=tr("Staff · {day}").format(day=words.day(today)),
        folio="",
        cut=cut_code(today.isoformat(), [p.id for p in people], [list(m.standings) for m in months]),
        about=tr("people and days with a physician"),
    )
    story: list[Flowable] = [parts.Mark(paper.title)]
    rank = {"in_service": 0, "assigned": 1, "candidate": 2}
    listed = sorted(people, key=lambda p: rank.get(p.placement.state if p.placement else "", 3))
    rows = [row for p in listed for row in _rows(p, clinic, today)]
    heads = [tr("Person"), tr("Role"), tr("Days"), tr("State"), tr("How to reach")]
    if rows:
        story += parts.section(tr("Who serves, comes or was here in the last year"), parts.grid(heads, rows, WIDTHS))
    else:
        story.append(parts.text(tr("Nobody is written yet.")))
    said = change_words(held, {p.id: p.name for p in people}, today)
    if said:
        story += [parts.gap(2), parts.text(said)]
    key = tr("white: there · black: nobody · grey: away · dotted line: planned, open · nothing: not known")
    story += [
        parts.gap(4),
        *parts.section(tr("Days with a physician"), parts.text(year_words(year)), parts.gap(1.5), _calendar(months)),
        parts.text(key, "caption"),
    ]
    runs = gaps(year)
    if runs:
        lines = [_gap(first, last, standing) for first, last, standing in reversed(runs)]
        story += [parts.gap(4), *parts.section(tr("Days without, last twelve months"), *parts.points(lines))]
    return pages.build(story, paper, frame)


def _rows(person: Person, clinic: Id, today: date) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for held in person.placements:
        if held.at != clinic or (held.until and (today - held.until).days > RECENT):
            continue
        cohort = words.day(held.cohort) if held.cohort else ""
        role = " ".join(part for part in (staff_words.role_words(held.role), cohort) if part)
        reach = " · ".join(part for part in (person.phone, person.email) if part)
        days = staff_words.span(held.from_on, held.until_on)
        state = staff_words.state_words(held.state)
        found.append((person.name, role, days, state, reach or words.DASH))
    return found


def _gap(first: date, last: date, standing: str) -> str:
    n = (last - first).days + 1
    days = trn("{n} day", "{n} days", n).format(n=n)
    why = tr("nobody placed") if standing == "vacant" else tr("away")
    return f"{staff_words.span(first.isoformat(), last.isoformat())}: {days}, {why}"


def _calendar(months: Sequence[CoverMonth]) -> Flowable:
    rows: list[list[Any]] = [["", _numbers(), ""]]
    rows += [[words.day(each.month), _days(each), each.words] for each in months]
    table = Table(rows, colWidths=(18 * mm, 31 * STEP + 4, 34 * mm), hAlign="LEFT")
    table.setStyle(
        [
            ("FONT", (0, 0), (-1, -1), fonts.BODY, 8),
            ("TOPPADDING", (0, 0), (-1, -1), 1.4),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.4),
            ("LEFTPADDING", (0, 0), (-1, -1), 2),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ]
    )
    return table


def _days(each: CoverMonth) -> Flowable:
    def drawn(canvas: Canvas) -> None:
        canvas.setLineWidth(0.35)
        for place, standing in enumerate(each.standings):
            left = place * STEP + 0.6
            if standing == "unknown":
                continue
            over = place < each.over
            canvas.setFillGray({"covered": 1, "away": 0.6, "vacant": 0.1}[standing] if over else 1)
            canvas.setStrokeGray(0 if over or standing != "covered" else 0.6)
            canvas.setDash([] if over or standing == "covered" else [1, 1])
            canvas.rect(left, 0.4, STEP - 1.2, HIGH - 0.8, stroke=1, fill=1)
        canvas.setDash([])
        canvas.setFillGray(0)
        canvas.setStrokeGray(0)

    return charts.Chart(31 * STEP, HIGH, drawn)


def _numbers() -> Flowable:
    def drawn(canvas: Canvas) -> None:
        for place in range(31):
            charts.words(canvas, place * STEP + STEP / 2, 1.2, str(place + 1), 5.6, align="center")

    return charts.Chart(31 * STEP, HIGH, drawn)
