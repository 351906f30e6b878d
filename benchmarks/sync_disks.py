"""Where the simulator's installations keep their ops: in memory, or on real databases that are copied like disks.

"sqlcipher": every installation is an encrypted file. "postgresql": the hub is a PostgreSQL database, laptops are
encrypted files, as in the field. Both write through `Work` and encrypt bundles with age; backups, restores and copies
are those of files and databases.
"""

from __future__ import annotations

import importlib
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, create_engine, func, select

from benchmarks import sync_box, sync_world
from benchmarks.sync_box import Act, Box, MakeBox
from ces_desktop.data import cipher, work
from ces_desktop.data.database import Database, transaction
from ces_desktop.data.device import DeviceKeys
from ces_desktop.data.installation import Installation
from ces_desktop.data.journal.bulk import rows_in
from ces_desktop.data.journal.clock import last_here
from ces_desktop.data.journal.op import Header, Op, load, make
from ces_desktop.data.journal.versions import Versions
from ces_desktop.data.local import Setting, read_settings, write_setting
from ces_desktop.data.models import ObservationRecord, OpRecord, PatientRecord
from ces_desktop.data.upgrade import upgrade
from ces_desktop.data.work import CLOCK_FLOOR, Work
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.sync.envelope import AgeEnvelope, Envelope
from ces_desktop.sync.journal_store import JournalStore
from ces_desktop.sync.store import Store
from ces_desktop.sync.trust import own_certificate

KEY = bytes(range(32))
WHO = Actor(Id(sync_world.USER), "Prueba Inventada", frozenset(Role), Id(bytes(16)))
_SETTINGS = (Setting.INCARNATION, Setting.JOINS, Setting.DEVICE_KEYS, Setting.FORMER_KEYS)


@contextmanager
def workshop(store: str) -> Iterator[tuple[MakeBox, Envelope]]:
    """How to make disks of a kind ("dict", "sqlcipher", "postgresql"), and the encryption that goes with it."""
    if store == "dict":
        yield sync_box.dict_box, sync_world.StubEnvelope()
        return
    with tempfile.TemporaryDirectory(prefix="ces-sync-") as place:
        numbers = count()

        def file_box(keys: DeviceKeys, incarnation: bytes, hub: bool) -> Box:
            if hub and store == "postgresql":
                return filled(ServerBox(server(), server().create(template())), keys, incarnation)
            path = Path(place) / f"{next(numbers)}.db"
            shutil.copyfile(blank(), path)
            return filled(FileBox(path, numbers), keys, incarnation)

        yield file_box, AgeEnvelope()


class DiskBox:
    """An installation on a real database."""

    engine: Engine

    @contextmanager
    def _store(self) -> Iterator[Store]:
        with transaction(self.engine, write=True) as connection:
            yield JournalStore(connection)

    def transaction(self) -> AbstractContextManager[Store]:
        """As `Box`."""
        return self._store()

    def identity(self) -> tuple[DeviceKeys, bytes, tuple[DeviceKeys, ...]]:
        """As `Box`."""
        held = self._settings()
        former = held.get(Setting.FORMER_KEYS, "").split()
        return (
            DeviceKeys.from_bytes(bytes.fromhex(held[Setting.DEVICE_KEYS])),
            bytes.fromhex(held[Setting.INCARNATION]),
            tuple(DeviceKeys.from_bytes(bytes.fromhex(keys)) for keys in former),
        )

    def _settings(self) -> dict[str, str]:
        with transaction(self.engine, write=False) as connection:
            return read_settings(connection, _SETTINGS)

    def write(self, act: Act, scope: str, wall: int, rng: random.Random) -> tuple[list[Op], frozenset[bytes]]:
        """As `Box`, through `Work` as every service writes; a later program's op is made by hand."""
        held = self._settings()
        keys = DeviceKeys.from_bytes(bytes.fromhex(held[Setting.DEVICE_KEYS]))
        joins = tuple(bytes.fromhex(h) for h in held.get(Setting.JOINS, "").split())
        # The hub of this world writes in the network's scope, which belongs to no clinic.
        clinic = Id(bytes.fromhex(scope.partition(":")[2]) or bytes(16))
        here = Installation(
            clinic, "XXX", own_certificate(keys).device, bytes.fromhex(held[Setting.INCARNATION]), joins=joins
        )
        database = Database(self.engine, here, clock=lambda: wall)
        with (
            patch("secrets.token_bytes", rng.randbytes),
            patch.object(work, "new_id", lambda now: new_id(now, rng.randbytes)),
            patch.object(work, "clinic_scope", lambda _clinic: scope),
            patch("ces_desktop.data.journal.clock.clinic_scope", lambda _clinic: scope),
        ):
            if act.kind == "later":
                return [self._later(act, scope, here, wall, rng)], frozenset()
            outcome = database.write(lambda w: _perform(w, act), WHO)
        o = OpRecord
        with transaction(self.engine, write=False) as connection:
            rows = connection.execute(
                select(o.hash, o.header, o.body_hash, o.body).where(o.action == outcome.action).order_by(o.seq)
            ).all()
        return [load(*row) for row in rows], outcome.value

    def _later(self, act: Act, scope: str, here: Installation, wall: int, rng: random.Random) -> Op:
        with self.transaction() as store:
            assert isinstance(store, JournalStore)
            links = store.links([scope])
            log = [(k.seq, h) for h, k in links.items() if (k.device, k.incarnation) == (here.device, here.incarnation)]
            seq, last = max(log, default=(0, b""))
            hlc = max(last_here(store.connection, here, wall) + 1, max(wall, CLOCK_FLOOR) << 16)
            head = Header(
                here.device, here.incarnation, scope, seq + 1, (last,) if last else here.joins, hlc, wall, 0,
                sync_world.USER, "", act.kind, new_id(wall, rng.randbytes), 1, 1, "patient", act.ids[0],
            )  # fmt: skip
            ((adds, sets),) = sync_box.contents(act, ())
            op = make(head, adds, sets, rng.randbytes(16))
            store.apply([op])
        return op

    def people(self, scope: str) -> list[bytes]:
        """As `Box`."""
        o = OpRecord
        with transaction(self.engine, write=False) as connection:
            found = connection.execute(select(o.subject).where(o.kind == "register", o.scope == scope)).scalars()
            return sorted(set(found))

    def tables(self) -> dict[str, Any]:
        """As `Box`, from the tables themselves."""
        p, v = PatientRecord, ObservationRecord
        cells: dict[str, Any] = {}
        with transaction(self.engine, write=False) as connection:
            for row in connection.execute(select(p.id, p.given, p.phone)):
                cells |= {row.id.hex() + "given": row.given, row.id.hex() + "phone": row.phone}
            sums = connection.execute(select(v.patient, func.sum(v.value)).group_by(v.patient))
            return {"cells": cells, "sums": {(who or b"").hex(): int(total or 0) for who, total in sums}}


def _perform(w: Work, act: Act) -> frozenset[bytes]:
    w.act(act.kind)
    match act.kind:
        case "register":
            name = f"Inventada {act.number}"
            w.add(PatientRecord(id=act.ids[0], given=name, phone=name))
        case "edit":
            live = Versions(w.connection, [act.ids[0]]).live(act.ids[0], act.field)
            made = rows_in(w.connection, "patient", ("made_by",), "id", [act.ids[0]])
            w.change(PatientRecord, act.ids[0], **{act.field: f"Cambio {act.number}"})
            return frozenset(op for _, op, _ in live) or frozenset(row[0] for row in made)
        case _:
            half = len(act.ids) // 2
            for who, row in zip(act.ids[:half], act.ids[half:], strict=True):
                w.add(ObservationRecord(id=row, patient=who, code="stub", value=act.number))
    return frozenset()


class FileBox(DiskBox):
    """An encrypted file; a backup is a copy of it."""

    def __init__(self, path: Path, numbers: Iterator[int]) -> None:
        self.path, self._numbers = path, numbers
        self.engine = cipher.engine(path, KEY)

    def save(self) -> Path:
        """As `Box`."""
        copy = self.path.with_name(f"{next(self._numbers)}.saved")
        self.engine.dispose()
        shutil.copyfile(self.path, copy)
        return copy

    def restore(self, saved: Path) -> None:
        """As `Box`."""
        self.engine.dispose()
        for beside in ("-wal", "-shm"):
            self.path.with_name(self.path.name + beside).unlink(missing_ok=True)
        shutil.copyfile(saved, self.path)

    def clone(self) -> FileBox:
        """As `Box`."""
        path = self.path.with_name(f"{next(self._numbers)}.db")
        shutil.copyfile(self.save(), path)
        return FileBox(path, self._numbers)

    def close(self) -> None:
        """As `Box`."""
        self.engine.dispose()


class ServerBox(DiskBox):
    """A PostgreSQL database; a backup is another one made after it."""

    def __init__(self, machine: Any, name: str) -> None:
        self._machine, self.name = machine, name
        self._saved: list[str] = []
        self.engine = create_engine(machine.url(name))

    def save(self) -> str:
        """As `Box`."""
        self.engine.dispose()
        self._saved.append(self._machine.create(self.name))
        return self._saved[-1]

    def restore(self, saved: str) -> None:
        """As `Box`."""
        self.engine.dispose()
        self._machine.drop(self.name)
        self.name = self._machine.create(saved)
        self.engine = create_engine(self._machine.url(self.name))

    def clone(self) -> ServerBox:
        """As `Box`."""
        return ServerBox(self._machine, self.save())

    def close(self) -> None:
        """As `Box`."""
        self.engine.dispose()
        for name in (self.name, *self._saved):
            self._machine.drop(name)


def filled(box: FileBox | ServerBox, keys: DeviceKeys, incarnation: bytes) -> Box:
    """Give a migrated database the keys and the log of an installation."""
    with transaction(box.engine, write=True) as connection:
        write_setting(connection, Setting.DEVICE_KEYS, keys.to_bytes().hex())
        write_setting(connection, Setting.INCARNATION, incarnation.hex())
    return box


@cache
def blank() -> Path:
    """A migrated, empty, encrypted file, made once in a process."""
    folder = _kept_folder()
    path = folder / "blank.db"
    engine = cipher.engine(path, KEY, create=True)
    with transaction(engine, write=True) as connection:
        upgrade(connection)
    engine.dispose()
    return path


@cache
def _kept_folder() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="ces-sync-blank-")
    _open_folders.append(folder)
    return Path(folder.name)


_open_folders: list[Any] = []
_adopted: list[Any] = []


def adopt(machine: Any) -> None:
    """Use a PostgreSQL server that runs already: the tests have one for each process."""
    _adopted.append(machine)
    server.cache_clear()
    template.cache_clear()


@cache
def server() -> Any:
    """A private PostgreSQL server of this process, gone with it."""
    if _adopted:
        return _adopted[-1]
    import atexit

    start: Callable[[], Any] = importlib.import_module("tests.servers").start
    machine = start()
    atexit.register(machine.stop)
    return machine


@cache
def template() -> str:
    """The name of a migrated, empty database on that server."""
    name = str(server().create())
    engine = create_engine(server().url(name))
    with transaction(engine, write=True) as connection:
        upgrade(connection)
    engine.dispose()
    return name
