"""Brings a database to the schema of this program: backup first, all steps or none, a newer schema refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, text

from ces_desktop.errors import Refused

HEAD = "0015"
"""Last step. Written down so that start-up need not load Alembic to see that nothing is to be done."""
STEPS = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = Lock()
"""Alembic keeps the migration that runs in globals of its own, and a backup may make a database beside an opening."""


def schema_of(connection: Connection) -> str | None:
    """The last step applied; None for an empty database."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def needs_upgrade(connection: Connection) -> bool:
    """Whether steps are missing. Refused("storage.too_new") when the database comes from a later program."""
    at = schema_of(connection)
    if at == HEAD:
        return False
    if at is not None and at > HEAD:
        raise Refused("storage.too_new", schema=at, known=HEAD)
    return True


def upgrade(connection: Connection, backup_first: Callable[[], None] | None = None) -> None:
    """Apply the missing steps on `connection`, inside its transaction; `backup_first` runs before the first of them."""
    if not needs_upgrade(connection):
        return
    empty = schema_of(connection) is None
    if backup_first is not None and not empty:
        backup_first()
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(STEPS))
    config.attributes["connection"] = connection
    with _ONE_AT_A_TIME:
        command.upgrade(config, "head")
    if empty:
        from ces_desktop.data.journal import state_sums  # what an older program kept is counted when it is asked for

        state_sums.begin(connection)
