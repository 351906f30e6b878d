"""Seminars with their sessions, who came, the quiz and its answers: a few dozen, read whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection, select

from ces_desktop.data.models import (
    QuizAnswerRecord,
    QuizQuestionRecord,
    SeminarAttendanceRecord,
    SeminarRecord,
    SeminarSessionRecord,
)
from ces_desktop.data.reference import NETWORK
from ces_desktop.domain import seminars as rules
from ces_desktop.domain.ids import Id
from ces_desktop.domain.seminars import Earned, Moment, Presence, Score, SeminarKind


@dataclass(frozen=True, slots=True)
class Session:
    """A day, or half a day, of a seminar."""

    id: Id
    day: str
    topic: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the quiz; `correct` 1 = a."""

    id: Id
    text: str
    options: tuple[str, ...]
    correct: int


@dataclass(frozen=True, slots=True)
class Seminar:
    """A seminar or course. `marks`: (session, person) → row and presence; `answers`: (person, moment, question) → row
    and choice."""

    id: Id
    title: str
    institution: str
    kind: SeminarKind
    place: str
    from_on: str
    until_on: str
    topics: str
    hours: int | None
    least_presence: int | None
    pass_score: int | None
    note: str
    sessions: tuple[Session, ...]
    questions: tuple[Question, ...]
    marks: Mapping[tuple[Id, Id], tuple[Id, Presence]]
    answers: Mapping[tuple[Id, str, Id], tuple[Id, int]]

    def people(self) -> frozenset[Id]:
        """Everybody of whom something is noted."""
        return frozenset(person for _, person in self.marks) | frozenset(key[0] for key in self.answers)

    def presence(self, person: Id) -> int | None:
        """Percent of the sessions at which a person was; None while nothing is noted."""
        marks = [self.marks[s.id, person][1] for s in self.sessions if (s.id, person) in self.marks]
        return rules.presence(marks, len(self.sessions))

    def score(self, person: Id, moment: Moment) -> Score | None:
        """The quiz of a person before or after; None where it was not taken."""
        correct = {q.id: q.correct for q in self.questions}
        chosen = {q: choice for (who, when, q), (_, choice) in self.answers.items() if (who, when) == (person, moment)}
        return rules.score(correct, chosen)

    def choices(self, person: Id, moment: Moment) -> tuple[int | None, ...]:
        """What a person chose, question by question."""
        found = [self.answers.get((person, moment, q.id)) for q in self.questions]
        return tuple(None if each is None else each[1] for each in found)

    def earned(self, person: Id) -> Earned:
        """Whether a person has earned the certificate."""
        return rules.earned(self.presence(person), self.score(person, "post"), self.least_presence, self.pass_score)


def seminars(connection: Connection, clinic: Id) -> tuple[Seminar, ...]:
    """Every seminar, newest first."""
    s = SeminarRecord
    names = ("id", "title", "institution", "kind", "place", "from_on", "until_on", "topics", "hours",
             "least_presence", "pass_score", "note")  # fmt: skip
    of = (clinic, NETWORK)
    rows = connection.execute(
        select(*(getattr(s, name) for name in names))
        .where(s.clinic.in_(of), s.live == 1)
        .order_by(s.from_on.desc(), s.id.desc())
    )
    sessions, questions = _sessions(connection, of), _questions(connection, of)
    marks, answers = _marks(connection, of), _answers(connection, of)
    return tuple(
        Seminar(
            id=Id(r.id),
            title=r.title or "",
            institution=r.institution or "",
            kind=cast(SeminarKind, r.kind),
            place=r.place or "",
            from_on=r.from_on,
            until_on=r.until_on,
            topics=r.topics or "",
            hours=r.hours,
            least_presence=r.least_presence,
            pass_score=r.pass_score,
            note=r.note or "",
            sessions=tuple(sessions[r.id]),
            questions=tuple(questions[r.id]),
            marks=marks[r.id],
            answers=answers[r.id],
        )
        for r in rows
    )


def seminar(connection: Connection, clinic: Id, wanted: Id) -> Seminar | None:
    """One seminar, None where there is no such."""
    return next((each for each in seminars(connection, clinic) if each.id == wanted), None)


def _sessions(connection: Connection, of: tuple[bytes, bytes]) -> dict[bytes, list[Session]]:
    t, found = SeminarSessionRecord, defaultdict[bytes, list[Session]](list)
    columns = (t.seminar, t.id, t.happened_on, t.topic)
    for r in connection.execute(select(*columns).where(t.clinic.in_(of), t.live == 1).order_by(t.happened_on, t.id)):
        found[r.seminar].append(Session(Id(r.id), r.happened_on, r.topic or ""))
    return found


def _questions(connection: Connection, of: tuple[bytes, bytes]) -> dict[bytes, list[Question]]:
    q, found = QuizQuestionRecord, defaultdict[bytes, list[Question]](list)
    columns = (q.seminar, q.id, q.text, q.options, q.correct)
    for r in connection.execute(select(*columns).where(q.clinic.in_(of), q.live == 1).order_by(q.position, q.id)):
        found[r.seminar].append(Question(Id(r.id), r.text or "", tuple((r.options or "").split("\n")), r.correct or 0))
    return found


def _marks(connection: Connection, of: tuple[bytes, bytes]) -> dict[bytes, dict[tuple[Id, Id], tuple[Id, Presence]]]:
    a, found = SeminarAttendanceRecord, defaultdict[bytes, dict[tuple[Id, Id], tuple[Id, Presence]]](dict)
    columns = (a.seminar, a.id, a.session, a.person, a.presence)
    for r in connection.execute(select(*columns).where(a.clinic.in_(of), a.live == 1).order_by(a.recorded_at, a.id)):
        found[r.seminar][Id(r.session), Id(r.person)] = Id(r.id), cast(Presence, r.presence)
    return found


def _answers(connection: Connection, of: tuple[bytes, bytes]) -> dict[bytes, dict[tuple[Id, str, Id], tuple[Id, int]]]:
    a, found = QuizAnswerRecord, defaultdict[bytes, dict[tuple[Id, str, Id], tuple[Id, int]]](dict)
    columns = (a.seminar, a.id, a.person, a.moment, a.question, a.choice)
    for r in connection.execute(select(*columns).where(a.clinic.in_(of), a.live == 1).order_by(a.recorded_at, a.id)):
        found[r.seminar][Id(r.person), r.moment, Id(r.question)] = Id(r.id), r.choice
    return found
