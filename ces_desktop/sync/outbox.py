"""What is sent: every op that the hub has not confirmed, and every statement that the reader may lack (`sync.md` 4).

Bundles are cumulative: any later one heals what earlier ones lost. Nothing is ever deleted because it was confirmed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from ces_desktop import __version__
from ces_desktop.data.collector import uncollected
from ces_desktop.data.device import DeviceKeys
from ces_desktop.data.journal.op import SCHEMA, clinic_of, clinic_scope, reserved_scope
from ces_desktop.errors import Refused
from ces_desktop.sync import merge
from ces_desktop.sync.bundle import Manifest, seal
from ces_desktop.sync.envelope import Envelope
from ces_desktop.sync.records import Ack, Certificate, Signed, SignedHead, sign
from ces_desktop.sync.store import NETWORK, Frame, Link, Member, Store, scope_of
from ces_desktop.sync.trust import HUB, Trust, believed, own_certificate

PART_LIMIT = 16 << 20
"""Bytes of ops in one file; the rest goes into further parts. Reading takes some fifteen times as much memory."""
_AT_ONCE, _MOST = 2_000, 3


@dataclass(slots=True)
class Letter:
    """A bundle before it is sealed: what it says, its ops, and the X25519 keys that may open it."""

    manifest: Manifest
    frames: list[Frame]
    recipients: list[bytes]

    def seal(self, member: Member, envelope: Envelope) -> bytes:
        """The bytes of the file."""
        return seal(self.manifest, self.frames, member.keys, envelope, self.recipients)


@uncollected()
def to_hub(store: Store, member: Member, now: int, request: Signed | None = None) -> list[Letter]:
    """For the hub, and readable by every certified device of the scopes: the mentor's laptop carries and relays it.

    Ops put aside go along, since the hub may hold what they wait for. Refused("sync.no_hub") before a hub was met,
    ("sync.hub_answers") at the hub itself: a bundle of everything would be for no one.
    """
    if member.network is None:
        raise Refused("sync.no_hub")
    if member.hub or member.scopes is None:
        raise Refused("sync.hub_answers")
    trust = believed(store, member)
    links = {h: link for h, link in store.links(None).items() if _leaves(link.scope, member)}
    signed = sign_heads(store, member, links, now)
    confirmed = [h for ack in acks(store) for h in ack.heads]
    send = merge.unconfirmed(links, confirmed, trust.gaps)
    extra = [kept.frame for kept in store.aside().values() if _leaves(scope_of(kept.frame), member)]
    readers = [c for c in trust.certificates.values() if _reads(c, member.scopes)]
    to = [member.network.hub, *(c.device for c in readers)]
    recipients = [member.network.hub_receiving, *(c.receiving for c in readers)]
    parts = _parts(store, member, links, send, extra, now)
    return _letters(store, member, links, trust, parts, to, recipients, "changes", now, request, signed)


@uncollected()
def to_devices(
    store: Store, member: Member, devices: Sequence[Certificate], now: int, whole: bool = False
) -> list[Letter]:
    """The hub's answer to the laptops of one clinic, or to a mentor: what not all of them surely have.

    A device that was never heard of gets everything: so a new laptop, or one that comes late, is whole in one step.
    `whole`: everything to all of them, whatever they claim to have (`snapshot`).
    """
    trust = believed(store, member)
    allowed = (s for device in devices for s in device.scopes)
    scopes = frozenset(s for s in allowed if not (member.hub and s.startswith("reserved:"))) | {NETWORK}
    if member.hub:
        confirm(store, member, scopes, trust, now)
    links = dict(store.links(scopes))
    signed = sign_heads(store, member, links, now)
    claims = store.records("claim")
    sure: set[bytes] | None = None
    for device in devices:
        held = merge.surely_held(links, claims_in(claims.get(device.device)), trust.gaps)
        sure = held if sure is None else sure & held
    sure = set() if whole else sure
    parts = _parts(store, member, links, links.keys() - (sure or set()), [], now)
    to, recipients = [d.device for d in devices], [d.receiving for d in devices]
    kind = "answer" if sure else "complete"
    return _letters(store, member, links, trust, parts, to, recipients, kind, now, None, signed)


@uncollected()
def confidential(store: Store, member: Member, site: bytes, to_hub: bool, now: int) -> list[Letter]:
    """A clinic's confidential notes, all of them each time: for its own laptops, and the hub where the clinic says so.

    They are few, and nobody confirms them: whole they heal whatever was lost. Empty where none are here. What the
    sender holds of the clinic's other scopes stands in the claims, as in its other bundles.
    """
    scope, trust = reserved_scope(site), believed(store, member)
    links = dict(store.links([scope]))
    extra = [kept.frame for kept in store.aside().values() if scope_of(kept.frame) == scope]
    if member.network is None or not (links or extra):
        return []
    readers = [c for c in certified(store, member, site) if c.role == "laptop" and scope in c.scopes]
    to, recipients = [c.device for c in readers], [c.receiving for c in readers]
    if to_hub:
        to, recipients = [member.network.hub, *to], [member.network.hub_receiving, *recipients]
    signed = sign_heads(store, member, links, now)
    parts = _parts(store, member, links, links.keys(), extra, now)
    letters = _letters(store, member, links, trust, parts, to, recipients, "confidential", now, None, signed)
    for others in (clinic_scope(site), NETWORK):
        held = store.links([others])
        if held:
            for letter in letters:
                letter.manifest.claims[others] = merge.heads(held, trust.gaps)
    return letters


def to_visited(store: Store, member: Member, now: int) -> list[Letter]:
    """Of a mentor's laptop, for each clinic it wrote for: what the laptops there may lack, while they may lack that.

    A clinic that sent nothing here gets all of its own too: what it has is not known.
    """
    found: list[Letter] = []
    trust, claims = believed(store, member), store.records("claim")
    mine = trust.certificates.get(member.device)
    if mine is None or mine.role != "mentor":
        return []
    for site in dict.fromkeys(clinic_of(scope) for scope in mine.scopes):
        devices = [c for c in certified(store, member, site) if c.role == "laptop"]
        links = store.links({clinic_scope(site)})
        wrote = {h for h, link in links.items() if link.device == member.device}
        if any(wrote - merge.surely_held(links, claims_in(claims.get(d.device)), trust.gaps) for d in devices):
            found += to_devices(store, member, devices, now)
    return found


def sign_heads(store: Store, member: Member, links: dict[bytes, Link], now: int) -> list[Signed]:
    """Sign the ends of this device's own logs where they are not signed yet; returns those of all devices.

    Only heads above which no other signed head stands travel: they vouch for what is below.
    """
    kept = _kept_heads(store)
    for keys in (member.keys, *member.former):
        device = own_certificate(keys).device
        own = {h: link for h, link in links.items() if link.device == device}
        for h in merge.heads(own):
            if (h, device) not in kept:
                kept[h, device] = _sign_head(store, keys, h, own[h], now)
    rightly = {h for h, device in kept if h in links and links[h].device == device}
    covered: set[bytes] = set()
    for h in rightly:
        device = links[h].device
        todo = list(links[h].parents)
        while todo:
            p = todo.pop()
            if p not in covered and p in links and links[p].device == device:
                covered.add(p)
                todo.extend(links[p].parents)
    held, top = store.aside(), rightly - covered
    return [
        Signed.from_bytes(content)
        for (h, device), content in kept.items()
        if h in held or (h in top and links[h].device == device)
    ]


def _sign_head(store: Store, keys: DeviceKeys, h: bytes, link: Link, now: int) -> bytes:
    head = SignedHead(link.device, link.incarnation, link.scope, h, now)
    content = sign(keys, head.fields()).to_bytes()
    store.keep("head", link.device + h, content)
    return content


def _kept_heads(store: Store) -> dict[tuple[bytes, bytes], bytes]:
    """Signed heads by (op, who signed)."""
    return {(name[16:], name[:16]): content for name, content in store.records("head").items()}


def confirm(store: Store, member: Member, scopes: Iterable[str], trust: Trust, now: int) -> None:
    """The hub states what it holds of some scopes, under a number it never gave before.

    A hub that was restored writes a new log, and with it begins a new epoch.
    """
    graph = store.links(None)
    epoch, n = hub_counter(store)
    made_by = store.records("self").get(b"incarnation", member.incarnation)
    epoch, n = (epoch, n + 1) if made_by == member.incarnation else (epoch + 1, 1)
    store.keep("self", b"incarnation", member.incarnation)
    store.keep("self", b"counter", json.dumps([epoch, n]).encode())
    backed = json.loads(store.records("self").get(b"backed", b"{}"))
    refused: dict[str, list[tuple[bytes, str]]] = {}
    for h, kept in sorted(store.aside().items()):
        refused.setdefault(scope_of(kept.frame), []).append((h, kept.reason))
    for scope in sorted(scopes):
        inside = {h: link for h, link in graph.items() if link.scope == scope}
        heads, saved = tuple(merge.heads(inside, trust.gaps)), tuple(bytes.fromhex(h) for h in backed.get(scope, ()))
        ack = Ack(member.device, scope, epoch, n, heads, saved, tuple(refused.get(scope, ())), now)
        signed = sign(member.keys, ack.fields())
        store.keep("ack", scope.encode(), signed.to_bytes())
        store.keep("issued", issued_name(ack), signed.signature[:8])


def note_backup(store: Store, member: Member) -> None:
    """What the hub holds now stands in a verified backup: its confirmations say so from now on."""
    links, gaps = store.links(None), believed(store, member).gaps
    scopes = {link.scope for link in links.values()}
    ends = {s: merge.heads({h: k for h, k in links.items() if k.scope == s}, gaps) for s in scopes}
    store.keep("self", b"backed", json.dumps({s: [h.hex() for h in heads] for s, heads in ends.items()}).encode())


def issued_name(ack: Ack) -> bytes:
    """The name under which a hub remembers to have made a confirmation."""
    return f"{ack.epoch} {ack.n} {ack.scope}".encode()


def hub_counter(store: Store) -> tuple[int, int]:
    """The epoch of this hub and the number of its last confirmation."""
    epoch, n = json.loads(store.records("self").get(b"counter", b"[1,0]"))
    return int(epoch), int(n)


def acks(store: Store) -> list[Ack]:
    """The newest confirmation of each scope that has reached this installation."""
    return [Ack.of(Signed.from_bytes(content)) for content in store.records("ack").values()]


def certified(store: Store, member: Member, site: bytes) -> list[Certificate]:
    """The devices of a clinic that the network certified and did not revoke, this one apart."""
    trust = believed(store, member)
    found = [c for c in trust.certificates.values() if c.site == site and c.role != "self"]
    return [c for c in found if c.device != member.device and c.device not in trust.revoked]


def _leaves(scope: str, member: Member) -> bool:
    """What may go to the hub: confidential notes do not, unless the clinic opted in (then the scope is certified)."""
    return member.may_hold(scope) and not scope.startswith("reserved:")


def _reads(certificate: Certificate, scopes: Collection[str]) -> bool:
    """Whether a device may see all that goes to the hub from an installation of these scopes."""
    return certificate.role == HUB or {s for s in scopes if not s.startswith("reserved:")} <= set(certificate.scopes)


def claims_in(content: bytes | None) -> list[list[bytes]]:
    """The claims of a device as they are kept."""
    return [[bytes.fromhex(h) for h in claimed] for claimed in json.loads(content)] if content else []


def _parts(
    store: Store, member: Member, links: dict[bytes, Link], send: Collection[bytes], extra: list[Frame], now: int
) -> list[list[Frame]]:
    """The ops in runs of one log, so that they compress well, and in files that are not too large.

    A log is cut where its author signed it and where an action ends, so that each part stands by itself: what comes
    after the last signed op of a part would be put aside until the next one is read, and half an action for ever if
    that one is lost. Own logs are signed where they are cut; another's part grows until it has such a place, up to
    `_MOST` times the limit.
    """
    order = sorted(send, key=lambda h: (links[h].scope, links[h].device, links[h].incarnation, links[h].seq, h))
    signed = {h for h, device in _kept_heads(store) if h in links and links[h].device == device}
    own = {own_certificate(keys).device: keys for keys in (member.keys, *member.former)}
    parts: list[list[Frame]] = []
    part: list[Frame] = []
    size = mark = 0
    ended = False
    for frame, ends in chain(_frames(store, order), ((frame, False) for frame in extra)):
        more = _size(frame)
        if part and size + more > PART_LIMIT:
            last, forced = part[-1].hash, 4 * mark < len(part) and size + more > _MOST * PART_LIMIT
            if mark < len(part) and (ended or forced) and last in links and links[last].device in own:
                _sign_head(store, own[links[last].device], last, links[last], now)
                mark = len(part)
            if 4 * mark >= len(part) or forced:
                end = mark if 4 * mark >= len(part) else len(part)
                parts.append(part[:end])
                part, mark = part[end:], 0
                size = sum(map(_size, part))
        part.append(frame)
        size += more
        ended = ends
        mark = len(part) if ended and frame.hash in signed else mark
    return [*parts, part]


def _frames(store: Store, order: list[bytes]) -> Iterator[tuple[Frame, bool]]:
    """Ops in this order, and whether each ends its action; some thousand at a time: headers, once read, are let go."""
    for place in range(0, len(order), _AT_ONCE):
        some = order[place : place + _AT_ONCE]
        found = {op.hash: (Frame.of(op), op.head.k == op.head.m) for op in store.ops(some)}
        yield from (found[h] for h in some)


def _size(frame: Frame) -> int:
    return len(frame.header) + len(frame.body or b"") + 40


def _letters(
    store: Store,
    member: Member,
    links: dict[bytes, Link],
    trust: Trust,
    parts: list[list[Frame]],
    to: Sequence[bytes],
    recipients: Sequence[bytes],
    kind: str,
    now: int,
    request: Signed | None,
    heads: list[Signed],
) -> list[Letter]:
    assert member.network is not None
    number = int(store.records("self").get(b"sent", b"0")) + 1
    store.keep("self", b"sent", str(number).encode())
    keys = [*recipients, member.network.root_receiving, own_certificate(member.keys).receiving]
    scopes = sorted({link.scope for link in links.values()})
    claims = {s: merge.heads({h: k for h, k in links.items() if k.scope == s}, trust.gaps) for s in scopes}
    shared = statements(store, member) + heads
    digests = {scope: store.digest(scope) for scope in scopes}
    within = _heads_within(store, links, parts) if len(parts) > 1 else [[]]
    return [
        Letter(
            Manifest(
                member.device, member.incarnation, member.network.id, tuple(dict.fromkeys(to)), kind, number,
                (k, len(parts)), SCHEMA, __version__, now, [*shared, *within[k - 1]], claims, digests, request,
            ),
            frames,
            list(dict.fromkeys(keys)),
        )
        for k, frames in enumerate(parts, 1)
    ]  # fmt: skip


def _heads_within(store: Store, links: dict[bytes, Link], parts: list[list[Frame]]) -> list[list[Signed]]:
    """For each part the signed heads in it: those of other parts would not vouch for it before they are read."""
    kept = _kept_heads(store).items()
    signed = {h: content for (h, device), content in kept if h in links and links[h].device == device}
    return [[Signed.from_bytes(signed[f.hash]) for f in part if f.hash in signed] for part in parts]


def statements(store: Store, member: Member) -> list[Signed]:
    """What this installation knows to be rightly signed, signed heads apart: it goes into every bundle."""
    kept = []
    for kind in ("certificate", "revocation", "gap"):
        kept += [Signed.from_bytes(content) for content in store.records(kind).values()]
    for content in store.records("ack").values():
        signed = Signed.from_bytes(content)
        if member.may_hold(str(signed.fields[2])):
            kept.append(signed)
    return kept


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much the hub has not confirmed, and since when it has been silent."""

    ops: int
    confirmed_at: int | None = field(default=None)
    """UTC milliseconds of the hub's last statement; None before the first."""


def waiting(store: Store, member: Member) -> Waiting:
    """What the next bundle to the hub would carry."""
    trust = believed(store, member)
    links = {h: link for h, link in store.links(None).items() if _leaves(link.scope, member)}
    told = acks(store)
    send = merge.unconfirmed(links, [h for ack in told for h in ack.heads], trust.gaps)
    return Waiting(len(send), max((ack.wall for ack in told), default=None))
