"""The three verbs: what they write, what they leave alone, what they refuse, and what a wrong clock does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from builders import actor, assert_proved, database, register, sqlcipher
from sqlalchemy import select

from ces_desktop.data.database import Database, _sorted_failure
from ces_desktop.data.journal.apply import stored
from ces_desktop.data.models import HouseholdRecord, OpRecord, PatientRecord, PatientStatusRecord
from ces_desktop.data.work import CLOCK_FLOOR, Work
from ces_desktop.errors import Refused, Unavailable

WHO = actor()
NOW = 1_790_000_000_000


class Clock:
    """A clock that says what it is told to."""

    def __init__(self, at: int = NOW) -> None:
        self.at = at

    def __call__(self) -> int:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def db(tmp_path: Path, clock: Clock) -> Database:
    return database(sqlcipher(tmp_path), clock=clock)


def ops(db: Database) -> list[Any]:
    """Every op with its header, in order of writing."""
    hashes = db.read(lambda c: c.execute(select(OpRecord.hash).order_by(OpRecord.n)).scalars().all())
    return [db.read(lambda c, h=h: stored(c, h)) for h in hashes]  # type: ignore[misc]


def home(work: Work, **fields: Any) -> HouseholdRecord:
    return HouseholdRecord(id=work.new_id(), **fields)


@pytest.mark.parametrize("value", [1.5, True, False, [1], {"a": 1}, 2**63, -(2**63) - 1, object()])
def test_only_integers_text_and_nothing_travel(db: Database, value: Any) -> None:
    with pytest.raises(TypeError):
        db.write(lambda work: work.add(home(work, directions=value)), WHO)
    assert ops(db) == []


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
def test_text_that_one_of_the_databases_cannot_hold_is_refused(db: Database, text: str) -> None:
    with pytest.raises(Refused) as refusal:
        db.write(lambda work: work.add(home(work, directions=text)), WHO)
    assert refusal.value.code == "journal.bad_text"
    patient = register(db, WHO)
    with pytest.raises(Refused):
        db.write(lambda work: work.change(PatientRecord, patient, nickname=text), WHO)
    assert_proved(db)


def test_the_edges_of_what_travels(db: Database) -> None:
    db.write(lambda work: work.add(home(work, number=2**63 - 1, directions="😀\n‏ñ" * 3_000)), WHO)
    db.write(lambda work: work.add(home(work, number=-(2**63), directions="")), WHO)
    assert_proved(db)


def test_an_action_that_changes_nothing_writes_nothing(db: Database) -> None:
    patient = register(db, WHO)
    before = len(ops(db))
    outcome = db.write(lambda work: work.change(PatientRecord, patient, given="Inventada", maternal="Ejemplo"), WHO)
    assert (outcome.touched, len(ops(db))) == (frozenset(), before)


def test_a_change_taken_back_within_the_action_writes_nothing(db: Database) -> None:
    patient = register(db, WHO)

    def there_and_back(work: Work) -> None:
        work.change(PatientRecord, patient, given="Otra")
        work.change(PatientRecord, patient, given="Inventada")

    before = len(ops(db))
    db.write(there_and_back, WHO)
    assert len(ops(db)) == before


def test_an_op_for_each_subject_chained_and_counted(db: Database) -> None:
    patient = register(db, WHO)

    def action(work: Work) -> None:
        work.act("households.create", "razón")
        work.add(home(work, number=1))
        work.change(PatientRecord, patient, given="Otra")
        work.add(PatientStatusRecord(id=work.new_id(), patient=patient, status="moved"))

    outcome = db.write(action, WHO)
    first, one, two = ops(db)
    assert [(o.head.k, o.head.m, o.head.seq) for o in (first, one, two)] == [(1, 1, 1), (1, 2, 2), (2, 2, 3)]
    assert [(o.head.subject_type, o.head.kind, o.head.reason) for o in (one, two)] == [
        ("household", "households.create", "razón"),
        ("patient", "households.create", "razón"),
    ]
    assert (one.head.parents, two.head.parents) == ((first.hash,), (one.hash,))
    assert one.head.action == two.head.action == outcome.action
    assert first.head.hlc < one.head.hlc < two.head.hlc
    assert outcome.touched == {"household", "patient", "patient_status"}
    assert_proved(db)


def test_an_edit_names_what_it_replaces(db: Database) -> None:
    patient = register(db, WHO)
    for given in ("Otra", "Tercera"):
        db.write(lambda work, given=given: work.change(PatientRecord, patient, given=given), WHO)  # type: ignore[misc]
    made, one, two = ops(db)
    assert [s.bases for s in one.changes()[1]] == [(made.hash,)]
    assert [(s.bases, s.was, s.value) for s in two.changes()[1]] == [((one.hash,), "Otra", "Tercera")]


def test_gone_rows_are_refused(db: Database) -> None:
    patient = register(db, WHO)
    with pytest.raises(Refused, match=r"journal\.gone"):
        db.write(lambda work: work.change(PatientRecord, bytes(16), given="Nadie"), WHO)
    db.write(lambda work: work.void(PatientRecord, patient, "typing slip"), WHO)
    with pytest.raises(Refused, match=r"journal\.gone"):
        db.write(lambda work: work.change(PatientRecord, patient, given="Nadie"), WHO)
    with pytest.raises(Refused, match=r"journal\.gone"):
        db.write(lambda work: work.change(PatientRecord, patient, given="Nadie", paternal="X"), WHO)
    assert_proved(db)


def test_a_column_that_does_not_travel_is_a_bug(db: Database) -> None:
    patient = register(db, WHO)
    with pytest.raises(TypeError, match="wire column"):
        db.write(lambda work: work.change(PatientRecord, patient, search_text="x"), WHO)


def test_a_failing_action_leaves_nothing(db: Database) -> None:
    def fails(work: Work) -> None:
        work.add(home(work, number=1))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        db.write(fails, WHO)
    assert ops(db) == []
    assert_proved(db)


@pytest.mark.parametrize("wrong", [946_684_800_000, 2_903_000_000_000])
def test_a_wrong_clock_keeps_the_order_and_is_marked(db: Database, clock: Clock, wrong: int) -> None:
    """2000 and 2062: work goes on, order stays, the ops made before the last record are suspect."""
    patient = register(db, WHO)
    clock.at = wrong
    db.write(lambda work: work.change(PatientRecord, patient, given="Con reloj malo"), WHO)
    assert db.clock_behind() is None if wrong > NOW else db.clock_behind() is not None
    clock.at = NOW + 60_000
    db.write(lambda work: work.change(PatientRecord, patient, given="Con reloj bueno"), WHO)
    one, two, three = ops(db)
    assert one.head.hlc < two.head.hlc < three.head.hlc
    assert [o.head.clock_suspect for o in (one, two, three)] == ([0, 1, 0] if wrong < NOW else [0, 0, 1])
    assert db.read(lambda c: c.execute(select(PatientRecord.given)).scalar_one()) == "Con reloj bueno"
    assert_proved(db)


def test_a_first_op_before_the_program_existed_is_suspect(db: Database, clock: Clock) -> None:
    clock.at = 946_684_800_000
    register(db, WHO)
    (op,) = ops(db)
    assert op.head.clock_suspect == 1
    assert op.head.hlc >> 16 >= CLOCK_FLOOR
    assert op.head.wall == clock.at


def test_a_read_only_window_is_told(db: Database) -> None:
    beside = Database(db.engine, db.installation, read_only=True)
    for attempt in (
        lambda: beside.write(lambda work: None, WHO),
        lambda: beside.receive([]),
        lambda: beside.local(lambda c: None),
    ):
        with pytest.raises(Unavailable) as told:
            attempt()
        assert told.value.code == "storage.in_use"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (5, "in_use"),
        (6, "in_use"),
        (8, "read_only"),
        (10, "unreadable"),
        (11, "damaged"),
        (13, "full"),
        (14, "unreadable"),
        (26, "damaged"),
    ],
)
def test_failures_of_the_file_are_told_as_what_they_are(db: Database, code: int, said: str) -> None:
    from sqlalchemy.exc import DBAPIError
    from sqlcipher3 import dbapi2

    cause = dbapi2.DatabaseError("no") if code in (11, 26) else dbapi2.OperationalError("no")
    cause.sqlite_errorcode = code
    told = _sorted_failure(db.engine, DBAPIError("statement", {}, cause))
    assert isinstance(told, Unavailable)
    assert told.code == f"storage.{said}"


def test_a_fault_of_the_program_is_not_told_as_a_fault_of_the_disk(db: Database) -> None:
    from sqlalchemy.exc import DBAPIError

    with pytest.raises(DBAPIError):
        db.read(lambda c: c.exec_driver_sql("SELECT * FROM no_such_table"))
