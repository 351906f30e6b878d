"""Joining, parting and keeping apart: originals stay, groups follow the links whatever the order."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import builders
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ces_desktop.data.database import Database
from ces_desktop.data.models import NotSameRecord, PatientRecord, SameAsRecord
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.errors import Refused
from ces_desktop.services import merging, undo
from ces_desktop.services.merging import KeepApartRequest, MergeRequest, UnmergeRequest

WHO = builders.actor()


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return builders.database(builders.sqlcipher(tmp_path))


def groups(db: Database) -> set[frozenset[bytes]]:
    found: dict[bytes, set[bytes]] = {}
    for row in db.read(lambda c: c.execute(select(PatientRecord.id, PatientRecord.person)).all()):
        found.setdefault(row.person, set()).add(row.id)
    return {frozenset(members) for members in found.values()}


def merge(db: Database, one: Id, other: Id) -> Id:
    return db.write(partial(merging.merge, request=MergeRequest(one, other, ("same_birth",))), WHO).value


def test_merging_joins_two_records_and_keeps_both(db: Database) -> None:
    one, other = builders.register(db, WHO, 1), builders.register(db, WHO, 2, given="Inventadita")
    before = db.read(lambda c: c.execute(select(PatientRecord.given).order_by(PatientRecord.id)).all())
    link = merge(db, other, one)
    assert merge(db, one, other) == link
    assert groups(db) == {frozenset({one, other})}
    assert db.read(lambda c: c.execute(select(PatientRecord.given).order_by(PatientRecord.id)).all()) == before
    row = db.read(lambda c: c.execute(select(SameAsRecord.one, SameAsRecord.other, SameAsRecord.reasons)).one())
    assert (row.one, row.other) == tuple(sorted((one, other)))
    assert row.reasons == '["same_birth"]'
    builders.assert_proved(db)


def test_a_link_taken_back_and_undone(db: Database) -> None:
    one, other = builders.register(db, WHO, 1), builders.register(db, WHO, 2)
    link = merge(db, one, other)
    db.write(partial(merging.unmerge, request=UnmergeRequest(link, "another mother")), WHO)
    assert len(groups(db)) == 2
    with pytest.raises(Refused, match="not_merged"):
        db.write(partial(merging.unmerge, request=UnmergeRequest(link)), WHO)
    assert db.write(undo.undo, WHO).value == "patients.unmerge"
    assert groups(db) == {frozenset({one, other})}
    db.write(undo.redo, WHO)
    assert len(groups(db)) == 2
    builders.assert_proved(db)


def test_kept_apart_then_found_to_be_one(db: Database) -> None:
    one, other = builders.register(db, WHO, 1), builders.register(db, WHO, 2)
    note = db.write(partial(merging.keep_apart, request=KeepApartRequest(other, one)), WHO).value
    assert db.write(partial(merging.keep_apart, request=KeepApartRequest(one, other)), WHO).value == note
    merge(db, one, other)
    assert db.read(lambda c: c.execute(select(NotSameRecord.live)).scalar()) == 0
    db.write(undo.undo, WHO)
    assert db.read(lambda c: c.execute(select(NotSameRecord.live)).scalar()) == 1
    builders.assert_proved(db)


def test_refusals(db: Database) -> None:
    one, other, third = (builders.register(db, WHO, n) for n in (1, 2, 3))
    with pytest.raises(Refused, match="same_record"):
        merge(db, one, one)
    with pytest.raises(Refused, match="not_found"):
        merge(db, one, Id(bytes(16)))
    merge(db, one, other)
    merge(db, other, third)
    with pytest.raises(Refused, match="already_same"):
        merge(db, one, third)
    with pytest.raises(Refused, match="already_same"):
        db.write(partial(merging.keep_apart, request=KeepApartRequest(one, third)), WHO)
    with pytest.raises(Refused, match="access"):
        db.write(partial(merging.merge, request=MergeRequest(one, third)), builders.actor(Role.NURSE))
    builders.assert_proved(db)


def expected(people: list[Id], links: set[frozenset[Id]]) -> set[frozenset[bytes]]:
    """Connected groups, found the slow way."""
    sets = [{p} for p in people]
    for link in links:
        joined = [s for s in sets if s & link]
        sets = [s for s in sets if not s & link] + [set().union(*joined)]
    return {frozenset(s) for s in sets}


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans()), min_size=1, max_size=14))
def test_groups_follow_the_links_in_any_order(steps: list[tuple[int, int, bool]]) -> None:
    with TemporaryDirectory() as folder:
        db = builders.database(builders.sqlcipher(Path(folder)))
        people = [builders.register(db, WHO, n) for n in range(1, 6)]
        links: dict[frozenset[Id], Id] = {}
        for a, b, joining in steps:
            pair = frozenset({people[a], people[b]})
            if joining:
                try:
                    links[pair] = merge(db, people[a], people[b])
                except Refused as refused:
                    assert refused.code in ("patients.same_record", "patients.already_same")
            elif pair in links:
                db.write(partial(merging.unmerge, request=UnmergeRequest(links.pop(pair))), WHO)
            assert groups(db) == expected(people, set(links))
        builders.assert_proved(db)
        db.close()
