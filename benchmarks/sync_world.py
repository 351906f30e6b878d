"""The world of the synchronisation simulator: laptops, a mentor, a hub, sticks that lose power, boxes that hold ops.

A box is one installation's disk. `DictBox` keeps everything in memory with real hashes, signatures and framing; the
boxes of `sync_disks` are real databases. What is imitated is named: the clock, the machine's identity, a stick without
power, and, on dict only, the encryption (`StubEnvelope`).
"""

from __future__ import annotations

import errno
import hashlib
import hmac
import json
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import Connection

from ces_desktop.data.device import DeviceKeys, Mark, incarnation_needed
from ces_desktop.data.journal.op import Added, FieldSet, Header, Op, clinic_scope, make
from ces_desktop.data.local import Setting, write_setting
from ces_desktop.domain.ids import clinic_id, new_id
from ces_desktop.errors import Refused
from ces_desktop.sync import enrolment
from ces_desktop.sync.journal_store import JournalStore
from ces_desktop.sync.memory_store import MemoryStore
from ces_desktop.sync.records import Certificate, Network, Signed, sign
from ces_desktop.sync.store import NETWORK, Member, Store
from ces_desktop.sync.trust import own_certificate

YEAR_MS = 31_557_600_000
START = 1_790_000_000_000
CLOCKS = (0, 0, 0, -26 * YEAR_MS, 36 * YEAR_MS, 5 * 60_000)
FIELDS = ("given", "phone")
FIRST = 10
"""Machines numbered above this are the laptops of a case, in order."""
USER = bytes([7] * 16)
CLINICS = tuple(clinic_id(prefix) for prefix in ("CAP", "SOL", "RIO"))


class PowerCut(BaseException):
    """The power goes, or the process is killed: nothing after this point is done."""


@lru_cache(maxsize=4_096)
def keys_of(number: int) -> DeviceKeys:
    """The keys of the n-th machine ever bought; the same in every case, so that they are made once."""
    seed = hashlib.sha512(b"machine %d" % number).digest()
    return DeviceKeys(seed[:32], seed[32:])


@lru_cache(maxsize=4_096)
def _public(secret: bytes) -> bytes:
    return DeviceKeys(bytes(32), secret).receiving_public


class StubEnvelope:
    """Stands for age on dict stores: recipients are checked and damage is noticed; nothing is kept secret."""

    def close(self, content: bytes, recipients: Sequence[bytes]) -> bytes:
        """As age: for these recipients alone, and any damage shows."""
        heads = b"".join(r[:8] for r in dict.fromkeys(recipients))
        outer = b"STUB" + bytes([len(heads) // 8]) + heads
        return outer + hmac.digest(outer, content, "sha256")[:16] + content

    def open(self, data: bytes, secret: bytes) -> bytes:
        """As age."""
        if data[:4] != b"STUB" or len(data) < 5:
            raise Refused("sync.damaged")
        end = 5 + 8 * data[4]
        outer, tag, content = data[:end], data[end : end + 16], data[end + 16 :]
        if not hmac.compare_digest(hmac.digest(outer, content, "sha256")[:16], tag):
            raise Refused("sync.damaged")
        mine = _public(secret)[:8]
        if mine not in [outer[p : p + 8] for p in range(5, end, 8)]:
            raise Refused("sync.not_for_us")
        return content


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


@dataclass(slots=True)
class Site:
    """An installation: its disk, and what of it is outside the disk's backups."""

    name: str
    box: Box
    network: Network
    scopes: tuple[str, ...] | None
    write_scope: str
    request: bool = True
    hub: bool = False
    clock: int = 0
    mark: Mark | None = None
    machine: int = 0
    stored_machine: int = 0
    dead: bool = False

    def member(self) -> Member:
        """As the program reads it from the disk."""
        keys, incarnation, former = self.box.identity()
        return Member(keys, own_certificate(keys).device, incarnation, self.scopes, self.network, self.hub, former)

    def wall(self, now: int) -> int:
        """What this machine's clock says."""
        return max(0, now + self.clock)

    def open(self, rng: random.Random, now: int) -> str | None:
        """Start the program: a restored or moved disk begins a new incarnation."""
        with self.box.transaction() as store:
            links = store.links(None)
            why = incarnation_needed(
                self.mark, str(self.machine), str(self.stored_machine), lambda head: bytes.fromhex(head) in links
            )
            if why is not None:
                enrolment.begin_incarnation(store, self.member(), why, rng.randbytes, self.wall(now))
                self.stored_machine, self.mark = self.machine, None
        return why

    def work(self, act: Act, now: int, rng: random.Random) -> tuple[list[Op], frozenset[bytes]]:
        """A person works, and the mark outside the disk moves on."""
        ops, seen = self.box.write(act, self.write_scope, self.wall(now), rng)
        head = ops[-1]
        self.mark = Mark("", "", {self.write_scope: (head.head.seq, head.hash.hex())}, head.head.hlc)
        return ops, seen

    def asks(self, now: int) -> Signed | None:
        """The request for a certificate, of a laptop that has none."""
        member = self.member()
        with self.box.transaction() as store:
            if member.hub or member.device in store.records("certificate"):
                return None
        site = bytes.fromhex(self.write_scope.partition(":")[2]) if self.write_scope != NETWORK else bytes(16)
        role = "mentor" if self.name == "mentor" else "laptop"
        return enrolment.request(member, "XXX", site, role, self.wall(now))


ROOT = keys_of(0)
HUB = keys_of(1)


@lru_cache(maxsize=1)
def the_network() -> tuple[Network, Signed]:
    """The network of all cases, founded once."""
    return enrolment.found_network(HUB, ROOT, "Red inventada", START)


@lru_cache(maxsize=4_096)
def certificate_for(number: int, scopes: tuple[str, ...], role: str) -> Signed:
    """The hub's certificate for a machine."""
    keys = keys_of(number)
    site = bytes.fromhex(scopes[0].partition(":")[2])
    made = Certificate(
        keys.device_id, keys.signing_public, keys.receiving_public, site, scopes, 0, role, START + number
    )  # fmt: skip
    return sign(HUB, made.fields())


def scopes_of(clinic: bytes) -> tuple[str, ...]:
    """What a laptop of a clinic may write."""
    return clinic_scope(clinic), f"reserved:{clinic.hex()}"


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


def become_hub(connection: Connection, certified: Sequence[bytes]) -> None:
    """Give a real database the identity of the hub of all cases, and these certificates (as records keep them)."""
    network, hub_certificate = the_network()
    write_setting(connection, Setting.DEVICE_KEYS, HUB.to_bytes().hex())
    write_setting(connection, Setting.DEVICE, HUB.device_id.hex())
    write_setting(connection, Setting.NETWORK, enrolment.invitation(network, hub_certificate).decode().strip())
    store = JournalStore(connection)
    for content in certified:
        store.keep("certificate", Certificate.of(Signed.from_bytes(content)).device, content)


def trace_of(parts: list[Any]) -> str:
    """A short name of everything that happened in a case: two runs of a seed must agree in it."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:16]
