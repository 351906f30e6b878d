"""The op: its stored bytes, its hash, and how to make and read one (`sync.md` 1).

The format is for ever. The hash is taken over the stored bytes and nothing is ever serialised again.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ces_desktop.errors import Refused

FORMAT = 1
SCHEMA = 1
"""Version of the wire tables. What is added does not raise it: who reads takes what it knows and keeps the rest unread
(`op_status`). For a change that an older program must not read; nothing decides by it yet."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)

WireValue = int | str | None
Fields = dict[str, WireValue]


@dataclass(frozen=True, slots=True)
class Added:
    """A row that an op makes."""

    table: str
    entity: bytes
    fields: Fields


@dataclass(frozen=True, slots=True)
class FieldSet:
    """A field that an op changes: the new value, the one seen, and the versions it replaces."""

    table: str
    entity: bytes
    field: str
    value: WireValue
    was: WireValue
    bases: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """What an op says about itself, in the order in which it is stored."""

    device: bytes
    incarnation: bytes
    scope: str
    seq: int
    parents: tuple[bytes, ...]
    hlc: int
    wall: int
    clock_suspect: int
    user: bytes
    reason: str
    kind: str
    action: bytes
    k: int
    m: int
    subject_type: str
    subject: bytes
    schema: int = SCHEMA
    format: int = FORMAT

    def to_bytes(self) -> bytes:
        """Canonical JSON: one list, no spaces, UTF-8."""
        return _canonical(
            [
                self.format,
                self.device.hex(),
                self.incarnation.hex(),
                self.scope,
                self.seq,
                [p.hex() for p in self.parents],
                self.hlc,
                self.wall,
                self.clock_suspect,
                self.user.hex(),
                self.reason,
                self.schema,
                self.kind,
                self.action.hex(),
                self.k,
                self.m,
                self.subject_type,
                self.subject.hex(),
            ]
        )

    @staticmethod
    def from_bytes(data: bytes) -> Header:
        """Read a stored header; Refused("journal.bad_header") when it is not one."""
        try:
            f = read_json(data)
            if not isinstance(f, list) or len(f) != 18:
                raise ValueError("not a header")
            return Header(
                format=f[0],
                device=bytes.fromhex(f[1]),
                incarnation=bytes.fromhex(f[2]),
                scope=f[3],
                seq=f[4],
                parents=tuple(bytes.fromhex(p) for p in f[5]),
                hlc=f[6],
                wall=f[7],
                clock_suspect=f[8],
                user=bytes.fromhex(f[9]),
                reason=f[10],
                schema=f[11],
                kind=f[12],
                action=bytes.fromhex(f[13]),
                k=f[14],
                m=f[15],
                subject_type=f[16],
                subject=bytes.fromhex(f[17]),
            )
        except (ValueError, TypeError) as cause:
            raise Refused("journal.bad_header") from cause


@dataclass(frozen=True, slots=True)
class Op:
    """An op as stored: bytes first, the parsed header beside them. `body` None = erased."""

    hash: bytes
    header: bytes
    body_hash: bytes
    body: bytes | None
    head: Header
    said: tuple[list[Added], list[FieldSet]] | None = field(default=None, compare=False, repr=False)
    """What the body says, where it was made here and need not be read again."""

    def changes(self) -> tuple[list[Added], list[FieldSet]]:
        """The rows and fields of the body; both empty when it was erased."""
        if self.said is not None:
            return self.said
        if self.body is None:
            return [], []
        content: dict[str, Any] = read_json(self.body)
        adds = [Added(t, bytes.fromhex(e), f) for t, e, f in content.get("add", ())]
        sets = [
            FieldSet(t, bytes.fromhex(e), f, value, was, tuple(bytes.fromhex(b) for b in bases))
            for t, e, f, value, was, bases in content.get("set", ())
        ]
        return adds, sets


def make(head: Header, adds: list[Added], sets: list[FieldSet], nonce: bytes | None = None) -> Op:
    """Seal an op. `nonce` (16 random bytes) keeps the content of an erased body from being guessed."""
    content: dict[str, Any] = {"n": (nonce or secrets.token_bytes(16)).hex()}
    if adds:
        content["add"] = [[a.table, a.entity.hex(), a.fields] for a in adds]
    if sets:
        content["set"] = [[s.table, s.entity.hex(), s.field, s.value, s.was, [b.hex() for b in s.bases]] for s in sets]
    header, body = head.to_bytes(), _canonical(content)
    body_hash = hashlib.sha256(body).digest()
    return Op(op_hash(header, body_hash), header, body_hash, body, head, (adds, sets))


def op_hash(header: bytes, body_hash: bytes) -> bytes:
    """SHA-256("op1" ‖ header ‖ SHA-256(body)): the name of an op."""
    return hashlib.sha256(b"op1" + header + body_hash).digest()


def load(stored_hash: bytes, header: bytes, body_hash: bytes, body: bytes | None) -> Op:
    """An op from its stored columns; Refused("journal.bad_hash") when bytes and hash disagree."""
    if op_hash(header, body_hash) != stored_hash:
        raise Refused("journal.bad_hash")
    if body is not None and hashlib.sha256(body).digest() != body_hash:
        raise Refused("journal.bad_hash")
    return Op(stored_hash, header, body_hash, body, Header.from_bytes(header))


def clinic_scope(clinic: bytes) -> str:
    """The scope that the clinic's own devices write."""
    return f"clinic:{clinic.hex()}"


def reserved_scope(clinic: bytes) -> str:
    """The scope of a clinic's confidential notes: its laptops write it, and the hub sees it only if they say so."""
    return f"reserved:{clinic.hex()}"


@lru_cache(maxsize=1_024)
def clinic_of(scope: str) -> bytes:
    """The clinic a scope belongs to; 16 zero bytes for the network."""
    kind, _, clinic = scope.partition(":")
    return bytes.fromhex(clinic) if kind in ("clinic", "reserved") else bytes(16)


def read_json(data: bytes) -> Any:
    """What JSON from elsewhere says: UTF-8 and whole numbers, as this program writes it, or ValueError.

    `json.loads` of bytes reads UTF-16 too, lets halves of surrogate pairs pass, and makes numbers that no int holds.
    """
    try:
        return _DECODER.decode(str(data, "utf-8"))
    except RecursionError as cause:
        raise ValueError("nested too deeply") from cause


def _no_fraction(_text: str) -> None:
    raise ValueError("not a whole number")


_DECODER = json.JSONDecoder(parse_float=_no_fraction, parse_constant=_no_fraction)


def _canonical(value: object) -> bytes:
    return _ENCODER.encode(value).encode()
