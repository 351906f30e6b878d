"""The numbers of the monthly report as lines of text, one for each, for a spreadsheet."""

from __future__ import annotations

import csv
import io

from ces_desktop.domain.monthly import MonthlyReport, Number
from ces_desktop.i18n import language, tr
from ces_desktop.reports.monthly import Issue

HEADS = (
    "folio", "section", "month", "code", "version", "group", "numerator", "denominator", "percent", "no_reading",
)  # fmt: skip
"""Never translated: programs read them."""
Line = tuple[object, ...]


def build(report: MonthlyReport, issue: Issue) -> bytes:
    """The file of `monthly.monthly_csv`. An empty cell = not measured; 0 = zero; "<5" = not told outside the clinic."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADS)
    for line in _lines(report, issue):
        writer.writerow(["" if cell is None else cell for cell in (issue.folio, *line)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def workbook(report: MonthlyReport, issue: Issue) -> bytes:
    """The same lines as a sheet of Excel; numbers are numbers."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(report.month)
    sheet.append(list(HEADS))
    for line in _lines(report, issue):
        sheet.append([issue.folio, *line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _lines(report: MonthlyReport, issue: Issue) -> list[Line]:
    lines: list[Line] = []
    for month, numbers in report.months:
        for code in numbers:
            number = report.number(code, month)
            lines.append(("figures", month, code, *_number(number)))
    month = report.month
    for week in report.weeks:
        name = f"{week.year}-W{week.number:02d}"
        lines.append(("weeks", month, "visits_first", None, name, week.first, None, None, None))
        lines.append(("weeks", month, "visits_later", None, name, week.later, None, None, None))
    for each in report.diagnoses:
        group = f"{each.code} {each.name(language())}" if each.name(language()) != each.code else each.code
        lines.append(("diagnoses", month, "written", None, group, each.total, None, None, None))
        lines.append(("diagnoses", month, "first_time", None, group, each.first_time, None, None, None))
    for band, sexes in report.ages.items():
        lines += [("ages", month, sex, None, band, n, None, None, None) for sex, n in sexes.items()]
    return [*lines, *_communities(report, leaves=issue.leaves), *_supplies(report)]


def _supplies(report: MonthlyReport) -> list[Line]:
    """Supplies of the month; nothing where nothing is recorded."""
    held, month = report.supplies, report.month
    if held is None:
        return []

    def line(code: str, n: int, of: int | None = None, group: str | None = None) -> Line:
        percent = (200 * n + of) // (2 * of) if of else None
        return ("supplies", month, code, None, group, n, of, percent, None)

    lines = [
        line("key_items_in_stock", held.key_there, held.key_items), line("item_days_out", held.days_out, held.days),
        line("asked_in_vain", held.unmet), line("items_asked_in_vain", held.unmet_items),
        line("equipment_not_working", len(held.broken), held.pieces),
    ]  # fmt: skip
    for item in held.items:
        over = len(item.days) - item.days.count("-")
        lines.append(line("days_out", item.out, over, f"{item.code} {item.name(language())}".strip()))
    lines += [line(f"lost.{each.cause}", each.items) for each in held.losses]
    lines += [line("order_lines_in_full", each.full, each.lines, each.number) for each in held.orders]
    if held.forecast is not None:
        lines.append(line("forecast_within_limit", held.forecast.within, held.forecast.n))
    return lines


def _number(number: Number | None) -> Line:
    if number is None:
        return (None, None, None, None, None, None)
    return (number.version, None, number.numerator, number.denominator, number.percent, number.no_reading)


def _communities(report: MonthlyReport, *, leaves: bool) -> list[Line]:
    from ces_desktop.reports.monthly_chronic import suppressed

    lines: list[Line] = []
    for programme, places in report.places.items():
        for code in ("enrolled", "lost", "judged", "controlled", "uncontrolled", "no_reading", "missed"):
            counts = [getattr(each, code) for each in places]
            hide = suppressed(counts) if leaves else [False] * len(counts)
            for each, n, secret in zip(places, counts, hide, strict=True):
                shown = n if not secret else None if n >= 5 else "<5"
                name = each.name or tr("Community not known")
                lines.append(("communities", report.month, f"{programme}.{code}", None, name, shown, None, None, None))
    return lines
