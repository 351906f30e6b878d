"""Sentences of printing and of issued reports."""

from __future__ import annotations

from ces_desktop.i18n import tr


def sentences() -> dict[str, str]:
    """The sentence of each code."""
    return {
        "print.no_printer": tr("No printer is installed. Save the file and print it on another computer."),
        "print.no_support": tr("This system lacks its printing library. Save the file and print it elsewhere."),
        "print.no_printer_by_hand": tr("No printer is installed. Connect one, or copy the sheet by hand."),
        "print.no_support_by_hand": tr("This system lacks its printing library. Copy the sheet by hand."),
        "print.failed": tr("The printer did not take the pages. Check paper and cable, and repeat."),
        "reports.future": tr("That month has not begun. Choose an earlier one."),
        "reports.elsewhere": tr("Folio {folio} was issued on another laptop. Print it there, or issue it anew."),
        "papers.none": tr("There is nothing of that kind to print. Check the day or the name."),
        "act.reports.issue": tr("report issued"),
        "act.reports.paper": tr("paper issued"),
        "print.no_fonts": tr("The program's fonts are missing. Install the program again; the data are safe."),
    }
