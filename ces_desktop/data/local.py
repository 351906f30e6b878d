"""Settings of this installation, kept in the encrypted database and never sent anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select

from ces_desktop.data.models import LocalSettingRecord

PIN = "pin:"
"""Begins the name under which a person's PIN verifier is kept; their id in hex follows."""


class Setting(StrEnum):
    """The names of single settings; ids and keys are kept in hex, numbers in decimals."""

    CLINIC = "clinic"
    PREFIX = "prefix"
    KIND = "kind"
    """"clinic", "mentor" or "hub"."""
    DEVICE_KEYS = "device_keys"
    DEVICE = "device"
    """The public name those keys give (`DeviceKeys.device_id`), so that opening need not derive it."""
    INCARNATION = "incarnation"
    SLOT = "slot"
    HUMAN_ID_FLOOR = "human_id_floor"
    FINGERPRINT = "fingerprint"
    JOINS = "joins"
    """Hashes, separated by blanks: `Installation.joins`."""
    FORMER_KEYS = "former_keys"
    """Keys from before the data were moved to this machine, separated by blanks; they vouch for what they wrote."""
    NETWORK = "network"
    """The hub's invitation as it was accepted (`sync.enrolment`); unset before a hub was met."""
    BACKUPS = "backups"
    """The folder chosen for backups; empty = inside the clinic's own."""
    BACKUP_TROUBLE = "backup_trouble"
    """Why the last automatic backup did not come about (JSON); unset when it did."""
    RECOVERY_SHEET = "recovery_sheet"
    """"kept" once somebody said that the sheet is on paper."""
    LISTS = "lists"
    """Which edition of the shipped lists is loaded (`reference_files.edition`)."""
    TODAY_SUPPLIES = "today_supplies"
    """How the store stood when it was counted last (JSON)."""
    TODAY_FIGURES = "today_figures"
    """The figures of the first page as they were made last (JSON), shown until newer ones are."""


def pin_setting(user: bytes) -> str:
    """The setting that holds what a person's PIN is checked against."""
    return f"{PIN}{user.hex()}"


def official_list_setting(name: str) -> str:
    """The setting that tells which official file a list was loaded from last (JSON)."""
    return f"reference.{name}"


def read_setting(connection: Connection, name: str) -> str | None:
    """The value, or None when unset."""
    s = LocalSettingRecord
    return connection.execute(select(s.value).where(s.name == name)).scalar()


def read_settings(connection: Connection, names: Sequence[str]) -> dict[str, str]:
    """The values of those that are set, in one question."""
    s = LocalSettingRecord
    found = connection.execute(select(s.name, s.value).where(s.name.in_(names)))
    return {row.name: row.value for row in found}


def write_setting(connection: Connection, name: str, value: str | None) -> None:
    """Set, replace, or with None remove."""
    s = LocalSettingRecord
    connection.execute(delete(s).where(s.name == name))
    if value is not None:
        connection.execute(insert(s).values(name=name, value=value))
