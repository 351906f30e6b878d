"""Whom to believe: which device may write what, as far as the network's signatures say (`sync.md` 2, 4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from ces_desktop.data.device import DeviceKeys
from ces_desktop.errors import Refused
from ces_desktop.sync.records import Ack, Certificate, Network, Signed, SignedHead, named
from ces_desktop.sync.store import Member, Store

HUB = "hub"


@dataclass(slots=True)
class Trust:
    """Certificates that the network's keys vouch for, and what has been taken back."""

    network: Network | None
    certificates: dict[bytes, Certificate] = field(default_factory=dict)
    """By device."""
    revoked: dict[bytes, tuple[bytes, ...]] = field(default_factory=dict)
    """Device → heads up to which it is believed."""
    gaps: set[bytes] = field(default_factory=set)
    """Ops that exist nowhere any more, as a person at the hub confirmed."""

    def hub_keys(self) -> list[bytes]:
        """Signing keys that speak for the network: those of hubs which the network key itself certified."""
        return [c.signing for c in self.certificates.values() if c.role == HUB and c.device not in self.revoked]

    def may_write(self, device: bytes, scope: str) -> bool:
        """Whether a certified device may write a scope."""
        held = self.certificates.get(device)
        return held is not None and scope in held.scopes

    def take(self, statements: Iterable[Signed]) -> list[Signed]:
        """Believe what is rightly signed; returns that, in the order in which it could be checked."""
        waiting = list(statements)
        believed: list[Signed] = []
        for step in (self._hub_certificate, self._of_a_hub, self._head):
            left: list[Signed] = []
            for one in waiting:
                try:
                    (believed if step(one) else left).append(one)
                except (Refused, ValueError, TypeError, IndexError, AttributeError):
                    continue
            waiting = left
        return believed

    def _hub_certificate(self, one: Signed) -> bool:
        if one.kind != "certificate" or self.network is None or not one.signed_by(self.network.root):
            return False
        self._certify(Certificate.of(one))
        return True

    def _head(self, one: Signed) -> bool:
        if one.kind != "head":
            return False
        author = self.certificates.get(SignedHead.of(one).device)
        return author is not None and one.signed_by(author.signing)

    def _of_a_hub(self, one: Signed) -> bool:
        kind = one.kind
        if kind not in ("certificate", "revocation", "gap", "ack"):
            return False
        if not any(one.signed_by(key) for key in self.hub_keys()):
            return False
        if kind == "certificate":
            made = Certificate.of(one)
            if made.role == HUB:  # a hub is named by the network key alone
                return False
            self._certify(made)
        elif kind == "revocation":
            self.revoked[bytes.fromhex(one.fields[1])] = tuple(bytes.fromhex(h) for h in one.fields[2])
        elif kind == "gap":
            self.gaps.add(bytes.fromhex(one.fields[1]))
        return True

    def _certify(self, made: Certificate) -> None:
        before = self.certificates.get(made.device)
        if before is None or (made.issued, made.scopes) >= (before.issued, before.scopes):
            self.certificates[made.device] = made


def believed(store: Store, member: Member) -> Trust:
    """The trust that the records of this installation give."""
    kept = [content for kind in ("certificate", "revocation", "gap") for content in store.records(kind).values()]
    whole = _trust_of(member.network, own_certificate(member.keys, member.scopes or ()), tuple(kept))
    return Trust(whole.network, dict(whole.certificates), dict(whole.revoked), set(whole.gaps))


@lru_cache(maxsize=256)
def _trust_of(network: Network | None, own: Certificate, kept: tuple[bytes, ...]) -> Trust:
    trust = Trust(network)
    trust.certificates[own.device] = own  # a laptop believes itself before anybody else does
    trust.take(Signed.from_bytes(content) for content in kept)
    return trust


@lru_cache(maxsize=64)
def own_certificate(keys: DeviceKeys, scopes: tuple[str, ...] = ()) -> Certificate:
    """What a device says of itself: its two public keys."""
    return Certificate(keys.device_id, keys.signing_public, keys.receiving_public, b"", scopes, 0, "self", 0)


def remember(store: Store, trust: Trust, statements: Iterable[Signed]) -> list[Signed]:
    """Check statements that arrived, keep those that are believed and newer than what is kept; returns them."""
    fresh = []
    held: dict[str, dict[bytes, bytes]] = {}
    for one in trust.take(statements):
        kind = one.kind
        if kind not in held:
            held[kind] = store.records(kind)
        name, content = named(one), one.to_bytes()
        before = held[kind].get(name)
        if before == content or (before is not None and not _later(one, Signed.from_bytes(before))):
            continue
        held[kind][name] = content
        store.keep(kind, name, content)
        fresh.append(one)
    return fresh


def _later(new: Signed, old: Signed) -> bool:
    """Which of two statements under one name is kept: the same answer whatever the order they came in."""
    match new.kind:
        case "ack":
            return (Ack.of(new).order, new.text) > (Ack.of(old).order, old.text)
        case "certificate":
            one, other = Certificate.of(new), Certificate.of(old)
            return (one.issued, one.scopes, new.text) > (other.issued, other.scopes, old.text)
    return new.text > old.text
