"""Candidates for one being typed, and the pairs of a whole register."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import builders
import pytest

from ces_desktop.data.database import Database
from ces_desktop.data.queries import duplicates
from ces_desktop.domain.identity import Birth, Identity
from ces_desktop.domain.ids import Id
from ces_desktop.services import merging
from ces_desktop.services.merging import KeepApartRequest, MergeRequest, UnmergeRequest

WHO = builders.actor()
NAMES = ("Ana", "Beto", "Celia", "Darío", "Eva", "Fabián", "Gema", "Hugo", "Inés", "Julio", "Karla", "Lino", "Mirna")
MARIA = {"given": "María Elena", "paternal": "Velázquez", "maternal": "Zunún", "birth": "1967-07-14"}
AGAIN = Identity("Maria", "Belasquez", "Sunun", sex="female", birth=Birth("1967-07-14", "day"))


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return builders.database(builders.sqlcipher(tmp_path))


def ask(db: Database, identity: Identity, exclude: Id | None = None) -> list[tuple[Id, bool]]:
    found = db.read(lambda c: duplicates.candidates(c, db.installation.clinic, identity, exclude))
    return [(candidate.row.id, candidate.match.sibling) for candidate in found]


def review(db: Database) -> list[tuple[Id, Id]]:
    pairs = db.read(lambda c: duplicates.pairs_to_review(c, db.installation.clinic, lambda done, total: None))
    return [(pair.one.id, pair.other.id) for pair in pairs]


def crowd(db: Database) -> None:
    """People with the commonest surnames, nobody like anybody else."""
    for n, given in enumerate(NAMES):
        builders.register(
            db, WHO, 10 + n, given=given, paternal="López", maternal="Pérez", birth=f"{1930 + 5 * n}-01-{10 + n}"
        )


def test_a_misspelt_registration_finds_the_first(db: Database) -> None:
    crowd(db)
    one = builders.register(db, WHO, 1, **MARIA)
    assert ask(db, AGAIN) == [(one, False)]
    assert ask(db, AGAIN, exclude=one) == []
    assert ask(db, Identity("Nadie", "Ningún", "Otro", sex="male")) == []


def test_the_same_curp_is_found_whatever_the_name(db: Database) -> None:
    one = builders.register(db, WHO, 1, curp="VEZM670714MCSLNR09", **MARIA)
    found = db.read(
        lambda c: duplicates.candidates(c, db.installation.clinic, Identity("Otra", "Cosa", curp="VEZM670714MCSLNR09"))
    )
    assert [(x.row.id, x.match.certain) for x in found] == [(one, True)]


def test_a_newborn_is_asked_about_as_a_sibling_and_not_reviewed(db: Database) -> None:
    crowd(db)
    child = {"paternal": "Velázquez", "maternal": "Zunún", "mother_name": "Rosa Zunún"}
    one = builders.register(db, WHO, 1, given="Dulce", birth="2020-05-01", **child)
    born = Identity(
        "Camila", "Velázquez", "Zunún", sex="female", birth=Birth("2025-12-01", "day"), mother_name="Rosa Zunún"
    )
    assert ask(db, born) == [(one, True)]
    builders.register(db, WHO, 2, given="Camila", birth="2025-12-01", **child)
    assert review(db) == []


def test_review_leaves_out_what_was_settled(db: Database) -> None:
    crowd(db)
    one = builders.register(db, WHO, 1, **MARIA)
    other = builders.register(db, WHO, 2, given="Maria", paternal="Belasquez", maternal="Sunun", birth="1967-07-14")
    assert review(db) == [(one, other)]
    link = db.write(partial(merging.merge, request=MergeRequest(one, other)), WHO).value
    assert review(db) == []
    assert ask(db, AGAIN, exclude=one) == []
    assert [(j.one.id, j.other.id) for j in db.read(lambda c: duplicates.joined(c, db.installation.clinic))] == [
        (one, other)
    ]
    db.write(partial(merging.unmerge, request=UnmergeRequest(link)), WHO)
    assert review(db) == [(one, other)]
    db.write(partial(merging.keep_apart, request=KeepApartRequest(one, other)), WHO)
    assert review(db) == []
    assert ask(db, AGAIN, exclude=one) == []
    assert db.read(lambda c: duplicates.joined(c, db.installation.clinic)) == ()
    builders.assert_proved(db)


def test_a_slip_in_the_decade_is_reviewed(db: Database) -> None:
    crowd(db)
    one = builders.register(db, WHO, 1, **MARIA)
    other = builders.register(db, WHO, 2, **{**MARIA, "birth": "1977-07-14"})
    assert review(db) == [(one, other)]


def test_review_can_be_stopped(db: Database) -> None:
    builders.register(db, WHO, 1)

    def stop(done: int, total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        db.read(lambda c: duplicates.pairs_to_review(c, db.installation.clinic, stop))


def test_the_second_person_of_a_new_clinic_is_compared_with_the_first(tmp_path: Path) -> None:
    db, who = builders.database(builders.sqlcipher(tmp_path)), builders.actor()
    names = {"given": "María Elena", "paternal": "López", "maternal": "Pérez"}
    builders.register(db, who, 1, **names, birth="1967-07-14")
    again = Identity(given="Ma. Elena", paternal="Lopes", maternal="Peres", sex="female", birth=Birth("1967", "year"))
    found = db.read(lambda c: duplicates.candidates(c, db.installation.clinic, again))
    assert [c.match.alert for c in found] == [True]
