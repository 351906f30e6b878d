"""The attendance and certificate list of a seminar, on paper."""

from __future__ import annotations

from collections.abc import Sequence

from ces_desktop.data.queries.seminars import Seminar
from ces_desktop.domain.ids import Id
from ces_desktop.reports.document import Frame


def seminar_pdf(seminar: Seminar, people: Sequence[tuple[Id, str]], frame: Frame) -> bytes:
    """One letter page: what was taught, who came and signs, quiz, certificates. Raises Unavailable `print.no_fonts`."""
    from ces_desktop.reports import seminar_pages

    return seminar_pages.build(seminar, people, frame)
