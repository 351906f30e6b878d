"""The places of the staff: how each page is built, who may enter, and what the search box knows of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ces_desktop.domain.access import Actor, Right
from ces_desktop.i18n import tr
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.widgets import RailEntry

if TYPE_CHECKING:
    from ces_desktop.services.clinic import OpenClinic
    from ces_desktop.ui.main_window import MainWindow

NEEDED = {"staff": Right.SEE_STAFF, "staff_requests": Right.SEE_STAFF, "seminars": Right.SEE_STAFF}
UNDER = {"staff_requests": "staff", "seminars": "staff"}


def rail(actor: Actor) -> tuple[RailEntry, ...]:
    """The entry of the rail, for whom it is."""
    return (RailEntry("staff", "id-card", tr("Staff")),) if actor.may(Right.SEE_STAFF) else ()


def build(desk: Desk, key: str, opened: OpenClinic | None) -> Page:
    """A new page for a place under "staff". KeyError for one that is none.

    `opened`: where accesses of the clinic are given and taken; None at a clinic that is visited.
    """
    if key == "staff":
        from ces_desktop.ui.pages.staff_page import StaffPage

        return StaffPage(desk, opened)
    if key == "staff_requests":
        from ces_desktop.ui.pages.staff_requests_page import RequestsPage

        return RequestsPage(desk)
    if key == "seminars":
        from ces_desktop.ui.pages.seminars_page import SeminarsPage

        return SeminarsPage(desk)
    raise KeyError(key)


def commands(window: MainWindow, actor: Actor) -> list[tuple[str, str, Callable[[], object]]]:
    """What `>` in the search box offers to who may."""
    if not actor.may(Right.SEE_STAFF):
        return []
    return [
        (tr("Staff"), "", lambda: window.open_page("staff")),
        (tr("Requests of the clinic"), "", lambda: window.open_page("staff_requests")),
        (tr("Seminars and courses"), "", lambda: window.open_page("seminars")),
    ]
