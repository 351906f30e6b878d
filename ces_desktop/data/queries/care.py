"""Clinical history, vaccines and results of a person, and what the laboratory of the clinic still owes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BindParameter, Connection, bindparam, select

from ces_desktop.data.models import HistoryItemRecord, ImmunisationRecord, ObservationRecord, table_of
from ces_desktop.data.queries.prepared import Prepared, slots
from ces_desktop.data.queries.rows import PatientRow, by_id
from ces_desktop.data.queries.visits import Pending, pending
from ces_desktop.domain.clinical_history import QUESTIONS
from ces_desktop.domain.ids import Id


@dataclass(frozen=True, slots=True)
class HistoryAnswer:
    """The answer in force to a question of the clinical history, and the ISO day it was given."""

    id: Id
    code: str
    word: str | None
    text: str
    value: int | None
    day: str


@dataclass(frozen=True, slots=True)
class Vaccine:
    """A vaccine given; `day` may be a year or a month only."""

    id: Id
    vaccine: str
    dose: str
    lot: str
    given_here: bool
    day: str


@dataclass(frozen=True, slots=True)
class Owed:
    """A pending request with the person it is about."""

    pending: Pending
    patient: PatientRow


_H, _I, _O = (table_of(m) for m in (HistoryItemRecord, ImmunisationRecord, ObservationRecord))
_CLINIC: BindParameter[bytes] = bindparam("clinic")
_MEASURES = tuple(q.code for q in QUESTIONS.values() if q.kind == "measure")

_ITEMS = Prepared(
    select(_H.c.id, _H.c.code, _H.c.word, _H.c.text, _H.c.happened_on, _H.c.recorded_at).where(
        _H.c.clinic == _CLINIC, _H.c.patient.in_(slots()), _H.c.live == 1
    )
)
_KEPT_AS_MEASURES = Prepared(
    select(_O.c.id, _O.c.code, _O.c.word, _O.c.value, _O.c.happened_on, _O.c.recorded_at).where(
        _O.c.clinic == _CLINIC,
        _O.c.patient.in_(slots()),
        _O.c.code.in_([bindparam(f"code_{n}", code) for n, code in enumerate(_MEASURES)]),
        _O.c.live == 1,
    )
)
_VACCINES = Prepared(
    select(_I.c.id, _I.c.vaccine, _I.c.dose, _I.c.lot, _I.c.given_here, _I.c.happened_on, _I.c.recorded_at).where(
        _I.c.clinic == _CLINIC, _I.c.patient.in_(slots()), _I.c.live == 1
    )
)


def history_answers(connection: Connection, clinic: Id, records: Sequence[Id]) -> dict[str, HistoryAnswer]:
    """The last answer to each question of the clinical history that was ever answered."""
    rows = [
        (day or "", at, HistoryAnswer(Id(key), code or "", word, text or "", None, day or ""))
        for key, code, word, text, day, at in _ITEMS.for_many(connection, records, clinic=clinic)
    ]
    rows += [
        (day or "", at, HistoryAnswer(Id(key), code or "", word, "", value, day or ""))
        for key, code, word, value, day, at in _KEPT_AS_MEASURES.for_many(connection, records, clinic=clinic)
    ]
    return {answer.code: answer for _, _, answer in sorted(rows, key=lambda r: (r[0], r[1], r[2].id))}


def vaccines(connection: Connection, clinic: Id, records: Sequence[Id]) -> tuple[Vaccine, ...]:
    """Vaccines of a person, oldest first."""
    rows = _VACCINES.for_many(connection, records, clinic=clinic)
    return tuple(
        Vaccine(Id(key), name or "", dose or "", lot or "", here == "yes", day or "")
        for key, name, dose, lot, here, day, _ in sorted(rows, key=lambda r: (r[5] or "", r[6], r[0]))
    )


def laboratory(connection: Connection, clinic: Id) -> tuple[Owed, ...]:
    """Everything asked of the laboratory in the clinic and not answered, urgent first, then the longest waiting."""
    owed = pending(connection, clinic)
    people = {row.id: row for row in by_id(connection, clinic, [p.patient for p in owed])}
    rows = [Owed(p, people[p.patient]) for p in owed if p.patient in people]
    return tuple(sorted(rows, key=lambda r: (not r.pending.urgent, r.pending.day, r.pending.id)))
