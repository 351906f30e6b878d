"""The store as a dict: the simulator runs a hundred thousand cases on it, and it is the plainest reading of `Store`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from ces_desktop.data.device import DeviceKeys
from ces_desktop.data.journal.op import Op, WireValue
from ces_desktop.sync.store import Aside, Link

Cell = tuple[str, bytes, str]
"""Table, row, field."""


@dataclass(slots=True)
class MemoryStore:
    """Everything in dicts; `copy` is a backup, `transaction` puts back what was there when something fails."""

    held: dict[bytes, Op] = field(default_factory=dict)
    graph: dict[bytes, Link] = field(default_factory=dict)
    put_aside: dict[bytes, Aside] = field(default_factory=dict)
    kept: dict[str, dict[bytes, bytes]] = field(default_factory=dict)
    versions: dict[Cell, dict[bytes, tuple[int, WireValue]]] = field(default_factory=dict)
    replaced: dict[Cell, set[bytes]] = field(default_factory=dict)
    incarnation: bytes = bytes(8)
    joins: tuple[bytes, ...] = ()
    keys: DeviceKeys | None = None
    former: tuple[DeviceKeys, ...] = ()
    digests: dict[str, dict[str, str]] = field(default_factory=dict)
    """Of the last asking; under "" of how many ops it was."""

    def copy(self) -> MemoryStore:
        """As it is now; ops and links are shared, they never change."""
        return MemoryStore(
            dict(self.held), dict(self.graph), dict(self.put_aside), {k: dict(v) for k, v in self.kept.items()},
            {c: dict(v) for c, v in self.versions.items()}, {c: set(v) for c, v in self.replaced.items()},
            self.incarnation, self.joins, self.keys, self.former,
        )  # fmt: skip

    @contextmanager
    def transaction(self) -> Iterator[MemoryStore]:
        """All of what is done inside, or nothing."""
        before = self.copy()
        try:
            yield self
        except BaseException:  # whatever it was, all is as before
            self.take(before)
            raise

    def take(self, other: MemoryStore) -> None:
        """Become what another is: a rollback, or a restored backup."""
        for name in self.__slots__:
            setattr(self, name, getattr(other, name))

    def links(self, scopes: Collection[str] | None) -> Mapping[bytes, Link]:
        """As in `Store`."""
        if scopes is None:
            return dict(self.graph)
        return {h: link for h, link in self.graph.items() if link.scope in scopes}

    def ops(self, hashes: Collection[bytes]) -> list[Op]:
        """As in `Store`."""
        return [self.held[h] for h in hashes]

    def apply(self, ops: list[Op]) -> frozenset[str]:
        """As in `Store`."""
        touched = set()
        for op in ops:
            if op.hash in self.held:
                continue
            head = op.head
            self.held[op.hash] = op
            self.graph[op.hash] = Link(head.device, head.incarnation, head.scope, head.seq, head.parents)
            added, changed = op.changes()
            for row in added:
                touched.add(row.table)
                for name, value in row.fields.items():
                    self.versions.setdefault((row.table, row.entity, name), {})[op.hash] = (head.hlc, value)
            for s in changed:
                touched.add(s.table)
                cell = (s.table, s.entity, s.field)
                self.versions.setdefault(cell, {})[op.hash] = (head.hlc, s.value)
                self.replaced.setdefault(cell, set()).update(s.bases)
        return frozenset(touched)

    def aside(self) -> dict[bytes, Aside]:
        """As in `Store`."""
        return dict(self.put_aside)

    def set_aside(self, ops: Iterable[Aside]) -> None:
        """As in `Store`."""
        self.put_aside.update((kept.frame.hash, kept) for kept in ops)

    def release(self, hashes: Collection[bytes]) -> None:
        """As in `Store`."""
        for h in hashes:
            self.put_aside.pop(h, None)

    def records(self, kind: str) -> dict[bytes, bytes]:
        """As in `Store`."""
        return dict(self.kept.get(kind, {}))

    def keep(self, kind: str, name: bytes, content: bytes | None) -> None:
        """As in `Store`."""
        if content is None:
            self.kept.get(kind, {}).pop(name, None)
        else:
            self.kept.setdefault(kind, {})[name] = content

    def digest(self, scope: str) -> dict[str, str]:
        """As in `Store`: over what each cell shows, of cells that ops of the scope speak of."""
        if self.digests.get("") != {"": str(len(self.held))}:  # ops are only added
            self.digests = {"": {"": str(len(self.held))}} | self._digests()
        return self.digests.get(scope, {})

    def _digests(self) -> dict[str, dict[str, str]]:
        cells: dict[str, dict[str, list[tuple[str, str, WireValue]]]] = {}
        for (table, entity, name), versions in self.versions.items():
            shown = self.shown(table, entity, name)
            cell = entity.hex(), name, shown[-1][2] if shown else None
            for scope in {self.graph[h].scope for h in versions}:
                cells.setdefault(scope, {}).setdefault(table, []).append(cell)
        return {
            scope: {
                table: hashlib.sha256(json.dumps(sorted(listed, key=str)).encode()).hexdigest()
                for table, listed in tables.items()
            }
            for scope, tables in cells.items()
        }

    def renew(self, incarnation: bytes, joins: tuple[bytes, ...], keys: DeviceKeys | None = None) -> None:
        """As in `Store`."""
        self.incarnation, self.joins = incarnation, joins
        if keys is not None:
            self.former += (self.keys,) if self.keys else ()
            self.keys = keys

    def shown(self, table: str, entity: bytes, name: str) -> list[tuple[int, bytes, WireValue]]:
        """Versions of a cell that nothing received replaces, the one that shows last."""
        cell = (table, entity, name)
        gone = self.replaced.get(cell, ())
        return sorted((hlc, h, value) for h, (hlc, value) in self.versions.get(cell, {}).items() if h not in gone)
