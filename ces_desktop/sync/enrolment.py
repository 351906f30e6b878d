"""How a laptop joins a network: hub's stick → request → six words compared → certificate (`sync.md` 4).

The laptop works from its first minute and may export before it is certified: the hub keeps such a bundle waiting.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ces_desktop.data.device import DeviceKeys
from ces_desktop.data.journal.op import read_json
from ces_desktop.data.passphrase import word_list
from ces_desktop.errors import Refused
from ces_desktop.sync import inbox, merge, outbox
from ces_desktop.sync.bundle import Opened
from ces_desktop.sync.records import Certificate, Network, Signed, device_of, gap, revocation, sign
from ces_desktop.sync.store import NETWORK, Member, Store

WORDS = 6
REQUEST, INVITATION = "request", "network"


@dataclass(frozen=True, slots=True)
class Request:
    """What a laptop asks to be certified for."""

    device: bytes
    signing: bytes
    receiving: bytes
    site: bytes
    prefix: str
    role: str
    made: int
    signed: Signed

    @property
    def words(self) -> str:
        """Six words that both screens show; who compares them knows that nobody exchanged the keys on the way."""
        return words_for(self.signed.text)


def words_for(text: bytes) -> str:
    """Six words of the clinic's list, of which changing one letter of the text changes all."""
    number = int.from_bytes(hashlib.sha256(b"ces-desktop words 1" + text).digest(), "big")
    words = word_list()
    chosen = []
    for _ in range(WORDS):
        number, place = divmod(number, len(words))
        chosen.append(words[place])
    return " ".join(chosen)


def request(member: Member, prefix: str, site: bytes, role: str, now: int) -> Signed:
    """Ask the hub of this laptop's network for a certificate; put it into every bundle until it is there."""
    if member.network is None:
        raise Refused("sync.no_hub")
    keys = member.keys
    fields = [
        REQUEST, keys.signing_public.hex(), keys.receiving_public.hex(), site.hex(), prefix, role, now,
        member.network.id.hex(),
    ]  # fmt: skip
    return sign(keys, fields)


def read_request(signed: Signed, network: Network) -> Request:
    """Refused("sync.bad_request") unless it is signed by the keys it names, for this network."""
    try:
        kind, signing, receiving, site, prefix, role, made, wanted = signed.fields
        keys = bytes.fromhex(signing), bytes.fromhex(receiving)
        if kind != REQUEST or not signed.signed_by(keys[0]) or wanted != network.id.hex():
            raise Refused("sync.bad_request")
        return Request(device_of(*keys), *keys, bytes.fromhex(site), str(prefix), str(role), int(made), signed)
    except (ValueError, TypeError) as cause:
        raise Refused("sync.bad_request") from cause


def request_in(opened: Opened, network: Network) -> Request:
    """The request in a bundle of a device without a certificate.

    Refused("sync.bad_request"), ("sync.unknown_device").
    """
    if opened.manifest.request is None:
        raise Refused("sync.unknown_device")
    asked = read_request(opened.manifest.request, network)
    if asked.device != opened.manifest.sender or not opened.proved_by(asked.signing):
        raise Refused("sync.bad_request")
    return asked


def certify(store: Store, member: Member, asked: Request, slot: int, now: int, more: Sequence[str] = ()) -> Certificate:
    """The hub certifies a laptop after a person compared the six words, and looks again at what waited for it.

    `more`: further scopes, as of a mentor who visits several clinics. Refused("sync.hub_only").
    """
    if not member.hub:
        raise Refused("sync.hub_only")
    own = (f"clinic:{asked.site.hex()}", f"reserved:{asked.site.hex()}") if any(asked.site) else ()
    scopes = tuple(dict.fromkeys((*own, *more)))
    role = asked.role if asked.role in ("laptop", "mentor") else "laptop"
    made = Certificate(asked.device, asked.signing, asked.receiving, asked.site, scopes, slot, role, now)
    store.keep("certificate", made.device, sign(member.keys, made.fields()).to_bytes())
    inbox.judge_again(store, member)
    return made


def revoke(store: Store, member: Member, device: bytes, good: Sequence[bytes], now: int) -> None:
    """Believe a device up to some heads and no further; what it wrote after is quarantined, not dropped."""
    if not member.hub:
        raise Refused("sync.hub_only")
    store.keep("revocation", device, revocation(member.keys, device, good, now).to_bytes())


def declare_lost(store: Store, member: Member, missing: Sequence[bytes], now: int) -> int:
    """A person confirmed that these ops exist nowhere: what was written on them is taken in, with a gap in the history.

    Returns how many ops that released. Refused("sync.hub_only").
    """
    if not member.hub:
        raise Refused("sync.hub_only")
    for op in missing:
        store.keep("gap", op, gap(member.keys, op, now).to_bytes())
    return inbox.judge_again(store, member)


def found_network(keys: DeviceKeys, root: DeviceKeys, name: str, now: int) -> tuple[Network, Signed]:
    """A new network: the hub's certificate signed by the network key, which is then printed and leaves the machine."""
    hub = Certificate(
        keys.device_id, keys.signing_public, keys.receiving_public, bytes(16), (NETWORK,), 0, "hub", now
    )  # fmt: skip
    network = Network(root.signing_public, root.receiving_public, keys.device_id, keys.receiving_public, name)
    return network, sign(root, hub.fields())


def invitation(network: Network, hub_certificate: Signed) -> bytes:
    """What the hub's stick carries to a laptop: nothing secret."""
    content = [
        INVITATION, network.root.hex(), network.root_receiving.hex(), network.hub.hex(), network.hub_receiving.hex(),
        network.name, hub_certificate.text.decode(), hub_certificate.signature.hex(),
    ]  # fmt: skip
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def accept(data: bytes) -> tuple[Network, Signed]:
    """Read the hub's stick; the person compares `words_for` of it with the hub's screen.

    Refused("sync.bad_invitation").
    """
    try:
        kind, root, root_receiving, hub, hub_receiving, name, text, signature = read_json(data)
        keys = [bytes.fromhex(key) for key in (root, root_receiving, hub, hub_receiving)]
        network = Network(keys[0], keys[1], keys[2], keys[3], str(name))
        signed = Signed(text.encode(), bytes.fromhex(signature))
        held = Certificate.of(signed)
    except (ValueError, TypeError, AttributeError, Refused) as cause:
        raise Refused("sync.bad_invitation") from cause
    if kind != INVITATION or not signed.signed_by(network.root) or held.role != "hub" or held.device != network.hub:
        raise Refused("sync.bad_invitation")
    return network, signed


def begin_incarnation(store: Store, member: Member, why: str, random: Callable[[int], bytes], now: int) -> None:
    """Before the first write after a restored folder ("restored") or on another machine ("moved"): a new log.

    What this device wrote and nobody has seen is signed with the keys it was written with. On another machine there are
    new keys, to be certified anew.
    """
    links = dict(store.links(None))
    outbox.sign_heads(store, member, links, now)
    keys = DeviceKeys(random(32), random(32)) if why == "moved" else None
    scopes = sorted({link.scope for link in links.values() if link.device == member.device})
    joins = () if keys else tuple(h for scope in scopes for h in merge.own_heads(links, member.device, scope))
    store.renew(random(8), joins, keys)
