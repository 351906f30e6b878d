"""Kill −9 at any moment, and a full disk: what was acknowledged is there, the rest is whole or absent."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import KEY, actor, assert_proved, database, register, sqlcipher
from sqlalchemy import select

from benchmarks import kills
from ces_desktop.data import cipher
from ces_desktop.data.database import Database, transaction
from ces_desktop.data.models import OpRecord, PatientRecord
from ces_desktop.data.upgrade import upgrade
from ces_desktop.errors import Unavailable

WHO = actor()


def test_no_acknowledged_save_is_lost_to_kill_9() -> None:
    """V7: twelve kills of a program that registers, keeps drafts and signs consults as fast as it can, on one file.

    Lost = a person, a signed consult, or a draft that is neither offered nor signed; torn = a consult without all its
    rows, rows without their consult, a draft offered of a consult that is signed, or tables unlike their journal.
    """
    said = list(kills.survive(12, seed=20_261_123))
    assert len(said) == 12
    assert sum(one.people for one in said) >= 12
    assert sum(one.signed for one in said) > 0 and sum(one.drafts for one in said) > 0
    assert [(one.lost, one.torn) for one in said] == [(0, 0)] * 12


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", place], capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"no small disk can be mounted here: {made.stderr.strip()}")
    yield place
    subprocess.run(["umount", place], check=True)


def fill(place: Path) -> None:
    """Leave no byte free."""
    with (place / "photos").open("wb", buffering=0) as file:
        for size in (65_536, 4_096, 1):
            try:
                while file.write(bytes(size)):
                    pass
            except OSError:
                continue


def test_a_full_disk_loses_nothing_and_work_goes_on_when_there_is_room(small_disk: Path) -> None:
    db = database(sqlcipher(small_disk))
    saved = [register(db, WHO, n) for n in range(1, 4)]
    fill(small_disk)
    number = 4
    with pytest.raises(Unavailable) as told:
        while number < 2_000:  # what the log already holds may be written over first
            saved.append(register(db, WHO, number))
            number += 1
    assert told.value.code == "storage.full"
    assert people(db) == set(saved)
    assert_proved(db)
    (small_disk / "photos").unlink()
    saved.append(register(db, WHO, number))
    assert people(db) == set(saved)
    assert_proved(db)
    db.close()


def test_a_full_disk_by_the_database_s_own_limit(tmp_path: Path) -> None:
    """Where no disk can be mounted: SQLite is told how many pages there are."""
    engine = cipher.engine(tmp_path / "clinic.db", KEY, create=True)
    with transaction(engine, write=True) as connection:
        upgrade(connection)
    db = database(engine)
    saved = [register(db, WHO, 1)]
    number = 2

    def pages(limit: int) -> None:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {limit}").fetchall()

    pages(1)  # SQLite takes the present size
    with pytest.raises(Unavailable) as told:
        while number < 2_000:
            saved.append(register(db, WHO, number))
            number += 1
    assert told.value.code == "storage.full"
    assert people(db) == set(saved)
    assert_proved(db)
    pages(1_000_000)
    saved.append(register(db, WHO, number))
    assert people(db) == set(saved)
    assert_proved(db)
    db.close()


def people(db: Database) -> set[bytes]:
    found = db.read(lambda c: c.execute(select(PatientRecord.id)).scalars().all())
    assert len(found) == db.read(lambda c: len(c.execute(select(OpRecord.n)).all()))
    return set(found)
