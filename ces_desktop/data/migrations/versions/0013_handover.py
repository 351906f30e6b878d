"""A handover from one physician to the next, line by line, and the scorecard of a clinic."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "handover",
        sa.Column("placement", sa.LargeBinary(length=16), nullable=True),
        sa.Column("outgoing", sa.LargeBinary(length=16), nullable=True),
        sa.Column("incoming", sa.LargeBinary(length=16), nullable=True),
        sa.Column("incoming_name", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("cut_at", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_handover_day", "handover", ["clinic", "happened_on"])
    op.create_table(
        "handover_line",
        sa.Column("handover", sa.LargeBinary(length=16), nullable=True),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("about_type", sa.Text(), nullable=True),
        sa.Column("about", sa.LargeBinary(length=16), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("left_out", sa.Text(), nullable=True),
        sa.Column("read_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_handover_line_handover", "handover_line", ["clinic", "handover"])
    op.create_table(
        "scorecard",
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_scorecard_day", "scorecard", ["clinic", "happened_on"])
    op.create_table(
        "scorecard_item",
        sa.Column("scorecard", sa.LargeBinary(length=16), nullable=True),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("whole", sa.BigInteger(), nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=True),
        sa.Column("next_step", sa.Text(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_scorecard_item_card", "scorecard_item", ["clinic", "scorecard"])


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
