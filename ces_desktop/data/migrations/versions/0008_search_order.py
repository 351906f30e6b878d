"""The folded names that search results are ordered by, beside the full-text index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ces_desktop.domain.finding import folded_names

revision = "0008"
down_revision = "0007"

PART = 2_000
"""Rows read and written at a time: a network's register does not fit in memory."""


def upgrade() -> None:
    op.add_column("patient", sa.Column("surnames_folded", sa.Text(), nullable=True))
    op.add_column("patient", sa.Column("given_folded", sa.Text(), nullable=True))
    fill()
    if op.get_bind().dialect.name == "sqlite":
        # Two hundred candidates of one key stand on a few pages of this index, and on two hundred of the table.
        op.execute(
            "CREATE INDEX ix_patient_found ON patient (row_no, clinic, live, person, surnames_folded, given_folded)"
        )
        # Its first row of a word is found without reading who bears it; "row" counts them for each word it passes.
        op.execute("CREATE VIRTUAL TABLE patient_terms USING fts5vocab('patient_words', 'instance')")


def fill() -> None:
    """Names of the rows that are there, by the rule of this program, as a rebuild would write them."""
    patient = sa.table(
        "patient", *map(sa.column, ("id", "given", "paternal", "maternal", "surnames_folded", "given_folded"))
    )
    names = sa.select(patient.c.id, patient.c.paternal, patient.c.maternal, patient.c.given).order_by(patient.c.id)
    written = (
        sa.update(patient)
        .where(patient.c.id == sa.bindparam("of"))
        .values(surnames_folded=sa.bindparam("surnames"), given_folded=sa.bindparam("own"))
    )
    connection, last = op.get_bind(), b""
    while rows := connection.execute(names.where(patient.c.id > last).limit(PART)).all():
        folded = [folded_names(paternal or "", maternal or "", given or "") for _, paternal, maternal, given in rows]
        values = [{"of": row.id, "surnames": s, "own": g} for row, (s, g) in zip(rows, folded, strict=True)]
        connection.execute(written, values)
        last = rows[-1].id
