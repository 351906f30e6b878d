"""Who waits, vital signs, and consults signed, undone and added to, each on a real encrypted file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import builders
import pytest
from visiting import NOON_16_MARCH, PRESSURE, TODAY, diagnosed, form, fresh, line, refused, sign, waiting, whole

from ces_desktop.data.database import Database
from ces_desktop.data.queries.visits import waiting_room
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.ids import Id
from ces_desktop.domain.visits import Dose, Measured, Note
from ces_desktop.services import drafts, visits
from ces_desktop.services.drafts import Draft
from ces_desktop.services.patients_status import StatusRequest, set_status
from ces_desktop.services.visits import Addendum, Arrival, Vitals


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


def test_who_arrives_waits_with_their_vital_signs_until_the_consult_is_signed(
    db: Database, who: Actor, patient: Id
) -> None:
    nurse, encounter = builders.actor(Role.NURSE), fresh()
    db.write(partial(visits.arrive, request=Arrival(patient, encounter, "control", PRESSURE)), nurse)
    db.write(partial(visits.arrive, request=Arrival(patient, encounter)), nurse)
    refused(
        "visits.already_waiting", lambda: db.write(partial(visits.arrive, request=Arrival(patient, fresh())), nurse)
    )
    (row,) = db.read(partial(waiting_room, clinic=db.installation.clinic, day=TODAY))
    assert (row.came_for, row.patient.id, row.arrived_at) == ("control", patient, NOON_16_MARCH)
    assert {o.code: o.value for o in row.vitals} == {"systolic": 138, "diastolic": 84}
    assert {code: o.value for code, o in form(db, patient, encounter).vitals.items()}["systolic"] == 138
    assert not form(db, patient, encounter).last
    sign(db, who, whole(patient, encounter=encounter))
    assert waiting(db) == []
    assert form(db, patient, encounter).signed


def test_who_leaves_waits_no_more_and_undo_brings_them_back(db: Database, who: Actor, patient: Id) -> None:
    encounter = fresh()
    db.write(partial(visits.arrive, request=Arrival(patient, encounter)), who)
    (row,) = db.read(partial(waiting_room, clinic=db.installation.clinic, day=TODAY))
    left = db.write(partial(visits.leave_room, arrival=row.arrival), who)
    assert waiting(db) == []
    db.write(lambda work: work.reverse(left.action), who)
    assert waiting(db) == [encounter]


def test_vital_signs_of_the_nurse_are_kept_or_corrected_by_the_consult(db: Database, who: Actor, patient: Id) -> None:
    encounter = fresh()
    taken = (*PRESSURE, Measured("weight", 70_000), Measured("glucose_unknown", 150), Measured("temperature", 365))
    db.write(partial(visits.take_vitals, request=Vitals(patient, encounter, taken)), builders.actor(Role.NURSE))
    before = form(db, patient, encounter).vitals
    changed = (Measured("systolic", 132), Measured("diastolic", 84), Measured("glucose_fasting", 150))
    visit = whole(patient, encounter=encounter, measured=changed, removed=(before["temperature"].id,))
    sign(db, who, visit)
    after = form(db, patient).last
    assert {code: o.value for code, o in after.items()} == {
        "systolic": 132, "diastolic": 84, "weight": 70_000, "glucose_fasting": 150,
    }  # fmt: skip
    assert after["diastolic"].id == before["diastolic"].id
    assert after["systolic"].id != before["systolic"].id
    refused(
        "visits.signed", lambda: db.write(partial(visits.take_vitals, request=Vitals(patient, encounter, taken)), who)
    )


def test_a_signed_consult_is_one_op_and_is_read_back_whole(db: Database, who: Actor, patient: Id) -> None:
    visit = whole(patient)
    outcome = db.write(partial(visits.sign, visit=visit), who)
    assert outcome.value == visit.encounter
    seen = form(db, patient)
    assert seen.last_visit is not None
    assert (seen.last_visit.id, seen.last_visit.day, seen.last_visit.by) == (visit.encounter, "2026-03-16", who.user)
    assert [(d.code, d.first_time) for d in seen.last_diagnoses] == [("I10X", True)]
    assert [(c.code, c.state) for c in seen.conditions] == [("I10X", "active")]
    assert seen.programmes == {"hypertension": "2026-03-16"}
    assert [m.line for m in seen.medicines] == list(visit.lines)
    assert [p.test for p in seen.pending] == ["hba1c"]
    assert seen.next is not None and seen.next.due_on == "2026-04-13"
    assert seen.course.visits == ("2026-03-16",)
    assert not seen.allergies.asked


def test_signing_the_same_consult_twice_signs_it_once(db: Database, who: Actor, patient: Id) -> None:
    visit = whole(patient)
    assert sign(db, who, visit) == visit.encounter
    assert sign(db, who, replace(visit, started_at=1)) == visit.encounter  # a retry, from a form opened again
    assert len(form(db, patient).visits) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"note": Note("otra vez")},
        {"kind": "emergency"},
        {"measured": (Measured("systolic", 150), Measured("diastolic", 90))},
        {"measured": (*PRESSURE, Measured("weight", 70_000))},
        {"diagnoses": ()},
        {"lines": ()},
        {"requests": ()},
        {"next_on": "2026-04-20"},
        {"prognosis": "poor"},
        {"programmes": ("diabetes",)},
    ],
)
def test_other_content_under_a_signed_consult_is_refused_and_its_draft_stays(
    db: Database, who: Actor, patient: Id, change: dict[str, Any]
) -> None:
    visit = whole(patient)
    sign(db, who, visit)
    draft = Draft(fresh(), "consult", patient, who.user, {"subjective": "otra vez"}, 1, 1)
    db.local(partial(drafts.save, draft=draft))
    other = partial(visits.sign, visit=replace(visit, **change), draft=draft.id)
    refused("visits.signed_otherwise", lambda: db.write(other, who))
    kept = db.read(lambda c: drafts.open_drafts(c, who.user, "consult"))
    assert [d.content for d in kept] == [draft.content]
    assert len(form(db, patient).visits) == 1
    db.write(partial(visits.sign, visit=visit, draft=draft.id), who)
    assert db.read(lambda c: drafts.open_drafts(c, who.user, "consult")) == ()


def test_a_consult_undone_is_gone_and_can_be_signed_anew(db: Database, who: Actor, patient: Id) -> None:
    encounter = fresh()
    db.write(partial(visits.arrive, request=Arrival(patient, encounter, "", PRESSURE)), who)
    visit = whole(patient, encounter=encounter)
    done = db.write(partial(visits.sign, visit=visit), who)
    db.write(lambda work: work.reverse(done.action), who)
    empty = form(db, patient, encounter)
    assert (empty.visits, empty.medicines, empty.pending, empty.next, empty.conditions) == ((), (), (), None, ())
    assert not empty.signed
    assert empty.vitals["systolic"].value == 138
    assert waiting(db) == [encounter]
    mended = replace(visit, measured=(Measured("systolic", 130), Measured("diastolic", 84)))
    again = sign(db, who, mended)
    assert again != encounter
    assert sign(db, who, mended) == again
    refused("visits.signed_otherwise", lambda: sign(db, who, visit))
    seen = form(db, patient)
    assert [v.id for v in seen.visits] == [again]
    assert {code: o.value for code, o in seen.last.items()} == {"systolic": 130, "diastolic": 84}
    assert [o.encounter for o in seen.last.values()] == [again, again]
    assert len(seen.medicines) == 1
    assert waiting(db) == []


def test_undo_of_a_consult_is_blocked_by_a_later_addendum(db: Database, who: Actor, patient: Id) -> None:
    done = db.write(partial(visits.sign, visit=whole(patient)), who)
    text = Addendum(fresh(), done.value, " Se habló con la familia ")
    added = db.write(partial(visits.add_addendum, request=text), who)
    assert db.write(partial(visits.add_addendum, request=text), who).value == text.id
    refused("undo.changed_since", lambda: db.write(lambda work: work.reverse(done.action), who))
    db.write(lambda work: work.reverse(added.action), who)
    db.write(lambda work: work.reverse(done.action), who)
    assert form(db, patient).visits == ()
    refused(
        "visits.not_signed",
        lambda: db.write(partial(visits.add_addendum, request=Addendum(fresh(), done.value, "x")), who),
    )


def test_only_a_physician_signs_and_a_nurse_measures(db: Database, who: Actor, patient: Id) -> None:
    nurse, keeper = builders.actor(Role.NURSE), builders.actor(Role.STORE_KEEPER)
    refused("access.not_allowed", lambda: sign(db, nurse, whole(patient)))
    refused(
        "access.not_allowed",
        lambda: db.write(partial(visits.take_vitals, request=Vitals(patient, fresh(), PRESSURE)), keeper),
    )


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"happened_on": "2026-03-17", "next_on": None}, "visits.future", "happened_on"),
        ({"happened_on": "1967-07-13", "next_on": None}, "visits.before_birth", "happened_on"),
        ({"happened_on": "16-03-2026"}, "visits.no_day", "happened_on"),
        ({"next_on": "2026-03-16"}, "visits.next_past", "next_on"),
        ({"measured": (Measured("systolic", 13), Measured("diastolic", 8))}, "measures.impossible", "systolic"),
        ({"measured": (Measured("systolic", 120), Measured("diastolic", 120))}, "measures.pressure_order", "diastolic"),
        ({"measured": (Measured("glucose_random", 700),)}, "measures.unconfirmed", "glucose_random"),
        ({"measured": (Measured("glucose_random", 90), Measured("glucose_fasting", 90))},
         "visits.measure_twice", "glucose_fasting"),
        ({"measured": (Measured("chest_pain", 1, "yes"), Measured("soul", 3))}, "visits.measure_unknown", "soul"),
        ({"diagnoses": (diagnosed("I10X"), diagnosed("I10X"))}, "visits.diagnosis_twice", "diagnoses"),
        ({"lines": (replace(line(), dose=Dose()),)}, "visits.line_no_dose", "line:0"),
        ({"lines": (line(), line(days=0))}, "visits.line_days", "line:1"),
        ({"note": Note("a\u202eb")}, "visits.text_control", "subjective"),
        ({"note": Note(), "measured": (), "diagnoses": (), "lines": (), "requests": ()}, "visits.empty", "note"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_not_signed(
    db: Database, who: Actor, patient: Id, change: dict[str, Any], code: str, field: str
) -> None:
    refusal = refused(code, lambda: sign(db, who, whole(patient, **change)))
    assert refusal.facts["field"] == field
    assert form(db, patient).visits == ()


def test_a_confirmed_unlikely_value_is_kept_as_confirmed(db: Database, who: Actor, patient: Id) -> None:
    sign(db, who, whole(patient, measured=(Measured("glucose_random", 700, confirmed=True),)))
    assert form(db, patient).last["glucose_random"].confirmed


def test_a_paper_day_is_entered_late_and_leaves_one_first_visit_of_the_year(
    db: Database, who: Actor, patient: Id
) -> None:
    sign(db, who, whole(patient))
    late = whole(
        patient, happened_on="2026-02-02", entered="late", author_name="Dr. Anterior Inventado", next_on="2026-03-02"
    )
    sign(db, who, late)
    seen = form(db, patient)
    assert [(v.day, v.entered, v.author_name) for v in seen.visits] == [
        ("2026-03-16", "live", ""),
        ("2026-02-02", "late", "Dr. Anterior Inventado"),
    ]
    assert seen.next is not None and seen.next.due_on == "2026-04-13"
    firsts = db.read(lambda c: c.exec_driver_sql("SELECT first_of_year FROM encounter ORDER BY happened_on").all())
    assert [row[0] for row in firsts] == ["no", "yes"]


def test_stopping_and_renewing_a_medicine(db: Database, who: Actor, patient: Id) -> None:
    first = whole(
        patient, happened_on="2026-02-16", next_on="2026-03-16", lines=(line(), line("Ácido acetilsalicílico"))
    )
    sign(db, who, first)
    losartan, aspirin = first.lines
    again = line(renews=losartan.id, days=60)
    second = whole(patient, lines=(again,), stopped=(aspirin.id,))
    done = db.write(partial(visits.sign, visit=second), who)
    assert [(m.line.id, m.days_left) for m in form(db, patient).medicines] == [(again.id, 60)]
    db.write(lambda work: work.reverse(done.action), who)
    assert [m.line.id for m in form(db, patient).medicines] == [losartan.id, aspirin.id]


def test_only_the_persons_own_lines_and_known_programmes_are_named(db: Database, who: Actor, patient: Id) -> None:
    other = builders.register(db, who, 2)
    theirs = whole(other)
    sign(db, who, theirs)
    for change in ({"stopped": (theirs.lines[0].id,)}, {"lines": (line(renews=theirs.lines[0].id),)}):
        refused("visits.line_gone", partial(sign, db, who, whole(patient, **change)))
    refused("care.programme_unknown", lambda: sign(db, who, whole(patient, programmes=("astrology",))))


def test_who_died_does_not_arrive(db: Database, who: Actor, patient: Id) -> None:
    db.write(partial(set_status, request=StatusRequest(patient, "died", "2026-03-01")), who)
    refused("visits.after_death", lambda: db.write(partial(visits.arrive, request=Arrival(patient, fresh())), who))
    refused("visits.after_death", lambda: sign(db, who, whole(patient)))
    assert sign(db, who, whole(patient, happened_on="2026-02-20", entered="late"))


def test_programmes_are_proposed_by_confirmed_diagnoses() -> None:
    visit = whole(Id(bytes(16)), programmes=(), diagnoses=(diagnosed("E119"), diagnosed("I10X")))
    assert visits.proposed_programmes(visit, ["hypertension"]) == ("diabetes",)
