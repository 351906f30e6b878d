"""The numbers of a month as a file for a spreadsheet: the lines of the paper, counted anew, nobody's name."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

from ces_desktop.data.database import Database
from ces_desktop.data.folder import write_safely
from ces_desktop.data.queries.monthly import monthly_report
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import tr
from ces_desktop.reports import monthly as paper
from ces_desktop.services.papers import Issued

CSV, EXCEL = "CSV (*.csv)", "Excel (*.xlsx)"
KINDS = f"{CSV};;{EXCEL}"
"""What the dialog for a file offers."""


def named(path: str, kind: str) -> Path:
    """The path with the ending of a file we write: the one typed, else that of the kind chosen in the dialog."""
    place = Path(path)
    if place.suffix.lower() in (".csv", ".xlsx"):
        return place
    return place.with_name(f"{place.name}{'.xlsx' if kind == EXCEL else '.csv'}")


def write(database: Database, clinic: Id, month: str, today: date, issued: Issued | None, path: Path) -> bool:
    """Write the month; True when its numbers are other than those of the paper issued last.

    The file bears the folio only where it says what that paper says. Small numbers of communities are left out, as on
    the paper that leaves the clinic. Raises Unavailable of `storage`.
    """
    report = database.read(partial(monthly_report, clinic=clinic, month=month, today=today))
    changed = issued is not None and issued.data_sha != report.sha()
    issue = paper.Issue(issued.folio if issued is not None and not changed else "")
    lines = paper.monthly_xlsx if path.suffix.lower() == ".xlsx" else paper.monthly_csv
    write_safely(path, lines(report, issue), keep_previous=False)
    return changed


def newer(issued: Issued) -> str:
    """What is said of numbers that are not those of the last paper."""
    text = tr("The file has newer numbers than folio {folio}: data came since. F9 issues the month anew.")
    return text.format(folio=issued.folio)
