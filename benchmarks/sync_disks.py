"""Where the simulator's installations keep their ops: in memory, or on real databases that are copied like disks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks import sync_world
from benchmarks.sync_world import MakeBox
from ces_desktop.sync.envelope import Envelope


@contextmanager
def workshop(store: str) -> Iterator[tuple[MakeBox, Envelope]]:
    """How to make disks of a kind ("dict", "sqlcipher", "postgresql"), and the encryption that goes with it."""
    if store != "dict":
        raise NotImplementedError(store)
    yield sync_world.dict_box, sync_world.StubEnvelope()
