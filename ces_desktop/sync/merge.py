"""The core: which ops are whose, what stands below what, and what becomes of an op that arrives (`sync.md` 1, 2, 7).

Nothing here reads or writes. Ops form a graph: each names its parents by hash, so a head says everything below it, and
a restored or copied laptop makes a fork instead of a clash.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ces_desktop.data.journal.op import FORMAT, Added, Fields, FieldSet, Op, load
from ces_desktop.data.journal.rows import KINDS
from ces_desktop.errors import Refused
from ces_desktop.sync.records import SignedHead
from ces_desktop.sync.store import Aside, Frame, Link
from ces_desktop.sync.trust import Trust

HELD, QUARANTINED = "held", "quarantined"
Graph = Mapping[bytes, Link]
CLAIMS_KEPT = 4
"""What a device lacks is judged by the intersection of so many of its last statements of what it has: a copied laptop
speaks under one name with two voices."""


def heads(graph: Graph, gaps: Collection[bytes] = ()) -> list[bytes]:
    """The ops that no other op was written on. An op once declared lost is one, if it came back after all."""
    parents = {p for link in graph.values() for p in link.parents if p not in gaps}
    return sorted(h for h in graph if h not in parents)


def below(graph: Graph, tops: Iterable[bytes], gaps: Collection[bytes] = ()) -> set[bytes]:
    """These ops and all they were written on, as far as the graph knows them.

    It does not pass through a declared gap: who states a head above one does not state to have what lay below.
    """
    found: set[bytes] = set()
    todo = [h for h in tops if h in graph]
    while todo:
        h = todo.pop()
        if h not in found:
            found.add(h)
            todo.extend(p for p in graph[h].parents if p in graph and p not in gaps)
    return found


def forks(graph: Graph, fresh: Iterable[Op]) -> list[bytes]:
    """Parents from which a log goes on in two ways, one of them fresh; of one that began twice, the fresh beginning."""
    doubtful: dict[tuple[bytes, bytes, bytes, str], bytes] = {}
    for op in fresh:
        head = op.head
        for parent in head.parents or (b"",):
            doubtful[parent, head.device, head.incarnation, head.scope] = parent or op.hash
    children: dict[tuple[bytes, bytes, bytes, str], int] = defaultdict(int)
    for link in graph.values():
        for parent in link.parents or (b"",):
            key = (parent, link.device, link.incarnation, link.scope)
            if key in doubtful:
                children[key] += 1
    return sorted(doubtful[key] for key, times in children.items() if times > 1)


def own_heads(graph: Graph, device: bytes, scope: str) -> tuple[bytes, ...]:
    """The ends of all logs of one device in a scope: what the first op of a new incarnation joins."""
    own = {h: link for h, link in graph.items() if link.device == device and link.scope == scope}
    return tuple(heads(own))


def unconfirmed(graph: Graph, confirmed: Iterable[bytes], gaps: Collection[bytes]) -> set[bytes]:
    """What is not below the confirmed heads: it is sent again, whoever wrote it."""
    return graph.keys() - below(graph, confirmed, gaps)


def surely_held(graph: Graph, claims: Iterable[Iterable[bytes]], gaps: Collection[bytes]) -> set[bytes]:
    """What every one of a device's last claims says it has: only that may be withheld from it."""
    sure: set[bytes] | None = None
    for claimed in claims:
        has = below(graph, claimed, gaps)
        sure = has if sure is None else sure & has
    return sure or set()


def remembered_claims(before: list[list[bytes]], claimed: list[bytes]) -> list[list[bytes]]:
    """The last claims of a device after one more."""
    return [*before, claimed][-CLAIMS_KEPT:]


def later_epoch(own: tuple[int, int], seen: tuple[int, int], known: bool) -> bool:
    """Whether a hub must begin a new epoch: somebody saw a confirmation of it that it does not know to have made."""
    return seen[0] >= own[0] and (seen > own or not known)


def rewound(graph: Graph, fresh: Collection[Op], device: bytes) -> bool:
    """Whether this device is told ops of its own: it was restored or copied, and must write a new log from here."""
    return any(op.head.device == device and op.hash not in graph for op in fresh)


@dataclass(slots=True)
class Verdict:
    """What becomes of arrived ops and of those that waited: `apply` in order, parents first; the rest is kept aside."""

    apply: list[Op] = field(default_factory=list)
    aside: dict[bytes, Aside] = field(default_factory=dict)


def judge(frames: Iterable[Frame], graph: Graph, signed: Iterable[SignedHead], trust: Trust) -> Verdict:
    """Decide on every frame that the graph does not hold yet.

    Quarantined: malformed, of an unknown author, outside the author's scopes, after the author's revocation, or below
    no head that the author signed. Held: a parent is missing, or a part of the action.
    """
    verdict = Verdict()
    waiting: dict[bytes, Op] = {}
    raw: dict[bytes, Frame] = {}
    for frame in frames:
        if frame.hash in graph or frame.hash in raw:
            continue
        raw[frame.hash] = frame
        op = readable(frame)
        if op is None:
            verdict.aside[frame.hash] = Aside(frame, QUARANTINED, "malformed")
        else:
            waiting[frame.hash] = op
    witnessed = _witnessed(waiting, signed, trust.gaps)
    good = {device: _below_good(waiting, graph, tops) for device, tops in trust.revoked.items()}
    for h, op in list(waiting.items()):
        reason = _refusal(op, h in witnessed, trust, good)
        if reason is not None:
            verdict.aside[h] = Aside(raw[h], QUARANTINED, reason)
            del waiting[h]
    verdict.apply = _whole_actions(waiting, graph, trust.gaps)
    applied = {op.hash for op in verdict.apply}
    for h, op in waiting.items():
        if h not in applied:
            lacks = any(p not in graph and p not in applied and p not in trust.gaps for p in op.head.parents)
            verdict.aside[h] = Aside(raw[h], HELD, "parent_missing" if lacks else "action_incomplete")
    return verdict


def waited_for(aside: Mapping[bytes, Aside], graph: Graph, gaps: Collection[bytes]) -> dict[bytes, str]:
    """What held ops wait for, with their scope: a person may declare it lost.

    Parents that are here in no state; and of an action whose rest was never sent, the last op that came, since what
    follows it has no name here. Of an action, nothing is said while an op of it waits for another's.
    """
    found: dict[bytes, str] = {}
    actions: dict[tuple[bytes, bytes, str], dict[bytes, Op]] = defaultdict(dict)
    for kept in aside.values():
        op = readable(kept.frame) if kept.state == HELD else None
        if op is not None:
            lost = (p for p in op.head.parents if p not in graph and p not in aside and p not in gaps)
            found |= dict.fromkeys(lost, op.head.scope)
            actions[_action(op)][op.hash] = op
    for parts in actions.values():
        parents = (p for op in parts.values() for p in op.head.parents)
        if all(p in graph or p in gaps or p in parts for p in parents):
            last = max(parts.values(), key=lambda op: op.head.k)
            found[last.hash] = last.head.scope
    return found


def _action(op: Op) -> tuple[bytes, bytes, str]:
    """An action counts its ops by scope."""
    return op.head.device, op.head.action, op.head.scope


def _refusal(op: Op, witnessed: bool, trust: Trust, good: Mapping[bytes, set[bytes]]) -> str | None:
    device = op.head.device
    if device not in trust.certificates:
        return "unknown_author"
    if not trust.may_write(device, op.head.scope):
        return "wrong_scope"
    if not witnessed:
        return "unsigned_author"
    if device in good and op.hash not in good[device]:
        return "revoked"
    return None


def _witnessed(waiting: Mapping[bytes, Op], signed: Iterable[SignedHead], gaps: Collection[bytes]) -> set[bytes]:
    """Ops below a head that their own device signed. An applied op above one of them names it, if only as a gap."""
    found: set[bytes] = set()
    todo = [(s.head, s.device) for s in signed if s.head in waiting]
    todo += [(h, waiting[h].head.device) for h in waiting if h in gaps]
    while todo:
        h, device = todo.pop()
        op = waiting.get(h)
        if op is not None and h not in found and op.head.device == device:
            found.add(h)
            todo.extend((p, device) for p in op.head.parents)
    return found


def _below_good(waiting: Mapping[bytes, Op], graph: Graph, tops: Iterable[bytes]) -> set[bytes]:
    """What stands below the last heads at which a revoked device was still believed."""
    found: set[bytes] = set()
    todo = list(tops)
    while todo:
        h = todo.pop()
        if h in found:
            continue
        if h in waiting:
            todo.extend(waiting[h].head.parents)
        elif h in graph:
            todo.extend(graph[h].parents)
        else:
            continue
        found.add(h)
    return found


def _whole_actions(waiting: Mapping[bytes, Op], graph: Graph, gaps: Collection[bytes]) -> list[Op]:
    """The ops whose parents are all here and whose actions are whole, parents first."""
    barred: set[bytes] = set()
    while True:
        ready = _parents_first(waiting, graph, gaps, barred)
        parts: dict[tuple[bytes, bytes, str], list[Op]] = defaultdict(list)
        for op in ready:
            parts[_action(op)].append(op)
        torn = [ops for ops in parts.values() if not _whole(ops, gaps)]
        if not torn:
            return ready
        barred.update(op.hash for ops in torn for op in ops)


def _whole(parts: list[Op], gaps: Collection[bytes]) -> bool:
    """Whether an action is complete. What was lost with a confirmed gap, before or after an op, is not waited for."""
    if parts[0].head.m == 1:
        return True
    lost = any(h in gaps for op in parts for h in (op.hash, *op.head.parents))
    return lost or len({op.head.k for op in parts}) >= parts[0].head.m


def _parents_first(
    waiting: Mapping[bytes, Op], graph: Graph, gaps: Collection[bytes], barred: Collection[bytes]
) -> list[Op]:
    lacks: dict[bytes, int] = {}
    children: dict[bytes, list[bytes]] = defaultdict(list)
    for h, op in waiting.items():
        here = [p for p in op.head.parents if p not in graph and (p in waiting or p not in gaps)]
        lacks[h] = len(here)
        for p in here:
            children[p].append(h)
    todo = [h for h, n in lacks.items() if n == 0]
    ready: list[Op] = []
    while todo:
        h = todo.pop()
        if h in barred:
            continue
        ready.append(waiting[h])
        for child in children[h]:
            lacks[child] -= 1
            if lacks[child] == 0:
                todo.append(child)
    return ready


_UNKNOWN: dict[str, str] = {}
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What PostgreSQL or UTF-8 cannot hold (`work.py` stops it where it is typed)."""


def readable(frame: Frame) -> Op | None:
    """The op of a frame, None when header or body are not what this format allows."""
    try:
        op = load(frame.hash, frame.header, frame.body_hash, frame.body)
        head = op.head
        whole = head.format == FORMAT and len(head.device) == 16 and len(head.incarnation) == 8
        whole = whole and all(len(p) == 32 for p in head.parents) and len(head.subject) == len(head.action) == 16
        numbers = (head.seq, head.hlc, head.wall, head.clock_suspect, head.k, head.m, head.schema)
        whole = whole and all(type(n) is int and 0 <= n < 2**63 for n in numbers) and 1 <= head.k <= head.m
        whole = whole and (len(head.parents) < 2 or head.seq == 1)  # a join is the first op of its log
        texts, escapes = (head.scope, head.reason, head.kind, head.subject_type), b"\\u" in frame.header
        whole = whole and all(type(t) is str and not (escapes and not _storable(t)) for t in texts)
        whole = whole and len(head.user) == 16
        if not whole or not _body_holds(op, said := op.changes()):
            return None
        return Op(op.hash, op.header, op.body_hash, op.body, head, said)  # what was read once is not read again
    except (Refused, ValueError, TypeError, KeyError, AttributeError):
        return None


def _body_holds(op: Op, said: tuple[list[Added], list[FieldSet]]) -> bool:
    """Whether every row and field of a body could be stored; of tables and fields unknown here, their shape.

    What no database holds can stand in JSON as an escape only, so that a body without any need not be searched.
    """
    if op.body is not None and not op.body.startswith(b"{"):
        return False
    escapes = op.body is not None and b"\\u" in op.body
    added, changed = said
    for row in added:
        if type(row.table) is not str or len(row.entity) != 16:
            return False
        if not _fits(KINDS.get(row.table, _UNKNOWN), row.fields, escapes):
            return False
    return all(
        type(s.table) is type(s.field) is str
        and len(s.entity) == 16
        and _fits(KINDS.get(s.table, _UNKNOWN), {s.field: s.value}, escapes)
        and _fits(KINDS.get(s.table, _UNKNOWN), {s.field: s.was}, escapes)
        and all(len(b) == 32 for b in s.bases)
        for s in changed
    )


def _fits(kinds: Mapping[str, str], fields: Fields, escapes: bool) -> bool:
    for name, value in fields.items():
        if value is None:
            continue
        kind = kinds.get(name)
        if type(value) is str:
            if kind == "id":
                if len(value) != 32 or len(bytes.fromhex(value)) != 16:
                    return False
            elif kind == "int" or (escapes and not _storable(value)):
                return False
        elif type(value) is not int or (kind is not None and kind != "int") or not -(2**63) <= value < 2**63:
            return False
    return True


def _storable(text: str) -> bool:
    return _UNSTORABLE.search(text) is None
