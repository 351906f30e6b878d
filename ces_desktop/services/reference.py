"""Official lists over the shipped ones: looked at first, loaded whole or not at all, rejected lines given back.

They are loaded outside the journal (`sync.md` 2); that somebody loaded them is an audit event.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, func, select

from ces_desktop.data import reference, reference_files
from ces_desktop.data.folder import write_safely
from ces_desktop.data.journal.versions import chunks
from ces_desktop.data.local import read_setting, write_setting
from ces_desktop.data.models import REFERENCE, SYNCED, AuditEventRecord, table_of
from ces_desktop.data.reference_files import ImportPreview, Rejected, Row
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Actor, Right, require

OfficialList = Literal["diagnosis", "facility", "community"]
READERS: dict[OfficialList, Callable[[Path], ImportPreview]] = {
    "diagnosis": reference_files.read_cie10,
    "facility": reference_files.read_clues,
    "community": reference_files.read_inegi,
}
"""The lists that have an official catalogue, with the reader of its file."""
Step = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class HeldList:
    """A list on this laptop: how many rows came with the program, how many can be chosen here (None = not loaded yet
    into tables), the rows added here, and the last official file loaded.
    """

    name: str
    shipped: int
    held: int | None
    own: int
    loaded_at: int | None = None
    """UTC ms."""
    loaded_file: str = ""
    loaded_rows: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """What loading a file would do; nothing is kept of it yet."""

    name: OfficialList
    file: str
    rows: tuple[Row, ...]
    new: int
    changed: int
    same: int
    columns: Mapping[str, str]
    ignored: tuple[str, ...]
    rejected: tuple[Rejected, ...]


def held_lists(connection: Connection) -> tuple[HeldList, ...]:
    """Every list the program ships, in the order of `reference_files.LISTS`."""
    found = []
    for each in reference_files.LISTS:
        shipped = sum(1 for _ in reference_files.read_list(each.name))
        if each.name not in reference.LISTS:
            found.append(HeldList(each.name, shipped, None, 0))
            continue
        t = table_of(SYNCED[each.name])
        counted = {
            bool(ours): count
            for ours, count in connection.execute(
                select(t.c.made_by != REFERENCE, func.count()).where(t.c.live == 1).group_by(t.c.made_by != REFERENCE)
            )
        }
        last = _last(connection, each.name)
        own = counted.get(True, 0)
        found.append(HeldList(each.name, shipped, own + counted.get(False, 0), own, *last))
    return tuple(found)


def preview(connection: Connection, actor: Actor, name: OfficialList, path: Path) -> Preview:
    """Read an official file and compare it with what is held. Raises Refused or Unavailable `reference.*`."""
    require(actor, Right.IMPORT_REFERENCE)
    read = READERS[name](path)
    new, changed = _compared(connection, name, read.rows)
    same = len(read.rows) - new - changed
    return Preview(name, path.name, read.rows, new, changed, same, read.columns, read.ignored, read.rejected)


def load(connection: Connection, actor: Actor, shown: Preview, step: Step, now: int) -> int:
    """Bring the previewed rows in, in the caller's transaction; returns how many were new or changed.

    `step(done, total)` may raise to stop it: then nothing of it remains. `now` in UTC ms. Record it with `loaded`.
    """
    require(actor, Right.IMPORT_REFERENCE)
    total = len(shown.rows)
    step(0, total)
    changed = reference.load(connection, shown.name, shown.rows, lambda done: step(done, total))
    step(total, total)
    stored = {"at": now, "file": shown.file, "rows": total}
    write_setting(connection, f"reference.{shown.name}", json.dumps(stored, ensure_ascii=False))
    return changed


def loaded(work: Work, name: OfficialList, rows: int) -> None:
    """Write down who loaded an official list, with the number of rows new or changed."""
    require(work.actor, Right.IMPORT_REFERENCE)
    work.act("audit")
    work.add(
        AuditEventRecord(
            id=work.new_id(),
            sign_in=work.actor.sign_in,
            event="import",
            about_type=name,
            first_at=work.now_ms,
            last_at=work.now_ms,
            times=rows,
            happened_on=work.today.isoformat(),
        )
    )


def write_rejected(path: Path, shown: Preview, reason: Callable[[Rejected], str], titles: tuple[str, str, str]) -> int:
    """Save the rejected lines as CSV to be corrected: line, reason in words, the line as it was; returns how many.

    `titles` head the three columns. Raises Unavailable `storage.*`.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(titles)
    for rejected in shown.rejected:
        writer.writerow((rejected.line, reason(rejected), guarded(rejected.text)))
    # The mark at the start lets a spreadsheet read the accents.
    write_safely(path, out.getvalue().encode("utf-8-sig"), keep_previous=False)
    return len(shown.rejected)


def guarded(text: str) -> str:
    """A cell that a spreadsheet will not run as a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _compared(connection: Connection, name: str, rows: tuple[Row, ...]) -> tuple[int, int]:
    """How many rows are new, and how many would change, by the rule of `reference.load`."""
    t = table_of(SYNCED[name])
    wanted = {row["id"]: row for row in rows if not (name == "diagnosis" and row.get("level") == 3)}
    new = changed = 0
    for part in chunks([x for x in wanted if isinstance(x, bytes)]):
        held = {r["id"]: r for r in connection.execute(select(t).where(t.c.id.in_(part))).mappings()}
        new += len(part) - len(held)
        changed += sum(_would_change(name, row, wanted[entity]) for entity, row in held.items())
    return new, changed


def _would_change(name: str, held: Mapping[Any, Any], says: Row) -> bool:
    if held["made_by"] != REFERENCE:
        return False
    ours = name == "diagnosis" and held["name_en"] is not None
    said = {
        mine: next((says[c] for c in theirs if says.get(c) is not None), None)
        for mine, theirs in reference.LISTS[name].items()
        if not (ours and mine == "name_es")
    }
    return any(value is not None and held[column] != value for column, value in said.items())


def _last(connection: Connection, name: str) -> tuple[int | None, str, int]:
    try:
        stored = json.loads(read_setting(connection, f"reference.{name}") or "null")
        return int(stored["at"]), str(stored["file"]), int(stored["rows"])
    except (ValueError, KeyError, TypeError):
        return None, "", 0
