"""Seminars on both databases: sessions, who came, the quiz before and after, who has earned the certificate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import builders
import pytest
import sqlalchemy

from ces_desktop.data.database import Database, transaction
from ces_desktop.data.queries.seminars import Seminar, seminars
from ces_desktop.data.upgrade import upgrade
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.ids import Id
from ces_desktop.domain.seminars import Earned, Score
from ces_desktop.errors import Refused
from ces_desktop.services import seminars as services
from ces_desktop.services import undo
from ces_desktop.services.seminars import QuestionForm, SeminarForm
from ces_desktop.ui.messages import act_name, all_sentences

NOON = 1_773_684_000_000
DAY = "2026-03-14"
ANA, BETO = Id(b"A" * 16), Id(b"B" * 16)
THREE = tuple(QuestionForm(f"Pregunta {n}", ("uno", "dos", "tres"), n) for n in (1, 2, 3))


@pytest.fixture
def who() -> Actor:
    return builders.actor(Role.MENTOR)


@pytest.fixture(params=["sqlcipher", "postgresql"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty clinic, on either database."""
    ticks = iter(range(NOON, NOON + 10_000_000, 1_000))
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


def do(db: Database, who: Actor, action: Callable[..., Any], *given: Any) -> Any:
    return db.write(lambda work: action(work, *given), who).value


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code and code in all_sentences()


def held(db: Database) -> Seminar:
    (found,) = db.read(partial(seminars, clinic=db.installation.clinic))
    return found


def form(**more: Any) -> SeminarForm:
    known: dict[str, Any] = {"title": " Diabetes  hoy ", "institution": "CES", "kind": "seminar", "from_on": DAY,
                             "until_on": "2026-03-15", "hours": 8, "pass_score": 60}  # fmt: skip
    return SeminarForm(id=more.pop("id", builders.new_id(NOON)), **known | more)


def test_a_seminar_of_two_days_from_its_title_to_the_certificate(db: Database, who: Actor) -> None:
    asked = form()
    do(db, who, services.keep, asked)
    seminar = held(db)
    assert (seminar.title, [s.day for s in seminar.sessions]) == ("Diabetes hoy", [DAY, "2026-03-15"])
    assert seminar.earned(ANA) == Earned(False, "sessions")
    first, second = (s.id for s in seminar.sessions)
    do(db, who, services.mark, asked.id, first, [(ANA, "present"), (BETO, "present")])
    do(db, who, services.mark, asked.id, second, [(ANA, "present"), (BETO, "absent")])
    assert (held(db).presence(ANA), held(db).presence(BETO)) == (100, 50)
    do(db, who, services.mark, asked.id, second, [(BETO, "excused")])
    assert len(held(db).marks) == 4 and held(db).earned(BETO).why == "presence"
    refused("seminars.no_questions", lambda: do(db, who, services.answer, asked.id, "pre", DAY, [(ANA, (1, 1, 1))]))
    do(db, who, services.ask, asked.id, THREE)
    do(db, who, services.answer, asked.id, "pre", DAY, [(ANA, (1, 0, 1)), (BETO, (2, 2, 3))])
    assert held(db).earned(ANA).why == "quiz"
    do(db, who, services.answer, asked.id, "post", DAY, [(ANA, (1, 2, 1)), (BETO, None)])
    assert held(db).score(ANA, "pre") == Score(1, 3) and held(db).score(ANA, "post") == Score(2, 3)
    assert held(db).earned(ANA) == Earned(True, "") and held(db).score(BETO, "post") is None
    do(db, who, services.answer, asked.id, "post", DAY, [(ANA, None)])
    assert held(db).score(ANA, "post") is None
    do(db, who, undo.undo)
    assert held(db).score(ANA, "post") == Score(2, 3) and held(db).choices(ANA, "post") == (1, 2, 1)


def test_days_that_move_take_along_only_sessions_nobody_came_to(db: Database, who: Actor) -> None:
    asked = form()
    do(db, who, services.keep, asked)
    do(db, who, services.mark, asked.id, held(db).sessions[0].id, [(ANA, "present")])
    do(db, who, services.keep, replace(asked, from_on="2026-03-20", until_on="2026-03-20"))
    assert [s.day for s in held(db).sessions] == [DAY, "2026-03-20"]
    do(db, who, services.keep, replace(asked, kind="course", from_on="2026-03-20", until_on="2026-06-20"))
    assert [s.day for s in held(db).sessions] == [DAY, "2026-03-20"] and held(db).kind == "course"


def test_questions_that_were_answered_are_corrected_and_not_taken_out(db: Database, who: Actor) -> None:
    asked = form()
    do(db, who, services.keep, asked)
    do(db, who, services.ask, asked.id, (*THREE, THREE[0]))
    do(db, who, services.ask, asked.id, THREE)
    assert len(held(db).questions) == 3
    do(db, who, services.answer, asked.id, "pre", DAY, [(ANA, (1, 2, 2))])
    refused("seminars.choices", lambda: do(db, who, services.answer, asked.id, "pre", DAY, [(ANA, (1, 2))]))
    refused("seminars.choices", lambda: do(db, who, services.answer, asked.id, "pre", DAY, [(ANA, (1, 2, 4))]))
    refused("seminars.moment", lambda: do(db, who, services.answer, asked.id, "then", DAY, []))
    do(db, who, services.ask, asked.id, (*THREE, THREE[0]))
    refused("seminars.answered", lambda: do(db, who, services.ask, asked.id, THREE))
    do(db, who, services.ask, asked.id, (*THREE[:2], replace(THREE[2], correct=2), THREE[0]))
    assert held(db).score(ANA, "pre") == Score(3, 4), "a key that was wrong is put right for everybody"


def test_what_cannot_be_is_refused_with_its_sentence(db: Database, who: Actor) -> None:
    for code, more in {
        "seminars.no_title": {"title": " "},
        "seminars.kind": {"kind": "party"},
        "staff.no_first_day": {"from_on": ""},
        "staff.ends_before": {"until_on": "2026-03-13"},
        "seminars.too_long": {"until_on": "2029-03-13"},
        "seminars.hours": {"hours": 0},
        "seminars.percent": {"pass_score": 101},
        "calendar.not_a_day": {"from_on": "2026-02-30"},
    }.items():
        refused(code, lambda more=more: do(db, who, services.keep, form(**more)))  # type: ignore[misc]
    for code, questions in {
        "seminars.how_many": THREE[:2],
        "seminars.options": (*THREE[:2], replace(THREE[2], options=("uno",), correct=1)),
        "seminars.correct": (*THREE[:2], replace(THREE[2], correct=4)),
    }.items():
        refused(code, lambda questions=questions: services.check_questions(questions))  # type: ignore[misc]
    refused("seminars.unknown", lambda: do(db, who, services.mark, ANA, ANA, []))
    refused("seminars.unknown", lambda: do(db, who, services.ask, ANA, THREE))
    nurse = builders.actor(Role.NURSE)
    for act in (
        lambda: do(db, nurse, services.keep, form()),
        lambda: do(db, nurse, services.mark, ANA, ANA, []),
        lambda: do(db, nurse, services.ask, ANA, THREE),
        lambda: do(db, nurse, services.answer, ANA, "pre", DAY, []),
    ):
        refused("access.not_allowed", act)


@pytest.mark.usefixtures("spanish")
def test_every_act_has_a_name() -> None:
    acts = [f"seminars.{act}" for act in ("add", "edit", "attendance", "questions", "quiz")]
    assert all(act_name(act) != act_name("no such act") for act in acts)
