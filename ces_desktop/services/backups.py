"""Backups: made by hand, once a day by themselves, and put back with a passphrase, a recovery key or the open key."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from ces_desktop.data import backup, vault
from ces_desktop.data.backup import BackupInfo, BackupReport, Reason
from ces_desktop.data.database import now_ms
from ces_desktop.data.folder import ClinicFolder, FolderLock, check_writable, unavailable
from ces_desktop.data.local import Setting, read_setting, write_setting
from ces_desktop.domain.access import Right, require
from ces_desktop.domain.calendar import local_day
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.services import hub_server
from ces_desktop.services.clinic import OpenClinic

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Trouble:
    """The last automatic backup did not come about: when (UTC ms) and why; no backup succeeded since."""

    at: int
    failure: Refused | Unavailable


@dataclass(frozen=True, slots=True)
class BackupState:
    """Where backups go, those that are there (newest first), and whether the folder can be reached.

    `free` is the room on that disk in bytes, None when it cannot be told.
    """

    target: Path
    chosen: bool
    reachable: bool
    backups: tuple[BackupInfo, ...]
    free: int | None = None
    trouble: Trouble | None = None

    @property
    def newest(self) -> BackupInfo | None:
        """The last backup, if any."""
        return self.backups[0] if self.backups else None

    def due(self, now: int) -> bool:
        """Whether the clinic's day has no backup yet. One from the future (the clock was wrong) counts for nothing."""
        today = local_day(now)
        return not any(local_day(info.made_at) == today for info in self.backups)


def state(opened: OpenClinic) -> BackupState:
    """What the backup folder holds of this clinic."""
    folder = opened.folder
    own = folder.backups_path is None
    reachable = own or folder.backups.is_dir()
    found = tuple(backup.list_backups(folder.backups, folder.prefix))
    return BackupState(folder.backups, not own, reachable, found, _free(folder), opened.database.read(trouble))


def trouble(connection: Connection) -> Trouble | None:
    """Why the last automatic backup failed; None when it did not, or one was made since."""
    try:
        stored = json.loads(read_setting(connection, Setting.BACKUP_TROUBLE) or "null")
        if stored is None:
            return None
        kind = Refused if stored["refused"] else Unavailable
        return Trouble(int(stored["at"]), kind(str(stored["code"]), **dict(stored["facts"])))
    except (ValueError, KeyError, TypeError):
        return None


def back_up_if_due(opened: OpenClinic, progress: Progress | None = None) -> BackupInfo | None:
    """The automatic backup of the day; None when today has one, or this window or person may not make it.

    Why it failed is kept for the start page (`trouble`) and raised.
    """
    if opened.database.read_only or not opened.actor.may(Right.MAKE_BACKUP):
        return None
    if not state(opened).due(opened.database.clock()):
        return None
    try:
        return back_up(opened, progress=progress, reason="daily")
    except (Refused, Unavailable) as failure:
        _remember(opened, failure)
        raise


def _remember(opened: OpenClinic, failure: Refused | Unavailable | None) -> None:
    """Keep or clear the trouble. On a disk that takes nothing it cannot be kept: the notice was shown all the same."""
    text = None
    if failure is not None:
        facts = {name: fact for name, fact in failure.facts.items() if isinstance(fact, (int, str))}
        stored = {"at": opened.database.clock(), "code": failure.code, "facts": facts}
        text = json.dumps(stored | {"refused": isinstance(failure, Refused)})
    with suppress(Unavailable):  # see above: no place to keep it
        if text is not None or opened.database.read(trouble) is not None:
            opened.database.local(lambda c: write_setting(c, Setting.BACKUP_TROUBLE, text))


def _free(folder: ClinicFolder) -> int | None:
    try:
        return shutil.disk_usage(folder.backups if folder.backups.is_dir() else folder.path).free
    except OSError:
        return None


def back_up(
    opened: OpenClinic,
    *,
    target: Path | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    reason: Reason = "asked",
) -> BackupInfo:
    """Make a verified backup, then let those go that the rule no longer keeps (7 daily, 4 weekly, 12 monthly).

    Pruning touches only the clinic's usual folder, never a stick someone named for one backup.
    """
    require(opened.actor, Right.MAKE_BACKUP)
    now = opened.database.clock()
    place = target or opened.folder.backups
    made = hub_server.back_up(
        opened.database.engine, opened.folder, opened.key, place, now, reason, progress, cancelled
    )
    if target is None:
        for old in backup.prune(backup.list_backups(place, opened.folder.prefix), now):
            # The new backup stands; an old one that cannot go now goes the next time.
            with suppress(Unavailable):
                if old.path != made.path:
                    backup.delete(old)
        _remember(opened, None)
    return made


def check(opened: OpenClinic, info: BackupInfo) -> BackupReport:
    """Open a backup with this clinic's key and count what it holds."""
    return backup.verify_backup(info.path, opened.key)


def choose_folder(opened: OpenClinic, target: Path | None) -> OpenClinic:
    """Send future backups to another folder (None = inside the clinic's folder); tried by writing there first."""
    require(opened.actor, Right.MAKE_BACKUP)
    if target is not None:
        if not _is_there(target):
            raise Unavailable("backup.target_missing")
        check_writable(target)
    opened.database.local(lambda c: write_setting(c, Setting.BACKUPS, str(target) if target else ""))
    opened.folder = ClinicFolder(opened.folder.path, target)
    return opened


def _is_there(folder: Path) -> bool:
    """A folder; what no disk can hold (a name too long) is not there either."""
    try:
        return folder.is_dir()
    except OSError:
        return False


def restore_open(opened: OpenClinic, info: BackupInfo) -> Path | None:
    """Put a backup in the place of the open clinic's data. The clinic is closed by this: sign in again after it.

    Returns where the replaced database was kept.
    """
    require(opened.actor, Right.RESTORE_BACKUP)
    if opened.database.read_only:
        raise Unavailable("storage.in_use")
    _refuse_server(opened.folder)
    folder, key, clock = opened.folder, opened.key, opened.database.clock
    backup.verify_backup(info.path, key)
    opened.close()
    return _restore(info.path, folder, key, clock())


def restore_with_passphrase(path: Path, into: Path, user: str | None, passphrase: str) -> Path | None:
    """Restore without an open clinic: the passphrase (or the printed recovery key) opens the backup's own slots."""
    source = ClinicFolder(path)
    try:
        key = _key_of(source, user, passphrase)
    except Refused as wrong:
        if wrong.code != "vault.wrong_passphrase":
            raise
        try:
            key = vault.open_with_recovery(source, passphrase)
        except Refused:
            raise wrong from None
    folder = ClinicFolder(into)
    _refuse_server(folder)
    try:
        into.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unavailable(error) from error
    return _restore(path, folder, key, now_ms())


def _refuse_server(folder: ClinicFolder) -> None:
    """A file beside the address of a server would not be opened: Refused("hub.restore_elsewhere")."""
    if folder.address.exists():
        raise Refused("hub.restore_elsewhere")


def _key_of(source: ClinicFolder, user: str | None, passphrase: str) -> vault.DataKey:
    slots = [s for s in vault.list_slots(source) if user in (None, s.name, s.user.hex())]
    for slot in slots:
        try:
            return vault.open(source, slot.user, passphrase)
        except Refused as wrong:
            if wrong.code != "vault.wrong_passphrase":
                raise
    raise Refused("vault.wrong_passphrase")


def _restore(path: Path, folder: ClinicFolder, key: bytes, now: int) -> Path | None:
    lock = FolderLock(folder)
    if not lock.acquire():
        raise Unavailable("storage.in_use")
    try:
        return backup.restore(path, folder, now, key)
    finally:
        lock.release()
