"""The places of the pharmacy: how each page is built, what the search box knows of them, and the key that hands out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from ces_desktop.domain.access import Right
from ces_desktop.domain.ids import Id
from ces_desktop.i18n import tr
from ces_desktop.ui.desk import Page

if TYPE_CHECKING:
    from ces_desktop.ui.main_window import MainWindow


def build(window: MainWindow, key: str, arguments: tuple[object, ...]) -> Page:
    """A new page for a place under the pharmacy."""
    if key in ("orders", "order", "equipment"):
        return _orders(window, key, arguments)
    if key == "catalogue":
        from ces_desktop.ui.pages.catalogue_page import CataloguePage

        return CataloguePage(window)
    if key == "import_catalogue":
        from ces_desktop.ui.pages.catalogue_import_page import ImportCataloguePage

        return ImportCataloguePage(window)
    if key == "item":
        from ces_desktop.ui.pages.item_page import ItemPage

        return ItemPage(window, cast(Id, arguments[0]))
    if key == "receive":
        from ces_desktop.ui.pages.receive_page import ReceivePage

        kind = str(arguments[0]) if arguments else "supplied"
        item, order = (cast("Id | None", arguments[n] if len(arguments) > n else None) for n in (1, 2))
        return ReceivePage(window, kind, item, order)
    if key == "dispense":
        from ces_desktop.ui.pages.dispense_page import DispensePage

        return DispensePage(window, cast("Id | None", arguments[0] if arguments else None))
    if key == "count":
        from ces_desktop.ui.pages.count_page import CountPage

        return CountPage(window)
    if key == "controlled":
        from ces_desktop.ui.pages.controlled_page import ControlledPage

        return ControlledPage(window)
    if key in ("transfers", "transfer"):
        return _transfers(window, key, arguments)
    from ces_desktop.ui.pages.supplies_page import SuppliesPage

    return SuppliesPage(window)


def _transfers(window: MainWindow, key: str, arguments: tuple[object, ...]) -> Page:
    if key == "transfers":
        from ces_desktop.ui.pages.transfers_page import TransfersPage

        return TransfersPage(window)
    from ces_desktop.ui.pages.transfer_page import TransferPage

    loan = cast("Id | None", arguments[1] if len(arguments) > 1 else None)
    return TransferPage(window, str(arguments[0]) if arguments else "sent", loan)


def _orders(window: MainWindow, key: str, arguments: tuple[object, ...]) -> Page:
    if key == "orders":
        from ces_desktop.ui.pages.orders_page import OrdersPage

        return OrdersPage(window)
    if key == "order":
        from ces_desktop.ui.pages.order_page import OrderPage

        return OrderPage(window, cast(Id, arguments[0]))
    from ces_desktop.ui.pages.equipment_page import EquipmentPage

    return EquipmentPage(window)


def commands(window: MainWindow) -> list[tuple[str, str, Callable[[], object]]]:
    """What `>` in the search box offers of the pharmacy: (title, keys, act)."""
    found: list[tuple[str, str, Callable[[], object]]] = [
        (tr("Orders of supplies"), "", lambda: window.open_page("orders")),
        (tr("Equipment"), "", lambda: window.open_page("equipment")),
    ]
    if window.actor.may(Right.DISPENSE):
        found.append((tr("Hand out medicines"), "Ctrl+D", lambda: hand_out(window)))
    found.append((tr("Catalogue of supplies"), "", lambda: window.open_page("catalogue")))
    if window.actor.may(Right.MANAGE_CATALOGUE):
        title = tr("Load a list into the catalogue")
        found.append((title, "", lambda: window.open_page("import_catalogue")))
    if window.actor.may(Right.SEE_STOCK):
        found.append((tr("Count the shelf"), "", lambda: window.open_page("count")))
        found.append((tr("Register of controlled medicines"), "", lambda: window.open_page("controlled")))
        found.append((tr("Transfers and loans"), "", lambda: window.open_page("transfers")))
        found.append((tr("Supplies of the network"), "", lambda: window.open_page("network_supply")))
    return found


def hand_out(window: MainWindow) -> None:
    """Ctrl+D: the prescription that was just offered, else those that wait, beginning with who is on the screen."""
    if not window.actor.may(Right.DISPENSE) or window.toast_strip.accept_further():
        return
    page = window.page
    shown = getattr(page, "encounter", None) or getattr(page, "patient", None)
    window.go_to("dispense", (shown,) if isinstance(shown, bytes) else ())
