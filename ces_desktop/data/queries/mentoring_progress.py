"""How mentoring went over a placement: scores, actions closed in time, what is missed most, figures, seminars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from ces_desktop.data.models import SeminarAttendanceRecord, StaffPersonRecord
from ces_desktop.data.queries.indicators import read_months
from ces_desktop.data.queries.mentoring import AgreedAction, actions
from ces_desktop.data.queries.mentoring_opening import WATCHED
from ces_desktop.data.queries.mentoring_sessions import SessionFile, mentoring
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.ids import Id
from ces_desktop.domain.indicators import Figure
from ces_desktop.domain.mentoring import Checklist
from ces_desktop.domain.mentoring_progress import Missed, Tally, missed_most, tally


@dataclass(frozen=True, slots=True)
class Mentee:
    """Somebody who was mentored; `user` None = by name alone."""

    user: Id | None
    name: str
    sessions: int
    last: str


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of one person, or of the whole clinic (`name` ""). Days are ISO, "" without a session.

    `scores` oldest first; `figures` pairs of (then, now); `seminars` None = not known who the person is.
    """

    name: str
    first: str
    last: str
    scores: tuple[tuple[str, int | None], ...]
    tally: Tally
    missed: tuple[Missed, ...]
    figures: tuple[tuple[Figure, Figure], ...]
    seminars: int | None
    mentees: tuple[Mentee, ...]

    @property
    def first_score(self) -> int | None:
        """Of the first session that has one."""
        return next((score for _, score in self.scores if score is not None), None)

    @property
    def last_score(self) -> int | None:
        """Of the last session that has one."""
        return next((score for _, score in reversed(self.scores) if score is not None), None)


def mentees(files: Sequence[SessionFile]) -> tuple[Mentee, ...]:
    """Everybody who was mentored, the latest first."""
    found: dict[tuple[Id | None, str], Mentee] = {}
    for file in files:  # newest first
        for person in file.session.of_side("mentee"):
            key = (person.user, "" if person.user else person.name)
            held = found.get(key)
            last = held.last if held else file.session.happened_on
            found[key] = Mentee(
                person.user, held.name if held else person.name, (held.sessions if held else 0) + 1, last
            )
    return tuple(found.values())


def progress(connection: Connection, clinic: Id, today: date, who: Mentee | None, language: str) -> Progress:
    """The progress of somebody, or of the clinic; figures of the month before the first session and of the last one."""
    held = mentoring(connection, clinic)
    files = [file for file in held.files if who is None or _took_part(file, who)]
    files.sort(key=lambda file: (file.session.happened_on, file.session.id))
    days = [file.session.happened_on for file in files]
    of = {file.session.id for file in files}
    mine = [action for action in actions(connection, clinic) if action.session in of]
    return Progress(
        who.name if who else "",
        days[0] if days else "",
        days[-1] if days else "",
        tuple((file.session.happened_on, file.score.percent) for file in files),
        _tally(mine, today),
        _missed(files, held.checklists, language),
        _figures(connection, clinic, days, today),
        _seminars(connection, clinic, who),
        mentees(held.files),
    )


def _took_part(file: SessionFile, who: Mentee) -> bool:
    return any(p.user == who.user and (p.user or p.name == who.name) for p in file.session.of_side("mentee"))


def _tally(listed: Sequence[AgreedAction], today: date) -> Tally:
    return tally([(a.state, a.state_on, a.due_on) for a in listed], today)


def _missed(files: Sequence[SessionFile], lists: Mapping[Id, Checklist], language: str) -> tuple[Missed, ...]:
    return missed_most([o for file in files for o in file.session.observed], lists, language)


def _figures(connection: Connection, clinic: Id, days: Sequence[str], today: date) -> tuple[tuple[Figure, Figure], ...]:
    if not days:
        return ()
    then = month_add(date.fromisoformat(days[0]).replace(day=1), -1).isoformat()[:7]
    end = min(month_add(date.fromisoformat(days[-1]).replace(day=1), 1), month_add(today.replace(day=1), -1))
    now = end.isoformat()[:7]
    if now <= then:
        return ()
    first, second = read_months(connection, clinic, [then, now])
    return tuple((first.figures[code], second.figures[code]) for code in WATCHED)


def _seminars(connection: Connection, clinic: Id, who: Mentee | None) -> int | None:
    """Seminars at which the person was present at least once."""
    if who is None or who.user is None:
        return None
    p, a = StaffPersonRecord, SeminarAttendanceRecord
    person = connection.execute(select(p.id).where(p.clinic == clinic, p.user == who.user, p.live == 1)).scalar()
    if person is None:
        return None
    count = select(func.count(a.seminar.distinct())).where(
        a.clinic == clinic, a.person == person, a.presence == "present", a.live == 1
    )
    return int(connection.execute(count).scalar_one())
