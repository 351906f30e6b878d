"""The network key on paper: 140 bits in seven groups, from which both halves of the key follow.

It founds the network, opens every bundle, and certifies the hub on another machine; no computer keeps it. Written like
the recovery key of a clinic (`data.passphrase`), so that whoever types it is told which group was mistyped.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from ces_desktop.data.device import DeviceKeys
from ces_desktop.data.passphrase import RecoveryKey, parse_recovery, write_recovery
from ces_desktop.errors import Refused

_BITS = 140


def new_network_key(random: Callable[[int], bytes] = os.urandom) -> RecoveryKey:
    """A key that was never used; its sheet is named after the network it founds."""
    secret = int.from_bytes(random(18), "big") >> (18 * 8 - _BITS)
    return RecoveryKey(write_recovery(secret), _sheet(_keys(secret)))


def network_keys(text: str) -> DeviceKeys:
    """The keys behind what is typed from the paper, or behind the long line that earlier versions printed.

    Refused("vault.recovery_group", group, groups) names the mistyped group; ("sync.bad_key") what is no key at all.
    """
    long = "".join(text.split())
    if len(long) == 130:
        try:
            return DeviceKeys.from_bytes(bytes.fromhex(long))
        except ValueError as error:
            raise Refused("sync.bad_key") from error
    return _keys(parse_recovery(text))


def _keys(secret: int) -> DeviceKeys:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    def half(purpose: bytes) -> bytes:
        kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"ces-desktop network key 1 " + purpose)
        return kdf.derive(secret.to_bytes(18, "big"))

    return DeviceKeys(half(b"signing"), half(b"receiving"))


def _sheet(keys: DeviceKeys) -> str:
    return keys.device_id.hex()[:4].upper()
