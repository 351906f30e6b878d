"""What the protocol asks for today: said in the consult with its reason, marked at its field, gone once it is done."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

import builders
import pytest
from care import Care
from driver import Person
from test_rarer_days import tab_to

from ces_desktop.data.queries.encounters import encounters_of
from ces_desktop.domain.ids import Id
from ces_desktop.ui import labels
from ces_desktop.ui.pages.consult_context import ContextColumn
from ces_desktop.ui.pages.consult_page import ConsultPage
from ces_desktop.ui.pages.patient_page import PatientPage
from ces_desktop.ui.widgets import Button, SectionCard, Text

LETTERS = "lo pe ma"


def somebody(person: Person, root: Path) -> tuple[Care, Id, str]:
    """An open clinic with a woman with diabetes, seen and looked at fourteen months ago and never since."""
    person.enter(root)
    opened = person.application.open
    assert opened is not None
    care = Care(opened.database, opened.actor)
    who = care.person("diabetes", given="María Elena", paternal="López", maternal="Pérez", birth="1967-07-14")
    before = (person.window.today - timedelta(days=430)).isoformat()
    care.visit(who, before, systolic=128, diastolic=76, weight=71_400, height=1_510, waist=960, hba1c=91)
    person.settle()
    return care, who, before


def open_consult(person: Person) -> ConsultPage:
    """By the search, as one does."""
    person.press("F2")
    person.type(LETTERS)
    person.press("Ctrl+Enter")
    page = person.window.page
    assert isinstance(page, ConsultPage)
    return page


def due(page: ConsultPage | PatientPage, title: str = "Toca hoy") -> dict[str, str]:
    """Step → reason, as they stand in the card; what is behind "and 3 more" is asked for first."""
    for more in page.findChildren(Button):
        if more.isVisible() and more.accessibleName().startswith("y ") and more.accessibleName().endswith(" más"):
            more.click()
    for card in page.findChildren(SectionCard):
        said = [text.text() for text in card.findChildren(Text) if text.text()]
        if said and said[0] == title:
            return dict(zip(said[1::2], said[2::2], strict=True))
    return {}


@pytest.mark.covers("R17")
def test_what_is_due_is_said_with_its_reason_and_goes_when_it_is_done(
    person: Person, root: Path, spanish: None
) -> None:
    care, who, before = somebody(person, root)
    page = open_consult(person)
    last = f"último: {labels.day(before)}"
    asked = due(page)
    assert page.findChild(ContextColumn) is not None
    assert asked["Hemoglobina glucosilada"] == asked["Peso"] == asked["Cintura"] == last
    assert asked["Examen del pie"] == asked["Examen de los ojos"] == asked["Creatinina"] == "nunca anotado"
    assert asked["Estatina"] == "no está entre sus medicinas"
    assert page.form is not None
    assert {code for code, row in page.form.rows().items() if getattr(row, "due", "")} >= {
        "hba1c", "foot_examination", "eye_examination", "weight", "waist",
    }  # fmt: skip

    person.type("12676")  # pressure
    person.type("70.2")
    person.press("Enter")
    person.type("94")
    person.press("Enter", "Enter", "Enter")  # no glucose today
    person.type("6.8")  # goes on by itself
    person.press("Enter", "Enter")
    person.type("n")  # the feet are as they should be
    tab_to(person, "Pedir Creatinina")
    person.press("Space")
    person.press("F9")
    person.type("b")
    person.press("F9")
    assert isinstance(person.window.page, PatientPage)
    visit = care.db.read(partial(encounters_of, clinic=care.clinic, patient=who))[0]
    found = {o.code: o.value if o.value is not None else o.word for o in visit.measured}
    assert found == {
        "systolic": 126, "diastolic": 76, "weight": 70_200, "waist": 940, "hba1c": 68, "foot_examination": "normal",
    }  # fmt: skip
    assert [each.test for each in visit.requests] == ["creatinine"]

    left = due(open_consult(person))
    done = {"Hemoglobina glucosilada", "Examen del pie", "Peso", "Cintura", "Presión arterial"}
    assert not done & set(left) and left["Examen de los ojos"] == "nunca anotado" and "Creatinina" in left
    builders.assert_proved(care.db)
