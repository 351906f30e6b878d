"""Who wrote what and when: making, edits, corrections, undo and redo, links and prints, on a real encrypted file."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import builders
import pytest

from ces_desktop.data.database import Database
from ces_desktop.data.models import (
    AuditEventRecord,
    CommunityRecord,
    PatientRecord,
    PatientStatusRecord,
    SameAsRecord,
    UserRecord,
)
from ces_desktop.data.queries.history import Act, FieldVersion, field_history, record_history
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Actor
from ces_desktop.domain.ids import Id


@pytest.fixture
def who() -> Actor:
    return builders.actor(name="Dra. Prueba Inventada")


@pytest.fixture
def db(tmp_path: Path, who: Actor) -> Iterator[Database]:
    database = builders.database(builders.sqlcipher(tmp_path))
    database.write(lambda work: work.add(UserRecord(id=who.user, name=who.name)), who)
    yield database
    builders.assert_proved(database)
    database.close()


def versions(db: Database, patient: Id, *fields: str) -> tuple[FieldVersion, ...]:
    query = partial(field_history, patient=patient, table="patient", entity=patient, fields=fields)
    return db.read(query)


def acts(db: Database, patient: Id) -> tuple[Act, ...]:
    return db.read(partial(record_history, patient=patient, clinic=db.installation.clinic))


def edit(db: Database, who: Actor, patient: Id, **fields: str | bytes | None) -> bytes:
    def action(work: Work) -> None:
        work.act("patients.edit")
        work.change(PatientRecord, patient, **fields)

    return db.write(action, who).action


def test_a_field_tells_its_making_and_its_edits_newest_first(db: Database, who: Actor) -> None:
    patient = builders.register(db, who, given="Mariaelena")
    edit(db, who, patient, given="María Elena")
    edit(db, who, patient, given="Ma. Elena")
    told = [(v.change.how, v.change.old, v.change.new) for v in versions(db, patient, "given")]
    assert told == [
        ("changed", "María Elena", "Ma. Elena"),
        ("changed", "Mariaelena", "María Elena"),
        ("made", None, "Mariaelena"),
    ]
    assert versions(db, patient, "given")[0].act.user_name == "Dra. Prueba Inventada"
    assert versions(db, patient, "given")[-1].act.kind == "patients.register"
    assert versions(db, patient, "nickname") == ()


def test_an_undone_edit_is_told_as_undone_and_a_redone_one_is_not(db: Database, who: Actor) -> None:
    patient = builders.register(db, who, given="Ana")
    action = edit(db, who, patient, given="Anita")
    undo = db.write(lambda work: work.reverse(action), who).action
    newest, edited, made = versions(db, patient, "given")
    assert (newest.act.kind, newest.act.undoes, newest.change.new) == ("undo", "patients.edit", "Ana")
    assert edited.act.undone
    assert not made.act.undone
    db.write(lambda work: work.reverse(undo), who)
    redo, undone, edited, _ = versions(db, patient, "given")
    assert redo.change.new == "Anita"
    assert undone.act.undone
    assert not edited.act.undone


def test_places_are_told_by_name(db: Database, who: Actor) -> None:
    place = Id(bytes([9]) * 16)
    db.write(lambda work: work.add(CommunityRecord(id=place, name="Río Hondo")), who)
    patient = builders.register(db, who)
    edit(db, who, patient, community=place)
    assert [(v.change.old, v.change.new) for v in versions(db, patient, "community")] == [(None, "Río Hondo")]


def test_a_correction_says_which_row_it_replaces_and_a_voided_row_says_why(db: Database, who: Actor) -> None:
    patient = builders.register(db, who)
    wrong, right = Id(bytes([3]) * 16), Id(bytes([4]) * 16)

    def note(row: Id, word: str, replaces: Id | None, work: Work) -> None:
        work.act("patients.status")
        work.add(
            PatientStatusRecord(id=row, patient=patient, status=word, happened_on="2026-02-01", replaces=replaces)
        )

    db.write(partial(note, wrong, "died", None), who)
    db.write(partial(note, right, "moved", wrong), who)
    db.write(lambda work: work.void(PatientStatusRecord, right, "mistake"), who)
    voided, corrected, *_ = acts(db, patient)
    assert [(c.how, c.field, c.new) for c in voided.changes] == [("voided", "voided", "mistake")]
    assert {c.replaces for c in corrected.changes} == {wrong}


def test_acts_of_one_millisecond_are_told_newest_first(
    db: Database, who: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = builders.register(db, who)
    now = int(time.time() * 1000) + 60_000
    monkeypatch.setattr(time, "time_ns", lambda: now * 1_000_000)
    for name in ("Uno", "Dos", "Tres"):
        edit(db, who, patient, nickname=name)
    told = acts(db, patient)[:3]
    assert len({act.at for act in told}) == 1
    assert [act.changes[0].new for act in told] == ["Tres", "Dos", "Uno"]


def test_the_record_tells_links_and_prints_but_not_the_other_persons_edits(db: Database, who: Actor) -> None:
    one, other = sorted([builders.register(db, who, 1), builders.register(db, who, 2)])

    def merge(work: Work) -> None:
        work.act("patients.merge")
        work.add(SameAsRecord(id=work.new_id(), one=one, other=other))

    def printed(work: Work) -> None:
        work.act("audit")
        for event in ("print", "view"):
            work.add(
                AuditEventRecord(
                    id=work.new_id(), sign_in=work.actor.sign_in, event=event, about_type="patient", about=other,
                    first_at=work.now_ms, last_at=work.now_ms + 5, times=2,
                )
            )  # fmt: skip

    db.write(merge, who)
    edit(db, who, one, given="Solo de la otra")
    db.write(printed, who)
    kinds = [act.kind for act in acts(db, other)]
    assert sorted(kinds) == ["audit.print", "patients.merge", "patients.register"]
    assert next(act for act in acts(db, other) if act.kind == "audit.print").times == 2
