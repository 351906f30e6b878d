"""Requests on both databases: asked, answered, solved, opened again; how old they are and which are late."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import builders
import pytest
import sqlalchemy

from ces_desktop.data.database import Database, transaction
from ces_desktop.data.queries.staff_requests import Request, requests
from ces_desktop.data.upgrade import upgrade
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.services import staff, staff_requests, undo
from ces_desktop.services.staff import PersonRequest
from ces_desktop.services.staff_requests import ACTS, AnswerForm, RequestForm
from ces_desktop.ui.messages import act_name, all_sentences

NOON_16_MARCH = 1_773_684_000_000
TODAY = date(2026, 3, 16)


@pytest.fixture
def who() -> Actor:
    return builders.actor(Role.PHYSICIAN, Role.LEAD)


@pytest.fixture(params=["sqlcipher", "postgresql"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty clinic, on either database."""
    ticks = iter(range(NOON_16_MARCH, NOON_16_MARCH + 10_000_000, 1_000))
    if request.param == "sqlcipher":
        engine = builders.sqlcipher(tmp_path)
    else:
        engine = sqlalchemy.create_engine(request.getfixturevalue("postgres_url"))
        with transaction(engine, write=True) as connection:
            upgrade(connection)
    database = builders.database(engine, clock=lambda: next(ticks))
    yield database
    builders.assert_proved(database)
    database.close()


def fresh() -> Id:
    return builders.new_id(NOON_16_MARCH)


def do(db: Database, who: Actor, action: Callable[..., Any], *given: Any) -> Any:
    return db.write(lambda work: action(work, *given), who).value


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code and code in all_sentences()


def held(db: Database) -> tuple[Request, ...]:
    return db.read(partial(requests, clinic=db.installation.clinic))


def roof(**more: Any) -> RequestForm:
    known: dict[str, Any] = {"kind": "housing", "urgency": "urgent", "text": " Gotera en el  cuarto ",
                             "asked_on": "2026-03-01"}  # fmt: skip
    return RequestForm(id=more.pop("id", fresh()), **known | more)


def said(request: Id, state: Any = None, text: str = "", day: str = "2026-03-10") -> AnswerForm:
    return AnswerForm(fresh(), request, state, text, day)


def test_a_request_is_asked_answered_solved_and_opened_again(db: Database, who: Actor) -> None:
    whom = fresh()
    do(db, who, staff.add_person, PersonRequest(whom, "Dra. Ana Inventada"))
    form = roof(person=whom, owner="Logística")
    assert do(db, who, staff_requests.ask, form) == do(db, who, staff_requests.ask, form)
    (known,) = held(db)
    assert (known.text, known.person_name, known.state, known.owner) == (
        "Gotera en el cuarto", "Dra. Ana Inventada", "open", "Logística",
    )  # fmt: skip
    age = known.age(TODAY)
    assert (age.days_open, age.due, age.late) == (15, date(2026, 3, 8), 8)
    do(db, who, staff_requests.answer, said(known.id, text="Se pidió presupuesto"))
    do(db, who, staff_requests.answer, said(known.id, "doing", day="2026-03-11"))
    refused("staff_requests.same_state", lambda: do(db, who, staff_requests.answer, said(known.id, "doing")))
    do(db, who, staff_requests.answer, said(known.id, "done", "Láminas nuevas", "2026-03-12"))
    solved = held(db)[0]
    assert not solved.open and solved.closed_on == date(2026, 3, 12) and solved.age(TODAY).days_open == 11
    refused("staff_requests.closed", lambda: do(db, who, staff_requests.answer, said(known.id, "declined", "no")))
    do(db, who, undo.undo)
    assert held(db)[0].state == "doing"
    do(db, who, staff_requests.answer, said(known.id, "done", day="2026-03-12"))
    do(db, who, staff_requests.answer, said(known.id, "open", "Volvió a gotear", "2026-03-15"))
    again = held(db)[0]
    assert again.open and len(again.answers) == 4 and again.answers[0].by == ""
    do(db, who, staff_requests.take_back, again.id, again.answers[-1].id)
    assert not held(db)[0].open


def test_an_agreed_day_counts_before_the_urgency(db: Database, who: Actor) -> None:
    do(db, who, staff_requests.ask, roof(due_on="2026-04-01"))
    do(db, who, staff_requests.ask, roof(urgency="normal", kind="internet"))
    assert db.read(lambda c: staff_requests.late(c, db.installation.clinic, TODAY)) == ()
    do(db, who, staff_requests.ask, roof(urgency="soon", kind="transport", asked_on="2026-01-01"))
    do(db, who, staff_requests.ask, roof(text="Chapa rota", kind="safety"))
    late = db.read(lambda c: staff_requests.late(c, db.installation.clinic, TODAY))
    assert [each.kind for each in late] == ["safety", "transport"], "the urgent one first"


def test_what_cannot_be_is_refused_with_its_sentence(db: Database, who: Actor) -> None:
    for code, form in {
        "staff_requests.no_text": roof(text=" \n "),
        "staff_requests.kind": roof(kind="party"),
        "staff_requests.urgency": roof(urgency="now"),
        "staff_requests.future": roof(asked_on="2026-03-17"),
        "staff_requests.due_before": roof(due_on="2026-02-28"),
        "staff_requests.due_far": roof(due_on="2036-02-28"),
        "staff.unknown": roof(person=fresh()),
        "calendar.not_a_day": roof(asked_on=""),
    }.items():
        refused(code, lambda form=form: do(db, who, staff_requests.ask, form))  # type: ignore[misc]
    refused("staff_requests.unknown", lambda: do(db, who, staff_requests.edit, roof()))
    kept = do(db, who, staff_requests.ask, roof())
    do(db, who, staff_requests.edit, roof(id=kept, text="Gotera en la cocina"))
    assert held(db)[0].text == "Gotera en la cocina"
    for code, answer in {
        "staff_requests.says_nothing": said(kept),
        "staff_requests.same_state": said(kept, "open"),
        "staff_requests.reason_missing": said(kept, "declined"),
        "staff_requests.future": said(kept, "done", day="2026-03-17"),
        "staff_requests.before_asked": said(kept, "done", day="2026-02-17"),
        "staff_requests.unknown": said(fresh(), "done"),
    }.items():
        refused(code, lambda answer=answer: do(db, who, staff_requests.answer, answer))  # type: ignore[misc]
    refused("staff_requests.unknown", lambda: do(db, who, staff_requests.take_back, kept, fresh()))
    given = said(kept, "declined", "Sin presupuesto")
    assert do(db, who, staff_requests.answer, given) == do(db, who, staff_requests.answer, replace(given, text="x"))


def test_who_asks_may_say_that_it_is_solved_and_who_answers_what_will_be_done(db: Database, who: Actor) -> None:
    nurse, store = builders.actor(Role.NURSE), builders.actor(Role.STORE_KEEPER)
    kept = do(db, nurse, staff_requests.ask, roof())
    refused("access.not_allowed", lambda: do(db, store, staff_requests.ask, roof()))
    refused("access.not_allowed", lambda: do(db, nurse, staff_requests.answer, said(kept, "doing")))
    do(db, builders.actor(Role.MENTOR), staff_requests.answer, said(kept, "doing"))
    do(db, nurse, staff_requests.answer, said(kept, "done"))
    assert not held(db)[0].open


@pytest.mark.usefixtures("spanish")
def test_every_act_has_a_name() -> None:
    acts = [*ACTS.values(), "staff_requests.ask", "staff_requests.edit", "staff_requests.take_back"]
    assert all(act_name(act) != act_name("no such act") for act in acts)
