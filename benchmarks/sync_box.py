"""What holds ops in the synchronisation simulator. A box is one installation's disk.

`DictBox` keeps everything in memory with real hashes, signatures and framing; the boxes of `sync_disks` are real
databases.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from benchmarks.sync_stick import PowerCut
from benchmarks.sync_world import FIELDS, START, USER
from ces_desktop.data.device import DeviceKeys
from ces_desktop.data.journal.op import Added, FieldSet, Header, Op, make
from ces_desktop.domain.ids import new_id
from ces_desktop.sync.memory_store import MemoryStore
from ces_desktop.sync.store import Store
from ces_desktop.sync.trust import own_certificate


@dataclass(frozen=True, slots=True)
class Act:
    """What a person does: a new row, an edit of a cell, or movements on one or two subjects."""

    kind: str
    """"register", "edit", "move", "two" (movements of two people, one action), "later" (of a later program)."""
    ids: tuple[bytes, ...]
    number: int
    field: str = ""


class Box(Protocol):
    """One installation's disk."""

    def transaction(self) -> AbstractContextManager[Store]:
        """A store; all that is done with it is kept, or nothing."""

    def identity(self) -> tuple[DeviceKeys, bytes, tuple[DeviceKeys, ...]]:
        """Keys, incarnation, former keys, as they are kept on the disk."""

    def write(self, act: Act, scope: str, wall: int, rng: random.Random) -> tuple[list[Op], frozenset[bytes]]:
        """A person works; the ops that came of it, and the versions an edit saw."""

    def people(self, scope: str) -> list[bytes]:
        """Ids of people registered in a scope, in order."""

    def tables(self) -> dict[str, Any]:
        """What the tables show, as `tables_of` says it."""

    def save(self) -> Any:
        """A backup of the disk."""

    def restore(self, saved: Any) -> None:
        """Put a backup in its place."""

    def clone(self) -> Box:
        """A copy of the whole disk."""

    def close(self) -> None:
        """Give files back."""


class DictBox:
    """A disk in memory."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store

    def transaction(self) -> AbstractContextManager[Store]:
        """As `Box`."""
        return self.store.transaction()

    def identity(self) -> tuple[DeviceKeys, bytes, tuple[DeviceKeys, ...]]:
        """As `Box`."""
        assert self.store.keys is not None
        return self.store.keys, self.store.incarnation, self.store.former

    def write(self, act: Act, scope: str, wall: int, rng: random.Random) -> tuple[list[Op], frozenset[bytes]]:
        """As `Box`: ops made from the format alone, chained as `Work.seal` chains them."""
        store = self.store
        keys, incarnation, _ = self.identity()
        device = own_certificate(keys).device
        log = [(k.seq, h) for h, k in store.graph.items() if k.scope == scope and k.incarnation == incarnation]
        seq, last = max(log, default=(0, b""))
        parents = (last,) if last else tuple(h for h in store.joins if store.graph[h].scope == scope)
        own = store.held[last].head.hlc if last else 0
        near = (wall + 86_400_000) << 16
        hlc = max([own, *(op.head.hlc for op in store.held.values() if op.head.hlc <= near)], default=0)
        hlc = max(hlc + 1, max(wall, 1_767_225_600_000) << 16)
        seen = frozenset(h for _, h, _ in store.shown("patient", act.ids[0], act.field)) if act.kind == "edit" else None
        parts = contents(act, seen or ())
        ops: list[Op] = []
        action = new_id(START, rng.randbytes)
        for k, (adds, sets) in enumerate(parts, 1):
            head = Header(
                device, incarnation, scope, seq + k, parents, hlc + k - 1, wall, 0, USER, "", act.kind, action, k,
                len(parts), "patient", act.ids[k - 1],
            )  # fmt: skip
            ops.append(make(head, adds, sets, rng.randbytes(16)))
            parents = (ops[-1].hash,)
        store.apply(ops)
        return ops, seen or frozenset()

    def people(self, scope: str) -> list[bytes]:
        """As `Box`."""
        held = self.store.held.values()
        return sorted(op.head.subject for op in held if op.head.kind == "register" and op.head.scope == scope)

    def tables(self) -> dict[str, Any]:
        """As `Box`."""
        return tables_of(self.store)

    def save(self) -> MemoryStore:
        """As `Box`."""
        return self.store.copy()

    def restore(self, saved: MemoryStore) -> None:
        """As `Box`."""
        self.store.take(saved.copy())

    def clone(self) -> DictBox:
        """As `Box`."""
        return DictBox(self.store.copy())

    def close(self) -> None:
        """As `Box`."""


def contents(act: Act, seen: Sequence[bytes] | frozenset[bytes]) -> list[tuple[list[Added], list[FieldSet]]]:
    """What an act adds and sets, one pair for each op."""
    patient = act.ids[0]
    match act.kind:
        case "register":
            fields: dict[str, Any] = dict.fromkeys(FIELDS, f"Inventada {act.number}")
            return [([Added("patient", patient, fields)], [])]
        case "edit":
            return [([], [FieldSet("patient", patient, act.field, f"Cambio {act.number}", None, tuple(sorted(seen)))])]
        case "move" | "two":
            half = len(act.ids) // 2
            return [
                ([Added("observation", row, {"patient": who.hex(), "code": "stub", "value": act.number})], [])
                for who, row in zip(act.ids[:half], act.ids[half:], strict=True)
            ]
    later = Added("household", act.ids[1], {"number": act.number, "later_field": act.number})
    return [([Added("later_table", patient, {"what": act.number}), later], [])]


def tables_of(store: MemoryStore) -> dict[str, Any]:
    """Each cell of the people and the sum of their movements, from the versions that a dict store holds."""
    cells = {}
    sums: dict[str, int] = {}
    for table, entity, name in store.versions:
        if table == "patient":
            shown = store.shown(table, entity, name)
            cells[entity.hex() + name] = shown[-1][2] if shown else None
        elif (table, name) == ("observation", "value"):
            who = str(store.shown(table, entity, "patient")[-1][2])
            sums[who] = sums.get(who, 0) + int(store.shown(table, entity, "value")[-1][2] or 0)
    return {"cells": cells, "sums": sums}


MakeBox = Callable[[DeviceKeys, bytes, bool], Box]


def dict_box(keys: DeviceKeys, incarnation: bytes, _hub: bool) -> Box:
    """An empty disk in memory."""
    return DictBox(MemoryStore(incarnation=incarnation, keys=keys))


@contextmanager
def killed_after(store: Store, calls: int, how: BaseException | None = None) -> Iterator[Store]:
    """A store that dies with the process after so many calls, or fails as the machine does (`how`: a full disk)."""
    yield _Dying(store, calls, how or PowerCut())


class _Dying:
    def __init__(self, store: Store, calls: int, how: BaseException) -> None:
        self._store, self._left, self._how = store, calls, how

    def __getattr__(self, name: str) -> Any:
        self._left -= 1
        if self._left < 0:
            raise self._how
        return getattr(self._store, name)
