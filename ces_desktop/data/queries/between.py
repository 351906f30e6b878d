"""Who may be registered in two clinics of the network: over everybody a hub holds, by the rules of one register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from ces_desktop.data.models import ClinicRecord, NotSameRecord, PatientRecord, SameAsRecord, table_of
from ces_desktop.data.queries.duplicates import SurnameShares, alike, match_columns
from ces_desktop.data.queries.rows import PatientRow, by_id
from ces_desktop.domain.ids import Id
from ces_desktop.domain.matching import Match
from ces_desktop.domain.matching import compare as score
from ces_desktop.domain.matching_bound import Bound

Step = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Registered:
    """A registration and the name of its clinic."""

    row: PatientRow
    clinic: str


@dataclass(frozen=True, slots=True)
class PairBetween:
    """Two registrations of two clinics that may be one person."""

    one: Registered
    other: Registered
    match: Match


@dataclass(frozen=True, slots=True)
class JoinedBetween:
    """A link in force between registrations of two clinics: it can be taken back."""

    link: Id
    one: Registered
    other: Registered
    joined_at: int


def pairs_between(connection: Connection, progress: Step) -> tuple[PairBetween, ...]:
    """Pairs of two clinics, best first, without those joined or kept apart; `progress` as in `pairs_to_review`."""
    t, n = table_of(PatientRecord), NotSameRecord
    query = select(t.c.clinic, *match_columns()).where(t.c.live == 1).order_by(t.c.id)
    people = [dict(row) for row in connection.execute(query).mappings()]
    apart = {(row.one, row.other) for row in connection.execute(select(n.one, n.other).where(n.live == 1))}
    shares = _shares(connection)
    bound = Bound(shares.share)
    found: list[tuple[Match, bytes, bytes]] = []
    for one, other in alike(people, bound, progress):
        if one["clinic"] == other["clinic"] or one["person"] == other["person"]:
            continue
        pair = (min(one["id"], other["id"]), max(one["id"], other["id"]))
        if pair in apart or not bound.may_alert(one["traits"], other["traits"]):
            continue
        match = score(one["identity"], other["identity"], shares.share)
        if match.alert and not match.sibling:
            found.append((match, *pair))
    progress(len(people), max(1, len(people)))
    found.sort(key=lambda item: (not item[0].certain, -item[0].score, item[1], item[2]))
    rows = _registered(connection, (x for _, one, other in found for x in (one, other)))
    return tuple(PairBetween(rows[a], rows[b], match) for match, a, b in found if a in rows and b in rows)


def joined_between(connection: Connection) -> tuple[JoinedBetween, ...]:
    """The links in force between two clinics, the latest first."""
    s, t = SameAsRecord, table_of(PatientRecord)
    one, other = t.alias("one"), t.alias("other")
    links = connection.execute(
        select(s.id, s.one, s.other, s.recorded_at)
        .join(one, one.c.id == s.one)
        .join(other, other.c.id == s.other)
        .where(s.live == 1, one.c.clinic != other.c.clinic)
        .order_by(s.recorded_at.desc(), s.id)
    ).all()
    rows = _registered(connection, (x for link in links for x in (link.one, link.other)))
    return tuple(
        JoinedBetween(Id(link.id), rows[link.one], rows[link.other], link.recorded_at)
        for link in links
        if link.one in rows and link.other in rows
    )


def _shares(connection: Connection) -> SurnameShares:
    """How common surnames are in the whole network."""
    counts: Counter[str] = Counter()
    people = 0
    p = PatientRecord
    for keys in connection.execute(select(p.match_surnames).where(p.live == 1)).scalars():
        people += 1
        counts.update((keys or "").split())
    return SurnameShares(counts, people)


def _registered(connection: Connection, ids: Iterable[bytes]) -> dict[bytes, Registered]:
    """The rows of registrations, with their clinics' names."""
    p, c = PatientRecord, ClinicRecord
    wanted = list(dict.fromkeys(ids))
    by_clinic: dict[bytes, list[bytes]] = {}
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        for row in connection.execute(select(p.id, p.clinic).where(p.id.in_(part))):
            by_clinic.setdefault(row.clinic, []).append(row.id)
    names = {row.id: row.name or row.prefix or "" for row in connection.execute(select(c.id, c.name, c.prefix))}
    return {
        row.id: Registered(row, names.get(clinic, ""))
        for clinic, own in by_clinic.items()
        for row in by_id(connection, Id(clinic), own)
    }
