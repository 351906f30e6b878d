"""A person's file on its way to another clinic: signed by the laptop that writes it, for that clinic's laptops alone.

`MBP1`, then one age stream; inside, JSON: a list of statements (`docs/bundle-format.md` 4), each `[text, signature in
hexadecimal]`: the file, then the certificates of the network, since the reader may never have heard of the writer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from ces_desktop.data.database import Database
from ces_desktop.data.journal.op import read_json
from ces_desktop.domain.access import Actor, Right, require
from ces_desktop.domain.ids import Id, clinic_id
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.sync import exchange, outbox, stick
from ces_desktop.sync.bundle import hint
from ces_desktop.sync.envelope import AgeEnvelope
from ces_desktop.sync.exchange import member_of
from ces_desktop.sync.journal_store import JournalStore
from ces_desktop.sync.records import Certificate, Signed, sign
from ces_desktop.sync.store import Member, Store
from ces_desktop.sync.trust import believed

MAGIC, SUFFIX, KIND = b"MBP1", ".mbp", "patient_file"
KEPT = "moved"
"""Kind of the hub's records that hold copies on their way."""
SENT = "moved_sent"
"""Kind of the records of the copies that this laptop wrote: person and clinic → when, for which prefix."""


@dataclass(frozen=True, slots=True)
class Came:
    """A file that was opened and proved: which clinic wrote it, about which number, when (UTC ms), and its text."""

    origin: str
    place: str
    number: str
    name: str
    written_at: int
    content: str
    signature: str
    signer: str


@dataclass(frozen=True, slots=True)
class Leaves:
    """What is written: the file's text, whom it is about, and the clinic that writes."""

    content: str
    person: Id
    number: str
    name: str
    place: str


def write(database: Database, actor: Actor, prefix: str, what: Leaves, folder: Path) -> Path:
    """Sign a file for the clinic with that prefix and put it on a stick; returns where it lies.

    Refused("moved.same_clinic"), ("clinic.prefix_shape"), ("sync.no_hub"), ("moved.unknown_clinic", prefix) while none
    of its laptops is known here (the supervisor's answer brings them); Unavailable as `stick.put`.
    """
    require(actor, Right.EXCHANGE)
    require(actor, Right.PRINT_PATIENTS)
    site = clinic_id(prefix)
    if site == database.installation.clinic:
        raise Refused("moved.same_clinic")

    def close(connection: Connection) -> tuple[bytes, bytes]:
        member = member_of(connection)
        if member.network is None:
            raise Refused("sync.no_hub")
        store = JournalStore(connection)
        readers = outbox.certified(store, member, site)
        if not readers:
            raise Refused("moved.unknown_clinic", prefix=prefix)
        fields = [
            KIND, member.device.hex(), member.network.id.hex(), site.hex(), database.installation.prefix, what.place,
            what.number, what.name, database.clock(), what.content,
        ]  # fmt: skip
        return sealed(MAGIC, store, member, readers, fields), member.device

    data, device = database.read(close)
    path = put(folder, SUFFIX, device, site, data)
    sent = json.dumps([database.clock(), prefix]).encode()
    database.local(lambda c: JournalStore(c).keep(SENT, what.person + site, sent))
    return path


def sealed(magic: bytes, store: Store, member: Member, readers: list[Certificate], fields: list[Any]) -> bytes:
    """A statement signed here and the network's certificates, for some devices and the network key alone."""
    assert member.network is not None
    keys = [*(reader.receiving for reader in readers), member.network.root_receiving]
    said = [sign(member.keys, fields), *(r for r in outbox.statements(store, member) if r.kind == "certificate")]
    inside = json.dumps([[each.text.decode(), each.signature.hex()] for each in said], ensure_ascii=False)
    return magic + AgeEnvelope().close(inside.encode(), keys)


def put(folder: Path, suffix: str, device: bytes, site: bytes, data: bytes) -> Path:
    """Write a sealed statement to a stick under a name that says from whom, for whom, and its hash; twice if small."""
    digest = hashlib.sha256(data).hexdigest()[:12]
    name = f"{suffix[1:]}-{hint(device).hex()}-{hint(site).hex()}-{digest}{suffix}"
    try:
        stick.put(stick.FolderPlace(folder), name, data)
        if len(data) <= exchange.SMALL:
            stick.put(stick.beside(folder, exchange.SECOND_COPY), name, data)
    except BaseException:  # who is told that it failed does not find it written
        stick.take_off([folder / name], exchange.SECOND_COPY)
        raise
    return folder / name


def found(folder: Path) -> list[Path]:
    """The files of people on a stick."""
    return stick.found(folder, SUFFIX)


def read(database: Database, actor: Actor, path: Path) -> Came:
    """Open and prove a file of another clinic; nothing is kept by this.

    Refused: "sync.not_a_bundle", "sync.not_for_us", "sync.damaged", "sync.other_network", "sync.unknown_device",
    "sync.bad_signature", "moved.unreadable".
    """
    require(actor, Right.EXCHANGE)
    data = stick.take(path)
    if data[:4] != MAGIC:
        raise Refused("sync.not_a_bundle")

    def prove(connection: Connection) -> Came:
        member = member_of(connection)
        signed, *others = opened(member, data[4:])
        try:
            kind, device, network, site, origin, place, number, name, at, content = signed.fields
            texts = (kind, device, network, site, origin, place, number, name, content)
            if kind != KIND or not all(isinstance(text, str) for text in texts) or not isinstance(at, int):
                raise ValueError("not a file")
            author = bytes.fromhex(device)
        except (ValueError, TypeError) as cause:
            raise Refused("moved.unreadable") from cause
        if member.network is None or network != member.network.id.hex():
            raise Refused("sync.other_network")
        if site != database.installation.clinic.hex():
            raise Refused("sync.not_for_us")
        trust = believed(JournalStore(connection), member)
        trust.take(others)
        held = trust.certificates.get(author)
        if held is None or author in trust.revoked:
            raise Refused("sync.unknown_device")
        if not signed.signed_by(held.signing) or held.site != clinic_id(origin):
            raise Refused("sync.bad_signature")
        return Came(origin, place, number, name, at, content, signed.signature.hex(), device)

    return database.read(prove)


def collect(database: Database, actor: Actor, folder: Path) -> int:
    """At the hub: keep the copies on a stick, unopened, to go with the answers for their clinics; how many were new.

    A damaged one is passed over: its name holds its hash, and the stick a second copy.
    """
    require(actor, Right.EXCHANGE)
    places = (folder, folder / exchange.SECOND_COPY)
    paths = [path for place in places if place.is_dir() for path in found(place)]
    whole = {path.name: data for path in paths if (data := _whole(path)) is not None}

    def keep(connection: Connection) -> int:
        store = JournalStore(connection)
        held = store.records(KEPT)
        fresh = [name for name in whole if name.encode() not in held]
        for name in fresh:
            store.keep(KEPT, name.encode(), whole[name])
        return len(fresh)

    return database.exchange(keep)


def hand_on(database: Database, actor: Actor, folder: Path, senders: Iterable[bytes]) -> list[Path]:
    """At the hub: put the kept copies for the clinics of some devices beside the answers; Unavailable as `stick.put`.

    Each time again: a copy that came before is known there by its signature.
    """
    require(actor, Right.MANAGE_NETWORK)
    wanted = frozenset(senders)

    def mine(connection: Connection) -> dict[bytes, bytes]:
        store = JournalStore(connection)
        trust = believed(store, member_of(connection))
        known = (c for d, c in trust.certificates.items() if d in wanted and d not in trust.revoked)
        sites = {hint(c.site).hex().encode() for c in known if c.role == "laptop"}
        return {name: data for name, data in store.records(KEPT).items() if name.split(b"-")[2] in sites}

    written = []
    for name, data in database.read(mine).items():
        stick.put(stick.FolderPlace(folder), name.decode(), data)
        written.append(folder / name.decode())
    return written


def _whole(path: Path) -> bytes | None:
    """The bytes of a copy as it was written; None of one that does not read, or not as its name says."""
    try:
        data = stick.take(path)
    except (Refused, Unavailable):
        return None
    pieces = path.stem.split("-")
    whole = data[:4] == MAGIC and len(pieces) == 4 and pieces[3] == hashlib.sha256(data).hexdigest()[:12]
    return data if whole else None


def opened(member: Member, data: bytes) -> list[Signed]:
    """The statements in what `sealed` made, without its magic; Refused("sync.not_for_us"), ("moved.unreadable")."""
    for keys in (member.keys, *member.former):
        try:
            said = read_json(AgeEnvelope().open(data, keys.receiving))
            found = [Signed(text.encode(), bytes.fromhex(signature)) for text, signature in said]
            return found or [Signed(b"[]", b"")]
        except (ValueError, TypeError, AttributeError) as cause:
            raise Refused("moved.unreadable") from cause
        except Refused as failure:
            if failure.code != "sync.not_for_us":
                raise
    raise Refused("sync.not_for_us")
