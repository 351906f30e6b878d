"""The world of the synchronisation simulator: its clock, machines and their keys, clinics, one network.

What is imitated is named: the clock, the machine's identity and, on dict only, the encryption (`StubEnvelope`); beside
it a stick that loses power (`sync_stick`), disks that hold ops (`sync_box`) and the installations (`sync_site`).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from ces_desktop.data.device import DeviceKeys
from ces_desktop.data.journal.op import clinic_scope
from ces_desktop.data.local import Setting, write_setting
from ces_desktop.domain.ids import clinic_id
from ces_desktop.errors import Refused
from ces_desktop.sync import enrolment
from ces_desktop.sync.journal_store import JournalStore
from ces_desktop.sync.records import Certificate, Network, Signed, sign

YEAR_MS = 31_557_600_000
START = 1_790_000_000_000
CLOCKS = (0, 0, 0, -26 * YEAR_MS, 36 * YEAR_MS, 5 * 60_000)
FIELDS = ("given", "phone")
FIRST = 10
"""Machines numbered above this are the laptops of a case, in order."""
USER = bytes([7] * 16)
CLINICS = tuple(clinic_id(prefix) for prefix in ("CAP", "SOL", "RIO"))


@lru_cache(maxsize=4_096)
def keys_of(number: int) -> DeviceKeys:
    """The keys of the n-th machine ever bought; the same in every case, so that they are made once."""
    seed = hashlib.sha512(b"machine %d" % number).digest()
    return DeviceKeys(seed[:32], seed[32:])


@lru_cache(maxsize=4_096)
def _public(secret: bytes) -> bytes:
    return DeviceKeys(bytes(32), secret).receiving_public


class StubEnvelope:
    """Stands for age on dict stores: recipients are checked and damage is noticed; nothing is kept secret."""

    def close(self, content: bytes, recipients: Sequence[bytes]) -> bytes:
        """As age: for these recipients alone, and any damage shows."""
        heads = b"".join(r[:8] for r in dict.fromkeys(recipients))
        outer = b"STUB" + bytes([len(heads) // 8]) + heads
        return outer + hmac.digest(outer, content, "sha256")[:16] + content

    def open(self, data: bytes, secret: bytes) -> bytes:
        """As age."""
        if data[:4] != b"STUB" or len(data) < 5:
            raise Refused("sync.damaged")
        end = 5 + 8 * data[4]
        outer, tag, content = data[:end], data[end : end + 16], data[end + 16 :]
        if not hmac.compare_digest(hmac.digest(outer, content, "sha256")[:16], tag):
            raise Refused("sync.damaged")
        mine = _public(secret)[:8]
        if mine not in [outer[p : p + 8] for p in range(5, end, 8)]:
            raise Refused("sync.not_for_us")
        return content


ROOT = keys_of(0)
HUB = keys_of(1)


@lru_cache(maxsize=1)
def the_network() -> tuple[Network, Signed]:
    """The network of all cases, founded once."""
    return enrolment.found_network(HUB, ROOT, "Red inventada", START)


@lru_cache(maxsize=4_096)
def certificate_for(number: int, scopes: tuple[str, ...], role: str) -> Signed:
    """The hub's certificate for a machine."""
    keys = keys_of(number)
    site = bytes.fromhex(scopes[0].partition(":")[2])
    made = Certificate(
        keys.device_id, keys.signing_public, keys.receiving_public, site, scopes, 0, role, START + number
    )  # fmt: skip
    return sign(HUB, made.fields())


def scopes_of(clinic: bytes) -> tuple[str, ...]:
    """What a laptop of a clinic may write."""
    return clinic_scope(clinic), f"reserved:{clinic.hex()}"


def become_hub(connection: Connection, certified: Sequence[bytes]) -> None:
    """Give a real database the identity of the hub of all cases, and these certificates (as records keep them)."""
    network, hub_certificate = the_network()
    write_setting(connection, Setting.DEVICE_KEYS, HUB.to_bytes().hex())
    write_setting(connection, Setting.DEVICE, HUB.device_id.hex())
    write_setting(connection, Setting.NETWORK, enrolment.invitation(network, hub_certificate).decode().strip())
    store = JournalStore(connection)
    for content in certified:
        store.keep("certificate", Certificate.of(Signed.from_bytes(content)).device, content)


def trace_of(parts: list[Any]) -> str:
    """A short name of everything that happened in a case: two runs of a seed must agree in it."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:16]
