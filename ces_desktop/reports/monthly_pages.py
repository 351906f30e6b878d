"""The monthly report put together: the summary on the first page, the other five after it."""

from __future__ import annotations

from reportlab.lib.colors import black
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, PageBreak, Table

from ces_desktop.domain import monthly
from ces_desktop.domain.monthly import MonthlyReport
from ces_desktop.i18n import tr
from ces_desktop.reports import charts, fonts, pages, parts, words
from ces_desktop.reports import monthly_words as wording
from ces_desktop.reports.document import CUT_LETTERS, Frame, Paper
from ces_desktop.reports.monthly import Issue
from ces_desktop.reports.monthly_chronic import chronic
from ces_desktop.reports.monthly_consults import consults
from ces_desktop.reports.monthly_rest import rest

TILE = (pages.TEXT_WIDTH - 8 * mm) / 3


def build(report: MonthlyReport, issue: Issue, frame: Frame) -> bytes:
    """The file of `monthly.monthly_pdf`."""
    copy = tr("copy that leaves the clinic") if issue.leaves else tr("copy of the clinic")
    about = tr("takes the place of folio {folio}").format(folio=issue.replaces) if issue.replaces else ""
    paper = Paper(
        title=tr("Monthly report · {month}").format(month=wording.month_name(report.month)),
        folio=tr("Folio {folio}").format(folio=issue.folio) if issue.folio else tr("DRAFT without folio"),
        cut=report.sha()[:CUT_LETTERS],
        about=" · ".join(part for part in (copy, about) if part),
        warning=tr("INCOMPLETE DATA") if monthly.incomplete(report) else "",
    )
    story: list[Flowable] = [*_summary(report, frame), PageBreak(), *consults(report), PageBreak()]
    story += [*chronic(report, leaves=issue.leaves), PageBreak(), *rest(report)]
    return pages.build(story, paper, frame)


def _summary(report: MonthlyReport, frame: Frame) -> list[Flowable]:
    versions = tr(
        "Source: signed consults and the register of this clinic, as of {moment}. Definitions {d}, goals {t}."
    )
    shown = versions.format(moment=words.moment(frame.made_at_ms), d=report.definitions, t=report.thresholds)
    story = parts.section(tr("1 · Summary"), parts.text(shown, "caption"), parts.gap(1.5), _tiles(report))
    for title, lines_ in (
        (tr("What changed"), [wording.changed(each) for each in monthly.changed(report)]),
        (tr("What is missing"), _missing(report)),
        (tr("What we ask"), [wording.asked(each) for each in monthly.asked(report)]),
    ):
        story += parts.section(title, *parts.points(lines_))
    by_hand = tr("In the clinic's own words (by hand):")
    story += [parts.gap(1.5), parts.text(by_hand, "label"), parts.rules(2, 6, 0.5)]
    story += [parts.gap(3), parts.boxed(_completeness(report), "numbers"), parts.gap(1)]
    limits = tr(
        "Notice of incomplete data: month not over, a week without consults, more than {d} % of consults without a "
        "diagnosis, or more than {r} % of those of a programme without a reading."
    )
    limits = limits.format(d=monthly.MOST_WITHOUT_DIAGNOSIS, r=monthly.MOST_WITHOUT_READING)
    return [*story, parts.text(limits, "tiny")]


def _missing(report: MonthlyReport) -> list[str]:
    """What is missing; what makes the data incomplete comes first and says so."""
    grave = monthly.incomplete(report)
    mark = tr("INCOMPLETE DATA: {why}")
    lines = [mark.format(why=wording.missing(each)) for each in grave]
    return lines + [wording.missing(each) for each in monthly.missing(report) if each.code not in _codes(grave, each)]


def _codes(grave: tuple[monthly.Said, ...], each: monthly.Said) -> set[str]:
    """The code of a sentence that was said already, of the same programme."""
    return {said.code for said in grave if said.facts.get("programme") == each.facts.get("programme")}


def _completeness(report: MonthlyReport) -> str:
    visits, without = report.numbers["visits"], report.numbers["visits_without_diagnosis"]
    said = [tr("consults without a diagnosis: {n} of {of}").format(n=without.numerator, of=visits.numerator)]
    for programme in report.places:
        unread = report.numbers[f"{programme}.visits_without_reading"]
        text = tr("of {programme} without a reading: {n} of {of}")
        said.append(
            text.format(programme=wording.programme(programme).lower(), n=unread.numerator, of=unread.denominator)
        )
    return tr("Completeness: {what}").format(what="; ".join(said))


def _tiles(report: MonthlyReport) -> Flowable:
    cells = [_tile(report, code) for code in monthly.SIX]
    rows = [[cells[0], "", cells[1], "", cells[2]], ["", "", "", "", ""], [cells[3], "", cells[4], "", cells[5]]]
    table = Table(rows, colWidths=[TILE, 4 * mm, TILE, 4 * mm, TILE], rowHeights=[None, 3 * mm, None])
    table.setStyle(
        [
            ("FONT", (0, 0), (-1, -1), fonts.BODY, 1),
            *((name, (0, 0), (-1, -1), 0) for name in ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            *(("BOX", (column, row), (column, row), 0.8, black) for row in (0, 2) for column in (0, 2, 4)),
        ]
    )
    return table


def _tile(report: MonthlyReport, code: str) -> Flowable:
    """One number with the month before, the year before, thirteen months as a line, and its definition."""
    now = report.numbers[code]
    large = str(now.numerator) if now.denominator is None else words.DASH  # of nobody there is no share
    if now.percent is not None:
        large = f"{now.percent}{words.NBSP}%"
    of = "" if now.denominator is None else f"{now.numerator}/{now.denominator}"
    values: list[int | None] = []
    for month, _ in report.months:
        each = report.number(code, month)
        values.append(None if each is None else each.numerator if now.denominator is None else each.percent)
    before = tr("last month: {value}").format(value=wording.shown(report.number(code, report.last_month)))
    year = tr("{month}: {value}").format(
        month=words.day(report.last_year), value=wording.shown(report.number(code, report.last_year))
    )
    lines: list[list[Flowable | str]] = [
        [parts.text(wording.title(code), "head"), ""],
        [parts.text(large, "large"), charts.sparkline(values, TILE * 0.42)],
        [parts.text(of or " ", "body"), parts.text(tr("13 months"), "tiny")],
        [parts.text(before, "label"), ""],
        [parts.text(year, "label"), ""],
        [parts.text(tr("definition {code} v{version}").format(code=code, version=now.version), "tiny"), ""],
    ]
    table = Table(lines, colWidths=[TILE * 0.52, TILE * 0.48], rowHeights=[14, 24, 12, 11, 11, 10])
    table.setStyle(
        [
            ("FONT", (0, 0), (-1, -1), fonts.BODY, 7),
            ("LEFTPADDING", (0, 0), (-1, -1), 5),
            *((name, (0, 0), (-1, -1), 0) for name in ("RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            *(("SPAN", (0, row), (1, row)) for row in (0, 3, 4, 5)),
        ]
    )
    return table
