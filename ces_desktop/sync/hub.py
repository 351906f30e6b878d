"""What a person does at the hub: found a network, invite, certify, declare what is lost, answer. As in `exchange`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from ces_desktop.data.database import Database
from ces_desktop.data.device import DeviceKeys
from ces_desktop.data.folder import write_safely
from ces_desktop.data.journal.op import clinic_scope
from ces_desktop.data.local import Setting, read_settings, write_setting
from ces_desktop.data.models import ClinicRecord
from ces_desktop.domain.access import Actor, Right, require
from ces_desktop.errors import Refused
from ces_desktop.sync import enrolment, exchange, inbox, merge, outbox
from ces_desktop.sync.envelope import AgeEnvelope
from ces_desktop.sync.exchange import member_of
from ces_desktop.sync.journal_store import JournalStore
from ces_desktop.sync.records import Signed
from ces_desktop.sync.store import Member, scope_of
from ces_desktop.sync.trust import believed

SLOTS = 10
"""Laptops of a clinic that number people apart: one digit of a human id."""


@dataclass(frozen=True, slots=True)
class SiteState:
    """What the hub knows of a clinic; times are UTC milliseconds of the hub's clock, None = never."""

    site: bytes
    prefix: str
    name: str
    devices: int
    """Certified laptops that are not revoked."""
    last_bundle: int | None
    """When a bundle of one of them was last imported here; a mentor's that carried its records does not count."""
    ops: int
    aside: int
    """Ops of its scope that are kept here and not applied."""


def sites(connection: Connection) -> list[SiteState]:
    """Every clinic that has a certified laptop or whose records are here, the one longest silent first."""
    store, member = JournalStore(connection), member_of(connection)
    trust = believed(store, member)
    laptops = [c for c in trust.certificates.values() if c.role == "laptop" and c.device not in trust.revoked]
    heard: dict[bytes, int] = {}
    for content in store.records("receipt").values():
        sender, at, _ = json.loads(content)
        heard[bytes.fromhex(sender)] = max(at, heard.get(bytes.fromhex(sender), 0))
    held = Counter(link.scope for link in store.links(None).values())
    aside = Counter(scope_of(kept.frame) for kept in store.aside().values())
    c = ClinicRecord
    named = {row.id: row for row in connection.execute(select(c.id, c.prefix, c.name).where(c.live == 1))}
    found = []
    for site in {*(c.site for c in laptops), *named} - {member_clinic(connection)}:
        own = [certificate.device for certificate in laptops if certificate.site == site]
        scope, row = clinic_scope(site), named.get(site)
        found.append(
            SiteState(
                site, (row.prefix if row else None) or "", (row.name if row else None) or "", len(own),
                max((heard[d] for d in own if d in heard), default=None), held[scope], aside[scope],
            )
        )  # fmt: skip
    return sorted(found, key=lambda state: (state.last_bundle or 0, state.prefix, state.site))


def member_clinic(connection: Connection) -> bytes:
    """The hub's own clinic id, under which its users stand."""
    return bytes.fromhex(read_settings(connection, [Setting.CLINIC])[Setting.CLINIC])


def found_hub(database: Database, actor: Actor, name: str) -> DeviceKeys:
    """Found a network with this installation as its hub; returns the network key, to be kept on paper and nowhere else.

    Refused("sync.hub_only") where the installation is no hub, ("sync.network_exists").
    """
    require(actor, Right.MANAGE_NETWORK)

    def found(connection: Connection) -> DeviceKeys:
        member, store = member_of(connection), JournalStore(connection)
        if not member.hub:
            raise Refused("sync.hub_only")
        if member.network is not None:
            raise Refused("sync.network_exists")
        root = DeviceKeys.generate()
        network, certificate = enrolment.found_network(member.keys, root, name, database.clock())
        store.keep("certificate", member.device, certificate.to_bytes())
        write_setting(connection, Setting.NETWORK, enrolment.invitation(network, certificate).decode().strip())
        return root

    return database.exchange(found)


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
    """Write the hub's invitation to a stick; returns the six words to compare with the laptop's screen."""
    require(actor, Right.MANAGE_NETWORK)
    invitation = database.read(lambda c: read_settings(c, [Setting.NETWORK])).get(Setting.NETWORK)
    if invitation is None:
        raise Refused("sync.no_hub")
    write_safely(folder / exchange.INVITATION, invitation.encode() + b"\n", keep_previous=False)
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
        taken = []
        for name, data in store.records("waiting").items():
            if name[:16] == device:
                taken.append(inbox.receive(store, member, data, AgeEnvelope(), database.clock()))
                store.keep("waiting", name, None)
        return taken

    return database.exchange(admit)


def missing(connection: Connection) -> list[bytes]:
    """Ops that held ones wait for and that nobody has sent: what a person at the hub may declare lost."""
    store, member = JournalStore(connection), member_of(connection)
    return sorted(merge.missing_parents(store.aside(), store.links(None), believed(store, member).gaps))


def declare_lost(database: Database, actor: Actor, lost: Sequence[bytes]) -> int:
    """After a person confirmed it; how many held ops were taken in."""
    require(actor, Right.MANAGE_NETWORK)
    now = database.clock()
    return database.exchange(lambda c: enrolment.declare_lost(JournalStore(c), member_of(c), lost, now))


def note_backup(database: Database) -> None:
    """The hub has just made a verified backup: its confirmations say so from now on."""

    def note(connection: Connection) -> None:
        outbox.note_backup(JournalStore(connection), member_of(connection))

    database.exchange(note)


def answer(database: Database, actor: Actor, folder: Path, senders: Iterable[bytes]) -> list[exchange.Sent]:
    """The hub's bundles for the clinics of some devices, and for mentors among them."""
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
            letters.append([(x, member) for x in outbox.to_devices(store, member, devices, database.clock())])
        return letters

    return [exchange.write_letters(letters, folder) for letters in database.exchange(compose)]
