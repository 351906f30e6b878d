"""A reader of bundles written from `docs/bundle-format.md` and `docs/journal-format.md` alone.

It knows nothing of this program's code: age, zstd, Ed25519, SHA-256 and JSON. What it makes of bundles is compared with
what the program makes of them; where the two differ, the page is wrong or does not say enough.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import pyrage
import zstandard
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Rejected(Exception):
    """The file is refused whole; nothing of it is kept."""


@dataclass
class Op:
    """An op by its bytes, and of its header what judging needs."""

    name: str
    header: list[Any]
    body: bytes | None

    device = property(lambda self: self.header[1])
    scope = property(lambda self: self.header[3])
    parents = property(lambda self: self.header[5])
    action = property(lambda self: (self.header[1], self.header[13], self.header[3]))
    part = property(lambda self: (self.header[14], self.header[15]))


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def signed(key: str, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass
class Reader:
    """A hub that reads: section 2's order of reading, section 4's statements, section 6's judging."""

    invitation: list[Any]
    """Section 4: `network`, signing and receiving key, the hub's device and receiving key, name, certificate, its
    signature."""
    secret: str
    certificates: dict[str, list[Any]] = field(default_factory=dict)
    revoked: dict[str, list[str]] = field(default_factory=dict)
    heads: set[tuple[str, str]] = field(default_factory=set)
    gaps: set[str] = field(default_factory=set)
    applied: dict[str, Op] = field(default_factory=dict)
    aside: dict[str, Op] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)

    @property
    def network(self) -> str:
        """Its id."""
        root, receiving = (bytes.fromhex(key) for key in self.invitation[1:3])
        return sha(b"ces-desktop network 1", root, receiving)[:16].hex()

    def open(self, data: bytes) -> tuple[dict[str, Any], list[Op]]:
        """Sections 1 to 3."""
        if data[:4] != b"MBX1" or data[4:6] != b"\x00\x01" or int.from_bytes(data[14:22], "big") != len(data) - 22:
            raise Rejected("outside")
        try:
            inner = pyrage.decrypt(data[22:], [pyrage.x25519.Identity.from_str(self.secret)])
        except pyrage.DecryptError as error:
            raise Rejected("age") from error
        length = int.from_bytes(inner[:4], "big")
        signature, manifest, packed = inner[4:68], inner[68 : 68 + length], inner[68 + length :]
        said = json.loads(manifest)
        if said["min_reader"] > 1:
            raise Rejected("a later reader")
        for place, name in ((6, said["sender"]), (10, said["network"])):
            if data[place : place + 4] != sha(b"ces-desktop hint 1", bytes.fromhex(name))[:4]:
                raise Rejected("hint")
        if said["network"] != self.network:
            raise Rejected("another network")
        self.listen([one for one in said["records"] if json.loads(one[0])[0] == "certificate"])
        sender = self.certificates.get(said["sender"])
        if sender is None:
            raise Rejected("no certificate")
        if not signed(sender[2], signature, b"ces-desktop bundle 1\n" + inner[:4] + manifest + packed):
            raise Rejected("signature")
        return said, self.ops(packed, said)

    def ops(self, packed: bytes, said: dict[str, Any]) -> list[Op]:
        """Section 3, no more unpacked than section 2 allows."""
        if said["size"] > min(96 << 20, 200 * len(packed) + (64 << 10)):
            raise Rejected("too large")
        content = zstandard.ZstdDecompressor(max_window_size=8 << 20).stream_reader(packed).read(said["size"] + 1)
        if len(content) != said["size"]:
            raise Rejected("size")
        found, place = [], 0
        while place < len(content):
            end = place + 4 + int.from_bytes(content[place : place + 4], "big")
            header, body = content[place + 4 : end], None
            if content[end : end + 4] == b"\xff\xff\xff\xff":
                body_hash, place = content[end + 4 : end + 36], end + 36
            else:
                place = end + 4 + int.from_bytes(content[end : end + 4], "big")
                body = content[end + 4 : place]
                body_hash = sha(body)
            name = sha(b"op1", header, body_hash).hex()
            found.append(Op(name, json.loads(header), body))
        if place != len(content) or len(found) != said["count"]:
            raise Rejected("frames")
        return found

    def listen(self, records: list[list[str]]) -> None:
        """Section 4: certificates of hubs first, then what hubs signed, then heads by their devices."""
        told = [(json.loads(text), b"ces-desktop record 1\n" + text.encode(), bytes.fromhex(s)) for text, s in records]
        for fields, message, signature in told:
            if fields[0] == "certificate" and signed(self.invitation[1], signature, message):
                self.certify(fields)
        hubs = [c[2] for c in self.certificates.values() if c[7] == "hub" and c[1] not in self.revoked]
        for fields, message, signature in told:
            if fields[0] != "head" and any(signed(key, signature, message) for key in hubs):
                if fields[0] == "certificate" and fields[7] != "hub":
                    self.certify(fields)
                elif fields[0] == "revocation":
                    self.revoked[fields[1]] = fields[2]
                elif fields[0] == "gap":
                    self.gaps.add(fields[1])
        for fields, message, signature in told:
            if fields[0] == "head":
                author = self.certificates.get(fields[1])
                if author is not None and signed(author[2], signature, message):
                    self.heads.add((fields[1], fields[4]))

    def certify(self, fields: list[Any]) -> None:
        """Of two for one device the later issued holds; a device is named by its keys."""
        if fields[1] != sha(bytes.fromhex(fields[2]), bytes.fromhex(fields[3]))[:16].hex():
            return
        held = self.certificates.get(fields[1])
        if held is None or fields[8] >= held[8]:
            self.certificates[fields[1]] = fields

    def receive(self, data: bytes) -> None:
        """A file: section 6 over what is in it and what waited."""
        said, arrived = self.open(data)
        self.listen(said["records"])
        self.judge(arrived)

    def judge(self, arrived: list[Op]) -> None:
        """Section 6, again at each import and after each certificate or declared gap."""
        waiting = self.aside | {op.name: op for op in arrived if op.name not in self.applied}
        self.why = {name: why for name, op in waiting.items() if (why := self.refusal(op, waiting))}
        ready = {name: op for name, op in waiting.items() if name not in self.why}
        while True:
            held = {name for name, op in ready.items() if not self.stands(op, ready)}
            if not held:
                break
            for name in held:
                del ready[name]
        self.applied |= ready
        self.aside = {name: op for name, op in waiting.items() if name not in ready}
        self.why |= {name: "held" for name in self.aside if name not in self.why}

    def set_back(self, applied: set[str], aside: set[str]) -> None:
        """The hub's disk was restored: so is this reader's."""
        held = self.applied | self.aside
        self.applied = {name: op for name, op in held.items() if name in applied}
        self.aside = {name: op for name, op in held.items() if name in aside}

    def refusal(self, op: Op, waiting: dict[str, Op]) -> str | None:
        """Rules 3 to 5 (rule 2 asks what a database can store: not this reader's business)."""
        certificate = self.certificates.get(op.device)
        if certificate is None:
            return "unknown_author"
        if op.scope not in certificate[5]:
            return "wrong_scope"
        if op.name not in self.witnessed(op.device, waiting):
            return "unsigned_author"
        if op.device in self.revoked and op.name not in self.below(self.revoked[op.device], waiting):
            return "revoked"
        return None

    def witnessed(self, device: str, waiting: dict[str, Op]) -> set[str]:
        """Ops of a device that it stated as heads, and what it wrote below them."""
        stated = [head for author, head in self.heads if author == device] + [g for g in self.gaps if g in waiting]
        return self.below([h for h in stated if h in waiting and waiting[h].device == device], waiting, device)

    def below(self, tops: list[str], waiting: dict[str, Op], device: str | None = None) -> set[str]:
        """These and their ancestors, as far as they are here; of one device alone where it is named."""
        everything, found, todo = self.applied | waiting, set(), list(tops)
        while todo:
            name = todo.pop()
            op = everything.get(name)
            if op is None or name in found or (device is not None and op.device != device):
                continue
            found.add(name)
            todo.extend(op.parents)
        return found

    def stands(self, op: Op, ready: dict[str, Op]) -> bool:
        """Rule 6: every parent is here or declared lost, and the action is whole."""
        here = all(p in self.applied or p in ready or (p in self.gaps and p not in self.aside) for p in op.parents)
        parts = {o.part[0] for o in [*ready.values(), *self.applied.values()] if o.action == op.action}
        return here and (len(parts) == op.part[1] or any(p in self.gaps for p in op.parents))
