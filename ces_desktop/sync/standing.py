"""Where exchange stands, quick to read: for the badge of every page and the reminders of the first."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection

from ces_desktop.data.local import Setting, read_settings
from ces_desktop.data.work import CLOCK_FLOOR
from ces_desktop.domain.exchange_age import believed
from ces_desktop.sync import outbox
from ces_desktop.sync.journal_store import JournalStore
from ces_desktop.sync.records import Signed


@dataclass(frozen=True, slots=True)
class Standing:
    """Times are UTC milliseconds; None = never. A laptop without a network has nobody to send to."""

    enrolled: bool
    confirmed: int | None = None
    """When the newest bundle was made of which the supervisor said to hold all."""
    joined: int | None = None
    """When this laptop asked the supervisor for its certificate: what it sent is awaited since then."""


def standing(connection: Connection) -> Standing:
    """Of this laptop. A hub has nobody above it and stands as one that is not enrolled."""
    held = read_settings(connection, (Setting.KIND, Setting.NETWORK))
    if not held.get(Setting.NETWORK) or held.get(Setting.KIND) == "hub":
        return Standing(False)
    store = JournalStore(connection)
    asked = store.records("self").get(b"request")
    joined = int(Signed.from_bytes(asked).fields[-2]) if asked is not None else None
    sent = (json.loads(content) for content in store.records("sent").values())
    made = [believed(at, confirmed, CLOCK_FLOOR) for at, _, confirmed, *_ in sent if confirmed is not None]
    if not made:  # of a laptop made new from a copy of everything: what the supervisor said of it stands in the copy
        made = [ack.wall for ack in outbox.acks(store)]
    return Standing(True, max(made, default=None), joined)
