"""A small file is never torn, whatever stops the machine; one window writes; a full or read-only disk says so."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ces_desktop.data import folder
from ces_desktop.data.folder import ClinicFolder, FolderLock, check_space, check_writable, previous_of, write_safely
from ces_desktop.errors import Unavailable

OLD, NEW = b"old" * 20_000, b"new" * 20_000

# Writes NEW over the file and kills itself at the nth call that reaches the disk.
KILLED_AT = """
import os, signal, sys
from pathlib import Path
from ces_desktop.data import folder
path, step = Path(sys.argv[1]), int(sys.argv[2])
seen = 0
def counted(real):
    def call(*args, **kwargs):
        global seen
        seen += 1
        if seen == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    return call
os.fsync = counted(os.fsync)
Path.open = counted(Path.open)
Path.replace = counted(Path.replace)
Path.read_bytes = counted(Path.read_bytes)
folder.write_safely(path, b"new" * 20_000)
"""

HOLD_LOCK = """
import sys, time
from pathlib import Path
from ces_desktop.data.folder import ClinicFolder, FolderLock
lock = FolderLock(ClinicFolder(Path(sys.argv[1])))
print(lock.acquire(), flush=True)
time.sleep(60)
"""


def test_a_clinic_folder_names_its_files(tmp_path: Path) -> None:
    clinic = ClinicFolder(tmp_path / "SOL")
    assert (clinic.prefix, clinic.database.name, clinic.slots.name) == ("SOL", "clinic.db", "keyslots.json")
    assert clinic.backups == tmp_path / "SOL" / "backups"
    assert ClinicFolder(tmp_path, Path("elsewhere")).backups == Path("elsewhere")


def test_the_previous_content_stays_beside_the_new(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_safely(path, b"one")
    assert not previous_of(path).exists()
    write_safely(path, b"two")
    assert (path.read_bytes(), previous_of(path).read_bytes()) == (b"two", b"one")
    write_safely(path, b"three", keep_previous=False)
    assert (path.read_bytes(), previous_of(path).read_bytes()) == (b"three", b"one")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "file.previous"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9 is POSIX; Windows has no signal to send")
def test_a_kill_at_any_step_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    outcomes = []
    for step in range(1, 30):
        path = tmp_path / f"{step}" / "file"
        path.parent.mkdir()
        path.write_bytes(OLD)
        done = subprocess.run([sys.executable, "-c", KILLED_AT, str(path), str(step)], check=False, timeout=60)
        assert path.read_bytes() in (OLD, NEW)
        assert not previous_of(path).exists() or previous_of(path).read_bytes() == OLD
        outcomes.append(path.read_bytes())
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
    assert OLD in outcomes and outcomes[-1] == NEW and len(outcomes) > 8


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "storage.full"),
        (errno.EROFS, "storage.read_only"),
        (errno.EACCES, "storage.read_only"),
        (errno.EIO, "storage.unwritable"),
        (errno.ENOENT, "storage.missing_place"),
    ],
)
def test_what_the_machine_answers_becomes_a_sentence_and_the_old_file_stays(
    number: int, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(OLD)

    def refuse(_descriptor: int) -> None:
        raise OSError(number, "injected")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(Unavailable) as told:
        write_safely(path, NEW)
    assert told.value.code == code
    assert path.read_bytes() == OLD
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_disk_that_reads_back_other_bytes_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(OLD)
    real = Path.read_bytes

    def lying(self: Path) -> bytes:
        data = real(self)
        return data[:-1] if self.name.endswith(".part") else data

    monkeypatch.setattr(Path, "read_bytes", lying)
    with pytest.raises(Unavailable) as told:
        write_safely(path, NEW, keep_previous=False)
    assert told.value.code == "storage.unwritable"
    assert real(path) == OLD


def test_a_folder_that_cannot_be_synced_does_not_fail_the_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def no_folders(descriptor: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{descriptor}"):  # noqa: PTH112 - a descriptor, not a path of ours
            raise OSError(errno.EINVAL, "injected")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", no_folders)
    write_safely(tmp_path / "file", b"x")
    assert (tmp_path / "file").read_bytes() == b"x"


def test_missing_space_is_told_in_megabytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 10 * 1024 * 1024

    monkeypatch.setattr(folder.shutil, "disk_usage", lambda _path: Usage)
    check_space(tmp_path / "not" / "yet", Usage.free)
    with pytest.raises(Unavailable) as told:
        check_space(tmp_path, Usage.free + 1024 * 1024 + 1)
    assert (told.value.code, told.value.facts) == ("storage.full", {"missing_mb": 2})


def test_a_writable_folder_passes_and_keeps_no_trace(tmp_path: Path) -> None:
    check_writable(tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []


def test_a_read_only_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, data: bytes) -> int:
        raise OSError(errno.EROFS, "injected")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(Unavailable) as told:
        check_writable(tmp_path)
    assert told.value.code == "storage.read_only"


def test_one_window_at_a_time_holds_the_folder(tmp_path: Path) -> None:
    first, second = FolderLock(ClinicFolder(tmp_path)), FolderLock(ClinicFolder(tmp_path))
    assert first.acquire() and not second.acquire()
    first.release()
    assert second.acquire()
    second.release()


def test_a_killed_window_leaves_no_lock_behind(tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", HOLD_LOCK, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    with other.stdout:
        assert other.stdout.readline().strip() == "True"
        lock = FolderLock(ClinicFolder(tmp_path))
        assert not lock.acquire()
        other.kill()
        other.wait(timeout=30)
    assert lock.acquire()
    lock.release()


def test_a_lock_in_a_read_only_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise PermissionError(errno.EACCES, "injected")

    monkeypatch.setattr(folder.os, "open", refuse)
    with pytest.raises(Unavailable) as told:
        FolderLock(ClinicFolder(tmp_path)).acquire()
    assert told.value.code == "storage.read_only"


def test_every_failure_of_the_storage_modules_has_its_sentence() -> None:
    import re

    from ces_desktop.ui.messages import storage

    source = Path(folder.__file__).parent
    code = "".join((source / f"{name}.py").read_text("utf-8") for name in ("folder", "cipher", "vault", "backup"))
    code += "".join((source / f"{name}.py").read_text("utf-8") for name in ("passphrase", "pin", "device"))
    raised = set(re.findall(r'"((?:storage|vault|backup)\.[a-z_]+)"', code))
    assert len(raised) > 30
    assert raised <= set(storage.sentences())
