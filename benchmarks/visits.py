"""The twelve rows of an ordinary visit, for what measures the writing of visits."""

from __future__ import annotations

from ces_desktop.data.journal.op import Added, Fields
from ces_desktop.domain.ids import Id, named_id, new_id

NOTE = {
    "subjective": "Refiere tomar su medicamento todos los días; sin dolor de cabeza ni mareo. (Persona inventada.)",
    "objective": "Buen estado general, ruidos cardiacos rítmicos, sin edema.",
    "assessment": "Hipertensión en control; diabetes fuera de meta.",
    "plan": "Continuar tratamiento, laboratorio en la próxima cita, dieta y caminata.",
}
MEASURES = {"weight": 68_400, "height": 1_520, "systolic": 138, "diastolic": 86, "pulse": 76, "temperature": 366}
DIAGNOSES = {code: named_id("diagnosis", code).hex() for code in ("I10X", "E119")}
MEDICINES = ("Losartán 50 mg tableta", "Metformina 850 mg tableta", "Ácido acetilsalicílico 100 mg tableta")


def visit(patient: Id, at: int, day: str) -> list[Added]:
    """A signed consult at `at` (UTC ms): note, six measures, two diagnoses, three medicines."""
    encounter = new_id(at)
    fact: Fields = {"patient": patient.hex(), "happened_on": day}
    of_it = fact | {"encounter": encounter.hex()}
    consult: Fields = {"kind": "consult", "started_at": at, "entered": "live", "first_of_year": "no", **NOTE}
    rows = [Added("encounter", encounter, fact | consult)]
    for code, value in MEASURES.items():
        rows.append(Added("observation", new_id(at), of_it | {"code": code, "value": value}))
    for position, (code, diagnosis) in enumerate(DIAGNOSES.items(), 1):
        given: Fields = {"diagnosis": diagnosis, "code": code, "position": position}
        rows.append(Added("encounter_diagnosis", new_id(at), of_it | given | {"first_time": "no"}))
    for medicine in MEDICINES:
        dose: Fields = {"drug_text": medicine, "morning": 4, "night": 4, "days": 30, "quantity": 60}
        rows.append(Added("prescription", new_id(at), of_it | dose | {"route": "oral"}))
    return rows
