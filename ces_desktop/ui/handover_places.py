"""The places of the handover and the scorecard: how each page is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ces_desktop.ui.desk import Page

if TYPE_CHECKING:
    from ces_desktop.ui.main_window import MainWindow


def build(window: MainWindow, key: str, _arguments: tuple[object, ...]) -> Page:
    """A new page for a place."""
    if key == "scorecard":
        from ces_desktop.ui.pages.scorecard_page import ScorecardPage

        return ScorecardPage(window)
    from ces_desktop.ui.pages.handover_page import HandoverPage

    return HandoverPage(window)
