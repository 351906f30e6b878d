"""The register and its full-text index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "patient",
        sa.Column("human_id", sa.Text(), nullable=True),
        sa.Column("given", sa.Text(), nullable=True),
        sa.Column("paternal", sa.Text(), nullable=True),
        sa.Column("maternal", sa.Text(), nullable=True),
        sa.Column("paternal_kind", sa.Text(), nullable=True),
        sa.Column("maternal_kind", sa.Text(), nullable=True),
        sa.Column("nickname", sa.Text(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("birth", sa.Text(), nullable=True),
        sa.Column("birth_precision", sa.Text(), nullable=True),
        sa.Column("stated_age", sa.BigInteger(), nullable=True),
        sa.Column("stated_on", sa.Text(), nullable=True),
        sa.Column("curp", sa.Text(), nullable=True),
        sa.Column("folder", sa.Text(), nullable=True),
        sa.Column("community", sa.LargeBinary(length=16), nullable=True),
        sa.Column("household", sa.LargeBinary(length=16), nullable=True),
        sa.Column("mother_name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("phone_owner", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("reads", sa.Text(), nullable=True),
        sa.Column("test_record", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("person", sa.LargeBinary(length=16), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=True),
        sa.Column("sort_key", sa.Text(), nullable=True),
        sa.Column("birth_first", sa.Text(), nullable=True),
        sa.Column("birth_last", sa.Text(), nullable=True),
        sa.Column("match_surnames", sa.Text(), nullable=True),
        sa.Column("match_name", sa.Text(), nullable=True),
        sa.Column("match_birth", sa.Text(), nullable=True),
        sa.Column("row_no", sa.Integer(), nullable=True),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("clinic", sa.LargeBinary(length=16), nullable=False),
        sa.Column("made_by", sa.LargeBinary(length=32), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("voided", sa.Text(), nullable=True),
        sa.Column("live", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("row_no"),
    )
    op.create_index("ix_patient_community", "patient", ["clinic", "community"], unique=False)
    op.create_index("ix_patient_household", "patient", ["clinic", "household"], unique=False)
    op.create_index("ix_patient_human_id", "patient", ["clinic", "human_id"], unique=False)
    op.create_index("ix_patient_match_birth", "patient", ["clinic", "match_birth"], unique=False)
    for column in ("curp", "phone"):
        given = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_patient_{column}", "patient", ["clinic", column], sqlite_where=given, postgresql_where=given
        )
    op.create_index("ix_patient_match_name", "patient", ["clinic", "match_name"], unique=False)
    op.create_index("ix_patient_match_surnames", "patient", ["clinic", "match_surnames"], unique=False)
    op.create_index("ix_patient_person", "patient", ["clinic", "person"], unique=False)
    op.create_index("ix_patient_sort", "patient", ["clinic", "sort_key"], unique=False)
    op.create_table(
        "patient_status",
        sa.Column("patient", sa.LargeBinary(length=16), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("clinic", sa.LargeBinary(length=16), nullable=False),
        sa.Column("made_by", sa.LargeBinary(length=32), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("voided", sa.Text(), nullable=True),
        sa.Column("live", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_patient_status_patient", "patient_status", ["clinic", "patient"], unique=False)
    replaced_index("patient_status")
    op.create_table(
        "consent",
        sa.Column("patient", sa.LargeBinary(length=16), nullable=True),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("given_by", sa.Text(), nullable=True),
        sa.Column("notice_version", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("clinic", sa.LargeBinary(length=16), nullable=False),
        sa.Column("made_by", sa.LargeBinary(length=32), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("voided", sa.Text(), nullable=True),
        sa.Column("live", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_consent_patient", "consent", ["clinic", "patient"], unique=False)
    replaced_index("consent")
    op.create_table(
        "same_as",
        sa.Column("one", sa.LargeBinary(length=16), nullable=True),
        sa.Column("other", sa.LargeBinary(length=16), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=True),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("clinic", sa.LargeBinary(length=16), nullable=False),
        sa.Column("made_by", sa.LargeBinary(length=32), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("voided", sa.Text(), nullable=True),
        sa.Column("live", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_same_as_one", "same_as", ["clinic", "one"], unique=False)
    op.create_index("ix_same_as_other", "same_as", ["clinic", "other"], unique=False)
    op.create_table(
        "not_same",
        sa.Column("one", sa.LargeBinary(length=16), nullable=True),
        sa.Column("other", sa.LargeBinary(length=16), nullable=True),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("clinic", sa.LargeBinary(length=16), nullable=False),
        sa.Column("made_by", sa.LargeBinary(length=32), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("voided", sa.Text(), nullable=True),
        sa.Column("live", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_not_same_one", "not_same", ["clinic", "one"], unique=False)
    full_text_index()


def replaced_index(table: str) -> None:
    """Finds the row that corrects another; only corrections are in it."""
    given = sa.text("replaces IS NOT NULL")
    op.create_index(f"ix_{table}_replaces", table, ["replaces"], sqlite_where=given, postgresql_where=given)


def full_text_index() -> None:
    """Words of `search_text`, found by their beginnings; accents were folded before."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE patient_words USING fts5(words, content='', contentless_delete=1, detail=none, "
            "tokenize='unicode61 remove_diacritics 2', prefix='2 3 4')"
        )
        op.execute("CREATE VIRTUAL TABLE patient_vocabulary USING fts5vocab('patient_words', 'row')")
        return
    op.execute("CREATE INDEX ix_patient_words ON patient USING gin (to_tsvector('simple', search_text))")
