"""The full-text index of people: FTS5 on SQLite, kept here; PostgreSQL keeps its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select, text

from ces_desktop.data.models import PatientRecord

TABLE = "patient_words"


def number(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Give each new patient row its number in the index."""
    if connection.dialect.name != "sqlite":
        return
    last = connection.execute(select(func.max(PatientRecord.row_no))).scalar() or 0
    for row_no, row in enumerate(rows, last + 1):
        row["row_no"] = row_no


def add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Index new patient rows."""
    if connection.dialect.name == "sqlite":
        words = [(r["row_no"], r["search_text"]) for r in rows]
        connection.exec_driver_sql(f"INSERT INTO {TABLE} (rowid, words) VALUES (?, ?)", words)


def replace(connection: Connection, row: Mapping[str, Any], words: str) -> None:
    """Index a patient row whose search text changed."""
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"DELETE FROM {TABLE} WHERE rowid = :row_no"), {"row_no": row["row_no"]})
        connection.execute(
            text(f"INSERT INTO {TABLE} (rowid, words) VALUES (:row_no, :words)"),
            {"row_no": row["row_no"], "words": words},
        )
