"""The places of the handover and the scorecard: how each page is built."""

from __future__ import annotations

from ces_desktop.ui.desk import Desk, Page


def build(desk: Desk, key: str, _arguments: tuple[object, ...]) -> Page:
    """A new page for a place."""
    if key == "scorecard":
        from ces_desktop.ui.pages.scorecard_page import ScorecardPage

        return ScorecardPage(desk)
    from ces_desktop.ui.pages.handover_page import HandoverPage

    return HandoverPage(desk)
