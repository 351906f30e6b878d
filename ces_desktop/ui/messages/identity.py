"""Sentences about dates, births, names, telephones and CURP, and the reasons of a possible duplicate."""

from __future__ import annotations

from ces_desktop.i18n import tr


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {**_dates(), **_names(), **_curp(), **_likeness()}


def _dates() -> dict[str, str]:
    return {
        "calendar.not_a_day": tr("This is not a date. Write 14/07/2026, h for today, or +28."),
        "calendar.no_such_day": tr("There is no day {day}/{month}/{year}. Check the date."),
        "calendar.year_out_of_range": tr("The year {year} cannot be. Check the date."),
        "birth.unreadable": tr("Write the birth as 14/07/1958, 07/1958, 1958, or e45 for about 45 years."),
        "birth.future": tr("The birth would be after today. Check the date."),
        "birth.too_old": tr("That would be more than {limit} years. Check the date."),
    }


def _names() -> dict[str, str]:
    return {
        "identity.line_break": tr("A name goes on one line. Remove the line breaks."),
        "identity.control": tr("The name has marks that cannot be seen. Write it again."),
        "identity.bidi": tr("The name has letters or marks written from right to left. Write it again."),
        "identity.symbol": tr("The name has a sign that names do not have. Use letters only."),
        "identity.digit": tr("A name has no digits. Write it with letters."),
        "identity.no_letter": tr("The name has no letters. Write it or leave it empty."),
        "identity.too_long": tr("The name has more than {limit} letters. Shorten it."),
        "identity.phone": tr("A telephone has 7 to 12 digits. Check the number."),
        "identity.curp": tr("A CURP has only letters and digits. Check it."),
    }


def _curp() -> dict[str, str]:
    return {
        "curp.length": tr("The CURP does not have 18 characters."),
        "curp.shape": tr("The CURP does not have its usual form."),
        "curp.check_digit": tr("The last digit of the CURP does not fit the rest."),
        "curp.no_such_day": tr("The CURP holds a date that does not exist."),
        "curp.birth": tr("The CURP has another date of birth."),
        "curp.sex": tr("The CURP has another sex."),
        "curp.state": tr("The CURP has another state of birth."),
        "curp.name": tr("The CURP belongs to another name."),
    }


def _likeness() -> dict[str, str]:
    """Keys `match.<reason>`: one for each `Reason.code` of `domain/matching.py`; `{years}` only in `years_apart`."""
    return {
        "match.same_curp": tr("same CURP"),
        "match.same_surnames": tr("same surnames"),
        "match.similar_surnames": tr("surnames that sound alike"),
        "match.swapped_surnames": tr("surnames swapped"),
        "match.one_surname": tr("one surname the same"),
        "match.same_given": tr("same given name"),
        "match.similar_given": tr("similar given name"),
        "match.nickname": tr("nickname of the given name"),
        "match.same_birth": tr("same date of birth"),
        "match.day_month_swapped": tr("day and month swapped"),
        "match.one_digit_apart": tr("one digit of the date differs"),
        "match.same_age": tr("same age"),
        "match.years_apart": tr("years between the births: {years}"),
        "match.same_mother": tr("same mother's name"),
        "match.same_phone": tr("same telephone"),
    }
