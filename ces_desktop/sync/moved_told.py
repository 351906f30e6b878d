"""What became of people's files at the clinics they moved to: a hub reads it there and tells the clinics they left.

The hub holds the rows of both clinics; the clinic a person left holds its own alone. With each answer it is told, in a
file of its own (`docs/bundle-format.md` 8), all that is known: the latest stands for those before it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, and_, select

from ces_desktop.data.database import Database
from ces_desktop.data.models import ClinicRecord, PatientRecord, ReceivedFileRecord
from ces_desktop.domain.access import Actor, Right, require
from ces_desktop.domain.ids import Id
from ces_desktop.domain.moved_file import from_text
from ces_desktop.errors import Refused
from ces_desktop.sync import exchange, moved_file, outbox, stick
from ces_desktop.sync.bundle import hint
from ces_desktop.sync.exchange import member_of
from ces_desktop.sync.journal_store import JournalStore
from ces_desktop.sync.records import Signed
from ces_desktop.sync.store import Member
from ces_desktop.sync.trust import believed

MAGIC, SUFFIX, KIND = b"MBT1", ".mbt", "moved_told"


@dataclass(frozen=True, slots=True)
class Move:
    """A file that a clinic received. `number` = there whence the person came, `became` = where they are now.

    `became` is "" while they are not registered there.
    """

    origin: str
    place: str
    number: str
    site: Id
    to_prefix: str
    to_name: str
    received_on: str
    became: str


@dataclass(frozen=True, slots=True)
class Word:
    """What is known here of a copy for another clinic. `received_on` "" = nothing was heard; `became` as in `Move`."""

    prefix: str
    name: str
    written_at: int | None
    received_on: str
    became: str


def moves(connection: Connection) -> tuple[Move, ...]:
    """The files that the clinics held here received, those not registered yet first, then the latest first."""
    found = [move for move, _ in _moves(connection)]
    return tuple(sorted(found, key=lambda move: bool(move.became)))


def unheard(connection: Connection, moved: Iterable[Move]) -> Mapping[bytes, int]:
    """At a hub: how many more copies are kept for a clinic than it says to have received, by the clinic's id.

    `moved` as `moves` gives it. The hub cannot open a copy, and one may arrive by another stick: so many at least are
    on their way.
    """
    kept = Counter(name.split(b"-")[2].decode() for name in JournalStore(connection).records(moved_file.KEPT))
    if not kept:
        return {}
    came = Counter(move.site for move in moved)
    trust = believed(JournalStore(connection), member_of(connection))
    sites = {c.site for c in trust.certificates.values() if c.role == "laptop"}
    waits = {site: kept[hint(site).hex()] - came[Id(site)] for site in sites}
    return {site: n for site, n in waits.items() if n > 0}


def tell(database: Database, actor: Actor, folder: Path, senders: Iterable[bytes]) -> list[Path]:
    """At the hub: beside the answers, what became of the people who left the clinics of some devices.

    It stands for what this hub told before, which goes from the stick once the new is there; another hub's stays.
    Refused("sync.no_hub"); Unavailable as `stick.put`.
    """
    require(actor, Right.MANAGE_NETWORK)
    wanted = frozenset(senders)

    def close(connection: Connection) -> list[tuple[bytes, bytes, bytes]]:
        store, member = JournalStore(connection), member_of(connection)
        if member.network is None:
            raise Refused("sync.no_hub")
        trust = believed(store, member)
        known = (c for d, c in trust.certificates.items() if d in wanted and d not in trust.revoked)
        sites = {c.site for c in known if c.role == "laptop"}
        left = _left(connection, sites)
        epoch, n = outbox.hub_counter(store)
        return [
            (member.device, site, moved_file.sealed(
                MAGIC, store, member, outbox.certified(store, member, site),
                [KIND, member.device.hex(), member.network.id.hex(), site.hex(), epoch, n, database.clock(), entries],
            ))
            for site, entries in sorted(left.items())
        ]  # fmt: skip

    written = []
    for device, site, data in database.read(close):
        written.append(moved_file.put(folder, SUFFIX, device, site, data))
        stick.drop_earlier(written[-1], exchange.SECOND_COPY)
    return written


def found(folder: Path) -> list[Path]:
    """What hubs told, on a stick."""
    return stick.found(folder, SUFFIX)


def hear(database: Database, actor: Actor, path: Path) -> bool:
    """Keep what a hub told this clinic; False when something later was heard before.

    Refused as `moved_file.read`.
    """
    require(actor, Right.EXCHANGE)
    data = stick.take(path)
    if data[:4] != MAGIC:
        raise Refused("sync.not_a_bundle")

    def keep(connection: Connection) -> bool:
        store, member = JournalStore(connection), member_of(connection)
        signed = _proved(store, member, database.installation.clinic, data)
        before = store.records(KIND).get(database.installation.clinic)
        if before is not None and _order(Signed.from_bytes(before)) >= _order(signed):
            return False
        store.keep(KIND, database.installation.clinic, signed.to_bytes())
        return True

    return database.exchange(keep)


def words_of(connection: Connection, clinic: Id, patient: Id) -> tuple[Word, ...]:
    """Of a person who left: each clinic a copy was written for here, or of which the hub told, by prefix."""
    store = JournalStore(connection)
    written: dict[str, int] = {}
    for name, content in store.records(moved_file.SENT).items():
        if name[:16] == patient:
            at, prefix = json.loads(content)
            written[prefix] = at
    words = {prefix: Word(prefix, "", at, "", "") for prefix, at in written.items()}
    told = store.records(KIND).get(clinic)
    for entry in Signed.from_bytes(told).fields[7] if told is not None else ():
        person, prefix, name, received_on, became = entry
        if person == patient.hex() and not (prefix in words and words[prefix].became):
            words[prefix] = Word(prefix, name, written.get(prefix), received_on, became)
    return tuple(words[prefix] for prefix in sorted(words))


def _left(connection: Connection, sites: set[bytes]) -> dict[bytes, list[list[str]]]:
    c, r = ClinicRecord, ReceivedFileRecord
    named = {row.prefix: row.id for row in connection.execute(select(c.id, c.prefix).where(c.id.in_(sorted(sites))))}
    entries: dict[bytes, list[list[str]]] = {}
    for move, file in _moves(connection):
        if move.origin in named:
            content = connection.execute(select(r.content).where(r.id == file)).scalar() or ""
            said = [_person(content), move.to_prefix, move.to_name, move.received_on, move.became]
            entries.setdefault(named[move.origin], []).append(said)
    return entries


def _person(content: str) -> str:
    try:
        return from_text(content).person
    except Refused:
        return ""


def _moves(connection: Connection) -> list[tuple[Move, bytes]]:
    r, p, c = ReceivedFileRecord, PatientRecord, ClinicRecord
    names = {row.id: row for row in connection.execute(select(c.id, c.prefix, c.name).where(c.live == 1))}
    query = (
        select(r.id, r.clinic, r.origin, r.place, r.number, r.happened_on, r.taken_into, p.human_id)
        .outerjoin(p, and_(p.id == r.taken_into, p.live == 1))
        .where(r.live == 1)
        .order_by(r.happened_on.desc(), r.recorded_at.desc(), r.id)
    )
    found = []
    for row in connection.execute(query):
        at = names.get(row.clinic)
        prefix, name = ((at.prefix or "", at.name or "") if at else ("", ""))
        move = Move(
            row.origin or "", row.place or "", row.number or "", Id(row.clinic), prefix, name or prefix,
            row.happened_on or "", row.human_id or "",
        )  # fmt: skip
        found.append((move, row.id))
    return found


def _proved(store: JournalStore, member: Member, clinic: Id, data: bytes) -> Signed:
    signed, *others = moved_file.opened(member, data[4:])
    try:
        kind, device, network, site, _, _, _, entries = signed.fields
        if kind != KIND or not _readable(signed.fields[4:7], entries):
            raise ValueError("not what a hub tells")
        author = bytes.fromhex(device)
    except (ValueError, TypeError) as cause:
        raise Refused("moved.unreadable") from cause
    if member.network is None or network != member.network.id.hex():
        raise Refused("sync.other_network")
    if site != clinic.hex():
        raise Refused("sync.not_for_us")
    trust = believed(store, member)
    trust.take(others)
    held = trust.certificates.get(author)
    if held is None or held.role != "hub" or author in trust.revoked:
        raise Refused("sync.unknown_device")
    if not signed.signed_by(held.signing):
        raise Refused("sync.bad_signature")
    return signed


def _readable(numbers: list[Any], entries: Any) -> bool:
    rows = isinstance(entries, list) and all(isinstance(row, list) and len(row) == 5 for row in entries)
    return rows and all(isinstance(n, int) for n in numbers) and all(isinstance(x, str) for row in entries for x in row)


def _order(signed: Signed) -> tuple[int, int]:
    epoch, n = signed.fields[4:6]
    return epoch, n
