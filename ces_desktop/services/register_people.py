"""The people of an imported register: each once with the facts of all their rows, and corrections of who they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select

from ces_desktop.data.journal.apply import stored
from ces_desktop.data.journal.versions import Versions
from ces_desktop.data.models import OpRecord
from ces_desktop.data.queries import register_import as held
from ces_desktop.domain.ids import Id
from ces_desktop.domain.register_columns import ColumnMapping
from ces_desktop.services.patients import patient_fields
from ces_desktop.services.register_reading import Decision, Planned
from ces_desktop.services.register_writing import Correction, RegisterIds, Somebody

KIND = "register.import"
"""Kind of the action that imports a register."""


def somebodies(
    connection: Connection, rows: Iterable[Planned], mapping: ColumnMapping, ids: RegisterIds, known: held.Numbers,
    decisions: Mapping[int, Decision],
) -> list[Somebody]:  # fmt: skip
    """The people of the rows that are kept, each once with the facts of all rows; of an alike one as decided."""
    found: dict[str, Somebody] = {}
    skipped: set[str] = set()
    for planned in rows:
        row = planned.row
        decided = decisions.get(row.line)
        if planned.state == "alike" and decided in (None, "skip"):
            skipped.add(row.key)
        if planned.state == "rejected" or row.key in skipped:
            continue
        who = found.get(row.key)
        if who is None:
            patient = planned.patient
            if decided == "same" and planned.alike is not None:
                patient = planned.alike.row.id
            who = found[row.key] = Somebody(
                row.key, patient or ids.of(row.key, "patient"), [], row.registered_on,
                details=row.details, fresh=patient is None and row.key not in known.ever,
                numbers=[(mapping.register, row.key)],
            )  # fmt: skip
            if patient is not None and (decided == "same" or patient != ids.of(row.key, "patient")):
                who.details = None  # their data here are theirs; the file does not change them
        who.lines.append(row.line)
        who.numbers += row.others
        who.facts += row.facts
    _turned(connection, ids, list(found.values()))
    return list(found.values())


def _turned(connection: Connection, ids: RegisterIds, people: Sequence[Somebody]) -> None:
    """Whoever was imported and undone is registered anew under the next id; whoever stands needs no registering."""
    asked = {who.patient: who for who in people if not who.fresh and who.details is not None}
    turn = 0
    while asked:
        rows = held.people(connection, asked)
        following: dict[Id, Somebody] = {}
        for patient, who in asked.items():
            row = rows.get(patient)
            if row is None:
                who.patient = patient
            elif not row["live"]:
                following[ids.of(who.key, "patient", turn + 1)] = who
            else:
                who.patient = patient
        turn, asked = turn + 1, following


@dataclass(frozen=True, slots=True)
class Edit:
    """A field to be set anew, and how it is said; `changes` are all of the person."""

    patient: Id
    changes: dict[str, Any]
    said: Correction


def identity_edits(connection: Connection, people: Sequence[Somebody]) -> list[Edit]:
    """What the file now says otherwise of people it brought: taken unless somebody here corrected the field since."""
    asked = {who.patient: who for who in people if not who.fresh and who.details is not None}
    rows = held.people(connection, asked)
    found: list[Edit] = []
    for patient, row in rows.items():
        who = asked[Id(patient)]
        assert who.details is not None
        said = {name: value for name, value in patient_fields(who.details).items() if value is not None}
        differing = {name: value for name, value in said.items() if row[name] != value}
        who.details = None
        if not differing:
            continue
        versions = Versions(connection, [patient])
        made = next((a.fields for a in stored(connection, row["made_by"]).changes()[0] if a.entity == patient), {})
        for name, value in differing.items():
            wire = value.hex() if isinstance(value, bytes) else value
            edited_here = versions.has(patient, name) and not _ours(connection, versions, patient, name)
            if edited_here and made.get(name) == wire:
                continue  # the file says what it always said; here it was corrected since
            said_now = Correction(who.lines[0], name, row[name], value, taken=not edited_here)
            found.append(Edit(who.patient, {} if edited_here else {name: value}, said_now))
    return _one_each(found)


def _ours(connection: Connection, versions: Versions, patient: bytes, name: str) -> bool:
    """Whether the last to edit a field was an import."""
    last = versions.live(patient, name)[-1][1]
    return connection.execute(select(OpRecord.kind).where(OpRecord.hash == last)).scalar() == KIND


def _one_each(edits: Sequence[Edit]) -> list[Edit]:
    """The changes of one person in one place, so that they are written together."""
    whole: dict[Id, dict[str, Any]] = {}
    for edit in edits:
        whole.setdefault(edit.patient, {}).update(edit.changes)
    return [replace(edit, changes=whole[edit.patient]) for edit in edits]
