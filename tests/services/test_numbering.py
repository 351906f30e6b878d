"""One number given at two laptops: the later is renumbered, both are found by the old one, and all laptops agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import builders
import pytest
from two_laptops import Laptops, encrypted, with_postgres

from ces_desktop.data.database import Database
from ces_desktop.data.queries.number_clashes import aliases, number_clashes
from ces_desktop.data.queries.search import search
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.services import merging, numbering
from ces_desktop.services.merging import MergeRequest

TODAY = date(2026, 11, 27)


@pytest.fixture
def laptops(tmp_path: Path) -> Iterator[Laptops]:
    made = encrypted(tmp_path)
    yield made
    made.close()


@pytest.fixture
def with_hub(tmp_path: Path, postgres_url: str) -> Iterator[Laptops]:
    made = with_postgres(tmp_path, postgres_url)
    yield made
    made.close()


def clashing(laptops: Laptops) -> tuple[Id, Id]:
    """Two people with the number CAP0000007, the second registered later at the other laptop."""
    first = builders.register(laptops.first, laptops.doctor, 7)
    later = builders.register(laptops.second, laptops.nurse, 1, human_id="CAP0000007", given="Inventadita")
    laptops.meet()
    return first, later


def found(database: Database, typed: str) -> set[bytes]:
    clinic = database.installation.clinic
    return {row.id for row in database.read(lambda c: search(c, typed, TODAY, clinic)).rows}


def clashes(database: Database) -> list[tuple[bytes, bytes]]:
    held = database.read(partial(number_clashes, clinic=database.installation.clinic))
    return [(clash.first, clash.later) for clash in held]


def checked(laptops: Laptops) -> None:
    first, later = clashing(laptops)
    assert clashes(laptops.first) == clashes(laptops.second) == [(first, later)]
    assert laptops.first.write(numbering.renumber, laptops.doctor).value == ()
    (told,) = laptops.second.write(numbering.renumber, laptops.nurse).value
    assert (told.patient, told.was, told.now) == (later, "CAP0000007", "CAP1000001")
    assert told.keeps == "PRUEBA EJEMPLO, Inventada" and told.name == "PRUEBA EJEMPLO, Inventadita"
    assert laptops.second.write(numbering.renumber, laptops.nurse).value == ()
    laptops.meet()
    for database in (laptops.first, laptops.second):
        assert clashes(database) == []
        assert found(database, "CAP0000007") == {first, later}
        assert found(database, "cap1000001") == {later}
        held = database.read(partial(aliases, clinic=database.installation.clinic, patient=later))
        assert [(a.number, a.origin) for a in held] == [("CAP0000007", "renumbered")]
    with pytest.raises(Refused, match=r"undo\.nothing"):
        laptops.undo(laptops.second, builders.actor())


def test_the_laptop_that_came_later_gives_the_new_number(laptops: Laptops) -> None:
    checked(laptops)


def test_the_same_on_postgresql(with_hub: Laptops) -> None:
    checked(with_hub)


def test_of_a_laptop_that_is_gone_a_person_asks_for_it(laptops: Laptops) -> None:
    first, later = clashing(laptops)
    (told,) = laptops.first.write(partial(numbering.renumber, own_alone=False), laptops.doctor).value
    assert (told.patient, told.now) == (later, "CAP0000008")
    assert found(laptops.first, "CAP0000007") == {first, later}


def test_both_laptops_at_once_end_with_one_number_and_all_are_kept(laptops: Laptops) -> None:
    """The number that is not in force stays in its op's history; nobody else is given it."""
    _, later = clashing(laptops)
    laptops.first.write(partial(numbering.renumber, own_alone=False), laptops.doctor)
    laptops.second.write(numbering.renumber, laptops.nurse)
    laptops.meet()
    assert laptops.person(laptops.first, later)["human_id"] == laptops.person(laptops.second, later)["human_id"]
    assert clashes(laptops.first) == clashes(laptops.second) == []


def test_three_with_one_number_and_two_records_of_one_person(laptops: Laptops) -> None:
    first, later = clashing(laptops)
    third = builders.register(laptops.second, laptops.nurse, 1, human_id="CAP0000007", given="Inventadota")
    told = laptops.second.write(numbering.renumber, laptops.nurse).value
    assert [(t.patient, t.now) for t in told] == [(later, "CAP1000001"), (third, "CAP1000002")]
    twin = builders.register(laptops.second, laptops.nurse, 1, human_id="CAP0000007")
    laptops.second.write(partial(merging.merge, request=MergeRequest(first, twin)), laptops.nurse)
    assert clashes(laptops.second) == []
