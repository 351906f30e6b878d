"""Named scenarios of the synchronisation simulator: what random seeds see seldom, or cannot see at all.

Each is a function of a `Case` whose installations are fixed (two laptops in the first clinic, a mentor) and whose
clocks are right; it raises `Broken` when an invariant does not hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from benchmarks import sync_world as world
from benchmarks.sync_case import Broken, Case
from benchmarks.sync_world import Act, PowerCut, Site, Stick
from ces_desktop.data.journal.op import Added, FieldSet, Header, Op, clinic_scope, make
from ces_desktop.domain.ids import new_id
from ces_desktop.errors import Refused
from ces_desktop.sync import bundle, enrolment, inbox, outbox, stick
from ces_desktop.sync.records import SignedHead, sign
from ces_desktop.sync.store import Frame
from ces_desktop.sync.trust import own_certificate

Scenario = Callable[[Case], None]


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


def a_held_op_waits_for_its_parent(c: Case) -> None:
    """The hub is restored; what comes next lacks its parent, is kept, and is applied when the parent comes."""
    a = c.sites[0]
    c.back_up(c.hub)
    register(c, a)
    to_hub(c, a)
    back(c, a)
    who = register(c, a)
    packed = c.pack(a)
    c.hub.box.restore(c.backups[id(c.hub)][0][0])
    c.hub.open(c.rng, c.now)
    need(c.take(c.hub, packed[0]) is not None, "refused")
    need(aside(c.hub) == {"parent_missing": 1}, "V11 an op whose parent is missing is not kept aside")
    edit(c, a, who, 1)
    back(c, a)
    to_hub(c, a)
    need(held(c.hub) == held(a) and not aside(c.hub), "V1 the held op was not applied when its parent came")


def a_held_op_is_applied_by_the_parent_alone(c: Case) -> None:
    """The parent arrives in a bundle without the child: the child must still be there."""
    a = c.sites[0]
    number = world.FIRST + 1
    scope = clinic_scope(world.CLINICS[0])
    first = written_by(c, number, scope)
    second = written_by(c, number, scope, (first.hash,), seq=2)
    c.take(c.hub, send(c, a, c.hub, [Frame.of(second)], [(number, second)]))
    c.take(c.hub, send(c, a, c.hub, [Frame.of(first)], [(number, second)]))
    need({first.hash, second.hash} <= held(c.hub), "V1 a held op was dropped")


def half_an_action_waits(c: Case) -> None:
    """Of an action on two subjects one op arrives: neither is applied before both are there."""
    number, scope = world.FIRST + 1, clinic_scope(world.CLINICS[0])
    action = c.rng.randbytes(16)
    first = written_by(c, number, scope, action=action, k=1, m=2)
    second = written_by(c, number, scope, (first.hash,), seq=2, action=action, k=2, m=2)
    c.take(c.hub, send(c, c.sites[0], c.hub, [Frame.of(first)], [(number, first)]))
    need(not held(c.hub) and aside(c.hub) == {"action_incomplete": 1}, "half an action was applied")
    c.take(c.hub, send(c, c.sites[0], c.hub, [Frame.of(second)], [(number, second)]))
    need(len(held(c.hub)) == 2, "a whole action was not applied")


def nobody_writes_under_anothers_name(c: Case) -> None:
    """A certified laptop sends an op in another's name: without that one's signature it is quarantined."""
    a, other = c.sites[0], world.FIRST + 2
    false = written_by(c, other, clinic_scope(world.CLINICS[0]))
    c.take(c.hub, send(c, a, c.hub, [Frame.of(false)], [(world.FIRST + 1, false)]))
    need(not held(c.hub) and aside(c.hub) == {"unsigned_author": 1}, "V14 an op without its author's signature")
    c.take(c.hub, send(c, a, c.hub, [], [(other, false)]))
    need(held(c.hub) == {false.hash}, "V11 what its author signed later was not taken back from quarantine")


def nobody_writes_elsewhere(c: Case) -> None:
    """A laptop of one clinic writes into another's scope, or the network's."""
    number = world.FIRST + 1
    for scope in (clinic_scope(world.CLINICS[1]), "network"):
        op = written_by(c, number, scope)
        c.take(c.hub, send(c, c.sites[0], c.hub, [Frame.of(op)], [(number, op)]))
    need(not held(c.hub) and aside(c.hub) == {"wrong_scope": 2}, "V14 an op outside its author's scopes")


def a_stranger_is_not_heard(c: Case) -> None:
    """A device that certified itself, one of another network, and a bundle signed by another key."""
    a = c.sites[0]
    stranger = world.keys_of(9)
    own = replace(own_certificate(stranger, a.scopes or ()), role="laptop", issued=c.now)
    false = sign(stranger, own.fields())
    op = written_by(c, 9, clinic_scope(world.CLINICS[0]))
    readers = [own_certificate(c.hub.member().keys).receiving]
    manifest = bundle.Manifest(own.device, bytes(8), c.hub.network.id, (), "changes", 1, (1, 1), 1, "0", c.now, [false])
    data = bundle.seal(manifest, [Frame.of(op)], stranger, c.envelope, readers)
    need(refused(c, c.hub, data) == "sync.unknown_device", "V14 a device that certified itself was heard")
    manifest.sender = a.member().device
    data = bundle.seal(manifest, [Frame.of(op)], stranger, c.envelope, readers)
    need(refused(c, c.hub, data) == "sync.bad_signature", "V14 a bundle with a stranger's signature was taken")
    other = enrolment.found_network(world.keys_of(7), world.keys_of(8), "Otra", c.now)[0]
    data = send(c, a, c.hub, [Frame.of(op)], [], network=other.id)
    need(refused(c, c.hub, data) == "sync.other_network", "V14 another network's bundle was taken")


def after_revocation_nothing_more(c: Case) -> None:
    """A stolen laptop: what it wrote before stands, what it wrote after is quarantined and stays reviewable."""
    a = c.sites[0]
    register(c, a)
    to_hub(c, a)
    good = held(c.hub)
    with c.hub.box.transaction() as store:
        enrolment.revoke(store, c.hub.member(), a.member().device, sorted(good), c.now)
    register(c, a)
    to_hub(c, a)
    need(held(c.hub) == good and aside(c.hub) == {"revoked": 1}, "V14 an op after the revocation")


def a_bomb_is_not_unpacked(c: Case) -> None:
    """A certified device sends content that unpacks to far more than it says; a stranger one that never ends."""
    a = c.sites[0]
    unpacked: list[int] = []
    plain = bundle.unpack

    def counted(packed: bytes, size: int) -> bytes:
        content = plain(packed, size)
        unpacked.append(len(content))
        return content

    small = send(c, a, c.hub, [], [])
    opened = bundle.unseal(small, c.hub.network.id, c.envelope, c.hub.member().keys.receiving)
    bomb = bundle.pack(b"\xff" * (64 << 20))
    for signed in (True, False):
        keys = a.member().keys if signed else world.keys_of(9)
        head = opened.manifest.to_bytes()
        signature = keys.sign(bundle.signed_bytes(head, bomb))
        readers = [own_certificate(c.hub.member().keys).receiving]
        inner = c.envelope.close(len(head).to_bytes(4, "big") + signature + head + bomb, readers)
        data = small[:14] + len(inner).to_bytes(8, "big") + inner
        bundle.unpack = counted
        try:
            code = refused(c, c.hub, data)
        finally:
            bundle.unpack = plain
        need(code == ("sync.too_large" if signed else "sync.bad_signature") and not unpacked, f"V5 a bomb: {code}")


def a_later_format_is_left_alone(c: Case) -> None:
    """A bundle that asks for a later reader is refused with "update needed", and may be imported after the update."""
    data = send(c, c.sites[0], c.hub, [], [], min_reader=1_000)
    need(refused(c, c.hub, data) == "sync.update_needed", "V10 a later format was read")


def malformed_content_is_quarantined(c: Case) -> None:
    """A certified device with a bug: a number where text belongs, text that no database holds, a header of nonsense."""
    number, scope = world.FIRST + 1, clinic_scope(world.CLINICS[0])
    bad = [written_by(c, number, scope, fields={"given": 5}), written_by(c, number, scope, fields={"given": "a\x00b"})]
    sound = written_by(c, number, scope)
    frames = [*map(Frame.of, [*bad, sound])]
    frames += bundle.parse_frames((3).to_bytes(4, "big") + b"[1]" + (2).to_bytes(4, "big") + b"{}")
    c.take(c.hub, send(c, c.sites[0], c.hub, frames, [(number, op) for op in (*bad, sound)]))
    need(held(c.hub) == {sound.hash} and aside(c.hub) == {"malformed": 3}, "V5 malformed ops")


def seen_edits_stand_whatever_the_clocks(c: Case) -> None:
    """26 years back and 36 ahead, by turns: the last who saw the other wins."""
    a, b = c.sites[0], c.sites[1]
    who = register(c, a)
    for number, (site, years) in enumerate(((a, 36), (b, -26), (a, 36), (b, -26))):
        to_hub(c, a, b)
        back(c, a, b)
        site.clock = years * world.YEAR_MS
        edit(c, site, who, number)
    to_hub(c, a, b)
    need(c.hub.box.tables()["cells"][who.hex() + "phone"] == "Cambio 3", "V9 a clock won over who saw the edit")


def a_mad_clock_drags_nobody(c: Case) -> None:
    """A laptop 36 years ahead is heard; the others' clocks go on as they were."""
    a, b = c.sites[0], c.sites[1]
    a.clock = 36 * world.YEAR_MS
    register(c, a)
    to_hub(c, a)
    back(c, b)
    who = register(c, b)
    op = edit(c, b, who, 1)
    need(op.head.hlc >> 16 < c.now + 86_400_000, "V9 a clock far ahead dragged another laptop along")


def twice_and_in_any_order_is_once(c: Case) -> None:
    """The same bundles three times, last first."""
    a = c.sites[0]
    packed = []
    for _ in range(3):
        register(c, a)
        packed += c.pack(a)
    for data in [*reversed(packed), *packed]:
        need(c.take(c.hub, data) is not None, "refused")
    need(held(c.hub) == held(a), "V6 order or repetition mattered")
    before = c.state(c.hub)
    receipt = c.take(c.hub, packed[0])
    need(receipt is not None and receipt.again and c.state(c.hub) == before, "V6 the second import did something")


def what_came_back_after_it_was_declared_lost(c: Case) -> None:
    """Hub and clinic lose an op; its child is taken in over a gap; then the lost one turns up at the clinic alone."""
    a = c.sites[0]
    c.back_up(c.hub)
    c.back_up(a)
    register(c, a)
    late = c.pack(a)[0]
    c.take(c.hub, late)
    back(c, a)
    register(c, a)
    child = c.pack(a)[0]
    for site in (a, c.hub):
        site.box.restore(c.backups[id(site)][0][0])
        site.open(c.rng, c.now)
    c.take(c.hub, child)
    need(aside(c.hub) == {"parent_missing": 1}, "V11 not held")
    c.heal()
    need(len(held(c.hub)) == 1 and held(a) == held(c.hub), "V1 not taken in over the gap")
    c.take(a, late)
    c.round()
    c.round()
    need(len(held(c.hub)) == 2 and held(a) == held(c.hub), "V1 what came back did not reach the hub")


def a_restored_laptop_gets_its_own_back(c: Case) -> None:
    """The clinic's laptop is restored from last month's backup: the hub returns what the laptop wrote itself."""
    a = c.sites[0]
    register(c, a)
    c.back_up(a)
    for _ in range(5):
        register(c, a)
        to_hub(c, a)
        back(c, a)
    before = held(a)
    a.box.restore(c.backups[id(a)][0][0])
    a.open(c.rng, c.now)
    register(c, a)
    to_hub(c, a)
    back(c, a)
    need(before < held(a), "V4 own ops did not come back")
    to_hub(c, a)
    need(held(c.hub) == held(a), "V8 not whole within two trips")


def a_copied_disk_writes_its_own_log(c: Case) -> None:
    """The same disk in two machines that nobody notices: both write, neither overwrites, and then they part."""
    a = c.sites[0]
    register(c, a)
    to_hub(c, a)
    twin = Site(a.name, a.box.clone(), a.network, a.scopes, a.write_scope, mark=a.mark, machine=a.machine)
    twin.stored_machine = a.stored_machine
    c.sites.append(twin)
    register(c, a)
    register(c, twin)
    c.round()
    c.round()
    need(held(a) == held(twin) == held(c.hub), "V8 a copied laptop was not healed within two trips")
    need(a.member().incarnation != twin.member().incarnation, "V8 the copies still write one log")


def a_moved_disk_vouches_for_what_it_wrote(c: Case) -> None:
    """A disk goes into another machine before it was ever exported, and the old machine is scrapped."""
    a = c.sites[0]
    register(c, a)
    c.machines += 5
    a.machine = c.machines
    need(a.open(c.rng, c.now) == "moved", "the other machine was not noticed")
    register(c, a)
    c.round()
    c.round()
    need(held(c.hub) == held(a) and len(held(a)) == 2 and not aside(c.hub), "V1 what the old machine wrote was lost")


def the_mentor_carries_it(c: Case) -> None:
    """The clinic never reaches the hub: the mentor's laptop takes its bundle and relays it, signatures and all."""
    a, mentor = c.sites[0], next(s for s in c.sites if s.name == "mentor")
    register(c, a)
    for data in c.pack(a):
        need(c.take(mentor, data) is not None, "the mentor cannot read a clinic's bundle")
    to_hub(c, mentor)
    need(held(a) <= held(c.hub) and not aside(c.hub), "V1 what the mentor carried did not arrive")
    for data in c.answers("mentor"):
        c.take(mentor, data)
    with mentor.box.transaction() as store:
        told = outbox.acks(store)
    need(any(set(ack.heads) & held(a) for ack in told), "the hub's confirmation did not reach who carried it")


def two_laptops_meet_without_a_hub(c: Case) -> None:
    """The second laptop of a clinic reads the first one's bundle for the hub."""
    a, b = c.sites[0], c.sites[1]
    register(c, a)
    register(c, b)
    for data in c.pack(a):
        c.take(b, data)
    for data in c.pack(b):
        c.take(a, data)
    need(held(a) == held(b) and len(held(a)) == 2, "V1 two laptops of a clinic did not exchange")


def confidential_notes_stay(c: Case) -> None:
    """An op of the reserved scope is in no bundle that the hub can open."""
    a = c.sites[0]
    op = written_by(c, world.FIRST + 1, f"reserved:{world.CLINICS[0].hex()}")
    with a.box.transaction() as store:
        store.apply([op])
    register(c, a)
    to_hub(c, a)
    need(op.hash not in held(c.hub) and len(held(c.hub)) == 1, "V14 a confidential op reached the hub")
    with a.box.transaction() as store:
        others = outbox.certified(store, a.member(), world.CLINICS[0])
        letters = outbox.to_devices(store, a.member(), others, c.now)
        packed = [letter.seal(a.member(), c.envelope) for letter in letters]
    for data in packed:
        c.take(c.sites[1], data)
    need(op.hash in held(c.sites[1]), "V1 a confidential op did not reach the clinic's second laptop")


def an_altered_op_is_another_op(c: Case) -> None:
    """One letter of a witnessed op is changed by whoever carries it: it has another name that nobody signed."""
    a = c.sites[0]
    register(c, a)
    with a.box.transaction() as store:
        op = store.ops(sorted(store.links(None)))[0]
    to_hub(c, a)
    body = (op.body or b"").replace(b"Inventada", b"Cambiada!")
    packed = len(op.header).to_bytes(4, "big") + op.header + len(body).to_bytes(4, "big") + body
    c.take(c.hub, send(c, c.sites[1], c.hub, list(bundle.parse_frames(packed)), []))
    need(held(c.hub) == {op.hash} and aside(c.hub) == {"unsigned_author": 1}, "V13 an altered op was taken")


def an_import_is_killed_at_every_step(c: Case) -> None:
    """The process dies after every single thing it asked of the disk: the old state, then all of the new."""
    a = c.sites[0]
    for _ in range(3):
        register(c, a)
    data = c.pack(a)[0]
    before = c.state(c.hub)
    for step in range(60):
        try:
            with c.hub.box.transaction() as store, world.killed_after(store, step) as dying:
                inbox.receive(dying, c.hub.member(), data, c.envelope, c.now, c.rng.randbytes)
        except PowerCut:
            need(c.state(c.hub) == before, "V7 a killed import left something")
        else:
            break
    need(held(c.hub) == held(a), "V7 the import after the kills is not whole")


def the_stick_is_pulled_at_every_step(c: Case) -> None:
    """At each step of writing the power goes: an older bundle stands, and no half one bears a bundle's name."""
    data = c.pack(c.sites[0])[0]
    for step in range(8):
        for again in range(20):
            c.rng.seed(step * 100 + again)
            place = Stick(c.rng, {"old.mbx": b"old"}, {"old.mbx": b"old"}, cut_after=step)
            try:
                stick.put(place, "new.mbx", data)
            except PowerCut:
                pass
            else:
                place.cut()
                need(place.durable.get("new.mbx") == data, "V7 called ready, and gone")
            need(place.durable.get("old.mbx") == b"old", "V7 an older bundle was touched")
            need(place.durable.get("new.mbx") in (None, data), "V7 half a bundle bears its name")


def a_hub_from_an_image_begins_anew(c: Case) -> None:
    """The hub's whole machine is set back; it notices by what the clinics have seen of it."""
    a = c.sites[0]
    c.back_up(c.hub)
    for _ in range(3):
        register(c, a)
        to_hub(c, a)
        back(c, a)
    saved, mark, _ = c.backups[id(c.hub)][0]
    c.hub.box.restore(saved)
    c.hub.mark = mark
    c.hub.open(c.rng, c.now)
    register(c, a)
    c.round()
    c.round()
    need(held(a) <= held(c.hub), "V4 a hub set back did not get everything again")


def what_is_confirmed_and_backed_up_survives(c: Case) -> None:
    """Hub and clinic are both set back, the hub to its last backup: what it had confirmed as backed up is there."""
    a = c.sites[0]
    c.back_up(a)
    register(c, a)
    to_hub(c, a)
    safe = held(c.hub)
    c.back_up(c.hub)
    member = c.hub.member()
    with c.hub.box.transaction() as store:
        outbox.note_backup(store, member)
    register(c, a)
    to_hub(c, a)
    back(c, a)
    with a.box.transaction() as store:
        (ack,) = [one for one in outbox.acks(store) if one.scope == a.write_scope]
    need(set(ack.backed_up) == safe, "V4 what is backed up was not told")
    for site in (c.hub, a):
        site.box.restore(c.backups[id(site)][0][0])
        site.open(c.rng, c.now)
    c.round()
    c.round()
    need(safe <= held(c.hub) and safe <= held(a), "V4 what was confirmed and backed up is gone")


def two_edits_that_did_not_meet(c: Case) -> None:
    """Both stay in the journal, both laptops show the same one, and the loser is still to be found."""
    a, b = c.sites[0], c.sites[1]
    who = register(c, a)
    c.round()
    edit(c, a, who, 1)
    edit(c, b, who, 2)
    c.round()
    c.round()
    need(a.box.tables() == b.box.tables(), "V2 two laptops show different values")
    with c.hub.box.transaction() as store:
        ops = store.ops(sorted(store.links(None)))
    sets: list[FieldSet] = [s for op in ops for s in op.changes()[1]]
    need({s.value for s in sets} == {"Cambio 1", "Cambio 2"}, "V1 one of two edits is gone")


SCENARIOS: tuple[Scenario, ...] = (
    a_held_op_waits_for_its_parent, a_held_op_is_applied_by_the_parent_alone, half_an_action_waits,
    nobody_writes_under_anothers_name, nobody_writes_elsewhere, a_stranger_is_not_heard, after_revocation_nothing_more,
    a_bomb_is_not_unpacked, a_later_format_is_left_alone, malformed_content_is_quarantined,
    seen_edits_stand_whatever_the_clocks, a_mad_clock_drags_nobody, twice_and_in_any_order_is_once,
    what_came_back_after_it_was_declared_lost, a_restored_laptop_gets_its_own_back, a_copied_disk_writes_its_own_log,
    a_moved_disk_vouches_for_what_it_wrote, the_mentor_carries_it, two_laptops_meet_without_a_hub,
    confidential_notes_stay, an_altered_op_is_another_op, an_import_is_killed_at_every_step,
    the_stick_is_pulled_at_every_step, a_hub_from_an_image_begins_anew,
    what_is_confirmed_and_backed_up_survives, two_edits_that_did_not_meet,
)  # fmt: skip


def play(scenario: Scenario, make_box: world.MakeBox, envelope: Any) -> None:
    """Run one scenario; raises `Broken`."""
    case = Case(1, make_box, envelope, two=True, mentor=True)
    for site in case.sites:
        site.clock = 0
    try:
        scenario(case)
    finally:
        case.close()
