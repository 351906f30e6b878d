"""An installation of the synchronisation simulator: a laptop, the mentor's or the hub."""

from __future__ import annotations

import random
from dataclasses import dataclass

from benchmarks.sync_box import Act, Box
from ces_desktop.data.device import Mark, incarnation_needed
from ces_desktop.data.journal.op import Op
from ces_desktop.sync import enrolment
from ces_desktop.sync.records import Network, Signed
from ces_desktop.sync.store import NETWORK, Member
from ces_desktop.sync.trust import own_certificate


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
