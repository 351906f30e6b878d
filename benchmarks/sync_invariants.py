"""The invariants of exchange (`docs/sync.md`), checked over every disk of a simulated network.

The tables are compared with an independent fold: the dict store, whatever the disks are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from benchmarks.sync_box import tables_of
from benchmarks.sync_site import Site
from ces_desktop.data.journal.op import Op
from ces_desktop.sync import merge
from ces_desktop.sync.memory_store import MemoryStore


class Broken(AssertionError):
    """An invariant does not hold; the text begins with its number."""


class Edit(NamedTuple):
    """A cell of a person that somebody edited: which op did it, and the versions that were seen."""

    entity: bytes
    field: str
    op: bytes
    seen: frozenset[bytes]


def everything(installations: Iterable[Site]) -> dict[bytes, Op]:
    """Every op on any disk, applied or aside."""
    found: dict[bytes, Op] = {}
    for site in installations:
        with site.box.transaction() as store:
            found |= {op.hash: op for op in store.ops(list(store.links(None)))}
            for h, kept in store.aside().items():
                op = merge.readable(kept.frame)
                if op is not None:
                    found[h] = op
    return found


def check(hub: Site, sites: Sequence[Site], edits: Iterable[Edit], alive: dict[bytes, Op]) -> None:
    """V1, V2, V3, V8, V9, V11: nothing lost, nobody differs, sums exact, seen edits stand, nothing left aside."""
    with hub.box.transaction() as store:
        at_hub = dict(store.links(None))
        aside = store.aside()
        oracle = MemoryStore()
        oracle.apply(store.ops(list(at_hub)))
    if aside:
        raise Broken(f"V11 aside at the hub after healing: {Counter(k.reason for k in aside.values())}")
    gone = alive.keys() - at_hub.keys()
    if gone:
        raise Broken(f"V1 lost: {len(gone)} ops")
    want = {s: {h for h, link in at_hub.items() if link.scope == s} for s in {k.scope for k in at_hub.values()}}
    for site in sites:
        member = site.member()
        with site.box.transaction() as store:
            links, left = store.links(None), store.aside()
        expected = {h for scope, ops in want.items() if member.may_hold(scope) for h in ops}
        if left or set(links) != expected:
            raise Broken(
                f"V8 {site.name}: {len(expected - set(links))} lacking, {len(set(links) - expected)} too many, "
                f"{len(left)} aside"
            )
        compare(site, expected, oracle)
    compare(hub, set(at_hub), oracle)
    for entity, name, op, seen in edits:
        shown = oracle.shown("patient", entity, name)
        if op in at_hub and shown and shown[-1][1] in seen:
            raise Broken("V9 an edit that saw another does not stand")


def compare(site: Site, hashes: set[bytes], oracle: MemoryStore) -> None:
    """Tables of an installation against an independent fold of the ops it must hold."""
    here = MemoryStore()
    here.apply([oracle.held[h] for h in sorted(hashes)])
    tables, want = site.box.tables(), tables_of(here)
    if tables != want:
        raise Broken(f"V2 tables of {site.name} are not the fold of its ops")
    moves = [a for op in here.held.values() for a in op.changes()[0] if a.table == "observation"]
    distinct = {a.entity: int(a.fields["value"] or 0) for a in moves}
    if sum(want["sums"].values()) != sum(distinct.values()):
        raise Broken("V3 a sum is not that of the distinct movements")


def ends(installations: Iterable[Site]) -> list[str]:
    """The heads of every installation, as text: part of what a repeated seed must repeat."""
    found = []
    for site in installations:
        with site.box.transaction() as store:
            found.append(" ".join(h.hex()[:12] for h in merge.heads(store.links(None))))
    return found
