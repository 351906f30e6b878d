"""P13: the sheet of a day (hoja diaria): everybody seen, in the order in which they were."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ces_desktop.data.queries.encounters import Encounter
from ces_desktop.data.queries.rows import PatientRow
from ces_desktop.reports.document import Frame


def day_pdf(rows: Sequence[tuple[PatientRow, Encounter]], day: date, frame: Frame) -> bytes:
    """The sheet on letter paper that lies, with names: it stays in the clinic. Raises Unavailable `print.no_fonts`."""
    from ces_desktop.reports import day_sheet

    return day_sheet.build(rows, day, frame)
