"""Import of somebody's register: looked at first, decided on, then written as one action that can be undone whole.

`plan` reads and compares and writes nothing; `run` writes what was planned, in parts of one transaction; `take_back`
undoes it. Every row that is not kept, and every value left out, goes into a file to correct and import again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from ces_desktop.data.collector import uncollected
from ces_desktop.data.local import read_setting, write_setting
from ces_desktop.data.measures import measures
from ces_desktop.data.models import PatientRecord
from ces_desktop.data.queries import register_import as held
from ces_desktop.data.register_files import Table
from ces_desktop.data.work import Work
from ces_desktop.domain.access import Actor, Right, require
from ces_desktop.domain.calendar import local_day
from ces_desktop.domain.identity import fold
from ces_desktop.domain.ids import Id, human_id
from ces_desktop.domain.register_cells import words_of
from ces_desktop.domain.register_columns import ColumnMapping, check_mapping
from ces_desktop.domain.register_import import Reader
from ces_desktop.domain.register_rows import RowRead, Trouble
from ces_desktop.errors import Refused
from ces_desktop.services import register_writing as writing
from ces_desktop.services.patients import next_human_id, patient_fields
from ces_desktop.services.register_people import KIND, identity_edits, somebodies
from ces_desktop.services.register_reading import (
    STATES as STATES,
)
from ces_desktop.services.register_reading import (
    Decision,
    Planned,
    State,
    Step,
    look_for_alike,
    read_facts,
    read_people,
    unknown_places,
)
from ces_desktop.services.register_writing import Correction, RegisterIds, Somebody

IMPORTS = "register_imports"
"""The setting that lists what was imported on this laptop (JSON)."""
PART = 400
"""People written at once."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do; nothing is written of it yet. `facts` counts by kind those of the rows kept."""

    file: str
    table: Table
    mapping: ColumnMapping
    rows: tuple[Planned, ...]
    corrections: tuple[Correction, ...] = ()
    same: int = 0
    facts: Mapping[str, int] = field(default_factory=dict)
    flagged: int = 0
    unknown_places: Mapping[str, int] = field(default_factory=dict)

    def count(self, state: State) -> int:
        """How many rows are so."""
        return sum(planned.state == state for planned in self.rows)

    def troubles(self) -> list[tuple[RowRead, Trouble]]:
        """Every reason with its row."""
        return [(planned.row, trouble) for planned in self.rows for trouble in planned.row.troubles]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import wrote: people registered, people known before, rows by table, rows left out by choice."""

    registered: int
    known: int
    rows: Mapping[str, int]
    corrected: int
    skipped: tuple[int, ...]
    """Lines."""


@uncollected()
def plan(
    connection: Connection, actor: Actor, clinic: Id, now_ms: int, file: str, table: Table, mapping: ColumnMapping,
    step: Step,
) -> Plan:  # fmt: skip
    """Read every row by the mapping and compare it with the register; `step(done, total)` may raise to stop.

    Refused: `access.not_allowed`, the codes of `check_mapping`.
    """
    require(actor, Right.IMPORT_REGISTER)
    missing = check_mapping(mapping)
    if missing:
        raise Refused(missing)
    mapping = mapping.fit(table.headings)
    total = 2 * len(table.rows)
    known = held.numbers(connection, clinic, mapping.register)
    places = held.Places(connection, clinic)
    chosen = {word: Id(bytes.fromhex(place)) for word, place in mapping.places.items() if place}
    reader = Reader(
        mapping, table.headings, measures(), local_day(now_ms), lambda w, m: _chosen(chosen, w) or places.find(w, m),
        words_of(table.column(_sex_heading(mapping))) if mapping.has("sex") else frozenset(),
    )  # fmt: skip
    rows = read_people(connection, known, table, reader, step) if mapping.holds == "people" else (
        read_facts(connection, clinic, known, table, reader, step)
    )  # fmt: skip
    if mapping.holds == "people":
        look_for_alike(connection, clinic, rows, lambda done: step(len(table.rows) + done, total))
    ids = RegisterIds(clinic, mapping.register)
    people = somebodies(connection, rows, mapping, ids, known, {})
    edits = identity_edits(connection, people)
    settled = _settle(connection, clinic, ids, [who for who in people if not who.fresh], lambda _: None)
    step(total, total)
    kept = [fact for planned in rows if planned.state != "rejected" for fact in planned.row.facts]
    return Plan(
        file=file, table=table, mapping=mapping, rows=tuple(rows),
        corrections=(*(edit.said for edit in edits), *settled.corrections), same=settled.same,
        facts=Counter(fact.kind for fact in kept), flagged=sum(fact.flagged for fact in kept),
        unknown_places=unknown_places(rows, table, mapping),
    )  # fmt: skip


@uncollected()
def run(work: Work, planned: Plan, decisions: Mapping[int, Decision], step: Step) -> Imported:
    """Write a plan. `decisions` by line for every row that is like somebody. One action; `step` may raise: then
    nothing stays.

    Refused: `access.not_allowed`, `register_import.undecided` (n), `patients.numbers_used_up`.
    """
    require(work.actor, Right.IMPORT_REGISTER)
    open_ = sum(p.state == "alike" and p.row.line not in decisions for p in planned.rows)
    if open_:
        raise Refused("register_import.undecided", n=open_)
    work.act(KIND)
    clinic, mapping = work.installation.clinic, planned.mapping
    ids = RegisterIds(clinic, mapping.register)
    known = held.numbers(work.connection, clinic, mapping.register)
    people = somebodies(work.connection, planned.rows, mapping, ids, known, decisions)
    edits = {edit.patient: edit.changes for edit in identity_edits(work.connection, people) if edit.said.taken}
    old = [who for who in people if not who.fresh]
    settled = _settle(work.connection, clinic, ids, old, lambda done: step(done, 2 * len(people)))
    busy = [who for who in people if who.fresh or who.details or who.patient in settled.writes or who.patient in edits]
    subjects = len({who.patient for who in busy})
    number = int(next_human_id(work)[-6:]) if any(who.details for who in busy) else 0
    counts: Counter[str] = Counter()
    for start in range(0, len(busy), PART):
        part = busy[start : start + PART]
        fresh = writing.settle(work.connection, clinic, ids, [who for who in part if who.fresh])
        for who in part:
            if who.details is not None:
                _register(work, who, number)
                number += 1
                counts["patient"] += 1
            writes = [*fresh.writes.get(who.patient, ()), *settled.writes.pop(who.patient, ())]
            counts.update(write.model.__tablename__ for write in writes)
            writing.add(work, writes)
            if who.patient in edits:
                work.change(PatientRecord, who.patient, **edits.pop(who.patient))
        work.hand_over(subjects)
        step(len(people) + start + len(part), 2 * len(people))
    skipped = tuple(line for line, choice in sorted(decisions.items()) if choice == "skip")
    done = Imported(
        counts["patient"], sum(not who.details for who in people), dict(counts),
        sum(each.taken for each in planned.corrections), skipped,
    )  # fmt: skip
    _remember(work, planned, done)
    return done


def take_back(work: Work, action: bytes, step: Step = lambda *_: None) -> None:
    """Undo one import whole; `step(done, total)` may raise: then nothing is undone.

    Refused: `access.not_allowed`, `undo.changed_since` (what): later work stands on it.
    """
    require(work.actor, Right.IMPORT_REGISTER)
    work.reverse(action, step)


def _sex_heading(mapping: ColumnMapping) -> str:
    return next(heading for heading, role in mapping.columns if role.kind == "sex")


def _chosen(chosen: Mapping[str, Id], written: str) -> Id | None:
    return chosen.get(fold(written)) if chosen else None


def _settle(
    connection: Connection, clinic: Id, ids: RegisterIds, people: Sequence[Somebody],
    step: Callable[[int], None],
) -> writing.Settled:  # fmt: skip
    out = writing.Settled()
    for start in range(0, len(people), PART):
        part = writing.settle(connection, clinic, ids, people[start : start + PART])
        out.writes.update(part.writes)
        out.corrections += part.corrections
        out.same += part.same
        step(min(start + PART, len(people)))
    return out


def _register(work: Work, who: Somebody, number: int) -> None:
    here = work.installation
    assert who.details is not None
    work.add(
        PatientRecord(
            id=who.patient,
            human_id=human_id(here.prefix, here.slot, number),
            happened_on=who.registered_on,
            **patient_fields(who.details),
        )
    )


def _remember(work: Work, planned: Plan, done: Imported) -> None:
    listed = json.loads(read_setting(work.connection, IMPORTS) or "[]")
    listed.append({
        "action": work.action.hex(), "at": work.now_ms, "file": planned.file, "register": planned.mapping.register,
        "registered": done.registered, "known": done.known, "rejected": planned.count("rejected"),
    })  # fmt: skip
    write_setting(work.connection, IMPORTS, json.dumps(listed[-50:], ensure_ascii=False))
