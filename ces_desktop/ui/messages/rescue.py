"""Sentences about looking for people who did not come, and the name of what was done."""

from __future__ import annotations

from ces_desktop.i18n import tr


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {
        "rescue.outcome": tr("Choose what came of it."),
        "rescue.how": tr("Say whether it was at home or by telephone."),
        "rescue.no_day": tr("The date is missing. Write the day they were looked for."),
        "rescue.future": tr("They cannot have been looked for after today. Check the date."),
        "rescue.promise_missing": tr("Write the day they promised to come."),
        "rescue.promise_past": tr("The promised day is before they were found. Check it."),
        "rescue.promise_far": tr("A promise reaches {days} days at most. Choose an earlier day."),
        "rescue.promise_not_here": tr("Only who was found or promised has a day to come."),
        "act.rescue.contact": tr("search for a person who did not come"),
    }
