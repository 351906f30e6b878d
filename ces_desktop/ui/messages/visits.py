"""Sentences about visits: what may not be signed, values that need a second look, and the names of what was done."""

from __future__ import annotations

from ces_desktop.i18n import tr


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return _signing() | _prescribing() | _measuring() | _acts()


def _signing() -> dict[str, str]:
    return {
        "visits.already_waiting": tr("This person is already waiting. Look at the waiting room."),
        "visits.signed": tr("This consult is signed already. Write an addendum."),
        "visits.not_signed": tr("This consult is not in force. Look at it again."),
        "visits.addendum_empty": tr("The addendum is empty. Write what it adds."),
        "visits.no_day": tr("The date is missing. Write the day."),
        "visits.future": tr("The date is after today. Write the day of the consult."),
        "visits.before_birth": tr("The date is before the birth. Check both."),
        "visits.after_death": tr("A death on {day} is noted. Correct it first."),
        "visits.empty": tr("Nothing is written yet. Measure or write something."),
        "visits.text_long": tr("The text has more than {limit} letters. Shorten it."),
        "visits.text_control": tr("The text has marks that cannot be seen. Write it again."),
        "visits.diagnosis_twice": tr("A diagnosis is there twice. Leave it once."),
        "visits.next_past": tr("The next visit must be after this one. Check the date."),
    }


def _prescribing() -> dict[str, str]:
    return {
        "visits.line_drug": tr("The medicine is missing. Choose it or write it."),
        "visits.line_dose": tr("The dose cannot be so. Write it again."),
        "visits.line_no_dose": tr("The dose is missing. Write it, or say how it is used."),
        "visits.line_route": tr("The route is missing. Choose it."),
        "visits.line_days": tr("The days go from 1 to {most}. Check them."),
        "visits.line_quantity": tr("The quantity goes up to {most}. Check it."),
    }


def _measuring() -> dict[str, str]:
    return {
        "visits.measure_unknown": tr("This measure is not in the list. Update the program."),
        "visits.measure_twice": tr("The same measure is there twice. Leave one."),
        "visits.measure_kind": tr("The answer does not fit the question. Answer it again."),
        "measures.not_a_number": tr("This is not a number. Write it with digits."),
        "measures.too_fine": tr("Decimals allowed: {decimals}. Write fewer."),
        "measures.impossible": tr("This value cannot be. Measure or write it again."),
        "measures.unconfirmed": tr("This value is unlikely. Say whether it is right."),
        "measures.pressure_order": tr("The second pressure must be below the first. Check both."),
    }


def _acts() -> dict[str, str]:
    return {
        "act.visits.arrive": tr("arrival of a person"),
        "act.visits.vitals": tr("vital signs"),
        "act.visits.leave_room": tr("person who left without being seen"),
        "act.visits.sign": tr("signed consult"),
        "act.visits.addendum": tr("addendum to a consult"),
    }
