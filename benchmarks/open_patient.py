"""Opening a person at 10,000 patients: p95 of the whole record, against bare SQL of the same rows.

Each person is opened once, as in a consulting room: pages of the file that nobody asked for yet are read and decrypted
on both sides, each through a connection of its own. The floor reads in one transaction too (decision 011).
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

from sqlalchemy import func, select

from benchmarks import clinics, measure
from benchmarks.measure import Figure
from ces_desktop.data import cipher
from ces_desktop.data.models import PatientRecord
from ces_desktop.data.queries.patient_view import patient_view
from ces_desktop.data.queries.patients import patient_file
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id

WARM = 50
"""People opened first, on both sides, and not counted: statements, schema and the top of every index are then read."""
FLOOR = "the same rows by bare SQL, one transaction"
PERSON = (
    "SELECT p.*, c.name, c.municipality, h.number FROM patient p LEFT JOIN community c ON c.id = p.community "
    "LEFT JOIN household h ON h.id = p.household WHERE p.id = ? AND p.live = 1"
)
AROUND = (
    "SELECT id, status, happened_on, cause, place, recorded_at FROM patient_status "
    "WHERE clinic = ? AND patient = ? AND live = 1 ORDER BY happened_on, recorded_at, id",
    "SELECT id, about, answer, given_by, notice_version, happened_on FROM consent "
    "WHERE clinic = ? AND patient = ? AND live = 1 ORDER BY happened_on, recorded_at, id",
    "SELECT * FROM patient WHERE clinic = ? AND person = (SELECT person FROM patient WHERE id = ?2) "
    "AND id <> ?2 AND live = 1 ORDER BY id",
)


OF_CARE = (
    "encounter", "observation", "encounter_diagnosis", "prescription", "prescription_stop", "lab_request",
    "appointment", "addendum", "enrolment", "condition", "allergy", "history_item", "immunisation", "contact",
)  # fmt: skip
"""Tables of which the page shows a person's rows; thresholds and names of users are read whole, as by the page."""


def run(quick: bool, seed: int) -> Iterator[Figure]:
    """p95 over people drawn at random: the record (form, prints, compare), then the whole page of the person."""
    folder = clinics.clinic(clinics.REFERENCE_PEOPLE)
    key = clinics.key_of(folder)
    p = PatientRecord
    with clinics.opened(folder, key) as (database, _):
        last = database.read(lambda c: c.execute(select(func.max(p.row_no))).scalar() or 1)
        numbers = random.Random(seed).sample(range(1, last + 1), WARM + (500 if quick else 2_000))
        chosen = select(p.id).where(p.row_no.in_(numbers), p.live == 1)
        ids = [Id(x) for x in database.read(lambda c: c.execute(chosen).scalars().all())]
    random.Random(seed).shuffle(ids)
    today = local_day(int(time.time() * 1000))
    with clinics.opened(folder, key) as (database, _):
        here = database.installation.clinic
        raw = cipher.connect(folder.database, key, read_only=True)
        ours, bare = measure.by_turns(
            ids,
            lambda patient: database.read(lambda c: patient_file(c, patient)),
            lambda patient: _bare(raw, here, patient),
        )
        raw.close()
    with clinics.opened(folder, key) as (database, _):
        here = database.installation.clinic
        raw = cipher.connect(folder.database, key, read_only=True)
        pages, bare_pages = measure.by_turns(
            ids,
            lambda patient: database.read(lambda c: patient_view(c, here, patient, today)),
            lambda patient: _bare_page(raw, here, patient),
        )
        raw.close()
    yield measure.figure(
        "open_patient",
        measure.percentile(ours[WARM:], 95),
        "ms",
        n=len(ids) - WARM,
        peer=FLOOR,
        peer_value=measure.percentile(bare[WARM:], 95),
    )
    yield measure.figure(
        "open_patient.page",
        measure.percentile(pages[WARM:], 95),
        "ms",
        n=len(ids) - WARM,
        peer=FLOOR,
        peer_value=measure.percentile(bare_pages[WARM:], 95),
    )


def _bare(raw: cipher.Connection, clinic: Id, patient: Id) -> None:
    raw.execute("BEGIN")
    raw.execute(PERSON, (patient,)).fetchall()
    for sql in AROUND:
        raw.execute(sql, (clinic, patient)).fetchall()
    raw.execute("ROLLBACK")


def _bare_page(raw: cipher.Connection, clinic: Id, patient: Id) -> None:
    raw.execute("BEGIN")
    raw.execute(PERSON, (patient,)).fetchall()
    for sql in AROUND:
        raw.execute(sql, (clinic, patient)).fetchall()
    for table in OF_CARE:
        sql = f"SELECT * FROM {table} WHERE clinic = ? AND patient = ? AND live = 1"
        raw.execute(sql, (clinic, patient)).fetchall()
    raw.execute("SELECT code, value, unit, programme, norm, valid_from FROM threshold WHERE live = 1").fetchall()
    raw.execute("SELECT id, name FROM app_user").fetchall()
    raw.execute("ROLLBACK")
