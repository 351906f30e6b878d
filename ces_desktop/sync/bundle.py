"""The bundle file, byte for byte: outer header, envelope, signed manifest, compressed frames (`docs/bundle-format.md`).

A reader trusts nothing before the step that proves it: the envelope before the manifest, the signature before the
decompression, the names of ops before anything they say.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ces_desktop.data.device import DeviceKeys, verify
from ces_desktop.data.journal.op import op_hash, read_json
from ces_desktop.errors import Refused
from ces_desktop.sync.envelope import Envelope
from ces_desktop.sync.records import Signed
from ces_desktop.sync.store import Frame

MAGIC, FORMAT = b"MBX1", 1
_OUTER = struct.Struct(">4sH4s4sQ")
_DOMAIN = b"ces-desktop bundle 1\n"
_ERASED = 0xFFFFFFFF
READER = 1
"""What a reader must understand; raised only when an older program could not read the file at all."""
FILE_LIMIT = 64 << 20
CONTENT_LIMIT = 96 << 20
"""No bundle unpacks to more; what is larger is sent in parts."""
RATIO_LIMIT = 200
LEVEL = 9
_STEP = 1 << 16


@dataclass(slots=True)
class Manifest:
    """What a bundle says about itself; all of it is signed. Hashes and ids are bytes here, hexadecimal in the file."""

    sender: bytes
    incarnation: bytes
    network: bytes
    to: tuple[bytes, ...]
    kind: str
    """"changes" (what the hub has not confirmed), "answer" (of the hub) or "complete" (all, for a new laptop)."""
    number: int
    part: tuple[int, int]
    schema: int
    app: str
    wall: int
    records: list[Signed] = field(default_factory=list)
    claims: dict[str, list[bytes]] = field(default_factory=dict)
    """Heads of all that the sender holds, by scope."""
    digests: dict[str, dict[str, str]] = field(default_factory=dict)
    request: Signed | None = None
    """Of a device without a certificate: what it asks to be certified."""
    min_reader: int = READER
    count: int = 0
    size: int = 0
    extra: dict[str, Any] = field(default_factory=dict)
    """What a later program added."""

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        content = self.extra | {
            "sender": self.sender.hex(), "incarnation": self.incarnation.hex(), "network": self.network.hex(),
            "to": [d.hex() for d in self.to], "kind": self.kind, "number": self.number, "part": list(self.part),
            "schema": self.schema, "app": self.app, "wall": self.wall, "records": [_written(r) for r in self.records],
            "claims": {scope: [h.hex() for h in heads] for scope, heads in self.claims.items()},
            "digests": self.digests, "request": _written(self.request) if self.request else None,
            "min_reader": self.min_reader, "count": self.count, "size": self.size,
        }  # fmt: skip
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()

    @staticmethod
    def from_bytes(data: bytes) -> Manifest:
        """Read a manifest; Refused "sync.update_needed" when it asks for a later reader, "sync.damaged"."""
        try:
            c = read_json(data)
            if c["min_reader"] > READER:
                raise Refused("sync.update_needed")
            known = set(Manifest.__slots__)
            return Manifest(
                sender=bytes.fromhex(c["sender"]), incarnation=bytes.fromhex(c["incarnation"]),
                network=bytes.fromhex(c["network"]), to=tuple(bytes.fromhex(d) for d in c["to"]), kind=str(c["kind"]),
                number=int(c["number"]), part=(int(c["part"][0]), int(c["part"][1])), schema=int(c["schema"]),
                app=str(c["app"]), wall=int(c["wall"]), records=[_read(r) for r in c["records"]],
                claims={str(s): [bytes.fromhex(h) for h in heads] for s, heads in c["claims"].items()},
                digests={str(s): {str(t): str(d) for t, d in of.items()} for s, of in c["digests"].items()},
                request=_read(c["request"]) if c["request"] else None, min_reader=int(c["min_reader"]),
                count=int(c["count"]), size=int(c["size"]), extra={k: v for k, v in c.items() if k not in known},
            )  # fmt: skip
        except (ValueError, TypeError, KeyError, IndexError, AttributeError) as cause:
            raise Refused("sync.damaged") from cause


def _written(record: Signed) -> list[str]:
    return [record.text.decode(), record.signature.hex()]


def _read(listed: list[str]) -> Signed:
    text, signature = listed
    return Signed(text.encode(), bytes.fromhex(signature))


@dataclass(slots=True)
class Opened:
    """A bundle out of its envelope. Nothing in it is believed yet: `proved_by` first, then `frames`."""

    manifest: Manifest
    signature: bytes
    manifest_bytes: bytes
    packed: bytes
    name: bytes
    """SHA-256 of the file: importing the same file again is known by it."""

    def proved_by(self, signing_public: bytes) -> bool:
        """Whether this key signed manifest and content."""
        return verify(signing_public, self.signature, signed_bytes(self.manifest_bytes, self.packed))

    def frames(self) -> list[Frame]:
        """The ops; unpacks no more than the manifest declares. Refused("sync.damaged"), ("sync.too_large")."""
        content = unpack(self.packed, self.manifest.size)
        frames = list(parse_frames(content))
        if len(frames) != self.manifest.count:
            raise Refused("sync.damaged")
        return frames


def seal(
    manifest: Manifest, frames: Sequence[Frame], keys: DeviceKeys, envelope: Envelope, recipients: Sequence[bytes]
) -> bytes:
    """The bytes of a bundle file; `manifest.count` and `.size` are set here."""
    content = b"".join(map(_frame_bytes, frames))
    manifest.count, manifest.size = len(frames), len(content)
    head, packed = manifest.to_bytes(), pack(content)
    signature = keys.sign(signed_bytes(head, packed))
    inner = envelope.close(len(head).to_bytes(4, "big") + signature + head + packed, recipients)
    return _OUTER.pack(MAGIC, FORMAT, hint(manifest.sender), hint(manifest.network), len(inner)) + inner


def hint(name: bytes) -> bytes:
    """Four bytes by which a file is told from another's without opening it."""
    return hashlib.sha256(b"ces-desktop hint 1" + name).digest()[:4]


def check_outside(data: bytes, network: bytes | None) -> bytes:
    """The envelope inside; what can be said without a key is said here.

    Refused "sync.not_a_bundle", "sync.update_needed", "sync.too_large", "sync.damaged" (shorter or longer than it
    says), "sync.other_network".
    """
    if len(data) < _OUTER.size or data[:4] != MAGIC:
        raise Refused("sync.not_a_bundle")
    if len(data) > FILE_LIMIT:
        raise Refused("sync.too_large")
    _, version, _, to, length = _OUTER.unpack_from(data)
    if version != FORMAT:
        raise Refused("sync.update_needed")
    if length != len(data) - _OUTER.size:
        raise Refused("sync.damaged")
    if network is not None and to != hint(network):
        raise Refused("sync.other_network")
    return data[_OUTER.size :]


def unseal(data: bytes, network: bytes | None, envelope: Envelope, secret: bytes) -> Opened:
    """Open a bundle file with this device's receiving key. Refused as `check_outside`, "sync.not_for_us"."""
    inner = envelope.open(check_outside(data, network), secret)
    length = int.from_bytes(inner[:4], "big")
    if len(inner) < 68 + length:
        raise Refused("sync.damaged")
    head = inner[68 : 68 + length]
    manifest = Manifest.from_bytes(head)
    if data[6:14] != hint(manifest.sender) + hint(manifest.network):
        raise Refused("sync.damaged")
    return Opened(manifest, inner[4:68], head, inner[68 + length :], hashlib.sha256(data).digest())


def pack(content: bytes) -> bytes:
    """Compressed with zstd, its size not declared inside."""
    return bytes(_compressor().compress(content))


def unpack(packed: bytes, size: int) -> bytes:
    """Exactly `size` bytes, or Refused: zstandard's own limit is ignored where a frame declares its size."""
    import zstandard

    if not 0 <= size <= CONTENT_LIMIT or size > RATIO_LIMIT * len(packed) + _STEP:
        raise Refused("sync.too_large")
    parts, got = [], 0
    reader = zstandard.ZstdDecompressor(max_window_size=8 << 20).stream_reader(packed)
    try:
        while part := reader.read(_STEP):
            got += len(part)
            if got > size:
                raise Refused("sync.too_large")
            parts.append(part)
    except zstandard.ZstdError as error:
        raise Refused("sync.damaged") from error
    if got != size:
        raise Refused("sync.damaged")
    return b"".join(parts)


def parse_frames(content: bytes) -> Iterator[Frame]:
    """Ops out of unpacked content, named by what they contain; Refused("sync.damaged") when the lengths do not fit."""
    place, end = 0, len(content)
    while place < end:
        header, place = _piece(content, place)
        if content[place : place + 4] == _ERASED.to_bytes(4, "big"):
            body, body_hash, place = None, content[place + 4 : place + 36], place + 36
        else:
            body, place = _piece(content, place)
            body_hash = hashlib.sha256(body).digest()
        if len(body_hash) != 32 or place > end:
            raise Refused("sync.damaged")
        yield Frame(op_hash(header, body_hash), header, body_hash, body)


def _piece(content: bytes, place: int) -> tuple[bytes, int]:
    length = int.from_bytes(content[place : place + 4], "big")
    start = place + 4
    if start + length > len(content):
        raise Refused("sync.damaged")
    return content[start : start + length], start + length


def _frame_bytes(frame: Frame) -> bytes:
    head = len(frame.header).to_bytes(4, "big") + frame.header
    if frame.body is None:
        return head + _ERASED.to_bytes(4, "big") + frame.body_hash
    return head + len(frame.body).to_bytes(4, "big") + frame.body


def signed_bytes(manifest: bytes, packed: bytes) -> bytes:
    """What a sender signs."""
    return _DOMAIN + len(manifest).to_bytes(4, "big") + manifest + packed


@lru_cache(maxsize=1)
def _compressor() -> Any:
    import zstandard

    return zstandard.ZstdCompressor(level=LEVEL, write_content_size=False, write_checksum=True)
