"""Writes ops as a clinic's laptop would have over the years: one chain, clocks that only go forward."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Connection, select

from ces_desktop.data.journal.apply import apply
from ces_desktop.data.journal.op import Added, FieldSet, Header, Op, clinic_scope, make
from ces_desktop.data.models import OpRecord
from ces_desktop.data.work import CLOCK_FLOOR
from ces_desktop.domain.calendar import CLINIC_ZONE, utc_ms
from ces_desktop.domain.ids import Id, clinic_id, new_id

ROWS = 6_000
"""Rows handed to the journal at once."""


def instant(day: date, minute: int) -> int:
    """UTC milliseconds of a minute of the clinic's day."""
    return utc_ms(datetime.combine(day, time(minute // 60 % 24, minute % 60), CLINIC_ZONE))


@dataclass(frozen=True, slots=True)
class Part:
    """What an action does to one subject."""

    subject_type: str
    subject: bytes
    adds: Sequence[Added] = ()
    sets: Sequence[FieldSet] = ()


class Scribe:
    """One laptop's journal. `latest` is the last instant that may be written: an invented record never lies ahead."""

    def __init__(
        self, connection: Connection, prefix: str, user: Id, latest: int, random: Callable[[int], bytes]
    ) -> None:
        self.prefix, self.user, self.latest = prefix, user, latest
        self._connection, self._random = connection, random
        o = OpRecord
        tail = connection.execute(
            select(o.hash, o.seq, o.hlc, o.wall, o.device, o.incarnation).order_by(o.n.desc()).limit(1)
        ).one()
        self._parent, self._seq, self._hlc = tail.hash, tail.seq, tail.hlc
        self._device, self._incarnation = tail.device, tail.incarnation
        self.wall: int = tail.wall
        self._scope = clinic_scope(clinic_id(prefix))
        self._waiting: list[Op] = []
        self._rows = 0

    def at(self, wall: int) -> None:
        """The clock stands at `wall`, or a second after the last op if that is later."""
        self.wall = min(max(self.wall + 1_000, wall), self.latest)

    def id(self) -> Id:
        """A new id of this instant."""
        return new_id(self.wall, self._random)

    def op(self, kind: str, subject_type: str, subject: bytes, adds: Sequence[Added], user: Id | None = None) -> None:
        """One action on one subject, by `user` or the clinic's first."""
        self.act(kind, [Part(subject_type, subject, adds)], user)

    def act(self, kind: str, parts: Sequence[Part], user: Id | None = None) -> list[bytes]:
        """One action on several subjects, an op each; returns their hashes."""
        action, made = self.id(), list[bytes]()
        for k, part in enumerate(parts, 1):
            made.append(self._op(kind, part, user or self.user, action, (k, len(parts))))
        if self._rows >= ROWS:
            self.flush()
        return made

    def _op(self, kind: str, part: Part, user: Id, action: Id, place: tuple[int, int]) -> bytes:
        self._seq += 1
        self._hlc = max(self._hlc + 1, max(self.wall, CLOCK_FLOOR) << 16)
        head = Header(
            device=self._device,
            incarnation=self._incarnation,
            scope=self._scope,
            seq=self._seq,
            parents=(self._parent,),
            hlc=self._hlc,
            wall=self.wall,
            clock_suspect=0,
            user=user,
            reason="",
            kind=kind,
            action=action,
            k=place[0],
            m=place[1],
            subject_type=part.subject_type,
            subject=part.subject,
        )
        op = make(head, list(part.adds), list(part.sets), self._random(16))
        self._parent = op.hash
        self._waiting.append(op)
        self._rows += len(part.adds)
        return op.hash

    def flush(self) -> None:
        """Hand what waits to the journal."""
        apply(self._connection, self._waiting)
        self._waiting, self._rows = [], 0
