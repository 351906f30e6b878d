"""Sentences about the shelf, and the names of what was done to it."""

from __future__ import annotations

from ces_desktop.i18n import tr


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {
        "supply.item_unknown": tr("The catalogue no longer has this item."),
        "supply.no_such_key": tr("The catalogue has no item with the clave {key}."),
        "supply.item_missing": tr("Choose an item of the list."),
        "supply.kind": tr("Choose what happened."),
        "supply.source": tr("Choose who sent it."),
        "supply.no_lines": tr("Nothing is noted yet. Write the first line."),
        "supply.quantity": tr("Write how many: a whole number above zero."),
        "supply.pack": tr("Write how many are in a box: a whole number above zero."),
        "supply.expiry": tr("This expiry is no date. Write 03/28 or 31-mar-2028."),
        "supply.came_expired": tr("{item} came expired. Accept it to write it off, or correct the date."),
        "supply.no_day": tr("Write the day it happened."),
        "supply.future": tr("The day is after today. Check it."),
        "supply.too_old": tr("The day is more than five years ago. Check the year."),
        "supply.order_unknown": tr("This order is no longer there."),
        "supply.not_enough": tr("There is not enough in date: {missing} short."),
        "supply.lot_not_usable": tr("Nothing can be taken from this lot on that day: it is used up or expired."),
        "supply.lot_unknown": tr("This lot is no longer there."),
        "supply.lot_exists": tr("There is another lot with this number and expiry."),
        "supply.prescriber_missing": tr("It is a controlled medicine. Write who prescribed it."),
        "supply.override_missing": tr("Another lot expires first. Say why this one is taken."),
        "supply.negative_loss": tr("What is not there by the ledger cannot be lost. Count it."),
        "supply.movement_unknown": tr("This movement is no longer there."),
        "supply.is_reversal": tr("This line takes another one back: it cannot be taken back itself."),
        "supply.reversed_before": tr("This movement was taken back already."),
        "supply.already_given": tr("{missing} of it left since. Correct those movements first."),
        "act.supply.receive": tr("receipt of supplies"),
        "act.supply.use": tr("use of supplies"),
        "act.supply.lose": tr("loss of supplies"),
        "act.supply.send": tr("exit of supplies"),
        "act.supply.correct": tr("correction of a movement"),
        "act.supply.lot": tr("correction of a lot"),
        "act.supply.keep": tr("place of an item"),
        "act.supply.count": tr("physical count"),
        "act.supply.close_count": tr("differences of a count"),
        "act.supply.kit": tr("opened kit"),
        "act.supply.unmet": tr("note of what was asked for and not there"),
    }
