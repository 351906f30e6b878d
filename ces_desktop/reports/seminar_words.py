"""A seminar in words, on screen and on paper."""

from __future__ import annotations

from ces_desktop.data.queries.seminars import Seminar
from ces_desktop.domain.ids import Id
from ces_desktop.domain.seminars import Score, gain
from ces_desktop.i18n import tr
from ces_desktop.reports import words


def days_words(seminar: Seminar) -> str:
    """Its days."""
    if seminar.from_on == seminar.until_on:
        return words.day(seminar.from_on)
    return f"{words.day(seminar.from_on)} – {words.day(seminar.until_on)}"


def score_words(score: Score | None) -> str:
    """`3/4`; a dash where the quiz was not taken."""
    return words.DASH if score is None else f"{score.right}/{score.of}"


def gain_words(seminar: Seminar) -> str:
    """The mean of what those who took both quizzes won, in percentage points."""
    both = [gain(seminar.score(p, "pre"), seminar.score(p, "post")) for p in seminar.people()]
    won = [each for each in both if each is not None]
    if not won:
        return words.DASH
    mean = round(sum(won) / len(won))
    return tr("{n} points").format(n=f"{mean:+d}")


def earned_words(seminar: Seminar, person: Id) -> str:
    """Whether a person has earned the certificate, and why not."""
    earned = seminar.earned(person)
    return {
        "": tr("Certificate earned"),
        "sessions": tr("Attendance not noted"),
        "presence": tr("Too few sessions"),
        "quiz": tr("Second quiz not taken"),
        "score": tr("Second quiz not passed"),
    }[earned.why]
