"""A clinic on this laptop: made once, opened by someone's passphrase, watched for restored or moved data."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, and_, or_, select

from ces_desktop.data import vault
from ces_desktop.data.database import Database, now_ms, transaction
from ces_desktop.data.device import DeviceKeys, HighWaterMark, Mark, incarnation_needed, machine_fingerprint
from ces_desktop.data.edition import edition
from ces_desktop.data.folder import ClinicFolder, FolderLock
from ces_desktop.data.installation import Installation
from ces_desktop.data.journal.logs import log_ends, tails
from ces_desktop.data.local import Setting, read_setting, read_settings, write_setting
from ces_desktop.data.models import ClinicCluesRecord, ClinicRecord, OpRecord, UserRecord, UserRoleRecord
from ces_desktop.data.queries.numbers import highest_person
from ces_desktop.data.upgrade import needs_upgrade, upgrade
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import DEMO_PREFIXES, INCARNATION_SKIP, Id, clinic_id, new_id
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.paths import state_root
from ces_desktop.services import hub_server

if TYPE_CHECKING:
    from ces_desktop.data.passphrase import RecoveryKey
    from ces_desktop.data.work import Work


_IDENTITY = (
    Setting.CLINIC,
    Setting.PREFIX,
    Setting.DEVICE_KEYS,
    Setting.DEVICE,
    Setting.INCARNATION,
    Setting.SLOT,
    Setting.HUMAN_ID_FLOOR,
    Setting.FINGERPRINT,
    Setting.JOINS,
    Setting.FORMER_KEYS,
)
"""What makes this laptop itself in the journal."""


@dataclass(frozen=True, slots=True)
class NewClinic:
    """What the wizard asks. `kind` is "clinic", "mentor" or "hub"; `backups` None = inside the clinic's folder.

    `server`: of a hub, the address of its database on a PostgreSQL server; empty = encrypted in the folder.
    """

    prefix: str
    name: str
    user_name: str
    passphrase: str
    roles: frozenset[Role]
    kind: str = "clinic"
    official_name: str = ""
    institution: str = ""
    jurisdiction: str = ""
    municipality: str = ""
    clues: str = ""
    community: Id | None = None
    note_format: str = ""
    licence: str = ""
    backups: Path | None = None
    server: str = ""


@dataclass(slots=True)
class OpenClinic:
    """An open clinic: its folder, key, database, who signed in, and what was found on opening.

    `facts` is the clinic's own row as text (`describe`); `renewed` tells why a new incarnation began ("restored",
    "moved"); `clock_behind` is the UTC ms of the last record when this machine's clock stands before it.
    """

    folder: ClinicFolder
    key: vault.DataKey
    database: Database
    actor: Actor
    lock: FolderLock
    facts: dict[str, str]
    renewed: str | None
    clock_behind: int | None

    def close(self) -> None:
        """Give file and lock back; on a server, passphrases set meanwhile are shared with the other desks first."""
        if not self.database.read_only:
            with suppress(Refused, Unavailable):  # else at the next opening
                hub_server.share(self.folder, self.database.engine)
        self.database.close()
        self.lock.release()


def create(
    root: Path,
    new: NewClinic,
    *,
    cost: vault.Argon2 | None = None,
    clock: Callable[[], int] = now_ms,
    invented: bool = False,
) -> tuple[ClinicFolder, Id, RecoveryKey]:
    """Make the clinic's folder with an encrypted, filled database; returns it, its first user and the recovery key.

    Built beside and renamed at the end: interrupted, it leaves nothing that looks like a clinic.
    Refused("clinic.exists") when this laptop already has the clinic; "clinic.prefix_shape"; "clinic.prefix_demo" for
    a prefix of `ids.DEMO_PREFIXES`, kept for clinics of `invented` people; "hub.taken" for a server's database that is
    not empty.
    """
    here = clinic_id(new.prefix)
    if is_demo(new.prefix) and not invented:
        raise Refused("clinic.prefix_demo", prefix=new.prefix)
    final = ClinicFolder(root / new.prefix)
    if final.is_used:
        raise Refused("clinic.exists", prefix=new.prefix)
    part = ClinicFolder(root / f"{new.prefix}.new")
    shutil.rmtree(part.path, ignore_errors=True)
    user = new_id(clock())
    try:
        opened, recovery = vault.create(part, user, new.user_name, new.passphrase, cost)
        engine = hub_server.new_engine(part, new.kind, new.server, opened.key)
        try:
            _fill(engine, new, here, user, clock)
            hub_server.share(part, engine)
        finally:
            engine.dispose()
        with suppress(FileNotFoundError):  # an empty folder may have been made for it
            final.path.rmdir()
        part.path.rename(final.path)
    except OSError as error:
        raise Unavailable("storage.unwritable") from error
    finally:
        shutil.rmtree(part.path, ignore_errors=True)
    return final, user, recovery


def open_clinic(folder: ClinicFolder, user: bytes, passphrase: str, *, clock: Callable[[], int] = now_ms) -> OpenClinic:
    """Sign in with a passphrase; see `open_with_key` for what else is done."""
    return open_with_key(folder, vault.open(folder, user, passphrase), user, clock=clock)


def open_with_key(
    folder: ClinicFolder, key: vault.DataKey, user: bytes | None, *, clock: Callable[[], int] = now_ms
) -> OpenClinic:
    """Open the database: read-only beside another window, upgraded after a backup, with a new incarnation if needed.

    `user` None = the first user who leads the clinic (command line with the recovery key).
    """
    lock = FolderLock(folder)
    try:
        writable = lock.acquire()
    except Unavailable:
        writable = False
    engine = None
    try:
        engine = hub_server.open_engine(folder, key, read_only=not writable)
        if writable:
            _bring_up_to_date(engine, folder, key, clock)
        with transaction(engine, write=False) as connection:
            if not writable and needs_upgrade(connection):
                raise Unavailable("storage.in_use")
            backups = read_setting(connection, Setting.BACKUPS)
            who = user or _first_lead(connection)
        if writable:
            hub_server.share(folder, engine)
        folder = replace(folder, backups_path=Path(backups) if backups else None)
        here, renewed = _installation(engine, key, writable)
        hook = _MarkKeeper(key, here.clinic) if writable else None
        database = Database(engine, here, clock=clock, read_only=not writable, before_commit=hook)
        actor = sign_in(database, who)
        return OpenClinic(folder, key, database, actor, lock, database.read(describe), renewed, database.clock_behind())
    except BaseException:  # also at Ctrl+C: the next window must find the lock free
        if engine is not None:
            engine.dispose()
        lock.release()
        raise


def sign_in(database: Database, user: bytes, broken_glass: str | None = None) -> Actor:
    """The person as an actor with the roles they hold today; Refused("access.no_such_user") when they hold none.

    With a clock behind the last record (2000, after a flat battery) today is the day of that record too: a wrong clock
    shuts nobody out.
    """
    behind = database.clock_behind()
    days = {local_day(at).isoformat() for at in (database.clock(), behind) if at is not None}
    u, r = UserRecord, UserRoleRecord

    def query(connection: Connection) -> tuple[str, frozenset[Role]]:
        name = connection.execute(select(u.name).where(u.id == user, u.live == 1)).scalar()
        held = connection.execute(
            select(r.role).where(
                r.user == user,
                r.live == 1,
                or_(*(and_(r.from_on <= day, r.until_on.is_(None) | (r.until_on >= day)) for day in days)),
            )
        ).scalars()
        if name is None:
            raise Refused("access.no_such_user")
        return name, frozenset(Role(role) for role in held if role in set(Role))

    name, roles = database.read(query)
    if not roles:
        raise Refused("access.no_such_user")
    return Actor(Id(user), name, roles, new_id(database.clock()), database.sign_in_mark(), broken_glass=broken_glass)


def is_demo(prefix: str) -> bool:
    """Whether the clinic holds invented people."""
    return prefix in DEMO_PREFIXES


def _fill(engine: Engine, new: NewClinic, here: Id, user: Id, clock: Callable[[], int]) -> None:
    from ces_desktop.data.reference import load_shipped

    keys = DeviceKeys.generate()
    installation = Installation(here, new.prefix, keys.device_id, os.urandom(8))
    with transaction(engine, write=True) as connection:
        upgrade(connection)
        load_shipped(connection)
        for name, value in {
            Setting.CLINIC: here.hex(),
            Setting.PREFIX: new.prefix,
            Setting.KIND: new.kind,
            Setting.DEVICE_KEYS: keys.to_bytes().hex(),
            Setting.DEVICE: installation.device.hex(),
            Setting.INCARNATION: installation.incarnation.hex(),
            Setting.SLOT: "0",
            Setting.HUMAN_ID_FLOOR: "0",
            Setting.FINGERPRINT: machine_fingerprint(here),
            Setting.BACKUPS: str(new.backups) if new.backups else "",
            Setting.LISTS: edition(),
        }.items():
            write_setting(connection, name, value)
    actor = Actor(user, new.user_name, new.roles, new_id(clock()))
    Database(engine, installation, clock=clock).write(lambda work: _found(work, new, here), actor)


def _found(work: Work, new: NewClinic, here: Id) -> None:
    work.act("setup")
    today = work.today.isoformat()
    work.add(
        ClinicRecord(
            id=here,
            prefix=new.prefix,
            name=new.name,
            official_name=new.official_name or None,
            institution=new.institution or None,
            jurisdiction=new.jurisdiction or None,
            municipality=new.municipality or None,
            community=new.community,
            note_format=new.note_format or None,
        )
    )
    if new.clues:
        work.add(ClinicCluesRecord(id=work.new_id(), of=here, clues=new.clues, from_on=today))
    work.add(UserRecord(id=work.actor.user, name=new.user_name, licence=new.licence or None))
    for role in sorted(new.roles):
        work.add(UserRoleRecord(id=work.new_id(), user=work.actor.user, role=role.value, from_on=today))


def _bring_up_to_date(engine: Engine, folder: ClinicFolder, key: bytes, clock: Callable[[], int]) -> None:
    lists = edition()
    with transaction(engine, write=False) as connection:
        steps = needs_upgrade(connection)
        if not steps and read_setting(connection, Setting.LISTS) == lists:
            return
        place = read_setting(connection, Setting.BACKUPS)
    from ces_desktop.data.journal.fold import project_waiting
    from ces_desktop.data.reference import load_shipped

    if steps:
        target = Path(place) if place and Path(place).is_dir() else folder.path / "backups"
        hub_server.back_up(engine, folder, key, target, clock(), "migration")
    with transaction(engine, write=True) as connection:
        upgrade(connection)
        load_shipped(connection)
        write_setting(connection, Setting.LISTS, lists)
        project_waiting(connection)


def _installation(engine: Engine, key: bytes, writable: bool) -> tuple[Installation, str | None]:
    """This laptop's place in the journal; renewed before the first write when the data were restored or moved."""
    with transaction(engine, write=False) as connection:
        held = dict.fromkeys(_IDENTITY, "") | read_settings(connection, _IDENTITY)
        here = bytes.fromhex(held[Setting.CLINIC])
        mark = HighWaterMark(state_root(), here.hex()).read(key)
        o = OpRecord
        on_server = engine.dialect.name == "postgresql"  # several desks share it: which machine asks says nothing
        machine = held[Setting.FINGERPRINT] if on_server else machine_fingerprint(here)
        why = incarnation_needed(
            mark,
            machine,
            held[Setting.FINGERPRINT],
            lambda head: connection.execute(select(o.n).where(o.hash == bytes.fromhex(head))).first() is not None,
        )
        held_number = highest_person(connection, Id(here), held[Setting.PREFIX], int(held[Setting.SLOT]))
    if why is not None and writable:
        if why == "moved":
            keys = DeviceKeys.generate()
            held[Setting.FORMER_KEYS] = f"{held[Setting.FORMER_KEYS]} {held[Setting.DEVICE_KEYS]}".strip()
            held[Setting.DEVICE_KEYS], held[Setting.DEVICE] = keys.to_bytes().hex(), keys.device_id.hex()
        held[Setting.INCARNATION] = os.urandom(8).hex()
        held[Setting.FINGERPRINT] = machine
        with transaction(engine, write=False) as connection:
            ends = log_ends(connection, bytes.fromhex(held[Setting.DEVICE]))
        held[Setting.JOINS] = " ".join(h.hex() for h in ends)
        given = max(held_number, int(held[Setting.HUMAN_ID_FLOOR]), mark.number if mark else 0)
        held[Setting.HUMAN_ID_FLOOR] = str(given + INCARNATION_SKIP)
        with transaction(engine, write=True) as connection:
            for name, value in held.items():
                write_setting(connection, name, value)
        HighWaterMark(state_root(), here.hex()).forget()
    device = bytes.fromhex(held[Setting.DEVICE])
    if not device:  # a clinic made before the name was kept
        device = DeviceKeys.from_bytes(bytes.fromhex(held[Setting.DEVICE_KEYS])).device_id
    installation = Installation(
        Id(here),
        held[Setting.PREFIX],
        device,
        bytes.fromhex(held[Setting.INCARNATION]),
        int(held[Setting.SLOT]),
        int(held[Setting.HUMAN_ID_FLOOR]),
        tuple(bytes.fromhex(h) for h in held[Setting.JOINS].split()),
    )
    return installation, why if writable else None


class _MarkKeeper:
    """After each commit, notes outside the data folder how far this laptop has written."""

    def __init__(self, key: bytes, clinic: Id) -> None:
        self._key = key
        self._mark = HighWaterMark(state_root(), clinic.hex())

    def __call__(self, connection: Connection, here: Installation) -> Callable[[], None]:
        ends = tails(connection, here.device, here.incarnation)
        number = max(highest_person(connection, here.clinic, here.prefix, here.slot), here.human_id_floor)

        def after() -> None:
            if ends:
                heads = {scope: (end.seq, end.op.hex()) for scope, end in ends.items()}
                last = max(end.hlc for end in ends.values())
                mark = Mark(here.device.hex(), here.incarnation.hex(), heads, last, number)
                # The save is on the disk already; a mark that cannot be written only makes a later restore less plain.
                with suppress(Unavailable):
                    self._mark.write(self._key, mark)

        return after


def _first_lead(connection: Connection) -> bytes:
    r = UserRoleRecord
    found = connection.execute(
        select(r.user).where(r.live == 1).order_by(r.role != Role.LEAD.value, r.recorded_at, r.id).limit(1)
    ).scalar()
    if found is None:
        raise Refused("access.no_such_user")
    return found


def describe(connection: Connection) -> dict[str, str]:
    """The clinic's own row as text, for headers: prefix, name, official_name, municipality, clues; and whether
    the supervisor may hold confidential notes ("yes")."""
    here = bytes.fromhex(read_setting(connection, Setting.CLINIC) or "")
    c, k = ClinicRecord, ClinicCluesRecord
    asked = select(c.prefix, c.name, c.official_name, c.municipality, c.reserved_to_hub)
    row = connection.execute(asked.where(c.id == here)).one()
    clues = connection.execute(
        select(k.clues).where(k.of == here, k.live == 1).order_by(k.from_on.desc(), k.recorded_at.desc()).limit(1)
    ).scalar()
    facts = {name: value or "" for name, value in row._mapping.items()}
    return facts | {"clues": clues or "", "id": here.hex(), "kind": read_setting(connection, Setting.KIND) or "clinic"}


def known_clinics(root: Path) -> list[ClinicFolder]:
    """The clinics on this laptop, by folder name."""
    if not root.is_dir():
        return []
    return [ClinicFolder(p) for p in sorted(root.iterdir()) if p.suffix == "" and ClinicFolder(p).is_used]
