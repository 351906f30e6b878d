"""A backup is whole, encrypted and verified, or not there; restoring loses nothing; pruning keeps what it promises."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.data import backup, cipher, vault
from ces_desktop.data import folder as folders
from ces_desktop.data.backup import BackupInfo, list_backups, make_backup, prune, restore, verify_backup
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.vault import CHEAPEST, Vault
from ces_desktop.errors import Refused, Unavailable

ANA, PHRASE = b"\x01" * 16, "nopal lluvia cometa sendero"
PLANTED = "Fulana Inventada Zzyzx"
NOW = int(datetime(2026, 11, 23, 14, 30, 15, 250_000, UTC).timestamp() * 1000)
DAY = 86_400_000

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


def filled(path: Path, people: int = 400) -> Vault:
    """A clinic whose database has people, ops and a schema revision; its connections are closed."""
    opened, _ = vault.create(ClinicFolder(path), ANA, "Ana Prueba", PHRASE, CHEAPEST)
    connection = cipher.connect(opened.folder.database, opened.key, create=True)
    connection.execute("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT)")
    connection.execute("CREATE VIRTUAL TABLE found USING fts5 (name)")
    connection.execute("CREATE TABLE op (n INTEGER PRIMARY KEY, hash BLOB)")
    connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
    connection.execute(cipher.BEGIN_WRITE)
    connection.execute("INSERT INTO alembic_version VALUES ('0001')")
    connection.executemany("INSERT INTO op (hash) VALUES (?)", [(bytes([n]) * 32,) for n in (1, 2, 3)])
    connection.executemany("INSERT INTO person (name) VALUES (?)", [(f"{PLANTED} {n}",) for n in range(people)])
    connection.commit()
    connection.close()
    return opened


@pytest.fixture
def clinic(tmp_path: Path) -> Vault:
    return filled(tmp_path / "SOL")


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    path = tmp_path / "stick"
    path.mkdir()
    return path


@pytest.fixture
def saved(clinic: Vault, stick: Path) -> BackupInfo:
    return make_backup(clinic.folder, clinic.key, stick, NOW)


def told(action: Callable[[], object]) -> str:
    with pytest.raises((Refused, Unavailable)) as failure:
        action()
    return str(failure.value.code)


def people(clinic: Vault, path: Path | None = None) -> int:
    connection = cipher.connect(path or clinic.folder.database, clinic.key)
    count = connection.execute("SELECT count(*) FROM person").fetchone()[0]
    connection.close()
    return int(count)


def change(clinic: Vault, sql: str) -> None:
    connection = cipher.connect(clinic.folder.database, clinic.key)
    connection.execute(sql)
    connection.close()


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


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


def test_two_backups_of_one_second_do_not_overwrite(clinic: Vault, saved: BackupInfo, stick: Path) -> None:
    assert told(lambda: make_backup(clinic.folder, clinic.key, stick, NOW)) == "backup.exists"
    assert list_backups(stick) == [saved]


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


# Restoring


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


# Pruning

moments = st.lists(st.integers(0, 3 * 365 * 24), unique=True, max_size=60)
reasons = st.sampled_from(["daily", "asked", "migration", "restore"])


def infos(hours: list[int], of: Iterator[str] | None = None) -> list[BackupInfo]:
    return [
        BackupInfo(Path(f"SOL-{hour}"), "SOL", NOW - hour * 3_600_000, 1, next(of) if of else "daily")  # type: ignore[arg-type]
        for hour in hours
    ]


@given(moments, st.data())
def test_pruning_keeps_the_newest_recent_migrations_and_what_it_promises(hours: list[int], data: st.DataObject) -> None:
    kinds = iter(data.draw(st.lists(reasons, min_size=len(hours), max_size=len(hours))))
    backups = infos(hours, kinds)
    doomed = {info.path for info in prune(backups, NOW)}
    left = [info for info in backups if info.path not in doomed]
    if backups:
        assert max(backups, key=lambda info: info.made_at) in left
    for info in backups:
        if info.reason == "migration" and NOW - info.made_at < 365 * DAY:
            assert info in left
    zone = ZoneInfo("America/Mexico_City")
    for count, form in ((7, "%Y-%m-%d"), (4, "%G-%V"), (12, "%Y-%m")):

        def periods(of: list[BackupInfo], form: str = form) -> list[str]:
            return sorted({f"{datetime.fromtimestamp(i.made_at / 1000, zone):{form}}" for i in of}, reverse=True)

        assert periods(left)[:count] == periods(backups)[:count]
    plain = [info for info in left if info.reason != "migration"]
    assert len(plain) <= 7 + 4 + 12
    assert prune(left, NOW) == []


def test_three_years_of_daily_backups_shrink_to_the_rule() -> None:
    backups = infos([24 * day for day in range(3 * 365)])
    gone = {info.path for info in prune(backups, NOW)}
    left = [info for info in backups if info.path not in gone]
    assert 17 <= len(left) <= 23
    assert [info.made_at for info in left[:7]] == [NOW - day * DAY for day in range(7)]
    assert NOW - left[-1].made_at >= (320 * DAY)


def test_clinics_sharing_a_stick_are_pruned_each_by_itself() -> None:
    mine, theirs = infos([0, 1, 2]), [BackupInfo(Path("RIO-9"), "RIO", NOW - 5 * 365 * DAY, 1, "daily")]
    assert [info.path.name for info in prune(mine + theirs, NOW)] == ["SOL-1", "SOL-2"]


def test_backups_from_the_future_stay_and_push_nothing_out() -> None:
    real = infos([24 * day for day in range(7)])
    future = infos([-24 * day for day in range(1, 30)])
    assert prune(real + future, NOW) == []


def test_a_day_is_the_clinics_day_not_greenwichs() -> None:
    evening = int(datetime(2026, 11, 24, 3, 0, tzinfo=UTC).timestamp() * 1000)  # 21:00 on the 23rd in Chiapas
    morning = evening - 6 * 3_600_000
    pair = [BackupInfo(Path(str(at)), "SOL", at, 1, "daily") for at in (morning, evening)]
    assert [info.made_at for info in prune(pair, evening)] == [morning]
