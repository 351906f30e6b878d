"""P1: the monthly report of a clinic, six pages of letter, and the same numbers as a table of text."""

from __future__ import annotations

from dataclasses import dataclass

from ces_desktop.domain.monthly import MONTHLY, MONTHLY_CLINIC, MonthlyReport
from ces_desktop.reports.document import Frame


@dataclass(frozen=True, slots=True)
class Issue:
    """What stands on the paper of an issue: its folio ("" = a draft, not issued) and the folio it takes the place of.

    `leaves` = the copy that leaves the clinic, in which small cells by community are not told.
    """

    folio: str = ""
    replaces: str = ""
    leaves: bool = True


def monthly_pdf(report: MonthlyReport, issue: Issue, frame: Frame) -> bytes:
    """The report as a file: same report, issue and frame, same bytes. Raises Unavailable `print.no_fonts`."""
    from ces_desktop.reports import monthly_pages

    return monthly_pages.build(report, issue, frame)


def papers(report: MonthlyReport, folio: str, replaces: str, frame: Frame) -> dict[str, bytes]:
    """Both papers of an issue, by kind."""
    kinds = ((MONTHLY, True), (MONTHLY_CLINIC, False))
    return {kind: monthly_pdf(report, Issue(folio, replaces, leaves), frame) for kind, leaves in kinds}


def monthly_csv(report: MonthlyReport, issue: Issue) -> bytes:
    """Every number of the paper as lines of text (UTF-8 with mark, commas), as a spreadsheet opens them."""
    from ces_desktop.reports import monthly_lines

    return monthly_lines.build(report, issue)


def monthly_xlsx(report: MonthlyReport, issue: Issue) -> bytes:
    """The lines of `monthly_csv` as a workbook of Excel."""
    from ces_desktop.reports import monthly_lines

    return monthly_lines.workbook(report, issue)
