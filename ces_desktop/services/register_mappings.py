"""Mappings of columns kept by name on this laptop and those shipped; past imports; the file of what was not kept."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from ces_desktop import paths
from ces_desktop.data.folder import write_safely
from ces_desktop.data.local import read_setting, write_setting
from ces_desktop.data.register_files import Table
from ces_desktop.domain.ids import Id
from ces_desktop.domain.register_columns import ColumnMapping, from_json, to_json
from ces_desktop.domain.register_rows import Trouble
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.services.reference import guarded
from ces_desktop.services.register_import import IMPORTS, Plan

MAPPINGS = "register_mappings"
"""The setting that holds the mappings kept by name (JSON)."""
SHIPPED = paths.RESOURCES / "register_mappings"
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class PastImport:
    """An import made on this laptop; `undone` when it was taken back."""

    action: Id
    at: int
    """UTC ms."""
    file: str
    register: str
    registered: int
    known: int
    rejected: int
    undone: bool


def mappings(connection: Connection) -> dict[str, ColumnMapping]:
    """Kept and shipped mappings by name; one kept here goes before a shipped one of its name."""
    found: dict[str, ColumnMapping] = {}
    for file in sorted(SHIPPED.glob("*.json")):
        shipped = from_json(file.read_text(encoding="utf-8"))
        found[shipped.name] = shipped
    for name, text in _kept(connection).items():
        try:
            found[name] = replace(from_json(text), name=name)
        except Refused:
            continue  # kept by a newer program; it stays in the setting
    return found


def keep_mapping(connection: Connection, mapping: ColumnMapping) -> None:
    """Keep a mapping under its name, in the place of one of that name. Refused: `register_import.name_bad`."""
    name = " ".join(mapping.name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Refused("register_import.name_bad", limit=LONGEST_NAME)
    held = _kept(connection)
    held[name] = to_json(replace(mapping, name=name))
    write_setting(connection, MAPPINGS, json.dumps(held, ensure_ascii=False))


def forget_mapping(connection: Connection, name: str) -> None:
    """Forget a mapping kept here; a shipped one of the name shows again."""
    held = _kept(connection)
    held.pop(name, None)
    write_setting(connection, MAPPINGS, json.dumps(held, ensure_ascii=False))


def mapping_of(connection: Connection, name_or_file: str) -> ColumnMapping:
    """A mapping by its name, or read from a `.json` file.

    Refused: `register_import.mapping_missing`, `.mapping_unreadable`. Unavailable: `reference.unreadable`.
    """
    if name_or_file.endswith(".json"):
        try:
            return from_json(Path(name_or_file).read_text(encoding="utf-8"))
        except UnicodeDecodeError as error:
            raise Refused("register_import.mapping_unreadable") from error
        except (OSError, ValueError) as error:
            raise Unavailable("reference.unreadable") from error
    found = mappings(connection).get(name_or_file)
    if found is None:
        raise Refused("register_import.mapping_missing")
    return found


def fitting(connection: Connection, table: Table) -> ColumnMapping | None:
    """The mapping that knows every heading it names in this table, the one that names most; None when none fits."""
    best: ColumnMapping | None = None
    for mapping in mappings(connection).values():
        named = [heading for heading, role in mapping.columns if role.kind != "ignore"]
        fits = bool(named) and set(named) <= set(table.headings)
        if fits and (best is None or len(mapping.columns) > len(best.columns)):
            best = mapping
    return best


def past_imports(connection: Connection) -> tuple[PastImport, ...]:
    """Imports made on this laptop, the latest first."""
    from ces_desktop.data.journal.undo import cancelled_actions

    try:
        listed = json.loads(read_setting(connection, IMPORTS) or "[]")
    except ValueError:
        return ()
    actions = [bytes.fromhex(each["action"]) for each in listed]
    gone = cancelled_actions(connection, actions)
    return tuple(
        PastImport(
            Id(action), each["at"], each["file"], each["register"], each["registered"], each["known"],
            each["rejected"], action in gone,
        )
        for action, each in reversed(list(zip(actions, listed, strict=True)))
    )  # fmt: skip


def write_rejected(
    path: Path,
    shown: Plan,
    skipped: Collection[int],
    sentence: Callable[[Trouble], str],
    skipped_reason: str,
    titles: Mapping[str, str],
) -> int:
    """Save what was not kept as CSV: the file's own columns, then line, what is missing and why; returns the rows.

    A row stands there when it was left out whole, by choice, or with a value of it. It can be corrected there and
    imported again as it is. Raises Unavailable `storage.*`.
    """
    reasons: dict[int, list[str]] = {line: [skipped_reason] for line in skipped}
    whole = set(skipped)
    for row, trouble in shown.troubles():
        words = sentence(trouble)
        reasons.setdefault(row.line, []).append(f"{trouble.column}: {words}" if trouble.column else words)
        if trouble.whole:
            whole.add(row.line)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    headings = shown.table.headings
    writer.writerow([*map(guarded, headings), titles["line"], titles["missing"], titles["reason"]])
    written = 0
    for source in shown.table.rows:
        if source.line not in reasons:
            continue
        cells = [*source.cells, *[""] * (len(headings) - len(source.cells))]
        missing = titles["row"] if source.line in whole else titles["value"]
        told = " · ".join(dict.fromkeys(reasons[source.line]))
        writer.writerow([*map(guarded, cells[: len(headings)]), source.line, missing, told])
        written += 1
    # The mark at the start lets a spreadsheet read the accents.
    write_safely(path, out.getvalue().encode("utf-8-sig"), keep_previous=False)
    return written


def _kept(connection: Connection) -> dict[str, str]:
    try:
        held = json.loads(read_setting(connection, MAPPINGS) or "{}")
    except ValueError:
        return {}
    return {str(name): str(text) for name, text in held.items()} if isinstance(held, dict) else {}
