"""Looking for people on the real window: one key for an outcome, four at most, and the day they promised comes back."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from care import Care
from driver import Person
from PySide6.QtWidgets import QApplication
from sqlalchemy import select

from ces_desktop.data.models import ContactRecord
from ces_desktop.data.queries.patients import patient_file
from ces_desktop.domain.ids import Id
from ces_desktop.ui.models.record_table import RecordTable
from ces_desktop.ui.pages.patient_page import PatientPage
from ces_desktop.ui.pages.rescue_page import RescuePage

SURNAMES = ("Uno", "Dos", "Tres", "Cuatro", "Cinco", "Seis", "Siete", "Ocho", "Nueve")
KEYS = {
    "visited": ["V"],
    "promised": ["P", "Enter"],
    "nobody_home": ["N"],
    "refused": ["R"],
    "moved": ["M", "Enter"],
    "transferred": ["T", "Enter"],
    "wrong_address": ["X", "Enter"],
}


def late_people(person: Person, n: int) -> tuple[Care, list[Id]]:
    """So many invented people with 186/112 who should have come forty days ago."""
    opened = person.application.open
    assert opened is not None
    care, today = Care(opened.database, opened.actor), person.window.today
    seen, due = (today - timedelta(days=70)).isoformat(), (today - timedelta(days=40)).isoformat()
    found = []
    for name in SURNAMES[:n]:
        found.append(care.person("hypertension", paternal=name, since=(today - timedelta(days=400)).isoformat()))
        care.visit(found[-1], seen, systolic=186, diastolic=112, due=due, medicines={"Enalapril": 30})
    return care, found


def contacts(care: Care) -> dict[bytes, tuple[str, str | None]]:
    c = ContactRecord
    query = select(c.patient, c.outcome, c.promised_on).where(c.live == 1)
    return {row[0]: (row[1], row[2]) for row in care.db.read(lambda x: x.execute(query).all())}


def rescue(person: Person) -> RescuePage:
    person.press("Alt+3")
    page = person.window.page
    assert isinstance(page, RescuePage)
    assert isinstance(QApplication.focusWidget(), RecordTable)
    return page


@pytest.mark.covers("R7")
def test_every_outcome_takes_four_keys_at_most(person: Person, root: Path) -> None:
    person.enter(root)
    care, _ = late_people(person, 8)
    page = rescue(person)
    for outcome, keys in KEYS.items():
        chosen = page.table.current()
        assert chosen is not None
        person.keys = 0
        person.press(*keys)
        assert person.keys <= 4
        assert contacts(care)[chosen.patient.id][0] == outcome
        following = page.table.current()
        assert following is not None and following.patient.id != chosen.patient.id, "the next one is chosen"
    chosen = page.table.current()
    assert chosen is not None
    person.keys = 0
    person.answer_with("F9")
    person.press("F")
    assert person.keys <= 4
    file = care.db.read(lambda c: patient_file(c, chosen.patient.id))
    assert file is not None and file.status == "died"


@pytest.mark.covers("R7")
def test_a_promise_leaves_the_list_and_comes_back_by_itself_or_by_undo(person: Person, root: Path) -> None:
    person.enter(root)
    care, people = late_people(person, 2)
    page = rescue(person)
    first = page.table.current()
    assert first is not None
    person.press("P", "Enter")
    assert page.table.records.rowCount() == 1 and page.tabs["waiting"].shown_text().endswith("1")
    promised = contacts(care)[first.patient.id][1]
    assert promised == (person.window.today + timedelta(days=7)).isoformat()
    person.press("Ctrl+Z")
    assert page.table.records.rowCount() == len(people)
    back = page.table.current()
    assert back is not None and back.patient.id == first.patient.id, "who came back is chosen"
    assert contacts(care) == {}


@pytest.mark.covers("R7")
def test_a_day_that_cannot_be_is_told_in_place_and_escape_leaves_the_question(person: Person, root: Path) -> None:
    person.enter(root)
    care, _ = late_people(person, 1)
    page = rescue(person)
    person.press("P")
    person.type("-1")
    person.press("Enter")
    assert page.bar.asking and page.bar.trouble.text() and contacts(care) == {}
    person.press("Esc")
    assert not page.bar.asking and person.window.page is page
    assert QApplication.focusWidget() is page.table
    person.press("Enter")
    assert isinstance(person.window.page, PatientPage)


@pytest.mark.covers("R7")
def test_a_visit_of_yesterday_and_a_telephone_call_are_noted_as_such(person: Person, root: Path) -> None:
    person.enter(root)
    care, _ = late_people(person, 2)
    rescue(person)
    person.press("Shift+N")
    person.type("-1")
    person.press("Enter", "L", "N")
    c = ContactRecord
    query = select(c.happened_on, c.how).where(c.live == 1).order_by(c.recorded_at)
    today: date = person.window.today
    yesterday = (today - timedelta(days=1)).isoformat()
    rows = care.db.read(lambda x: x.execute(query).all())
    assert [tuple(row) for row in rows] == [(yesterday, "home"), (today.isoformat(), "phone")]
