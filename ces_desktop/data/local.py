"""Settings of this installation, kept in the encrypted database and never sent anywhere."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from ces_desktop.data.models import LocalSettingRecord


def read_setting(connection: Connection, name: str) -> str | None:
    """The value, or None when unset."""
    s = LocalSettingRecord
    return connection.execute(select(s.value).where(s.name == name)).scalar()


def write_setting(connection: Connection, name: str, value: str | None) -> None:
    """Set, replace, or with None remove."""
    s = LocalSettingRecord
    connection.execute(delete(s).where(s.name == name))
    if value is not None:
        connection.execute(insert(s).values(name=name, value=value))
