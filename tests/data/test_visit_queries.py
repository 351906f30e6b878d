"""Consults read back whole, the sheet of a day, and choosing diagnoses and medicines, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import builders
import pytest
import sqlalchemy

from ces_desktop.data.database import Database, transaction
from ces_desktop.data.queries.care import laboratory
from ces_desktop.data.queries.catalogue import find_diagnoses, find_items
from ces_desktop.data.queries.encounters import day_sheet, encounter_view, encounters_of
from ces_desktop.data.queries.visit_form import visit_form
from ces_desktop.data.queries.visits import waiting_room
from ces_desktop.data.reference import load_shipped
from ces_desktop.data.upgrade import upgrade
from ces_desktop.domain.access import Actor
from ces_desktop.domain.ids import Id, named_id
from ces_desktop.domain.visits import Diagnosed, Dose, Line, Measured, Note, Requested, Visit
from ces_desktop.services import visits
from ces_desktop.services.visits import Addendum, Arrival

NOON_16_MARCH = 1_773_684_000_000
TODAY = date(2026, 3, 16)


@pytest.fixture
def who() -> Actor:
    return builders.actor()


@pytest.fixture(params=["sqlcipher", "postgresql"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlcipher":
        engine = builders.sqlcipher(tmp_path)
    else:
        engine = sqlalchemy.create_engine(request.getfixturevalue("postgres_url"))
        with transaction(engine, write=True) as connection:
            upgrade(connection)
    database = builders.database(engine, clock=lambda: NOON_16_MARCH)
    yield database
    builders.assert_proved(database)
    database.close()


def fresh() -> Id:
    return builders.new_id(NOON_16_MARCH)


def visit(patient: Id, day: str = "2026-03-16", code: str = "I10X", **more: Any) -> Visit:
    given: dict[str, Any] = {
        "note": Note("Refiere estar bien", "", "", "Sigue igual"),
        "measured": (Measured("systolic", 138), Measured("diastolic", 84)),
        "diagnoses": (
            Diagnosed(named_id("diagnosis", code), code, True),
            Diagnosed(fresh(), "Z000", False, "presumed"),
        ),
        "lines": (
            Line(fresh(), named_id("item", "010.000.2520.00"), "Losartán 50 mg", Dose(4, 0, 0, 2), "oral", 30, 45),
            Line(fresh(), None, "Metformina 850 mg", Dose(4), "oral", 30, 30),
        ),
        "requests": (Requested(fresh(), "hba1c", "en ayuno", urgent=True),),
        "next_on": "2026-04-13",
        "prognosis": "good",
        "started_at": NOON_16_MARCH - 600_000,
    }
    return Visit(fresh(), patient, day, **(given | more))


def sign(db: Database, who: Actor, given: Visit) -> Id:
    return db.write(partial(visits.sign, visit=given), who).value


def test_a_consult_is_read_whole_with_its_addenda(db: Database, who: Actor) -> None:
    patient, given = builders.register(db, who), None
    given = visit(patient)
    key = sign(db, who, given)
    db.write(partial(visits.add_addendum, request=Addendum(fresh(), key, "Llamó la hija")), who)
    stopped = visit(patient, lines=(), stopped=(given.lines[1].id,), requests=(), next_on=None)
    second = sign(db, who, stopped)
    read = partial(encounter_view, clinic=db.installation.clinic)
    found = db.read(partial(read, encounter=key))
    assert found is not None
    seen = found.encounter
    assert found.file.id == patient
    assert {o.code: o.value for o in seen.measured} == {"systolic": 138, "diastolic": 84}
    assert [(d.code, d.first_time, d.certainty) for d in seen.diagnoses] == [
        ("I10X", True, "confirmed"), ("Z000", False, "presumed"),
    ]  # fmt: skip
    assert (seen.lines, seen.requests, seen.note) == (given.lines, given.requests, given.note)
    assert seen.next is not None and seen.next.due_on == "2026-04-13"
    assert [a.text for a in seen.addenda] == ["Llamó la hija"]
    assert (seen.voided, seen.prognosis, seen.author.id) == (False, "good", who.user)
    after = db.read(partial(read, encounter=second))
    assert after is not None
    assert seen.first_of_year != after.encounter.first_of_year  # the clock stands: either may count as the earlier
    assert after.encounter.stopped == (given.lines[1],)
    assert db.read(partial(read, encounter=fresh())) is None


def test_an_undone_consult_stays_legible_as_such(db: Database, who: Actor) -> None:
    patient = builders.register(db, who)
    given = visit(patient)
    done = db.write(partial(visits.sign, visit=given), who)
    db.write(lambda work: work.reverse(done.action), who)
    again = sign(db, who, given)
    here = db.installation.clinic
    found = db.read(partial(encounter_view, clinic=here, encounter=given.encounter))
    assert found is not None
    assert (found.encounter.voided, found.encounter.replaced_by) == (True, again)
    assert found.encounter.lines == given.lines
    assert len(found.encounter.measured) == 2
    assert [e.id for e in db.read(partial(encounters_of, clinic=here, patient=patient))] == [again]
    everything = db.read(partial(encounters_of, clinic=here, patient=patient, voided=True))
    assert {e.id for e in everything} == {again, given.encounter}


def test_the_sheet_of_a_day_is_in_the_order_of_the_consults(db: Database, who: Actor) -> None:
    one, other = builders.register(db, who), builders.register(db, who, 2, given="Otra")
    sign(db, who, visit(one, started_at=NOON_16_MARCH - 60_000))
    sign(db, who, visit(other, started_at=NOON_16_MARCH - 120_000))
    sign(db, who, visit(other, "2026-03-12", entered="late", started_at=None, next_on=None))
    rows = db.read(partial(day_sheet, clinic=db.installation.clinic, day=TODAY))
    assert [(row.id, e.diagnoses[0].code, len(e.lines)) for row, e in rows] == [(other, "I10X", 2), (one, "I10X", 2)]
    assert len(db.read(partial(day_sheet, clinic=db.installation.clinic, day=date(2026, 3, 12)))) == 1


def test_the_form_the_room_and_the_laboratory_read_on_both_databases(db: Database, who: Actor) -> None:
    patient, encounter = builders.register(db, who), fresh()
    sign(db, who, visit(patient, "2026-02-16", next_on=None))
    arrival = Arrival(patient, encounter, "control", (Measured("systolic", 150), Measured("diastolic", 90)))
    db.write(partial(visits.arrive, request=arrival), who)
    here = db.installation.clinic
    (row,) = db.read(partial(waiting_room, clinic=here, day=TODAY))
    assert (row.encounter, row.vitals[0].day) == (encounter, "2026-03-16")
    form = db.read(partial(visit_form, clinic=here, patient=patient, today=TODAY, encounter=encounter))
    assert form is not None
    assert (form.vitals["systolic"].value, form.last["systolic"].value) == (150, 138)
    assert [r.value for r in form.course.readings["systolic"]] == [150, 138]
    assert [m.days_left for m in form.medicines] == [2, 2]
    assert [m.line.drug for m in form.medicines] == ["Losartán 50 mg", "Metformina 850 mg"]
    assert [(o.pending.test, o.patient.id) for o in db.read(partial(laboratory, clinic=here))] == [("hba1c", patient)]


def test_a_diagnosis_is_found_by_beginnings_without_accents_the_usual_first(db: Database, who: Actor) -> None:
    with transaction(db.engine, write=True) as connection:
        load_shipped(connection)
    one, other = builders.register(db, who), builders.register(db, who, 2)
    for _ in range(2):
        sign(db, who, visit(other, code="E149"))
    sign(db, who, visit(one, code="E119"))
    here = db.installation.clinic

    def codes(typed: str, patient: Id | None = None) -> list[str]:
        return [
            d.code for d in db.read(partial(find_diagnoses, clinic=here, typed=typed, today=TODAY, patient=patient))
        ]

    assert codes("diab tip")[0] == "E149"
    assert codes("ti diab", one)[0] == "E119"
    assert codes("diabetes mellitus tipo 2") == ["E119"]
    assert codes("e11.9") == ["E119"]
    assert codes("E119")[0] == "E119"
    assert codes("hipertensión")[:1] == codes("hipertension")[:1] != []
    assert codes("", one)[:2] == ["E119", "E149"]
    assert codes("zzzz") == []
    assert codes("tos")[0] == "R05X"
    found = db.read(partial(find_diagnoses, clinic=here, typed="e119", today=TODAY))[0]
    assert found.uses == 1 and not found.own and found.name("es")


def test_a_medicine_is_found_with_its_unit_and_usual_dose(db: Database, who: Actor) -> None:
    with transaction(db.engine, write=True) as connection:
        load_shipped(connection)
    patient = builders.register(db, who)
    here = db.installation.clinic
    find = partial(find_items, clinic=here, today=TODAY, patient=patient)
    first = db.read(partial(find, typed="losar"))[0]
    assert first.name("es").startswith("Losartán") and first.unit == "tablet" and not first.own
    line = Line(fresh(), first.id, first.name("es"), Dose(4), first.route, 30, 30)
    sign(db, who, replace(visit(patient), lines=(line,)))
    assert [i.id for i in db.read(partial(find, typed=""))] == [first.id]
    assert db.read(partial(find, typed="losar"))[0].own
    assert db.read(partial(find, typed="gasas")) == ()
