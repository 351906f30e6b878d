"""Sentences about handing out, counting, transfers, and the names of what was done."""

from __future__ import annotations

from ces_desktop.i18n import tr


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {
        "dispensing.no_prescription": tr("This prescription is no longer there: the consult was undone."),
        "dispensing.nothing": tr("Nothing of this prescription waits."),
        "dispensing.nothing_given": tr("Nothing was handed out for this prescription."),
        "dispensing.line": tr("This line is no longer of the prescription."),
        "dispensing.too_much": tr("More than remains of the line: {most} at most."),
        "dispensing.other_medicine": tr("That is another medicine. Prescribe it first."),
        "count.what": tr("Choose what is counted."),
        "count.open": tr("Another count is under way. Close it first."),
        "count.nothing": tr("By the ledger there is nothing to count here."),
        "count.gone": tr("This count is no longer open."),
        "count.line": tr("This line is no longer of an open count."),
        "count.units": tr("Write how many there are: a whole number, 0 for none."),
        "count.cause": tr("Choose why it differs."),
        "count.uncounted": tr("Lots not counted yet: {lines}."),
        "count.unexplained": tr("Differences without a cause: {lines}. Say why each one differs."),
        "transfer.direction": tr("Choose whether it goes or comes."),
        "transfer.other": tr("Say who lent or gets it: the name or the prefix of the clinic."),
        "transfer.gone": tr("This transfer is no longer there."),
        "transfer.no_loan": tr("This is no loan."),
        "transfer.returned": tr("This loan is settled already."),
        "transfer.too_much": tr("More {item} than is owed: {most} at most."),
        "kit.no_parts": tr("Nobody said yet what this kit holds. Say it first."),
        "kit.itself": tr("A kit cannot hold itself."),
        "act.supply.transfer": tr("transfer to or from a clinic"),
        "act.supply.loan": tr("loan between clinics"),
        "act.supply.give_back": tr("what was given back of a loan"),
        "act.supply.kit": tr("opening of a kit"),
        "act.supply.kit_part": tr("contents of a kit"),
        "act.supply.count": tr("start of a count"),
        "act.supply.count_line": tr("counted lot"),
        "act.supply.count_found": tr("lot found in a count"),
        "act.supply.count_cause": tr("cause of a difference"),
        "act.supply.close_count": tr("closing of a count"),
        "act.supply.abandon_count": tr("count left off"),
        "act.supply.dispense": tr("medicines handed out"),
        "act.supply.take_back": tr("medicines taken back"),
        "act.supply.decline": tr("prescription not to be filled"),
    }
