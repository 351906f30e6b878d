"""What a person does with a stick: export, import, join a network, certify a laptop, answer as the hub.

Each function checks the right, works in one transaction of an open clinic's `Database`, and returns what happened as
frozen values. Files are written after the transaction: a stick that fails leaves a number unused and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, text

from ces_desktop.data.database import Database
from ces_desktop.data.device import DeviceKeys
from ces_desktop.data.folder import write_safely
from ces_desktop.data.journal.op import clinic_scope
from ces_desktop.data.local import Setting, read_settings, write_setting
from ces_desktop.domain.access import Actor, Right, require
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.sync import bundle, enrolment, inbox, merge, outbox, stick
from ces_desktop.sync.envelope import AgeEnvelope
from ces_desktop.sync.journal_store import JournalStore
from ces_desktop.sync.records import Certificate, Signed
from ces_desktop.sync.store import Member
from ces_desktop.sync.trust import believed

INVITATION = "network.json"
SECOND_COPY, SMALL = "copia", 64 << 20
"""A folder beside the bundles holds each of them once more: sticks die by the page."""
_IDENTITY = (
    Setting.CLINIC, Setting.PREFIX, Setting.KIND, Setting.DEVICE_KEYS, Setting.INCARNATION, Setting.FORMER_KEYS,
    Setting.JOINS, Setting.SLOT, Setting.NETWORK,
)  # fmt: skip
_ONE_AT_A_TIME = 0x6D6278  # "mbx"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Sent:
    """What was written to a stick, and how many ops are in it."""

    files: tuple[Path, ...]
    ops: int
    size: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """What became of one file: a receipt, or why it was refused or could not be read."""

    path: Path
    receipt: inbox.Receipt | None = None
    failure: Refused | Unavailable | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """Where exchange stands. Times are UTC milliseconds; None = never."""

    enrolled: bool
    certified: bool
    waiting: int
    """Ops that the hub has not confirmed."""
    confirmed_at: int | None
    aside: tuple[tuple[str, str, int], ...]
    """What is kept here and not applied: state, reason, how many."""
    refused_by_hub: tuple[tuple[str, int], ...]
    """Of this installation's ops, those the hub has put aside: reason, how many."""
    words: str | None
    """Six words of this laptop's request, to be compared with the hub's screen; None once certified."""


def member_of(connection: Connection) -> Member:
    """This installation as exchange sees it."""
    held = dict.fromkeys(_IDENTITY, "") | read_settings(connection, _IDENTITY)
    clinic = held[Setting.CLINIC]
    keys = DeviceKeys.from_bytes(bytes.fromhex(held[Setting.DEVICE_KEYS]))
    network = enrolment.accept(held[Setting.NETWORK].encode())[0] if held[Setting.NETWORK] else None
    hub = held[Setting.KIND] == "hub"
    scopes: tuple[str, ...] | None = (clinic_scope(bytes.fromhex(clinic)), f"reserved:{clinic}")
    member = Member(
        keys, keys.device_id, bytes.fromhex(held[Setting.INCARNATION]), None if hub else scopes, network, hub,
        tuple(DeviceKeys.from_bytes(bytes.fromhex(k)) for k in held[Setting.FORMER_KEYS].split()),
    )  # fmt: skip
    own = None if hub else JournalStore(connection).records("certificate").get(member.device)
    if own is not None:  # a mentor's certificate names every clinic that is visited
        more = Certificate.of(Signed.from_bytes(own)).scopes
        member = replace(member, scopes=tuple(dict.fromkeys((*(member.scopes or ()), *more))))
    return member


def status(connection: Connection) -> Status:
    """For the page of the stick and the first page of the day."""
    store, member = JournalStore(connection), member_of(connection)
    certified = member.hub or member.device in store.records("certificate")
    counts = {(kept.state, kept.reason): 0 for kept in store.aside().values()}
    for kept in store.aside().values():
        counts[kept.state, kept.reason] += 1
    mine = {h for h, link in store.links(None).items() if link.device == member.device}
    refused: dict[str, int] = {}
    for ack in outbox.acks(store):
        for h, why in ack.refused:
            if h in mine:
                refused[why] = refused.get(why, 0) + 1
    waits = outbox.waiting(store, member)
    asked = None if certified else store.records("self").get(b"request")
    return Status(
        member.network is not None, certified, waits.ops, waits.confirmed_at,
        tuple(sorted((*key, n) for key, n in counts.items())), tuple(sorted(refused.items())),
        enrolment.words_for(Signed.from_bytes(asked).text) if asked else None,
    )  # fmt: skip


def export(database: Database, actor: Actor, folder: Path) -> Sent:
    """Write what the hub has not confirmed to a stick or folder.

    Refused("sync.no_hub") before a hub was met; Unavailable as `stick.put`.
    """
    require(actor, Right.EXCHANGE)

    def compose(connection: Connection) -> list[tuple[outbox.Letter, Member]]:
        store, member = JournalStore(connection), member_of(connection)
        certified = member.hub or member.device in store.records("certificate")
        request = None if certified or not member.network else _request(connection, member, database.clock())
        return [(letter, member) for letter in outbox.to_hub(store, member, database.clock(), request)]

    return _write(database.exchange(compose), folder)


def import_files(
    database: Database, actor: Actor, paths: Sequence[Path], progress: Progress = lambda done, of: None
) -> list[Arrived]:
    """Import bundles, each whole or not at all; one that is refused does not stop the others."""
    require(actor, Right.EXCHANGE)
    results = []
    for done, path in enumerate(paths, 1):
        results.append(_import(database, path))
        progress(done, len(paths))
    return results


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


def invite(database: Database, actor: Actor, folder: Path) -> str:
    """Write the hub's invitation to a stick; returns the six words to compare with the laptop's screen."""
    require(actor, Right.MANAGE_NETWORK)
    invitation = database.read(lambda c: read_settings(c, [Setting.NETWORK])).get(Setting.NETWORK)
    if invitation is None:
        raise Refused("sync.no_hub")
    write_safely(folder / INVITATION, invitation.encode() + b"\n", keep_previous=False)
    return enrolment.words_for(invitation.encode())


def join(database: Database, actor: Actor, path: Path) -> str:
    """Pin the network of a hub's stick; returns the six words of the invitation.

    Refused("sync.bad_invitation"), ("sync.other_network") where this laptop belongs to another already.
    """
    require(actor, Right.EXCHANGE)
    data = stick.take(path).strip()
    network, certificate = enrolment.accept(data)

    def pin(connection: Connection) -> None:
        member = member_of(connection)
        if member.network is not None and member.network.id != network.id:
            raise Refused("sync.other_network")
        write_setting(connection, Setting.NETWORK, data.decode())
        store = JournalStore(connection)
        store.keep("certificate", network.hub, certificate.to_bytes())
        if member.device not in store.records("certificate"):
            _request(connection, member_of(connection), database.clock())

    database.exchange(pin)
    return enrolment.words_for(data)


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
        slot = len(outbox.certified(store, member, asked.site))
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
        store, member = JournalStore(connection), member_of(connection)
        links, gaps = store.links(None), believed(store, member).gaps
        scopes = {link.scope for link in links.values()}
        ends = {s: merge.heads({h: k for h, k in links.items() if k.scope == s}, gaps) for s in scopes}
        content = json.dumps({s: [h.hex() for h in heads] for s, heads in ends.items()})
        store.keep("self", b"backed", content.encode())

    database.exchange(note)


def answer(database: Database, actor: Actor, folder: Path, senders: Iterable[bytes]) -> list[Sent]:
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

    return [_write(letters, folder) for letters in database.exchange(compose)]


def _write(letters: list[tuple[outbox.Letter, Member]], folder: Path) -> Sent:
    files, size = [], 0
    for letter, member in letters:
        data = letter.seal(member, AgeEnvelope())
        said = letter.manifest
        name = stick.file_name(said.sender, said.network, said.number, said.part[0], data)
        stick.put(stick.FolderPlace(folder), name, data)
        if len(data) <= SMALL:
            stick.put(stick.beside(folder, SECOND_COPY), name, data)
        files.append(folder / name)
        size += len(data)
    return Sent(tuple(files), sum(len(letter.frames) for letter, _ in letters), size)


def _import(database: Database, path: Path) -> Arrived:
    try:
        try:
            receipt = _take(database, stick.take(path))
        except (Refused, Unavailable) as failure:
            second = path.parent / SECOND_COPY / path.name
            if failure.code not in ("sync.damaged", "storage.unreadable") or not second.is_file():
                raise
            receipt = _take(database, stick.take(second))
    except (Refused, Unavailable) as failure:
        return Arrived(path, failure=failure)
    return Arrived(path, receipt)


def _take(database: Database, data: bytes) -> inbox.Receipt:
    def receive(connection: Connection) -> inbox.Receipt:
        if connection.dialect.name == "postgresql":  # several supervisors: the second importer sees the first's ops
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _ONE_AT_A_TIME})
        return inbox.receive(JournalStore(connection), member_of(connection), data, AgeEnvelope(), database.clock())

    try:
        receipt = database.exchange(receive)
    except Refused as refused:
        if refused.code == "sync.unknown_device":
            database.exchange(lambda c: _keep_waiting(c, data))
        raise
    _go_on(database)
    return receipt


def _keep_waiting(connection: Connection, data: bytes) -> None:
    """At a hub, a bundle of a laptop without certificate waits with its request; elsewhere nothing is kept of it."""
    store, member = JournalStore(connection), member_of(connection)
    if not member.hub or member.network is None:
        return
    opened = bundle.unseal(data, member.network.id, AgeEnvelope(), member.keys.receiving)
    try:
        asked = enrolment.request_in(opened, member.network)
    except Refused:
        return
    store.keep("request", asked.device, asked.signed.to_bytes())
    store.keep("waiting", asked.device + opened.name, data)


def _go_on(database: Database) -> None:
    """The open clinic writes where its settings now say: another log, or the slot that its certificate gives."""

    def settle(connection: Connection) -> dict[str, str]:
        member = member_of(connection)
        own = JournalStore(connection).records("certificate").get(member.device)
        if own is not None and not member.hub:
            write_setting(connection, Setting.SLOT, str(Certificate.of(Signed.from_bytes(own)).slot))
        return read_settings(connection, _IDENTITY)

    held = database.local(settle)
    database.installation = replace(
        database.installation,
        incarnation=bytes.fromhex(held[Setting.INCARNATION]),
        joins=tuple(bytes.fromhex(h) for h in held.get(Setting.JOINS, "").split()),
        slot=int(held.get(Setting.SLOT, "0")),
    )


def _request(connection: Connection, member: Member, now: int) -> Signed:
    """This laptop's request: the same one at every export, so that its six words stay the same."""
    store = JournalStore(connection)
    kept = store.records("self").get(b"request")
    if kept is not None and member.network is not None:
        made = Signed.from_bytes(kept)
        if made.fields[-1] == member.network.id.hex() and made.signed_by(member.keys.signing_public):
            return made
    held = read_settings(connection, _IDENTITY)
    role = "mentor" if held.get(Setting.KIND) == "mentor" else "laptop"
    made = enrolment.request(member, held[Setting.PREFIX], bytes.fromhex(held[Setting.CLINIC]), role, now)
    store.keep("self", b"request", made.to_bytes())
    return made
