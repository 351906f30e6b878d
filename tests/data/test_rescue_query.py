"""What the rescue list reads of the medicines of somebody who has not come for long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import builders
import pytest
from care import Care

from ces_desktop.data.queries.rescue import rescue_list
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.ids import Id

TODAY = date(2026, 3, 16)


@pytest.fixture
def care(tmp_path: Path) -> Iterator[Care]:
    database = builders.database(builders.sqlcipher(tmp_path))
    database.local(load_shipped)
    yield Care(database, builders.actor())
    builders.assert_proved(database)
    database.close()


def medicine_days(care: Care, patient: Id) -> int | None:
    listed = care.db.read(lambda connection: rescue_list(connection, care.clinic, TODAY))
    return next(row.entry.medicine_days for row in listed.tabs["rescue"] if row.patient.id == patient)


def test_where_all_ran_out_long_ago_the_one_that_ended_last_counts_and_no_short_one(care: Care) -> None:
    patient = care.person("hypertension", since="2025-01-10")
    care.visit(patient, "2025-05-01", medicines={"Metformina 850 mg": 90})
    care.visit(patient, "2025-05-20", medicines={"Losartán 50 mg": 30})
    care.visit(patient, "2025-06-10", medicines={"Paracetamol 500 mg": 3})
    assert medicine_days(care, patient) == (date(2025, 7, 30) - TODAY).days


def test_a_long_prescription_may_have_ended_after_a_later_short_one(care: Care) -> None:
    patient = care.person("hypertension", since="2025-01-10")
    care.visit(patient, "2025-08-01", medicines={"Metformina 850 mg": 90})
    care.visit(patient, "2025-08-15", medicines={"Losartán 50 mg": 30})
    assert medicine_days(care, patient) == (date(2025, 10, 30) - TODAY).days


def test_what_is_taken_as_needed_is_not_the_medicine_that_ran_out(care: Care) -> None:
    patient = care.person("hypertension", since="2025-01-10")
    care.visit(patient, "2025-05-01", medicines={"Enalapril 10 mg": 60})
    care.visit(patient, "2025-05-20", as_needed={"Paracetamol 500 mg": 30})
    assert medicine_days(care, patient) == (date(2025, 6, 30) - TODAY).days
