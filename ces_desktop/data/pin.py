"""The PIN that reopens a locked window while the key is still in memory: it never opens a cold start (`sync.md` 5)."""

from __future__ import annotations

import hmac
import itertools
import os
import sys
import time
from collections.abc import Callable

from ces_desktop.errors import Refused

LOCK_SECONDS = 30 * 60
TRIES = 5
_MEMORY_KIB, _PASSES, _LANES = 19_456, 2, 1


def pin_verifier(pin: str) -> str:
    """The string to keep in the encrypted database for a PIN of 4–8 digits.

    Raises Refused `vault.pin_form` (not 4–8 digits) or `vault.pin_simple` (1111, 1234…).
    """
    if not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 8):
        raise Refused("vault.pin_form")
    steps = {int(b) - int(a) for a, b in itertools.pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        raise Refused("vault.pin_simple")
    salt = os.urandom(16)
    digest = _derive(pin, salt, _MEMORY_KIB, _PASSES, _LANES)
    return f"argon2id${_MEMORY_KIB}${_PASSES}${_LANES}${salt.hex()}${digest.hex()}"


def check_pin(pin: str, verifier: str) -> bool:
    """Whether the PIN is the one the verifier was made from. A verifier we cannot read fits no PIN."""
    try:
        name, memory, passes, lanes, salt, digest = verifier.split("$")
        if name != "argon2id":
            return False
        found = _derive(pin, bytes.fromhex(salt), int(memory), int(passes), int(lanes))
        return hmac.compare_digest(found, bytes.fromhex(digest))
    except ValueError:
        return False


def _derive(pin: str, salt: bytes, memory_kib: int, passes: int, lanes: int) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    return Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory_kib).derive(pin.encode())


def awake_and_asleep_seconds() -> float:
    """A clock that nobody can set and that also counts the hours the lid is closed."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)  # CLOCK_MONOTONIC stands still in sleep
    elif sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)  # time.monotonic() stands still in sleep
    else:
        return time.monotonic()


class KeyDropped(Refused):
    """The key is no longer in memory: only a passphrase opens now. `why` is "tries" or "time"."""

    def __init__(self, why: str) -> None:
        super().__init__(f"vault.key_dropped_{why}")
        self.why = why


class PinLock:
    """Holds the data key after sign-in, hides it while locked, forgets it after five wrong PINs or 30 locked minutes.

    A right PIN takes back only the wrong ones typed for the same person: who knows one PIN must not win tries at
    another by it. Python cannot wipe memory: "dropped" means no reference of ours is left.
    """

    def __init__(self, key: bytes, clock: Callable[[], float] = awake_and_asleep_seconds) -> None:
        self._key: bytes | None = key
        self._clock = clock
        self._locked_at: float | None = None
        self._wrong: dict[str, int] = {}
        self._why = "time"

    @property
    def locked(self) -> bool:
        """True from `lock()` until a PIN or a passphrase opens again; also once the key was dropped."""
        return self._key is None or self._locked_at is not None

    @property
    def key(self) -> bytes:
        """The data key; Refused("vault.locked") while locked, KeyDropped when gone."""
        if self.expire() or self._key is None:
            raise KeyDropped(self._why)
        if self._locked_at is not None:
            raise Refused("vault.locked")
        return self._key

    @property
    def tries_left(self) -> int:
        return TRIES - sum(self._wrong.values())

    def lock(self) -> None:
        """Lock now; locking again does not lengthen the 30 minutes."""
        if self._locked_at is None:
            self._locked_at = self._clock()

    def expire(self) -> bool:
        """Drop the key if the 30 minutes are over; called by a timer and before every use. True when no key is left."""
        if self._key is not None and self._locked_at is not None:
            elapsed = self._clock() - self._locked_at
            if not 0 <= elapsed <= LOCK_SECONDS:
                self.drop("time")
        return self._key is None

    def enter(self, pin: str, verifier: str) -> bytes:
        """Open with this user's PIN: reopens a locked window, or switches the user of an open one. Returns the key.

        Raises Refused("vault.wrong_pin", left) for up to four wrong PINs, whoever's; then, or when the time is over,
        KeyDropped.
        """
        if self.expire() or self._key is None:
            raise KeyDropped(self._why)
        if not check_pin(pin, verifier):
            self._wrong[verifier] = self._wrong.get(verifier, 0) + 1
            if self.tries_left <= 0:
                self.drop("tries")
                raise KeyDropped("tries")
            raise Refused("vault.wrong_pin", left=self.tries_left)
        self._opened(verifier)
        return self._key

    def reopen(self, verifier: str | None) -> None:
        """Open after a right passphrase of the person whose PIN `verifier` checks (None = has none), or KeyDropped."""
        if self.expire():
            raise KeyDropped(self._why)
        self._opened(verifier)

    def _opened(self, verifier: str | None) -> None:
        self._locked_at = None
        if verifier is not None:
            self._wrong.pop(verifier, None)

    def drop(self, why: str = "time") -> None:
        """Forget the key (sign-out, five tries, time over)."""
        self._key = None
        self._why = why
