"""Statuses and consents: what is noted, refused and corrected, each on a real encrypted file, each undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import builders
import pytest

from ces_desktop.data.database import Database
from ces_desktop.data.queries.patients import PatientFile, patient_file
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.services.patients_status import (
    ConsentRequest,
    StatusRequest,
    correct_consent,
    correct_status,
    record_consent,
    set_status,
)

NOON_16_MARCH = 1_773_684_000_000
"""2026-03-16 12:00 in Chiapas."""


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
    return builders.register(db, who, birth="1967-07-14", happened_on="2026-01-15")


def file(db: Database, patient: Id) -> PatientFile:
    found = db.read(partial(patient_file, patient=patient))
    assert found is not None
    return found


def change(db: Database, who: Actor, patient: Id, status: str, day: str, **more: Any) -> Any:
    request = StatusRequest(patient, status, day, **more)  # type: ignore[arg-type]
    return db.write(partial(set_status, request=request), who)


def refused(code: str, act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code
    return caught.value


def test_statuses_stand_in_order_of_their_days(db: Database, who: Actor, patient: Id) -> None:
    change(db, who, patient, "transferred", "2026-03-01", place="Hospital inventado", cause="no cuenta")
    change(db, who, patient, "moved", "2026-02-01", place=" Tuxtla \n centro ")
    held = file(db, patient)
    assert [(s.status, s.happened_on) for s in held.statuses] == [
        ("active", "2026-01-15"),
        ("moved", "2026-02-01"),
        ("transferred", "2026-03-01"),
    ]
    assert held.statuses[1].place == "Tuxtla centro"
    assert held.statuses[2].cause is None
    assert held.status == "transferred"


def test_undo_takes_a_status_back(db: Database, who: Actor, patient: Id) -> None:
    done = change(db, who, patient, "died", "2026-03-01")
    assert file(db, patient).status == "died"
    db.write(lambda work: work.reverse(done.action), who)
    assert file(db, patient).status == "active"


@pytest.mark.parametrize(
    ("status", "day", "code"),
    [
        ("moved", "2026-03-17", "status.future"),
        ("moved", "1967-07-13", "status.before_birth"),
        ("moved", "", "status.no_day"),
        ("moved", "2026-02-30", "status.no_day"),
        ("moved", "1958", "status.no_day"),
        ("away", "2026-02-01", "status.unknown"),
        ("active", "2026-02-01", "status.same"),
        ("died", "2026-01-01", "status.later_exists"),
    ],
)
def test_impossible_statuses_are_refused(
    db: Database, who: Actor, patient: Id, status: str, day: str, code: str
) -> None:
    refused(code, lambda: change(db, who, patient, status, day))
    assert len(file(db, patient).statuses) == 1


def test_nothing_follows_a_death_until_it_is_corrected(db: Database, who: Actor, patient: Id) -> None:
    change(db, who, patient, "died", "2026-02-01", cause="causa inventada")
    refusal = refused("status.after_death", lambda: change(db, who, patient, "moved", "2026-03-01"))
    assert str(refusal.facts["day"]) == "2026-02-01"
    refused("status.after_death", lambda: change(db, who, patient, "died", "2026-01-20"))
    wrong = file(db, patient).statuses[-1].id
    request = StatusRequest(patient, "moved", "2026-02-01", place="Comitán")
    db.write(partial(correct_status, wrong=wrong, request=request), who)
    assert [s.status for s in file(db, patient).statuses] == ["active", "moved"]
    refused("status.gone", lambda: db.write(partial(correct_status, wrong=wrong, request=request), who))
    again = file(db, patient).statuses[-1].id
    refused("status.unchanged", lambda: db.write(partial(correct_status, wrong=again, request=request), who))


def test_an_estimated_birth_does_not_forbid_an_earlier_day(db: Database, who: Actor) -> None:
    about = builders.register(
        db, who, 2, birth=None, birth_precision="estimated", stated_age=0, stated_on="2026-03-01", happened_on=None
    )
    change(db, who, about, "transferred", "2024-01-01")
    refused("status.before_birth", lambda: change(db, who, about, "moved", "2015-01-01"))


@pytest.mark.parametrize(
    ("text", "code"), [("x" * 201, "text.too_long"), ("a\u202eb", "text.control"), ("\0", "text.control")]
)
def test_texts_that_cannot_be_read_are_refused(db: Database, who: Actor, patient: Id, text: str, code: str) -> None:
    refused(code, lambda: change(db, who, patient, "died", "2026-02-01", cause=text))


def test_only_who_registers_people_changes_a_status(db: Database, who: Actor, patient: Id) -> None:
    keeper = builders.actor(Role.STORE_KEEPER)
    refused("access.not_allowed", lambda: change(db, keeper, patient, "moved", "2026-02-01"))
    refused("patients.not_found", lambda: change(db, who, Id(bytes(16)), "moved", "2026-02-01"))


def answer(db: Database, who: Actor, patient: Id, about: str, said: str, day: str, **more: Any) -> Id:
    request = ConsentRequest(patient, about, said, day, **more)  # type: ignore[arg-type]
    return db.write(partial(record_consent, request=request), who).value


def test_a_later_answer_follows_and_a_wrong_one_is_replaced(db: Database, who: Actor, patient: Id) -> None:
    first = answer(db, who, patient, "privacy_notice", "no", "2026-01-15")
    answer(db, who, patient, "privacy_notice", "yes", "2026-02-01", given_by=" su  hija ", notice_version="2026-1")
    held = file(db, patient).consents
    assert [(c.answer, c.given_by) for c in held] == [("no", None), ("yes", "su hija")]
    right = ConsentRequest(patient, "privacy_notice", "yes", "2026-01-15")
    db.write(partial(correct_consent, wrong=first, request=right), who)
    assert [c.answer for c in file(db, patient).consents] == ["yes", "yes"]
    refused("consent.gone", lambda: db.write(partial(correct_consent, wrong=first, request=right), who))


def test_impossible_answers_are_refused(db: Database, who: Actor, patient: Id) -> None:
    tomorrow = (local_day(NOON_16_MARCH) + timedelta(days=1)).isoformat()
    for about, said, day, code in (
        ("privacy_notice", "yes", tomorrow, "consent.future"),
        ("privacy_notice", "yes", "1950-01-01", "consent.before_birth"),
        ("privacy_notice", "perhaps", "2026-02-01", "consent.unknown"),
        ("blood", "yes", "2026-02-01", "consent.unknown"),
        ("privacy_notice", "yes", "h", "consent.no_day"),
    ):
        refused(code, partial(answer, db, who, patient, about, said, day))
    change(db, who, patient, "died", "2026-02-01")
    refused("consent.after_death", lambda: answer(db, who, patient, "privacy_notice", "yes", "2026-02-02"))
    assert file(db, patient).consents == ()
