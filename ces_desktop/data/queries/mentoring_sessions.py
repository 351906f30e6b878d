"""Mentoring sessions as they stand: contents, signatures, what was said afterwards, score; one, or all of a clinic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, select

from ces_desktop.data.models import (
    MentoringSessionRecord,
    ObservedItemRecord,
    SessionActionRecord,
    SessionCaseRecord,
    SessionObservationRecord,
    SessionPersonRecord,
    SessionPointRecord,
    SessionRemarkRecord,
    SessionSignatureRecord,
    Synced,
    table_of,
)
from ces_desktop.data.queries.checklists import checklists
from ces_desktop.domain.ids import Id
from ces_desktop.domain.mentoring import (
    Action,
    Checklist,
    Discussed,
    Kind,
    Observed,
    Person,
    Point,
    PointKind,
    Result,
    Score,
    Session,
    SessionState,
    Side,
    Signature,
    altered,
    closed_as,
    digest,
    score,
    state,
)


@dataclass(frozen=True, slots=True)
class Remark:
    """The mentee's answer, or an addendum; `recorded_at` UTC milliseconds."""

    id: Id
    kind: str
    user: Id | None
    name: str
    text: str
    day: str
    recorded_at: int


@dataclass(frozen=True, slots=True)
class SessionFile:
    """A session with what was signed and said of it. `digest` is of the contents as they are now."""

    session: Session
    signatures: tuple[Signature, ...]
    remarks: tuple[Remark, ...]
    digest: str
    score: Score
    scores: tuple[Score, ...]
    """Of each observed consult, in order."""

    @property
    def state(self) -> SessionState:
        """ "open", "by_mentor", "by_mentee" or "closed"."""
        return state(self.signatures, self.digest)

    @property
    def altered(self) -> bool:
        """An edit from another laptop arrived after both had signed: what stands is not what was signed."""
        return altered(self.signatures, self.digest)

    def signed(self, side: Side) -> Signature | None:
        """The signature of a side under the contents that stand, or that closed it."""
        wanted = closed_as(self.signatures) or self.digest
        return next((s for s in self.signatures if s.side == side and s.digest == wanted), None)


@dataclass(frozen=True, slots=True)
class Mentoring:
    """Everything of a clinic: sessions newest first, and the checklists they were scored with."""

    files: tuple[SessionFile, ...]
    checklists: dict[Id, Checklist]


def mentoring(connection: Connection, clinic: Id) -> Mentoring:
    """Every session of the clinic."""
    lists = checklists(connection, clinic)
    return Mentoring(tuple(_files(connection, clinic, None, lists)), lists)


def session_file(connection: Connection, clinic: Id, session: Id) -> tuple[SessionFile, dict[Id, Checklist]] | None:
    """One session and the checklists; None where it is not there, or was taken back."""
    lists = checklists(connection, clinic)
    found = _files(connection, clinic, session, lists)
    return (found[0], lists) if found else None


def _files(connection: Connection, clinic: Id, session: Id | None, lists: dict[Id, Checklist]) -> list[SessionFile]:
    def rows(model: type[Synced]) -> dict[bytes, list[Any]]:
        t = table_of(model)
        query = select(t).where(t.c.clinic == clinic, t.c.live == 1)
        if session is not None:
            query = query.where(t.c.session == session)
        order = [t.c.position] if "position" in t.c else []
        found: dict[bytes, list[Any]] = defaultdict(list)
        for row in connection.execute(query.order_by(*order, t.c.recorded_at, t.c.id)):
            found[row.session].append(row)
        return found

    s = MentoringSessionRecord
    query = select(s.id, s.happened_on, s.kind).where(s.clinic == clinic, s.live == 1)
    if session is not None:
        query = query.where(s.id == session)
    heads = connection.execute(query.order_by(s.happened_on.desc(), s.recorded_at.desc(), s.id)).all()
    people, points = rows(SessionPersonRecord), rows(SessionPointRecord)
    observed, items = rows(SessionObservationRecord), rows(ObservedItemRecord)
    cases, actions = rows(SessionCaseRecord), rows(SessionActionRecord)
    signatures, remarks = rows(SessionSignatureRecord), rows(SessionRemarkRecord)
    files = []
    for head in heads:
        whole = Session(
            Id(head.id),
            head.happened_on or "",
            cast(Kind, head.kind or "on_site"),
            tuple(sorted(map(_person, people.get(head.id, ())), key=_mentors_first)),
            _observed(observed.get(head.id, ()), items.get(head.id, ())),
            tuple(
                Discussed(Id(r.id), _id(r.patient), r.reason or "", r.facts or "", r.note or "")
                for r in cases.get(head.id, ())
            ),
            tuple(Point(Id(r.id), cast(PointKind, r.kind), r.text or "") for r in points.get(head.id, ())),
            tuple(
                Action(Id(r.id), r.text or "", _id(r.owner), r.owner_name or "", r.due_on or "")
                for r in actions.get(head.id, ())
            ),
        )
        signed = tuple(
            Signature(cast(Side, r.role), _id(r.user), r.name or "", r.digest or "", r.happened_on or "")
            for r in signatures.get(head.id, ())
        )
        said = tuple(
            Remark(Id(r.id), r.kind or "", _id(r.user), r.name or "", r.text or "", r.happened_on or "", r.recorded_at)
            for r in remarks.get(head.id, ())
        )
        each = tuple(score([one], lists) for one in whole.observed)
        files.append(SessionFile(whole, signed, said, digest(whole), score(whole.observed, lists), each))
    return files


def _observed(consults: Iterable[Any], items: Iterable[Any]) -> tuple[Observed, ...]:
    results: dict[bytes, dict[Id, Result]] = defaultdict(dict)
    for row in items:
        results[row.observation][Id(row.item)] = cast(Result, row.result)
    return tuple(
        Observed(Id(r.id), _id(r.patient), Id(r.checklist), r.note or "", results.get(r.id, {})) for r in consults
    )


def _person(row: Any) -> Person:
    return Person(Id(row.id), cast(Side, row.role), _id(row.user), row.name or "", _id(row.person))


def _mentors_first(person: Person) -> tuple[bool, str, bytes]:
    return person.side != "mentor", person.name.casefold(), person.id


def _id(value: bytes | None) -> Id | None:
    return None if value is None else Id(value)
