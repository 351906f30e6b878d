"""What the pages of mentoring open with: the session, what it is prepared with, who may take part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from ces_desktop.data.queries.indicators import months_until, read_months
from ces_desktop.data.queries.mentoring import AgreedAction, actions, last_session
from ces_desktop.data.queries.mentoring_cases import named, proposals
from ces_desktop.data.queries.mentoring_sessions import Mentoring, SessionFile, mentoring
from ces_desktop.data.queries.rows import PatientRow
from ces_desktop.data.queries.staff import serving
from ces_desktop.data.queries.users import UserRow, user_rows
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.ids import Id
from ces_desktop.domain.indicators import Figure
from ces_desktop.domain.mentoring import Checklist
from ces_desktop.domain.mentoring_cases import Proposal

WATCHED = ("visits", "hypertension.controlled", "diabetes.controlled", "hypertension.missed")
"""Indicators that a visit looks at; the names are those of the month's figures."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The page of a clinic: its sessions, what was agreed, the last session's day."""

    mentoring: Mentoring
    actions: tuple[AgreedAction, ...]
    last: str | None

    @property
    def open(self) -> tuple[AgreedAction, ...]:
        """Agreed and not closed, the earliest due first."""
        still = [a for a in self.actions if a.state == "open"]
        return tuple(sorted(still, key=lambda a: (a.due_on or "9999", a.agreed_on)))


@dataclass(frozen=True, slots=True)
class Opening:
    """A session to be written: itself (None = a new one), those before it, and what it is prepared with."""

    file: SessionFile | None
    before: tuple[SessionFile, ...]
    """Earlier sessions, newest first."""
    checklists: Mapping[Id, Checklist]
    proposals: tuple[Proposal, ...]
    open: tuple[AgreedAction, ...]
    users: tuple[UserRow, ...]
    serving: frozenset[Id]
    """Those of `users` who are in service as physicians on the day of the session."""
    patients: Mapping[Id, PatientRow]
    """Those proposed and those the session speaks of."""
    agreed: tuple[AgreedAction, ...]
    """What was agreed in the session itself, with what became of it."""
    today: date


def overview(connection: Connection, clinic: Id) -> Overview:
    """Everything the page of mentoring shows."""
    return Overview(mentoring(connection, clinic), actions(connection, clinic), last_session(connection, clinic))


def opening(connection: Connection, clinic: Id, session: Id | None, today: date) -> Opening:
    """A session and what it is prepared with."""
    held = mentoring(connection, clinic)
    file = next((each for each in held.files if each.session.id == session), None)
    day = file.session.happened_on if file else today.isoformat()
    before = tuple(each for each in held.files if each.session.id != session and each.session.happened_on <= day)
    proposed = proposals(connection, clinic, today, session)
    spoken = [p.person for p in proposed] + patients_of([file] if file else [])
    whole = actions(connection, clinic)
    still = tuple(a for a in whole if a.state == "open" and a.session != session)
    return Opening(
        file, before, held.checklists, proposed, tuple(sorted(still, key=lambda a: (a.due_on or "9999", a.agreed_on))),
        user_rows(connection, clinic, today), serving(connection, clinic, date.fromisoformat(day)),
        named(connection, clinic, spoken),
        tuple(a for a in whole if a.session == session), today,
    )  # fmt: skip


def patients_of(files: Sequence[SessionFile]) -> list[Id]:
    """The people that sessions speak of."""
    consults = [o.patient for file in files for o in file.session.observed]
    cases = [c.patient for file in files for c in file.session.cases]
    return [patient for patient in (*consults, *cases) if patient is not None]


def since_visit(connection: Connection, clinic: Id, today: date, last: str | None) -> tuple[tuple[Figure, Figure], ...]:
    """(then, now) of each watched figure: the month before the last visit, and the last whole month."""
    now = month_add(today.replace(day=1), -1).isoformat()[:7]
    then = month_add(date.fromisoformat(last).replace(day=1), -1).isoformat()[:7] if last else ""
    if not then or then >= now:
        then = months_until(now, 2)[0]
    first, second = read_months(connection, clinic, [then, now])
    return tuple((first.figures[code], second.figures[code]) for code in WATCHED)
