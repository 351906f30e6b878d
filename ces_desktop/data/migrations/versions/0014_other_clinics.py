"""Numbers by which a person is found too, and files that came from another clinic."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "patient_alias",
        sa.Column("patient", sa.LargeBinary(length=16), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_patient_alias_number", "patient_alias", ["clinic", "number"])
    op.create_index("ix_patient_alias_patient", "patient_alias", ["clinic", "patient"])
    op.create_table(
        "received_file",
        sa.Column("origin", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("signature", sa.Text(), nullable=True),
        sa.Column("signer", sa.Text(), nullable=True),
        sa.Column("written_at", sa.BigInteger(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("taken_into", sa.LargeBinary(length=16), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_received_file_day", "received_file", ["clinic", "happened_on"])


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
