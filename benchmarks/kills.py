"""Kill −9 at any moment of a consult: people registered, drafts kept, consults signed as fast as the disk takes them.

No acknowledged save may be lost, no consult torn, and every acknowledged draft must be offered again or be signed.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from benchmarks import measure
from benchmarks.measure import Figure
from ces_desktop.data import cipher
from ces_desktop.data.database import Database, now_ms, transaction
from ces_desktop.data.journal.fold import verify
from ces_desktop.data.models import (
    AppointmentRecord,
    EncounterDiagnosisRecord,
    EncounterRecord,
    EnrolmentRecord,
    LabRequestRecord,
    ObservationRecord,
    PatientRecord,
    PatientStatusRecord,
    PrescriptionRecord,
    Synced,
    table_of,
)
from ces_desktop.data.upgrade import upgrade
from ces_desktop.data.work import Installation, Work
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id, clinic_id, human_id, named_id, new_id
from ces_desktop.domain.visits import Diagnosed, Dose, Line, Measured, Note, Requested, Visit
from ces_desktop.services import drafts, visits

KEY = bytes(range(32))
PHYSICIAN = named_id("user", "prueba inventada")
PARTS: dict[type[Synced], int] = {
    ObservationRecord: 2, EncounterDiagnosisRecord: 1, PrescriptionRecord: 1, LabRequestRecord: 1, AppointmentRecord: 1,
}  # fmt: skip
"""How many rows of each kind a consult of this benchmark has: fewer, or any without their consult, is torn."""


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: what was acknowledged before it (people, drafts, consults), how much of that is gone, how much torn."""

    people: int
    drafts: int
    signed: int
    lost: int
    torn: int

    @property
    def acknowledged(self) -> int:
        """All that was said to be kept."""
        return self.people + self.drafts + self.signed


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """Lost and torn over 200 kills (50 in quick form); anything but 0 is a defect."""
    said = list(survive(50 if quick else 200, seed))
    yield measure.figure("kills", sum(one.lost + one.torn for one in said), "lost or torn", n=len(said))
    yield measure.figure("kills.acknowledged", sum(one.acknowledged for one in said), "saves", n=len(said))
    yield measure.figure("kills.signed", sum(one.signed for one in said), "consults", n=len(said))
    yield measure.figure("kills.drafts", sum(one.drafts for one in said), "drafts", n=len(said))


def survive(kills: int, seed: int) -> Iterator[Kill]:
    """Kill a child at work again and again on one encrypted file, and look at what is left each time."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="ces-kills-") as place:
        path = Path(place) / "clinic.db"
        engine = cipher.engine(path, KEY, create=True)
        with transaction(engine, write=True) as connection:
            upgrade(connection)
        engine.dispose()
        for _ in range(kills):
            yield _left(path, _killed(path, rng.uniform(0.0, 0.25)))


def _killed(path: Path, seconds: float) -> dict[str, set[bytes]]:
    """What the child acknowledged before it was killed, that long after its first save: ids by "person", "draft"…"""
    command = [sys.executable, "-m", "benchmarks.kills", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=measure.ROOT) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        timer = threading.Timer(seconds, child.kill)
        timer.start()
        lines = [first, *child.stdout]
        child.wait()
        timer.cancel()
    said: dict[str, set[bytes]] = {"person": set(), "draft": set(), "signed": set()}
    for line in lines:
        if line.endswith("\n"):  # a half line was not acknowledged
            what, key = line.split()
            said[what].add(bytes.fromhex(key))
    return said


def _left(path: Path, said: dict[str, set[bytes]]) -> Kill:
    engine = cipher.engine(path, KEY)
    try:
        with transaction(engine, write=False) as connection:
            people = set(connection.execute(select(PatientRecord.id)).scalars())
            offered = {d.id for d in drafts.open_drafts(connection, PHYSICIAN, "consult")}
            signed = set(connection.execute(select(EncounterRecord.id)).scalars())
            whole = verify(connection).equal and people == set(
                connection.execute(select(PatientStatusRecord.patient)).scalars()
            )
            torn = _torn(connection, signed)
            raw: Any = connection.connection.driver_connection
            sound = not cipher.integrity(raw)
    finally:
        engine.dispose()
    lost = len(said["person"] - people) + len(said["signed"] - signed) + len(said["draft"] - offered - signed)
    torn += len(offered & signed)  # signed, and still offered as if it were not
    return Kill(
        len(said["person"]), len(said["draft"]), len(said["signed"]), lost, torn + int(not (whole and sound))
    )


def _torn(connection: Connection, signed: set[bytes]) -> int:
    """Consults without all their rows, and rows without their consult."""
    torn = 0
    for model, rows in PARTS.items():
        held = Counter(connection.execute(select(table_of(model).c.encounter)).scalars())
        torn += sum(held[key] != rows for key in signed | held.keys())
    enrolled = connection.execute(select(EnrolmentRecord.patient)).scalars().all()
    seen = connection.execute(select(EncounterRecord.patient)).scalars().all()
    return torn + int(Counter(enrolled) != Counter(seen))


def child(path: Path) -> None:
    """Register, keep a draft, sign it, leave another draft open, for ever; each id is printed once it is on the disk.

    The id of a draft is here that of its consult, so that either of the two is looked for.
    """
    engine = cipher.engine(path, KEY)
    database = Database(engine, Installation(clinic_id("CAP"), "CAP", os.urandom(16), os.urandom(8)))
    who = Actor(PHYSICIAN, "Prueba Inventada", frozenset({Role.PHYSICIAN, Role.NURSE}), new_id(now_ms()))
    for number in range(1, 1_000_000):
        patient = new_id(now_ms())
        database.write(partial(_register, patient=patient, number=number), who)
        print("person", patient.hex(), flush=True)
        encounters = new_id(now_ms()), new_id(now_ms())
        for encounter in encounters:
            content = {"subjective": "Persona inventada.", "m.systolic": "146"}
            draft = drafts.Draft(encounter, "consult", patient, PHYSICIAN, content, now_ms(), now_ms())
            database.local(partial(drafts.save, draft=draft))
            print("draft", encounter.hex(), flush=True)
        visit = _visit(database, encounters[0], patient)
        database.write(partial(visits.sign, visit=visit, draft=encounters[0]), who)
        print("signed", encounters[0].hex(), flush=True)


def _register(work: Work, patient: Id, number: int) -> None:
    work.act("patients.register")
    work.add(PatientRecord(id=patient, human_id=human_id("CAP", 0, number), given="Inventada"))
    work.add(PatientStatusRecord(id=work.new_id(), patient=patient, status="active"))


def _visit(database: Database, encounter: Id, patient: Id) -> Visit:
    """A consult with something in every part."""
    today = local_day(database.clock())
    back = (today + timedelta(days=28)).isoformat()
    fresh = partial(new_id, now_ms())
    return Visit(
        encounter, patient, today.isoformat(), note=Note("Refiere estar bien.", "Sin edema."), prognosis="good",
        measured=(Measured("systolic", 146), Measured("diastolic", 92)),
        diagnoses=(Diagnosed(named_id("diagnosis", "I10X"), "I10X", True),),
        lines=(Line(fresh(), None, "Losartán 50 mg", Dose(morning=4), "oral", 30, 30),),
        requests=(Requested(fresh(), "creatinine"),), programmes=("hypertension",), next_on=back,
    )  # fmt: skip


if __name__ == "__main__":
    child(Path(sys.argv[1]))
