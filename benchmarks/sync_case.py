"""One seeded case of the synchronisation simulator: weeks of work and faults, then healing, then every invariant.

Everything random comes from the seed, so that a case is repeated by its number. What drives ops between installations
is the program's own outbox, framing, inbox and merge; nothing here knows how they work.
"""

from __future__ import annotations

import random
from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from benchmarks import sync_world as world
from benchmarks.sync_box import Act, MakeBox, killed_after
from benchmarks.sync_invariants import Broken, Edit, check, everything
from benchmarks.sync_site import Site
from benchmarks.sync_stick import PowerCut, Stick
from benchmarks.sync_world import CLINICS
from ces_desktop.data.journal.op import Op, clinic_scope
from ces_desktop.domain.ids import new_id
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.sync import bundle, enrolment, inbox, merge, outbox, stick
from ces_desktop.sync.envelope import Envelope
from ces_desktop.sync.records import Certificate, Signed
from ces_desktop.sync.store import NETWORK
from ces_desktop.sync.trust import believed, own_certificate

STEPS, SMALL_PART = 45, 4_000
TRIPS = 2
"""Exchanges of a laptop with the hub within which everything must have healed."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A bundle on its way: for the hub, a clinic (its id) or the mentor."""

    to: str
    data: bytes


@dataclass
class Case:
    """The installations, what is on the way, and what must not be lost."""

    seed: int
    make: MakeBox
    envelope: Envelope
    two: bool | None = None
    """Whether the first clinic has two laptops; None = the seed says."""
    mentor: bool | None = None
    rng: random.Random = field(init=False)
    sites: list[Site] = field(init=False)
    hub: Site = field(init=False)
    parcels: list[Parcel] = field(default_factory=list)
    backups: dict[int, list[Any]] = field(default_factory=dict)
    now: int = world.START
    machines: int = world.FIRST
    events: Counter[str] = field(default_factory=Counter)
    trace: list[Any] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        network, hub_certificate = world.the_network()
        self.hub = Site("hub", self.make(world.HUB, self.rng.randbytes(8), True), network, None, NETWORK, hub=True)
        self.sites = []
        devices = []
        two = self.rng.random() < 0.6 if self.two is None else self.two
        for number, clinic in enumerate(CLINICS):
            for _ in range(1 + (number == 0 and two)):
                devices.append((f"clinic {number}", world.scopes_of(clinic), clinic_scope(clinic), "laptop"))
        if self.rng.random() < 0.7 if self.mentor is None else self.mentor:
            everywhere = tuple(s for clinic in CLINICS for s in world.scopes_of(clinic))
            devices.append(("mentor", everywhere, clinic_scope(CLINICS[0]), "mentor"))
        certificates = [hub_certificate]
        for name, scopes, scope, role in devices:
            self.machines += 1
            certificates.append(world.certificate_for(self.machines, scopes, role))
            box = self.make(world.keys_of(self.machines), self.rng.randbytes(8), False)
            site = Site(name, box, network, scopes, scope, machine=self.machines, stored_machine=self.machines)
            site.clock = self.rng.choice(world.CLOCKS)
            self.sites.append(site)
        for site in self.installations:
            with site.box.transaction() as store:
                for signed in certificates:
                    store.keep("certificate", Certificate.of(signed).device, signed.to_bytes())

    @property
    def installations(self) -> list[Site]:
        """The hub, then the laptops."""
        return [self.hub, *self.sites]

    # What happens in the weeks before anybody looks

    def work(self, site: Site) -> None:
        """Somebody does something at an installation."""
        kind = self.rng.choice(("register", "edit", "edit", "move", "two", "later"))
        people = site.box.people(site.write_scope)
        if site.hub or not people or (kind == "two" and len(people) < 2):
            kind = "register"
        fresh = [new_id(self.now, self.rng.randbytes) for _ in range(2)]
        match kind:
            case "register" | "later":
                ids: tuple[bytes, ...] = tuple(fresh)
            case "edit":
                ids = (self.rng.choice(people),)
            case "move":
                ids = (self.rng.choice(people), fresh[0])
            case _:
                ids = (*self.rng.sample(people, 2), *fresh)
        number = self.events["ops"] if kind == "edit" else self.rng.randrange(-5, 100)
        act = Act(kind, ids, number, self.rng.choice(world.FIELDS))
        self.do(site, act)

    def do(self, site: Site, act: Act) -> list[Op]:
        """One act, and what an edit saw is remembered."""
        ops, seen = site.work(act, self.now, self.rng)
        kind = act.kind
        self.events["ops"] += len(ops)
        if kind == "edit":
            self.edits.append(Edit(act.ids[0], act.field, ops[0].hash, seen))
        return ops

    def pack(self, site: Site) -> list[bytes]:
        """An installation's bundles for the hub; for the certified clinics' laptops, of the hub."""
        member, asked = site.member(), site.asks(self.now)
        with self.small_parts(), site.box.transaction() as store:
            letters = outbox.to_hub(store, member, site.wall(self.now), asked)
            return [letter.seal(member, self.envelope) for letter in letters]

    def answers(self, name: str) -> list[bytes]:
        """The hub's bundles for the laptops of a clinic, or for the mentor."""
        with self.small_parts(), self.hub.box.transaction() as store:
            member = self.hub.member()
            wanted = {s.member().device for s in self.sites if s.name == name and not s.dead}
            records = store.records("certificate").values()
            known = [Certificate.of(Signed.from_bytes(content)) for content in records]
            devices = [c for c in known if c.device in wanted]
            if not devices:
                return []
            letters = outbox.to_devices(store, member, devices, self.hub.wall(self.now))
            return [letter.seal(member, self.envelope) for letter in letters]

    def small_parts(self) -> AbstractContextManager[Any]:
        """In every fourth case bundles come in parts of a few ops."""
        return patch.object(outbox, "PART_LIMIT", SMALL_PART if self.seed % 4 == 3 else outbox.PART_LIMIT)

    def post(self, to: str, packed: list[bytes]) -> None:
        """Put bundles on a stick, which may be full or lose its power, and send it off."""
        for data in packed:
            place = Stick(self.rng, durable={"old.mbx": b"older bundle"}, written={"old.mbx": b"older bundle"})
            chance = self.rng.random()
            if chance < 0.06:
                place.cut_after = self.rng.randrange(6)
            elif chance < 0.09:
                place.room = self.rng.randrange(len(data))
            name = stick.file_name(data[:16], data[16:32], 1, 1, data)
            try:
                stick.put(place, name, data)
            except PowerCut:
                self.events["power_cut"] += 1
            except Unavailable:
                self.events["stick_full"] += 1
                place.cut()
            else:
                place.cut()
                if place.durable.get(name) != data:
                    raise Broken("V7 the stick was called ready and lost the bundle")
            if place.durable.get("old.mbx") != b"older bundle":
                raise Broken("V7 an older bundle was touched")
            for found, content in place.durable.items():
                if found == name and content != data:
                    raise Broken("V7 half a bundle bears its name")
            if name in place.durable:
                self.parcels.append(Parcel(to, data))

    def damaged(self, parcel: Parcel) -> tuple[Parcel | None, bool]:
        """What becomes of a parcel on the way, and whether another copy of it stays on the stick."""
        chance, data, rng = self.rng.random(), parcel.data, self.rng
        if chance < 0.09:
            self.events["truncated"] += 1
            return Parcel(parcel.to, data[: rng.randrange(len(data))]), True
        if chance < 0.18:
            self.events["flipped"] += 1
            place = rng.randrange(len(data))
            flipped = bytes([data[place] ^ 1 << rng.randrange(8)])
            return Parcel(parcel.to, data[:place] + flipped + data[place + 1 :]), True
        if chance < 0.22:
            self.events["forged"] += 1
            return Parcel(parcel.to, forged(self, parcel)), True
        if chance < 0.29:
            self.events["misrouted"] += 1
            return Parcel(rng.choice([*dict.fromkeys(s.name for s in self.sites), "hub"]), data), True
        if chance < 0.40:
            self.events["lost"] += 1
            return None, False
        if chance < 0.55:
            self.events["duplicated"] += 1
            return parcel, True
        return parcel, False

    def deliver(self) -> None:
        """Somebody carries one of the parcels, not always the oldest, to where it belongs or not."""
        parcel = self.rng.choice(self.parcels)
        arrives, stays = self.damaged(parcel)
        if not stays:
            self.parcels.remove(parcel)
        if arrives is None:
            return
        targets = [self.hub] if arrives.to == "hub" else [s for s in self.sites if s.name == arrives.to and not s.dead]
        if targets:
            kill = self.rng.randrange(25) if self.rng.random() < 0.12 else None
            self.take(self.rng.choice(targets), arrives.data, kill, watched=True)

    def take(
        self, site: Site, data: bytes, kill_after: int | None = None, watched: bool = False
    ) -> inbox.Receipt | None:
        """Import; refused or killed, it must leave what was there."""
        before = self.state(site) if watched else None
        try:
            with site.box.transaction() as store:
                if kill_after is not None:
                    how = Unavailable("storage.full", missing_mb=1) if kill_after % 2 else PowerCut()
                    with killed_after(store, kill_after, how) as dying:
                        receipt = inbox.receive(dying, site.member(), data, self.envelope, self.now, self.rng.randbytes)
                else:
                    receipt = inbox.receive(store, site.member(), data, self.envelope, self.now, self.rng.randbytes)
        except PowerCut:
            self.events["killed"] += 1
        except Unavailable:
            self.events["disk_full"] += 1
        except Refused as refused:
            self.events["refused"] += 1
            if refused.code == "sync.unknown_device" and site.hub and self.certify(data):
                return None
        else:
            self.events["imported"] += 1
            if receipt.differs:
                raise Broken(f"V2 equal ops, different tables: {receipt.differs}")
            return receipt
        if watched and self.state(site) != before:
            raise Broken("V5 a refused or killed import changed something")
        return None

    def certify(self, data: bytes) -> bool:
        """The person at the hub compares the six words and certifies who asks; whether somebody did."""
        with self.hub.box.transaction() as store:
            member = self.hub.member()
            opened = bundle.unseal(data, self.hub.network.id, self.envelope, member.keys.receiving)
            try:
                asked = enrolment.request_in(opened, self.hub.network)
            except Refused:
                return False
            more = [s for c in CLINICS for s in world.scopes_of(c)] if asked.role == "mentor" else []
            enrolment.certify(store, member, asked, 1, self.now, more)
            self.events["certified"] += 1
        return True

    def back_up(self, site: Site) -> None:
        """A copy of the disk; of the hub, it says so in its next confirmations."""
        self.backups.setdefault(id(site), []).append((site.box.save(), site.mark, site.stored_machine))
        self.events["backup"] += 1

    def restore(self, site: Site) -> None:
        """An older copy: of the data folder, or of the whole machine with what is kept outside of it."""
        saved, mark, machine = self.rng.choice(self.backups[id(site)])
        site.box.restore(saved)
        site.stored_machine = machine
        whole = self.rng.random() < 0.5
        if whole:
            site.mark = mark
        self.events[f"{'hub' if site.hub else 'clinic'}_restored_{'image' if whole else 'folder'}"] += 1
        site.open(self.rng, self.now)

    def clone(self, site: Site) -> None:
        """The disk is copied to another machine, which is noticed (other machine) or not (same, to the program)."""
        copy = Site(
            site.name, site.box.clone(), site.network, site.scopes, site.write_scope, clock=site.clock, mark=site.mark,
            machine=site.machine, stored_machine=site.stored_machine,
        )  # fmt: skip
        if self.rng.random() < 0.5:
            self.machines += 1
            copy.machine = self.machines
            self.events["clone_detected"] += 1
        else:
            self.events["clone_undetected"] += 1
        copy.open(self.rng, self.now)
        self.sites.append(copy)

    def step(self) -> None:
        """One thing happens."""
        self.now += self.rng.randint(1, 5_000_000)
        chance = self.rng.random()
        site = self.rng.choice(self.sites)
        self.trace.append((round(chance, 3), site.name))
        if chance < 0.40:
            for _ in range(self.rng.randint(1, 3)):
                self.work(site)
        elif chance < 0.43:
            self.work(self.hub)
        elif chance < 0.57:
            self.post("hub", self.pack(site))
        elif chance < 0.65:
            self.post(site.name, self.answers(site.name))
        elif chance < 0.87 and self.parcels:
            self.deliver()
        elif chance < 0.90:
            self.back_up(site)
        elif chance < 0.945 and id(site) in self.backups:
            self.restore(site)
        elif chance < 0.955 and sum(s.name == site.name for s in self.sites) < 3:
            self.clone(site)
        elif chance < 0.965:
            self.back_up(self.hub)
        elif chance < 0.985 and id(self.hub) in self.backups:
            self.restore(self.hub)
        else:
            site.clock = self.rng.choice(world.CLOCKS)
            self.events["clock"] += 1

    # Healing and looking

    def round(self) -> None:
        """Every laptop goes to the hub and back once."""
        for site in self.sites:
            for data in self.pack(site):
                if self.take(self.hub, data) is None:
                    self.take(self.hub, data)  # certified in between
        for name in sorted({s.name for s in self.sites}):
            for data in self.answers(name):
                for site in [s for s in self.sites if s.name == name]:
                    self.take(site, data)

    def heal(self) -> None:
        """Two trips, then what is missing everywhere is declared lost, and two more."""
        for _ in range(TRIPS):
            self.round()
        for _ in range(3):
            with self.hub.box.transaction() as store:
                trust = believed(store, self.hub.member())
                missing = merge.waited_for(store.aside(), store.links(None), trust.gaps)
                if not missing:
                    return
                self.events["gaps"] += len(missing)
                enrolment.declare_lost(store, self.hub.member(), sorted(missing), self.now)
            for _ in range(TRIPS):
                self.round()

    def state(self, site: Site) -> Any:
        """What an import may change, for comparison."""
        with site.box.transaction() as store:
            kinds = ("certificate", "head", "ack", "claim", "receipt", "gap", "self", "issued")
            records = {k: store.records(k) for k in kinds}
            return set(store.links(None)), set(store.aside()), records, site.box.identity()[1]

    def run(self, steps: int = STEPS) -> None:
        """The whole case; raises `Broken`."""
        for _ in range(steps):
            self.step()
        alive = everything(self.installations)
        self.heal()
        check(self.hub, self.sites, self.edits, alive)
        if self.late_sticks():
            self.heal()
        check(self.hub, self.sites, self.edits, alive | everything(self.installations))

    def late_sticks(self) -> int:
        """What is still on sticks arrives at last, at the hub and elsewhere, twice."""
        before = len(everything(self.installations))
        for parcel in self.parcels * 2:
            targets = [self.hub] if parcel.to == "hub" else [s for s in self.sites if s.name == parcel.to]
            for site in targets:
                self.take(site, parcel.data)
        came = len(everything(self.installations)) - before
        self.events["late"] += came
        return came

    def close(self) -> None:
        """Give files back."""
        for site in self.installations:
            site.box.close()


def forged(case: Case, parcel: Parcel) -> bytes:
    """A bundle of somebody without a key: a stranger's signature, and content that unpacks to far more."""
    stranger = world.keys_of(9)
    network = case.hub.network
    sender = case.rng.choice(case.sites).member()
    manifest = bundle.Manifest(
        sender.device, bytes(8), network.id, (), "changes", 1, (1, 1), 1, "0", case.now, records=[],
    )  # fmt: skip
    targets = [case.hub] if parcel.to == "hub" else [s for s in case.sites if s.name == parcel.to]
    readers = [own_certificate(s.member().keys).receiving for s in targets]
    sealed = bundle.seal(manifest, [], stranger, case.envelope, [*readers, own_certificate(stranger).receiving])
    return sealed
