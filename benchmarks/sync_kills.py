"""Kill −9 while bundles are imported and written: nothing acknowledged may be lost, no import torn, no file half.

A child imports a clinic's bundles into an encrypted hub and writes answers into a folder, saying what is done; it is
killed at any moment, again and again on the same file. After each kill the tables must equal the journal, every bundle
said to be imported must be there, and every file that bears a bundle's name must open.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from benchmarks import bundle, measure, sync_steps, sync_world
from benchmarks.measure import Figure
from benchmarks.sync_box import dict_box
from benchmarks.sync_case import Case
from ces_desktop.data import cipher
from ces_desktop.data.database import Database, transaction
from ces_desktop.data.installation import Installation
from ces_desktop.data.journal.fold import verify
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.sync import exchange, outbox, stick
from ces_desktop.sync.bundle import unseal
from ces_desktop.sync.envelope import AgeEnvelope
from ces_desktop.sync.journal_store import JournalStore
from ces_desktop.sync.records import Certificate, Signed

FILES = 40
"""Bundles of growing content; imported over and over, since the receipts of a kill's fresh database are few."""


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """Lost, torn or half over 2,000 kills (40 in quick form)."""
    kills = 40 if quick else 2_000
    bad = said = 0
    for lost, done in survive(kills, seed):
        bad, said = bad + lost, said + done
    yield measure.figure("sync_kills.acknowledged", said, "imports and files", n=kills)
    yield measure.figure("sync_kills", bad, "lost, torn or half", n=kills)
    if bad:
        raise SystemExit(1)


def survive(kills: int, seed: int) -> Iterator[tuple[int, int]]:
    """Kill a child at work again and again; what was lost and what had been acknowledged, each time."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="ces-sync-kills-") as folder:
        place = Path(folder)
        _prepare(place)
        for number in range(kills):
            if number % FILES == 0:  # a fresh hub: all is to be imported again
                _fresh_hub(place)
            said, fell = _killed(place, rng.uniform(0.0, 1.0))
            lost, done = _left(place, said)
            yield lost + int(fell), done


def _prepare(place: Path) -> None:
    case = Case(1, dict_box, AgeEnvelope(), two=False, mentor=False)
    laptop = case.sites[0]
    (place / "from").mkdir()
    (place / "to").mkdir()
    for number in range(FILES):
        for _ in range(20):
            sync_steps.register(case, laptop)
        (place / "from" / f"{number:03}.mbx").write_bytes(case.pack(laptop)[0])
    with case.hub.box.transaction() as store:
        kept = [device.hex() + content.hex() for device, content in store.records("certificate").items()]
    (place / "certificates.txt").write_text("\n".join(kept), encoding="ascii")


def _fresh_hub(place: Path) -> None:
    for old in place.glob("hub.db*"):
        old.unlink()
    hub = bundle.hub_on(cipher.engine(place / "hub.db", bundle.HUB_KEY, create=True))
    kept = [bytes.fromhex(line[32:]) for line in (place / "certificates.txt").read_text(encoding="ascii").split()]
    with transaction(hub.engine, write=True) as connection:
        sync_world.become_hub(connection, kept)
    hub.close()


def _killed(place: Path, seconds: float) -> tuple[set[str], bool]:
    """What the child said to have done before it was killed, so long after its first word; whether it fell by itself.

    Forked where the system can: the libraries are loaded once and not for every kill.
    """
    context: Any = get_context("fork" if "fork" in get_all_start_methods() else "spawn")
    heard, says = context.Pipe(duplex=False)
    process = context.Process(target=child, args=(place, says), daemon=True)
    process.start()
    says.close()
    said: set[str] = set()
    fell = True
    try:
        heard.recv()
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if heard.poll(left):
                said.add(heard.recv())
        fell = False
        process.kill()
        while True:
            said.add(heard.recv())
    except EOFError:  # all that it said before it died
        process.join()
    return said, fell


def _left(place: Path, said: set[str]) -> tuple[int, int]:
    engine = cipher.engine(place / "hub.db", bundle.HUB_KEY)
    try:
        with transaction(engine, write=False) as connection:
            verdict = verify(connection)
            raw: Any = connection.connection.driver_connection
            sound = verdict.equal and not cipher.integrity(raw)
            receipts = len(JournalStore(connection).records("receipt"))
            keys = exchange.member_of(connection).keys
    finally:
        engine.dispose()
    imported = {word for word in said if word.startswith("imported ")}
    lost = int(receipts < len(imported)) + int(not sound)
    wrote = {word.removeprefix("wrote ") for word in said if word.startswith("wrote ")}
    there = {path.name for path in stick.found(place / "to")}
    lost += len(wrote - there)
    for path in stick.found(place / "to"):
        try:
            unseal(path.read_bytes(), None, AgeEnvelope(), keys.receiving)
        except Refused:
            lost += 1
        path.unlink()
    return lost, len(said)


def child(place: Path, says: Connection) -> None:
    """Import the next bundle and answer it, for ever."""
    engine = cipher.engine(place / "hub.db", bundle.HUB_KEY)
    hub = Database(engine, Installation(Id(bytes(16)), "HUB", sync_world.HUB.device_id, bytes(8)))
    says.send("ready")
    while True:
        for path in stick.found(place / "from"):
            (arrived,) = exchange.import_files(hub, bundle.WHO, [path])
            if arrived.failure is not None:
                raise arrived.failure
            assert arrived.receipt is not None
            if not arrived.receipt.again:
                says.send(f"imported {path.name}")
                _answer(engine, hub, place, arrived.receipt.sender, says)


def _answer(engine: Engine, hub: Database, place: Path, sender: bytes, says: Connection) -> None:
    with transaction(engine, write=True) as connection:
        store, member = JournalStore(connection), exchange.member_of(connection)
        device = Certificate.of(Signed.from_bytes(store.records("certificate")[sender]))
        (letter,) = outbox.to_devices(store, member, [device], hub.clock())
        data = letter.seal(member, AgeEnvelope())
    name = stick.file_name(member.device, letter.manifest.network, letter.manifest.number, 1, data)
    stick.put(stick.FolderPlace(place / "to"), name, data)
    says.send(f"wrote {name}")
