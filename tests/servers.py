"""A private PostgreSQL server for the tests: made in a temporary folder, reached by socket, gone with the session."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

SUPERUSER = "ces"
START_SECONDS = 60.0


class NoServer(Exception):
    """No PostgreSQL server can be started here; the text says why."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. `host` is a socket folder, or 127.0.0.1 on Windows."""

    process: subprocess.Popen[bytes]
    folder: Path
    host: str
    port: int
    _numbers: count[int]
    tls_port: int = 0

    def url(self, database: str) -> str:
        """SQLAlchemy URL of a database on this server."""
        return f"postgresql+psycopg://{SUPERUSER}@/{database}?host={self.host}&port={self.port}"

    def create(self, template: str = "template0") -> str:
        """A new database, a copy of `template` (nobody may be connected to it); its name."""
        name = f"test_{next(self._numbers)}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected."""
        self.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def execute(self, statement: str) -> None:
        """Run one statement outside a transaction, on the maintenance database."""
        with connect(self.host, self.port) as connection:
            connection.execute(statement.encode())

    def stop(self) -> None:
        """End the server and remove its files."""
        if os.name == "nt":
            self.process.terminate()
        else:
            self.process.send_signal(signal.SIGQUIT)  # at once, without waiting for whoever is connected
        self.process.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)


def _with_tls(data: Path, account: dict[str, Any], tls: Tls) -> list[str]:
    """The files where the server looks for them, its key for itself alone; how it is told to use them."""
    for name, content in (("server.crt", tls.certificate), ("server.key", tls.key)):
        path = data / name
        path.write_bytes(content)
        path.chmod(0o600)
        if account:
            os.chown(path, account["user"], account["group"])
    return ["-c", "listen_addresses=127.0.0.1", "-p", str(free_port()), "-c", "ssl=on"]


def connect(host: str, port: int) -> psycopg.Connection[Any]:
    """A connection to the maintenance database; each statement stands alone."""
    return psycopg.connect(host=host, port=port, user=SUPERUSER, dbname="postgres", autocommit=True, connect_timeout=5)


def find_programs() -> Path:
    """Folder of `initdb` and `postgres`: the newest that the system's packages brought, or the one on the PATH."""
    packaged = list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if packaged:
        return max(packaged, key=lambda path: int(path.parts[-3].split(".")[0])).parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise NoServer("PostgreSQL is not installed (initdb was not found)")


def unprivileged() -> dict[str, Any]:
    """How to run the server: PostgreSQL refuses root, so as root another account does."""
    if os.name == "nt" or os.geteuid() != 0:
        return {}
    import pwd

    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise NoServer("the tests run as root and there is no account `postgres` or `nobody` for the server")


def free_port() -> int:
    """A port of 127.0.0.1 nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Tls:
    """What a server proves itself with, as PEM: its certificate and key."""

    certificate: bytes
    key: bytes


def start(tls: Tls | None = None) -> Server:
    """Make and start a server, with `tls` also at `Server.tls_port` of 127.0.0.1; `NoServer` says why it cannot be."""
    programs, account = find_programs(), unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="ces-pg-"))
    try:
        if account:
            os.chown(folder, account["user"], account["group"])
        return launch(programs, account, folder, tls)
    except BaseException:  # also at Ctrl+C: no folder stays behind
        shutil.rmtree(folder, ignore_errors=True)
        raise


def wanted(tls: Tls | None = None) -> Server:
    """As `start`; where none can be started the test is skipped with the reason.

    `CES_REQUIRE_POSTGRES=1` (set by `.ci/run`) makes that a failure.
    """
    try:
        return start(tls)
    except NoServer as reason:
        if os.environ.get("CES_REQUIRE_POSTGRES") == "1":
            raise
        pytest.skip(f"needs a PostgreSQL server: {reason}")


def launch(programs: Path, account: dict[str, Any], folder: Path, tls: Tls | None = None) -> Server:
    """`initdb` and `postgres` in `folder`, without disk syncs: these data need not survive."""
    data = folder / "data"
    make = [programs / "initdb", "-D", data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    made = subprocess.run(make, cwd=folder, capture_output=True, text=True, **account)
    if made.returncode:
        raise NoServer(f"initdb failed: {made.stderr.strip()[-300:]}")
    host, port, where = str(folder), 5432, ["-k", str(folder), "-c", "listen_addresses="]
    if os.name == "nt":
        host, port = "127.0.0.1", free_port()
        where = ["-c", "listen_addresses=127.0.0.1", "-p", str(port)]
    if tls is not None:
        where = [*_with_tls(data, account, tls), *(["-k", str(folder)] if os.name != "nt" else [])]
    calm = ["-F", "-c", "full_page_writes=off", "-c", "synchronous_commit=off", "-c", "max_connections=50"]
    tls_port = int(where[where.index("-p") + 1]) if tls is not None else 0
    port = tls_port or port  # the socket's name has the number too
    with (folder / "log").open("wb") as log:
        command = [programs / "postgres", "-D", data, *where, *calm, "-c", "shared_buffers=64MB"]
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **account)
    server = Server(process, folder, host, port, count(1), tls_port)
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            connect(host, port).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return server
    if process.poll() is None:
        server.stop()
    raise NoServer(f"postgres did not start: {(folder / 'log').read_text(errors='replace')[-300:]}")
