"""Everything a consult shows of a person, in one read: last values, problems, medicines, plans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, select

from ces_desktop.data.models import (
    AllergyRecord,
    ConditionRecord,
    DiagnosisRecord,
    EncounterDiagnosisRecord,
    EncounterRecord,
    EnrolmentRecord,
    table_of,
)
from ces_desktop.data.queries.patients import PatientFile, patient_file
from ces_desktop.data.queries.prepared import Prepared, slots
from ces_desktop.data.queries.visits import (
    Appointment,
    Observed,
    Pending,
    appointment,
    in_force,
    observations,
    pending,
    prescribed,
    records_of,
)
from ces_desktop.domain.dosing import Medicine, Prescribed, Stopped, medicines
from ces_desktop.domain.ids import Id
from ces_desktop.domain.programs import Course, Reading


@dataclass(frozen=True, slots=True)
class Allergy:
    """One allergy or intolerance noted: "present" or "refuted"."""

    id: Id
    state: str
    substance: str
    drug_class: str
    reaction: str
    severity: str
    since: str | None
    day: str


@dataclass(frozen=True, slots=True)
class Allergies:
    """What is known of allergies. Neither `present` nor `denied`: nobody asked ("Alergias: sin preguntar")."""

    present: tuple[Allergy, ...] = ()
    refuted: tuple[Allergy, ...] = ()
    denied: Id | None = None
    """The row that says "Niega alergias", when it is the last word and nothing is present."""
    denied_on: str | None = None

    @property
    def asked(self) -> bool:
        """Whether anything at all is known."""
        return bool(self.present or self.denied)


@dataclass(frozen=True, slots=True)
class Condition:
    """A line of the problem list as it stands; names are the catalogue's, "" when only `label` is said."""

    id: Id
    problem: Id
    diagnosis: Id | None
    code: str
    label: str
    name_es: str
    name_en: str
    onset: str | None
    state: str
    day: str

    def name(self, language: str) -> str:
        """Its name in words."""
        return (self.name_es if language.startswith("es") else self.name_en) or self.label or self.code


@dataclass(frozen=True, slots=True)
class Coded:
    """A diagnosis of a signed consult."""

    id: Id
    encounter: Id | None
    diagnosis: Id | None
    code: str
    name_es: str
    name_en: str
    first_time: bool
    certainty: str
    position: int
    day: str

    def name(self, language: str) -> str:
        """Its name in words."""
        return (self.name_es if language.startswith("es") else self.name_en) or self.code


@dataclass(frozen=True, slots=True)
class PastVisit:
    """A signed consult as one line: when, what kind, who typed it (`by`) or saw the person (`author_name`)."""

    id: Id
    day: str
    kind: str
    entered: str
    started_at: int | None
    recorded_at: int
    by: Id | None
    author_name: str
    plan: str


@dataclass(frozen=True, slots=True)
class VisitForm:
    """What the consult shows before anything is typed. Facts of all records of the person, records joined."""

    file: PatientFile
    records: tuple[Id, ...]
    encounter: Id | None
    """The consult to be, when it was asked for; the one in force when it was undone or signed meanwhile."""
    signed: bool
    vitals: Mapping[str, Observed]
    """Taken already for this consult, by measure code: what the fields begin with."""
    last: Mapping[str, Observed]
    """The last value of every measure before this consult, by code: what stands beside the field."""
    observed: tuple[Observed, ...]
    """Every observation in force, newest first."""
    course: Course
    """Readings (this consult's vitals too), visits, programmes and codes, as the rules of programmes read them."""
    programmes: Mapping[str, str]
    """Programme → ISO day of the enrolment in force."""
    conditions: tuple[Condition, ...]
    """The problem list: active first, then resolved."""
    allergies: Allergies
    medicines: tuple[Medicine, ...]
    prescribed: tuple[Prescribed, ...]
    """Every line ever, oldest first."""
    stops: tuple[Stopped, ...]
    pending: tuple[Pending, ...]
    visits: tuple[PastVisit, ...]
    """Signed consults, newest first."""
    diagnoses: tuple[Coded, ...]
    """Of all signed consults, newest first, in the order of the note."""
    next: Appointment | None

    @property
    def last_visit(self) -> PastVisit | None:
        """The last signed consult."""
        return self.visits[0] if self.visits else None

    @property
    def last_diagnoses(self) -> tuple[Coded, ...]:
        """Those of the last consult that had any."""
        return tuple(d for d in self.diagnoses if d.encounter == self.diagnoses[0].encounter)

    @property
    def coded(self) -> tuple[tuple[str, str], ...]:
        """(code, ISO day) of everything diagnosed or on the problem list: what `coding.first_time` asks for."""
        return (*((d.code, d.day) for d in self.diagnoses), *((c.code, c.day) for c in self.conditions if c.code))


_M, _K, _G = table_of(EnrolmentRecord), table_of(ConditionRecord), table_of(AllergyRecord)
_D, _E, _N = table_of(EncounterDiagnosisRecord), table_of(EncounterRecord), table_of(DiagnosisRecord)
_CLINIC: BindParameter[bytes] = bindparam("clinic")

_ENROLMENTS = Prepared(
    select(_M.c.programme, _M.c.state, _M.c.happened_on, _M.c.recorded_at, _M.c.id).where(
        _M.c.clinic == _CLINIC, _M.c.patient.in_(slots()), _M.c.live == 1
    )
)
_CONDITIONS = Prepared(
    select(
        _K.c.id, _K.c.problem, _K.c.diagnosis, _K.c.code, _K.c.label, _N.c.name_es, _N.c.name_en, _K.c.onset,
        _K.c.state, _K.c.happened_on, _K.c.recorded_at,
    )
    .outerjoin(_N, _N.c.id == _K.c.diagnosis)
    .where(_K.c.clinic == _CLINIC, _K.c.patient.in_(slots()), _K.c.live == 1)
)  # fmt: skip
_ALLERGIES = Prepared(
    select(
        _G.c.id, _G.c.state, _G.c.substance, _G.c.drug_class, _G.c.reaction, _G.c.severity, _G.c.since,
        _G.c.happened_on, _G.c.recorded_at,
    ).where(_G.c.clinic == _CLINIC, _G.c.patient.in_(slots()), _G.c.live == 1)
)  # fmt: skip
_DIAGNOSES = Prepared(
    select(
        _D.c.id, _D.c.encounter, _D.c.diagnosis, _D.c.code, _N.c.name_es, _N.c.name_en, _D.c.first_time,
        _D.c.certainty, _D.c.position, _D.c.happened_on, _D.c.recorded_at,
    )
    .outerjoin(_N, _N.c.id == _D.c.diagnosis)
    .where(_D.c.clinic == _CLINIC, _D.c.patient.in_(slots()), _D.c.live == 1)
)  # fmt: skip
_VISITS = Prepared(
    select(
        _E.c.id, _E.c.happened_on, _E.c.kind, _E.c.entered, _E.c.started_at, _E.c.recorded_at, _E.c.recorded_by,
        _E.c.author_name, _E.c.plan,
    ).where(_E.c.clinic == _CLINIC, _E.c.patient.in_(slots()), _E.c.live == 1)
)  # fmt: skip


def visit_form(
    connection: Connection, clinic: Id, patient: Id, today: date, encounter: Id | None = None
) -> VisitForm | None:
    """All that the consult of a person shows; None when the record is gone.

    `today` is the day of the consult: with a past day (entered late) medicines are those of that day, but last values
    are the last known. `encounter` is the consult to be, from the waiting room, whose vitals come along.
    """
    file = patient_file(connection, patient)
    if file is None:
        return None
    records = records_of(connection, clinic, patient)
    key, signed = in_force(connection, encounter) if encounter is not None else (None, None)
    observed = observations(connection, clinic, records)
    own = {encounter, key} - {None}
    lines, stops = prescribed(connection, clinic, records)
    programmes = enrolments(connection, clinic, records)
    problems = conditions(connection, clinic, records)
    visits = past_visits(connection, clinic, records)
    return VisitForm(
        file=file,
        records=records,
        encounter=key,
        signed=signed is True,
        vitals=_first_of_each(o for o in observed if o.encounter in own),
        last=_first_of_each(o for o in observed if o.encounter not in own),
        observed=observed,
        course=_course(observed, visits, programmes, problems),
        programmes=programmes,
        conditions=problems,
        allergies=allergies(connection, clinic, records),
        medicines=medicines(lines, stops, today),
        prescribed=lines,
        stops=stops,
        pending=pending(connection, clinic, records),
        visits=visits,
        diagnoses=diagnoses(connection, clinic, records),
        next=appointment(connection, clinic, records),
    )


def enrolments(connection: Connection, clinic: Id, records: Sequence[Id]) -> dict[str, str]:
    """Programmes in which the person is, with the ISO day on which the enrolment in force began."""
    rows = _ENROLMENTS.for_many(connection, records, clinic=clinic)
    state: dict[str, tuple[str, str]] = {}
    for programme, word, day, _, _ in sorted(rows, key=lambda r: (r[2] or "", r[3], r[4])):
        # Enrolled again without having left: the first day holds.
        if not (word == "enrolled" and state.get(programme, ("", ""))[0] == "enrolled"):
            state[programme] = (word or "", day or "")
    return {programme: day for programme, (word, day) in state.items() if word == "enrolled"}


def conditions(connection: Connection, clinic: Id, records: Sequence[Id]) -> tuple[Condition, ...]:
    """The problem list: of each problem its last line; active ones first, then by onset or day of noting."""
    rows = _CONDITIONS.for_many(connection, records, clinic=clinic)
    latest: dict[bytes, Condition] = {}
    for row in sorted(rows, key=lambda r: (r[9] or "", r[10], r[0])):
        key, problem, diagnosis, code, label, es, en, onset, state, day, _ = row
        latest[problem or key] = Condition(
            Id(key), Id(problem or key), diagnosis, code or "", label or "", es or "", en or "", onset,
            state or "active", day or "",
        )  # fmt: skip
    return tuple(sorted(latest.values(), key=lambda c: (c.state != "active", c.onset or c.day, c.id)))


def allergies(connection: Connection, clinic: Id, records: Sequence[Id]) -> Allergies:
    """What is known of allergies, present ones in the order of noting."""
    rows = sorted(_ALLERGIES.for_many(connection, records, clinic=clinic), key=lambda r: (r[7] or "", r[8], r[0]))
    present: list[Allergy] = []
    refuted: list[Allergy] = []
    denied: tuple[Any, ...] | None = None
    for row in rows:
        key, state, substance, drug_class, reaction, severity, since, day, _ = row
        if state == "none_known":
            denied = row
            continue
        each = Allergy(
            Id(key), state or "present", substance or "", drug_class or "", reaction or "", severity or "unknown",
            since, day or "",
        )  # fmt: skip
        (present if each.state == "present" else refuted).append(each)
    if present or denied is None:
        return Allergies(tuple(present), tuple(refuted))
    return Allergies((), tuple(refuted), Id(denied[0]), denied[7])


def diagnoses(connection: Connection, clinic: Id, records: Sequence[Id]) -> tuple[Coded, ...]:
    """Diagnoses of all signed consults of these records, newest consult first, in the order of the note."""
    rows = _DIAGNOSES.for_many(connection, records, clinic=clinic)
    rows.sort(key=lambda r: (r[8] or 0, r[0]))
    rows.sort(key=lambda r: (r[9] or "", r[10]), reverse=True)
    return tuple(
        Coded(
            Id(key), encounter, diagnosis, code or "", es or "", en or "", first == "yes", certainty or "confirmed",
            position or 0, day or "",
        )
        for key, encounter, diagnosis, code, es, en, first, certainty, position, day, _ in rows
    )  # fmt: skip


def past_visits(connection: Connection, clinic: Id, records: Sequence[Id]) -> tuple[PastVisit, ...]:
    """Signed consults of these records, newest first."""
    rows = _VISITS.for_many(connection, records, clinic=clinic)
    found = [
        PastVisit(
            Id(key), day or "", kind or "consult", entered or "live", started, recorded, by, author or "", plan or ""
        )
        for key, day, kind, entered, started, recorded, by, author, plan in rows
    ]
    return tuple(sorted(found, key=lambda v: (v.day, v.started_at or v.recorded_at, v.id), reverse=True))


def _first_of_each(newest_first: Iterable[Observed]) -> dict[str, Observed]:
    found: dict[str, Observed] = {}
    for each in newest_first:
        found.setdefault(each.code, each)
    return found


def _course(
    observed: Sequence[Observed],
    visits: Sequence[PastVisit],
    programmes: Mapping[str, str],
    problems: Sequence[Condition],
) -> Course:
    readings: dict[str, list[Reading]] = {}
    for each in observed:
        readings.setdefault(each.code, []).append(Reading(each.code, each.day, each.value, each.word, each.encounter))
    active = frozenset(c.code for c in problems if c.state == "active" and c.code)
    return Course(readings, tuple(v.day for v in visits), programmes, active)
