"""Requests for what is no medicine, each with its answers: a few dozen a year, read whole."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import Connection, select

from ces_desktop.data.models import StaffPersonRecord, StaffRequestEventRecord, StaffRequestRecord, UserRecord
from ces_desktop.domain.ids import Id
from ces_desktop.domain.staff_requests import CLOSED, Age, RequestKind, RequestState, Urgency, age, state_of


@dataclass(frozen=True, slots=True)
class Answer:
    """Something said about a request on a day; `state` None = words only, `by` = who wrote it down."""

    id: Id
    day: str
    state: RequestState | None
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request. `asked_on`, `due_on`: ISO, `due_on` "" = by its urgency; `answers`: oldest first."""

    id: Id
    kind: RequestKind
    urgency: Urgency
    text: str
    person: Id | None
    person_name: str
    owner: str
    due_on: str
    asked_on: str
    by: str
    answers: tuple[Answer, ...]

    @property
    def state(self) -> RequestState:
        """What has become of it."""
        return state_of([each.state for each in self.answers])

    @property
    def open(self) -> bool:
        """Whether it still waits."""
        return self.state not in CLOSED

    @property
    def closed_on(self) -> date | None:
        """The day it was done or declined; None while it is open."""
        if self.open:
            return None
        return date.fromisoformat(next(each.day for each in reversed(self.answers) if each.state is not None))

    def age(self, today: date) -> Age:
        """Days open, and whether it is or was late."""
        due = date.fromisoformat(self.due_on) if self.due_on else None
        return age(date.fromisoformat(self.asked_on), self.urgency, due, self.closed_on, today)


def requests(connection: Connection, clinic: Id) -> tuple[Request, ...]:
    """Every request of a clinic, oldest first."""
    r, e, p, u = StaffRequestRecord, StaffRequestEventRecord, StaffPersonRecord, UserRecord
    answered: defaultdict[bytes, list[Answer]] = defaultdict(list)
    for row in connection.execute(
        select(e.request, e.id, e.happened_on, e.state, e.text, u.name.label("by"))
        .join(u, u.id == e.recorded_by, isouter=True)
        .where(e.clinic == clinic, e.live == 1)
        .order_by(e.happened_on, e.recorded_at, e.id)
    ):
        state = cast("RequestState | None", row.state)
        answered[row.request].append(Answer(Id(row.id), row.happened_on, state, row.text or "", row.by or ""))
    rows = connection.execute(
        select(
            r.id, r.kind, r.urgency, r.text, r.person, p.name.label("person_name"), r.owner, r.due_on, r.happened_on,
            u.name.label("by"),
        )
        .join(p, p.id == r.person, isouter=True)
        .join(u, u.id == r.recorded_by, isouter=True)
        .where(r.clinic == clinic, r.live == 1)
        .order_by(r.happened_on, r.recorded_at, r.id)
    )  # fmt: skip
    return tuple(
        Request(
            id=Id(row.id),
            kind=cast(RequestKind, row.kind),
            urgency=cast(Urgency, row.urgency),
            text=row.text or "",
            person=None if row.person is None else Id(row.person),
            person_name=row.person_name or "",
            owner=row.owner or "",
            due_on=row.due_on or "",
            asked_on=row.happened_on,
            by=row.by or "",
            answers=tuple(answered[row.id]),
        )
        for row in rows
    )


def request(connection: Connection, clinic: Id, wanted: Id) -> Request | None:
    """One request, None where the clinic has no such."""
    return next((each for each in requests(connection, clinic) if each.id == wanted), None)
