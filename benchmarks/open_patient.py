"""Opening a person at 10,000 patients: p95 of the whole record, against bare SQL of the same rows."""

from __future__ import annotations

import random
from collections.abc import Iterator

from sqlalchemy import func, select

from benchmarks import clinics, measure
from benchmarks.measure import Figure
from ces_desktop.data import cipher
from ces_desktop.data.models import PatientRecord
from ces_desktop.data.queries.patients import patient_file
from ces_desktop.domain.ids import Id


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """p95 over people drawn at random."""
    folder = clinics.clinic(clinics.REFERENCE_PEOPLE)
    key = clinics.key_of(folder)
    p = PatientRecord
    ours: list[float] = []
    bare: list[float] = []
    with clinics.opened(folder, key) as (database, _):
        last = database.read(lambda c: c.execute(select(func.max(p.row_no))).scalar() or 1)
        numbers = random.Random(seed).sample(range(1, last + 1), 200 if quick else 1_000)
        ids = database.read(lambda c: c.execute(select(p.id).where(p.row_no.in_(numbers))).scalars().all())
        raw = cipher.connect(folder.database, key, read_only=True)
        for patient in ids:

            def ask(patient: bytes = patient) -> None:
                database.read(lambda c: patient_file(c, Id(patient)))

            sent = clinics.statements(database.engine, ask)
            sent = [s for s in sent if s[0].startswith("SELECT")]
            mine, floor = measure.alternate(ask, lambda sent=sent: clinics.replay(raw, sent), 1)  # type: ignore[misc]
            ours += mine
            bare += floor
        raw.close()
    yield measure.figure(
        "open_patient",
        measure.percentile(ours, 95),
        "ms",
        n=len(ours),
        peer="the same SELECTs on the bare driver",
        peer_value=measure.percentile(bare, 95),
    )
