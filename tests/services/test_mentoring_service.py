"""Mentoring on a real encrypted file: written, signed by both, then closed; answers, actions carried, versions."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import builders
import pytest
import sqlalchemy
from care import Care
from mentoring import chronic, held, key, mentor, observed, session
from sqlalchemy import select

from ces_desktop.data.database import Database, transaction
from ces_desktop.data.journal.apply import apply, stored
from ces_desktop.data.models import MentoringSessionRecord, OpRecord
from ces_desktop.data.queries.checklists import checklists, newest, offered
from ces_desktop.data.queries.mentoring import actions, last_session, last_sessions, open_actions, unanswered
from ces_desktop.data.queries.mentoring_cases import named, proposals
from ces_desktop.data.queries.mentoring_sessions import mentoring as all_sessions
from ces_desktop.data.reference import load_shipped
from ces_desktop.data.upgrade import upgrade
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.ids import Id
from ces_desktop.domain.mentoring import Discussed, Point, result_id
from ces_desktop.errors import Refused
from ces_desktop.services import checklists as lists
from ces_desktop.services import mentoring, undo
from ces_desktop.services.checklists import ChecklistRequest, ItemRequest
from ces_desktop.ui.messages import act_name, all_sentences

NOON_17_MARCH = 1_773_770_400_000
TODAY = "2026-03-17"


def opened(engine: Any) -> Database:
    ticks = itertools.count(NOON_17_MARCH, 1_000)
    database = builders.database(engine, clock=lambda: next(ticks))
    database.local(load_shipped)
    return database


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = opened(builders.sqlcipher(tmp_path))
    yield database
    builders.assert_proved(database)
    database.close()


@pytest.fixture(params=["sqlcipher", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlcipher":
        database = opened(builders.sqlcipher(tmp_path))
    else:
        engine = sqlalchemy.create_engine(request.getfixturevalue("postgres_url"))
        with transaction(engine, write=True) as connection:
            upgrade(connection)
        database = opened(engine)
    yield database
    builders.assert_proved(database)
    database.close()


LEADS, LED = mentor(), builders.actor(Role.PHYSICIAN, name="Dra. Pasante Inventada")


def do(db: Database, who: Actor, action: Callable[..., Any], *given: Any, **named_: Any) -> Any:
    return db.write(lambda work: action(work, *given, **named_), who).value


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code and code in all_sentences() | {"access.not_allowed": ""}


def saved(db: Database, **more: Any) -> Id:
    known: dict[str, Any] = {"observed": (observed(chronic(db)),)}
    return do(db, LEADS, mentoring.save, session(LEADS, LED, TODAY, **(known | more)))


def closed(db: Database, **more: Any) -> Id:
    one = saved(db, **more)
    do(db, LEADS, mentoring.sign, one, "mentor")
    do(db, LED, mentoring.sign, one, "mentee")
    return one


def test_written_again_it_keeps_what_is_the_same_and_takes_back_what_is_left_out(either: Database) -> None:
    db = either
    first = session(LEADS, LED, TODAY, observed=(observed(chronic(db)), observed(chronic(db), "not", "two")))
    for _ in range(2):
        do(db, LEADS, mentoring.save, first)
    assert held(db).session == first
    assert held(db).score.percent == 50 and [s.percent for s in held(db).scores] == [100, 0]
    more = replace(first, observed=first.observed[:1], points=(Point(key("t"), "topic", "Pie diabético"),))
    do(db, LEADS, mentoring.save, more)
    assert held(db).session == more
    do(db, LEADS, mentoring.save, first)
    assert held(db).session == first  # what was taken back comes back under its own id
    assert len(db.read(partial(all_sessions, clinic=db.installation.clinic)).files) == 1


def test_both_sign_and_then_nothing_is_changed(db: Database) -> None:
    one = saved(db)
    assert held(db).state == "open"
    do(db, LEADS, mentoring.sign, one, "mentor")
    do(db, LEADS, mentoring.sign, one, "mentor")
    assert held(db).state == "by_mentor" and len(held(db).signatures) == 1
    assert db.read(partial(unanswered, clinic=db.installation.clinic, user=LED.user)) == ((one, TODAY),)
    do(db, LED, mentoring.sign, one, "mentee")
    assert held(db).state == "closed" and not held(db).altered
    assert db.read(partial(unanswered, clinic=db.installation.clinic, user=LED.user)) == ()
    refused("mentoring.closed", lambda: do(db, LEADS, mentoring.save, replace(held(db).session, kind="phone")))
    refused("mentoring.closed", lambda: do(db, LED, mentoring.sign, one, "mentee"))
    refused("mentoring.signed", lambda: do(db, LEADS, mentoring.take_back, one))


def test_a_change_after_the_first_signature_asks_for_it_again(db: Database) -> None:
    one = saved(db)
    do(db, LED, mentoring.sign, one, "mentee")
    do(db, LEADS, mentoring.save, replace(held(db).session, kind="phone"))
    assert held(db).state == "open"
    do(db, LEADS, mentoring.sign, one, "mentor")
    assert held(db).state == "by_mentor"
    do(db, LED, mentoring.sign, one, "mentee")
    assert held(db).state == "closed" and len(held(db).signatures) == 3


def test_a_signature_can_be_undone_before_anything_stands_on_it(db: Database) -> None:
    one = saved(db)
    do(db, LEADS, mentoring.sign, one, "mentor")
    do(db, LEADS, undo.undo)
    assert held(db).state == "open"


def test_only_who_took_part_signs_on_their_side(db: Database) -> None:
    one = saved(db)
    other = mentor()
    refused("mentoring.not_of_side", lambda: do(db, other, mentoring.sign, one, "mentor"))
    refused("mentoring.not_of_side", lambda: do(db, LEADS, mentoring.sign, one, "mentee"))
    refused("access.not_allowed", lambda: do(db, LED, mentoring.sign, one, "mentor"))
    refused("access.not_allowed", lambda: do(db, LED, mentoring.save, held(db).session))
    refused("mentoring.unknown", lambda: do(db, LEADS, mentoring.sign, key("nobody"), "mentor"))


def test_answers_any_day_and_addenda_after_both_signed(db: Database) -> None:
    one = saved(db)
    do(db, LED, mentoring.answer, one, "De acuerdo,\n lo hago", key("answer"))
    do(db, LED, mentoring.answer, one, "De acuerdo,\n lo hago", key("answer"))
    refused("mentoring.still_open", lambda: do(db, LED, mentoring.add, one, "Algo más", key("more")))
    do(db, LEADS, mentoring.sign, one, "mentor")
    do(db, LED, mentoring.sign, one, "mentee")
    do(db, LEADS, mentoring.add, one, "Se envió el manguito", key("more"))
    refused("mentoring.no_text", lambda: do(db, LEADS, mentoring.add, one, "  ", key("none")))
    refused("text.control", lambda: do(db, LEADS, mentoring.add, one, "a\x00b", key("none")))
    refused("mentoring.not_of_side", lambda: do(db, LEADS, mentoring.answer, one, "x", key("x")))
    assert [(r.kind, r.text, r.name) for r in held(db).remarks] == [
        ("answer", "De acuerdo,\nlo hago", LED.name), ("addendum", "Se envió el manguito", LEADS.name),
    ]  # fmt: skip


def test_an_action_is_carried_until_somebody_closes_it(either: Database) -> None:
    db = either
    clinic = db.installation.clinic
    one = closed(db)
    [action] = db.read(partial(open_actions, clinic=clinic))
    assert (action.session, action.text, action.owner_name, action.due_on) == (one, "Revisar pies", LED.name,
                                                                             "2026-04-17")  # fmt: skip
    do(db, LED, mentoring.review, action.id, "done", "Hecho en 12 de 12")
    do(db, LED, mentoring.review, action.id, "done")
    assert db.read(partial(open_actions, clinic=clinic)) == ()
    [action] = db.read(partial(actions, clinic=clinic))
    assert (action.state, action.state_on, action.note) == ("done", TODAY, "Hecho en 12 de 12")
    do(db, LEADS, mentoring.review, action.id, "open", session=one)
    assert len(db.read(partial(open_actions, clinic=clinic))) == 1
    assert held(db).state == "closed" and not held(db).altered
    refused("mentoring.action_unknown", lambda: do(db, LED, mentoring.review, key("x"), "done"))
    refused("mentoring.action_state", lambda: do(db, LED, mentoring.review, action.id, "gone"))


def test_the_last_session_tells_the_cadence_and_one_taken_back_was_none(either: Database) -> None:
    db = either
    assert db.read(partial(last_session, clinic=db.installation.clinic)) is None
    one = saved(db)
    assert db.read(partial(last_session, clinic=db.installation.clinic)) == TODAY
    assert db.read(last_sessions) == {db.installation.clinic: TODAY}
    do(db, LEADS, mentoring.take_back, one)
    assert db.read(partial(last_session, clinic=db.installation.clinic)) is None
    do(db, LEADS, undo.undo)
    assert db.read(partial(last_session, clinic=db.installation.clinic)) == TODAY


def test_what_may_not_be_kept_is_refused_whole(db: Database) -> None:
    good = session(LEADS, LED, TODAY)
    refused("mentoring.future", lambda: do(db, LEADS, mentoring.save, replace(good, happened_on="2026-03-18")))
    unknown = observed(replace(chronic(db), id=key("no list")))
    refused("mentoring.checklist_unknown", lambda: do(db, LEADS, mentoring.save, replace(good, observed=(unknown,))))
    for text in ("a\x00b", "\u202eabc", "\ud800"):
        bad = replace(good, points=(Point(key("t"), "topic", text),))
        refused("text.control", lambda bad=bad: do(db, LEADS, mentoring.save, bad))
    assert db.read(partial(all_sessions, clinic=db.installation.clinic)).files == ()


def test_a_changed_checklist_is_a_new_version_and_an_old_session_keeps_its_own(either: Database) -> None:
    db = either
    clinic = db.installation.clinic
    before = chronic(db)
    saved(db)
    items = [ItemRequest(i.texts["es"], i.texts["en"], i.critical, i.code) for i in before.items]
    same = ChecklistRequest(key("v2"), before.names["es"], before.names["en"], tuple(items), before.code)
    assert do(db, LEADS, lists.keep, same) == before.id
    changed = replace(same, items=(*items[:-1], ItemRequest("Pregunta por el sueño")))
    assert do(db, LEADS, lists.keep, changed) == key("v2") == do(db, LEADS, lists.keep, changed)
    after = chronic(db)
    assert (after.version, len(after.items)) == (2, len(before.items))
    assert [i.code for i in after.items][:-1] == [i.code for i in before.items][:-1]
    assert after.items[-1].texts == {"es": "Pregunta por el sueño", "en": "Pregunta por el sueño"}
    found = db.read(partial(checklists, clinic=clinic))
    assert held(db).session.observed[0].checklist == before.id and found[before.id].items == before.items
    assert held(db).score.percent == 100
    do(db, LEADS, lists.offer, after.id, False)
    assert "chronic" not in {each.code for each in offered(db.read(partial(checklists, clinic=clinic)))}
    assert len(newest(db.read(partial(checklists, clinic=clinic)))) == 5
    do(db, LEADS, undo.undo)
    assert chronic(db).version == 2


def test_what_no_checklist_may_be(db: Database) -> None:
    good = ChecklistRequest(key("new"), "Partos", "", (ItemRequest("Lava manos"),))
    bad = [
        ("checklist.name_missing", replace(good, name_es=" ")), ("checklist.no_items", replace(good, items=())),
        ("checklist.too_many", replace(good, items=good.items * 21)), ("checklist.unknown", replace(good, code="x")),
        ("checklist.text_missing", replace(good, items=(ItemRequest(" "),))),
        ("checklist.too_long", replace(good, items=(ItemRequest("x" * 161),))),
        ("text.control", replace(good, items=(ItemRequest("a\x00b"),))),
    ]  # fmt: skip
    for code, request in bad:
        refused(code, lambda request=request: do(db, LEADS, lists.keep, request))
    refused("access.not_allowed", lambda: do(db, LED, lists.keep, good))
    do(db, LEADS, lists.keep, good)
    known = newest(db.read(partial(checklists, clinic=db.installation.clinic)))
    assert "Partos" in {each.names["es"] for each in known}


def test_the_worst_are_proposed_and_those_talked_over_rest(either: Database) -> None:
    db = either
    care = Care(db, builders.actor())
    worst, good = care.person("hypertension"), care.person("hypertension")
    for day in ("2026-01-12", "2026-02-16"):
        care.visit(worst, day, systolic=186, diastolic=112)
        care.visit(good, day, systolic=124, diastolic=78)
    found = db.read(partial(proposals, clinic=care.clinic, today=db.write(lambda w: w.today, LEADS).value))
    first = found[0]
    assert (first.person, first.reason, first.facts["value"], first.facts["unchanged"]) == (worst, "control", 186, 2)
    case = Discussed(key("case"), worst, first.reason, "{}")
    saved(db, cases=(case,))
    today = db.write(lambda w: w.today, LEADS).value
    assert all(p.reason != "control" for p in db.read(partial(proposals, clinic=care.clinic, today=today)))
    again = db.read(partial(proposals, clinic=care.clinic, today=today, session=key("session")))
    assert again[0] == first
    assert db.read(partial(named, clinic=care.clinic, patients=[worst]))[worst].name.startswith("PRUEBA")


def test_an_edit_of_another_laptop_that_had_not_seen_the_closing_is_told_as_such(db: Database, tmp_path: Path) -> None:
    """The clinic's laptop and the mentor's meet: what both signed stays closed, and the late edit is not hidden."""
    (tmp_path / "other").mkdir()
    other = builders.database(
        builders.sqlcipher(tmp_path / "other"),
        installation=builders.installation(),
        clock=itertools.count(NOON_17_MARCH, 1_000).__next__,
    )
    other.local(load_shipped)
    one = saved(db)
    carry(db, other)
    do(other, LEADS, mentoring.save, replace(held(other).session, points=(Point(key("t"), "topic", "Tarde"),)))
    do(db, LEADS, mentoring.sign, one, "mentor")
    do(db, LED, mentoring.sign, one, "mentee")
    carry(other, db)
    carry(db, other)
    for each in (db, other):
        assert held(each).state == "closed" and held(each).altered
    do(other, LEADS, mentoring.add, one, "El tema se agregó sin saber que ya estaba firmada", key("said"))
    carry(other, db)
    assert held(db) == held(other)
    builders.assert_proved(other)
    other.close()


def test_two_laptops_that_answer_the_same_item_hold_one_answer(db: Database, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    clock = itertools.count(NOON_17_MARCH + 60_000, 1_000).__next__
    other = builders.database(builders.sqlcipher(tmp_path / "other"), installation=builders.installation(), clock=clock)
    other.local(load_shipped)
    saved(db, observed=(replace(observed(chronic(db)), results={}),))
    carry(db, other)
    item = chronic(db).items[0].id
    for each, result in ((db, "met"), (other, "not")):
        now = held(each).session
        watched = replace(now.observed[0], results={item: result})
        do(each, LEADS, mentoring.save, replace(now, observed=(watched,)))
    carry(db, other)
    carry(other, db)
    assert held(db).session == held(other).session
    assert dict(held(db).session.observed[0].results) == {item: "not"}  # the later one shows
    assert result_id(key("one"), item)
    builders.assert_proved(other)
    other.close()


def carry(one: Database, other: Database) -> None:
    """Hand every op of one laptop to another."""

    def ops(connection: Any) -> list[Any]:
        hashes = connection.execute(select(OpRecord.hash).order_by(OpRecord.hlc)).scalars()
        return [stored(connection, each) for each in hashes]

    held_ops = one.read(ops)
    other.local(lambda connection: apply(connection, held_ops))


def test_every_act_has_a_name(db: Database) -> None:
    kinds = ["save", "sign", "answer", "addendum", "take_back", "action_done", "action_dropped", "action_open"]
    assert all(act_name(f"mentoring.{kind}") != act_name("x") for kind in kinds)
    assert MentoringSessionRecord.__tablename__ == "mentoring_session"
