"""People, placements and days away on both databases: what is kept, what is refused, what a clinic's days are."""

from __future__ import annotations

import itertools
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
from ces_desktop.data.models import UserRecord, UserRoleRecord
from ces_desktop.data.queries.staff import Person, people, person, physician_coverage, serving, users_to_link
from ces_desktop.data.upgrade import upgrade
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.services import staff, undo
from ces_desktop.services.staff import AbsenceRequest, Move, PersonRequest, PlacementRequest
from ces_desktop.ui.messages import act_name, all_sentences

NOON_16_MARCH = 1_773_684_000_000
TODAY = "2026-03-16"


def ticking() -> Callable[[], int]:
    ticks = itertools.count(NOON_16_MARCH, 1_000)
    return lambda: next(ticks)


@pytest.fixture
def who() -> Actor:
    return builders.actor(Role.LEAD)


@pytest.fixture(params=["sqlcipher", "postgresql"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty clinic, on either database."""
    if request.param == "sqlcipher":
        engine = builders.sqlcipher(tmp_path)
    else:
        engine = sqlalchemy.create_engine(request.getfixturevalue("postgres_url"))
        with transaction(engine, write=True) as connection:
            upgrade(connection)
    database = builders.database(engine, clock=ticking())
    yield database
    builders.assert_proved(database)
    database.close()


def fresh() -> Id:
    return builders.new_id(NOON_16_MARCH)


def do(db: Database, who: Actor, action: Callable[..., Any], *given: Any) -> Any:
    return db.write(lambda work: action(work, *given), who).value


def refused(code: str, act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code and code in all_sentences()
    return caught.value


def held(db: Database) -> tuple[Person, ...]:
    return db.read(partial(people, clinic=db.installation.clinic))


def term(whom: Id, first: str = "2025-08-01", until: str = "2026-07-31", **more: Any) -> PlacementRequest:
    known: dict[str, Any] = {"state": "in_service", "cohort": "2025-08", "role": "physician"}
    return PlacementRequest(id=fresh(), person=whom, from_on=first, until_on=until, **known | more)


def somebody(db: Database, who: Actor, name: str = "Dra. Ana Inventada", **more: Any) -> Id:
    whom = fresh()
    do(db, who, staff.add_person, PersonRequest(whom, name), term(whom, **more))
    return whom


def test_a_pasante_goes_from_candidate_to_the_end_of_the_year(db: Database, who: Actor) -> None:
    whom = fresh()
    asked = PersonRequest(whom, "  Dra.  Ana Inventada ", school="UNACH", phone="961 000 0000")
    candidate = term(whom, "2026-02-01", "2027-01-31", state="candidate", cohort="2026-02")
    assert do(db, who, staff.add_person, asked, candidate) == do(db, who, staff.add_person, asked, candidate) == whom
    (known,) = held(db)
    assert (known.name, known.school, known.may_enter, known.user) == ("Dra. Ana Inventada", "UNACH", False, None)
    placement = candidate.id
    do(db, who, staff.move, Move(placement, "assigned"))
    assert held(db)[0].placements[0].attention(date(2026, 3, 16)) == "begin"
    refused("staff.state", lambda: do(db, who, staff.move, Move(placement, "finished", TODAY)))
    refused("staff.begins_ahead", lambda: do(db, who, staff.move, Move(placement, "in_service", "2026-03-17")))
    do(db, who, staff.move, Move(placement, "in_service", "2026-02-03"))
    assert held(db)[0].placements[0].from_on == "2026-02-03"
    refused("staff.ends_ahead", lambda: do(db, who, staff.move, Move(placement, "finished", "2026-03-17")))
    refused("staff.ends_before", lambda: do(db, who, staff.move, Move(placement, "left", "2026-02-01")))
    do(db, who, staff.move, Move(placement, "left", "2026-03-10", "  motivos de salud "))
    ended = held(db)[0].placements[0]
    assert (ended.state, ended.until_on, ended.reason) == ("left", "2026-03-10", "motivos de salud")
    do(db, who, undo.undo)
    back = held(db)[0].placements[0]
    assert (back.state, back.until_on, back.reason) == ("in_service", "2027-01-31", "")


def test_the_days_of_a_clinic_follow_placements_and_absences(db: Database, who: Actor) -> None:
    here = db.installation.clinic
    first = somebody(db, who, first="2025-08-01", until="2026-01-20", state="left")
    second = somebody(db, who, "Dr. Beto Inventado", first="2026-02-04", until="2027-01-31")
    somebody(db, who, "Enf. Carmen Inventada", first="2020-01-01", until="", role="nurse", cohort="")
    somebody(db, who, "Dra. Dora Inventada", first="2026-02-01", until="", state="assigned")
    do(db, who, staff.note_absence, AbsenceRequest(fresh(), second, "leave", "2026-03-02", "2026-03-06"))
    do(db, who, staff.note_absence, AbsenceRequest(fresh(), first, "illness", "2025-12-24", "2025-12-26"))
    days = db.read(lambda c: physician_coverage(c, here, date(2025, 7, 1), date(2026, 3, 16)))
    assert days.count("unknown") == 31, "before the first that is written nothing is known"
    assert days.count("away") == 3 + 5 and days.count("vacant") == 11 + 3
    assert days.uncovered == 22 and days.of(date(2026, 2, 3)) == "vacant" and days.of(date(2026, 3, 4)) == "away"
    assert db.read(lambda c: physician_coverage(c, builders.new_id(1), date(2026, 1, 1), date(2026, 1, 2))).known == 0


def test_what_cannot_be_is_refused_with_its_sentence(db: Database, who: Actor) -> None:
    whom = somebody(db, who)
    known = held(db)[0].placements[0]
    for code, request in {
        "staff.no_first_day": term(whom, "", ""),
        "staff.ends_before": term(whom, "2026-02-02", "2026-02-01"),
        "staff.begins_ahead": term(whom, "2026-03-17", ""),
        "staff.ends_ahead": term(whom, "2024-01-01", "2026-03-17", state="finished"),
        "staff.no_last_day": term(whom, "2024-01-01", "", state="left"),
        "staff.too_long": term(whom, "2024-01-01", "2124-01-01"),
        "staff.overlap": term(whom, "2026-07-31", "2027-01-31", state="assigned"),
        "staff.cohort": term(whom, "2024-01-01", "2024-12-31", cohort="2024-03"),
        "staff.role": term(whom, "2024-01-01", "2024-12-31", role="boss"),
        "staff.state": term(whom, "2024-01-01", "2024-12-31", state="gone"),
        "calendar.not_a_day": term(whom, "2024-02-30", ""),
    }.items():
        refused(code, lambda request=request: do(db, who, staff.place, request))  # type: ignore[misc]
    refused("staff.unknown", lambda: do(db, who, staff.place, term(fresh())))
    refused("staff.no_placement", lambda: do(db, who, staff.move, Move(fresh(), "finished", TODAY)))
    refused("staff.no_placement", lambda: do(db, who, staff.change_placement, term(whom)))
    refused("staff.name_missing", lambda: do(db, who, staff.add_person, PersonRequest(fresh(), " 12 ")))
    refused("staff.same_name", lambda: do(db, who, staff.add_person, PersonRequest(fresh(), "dra. ANA inventada")))
    refused("staff.unknown", lambda: do(db, who, staff.edit_person, PersonRequest(fresh(), "Otra")))
    candidate = term(whom, "", "", state="candidate", cohort="2027-02")
    assert do(db, who, staff.place, candidate) == do(db, who, staff.place, candidate), "a candidate may have no day"
    assert len(held(db)[0].placements) == 2 and held(db)[0].placement == known


def test_days_away_are_noted_once_corrected_and_taken_back(db: Database, who: Actor) -> None:
    whom = somebody(db, who)
    first = AbsenceRequest(fresh(), whom, "illness", "2026-03-14")
    do(db, who, staff.note_absence, first)
    assert (found := held(db)[0].away(date(2026, 3, 16))) is not None and found.until_on == ""
    refused("staff.absence_twice", lambda: do(db, who, staff.note_absence, replace(first, id=fresh(), from_on=TODAY)))
    refused("staff.ends_before", lambda: do(db, who, staff.note_absence, replace(first, until_on="2026-03-13")))
    refused("staff.no_first_day", lambda: do(db, who, staff.note_absence, replace(first, from_on="")))
    refused("staff.absence_kind", lambda: do(db, who, staff.note_absence, replace(first, kind="bored")))  # type: ignore[arg-type]
    do(db, who, staff.note_absence, replace(first, until_on="2026-03-15"))
    assert held(db)[0].away(date(2026, 3, 16)) is None and len(held(db)[0].absences) == 1
    do(db, who, staff.remove_absence, first.id)
    assert held(db)[0].absences == ()
    refused("journal.gone", lambda: do(db, who, staff.remove_absence, fresh()))


def test_a_sign_in_belongs_to_one_person(db: Database, who: Actor) -> None:
    user = fresh()

    def enrol(work: Work) -> None:
        work.act("users.add")
        work.add(UserRecord(id=user, name="Dra. Ana Inventada"))
        work.add(UserRoleRecord(id=work.new_id(), user=user, role="physician", from_on="2026-01-01"))

    db.write(enrol, who)
    assert db.read(partial(users_to_link, clinic=db.installation.clinic)) == ((user, "Dra. Ana Inventada"),)
    whom = somebody(db, who)
    do(db, who, staff.edit_person, PersonRequest(whom, "Dra. Ana Inventada", user=user, note="líder"))
    known = db.read(lambda c: person(c, db.installation.clinic, whom))
    assert known is not None and (known.user, known.may_enter, known.note) == (user, True, "líder")
    taken = refused(
        "staff.user_taken", lambda: do(db, who, staff.add_person, PersonRequest(fresh(), "Otro", user=user))
    )
    assert taken.facts == {"name": "Dra. Ana Inventada"}
    do(db, who, staff.remove_placement, known.placements[0].id)
    assert held(db)[0].placement is None


def test_who_serves_on_a_day_is_who_a_session_proposes(db: Database, who: Actor) -> None:
    """Of those who sign in: a physician whose placement here covers that day, both of its ends in it."""
    names = ("antes", "ahora", "sin acceso", "enfermera", "por llegar")
    users = {name: fresh() for name in names if name != "sin acceso"}
    db.write(lambda work: work.add(*(UserRecord(id=user, name=name) for name, user in users.items())), who)
    terms: dict[str, dict[str, Any]] = {
        "antes": {"first": "2025-02-01", "until": "2026-01-31", "state": "finished"},
        "ahora": {"first": "2026-02-01", "until": "2027-01-31"},
        "sin acceso": {"first": "2026-02-01", "until": "2027-01-31"},
        "enfermera": {"first": "2026-02-01", "until": "", "role": "nurse", "cohort": ""},
        "por llegar": {"first": "2026-02-01", "until": "2027-01-31", "state": "assigned"},
    }
    for name in names:
        whom = fresh()
        asked = PersonRequest(whom, name, user=users.get(name))
        do(db, who, staff.add_person, asked, term(whom, **terms[name]))
    for day, expected in (
        (date(2025, 1, 31), set()), (date(2025, 2, 1), {"antes"}), (date(2026, 1, 31), {"antes"}),
        (date(2026, 2, 1), {"ahora"}), (date(2027, 1, 31), {"ahora"}), (date(2027, 2, 1), set()),
    ):  # fmt: skip
        found = db.read(partial(serving, clinic=db.installation.clinic, day=day))
        assert found == {users[name] for name in expected}, day


def test_who_may_not_is_told_so(db: Database) -> None:
    nurse = builders.actor(Role.NURSE)
    whom = fresh()
    for act in (
        lambda: do(db, nurse, staff.add_person, PersonRequest(whom, "Ana Inventada")),
        lambda: do(db, nurse, staff.edit_person, PersonRequest(whom, "Ana Inventada")),
        lambda: do(db, nurse, staff.place, term(whom)),
        lambda: do(db, nurse, staff.change_placement, term(whom)),
        lambda: do(db, nurse, staff.move, Move(whom, "assigned")),
        lambda: do(db, nurse, staff.remove_placement, whom),
        lambda: do(db, nurse, staff.note_absence, AbsenceRequest(whom, whom, "leave", TODAY)),
        lambda: do(db, nurse, staff.remove_absence, whom),
    ):
        refused("access.not_allowed", act)


@pytest.mark.usefixtures("spanish")
def test_every_act_has_a_name() -> None:
    acts = [*staff.MOVES.values(), *(f"staff.{act}" for act in ("add", "edit", "place", "change_placement",
            "remove_placement", "absence", "change_absence", "remove_absence"))]  # fmt: skip
    assert all(act_name(act) != act_name("no such act") for act in acts)
