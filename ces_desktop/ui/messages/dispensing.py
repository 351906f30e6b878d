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
        "act.supply.dispense": tr("medicines handed out"),
        "act.supply.take_back": tr("medicines taken back"),
        "act.supply.decline": tr("prescription not to be filled"),
    }
