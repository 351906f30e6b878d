"""Backups: made by hand, once a day by themselves, and put back with a passphrase, a recovery key or the open key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ces_desktop.data import backup, vault
from ces_desktop.data.backup import BackupInfo, BackupReport
from ces_desktop.data.database import now_ms
from ces_desktop.data.folder import ClinicFolder, FolderLock
from ces_desktop.data.local import write_setting
from ces_desktop.domain.access import Right, require
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.services.clinic import OpenClinic

DAY_MS = 86_400_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class BackupState:
    """Where backups go, those that are there (newest first), and whether the folder can be reached."""

    target: Path
    chosen: bool
    reachable: bool
    backups: tuple[BackupInfo, ...]

    @property
    def newest(self) -> BackupInfo | None:
        """The last backup, if any."""
        return self.backups[0] if self.backups else None

    def due(self, now: int) -> bool:
        """Whether a day has passed since the last one."""
        return self.newest is None or now - self.newest.made_at >= DAY_MS


def state(opened: OpenClinic) -> BackupState:
    """What the backup folder holds of this clinic."""
    folder = opened.folder
    own = folder.backups_path is None
    reachable = own or folder.backups.is_dir()
    found = tuple(backup.list_backups(folder.backups, folder.prefix))
    return BackupState(folder.backups, not own, reachable, found)


def back_up(
    opened: OpenClinic,
    *,
    target: Path | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> BackupInfo:
    """Make a verified backup, then let those go that the rule no longer keeps (7 daily, 4 weekly, 12 monthly).

    Pruning touches only the clinic's usual folder, never a stick someone named for one backup.
    """
    require(opened.actor, Right.MAKE_BACKUP)
    now = opened.database.clock()
    place = target or opened.folder.backups
    made = backup.make_backup(opened.folder, opened.key, place, now, progress, cancelled, reason="daily")
    if target is None:
        for old in backup.prune(backup.list_backups(place, opened.folder.prefix), now):
            if old.path != made.path:
                backup.delete(old)
    return made


def check(opened: OpenClinic, info: BackupInfo) -> BackupReport:
    """Open a backup with this clinic's key and count what it holds."""
    return backup.verify_backup(info.path, opened.key)


def choose_folder(opened: OpenClinic, target: Path | None) -> OpenClinic:
    """Send future backups to another folder (None = inside the clinic's folder); tried by writing there first."""
    require(opened.actor, Right.MAKE_BACKUP)
    if target is not None:
        from ces_desktop.data.folder import check_writable

        if not target.is_dir():
            raise Unavailable("backup.target_missing")
        check_writable(target)
    opened.database.local(lambda c: write_setting(c, "backups", str(target) if target else ""))
    opened.folder = ClinicFolder(opened.folder.path, target)
    return opened


def restore_open(opened: OpenClinic, info: BackupInfo) -> Path | None:
    """Put a backup in the place of the open clinic's data. The clinic is closed by this: sign in again after it.

    Returns where the replaced database was kept.
    """
    require(opened.actor, Right.RESTORE_BACKUP)
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
    into.mkdir(parents=True, exist_ok=True)
    return _restore(path, folder, key, now_ms())


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
