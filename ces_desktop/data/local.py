"""Settings of this installation, kept in the encrypted database and never sent anywhere.

On a server, whose files are not encrypted by us, private keys are sealed with the data key besides.
"""

from __future__ import annotations

import os
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
    SLOTS = "slots"
    """Of a hub on a server: the slot file, so that a passphrase set at one desk opens at the other."""
    VISITED = "visited"
    """On a mentor's laptop or a hub, the clinic whose places were open last."""
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


DATA_KEY = "ces_data_key"
"""Execution option under which a connection to a server knows the data key."""
_SECRET = frozenset({Setting.DEVICE_KEYS, Setting.FORMER_KEYS})
_SEALED = "sealed:"


def seal(key: bytes, text: str) -> str:
    """A text that only the data key opens (AES-256-GCM)."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(12)
    return _SEALED + (nonce + AESGCM(key).encrypt(nonce, text.encode(), _SEALED.encode())).hex()


def unseal(key: bytes, sealed: str) -> str:
    """What `seal` made; ValueError with another key, or for anything else."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    data = bytes.fromhex(sealed.removeprefix(_SEALED))
    try:
        return AESGCM(key).decrypt(data[:12], data[12:], _SEALED.encode()).decode()
    except InvalidTag as error:
        raise ValueError("sealed with another key") from error


def pin_setting(user: bytes) -> str:
    """The setting that holds what a person's PIN is checked against."""
    return f"{PIN}{user.hex()}"


def newcomer_setting(user: bytes) -> str:
    """The setting that is there once a person put the hints for who is new away."""
    return f"newcomer:{user.hex()}"


def official_list_setting(name: str) -> str:
    """The setting that tells which official file a list was loaded from last (JSON)."""
    return f"reference.{name}"


def read_setting(connection: Connection, name: str) -> str | None:
    """The value, or None when unset."""
    s = LocalSettingRecord
    found = connection.execute(select(s.value).where(s.name == name)).scalar()
    return None if found is None else _opened(connection, name, found)


def read_settings(connection: Connection, names: Sequence[str]) -> dict[str, str]:
    """The values of those that are set, in one question."""
    s = LocalSettingRecord
    found = connection.execute(select(s.name, s.value).where(s.name.in_(names)))
    return {row.name: _opened(connection, row.name, row.value) for row in found}


def write_setting(connection: Connection, name: str, value: str | None) -> None:
    """Set, replace, or with None remove."""
    s = LocalSettingRecord
    connection.execute(delete(s).where(s.name == name))
    if value is not None:
        key = connection.get_execution_options().get(DATA_KEY)
        kept = seal(key, value) if key and name in _SECRET else value
        connection.execute(insert(s).values(name=name, value=kept))


def _opened(connection: Connection, name: str, value: str) -> str:
    if name not in _SECRET or not value.startswith(_SEALED):
        return value
    return unseal(connection.get_execution_options()[DATA_KEY], value)
