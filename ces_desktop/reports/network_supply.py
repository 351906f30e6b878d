"""What to move between clinics, on paper and as a file for a spreadsheet."""

from __future__ import annotations

from ces_desktop.data.queries.network_supply import NetworkSupply
from ces_desktop.domain.supply.redistribution import TRAVEL_DAYS
from ces_desktop.i18n import tr
from ces_desktop.reports.document import Frame


def moves_pdf(read: NetworkSupply, frame: Frame) -> bytes:
    """The moves proposed, and what is out or at risk in which clinic; no names of people.

    Raises Unavailable `print.no_fonts`.
    """
    from ces_desktop.reports import network_supply_pages

    return network_supply_pages.build(read, frame)


def moves_file(read: NetworkSupply, workbook: bool) -> bytes:
    """A line for each lot to move: CSV, or a workbook of Excel."""
    from ces_desktop.reports import network_supply_pages, spreadsheet

    rows = network_supply_pages.rows(read)
    if workbook:
        return spreadsheet.as_workbook(f"moves {read.today}", network_supply_pages.HEADS, rows)
    return spreadsheet.as_csv(network_supply_pages.HEADS, rows)


def meaning() -> str:
    """How a move is worked out, in a sentence a person can check."""
    return tr(
        "A clinic is helped until its next delivery with what 8 of 10 months need at most. A clinic gives only what "
        "it does not need until the delivery after next, even in a month such as comes 1 time in 20. No lot is moved "
        "that expires within {n} days, nor more of it than will be used in time."
    ).format(n=TRAVEL_DAYS)
