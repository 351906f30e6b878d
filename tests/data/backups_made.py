"""A small clinic with planted names to back up and restore, and what is asked of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ces_desktop.data import cipher, vault
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.vault import CHEAPEST, Vault
from ces_desktop.errors import Refused, Unavailable

ANA, PHRASE = b"\x01" * 16, "nopal lluvia cometa sendero"
PLANTED = "Fulana Inventada Zzyzx"
NOW = int(datetime(2026, 11, 23, 14, 30, 15, 250_000, UTC).timestamp() * 1000)
DAY = 86_400_000


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
