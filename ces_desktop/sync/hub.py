"""What a person does at the hub: found a network, invite, certify, declare what is lost, answer. As in `exchange`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlalchemy import Connection

from ces_desktop.data.database import Database
from ces_desktop.data.device import DeviceKeys
from ces_desktop.data.local import Setting, read_settings, write_setting
from ces_desktop.domain.access import Actor, Right, require
from ces_desktop.errors import Refused
from ces_desktop.sync import enrolment, exchange, inbox, merge, outbox, stick
from ces_desktop.sync.envelope import AgeEnvelope
from ces_desktop.sync.exchange import member_of
from ces_desktop.sync.journal_store import JournalStore
from ces_desktop.sync.records import Signed
from ces_desktop.sync.store import Member
from ces_desktop.sync.trust import believed

SLOTS = 10
"""Laptops of a clinic that number people apart: one digit of a human id."""


def may_found(connection: Connection, actor: Actor) -> Member:
    """This installation, if the person may found a network here; Refused as `found_hub`."""
    member = member_of(connection)
    if not member.hub:
        raise Refused("sync.hub_only")
    require(actor, Right.MANAGE_NETWORK)
    if member.network is not None:
        raise Refused("sync.network_exists")
    return member


def found_hub(database: Database, actor: Actor, name: str, root: DeviceKeys | None = None) -> DeviceKeys:
    """Found a network with this installation as its hub; returns the network key, kept on paper and nowhere else.

    `root`: the keys of a paper that is printed already (`network_key`). Refused("sync.hub_only") where the installation
    is no hub, ("sync.network_exists").
    """
    root = root or DeviceKeys.generate()

    def found(connection: Connection) -> None:
        member, store = may_found(connection, actor), JournalStore(connection)
        network, certificate = enrolment.found_network(member.keys, root, name, database.clock())
        store.keep("certificate", member.device, certificate.to_bytes())
        write_setting(connection, Setting.NETWORK, enrolment.invitation(network, certificate).decode().strip())

    database.exchange(found)
    return root


def renew_hub(database: Database, actor: Actor, root: DeviceKeys) -> None:
    """The hub was put onto another machine and has new keys: the network key, from its paper, certifies them.

    Refused("sync.other_network") when it is not this network's key.
    """
    require(actor, Right.MANAGE_NETWORK)

    def renew(connection: Connection) -> None:
        member, store = member_of(connection), JournalStore(connection)
        if not member.hub or member.network is None:
            raise Refused("sync.hub_only")
        network, certificate = enrolment.found_network(member.keys, root, member.network.name, database.clock())
        if network.id != member.network.id:
            raise Refused("sync.other_network")
        store.keep("certificate", member.device, certificate.to_bytes())
        write_setting(connection, Setting.NETWORK, enrolment.invitation(network, certificate).decode().strip())

    database.exchange(renew)


def invite(database: Database, actor: Actor, folder: Path) -> str:
    """Write the hub's invitation to a stick; returns the six words to compare with the laptop's screen.

    Refused("sync.no_hub"); Unavailable as `stick.put`.
    """
    require(actor, Right.MANAGE_NETWORK)
    invitation = database.read(lambda c: read_settings(c, [Setting.NETWORK])).get(Setting.NETWORK)
    if invitation is None:
        raise Refused("sync.no_hub")
    stick.put(stick.FolderPlace(folder), exchange.INVITATION, invitation.encode() + b"\n")
    return enrolment.words_for(invitation.encode())


def requests(connection: Connection) -> list[enrolment.Request]:
    """Laptops that wait at this hub for a certificate, oldest first."""
    member = member_of(connection)
    if member.network is None:
        return []
    kept = JournalStore(connection).records("request").values()
    found = [enrolment.read_request(Signed.from_bytes(content), member.network) for content in kept]
    return sorted(found, key=lambda asked: (asked.made, asked.device))


def certify(database: Database, actor: Actor, device: bytes, more: Sequence[str] = ()) -> list[inbox.Receipt]:
    """Certify a laptop whose six words were compared, and take in the bundles of it that waited."""
    require(actor, Right.MANAGE_NETWORK)

    def admit(connection: Connection) -> list[inbox.Receipt]:
        store, member = JournalStore(connection), member_of(connection)
        asked = next((r for r in requests(connection) if r.device == device), None)
        if asked is None:
            raise Refused("sync.no_request")
        taken_slots = {c.slot for c in outbox.certified(store, member, asked.site)}
        slot = next((n for n in range(SLOTS - 1) if n not in taken_slots), SLOTS - 1)
        enrolment.certify(store, member, asked, slot, database.clock(), more)
        store.keep("request", device, None)
        store.keep("declined", device, None)
        taken = []
        for name, data in store.records("waiting").items():
            if name[:16] == device:
                taken.append(inbox.receive(store, member, data, AgeEnvelope(), database.clock()))
                store.keep("waiting", name, None)
        return taken

    return database.exchange(admit)


def decline(database: Database, actor: Actor, device: bytes, reason: str) -> None:
    """Do not admit a laptop: it stays listed with the reason, and may be admitted after all."""
    require(actor, Right.MANAGE_NETWORK)
    database.exchange(lambda c: JournalStore(c).keep("declined", device, reason.encode()))


def declined(connection: Connection) -> dict[bytes, str]:
    """Laptops that were not admitted, and why."""
    return {device: why.decode() for device, why in JournalStore(connection).records("declined").items()}


def revoke(database: Database, actor: Actor, device: bytes, reason: str) -> None:
    """Believe a laptop no further than what has arrived here; what it wrote after is kept and listed, not applied.

    Refused("sync.hub_only"), ("sync.not_certified") for what is no laptop of this network.
    """
    require(actor, Right.MANAGE_NETWORK)

    def take_back(connection: Connection) -> None:
        store, member = JournalStore(connection), member_of(connection)
        held = believed(store, member).certificates.get(device)
        if held is None or held.role in ("hub", "self"):
            raise Refused("sync.not_certified")
        links = store.links(None)
        scopes = {link.scope for link in links.values() if link.device == device}
        good = [h for scope in sorted(scopes) for h in merge.own_heads(links, device, scope)]
        enrolment.revoke(store, member, device, good, database.clock())
        store.keep("revoked_why", device, reason.encode())

    database.exchange(take_back)


def note_backup(database: Database) -> None:
    """The hub has just made a verified backup: its confirmations say so from now on."""

    def note(connection: Connection) -> None:
        outbox.note_backup(JournalStore(connection), member_of(connection))

    database.exchange(note)


def answer(database: Database, actor: Actor, folder: Path, senders: Iterable[bytes]) -> list[exchange.Sent]:
    """The hub's bundles for the clinics of some devices, and for mentors among them.

    Confidential notes that a clinic lets the hub hold go back to that clinic's laptops alone.
    """
    require(actor, Right.MANAGE_NETWORK)
    wanted = frozenset(senders)

    def compose(connection: Connection) -> list[list[tuple[outbox.Letter, Member]]]:
        store, member = JournalStore(connection), member_of(connection)
        trust = believed(store, member)
        known = trust.certificates.items()
        heard = [c for d, c in known if d in wanted and d not in trust.revoked and c.role != "hub"]
        groups = {c.site if c.role == "laptop" else c.device: c for c in heard}
        letters = []
        for one in groups.values():
            devices = outbox.certified(store, member, one.site) if one.role == "laptop" else [one]
            devices = [c for c in devices if c.role == one.role]
            found = outbox.to_devices(store, member, devices, database.clock())
            if one.role == "laptop":
                found += outbox.confidential(store, member, one.site, False, database.clock())
            letters.append([(x, member) for x in found])
        return letters

    return [exchange.write_letters(letters, folder) for letters in database.exchange(compose)]
