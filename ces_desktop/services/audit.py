"""Who looked at, searched, printed or exported what: gathered in memory, written as one op a minute or at lock."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ces_desktop.data.models import AuditEventRecord
from ces_desktop.domain.access import Actor
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.ids import Id

if TYPE_CHECKING:
    from ces_desktop.data.work import Work

WRITE_EVERY_MS = 60_000


@dataclass(frozen=True, slots=True)
class Seen:
    """The same thing done `times` times between two instants (UTC ms): one row of the audit trail."""

    event: str
    about_type: str
    about: Id | None
    reason: str | None
    first_at: int
    last_at: int
    times: int = 1

    def with_(self, other: Seen) -> Seen:
        """Both as one."""
        first, last = min(self.first_at, other.first_at), max(self.last_at, other.last_at)
        return replace(self, first_at=first, last_at=last, times=self.times + other.times)


class AuditBuffer:
    """Events of one sign-in. Repeated looks at one person are one row with a count. Safe from any thread."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._lock = threading.Lock()
        self._seen: dict[tuple[object, ...], Seen] = {}

    def note(
        self, event: str, now_ms: int, about_type: str = "", about: Id | None = None, reason: str | None = None
    ) -> None:
        """Add an event: "sign_in", "view", "search", "preview", "print", "export", "backup", "restore", "lock"."""
        self.give_back([Seen(event, about_type, about, reason, now_ms, now_ms)])

    @property
    def empty(self) -> bool:
        """Whether nothing waits to be written."""
        return not self._seen

    def take(self) -> list[Seen]:
        """Hand over what was gathered and start anew."""
        with self._lock:
            taken, self._seen = list(self._seen.values()), {}
        return taken

    def give_back(self, seen: list[Seen]) -> None:
        """Keep events whose writing failed, for the next time, together with those noted since."""
        with self._lock:
            for each in seen:
                key = (each.event, each.about_type, each.about, each.reason)
                held = self._seen.get(key)
                self._seen[key] = each if held is None else held.with_(each)


def write_events(work: Work, taken: list[Seen]) -> None:
    """Write gathered events as one op, each on the clinic's day on which it began.

    Within an action that has a name they are a part of it, which its undo lets stand: what was seen was seen.
    """
    if not work.named:
        work.act("audit")
    for seen in taken:
        work.add(
            AuditEventRecord(
                id=work.new_id(),
                sign_in=work.actor.sign_in,
                event=seen.event,
                about_type=seen.about_type or None,
                about=seen.about,
                first_at=seen.first_at,
                last_at=seen.last_at,
                times=seen.times,
                reason=seen.reason,
                happened_on=local_day(seen.first_at).isoformat(),
            )
        )
