"""State = fold(set of ops): order, batches and repeats cannot matter, on both databases; what was seen beats clocks."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import histories
import pytest
from builders import KEY
from histories import CLINIC, NOW, SHIPPED, SKEWS, Step, World, history, snapshot, steps
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, create_engine, select, text

from ces_desktop.data import cipher
from ces_desktop.data.database import transaction
from ces_desktop.data.journal import derive
from ces_desktop.data.journal.apply import apply, stored
from ces_desktop.data.journal.fold import rebuild, verify
from ces_desktop.data.journal.op import Added, FieldSet, Op
from ces_desktop.data.models import (
    CommunityRecord,
    OpStatusRecord,
    PatientRecord,
    PatientStatusRecord,
    PendingRecord,
)
from ces_desktop.data.reference import load
from ces_desktop.data.upgrade import upgrade


@pytest.fixture(scope="module", params=["sqlcipher", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A migrated database of each kind with two localities of a reference list; each example is rolled back."""
    if request.param == "sqlcipher":
        made = cipher.engine(tmp_path_factory.mktemp("apply") / "clinic.db", KEY, create=True)
    else:
        server = request.getfixturevalue("postgres_server")
        made = create_engine(server.url(server.create()))
    with transaction(made, write=True) as connection:
        upgrade(connection)
        load(connection, "community", SHIPPED)
    yield made
    made.dispose()


@contextmanager
def trial(engine: Engine) -> Iterator[Connection]:
    """A database to write into that is left as it was."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection
        connection.rollback()


def batches(ops: Sequence[Op], rng: random.Random) -> Iterator[list[Op]]:
    """The ops shuffled, some twice, in runs of any length."""
    shuffled = [*ops, *rng.sample(ops, min(3, len(ops)))]
    rng.shuffle(shuffled)
    while shuffled:
        size = rng.choice((1, 2, 5, 50))
        yield shuffled[:size]
        shuffled = shuffled[size:]


def outcome(engine: Engine, parts: Sequence[Sequence[Op]]) -> dict[str, object]:
    """What the tables hold after some batches; proved against the journal."""
    with trial(engine) as connection:
        for part in parts:
            apply(connection, part)
        verdict = verify(connection)
        assert verdict.equal, (verdict.differences, verdict.broken)
        return snapshot(connection)


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
        test = example(moves, random.Random(7))(test)  # type: ignore[arg-type]
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


@given(st.permutations([(1, 2), (2, 3), (5, 4), (4, 3), (8, 9)]))
def test_a_person_is_the_smallest_of_their_records(links: list[tuple[int, int]]) -> None:
    persons = derive.persons((bytes([one]), bytes([other])) for one, other in links)
    assert {k[0]: v[0] for k, v in persons.items()} == {1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 8: 8, 9: 8}


def test_people_are_found_by_the_new_name_of_their_place_even_in_one_batch(engine: Engine) -> None:
    world = World.of(1)
    laptop = world.laptops[0]
    place, patient = bytes(15) + b"\x01", bytes(15) + b"\x02"
    world.write(laptop, ("community", place), [Added("community", place, {"name": "Antes"})], [])
    adds = [Added("patient", patient, {"given": "Inventada", "community": place.hex()})]
    world.write(laptop, ("patient", patient), adds, [])
    world.edit(laptop, "community", place, "name", "Ahora")
    for parts in ([world.ops], [[op] for op in world.ops], [[op] for op in world.ops[::-1]]):
        with trial(engine) as connection:
            for part in parts:
                apply(connection, part)
            assert connection.execute(select(PatientRecord.search_text)).scalar_one() == "inventada ahora"
            key = select(CommunityRecord.search_key).where(CommunityRecord.id == place)
            assert connection.execute(key).scalar_one() == "ahora"


def test_what_a_later_program_wrote_is_kept_whole_and_marked(engine: Engine) -> None:
    """V10: byte for byte, applied as far as it is known, never an obstacle."""
    world = World.of(1)
    laptop, thing, home = world.laptops[0], bytes(15) + b"\x05", bytes(15) + b"\x06"
    adds = [
        Added("later_table", thing, {"what": 7}),
        Added("household", home, {"number": 27, "later_field": "x"}),
    ]
    odd = world.write(laptop, ("household", home), adds, [FieldSet("household", home, "later", "y", None, ())])
    plain = world.write(laptop, ("household", home), [], [FieldSet("household", home, "number", 28, 27, (odd.hash,))])
    with trial(engine) as connection:
        apply(connection, [plain, odd])
        assert connection.execute(select(OpStatusRecord.op, OpStatusRecord.state)).all() == [(odd.hash, "stored_only")]
        kept = stored(connection, odd.hash)
        assert (kept.header, kept.body, kept.hash) == (odd.header, odd.body, odd.hash)
        assert kept.changes() == odd.changes()
        assert connection.execute(text("SELECT number FROM household")).scalar_one() == 28
        assert verify(connection).equal


def test_a_row_with_a_missing_parent_is_stored_and_told(engine: Engine) -> None:
    world = history([(0, 0, 0, 0)])
    op = world.ops[0]
    patient = op.changes()[0][0].entity
    orphan = world.write(
        world.laptops[1],
        ("patient", b"\x09" * 16),
        [Added("patient_status", b"\x08" * 16, {"patient": (b"\x09" * 16).hex(), "status": "died"})],
        [],
    )
    with trial(engine) as connection:
        apply(connection, [op, orphan])
        verdict = verify(connection)
        assert verdict.equal
        assert verdict.orphans == (f"patient_status {'08' * 16} patient",)
        assert verdict.ops == 2
        assert patient in connection.execute(select(PatientRecord.id)).scalars().all()


def test_links_join_and_part_people_whatever_comes_first(engine: Engine) -> None:
    """Union–find to the smallest id; voiding a link parts them again."""
    world = World.of(1)
    laptop = world.laptops[0]
    ids = [bytes(15) + bytes([n]) for n in (3, 1, 2, 9)]
    for patient in ids:
        world.write(laptop, ("patient", patient), [Added("patient", patient, {"given": "Inventada"})], [])
    links = []
    for n, (one, other) in enumerate([(ids[0], ids[2]), (ids[2], ids[1])]):
        link = bytes(14) + b"\x01" + bytes([n])
        links.append(link)
        add = Added("same_as", link, {"one": one.hex(), "other": other.hex()})
        world.write(laptop, ("patient", one), [add], [])

    def persons(connection: Connection) -> dict[bytes, bytes]:
        return {row.id: row.person for row in connection.execute(select(PatientRecord.id, PatientRecord.person))}

    for order in (world.ops, world.ops[::-1]):
        with trial(engine) as connection:
            for op in order:
                apply(connection, [op])
            assert persons(connection) == {ids[0]: ids[1], ids[1]: ids[1], ids[2]: ids[1], ids[3]: ids[3]}
            parted = World([laptop]).edit(laptop, "same_as", links[1], "voided", "not the same")
            laptop.seen.pop(parted.hash)
            laptop.log.pop()
            apply(connection, [parted])
            assert persons(connection) == {ids[0]: ids[2], ids[1]: ids[1], ids[2]: ids[2], ids[3]: ids[3]}
            assert verify(connection).equal


def test_bodies_of_unusual_years_keep_their_order(engine: Engine) -> None:
    """Clocks of 2000 and 2062 fit the columns."""
    world = World.of(3)
    for laptop in world.laptops:
        patient = bytes([laptop.number + 1] * 16)
        world.write(laptop, ("patient", patient), [Added("patient", patient, {"given": "Inventada"})], [])
    with trial(engine) as connection:
        apply(connection, world.ops)
        found = connection.execute(select(PatientRecord.recorded_at)).scalars().all()
        assert {round((at - NOW) / histories.YEAR_MS) for at in found} == {0, -26, 36}


def test_the_clinic_made_on_two_laptops_is_one(engine: Engine) -> None:
    world = World.of(2)
    for laptop in world.laptops:
        laptop.skew = 0
        fields = {"prefix": "CAP", "name": f"Nombre de {laptop.number}", "later_field": "x"}
        world.write(laptop, ("clinic", CLINIC), [Added("clinic", CLINIC, fields)], [], "setup")
    ends = [outcome(engine, [[op] for op in order])["clinic"] for order in (world.ops, world.ops[::-1])]
    assert ends[0] == ends[1]
    assert ends[0][CLINIC]["name"] == "Nombre de 1"  # type: ignore[index]
    assert ends[0][CLINIC]["made_by"] == world.ops[0].hash  # type: ignore[index]


def test_apply_is_durable_only_with_its_transaction(tmp_path: Path) -> None:
    engine = cipher.engine(tmp_path / "clinic.db", KEY, create=True)
    with transaction(engine, write=True) as connection:
        upgrade(connection)
    world = history([(0, 0, 0, 0)])
    with pytest.raises(ZeroDivisionError), transaction(engine, write=True) as connection:
        apply(connection, world.ops)
        raise ZeroDivisionError
    with transaction(engine, write=False) as connection:
        assert snapshot(connection)["op"] == set()
        assert connection.execute(text("SELECT count(*) FROM patient_words")).scalar() == 0
    engine.dispose()
