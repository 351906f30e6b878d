"""Nothing legible on the disk; the right key opens, a wrong one or a damaged file says which; no BEGIN but ours."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlcipher3 import dbapi2

from ces_desktop.data import cipher
from ces_desktop.errors import Refused, Unavailable

KEY = bytes(range(32))
PLANTED = "Fulana Inventada Zzyzx"


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A database of some thirty pages that holds the planted name."""
    path = tmp_path / "clinic.db"
    connection = cipher.connect(path, KEY, create=True)
    connection.execute("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT)")
    connection.execute("CREATE INDEX person_name ON person (name)")
    connection.execute(cipher.BEGIN_WRITE)
    connection.executemany("INSERT INTO person (name) VALUES (?)", [(f"{PLANTED} {n}",) for n in range(2_000)])
    connection.commit()
    connection.close()
    return path


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def refusal(path: Path, key: bytes = KEY) -> str:
    with pytest.raises(Refused) as told:
        cipher.connect(path, key).close()
    return told.value.code


def test_nothing_planted_is_legible_in_the_database_or_its_log(tmp_path: Path) -> None:
    path = tmp_path / "clinic.db"
    connection = cipher.connect(path, KEY, create=True)
    connection.execute("CREATE VIRTUAL TABLE found USING fts5 (name)")
    connection.execute("CREATE TABLE person (name TEXT)")
    for table in ("person", "found"):
        connection.execute(f"INSERT INTO {table} (name) VALUES (?)", (PLANTED,))
    names = {file.name for file in tmp_path.iterdir()}
    assert "clinic.db-wal" in names and (tmp_path / "clinic.db-wal").stat().st_size > 4096
    connection.execute("PRAGMA wal_checkpoint(FULL)")
    for file in tmp_path.iterdir():
        data = file.read_bytes()
        for secret in (PLANTED.encode(), b"Zzyzx", b"zzyzx", PLANTED.encode("utf-16-le"), b"person", b"SQLite format"):
            assert secret not in data, file.name
    connection.close()


def test_the_settings_the_design_asks_for(filled: Path) -> None:
    connection = cipher.connect(filled, KEY)
    values = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "temp_store", "cipher_memory_security", "busy_timeout")
    }
    connection.close()
    assert values == {
        "journal_mode": "wal",
        "synchronous": 2,
        "temp_store": 2,
        "cipher_memory_security": "0",
        "busy_timeout": 5000,
    }
    assert dbapi2.sqlite_version_info >= (3, 51, 3)


def test_an_old_sqlite_is_not_used(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbapi2, "sqlite_version_info", (3, 51, 2))
    with pytest.raises(RuntimeError):
        cipher.connect(filled, KEY)


def test_a_wrong_key_and_a_damaged_file_are_told_apart(filled: Path) -> None:
    assert refusal(filled, bytes(32)) == "storage.wrong_key"
    flip(filled, 100)
    assert refusal(filled) == "storage.damaged"


def test_a_missing_or_empty_database_never_becomes_an_empty_clinic(tmp_path: Path) -> None:
    assert refusal(tmp_path / "clinic.db") == "storage.missing"
    assert not (tmp_path / "clinic.db").exists()
    (tmp_path / "clinic.db").touch()
    assert refusal(tmp_path / "clinic.db") == "storage.missing"


def test_a_cut_file_is_not_opened_as_sound(filled: Path) -> None:
    filled.write_bytes(filled.read_bytes()[: 4096 * 5])
    try:
        connection = cipher.connect(filled, KEY)
    except Refused as told:
        assert told.code == "storage.damaged"
    else:
        assert cipher.integrity(connection)
        connection.close()


def test_integrity_names_a_damaged_page_and_is_silent_about_a_sound_file(filled: Path) -> None:
    connection = cipher.connect(filled, KEY)
    assert cipher.integrity(connection) == []
    connection.close()
    flip(filled, 4096 * 6 + 50)
    connection = cipher.connect(filled, KEY)
    assert any("page 7" in line for line in cipher.integrity(connection))
    connection.close()


def test_a_read_only_connection_takes_no_write(filled: Path) -> None:
    connection = cipher.connect(filled, KEY, read_only=True)
    assert connection.execute("SELECT count(*) FROM person").fetchone() == (2_000,)
    with pytest.raises(dbapi2.OperationalError) as told:
        connection.execute("DELETE FROM person")
    connection.close()
    assert cipher.unavailable_for(told.value).code == "storage.read_only"


def test_a_medium_that_takes_no_files_is_read_without_making_any(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    connection = cipher.connect(filled, KEY, read_only=True)
    assert connection.execute("SELECT count(*) FROM person").fetchone() == (2_000,)
    assert [file.name for file in filled.parent.iterdir()] == ["clinic.db"]
    connection.close()


def test_a_path_that_is_no_file_we_can_open_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as told:
        cipher.connect(tmp_path / "no" / "folder" / "clinic.db", KEY, create=True)
    assert told.value.code == "storage.unreadable"


def test_odd_names_in_the_path_are_only_names(tmp_path: Path) -> None:
    path = tmp_path / "Clínica ?mode=memory#1 %41" / "clinic.db"
    path.parent.mkdir()
    cipher.connect(path, KEY, create=True).close()
    assert path.stat().st_size > 0


def test_the_engine_begins_nothing_itself(filled: Path) -> None:
    engine = cipher.engine(filled, KEY)
    said: list[str] = []
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(said.append)
        connection.execute(text("SELECT 1"))
        connection.exec_driver_sql(cipher.BEGIN_WRITE)
        connection.execute(text("DELETE FROM person WHERE id = 1"))
        connection.commit()
        connection.exec_driver_sql(cipher.BEGIN_WRITE)
        connection.execute(text("DELETE FROM person WHERE id = 2"))
        driver.set_trace_callback(None)
    with engine.connect() as connection:
        left = connection.execute(text("SELECT count(*) FROM person WHERE id < 3")).scalar()
    engine.dispose()
    assert said == [
        "SELECT 1",
        "BEGIN IMMEDIATE",
        "DELETE FROM person WHERE id = 1",
        "COMMIT",
        "BEGIN IMMEDIATE",
        "DELETE FROM person WHERE id = 2",
    ]
    assert left == 1  # what was not committed was rolled back when the connection came home


def test_a_failure_tells_no_value_and_a_vanished_database_is_not_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "clinic.db"
    engine = cipher.engine(path, KEY, create=True)
    with engine.connect() as connection, pytest.raises(OperationalError) as told:
        connection.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": PLANTED})
    assert PLANTED not in str(told.value)
    engine.dispose()
    path.unlink()
    with pytest.raises(Refused):
        engine.connect()
    assert not path.exists()


def test_begin_write_shuts_other_writers_out_at_once_and_readers_go_on(filled: Path) -> None:
    engine = cipher.engine(filled, KEY)
    with engine.connect() as writer, engine.connect() as other:
        writer.exec_driver_sql(cipher.BEGIN_WRITE)
        writer.execute(text("DELETE FROM person"))
        other.exec_driver_sql("PRAGMA busy_timeout = 0")
        assert other.execute(text("SELECT count(*) FROM person")).scalar() == 2_000
        with pytest.raises(OperationalError) as told:
            other.exec_driver_sql(cipher.BEGIN_WRITE)
        assert told.value.orig is not None and isinstance(told.value.orig, Exception)
        assert cipher.unavailable_for(told.value.orig).code == "storage.in_use"
    engine.dispose()


def test_savepoints_work_inside_our_transaction(filled: Path) -> None:
    engine = cipher.engine(filled, KEY)
    with engine.connect() as connection:
        connection.exec_driver_sql(cipher.BEGIN_WRITE)
        connection.execute(text("DELETE FROM person WHERE id = 1"))
        inner = connection.begin_nested()
        connection.execute(text("DELETE FROM person"))
        inner.rollback()
        connection.commit()
        assert connection.execute(text("SELECT count(*) FROM person")).scalar() == 1_999
    engine.dispose()
