"""Where an installation's database is: an encrypted file in its folder, or a hub's on a PostgreSQL server.

Everything above asks here and is the same for both.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from ces_desktop.data import cipher, hub_database, vault
from ces_desktop.data.database import transaction
from ces_desktop.data.folder import ClinicFolder, unavailable, write_safely
from ces_desktop.data.upgrade import schema_of
from ces_desktop.errors import Refused

if TYPE_CHECKING:
    from ces_desktop.data.backup import BackupInfo, Reason

WRONG_PASSWORD = hub_database.WRONG_PASSWORD
Progress = Callable[[int, int], None]


def new_engine(part: ClinicFolder, kind: str, server: str, key: vault.DataKey) -> Engine:
    """The empty database of a new installation. Refused("sync.hub_only") for a server elsewhere than at a hub,
    ("hub.taken") when its database is not empty, as `hub_database.checked_address` and `unavailable_for`.
    """
    if not server:
        return cipher.engine(part.database, key, create=True)
    if kind != "hub":
        raise Refused("sync.hub_only")
    url = hub_database.checked_address(server)
    engine = hub_database.engine(url, key)
    try:
        with transaction(engine, write=False) as connection:
            if schema_of(connection) is not None:
                raise Refused("hub.taken")
        hub_database.write_address(part, url, key)
    except BaseException:  # also at Ctrl+C: no connection to the server stays open
        engine.dispose()
        raise
    return engine


def open_engine(folder: ClinicFolder, key: bytes, read_only: bool) -> Engine:
    """The database of an installation that is there."""
    if folder.address.exists():
        return hub_database.engine(hub_database.read_address(folder, key), key)
    return cipher.engine(folder.database, key, read_only=read_only)


def share(folder: ClinicFolder, engine: Engine) -> None:
    """On a server, keep the passphrases' slots alike at all desks."""
    if folder.address.exists():
        with transaction(engine, write=True) as connection:
            hub_database.share_slots(folder, connection)


def back_up(
    engine: Engine,
    folder: ClinicFolder,
    key: bytes,
    place: Path,
    now: int,
    reason: Reason,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> BackupInfo:
    """A verified backup of either kind, of the same shape. A server's is not cancelled in the middle."""
    if not folder.address.exists():
        from ces_desktop.data.backup import make_backup

        return make_backup(folder, key, place, now, progress, cancelled, reason)
    from ces_desktop.data.hub_copy import copy_hub

    return copy_hub(engine, folder, key, place, now, reason)


def connect(root: Path, server: str, person: str | None, passphrase: str) -> tuple[ClinicFolder, bytes]:
    """Another supervisor's computer: the folder of the hub that is on the server, and who can sign in to it.

    `person` None = whoever the passphrase fits. Refused as `hub_database.fetch_slots`, ("clinic.exists"),
    ("vault.wrong_passphrase"), ("cli.no_such_user").
    """
    import tempfile

    url = hub_database.checked_address(server)
    slots, prefix = hub_database.fetch_slots(url)
    folder = ClinicFolder(root / prefix)
    if folder.is_used:
        raise Refused("clinic.exists", prefix=prefix)
    with tempfile.TemporaryDirectory(prefix="ces-") as place:
        trial = ClinicFolder(Path(place))
        write_safely(trial.slots, slots.encode(), keep_previous=False)
        user, key = _opened(trial, person, passphrase)
    try:
        folder.path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unavailable(error) from error
    write_safely(folder.slots, slots.encode(), keep_previous=False)
    hub_database.write_address(folder, url, key)
    return folder, user


def take_password(folder: ClinicFolder, user: bytes, passphrase: str, password: str) -> None:
    """The server takes another password now: it is tried, and kept once the server took it.

    Only the person's own passphrase opens what seals it. Unavailable as `hub_database.unavailable_for`: nothing was
    kept. Refused("vault.wrong_passphrase"), ("hub.bad_address").
    """
    key = vault.open(folder, user, passphrase)
    hub_database.let_in(hub_database.read_address(folder, key).set(password=password))
    hub_database.write_password(folder, key, password)


def _opened(folder: ClinicFolder, person: str | None, passphrase: str) -> tuple[bytes, bytes]:
    named = [slot for slot in vault.list_slots(folder) if person in (None, slot.name)]
    if not named:
        raise Refused("cli.no_such_user")
    for slot in named:
        try:
            return slot.user, vault.open(folder, slot.user, passphrase)
        except Refused as failure:
            if failure.code != "vault.wrong_passphrase" or slot is named[-1]:
                raise
    raise Refused("vault.wrong_passphrase")
