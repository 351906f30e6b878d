"""A consult of the demonstration as rows: the ones `services/visits` writes when it is signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ces_desktop.data.journal.op import Added, Fields
from ces_desktop.data.reference_files import read_list
from ces_desktop.domain import coding
from ces_desktop.domain.ids import Id, named_id
from ces_desktop.domain.visits import Diagnosed, Dose, Line, Measured, Requested, Visit

NewId = Callable[[], Id]


@dataclass(frozen=True, slots=True)
class Drug:
    """A medicine of the catalogue as a prescription names it."""

    item: Id
    text: str
    route: str
    unit: str
    pack: int


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Drug]:
    """The shipped medicines by code."""
    return {
        str(row["code"]): Drug(
            Id(bytes(row["id"])) if isinstance(row["id"], bytes) else named_id("item", str(row["code"])),
            str(row["name_es"]),
            str(row["route"] or "oral"),
            str(row["unit"]),
            int(row["pack"] or 1),
        )
        for row in read_list("item")
        if row["kind"] == "medicine"
    }


@lru_cache(maxsize=1_024)
def diagnosis_id(code: str) -> Id:
    """The id of a shipped diagnosis."""
    return named_id("diagnosis", code)


def line(
    new_id: NewId, code: str, dose: Dose, days: int, *, renews: Id | None = None, quantity: int = 0, words: str = ""
) -> Line:
    """A line of a prescription; its quantity is what the days need, in whole bottles, unless it is said."""
    drug = catalogue()[code]
    need = quantity or max(1, -(-dose.quarters_a_day() * days // 4))
    if drug.unit == "ml":
        need = -(-need // drug.pack) * drug.pack
    return Line(new_id(), drug.item, drug.text, dose, drug.route, days, need, words, renews)


def sign(visit: Visit, new_id: NewId, first_of_year: bool, problems: set[str]) -> list[Added]:
    """The rows of a signed consult, in the order in which they are written; `problems` as of `listed`."""
    day, patient, encounter = visit.happened_on, visit.patient.hex(), visit.encounter.hex()
    note = visit.note
    rows = [
        row(
            "encounter",
            visit.encounter,
            patient=patient,
            kind=visit.kind,
            happened_on=day,
            started_at=visit.started_at,
            entered=visit.entered,
            first_of_year="yes" if first_of_year else "no",
            referred_by=visit.referred_by or None,
            subjective=note.subjective or None,
            objective=note.objective or None,
            assessment=note.assessment or None,
            plan=note.plan or None,
            prognosis=visit.prognosis,
            unmeasured=visit.unmeasured,
            author_name=visit.author_name or None,
        )
    ]
    rows.extend(measured(m, patient, encounter, day, new_id) for m in visit.measured)
    for position, found in enumerate(visit.diagnoses, 1):
        rows.append(_diagnosed(found, position, patient, encounter, day, new_id))
        problem = listed(visit.patient, found.code, day, new_id, problems)
        rows.extend([problem] if problem else [])
    rows.extend(_prescribed(one, place, patient, encounter, day) for place, one in enumerate(visit.lines, 1))
    for ended in visit.stopped:
        rows.append(
            row(
                "prescription_stop",
                new_id(),
                patient=patient,
                prescription=ended.hex(),
                encounter=encounter,
                happened_on=day,
            )
        )
    rows.extend(_requested(one, patient, encounter, day) for one in visit.requests)
    if visit.next_on is not None:
        rows.append(
            row(
                "appointment",
                new_id(),
                patient=patient,
                encounter=encounter,
                kind="visit",
                due_on=visit.next_on,
                reason=visit.next_reason or None,
                happened_on=day,
            )
        )
    for programme in visit.programmes:
        rows.append(row("enrolment", new_id(), patient=patient, programme=programme, state="enrolled", happened_on=day))
    return rows


def listed(
    patient: Id, code: str, day: str, new_id: NewId, problems: set[str], onset: str | None = None
) -> Added | None:
    """The line that a chronic diagnosis adds to the problem list; None where it is not one, or stands there already.

    `problems` holds the categories that are listed, and is added to. `onset` is a partial ISO date.
    """
    if not coding.chronic(code) or coding.category(code) in problems:
        return None
    problems.add(coding.category(code))
    problem = new_id()
    return row(
        "condition",
        problem,
        patient=patient.hex(),
        problem=problem.hex(),
        diagnosis=diagnosis_id(code).hex(),
        code=code,
        onset=onset,
        state="active",
        happened_on=day,
    )


def measured(
    fact: Measured, patient: str, encounter: str | None, day: str, new_id: NewId, request: Id | None = None
) -> Added:
    """One observation; `encounter` and `patient` are written as in an op."""
    return row(
        "observation",
        new_id(),
        patient=patient,
        encounter=encounter,
        request=request.hex() if request else None,
        code=fact.code,
        value=fact.value,
        word=fact.word,
        confirmed="yes" if fact.confirmed else None,
        happened_on=day,
    )


def _diagnosed(found: Diagnosed, position: int, patient: str, encounter: str, day: str, new_id: NewId) -> Added:
    return row(
        "encounter_diagnosis",
        new_id(),
        patient=patient,
        encounter=encounter,
        diagnosis=found.diagnosis.hex(),
        code=found.code,
        first_time="yes" if found.first_time else "no",
        certainty=found.certainty,
        position=position,
        happened_on=day,
    )


def _prescribed(one: Line, position: int, patient: str, encounter: str, day: str) -> Added:
    dose = one.dose
    return row(
        "prescription",
        one.id,
        patient=patient,
        encounter=encounter,
        item=one.item.hex() if one.item else None,
        drug_text=one.drug,
        morning=dose.morning,
        noon=dose.noon,
        afternoon=dose.afternoon,
        night=dose.night,
        every_hours=dose.every_hours,
        as_needed="yes" if dose.as_needed else None,
        route=one.route,
        days=one.days,
        quantity=one.quantity,
        instructions=one.instructions or None,
        renews=one.renews.hex() if one.renews else None,
        position=position,
        happened_on=day,
    )


def _requested(one: Requested, patient: str, encounter: str, day: str) -> Added:
    return row(
        "lab_request",
        one.id,
        patient=patient,
        encounter=encounter,
        test=one.test,
        detail=one.detail or None,
        urgent="yes" if one.urgent else None,
        happened_on=day,
    )


def row(table: str, entity: Id, **values: int | str | None) -> Added:
    """A row of any table; what is None was not asked."""
    fields: Fields = {name: value for name, value in values.items() if value is not None}
    return Added(table, entity, fields)
