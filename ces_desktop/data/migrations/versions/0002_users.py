"""People who sign in, their roles, and what they looked at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "app_user",
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("licence", sa.Text(), nullable=True),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("clinic", sa.LargeBinary(length=16), nullable=False),
        sa.Column("made_by", sa.LargeBinary(length=32), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("voided", sa.Text(), nullable=True),
        sa.Column("live", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_app_user_clinic", "app_user", ["clinic"], unique=False)
    op.create_table(
        "user_role",
        sa.Column("user", sa.LargeBinary(length=16), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Text(), nullable=True),
        sa.Column("until_on", sa.Text(), nullable=True),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("clinic", sa.LargeBinary(length=16), nullable=False),
        sa.Column("made_by", sa.LargeBinary(length=32), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("voided", sa.Text(), nullable=True),
        sa.Column("live", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_user_role_user", "user_role", ["clinic", "user"], unique=False)
    op.create_table(
        "audit_event",
        sa.Column("sign_in", sa.LargeBinary(length=16), nullable=True),
        sa.Column("event", sa.Text(), nullable=True),
        sa.Column("about_type", sa.Text(), nullable=True),
        sa.Column("about", sa.LargeBinary(length=16), nullable=True),
        sa.Column("first_at", sa.BigInteger(), nullable=True),
        sa.Column("last_at", sa.BigInteger(), nullable=True),
        sa.Column("times", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("clinic", sa.LargeBinary(length=16), nullable=False),
        sa.Column("made_by", sa.LargeBinary(length=32), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("voided", sa.Text(), nullable=True),
        sa.Column("live", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_audit_event_about", "audit_event", ["clinic", "about"], unique=False)
    op.create_index("ix_audit_event_day", "audit_event", ["clinic", "last_at"], unique=False)
