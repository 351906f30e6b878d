"""What the tests of the prints of care share: an invented consult, from plain to full, and the person's care."""

from __future__ import annotations

from dataclasses import replace

import paper

from ces_desktop.data.queries.encounters import AddendumRow, Author, Encounter, EncounterView
from ces_desktop.data.queries.prints import ConsultPaper, Product
from ces_desktop.data.queries.visit_form import Allergies, Allergy, Coded, Condition, VisitForm
from ces_desktop.data.queries.visits import Appointment, Observed
from ces_desktop.domain.dosing import Medicine, Prescribed
from ces_desktop.domain.ids import Id
from ces_desktop.domain.programs import Course
from ces_desktop.domain.visits import Dose, Line, Note, Requested

DAY = "2026-03-16"
STARTED = 1_773_677_400_000  # 16 March 2026, 10:10 in Chiapas
WHO = Author(Id(b"u" * 16), "Dra. Prueba Inventada", "1234567")


def key(n: int) -> Id:
    """An id for a row."""
    return Id(n.to_bytes(16, "big"))


def observed(code: str, value: int | None = None, word: str | None = None, day: str = DAY) -> Observed:
    """A measured value."""
    return Observed(key(hash(code) & 0xFFFF), key(1), None, code, value, word, False, day, STARTED, None)


MEASURED = (
    observed("systolic", 152), observed("diastolic", 94), observed("weight", 70_800), observed("glucose_fasting", 131),
    observed("chest_pain", None, "no"),
)  # fmt: skip
LOSARTAN = Line(key(11), key(21), "Losartán 50 mg", Dose(morning=4, night=4), "oral", 30, 60, "con agua")
HALF = Line(key(12), key(22), "Hidroclorotiazida 25 mg", Dose(morning=2), "oral", 30, 15)
SYRUP = Line(key(13), None, "Paracetamol jarabe", Dose(morning=20, every_hours=8, as_needed=True), "oral", 3, 60)
CLONAZEPAM = Line(key(14), key(24), "Clonazepam 2 mg", Dose(night=2), "oral", 30, 15)
PRODUCTS = {
    key(21): Product("tablet", "50 mg", "tablet", ""),
    key(22): Product("tablet", "25 mg", "tablet", ""),
    key(24): Product("tablet", "2 mg", "tablet", "III"),
}
ENCOUNTER = Encounter(
    id=key(1), patient=paper.NOBODY, day=DAY, kind="consult", entered="live", started_at=STARTED,
    recorded_at=STARTED + 900_000, author=WHO, author_name="", first_of_year=True, referred_by="",
    note=Note("Dolor <fuerte> de cabeza & mareo", "Consciente, ≥ 15 Glasgow", "Fuera de meta", "Ajuste de dosis"),
    prognosis="guarded", unmeasured=None, voided=False, replaced_by=None, measured=MEASURED,
    diagnoses=(
        Coded(key(2), key(1), None, "I10X", "Hipertensión arterial", "Hypertension", False, "confirmed", 1, DAY),
        Coded(key(3), key(1), None, "E119", "Diabetes tipo 2", "Type 2 diabetes", True, "presumed", 2, DAY),
    ),
    lines=(LOSARTAN, HALF, SYRUP), stopped=(), requests=(Requested(key(4), "hba1c", "", True),),
    next=Appointment(key(5), "visit", "2026-04-13", "Control", DAY), addenda=(),
)  # fmt: skip
ALLERGIC = Allergies(
    (Allergy(key(6), "present", "Penicilina", "penicillins", "ronchas", "severe", None, "2025-01-02"),)
)
PAPER = ConsultPaper(EncounterView(paper.FULL, ENCOUNTER), ALLERGIC, PRODUCTS)
ADDENDUM = AddendumRow(key(7), "Llamó: ya tolera la medicina.", Author(None, "Enf. Otra Inventada", ""), STARTED + 1)


def consult(**fields: object) -> ConsultPaper:
    """The consult with other fields."""
    return replace(PAPER, view=EncounterView(paper.FULL, replace(ENCOUNTER, **fields)))  # type: ignore[arg-type]


PROBLEM = Condition(
    key(8), key(8), None, "I10X", "", "Hipertensión arterial", "Hypertension", "2019", "active", DAY
)  # fmt: skip
CARE = VisitForm(
    file=paper.FULL, records=(paper.NOBODY,), encounter=None, signed=False, vitals={},
    last={each.code: each for each in MEASURED}, course=Course(), programmes={"hypertension": "2024-02-11"},
    conditions=(PROBLEM,), observed=MEASURED,
    allergies=ALLERGIC,
    medicines=(Medicine(Prescribed(LOSARTAN, key(1), DAY), 29), Medicine(Prescribed(HALF, key(1), DAY), 29)),
    prescribed=(), stops=(), pending=(), visits=(), diagnoses=(), next=ENCOUNTER.next,
)  # fmt: skip
