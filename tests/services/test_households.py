"""Households: numbers, members, heads, and their way back."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import builders
import pytest

from ces_desktop.data.database import Database
from ces_desktop.data.queries.communities import find, known
from ces_desktop.data.queries.households import HouseholdFile, household_file, household_rows, without_household
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.errors import Refused
from ces_desktop.services import communities, households, undo
from ces_desktop.services.communities import AddCommunity
from ces_desktop.services.households import CreateHousehold, EditHousehold, MoveMember

WHO = builders.actor()


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return builders.database(builders.sqlcipher(tmp_path))


def opened(db: Database, household: Id) -> HouseholdFile:
    held = db.read(lambda c: household_file(c, db.installation.clinic, household))
    assert held is not None
    return held


def place(db: Database, name: str) -> Id:
    return db.write(partial(communities.add, request=AddCommunity(new_id(db.clock()), name)), WHO).value


def create(db: Database, **fields: object) -> Id:
    wanted = CreateHousehold(new_id(db.clock()), **fields)  # type: ignore[arg-type]
    db.write(partial(households.create, request=wanted), WHO)
    return db.write(partial(households.create, request=wanted), WHO).value


def test_two_laptops_of_a_clinic_give_different_numbers(db: Database) -> None:
    create(db)
    second = Database(db.engine, replace(db.installation, slot=1, device=b"2" * 16), clock=db.clock)
    create(second), create(second), create(db)
    assert [r.number for r in db.read(lambda c: household_rows(c, db.installation.clinic))] == [1, 2, 100_001, 100_002]
    builders.assert_proved(db)


def test_created_with_head_and_members(db: Database) -> None:
    palms = place(db, "Las Palmas")
    one, other = builders.register(db, WHO, 1), builders.register(db, WHO, 2, birth="2020-01-01")
    house = create(db, community=palms, head=one, members=(other,), directions="Pasando el río,\ncasa azul")
    file = opened(db, house)
    assert (file.row.number, file.row.community_name, file.row.members) == (1, "Las Palmas", 2)
    assert [m.id for m in file.members] == [one, other]
    assert file.members[0].community == "Las Palmas"
    assert file.row.directions == "Pasando el río,\ncasa azul"
    assert db.read(lambda c: without_household(c, db.installation.clinic)) == ((), 0)
    db.write(undo.undo, WHO)
    assert db.read(lambda c: household_rows(c, db.installation.clinic)) == ()
    assert db.read(lambda c: without_household(c, db.installation.clinic))[1] == 2
    db.write(undo.redo, WHO)
    assert opened(db, house) == file
    assert create(db) != house
    assert [r.number for r in db.read(lambda c: household_rows(c, db.installation.clinic))] == [1, 2]
    builders.assert_proved(db)


def test_moving_the_head_leaves_the_house_without_one(db: Database) -> None:
    one, other = builders.register(db, WHO, 1), builders.register(db, WHO, 2)
    first, second = create(db, head=one, members=(other,)), create(db)
    db.write(partial(households.move, request=MoveMember(one, second)), WHO)
    assert (opened(db, first).row.head, opened(db, first).row.members) == (None, 1)
    assert opened(db, second).row.members == 1
    db.write(undo.undo, WHO)
    assert (opened(db, first).row.head, opened(db, first).row.members) == (one, 2)
    db.write(partial(households.move, request=MoveMember(other, None)), WHO)
    assert opened(db, first).row.members == 1
    builders.assert_proved(db)


def test_a_house_that_changes_community_takes_its_people(db: Database) -> None:
    palms, virgin = place(db, "Las Palmas"), place(db, "Monte Virgen")
    one = builders.register(db, WHO, 1)
    house = create(db, community=palms, head=one)
    db.write(partial(households.edit, request=EditHousehold(house, virgin, one, "junto a la escuela")), WHO)
    assert opened(db, house).members[0].community == "Monte Virgen"
    db.write(undo.undo, WHO)
    assert opened(db, house).members[0].community == "Las Palmas"
    builders.assert_proved(db)


def test_refusals(db: Database) -> None:
    one, other = builders.register(db, WHO, 1), builders.register(db, WHO, 2)
    house = create(db, head=one)
    for action, code in (
        (partial(households.edit, request=EditHousehold(house, head=other)), "head_elsewhere"),
        (partial(households.edit, request=EditHousehold(Id(bytes(16)))), "not_found"),
        (partial(households.move, request=MoveMember(one, Id(bytes(16)))), "not_found"),
        (partial(households.move, request=MoveMember(Id(bytes(16)), house)), "patients.not_found"),
        (partial(households.create, request=CreateHousehold(new_id(1), Id(bytes(16)))), "community_gone"),
        (partial(households.create, request=CreateHousehold(new_id(1), directions="x" * 401)), "too_long"),
        (partial(communities.add, request=AddCommunity(new_id(1), " 12 ")), "name_missing"),
        (partial(communities.add, request=AddCommunity(new_id(1), "Río\nHondo")), "line_break"),
    ):
        with pytest.raises(Refused, match=code):
            db.write(action, WHO)
    builders.assert_proved(db)


def test_a_community_is_added_once_and_found_without_accents(db: Database) -> None:
    here = db.installation.clinic
    made = place(db, "Río Hondo")
    with pytest.raises(Refused, match="exists"):
        place(db, "rio  hondo")
    builders.register(db, WHO, 1, community=made)
    place(db, "Arroyo Seco")
    assert [(r.name, r.people) for r in db.read(lambda c: known(c, here))] == [("Río Hondo", 1), ("Arroyo Seco", 0)]
    assert [r.name for r in db.read(lambda c: find(c, here, "RIO"))] == ["Río Hondo"]
    assert db.read(lambda c: find(c, here, "%")) == db.read(lambda c: known(c, here))
    builders.assert_proved(db)
