"""Handovers as they are kept: which there are, their lines with who they are about, and how far each was read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import BindParameter, Connection, bindparam, select

from ces_desktop.data.local import newcomer_setting, read_setting
from ces_desktop.data.models import (
    HandoverLineRecord,
    HandoverRecord,
    PlacementRecord,
    StaffPersonRecord,
    UserRecord,
    UserRoleRecord,
    table_of,
)
from ces_desktop.data.queries.prepared import Prepared
from ces_desktop.data.queries.rows import PatientRow, by_id
from ces_desktop.domain.access import Role
from ces_desktop.domain.handover import SECTIONS, Progress, Section, Value, days_here, facts_of, progress
from ces_desktop.domain.ids import Id


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """A handover in a list. `outgoing` hands over; `incoming` None = whichever physician comes. Days are ISO."""

    id: Id
    day: str
    outgoing: Id | None
    outgoing_name: str
    incoming: Id | None
    incoming_name: str
    cut_at: int
    note: str
    progress: Progress


@dataclass(frozen=True, slots=True)
class Line:
    """A line with who or what it is about; `read_by` "" = nobody acknowledged it yet (`read_at`: UTC ms)."""

    id: Id
    section: Section
    about_type: str
    about: Id | None
    patient: PatientRow | None
    facts: Mapping[str, Value]
    words: str
    left_out: str
    read_by: str
    read_at: int | None
    position: int

    @property
    def read(self) -> bool:
        """Whether somebody acknowledged it."""
        return self.read_at is not None


@dataclass(frozen=True, slots=True)
class HandoverFile:
    """A handover whole, its lines in the order of the paper."""

    head: HandoverRow
    lines: tuple[Line, ...]


_H, _L, _U, _R, _T, _S = (
    table_of(m)
    for m in (
        HandoverRecord, HandoverLineRecord, UserRecord, UserRoleRecord, PlacementRecord, StaffPersonRecord,
    )
)  # fmt: skip
_CLINIC: BindParameter[bytes] = bindparam("clinic")
_HEADS = Prepared(
    lambda: (
        select(
            _H.c.id, _H.c.happened_on, _H.c.outgoing, _H.c.incoming, _H.c.incoming_name, _H.c.cut_at, _H.c.note,
            _H.c.recorded_at,
        ).where(_H.c.clinic == _CLINIC, _H.c.live == 1)
    )
)  # fmt: skip
_STATES = Prepared(
    lambda: select(_L.c.handover, _L.c.left_out, _L.c.read_at).where(_L.c.clinic == _CLINIC, _L.c.live == 1)
)
_LINES = Prepared(
    lambda: select(
        *(
            _L.c[name]
            for name in (
                "id", "section", "about_type", "about", "position", "facts", "words", "left_out", "read_by", "read_at",
            )
        )
    ).where(_L.c.clinic == _CLINIC, _L.c.handover == bindparam("handover"), _L.c.live == 1)
)  # fmt: skip
_NAMES = Prepared(lambda: select(_U.c.id, _U.c.name).where(_U.c.clinic == _CLINIC))
_ROLES = Prepared(
    lambda: select(_R.c.user, _R.c.role, _R.c.from_on, _R.c.until_on).where(
        _R.c.clinic == _CLINIC, _R.c.live == 1, _R.c.from_on.is_not(None)
    )
)
_PLACED = Prepared(
    lambda: (
        select(_T.c.from_on, _T.c.until_on)
        .join(_S, _S.c.id == _T.c.person)
        .where(
            _T.c.at == _CLINIC, _T.c.live == 1, _S.c.live == 1, _S.c.user == bindparam("user"),
            _T.c.role == "physician", _T.c.state == "in_service", _T.c.from_on.is_not(None),
        )
    )
)  # fmt: skip


def handover_rows(connection: Connection, clinic: Id) -> tuple[HandoverRow, ...]:
    """Every handover that was not taken back, the newest first."""
    names = {key: name or "" for key, name in _NAMES(connection, clinic=clinic)}
    states: defaultdict[bytes, list[tuple[bool, bool]]] = defaultdict(list)
    for handover, left_out, read_at in _STATES(connection, clinic=clinic):
        states[handover].append((left_out is not None, read_at is not None))
    rows = sorted(_HEADS(connection, clinic=clinic), key=lambda r: (r[1] or "", r[7], r[0]), reverse=True)
    return tuple(
        HandoverRow(
            Id(key), day or "", outgoing, names.get(outgoing, ""), incoming,
            names.get(incoming, "") or incoming_name or "", cut_at or 0, note or "", progress(states.get(key, ())),
        )
        for key, day, outgoing, incoming, incoming_name, cut_at, note, _ in rows
    )  # fmt: skip


def handover_file(connection: Connection, clinic: Id, handover: Id) -> HandoverFile | None:
    """One handover with its lines; None when it is gone."""
    head = next((row for row in handover_rows(connection, clinic) if row.id == handover), None)
    if head is None:
        return None
    names = {key: name or "" for key, name in _NAMES(connection, clinic=clinic)}
    rows = _LINES.records(connection, clinic=clinic, handover=handover)
    about = sorted({r["about"] for r in rows if r["about_type"] == "patient" and r["about"]})
    people = {row.id: row for row in by_id(connection, clinic, about)}
    lines = [
        Line(
            Id(r["id"]), cast(Section, r["section"] or "other"), r["about_type"] or "", r["about"],
            people.get(r["about"]), facts_of(r["facts"]), r["words"] or "", r["left_out"] or "",
            names.get(r["read_by"], "") if r["read_at"] is not None else "", r["read_at"], r["position"] or 0,
        )
        for r in rows
    ]  # fmt: skip
    place = {section: n for n, section in enumerate(SECTIONS)}
    lines.sort(key=lambda line: (place.get(line.section, len(place)), line.position, line.id))
    return HandoverFile(head, tuple(lines))


def latest(connection: Connection, clinic: Id) -> HandoverFile | None:
    """The newest handover, None where there never was one."""
    rows = handover_rows(connection, clinic)
    return handover_file(connection, clinic, rows[0].id) if rows else None


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A physician in their first days here: which day it is (the first is 1), and what of the last handover is not read
    by section; None = nobody handed over to them."""

    day: int
    unread: Mapping[Section, int] | None


def newcomer(connection: Connection, clinic: Id, user: Id, today: date) -> Newcomer | None:
    """What a physician of less than `NEW_DAYS` days here should look at first.

    None for who is here longer, who put the hints away, and who founded the clinic: with nobody before there is nothing
    to take over.
    """
    since = physician_since(connection, clinic, user, today)
    day = days_here(since, today)
    if day is None or read_setting(connection, newcomer_setting(user)) is not None:
        return None
    file = latest(connection, clinic)
    if file is not None and file.head.outgoing != user and file.head.incoming in (None, user):
        unread = Counter(line.section for line in file.lines if not line.read and not line.left_out)
        return Newcomer(day, dict(unread))
    before = any(other != user and role == Role.PHYSICIAN and begun < (since or "") for other, role, begun, _ in
                 _ROLES(connection, clinic=clinic))  # fmt: skip
    return Newcomer(day, None) if before else None


def physician_since(connection: Connection, clinic: Id, user: Id, today: date) -> str | None:
    """The ISO day on which a person began to serve here as a physician: by their placement, else their role; the last
    of several in force. None = they do not."""
    now = today.isoformat()
    begun = {
        day for who, role, day, until in _ROLES(connection, clinic=clinic)
        if who == user and role == Role.PHYSICIAN and day <= now and (until is None or until >= now)
    }  # fmt: skip
    placed = {day for day, until in _PLACED(connection, clinic=clinic, user=user) if day <= now <= (until or now)}
    return max(placed, default=None) or max(begun, default=None)
