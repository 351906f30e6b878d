"""Sentences about orders of supplies, and the names of what was done with them."""

from __future__ import annotations

from ces_desktop.i18n import tr


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {
        "orders.source": tr("Choose who supplies the order: SSA, CES or another."),
        "orders.draft_open": tr("Order {number} is still a draft. Send it or cancel it first."),
        "orders.item": tr("One of the items is not in the catalogue, or stands twice. Prepare the order again."),
        "orders.quantity": tr("The quantity is not possible. Write units, from 0 on."),
        "orders.reason": tr("Choose why another quantity than proposed is asked for."),
        "orders.no_items": tr("Nothing of {source} is kept or used here yet. Enter what there is first."),
        "orders.none": tr("There is no order to print. Prepare one first."),
        "orders.gone": tr("This order is no longer there."),
        "orders.there": tr("This item has a line already."),
        "orders.not_draft": tr("The order was sent. Its quantities no longer change."),
        "orders.empty": tr("The order asks for nothing. Write at least one quantity."),
        "orders.expected": tr("The day of arrival must be from today on, within a year."),
        "orders.has_come": tr("Something of this order came already. Close it instead."),
        "orders.not_sent": tr("Only an order that was sent can be closed."),
        "orders.cycle": tr("Write days between 1 and 366."),
        "act.orders.draft": tr("draft of an order"),
        "act.orders.change_line": tr("another quantity in an order"),
        "act.orders.rework": tr("new proposal of an order"),
        "act.orders.send": tr("sending of an order"),
        "act.orders.cancel": tr("cancelling of an order"),
        "act.orders.close": tr("closing of an order"),
        "act.orders.foretell": tr("forecast kept for later"),
        "act.orders.paper": tr("papers of an order issued"),
        "act.orders.cycle": tr("supply cycle of a source"),
    }
