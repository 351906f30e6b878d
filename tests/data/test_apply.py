"""State = fold(set of ops): order, batches and repeats cannot matter, on both databases; what was seen beats clocks."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence

import histories
import pytest
from applying import migrated, outcome, trial
from histories import SKEWS, Step, World, history, snapshot, steps
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text

from ces_desktop.data.journal.apply import apply
from ces_desktop.data.journal.fold import rebuild, verify
from ces_desktop.data.journal.op import Added, Op
from ces_desktop.data.models import (
    PatientRecord,
    PatientStatusRecord,
    PendingRecord,
)


def batches(ops: Sequence[Op], rng: random.Random) -> Iterator[list[Op]]:
    """The ops shuffled, some twice, in runs of any length."""
    shuffled = [*ops, *rng.sample(ops, min(3, len(ops)))]
    rng.shuffle(shuffled)
    while shuffled:
        size = rng.choice((1, 2, 5, 50))
        yield shuffled[:size]
        shuffled = shuffled[size:]


@pytest.fixture(scope="module", params=["sqlcipher", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database of each kind."""
    yield from migrated(request.param, request, tmp_path_factory)


_HARD: list[list[Step]] = [
    # A locality made twice with an edit between, by laptops that did not see each other.
    [(8, 0, 1, 1), (9, 0, 6, 0), (8, 1, 5, 1), (14, 0, 1, 0), (9, 0, 0, 0), (8, 2, 4, 1)],
    # A reference row edited, made again and edited by one who saw only one of the two.
    [(9, 0, 0, 1), (8, 1, 5, 2), (9, 1, 0, 1), (14, 2, 1, 0), (9, 2, 5, 1), (8, 2, 3, 2)],
    # A correction of a correction, voided and brought back.
    [(0, 0, 0, 0), (5, 0, 0, 0), (5, 0, 1, 0), (6, 0, 1, 0), (6, 0, 2, 0), (14, 1, 0, 0), (5, 1, 0, 0)],
    # Links in a ring, one voided elsewhere, a restored backup between.
    [(0, 0, 0, 0), (0, 0, 1, 1), (0, 0, 2, 2), (7, 0, 0, 1), (7, 0, 1, 2), (14, 1, 0, 0), (6, 1, 0, 1), (15, 0, 2, 0)],
]


def hard_cases(test: object) -> object:
    """The named scenarios, besides the drawn ones."""
    for moves in _HARD:
        test = example(moves, random.Random(7))(test)
    return test


@hard_cases
@given(steps, st.randoms(use_true_random=False))
@settings(max_examples=50, suppress_health_check=list(HealthCheck))
def test_any_order_any_batches_any_repeats_give_equal_tables(
    engine: Engine, moves: list[Step], rng: random.Random
) -> None:
    world = history(moves)
    if not world.ops:
        return
    straight = outcome(engine, [[op] for op in world.ops])
    assert outcome(engine, list(batches(world.ops, rng))) == straight
    assert outcome(engine, [world.ops[::-1]]) == straight


@hard_cases
@given(steps, st.randoms(use_true_random=False))
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
def test_rebuilding_gives_the_same_tables(engine: Engine, moves: list[Step], rng: random.Random) -> None:
    world = history(moves)
    with trial(engine) as connection:
        for part in batches(world.ops, rng) if world.ops else ():
            apply(connection, part)
        before = snapshot(connection)
        rebuild(connection)
        assert snapshot(connection) == before
        assert verify(connection).equal


@given(steps, st.randoms(use_true_random=False))
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
def test_every_field_shows_what_stands(engine: Engine, moves: list[Step], rng: random.Random) -> None:
    """Against a third reading of the contract: of the versions nobody replaced, the latest by clock and hash."""
    world = history(moves)
    with trial(engine) as connection:
        for part in batches(world.ops, rng) if world.ops else ():
            apply(connection, part)
        by_hash = {op.hash: op for op in world.ops}
        rows = {row.id: row._asdict() for row in connection.execute(select(PatientRecord.__table__))}
        for entity, row in rows.items():
            for column in ("given", "maternal", "phone", "voided"):
                standing = histories.live(world.ops, "patient", entity, column)
                winner = max(standing, key=lambda h: (by_hash[h].head.hlc, h))
                assert row[column] == standing[winner]


@given(st.permutations(range(4)), st.lists(st.sampled_from(SKEWS), min_size=4, max_size=4), st.integers(0, 3))
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
def test_an_edit_that_saw_another_wins_whatever_the_clocks_say(
    engine: Engine, order: list[int], skews: list[int], again: int
) -> None:
    world = World.of(4)
    patient = bytes(15) + b"\x07"
    for laptop, skew in zip(world.laptops, skews, strict=True):
        laptop.skew = skew
    world.write(world.laptops[0], ("patient", patient), [Added("patient", patient, {"given": "Primera"})], [])
    for number in range(1, 4):
        world.meet(world.laptops[number], world.laptops[number - 1])
        world.edit(world.laptops[number], "patient", patient, "given", f"Vista {number}")
    with trial(engine) as connection:
        for number in [*order, again]:
            apply(connection, [world.ops[number]])
        assert connection.execute(select(PatientRecord.given)).scalar_one() == "Vista 3"


@pytest.mark.parametrize("skews", list(itertools.permutations(SKEWS[:3])))
def test_of_edits_that_did_not_see_each_other_the_later_shows_and_both_are_kept(
    engine: Engine, skews: tuple[int, ...]
) -> None:
    world = World.of(3)
    patient = bytes(15) + b"\x08"
    made = world.write(world.laptops[0], ("patient", patient), [Added("patient", patient, {"given": "Primera"})], [])
    for laptop, skew in zip(world.laptops, skews, strict=True):
        laptop.seen[made.hash] = made
        laptop.skew = skew
        world.edit(laptop, "patient", patient, "given", f"Reloj {skew}")
    with trial(engine) as connection:
        apply(connection, world.ops)
        assert connection.execute(select(PatientRecord.given)).scalar_one() == f"Reloj {max(skews)}"
        kept = connection.execute(text("SELECT count(*) FROM field_version WHERE superseded = 0")).scalar()
        assert kept == 3


def test_at_the_same_instant_the_hash_decides(engine: Engine) -> None:
    world = World.of(4)
    patient = bytes(15) + b"\x08"
    made = world.write(world.laptops[0], ("patient", patient), [Added("patient", patient, {"given": "Primera"})], [])
    edits = []
    for number, laptop in enumerate(world.laptops):
        laptop.seen[made.hash] = made
        laptop.skew = -1_000 * number
        edits.append(world.edit(laptop, "patient", patient, "given", f"De {number}"))
    assert len({op.head.hlc for op in edits}) == 1
    last = max(edits, key=lambda op: op.hash).changes()[1][0].value
    for order in itertools.permutations(edits):
        with trial(engine) as connection:
            apply(connection, [made])
            for op in order:
                apply(connection, [op])
            assert connection.execute(select(PatientRecord.given)).scalar_one() == last


def test_applying_again_writes_nothing(engine: Engine) -> None:
    world = history([(0, 0, 0, 0), (2, 0, 0, 0), (5, 0, 0, 0), (13, 0, 0, 0)])
    with trial(engine) as connection:
        assert apply(connection, world.ops)
        before = snapshot(connection)
        assert apply(connection, world.ops) == frozenset()
        assert apply(connection, []) == frozenset()
        assert snapshot(connection) == before


def test_touched_tables_are_told(engine: Engine) -> None:
    world = history([(0, 0, 0, 0), (8, 0, 0, 0)])
    with trial(engine) as connection:
        assert apply(connection, world.ops) == {"patient", "patient_status", "community"}


def test_an_edit_before_its_row_waits_and_then_shows(engine: Engine) -> None:
    world = history([(0, 0, 0, 0)])
    patient = world.ops[0].changes()[0][0].entity
    edit = world.edit(world.laptops[0], "patient", patient, "given", "Después")
    with trial(engine) as connection:
        apply(connection, [edit])
        assert connection.execute(select(PendingRecord.entity)).scalars().all() == [patient]
        assert connection.execute(select(PatientRecord.id)).first() is None
        assert verify(connection).differences == ()
        apply(connection, world.ops[:1])
        assert connection.execute(select(PendingRecord.entity)).first() is None
        row = connection.execute(select(PatientRecord.given, PatientRecord.search_text)).one()
        assert row.given == "Después"
        assert "despues" in row.search_text


def test_a_replacement_before_what_it_replaces(engine: Engine) -> None:
    world = history([(0, 0, 0, 0), (5, 0, 0, 0)])
    with trial(engine) as connection:
        apply(connection, world.ops[1:])
        apply(connection, world.ops[:1])
        rows = connection.execute(select(PatientStatusRecord.status, PatientStatusRecord.live)).all()
        assert {tuple(row) for row in rows} == {("active", 0), ("moved", 1)}


def test_more_rows_than_one_question_takes_in_any_order(engine: Engine) -> None:
    """Six hundred rows an op: some of them held, some corrected before they came, ids in no order of time."""
    world = World.of(3)
    patient = bytes(15) + b"\x07"

    def status(number: int, word: str, replaces: int | None = None) -> Added:
        fields: dict[str, str | int | None] = {"patient": patient.hex(), "status": word}
        if replaces is not None:
            fields["replaces"] = replaces.to_bytes(16, "big").hex()
        return Added("patient_status", number.to_bytes(16, "big"), fields)

    for laptop, adds in zip(
        world.laptops,
        (
            [status(2 * number, "active") for number in range(600)],
            [status(2 * number + 1, "moved", replaces=2 * number) for number in range(600)],
            [status(3 * number, "died", replaces=3 * number + 4) for number in range(590, 1_200)],
        ),
        strict=True,
    ):
        world.write(laptop, ("patient", patient), adds[::-1], [])
    orders = [outcome(engine, [[op] for op in order]) for order in itertools.permutations(world.ops)]
    assert all(order == orders[0] for order in [*orders, outcome(engine, [world.ops])])


def test_a_voided_correction_brings_back_what_it_corrected(engine: Engine) -> None:
    world = history([(0, 0, 0, 0), (5, 0, 0, 0)])
    status = world.ops[1].changes()[0][0].entity
    world.edit(world.laptops[0], "patient_status", status, "voided", "typing slip")
    for order in itertools.permutations(world.ops):
        with trial(engine) as connection:
            for op in order:
                apply(connection, [op])
            rows = connection.execute(select(PatientStatusRecord.status, PatientStatusRecord.live)).all()
            assert {tuple(row) for row in rows} == {("active", 1), ("moved", 0)}
