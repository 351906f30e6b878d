"""How the people and facts of an imported register become rows: every row has an id that the register itself gives.

The id is a UUIDv5 of the register, the row's key and what the fact is about: the same file twice makes nothing new. A
row that was undone, or corrected, is followed by a row of the next *turn* of the same fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid5

from sqlalchemy import Connection

from ces_desktop.data.models import (
    AddendumRecord,
    ConditionRecord,
    EncounterRecord,
    EnrolmentRecord,
    ObservationRecord,
    PatientIdentifierRecord,
    PatientStatusRecord,
    Synced,
    table_of,
)
from ces_desktop.data.queries.register_import import as_they_stand, held_problems, held_programmes, held_years
from ces_desktop.data.work import Work
from ces_desktop.domain.coding import category
from ces_desktop.domain.ids import NAMESPACE, Id, named_id
from ces_desktop.domain.programs import PROGRAMMES
from ces_desktop.domain.register_rows import Fact
from ces_desktop.domain.registration import Details

Kept = int | str | bytes | None
_UNDONE = "undone"


class RegisterIds:
    """The ids that one register gives in one clinic."""

    def __init__(self, clinic: Id, register: str) -> None:
        self._space = uuid5(uuid5(NAMESPACE, "register"), f"{clinic.hex()}/{register}")

    def of(self, key: str, slot: str, turn: int = 0) -> Id:
        """The id of one fact of the row `key`; `turn` counts those that follow one undone or corrected."""
        return Id(uuid5(self._space, f"{key}\x1f{slot}\x1f{turn}").bytes)


@dataclass(slots=True)
class Somebody:
    """A person of the file with all that it says of them. `fresh`: the register was never heard of them before."""

    key: str
    patient: Id
    lines: list[int]
    registered_on: str
    details: Details | None = None
    """Set when they are to be registered."""
    fresh: bool = False
    numbers: list[tuple[str, str]] = field(default_factory=list)
    """(register, number)."""
    facts: list[Fact] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Slot:
    """A row that should stand: what it is about, and its values. `visit` = the day of the consult it belongs to."""

    model: type[Synced]
    name: str
    values: dict[str, Kept]
    visit: str = ""
    dated: bool = False
    """Whether the day itself is what the file says, not where it happens to be noted."""


@dataclass(frozen=True, slots=True)
class Write:
    """A row to add, and the one it takes the place of."""

    model: type[Synced]
    id: Id
    values: dict[str, Kept]
    replaces: Id | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """A value that the file now says otherwise. `taken` False: it was corrected or taken back here, and stays so."""

    line: int
    what: str
    was: Kept
    becomes: Kept
    taken: bool


@dataclass(slots=True)
class Settled:
    """What a run would write of some people, and what it finds said otherwise or said already."""

    writes: dict[Id, list[Write]] = field(default_factory=dict)
    corrections: list[Correction] = field(default_factory=list)
    same: int = 0


def slots_of(who: Somebody) -> list[Slot]:
    """The rows that should stand for a person, the consults before what belongs to them."""
    found = [
        Slot(PatientIdentifierRecord, f"identifier|{system}|{value}",
             {"system": system, "value": value, "happened_on": who.registered_on})
        for system, value in dict.fromkeys(who.numbers)
    ]  # fmt: skip
    if who.details is not None and not any(fact.kind == "died" for fact in who.facts):
        found.append(Slot(PatientStatusRecord, "active", {"status": "active", "happened_on": who.registered_on}))
    visits = sorted({fact.day for fact in who.facts if fact.kind in ("observation", "note")})
    found += [
        Slot(EncounterRecord, f"visit|{day}", {"kind": "imported", "happened_on": day, "entered": "late"}, day)
        for day in visits
    ]
    for fact in merged(who.facts):
        found += _slots_of_fact(fact)
    by_name: dict[str, Slot] = {}
    for slot in found:
        held = by_name.get(slot.name)
        if held is None or str(slot.values["happened_on"]) < str(held.values["happened_on"]):  # the first enrolment
            by_name[slot.name] = slot
    return list(by_name.values())


def _slots_of_fact(fact: Fact) -> list[Slot]:
    if fact.kind == "observation":
        values: dict[str, Kept] = {"code": fact.code, "value": fact.value, "word": fact.word,
                                   "confirmed": "no" if fact.flagged else None, "happened_on": fact.day}  # fmt: skip
        return [Slot(ObservationRecord, fact.slot, values, fact.day)]
    if fact.kind == "note":
        return [Slot(AddendumRecord, fact.slot, {"text": fact.text, "happened_on": fact.day}, fact.day)]
    if fact.kind == "died":
        return [Slot(PatientStatusRecord, "died", {"status": "died", "happened_on": fact.day}, dated=True)]
    if fact.kind == "enrolment":
        return [_enrolment(fact.code, fact.day, dated=bool(fact.onset))]
    found = [
        Slot(ConditionRecord, fact.slot, {
            "code": fact.code or None, "label": fact.text or None, "onset": fact.onset or None, "state": fact.state,
            "diagnosis": named_id("diagnosis", fact.code) if fact.code else None, "happened_on": fact.day,
        })
    ]  # fmt: skip
    if fact.state == "active":
        found += [_enrolment(code, fact.day) for code, how in PROGRAMMES.items() if fact.code.startswith(how.diagnoses)]
    return found


def _enrolment(programme: str, day: str, dated: bool = False) -> Slot:
    values: dict[str, Kept] = {"programme": programme, "state": "enrolled", "happened_on": day}
    return Slot(EnrolmentRecord, f"enrolment|{programme}", values, dated=dated)


def merged(facts: Sequence[Fact]) -> list[Fact]:
    """Lines of one ailment as one, from its first day, as the latest leaves it; like values of one day numbered."""
    ailments: dict[str, Fact] = {}
    others: list[Fact] = []
    seen: dict[tuple[str, str, str], list[Fact]] = {}
    for fact in facts:
        if fact.kind == "condition":
            held = ailments.get(fact.slot)
            if held is None:
                ailments[fact.slot] = fact
                continue
            onset = min((each.onset for each in (held, fact) if each.onset), default="")
            active = fact if fact.state == "active" else held
            last = active if active.state == "active" else max(held, fact, key=lambda f: f.day)
            if held.state == fact.state == "active":  # said again: it stands since it was said first
                last = replace(last, day=min(held.day, fact.day))
            ailments[fact.slot] = replace(last, onset=onset)
            continue
        alike = seen.setdefault((fact.kind, fact.code, fact.day), [])
        if fact in alike:
            continue
        alike.append(fact)
        others.append(replace(fact, nth=len(alike) - 1) if len(alike) > 1 else fact)
    return [*ailments.values(), *others]


def settle(connection: Connection, clinic: Id, ids: RegisterIds, somebodies: Sequence[Somebody]) -> Settled:
    """What is to be written of these people: nothing that stands already, nothing that was taken back here."""
    out = Settled()
    known = [who for who in somebodies if not who.fresh]
    held = _held(connection, ids, known)
    patients = sorted({who.patient for who in known})
    programmes = held_programmes(connection, clinic, patients)
    problems = held_problems(connection, clinic, patients)
    years = held_years(connection, clinic, patients)
    for who in somebodies:
        visits: dict[str, Id | None] = {}
        for slot in slots_of(who):
            if slot.visit and slot.model is not EncounterRecord and visits.get(slot.visit) is None:
                continue  # its consult was annulled here
            turn, row = held.get((who.patient, slot.name), (0, None))
            values = dict(slot.values)
            if slot.model is EnrolmentRecord and row is None and (who.patient, str(values["programme"])) in programmes:
                continue
            if (
                slot.model is ConditionRecord
                and row is None
                and (who.patient, category(str(values["code"] or ""))) in problems
            ):
                continue
            row_id = ids.of(who.key, slot.name, turn + (row is not None))
            write = _weigh(out, who, slot, row, row_id)
            if slot.model is EncounterRecord:
                gone = row is not None and row["voided"] not in (None, _UNDONE)
                visits[slot.visit] = None if gone else write.id if write else Id(row["id"]) if row else None
            if write is None:
                continue
            if slot.model is EncounterRecord:  # days come in order; one that is found late is no second first
                year = who.patient, slot.visit[:4]
                write.values["first_of_year"] = "no" if year in years else "yes"
                years.add(year)
            elif slot.visit:
                write.values["encounter"] = visits[slot.visit]
            if slot.model is ConditionRecord:
                write.values["problem"] = ids.of(who.key, slot.name)
            out.writes.setdefault(who.patient, []).append(write)
    return out


def _weigh(out: Settled, who: Somebody, slot: Slot, row: dict[str, Any] | None, row_id: Id) -> Write | None:
    """A row for the slot, or None when what stands says the same or was decided here."""
    values: dict[str, Kept] = {"patient": who.patient, **slot.values}
    if row is None:
        return Write(slot.model, row_id, values)
    last = Id(row["id"])
    follows = last if "replaces" in table_of(slot.model).c else None
    if row["voided"] == _UNDONE:
        return Write(slot.model, row_id, values, follows)
    said = [name for name in slot.values if slot.dated or name != "happened_on"]
    differs = next((name for name in said if row[name] != slot.values[name]), None)
    if slot.model is EncounterRecord or differs is None:
        out.same += 1
        return None
    taken = bool(row["live"]) and row["voided"] is None
    what = str(slot.values.get("code") or slot.name.partition("|")[0])
    out.corrections.append(Correction(who.lines[0], what, row[differs], slot.values[differs], taken))
    return Write(slot.model, row_id, values, follows) if taken else None


def _held(
    connection: Connection, ids: RegisterIds, known: Sequence[Somebody]
) -> dict[tuple[Id, str], tuple[int, dict[str, Any]]]:
    """(person, slot) → the last turn that exists, with its row."""
    asked: dict[type[Synced], dict[Id, tuple[Somebody, Slot]]] = {}
    for who in known:
        for slot in slots_of(who):
            asked.setdefault(slot.model, {})[ids.of(who.key, slot.name)] = (who, slot)
    found: dict[tuple[Id, str], tuple[int, dict[str, Any]]] = {}
    for model, wanted in asked.items():
        turn = 0
        while wanted:
            columns = next(iter(wanted.values()))[1].values
            rows = as_they_stand(connection, model, tuple(columns), wanted)
            following: dict[Id, tuple[Somebody, Slot]] = {}
            for key, (who, slot) in wanted.items():
                if key not in rows:
                    continue
                found[who.patient, slot.name] = turn, rows[key]
                if not rows[key]["live"]:
                    following[ids.of(who.key, slot.name, turn + 1)] = (who, slot)
            turn, wanted = turn + 1, following
    return found


def add(work: Work, writes: Iterable[Write]) -> None:
    """Hand the rows to the action."""
    for write in writes:
        values = write.values if write.replaces is None else {**write.values, "replaces": write.replaces}
        work.add(write.model(id=write.id, **values))
