"""The clinic's folder on this machine: what lies where, who holds it, how a file is written without being torn."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ces_desktop.errors import Unavailable

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} if hasattr(errno, "EDQUOT") else {errno.ENOSPC, errno.EFBIG}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}
_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ClinicFolder:
    """One clinic's folder. A backup has the same shape, so a backup can be looked into as a ClinicFolder."""

    path: Path
    backups_path: Path | None = None

    @property
    def prefix(self) -> str:
        """The clinic's prefix: the name of the folder (`paths.data_root()/<PREFIX>`)."""
        return self.path.name

    @property
    def database(self) -> Path:
        return self.path / "clinic.db"

    @property
    def address(self) -> Path:
        """Of a hub on a server: where its database is, in the place of `database`."""
        return self.path / "database.json"

    @property
    def is_used(self) -> bool:
        """Whether an installation lives here."""
        return self.database.exists() or self.address.exists()

    @property
    def slots(self) -> Path:
        return self.path / "keyslots.json"

    @property
    def backups(self) -> Path:
        """Where backups go: the folder the person chose, else one inside the clinic's folder."""
        return self.backups_path or self.path / "backups"


def unavailable(error: OSError, needed_bytes: int = _MB) -> Unavailable:
    """The failure to tell for what the machine answered.

    One of `storage.full`, `storage.read_only`, `storage.missing_place`, `storage.unwritable`.
    """
    if error.errno in _FULL:
        return Unavailable("storage.full", missing_mb=megabytes(needed_bytes))
    if error.errno in _READ_ONLY:
        return Unavailable("storage.read_only")
    if error.errno in (errno.ENOENT, errno.ENODEV, errno.ENOTDIR):
        return Unavailable("storage.missing_place")
    return Unavailable("storage.unwritable")


def megabytes(count: int) -> int:
    """Bytes as whole megabytes, rounded up, at least one."""
    return max(1, -(-count // _MB))


def previous_of(path: Path) -> Path:
    """The copy `write_safely` keeps of what a file held before."""
    return path.with_name(path.name + ".previous")


def write_safely(path: Path, data: bytes, keep_previous: bool = True) -> None:
    """Replace the file so that a power cut at any step leaves the old bytes or the new ones, never a mixture.

    With `keep_previous` the old bytes stay beside it as `<name>.previous`. Pass False when the present file is known
    to be damaged: a damaged file must not push out a good previous one.
    Raises Unavailable (`storage.full`, `storage.read_only`, `storage.unwritable`…); the old file is then untouched.
    """
    try:
        if keep_previous and path.exists():
            _put(previous_of(path), path.read_bytes())
        _put(path, data)
    except OSError as error:
        raise unavailable(error, len(data)) from error


def _put(path: Path, data: bytes) -> None:
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if part.read_bytes() != data:
            raise OSError(errno.EIO, "read back differs")
        replace(part, path)
    except OSError:
        with suppress(OSError):  # told is the failure before it
            part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def replace(source: Path, target: Path) -> None:
    """`os.replace`, tried again for a second where a virus scanner holds the file for a moment (Windows)."""
    for pause in (0.05, 0.1, 0.2, 0.4):
        try:
            source.replace(target)
            return
        except PermissionError:
            if os.name != "nt":
                raise
            time.sleep(pause)
    source.replace(target)


def sync_file(path: Path) -> None:
    """Force a closed file's bytes to the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Force a folder's names to the disk; Windows neither allows nor needs it."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some file systems of USB sticks answer EINVAL for a folder; the file itself has been synced.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def check_space(path: Path, needed_bytes: int) -> None:
    """Raise Unavailable("storage.full", missing_mb) unless the disk under `path`, which may not exist yet, has room."""
    place = path
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        free = shutil.disk_usage(place).free
    except OSError as error:
        raise unavailable(error, needed_bytes) from error
    if free < needed_bytes:
        raise Unavailable("storage.full", missing_mb=megabytes(needed_bytes - free))


def check_writable(path: Path) -> None:
    """Raise Unavailable("storage.read_only") unless a file can be made in the folder; a missing folder is made."""
    trial = path / f".writable-{os.getpid()}"
    try:
        path.mkdir(parents=True, exist_ok=True)
        trial.write_bytes(b"1")
    except OSError as error:
        raise unavailable(error) from error
    finally:
        with suppress(OSError):  # told is whether it could be written
            trial.unlink(missing_ok=True)


class FolderLock:
    """One window writes. The lock is the system's own, so a killed program leaves none behind."""

    def __init__(self, folder: ClinicFolder) -> None:
        self._path = folder.path / "clinic.lock"
        self._held: int | None = None

    def acquire(self) -> bool:
        """True when this window may write; False when another one does (open read only then).

        Raises Unavailable("storage.read_only") where the folder takes no file.
        """
        if self._held is not None:
            return True
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise unavailable(error) from error
        try:
            _lock(file)
        except OSError as error:
            os.close(file)
            if error.errno in _TAKEN:
                return False
            raise unavailable(error) from error
        self._held = file
        return True

    def release(self) -> None:
        """Let another window write."""
        if self._held is not None:
            os.close(self._held)  # and with it the lock
            self._held = None


_TAKEN = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}
"""How the systems say that another process has it."""


def _lock(file: int) -> None:
    """Take the whole file for this process, or raise at once; closing it, or being killed, gives it back."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
