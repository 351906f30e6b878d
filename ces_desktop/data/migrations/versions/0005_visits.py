"""Visits: arrivals, signed consults and everything that is written in one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "arrival",
        sa.Column("patient", sa.LargeBinary(length=16), nullable=True),
        sa.Column("encounter", sa.LargeBinary(length=16), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("arrived_at", sa.BigInteger(), nullable=True),
        sa.Column("came_for", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_arrival_day", "arrival", ["clinic", "happened_on"], unique=False)
    op.create_table(
        "encounter",
        sa.Column("patient", sa.LargeBinary(length=16), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("entered", sa.Text(), nullable=True),
        sa.Column("first_of_year", sa.Text(), nullable=True),
        sa.Column("referred_by", sa.Text(), nullable=True),
        sa.Column("subjective", sa.Text(), nullable=True),
        sa.Column("objective", sa.Text(), nullable=True),
        sa.Column("assessment", sa.Text(), nullable=True),
        sa.Column("plan", sa.Text(), nullable=True),
        sa.Column("prognosis", sa.Text(), nullable=True),
        sa.Column("unmeasured", sa.Text(), nullable=True),
        sa.Column("author_name", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_encounter_patient", "encounter", ["clinic", "patient", "happened_on"], unique=False)
    op.create_index("ix_encounter_day", "encounter", ["clinic", "happened_on"], unique=False)
    _replaced_index("encounter")
    op.create_table(
        "addendum",
        sa.Column("patient", sa.LargeBinary(length=16), nullable=True),
        sa.Column("encounter", sa.LargeBinary(length=16), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_addendum_patient", "addendum", ["clinic", "patient"], unique=False)
    _replaced_index("addendum")
    op.create_table(
        "observation",
        sa.Column("patient", sa.LargeBinary(length=16), nullable=True),
        sa.Column("encounter", sa.LargeBinary(length=16), nullable=True),
        sa.Column("request", sa.LargeBinary(length=16), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("word", sa.Text(), nullable=True),
        sa.Column("confirmed", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_observation_patient", "observation", ["clinic", "patient", "code", "happened_on"], unique=False)
    op.create_index(
        "ix_observation_request",
        "observation",
        ["clinic", "request"],
        unique=False,
        sqlite_where=sa.text("request IS NOT NULL"),
        postgresql_where=sa.text("request IS NOT NULL"),
    )
    _replaced_index("observation")
    op.create_table(
        "encounter_diagnosis",
        sa.Column("patient", sa.LargeBinary(length=16), nullable=True),
        sa.Column("encounter", sa.LargeBinary(length=16), nullable=True),
        sa.Column("diagnosis", sa.LargeBinary(length=16), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("first_time", sa.Text(), nullable=True),
        sa.Column("certainty", sa.Text(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_encounter_diagnosis_patient", "encounter_diagnosis", ["clinic", "patient", "code"], unique=False
    )
    op.create_index("ix_encounter_diagnosis_day", "encounter_diagnosis", ["clinic", "happened_on"], unique=False)
    _replaced_index("encounter_diagnosis")
    op.create_table(
        "prescription",
        sa.Column("patient", sa.LargeBinary(length=16), nullable=True),
        sa.Column("encounter", sa.LargeBinary(length=16), nullable=True),
        sa.Column("item", sa.LargeBinary(length=16), nullable=True),
        sa.Column("drug_text", sa.Text(), nullable=True),
        sa.Column("morning", sa.BigInteger(), nullable=True),
        sa.Column("noon", sa.BigInteger(), nullable=True),
        sa.Column("afternoon", sa.BigInteger(), nullable=True),
        sa.Column("night", sa.BigInteger(), nullable=True),
        sa.Column("every_hours", sa.BigInteger(), nullable=True),
        sa.Column("as_needed", sa.Text(), nullable=True),
        sa.Column("route", sa.Text(), nullable=True),
        sa.Column("days", sa.BigInteger(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("instructions", sa.Text(), nullable=True),
        sa.Column("renews", sa.LargeBinary(length=16), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_prescription_patient", "prescription", ["clinic", "patient", "happened_on"], unique=False)
    op.create_index("ix_prescription_day", "prescription", ["clinic", "happened_on"], unique=False)
    _replaced_index("prescription")
    op.create_table(
        "prescription_stop",
        sa.Column("patient", sa.LargeBinary(length=16), nullable=True),
        sa.Column("prescription", sa.LargeBinary(length=16), nullable=True),
        sa.Column("encounter", sa.LargeBinary(length=16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_prescription_stop_patient", "prescription_stop", ["clinic", "patient"], unique=False)
    _replaced_index("prescription_stop")
    op.create_table(
        "lab_request",
        sa.Column("patient", sa.LargeBinary(length=16), nullable=True),
        sa.Column("encounter", sa.LargeBinary(length=16), nullable=True),
        sa.Column("test", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("urgent", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_lab_request_patient", "lab_request", ["clinic", "patient"], unique=False)
    op.create_index("ix_lab_request_day", "lab_request", ["clinic", "happened_on"], unique=False)
    _replaced_index("lab_request")
    op.create_table(
        "appointment",
        sa.Column("patient", sa.LargeBinary(length=16), nullable=True),
        sa.Column("encounter", sa.LargeBinary(length=16), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_appointment_patient", "appointment", ["clinic", "patient"], unique=False)
    op.create_index("ix_appointment_due", "appointment", ["clinic", "due_on"], unique=False)
    _replaced_index("appointment")


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


def _replaced_index(table: str) -> None:
    """Finds the row that corrects another; only corrections are in it."""
    op.create_index(
        f"ix_{table}_replaces",
        table,
        ["replaces"],
        sqlite_where=sa.text("replaces IS NOT NULL"),
        postgresql_where=sa.text("replaces IS NOT NULL"),
    )
