"""The encryption around a bundle: one age file, readable by stock `age` with any recipient's key (`sync.md` 4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from ces_desktop.errors import Refused

_CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


class Envelope(Protocol):
    """Closes bytes for some X25519 public keys and opens them with a private one (32 raw bytes each)."""

    def close(self, content: bytes, recipients: Sequence[bytes]) -> bytes:
        """Encrypt."""

    def open(self, data: bytes, secret: bytes) -> bytes:
        """Decrypt whole or not at all. Refused "sync.not_for_us" (no recipient's key), "sync.damaged"."""


class AgeEnvelope:
    """age v1 by `pyrage`. It decrypts in memory and returns nothing before the last chunk has proved itself."""

    def close(self, content: bytes, recipients: Sequence[bytes]) -> bytes:
        """As in `Envelope`."""
        import pyrage

        keys = [pyrage.x25519.Recipient.from_str(recipient_text(r)) for r in dict.fromkeys(recipients)]
        return bytes(pyrage.encrypt(content, keys))

    def open(self, data: bytes, secret: bytes) -> bytes:
        """As in `Envelope`."""
        import pyrage

        try:
            return bytes(pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(identity_text(secret))]))
        except pyrage.DecryptError as error:
            raise Refused("sync.not_for_us" if "No matching keys" in str(error) else "sync.damaged") from error


def recipient_text(public: bytes) -> str:
    """A public key as age writes it: `age1…`."""
    return _bech32("age", public)


def identity_text(secret: bytes) -> str:
    """A private key as age writes it: `AGE-SECRET-KEY-1…`."""
    return _bech32("age-secret-key-", secret).upper()


def _bech32(prefix: str, data: bytes) -> str:
    """Bech32 of BIP 173, without its limit of length."""
    bits = int.from_bytes(data, "big") << (-len(data) * 8 % 5)
    count = -(-len(data) * 8 // 5)
    words = [bits >> 5 * (count - 1 - place) & 31 for place in range(count)]
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = _polymod([*expanded, *words, 0, 0, 0, 0, 0, 0]) ^ 1
    words += [check >> 5 * (5 - place) & 31 for place in range(6)]
    return prefix + "1" + "".join(_CHARSET[w] for w in words)


def _polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATOR):
            check ^= generator if top >> place & 1 else 0
    return check
