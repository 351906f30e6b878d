"""Scores of a quiz before and after, presence at the sessions, and who has earned a certificate.

A question left empty is a wrong answer; a quiz that was not taken has no score (unknown ≠ 0). Percentages are whole
numbers, rounded half up. What a certificate asks for is written with the seminar; `USUAL_PRESENCE` is our own working
rule where nothing is written (80 % of the sessions), not a norm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

Key = TypeVar("Key")
SeminarKind = Literal["seminar", "course"]
Presence = Literal["present", "absent", "excused", "expected"]
Moment = Literal["pre", "post"]

KINDS: tuple[SeminarKind, ...] = ("seminar", "course")
PRESENCES: tuple[Presence, ...] = ("present", "absent", "excused", "expected")
MOMENTS: tuple[Moment, ...] = ("pre", "post")
FEWEST_QUESTIONS, MOST_QUESTIONS = 3, 5
FEWEST_OPTIONS, MOST_OPTIONS = 2, 5
LETTERS = "abcde"
USUAL_PRESENCE = 80
EMPTY = 0
"""The choice of who left a question empty."""


@dataclass(frozen=True, slots=True)
class Score:
    """Right answers of the questions asked."""

    right: int
    of: int

    @property
    def percent(self) -> int:
        """Of a hundred, rounded half up."""
        return (200 * self.right + self.of) // (2 * self.of)


@dataclass(frozen=True, slots=True)
class Earned:
    """Whether a person has earned the certificate, and if not, why: "presence", "quiz" (not taken), "score"."""

    yes: bool
    why: Literal["", "sessions", "presence", "quiz", "score"]


def score(correct: Mapping[Key, int], chosen: Mapping[Key, int]) -> Score | None:
    """What answers (question → choice) are worth against the right ones; None where no question was answered at all.

    Answers to questions that are no longer asked do not count; a question without an answer counts as wrong.
    """
    taken = [question for question in correct if question in chosen]
    if not taken:
        return None
    return Score(sum(chosen.get(question) == right for question, right in correct.items()), len(correct))


def gain(before: Score | None, after: Score | None) -> int | None:
    """Percentage points won from the first to the second quiz; None unless both were taken."""
    return None if before is None or after is None else after.percent - before.percent


def presence(marks: Sequence[Presence], sessions: int) -> int | None:
    """Percent of the sessions at which a person was present; None while there are none or nothing was noted."""
    told = [mark for mark in marks if mark != "expected"]
    if sessions <= 0 or not told:
        return None
    return (200 * min(sessions, told.count("present")) + sessions) // (2 * sessions)


def earned(present: int | None, after: Score | None, least_presence: int | None, pass_score: int | None) -> Earned:
    """Whether presence (percent) and the second quiz earn the certificate."""
    if present is None:
        return Earned(False, "sessions")
    if present < (USUAL_PRESENCE if least_presence is None else least_presence):
        return Earned(False, "presence")
    if pass_score is not None and after is None:
        return Earned(False, "quiz")
    if pass_score is not None and after is not None and after.percent < pass_score:
        return Earned(False, "score")
    return Earned(True, "")


def letters(text: str, options: Sequence[int]) -> tuple[int, ...] | None:
    """Answers typed in a row ("abca", "a-b c"): one letter or digit for each question, "-" or "." = left empty.

    `options` = how many options each question has. None when it is not one answer for each question.
    """
    typed = "".join(text.split()).lower()
    if len(typed) != len(options):
        return None
    found = []
    for each, most in zip(typed, options, strict=True):
        if each in "-.":
            found.append(EMPTY)
            continue
        choice = LETTERS.find(each) + 1 or ("12345".find(each) + 1)
        if not 1 <= choice <= most:
            return None
        found.append(choice)
    return tuple(found)


def as_letters(choices: Sequence[int | None]) -> str:
    """The same the other way; a question without an answer is "-"."""
    return "".join(LETTERS[each - 1] if each else "-" for each in choices)
