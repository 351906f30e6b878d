"""What a person does with a stick: join a network, export, import, see where exchange stands. The hub's part: `hub`.

Each function checks the right, works in one transaction of an open clinic's `Database`, and returns what happened as
frozen values. Files are written after the transaction: a stick that fails leaves a number unused and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, select

from ces_desktop.data.database import Database
from ces_desktop.data.device import DeviceKeys
from ces_desktop.data.journal.op import clinic_scope, reserved_scope
from ces_desktop.data.local import Setting, read_settings, write_setting
from ces_desktop.data.models import ClinicRecord
from ces_desktop.domain.access import Actor, Right, require
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.sync import enrolment, inbox, merge, outbox, stick
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
Progress = Callable[[int, int], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sent:
    """What was written to a stick, and how many ops are in it; of an export, how many the hub had not confirmed."""

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
    scopes: tuple[str, ...] | None = (clinic_scope(bytes.fromhex(clinic)), reserved_scope(bytes.fromhex(clinic)))
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
    """Write what the hub has not confirmed to a stick or folder, and the clinic's confidential notes apart from it; a
    mentor's laptop, besides, what it wrote for a clinic to that clinic's laptops, which need not wait for the hub.

    Refused("sync.no_hub") before a hub was met; Unavailable as `stick.put`.
    """
    require(actor, Right.EXCHANGE)

    def compose(connection: Connection) -> tuple[list[tuple[outbox.Letter, Member]], bytes, int]:
        store, member = JournalStore(connection), member_of(connection)
        certified = member.hub or member.device in store.records("certificate")
        request = None if certified or not member.network else _request(connection, member, database.clock())
        letters = outbox.to_hub(store, member, database.clock(), request)
        heads = [h.hex() for ends in letters[0].manifest.claims.values() for h in ends]
        ops = sum(len(letter.frames) for letter in letters)
        told = json.dumps([database.clock(), ops, None, heads])
        apart = outbox.confidential(
            store, member, database.installation.clinic, shares_confidential(connection), database.clock()
        )
        whole = (*letters, *apart, *outbox.to_visited(store, member, database.clock()))
        return [(letter, member) for letter in whole], told.encode(), ops + sum(len(each.frames) for each in apart)

    letters, told, ops = database.exchange(compose)
    sent = replace(write_letters(letters, folder), ops=ops)
    number = f"{letters[0][0].manifest.number:08}".encode()
    database.local(lambda c: JournalStore(c).keep("sent", number, told))  # only now: a stick that failed holds nothing
    return sent


@dataclass(frozen=True, slots=True)
class SentBundle:
    """A bundle that was written: its number, when, with how many ops; when the hub said to hold all of it."""

    number: int
    at: int
    ops: int
    confirmed_at: int | None


def sent_bundles(connection: Connection) -> list[SentBundle]:
    """The bundles that this laptop wrote, the newest first."""
    kept = JournalStore(connection).records("sent").items()
    found = [SentBundle(int(name), *json.loads(content)[:3]) for name, content in kept]
    return sorted(found, key=lambda bundle: -bundle.number)


def shares_confidential(connection: Connection) -> bool:
    """Whether this clinic lets the hub hold its confidential notes; no until somebody says yes."""
    here = bytes.fromhex(read_settings(connection, [Setting.CLINIC])[Setting.CLINIC])
    c = ClinicRecord
    return connection.execute(select(c.reserved_to_hub).where(c.id == here)).scalar() == "yes"


def import_confidential(database: Database, actor: Actor, folder: Path) -> list[Arrived]:
    """Import the bundles of confidential notes that are for this installation; others are passed over."""
    arrived = import_files(database, actor, stick.found(folder, stick.CONFIDENTIAL))
    return [one for one in arrived if one.failure is None or one.failure.code != "sync.not_for_us"]


def import_files(
    database: Database, actor: Actor, paths: Sequence[Path], progress: Progress = lambda done, of: None
) -> list[Arrived]:
    """Import bundles, each whole or not at all; one that is refused does not stop the others.

    A stick that was pulled out stops them: its failure is the last that is told.
    """
    require(actor, Right.EXCHANGE)
    results: list[Arrived] = []
    for done, path in enumerate(paths, 1):
        results.append(_import(database, path))
        if pulled(results) is not None:
            break
        progress(done, len(paths))
    return results


def pulled(arrived: Sequence[Arrived]) -> Refused | Unavailable | None:
    """The failure of a stick that was pulled out while it was read, if it was."""
    last = arrived[-1].failure if arrived else None
    return last if last is not None and last.code == stick.PULLED else None


def last_confirmed(connection: Connection) -> int | None:
    """When the hub last said what it holds of this installation's scopes (UTC ms); quick, for every page's badge."""
    return max((ack.wall for ack in outbox.acks(JournalStore(connection))), default=None)


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


def write_letters(
    letters: list[tuple[outbox.Letter, Member]], folder: Path, step: Progress = lambda done, of: None
) -> Sent:
    """Seal bundles and put them on a stick, each twice when it is small. Unavailable as `stick.put`.

    Whatever stops it half way (`step` may raise before a part and after the last), those that were written are taken
    off again: parts without the others are not taken for the whole.
    """
    files: list[Path] = []
    size = 0
    for sender in {letter.manifest.sender for letter, _ in letters}:
        for place in (folder, folder / SECOND_COPY):
            stick.sweep(place, sender)
    try:
        for done, (letter, member) in enumerate(letters):
            step(done, len(letters))
            data = letter.seal(member, AgeEnvelope())
            said = letter.manifest
            suffix = stick.CONFIDENTIAL if said.kind == "confidential" else stick.SUFFIX
            name = stick.file_name(said.sender, said.network, said.number, said.part[0], data, suffix)
            files.append(folder / name)
            stick.put(stick.FolderPlace(folder), name, data)
            if len(data) <= SMALL:
                stick.put(stick.beside(folder, SECOND_COPY), name, data)
            size += len(data)
        step(len(letters), len(letters))  # who cancelled during the last part finds it taken off too
    except BaseException:  # a full or pulled stick, a cancel, Ctrl+C: each leaves a part of what was meant
        stick.take_off(files, SECOND_COPY)
        raise
    return Sent(tuple(files), sum(len(letter.frames) for letter, _ in letters), size)


def or_second(path: Path, read: Callable[[Path], T]) -> T:
    """Read a file of a stick, or its second copy where the first is damaged; refused as by `read`."""
    try:
        return read(path)
    except (Refused, Unavailable) as failure:
        second = path.parent / SECOND_COPY / path.name
        if failure.code not in ("sync.damaged", "stick.unreliable") or not second.is_file():
            raise
        return read(second)


def _import(database: Database, path: Path) -> Arrived:
    try:
        receipt = or_second(path, lambda one: _take(database, stick.take(one)))
    except (Refused, Unavailable) as failure:
        return Arrived(path, failure=failure)
    return Arrived(path, receipt)


def _take(database: Database, data: bytes) -> inbox.Receipt:
    def receive(connection: Connection) -> inbox.Receipt:
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
    opened = inbox.opened_by(member, data, AgeEnvelope())
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
    database.local(_mark_confirmed)
    database.installation = replace(
        database.installation,
        incarnation=bytes.fromhex(held[Setting.INCARNATION]),
        joins=tuple(bytes.fromhex(h) for h in held.get(Setting.JOINS, "").split()),
        slot=int(held.get(Setting.SLOT, "0")),
    )


def _mark_confirmed(connection: Connection) -> None:
    """Note when the hub first said to hold all that a bundle of ours carried."""
    store = JournalStore(connection)
    told = outbox.acks(store)
    waits = {name: json.loads(content) for name, content in store.records("sent").items()}
    waits = {name: content for name, content in waits.items() if content[2] is None}
    if not told or not waits:
        return
    member = member_of(connection)
    held = merge.below(store.links(None), [h for ack in told for h in ack.heads], believed(store, member).gaps)
    for name, (at, ops, _, heads) in waits.items():
        if all(bytes.fromhex(h) in held for h in heads):
            content = json.dumps([at, ops, max(ack.wall for ack in told), heads])
            store.keep("sent", name, content.encode())


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
