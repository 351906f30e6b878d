"""How many keys a consult takes on the real window: the ceilings of the product, as assertions."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from care import Care
from driver import Person
from sqlalchemy import select

from ces_desktop.data.models import ConditionRecord, DiagnosisRecord, ItemRecord, PrescriptionRecord
from ces_desktop.data.queries.encounters import Encounter, encounters_of
from ces_desktop.domain.ids import Id
from ces_desktop.ui.pages.consult_page import ConsultPage
from ces_desktop.ui.pages.patient_page import PatientPage


def clinic_with(person: Person, root: Path, *programmes: str) -> tuple[Care, Id]:
    """An open clinic with one person in these programmes, seen before, with long-term medicines."""
    person.enter(root)
    opened = person.application.open
    assert opened is not None
    care = Care(opened.database, opened.actor)
    who = care.person(*programmes, given="María Elena", paternal="López", maternal="Pérez", birth="1967-07-14")
    last = care.visit(who, "2026-01-16", systolic=152, diastolic=94, weight=71_400, height=1_510)
    for code in {"hypertension": "I10X", "diabetes": "E119"}.values():
        found = opened.database.read(partial(_diagnosis, code=code))
        key = care.id()
        if found is not None:
            shared = {"patient": who, "problem": key, "state": "active", "happened_on": "2024-01-10"}
            care.add(ConditionRecord(id=key, diagnosis=found, code=code, **shared))
    for place, name in enumerate(("Losart", "Metformina 850")):
        item = opened.database.read(partial(_item, begins=name))
        care.add(
            PrescriptionRecord(
                id=care.id(), patient=who, encounter=last, item=item[0], drug_text=item[1], morning=4, night=4,
                route="oral", days=30, quantity=60, position=place, happened_on="2026-01-16",
            )
        )  # fmt: skip
    person.settle()
    return care, who


def _diagnosis(connection: object, code: str) -> bytes | None:
    d = DiagnosisRecord
    return connection.execute(select(d.id).where(d.code == code)).scalar()  # type: ignore[attr-defined,no-any-return]


def _item(connection: object, begins: str) -> tuple[bytes, str]:
    i = ItemRecord
    query = select(i.id, i.name_es).where(i.name_es.like(f"{begins}%"))
    return connection.execute(query).first()  # type: ignore[attr-defined,no-any-return]


def signed(care: Care, who: Id) -> list[Encounter]:
    """The consults of a person, newest first."""
    return list(care.db.read(lambda c: encounters_of(c, care.clinic, who)))


def test_a_blood_pressure_follow_up_takes_twenty_keys(person: Person, root: Path) -> None:
    care, who = clinic_with(person, root, "hypertension")
    person.keys = 0
    person.press("F2")
    person.type("lo pe ma")
    person.press("Ctrl+Enter")
    assert isinstance(person.window.page, ConsultPage)
    person.type("12880")
    person.press("F9")
    person.type("b")  # the prognosis, asked once
    person.press("F9")
    assert isinstance(person.window.page, PatientPage)
    assert person.keys <= 20
    visit = signed(care, who)[0]
    assert {o.code: o.value for o in visit.measured} == {"systolic": 128, "diastolic": 80}
    assert [d.code for d in visit.diagnoses] == ["I10X"] and not visit.diagnoses[0].first_time
    assert visit.prognosis == "good" and visit.next is not None and not visit.lines
