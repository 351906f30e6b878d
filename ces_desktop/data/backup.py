"""Backups: the encrypted database and the slot file of that moment in one folder, verified by opening; restoring.

A backup has the shape of a clinic's folder, so its own passphrases open it: `vault.open(ClinicFolder(path), …)`.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, cast

from sqlcipher3 import dbapi2

from ces_desktop.data import cipher, vault
from ces_desktop.data.folder import (
    ClinicFolder,
    check_space,
    check_writable,
    replace,
    sync_file,
    sync_folder,
    unavailable,
)
from ces_desktop.domain.calendar import local_day
from ces_desktop.errors import Refused, Unavailable

Reason = Literal["daily", "asked", "migration", "restore"]
Progress = Callable[[int, int], None]  # pages done, pages in all

_NAME = re.compile(r"(?P<prefix>.+)-(?P<at>\d{4}-\d\d-\d\dT\d{6})Z-(?P<reason>daily|asked|migration|restore)")
_TIME = "%Y-%m-%dT%H%M%S"
_PAGES_A_STEP = 512
_ROOM = 4 * 1024 * 1024
_KEEP_DAYS, _KEEP_WEEKS, _KEEP_MONTHS = 7, 4, 12
_MIGRATION_KEPT_MS = 366 * 86_400_000


@dataclass(frozen=True, slots=True)
class BackupInfo:
    """One backup, told from its folder alone; `made_at` in UTC milliseconds, `size` in bytes."""

    path: Path
    prefix: str
    made_at: int
    size: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What opening a backup showed: rows by table, the newest op's hash (hex), the schema's revision."""

    tables: dict[str, int]
    head: str | None
    schema: str | None


def make_backup(
    folder: ClinicFolder,
    key: bytes,
    target: Path,
    now: int,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    reason: Reason = "daily",
) -> BackupInfo:
    """Copy the clinic as it is at this moment, while it stays in use; open the copy and count before it gets its name.

    `target` exists (a stick that was pulled must not be invented), but for the clinic's own `backups`, which is made.
    `now` in UTC milliseconds. Raises Refused `backup.cancelled`, `storage.damaged` (the clinic);
    Unavailable `backup.full` (missing_mb), `backup.read_only`, `backup.target_missing`, `backup.unreliable` (the copy
    does not read back). A failure leaves nothing behind.
    """
    final, second = backup_path(target, folder.prefix, now, reason)
    part = final.with_name(final.name + ".part")
    try:
        if target.parent != folder.path and not target.is_dir():
            raise Unavailable("backup.target_missing")
        check_writable(target)
        check_space(target, size_of(folder.path, ("clinic.db", "clinic.db-wal", "keyslots.json")) + _ROOM)
        _sweep(target, folder.prefix)
        part.mkdir()
        copy = ClinicFolder(part)
        _copy_database(folder.database, copy.database, key, progress, cancelled)
        vault.copy_slots(folder, copy)
        _verify_fresh(part, key)
        replace(part, final)
        sync_folder(target)
    except (OSError, Unavailable) as error:
        raise _at_target(error, target) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return BackupInfo(final, folder.prefix, second, size_of(final, None), reason)


def backup_path(target: Path, prefix: str, now: int, reason: Reason) -> tuple[Path, int]:
    """The folder that a backup made now gets, and the second it is named by: this one, or the next without a backup."""
    second = now - now % 1000
    while (final := target / f"{prefix}-{_utc(second):{_TIME}}Z-{reason}").exists():
        second += 1000
    return final, second


def _verify_fresh(part: Path, key: bytes) -> None:
    """The clinic was sound a moment ago: a copy that is not tells of a place that does not keep what is written."""
    try:
        verify_backup(part, key)
    except Refused as error:
        raise Unavailable("backup.unreliable") from error


def verify_backup(path: Path, key: bytes) -> BackupReport:
    """Open the backup with the key, check every page, count every table. The backup itself is not changed.

    Raises Refused `backup.incomplete` (a file is missing), `backup.wrong_key`, `backup.damaged`.
    """
    copy = ClinicFolder(path)
    if not copy.database.is_file() or vault.condition(copy) == "missing":
        raise Refused("backup.incomplete")
    if vault.condition(copy) == "damaged":
        raise Refused("backup.damaged")
    if not vault.fits(copy, key):
        raise Refused("backup.wrong_key")
    try:
        connection = cipher.connect(copy.database, key, read_only=True)
    except Refused as error:
        # The slot file has just said that the key is right: what does not open is damaged.
        raise Refused("backup.damaged") from error
    try:
        if cipher.integrity(connection):
            raise Refused("backup.damaged")
        return _report(connection)
    except dbapi2.DatabaseError as error:
        raise Refused("backup.damaged") from error
    finally:
        connection.close()


def list_backups(target: Path, prefix: str | None = None) -> list[BackupInfo]:
    """The backups in a folder, newest first; of one clinic, or of all. An unreachable folder has none."""
    found = []
    try:
        for path in target.iterdir():
            match = _NAME.fullmatch(path.name)
            if match and path.is_dir() and prefix in (None, match["prefix"]):
                at = int(datetime.strptime(match["at"], _TIME).replace(tzinfo=UTC).timestamp() * 1000)
                reason = cast(Reason, match["reason"])
                found.append(BackupInfo(path, match["prefix"], at, size_of(path, None), reason))
    except (OSError, ValueError):
        return []
    return sorted(found, key=lambda info: (info.made_at, info.path.name), reverse=True)


def prune(backups: Iterable[BackupInfo], now: int) -> list[BackupInfo]:
    """Which backups may go: of each clinic stay the newest of 7 days, of 4 weeks and of 12 months that have any.

    Days are the clinics' (America/Mexico_City). Migration backups stay 12 months; one from the future stays, and
    counts for nothing, because a clock that was wrong once must not push out real ones.
    """
    by_clinic: dict[str, list[BackupInfo]] = {}
    for info in backups:
        by_clinic.setdefault(info.prefix, []).append(info)
    return [info for group in by_clinic.values() for info in _prune_one(group, now)]


def _prune_one(backups: list[BackupInfo], now: int) -> list[BackupInfo]:
    newest_first = sorted(backups, key=lambda info: (info.made_at, info.path.name), reverse=True)
    past = [info for info in newest_first if info.made_at <= now]
    kept = [info for info in newest_first if info.made_at > now]
    kept += newest_first[:1]
    kept += [info for info in past if info.reason == "migration" and now - info.made_at < _MIGRATION_KEPT_MS]
    for count, form in ((_KEEP_DAYS, "%Y-%m-%d"), (_KEEP_WEEKS, "%G-%V"), (_KEEP_MONTHS, "%Y-%m")):
        first: dict[str, BackupInfo] = {}
        for info in past:
            first.setdefault(local_day(info.made_at).strftime(form), info)
        kept += list(first.values())[:count]
    stay = {info.path for info in kept}
    return [info for info in newest_first if info.path not in stay]


def delete(info: BackupInfo) -> None:
    """Remove a backup. It loses its name first, so that an interrupted removal leaves no half backup in the list."""
    doomed = info.path.with_name(info.path.name + ".part")
    try:
        replace(info.path, doomed)
        shutil.rmtree(doomed)
    except OSError as error:
        raise unavailable(error) from error


def restore(backup_path: Path, into: ClinicFolder, now: int, key: bytes) -> Path | None:
    """Put the clinic back as the backup holds it; returns where the replaced database lies now, None if there was none.

    The caller has closed every connection to `into` and holds its FolderLock. The backup is copied here and verified
    before anything changes; the database is then exchanged in one step, and what it held stays beside it as
    `clinic.replaced-<time>.db`. The slot file in use stays, if it is sound, so today's passphrases keep working.
    Raises as `verify_backup`, and Refused `backup.other_clinic`; Unavailable `storage.full`, `storage.read_only`…
    """
    _check_same_clinic(backup_path, into)
    part = ClinicFolder(into.path / "restore.part")
    try:
        check_writable(into.path)
        check_space(into.path, size_of(backup_path, None) + _ROOM)
        shutil.rmtree(part.path, ignore_errors=True)
        part.path.mkdir()
        _copy_privately(ClinicFolder(backup_path), part)
        verify_backup(part.path, key)
        if vault.condition(into) not in ("good", "previous"):
            vault.copy_slots(part, into)
        return _exchange(part.database, into, f"{_utc(now):{_TIME}}Z", key)
    except OSError as error:
        raise unavailable(error, _ROOM) from error
    finally:
        shutil.rmtree(part.path, ignore_errors=True)


def _check_same_clinic(backup_path: Path, into: ClinicFolder) -> None:
    copy = ClinicFolder(backup_path)
    if vault.condition(copy) not in ("good", "previous") or not copy.database.is_file():
        raise Refused("backup.incomplete" if vault.condition(copy) == "missing" else "backup.damaged")
    if vault.condition(into) in ("good", "previous") and vault.vault_id(copy) != vault.vault_id(into):
        raise Refused("backup.other_clinic")


def _copy_privately(source: ClinicFolder, part: ClinicFolder) -> None:
    try:
        shutil.copyfile(source.database, part.database)
    except FileNotFoundError as error:
        raise Unavailable("backup.target_missing") from error
    sync_file(part.database)
    vault.copy_slots(source, part)


def _exchange(new: Path, into: ClinicFolder, stamp: str, key: bytes) -> Path | None:
    """Give the present database a second name, then let the new one take its place in one step."""
    current = into.database
    kept: Path | None = None
    if current.exists():
        _empty_log(current, key)
        kept = _unused(current.with_name(f"clinic.replaced-{stamp}.db"))
        try:
            os.link(current, kept)
        except OSError:  # a file system without second names
            check_space(into.path, current.stat().st_size + _ROOM)
            shutil.copyfile(current, kept)
            sync_file(kept)
        # A log that could not be emptied belongs to the old database (which is damaged); it must not meet the new one.
        for tail in ("-wal", "-shm"):
            log = current.with_name(current.name + tail)
            if log.exists():
                replace(log, kept.with_name(kept.name + tail))
        sync_folder(into.path)
    replace(new, current)
    sync_folder(into.path)
    return kept


def _unused(path: Path) -> Path:
    """The path, with a number if something already bears the name: nothing kept is ever written over."""
    number, free = 2, path
    while free.exists():
        free, number = path.with_stem(f"{path.stem}-{number}"), number + 1
    return free


def _empty_log(database: Path, key: bytes) -> None:
    """Move everything from the log into the database, so that one file holds all; a damaged one stays as it is."""
    try:
        connection = cipher.connect(database, key)
    except (Refused, Unavailable):
        return
    sound = False
    with suppress(dbapi2.DatabaseError):  # damaged: it stays as it is
        connection.execute("PRAGMA busy_timeout = 500")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        sound = True
    connection.close()
    # The last connection to close takes the log away: one that stays means somebody still has the database open.
    if sound and database.with_name(database.name + "-wal").exists():
        raise Unavailable("storage.in_use")


def _copy_database(
    source: Path, target: Path, key: bytes, progress: Progress | None, cancelled: Callable[[], bool] | None
) -> None:
    """SQLite's online backup, page by page, out of one read transaction: writers go on and cannot restart it."""

    def step(_status: int, remaining: int, total: int) -> None:
        if cancelled is not None and cancelled():
            raise Refused("backup.cancelled")
        if progress is not None:
            progress(total - remaining, total)

    reader = cipher.connect(source, key, read_only=True)
    writer = None
    try:
        if cipher.damaged_pages(reader):
            raise Refused("storage.damaged")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        writer = cipher.connect(target, key, create=True)
        writer.execute("PRAGMA journal_mode = OFF")
        writer.execute("PRAGMA synchronous = OFF")  # synced once, below
        reader.backup(writer, pages=_PAGES_A_STEP, progress=step)
        writer.execute("PRAGMA journal_mode = DELETE")  # one file, readable on a medium that takes no -shm
    except dbapi2.DatabaseError as error:
        raise cipher.unavailable_for(error) from error
    finally:
        if writer is not None:
            writer.close()
        reader.close()
    sync_file(target)


def _sweep(target: Path, prefix: str) -> None:
    """Remove what a kill in the middle of a backup, or of deleting one, left behind."""
    for path in target.glob("*.part"):
        match = _NAME.fullmatch(path.stem)
        if match and match["prefix"] == prefix:
            shutil.rmtree(path, ignore_errors=True)


def _report(connection: cipher.Connection) -> BackupReport:
    rows = connection.execute("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'").fetchall()
    names = sorted(name for (name,) in rows if not name.startswith("sqlite_"))
    tables = {name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in names}
    columns = {name for _, name, *_ in connection.execute("PRAGMA table_info(op)")}
    head = schema = None
    if "hash" in columns:
        row = connection.execute("SELECT lower(hex(hash)) FROM op ORDER BY rowid DESC LIMIT 1").fetchone()
        head = row[0] if row else None
    if "alembic_version" in tables:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        schema = row[0] if row else None
    return BackupReport(tables, head, schema)


def _at_target(error: OSError | Unavailable, target: Path) -> Unavailable:
    """The same failure, told as one of the place where backups go."""
    told = error if isinstance(error, Unavailable) else unavailable(error, _ROOM)
    if not target.is_dir():
        return Unavailable("backup.target_missing")
    if told.code == "storage.full":
        return Unavailable("backup.full", **told.facts)
    if told.code == "storage.read_only":
        return Unavailable("backup.read_only")
    return told


def size_of(path: Path, names: tuple[str, ...] | None = None) -> int:
    """Bytes of a folder's files, of all or of those named that are there."""
    files = path.iterdir() if names is None else (path / name for name in names)
    return sum(file.stat().st_size for file in files if file.is_file())


def _utc(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)
