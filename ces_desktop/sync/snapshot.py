"""A whole copy of a clinic for its laptops: a new one, one that was stolen, damaged or comes late (`sync.md` 4).

It is a bundle of all ops, not of the tables they make: what arrives is proved, has its history and can be undone, and
nobody need believe the sender's tables. Why, with figures: decision 020.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from ces_desktop.data.database import Database
from ces_desktop.data.journal.op import clinic_scope
from ces_desktop.data.local import Setting, read_settings
from ces_desktop.domain.access import Actor, Right, require
from ces_desktop.errors import Refused
from ces_desktop.sync import exchange, outbox
from ces_desktop.sync.journal_store import JournalStore
from ces_desktop.sync.store import Member


def write(
    database: Database,
    actor: Actor,
    folder: Path,
    site: bytes | None = None,
    step: exchange.Progress = lambda done, of: None,
) -> exchange.Sent:
    """Write all ops of a clinic for its certified laptops: of `site` at the hub or a mentor's, else of the own clinic.

    A laptop's copy has the confidential notes in it; the hub's has them apart, where the clinic let it hold them.
    `step` is told before each part and after the last, and may raise to stop it: then nothing of it stays.
    Refused("sync.no_hub") before a hub was met, ("sync.nobody_else") where no other laptop of the clinic has a
    certificate; Unavailable as `stick.put`.
    """
    require(actor, Right.EXCHANGE)

    def compose(connection: Connection) -> list[tuple[outbox.Letter, Member]]:
        store, member = JournalStore(connection), exchange.member_of(connection)
        if member.network is None:
            raise Refused("sync.no_hub")
        of = site or bytes.fromhex(read_settings(connection, [Setting.CLINIC])[Setting.CLINIC])
        devices = [c for c in outbox.certified(store, member, of) if c.role == "laptop"]
        if not devices or not member.may_hold(clinic_scope(of)):
            raise Refused("sync.nobody_else")
        letters = outbox.to_devices(store, member, devices, database.clock(), whole=True)
        if member.hub:
            letters += outbox.confidential(store, member, of, False, database.clock())
        return [(x, member) for x in letters]

    return exchange.write_letters(database.exchange(compose), folder, step)
