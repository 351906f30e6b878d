"""Tables of seminars and courses: their days, who came, and the questions asked before and after."""

from __future__ import annotations

from ces_desktop.data.models.base import Field, Index, Synced, wire_id, wire_int, wire_text


class SeminarRecord(Synced):
    """A seminar or course."""

    __tablename__ = "seminar"
    subject = ("seminar", "id")

    title: Field[str | None] = wire_text()
    institution: Field[str | None] = wire_text()
    """Who gives it: Harvard Medical School, Tecnológico de Monterrey, CES…"""
    kind: Field[str | None] = wire_text()
    """"seminar" (a day or two) or "course"."""
    place: Field[str | None] = wire_text()
    from_on: Field[str | None] = wire_text()
    until_on: Field[str | None] = wire_text()
    """First and last day, ISO."""
    topics: Field[str | None] = wire_text()
    """One a line."""
    hours: Field[int | None] = wire_int()
    """As the certificate states them; NULL = not stated."""
    least_presence: Field[int | None] = wire_int()
    """Percent of the sessions that earns the certificate; NULL = the usual (`domain.seminars`)."""
    pass_score: Field[int | None] = wire_int()
    """Percent of the second quiz that earns it; NULL = no quiz asked for."""
    note: Field[str | None] = wire_text()

    indexes = (Index("ix_seminar_day", "clinic", "from_on"),)


class SeminarSessionRecord(Synced):
    """One day, or half a day, of a seminar."""

    __tablename__ = "seminar_session"
    subject = ("seminar", "seminar")
    references = ("seminar",)

    seminar: Field[bytes | None] = wire_id()
    happened_on: Field[str | None] = wire_text()
    topic: Field[str | None] = wire_text()
    speaker: Field[str | None] = wire_text()

    indexes = (Index("ix_seminar_session_seminar", "clinic", "seminar"),)


class SeminarAttendanceRecord(Synced):
    """Whether a staff person came to a session. No row = nobody said."""

    __tablename__ = "seminar_attendance"
    subject = ("seminar", "seminar")
    references = ("seminar", "session", "person")

    seminar: Field[bytes | None] = wire_id()
    session: Field[bytes | None] = wire_id()
    person: Field[bytes | None] = wire_id()
    presence: Field[str | None] = wire_text()
    """"present", "absent" or "excused"; of a person who is expected and of whom nothing is known yet, "expected"."""

    indexes = (
        Index("ix_seminar_attendance_seminar", "clinic", "seminar"),
        Index("ix_seminar_attendance_person", "clinic", "person"),
    )


class QuizQuestionRecord(Synced):
    """A question of a seminar's quiz, asked before and after; three to five of them."""

    __tablename__ = "quiz_question"
    subject = ("seminar", "seminar")
    references = ("seminar",)

    seminar: Field[bytes | None] = wire_id()
    position: Field[int | None] = wire_int()
    """1, 2, 3…"""
    text: Field[str | None] = wire_text()
    options: Field[str | None] = wire_text()
    """One a line, two to five: a, b, c…"""
    correct: Field[int | None] = wire_int()
    """Which of them is right: 1 = a."""

    indexes = (Index("ix_quiz_question_seminar", "clinic", "seminar"),)


class QuizAnswerRecord(Synced):
    """What a person answered to one question at one time."""

    __tablename__ = "quiz_answer"
    subject = ("seminar", "seminar")
    references = ("seminar", "question", "person")

    seminar: Field[bytes | None] = wire_id()
    question: Field[bytes | None] = wire_id()
    person: Field[bytes | None] = wire_id()
    moment: Field[str | None] = wire_text()
    """"pre" or "post"."""
    choice: Field[int | None] = wire_int()
    """1 = a…; 0 = left empty, which is an answer that is not right. No row = the person did not take that quiz."""
    happened_on: Field[str | None] = wire_text()

    indexes = (
        Index("ix_quiz_answer_seminar", "clinic", "seminar"),
        Index("ix_quiz_answer_person", "clinic", "person"),
    )
