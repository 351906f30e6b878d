"""Reading an imported register against the one here: whose each row is by its number, and whom it may be like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import Connection

from ces_desktop.data.journal.derive import identity_of
from ces_desktop.data.queries import register_import as held
from ces_desktop.data.queries.rows import PatientRow, by_id
from ces_desktop.data.register_files import Table
from ces_desktop.domain.identity import Birth
from ces_desktop.domain.ids import Id
from ces_desktop.domain.matching import Match
from ces_desktop.domain.register_columns import ColumnMapping
from ces_desktop.domain.register_import import Reader
from ces_desktop.domain.register_rows import Person, RowRead, Trouble, contradicting, identity_of_row, other_person

Step = Callable[[int, int], None]
State = Literal["new", "known", "alike", "rejected"]
Decision = Literal["skip", "same", "new"]
Certainty = Literal["certain", "likely", "possible"]
STATES: tuple[State, ...] = ("new", "known", "alike", "rejected")
LIKELY = 18.0
"""Score from which a likeness is "likely": both surnames and the birth, say."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody registered here who may be the person of a row."""

    row: PatientRow
    match: Match

    @property
    def certainty(self) -> Certainty:
        """How sure: the same CURP, most of what is known, or enough to ask."""
        return "certain" if self.match.certain else "likely" if self.match.score >= LIKELY else "possible"


@dataclass(slots=True)
class Planned:
    """A row, what it is to the register, and whose it is where that is known."""

    row: RowRead
    state: State
    patient: Id | None = None
    alike: Alike | None = None


def read_people(connection: Connection, known: held.Numbers, table: Table, reader: Reader, step: Step) -> list[Planned]:
    """Every row of a file of people, and whose it is by its number."""
    registered = held.people(connection, set(known.patients.values()))
    first: dict[str, RowRead] = {}
    found: list[Planned] = []
    for done, source in enumerate(table.rows):
        if done % 200 == 0:
            step(done, 2 * len(table.rows))
        row = reader.person(source.line, source.cells)
        if len(source.cells) > len(table.headings):
            row.troubles.append(Trouble("", "register_import.too_many_cells", whole=True))
        found.append(_placed(row, known, registered, first, reader.mapping))
    return found


def _placed(
    row: RowRead, known: held.Numbers, registered: Mapping[bytes, dict[str, Any]], first: dict[str, RowRead],
    mapping: ColumnMapping,
) -> Planned:  # fmt: skip
    """Whose the row is, by its number; one that belongs to somebody else is never merged."""
    if row.lost:
        return Planned(row, "rejected")
    patient, earlier = known.patients.get(row.key), first.get(row.key)
    mine = identity_of_row(row)
    theirs = identity_of(registered[patient]) if patient is not None and patient in registered else None
    if earlier is not None and other_person(mine, identity_of_row(earlier)):
        clash = Trouble("", "register_import.number_in_file", (("line", earlier.line),), whole=True)
    elif theirs is not None and other_person(mine, theirs):
        clash = Trouble("", "register_import.number_here", whole=True)
    else:
        first.setdefault(row.key, row)
        return Planned(row, "known" if patient else "new", patient)
    if mapping.reused == "reject":
        row.troubles.append(clash)
        return Planned(row, "rejected")
    row.troubles.append(replace(clash, code=f"{clash.code}_new", whole=False))
    row.key = f"{row.number}~{mine.given[:20]} {mine.paternal[:20]} {mine.birth.value or mine.birth.stated_age}"
    patient = known.patients.get(row.key)
    first.setdefault(row.key, row)
    return Planned(row, "known" if patient else "new", patient)


def read_facts(
    connection: Connection, clinic: Id, known: held.Numbers, table: Table, reader: Reader, step: Step
) -> list[Planned]:
    """Every row of a file of dated facts, and whom it is about by their number."""
    patients = sorted(set(known.patients.values()))
    registered = held.people(connection, patients)
    died = held.died_on(connection, clinic, patients)
    persons = {
        number: Person(held_row["sex"] or "unknown", _birth(held_row), died.get(patient, ""))
        for number, patient in known.patients.items()
        if (held_row := registered.get(patient)) is not None
    }
    found: list[Planned] = []
    for done, source in enumerate(table.rows):
        if done % 500 == 0:
            step(done, 2 * len(table.rows))
        row = reader.fact(source.line, source.cells, persons.get)
        found.append(Planned(row, "rejected" if row.lost else "known", known.patients.get(row.number)))
    _part_pressures(found)
    return found


def _part_pressures(rows: Sequence[Planned]) -> None:
    """Both rows of a pressure whose second value is not below the first are left out."""
    by_person: dict[str, list[Planned]] = {}
    for planned in rows:
        if any(fact.code in ("systolic", "diastolic") for fact in planned.row.facts):
            by_person.setdefault(planned.row.number, []).append(planned)
    for group in by_person.values():
        wrong = contradicting([fact for planned in group for fact in planned.row.facts])
        for planned in group if wrong else ():
            if any(f.code in ("systolic", "diastolic") and f.day in wrong for f in planned.row.facts):
                planned.row.facts.clear()
                planned.row.troubles.append(Trouble("", "measures.pressure_order", whole=True))
                planned.state = "rejected"


def _birth(row: Mapping[str, Any]) -> Birth:
    return Birth(row["birth"], row["birth_precision"] or "unknown", row["stated_age"], row["stated_on"])


def look_for_alike(connection: Connection, clinic: Id, rows: Sequence[Planned], step: Callable[[int], None]) -> None:
    """Find for each new row the likeliest person registered here; the row is then "alike", to be decided on."""
    seek = held.Likenesses(connection, clinic)
    hits: list[tuple[Planned, Id, Match]] = []
    seen: set[str] = set()
    for done, planned in enumerate(rows):
        if done % 200 == 0:
            step(done)
        if planned.state != "new" or planned.row.key in seen:
            continue
        seen.add(planned.row.key)
        best = seek.best(identity_of_row(planned.row))
        if best is not None:
            hits.append((planned, *best))
    shown = {row.id: row for row in by_id(connection, clinic, list(dict.fromkeys(patient for _, patient, _ in hits)))}
    for planned, patient, match in hits:
        if patient in shown:
            planned.state, planned.alike = "alike", Alike(shown[patient], match)


def unknown_places(rows: Iterable[Planned], table: Table, mapping: ColumnMapping) -> dict[str, int]:
    """Communities as written that were not found, with the number of rows, the most frequent first."""
    heading = next((h for h, role in mapping.columns if role.kind == "community"), None)
    if heading is None:
        return {}
    at = table.headings.index(heading)
    lines = {p.row.line for p in rows for t in p.row.troubles if t.code == "register_import.place_unknown"}
    return dict(Counter(row.cells[at].strip() for row in table.rows if row.line in lines).most_common())
