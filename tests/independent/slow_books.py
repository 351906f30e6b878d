"""Everything a clinic wrote, as plain rows in Python: what the slow recomputation of indicators looks through.

Written from the words of the definitions, before and without reading the engine. No rule is taken from the program.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

Row = dict[str, Any]
TABLES = (
    "patient_status", "enrolment", "condition", "encounter", "encounter_diagnosis", "observation", "appointment",
    "contact", "prescription", "prescription_stop",
)  # fmt: skip


@dataclass
class Human:
    """A person: the living rows of all their records, by table, each table from the oldest to the newest."""

    person: bytes
    records: list[Row]
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def until(self, table: str, day: date) -> list[Row]:
        """Rows about that day or an earlier one."""
        return [row for row in self.rows[table] if row["day"] <= day]


class Books:
    """The people of a clinic, what was recorded after `as_of` (UTC ms) left out, and the thresholds."""

    def __init__(self, connection: Connection, clinic: bytes, as_of: int | None = None) -> None:
        self.people: dict[bytes, Human] = {}
        owner: dict[bytes, Human] = {}
        self.shown: dict[bytes, Row] = {}
        for record in sorted(living(connection, "patient", clinic), key=lambda record: record["id"]):
            if record["test_record"] == "yes":
                continue
            self.shown.setdefault(record["person"], record)  # their first, by which a list shows them
            human = self.people.setdefault(record["person"], Human(record["person"], []))
            human.records.append(record)
            owner[record["id"]] = human
        for table in TABLES:
            rows = living(connection, table, clinic)
            for row in rows:
                row["day"] = first_day(row["happened_on"])
            for row in sorted(rows, key=lambda row: (row["day"], row["recorded_at"], row["id"])):
                if row["patient"] in owner and (as_of is None or row["recorded_at"] <= as_of):
                    owner[row["patient"]].rows[table].append(row)
        self.thresholds = living(connection, "threshold", None)
        self.community_names = {row["id"]: row["name"] or "" for row in living(connection, "community", None)}
        self.household_numbers = {row["id"]: row["number"] for row in living(connection, "household", clinic)}

    def threshold(self, code: str, day: date) -> int:
        """The value in force on a day."""
        found = [row for row in self.thresholds if row["code"] == code]
        before = [row for row in found if date.fromisoformat(row["valid_from"]) <= day]
        chosen = max(before, key=lambda row: row["valid_from"]) if before else min(found, key=lambda r: r["valid_from"])
        return int(chosen["value"])


def living(connection: Connection, table: str, clinic: bytes | None) -> list[Row]:
    """Every live row of a table."""
    of = "" if clinic is None else " AND clinic = :clinic"
    asked = connection.execute(text(f"SELECT * FROM {table} WHERE live = 1{of}"), {"clinic": clinic} if of else {})
    return [dict(row) for row in asked.mappings()]


def first_day(partial: str) -> date:
    """A day; of a year or a month alone, its first."""
    year, month, day = ([int(part) for part in partial.split("-")] + [1, 1])[:3]
    return date(year, month, day)


def last_of(month: str) -> date:
    """The last day of an ISO month."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, monthrange(year, number)[1])


def months_from(earlier: date, later: date) -> int:
    """Calendar months between the months of two days: 31 January and 1 February are one apart."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def month_of(day: date) -> str:
    """Its ISO month."""
    return day.isoformat()[:7]


def earlier_month(month: str, back: int) -> str:
    """The ISO month so many before."""
    many = int(month[:4]) * 12 + int(month[5:]) - 1 - back
    return f"{many // 12:04d}-{many % 12 + 1:02d}"
