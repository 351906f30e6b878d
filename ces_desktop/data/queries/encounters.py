"""Signed consults: one whole with its addenda, a person's one after another, and the sheet of a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import BindParameter, Connection, Select, bindparam, case, func, select

from ces_desktop.data.models import (
    AddendumRecord,
    AppointmentRecord,
    DiagnosisRecord,
    EncounterDiagnosisRecord,
    EncounterRecord,
    LabRequestRecord,
    ObservationRecord,
    PatientRecord,
    PrescriptionRecord,
    PrescriptionStopRecord,
    ReservedNoteRecord,
    UserRecord,
    table_of,
)
from ces_desktop.data.queries.patients import PatientFile, patient_file
from ces_desktop.data.queries.prepared import Prepared, slots
from ces_desktop.data.queries.rows import PatientRow, by_id
from ces_desktop.data.queries.visit_form import Coded
from ces_desktop.data.queries.visits import Appointment, Observed, records_of
from ces_desktop.domain.access import Actor, Right
from ces_desktop.domain.calendar import whole_day
from ces_desktop.domain.ids import Id
from ces_desktop.domain.month_visits import firsts_of_year
from ces_desktop.domain.visits import Dose, Line, Note, Requested


@dataclass(frozen=True, slots=True)
class Author:
    """Who typed something: name and licence as printed; "" for somebody not known here."""

    id: Id | None
    name: str
    licence: str


@dataclass(frozen=True, slots=True)
class AddendumRow:
    """A text added to a signed consult; `recorded_at` is UTC ms."""

    id: Id
    text: str
    author: Author
    recorded_at: int


Reserved = Literal["", "shown", "withheld", "elsewhere"]
""""" = not confidential; withheld = the reader has no right to the words; elsewhere = they are not on this computer."""


@dataclass(frozen=True, slots=True)
class Encounter:
    """A consult as it was signed. `voided` = it was undone ("anulada"): legible, and counted nowhere.

    `replaced_by` is the consult that was signed anew in its place.
    """

    id: Id
    patient: Id
    day: str
    kind: str
    entered: str
    started_at: int | None
    recorded_at: int
    author: Author
    author_name: str
    """Who saw the person, where that is not who typed."""
    first_of_year: bool
    """The person's first of the calendar year, as things stand; an annulled one never is."""
    referred_by: str
    note: Note
    prognosis: str | None
    unmeasured: str | None
    voided: bool
    replaced_by: Id | None
    measured: tuple[Observed, ...]
    """In no order: the form has its own."""
    diagnoses: tuple[Coded, ...]
    lines: tuple[Line, ...]
    stopped: tuple[Line, ...]
    requests: tuple[Requested, ...]
    next: Appointment | None
    addenda: tuple[AddendumRow, ...]
    reserved: Reserved = ""
    """Of a confidential consult, what became of its words, which stand apart."""

    @property
    def seen_by(self) -> str:
        """Who saw the person."""
        return self.author_name or self.author.name


@dataclass(frozen=True, slots=True)
class EncounterView:
    """A consult with the person it is about, for reading and for paper."""

    file: PatientFile
    encounter: Encounter


_E, _D, _N, _O = (table_of(m) for m in (EncounterRecord, EncounterDiagnosisRecord, DiagnosisRecord, ObservationRecord))
_L, _X, _R, _P, _A, _U = (
    table_of(m)
    for m in (
        PrescriptionRecord,
        PrescriptionStopRecord,
        LabRequestRecord,
        AppointmentRecord,
        AddendumRecord,
        UserRecord,
    )
)
_CLINIC: BindParameter[bytes] = bindparam("clinic")
_ENCOUNTER = select(_E, _U.c.name.label("user_name"), _U.c.licence).outerjoin(_U, _U.c.id == _E.c.recorded_by)
_ONE = Prepared(_ENCOUNTER.where(_E.c.id == bindparam("encounter")))
_OF_PERSON = Prepared(_ENCOUNTER.where(_E.c.clinic == _CLINIC, _E.c.patient.in_(slots())))
_OF_DAY = Prepared(_ENCOUNTER.where(_E.c.clinic == _CLINIC, _E.c.happened_on == bindparam("day"), _E.c.live == 1))


_FOLLOWERS = Prepared(select(_E.c.id, _E.c.replaces).where(_E.c.replaces.in_(slots()), _E.c.voided.is_(None)))
_DAY: BindParameter[str] = bindparam("day")


def _of_year() -> Select[*tuple[Any, ...]]:
    """Consults in force of these people from a day to another; what is written for practice stands apart."""
    mine, p, e = PatientRecord.__table__.alias("mine"), PatientRecord, EncounterRecord
    persons = select(mine.c.person).where(mine.c.clinic == _CLINIC, mine.c.id.in_(slots()))
    practice = func.coalesce(p.test_record, "no") == "yes"
    return (
        select(e.id, p.person, case((practice, 1), else_=0).label("practice"), e.happened_on, e.recorded_at)
        .join(p, p.id == e.patient)
        .where(
            e.clinic == _CLINIC, e.live == 1, p.clinic == _CLINIC, p.live == 1, p.person.in_(persons),
            e.happened_on >= bindparam("since"), e.happened_on <= bindparam("until"),
        )
    )  # fmt: skip


_OF_YEAR = Prepared(_of_year)


def _about(table: Any, *more: Any) -> tuple[Any, ...]:
    """Rows of these patients, undone ones too: an undone consult is read with what it held."""
    return (table.c.clinic == _CLINIC, table.c.patient.in_(slots()), *more)


def _parts(*more: Callable[[Any], Any]) -> tuple[Prepared, ...]:
    """What consults are made of: measures, diagnoses, lines, stops, requests and appointments."""
    coded = select(_D, _N.c.name_es, _N.c.name_en).outerjoin(_N, _N.c.id == _D.c.diagnosis)
    return (
        Prepared(select(_O).where(*_about(_O, _O.c.encounter.is_not(None), *(each(_O) for each in more)))),
        Prepared(coded.where(*_about(_D, *(each(_D) for each in more)))),
        *(Prepared(select(t).where(*_about(t, *(each(t) for each in more)))) for t in (_L, _X, _R, _P)),
    )


_EVER = _parts()
_ON_DAY = _parts(lambda table: table.c.happened_on == _DAY)
"""All rows of a consult bear its day: what else is known of the person is not read."""
_LINES_BY_ID = Prepared(select(_L).where(_L.c.id.in_(slots())))
_ADDENDA = Prepared(
    select(_A, _U.c.name.label("user_name"), _U.c.licence)
    .outerjoin(_U, _U.c.id == _A.c.recorded_by)
    .where(*_about(_A, _A.c.live == 1))
)
_W = table_of(ReservedNoteRecord)
_RESERVED = Prepared(
    select(_W, _U.c.name.label("user_name"), _U.c.licence)
    .outerjoin(_U, _U.c.id == _W.c.recorded_by)
    .where(*_about(_W))
)
Row = dict[str, Any]


def encounter_view(
    connection: Connection, clinic: Id, encounter: Id, reader: Actor | None = None
) -> EncounterView | None:
    """A consult whole, undone or not, with the person; None when there is none or the record is gone.

    The words of a confidential one only where the `reader` has the right to them.
    """
    found = _ONE.records(connection, encounter=encounter)
    if not found or found[0]["patient"] is None:
        return None
    patient = Id(found[0]["patient"])
    file = patient_file(connection, patient)
    if file is None:
        return None
    whole = _wholes(connection, clinic, [patient], found, found[0]["happened_on"])[0]
    if whole.reserved and reader is not None and reader.may(Right.READ_RESERVED):
        whole = _with_words(connection, clinic, whole)
    return EncounterView(file, whole)


def _with_words(connection: Connection, clinic: Id, held: Encounter) -> Encounter:
    """A confidential consult with its words, where they are on this computer."""
    rows = [
        row
        for row in _RESERVED.records_for_many(connection, [held.patient], clinic=clinic)
        if row["encounter"] == held.id and (row["live"] or held.voided)
    ]
    said = next((row for row in rows if row["addendum"] is None), None)
    added = _addenda(rows, "addendum")
    if said is None:
        return replace(held, reserved="elsewhere", addenda=added)
    following = held.next
    if following is not None and said["next_reason"]:
        following = replace(following, reason=said["next_reason"])
    return replace(
        held, reserved="shown", note=_note(said), referred_by=said["referred_by"] or "", next=following, addenda=added
    )


def encounters_of(connection: Connection, clinic: Id, patient: Id, *, voided: bool = False) -> tuple[Encounter, ...]:
    """The consults of a person, newest first, each whole; with `voided` those that were undone too."""
    records = records_of(connection, clinic, patient)
    rows = _OF_PERSON.records_for_many(connection, records, clinic=clinic)
    shown = [row for row in rows if row["live"] or voided]
    return tuple(sorted(_wholes(connection, clinic, records, shown), key=_moment, reverse=True))


def day_sheet(connection: Connection, clinic: Id, day: date) -> tuple[tuple[PatientRow, Encounter], ...]:
    """Everybody seen on a day, in the order in which consults began; test records are left to the print."""
    rows = _OF_DAY.records(connection, clinic=clinic, day=day.isoformat())
    patients = sorted({Id(row["patient"]) for row in rows if row["patient"]})
    people = {row.id: row for row in by_id(connection, clinic, patients)}
    wholes = sorted(_wholes(connection, clinic, patients, rows, day.isoformat()), key=_moment)
    return tuple((people[e.patient], e) for e in wholes if e.patient in people)


def _moment(each: Encounter) -> tuple[str, int, bytes]:
    return each.day, each.started_at or each.recorded_at, each.id


def _wholes(
    connection: Connection, clinic: Id, patients: Sequence[Id], rows: Sequence[Row], day: str | None = None
) -> list[Encounter]:
    """Consults with their parts; `day` = all are of that day."""
    if not rows:
        return []
    asked: dict[str, Any] = {"clinic": clinic} if day is None else {"clinic": clinic, "day": day}
    parts = [
        _by_encounter(each.records_for_many(connection, patients, **asked))
        for each in (_EVER if day is None else _ON_DAY)
    ]
    parts.append(_by_encounter(_ADDENDA.records_for_many(connection, patients, clinic=clinic)))
    lines = {row["id"]: row for held in parts[2].values() for row in held}
    stopped = [row["prescription"] for held in parts[3].values() for row in held if row["prescription"]]
    earlier = [key for key in stopped if key not in lines]
    lines |= {row["id"]: row for row in _LINES_BY_ID.records_for_many(connection, earlier)}
    known = {key: _line(row) for key, row in lines.items()}
    firsts = _firsts(connection, clinic, patients, [row["happened_on"] or "" for row in rows if row["live"]])
    followers = {
        before: Id(key) for key, before in _FOLLOWERS.for_many(connection, [row["id"] for row in rows]) if before
    }
    return [
        _whole(row, [part.get(row["id"], []) for part in parts], known, followers.get(row["id"]), row["id"] in firsts)
        for row in rows
    ]


def _firsts(connection: Connection, clinic: Id, patients: Sequence[Id], days: Sequence[str]) -> frozenset[bytes]:
    """Which consults of these years are the first of the year of their person."""
    if not days:
        return frozenset()
    years = {"since": f"{min(days)[:4]}-01-01", "until": f"{max(days)[:4]}-12-31"}
    rows = _OF_YEAR.for_many(connection, patients, clinic=clinic, **years)
    return firsts_of_year((key, (person, practice), whole_day(day), at) for key, person, practice, day, at in rows)


def _by_encounter(rows: Iterable[Row]) -> dict[bytes, list[Row]]:
    grouped: dict[bytes, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row["encounter"], []).append(row)
    return grouped


def _whole(
    row: Row, parts: Sequence[list[Row]], lines: dict[bytes, Line], replaced_by: Id | None, first: bool
) -> Encounter:
    voided = row["voided"] is not None
    # Of a consult in force only living rows count; of an undone one those that went with it.
    measured, coded, drugs, stops, requests, plans, addenda = (
        [r for r in part if r["live"] or (voided and r["voided"] is not None)] for part in parts
    )
    return Encounter(
        id=Id(row["id"]),
        patient=Id(row["patient"]),
        day=row["happened_on"] or "",
        kind=row["kind"] or "consult",
        entered=row["entered"] or "live",
        started_at=row["started_at"],
        recorded_at=row["recorded_at"],
        author=Author(row["recorded_by"], row["user_name"] or "", row["licence"] or ""),
        author_name=row["author_name"] or "",
        first_of_year=first,
        referred_by=row["referred_by"] or "",
        note=_note(row),
        prognosis=row["prognosis"],
        unmeasured=row["unmeasured"],
        voided=voided,
        replaced_by=replaced_by,
        measured=tuple(_observed(r) for r in measured),
        diagnoses=tuple(_coded(r) for r in sorted(coded, key=_place)),
        lines=tuple(lines[r["id"]] for r in sorted(drugs, key=_place)),
        stopped=tuple(lines[r["prescription"]] for r in stops if r["prescription"] in lines),
        requests=tuple(
            Requested(Id(r["id"]), r["test"] or "", r["detail"] or "", r["urgent"] == "yes")
            for r in sorted(requests, key=lambda r: bytes(r["id"]))
        ),
        next=next(
            (
                Appointment(Id(r["id"]), r["kind"] or "visit", r["due_on"] or "", r["reason"] or "", row["happened_on"])
                for r in plans
            ),
            None,
        ),
        addenda=_addenda(addenda, "text"),
        reserved="withheld" if row["reserved"] == "yes" else "",
    )


def _note(row: Row) -> Note:
    return Note(*(row[part] or "" for part in ("subjective", "objective", "assessment", "plan")))


def _addenda(rows: Iterable[Row], text: str) -> tuple[AddendumRow, ...]:
    """What was added, in the order of adding; `text` = the column that holds it."""
    return tuple(
        AddendumRow(
            Id(r["id"]),
            r[text],
            Author(r["recorded_by"], r["user_name"] or "", r["licence"] or ""),
            r["recorded_at"],
        )
        for r in sorted(rows, key=lambda r: (r["recorded_at"], r["id"]))
        if r[text]
    )


def _place(row: Row) -> tuple[int, bytes]:
    return row["position"] or 0, row["id"]


def _observed(r: Row) -> Observed:
    return Observed(
        Id(r["id"]), r["encounter"], r["request"], r["code"] or "", r["value"], r["word"], r["confirmed"] == "yes",
        r["happened_on"] or "", r["recorded_at"], r["recorded_by"],
    )  # fmt: skip


def _coded(r: Row) -> Coded:
    return Coded(
        Id(r["id"]), r["encounter"], r["diagnosis"], r["code"] or "", r["name_es"] or "", r["name_en"] or "",
        r["first_time"] == "yes", r["certainty"] or "confirmed", r["position"] or 0, r["happened_on"] or "",
    )  # fmt: skip


def _line(r: Row) -> Line:
    dose = Dose(
        r["morning"] or 0, r["noon"] or 0, r["afternoon"] or 0, r["night"] or 0, r["every_hours"],
        r["as_needed"] == "yes",
    )  # fmt: skip
    return Line(
        Id(r["id"]), r["item"], r["drug_text"] or "", dose, r["route"] or "", r["days"] or 0, r["quantity"] or 0,
        r["instructions"] or "", r["renews"],
    )  # fmt: skip


def authors(encounters: Iterable[Encounter]) -> tuple[Author, ...]:
    """Who typed these consults, each once, in order."""
    return tuple(dict.fromkeys(e.author for e in encounters))
