"""What the register holds of an imported one: its numbers, its rows as they stand, and people who may be the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from ces_desktop.data.journal.bulk import chunks, rows_in
from ces_desktop.data.journal.derive import IDENTITY, identity_of
from ces_desktop.data.models import (
    CommunityRecord,
    ConditionRecord,
    EncounterRecord,
    EnrolmentRecord,
    PatientIdentifierRecord,
    PatientRecord,
    PatientStatusRecord,
    Synced,
    table_of,
    wire_columns,
)
from ces_desktop.data.queries.communities import CommunityRow
from ces_desktop.data.queries.duplicates import ANY_YEAR, YEARS, SurnameShares, surname_shares
from ces_desktop.domain.coding import category
from ces_desktop.domain.identity import Identity, fold
from ces_desktop.domain.ids import Id
from ces_desktop.domain.matching import Match, compare, probe
from ces_desktop.domain.matching_bound import Bound, Traits

LIKE_ENOUGH = 70
"""Likeness (0–100) of two names of communities from which one is offered for the other."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one register: whose each is now, and all that were ever noted."""

    patients: dict[str, Id]
    ever: frozenset[str]


def numbers(connection: Connection, clinic: Id, register: str) -> Numbers:
    """Who bears which number of another register."""
    i, p = PatientIdentifierRecord, PatientRecord
    rows = connection.execute(
        select(i.value, i.patient, i.live, p.live.label("there"))
        .join(p, p.id == i.patient)
        .where(i.clinic == clinic, i.system == register)
    ).all()
    held = {row.value or "": Id(row.patient) for row in rows if row.live and row.there and row.patient}
    return Numbers(held, frozenset(row.value or "" for row in rows))


def people(connection: Connection, patients: Iterable[bytes]) -> dict[bytes, dict[str, Any]]:
    """The rows of people by id, as dictionaries of their columns."""
    columns = ("id", "made_by", "live", *wire_columns(PatientRecord))
    found = rows_in(connection, PatientRecord.__tablename__, columns, "id", patients)
    return {row[0]: dict(zip(columns, row, strict=True)) for row in found}


def died_on(connection: Connection, clinic: Id, patients: Sequence[bytes]) -> dict[bytes, str]:
    """The day of death of those of whom one is noted."""
    s = PatientStatusRecord
    found: dict[bytes, str] = {}
    for part in chunks(patients):
        rows = connection.execute(
            select(s.patient, s.happened_on).where(
                s.clinic == clinic, s.patient.in_(part), s.status == "died", s.live == 1
            )
        )
        found.update((row.patient, row.happened_on) for row in rows if row.patient and row.happened_on)
    return found


def as_they_stand(
    connection: Connection, model: type[Synced], columns: Sequence[str], ids: Iterable[bytes]
) -> dict[bytes, dict[str, Any]]:
    """Rows of a table by id, living or not."""
    wanted = tuple(dict.fromkeys(("id", "live", "voided", *columns)))
    found = rows_in(connection, model.__tablename__, wanted, "id", ids)
    return {row[0]: dict(zip(wanted, row, strict=True)) for row in found}


def held_programmes(connection: Connection, clinic: Id, patients: Sequence[bytes]) -> set[tuple[bytes, str]]:
    """(person, programme) of every enrolment or leaving in force."""
    e = EnrolmentRecord
    found: set[tuple[bytes, str]] = set()
    for part in chunks(patients):
        rows = connection.execute(
            select(e.patient, e.programme).where(e.clinic == clinic, e.patient.in_(part), e.live == 1)
        )
        found.update((row.patient, row.programme or "") for row in rows if row.patient)
    return found


def held_problems(connection: Connection, clinic: Id, patients: Sequence[bytes]) -> set[tuple[bytes, str]]:
    """(person, category of the code) of every line of a problem list."""
    c = ConditionRecord
    found: set[tuple[bytes, str]] = set()
    for part in chunks(patients):
        rows = connection.execute(select(c.patient, c.code).where(c.clinic == clinic, c.patient.in_(part), c.live == 1))
        found.update((row.patient, category(row.code or "")) for row in rows if row.patient and row.code)
    return found


def held_years(connection: Connection, clinic: Id, patients: Sequence[bytes]) -> set[tuple[bytes, str]]:
    """(person, calendar year) of every consult in force."""
    e = EncounterRecord
    found: set[tuple[bytes, str]] = set()
    for part in chunks(patients):
        rows = connection.execute(
            select(e.patient, e.happened_on).where(e.clinic == clinic, e.patient.in_(part), e.live == 1)
        )
        found.update((row.patient, (row.happened_on or "")[:4]) for row in rows if row.patient)
    return found


class Likenesses:
    """Looks for people of a register among those registered here; the register is read once.

    They stand by key and year of birth; whom a bound on the score rules out is not compared.
    """

    def __init__(self, connection: Connection, clinic: Id) -> None:
        t = table_of(PatientRecord)
        columns = [t.c[name] for name in ("id", *IDENTITY)]
        rows = connection.execute(select(*columns).where(t.c.clinic == clinic, t.c.live == 1)).mappings()
        self._shares: SurnameShares = surname_shares(connection, clinic)
        self._bound = Bound(self._shares.share)
        self._people: list[tuple[Id, Identity, Traits]] = []
        self._by_key: dict[str, dict[int, list[int]]] = {}
        for place, row in enumerate(rows):
            who = identity_of(row)
            self._people.append((Id(row["id"]), who, self._bound.traits(who)))
            years = _years(who)
            for key in _keys(who):
                by_year = self._by_key.setdefault(key, {})
                for year in years:
                    by_year.setdefault(year, []).append(place)

    def best(self, who: Identity) -> tuple[Id, Match] | None:
        """The likeliest of those who may be this person, None when nobody is."""
        if not self._people:
            return None
        traits = self._bound.traits(who)
        found: tuple[Id, Match] | None = None
        for place in self._near(who):
            patient, other, held = self._people[place]
            if self._bound.may_alert(traits, held):
                match = compare(who, other, self._shares.share)
                if match.alert and not match.sibling and (found is None or _better(match, found[1])):
                    found = patient, match
        return found

    def _near(self, who: Identity) -> Iterable[int]:
        """Places of those who share a key and were born at most YEARS apart as far as is known, each once."""
        span = who.birth.span()
        wanted = (ANY_YEAR, *range(span[0].year - YEARS, span[1].year + YEARS + 1)) if span else None
        seen: dict[int, None] = {}
        for key in _keys(who):
            by_year = self._by_key.get(key)
            if by_year is None:
                continue
            years = by_year if wanted is None or key[:1] in "=+" else wanted
            places = [place for year in years for place in by_year.get(year, ())]
            seen.update(dict.fromkeys(sorted(places)))
        return seen


def _better(one: Match, other: Match) -> bool:
    return (one.certain, one.score) > (other.certain, other.score)


def _keys(who: Identity) -> tuple[str, ...]:
    """What people are looked up by; `=` a CURP and `+` a telephone, whatever the years."""
    keys = probe(who)
    sure = tuple(f"{sign}{value}" for sign, value in (("=", who.curp), ("+", who.phone)) if value)
    return (*sure, *(f"s{k}" for k in keys.surnames), *(f"n{k}" for k in keys.names), *(f"b{k}" for k in keys.births))


def _years(who: Identity) -> Iterable[int]:
    """The years a person may be born in."""
    span = who.birth.span()
    return range(span[0].year, span[1].year + 1) if span else (ANY_YEAR,)


class Places:
    """The localities by key and name; of several of one name, that of the municipality or where people live."""

    def __init__(self, connection: Connection, clinic: Id) -> None:
        c, p = CommunityRecord, PatientRecord
        lived = set(connection.execute(
            select(p.community).where(p.clinic == clinic, p.live == 1, p.community.is_not(None)).distinct()
        ).scalars())  # fmt: skip
        rows = connection.execute(select(c.id, c.inegi, c.name, c.municipality, c.population).where(c.live == 1)).all()
        self._keys = {row.inegi: Id(row.id) for row in rows if row.inegi}
        self._names: dict[str, list[tuple[Id, str]]] = {}
        self._titles = {Id(row.id): (row.name or "", row.municipality or "") for row in rows}
        ordered = sorted(rows, key=lambda r: (r.id not in lived, -(r.population or 0)))
        for row in ordered:
            self._names.setdefault(fold(row.name or ""), []).append((Id(row.id), fold(row.municipality or "")))
        self._lived = lived
        self._asked: dict[tuple[str, str], Id | None] = {}

    def find(self, written: str, municipality: str = "") -> Id | None:
        """The one locality meant by an INEGI key or an exact name; None when there is none or which is not clear."""
        asked = (written, municipality)
        if asked not in self._asked:
            self._asked[asked] = self._find(written.strip(), fold(municipality))
        return self._asked[asked]

    def _find(self, written: str, municipality: str) -> Id | None:
        if written.isdigit():
            return self._keys.get(written) or self._keys.get(written.zfill(9))
        found = self._names.get(fold(written), [])
        if municipality:
            found = [each for each in found if each[1] == municipality] or found
        lived = [each for each in found if each[0] in self._lived]
        return (lived or found)[0][0] if len(found) == 1 or len(lived) == 1 else None

    def offered(self, written: str, most: int = 8) -> tuple[CommunityRow, ...]:
        """Localities of this or a like name, the likest first: to be offered, never taken."""
        from rapidfuzz import fuzz, process  # not at import: start-up would pay for it

        names = process.extract(
            fold(written), self._names.keys(), scorer=fuzz.WRatio, score_cutoff=LIKE_ENOUGH, limit=most
        )
        ids = [place for name, _, _ in names for place, _ in self._names[name]][:most]
        return tuple(CommunityRow(place, *self._titles[place], 0) for place in ids)
