"""Sentences about people, placements, days away and requests."""

from __future__ import annotations

from ces_desktop.i18n import tr


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {
        "staff.name_missing": tr("Write the person's name."),
        "staff.same_name": tr("Somebody with this name is known already. Choose them in the list."),
        "staff.user_taken": tr("This sign-in belongs to {name}."),
        "staff.unknown": tr("This person is no longer in the list."),
        "staff.no_placement": tr("This placement is no longer in force."),
        "staff.no_first_day": tr("The first day is missing."),
        "staff.no_last_day": tr("The last day is missing."),
        "staff.ends_before": tr("The last day lies before the first. Check both."),
        "staff.begins_ahead": tr("Who is in service began today or before. For a later day choose «assigned»."),
        "staff.ends_ahead": tr("The last day is still to come. Note the end when it has come."),
        "staff.too_long": tr("That is more than {years} years. Check the year."),
        "staff.overlap": tr("This person serves already on some of these days. End that placement first."),
        "staff.cohort": tr("A cohort begins in February or in August of a year."),
        "staff.role": tr("Choose the role."),
        "staff.state": tr("A placement cannot go from where it is to there."),
        "staff.absence_kind": tr("Choose why the person is away."),
        "staff.absence_twice": tr("Some of these days are noted as away already."),
        "act.staff.add": tr("new person of the staff"),
        "act.staff.edit": tr("correction of a person of the staff"),
        "act.staff.place": tr("new placement"),
        "act.staff.change_placement": tr("correction of a placement"),
        "act.staff.remove_placement": tr("placement taken back"),
        "act.staff.candidate": tr("assignment taken back"),
        "act.staff.assign": tr("assignment to the clinic"),
        "act.staff.begin": tr("beginning of a service"),
        "act.staff.finish": tr("end of a service"),
        "act.staff.left": tr("departure before the end"),
        "act.staff.absence": tr("days away"),
        "act.staff.change_absence": tr("correction of days away"),
        "act.staff.remove_absence": tr("days away taken back"),
    } | _requests()


def _requests() -> dict[str, str]:
    return {
        "staff_requests.no_text": tr("Say in a few words what is needed."),
        "staff_requests.kind": tr("Choose what kind of request it is."),
        "staff_requests.urgency": tr("Choose how urgent it is."),
        "staff_requests.future": tr("That day is still to come. Check the date."),
        "staff_requests.due_before": tr("The day it is wanted lies before the day it was asked."),
        "staff_requests.due_far": tr("That is more than {months} months ahead. Check the year."),
        "staff_requests.unknown": tr("This request is no longer in the list."),
        "staff_requests.says_nothing": tr("Write an answer, or choose what became of it."),
        "staff_requests.same_state": tr("That is what it says already."),
        "staff_requests.closed": tr("This request is closed. It can be opened again."),
        "staff_requests.reason_missing": tr("Say why it will not be done."),
        "staff_requests.before_asked": tr("That lies before {day}, the last that was noted. Check the date."),
        "act.staff_requests.ask": tr("new request"),
        "act.staff_requests.edit": tr("correction of a request"),
        "act.staff_requests.answer": tr("answer to a request"),
        "act.staff_requests.doing": tr("request under way"),
        "act.staff_requests.done": tr("request solved"),
        "act.staff_requests.declined": tr("request declined"),
        "act.staff_requests.reopen": tr("request opened again"),
        "act.staff_requests.take_back": tr("answer taken back"),
    }
