"""Restoring loses nothing: the old clinic or the restored one, whatever happens on the way."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from backups_made import ANA, DAY, NOW, PHRASE, change, filled, flip, people, told

from ces_desktop.data import backup, cipher, vault
from ces_desktop.data import folder as folders
from ces_desktop.data.backup import BackupInfo, restore, verify_backup
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.vault import CHEAPEST, Vault

# Restores and kills itself at the nth call that reaches the disk.
KILLED_AT = """
import os, signal, shutil, sys
from pathlib import Path
from ces_desktop.data import backup
from ces_desktop.data.folder import ClinicFolder
source, into, key, step = sys.argv[1:]
seen = 0
def counted(real):
    def call(*args, **kwargs):
        global seen
        seen += 1
        if seen == int(step):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    return call
os.fsync = counted(os.fsync)
os.link = counted(os.link)
Path.replace = counted(Path.replace)
Path.mkdir = counted(Path.mkdir)
shutil.rmtree = counted(shutil.rmtree)
shutil.copyfile = counted(shutil.copyfile)
backup.restore(Path(source), ClinicFolder(Path(into)), 1_790_000_000_000, bytes.fromhex(key))
"""


def test_a_restore_brings_the_moment_back_and_keeps_what_it_replaced(clinic: Vault, saved: BackupInfo) -> None:
    change(clinic, "DELETE FROM person WHERE id > 10")
    kept = restore(saved.path, clinic.folder, NOW + DAY, clinic.key)
    assert kept is not None and kept.name == "clinic.replaced-2026-11-24T143015Z.db"
    assert (people(clinic), people(clinic, kept)) == (400, 10)
    assert not (clinic.folder.path / "restore.part").exists()
    assert verify_backup(saved.path, clinic.key).tables["person"] == 400


def test_a_restore_into_a_new_machine_needs_only_the_stick(clinic: Vault, saved: BackupInfo, tmp_path: Path) -> None:
    shutil.rmtree(clinic.folder.path)
    fresh = ClinicFolder(tmp_path / "other machine" / "SOL")
    key = vault.open(ClinicFolder(saved.path), ANA, PHRASE)
    assert restore(saved.path, fresh, NOW, key) is None
    assert people(clinic, fresh.database) == 400
    assert vault.open(fresh, ANA, PHRASE) == key


def test_todays_passphrases_keep_working_after_a_restore(clinic: Vault, saved: BackupInfo) -> None:
    vault.change_passphrase(clinic.folder, ANA, PHRASE, "barro tambor quetzal molino", CHEAPEST)
    restore(saved.path, clinic.folder, NOW, clinic.key)
    assert vault.open(clinic.folder, ANA, "barro tambor quetzal molino") == clinic.key
    for path in (clinic.folder.slots, folders.previous_of(clinic.folder.slots)):
        path.write_bytes(b"torn")
    restore(saved.path, clinic.folder, NOW + 1000, clinic.key)
    assert vault.open(clinic.folder, ANA, PHRASE) == clinic.key


def test_what_was_only_in_the_log_is_in_the_replaced_database(clinic: Vault, saved: BackupInfo) -> None:
    """The log is left behind as after a kill: it is copied aside while open and put back once closed."""
    database, log = clinic.folder.database, clinic.folder.path / "clinic.db-wal"
    writer = cipher.connect(database, clinic.key)
    writer.execute("PRAGMA wal_autocheckpoint = 0")
    writer.execute("INSERT INTO person (name) VALUES ('Zutano Inventado')")
    shutil.copytree(clinic.folder.path, clinic.folder.path.with_name("crashed"))
    writer.close()
    shutil.rmtree(clinic.folder.path)
    clinic.folder.path.with_name("crashed").rename(clinic.folder.path)
    assert log.stat().st_size > 0
    kept = restore(saved.path, clinic.folder, NOW, clinic.key)
    assert kept is not None
    assert (people(clinic), people(clinic, kept)) == (400, 401)


def test_a_damaged_database_is_replaced_and_kept_as_it_is(clinic: Vault, saved: BackupInfo) -> None:
    flip(clinic.folder.database, 30)
    damaged = clinic.folder.database.read_bytes()
    kept = restore(saved.path, clinic.folder, NOW, clinic.key)
    assert kept is not None and kept.read_bytes() == damaged
    assert people(clinic) == 400


def test_a_log_that_cannot_be_emptied_never_meets_the_restored_database(
    clinic: Vault, saved: BackupInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_empty_log", lambda _database, _key: None)
    for tail in ("-wal", "-shm"):
        (clinic.folder.path / f"clinic.db{tail}").write_bytes(b"of the old database")
    kept = restore(saved.path, clinic.folder, NOW, clinic.key)
    assert kept is not None
    assert not (clinic.folder.path / "clinic.db-wal").exists()
    assert kept.with_name(kept.name + "-wal").read_bytes() == b"of the old database"


def test_two_restores_of_one_second_keep_both_replaced_databases(clinic: Vault, saved: BackupInfo) -> None:
    change(clinic, "DELETE FROM person WHERE id > 10")
    first = restore(saved.path, clinic.folder, NOW, clinic.key)
    second = restore(saved.path, clinic.folder, NOW, clinic.key)
    assert first and second and (people(clinic, first), people(clinic, second)) == (10, 400)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9 is POSIX; Windows has no signal to send")
def test_a_kill_at_any_step_of_a_restore_leaves_the_old_or_the_restored_clinic(
    clinic: Vault, saved: BackupInfo, tmp_path: Path
) -> None:
    change(clinic, "DELETE FROM person WHERE id > 10")
    found = []
    for step in range(1, 60):
        into = Vault(ClinicFolder(tmp_path / f"{step}" / "SOL"), clinic.vault_id, clinic.key)
        shutil.copytree(clinic.folder.path, into.folder.path)
        command = [sys.executable, "-c", KILLED_AT, str(saved.path), str(into.folder.path), clinic.key.hex(), str(step)]
        done = subprocess.run(command, check=False, timeout=60)
        found.append(people(into))
        kept = list(into.folder.path.glob("clinic.replaced-*.db"))
        assert found[-1] == 10 or [people(clinic, path) for path in kept] == [10]
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
        restore(saved.path, into.folder, NOW + DAY, clinic.key)  # the leftovers do not stand in the way
        assert people(into) == 400
    assert found[0] == 10 and found[-1] == 400 and set(found) == {10, 400} and len(found) > 8


def test_a_disk_without_second_names_keeps_a_copy(
    clinic: Vault, saved: BackupInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise OSError(errno.EPERM, "injected")

    monkeypatch.setattr(os, "link", refuse)
    change(clinic, "DELETE FROM person")
    kept = restore(saved.path, clinic.folder, NOW, clinic.key)
    assert kept is not None and (people(clinic), people(clinic, kept)) == (400, 0)


def test_nothing_changes_when_a_restore_is_refused(
    clinic: Vault, saved: BackupInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(clinic, "DELETE FROM person WHERE id > 7")
    other = filled(tmp_path / "RIO", 5)
    before = sorted(path.name for path in clinic.folder.path.iterdir())
    assert told(lambda: restore(saved.path, clinic.folder, NOW, bytes(32))) == "backup.wrong_key"
    assert told(lambda: restore(saved.path, other.folder, NOW, clinic.key)) == "backup.other_clinic"
    assert told(lambda: restore(tmp_path / "stick", clinic.folder, NOW, clinic.key)) == "backup.incomplete"
    flip(saved.path / "clinic.db", 9_000)
    assert told(lambda: restore(saved.path, clinic.folder, NOW, clinic.key)) == "backup.damaged"

    class Usage:
        free = 1024

    monkeypatch.setattr(folders.shutil, "disk_usage", lambda _path: Usage)
    assert told(lambda: restore(saved.path, clinic.folder, NOW, clinic.key)) == "storage.full"
    assert sorted(path.name for path in clinic.folder.path.iterdir()) == before
    assert (people(clinic), people(other)) == (7, 5)


def test_an_open_connection_stops_a_restore_before_anything_changes(clinic: Vault, saved: BackupInfo) -> None:
    reader = cipher.connect(clinic.folder.database, clinic.key)
    writer = cipher.connect(clinic.folder.database, clinic.key)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM person").fetchone()
    writer.execute("DELETE FROM person WHERE id = 1")
    assert told(lambda: restore(saved.path, clinic.folder, NOW, clinic.key)) == "storage.in_use"
    writer.close()
    reader.rollback()  # idle, but open
    assert told(lambda: restore(saved.path, clinic.folder, NOW, clinic.key)) == "storage.in_use"
    reader.close()
    assert people(clinic) == 399
