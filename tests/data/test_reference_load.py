"""Reference lists under the journal: the same ids everywhere, edits show over them, official lists blank nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from builders import actor, assert_proved, database, sqlcipher
from histories import SHIPPED, World, snapshot
from sqlalchemy import Connection, func, select

from ces_desktop.data.database import Database
from ces_desktop.data.journal.apply import apply
from ces_desktop.data.journal.fold import verify
from ces_desktop.data.journal.op import Added
from ces_desktop.data.models import REFERENCE, SYNCED, CommunityRecord, DiagnosisRecord, table_of
from ces_desktop.data.reference import LISTS, load, load_shipped
from ces_desktop.data.reference_files import read_list
from ces_desktop.domain.ids import named_id

WHO = actor()
OURS = {"code": "I10X", "name_es": "Hipertensión", "name_en": "Hypertension", "synonyms": "presión alta"}
OURS |= {"notifiable": "weekly", "chapter": "IX", "sex_rule": None, "suive": "47", "id": named_id("diagnosis", "I10X")}
OFFICIAL = {"id": OURS["id"], "code": "I10X", "name_es": "HIPERTENSION ESENCIAL (PRIMARIA)", "level": 4}
OFFICIAL |= {"chapter": "09", "sex_rule": None, "notifiable": None, "suive": None}
PLACE = SHIPPED[0]["id"]


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return database(sqlcipher(tmp_path))


def fetch(db: Database, list_name: str, rows: list[Any], **more: Any) -> int:
    return db.local(lambda c: load(c, list_name, rows, **more))


def diagnosis(db: Database) -> Any:
    return db.read(lambda c: c.execute(select(DiagnosisRecord.__table__)).one())


def place(db: Database) -> Any:
    c = CommunityRecord
    return db.read(lambda connection: connection.execute(select(c.__table__).where(c.id == PLACE)).one())


def test_shipped_lists_load_once_with_the_ids_of_their_codes(db: Database) -> None:
    expected = sum(len(list(read_list(name))) for name in LISTS)
    assert db.local(load_shipped) == expected > 100
    assert db.local(load_shipped) == 0
    rows = db.read(lambda c: c.execute(select(DiagnosisRecord.id, DiagnosisRecord.code)).all())
    assert all(row.id == named_id("diagnosis", row.code) for row in rows)
    made = db.read(lambda c: c.execute(select(DiagnosisRecord.made_by).distinct()).scalars().all())
    assert made == [REFERENCE]
    assert_proved(db)


def test_what_the_tests_remember_of_the_lists_is_what_loading_them_writes(tmp_path: Path) -> None:
    def lists(bring: Callable[[Connection], object], name: str) -> list[Any]:
        (tmp_path / name).mkdir()
        made = database(sqlcipher(tmp_path / name))
        made.local(bring)
        tables = [table_of(SYNCED[each]) for each in LISTS]
        return made.read(lambda c: [c.execute(select(t).order_by(t.c.id)).all() for t in tables])

    worked_out = lists(lambda c: [load(c, name, read_list(name), shipped=True) for name in LISTS], "worked out")
    assert lists(load_shipped, "first") == lists(load_shipped, "again") == worked_out


def test_an_official_list_blanks_nothing_of_ours(db: Database) -> None:
    fetch(db, "diagnosis", [OURS], shipped=True)
    assert fetch(db, "diagnosis", [OFFICIAL]) == 1
    row = diagnosis(db)
    assert (row.name_es, row.name_en, row.synonyms) == ("Hipertensión", "Hypertension", "presión alta")
    assert (row.notifiable, row.suive, row.chapter) == ("weekly", "47", "09")
    assert "presion alta" in row.search_key
    assert fetch(db, "diagnosis", [OFFICIAL]) == 0
    assert_proved(db)


def test_headings_are_no_diagnoses(db: Database) -> None:
    heading = {"id": named_id("diagnosis", "I10"), "code": "I10", "name_es": "HIPERTENSION", "level": 3}
    assert fetch(db, "diagnosis", [heading, OFFICIAL]) == 1
    assert diagnosis(db).code == "I10X"


def test_a_name_that_only_the_official_list_gave_follows_it(db: Database) -> None:
    fetch(db, "diagnosis", [OFFICIAL])
    assert fetch(db, "diagnosis", [OFFICIAL | {"name_es": "Otro nombre"}]) == 1
    assert diagnosis(db).name_es == "Otro nombre"
    fetch(db, "diagnosis", [OURS], shipped=True)
    assert diagnosis(db).name_es == "Hipertensión"
    assert_proved(db)


def test_a_shipped_list_is_taken_whole(db: Database) -> None:
    fetch(db, "diagnosis", [OURS], shipped=True)
    assert fetch(db, "diagnosis", [OURS | {"notifiable": None}], shipped=True) == 1
    assert diagnosis(db).notifiable is None


def test_the_population_of_an_official_list_is_taken(db: Database) -> None:
    fetch(db, "community", SHIPPED)
    fetch(db, "community", [{"id": PLACE, "inegi": "070010001", "name": "Peñón Inventado", "population": 77}])
    row = place(db)
    assert (row.population, row.municipality) == (77, "Nada")


def test_an_edit_shows_over_the_list_whichever_comes_first(db: Database) -> None:
    fetch(db, "community", SHIPPED)
    db.write(lambda work: work.change(CommunityRecord, PLACE, name="Como se dice aquí"), WHO)
    assert fetch(db, "community", [dict(SHIPPED[0], name="Nombre nuevo", municipality="Otro")]) == 1
    row = place(db)
    assert (row.name, row.municipality, row.search_key) == ("Como se dice aquí", "Otro", "como se dice aqui otro")
    assert_proved(db)


def test_an_edit_that_came_before_its_list_waits_for_it(db: Database) -> None:
    world = World.of(2)
    world.edit(world.laptops[0], "community", PLACE, "name", "Como se dice aquí")
    db.receive(world.ops)
    assert db.read(lambda c: c.execute(select(func.count(CommunityRecord.id))).scalar()) == 0
    fetch(db, "community", SHIPPED)
    assert place(db).name == "Como se dice aquí"
    assert_proved(db)


@pytest.mark.parametrize("list_first", [True, False])
def test_the_same_row_in_the_list_and_in_the_journal(db: Database, list_first: bool) -> None:
    """A clinic added by hand a locality that a later list brings: one row, proved, the journal's words show."""
    world = World.of(1)
    fields = {"name": "A mano", "inegi": "070010001"}
    world.write(world.laptops[0], ("community", PLACE), [Added("community", PLACE, dict(fields))], [])
    steps = [lambda: fetch(db, "community", SHIPPED), lambda: db.receive(world.ops)]
    for step in steps if list_first else steps[::-1]:
        step()
    assert place(db).name == "A mano"
    fetch(db, "community", [dict(SHIPPED[0], municipality="Renovado", name="Lista")])
    assert place(db).name == "A mano"
    if list_first:
        assert place(db).municipality == "Renovado"
    assert_proved(db)


def test_stopping_half_way_leaves_nothing(db: Database) -> None:
    def stop(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(db, "community", SHIPPED, step=stop)
    assert db.read(snapshot)["community"] == {}


def test_progress_ends_at_the_number_of_rows(db: Database) -> None:
    said: list[int] = []
    rows = [{"id": named_id("community", str(n)), "inegi": str(n), "name": f"Lugar {n}"} for n in range(1_200)]
    assert fetch(db, "community", rows, step=said.append) == 1_200
    assert said == [500, 1_000, 1_200]


def test_two_laptops_with_lists_of_different_days_agree_on_edits(db: Database, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = database(sqlcipher(tmp_path / "other"))
    fetch(db, "community", SHIPPED)
    db.write(lambda work: work.change(CommunityRecord, PLACE, population=5), WHO)
    world = World.of(1)
    world.edit(world.laptops[0], "community", PLACE, "name", "Editada")
    fetch(other, "community", [dict(SHIPPED[0], name="Lista más nueva")])
    for each in (db, other):
        with each._writing() as connection:
            apply(connection, world.ops)
        assert place(each).name == "Editada"
        assert each.read(verify).differences == ()
    other.close()
