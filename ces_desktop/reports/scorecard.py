"""The scorecard of a clinic on paper: areas, items, next steps, beside the cards before. Nobody is named."""

from __future__ import annotations

from ces_desktop.data.queries.mentoring_papers import ScorecardPaper
from ces_desktop.domain.papers import Slip
from ces_desktop.reports.document import Frame


def scorecard_pdf(paper: ScorecardPaper, slip: Slip, frame: Frame) -> bytes:
    """The last of these cards, with the points of those before it. Same paper, slip and frame, same bytes.

    Raises Unavailable `print.no_fonts`.
    """
    from ces_desktop.reports import scorecard_pages

    return scorecard_pages.build(paper, slip, frame)
