"""The undoing of an import: whole or not at all, in parts when it was large, and brought back as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import actor, assert_proved, database, sqlcipher
from registers import ANA, BETO, crowd, imported, living, write
from sqlalchemy import select

from ces_desktop.data.database import Database
from ces_desktop.data.journal.undo import ops_of
from ces_desktop.data.models import PatientRecord
from ces_desktop.data.reference import load_shipped
from ces_desktop.errors import Refused
from ces_desktop.services import register_import, register_mappings, undo

WHO = actor()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    made = database(sqlcipher(tmp_path))
    made.local(load_shipped)
    yield made
    assert_proved(made)
    made.close()


def test_undone_whole_brought_back_and_imported_again(db: Database, tmp_path: Path) -> None:
    path = write(tmp_path, ANA, BETO)
    _, action = imported(db, WHO, path)
    before = living(db)
    assert db.write(undo.undo, WHO).value == "register.import"
    assert living(db) == {}
    db.write(undo.redo, WHO)
    assert living(db) == before
    db.write(lambda w: register_import.take_back(w, action), WHO)
    assert living(db) == {}
    done, _ = imported(db, WHO, path)
    assert done.registered == 2 and living(db) == before
    assert [past.undone for past in db.read(register_mappings.past_imports)] == [False, True]


def test_many_are_undone_in_parts_and_a_cancelled_undoing_leaves_all(db: Database, tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    _, action = imported(db, WHO, write(tmp_path, *crowd(1_100, "HAS;10/03/2025;138/84;;;70;")))
    before = living(db)
    told: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        if done > 1_600:
            raise Stop

    with pytest.raises(Stop):
        db.write(lambda w: register_import.take_back(w, action, stop), WHO)
    assert living(db) == before and told[0] == (500, 2_200) and told[-1] == (2_100, 2_200)
    undone = db.write(lambda w: register_import.take_back(w, action), WHO).action
    assert living(db) == {}
    ops = db.read(lambda c: ops_of(c, undone))
    assert [(op.head.k, op.head.m) for op in ops] == [(k, 1_100) for k in range(1, 1_101)]
    db.write(undo.redo, WHO)
    assert living(db) == before


def test_later_work_on_one_of_many_stops_the_whole_undoing(db: Database, tmp_path: Path) -> None:
    _, action = imported(db, WHO, write(tmp_path, *crowd(601, ";;;;;;")))
    before = living(db)
    p = PatientRecord
    last = db.read(lambda c: c.execute(select(p.id).order_by(p.human_id.desc()).limit(1)).scalar_one())
    db.write(lambda w: w.change(p, last, phone="9635550142"), WHO)
    with pytest.raises(Refused, match=r"undo\.changed_since"):
        db.write(lambda w: register_import.take_back(w, action), WHO)
    assert living(db) == before
