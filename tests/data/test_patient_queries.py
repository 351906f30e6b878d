"""A person's file, lists of people, and the register with its filters, on a real encrypted file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import builders
import pytest

from ces_desktop.data.database import Database
from ces_desktop.data.models import ConsentRecord, HouseholdRecord, PatientRecord, PatientStatusRecord, SameAsRecord
from ces_desktop.data.queries.patient_view import patient_view
from ces_desktop.data.queries.patients import patient_file
from ces_desktop.data.queries.register import Filter, listing
from ces_desktop.data.queries.rows import by_id, by_person
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Actor
from ces_desktop.domain.ids import Id

TODAY = date(2026, 3, 17)


@pytest.fixture
def who() -> Actor:
    return builders.actor()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = builders.database(builders.sqlcipher(tmp_path))
    yield database
    builders.assert_proved(database)
    database.close()


def status(db: Database, who: Actor, patient: Id, word: str, day: str) -> None:
    def note(work: Work) -> None:
        work.add(PatientStatusRecord(id=work.new_id(), patient=patient, status=word, happened_on=day))

    db.write(note, who)


def people(db: Database, chosen: Filter) -> list[str]:
    clinic = db.installation.clinic
    found = db.read(partial(listing, clinic=clinic, chosen=chosen))
    return [row.identity.given for row in db.read(partial(by_person, clinic=clinic, persons=found.persons))]


def test_the_file_of_a_person_has_statuses_and_consents_in_order(db: Database, who: Actor) -> None:
    patient = builders.register(db, who)
    status(db, who, patient, "moved", "2026-02-01")

    def consent(work: Work) -> None:
        work.add(
            ConsentRecord(
                id=work.new_id(), patient=patient, about="privacy_notice", answer="yes", happened_on="2026-01-16"
            )
        )

    db.write(consent, who)
    file = db.read(partial(patient_file, patient=patient))
    assert file is not None
    assert [s.status for s in file.statuses] == ["active", "moved"]
    assert file.status == "moved"
    assert file.consents[0].answer == "yes"
    assert db.read(partial(patient_file, patient=Id(bytes(16)))) is None


def test_a_person_who_died_keeps_the_age_of_that_day(db: Database, who: Actor) -> None:
    patient = builders.register(db, who, birth="1967-07-14")
    status(db, who, patient, "died", "2026-02-01")
    row = db.read(partial(by_id, clinic=db.installation.clinic, ids=[patient]))[0]
    file = db.read(partial(patient_file, patient=patient))
    assert file is not None
    for age in (row.age_on(date(2040, 1, 1)), file.age_on(date(2040, 1, 1))):
        assert age is not None
        assert age.years == 58


def test_the_register_is_in_order_of_surnames_without_particles(db: Database, who: Actor) -> None:
    for number, (given, paternal) in enumerate([("Zoe", "Díaz"), ("Eva", "de la Cruz"), ("Ana", "Álvarez")], 1):
        builders.register(db, who, number, given=given, paternal=paternal)
    assert people(db, "all") == ["Ana", "Eva", "Zoe"]


def test_filters_narrow_and_count(db: Database, who: Actor) -> None:
    house = Id(bytes([7]) * 16)
    db.write(lambda work: work.add(HouseholdRecord(id=house, number=1)), who)
    builders.register(db, who, 1, given="Activa", household=house)
    gone = builders.register(db, who, 2, given="Mudada")
    back = builders.register(db, who, 3, given="Vuelta")
    builders.register(db, who, 4, given="Aprox", birth=None, birth_precision="estimated", stated_age=40)
    voided = builders.register(db, who, 5, given="Anulada")
    db.write(lambda work: work.void(PatientRecord, voided, "mistake"), who)
    status(db, who, gone, "moved", "2026-02-01")
    status(db, who, back, "moved", "2026-02-01")
    status(db, who, back, "active", "2026-02-20")
    assert people(db, "left") == ["Mudada"]
    assert set(people(db, "active")) == {"Activa", "Vuelta", "Aprox"}
    assert set(people(db, "no_household")) == {"Mudada", "Vuelta", "Aprox"}
    assert people(db, "uncertain_age") == ["Aprox"]
    found = db.read(partial(listing, clinic=db.installation.clinic, chosen="left"))
    assert dict(found.counts) == {"all": 4, "active": 3, "no_household": 3, "uncertain_age": 1, "left": 1}


def test_joined_records_are_one_person_with_the_latest_status_of_any(db: Database, who: Actor) -> None:
    one, other = sorted([builders.register(db, who, 1), builders.register(db, who, 2)])
    db.write(lambda work: work.add(SameAsRecord(id=work.new_id(), one=one, other=other)), who)
    status(db, who, other, "transferred", "2026-03-01")
    found = db.read(partial(listing, clinic=db.installation.clinic, chosen="all"))
    rows = db.read(partial(by_person, clinic=db.installation.clinic, persons=found.persons, changes=True))
    assert [(row.id, row.records, row.status) for row in rows] == [(one, 2, "transferred")]
    assert rows[0].changed_at is not None


def test_the_page_shows_who_lives_in_the_same_house_without_the_person(db: Database, who: Actor) -> None:
    house = Id(bytes([7]) * 16)
    db.write(lambda work: work.add(HouseholdRecord(id=house, number=27)), who)
    one = builders.register(db, who, 1, given="Una", household=house)
    other = builders.register(db, who, 2, given="Otra", household=house, birth="2001-01-01")
    view = db.read(partial(patient_view, clinic=db.installation.clinic, patient=one, today=TODAY))
    assert view is not None
    assert view.file.household_number == 27
    assert [row.id for row in view.household] == [other]
    assert db.read(partial(patient_view, clinic=db.installation.clinic, patient=Id(bytes(16)), today=TODAY)) is None
