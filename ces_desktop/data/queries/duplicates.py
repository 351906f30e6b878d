"""Who in the register may be the same person: for one being typed, and over the whole register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sqlalchemy import Connection, func, or_, select

from ces_desktop.data.journal.bulk import chunks
from ces_desktop.data.journal.derive import identity_of
from ces_desktop.data.models import NotSameRecord, PatientRecord, SameAsRecord, table_of
from ces_desktop.data.queries.rows import PatientRow, by_id
from ces_desktop.domain.identity import Identity
from ces_desktop.domain.ids import Id
from ces_desktop.domain.matching import Match, Reason, compare, probe
from ces_desktop.domain.matching_bound import Bound

MOST = 6
"""Candidates shown beside a form; more would not be read."""
STEP = 200
YEARS = 3
"""Two registrations born further apart than this score too low to be worth comparing (`matching.compare`)."""
ANY_YEAR = 0
SUPPOSED = 200
Step = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone registered who may be the person asked about, with the score and its reasons."""

    row: PatientRow
    match: Match
    mother_name: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two registrations that may be one person."""

    one: PatientRow
    other: PatientRow
    match: Match


@dataclass(frozen=True, slots=True)
class Joined:
    """A link in force between two registrations: it can be taken back."""

    link: Id
    one: PatientRow
    other: PatientRow
    joined_at: int


@dataclass(frozen=True, slots=True)
class SurnameShares:
    """How common each surname key is among the people of a clinic, 0..1."""

    counts: Mapping[str, int]
    people: int

    def share(self, key: str) -> float:
        """Share of people with the key, as if SUPPOSED people of other names were registered too.

        In a clinic's first days a surname that everybody there bears would otherwise say nothing.
        """
        return (self.counts.get(key, 0) + 1) / (self.people + SUPPOSED)


def surname_shares(connection: Connection, clinic: Id) -> SurnameShares:
    """Shares counted over the register; read from an index alone."""
    p = PatientRecord
    rows = connection.execute(
        select(p.match_surnames, func.count()).where(p.clinic == clinic).group_by(p.match_surnames)
    )
    counts: Counter[str] = Counter()
    people = 0
    for keys, number in rows:
        people += number
        for key in (keys or "").split():
            counts[key] += number
    return SurnameShares(counts, people)


def candidates(
    connection: Connection,
    clinic: Id,
    identity: Identity,
    exclude: Id | None = None,
    shares: SurnameShares | None = None,
) -> tuple[Candidate, ...]:
    """People who may be this one, best first: alerts, and those to ask "¿hermano/a de…?" about.

    `exclude` is the record being edited: it, the other records of that person and those kept apart from it are left
    out. `shares` saves counting the surnames again while someone types.
    """
    left_out = _settled_with(connection, clinic, exclude) if exclude is not None else frozenset()
    shares = shares or surname_shares(connection, clinic)
    found: list[tuple[Match, bytes, str]] = []
    for row in _blocked(connection, clinic, identity):
        if row["id"] in left_out:
            continue
        held = identity_of(row)
        match = compare(identity, held, shares.share)
        if match.alert or match.sibling:
            found.append((match, row["id"], held.mother_name))
    found.sort(key=lambda item: (not item[0].certain, item[0].sibling, -item[0].score, item[1]))
    best = found[:MOST]
    rows = {row.id: row for row in by_id(connection, clinic, [patient for _, patient, _ in best])}
    return tuple(Candidate(rows[Id(x)], match, mother) for match, x, mother in best if x in rows)


def compared(connection: Connection, clinic: Id, one: Id, other: Id) -> Match | None:
    """The score of two registrations, None when one of them is gone."""
    t = table_of(PatientRecord)
    rows = connection.execute(select(*match_columns()).where(t.c.id.in_([one, other]), t.c.live == 1)).mappings().all()
    if len(rows) < 2:
        return None
    return compare(identity_of(rows[0]), identity_of(rows[1]), surname_shares(connection, clinic).share)


def pairs_to_review(connection: Connection, clinic: Id, progress: Step) -> tuple[Pair, ...]:
    """Every pair of the register that may be one person, best first, without those joined or kept apart before.

    `progress(done, total)` is called as the people are gone through; what it raises ends the search.
    """
    t, n = table_of(PatientRecord), NotSameRecord
    people = [dict(r) for r in connection.execute(
        select(*match_columns()).where(t.c.clinic == clinic, t.c.live == 1).order_by(t.c.id)
    ).mappings()]
    apart = {
        (r.one, r.other)
        for r in connection.execute(select(n.one, n.other).where(n.clinic == clinic, n.live == 1))
    }
    shares = surname_shares(connection, clinic)
    bound = Bound(shares.share)
    found: list[tuple[Match, bytes, bytes]] = []
    for one, other in alike(people, bound, progress):
        pair = (min(one["id"], other["id"]), max(one["id"], other["id"]))
        if one["person"] == other["person"] or pair in apart or not bound.may_alert(one["traits"], other["traits"]):
            continue
        match = compare(one["identity"], other["identity"], shares.share)
        if match.alert and not match.sibling:
            found.append((match, *pair))
    progress(len(people), max(1, len(people)))
    found.sort(key=lambda item: (not item[0].certain, -item[0].score, item[1], item[2]))
    wanted = [x for _, one, other in found for x in (one, other)]
    rows = {row.id: row for row in by_id(connection, clinic, list(dict.fromkeys(wanted)))}
    return tuple(
        Pair(rows[Id(a)], rows[Id(b)], match) for match, a, b in found if a in rows and b in rows
    )


def unsettled(connection: Connection, clinic: Id, pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    """Of pairs found before, those still to be looked at: both in force, not joined, not kept apart."""
    p, n = PatientRecord, NotSameRecord
    ids = sorted({x for pair in pairs for x in (pair.one.id, pair.other.id)})
    persons: dict[bytes, bytes] = {}
    for part in chunks(ids):
        rows = connection.execute(select(p.id, p.person).where(p.id.in_(part), p.live == 1))
        persons.update((row.id, row.person) for row in rows)
    apart = connection.execute(select(n.one, n.other).where(n.clinic == clinic, n.live == 1))
    left_out = {(row.one, row.other) for row in apart}
    return tuple(
        pair
        for pair in pairs
        if pair.one.id in persons
        and pair.other.id in persons
        and persons[pair.one.id] != persons[pair.other.id]
        and (pair.one.id, pair.other.id) not in left_out
    )


def joined(connection: Connection, clinic: Id) -> tuple[Joined, ...]:
    """The links in force, the latest first."""
    s = SameAsRecord
    links = connection.execute(
        select(s.id, s.one, s.other, s.recorded_at)
        .where(s.clinic == clinic, s.live == 1)
        .order_by(s.recorded_at.desc(), s.id)
    ).all()
    wanted = list(dict.fromkeys(x for link in links for x in (link.one, link.other)))
    rows = {row.id: row for row in by_id(connection, clinic, wanted)}
    return tuple(
        Joined(Id(link.id), rows[link.one], rows[link.other], link.recorded_at)
        for link in links
        if link.one in rows and link.other in rows
    )


def reason_code(reason: Reason) -> str:
    """A reason as it is kept with a merge: `years_apart:2`, `same_birth`."""
    return reason.code if reason.years is None else f"{reason.code}:{reason.years}"


def match_columns() -> list[Any]:
    """The columns that comparing two registrations needs."""
    t = table_of(PatientRecord)
    return [
        t.c[name]
        for name in (
            "id", "person", "given", "paternal", "maternal", "paternal_kind", "maternal_kind", "nickname", "sex",
            "birth", "birth_precision", "stated_age", "stated_on", "curp", "mother_name", "phone",
        )
    ]  # fmt: skip


def _blocked(connection: Connection, clinic: Id, identity: Identity) -> Iterable[Any]:
    """The people who share a key with this one: an index lookup for each key that is known."""
    t, keys = table_of(PatientRecord), probe(identity)
    ids: set[bytes] = set()
    lookups = (
        (t.c.match_surnames, keys.surnames),
        (t.c.match_name, keys.names),
        (t.c.match_birth, keys.births),
        (t.c.curp, (identity.curp,) if identity.curp else ()),
        (t.c.phone, (identity.phone,) if identity.phone else ()),
    )
    # One query for each index: an OR over them makes SQLite read the table instead.
    for column, values in lookups:
        if values:
            query = select(t.c.id).where(t.c.clinic == clinic, column.in_(values))
            ids.update(connection.execute(query).scalars())
    for part in chunks(sorted(ids)):
        yield from connection.execute(select(*match_columns()).where(t.c.id.in_(part), t.c.live == 1)).mappings()


def _settled_with(connection: Connection, clinic: Id, patient: Id) -> frozenset[bytes]:
    """The record itself, the other records of that person, and those somebody found to be another person."""
    p, n = PatientRecord, NotSameRecord
    person = select(p.person).where(p.id == patient).scalar_subquery()
    same = connection.execute(select(p.id).where(p.clinic == clinic, p.person == person)).scalars()
    apart = connection.execute(
        select(n.one, n.other).where(n.clinic == clinic, n.live == 1, or_(n.one == patient, n.other == patient))
    )
    return frozenset({patient, *same, *(x for row in apart for x in (row.one, row.other))})


def alike(
    people: Sequence[dict[str, Any]], bound: Bound, progress: Step
) -> Iterable[tuple[dict[str, Any], dict[str, Any]]]:
    """Each pair that shares a block once, born at most YEARS apart as far as is known.

    Blocks: surnames, names, birth day, telephone; and, whatever the years, CURP and surnames with day and month (a
    slip in the decade).
    """
    near: dict[str, list[int]] = {}
    far: dict[str, list[int]] = {}
    years: list[tuple[int, int]] = []
    for place, person in enumerate(people):
        identity = person["identity"] = identity_of(person)
        person["traits"] = bound.traits(identity)
        span = identity.birth.span()
        years.append((span[0].year, span[1].year) if span else (ANY_YEAR, ANY_YEAR))
        keys = probe(identity)
        for key in (*keys.surnames, *keys.names, *keys.births, *((identity.phone,) if identity.phone else ())):
            near.setdefault(key, []).append(place)
        distant = [identity.curp] if identity.curp else []
        distant += [f"{s} {day[5:]}" for s in keys.surnames for day in keys.births]
        for key in distant:
            far.setdefault(key, []).append(place)
    partners: list[set[int]] = [set() for _ in people]
    for members in near.values():
        _pair_near(members, years, partners)
    for members in far.values():
        for one, other in combinations(sorted(set(members)), 2):
            partners[one].add(other)
    for place, others in enumerate(partners):
        if place % STEP == 0:
            progress(place, len(people))
        for other in sorted(others):
            yield people[place], people[other]


def _pair_near(members: list[int], years: list[tuple[int, int]], partners: list[set[int]]) -> None:
    """Pair the members of a block whose births may be within YEARS; those of unknown year with everyone."""
    dated = sorted((place for place in set(members) if years[place][0] != ANY_YEAR), key=lambda x: years[x][0])
    undated = [place for place in set(members) if years[place][0] == ANY_YEAR]
    for at, one in enumerate(dated):
        last = years[one][1] + YEARS
        for other in dated[at + 1 :]:
            if years[other][0] > last:
                break
            partners[min(one, other)].add(max(one, other))
    for one in undated:
        for other in members:
            if one != other:
                partners[min(one, other)].add(max(one, other))
