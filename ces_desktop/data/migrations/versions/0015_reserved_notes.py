"""Words of confidential notes in a table of their own, and whether the supervisor may hold them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("encounter", sa.Column("reserved", sa.Text(), nullable=True))
    op.add_column("clinic", sa.Column("reserved_to_hub", sa.Text(), nullable=True))
    op.create_table(
        "reserved_note",
        sa.Column("patient", sa.LargeBinary(length=16), nullable=True),
        sa.Column("encounter", sa.LargeBinary(length=16), nullable=True),
        sa.Column("referred_by", sa.Text(), nullable=True),
        sa.Column("subjective", sa.Text(), nullable=True),
        sa.Column("objective", sa.Text(), nullable=True),
        sa.Column("assessment", sa.Text(), nullable=True),
        sa.Column("plan", sa.Text(), nullable=True),
        sa.Column("next_reason", sa.Text(), nullable=True),
        sa.Column("addendum", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_reserved_note_patient", "reserved_note", ["clinic", "patient"])


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
