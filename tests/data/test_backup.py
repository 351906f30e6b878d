"""A backup is whole, encrypted and verified, or not there."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest
from backups_made import ANA, DAY, NOW, PHRASE, change, flip, people, told

from ces_desktop.data import backup, cipher, vault
from ces_desktop.data import folder as folders
from ces_desktop.data.backup import BackupInfo, list_backups, make_backup, verify_backup
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.vault import Vault
from ces_desktop.errors import Unavailable

# Making


def test_a_backup_is_named_listed_and_counted(clinic: Vault, saved: BackupInfo, stick: Path) -> None:
    assert saved.path.name == "SOL-2026-11-23T143015Z-daily"
    assert (saved.prefix, saved.reason, saved.made_at) == ("SOL", "daily", NOW - 250)
    assert saved.size == sum(file.stat().st_size for file in saved.path.iterdir())
    assert list_backups(stick) == [saved] == list_backups(stick, "SOL")
    assert list_backups(stick, "RIO") == [] == list_backups(stick / "absent")
    report = verify_backup(saved.path, clinic.key)
    assert (report.tables["person"], report.head, report.schema) == (400, "03" * 32, "0001")
    assert [path.name for path in stick.iterdir()] == [saved.path.name]


def test_nothing_planted_is_legible_in_a_backup(saved: BackupInfo) -> None:
    assert {file.name for file in saved.path.iterdir()} == {"clinic.db", "keyslots.json", "keyslots.json.previous"}
    for file in saved.path.iterdir():
        data = file.read_bytes()
        for secret in (b"Fulana", b"Zzyzx", b"zzyzx", b"SQLite format", b"nopal"):
            assert secret not in data


def test_a_backup_opens_with_its_own_passphrase_alone(clinic: Vault, saved: BackupInfo) -> None:
    shutil.rmtree(clinic.folder.path)
    assert vault.open(ClinicFolder(saved.path), ANA, PHRASE) == clinic.key


def test_work_goes_on_while_a_backup_is_made_and_the_copy_is_of_one_moment(clinic: Vault, stick: Path) -> None:
    writer = cipher.connect(clinic.folder.database, clinic.key)
    writer.execute("CREATE TABLE filler (data BLOB)")
    writer.execute("INSERT INTO filler SELECT randomblob(4000) FROM person, (SELECT 1 UNION SELECT 2 UNION SELECT 3)")
    seen: list[tuple[int, int]] = []

    def meanwhile(done: int, total: int) -> None:
        seen.append((done, total))
        writer.execute("DELETE FROM person WHERE id = ?", (len(seen),))

    made = make_backup(clinic.folder, clinic.key, stick, NOW, progress=meanwhile)
    writer.close()
    assert verify_backup(made.path, clinic.key).tables["person"] == 400
    assert people(clinic) == 400 - len(seen)
    assert len(seen) > 1 and seen[-1][0] == seen[-1][1] and seen == sorted(seen)


def test_what_is_only_in_the_log_is_in_the_backup(clinic: Vault, stick: Path) -> None:
    writer = cipher.connect(clinic.folder.database, clinic.key)
    writer.execute("INSERT INTO person (name) VALUES ('Zutano Inventado')")
    made = make_backup(clinic.folder, clinic.key, stick, NOW)
    assert verify_backup(made.path, clinic.key).tables["person"] == 401
    writer.close()


def test_a_cancelled_backup_leaves_nothing(clinic: Vault, stick: Path) -> None:
    code = told(lambda: make_backup(clinic.folder, clinic.key, stick, NOW, cancelled=lambda: True))
    assert code == "backup.cancelled"
    assert list(stick.iterdir()) == []


def test_two_backups_of_one_second_are_two(clinic: Vault, saved: BackupInfo, stick: Path) -> None:
    """A hub that takes in two sticks one after the other backs up before each answer."""
    again = make_backup(clinic.folder, clinic.key, stick, NOW)
    assert list_backups(stick) == [again, saved] and again.made_at == saved.made_at + 1000


def test_the_own_backup_folder_is_made_but_a_pulled_stick_is_not(clinic: Vault, tmp_path: Path) -> None:
    assert make_backup(clinic.folder, clinic.key, clinic.folder.backups, NOW).path.is_dir()
    gone = tmp_path / "pulled"
    assert told(lambda: make_backup(clinic.folder, clinic.key, gone, NOW)) == "backup.target_missing"
    assert not gone.exists()


def test_a_full_target_is_told_with_what_is_missing(
    clinic: Vault, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage:
        free = 1024

    monkeypatch.setattr(folders.shutil, "disk_usage", lambda _path: Usage)
    with pytest.raises(Unavailable) as failure:
        make_backup(clinic.folder, clinic.key, stick, NOW)
    assert failure.value.code == "backup.full" and failure.value.facts["missing_mb"] in range(4, 7)
    assert list(stick.iterdir()) == []


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "backup.full"), (errno.EROFS, "backup.read_only")])
def test_a_disk_that_fails_half_way_leaves_no_half_backup(
    number: int, code: str, clinic: Vault, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(number, "injected")

    monkeypatch.setattr(os, "fsync", refuse)
    assert told(lambda: make_backup(clinic.folder, clinic.key, stick, NOW)) == code
    assert list(stick.iterdir()) == []


def test_a_stick_pulled_half_way_is_told(clinic: Vault, stick: Path) -> None:
    def pull(_done: int, _total: int) -> None:
        shutil.rmtree(stick)

    assert told(lambda: make_backup(clinic.folder, clinic.key, stick, NOW, progress=pull)) == "backup.target_missing"
    assert people(clinic) == 400


def test_a_damaged_clinic_is_not_backed_up_as_if_it_were_sound(clinic: Vault, stick: Path) -> None:
    """Every page in turn, the last of a long text among them: SQLite alone copies that one as zeros, content."""
    change(clinic, f"INSERT INTO person (name) VALUES ('{'x' * 20_000}')")
    whole = clinic.folder.database.read_bytes()
    for page in range(len(whole) // 4096):
        flip(clinic.folder.database, 4096 * page + 20)
        assert told(lambda: make_backup(clinic.folder, clinic.key, stick, NOW)) == "storage.damaged", page
        clinic.folder.database.write_bytes(whole)
    assert list(stick.iterdir()) == []


def test_a_stick_that_does_not_keep_what_is_written_is_told(
    clinic: Vault, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "sync_file", lambda path: flip(path, path.stat().st_size - 9))
    assert told(lambda: make_backup(clinic.folder, clinic.key, stick, NOW)) == "backup.unreliable"
    assert list(stick.iterdir()) == []


def test_what_a_killed_backup_left_is_swept_by_the_next(clinic: Vault, saved: BackupInfo, stick: Path) -> None:
    for name in ("SOL-2026-11-20T080000Z-daily.part", "RIO-2026-11-20T080000Z-daily.part", "cartas.part"):
        (stick / name).mkdir()
        (stick / name / "clinic.db").write_bytes(b"half")
    make_backup(clinic.folder, clinic.key, stick, NOW + DAY)
    assert {path.name for path in stick.glob("*.part")} == {"RIO-2026-11-20T080000Z-daily.part", "cartas.part"}


def test_half_made_and_foreign_folders_are_not_listed(saved: BackupInfo, stick: Path) -> None:
    shutil.copytree(saved.path, stick / (saved.path.name + ".part"))
    (stick / "SOL-2026-99-23T143015Z").mkdir()
    (stick / "fotos").mkdir()
    (stick / "SOL-2026-11-23T143015Z-asked").write_text("a file")
    assert list_backups(stick) == [saved]


def test_a_deleted_backup_is_gone(saved: BackupInfo, stick: Path) -> None:
    backup.delete(saved)
    assert list(stick.iterdir()) == []
    assert told(lambda: backup.delete(saved)) == "storage.missing_place"


# Verifying


def test_each_fault_of_a_backup_has_its_own_name(clinic: Vault, saved: BackupInfo) -> None:
    assert told(lambda: verify_backup(saved.path, bytes(32))) == "backup.wrong_key"
    database = saved.path / "clinic.db"
    whole = database.read_bytes()
    for at in (0, 20, 5000, len(whole) - 1):
        flip(database, at)
        assert told(lambda: verify_backup(saved.path, clinic.key)) == "backup.damaged", at
        database.write_bytes(whole)
    database.write_bytes(whole[: len(whole) // 2])
    assert told(lambda: verify_backup(saved.path, clinic.key)) == "backup.damaged"
    database.unlink()
    assert told(lambda: verify_backup(saved.path, clinic.key)) == "backup.incomplete"


def test_a_backup_without_a_legible_slot_file_is_no_backup(clinic: Vault, saved: BackupInfo) -> None:
    for name in ("keyslots.json", "keyslots.json.previous"):
        (saved.path / name).write_bytes(b"x")
    assert told(lambda: verify_backup(saved.path, clinic.key)) == "backup.damaged"
    for name in ("keyslots.json", "keyslots.json.previous"):
        (saved.path / name).unlink()
    assert told(lambda: verify_backup(saved.path, clinic.key)) == "backup.incomplete"


def test_verifying_changes_nothing_in_the_backup(clinic: Vault, saved: BackupInfo) -> None:
    before = {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in saved.path.iterdir()}
    verify_backup(saved.path, clinic.key)
    assert before == {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in saved.path.iterdir()}
