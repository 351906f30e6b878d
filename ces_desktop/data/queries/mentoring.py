"""Reading mentoring: agreed actions that are still open, whoever asks (a session, the first page, the handover)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from ces_desktop.data.models import MentoringSessionRecord, SessionActionEventRecord, SessionActionRecord
from ces_desktop.domain.ids import Id


@dataclass(frozen=True, slots=True)
class AgreedAction:
    """An action agreed in a session. `state`: "open", "done" or "dropped", since `state_on` ("" = never reviewed)."""

    id: Id
    session: Id
    agreed_on: str
    text: str
    owner: Id | None
    owner_name: str
    due_on: str
    state: str
    state_on: str
    note: str


def actions(connection: Connection, clinic: Id) -> tuple[AgreedAction, ...]:
    """Every action agreed at the clinic, by the day of its session, then as written."""
    a, s, e = SessionActionRecord, MentoringSessionRecord, SessionActionEventRecord
    events = select(e.action, e.state, e.note, e.happened_on).where(e.clinic == clinic, e.live == 1)
    last = {}
    for event in connection.execute(events.order_by(e.happened_on, e.recorded_at, e.id)):
        last[event.action] = event
    query = (
        select(a.id, a.session, s.happened_on, a.text, a.owner, a.owner_name, a.due_on)
        .join(s, s.id == a.session)
        .where(a.clinic == clinic, a.live == 1, s.live == 1)
        .order_by(s.happened_on, s.id, a.position, a.id)
    )
    found = []
    for row in connection.execute(query):
        now = last.get(row.id)
        found.append(
            AgreedAction(
                id=Id(row.id),
                session=Id(row.session),
                agreed_on=row.happened_on or "",
                text=row.text or "",
                owner=None if row.owner is None else Id(row.owner),
                owner_name=row.owner_name or "",
                due_on=row.due_on or "",
                state="open" if now is None else now.state or "open",
                state_on="" if now is None else now.happened_on or "",
                note="" if now is None else now.note or "",
            )
        )
    return tuple(found)


def open_actions(connection: Connection, clinic: Id) -> tuple[AgreedAction, ...]:
    """Those still open: they are carried from session to session until somebody closes them."""
    return tuple(each for each in actions(connection, clinic) if each.state == "open")


def last_session(connection: Connection, clinic: Id) -> str | None:
    """The ISO day of the clinic's last session, signed or not; None = there was none."""
    s = MentoringSessionRecord
    return connection.execute(select(func.max(s.happened_on)).where(s.clinic == clinic, s.live == 1)).scalar()


def last_sessions(connection: Connection) -> dict[Id, str]:
    """The same of every clinic held here that had one: for a supervisor's side by side."""
    s = MentoringSessionRecord
    rows = connection.execute(select(s.clinic, func.max(s.happened_on)).where(s.live == 1).group_by(s.clinic))
    return {Id(clinic): day for clinic, day in rows if day}


@dataclass(frozen=True, slots=True)
class MentoringToday:
    """What the first page says: the last session's day, open actions of a person, sessions they have not signed."""

    last: str | None
    open: tuple[AgreedAction, ...]
    unsigned: tuple[tuple[Id, str], ...]


def mentoring_today(connection: Connection, clinic: Id, user: Id) -> MentoringToday:
    """For somebody at the clinic: actions that are theirs or nobody's by sign-in, the earliest due first."""
    mine = [a for a in open_actions(connection, clinic) if a.owner in (user, None)]
    mine.sort(key=lambda a: (a.due_on or "9999", a.agreed_on))
    return MentoringToday(last_session(connection, clinic), tuple(mine), unanswered(connection, clinic, user))


def unanswered(connection: Connection, clinic: Id, user: Id) -> tuple[tuple[Id, str], ...]:
    """(session, day) of those in which a person was mentored and that they have not signed, the newest first."""
    from ces_desktop.data.queries.mentoring_sessions import mentoring

    found = []
    for file in mentoring(connection, clinic).files:
        if file.state == "by_mentor" and any(p.user == user for p in file.session.of_side("mentee")):
            found.append((file.session.id, file.session.happened_on))
    return tuple(found)
