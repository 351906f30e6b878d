"""Consults of one person together: annulled ones, the first of the year, several records of one person."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import builders
import pytest
from sqlalchemy import select
from visiting import NOON_16_MARCH, PRESSURE, TODAY, form, fresh, refused, sign, waiting, whole

from ces_desktop.data.database import Database
from ces_desktop.data.models import ObservationRecord, SameAsRecord
from ces_desktop.data.queries.encounters import day_sheet, encounter_view, encounters_of
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Actor
from ces_desktop.domain.ids import Id
from ces_desktop.domain.visits import Measured
from ces_desktop.services import visits
from ces_desktop.services.results import Result, Results, record_results
from ces_desktop.services.visits import Addendum, Arrival
from ces_desktop.ui.pages.consult_reading import opening


@pytest.fixture
def who() -> Actor:
    return builders.actor()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = builders.database(builders.sqlcipher(tmp_path), clock=lambda: NOON_16_MARCH)
    yield database
    builders.assert_proved(database)
    database.close()


@pytest.fixture
def patient(db: Database, who: Actor) -> Id:
    return builders.register(db, who)


def test_a_consult_of_the_wrong_person_is_annulled_with_its_reason(db: Database, who: Actor, patient: Id) -> None:
    kept = sign(db, who, whole(patient, happened_on="2026-02-16", programmes=(), diagnoses=(), requests=()))
    encounter = fresh()
    db.write(partial(visits.arrive, request=Arrival(patient, encounter, "", PRESSURE)), who)
    wrong = sign(db, who, whole(patient, encounter=encounter, happened_on="2026-03-16"))
    refused("visits.reason_missing", lambda: db.write(partial(visits.annul, encounter=wrong, reason=" "), who))
    done = db.write(partial(visits.annul, encounter=wrong, reason="Era de otra persona"), who)
    seen = form(db, patient)
    assert [v.id for v in seen.visits] == [kept]
    assert (seen.conditions, seen.programmes, seen.pending) == ((), {}, ())
    assert len(seen.medicines) == 1
    assert seen.last["systolic"].day == "2026-02-16"
    refused("visits.not_signed", lambda: db.write(partial(visits.annul, encounter=wrong, reason="x"), who))
    db.write(lambda work: work.reverse(done.action), who)
    assert len(form(db, patient).visits) == 2


def test_when_the_first_consult_of_a_year_is_annulled_the_next_is_the_first(
    db: Database, who: Actor, patient: Id
) -> None:
    wrong = sign(db, who, whole(patient, happened_on="2026-01-12", entered="late"))
    right = sign(db, who, whole(patient))
    again = builders.register(db, who, 2)
    third = sign(db, who, whole(again))

    def firsts() -> set[Id]:
        held = db.read(partial(encounters_of, clinic=db.installation.clinic, patient=patient, voided=True))
        return {e.id for e in held if e.first_of_year}

    assert firsts() == {wrong}
    db.write(partial(visits.annul, encounter=wrong, reason="Era de otra persona"), who)
    assert firsts() == {right}
    one = db.read(partial(encounter_view, clinic=db.installation.clinic, encounter=third))
    assert one is not None and one.encounter.first_of_year
    sheet = db.read(partial(day_sheet, clinic=db.installation.clinic, day=TODAY))
    assert {row.id: e.first_of_year for row, e in sheet} == {patient: True, again: True}


def test_vital_signs_taken_under_another_record_of_the_person_are_those_of_the_consult(
    db: Database, who: Actor, patient: Id
) -> None:
    other, encounter = builders.register(db, who, 2), fresh()
    db.write(partial(visits.arrive, request=Arrival(other, encounter, "control", PRESSURE)), who)

    def join(work: Work) -> None:
        work.add(SameAsRecord(id=work.new_id(), one=min(patient, other), other=max(patient, other)))

    db.write(join, who)
    clinic = db.installation.clinic
    opened = db.read(lambda c: opening(c, clinic, patient, TODAY, who.user, None, None))
    assert opened.encounter == encounter and opened.form is not None
    assert {code: o.value for code, o in opened.form.vitals.items()} == {"systolic": 138, "diastolic": 84}
    higher = (Measured("systolic", 150), Measured("diastolic", 84))
    sign(db, who, whole(patient, encounter=encounter, measured=higher))
    assert waiting(db) == []
    taken = form(db, patient).last
    assert (taken["systolic"].value, taken["diastolic"].value) == (150, 84)
    o = ObservationRecord
    living = db.read(lambda c: c.execute(select(o.code, o.value).where(o.live == 1).order_by(o.value)).all())
    assert [tuple(row) for row in living] == [("diastolic", 84), ("systolic", 150)]
    db.write(partial(visits.annul, encounter=encounter, reason="Era de otra persona"), who)
    assert not db.read(lambda c: c.execute(select(o.code).where(o.live == 1)).all())


def test_a_consult_with_an_addendum_or_results_is_not_annulled(db: Database, who: Actor, patient: Id) -> None:
    visit = whole(patient)
    key = sign(db, who, visit)
    answer = Results(patient, "2026-03-16", (Result(Measured("hba1c", 70), visit.requests[0].id),))
    done = db.write(partial(record_results, request=answer), who)
    refused("visits.has_results", lambda: db.write(partial(visits.annul, encounter=key, reason="x"), who))
    db.write(lambda work: work.reverse(done.action), who)
    db.write(partial(visits.add_addendum, request=Addendum(fresh(), key, "algo")), who)
    refused("visits.has_addendum", lambda: db.write(partial(visits.annul, encounter=key, reason="x"), who))


def test_what_is_known_of_another_record_of_the_person_is_known(db: Database, who: Actor, patient: Id) -> None:
    other = builders.register(db, who, 2)
    sign(db, who, whole(other))

    def join(work: Work) -> None:
        work.add(SameAsRecord(id=work.new_id(), one=min(patient, other), other=max(patient, other)))

    db.write(join, who)
    seen = form(db, patient)
    assert seen.records == (patient, other)
    assert seen.last["systolic"].value == 138
    assert len(seen.medicines) == 1
    assert seen.programmes == {"hypertension": "2026-03-16"}
