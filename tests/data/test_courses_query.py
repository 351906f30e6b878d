"""Everybody in a programme with what is judged: joined records, test records, corrections, what was recorded later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import builders
import pytest
import sqlalchemy
from care import Care

from ces_desktop.data.database import transaction
from ces_desktop.data.models import LabRequestRecord, ObservationRecord
from ces_desktop.data.queries import courses
from ces_desktop.data.upgrade import upgrade
from ces_desktop.data.work import Work
from ces_desktop.domain.courses import Member
from ces_desktop.domain.ids import Id

NOON_16_MARCH = 1_773_684_000_000
DAY_MS = 86_400_000


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOON_16_MARCH

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def care(tmp_path: Path, clock: Clock) -> Iterator[Care]:
    database = builders.database(builders.sqlcipher(tmp_path), clock=clock)
    yield Care(database, builders.actor())
    builders.assert_proved(database)
    database.close()


@pytest.fixture
def on_postgres(postgres_url: str, clock: Clock) -> Iterator[Care]:
    engine = sqlalchemy.create_engine(postgres_url)
    with transaction(engine, write=True) as connection:
        upgrade(connection)
    database = builders.database(engine, clock=clock)
    yield Care(database, builders.actor())
    builders.assert_proved(database)
    database.close()


def found(care: Care, **more: object) -> list[Member]:
    return care.db.read(partial(courses.members, clinic=care.clinic, **more))  # type: ignore[arg-type]


def check_a_course(care: Care) -> None:
    patient = care.person("hypertension", since="2025-01-10")
    care.person()
    care.visit(patient, "2025-01-10", systolic=150, diastolic=95, weight=70_000)
    care.visit(patient, "2025-03-10", systolic=135, diastolic=85)
    care.problem(patient, "N183", "2025-03-10")
    [who] = found(care)
    assert who.person == patient
    assert who.enrolments == {"hypertension": (("2025-01-10", "enrolled"),)}
    assert who.visits == ["2025-03-10", "2025-01-10"]
    assert [(r.day, r.value) for r in who.readings["systolic"]] == [("2025-03-10", 135), ("2025-01-10", 150)]
    assert set(who.readings) == {"systolic", "diastolic"}
    assert who.conditions("2025-03-10") == {"N183"}
    assert [r.day for r in found(care, since="2025-02-01")[0].readings["systolic"]] == ["2025-03-10"]
    assert found(care, until="2025-02-01")[0].visits == ["2025-01-10"]
    own = care.db.read(partial(courses.member, clinic=care.clinic, person=patient, today=date(2026, 3, 16)))
    assert own is not None and own.readings["weight"][0].value == 70_000
    assert own.course(date(2026, 3, 16)).enrolled == {"hypertension": "2025-01-10"}


def test_a_course_on_a_laptop(care: Care) -> None:
    check_a_course(care)


def test_a_course_at_the_hub(on_postgres: Care) -> None:
    check_a_course(on_postgres)


def test_joined_records_are_one_person_with_the_facts_of_both(care: Care) -> None:
    one, other = care.person("diabetes"), care.person("diabetes", "hypertension", since="2023-05-01")
    care.visit(one, "2025-02-01", glucose_fasting=120)
    care.visit(other, "2025-03-01", systolic=130, diastolic=80)
    care.join(one, other)
    [who] = found(care)
    assert who.person == min(one, other)
    assert who.visits == ["2025-03-01", "2025-02-01"]
    assert who.since("diabetes", "2025-12-31") == "2023-05-01"
    assert set(who.readings) == {"glucose_fasting", "systolic", "diastolic"}
    care.status(other, "died", "2025-06-01")
    assert found(care)[0].gone("2025-06-01")


def test_a_test_record_is_nobody_and_nobody_is_none(care: Care) -> None:
    care.person("diabetes", test_record="yes")
    assert found(care) == []
    assert care.db.read(partial(courses.member, clinic=care.clinic, person=Id(bytes(16)), today=date.today())) is None


def test_vital_signs_without_a_consult_show_that_they_came_and_a_result_of_the_laboratory_does_not(care: Care) -> None:
    patient = care.person("hypertension", "diabetes")
    request, came = care.id(), care.id()
    care.add(LabRequestRecord(id=request, patient=patient, test="glucose_fasting", happened_on="2025-02-01"))
    care.add(
        ObservationRecord(
            id=care.id(), patient=patient, request=request, code="glucose_fasting", value=110, happened_on="2025-02-09"
        ),
        ObservationRecord(
            id=care.id(), patient=patient, encounter=came, code="systolic", value=130, happened_on="2025-03-01"
        ),
    )
    assert found(care)[0].visits == ["2025-03-01"]


def test_a_glucose_brought_from_outside_is_no_visit(care: Care) -> None:
    patient, came = care.person("diabetes"), care.id()
    shared = {"patient": patient, "code": "glucose_fasting", "value": 110}
    care.add(
        ObservationRecord(id=care.id(), happened_on="2025-02-09", **shared),
        ObservationRecord(id=care.id(), encounter=came, happened_on="2025-03-01", **shared),
    )
    for who in found(care), found(care, since="2025-03-02"):
        assert who[0].visits == ["2025-03-01"]


def test_of_two_readings_of_a_day_the_one_recorded_last_comes_first(care: Care, clock: Clock) -> None:
    patient = care.person("hypertension")
    for value in (190, 120, 150):
        clock.now += 60_000
        care.visit(patient, "2025-02-01", systolic=value)
    assert [r.value for r in found(care)[0].readings["systolic"]] == [150, 120, 190]


def test_what_was_recorded_later_does_not_count(care: Care, clock: Clock) -> None:
    patient = care.person("hypertension")
    care.visit(patient, "2025-02-01", systolic=150)
    clock.now += DAY_MS
    late = care.visit(patient, "2025-02-15", systolic=120)
    care.person("hypertension")
    [who] = found(care, as_of=NOON_16_MARCH)
    assert who.visits == ["2025-02-01"] and len(who.readings["systolic"]) == 1
    assert len(found(care)) == 2

    def correct(work: Work) -> None:
        for row in work.connection.execute(
            ObservationRecord.__table__.select().where(ObservationRecord.encounter == late)
        ).mappings():
            work.void(ObservationRecord, row["id"], "mistake")

    care.db.write(correct, care.who)
    assert len(found(care)[0].readings["systolic"]) == 1
