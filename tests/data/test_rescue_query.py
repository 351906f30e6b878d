"""What the rescue list reads of the medicines of somebody who has not come for long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import builders
import pytest
from care import Care

from ces_desktop.data.models import PrescriptionRecord, PrescriptionStopRecord
from ces_desktop.data.queries.rescue import rescue_list
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.ids import Id
from ces_desktop.domain.rescue import Tab

TODAY = date(2026, 3, 16)


@pytest.fixture
def care(tmp_path: Path) -> Iterator[Care]:
    database = builders.database(builders.sqlcipher(tmp_path))
    database.local(load_shipped)
    yield Care(database, builders.actor())
    builders.assert_proved(database)
    database.close()


def medicine_days(care: Care, patient: Id, tab: Tab = "rescue") -> int | None:
    listed = care.db.read(lambda connection: rescue_list(connection, care.clinic, TODAY))
    return next(row.entry.medicine_days for row in listed.tabs[tab] if row.patient.id == patient)


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


def test_what_ran_out_two_years_ago_is_told_as_run_out_and_not_as_unknown(care: Care) -> None:
    patient = care.person("hypertension", since="2023-01-10")
    care.visit(patient, "2023-11-01", medicines={"Losartán 50 mg": 90})
    care.visit(patient, "2024-02-01", medicines={"Losartán 50 mg": 30, "Metformina 850 mg": 60})
    stopped = care.id()
    care.add(PrescriptionRecord(
        id=stopped, patient=patient, drug_text="Enalapril 10 mg", morning=4, days=90, happened_on="2024-02-01"
    ))  # fmt: skip
    care.add(PrescriptionStopRecord(id=care.id(), patient=patient, prescription=stopped, happened_on="2024-02-20"))
    assert medicine_days(care, patient, "lost") == (date(2024, 4, 1) - TODAY).days
    never = care.person("hypertension", since="2023-01-10")
    care.visit(never, "2024-02-01", medicines={"Paracetamol 500 mg": 3})
    assert medicine_days(care, never, "lost") is None


def test_of_morning_and_night_lines_of_one_item_renewing_one_leaves_the_other(care: Care) -> None:
    patient, item = care.person("hypertension", since="2025-01-10"), care.id()
    care.visit(patient, "2025-12-01", systolic=185, diastolic=90)
    morning, night = care.id(), care.id()
    shared = {"patient": patient, "item": item, "drug_text": "Insulina NPH"}
    care.add(
        PrescriptionRecord(id=morning, morning=40, days=60, happened_on="2025-12-01", **shared),
        PrescriptionRecord(id=night, night=24, days=100, happened_on="2025-12-01", **shared),
        PrescriptionRecord(id=care.id(), morning=48, days=120, renews=morning, happened_on="2026-01-20", **shared),
    )
    assert medicine_days(care, patient) == (date(2026, 3, 11) - TODAY).days, "that of the night runs out first"


def test_who_is_joined_to_a_record_written_for_practice_is_listed_by_their_own(care: Care) -> None:
    practice = care.person(test_record="yes", given="Práctica")
    patient = care.person("hypertension", since="2025-01-10", given="Verdadera")
    care.visit(patient, "2025-05-01", systolic=150, diastolic=80)
    care.join(practice, patient)
    listed = care.db.read(lambda connection: rescue_list(connection, care.clinic, TODAY))
    (row,) = listed.tabs["rescue"]
    assert (row.patient.id, row.patient.given, row.patient.records) == (patient, "Verdadera", 2)


def test_who_left_by_one_record_and_is_back_by_another_is_looked_for(care: Care) -> None:
    one, other = care.person("hypertension", since="2024-01-10"), care.person()
    care.visit(one, "2025-05-01", systolic=150, diastolic=80)
    care.status(one, "moved", "2025-06-01")
    care.status(other, "active", "2025-09-01")
    care.join(one, other)
    listed = care.db.read(lambda connection: rescue_list(connection, care.clinic, TODAY))
    assert [row.patient.id for row in listed.tabs["rescue"]] == [min(one, other)]


def test_of_who_was_not_seen_for_long_the_last_reading_of_two_years_counts(care: Care) -> None:
    patient = care.person("hypertension", "diabetes", since="2024-01-10")
    care.visit(patient, "2024-11-01", systolic=186, diastolic=80, glucose_fasting=110, due="2025-02-01")
    care.visit(patient, "2025-11-20", systolic=150)
    listed = care.db.read(lambda connection: rescue_list(connection, care.clinic, TODAY))
    (row,) = listed.tabs["rescue"]
    assert (row.entry.risk, row.entry.why.value, row.entry.last_visit) == ("high", 186, "2025-11-20")
    assert row.entry.due_on == "2025-12-20" and not row.entry.by_appointment
