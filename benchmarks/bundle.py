"""Bundles of one and of six months of an invented clinic: bytes, export, import at a hub; against JSON, zstd, age.

The clinic is a demonstration of the size of one site (2,000 people, 350 consults a month, supplies); the hub has what
came before and takes in the rest, projected, in one transaction. A standard month of `quality.md` has audit events
besides.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select

from benchmarks import measure
from benchmarks.measure import Figure
from ces_desktop.data import cipher
from ces_desktop.data.database import Database, transaction
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.journal.apply import apply
from ces_desktop.data.journal.op import load
from ces_desktop.data.local import Setting, read_settings, write_setting
from ces_desktop.data.models import SYNCED, OpRecord, table_of
from ces_desktop.data.upgrade import HEAD, upgrade
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.ids import Id
from ces_desktop.services.demo import EDITION, PASSPHRASE, create_demo
from ces_desktop.sync import enrolment, exchange, stick
from ces_desktop.sync import hub as hub_actions
from ces_desktop.sync.bundle import pack
from ces_desktop.sync.envelope import AgeEnvelope
from ces_desktop.sync.journal_store import JournalStore
from ces_desktop.sync.records import Ack, sign

PEOPLE, MONTHS, MONTH_MS = 2_000, 8, 30 * 86_400_000
HUB_KEY = bytes(range(32))
WHO = Actor(Id(bytes(16)), "Benchmark", frozenset(Role), Id(bytes(16)))


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """Figures of one month, and of six."""
    del seed  # the demonstration has its own
    people = 500 if quick else PEOPLE
    source = clinic_of(people)
    for months in (1, 6):
        with tempfile.TemporaryDirectory(prefix="ces-bundle-") as place:
            yield from _figures(source, Path(place), months)


def _figures(source: ClinicFolder, place: Path, months: int) -> Iterator[Figure]:
    shutil.copytree(source.path, place / "clinic")
    laptop = opened(ClinicFolder(place / "clinic"))
    hub = hub_on(cipher.engine(place / "hub.db", HUB_KEY, create=True))
    recent = meet(laptop, hub, months)
    started = time.perf_counter()
    sent = exchange.export(laptop, WHO, place)
    seconds = time.perf_counter() - started
    name = f"bundle.{months}m"
    against = "JSON → zstd → age"
    floor_bytes, floor_seconds = _floor(laptop, recent)
    yield measure.figure(f"{name}.bytes", sent.size, "bytes", n=sent.ops, peer=against, peer_value=floor_bytes)
    yield measure.figure(f"{name}.export", seconds, "s", n=sent.ops, peer=against, peer_value=floor_seconds)
    before = rows_in(hub)
    started = time.perf_counter()
    arrived = exchange.import_files(hub, WHO, stick.found(place))
    seconds = time.perf_counter() - started
    failures = [one.failure for one in arrived if one.failure]
    if failures:
        raise failures[0]
    rows = rows_in(hub) - before
    yield measure.figure(f"{name}.import", seconds, "s", n=rows)
    yield measure.figure(f"{name}.import_rows", rows / seconds, "rows/s", n=rows)
    laptop.close()
    hub.close()


def clinic_of(people: int) -> ClinicFolder:
    """The demonstration, built once."""
    name = f"bundle-{people}-{MONTHS}-edition-{EDITION}-schema-{HEAD}"
    visits = 350.0 * people / PEOPLE
    folder = measure.cached(name, lambda place: create_demo(place, None, people, months=MONTHS, visits=visits))
    return ClinicFolder(folder / "DEM")


def opened(folder: ClinicFolder) -> Database:
    """A laptop's database, read and written as the program does."""
    from ces_desktop.data import vault
    from ces_desktop.data.installation import Installation

    engine = cipher.engine(folder.database, vault.open(folder, vault.list_slots(folder)[0].user, PASSPHRASE))
    with transaction(engine, write=False) as connection:
        held = read_settings(connection, [Setting.CLINIC, Setting.DEVICE, Setting.INCARNATION])
    here = Installation(
        Id(bytes.fromhex(held[Setting.CLINIC])), "DEM", bytes.fromhex(held[Setting.DEVICE]),
        bytes.fromhex(held[Setting.INCARNATION]),
    )  # fmt: skip
    return Database(engine, here)


def hub_on(engine: Engine) -> Database:
    """A hub on an empty database."""
    from ces_desktop.data.device import DeviceKeys
    from ces_desktop.data.installation import Installation
    from ces_desktop.data.reference import load_shipped

    keys = DeviceKeys.generate()
    with transaction(engine, write=True) as connection:
        upgrade(connection)
        load_shipped(connection)
        for name, value in {
            Setting.CLINIC: bytes(16).hex(), Setting.PREFIX: "HUB", Setting.KIND: "hub",
            Setting.DEVICE_KEYS: keys.to_bytes().hex(), Setting.INCARNATION: bytes(8).hex(),
        }.items():  # fmt: skip
            write_setting(connection, name, value)
    hub = Database(engine, Installation(Id(bytes(16)), "HUB", keys.device_id, bytes(8)))
    hub_actions.found_hub(hub, WHO, "Red inventada")
    return hub


def meet(laptop: Database, hub: Database, months: int) -> list[bytes]:
    """Enrol the laptop, and let hub and laptop have all but the last months; returns the ops of those."""
    now = laptop.clock()
    invitation = hub.read(lambda c: read_settings(c, [Setting.NETWORK]))[Setting.NETWORK]

    def pin(connection: Connection) -> None:
        write_setting(connection, Setting.NETWORK, invitation)

    laptop.local(pin)
    network, certificate = enrolment.accept(invitation.encode())
    member = laptop.read(exchange.member_of)
    asked = enrolment.read_request(
        enrolment.request(member, "DEM", laptop.installation.clinic, "laptop", now), network
    )

    def admit(connection: Connection) -> bytes:
        store = JournalStore(connection)
        enrolment.certify(store, exchange.member_of(connection), asked, 0, now)
        return store.records("certificate")[member.device]

    own = hub.local(admit)
    o = OpRecord
    last = laptop.read(lambda c: c.execute(select(func.max(o.wall))).scalar()) or 0
    cut = last - months * MONTH_MS
    rows = laptop.read(
        lambda c: c.execute(select(o.hash, o.header, o.body_hash, o.body, o.wall).order_by(o.seq)).all()
    )
    before = [load(*row[:4]) for row in rows if row.wall < cut]
    with transaction(hub.engine, write=True) as connection:
        apply(connection, before)
    hub_keys = hub.read(exchange.member_of).keys
    ack = Ack(network.hub, before[-1].head.scope, 1, 1, (before[-1].hash,), (), (), now)

    def confirmed(connection: Connection) -> None:
        store = JournalStore(connection)
        store.keep("certificate", network.hub, certificate.to_bytes())
        store.keep("certificate", member.device, own)
        store.keep("ack", ack.scope.encode(), sign(hub_keys, ack.fields()).to_bytes())

    laptop.local(confirmed)
    return [row.hash for row in rows if row.wall >= cut]


def _floor(laptop: Database, recent: list[bytes]) -> tuple[int, float]:
    """Bytes and seconds to write the same ops as plain JSON, packed and encrypted."""
    started = time.perf_counter()
    ops = laptop.read(lambda c: JournalStore(c).ops(recent))
    content = json.dumps([[op.header.decode(), (op.body or b"").decode()] for op in ops], ensure_ascii=False).encode()
    public = laptop.read(exchange.member_of).keys.receiving_public
    size = len(AgeEnvelope().close(pack(content), [public]))
    return size, time.perf_counter() - started


def rows_in(database: Database) -> int:
    """Rows of all synced tables."""
    def count(connection: Connection) -> int:
        return sum(
            connection.execute(select(func.count()).select_from(table_of(m))).scalar() or 0 for m in SYNCED.values()
        )

    return database.read(count)
