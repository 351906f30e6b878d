"""A whole copy of a clinic for a new laptop, after ten years of care: written by the hub, taken in, proved.

Against what a state without history would have to carry at the least: the rows of the same tables as plain JSON, packed
and encrypted alike. It stands for no soundness: such a copy could not be proved, undone or judged.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from benchmarks import bundle, measure
from benchmarks.measure import Figure
from ces_desktop.data import cipher
from ces_desktop.data.database import Database, transaction
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.journal.fold import verify
from ces_desktop.data.local import Setting, read_settings, write_setting
from ces_desktop.data.models import SYNCED, table_of
from ces_desktop.data.upgrade import HEAD
from ces_desktop.data.vault import CHEAPEST
from ces_desktop.services import clinic
from ces_desktop.services.clinic import NewClinic
from ces_desktop.services.demo import EDITION, PASSPHRASE, create_demo
from ces_desktop.sync import enrolment, exchange, snapshot, stick
from ces_desktop.sync.bundle import pack
from ces_desktop.sync.envelope import AgeEnvelope
from ces_desktop.sync.journal_store import JournalStore

QUICK, FULL = (500, 24), (2_000, 120)
"""People, months; 350 consults a month for 2,000 people."""


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """Bytes and seconds of the copy, seconds and memory of taking it in, seconds to prove it."""
    del seed  # the demonstration has its own
    people, months = QUICK if quick else FULL
    name = f"snapshot-{people}-{months}-edition-{EDITION}-schema-{HEAD}"
    visits = 350.0 * people / bundle.PEOPLE
    made = measure.cached(name, lambda place: create_demo(place, None, people, months=months, visits=visits))
    with tempfile.TemporaryDirectory(prefix="ces-snapshot-") as folder:
        place = Path(folder)
        hub = bundle.hub_on(cipher.engine(place / "hub.db", bundle.HUB_KEY, create=True))
        floor_bytes, floor_seconds = _give(made / "DEM", place, hub)
        site = _new_laptop(place, hub)
        (place / "usb").mkdir()
        started = time.perf_counter()
        sent = snapshot.write(hub, bundle.WHO, place / "usb", site)
        seconds = time.perf_counter() - started
        hub.close()
        title, against = f"snapshot.{months}m", "rows → JSON → zstd → age"
        yield measure.figure(f"{title}.bytes", sent.size, "bytes", n=sent.ops, peer=against, peer_value=floor_bytes)
        yield measure.figure(f"{title}.written", seconds, "s", n=sent.ops, peer=against, peer_value=floor_seconds)
        command = measure.python("-m", "benchmarks.snapshot", str(place))
        told = subprocess.run(command, cwd=measure.ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
        said = json.loads(told.splitlines()[-1])
    yield measure.figure(f"{title}.taken_in", said["seconds"], "s", n=said["ops"])
    yield measure.figure(f"{title}.memory", said["memory"], "MB", n=len(sent.files))
    yield measure.figure(f"{title}.proved", said["proved"], "s", n=said["rows"])


def _give(source: Path, place: Path, hub: Database) -> tuple[int, float]:
    """The hub gets all ops of the clinic from its laptop; bytes and seconds of the bare rows."""
    shutil.copytree(source, place / "DEM")
    laptop = bundle.opened(ClinicFolder(place / "DEM"))
    _enrol(laptop, hub, 0)
    (place / "first").mkdir()
    exchange.export(laptop, bundle.WHO, place / "first")
    for one in exchange.import_files(hub, bundle.WHO, stick.found(place / "first")):
        if one.failure:
            raise one.failure
    started = time.perf_counter()
    with transaction(laptop.engine, write=False) as connection:
        state = [
            [[v.hex() if isinstance(v, bytes) else v for v in row] for row in connection.execute(select(table_of(m)))]
            for m in SYNCED.values()
        ]
    content = json.dumps(state, ensure_ascii=False, separators=(",", ":")).encode()
    size = len(AgeEnvelope().close(pack(content), [hub.read(exchange.member_of).keys.receiving_public]))
    seconds = time.perf_counter() - started
    laptop.close()
    return size, seconds


def _new_laptop(place: Path, hub: Database) -> bytes:
    """A fresh installation of the same clinic, certified by the hub; the clinic's id."""
    new = NewClinic("DEM", "Demostración", "Persona Inventada", PASSPHRASE, bundle.WHO.roles)
    folder, _, _ = clinic.create(place / "new", new, cost=CHEAPEST, invented=True)
    laptop = bundle.opened(folder)
    site = bytes(laptop.installation.clinic)
    _enrol(laptop, hub, 1)
    laptop.close()
    return site


def _enrol(laptop: Database, hub: Database, slot: int) -> None:
    """Invitation and certificate, without sticks."""
    now, site = hub.clock(), bytes(laptop.installation.clinic)
    invitation = hub.read(lambda c: read_settings(c, [Setting.NETWORK]))[Setting.NETWORK]
    laptop.local(lambda c: write_setting(c, Setting.NETWORK, invitation))
    network, certificate = enrolment.accept(invitation.encode())
    laptop.local(lambda c: JournalStore(c).keep("certificate", network.hub, certificate.to_bytes()))
    asked = enrolment.request(laptop.read(exchange.member_of), "DEM", site, "laptop", now)
    read = enrolment.read_request(asked, network)
    hub.local(lambda c: enrolment.certify(JournalStore(c), exchange.member_of(c), read, slot, now))


def child(place: Path) -> None:
    """Take the copy in on the new laptop, prove it, and say what it took."""
    laptop = bundle.opened(ClinicFolder(place / "new" / "DEM"))
    started = time.perf_counter()
    arrived = exchange.import_files(laptop, bundle.WHO, stick.found(place / "usb"))
    seconds = time.perf_counter() - started
    memory = _peak()
    failures = [one.failure for one in arrived if one.failure]
    if failures:
        raise failures[0]
    ops = sum(one.receipt.fresh for one in arrived if one.receipt)
    started = time.perf_counter()
    with transaction(laptop.engine, write=False) as connection:
        verdict = verify(connection)
    proved = time.perf_counter() - started
    if not verdict.equal or not ops:
        raise SystemExit("the tables are not those of the ops")
    said = {"seconds": seconds, "memory": memory, "ops": ops, "proved": proved, "rows": bundle.rows_in(laptop)}
    print(json.dumps(said))
    laptop.close()


def _peak() -> float:
    """Megabytes that this process had at most. `ru_maxrss` counts those of whoever started it, too."""
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = [line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:")]
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    child(Path(sys.argv[1]))
