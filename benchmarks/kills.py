"""Kill −9 at any moment while people are registered: no acknowledged save lost, no table torn, drafts still there."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from benchmarks import measure
from benchmarks.measure import Figure
from ces_desktop.data import cipher
from ces_desktop.data.database import Database, now_ms, transaction
from ces_desktop.data.journal.fold import verify
from ces_desktop.data.models import DraftRecord, PatientRecord, PatientStatusRecord
from ces_desktop.data.upgrade import upgrade
from ces_desktop.data.work import Installation, Work
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.ids import clinic_id, human_id, new_id

KEY = bytes(range(32))


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: saves and drafts acknowledged before it, how many of them are gone, whether the proof failed (0, 1)."""

    acknowledged: int
    lost: int
    torn: int


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """Lost and torn over 200 kills (20 in quick form); anything but 0 is a defect."""
    said = list(survive(20 if quick else 200, seed))
    bad = sum(one.lost + one.torn for one in said)
    yield measure.figure("kills", bad, "lost or torn", n=len(said))
    yield measure.figure("kills.acknowledged", sum(one.acknowledged for one in said), "saves", n=len(said))


def survive(kills: int, seed: int) -> Iterator[Kill]:
    """Kill a registering child again and again on one encrypted file, and look at what is left each time."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="ces-kills-") as place:
        path = Path(place) / "clinic.db"
        engine = cipher.engine(path, KEY, create=True)
        with transaction(engine, write=True) as connection:
            upgrade(connection)
        engine.dispose()
        for _ in range(kills):
            yield _left(path, _killed(path, rng.uniform(0.0, 0.25)))


def _killed(path: Path, seconds: float) -> set[str]:
    """What the child acknowledged before it was killed, that long after its first save."""
    command = [sys.executable, "-m", "benchmarks.kills", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=measure.ROOT) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        timer = threading.Timer(seconds, child.kill)
        timer.start()
        lines = [first, *child.stdout]
        child.wait()
        timer.cancel()
    return {line.strip() for line in lines if line.endswith("\n")}  # a half line was not acknowledged


def _left(path: Path, acknowledged: set[str]) -> Kill:
    engine = cipher.engine(path, KEY)
    try:
        with transaction(engine, write=False) as connection:
            held = set(connection.execute(select(PatientRecord.id)).scalars())
            held |= set(connection.execute(select(DraftRecord.id)).scalars())
            whole = verify(connection).equal
            statuses = len(set(connection.execute(select(PatientStatusRecord.patient)).scalars()))
            people = len(connection.execute(select(PatientRecord.id)).all())
            raw = connection.connection.driver_connection
            sound = not cipher.integrity(raw)
    finally:
        engine.dispose()
    lost = sum(bytes.fromhex(one) not in held for one in acknowledged)
    return Kill(len(acknowledged), lost, int(not (whole and sound and statuses == people)))


def child(path: Path) -> None:
    """Register people and keep drafts for ever, printing each id once it is on the disk."""
    engine = cipher.engine(path, KEY)
    database = Database(engine, Installation(clinic_id("CAP"), "CAP", os.urandom(16), os.urandom(8)))
    who = Actor(new_id(now_ms()), "Prueba Inventada", frozenset({Role.NURSE}), new_id(now_ms()))
    for number in range(1, 1_000_000):
        patient = new_id(now_ms())

        def register(work: Work, patient: bytes = patient, number: int = number) -> None:
            work.act("patients.register")
            work.add(PatientRecord(id=patient, human_id=human_id("CAP", 0, number), given="Inventada"))
            work.add(PatientStatusRecord(id=work.new_id(), patient=patient, status="active"))

        database.write(register, who)
        print(patient.hex(), flush=True)
        draft = new_id(now_ms())
        values: dict[str, Any] = {"id": draft, "form": "patient", "user": who.user}
        values |= {"content": json.dumps({"given": "Inventada"}), "started_at": now_ms(), "saved_at": now_ms()}
        database.local(lambda connection, row=values: connection.execute(insert(DraftRecord).values(row)))  # type: ignore[misc]
        print(draft.hex(), flush=True)


if __name__ == "__main__":
    child(Path(sys.argv[1]))
