"""A person's file for another clinic, and the files that came from others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from ces_desktop.data.models import SYNCED, ItemRecord, ReceivedFileRecord, table_of, wire_columns
from ces_desktop.data.queries.patients import patient_file
from ces_desktop.domain.ids import Id
from ces_desktop.domain.moved_file import TABLES, MovedFile, as_text, from_text
from ces_desktop.errors import Refused

_LEFT_OUT = ("patient", "replaces", "voided", "community", "household", "folder", "test_record")
"""Of every row: what is true of the other clinic alone."""


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that came: from which clinic, who it is about, when it was written and received, what became of it."""

    id: Id
    origin: str
    place: str
    number: str
    name: str
    written_at: int
    received_on: str
    taken_into: Id | None
    file: MovedFile


def moved_text(connection: Connection, patient: Id) -> str:
    """The text of a person's file; medicines by name too, since the other catalogue may differ.

    Refused("patients.not_found"); ("moved.no_consent") where the person said no to sharing with the network.
    """
    held = patient_file(connection, patient)
    if held is None:
        raise Refused("patients.not_found")
    answers = {row.about: row.answer for row in held.consents}
    if answers.get("share_with_network") == "no":
        raise Refused("moved.no_consent")
    who = _rows(connection, "patient", "id", patient)[0]
    rows = {table: _rows(connection, table, "patient", patient) for table in TABLES}
    names = _medicines(connection, rows["prescription"])
    for row in rows["prescription"]:
        row["medicine"] = names.get(str(row.get("item")), "") or row.get("drug_text") or ""
    last = held.statuses[-1] if held.statuses else None
    status = (last.status, last.happened_on) if last else ("active", "")
    return as_text(patient, who, held.community_name or "", status, rows)


def received_files(connection: Connection, clinic: Id) -> tuple[ReceivedFile, ...]:
    """Those that wait first, the latest received first."""
    t = table_of(ReceivedFileRecord)
    query = select(t).where(t.c.clinic == clinic, t.c.live == 1)
    rows = connection.execute(query.order_by(t.c.happened_on.desc(), t.c.recorded_at.desc(), t.c.id)).mappings()
    found = [
        ReceivedFile(
            Id(row["id"]), row["origin"] or "", row["place"] or "", row["number"] or "", row["name"] or "",
            row["written_at"] or 0, row["happened_on"] or "", Id(row["taken_into"]) if row["taken_into"] else None,
            from_text(row["content"] or ""),
        )
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda each: each.taken_into is not None))


def files_waiting(connection: Connection, clinic: Id) -> int:
    """How many came and were not taken in."""
    r = ReceivedFileRecord
    query = select(func.count()).where(r.clinic == clinic, r.live == 1, r.taken_into.is_(None))
    return int(connection.execute(query).scalar_one())


def _rows(connection: Connection, table: str, column: str, patient: Id) -> list[dict[str, Any]]:
    t = table_of(SYNCED[table])
    names = [name for name in wire_columns(SYNCED[table]) if name not in _LEFT_OUT]
    query = select(*(t.c[name] for name in names)).where(t.c[column] == patient, t.c.live == 1)
    order = t.c.happened_on if "happened_on" in t.c else t.c.recorded_at
    rows = connection.execute(query.order_by(order, t.c.recorded_at, t.c.id)).mappings()
    return [{k: v.hex() if isinstance(v, bytes) else v for k, v in row.items() if v is not None} for row in rows]


def _medicines(connection: Connection, rows: list[dict[str, Any]]) -> dict[str, str]:
    i = ItemRecord
    wanted = {bytes.fromhex(str(row["item"])) for row in rows if row.get("item")}
    query = select(i.id, i.name_es).where(i.id.in_(sorted(wanted)))
    return {r.id.hex(): r.name_es or "" for r in connection.execute(query)}
