"""Workbooks of supplies are read by people: their heads, codes and days in the person's words. CSV keeps the codes."""

from __future__ import annotations

from datetime import date

from ces_desktop.domain.supply.orders import State
from ces_desktop.i18n import tr
from ces_desktop.reports import supply_words
from ces_desktop.reports.spreadsheet import Cell

_DAYS = frozenset({"day", "expiry", "happened_on", "sent_on"})
SHARES = frozenset({"risk", "risk_before", "risk_after"})
"""Heads of columns of probabilities, from 0 to 1."""
_ORDERS: tuple[State, ...] = ("draft", "sent", "partly_received", "received", "cancelled")


def sheet(name: str) -> str:
    """The name of a sheet: what it lists, then of which month, item or day."""
    kinds = {
        "stock": tr("Stock"), "expiries": tr("Expiries"), "days-out": tr("Days without stock"),
        "count": tr("Count sheet"), "card": tr("Card"), "controlled": tr("Controlled"), "moves": tr("Moves"),
    }  # fmt: skip
    for kind, words in kinds.items():
        if name == kind or name.startswith((f"{kind}-", f"{kind} ")):
            return f"{words} {name[len(kind) + 1 :]}".strip()
    return name


def head(name: str) -> str:
    """What a column holds."""
    return {
        "clinic": tr("Clinic"), "day": tr("Day"), "code": tr("Clave"), "item": tr("Item"), "class": tr("VEN class"),
        "ven": tr("VEN class"), "state": tr("State"), "unit": tr("Unit"), "usable": tr("Usable"),
        "expired": tr("Expired"), "average": tr("Monthly average"), "months": tr("Months of stock"),
        "in_transit": tr("On its way"), "lot": tr("Lot"), "expiry": tr("Expiry"), "units": tr("Units"),
        "days_left": tr("Days left"), "within_months": tr("Within months (0 = expired)"),
        "left_over": tr("Left over"), "month": tr("Month"), "days_out": tr("Days out"),
        "days_known": tr("Days known"), "unmet": tr("Unmet"), "days": tr("Day by day (1 = some, 0 = none)"),
        "no": tr("No."), "location": tr("Place"), "counted": tr("Counted"), "note": tr("Note"),
        "happened_on": tr("Day of the movement"), "document": tr("Document"), "kind": tr("Movement"),
        "quantity": tr("Quantity"), "balance": tr("Balance"), "taken_back": tr("Taken back later"),
        "takes_back": tr("Takes another back"), "recorded_by": tr("Noted by"), "reason": tr("Reason"),
        "patient": tr("Name"), "record": tr("Record"), "prescriber": tr("Prescribed by"), "paper": tr("Document"),
        "folio": tr("Folio"), "order": tr("Order number"), "source": tr("Source"), "sent_on": tr("Sent on"),
        "section": tr("Section"), "presentation": tr("Presentation"), "pack": tr("Units in a box"),
        "on_hand": tr("On hand"), "risk": tr("Risk until the next delivery"), "proposed": tr("Proposed"),
        "requested": tr("Asked for"), "packs": tr("Boxes"), "received": tr("Received"),
        "substituted": tr("Came in its place"), "from": tr("From clinic"), "to": tr("To clinic"),
        "risk_before": tr("Risk before"), "risk_after": tr("Risk after"),
        "giver_months_left": tr("Months left to the giver"),
    }[name]  # fmt: skip


def shown(name: str, cell: Cell) -> Cell | date:
    """A cell of the column `name` as a person reads it."""
    if not isinstance(cell, str):
        return cell
    if name in _DAYS:
        return date.fromisoformat(cell)
    match name:
        case "unit":
            return supply_words.unit(cell)
        case "state":
            return next((supply_words.order_state(o) for o in _ORDERS if o == cell), supply_words.standing(cell))
        case "kind":
            return supply_words.kind(cell)
        case "reason":
            return supply_words.reasons().get(cell) or supply_words.reason(cell) or cell
        case "source":
            return supply_words.source(cell)
        case "section":
            return supply_words.section(cell)
        case "taken_back" | "takes_back":
            return tr("Yes") if cell == "yes" else tr("No")
        case "days":
            return cell.removeprefix("d")
    return cell
