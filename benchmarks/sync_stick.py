"""A stick that loses power, for the synchronisation simulator."""

from __future__ import annotations

import errno
import random
from dataclasses import dataclass, field


class PowerCut(BaseException):
    """The power goes, or the process is killed: nothing after this point is done."""


@dataclass(slots=True)
class Stick:
    """A folder on a stick: what is written may still be lost, until it is synced, when the power goes."""

    rng: random.Random
    durable: dict[str, bytes] = field(default_factory=dict)
    written: dict[str, bytes] = field(default_factory=dict)
    unsynced: set[str] = field(default_factory=set)
    cut_after: int | None = None
    """Steps until the power goes."""
    room: int | None = None

    def _step(self) -> None:
        if self.cut_after is not None:
            self.cut_after -= 1
            if self.cut_after < 0:
                self.cut()
                raise PowerCut

    def cut(self) -> None:
        """The power goes: unsynced bytes are there in part or not at all, unsynced names old or new."""
        left = dict(self.durable)
        for name, data in self.written.items():
            if name in self.unsynced:
                left[name] = data[: self.rng.randrange(len(data) + 1)]
            elif name not in left and self.rng.random() < 0.5:
                left[name] = data
        for name in [n for n in left if n not in self.written and self.rng.random() < 0.5]:
            del left[name]
        self.durable, self.written, self.unsynced, self.cut_after = left, dict(left), set(), None

    def names(self) -> list[str]:
        """As `stick.Place`."""
        return sorted(self.written)

    def read(self, name: str) -> bytes:
        """As `stick.Place`."""
        return self.written[name]

    def create(self, name: str, data: bytes) -> None:
        """As `stick.Place`."""
        self._step()
        if self.room is not None and len(data) > self.room:
            self.written[name] = data[: self.room]
            self.unsynced.add(name)
            raise OSError(errno.ENOSPC, "the stick is full")
        self.written[name] = data
        self.unsynced.add(name)
        self._step()

    def sync(self, name: str) -> None:
        """As `stick.Place`."""
        self._step()
        self.unsynced.discard(name)

    def rename(self, old: str, new: str) -> None:
        """As `stick.Place`."""
        self._step()
        self.written[new] = self.written.pop(old)
        if old in self.unsynced:
            self.unsynced.discard(old)
            self.unsynced.add(new)
        self._step()

    def remove(self, name: str) -> None:
        """As `stick.Place`."""
        self.written.pop(name, None)
        self.unsynced.discard(name)

    def sync_names(self) -> None:
        """As `stick.Place`."""
        self._step()
        self.durable = {n: d for n, d in self.written.items() if n not in self.unsynced}
