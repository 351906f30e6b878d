"""What named scenarios of the simulator are made of: somebody registers, a bundle is carried, an op is forged."""

from __future__ import annotations

from typing import Any

from benchmarks import sync_world as world
from benchmarks.sync_box import Act
from benchmarks.sync_case import Case
from benchmarks.sync_invariants import Broken
from benchmarks.sync_site import Site
from ces_desktop.data.journal.op import Added, Header, Op, make
from ces_desktop.domain.ids import new_id
from ces_desktop.errors import Refused
from ces_desktop.sync import bundle, inbox, outbox
from ces_desktop.sync.records import Certificate, SignedHead, sign
from ces_desktop.sync.store import Frame
from ces_desktop.sync.trust import own_certificate


def need(holds: bool, what: str) -> None:
    """An expectation of a scenario."""
    if not holds:
        raise Broken(what)


def register(c: Case, site: Site) -> bytes:
    """Somebody is registered at an installation."""
    who = new_id(c.now, c.rng.randbytes)
    c.now += 1_000
    c.do(site, Act("register", (who, b""), c.rng.randrange(1_000)))
    return who


def edit(c: Case, site: Site, who: bytes, number: int) -> Op:
    """A cell is edited by somebody who sees what is there."""
    c.now += 1_000
    return c.do(site, Act("edit", (who,), number, "phone"))[0]


def to_hub(c: Case, *sites: Site) -> None:
    """Laptops export and the hub imports."""
    for site in sites:
        for data in c.pack(site):
            need(c.take(c.hub, data) is not None, "a sound bundle was refused by the hub")


def back(c: Case, *sites: Site) -> None:
    """The hub answers and laptops import."""
    for site in sites:
        for data in c.answers(site.name):
            need(c.take(site, data) is not None, "a sound answer was refused")


def held(site: Site) -> set[bytes]:
    """The ops applied at an installation."""
    with site.box.transaction() as store:
        return set(store.links(None))


def aside(site: Site) -> dict[str, int]:
    """Why ops are aside at an installation, and how many."""
    found: dict[str, int] = {}
    with site.box.transaction() as store:
        for kept in store.aside().values():
            found[kept.reason] = found.get(kept.reason, 0) + 1
    return found


def written_by(c: Case, number: int, scope: str, parents: tuple[bytes, ...] = (), **more: Any) -> Op:
    """An op of a machine, made from the format alone."""
    device = own_certificate(world.keys_of(number)).device
    who = new_id(c.now, c.rng.randbytes)
    values: dict[str, Any] = {
        "device": device, "incarnation": bytes(8), "scope": scope, "seq": 1, "parents": parents, "hlc": c.now << 16,
        "wall": c.now, "clock_suspect": 0, "user": world.USER, "reason": "", "kind": "register",
        "action": c.rng.randbytes(16), "k": 1, "m": 1, "subject_type": "patient", "subject": who,
    }  # fmt: skip
    fields = more.pop("fields", {"given": "Inventada"})
    return make(Header(**(values | more)), [Added("patient", who, fields)], [], c.rng.randbytes(16))


def send(c: Case, sender: Site, to: Site, ops: list[Frame], heads: list[tuple[int, Op]], **more: Any) -> bytes:
    """A bundle of a certified sender with any ops in it; `heads` signed by machines."""
    member = sender.member()
    with sender.box.transaction() as store:
        records = [r for r in outbox.statements(store, member) if r.kind == "certificate"]
    for number, op in heads:
        keys = world.keys_of(number)
        head = SignedHead(own_certificate(keys).device, op.head.incarnation, op.head.scope, op.hash, c.now)
        records.append(sign(keys, head.fields()))
    manifest = bundle.Manifest(
        member.device, bytes(8), c.hub.network.id, (), "changes", 1, (1, 1), 1, "0", c.now, records
    )  # fmt: skip
    for name, value in more.items():
        setattr(manifest, name, value)
    return bundle.seal(manifest, ops, member.keys, c.envelope, [own_certificate(to.member().keys).receiving])


def whole_copy(c: Case, sender: Site, device: Certificate) -> bytes:
    """A bundle of everything for one device, whatever it claims to have."""
    with sender.box.transaction() as store:
        (letter,) = outbox.to_devices(store, sender.member(), [device], c.now, whole=True)
    return letter.seal(sender.member(), c.envelope)


def refused(c: Case, site: Site, data: bytes) -> str:
    """The code with which a bundle is refused; nothing may change. Empty when it was taken."""
    before = c.state(site)
    try:
        with site.box.transaction() as store:
            inbox.receive(store, site.member(), data, c.envelope, c.now, c.rng.randbytes)
    except Refused as failure:
        need(c.state(site) == before, "V5 a refused import changed something")
        return failure.code
    return ""
