"""Named scenarios of what is lost or set back: restored and copied disks, kills, pulled sticks (V1, V4, V7, V8)."""

from __future__ import annotations

from benchmarks import sync_world as world
from benchmarks.sync_box import killed_after
from benchmarks.sync_case import Case
from benchmarks.sync_site import Site
from benchmarks.sync_steps import aside, back, edit, held, need, register, send, to_hub, whole_copy, written_by
from benchmarks.sync_stick import PowerCut, Stick
from ces_desktop.data.journal.op import Op, clinic_scope
from ces_desktop.sync import bundle, enrolment, inbox, outbox, stick
from ces_desktop.sync.records import Certificate
from ces_desktop.sync.store import Frame


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


def the_rest_of_an_action_is_lost(c: Case) -> None:
    """Half an action came, the laptop was restored from before it: declared lost, then the rest turns up after all."""
    a, b = c.sites[0], c.sites[1]
    number, scope, action = world.FIRST + 1, clinic_scope(world.CLINICS[0]), c.rng.randbytes(16)
    ops: list[Op] = []
    for k in (1, 2, 3):
        parents = (ops[-1].hash,) if ops else ()
        ops.append(written_by(c, number, scope, parents, seq=k, action=action, k=k, m=3))
    late = send(c, a, c.hub, [Frame.of(ops[2])], [(number, ops[2])])
    c.take(c.hub, send(c, a, c.hub, [Frame.of(op) for op in ops[:2]], [(number, ops[1])]))
    need(not held(c.hub) and sum(aside(c.hub).values()) == 2, "half an action was applied")
    c.heal()
    need(held(c.hub) == held(a) == held(b) == {op.hash for op in ops[:2]}, "V11 half an action waits for ever")
    c.take(c.hub, late)
    back(c, a, b)
    need(held(c.hub) == held(a) == held(b) == {op.hash for op in ops}, "V1 the rest of the action was not taken in")
    need(not aside(c.hub), "V11 the rest of the action waits")


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


def an_import_is_killed_at_every_step(c: Case) -> None:
    """The process dies after every single thing it asked of the disk: the old state, then all of the new."""
    a = c.sites[0]
    for _ in range(3):
        register(c, a)
    data = c.pack(a)[0]
    before = c.state(c.hub)
    for step in range(60):
        try:
            with c.hub.box.transaction() as store, killed_after(store, step) as dying:
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


def a_stolen_laptop_is_replaced_from_a_whole_copy(c: Case) -> None:
    """A new laptop takes a whole copy in, of the hub and of the clinic's other laptop, confidential notes with it."""
    a, b = c.sites[0], c.sites[1]
    who = register(c, a)
    edit(c, a, who, 1)
    note = written_by(c, world.FIRST + 2, f"reserved:{world.CLINICS[0].hex()}")
    with b.box.transaction() as store:
        store.apply([note])
    c.round()
    good = sorted(held(c.hub))
    with c.hub.box.transaction() as store:
        enrolment.revoke(store, c.hub.member(), a.member().device, good, c.now)
    c.machines += 1
    box = c.make(world.keys_of(c.machines), c.rng.randbytes(8), False)
    fresh = Site(a.name, box, a.network, a.scopes, a.write_scope, machine=c.machines, stored_machine=c.machines)
    own = register(c, fresh)
    admitted = world.certificate_for(c.machines, world.scopes_of(world.CLINICS[0]), "laptop")
    for site in (c.hub, b, fresh):
        with site.box.transaction() as store:
            for signed in (world.the_network()[1], admitted):
                store.keep("certificate", Certificate.of(signed).device, signed.to_bytes())
    c.sites[0] = fresh
    for sender, of in ((c.hub, held(c.hub)), (b, held(b))):
        data = whole_copy(c, sender, Certificate.of(admitted))
        need(c.take(fresh, data) is not None, "V1 a whole copy was refused")
        need(of <= held(fresh), f"V1 a whole copy of {sender.name} is not whole")
    need(note.hash in held(fresh), "V1 the other laptop's copy lacks the confidential notes")
    shown = fresh.box.tables()["cells"]
    need(shown[who.hex() + "phone"] == "Cambio 1" and own.hex() + "phone" in shown, "V2 tables after a whole copy")
    to_hub(c, fresh)
    data = whole_copy(c, c.hub, Certificate.of(admitted))
    opened = bundle.unseal(data, c.hub.network.id, c.envelope, fresh.member().keys.receiving)
    need({f.hash for f in opened.frames()} == held(c.hub), "a whole copy left out what its reader claimed to have")
    c.round()
    c.round()
    need(held(fresh) - {note.hash} == held(c.hub), "V8 the new laptop was not whole within two trips")
