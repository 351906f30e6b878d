"""The sums that exchange sends: kept by each change, they are those of the rows as they are, whatever happened."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from applying import migrated, trial
from histories import CLINIC, NOW, Step, World, history, steps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, delete, update

from ces_desktop.data.journal import state_sums
from ces_desktop.data.journal.apply import apply
from ces_desktop.data.journal.fold import rebuild, verify
from ces_desktop.data.journal.op import Added, Header, Op, clinic_scope, make
from ces_desktop.data.models import ExchangeRecord, PatientRecord
from ces_desktop.sync.journal_store import JournalStore

MOVES: list[Step] = [(0, 0, 0, 0), (0, 0, 1, 1), (2, 0, 0, 2), (11, 0, 0, 0), (7, 0, 0, 1), (8, 0, 0, 1)]
PERSON = bytes(15) + b"\x09"


@pytest.fixture(scope="module", params=["sqlcipher", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database of each kind."""
    yield from migrated(request.param, request, tmp_path_factory)


def sent(connection: Connection) -> dict[str, str]:
    return JournalStore(connection).digest(clinic_scope(CLINIC))


def counted_anew(connection: Connection) -> dict[str, str]:
    """What is sent by an installation that has no sums yet: of the rows as they are."""
    with connection.begin_nested() as point:
        connection.execute(delete(ExchangeRecord.__table__))
        found = sent(connection)
        point.rollback()
    return found


@given(steps, st.randoms(use_true_random=False))
@settings(max_examples=20, suppress_health_check=list(HealthCheck))
def test_what_is_sent_is_what_the_rows_say(engine: Engine, moves: list[Step], rng: random.Random) -> None:
    """Rows made, edited, voided, corrected, made twice, of a later program; in any order and batches, some twice."""
    world = history(moves)
    rest = rng.sample([*world.ops, *world.ops[:3]], len(world.ops) + len(world.ops[:3]))
    with trial(engine) as connection:
        while rest:
            size = rng.choice((1, 2, 5, 50))
            apply(connection, rest[:size])
            rest = rest[size:]
            assert state_sums.sums(connection) == state_sums.counted(connection)
        before = sent(connection)
        assert before == counted_anew(connection)
        rebuild(connection)
        assert sent(connection) == before == counted_anew(connection)


def test_a_sum_that_is_not_that_of_the_rows_is_found_and_mended(engine: Engine) -> None:
    with trial(engine) as connection:
        apply(connection, history(MOVES).ops)
        right = sent(connection)
        wrong = {"content": bytes(31) + b"\x01"}
        name = CLINIC + b"patient"
        connection.execute(update(ExchangeRecord.__table__).where(ExchangeRecord.name == name).values(wrong))
        assert verify(connection).differences == (f"patient {CLINIC.hex()} sum of the rows",)
        rebuild(connection)
        assert verify(connection).equal and sent(connection) == right


def test_a_row_changed_past_the_journal_is_found(engine: Engine) -> None:
    with trial(engine) as connection:
        apply(connection, history(MOVES).ops)
        connection.execute(update(PatientRecord.__table__).values(given="Otra"))
        assert list(state_sums.differences(connection)) == [f"patient {CLINIC.hex()} sum of the rows"]
        found = verify(connection).differences  # told once: as the row, not as its sum too
        assert found and not any("sum of the rows" in one for one in found)


def test_sums_of_other_columns_are_counted_anew(engine: Engine) -> None:
    """As after a step of the schema: what the older program kept is of fewer columns."""
    with trial(engine) as connection:
        ops = history(MOVES).ops
        apply(connection, ops[:3])
        right = state_sums.counted(connection)
        mark = ExchangeRecord.name == b""
        connection.execute(update(ExchangeRecord.__table__).where(mark).values(content=bytes(32)))
        assert verify(connection).equal
        assert state_sums.sums(connection) == right
        apply(connection, ops[3:])
        assert state_sums.sums(connection) == state_sums.counted(connection) != right


def test_confidential_rows_do_not_count_and_edits_of_others_do(engine: Engine) -> None:
    with trial(engine) as connection:
        world = World.of()
        patient = Added("patient", PERSON, {"given": "Inventada"})
        apply(connection, [world.write(world.laptops[0], ("patient", PERSON), [patient], [])])
        before = sent(connection)
        apply(connection, [confidential()])
        assert sent(connection) == before == counted_anew(connection)
        apply(connection, [world.edit(world.laptops[0], "patient", PERSON, "given", "Renombrada")])
        assert sent(connection) != before and sent(connection) == counted_anew(connection)
        assert verify(connection).differences == ()


def confidential() -> Op:
    """A note in the clinic's confidential log."""
    head = Header(
        device=bytes([1] * 16), incarnation=bytes(8), scope=f"reserved:{CLINIC.hex()}", seq=1, parents=(),
        hlc=NOW << 16, wall=NOW, clock_suspect=0, user=bytes(16), reason="", kind="test", action=bytes(16), k=1, m=1,
        subject_type="patient", subject=PERSON,
    )  # fmt: skip
    fields = {"patient": PERSON.hex(), "status": "active", "happened_on": "2026-01-15"}
    return make(head, [Added("patient_status", bytes(15) + b"\x0a", dict(fields))], [], nonce=bytes(16))
