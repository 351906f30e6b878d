"""Writes ops as a clinic's laptop would have over the years: one chain, clocks that only go forward."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time

from sqlalchemy import Connection, select

from ces_desktop.data.journal.apply import apply
from ces_desktop.data.journal.op import Added, Header, Op, clinic_scope, make
from ces_desktop.data.models import OpRecord
from ces_desktop.data.work import CLOCK_FLOOR
from ces_desktop.domain.calendar import CLINIC_ZONE, utc_ms
from ces_desktop.domain.ids import Id, clinic_id, new_id

ROWS = 6_000
"""Rows handed to the journal at once."""


def instant(day: date, minute: int) -> int:
    """UTC milliseconds of a minute of the clinic's day."""
    return utc_ms(datetime.combine(day, time(minute // 60 % 24, minute % 60), CLINIC_ZONE))


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
            user=user or self.user,
            reason="",
            kind=kind,
            action=self.id(),
            k=1,
            m=1,
            subject_type=subject_type,
            subject=subject,
        )
        op = make(head, list(adds), [], self._random(16))
        self._parent = op.hash
        self._waiting.append(op)
        self._rows += len(adds)
        if self._rows >= ROWS:
            self.flush()

    def flush(self) -> None:
        """Hand what waits to the journal."""
        apply(self._connection, self._waiting)
        self._waiting, self._rows = [], 0
