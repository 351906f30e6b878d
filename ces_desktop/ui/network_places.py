"""The places of a hub and of a mentor's laptop: neither has a day, a register or a pharmacy of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ces_desktop.domain.access import Actor, Right
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.ui import mentoring_places, staff_places
from ces_desktop.ui.desk import Page
from ces_desktop.ui.visits import at_clinic
from ces_desktop.ui.widgets import RailEntry

if TYPE_CHECKING:
    from ces_desktop.ui.main_window import MainWindow

CLINIC = "clinic"
NEEDED = {
    "usb": Right.EXCHANGE, "network": Right.EXCHANGE, "between": Right.MERGE_PATIENTS,
    "network_supply": Right.SEE_STOCK,
}  # fmt: skip
_OF_CLINICS = frozenset({
    "today", "patients", "patient", "rescue", "indicators", "households", "household", "duplicates", "registration",
    "edit_patient", "draft", "history", "laboratory", "reports", "orders", "order", "supplies", "item", "receive",
    "dispense", "count", "transfers", "controlled", "transfer", "consult", "vitals", "waiting", "late", "encounter",
    "import_register", "equipment", "conflicts",
})  # fmt: skip
"""Places of a clinic's own day, register and store."""


def kind_of(window: MainWindow) -> str:
    """Which kind of installation the window is open on."""
    return window.opened.facts.get("kind", CLINIC) if window.opened is not None else CLINIC


def first(kind: str) -> str:
    """Where the window begins."""
    return "today" if kind == CLINIC else "network"


def check(kind: str, key: str) -> None:
    """Refused("places.not_here") for a place that installations of this kind do not have."""
    if kind != CLINIC and key in _OF_CLINICS:
        raise Refused("places.not_here")


def rail(actor: Actor, kind: str) -> tuple[RailEntry, ...]:
    """The middle of the rail of what is no clinic."""
    there = at_clinic(actor, kind)
    pack = (RailEntry("handover", "log-out", tr("Handover")),) if there.may(Right.SEE_PATIENTS) else ()
    visited = (*mentoring_places.rail(there), *staff_places.rail(there), *pack)
    usb = (RailEntry("usb", "usb", tr("USB")),) if actor.may(Right.EXCHANGE) else ()
    stores = (RailEntry("network_supply", "pill", tr("Supplies")),) if actor.may(Right.SEE_STOCK) else ()
    return (RailEntry("network", "network", tr("Network")), *stores, *visited, *usb)


def build(window: MainWindow, key: str) -> Page:
    """A new page of the network, or the page of sticks that this kind has."""
    assert window.opened is not None
    if key == "network":
        from ces_desktop.ui.pages.network_page import NetworkPage

        page = NetworkPage(window, window.opened)
        if kind_of(window) != CLINIC:  # a clinic's rail has no such place to bear a count
            page.counted.connect(window.rail.set_badge)
        return page
    if key == "network_supply":
        from ces_desktop.ui.pages.network_supply_page import NetworkSupplyPage

        return NetworkSupplyPage(window)
    if key == "between":
        from ces_desktop.ui.pages.between_page import BetweenPage

        return BetweenPage(window)
    if kind_of(window) == "hub":
        from ces_desktop.ui.pages.hub_stick_page import HubStickPage

        return HubStickPage(window, window.opened)
    from ces_desktop.ui.pages.stick_page import StickPage

    return StickPage(window, window.opened)


def commands(window: MainWindow) -> list[tuple[str, str, Callable[[], object]]]:
    """What `>` in the search box offers there before what every kind has."""
    from ces_desktop.ui import visit_places

    found: list[tuple[str, str, Callable[[], object]]] = [
        (tr("Network of clinics"), "Alt+1", lambda: window.open_page("network"))
    ]
    if window.actor.may(Right.SEE_STOCK):
        found.append((tr("Supplies of the network"), "Alt+2", lambda: window.open_page("network_supply")))
    if kind_of(window) == "hub" and window.actor.may(Right.MERGE_PATIENTS):
        found.append((tr("Same person in two clinics"), "", lambda: window.open_page("between")))
    return found + visit_places.commands(window)
