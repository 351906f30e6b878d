"""What applying ops makes of people, places, links and rows that came early, strange or from a later program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import histories
import pytest
from applying import migrated, outcome, trial
from builders import KEY
from histories import CLINIC, NOW, World, history, snapshot
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select, text

from ces_desktop.data import cipher
from ces_desktop.data.database import transaction
from ces_desktop.data.journal import derive
from ces_desktop.data.journal.apply import apply, stored
from ces_desktop.data.journal.fold import verify
from ces_desktop.data.journal.op import Added, FieldSet
from ces_desktop.data.models import (
    CommunityRecord,
    OpStatusRecord,
    PatientRecord,
)
from ces_desktop.data.upgrade import upgrade


@given(st.permutations([(1, 2), (2, 3), (5, 4), (4, 3), (8, 9)]))
def test_a_person_is_the_smallest_of_their_records(links: list[tuple[int, int]]) -> None:
    persons = derive.persons((bytes([one]), bytes([other])) for one, other in links)
    assert {k[0]: v[0] for k, v in persons.items()} == {1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 8: 8, 9: 8}


@pytest.fixture(scope="module", params=["sqlcipher", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database of each kind."""
    yield from migrated(request.param, request, tmp_path_factory)


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
