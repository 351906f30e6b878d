"""What a person does with a seminar: write it, note who came, its questions, what was answered before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ces_desktop.data.models import (
    QuizAnswerRecord,
    QuizQuestionRecord,
    SeminarAttendanceRecord,
    SeminarRecord,
    SeminarSessionRecord,
)
from ces_desktop.data.queries.seminars import Seminar, seminar
from ces_desktop.data.work import Work
from ces_desktop.domain import seminars as rules
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.ids import Id
from ces_desktop.domain.seminars import Moment, Presence, SeminarKind
from ces_desktop.errors import Refused
from ces_desktop.services import settling
from ces_desktop.services.patients_status import clean_text

MOST_DAYS, MOST_HOURS = 400, 400
SESSIONS_OF = 7
"""A seminar of so many days has a session for each; a longer course one on its first day, until others are written."""


@dataclass(frozen=True, slots=True)
class SeminarForm:
    """A seminar as it should be known; days are ISO. `id` is made when the form opens."""

    id: Id
    title: str
    institution: str
    kind: SeminarKind
    from_on: str
    until_on: str
    place: str = ""
    topics: str = ""
    hours: int | None = None
    pass_score: int | None = None


@dataclass(frozen=True, slots=True)
class QuestionForm:
    """A question; `correct` 1 = a."""

    text: str
    options: tuple[str, ...]
    correct: int


def keep(work: Work, form: SeminarForm) -> Id:
    """Write a seminar, new or known. Each day of a short one is a session.

    Refused: `seminars.no_title`, `seminars.kind`, `staff.no_first_day`, `staff.ends_before`,
    `seminars.too_long` (days), `seminars.hours` (most), `seminars.percent`, `calendar.not_a_day`, `text.*`.
    """
    require(work.actor, Right.KEEP_SEMINARS)
    check(form)
    held = seminar(work.connection, work.installation.clinic, form.id)
    values: dict[str, Any] = {
        "title": clean_text(form.title),
        "institution": clean_text(form.institution),
        "kind": form.kind,
        "place": clean_text(form.place),
        "from_on": form.from_on,
        "until_on": form.until_on or form.from_on,
        "topics": clean_text(form.topics),
        "hours": form.hours,
        "pass_score": form.pass_score,
    }
    work.act("seminars.edit" if held else "seminars.add")
    if held:
        settling.change(work, SeminarRecord, form.id, **values)
    else:
        work.add(SeminarRecord(id=form.id, **values))
    _keep_sessions(work, form.id, form.from_on, form.until_on, held)
    return form.id


def mark(work: Work, wanted: Id, session: Id, marks: Sequence[tuple[Id, Presence]]) -> None:
    """Who came to a session. Refused: `seminars.unknown`, `seminars.presence`."""
    require(work.actor, Right.KEEP_SEMINARS)
    held = _held(work, wanted)
    if all(each.id != session for each in held.sessions):
        raise Refused("seminars.unknown")
    work.act("seminars.attendance")
    for person, presence in marks:
        if presence not in rules.PRESENCES:
            raise Refused("seminars.presence")
        known = held.marks.get((session, person))
        if known is None:
            work.add(SeminarAttendanceRecord(id=work.new_id(), seminar=wanted, session=session, person=person,
                                             presence=presence))  # fmt: skip
        else:
            work.change(SeminarAttendanceRecord, known[0], presence=presence)


def ask(work: Work, wanted: Id, questions: Sequence[QuestionForm]) -> None:
    """The questions of the quiz, in order; one that was answered keeps its place, its words may be corrected.

    Refused: `seminars.unknown`, `seminars.answered` (fewer questions than were answered), and as `check_questions`.
    """
    require(work.actor, Right.KEEP_SEMINARS)
    held = _held(work, wanted)
    check_questions(questions)
    if held.answers and len(questions) < len(held.questions):
        raise Refused("seminars.answered")
    work.act("seminars.questions")
    for place, form in enumerate(questions):
        values: dict[str, Any] = {
            "position": place + 1,
            "text": clean_text(form.text),
            "options": "\n".join(clean_text(option) or "" for option in form.options),
            "correct": form.correct,
        }
        if place < len(held.questions):
            settling.change(work, QuizQuestionRecord, held.questions[place].id, **values)
        else:
            work.add(QuizQuestionRecord(id=work.new_id(), seminar=wanted, **values))
    for gone in held.questions[len(questions) :]:
        work.void(QuizQuestionRecord, gone.id, "taken out")


def answer(
    work: Work, wanted: Id, moment: Moment, day: str, sheets: Sequence[tuple[Id, tuple[int, ...] | None]]
) -> None:
    """What people answered before or after; None = the person did not take it, which takes earlier answers back.

    Refused: `seminars.unknown`, `seminars.no_questions`, `seminars.choices` (not one choice for each question),
    `seminars.moment`, `calendar.not_a_day`.
    """
    require(work.actor, Right.KEEP_SEMINARS)
    held = _held(work, wanted)
    if moment not in rules.MOMENTS:
        raise Refused("seminars.moment")
    if not held.questions:
        raise Refused("seminars.no_questions")
    _day(day)
    work.act("seminars.quiz")
    for person, choices in sheets:
        if choices is not None and (len(choices) != len(held.questions) or any(
            not 0 <= c <= len(q.options) for c, q in zip(choices, held.questions, strict=True)
        )):  # fmt: skip
            raise Refused("seminars.choices")
        for place, question in enumerate(held.questions):
            known = held.answers.get((person, moment, question.id))
            if choices is None:
                if known is not None:
                    work.void(QuizAnswerRecord, known[0], "taken back")
            elif known is None:
                work.add(QuizAnswerRecord(id=work.new_id(), seminar=wanted, question=question.id, person=person,
                                          moment=moment, choice=choices[place], happened_on=day))  # fmt: skip
            else:
                work.change(QuizAnswerRecord, known[0], choice=choices[place])


def check(form: SeminarForm) -> None:
    """Whether a seminar may be kept. Refused: as `keep`."""
    if clean_text(form.title) is None:
        raise Refused("seminars.no_title")
    if form.kind not in rules.KINDS:
        raise Refused("seminars.kind")
    if not form.from_on:
        raise Refused("staff.no_first_day")
    first, last = _day(form.from_on), _day(form.until_on or form.from_on)
    if last < first:
        raise Refused("staff.ends_before")
    if (last - first).days > MOST_DAYS:
        raise Refused("seminars.too_long", days=MOST_DAYS)
    if form.hours is not None and not 1 <= form.hours <= MOST_HOURS:
        raise Refused("seminars.hours", most=MOST_HOURS)
    if form.pass_score is not None and not 1 <= form.pass_score <= 100:
        raise Refused("seminars.percent")


def check_questions(questions: Sequence[QuestionForm]) -> None:
    """Refused: `seminars.how_many` (fewest, most), `seminars.options`, `seminars.correct`, `text.*`."""
    if not rules.FEWEST_QUESTIONS <= len(questions) <= rules.MOST_QUESTIONS:
        raise Refused("seminars.how_many", fewest=rules.FEWEST_QUESTIONS, most=rules.MOST_QUESTIONS)
    for each in questions:
        options = [clean_text(option) for option in each.options]
        if clean_text(each.text) is None or None in options:
            raise Refused("seminars.options")
        if not rules.FEWEST_OPTIONS <= len(options) <= rules.MOST_OPTIONS:
            raise Refused("seminars.options")
        if not 1 <= each.correct <= len(options):
            raise Refused("seminars.correct")


def follow_days(work: Work, wanted: Id, days: Mapping[str, Any]) -> None:
    """The sessions of the days that a person chose of two edits: each laptop had written those of its own."""
    _keep_sessions(work, wanted, days["from_on"], days["until_on"] or "", _held(work, wanted))


def _keep_sessions(work: Work, wanted: Id, from_on: str, until_on: str, held: Seminar | None) -> None:
    """A session for each day of a short seminar; one that nobody came to goes when its day does.

    So does the second of a day that two laptops wrote; half days, which have topics of their own, stay.
    """
    first, last = _day(from_on), _day(until_on or from_on)
    length = (last - first).days + 1
    days = [(first + timedelta(days=n)).isoformat() for n in range(length if length <= SESSIONS_OF else 1)]
    attended = {session for session, _ in held.marks} if held else set[Id]()
    known = {each.day for each in held.sessions if each.id in attended} if held else set[str]()
    for each in held.sessions if held else ():
        if each.id in attended:
            continue
        if each.day not in days or (each.day in known and not each.topic):
            work.void(SeminarSessionRecord, each.id, "other day")
        known.add(each.day)
    for day in days:
        if day not in known:
            work.add(SeminarSessionRecord(id=work.new_id(), seminar=wanted, happened_on=day))


def _held(work: Work, wanted: Id) -> Seminar:
    found = seminar(work.connection, work.installation.clinic, wanted)
    if found is None:
        raise Refused("seminars.unknown")
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("calendar.not_a_day") from None
