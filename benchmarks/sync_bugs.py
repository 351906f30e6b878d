"""Planted bugs: the program's core with one thing wrong, to see whether the simulator would notice.

Each is a small change made from outside while a check runs; the program itself knows nothing of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from benchmarks import sync_scenarios, sync_world
from benchmarks.sync_box import dict_box
from benchmarks.sync_case import Case
from benchmarks.sync_invariants import Broken
from ces_desktop.data.device import DeviceKeys
from ces_desktop.errors import Refused
from ces_desktop.sync import bundle, enrolment, inbox, merge, outbox, stick, trust
from ces_desktop.sync.memory_store import MemoryStore
from ces_desktop.sync.records import Ack, Signed
from ces_desktop.sync.store import Store

Change = tuple[Any, str, Any]


@dataclass(frozen=True, slots=True)
class Bug:
    """A name for people, and what is changed: (module or class, name, replacement)."""

    name: str
    changes: tuple[Change, ...]


@contextmanager
def planted(bug: Bug) -> Iterator[None]:
    """The core has this bug."""
    with ExitStack() as stack:
        for where, name, value in bug.changes:
            stack.enter_context(patch.object(where, name, value))
        yield


def caught(bug: Bug, seeds: range) -> str | None:
    """Which scenario, or which seed, shows the bug; None when nothing does.

    A crash counts: a bug that ends in one is noticed too.
    """
    with planted(bug):
        for scenario in sync_scenarios.SCENARIOS:
            try:
                sync_scenarios.play(scenario, dict_box, sync_world.StubEnvelope())
            except (Broken, Refused, LookupError, ValueError, TypeError) as error:
                return f"{scenario.__name__}: {error}"
        return caught_by_seed(bug, seeds)


def caught_by_seed(bug: Bug, seeds: range) -> str | None:
    """The first of some seeds that shows the bug."""
    with planted(bug):
        for seed in seeds:
            try:
                Case(seed, dict_box, sync_world.StubEnvelope()).run()
            except (Broken, Refused, LookupError, ValueError, TypeError) as error:
                return f"seed {seed}: {error}"
    return None


_judge, _below = merge.judge, merge.below
_apply, _statements, _heads, _unseal = MemoryStore.apply, outbox.statements, outbox.sign_heads, bundle.unseal
_trust_take, _remember, _to_hub = trust.Trust.take, trust.remember, outbox.to_hub
_begin, _check = enrolment.begin_incarnation, inbox.check
_here: list[bytes] = []
"""Devices that imported, the last one now."""


def _noted(store: Store, member: Any, opened: Any) -> None:
    _here.append(member.device)
    _check(store, member, opened)


def _own_skipped(frames: Any, graph: Any, signed: Any, believed: Any) -> Any:
    """Ops of this device are never taken in: what nearly every product did first."""
    verdict = _judge(frames, graph, signed, believed)
    verdict.apply = [op for op in verdict.apply if op.head.device != _here[-1]]
    return verdict


def _held_dropped(frames: Any, graph: Any, signed: Any, believed: Any) -> Any:
    verdict = _judge(frames, graph, signed, believed)
    verdict.aside = {h: kept for h, kept in verdict.aside.items() if kept.state != merge.HELD}
    return verdict


def _quarantine_dropped(frames: Any, graph: Any, signed: Any, believed: Any) -> Any:
    verdict = _judge(frames, graph, signed, believed)
    verdict.aside = {h: kept for h, kept in verdict.aside.items() if kept.state == merge.HELD}
    return verdict


def _orphans_applied(waiting: Any, _graph: Any, _gaps: Any) -> Any:
    return list(waiting.values())


def _own_only(store: Store, member: Any, now: int, request: Any = None) -> Any:
    plain = merge.unconfirmed

    def own(graph: Any, confirmed: Any, gaps: Any) -> Any:
        return {h for h in plain(graph, confirmed, gaps) if graph[h].device == member.device}

    with patch.object(merge, "unconfirmed", own):
        return _to_hub(store, member, now, request)


def _monotone_acks(store: Store, believed: Any, statements: Any) -> Any:
    """Confirmed heads are only ever added to, as with a sequence number that never goes back."""
    before = {name: Ack.of(Signed.from_bytes(c)) for name, c in store.records("ack").items()}
    fresh = _remember(store, believed, statements)
    held = {name: h for name, ack in before.items() for h in [ack.heads]}
    ever = dict(store.records("self"))
    for name, heads in held.items():
        ever[b"ever" + name] = ever.get(b"ever" + name, b"") + b"".join(heads)
        store.keep("self", b"ever" + name, ever[b"ever" + name])
    return fresh


def _ever_acked(store: Store) -> Any:
    acks = _acks(store)
    ever = store.records("self")
    more = [ever.get(b"ever" + ack.scope.encode(), b"") for ack in acks]
    return [
        Ack(
            a.hub, a.scope, a.epoch, a.n, (*a.heads, *(m[i : i + 32] for i in range(0, len(m), 32))), (), (), a.wall
        )
        for a, m in zip(acks, more, strict=True)
    ]


_acks, _confidential, _frames = outbox.acks, outbox.confidential, outbox._frames


def _through_gaps(graph: Any, tops: Any, _gaps: Any = ()) -> Any:
    return _below(graph, tops, ())


def _overwritten(place: Any, name: str, data: bytes) -> None:
    place.create(name, data)
    place.sync(name)
    place.sync_names()


def _unsynced(place: Any, name: str, data: bytes) -> None:
    place.create(name + ".part", data)
    place.rename(name + ".part", name)
    place.sync_names()


@contextmanager
def _no_rollback(self: MemoryStore) -> Iterator[MemoryStore]:
    yield self


def _one_voice(store: Store, said: Any) -> None:
    """Only the last statement of a device counts."""
    import json

    claimed = [[h.hex() for heads in said.claims.values() for h in heads]]
    store.keep("claim", said.sender, json.dumps(claimed).encode())


def _unproved(_self: bundle.Opened, _key: bytes) -> bool:
    return True


def _early(data: bytes, network: Any, envelope: Any, secret: bytes) -> Any:
    opened = _unseal(data, network, envelope, secret)
    opened.frames()  # before its signature is known
    return opened


def _boundless(packed: bytes, _size: int) -> bytes:
    import zstandard

    return bytes(zstandard.ZstdDecompressor().decompress(packed, max_output_size=1 << 30))


def _any_hub(self: trust.Trust, statements: Any) -> Any:
    with patch.object(Signed, "signed_by", lambda one, key: True):
        return _trust_take(self, statements)


def _no_heads_relayed(store: Store, member: Any, links: Any, now: int) -> Any:
    return [s for s in _heads(store, member, links, now) if s.fields[1] == member.device.hex()]


def _no_acks_relayed(store: Store, member: Any) -> Any:
    return [s for s in _statements(store, member) if s.kind != "ack" or member.hub]


def _by_clock(self: MemoryStore, table: str, entity: bytes, name: str) -> Any:
    return sorted((hlc, h, value) for h, (hlc, value) in self.versions.get((table, entity, name), {}).items())


def _counted_again(self: MemoryStore, ops: Any) -> Any:
    """The ledger counts what it already has."""
    for op in ops:
        if op.hash in self.held:
            for row in op.changes()[0]:
                cell = (row.table, row.entity, "value")
                if cell in self.versions:
                    self.versions[cell] = {h: (t, int(v or 0) * 2) for h, (t, v) in self.versions[cell].items()}
    return _apply(self, ops)


def _no_filter(frames: Any, _graph: Any, signed: Any, believed: Any) -> Any:
    """What is held already is handed to the journal again."""
    verdict = _judge(frames, {}, signed, believed)
    return verdict


def _old_keys_gone(store: Store, member: Any, why: str, random: Any, now: int) -> None:
    if why == "moved":
        store.renew(random(8), (), DeviceKeys(random(32), random(32)))
        store.renew(random(8), ())
    else:
        _begin(store, member, why, random, now)


def _reserved_leaves(scope: str, member: Any) -> bool:
    return bool(member.may_hold(scope))


def _told_to_all(store: Store, member: Any, site: bytes, to_hub: bool, now: int) -> Any:
    """The mentor, who visits the clinic, may open them too."""
    letters = _confidential(store, member, site, to_hub, now)
    known = trust.believed(store, member).certificates.values()
    for letter in letters:
        letter.recipients += [c.receiving for c in known if c.role == "mentor"]
    return letters


def _hub_always(store: Store, member: Any, site: bytes, _to_hub: bool, now: int) -> Any:
    return _confidential(store, member, site, True, now)


def _ends_anywhere(store: Store, order: list[bytes]) -> Any:
    return ((frame, True) for frame, _ in _frames(store, order))


def _no_torn_action(parts: Any, gaps: Any) -> bool:
    lost = any(p in gaps for op in parts for p in op.head.parents)
    return lost or len({op.head.k for op in parts}) >= parts[0].head.m


def _one_claim_is_enough(graph: Any, claims: Any, gaps: Any) -> Any:
    return {h for claimed in claims for h in _below(graph, claimed, gaps)}


BUGS: tuple[Bug, ...] = (
    Bug("own ops are skipped on import", ((merge, "judge", _own_skipped), (inbox, "check", _noted))),
    Bug("held ops are dropped", ((merge, "judge", _held_dropped),)),
    Bug("refused ops are dropped", ((merge, "judge", _quarantine_dropped),)),
    Bug("ops without their parent are applied", ((merge, "_whole_actions", _orphans_applied),)),
    Bug("half an action is applied", ((merge, "_whole", lambda parts, gaps: True),)),
    Bug("only own ops are sent", ((outbox, "to_hub", _own_only),)),
    Bug("confirmations never shrink", ((inbox, "remember", _monotone_acks), (outbox, "acks", _ever_acked))),
    Bug("no epoch after a restored hub", ((merge, "later_epoch", lambda own, seen, known: False),)),
    Bug("only the last claim counts", ((inbox, "_hear_claims", _one_voice),)),
    Bug("no new log after own ops came back", ((merge, "rewound", lambda graph, fresh, device: False),)),
    Bug("a confirmation reaches through a gap", ((merge, "below", _through_gaps),)),
    Bug("the author's signature is not asked for", ((merge, "_witnessed", lambda w, s, g: set(w)),)),
    Bug("revocations are not heeded", ((merge, "_below_good", lambda w, g, t: set(w)),)),
    Bug("scopes are not heeded", ((trust.Trust, "may_write", lambda self, device, scope: True),)),
    Bug("certificates of anybody count", ((trust.Trust, "take", _any_hub),)),
    Bug("a bundle's signature is not checked", ((bundle.Opened, "proved_by", _unproved),)),
    Bug("unpacked before the signature is known", ((inbox, "unseal", _early),)),
    Bug("unpacked without a limit", ((bundle, "unpack", _boundless),)),
    Bug("malformed ops are handed on", ((merge, "_body_holds", lambda op, said: True),)),
    Bug("later formats are read", ((bundle, "READER", 1_000_000),)),
    Bug("an import is not one transaction", ((MemoryStore, "transaction", _no_rollback),)),
    Bug("a bundle is written under its name", ((stick, "put", _overwritten),)),
    Bug("a bundle is not synced before its name", ((stick, "put", _unsynced),)),
    Bug("signed heads of others are not relayed", ((outbox, "sign_heads", _no_heads_relayed),)),
    Bug("the later clock wins", ((MemoryStore, "shown", _by_clock),)),
    Bug("a movement counts twice", ((merge, "judge", _no_filter), (MemoryStore, "apply", _counted_again))),
    Bug("a moved disk forgets its old keys", (
        (enrolment, "begin_incarnation", _old_keys_gone),
        (MemoryStore, "former", property(lambda self: (), lambda self, value: None)),
    )),
    Bug("confidential notes go to the hub", ((outbox, "_leaves", _reserved_leaves),)),
    Bug("confidential notes go to whoever knows the network", ((outbox, "confidential", _told_to_all),)),
    Bug("the clinic's word about its notes is not heeded", ((outbox, "confidential", _hub_always),)),
    Bug("parts carry no signed heads", ((outbox, "_heads_within", lambda store, links, parts: [[] for _ in parts]),)),
    Bug("parts are cut within actions", ((outbox, "_frames", _ends_anywhere),)),
    Bug("the rest of an action is waited for for ever", ((merge, "_whole", _no_torn_action),)),
    Bug("what one claim says is withheld", ((merge, "surely_held", _one_claim_is_enough),)),
)  # fmt: skip
