"""The guard of the journal and its proof: ops cannot be changed, and what was changed behind their back is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from builders import KEY
from histories import World, history, snapshot
from sqlalchemy import Connection, Engine, text, update
from sqlalchemy.exc import DBAPIError

from ces_desktop.data import cipher
from ces_desktop.data.database import transaction
from ces_desktop.data.journal.apply import apply
from ces_desktop.data.journal.fold import rebuild, verify
from ces_desktop.data.models import OpRecord
from ces_desktop.data.upgrade import upgrade

MOVES = [(0, 0, 0, 0), (2, 0, 0, 0), (5, 0, 0, 0), (8, 0, 0, 0), (0, 0, 1, 4), (7, 0, 0, 1), (9, 0, 0, 0)]
COLUMNS = [c.name for c in OpRecord.__table__.columns if c.name != "body"]


@pytest.fixture(scope="module", params=["sqlcipher", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database of each kind with a short history in it."""
    if request.param == "sqlcipher":
        made = cipher.engine(tmp_path_factory.mktemp("fold") / "clinic.db", KEY, create=True)
    else:
        server = request.getfixturevalue("postgres_server")
        made = sqlalchemy.create_engine(server.url(server.create()))
    with transaction(made, write=True) as connection:
        upgrade(connection)
        apply(connection, world().ops)
    yield made
    made.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A transaction that is never committed."""
    with engine.connect() as opened:
        if engine.dialect.name == "sqlite":
            opened.exec_driver_sql("BEGIN IMMEDIATE")
        yield opened
        opened.rollback()


def world() -> World:
    return history(MOVES)


def unguarded(connection: Connection) -> None:
    """As someone with the key and a database tool would."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("DROP TRIGGER op_no_update"))
        connection.execute(text("DROP TRIGGER op_no_delete"))
    else:
        connection.execute(text("DROP TRIGGER op_guard ON op"))


def refused(connection: Connection, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), connection.begin_nested():
        connection.execute(text(statement))


@pytest.mark.parametrize("column", COLUMNS)
def test_no_column_of_an_op_can_be_changed(connection: Connection, column: str) -> None:
    number = column in ("n", "seq", "hlc", "wall")
    blob = column not in ("scope", "kind", "subject_type") and not number
    value = "99" if number else (("x'99'" if connection.dialect.name == "sqlite" else r"'\x99'") if blob else "'x'")
    before = verify(connection)
    for also in ("", ", body = NULL"):
        refused(connection, f'UPDATE op SET "{column}" = {value}{also} WHERE seq = 2')
    assert verify(connection) == before


def test_an_op_can_be_neither_deleted_nor_given_another_body(connection: Connection) -> None:
    refused(connection, "DELETE FROM op")
    refused(connection, "DELETE FROM op WHERE seq = 1")
    refused(connection, "UPDATE op SET body = header")
    if connection.dialect.name == "sqlite":
        refused(connection, "INSERT OR REPLACE INTO op SELECT * FROM op WHERE seq = 1")


def test_a_body_can_be_erased_and_never_comes_back(connection: Connection) -> None:
    """The person's right: content goes, the chain still verifies, a rebuild knows nothing of it."""
    first = world().ops[0]
    connection.execute(update(OpRecord).where(OpRecord.hash == first.hash).values(body=None))
    assert verify(connection).broken == ()
    rebuild(connection)
    verdict = verify(connection)
    assert verdict.equal and verdict.ops == len(world().ops)
    patient = first.changes()[0][0].entity
    assert patient not in snapshot(connection)["patient"]  # type: ignore[operator]
    refused(connection, "UPDATE op SET body = header WHERE body IS NULL")


def test_applying_an_erased_op_again_does_not_bring_its_body_back(connection: Connection) -> None:
    first = world().ops[0]
    connection.execute(update(OpRecord).where(OpRecord.hash == first.hash).values(body=None))
    rebuild(connection)
    before = snapshot(connection)
    assert apply(connection, world().ops) == frozenset()
    assert snapshot(connection) == before


@pytest.mark.parametrize("column", [c for c in COLUMNS if c != "n"])
def test_every_altered_column_is_found(connection: Connection, column: str) -> None:
    """V13: whatever is altered behind the guard's back."""
    unguarded(connection)
    op = world().ops[1]
    value: Any = getattr(op, column, None) or getattr(op.head, column, None) or b"\x09" * 32
    altered = value + 1 if isinstance(value, int) else value + type(value)(b"x" if isinstance(value, bytes) else "x")
    connection.execute(update(OpRecord).where(OpRecord.hash == op.hash).values({column: altered}))
    assert verify(connection).broken != ()


def test_an_altered_body_is_found(connection: Connection) -> None:
    unguarded(connection)
    op = world().ops[0]
    assert op.body is not None
    connection.execute(update(OpRecord).where(OpRecord.hash == op.hash).values(body=op.body.replace(b"Inv", b"Imv")))
    assert f"op {op.hash.hex()[:12]}" in verify(connection).broken


def test_a_deleted_op_is_missed_by_its_child(connection: Connection) -> None:
    unguarded(connection)
    op = world().ops[2]
    connection.execute(text("DELETE FROM op WHERE seq = 3"))
    verdict = verify(connection)
    assert f"parent {op.hash.hex()[:12]}" in verdict.broken


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE patient SET given = 'Alterada'", " given"),
        ("UPDATE patient SET search_text = 'x'", " search_text"),
        ("UPDATE patient SET live = 0", " live"),
        ("UPDATE patient SET voided = 'x'", " voided"),
        ("UPDATE patient SET recorded_at = 5", " recorded_at"),
        ("UPDATE patient SET made_by = id", " made_by"),
        ("UPDATE patient_status SET live = 1 - live", " live"),
        ("UPDATE patient SET person = NULL", " person"),
        ("UPDATE community SET search_key = 'x'", " search_key"),
        ("DELETE FROM same_as", "same_as * 1 rows missing"),
        ("DELETE FROM patient_status", "rows missing"),
    ],
)
def test_a_row_that_does_not_follow_from_the_ops_is_found_and_mended(
    connection: Connection, change: str, named: str
) -> None:
    before = snapshot(connection)
    connection.execute(text(change))
    verdict = verify(connection)
    assert not verdict.equal
    assert any(named in difference for difference in verdict.differences), verdict.differences
    assert not any("Inventada" in difference or "Alterada" in difference for difference in verdict.differences)
    rebuild(connection)
    assert snapshot(connection) == before
    assert verify(connection).equal


def test_a_row_out_of_nowhere_is_found_and_removed(connection: Connection) -> None:
    before = snapshot(connection)
    known = connection.execute(text("SELECT id FROM household")).first()
    assert known is None
    connection.execute(
        text("INSERT INTO household (id, clinic, made_by, recorded_at, live) VALUES (:i, :i, :i, 1, 1)"),
        {"i": b"\x07" * 16},
    )
    assert [d for d in verify(connection).differences if "not in the journal" in d] == [
        f"household {'07' * 16} not in the journal"
    ]
    rebuild(connection)
    assert snapshot(connection) == before


def test_a_search_index_that_lost_somebody_is_found(engine: Engine, connection: Connection) -> None:
    if engine.dialect.name != "sqlite":
        assert "patient_words" not in {t.name for t in OpRecord.metadata.sorted_tables}
        return
    connection.execute(text("DELETE FROM patient_words WHERE rowid = 1"))
    assert verify(connection).differences == ("patient * search index",)
    rebuild(connection)
    assert verify(connection).equal
    found = connection.execute(text("SELECT count(*) FROM patient_words WHERE patient_words MATCH 'inventada'"))
    assert found.scalar_one() >= 1


def test_an_empty_journal_is_proved(tmp_path: Path) -> None:
    engine = cipher.engine(tmp_path / "clinic.db", KEY, create=True)
    with transaction(engine, write=True) as connection:
        upgrade(connection)
        verdict = verify(connection)
        assert verdict.equal and (verdict.ops, verdict.rows) == (0, 0)
        rebuild(connection)
        assert verify(connection).equal
    engine.dispose()
