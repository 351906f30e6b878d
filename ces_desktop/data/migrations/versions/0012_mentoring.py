"""Mentoring: checklists by version, sessions with what was observed and agreed, signatures, answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    _checklists()
    _sessions()
    _contents()
    _actions()
    _after()


def _checklists() -> None:
    """Checklists, one row for each version, and their items."""
    op.create_table(
        "checklist",
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("name_es", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("active", sa.Text(), nullable=True),
        sa.Column("previous", sa.LargeBinary(length=16), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_checklist_code", "checklist", ["clinic", "code", "version"])
    op.create_table(
        "checklist_item",
        sa.Column("checklist", sa.LargeBinary(length=16), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("critical", sa.Text(), nullable=True),
        sa.Column("text_es", sa.Text(), nullable=True),
        sa.Column("text_en", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_checklist_item_list", "checklist_item", ["clinic", "checklist"])


def _sessions() -> None:
    """Sessions and who took part."""
    op.create_table(
        "mentoring_session",
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_mentoring_session_day", "mentoring_session", ["clinic", "happened_on"])
    op.create_table(
        "session_person",
        sa.Column("session", sa.LargeBinary(length=16), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("user", sa.LargeBinary(length=16), nullable=True),
        sa.Column("person", sa.LargeBinary(length=16), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_session_person_session", "session_person", ["clinic", "session"])
    op.create_index("ix_session_person_user", "session_person", ["clinic", "user"])


def _contents() -> None:
    """What was observed and talked over."""
    op.create_table(
        "session_observation",
        sa.Column("session", sa.LargeBinary(length=16), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("patient", sa.LargeBinary(length=16), nullable=True),
        sa.Column("checklist", sa.LargeBinary(length=16), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_session_observation_session", "session_observation", ["clinic", "session"])
    op.create_index("ix_session_observation_patient", "session_observation", ["clinic", "patient"])
    op.create_table(
        "observed_item",
        sa.Column("session", sa.LargeBinary(length=16), nullable=True),
        sa.Column("observation", sa.LargeBinary(length=16), nullable=True),
        sa.Column("item", sa.LargeBinary(length=16), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_observed_item_session", "observed_item", ["clinic", "session"])
    op.create_table(
        "session_case",
        sa.Column("session", sa.LargeBinary(length=16), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("patient", sa.LargeBinary(length=16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_session_case_session", "session_case", ["clinic", "session"])
    op.create_index("ix_session_case_patient", "session_case", ["clinic", "patient"])
    op.create_table(
        "session_point",
        sa.Column("session", sa.LargeBinary(length=16), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_session_point_session", "session_point", ["clinic", "session"])


def _actions() -> None:
    """What was agreed, and what became of it."""
    op.create_table(
        "session_action",
        sa.Column("session", sa.LargeBinary(length=16), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("owner", sa.LargeBinary(length=16), nullable=True),
        sa.Column("owner_name", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_session_action_session", "session_action", ["clinic", "session"])
    op.create_table(
        "session_action_event",
        sa.Column("action", sa.LargeBinary(length=16), nullable=True),
        sa.Column("session", sa.LargeBinary(length=16), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_session_action_event_action", "session_action_event", ["clinic", "action"])
    _partial_index("session_action_event", "replaces")


def _after() -> None:
    """Signatures, answers, addenda."""
    op.create_table(
        "session_signature",
        sa.Column("session", sa.LargeBinary(length=16), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("user", sa.LargeBinary(length=16), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_session_signature_session", "session_signature", ["clinic", "session"])
    op.create_table(
        "session_remark",
        sa.Column("session", sa.LargeBinary(length=16), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("user", sa.LargeBinary(length=16), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_session_remark_session", "session_remark", ["clinic", "session"])
    _partial_index("session_remark", "replaces")


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


def _partial_index(table: str, column: str) -> None:
    """Finds rows by what few of them name."""
    op.create_index(
        f"ix_{table}_{column}",
        table,
        [column],
        sqlite_where=sa.text(f"{column} IS NOT NULL"),
        postgresql_where=sa.text(f"{column} IS NOT NULL"),
    )
