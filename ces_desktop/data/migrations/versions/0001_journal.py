"""The journal, its append-only guard, and what stays on this laptop."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "op",
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("parent", sa.LargeBinary(length=32), nullable=True),
        sa.Column("device", sa.LargeBinary(length=16), nullable=False),
        sa.Column("incarnation", sa.LargeBinary(length=8), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hlc", sa.BigInteger(), nullable=False),
        sa.Column("wall", sa.BigInteger(), nullable=False),
        sa.Column("user", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("action", sa.LargeBinary(length=16), nullable=False),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("n"),
        sa.UniqueConstraint("hash"),
    )
    op.create_index("ix_op_action", "op", ["action"], unique=False)
    op.create_index("ix_op_hlc", "op", ["hlc"], unique=False)
    op.create_index("ix_op_log", "op", ["scope", "device", "incarnation", "seq"], unique=False)
    op.create_index("ix_op_subject", "op", ["subject", "n"], unique=False)
    op.create_table(
        "op_status",
        sa.Column("op", sa.LargeBinary(length=32), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("arrived_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("op"),
    )
    op.create_table(
        "field_version",
        sa.Column("entity", sa.LargeBinary(length=16), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("op", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wire_table", sa.Text(), nullable=False),
        sa.Column("superseded", sa.Integer(), nullable=False),
        sa.Column("hlc", sa.BigInteger(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("entity", "field", "op"),
    )
    op.create_table(
        "pending_entity",
        sa.Column("entity", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wire_table", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entity"),
    )
    op.create_table(
        "local_setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("subject", sa.LargeBinary(length=16), nullable=True),
        sa.Column("user", sa.LargeBinary(length=16), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    guard_ops()


def guard_ops() -> None:
    """Ops are only added; the one change allowed is to empty a body (a person's right to erasure)."""
    if op.get_bind().dialect.name == "sqlite":
        same = " AND ".join(f'NEW."{c}" IS OLD."{c}"' for c in _FIXED)
        op.execute(
            f"CREATE TRIGGER op_no_update BEFORE UPDATE ON op WHEN NOT (NEW.body IS NULL AND {same}) "
            "BEGIN SELECT RAISE(ABORT, 'ops are append-only'); END"
        )
        op.execute(
            "CREATE TRIGGER op_no_delete BEFORE DELETE ON op BEGIN SELECT RAISE(ABORT, 'ops are append-only'); END"
        )
        return
    same = " AND ".join(f'NEW."{c}" IS NOT DISTINCT FROM OLD."{c}"' for c in _FIXED)
    op.execute(
        "CREATE FUNCTION op_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' AND NEW.body IS NULL AND {same} THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION 'ops are append-only'; END $$"
    )
    op.execute("CREATE TRIGGER op_guard BEFORE UPDATE OR DELETE ON op FOR EACH ROW EXECUTE FUNCTION op_guard()")


_FIXED = (
    "n",
    "hash",
    "header",
    "body_hash",
    "parent",
    "device",
    "incarnation",
    "scope",
    "seq",
    "hlc",
    "wall",
    "user",
    "kind",
    "action",
    "subject_type",
    "subject",
)
