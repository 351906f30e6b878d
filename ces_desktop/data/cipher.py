"""Connections to an encrypted clinic database: SQLCipher with a raw 32-byte key (`sync.md` 5)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from ces_desktop.errors import Refused, Unavailable

Connection = Any  # sqlcipher3 ships no types; its shape is that of sqlite3.Connection

# 3.7.0–3.51.2 can corrupt a WAL file when two connections checkpoint at once.
_OLDEST = (3, 51, 3)
_BUSY_MS = 5_000
_CACHE_KIB = 32 * 1024
# SQLite result codes
_BUSY, _LOCKED, _READ_ONLY, _CORRUPT, _FULL, _NOT_A_DATABASE = 5, 6, 8, 11, 13, 26

# The driver asks of every value that is not a number or a text whether it can adapt itself, and raises and clears two
# errors to learn that bytes and None cannot: a microsecond for each value. Told how, it asks nothing: a fifth of that.
dbapi2.register_adapter(bytes, bytes)
dbapi2.register_adapter(type(None), {}.get)


def connect(path: Path, key: bytes, read_only: bool = False, create: bool = False) -> Connection:
    """Open the database; `isolation_level` is None, so nothing begins a transaction but our own BEGIN.

    `key` is 32 bytes. A missing or empty file is refused (`storage.missing`) unless `create`: a lost database must
    not turn silently into an empty clinic.
    Raises Refused `storage.missing`, `storage.wrong_key` (no page opens with this key), `storage.damaged` (some do);
    Unavailable where the file cannot be reached.
    """
    if len(key) != 32:
        raise ValueError("a key has 32 bytes")
    if dbapi2.sqlite_version_info < _OLDEST:
        raise RuntimeError(f"SQLite {dbapi2.sqlite_version} is older than {_OLDEST}")
    # Only stat: opening and closing the file ourselves would drop the POSIX locks SQLite holds on it in this process.
    if not create and not (path.is_file() and path.stat().st_size > 0):
        raise Refused("storage.missing")
    connection = None
    try:
        connection = dbapi2.connect(
            _uri(path, read_only, create),
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=_BUSY_MS / 1000,
        )
        _prepare(connection, key, read_only)
    except dbapi2.DatabaseError as error:
        if connection is None:
            raise Unavailable("storage.unreadable") from error
        failure = _failure(connection, error)
        connection.close()
        raise failure from error
    return connection


def _uri(path: Path, read_only: bool, create: bool) -> str:
    mode = "ro" if read_only else "rwc" if create else "rw"
    place = path.absolute().as_posix()
    start = "file:///" if path.drive and not place.startswith("/") else "file://"  # C:/… and //server/…
    uri = f"{start}{quote(place, safe='/:')}?mode={mode}"
    # A WAL database on a medium that takes no files cannot make its -shm; nobody writes there: read it as it is.
    if read_only and not os.access(path.parent, os.W_OK) and not path.with_name(path.name + "-wal").exists():
        uri += "&immutable=1"
    return uri


def _prepare(connection: Connection, key: bytes, read_only: bool) -> None:
    connection.execute("PRAGMA cipher_log_level = NONE")  # else SQLCipher prints to stderr
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("PRAGMA cipher_memory_security = OFF")  # ON costs 17 times, see sync_security.md 3.3
    connection.execute("PRAGMA temp_store = MEMORY")  # no sort or temporary table ever reaches the disk
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    connection.execute("PRAGMA recursive_triggers = ON")  # else INSERT OR REPLACE walks past the guard of the journal
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = 1")  # macOS only: its fsync alone does not reach the disk
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the first page is read here: wrong key raises
    if not read_only:
        connection.execute("PRAGMA journal_mode = WAL")


def _failure(connection: Connection, error: Exception) -> Refused | Unavailable:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == _NOT_A_DATABASE:
        return Refused("storage.damaged" if _some_page_opens(connection) else "storage.wrong_key")
    if code == _CORRUPT:
        return Refused("storage.damaged")
    return unavailable_for(error)


def unavailable_for(error: Exception) -> Unavailable:
    """The failure to tell for an OperationalError of the driver: full, read only, held by another, unreadable."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == _FULL:
        return Unavailable("storage.full", missing_mb=1)
    if code == _READ_ONLY:
        return Unavailable("storage.read_only")
    if code in (_BUSY, _LOCKED):
        return Unavailable("storage.in_use")
    if code in (_CORRUPT, _NOT_A_DATABASE):
        return Unavailable("storage.damaged")
    return Unavailable("storage.unreadable")


def _some_page_opens(connection: Connection) -> bool:
    """True when the key fits at least one page: then the key is right and the file is damaged."""
    try:
        bad = connection.execute("PRAGMA cipher_integrity_check").fetchall()
        file = connection.execute("PRAGMA database_list").fetchone()[2]
        pages = -(-Path(file).stat().st_size // 4096)
    except (dbapi2.DatabaseError, OSError):
        return False
    return len(bad) < pages


def damaged_pages(connection: Connection) -> list[str]:
    """The pages whose seal does not hold; quick, and needed before copying: SQLite copies an unreadable page as zeros.

    A page may be half rewritten by a checkpoint at that moment, so a bad one is looked at twice.
    """
    bad: set[str] = set()
    for attempt in range(2):
        found = {str(row[0]) for row in connection.execute("PRAGMA cipher_integrity_check")}
        bad = found if attempt == 0 else bad & found
        if not bad:
            return []
    return sorted(bad)


def integrity(connection: Connection) -> list[str]:
    """What is wrong with the file, page by page and in its structure; empty when it is sound."""
    found: list[str] = []
    for check in ("cipher_integrity_check", "quick_check"):
        try:
            found += [str(row[0]) for row in connection.execute(f"PRAGMA {check}") if row[0] != "ok"]
        except dbapi2.DatabaseError as error:
            found.append(f"unreadable: {error}")
    return found


def engine(path: Path, key: bytes, read_only: bool = False, create: bool = False) -> sqlalchemy.Engine:
    """An engine over `connect` that begins nothing itself; say `connection.exec_driver_sql(BEGIN_WRITE)` or BEGIN_READ

    Commit, rollback and savepoints then work as everywhere in SQLAlchemy; a connection returned to the pool rolls back.
    """
    if create:
        connect(path, key, create=True).close()  # once: a database that vanishes later is not made anew

    def creator() -> Connection:
        return connect(path, key, read_only)

    return sqlalchemy.create_engine(
        "sqlite://",
        module=dbapi2,
        creator=creator,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=4,
        pool_timeout=30,
        hide_parameters=True,  # a failure's text must not carry a patient's data into a log
    )


BEGIN_WRITE = "BEGIN IMMEDIATE"  # takes the write lock at once: a plain BEGIN loses read-then-write races
BEGIN_READ = "BEGIN"
