"""What arrives: opened, proved, judged and applied in one transaction, or nothing of it (`sync.md` 4).

Importing twice is importing once; any order is any other; what is refused is kept and named.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from ces_desktop.data.collector import uncollected
from ces_desktop.data.journal.op import Op
from ces_desktop.errors import Refused
from ces_desktop.sync import merge, outbox
from ces_desktop.sync.bundle import Manifest, Opened, unseal
from ces_desktop.sync.envelope import Envelope
from ces_desktop.sync.records import Ack, Signed, SignedHead
from ces_desktop.sync.store import NETWORK, Link, Member, Store, scope_of
from ces_desktop.sync.trust import Trust, believed, remember

Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an import did. Of a bundle imported before, `again` and nothing else."""

    sender: bytes
    kind: str
    part: tuple[int, int]
    fresh: int = 0
    """Ops applied that were not here."""
    known: int = 0
    released: int = 0
    """Of the fresh ones, those that had been aside."""
    aside: tuple[tuple[str, str, int], ...] = ()
    """What is aside now: state, reason, how many."""
    forks: int = 0
    """Places, new with this import, where a log goes on in two ways: a restored or copied laptop."""
    renewed: bool = False
    """Own ops came back that were lost here: this installation writes a new log from now on."""
    differs: tuple[str, ...] = ()
    """Tables that sender and we see differently although we hold the same ops: ask for a complete bundle."""
    touched: frozenset[str] = frozenset()
    again: bool = False


@uncollected()
def receive(
    store: Store, member: Member, data: bytes, envelope: Envelope, now: int, random: Random = os.urandom
) -> Receipt:
    """Import one bundle file; the caller's transaction holds all of it.

    Refused: as `bundle.unseal`; "sync.unknown_device" (no certificate yet: certify its request first),
    "sync.bad_signature". A refused bundle has changed nothing.
    """
    opened = opened_by(member, data, envelope)
    said = opened.manifest
    if opened.name in store.records("receipt"):
        return Receipt(said.sender, said.kind, said.part, again=True)
    check(store, member, opened)
    frames = opened.frames()
    links = dict(store.links(None))
    before = store.aside()
    remember(store, believed(store, member), said.records)
    trust = believed(store, member)
    member = _as_certified(member, trust)
    arrived = [f for f in frames if f.hash not in links]
    scoped = arrived if member.scopes is None else [f for f in arrived if member.may_hold(scope_of(f))]
    signed = _signed_heads(store)
    verdict = merge.judge([*(kept.frame for kept in before.values()), *scoped], links, signed, trust)
    touched = store.apply(verdict.apply)
    store.release([op.hash for op in verdict.apply if op.hash in before])
    store.set_aside(kept for h, kept in verdict.aside.items() if before.get(h) != kept)
    after = links | {op.hash: link_of(op) for op in verdict.apply}
    _hear_claims(store, said)
    renewed = _begin_anew(store, member, links, after, verdict, random)
    if member.hub:
        _compare_confirmations(store, member, said)
    differs = _compare_digests(store, after, said, trust)
    store.keep("receipt", opened.name, json.dumps([said.sender.hex(), now, len(verdict.apply)]).encode())
    count = Counter((kept.state, kept.reason) for kept in verdict.aside.values())
    return Receipt(
        said.sender, said.kind, said.part, len(verdict.apply), len(frames) - len(arrived),
        sum(op.hash in before for op in verdict.apply), tuple(sorted((*key, n) for key, n in count.items())),
        len(merge.forks(after, verdict.apply)), renewed, differs, touched,
    )  # fmt: skip


def opened_by(member: Member, data: bytes, envelope: Envelope) -> Opened:
    """A bundle out of its envelope, by this installation's key or one from before it was moved to this machine."""
    network = member.network.id if member.network else None
    for keys in (member.keys, *member.former):
        try:
            return unseal(data, network, envelope, keys.receiving)
        except Refused as failure:
            if failure.code != "sync.not_for_us":
                raise
    raise Refused("sync.not_for_us")


def check(store: Store, member: Member, opened: Opened) -> None:
    """Whether an opened bundle is of our network and of a device that the network knows.

    A certificate may come with the bundle: it proves itself. Refused("sync.other_network"), ("sync.unknown_device"),
    ("sync.bad_signature").
    """
    said = opened.manifest
    if member.network is None or said.network != member.network.id:
        raise Refused("sync.other_network")
    trust = believed(store, member)
    trust.take([r for r in said.records if r.kind == "certificate"])
    sender = trust.certificates.get(said.sender)
    if sender is None:
        raise Refused("sync.unknown_device")
    if not opened.proved_by(sender.signing):
        raise Refused("sync.bad_signature")


def _as_certified(member: Member, trust: Trust) -> Member:
    """With the scopes of the own certificate: it may have come in this very bundle, as a mentor's first one does."""
    own = trust.certificates.get(member.device)
    if member.scopes is None or own is None:
        return member
    return replace(member, scopes=tuple(dict.fromkeys((*member.scopes, *own.scopes))))


def judge_again(store: Store, member: Member) -> int:
    """Look again at what is aside, after a certificate or a confirmed gap arrived; how many ops were applied."""
    before, links = store.aside(), store.links(None)
    trust = believed(store, member)
    verdict = merge.judge([kept.frame for kept in before.values()], links, _signed_heads(store), trust)
    store.apply(verdict.apply)
    store.release([op.hash for op in verdict.apply])
    store.set_aside(kept for h, kept in verdict.aside.items() if before.get(h) != kept)
    return len(verdict.apply)


def link_of(op: Op) -> Link:
    """Where an op stands in the graph."""
    head = op.head
    return Link(head.device, head.incarnation, head.scope, head.seq, head.parents)


def _signed_heads(store: Store) -> list[SignedHead]:
    return [SignedHead.of(Signed.from_bytes(content)) for content in store.records("head").values()]


def _hear_claims(store: Store, said: Manifest) -> None:
    """Remember what the sender says it has: the last few times, since a copied laptop speaks twice."""
    before = outbox.claims_in(store.records("claim").get(said.sender))
    now = merge.remembered_claims(before, [h for heads in said.claims.values() for h in heads])
    content = json.dumps([[h.hex() for h in claimed] for claimed in now])
    store.keep("claim", said.sender, content.encode())


def _begin_anew(
    store: Store, member: Member, links: dict[bytes, Link], after: dict[bytes, Link], verdict: merge.Verdict,
    random: Random,
) -> bool:  # fmt: skip
    """Own ops that were not here mean that this laptop was restored or copied: write a new log, joining all ends."""
    if not merge.rewound(links, verdict.apply, member.device):
        return False
    scopes = [link.scope for link in after.values() if link.device == member.device]
    joins = tuple(h for scope in dict.fromkeys(scopes) for h in merge.own_heads(after, member.device, scope))
    store.renew(random(8), joins)
    return True


def begin_epoch(store: Store, seen: int) -> None:
    """The hub's confirmations begin anew: clinics take what it says now for later than all before."""
    epoch, _ = outbox.hub_counter(store)
    store.keep("self", b"counter", json.dumps([max(epoch, seen) + 1, 0]).encode())


def _compare_confirmations(store: Store, member: Member, said: Manifest) -> None:
    """Somebody has seen a confirmation of ours that we do not know to have made: this hub was restored."""
    issued = store.records("issued")
    for record in said.records:
        if record.kind != "ack":
            continue
        ack = Ack.of(record)
        if ack.hub != member.device:
            continue
        known = issued.get(outbox.issued_name(ack)) == record.signature[:8]
        if merge.later_epoch(outbox.hub_counter(store), ack.order, known):
            begin_epoch(store, ack.epoch)


def _compare_digests(store: Store, after: dict[bytes, Link], said: Manifest, trust: Trust) -> tuple[str, ...]:
    """Tables that differ in a scope of which, and of the network's, both hold the same ops."""
    mine = {
        scope: merge.heads({h: k for h, k in after.items() if k.scope == scope}, trust.gaps)
        for scope in {*said.digests, NETWORK}
    }
    if mine[NETWORK] != said.claims.get(NETWORK, []):
        return ()
    differs: set[str] = set()
    for scope, tables in said.digests.items():
        if mine[scope] == said.claims.get(scope):
            own = store.digest(scope)
            differs.update(t for t in tables.keys() & own.keys() if tables[t] != own[t])
    return tuple(sorted(differs))
