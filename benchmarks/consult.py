"""A consult at the reference clinic: opened, signed, undone, and one key in the box of diagnoses.

Those with the most visits of five years are opened. The floor of opening reads the same rows by bare SQL: every living
row of the person in the tables that a consult shows, in one transaction.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from benchmarks import clinics, measure
from benchmarks.measure import Figure
from benchmarks.open_patient import AROUND, FLOOR, PERSON
from ces_desktop.data import cipher
from ces_desktop.data.database import Database
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.models import EncounterRecord
from ces_desktop.data.queries.catalogue import find_diagnoses
from ces_desktop.data.queries.visit_form import visit_form
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Actor
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.dosing import renew
from ces_desktop.domain.ids import Id, named_id, new_id
from ces_desktop.domain.visits import Diagnosed, Measured, Note, Requested, Visit
from ces_desktop.services.visits import sign

WARM = 20
SHOWN = (
    "observation", "prescription", "prescription_stop", "enrolment", "condition", "allergy", "lab_request",
    "encounter_diagnosis", "encounter", "appointment",
)  # fmt: skip
KEYS = ("d", "di", "dia", "diab", "diabetes ti", "hip", "e11", "tos", "inf re", "dol ab")


def run(quick: bool, seed: int) -> Iterator[Figure]:  # noqa: ARG001 - the people with the most visits are always those
    """p95 of each, on a copy of the reference clinic."""
    source = clinics.clinic(clinics.REFERENCE_PEOPLE)
    key = clinics.key_of(source)
    with tempfile.TemporaryDirectory() as place:
        folder = ClinicFolder(Path(place) / "DEM")
        shutil.copytree(source.path, folder.path)
        with clinics.opened(folder, key) as (database, actor):
            ids = _busiest(database, WARM + (100 if quick else 400))
            raw = cipher.connect(folder.database, key, read_only=True)
            yield _opening(database, raw, ids)
            raw.close()
            yield _choosing(database, ids[0], 10 if quick else 40)
            yield from _saving(database, actor, ids[: 40 if quick else 200])


def _busiest(database: Database, most: int) -> list[Id]:
    e = EncounterRecord
    counted = select(e.patient).where(e.live == 1).group_by(e.patient).order_by(func.count().desc(), e.patient)
    return [Id(x) for x in database.read(lambda c: c.execute(counted.limit(most)).scalars().all()) if x]


def _opening(database: Database, raw: cipher.Connection, ids: Sequence[Id]) -> Figure:
    here, today = database.installation.clinic, local_day(database.clock())

    def bare(patient: Id) -> None:
        raw.execute("BEGIN")
        raw.execute(PERSON, (patient,)).fetchall()
        for sql in AROUND:
            raw.execute(sql, (here, patient)).fetchall()
        for table in SHOWN:
            raw.execute(
                f"SELECT * FROM {table} WHERE clinic = ? AND patient = ? AND live = 1", (here, patient)
            ).fetchall()
        raw.execute("ROLLBACK")

    ours, floor = measure.by_turns(ids, lambda x: database.read(lambda c: visit_form(c, here, x, today)), bare)
    return measure.figure(
        "consult.open",
        measure.percentile(ours[WARM:], 95),
        "ms",
        n=len(ids) - WARM,
        peer=FLOOR,
        peer_value=measure.percentile(floor[WARM:], 95),
    )


def _choosing(database: Database, patient: Id, times: int) -> Figure:
    find = partial(
        find_diagnoses, clinic=database.installation.clinic, today=local_day(database.clock()), patient=patient
    )
    taken = [t for typed in KEYS for t in measure.repeat(partial(database.read, partial(find, typed=typed)), times)]
    return measure.figure("consult.diagnosis_key", measure.percentile(taken, 95), "ms", n=len(taken))


def _saving(database: Database, actor: Actor, ids: Sequence[Id]) -> Iterator[Figure]:
    """Signing on the disk, and undoing it: the visit of somebody with hypertension, all medicines renewed."""
    signed, undone = [], []
    for patient in ids:
        saving = partial(database.write, partial(sign, visit=_visit(database, patient)), actor)
        started = time.perf_counter()
        action = saving().action
        signed.append((time.perf_counter() - started) * 1000)
        undone.append(measure.milliseconds(partial(database.write, partial(Work.reverse, action=action), actor)))
    yield measure.figure("consult.sign", measure.percentile(signed[1:], 95), "ms", n=len(signed) - 1)
    yield measure.figure("consult.undo", measure.percentile(undone[1:], 95), "ms", n=len(undone) - 1)


def _visit(database: Database, patient: Id) -> Visit:
    here, today = database.installation.clinic, local_day(database.clock())
    form = database.read(lambda c: visit_form(c, here, patient, today))
    assert form is not None

    def fresh() -> Id:
        return new_id(database.clock())

    return Visit(
        fresh(),
        patient,
        today.isoformat(),
        note=Note("Refiere estar bien", "", "", "Sigue igual"),
        measured=(Measured("systolic", 138), Measured("diastolic", 84), Measured("heart_rate", 76)),
        diagnoses=(Diagnosed(named_id("diagnosis", "I10X"), "I10X", first_time=False),),
        prognosis="good",
        lines=renew(form.medicines, 30, fresh),
        requests=(Requested(fresh(), "creatinine"),),
        next_on=(today + timedelta(days=28)).isoformat(),
    )
