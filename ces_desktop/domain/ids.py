"""Identifiers: time-ordered and name-based UUIDs of 16 bytes, and the numbers people read aloud."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from hashlib import sha256
from typing import NewType
from uuid import UUID, uuid5

from ces_desktop.errors import Refused

Id = NewType("Id", bytes)
"""16 bytes: a UUIDv7 for what is made here, a UUIDv5 for what every laptop must name alike."""

NAMESPACE = UUID("6f1d4c0e-8a4b-5d1e-9b5c-0c3a5f5e4d2b")
"""Fixed for ever: the clinic ids and reference ids of all laptops derive from it."""

_PREFIX = re.compile(r"[A-Z]{3}")
_HUMAN_ID = re.compile(r"([A-Z]{3})(\d)(\d{6})")
DEMO_PREFIX = "DEM"
DEMO_PREFIXES = tuple(f"DE{letter}" for letter in "MABCDEFGHIJKLNOPQRSTUVWXYZ")
"""Prefixes of invented clinics, `DEM` first; no real clinic may bear one, so that the two are never mixed."""
INCARNATION_SKIP = 200
"""Numbers left unused after a restored backup: people registered since may carry them on paper."""
HOUSEHOLDS_A_LAPTOP = 100_000
"""Household numbers of each laptop slot, like the slot in a human id: two laptops of a clinic that have not met for a
month must not both paint "27" on a door. The first laptop's start at 1, the second's at 100,001.
"""


def new_id(now_ms: int, random: Callable[[int], bytes] = secrets.token_bytes) -> Id:
    """A UUIDv7 (RFC 9562): 48 bits of UTC milliseconds, then 74 random bits."""
    return _uuid7((now_ms & 0xFFFFFFFFFFFF).to_bytes(6, "big"), random(10))


def following_id(row: Id, what: str) -> Id:
    """The id that every laptop gives to what follows from a row once; it has the time of that row, as new ids do."""
    return _uuid7(row[:6], sha256(row + what.encode()).digest()[:10])


def _uuid7(time: bytes, rest: bytes) -> Id:
    tail = bytearray(rest)
    tail[0] = 0x70 | tail[0] & 0x0F
    tail[2] = 0x80 | tail[2] & 0x3F
    return Id(time + bytes(tail))


def named_id(list_name: str, code: str) -> Id:
    """The id that every laptop gives to `code` of a shipped or official list (UUIDv5)."""
    return Id(uuid5(uuid5(NAMESPACE, list_name), code).bytes)


def clinic_id(prefix: str) -> Id:
    """The id of the clinic with a three-letter prefix."""
    if not _PREFIX.fullmatch(prefix):
        raise Refused("clinic.prefix_shape")
    return named_id("clinic", prefix)


def human_id(prefix: str, slot: int, number: int) -> str:
    """`CAP0000001`: clinic prefix, laptop slot (0–9), six digits; refused when the million is used up."""
    if not 0 < number < 1_000_000:
        raise Refused("patients.numbers_used_up")
    return f"{human_id_prefix(prefix, slot)}{number:06d}"


def human_id_prefix(prefix: str, slot: int) -> str:
    """What begins every human id that one laptop gives: `CAP0`."""
    return f"{prefix}{slot}"


def household_numbers(slot: int) -> range:
    """The household numbers that one laptop gives."""
    return range(slot * HOUSEHOLDS_A_LAPTOP + 1, (slot + 1) * HOUSEHOLDS_A_LAPTOP + 1)


def number_of(human: str) -> int:
    """The six-digit number inside a human id."""
    match = _HUMAN_ID.fullmatch(human)
    if match is None:
        raise ValueError("not a human id")
    return int(match.group(3))
