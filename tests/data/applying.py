"""A database of each kind to apply ops to; every trial leaves it as it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
import sqlalchemy
from builders import KEY
from histories import SHIPPED, snapshot
from sqlalchemy import Connection, Engine

from ces_desktop.data import cipher
from ces_desktop.data.database import transaction
from ces_desktop.data.journal.apply import apply
from ces_desktop.data.journal.fold import verify
from ces_desktop.data.journal.op import Op
from ces_desktop.data.reference import load
from ces_desktop.data.upgrade import upgrade


def migrated(kind: str, request: pytest.FixtureRequest, factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A migrated database of a kind with two localities of a reference list; each example is rolled back."""
    if kind == "sqlcipher":
        made = cipher.engine(factory.mktemp("apply") / "clinic.db", KEY, create=True)
    else:
        server = request.getfixturevalue("postgres_server")
        made = sqlalchemy.create_engine(server.url(server.create()))
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


def outcome(engine: Engine, parts: Sequence[Sequence[Op]]) -> dict[str, object]:
    """What the tables hold after some batches; proved against the journal."""
    with trial(engine) as connection:
        for part in parts:
            apply(connection, part)
        verdict = verify(connection)
        assert verdict.equal, (verdict.differences, verdict.broken)
        return snapshot(connection)
