"""A hub's database on a PostgreSQL server: its address in the folder, the password and the private keys sealed.

The folder holds the slots of the passphrases as everywhere, and in the place of `clinic.db` the address. Password and
keys are sealed with the data key, which is wrapped once for each supervisor; the server's administrator reads the
register (disk encryption is theirs to see to) but cannot sign or decrypt in the hub's name.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any

import sqlalchemy
from sqlalchemy import Connection
from sqlalchemy.engine import URL, make_url

from ces_desktop.data.folder import ClinicFolder, write_safely
from ces_desktop.data.local import DATA_KEY, Setting, read_setting, seal, unseal, write_setting
from ces_desktop.errors import Refused, Unavailable

_DRIVER = "postgresql+psycopg"
_LOCAL = frozenset({"", "localhost", "127.0.0.1", "::1"})
_CONNECT_SECONDS = 10
WRONG_PASSWORD = "hub.wrong_password"
"""The code of what is told when a server answers and does not let in."""
_NOT_LET_IN = (
    "password authentication failed", "no password supplied", "autentificación password falló",
    "authentication failed for user", "no pg_hba.conf entry", 'role "', "no existe el rol",
)  # fmt: skip
"""What servers say, in English and Spanish, to a name or password that they do not take."""


def checked_address(typed: str) -> URL:
    """The address as it will be used: by psycopg, and over TLS that proves the server unless it is this machine.

    Refused("hub.not_postgresql"), ("hub.tls") for an address that asks for less, ("hub.no_database") without a name.
    """
    try:
        url = make_url(typed.strip())
    except (sqlalchemy.exc.ArgumentError, ValueError) as error:
        raise Refused("hub.not_postgresql") from error
    if url.drivername not in ("postgresql", "postgres", _DRIVER):
        raise Refused("hub.not_postgresql")
    if not url.database:
        raise Refused("hub.no_database")
    url = url.set(drivername=_DRIVER)
    if _is_local(url):
        return url
    if url.query.get("sslmode", "verify-full") != "verify-full":
        raise Refused("hub.tls")
    told = {"sslmode": "verify-full", "sslrootcert": "system"} | dict(url.query)
    return url.set(query=told)


def engine(url: URL, key: bytes) -> sqlalchemy.Engine:
    """An engine whose connections know the data key, with which `local` seals private keys; nothing is asked yet."""
    return sqlalchemy.create_engine(
        url, pool_size=4, max_overflow=4, pool_pre_ping=True, hide_parameters=True,
        connect_args={"connect_timeout": _CONNECT_SECONDS}, execution_options={DATA_KEY: key},
    )  # fmt: skip


def write_address(folder: ClinicFolder, url: URL, key: bytes) -> None:
    """Keep the address, its password sealed."""
    _write(folder, {"url": url.set(password=None).render_as_string(), "password": seal(key, url.password or "")})


def read_address(folder: ClinicFolder, key: bytes) -> URL:
    """The address of a folder; Refused("hub.bad_address") when the file cannot be used."""
    try:
        told = _read(folder)
        url, password = make_url(told["url"]), unseal(key, told["password"])
    except (KeyError, TypeError, ValueError, sqlalchemy.exc.ArgumentError) as error:
        raise Refused("hub.bad_address") from error
    return checked_address(url.set(password=password or None).render_as_string(hide_password=False))


def write_password(folder: ClinicFolder, key: bytes, password: str) -> None:
    """Another password in the place of the one kept; all else that the file tells stays."""
    _write(folder, _read(folder) | {"password": seal(key, password)})


def let_in(url: URL) -> None:
    """Whether the server takes the name and password of an address; raises as `unavailable_for`."""
    trial = engine(url, b"")
    try:
        trial.connect().close()
    except sqlalchemy.exc.OperationalError as error:
        raise unavailable_for(error) from error
    finally:
        trial.dispose()


def share_slots(folder: ClinicFolder, connection: Connection) -> None:
    """Keep the slots of the folder and of the server alike; the side that changed since they last were is taken.

    A passphrase set at one supervisor's desk so opens at the other's, where the folder had no way to hear of it.
    """
    told = _read(folder)
    here = folder.slots.read_text(encoding="utf-8")
    there = read_setting(connection, Setting.SLOTS)
    if there is None or (_mark(here) != told.get("slots") and here != there):
        write_setting(connection, Setting.SLOTS, here)
    elif here != there:
        write_safely(folder.slots, there.encode(), keep_previous=True)
        here = there
    if told.get("slots") != _mark(here):
        _write(folder, told | {"slots": _mark(here)})


def fetch_slots(url: URL) -> tuple[str, str]:
    """The slots and the letters of a hub that is on the server already, for another supervisor's computer.

    Refused("hub.none_there"); as `unavailable_for`.
    """
    reader = engine(url, b"")
    try:
        with reader.connect() as connection:
            there, prefix = read_setting(connection, Setting.SLOTS), read_setting(connection, Setting.PREFIX)
    except sqlalchemy.exc.ProgrammingError as error:
        raise Refused("hub.none_there") from error
    except sqlalchemy.exc.OperationalError as error:
        raise unavailable_for(error) from error
    finally:
        reader.dispose()
    if there is None or prefix is None:
        raise Refused("hub.none_there")
    return there, prefix


def unavailable_for(error: Exception) -> Unavailable:
    """What to tell of a server that could not be used.

    "hub.not_proved" when TLS did not show that it is the hub's, "hub.wrong_password" when it answered and did not let
    this person in, else "hub.unreachable".
    """
    said = str(error).lower()  # libpq gives no code before there is a session
    proved = "certificate" not in said and "does not support ssl" not in said
    proved = proved and ("ssl error:" not in said or "eof" in said)  # an end in the middle is a server that went away
    if not proved:
        return Unavailable("hub.not_proved")
    return Unavailable(WRONG_PASSWORD if any(words in said for words in _NOT_LET_IN) else "hub.unreachable")


def _is_local(url: URL) -> bool:
    """This machine: a socket's folder, or an address that never leaves it.

    What the address leaves out libpq takes from the environment.
    """
    hosts = [url.host or ""]
    for name, variable in (("host", "PGHOST"), ("hostaddr", "PGHOSTADDR")):
        # The second is where libpq goes, whatever the first says.
        told = name in url.query or (name == "host" and bool(url.host))
        asked = url.query.get(name, "") if told else os.environ.get(variable, "")
        hosts += asked if isinstance(asked, tuple) else str(asked).split(",")
    elsewhere = "service" in url.query or bool(os.environ.get("PGSERVICE"))
    return not elsewhere and all(host in _LOCAL or host.startswith("/") for host in hosts)


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _read(folder: ClinicFolder) -> dict[str, Any]:
    try:
        told = json.loads(folder.address.read_text(encoding="utf-8"))
    except OSError as error:
        raise Unavailable("storage.unreadable") from error
    except ValueError as error:
        raise Refused("hub.bad_address") from error
    if not isinstance(told, dict):
        raise Refused("hub.bad_address")
    return told


def _write(folder: ClinicFolder, told: dict[str, Any]) -> None:
    write_safely(folder.address, json.dumps(told, indent=1).encode(), keep_previous=False)
