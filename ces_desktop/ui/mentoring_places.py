"""The places of mentoring: how each page is built, and what the search box knows of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from ces_desktop.domain.access import Actor, Right
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import tr
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.widgets import RailEntry

if TYPE_CHECKING:
    from ces_desktop.ui.main_window import MainWindow


NEEDED: dict[str, Right] = {
    "mentoring": Right.SEE_MENTORING,
    "mentoring_session": Right.SEE_MENTORING,
    "mentoring_progress": Right.SEE_MENTORING,
    "checklists": Right.SEE_MENTORING,
    "mentoring_edit": Right.LEAD_MENTORING,
    "handover": Right.SEE_PATIENTS,
    "scorecard": Right.SEE_STOCK,
}
UNDER = {key: "mentoring" for key in NEEDED if key != "mentoring"}
"""The rail entry under which each place lies."""


def build(desk: Desk, key: str, arguments: tuple[object, ...]) -> Page:
    """A new page for a place under mentoring, or for what one physician hands over to the next."""
    if key in ("handover", "scorecard"):
        from ces_desktop.ui import handover_places

        return handover_places.build(desk, key, arguments)
    if key == "mentoring_edit":
        from ces_desktop.ui.pages.mentoring_session_page import SessionPage

        return SessionPage(desk, cast("Id | None", arguments[0] if arguments else None))
    if key == "mentoring_session":
        from ces_desktop.ui.pages.mentoring_signed import SignedSessionPage

        return SignedSessionPage(desk, cast(Id, arguments[0]))
    if key == "checklists":
        from ces_desktop.ui.pages.checklists_page import ChecklistsPage

        return ChecklistsPage(desk)
    if key == "mentoring_progress":
        from ces_desktop.ui.pages.mentoring_progress_page import ProgressPage

        return ProgressPage(desk)
    from ces_desktop.ui.pages.mentoring_page import MentoringPage

    return MentoringPage(desk)


def rail(actor: Actor) -> tuple[RailEntry, ...]:
    """Its entry of the rail, for who may see it."""
    return (RailEntry("mentoring", "graduation-cap", tr("Mentoring")),) if actor.may(Right.SEE_MENTORING) else ()


def commands(window: MainWindow, actor: Actor) -> list[tuple[str, str, Callable[[], object]]]:
    """What `>` in the search box offers of mentoring, to who may: (title, keys, act)."""
    found: list[tuple[str, str, Callable[[], object]]] = []
    if actor.may(Right.SEE_MENTORING):
        found.append((tr("Mentoring"), "", lambda: window.open_page("mentoring")))
        found.append((tr("Progress in mentoring"), "", lambda: window.open_page("mentoring_progress")))
        found.append((tr("Checklists for observed consults"), "", lambda: window.open_page("checklists")))
    if actor.may(Right.SEE_PATIENTS):
        found.append((tr("Handover of the clinic"), "", lambda: window.open_page("handover")))
    if actor.may(Right.SEE_STOCK):
        found.append((tr("Scorecard of the clinic"), "", lambda: window.open_page("scorecard")))
    if actor.may(Right.LEAD_MENTORING):
        found.append((tr("New mentoring session"), "", lambda: window.go_to("mentoring_edit", ())))
    return found
