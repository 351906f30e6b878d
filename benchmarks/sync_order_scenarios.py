"""Named scenarios of order: late, twice, in parts, through other hands, with clocks that are wrong (V2, V6, V9)."""

from __future__ import annotations

from collections import Counter
from unittest.mock import patch

from benchmarks import sync_world as world
from benchmarks.sync_box import Act
from benchmarks.sync_case import Case
from benchmarks.sync_steps import aside, back, edit, held, need, register, send, to_hub, written_by
from ces_desktop.data.journal.op import FieldSet, clinic_scope
from ces_desktop.domain.ids import new_id
from ces_desktop.sync import inbox, merge, outbox
from ces_desktop.sync.store import Frame


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


def a_large_bundle_stands_part_by_part(c: Case) -> None:
    """Years in one export come in parts: each is applied as it is read, the author's and what the hub relays."""
    a, b = c.sites[0], c.sites[1]
    for _ in range(20):
        register(c, a)
    with patch.object(outbox, "PART_LIMIT", 4_000):
        packed = c.pack(a)
    need(len(packed) > 2, "the bundle is not in parts")
    for data in packed:
        need(c.take(c.hub, data) is not None and not aside(c.hub), "V11 a part waits for another")
    need(held(c.hub) == held(a), "V1 parts are not the whole")
    for limit, reader in ((3_000, b), (5_000, next(s for s in c.sites if s.name == "mentor"))):
        with patch.object(outbox, "PART_LIMIT", limit):
            packed = c.answers(reader.name)
        need(len(packed) > 1, "the answer is not in parts")
        for data in packed:
            need(c.take(reader, data) is not None and not aside(reader), "V11 a relayed part waits for another")
        need(held(a) <= held(reader), "V1 parts that were relayed are not the whole")
    register(c, b)
    with patch.object(outbox, "PART_LIMIT", 2_000):
        packed = c.pack(b)
    for data in reversed(packed):
        c.take(c.hub, data)
    need(held(b) == held(c.hub) and not aside(c.hub), "V6 the order of parts mattered")


def no_part_ends_within_an_action(c: Case) -> None:
    """Of a bundle in parts only one may arrive: each holds whole actions, or half of one would wait for ever."""
    a = c.sites[0]
    for _ in range(3):
        register(c, a)
    for _ in range(12):
        c.do(a, Act("two", (*a.box.people(a.write_scope)[:2], *(new_id(c.now, c.rng.randbytes) for _ in range(2))), 1))
    for limit in range(2_000, 5_000, 250):
        with patch.object(outbox, "PART_LIMIT", limit):
            packed = c.pack(a)
        need(len(packed) > 1, "the bundle is not in parts")
        for data in packed:
            frames = inbox.opened_by(c.hub.member(), data, c.envelope).frames()
            heads = [op.head for op in map(merge.readable, frames) if op is not None]
            parts = Counter(head.action for head in heads)
            need(all(parts[h.action] == h.m for h in heads), f"V11 half an action in a part of {limit} bytes")
