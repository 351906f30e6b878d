"""Who serves at the clinic and its days with and without a physician, on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ces_desktop.data.queries.staff import Person
from ces_desktop.domain.ids import Id
from ces_desktop.reports.document import Frame


def staff_pdf(people: Sequence[Person], clinic: Id, today: date, frame: Frame) -> bytes:
    """One letter page that stands: people, calendar, gaps. Raises Unavailable `print.no_fonts`."""
    from ces_desktop.reports import staff_pages

    return staff_pages.build(people, clinic, today, frame)
