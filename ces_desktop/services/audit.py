"""Who looked at, searched, printed or exported what: gathered in memory, written as one op a minute or at lock."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from ces_desktop.data.models import AuditEventRecord
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Actor
from ces_desktop.domain.ids import Id

WRITE_EVERY_MS = 60_000


@dataclass(slots=True)
class _Seen:
    first_at: int
    last_at: int
    times: int
    reason: str | None


class AuditBuffer:
    """Events of one sign-in. Repeated looks at one person are one row with a count. Safe from any thread."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, str, bytes | None], _Seen] = {}

    def note(
        self, event: str, now_ms: int, about_type: str = "", about: Id | None = None, reason: str | None = None
    ) -> None:
        """Add an event: "sign_in", "view", "search", "print", "export", "break_glass", "lock"."""
        with self._lock:
            seen = self._seen.get((event, about_type, about))
            if seen is None:
                self._seen[event, about_type, about] = _Seen(now_ms, now_ms, 1, reason)
            else:
                seen.last_at, seen.times = max(seen.last_at, now_ms), seen.times + 1

    @property
    def empty(self) -> bool:
        """Whether nothing waits to be written."""
        return not self._seen

    def take(self) -> list[tuple[tuple[str, str, bytes | None], _Seen]]:
        """Hand over what was gathered and start anew."""
        with self._lock:
            taken, self._seen = list(self._seen.items()), {}
        return taken

    def give_back(self, taken: list[tuple[tuple[str, str, bytes | None], _Seen]]) -> None:
        """Keep events whose writing failed, for the next time."""
        with self._lock:
            for key, seen in taken:
                self._seen.setdefault(key, seen)


def write_events(work: Work, taken: list[tuple[tuple[str, str, bytes | None], _Seen]]) -> None:
    """Write gathered events as one op."""
    work.act("audit")
    for (event, about_type, about), seen in taken:
        work.add(
            AuditEventRecord(
                id=work.new_id(),
                sign_in=work.actor.sign_in,
                event=event,
                about_type=about_type or None,
                about=about,
                first_at=seen.first_at,
                last_at=seen.last_at,
                times=seen.times,
                reason=seen.reason,
                happened_on=work.today.isoformat(),
            )
        )
