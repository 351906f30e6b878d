"""Sentences about visits: what may not be signed, values that need a second look, and the names of what was done."""

from __future__ import annotations

from ces_desktop.domain.measures import Measure, show
from ces_desktop.domain.plausibility import Verdict
from ces_desktop.i18n import tr

_IN_SCALE = ("value", "last", "low", "high")
"""Blanks of a verdict that are values of the measure."""


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return _signing() | _prescribing() | _measuring() | _doubting() | _care() | _acts()


def _signing() -> dict[str, str]:
    return {
        "visits.already_waiting": tr("This person is already waiting. Look at the waiting room."),
        "visits.signed": tr("This consult is signed already. Write an addendum."),
        "visits.signed_otherwise": tr(
            "This consult was signed with other content. What you typed stays: copy what is missing into an addendum."
        ),
        "visits.not_signed": tr("This consult is not in force. Look at it again."),
        "visits.reason_missing": tr("The reason is missing. Write it."),
        "visits.has_addendum": tr("An addendum stands on this consult. It stays; add another."),
        "visits.has_results": tr("Results answer what this consult asked for. It stays; write an addendum."),
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
        "visits.next_far": tr("The next visit is more than {most} days away. Check the year."),
    }


def _prescribing() -> dict[str, str]:
    return {
        "visits.line_gone": tr("A medicine of this prescription is no longer in force. Look at the list again."),
        "visits.image_missing": tr("The kind of image is missing. Write it."),
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


def _care() -> dict[str, str]:
    return {
        "care.no_day": tr("The date is missing. Write the day."),
        "care.future": tr("The date is after today. Check it."),
        "care.before_birth": tr("The date is before the birth. Check both."),
        "care.substance_missing": tr("The substance is missing. Write what causes the allergy."),
        "care.allergy_present": tr("An allergy is noted. Correct it first."),
        "care.problem_missing": tr("The problem is missing. Choose a diagnosis or write it."),
        "care.problem_listed": tr("This problem is on the list already."),
        "care.programme_unknown": tr("This programme is not in this version. Update the program."),
        "care.already_enrolled": tr("The person is in this programme already."),
        "care.not_enrolled": tr("The person is not in this programme."),
        "care.left_before": tr("The enrolment is of {day}. Write a later day."),
        "care.reason_missing": tr("The reason is missing. Write it."),
        "care.question_unknown": tr("This question is not in this version. Update the program."),
        "care.answer_unknown": tr("The answer does not fit the question. Answer it again."),
        "care.vaccine_missing": tr("The vaccine is missing. Choose it or write it."),
        "care.results_empty": tr("No result is written yet. Write at least one."),
        "care.request_gone": tr("What this answers is no longer asked for. Look at the list again."),
    }


def _doubting() -> dict[str, str]:
    return {
        "measures.slip_height": tr("Height is in centimetres. {meant}?"),
        "measures.slip_weight": tr("Weight is in kilograms. {meant}?"),
        "measures.slip_length": tr("It is in centimetres. {meant}?"),
        "measures.slip_temperature": tr("Temperature is in °C. {meant}?"),
        "measures.slip_glucose": tr("Glucose is in mg/dL. {meant}?"),
        "measures.slip_hba1c": tr("HbA1c is in %. {meant}?"),
        "measures.slip_mg": tr("It is in mg/dL. {meant}?"),
        "measures.slip_haemoglobin": tr("Haemoglobin is in g/dL. {meant}?"),
        "measures.slip_tenths": tr("Did you mean {meant}?"),
        "measures.slip_pressure": tr("BP {systolic}/{diastolic}: did you mean {meant}?"),
        "measures.unlikely": tr("{value} is unusual. Is it right?"),
        "measures.far": tr("{value} is far from {last}. Is it right?"),
        "measures.weight_change": tr("{value}: {percent} % away from {last}, {days} d ago. Is it right?"),
        "measures.height_change": tr("{value}: the height was {last}. Is it right?"),
        "measures.low": tr("Low: less than {low}."),
        "measures.high": tr("High: more than {high}."),
    }


def verdict(measure: Measure, found: Verdict) -> str:
    """What to say of a typed value; "" when there is nothing to say. `measure` writes its values."""
    if not found.code:
        return ""
    blanks = {name: _short(measure, v) if name in _IN_SCALE else f"{v}" for name, v in found.facts.items()}
    meant = "/".join(_short(measure, v) for v in found.suggestion)
    return sentences()[found.code].format(**blanks, meant=meant)


def _short(measure: Measure, value: int) -> str:
    return show(measure, value).removesuffix(".0")


def _acts() -> dict[str, str]:
    return {
        "act.visits.arrive": tr("arrival of a person"),
        "act.visits.vitals": tr("vital signs"),
        "act.visits.leave_room": tr("person who left without being seen"),
        "act.visits.sign": tr("signed consult"),
        "act.visits.annul": tr("annulled consult"),
        "act.visits.addendum": tr("addendum to a consult"),
        "act.care.allergy": tr("note on allergies"),
        "act.care.problem": tr("change of the problem list"),
        "act.care.enrol": tr("enrolment in a programme"),
        "act.care.leave_programme": tr("leaving of a programme"),
        "act.care.history": tr("answers of the clinical history"),
        "act.care.vaccine": tr("vaccine"),
        "act.care.results": tr("results of the laboratory"),
        "act.care.cancel_request": tr("cancelled request to the laboratory"),
    }
