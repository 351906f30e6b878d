"""Named scenarios of whom to believe: strangers, false names, revoked laptops, hostile content (V5, V13, V14)."""

from __future__ import annotations

from dataclasses import replace

from benchmarks import sync_world as world
from benchmarks.sync_case import Case
from benchmarks.sync_site import Site
from benchmarks.sync_steps import aside, held, need, refused, register, send, to_hub, written_by
from ces_desktop.data.journal.op import clinic_scope
from ces_desktop.sync import bundle, enrolment, outbox
from ces_desktop.sync.records import sign
from ces_desktop.sync.store import Frame
from ces_desktop.sync.trust import own_certificate


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


def confidential_notes_go_to_their_clinic(c: Case) -> None:
    """Their own bundle opens at the clinic's laptops alone; at the hub if the clinic says so, which sends it back."""
    a, b, clinic = c.sites[0], c.sites[1], world.CLINICS[0]
    strangers = [s for s in c.sites if s.name != a.name]
    need(any(s.name == "mentor" for s in strangers), "the case has no mentor")
    op = written_by(c, world.FIRST + 1, f"reserved:{clinic.hex()}")
    with a.box.transaction() as store:
        store.apply([op])
    register(c, a)
    for data in _confidential(c, a, clinic, False):
        for site in (c.hub, *strangers):
            need(refused(c, site, data) == "sync.not_for_us", f"V14 confidential notes opened at {site.name}")
        need(c.take(b, data) is not None and op.hash in held(b), "V1 the second laptop lacks a confidential op")
        need(c.take(b, data) is not None and not aside(b), "V6 twice is not once")
    for data in _confidential(c, b, clinic, True):
        for site in strangers:
            need(refused(c, site, data) == "sync.not_for_us", f"V14 confidential notes opened at {site.name}")
        need(c.take(c.hub, data) is not None and op.hash in held(c.hub), "the clinic let the hub hold them")
    for name in dict.fromkeys(s.name for s in strangers):
        for data in c.answers(name):
            for site in [s for s in strangers if s.name == name]:
                c.take(site, data)
    need(all(op.hash not in held(s) for s in strangers), "V14 the hub handed confidential notes on")
    lost = written_by(c, world.FIRST + 2, f"reserved:{clinic.hex()}")
    with b.box.transaction() as store:
        store.apply([lost])
    for data in _confidential(c, b, clinic, True):
        c.take(c.hub, data)
    for data in _confidential(c, c.hub, clinic, False):
        c.take(a, data)
    need({op.hash, lost.hash} <= held(a), "V4 what the hub holds did not come back to the clinic")


def _confidential(c: Case, sender: Site, clinic: bytes, to_hub: bool) -> list[bytes]:
    with sender.box.transaction() as store:
        letters = outbox.confidential(store, sender.member(), clinic, to_hub, c.now)
        return [letter.seal(sender.member(), c.envelope) for letter in letters]


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
