"""Statements that prove themselves: certificates, revocations, signed heads, confirmations and history gaps.

A statement is a canonical JSON list, its kind first, and an Ed25519 signature over both. It is worth the same wherever
it comes from, so it travels in any bundle, through any hands. Formats: `docs/bundle-format.md` 4.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ces_desktop.data.device import DeviceKeys, verify
from ces_desktop.data.journal.op import read_json
from ces_desktop.errors import Refused

_DOMAIN = b"ces-desktop record 1\n"
KINDS = ("certificate", "revocation", "head", "ack", "gap")


@dataclass(frozen=True, slots=True)
class Signed:
    """A statement as it is kept: the text that was signed, and the signature."""

    text: bytes
    signature: bytes

    @property
    def fields(self) -> list[Any]:
        """The statement, its kind first."""
        return _parsed(self.text)

    @property
    def kind(self) -> str:
        """What it states; empty for what no version of this program wrote."""
        return _kind(self.text)

    def signed_by(self, signing_public: bytes) -> bool:
        """Whether the holder of this key signed it."""
        return _verified(signing_public, self.signature, self.text)

    def to_bytes(self) -> bytes:
        """Signature, then text."""
        return self.signature + self.text

    @staticmethod
    def from_bytes(data: bytes) -> Signed:
        """What `to_bytes` made."""
        return Signed(data[64:], data[:64])


def sign(keys: DeviceKeys, fields: list[Any]) -> Signed:
    """State something with a device's key."""
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    return Signed(text, keys.sign(_DOMAIN + text))


@lru_cache(maxsize=20_000)
def _verified(signing_public: bytes, signature: bytes, text: bytes) -> bool:
    return verify(signing_public, signature, _DOMAIN + text)


@lru_cache(maxsize=20_000)
def _parsed(text: bytes) -> list[Any]:
    try:
        fields = read_json(text)
    except ValueError:
        return []
    return fields if isinstance(fields, list) else []


@lru_cache(maxsize=20_000)
def _kind(text: bytes) -> str:
    fields = _parsed(text)
    return fields[0] if fields and isinstance(fields[0], str) else ""


@dataclass(frozen=True, slots=True)
class Network:
    """What a laptop pins for ever when it meets its hub: the network key's two public halves and the hub's.

    `id` follows from the network key, which is offline on paper: a hub may be lost and a new one named by it.
    """

    root: bytes
    root_receiving: bytes
    hub: bytes
    """Device id of the hub that was met."""
    hub_receiving: bytes
    name: str = ""

    @property
    def id(self) -> bytes:
        """16 bytes that name the network in every bundle."""
        return hashlib.sha256(b"ces-desktop network 1" + self.root + self.root_receiving).digest()[:16]


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a device may do. `role`: "laptop", "mentor" or "hub"; `scopes` it may write; `site` the clinic's id."""

    device: bytes
    signing: bytes
    receiving: bytes
    site: bytes
    scopes: tuple[str, ...]
    slot: int
    role: str
    issued: int
    """UTC milliseconds: of two for one device the later one holds."""

    def fields(self) -> list[Any]:
        """As it is signed."""
        return [
            "certificate", self.device.hex(), self.signing.hex(), self.receiving.hex(), self.site.hex(),
            list(self.scopes), self.slot, self.role, self.issued,
        ]  # fmt: skip

    @staticmethod
    def of(signed: Signed) -> Certificate:
        """Read a certificate; Refused("sync.bad_record") when it is none or its device is not its keys'."""
        return _certificate(signed)


@lru_cache(maxsize=4_096)
def _certificate(signed: Signed) -> Certificate:
    try:
        _, device, signing, receiving, site, scopes, slot, role, issued = signed.fields
        made = Certificate(
            bytes.fromhex(device), bytes.fromhex(signing), bytes.fromhex(receiving), bytes.fromhex(site),
            tuple(str(s) for s in scopes), int(slot), str(role), int(issued),
        )  # fmt: skip
    except (ValueError, TypeError) as cause:
        raise Refused("sync.bad_record") from cause
    if made.device != device_of(made.signing, made.receiving):
        raise Refused("sync.bad_record")
    return made


def device_of(signing: bytes, receiving: bytes) -> bytes:
    """The id that two public keys give."""
    return hashlib.sha256(signing + receiving).digest()[:16]


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A device states that an op is the end of a log of its own."""

    device: bytes
    incarnation: bytes
    scope: str
    head: bytes
    wall: int

    def fields(self) -> list[Any]:
        """As it is signed."""
        return ["head", self.device.hex(), self.incarnation.hex(), self.scope, self.head.hex(), self.wall]

    @staticmethod
    def of(signed: Signed) -> SignedHead:
        """Read a signed head; Refused("sync.bad_record")."""
        return _head(signed)


@lru_cache(maxsize=4_096)
def _head(signed: Signed) -> SignedHead:
    try:
        _, device, incarnation, scope, head, wall = signed.fields
        return SignedHead(bytes.fromhex(device), bytes.fromhex(incarnation), str(scope), bytes.fromhex(head), int(wall))
    except (ValueError, TypeError) as cause:
        raise Refused("sync.bad_record") from cause


@dataclass(frozen=True, slots=True)
class Ack:
    """The hub states what it holds of a scope. Of two, the one with the greater (epoch, n) is the later.

    `heads` may go back: a hub restored from an older copy begins a new epoch, and the clinics send again.
    """

    hub: bytes
    scope: str
    epoch: int
    n: int
    heads: tuple[bytes, ...]
    backed_up: tuple[bytes, ...]
    """Heads of what stands in a verified backup of the hub."""
    refused: tuple[tuple[bytes, str], ...]
    """Ops the hub has put aside, with the reason."""
    wall: int

    @property
    def order(self) -> tuple[int, int]:
        """What the later one is greater in."""
        return self.epoch, self.n

    def fields(self) -> list[Any]:
        """As it is signed."""
        return [
            "ack", self.hub.hex(), self.scope, self.epoch, self.n, [h.hex() for h in self.heads],
            [h.hex() for h in self.backed_up], [[h.hex(), why] for h, why in self.refused], self.wall,
        ]  # fmt: skip

    @staticmethod
    def of(signed: Signed) -> Ack:
        """Read a confirmation; Refused("sync.bad_record")."""
        return _ack(signed)


@lru_cache(maxsize=4_096)
def _ack(signed: Signed) -> Ack:
    try:
        _, hub, scope, epoch, n, heads, backed_up, refused, wall = signed.fields
        return Ack(
            bytes.fromhex(hub), str(scope), int(epoch), int(n), _hashes(heads), _hashes(backed_up),
            tuple((bytes.fromhex(h), str(why)) for h, why in refused), int(wall),
        )  # fmt: skip
    except (ValueError, TypeError) as cause:
        raise Refused("sync.bad_record") from cause


def revocation(keys: DeviceKeys, device: bytes, good: Iterable[bytes], wall: int) -> Signed:
    """The hub states that a device is trusted up to some heads and no further."""
    return sign(keys, ["revocation", device.hex(), [h.hex() for h in good], wall])


def gap(keys: DeviceKeys, missing: bytes, wall: int) -> Signed:
    """The hub states, after a person confirmed it, that an op exists nowhere any more."""
    return sign(keys, ["gap", missing.hex(), wall])


def named(signed: Signed) -> bytes:
    """The name a record is kept under: two statements that replace each other share it."""
    fields = signed.fields
    match signed.kind:
        case "certificate" | "revocation" | "gap":
            return bytes.fromhex(fields[1])
        case "head":  # by device too: who signs another's op first must not keep its author from signing it
            return bytes.fromhex(fields[1]) + bytes.fromhex(fields[4])
        case "ack":
            return str(fields[2]).encode()
    raise Refused("sync.bad_record")


def _hashes(listed: list[str]) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(h) for h in listed)
