"""The people who work at the clinics, and their seminars."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    _staff()
    _seminars()


def _staff() -> None:
    """People, where they serve, when they are away, what they ask for."""
    op.create_table(
        "staff_person",
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("licence", sa.Text(), nullable=True),
        sa.Column("school", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("user", sa.LargeBinary(length=16), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_staff_person_clinic", "staff_person", ["clinic", "name"])
    op.create_table(
        "placement",
        sa.Column("person", sa.LargeBinary(length=16), nullable=True),
        sa.Column("at", sa.LargeBinary(length=16), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Text(), nullable=True),
        sa.Column("until_on", sa.Text(), nullable=True),
        sa.Column("cohort", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_placement_at", "placement", ["clinic", "at"])
    op.create_index("ix_placement_person", "placement", ["clinic", "person"])
    op.create_table(
        "absence",
        sa.Column("person", sa.LargeBinary(length=16), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Text(), nullable=True),
        sa.Column("until_on", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_absence_person", "absence", ["clinic", "person"])
    op.create_table(
        "staff_request",
        sa.Column("person", sa.LargeBinary(length=16), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("urgency", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_staff_request_day", "staff_request", ["clinic", "happened_on"])
    op.create_table(
        "staff_request_event",
        sa.Column("request", sa.LargeBinary(length=16), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_staff_request_event_request", "staff_request_event", ["clinic", "request"])


def _seminars() -> None:
    """Seminars, who came, the questions before and after."""
    op.create_table(
        "seminar",
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("institution", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Text(), nullable=True),
        sa.Column("until_on", sa.Text(), nullable=True),
        sa.Column("topics", sa.Text(), nullable=True),
        sa.Column("hours", sa.BigInteger(), nullable=True),
        sa.Column("least_presence", sa.BigInteger(), nullable=True),
        sa.Column("pass_score", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_seminar_day", "seminar", ["clinic", "from_on"])
    op.create_table(
        "seminar_session",
        sa.Column("seminar", sa.LargeBinary(length=16), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("speaker", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_seminar_session_seminar", "seminar_session", ["clinic", "seminar"])
    op.create_table(
        "seminar_attendance",
        sa.Column("seminar", sa.LargeBinary(length=16), nullable=True),
        sa.Column("session", sa.LargeBinary(length=16), nullable=True),
        sa.Column("person", sa.LargeBinary(length=16), nullable=True),
        sa.Column("presence", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_seminar_attendance_seminar", "seminar_attendance", ["clinic", "seminar"])
    op.create_index("ix_seminar_attendance_person", "seminar_attendance", ["clinic", "person"])
    op.create_table(
        "quiz_question",
        sa.Column("seminar", sa.LargeBinary(length=16), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("options", sa.Text(), nullable=True),
        sa.Column("correct", sa.BigInteger(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_quiz_question_seminar", "quiz_question", ["clinic", "seminar"])
    op.create_table(
        "quiz_answer",
        sa.Column("seminar", sa.LargeBinary(length=16), nullable=True),
        sa.Column("question", sa.LargeBinary(length=16), nullable=True),
        sa.Column("person", sa.LargeBinary(length=16), nullable=True),
        sa.Column("moment", sa.Text(), nullable=True),
        sa.Column("choice", sa.BigInteger(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_quiz_answer_seminar", "quiz_answer", ["clinic", "seminar"])
    op.create_index("ix_quiz_answer_person", "quiz_answer", ["clinic", "person"])


def _synced() -> tuple[sa.Column[object], ...]:
    """The columns of every synced row."""
    return (
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("clinic", sa.LargeBinary(length=16), nullable=False),
        sa.Column("made_by", sa.LargeBinary(length=32), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("voided", sa.Text(), nullable=True),
        sa.Column("live", sa.Integer(), nullable=False),
    )
