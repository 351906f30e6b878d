"""The places that exchange fills: facts changed on two computers, and files that came from other clinics."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import tr
from ces_desktop.ui.desk import Page

if TYPE_CHECKING:
    from ces_desktop.ui.main_window import MainWindow

UNDER = {"conflicts": "usb", "received": "usb"}
NEEDED = {"received": Right.SEE_PATIENTS}
"""The page of edits shows each what they may see, and nobody else's (`domain.conflicts.SEES`)."""


def commands(window: MainWindow) -> list[tuple[str, str, Callable[[], object]]]:
    """What `>` in the search box offers of them."""
    return [
        (tr("Facts to review"), "", lambda: window.open_page("conflicts")),
        (tr("Files from other clinics"), "", lambda: window.open_page("received")),
    ]


def build(window: MainWindow, key: str, arguments: tuple[object, ...]) -> Page:
    """A new page for "conflicts" (of a row, chosen there first) or "received"."""
    if key == "conflicts":
        from ces_desktop.ui.pages.conflicts_page import ConflictsPage

        return ConflictsPage(window, cast("Id | None", arguments[0] if arguments else None))
    from ces_desktop.ui.pages.received_page import ReceivedPage

    return ReceivedPage(window)
