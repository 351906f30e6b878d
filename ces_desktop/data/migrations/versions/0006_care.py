"""What holds for a person between visits; reports that were issued."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "enrolment",
        sa.Column("patient", sa.LargeBinary(length=16), nullable=True),
        sa.Column("programme", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_enrolment_programme", "enrolment", ["clinic", "programme", "patient"], unique=False)
    op.create_index("ix_enrolment_patient", "enrolment", ["clinic", "patient"], unique=False)
    _replaced_index("enrolment")
    op.create_table(
        "condition",
        sa.Column("patient", sa.LargeBinary(length=16), nullable=True),
        sa.Column("problem", sa.LargeBinary(length=16), nullable=True),
        sa.Column("diagnosis", sa.LargeBinary(length=16), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("onset", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_condition_patient", "condition", ["clinic", "patient"], unique=False)
    _replaced_index("condition")
    op.create_table(
        "allergy",
        sa.Column("patient", sa.LargeBinary(length=16), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("substance", sa.Text(), nullable=True),
        sa.Column("drug_class", sa.Text(), nullable=True),
        sa.Column("reaction", sa.Text(), nullable=True),
        sa.Column("severity", sa.Text(), nullable=True),
        sa.Column("since", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_allergy_patient", "allergy", ["clinic", "patient"], unique=False)
    _replaced_index("allergy")
    op.create_table(
        "history_item",
        sa.Column("patient", sa.LargeBinary(length=16), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("word", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_history_item_patient", "history_item", ["clinic", "patient", "code"], unique=False)
    _replaced_index("history_item")
    op.create_table(
        "immunisation",
        sa.Column("patient", sa.LargeBinary(length=16), nullable=True),
        sa.Column("encounter", sa.LargeBinary(length=16), nullable=True),
        sa.Column("vaccine", sa.Text(), nullable=True),
        sa.Column("dose", sa.Text(), nullable=True),
        sa.Column("lot", sa.Text(), nullable=True),
        sa.Column("given_here", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_immunisation_patient", "immunisation", ["clinic", "patient"], unique=False)
    _replaced_index("immunisation")
    op.create_table(
        "contact",
        sa.Column("patient", sa.LargeBinary(length=16), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("how", sa.Text(), nullable=True),
        sa.Column("promised_on", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_contact_patient", "contact", ["clinic", "patient"], unique=False)
    op.create_index("ix_contact_day", "contact", ["clinic", "happened_on"], unique=False)
    _replaced_index("contact")
    op.create_table(
        "patient_identifier",
        sa.Column("patient", sa.LargeBinary(length=16), nullable=True),
        sa.Column("system", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_patient_identifier_value", "patient_identifier", ["clinic", "system", "value"], unique=False)
    op.create_index("ix_patient_identifier_patient", "patient_identifier", ["clinic", "patient"], unique=False)
    _replaced_index("patient_identifier")
    op.create_table(
        "issued_report",
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("period", sa.Text(), nullable=True),
        sa.Column("folio", sa.Text(), nullable=True),
        sa.Column("cut_at", sa.BigInteger(), nullable=True),
        sa.Column("data_sha", sa.Text(), nullable=True),
        sa.Column("definitions", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_issued_report_period", "issued_report", ["clinic", "kind", "period"], unique=False)
    _replaced_index("issued_report")
    op.create_table(
        "report_file",
        sa.Column("report", sa.LargeBinary(length=16), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("report"),
    )


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
