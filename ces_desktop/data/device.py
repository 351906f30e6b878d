"""This laptop: its keys, the machine's fingerprint, and the mark outside the data folder that notices a restore."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import platform
import re
import subprocess
import sys
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ces_desktop.data.folder import previous_of, replace, unavailable

_VERSION = b"\x01"


@dataclass(frozen=True, slots=True)
class DeviceKeys:
    """Ed25519 (signs) and X25519 (receives) private keys, 32 raw bytes each; made here, kept in the database."""

    signing: bytes = field(repr=False)
    receiving: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> DeviceKeys:
        return cls(os.urandom(32), os.urandom(32))  # any 32 bytes are a key of both kinds

    def to_bytes(self) -> bytes:
        """65 bytes: version, signing key, receiving key."""
        return _VERSION + self.signing + self.receiving

    @classmethod
    def from_bytes(cls, data: bytes) -> DeviceKeys:
        """Raises ValueError for anything `to_bytes` did not make."""
        if len(data) != 65 or data[:1] != _VERSION:
            raise ValueError("not device keys")
        return cls(data[1:33], data[33:])

    @property
    def signing_public(self) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.signing).public_key().public_bytes_raw()

    @property
    def receiving_public(self) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        return X25519PrivateKey.from_private_bytes(self.receiving).public_key().public_bytes_raw()

    @property
    def device_id(self) -> bytes:
        """16 bytes: the start of SHA-256 over both public keys."""
        return hashlib.sha256(self.signing_public + self.receiving_public).digest()[:16]

    def sign(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.signing).sign(message)


def verify(signing_public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the device with this public key signed the message."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(signing_public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def machine_fingerprint(salt: bytes, machine_id: Callable[[], str] | None = None) -> str:
    """32 hex digits that stay the same on this machine and tell nobody which machine it is; `salt` is the clinic's."""
    name = (machine_id or _machine_id)()
    return hmac.new(salt, b"ces-desktop machine 1" + name.encode(), hashlib.sha256).hexdigest()[:32]


def _machine_id() -> str:
    found = ""
    with suppress(OSError, subprocess.SubprocessError):  # not told: name and network card stand in
        found = _system_id()
    if len(found) >= 16:
        return found.lower()
    node = uuid.getnode()
    invented = node >> 40 & 1  # no network card found: the number is random each time
    return f"{platform.node()} {'' if invented else node}"


def _system_id() -> str:
    """What the system calls this installation; empty when it says nothing."""
    if sys.platform == "win32":
        import winreg

        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as entry:
            return str(winreg.QueryValueEx(entry, "MachineGuid")[0])
    elif sys.platform == "darwin":
        command = ["/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice"]
        text = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True).stdout
        match = re.search(r'"IOPlatformUUID" = "([^"]+)"', text)
        return match[1] if match else ""
    else:
        for path in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
            with suppress(OSError):  # the second place may have it
                text = Path(path).read_text(encoding="ascii").strip()
                if len(text) >= 16:
                    return text
        return ""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far this laptop had written: heads by scope as (seq, hash in hex), the last hybrid clock value, and the
    highest number of a human id it may have given: a card with that number may be in somebody's hands.
    """

    device: str
    incarnation: str
    heads: dict[str, tuple[int, str]]
    hlc: int
    number: int = 0


class HighWaterMark:
    """The mark of one clinic, in a file outside the data folder, so that restoring the folder does not restore it.

    It carries a checksum keyed with the data key. Writing is quick (no fsync): after a power cut the one before may be
    all there is, which at worst notices less, or notices the same restore twice.
    """

    def __init__(self, state_root: Path, clinic_hex: str) -> None:
        self._path = state_root / f"mark-{clinic_hex}.json"
        self._clinic = clinic_hex

    def read(self, key: bytes) -> Mark | None:
        """The newest mark that proves itself; None when there is none, or none that was written with this key."""
        return self._read(self._path, key) or self._read(previous_of(self._path), key)

    def write(self, key: bytes, mark: Mark) -> None:
        """Replace the mark; call it after the commit it tells of. Raises Unavailable if the folder takes no file."""
        body = asdict(mark)
        text = json.dumps({"mac": self._mac(key, body), "mark": body})
        part = self._path.with_name(self._path.name + ".part")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(text, encoding="ascii")
            if self._path.exists():
                replace(self._path, previous_of(self._path))
            replace(part, self._path)
        except OSError as error:
            raise unavailable(error, len(text)) from error

    def forget(self) -> None:
        """Drop the mark once a new incarnation has begun: what it names is lost, and was noticed once."""
        for path in (self._path, previous_of(self._path)):
            with suppress(OSError):  # the next save writes over one that cannot go
                path.unlink(missing_ok=True)

    def _read(self, path: Path, key: bytes) -> Mark | None:
        try:
            outer = json.loads(path.read_bytes())
            body = outer["mark"]
            if not hmac.compare_digest(outer["mac"], self._mac(key, body)):
                return None
            heads = {scope: (int(seq), str(head)) for scope, (seq, head) in body["heads"].items()}
            return Mark(body["device"], body["incarnation"], heads, body["hlc"], body["number"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def _mac(self, key: bytes, body: dict[str, Any]) -> str:
        text = json.dumps(body, sort_keys=True, separators=(",", ":"))
        own = hmac.new(key, b"ces-desktop mark 1", hashlib.sha256).digest()
        return hmac.new(own, f"{self._clinic} {text}".encode(), hashlib.sha256).hexdigest()


def incarnation_needed(
    mark: Mark | None, fingerprint: str, stored_fingerprint: str | None, has_head: Callable[[str], bool]
) -> str | None:
    """Why a new incarnation must begin before the first write, or None.

    "moved": the machine is not the one the database was last written on; "restored": the mark names a head (hash in
    hex) that the database lacks. `stored_fingerprint` None means a database that was never written.
    """
    if stored_fingerprint is not None and fingerprint != stored_fingerprint:
        return "moved"
    if mark is not None and not all(has_head(head) for _, head in mark.heads.values()):
        return "restored"
    return None
