"""Sentences about seminars and quizzes, and the names of what was done."""

from __future__ import annotations

from ces_desktop.i18n import tr


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {
        "seminars.no_title": tr("Write the title."),
        "seminars.kind": tr("Choose whether it is a seminar or a course."),
        "seminars.too_long": tr("That is more than {days} days. Check the year."),
        "seminars.hours": tr("Hours are a whole number from 1 to {most}."),
        "seminars.percent": tr("That is a percentage from 1 to 100."),
        "seminars.unknown": tr("This seminar is no longer in the list."),
        "seminars.presence": tr("Choose whether the person came."),
        "seminars.answered": tr("The quiz was answered: questions can be corrected or added, not taken out."),
        "seminars.no_questions": tr("The quiz has no questions yet. Write them first."),
        "seminars.choices": tr("One letter for each question, as in «abca»; a hyphen for one left empty."),
        "seminars.moment": tr("Choose whether it was before or after."),
        "seminars.how_many": tr("A quiz has {fewest} to {most} questions."),
        "seminars.options": tr("Each question has words and two to five answers, divided by a semicolon."),
        "seminars.correct": tr("The right answer is the letter of one that is offered."),
        "act.seminars.add": tr("new seminar"),
        "act.seminars.edit": tr("correction of a seminar"),
        "act.seminars.attendance": tr("attendance of a seminar"),
        "act.seminars.questions": tr("questions of a quiz"),
        "act.seminars.quiz": tr("answers to a quiz"),
    }
