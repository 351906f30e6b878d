"""Undo and redo: what one person did in one sign-in, back and forth, never over what others built on it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import actor, assert_proved, database, register, sqlcipher
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ces_desktop.data.database import Database
from ces_desktop.data.models import (
    SYNCED,
    AuditEventRecord,
    CommunityRecord,
    ConsentRecord,
    HouseholdRecord,
    PatientRecord,
    PatientStatusRecord,
    SameAsRecord,
    table_of,
)
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Actor
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.errors import Refused
from ces_desktop.services import undo as service
from ces_desktop.services.audit import Seen, write_events

NOW = 1_790_000_000_000


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    made = database(sqlcipher(tmp_path), clock=lambda: NOW)
    yield made
    made.close()


def signed_in(db: Database, who: Actor | None = None) -> Actor:
    """The person, signed in now: undo reaches no further back."""
    return replace(who or actor(), since=db.last_hlc(), sign_in=new_id(NOW))


def undo(db: Database, who: Actor) -> str:
    return db.write(service.undo, who).value


def redo(db: Database, who: Actor) -> str:
    return db.write(service.redo, who).value


def visible(db: Database) -> dict[str, Any]:
    """What people see: the living rows of every table."""

    def query(connection: Any) -> dict[str, Any]:
        tables = {}
        for name, model in SYNCED.items():
            t = table_of(model)
            columns = [c for c in t.columns if c.name not in ("row_no", "voided")]
            tables[name] = {r.id: r._asdict() for r in connection.execute(select(*columns).where(t.c.live == 1))}
        return tables

    return db.read(query)


def change(db: Database, who: Actor, patient: Id, **fields: Any) -> None:
    def action(work: Work) -> None:
        work.act("patients.edit")
        work.change(PatientRecord, patient, **fields)

    db.write(action, who)


def add(db: Database, who: Actor, kind: str, record: Callable[[Work], Any]) -> Id:
    def action(work: Work) -> Id:
        work.act(kind)
        made = record(work)
        work.add(made)
        return Id(made.id)

    return db.write(action, who).value


def fact(patient: Id, **more: Any) -> Callable[[Work], PatientStatusRecord]:
    return lambda work: PatientStatusRecord(id=work.new_id(), patient=patient, **more)


def test_every_kind_of_action_is_undone_and_brought_back(db: Database) -> None:
    who = signed_in(db)
    one, two = register(db, who, 1), register(db, who, 2)
    status = db.read(lambda c: c.execute(select(PatientStatusRecord.id)).scalars().first())
    home = new_id(NOW)

    def several(work: Work) -> None:
        work.act("households.create")
        work.add(HouseholdRecord(id=home, number=1, head=one))
        work.change(PatientRecord, one, household=home)
        work.change(PatientRecord, two, household=home, phone="9610000000")

    def void(work: Work) -> None:
        work.act("patients.void")
        work.void(PatientRecord, two, "registered twice")

    actions: list[tuple[str, Callable[[], Any]]] = [
        ("patients.edit", lambda: change(db, who, one, given="Otra", maternal=None)),
        ("status.correct", lambda: add(db, who, "status.correct", fact(one, status="moved", replaces=status))),
        (
            "consent.add",
            lambda: add(
                db, who, "consent.add", lambda w: ConsentRecord(id=w.new_id(), patient=one, about="x", answer="no")
            ),
        ),
        ("households.create", lambda: db.write(several, who)),
        (
            "merging.link",
            lambda: add(db, who, "merging.link", lambda w: SameAsRecord(id=w.new_id(), one=one, other=two)),
        ),
        (
            "communities.add",
            lambda: add(db, who, "communities.add", lambda w: CommunityRecord(id=w.new_id(), name="Inventada")),
        ),
        ("patients.void", lambda: db.write(void, who)),
    ]
    states = [visible(db)]
    for _, act in actions:
        act()
        states.append(visible(db))
        assert states[-1] != states[-2]
    for number in range(len(actions) - 1, -1, -1):
        assert undo(db, who) == actions[number][0]
        assert visible(db) == states[number], actions[number][0]
    for number in range(len(actions)):
        assert redo(db, who) == actions[number][0]
        assert visible(db) == states[number + 1], actions[number][0]
    with pytest.raises(Refused, match=r"undo\.nothing_to_redo"):
        redo(db, who)
    assert_proved(db)


def test_nothing_to_undo_or_redo(db: Database) -> None:
    who = signed_in(db)
    with pytest.raises(Refused, match=r"undo\.nothing"):
        undo(db, who)
    with pytest.raises(Refused, match=r"undo\.nothing_to_redo"):
        redo(db, who)
    register(db, who)
    with pytest.raises(Refused, match=r"undo\.nothing_to_redo"):
        redo(db, who)


def test_after_another_action_nothing_is_brought_back(db: Database) -> None:
    who = signed_in(db)
    patient = register(db, who)
    change(db, who, patient, given="Otra")
    undo(db, who)
    change(db, who, patient, given="Tercera")
    with pytest.raises(Refused, match=r"undo\.nothing_to_redo"):
        redo(db, who)
    assert undo(db, who) == "patients.edit"
    assert undo(db, who) == "patients.register"
    with pytest.raises(Refused, match=r"undo\.nothing"):
        undo(db, who)
    assert_proved(db)


def test_a_look_or_a_search_between_does_not_stand_in_the_way(db: Database) -> None:
    who = signed_in(db)
    patient = register(db, who)
    change(db, who, patient, given="Otra")
    look = lambda w: AuditEventRecord(id=w.new_id(), sign_in=who.sign_in, event="view", about=patient)  # noqa: E731
    add(db, who, "audit", look)
    assert undo(db, who) == "patients.edit"
    add(db, who, "audit", look)
    assert redo(db, who) == "patients.edit"
    assert_proved(db)


def test_a_later_edit_by_someone_else_stands_in_the_way(db: Database) -> None:
    who = signed_in(db)
    patient = register(db, who)
    change(db, who, patient, given="Otra")
    change(db, signed_in(db), patient, given="De otra persona")
    before = visible(db)
    with pytest.raises(Refused) as refusal:
        undo(db, who)
    assert (refusal.value.code, refusal.value.facts) == ("undo.changed_since", {"what": "patient"})
    assert visible(db) == before
    assert_proved(db)


def test_a_later_edit_of_another_field_does_not(db: Database) -> None:
    who = signed_in(db)
    patient = register(db, who)
    change(db, who, patient, given="Otra")
    change(db, signed_in(db), patient, phone="9610000000")
    assert undo(db, who) == "patients.edit"
    row = db.read(lambda c: c.execute(select(PatientRecord.given, PatientRecord.phone)).one())
    assert tuple(row) == ("Inventada", "9610000000")
    with pytest.raises(Refused, match=r"undo\.changed_since"):
        undo(db, who)
    assert_proved(db)


def test_a_later_row_that_points_to_it_stands_in_the_way(db: Database) -> None:
    who = signed_in(db)
    patient = register(db, who)
    other = signed_in(db)
    add(db, other, "status.add", fact(patient, status="moved"))
    with pytest.raises(Refused) as refusal:
        undo(db, who)
    assert refusal.value.facts == {"what": "patient_status"}
    undo(db, other)
    assert undo(db, who) == "patients.register"
    assert_proved(db)


def test_a_correction_stands_in_the_way_of_what_it_corrects(db: Database) -> None:
    who = signed_in(db)
    patient = register(db, who)
    status = add(db, who, "status.add", fact(patient, status="moved"))
    add(db, signed_in(db), "status.correct", fact(patient, status="died", replaces=status))
    with pytest.raises(Refused) as refusal:
        undo(db, who)
    assert refusal.value.facts == {"what": "patient_status"}
    assert_proved(db)


def test_a_void_by_someone_else_is_not_undone_by_undoing_the_making(db: Database) -> None:
    who = signed_in(db)
    patient = register(db, who)
    db.write(lambda work: work.void(PatientRecord, patient, "registered twice"), signed_in(db))
    with pytest.raises(Refused, match=r"undo\.changed_since"):
        undo(db, who)
    assert db.read(lambda c: c.execute(select(PatientRecord.voided)).scalar_one()) == "registered twice"


def test_other_people_and_earlier_sign_ins_are_out_of_reach(db: Database) -> None:
    who = signed_in(db)
    register(db, who, 1)
    register(db, signed_in(db), 2)
    again = signed_in(db, who)
    with pytest.raises(Refused, match=r"undo\.nothing"):
        undo(db, again)
    register(db, again, 3)
    undo(db, again)
    with pytest.raises(Refused, match=r"undo\.nothing"):
        undo(db, again)
    with pytest.raises(Refused, match=r"undo\.nothing"):
        undo(db, signed_in(db, who))
    kept = db.read(lambda c: c.execute(select(PatientRecord.human_id).where(PatientRecord.live == 1)).scalars().all())
    assert [k[-1] for k in kept] == ["1", "2"]


def test_another_laptop_of_the_same_person_is_out_of_reach(db: Database) -> None:
    who = signed_in(db)
    register(db, who)
    elsewhere = Database(db.engine, replace(db.installation, device=b"\x09" * 16), clock=db.clock)
    with pytest.raises(Refused, match=r"undo\.nothing"):
        undo(elsewhere, who)


def test_a_set_up_is_never_undone(db: Database) -> None:
    who = signed_in(db)
    add(db, who, "setup", lambda w: CommunityRecord(id=w.new_id(), name="Inventada"))
    with pytest.raises(Refused, match=r"undo\.nothing"):
        undo(db, who)


def test_an_undone_row_stays_legible(db: Database) -> None:
    who = signed_in(db)
    register(db, who)
    undo(db, who)
    row = db.read(lambda c: c.execute(select(PatientRecord.voided, PatientRecord.live, PatientRecord.given)).one())
    assert tuple(row) == ("undone", 0, "Inventada")


def test_back_and_forth_many_times(db: Database) -> None:
    who = signed_in(db)
    patient = register(db, who)
    first = visible(db)
    change(db, who, patient, given="Otra")
    second = visible(db)
    for _ in range(5):
        undo(db, who)
        assert visible(db) == first
        redo(db, who)
        assert visible(db) == second
    undo(db, who)
    undo(db, who)
    assert visible(db)["patient"] == {}
    redo(db, who)
    redo(db, who)
    assert visible(db) == second
    assert_proved(db)


Moves = list[tuple[str, int]]
KINDS = ["register", "edit", "edit2", "status", "correct", "link", "undo", "redo"]
moves = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 5)),
    min_size=1,
    max_size=12,
)


@given(moves)
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_undoing_all_leads_back_and_redoing_all_leads_forth(tmp_path_factory: Any, steps: Moves) -> None:
    """Whatever was done, undone and redone on the way: the stack always holds."""
    folder = tmp_path_factory.mktemp("undo")
    db = database(sqlcipher(folder), clock=lambda: NOW)
    register(db, actor(), 900)
    who = signed_in(db)
    start, stack, ahead = visible(db), [], []
    for step, number in steps:
        before = visible(db)
        if step == "undo":
            if stack:
                undo(db, who)
                assert visible(db) == stack[-1]
                ahead.append(before)
                stack.pop()
            continue
        if step == "redo":
            if ahead:
                redo(db, who)
                assert visible(db) == ahead.pop()
                stack.append(before)
            continue
        _act(db, who, step, number, len(stack) + 10 * len(ahead))
        if visible(db) != before:
            stack.append(before)
            ahead = []
    end, depth = visible(db), len(stack)
    for state in reversed(stack):
        undo(db, who)
        assert visible(db) == state
    assert visible(db) == start
    with pytest.raises(Refused, match=r"undo\.nothing"):
        undo(db, who)
    for _ in range(depth):
        redo(db, who)
    assert visible(db) == end
    assert_proved(db)
    db.close()


def _act(db: Database, who: Actor, step: str, number: int, salt: int) -> None:
    people = sorted(visible(db)["patient"])
    rng = random.Random(number)
    patient = Id(rng.choice(people))
    if step == "register":
        register(db, who, number + 1)
    elif step == "edit":
        change(db, who, patient, given=f"Nombre {number}")
    elif step == "edit2":
        change(db, who, patient, given=f"Dos {salt}", phone="9610000000" if number % 2 else None)
    elif step == "status":
        add(db, who, "status.add", fact(patient, status="moved"))
    elif step == "correct":
        rows = sorted(visible(db)["patient_status"].items())
        entity, row = rows[number % len(rows)]
        add(db, who, "status.correct", fact(row["patient"], status="died", replaces=entity))
    elif len(people) > 1:
        one, other = rng.sample(people, 2)
        add(db, who, "merging.link", lambda w: SameAsRecord(id=w.new_id(), one=one, other=other))


def test_an_act_that_notes_what_was_seen_is_undone_and_the_note_stands(db: Database) -> None:
    who = signed_in(db)
    before = visible(db)

    def action(work: Work) -> None:
        work.act("households.add_community")
        work.add(CommunityRecord(id=work.new_id(), name="Las Palmas"))
        write_events(work, [Seen("export", "patients", None, None, NOW, NOW)])

    db.write(action, who)
    done = visible(db)
    assert undo(db, who) == "households.add_community"
    left = visible(db)
    events = left.pop("audit_event")
    assert [row["event"] for row in events.values()] == ["export"]
    assert left == {name: rows for name, rows in before.items() if name != "audit_event"}
    assert redo(db, who) == "households.add_community"
    assert visible(db)["community"].keys() == done["community"].keys()
    assert visible(db)["audit_event"] == events
    assert_proved(db)
