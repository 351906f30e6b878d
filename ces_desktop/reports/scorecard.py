"""The scorecard of a clinic on paper: areas, items, next steps, beside the cards before. Nobody is named."""

from __future__ import annotations

from collections.abc import Sequence

from ces_desktop.data.queries.scorecard import Card
from ces_desktop.reports.document import Frame


def scorecard_pdf(cards: Sequence[Card], frame: Frame) -> bytes:
    """The last of these cards, with the points of those before it. Same cards and frame, same bytes.

    Raises Unavailable `print.no_fonts`.
    """
    from ces_desktop.reports import scorecard_pages

    return scorecard_pages.build(cards, frame)
