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
from typing import Literal

from sqlalchemy import Connection, func, select

from ces_desktop.data import reference, reference_files
from ces_desktop.data.folder import write_safely
from ces_desktop.data.local import official_list_setting, read_setting, write_setting
from ces_desktop.data.models import REFERENCE, SYNCED, table_of
from ces_desktop.data.reference_files import ImportPreview, Rejected, Row
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Actor, Right, require
from ces_desktop.services.audit import Seen, write_events

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
    new, changed = reference.compare(connection, name, read.rows)
    same = len(read.rows) - new - changed
    return Preview(name, path.name, read.rows, new, changed, same, read.columns, read.ignored, read.rejected)


def load(work: Work, shown: Preview, step: Step) -> int:
    """Bring the previewed rows in and write down who did; returns how many were new or changed.

    `step(done, total)` may raise to stop it: then nothing of it remains.
    """
    require(work.actor, Right.IMPORT_REFERENCE)
    total = len(shown.rows)
    step(0, total)
    changed = reference.load(work.connection, shown.name, shown.rows, lambda done: step(done, total))
    step(total, total)
    stored = {"at": work.now_ms, "file": shown.file, "rows": total}
    write_setting(work.connection, official_list_setting(shown.name), json.dumps(stored, ensure_ascii=False))
    write_events(work, [Seen("import", shown.name, None, None, work.now_ms, work.now_ms, changed)])
    return changed


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


def _last(connection: Connection, name: str) -> tuple[int | None, str, int]:
    try:
        stored = json.loads(read_setting(connection, official_list_setting(name)) or "null")
        return int(stored["at"]), str(stored["file"]), int(stored["rows"])
    except (ValueError, KeyError, TypeError):
        return None, "", 0
