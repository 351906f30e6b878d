"""A store to order from, on an encrypted file and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import builders
import pytest
import sqlalchemy
from ordering import Clock
from supplies import Store

from ces_desktop.data.database import transaction
from ces_desktop.data.reference import load_shipped
from ces_desktop.data.upgrade import upgrade


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store to order from; in the end its tables are proved."""
    database = builders.database(builders.sqlcipher(tmp_path), clock=Clock())
    database.local(load_shipped)
    yield Store(database, builders.actor())
    builders.assert_proved(database)
    database.close()


@pytest.fixture
def on_postgres(postgres_url: str) -> Iterator[Store]:
    """The same on PostgreSQL."""
    engine = sqlalchemy.create_engine(postgres_url)
    with transaction(engine, write=True) as connection:
        upgrade(connection)
        load_shipped(connection)
    database = builders.database(engine, clock=Clock())
    yield Store(database, builders.actor())
    builders.assert_proved(database)
    database.close()
