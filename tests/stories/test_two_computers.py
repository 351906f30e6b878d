"""Two computers of a clinic change the same fact before they meet; somebody at the window decides, by keyboard."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from builders import assert_proved, database, installation, register, sqlcipher
from driver import Person
from two_laptops import ops_of

from ces_desktop.data.database import Database
from ces_desktop.data.models import ItemRecord, PatientRecord, table_of
from ces_desktop.data.queries.conflicts import conflicts
from ces_desktop.data.reference import load_shipped
from ces_desktop.domain.access import Actor
from ces_desktop.domain.ids import Id
from ces_desktop.services import staff, stock
from ces_desktop.services.staff import PersonRequest
from ces_desktop.services.stock import ShelfRequest
from ces_desktop.ui.pages.conflicts_page import ConflictsPage
from ces_desktop.ui.pages.patient_page import PatientPage
from ces_desktop.ui.pages.registration_page import RegistrationPage
from ces_desktop.ui.pages.staff_page import StaffPage
from ces_desktop.ui.pages.today_page import TodayPage
from ces_desktop.ui.widgets import Button, Text


def shown(person: Person) -> str:
    """Every word that can be seen."""
    return " | ".join(text.text() for text in person.window.findChildren(Text) if text.isVisible())


def edited(here: Database, who: Actor, patient: Id, **fields: Any) -> None:
    here.write(lambda work: work.change(PatientRecord, patient, **fields), who)


def met(person: Person, folder: Path) -> tuple[Database, Database, Id]:
    """Somebody whose telephone and first name were written at two computers that have met since."""
    opened = person.window.opened
    assert opened is not None
    here = opened.database
    folder.mkdir()
    clinic = here.installation.clinic
    there = database(sqlcipher(folder), installation=replace(installation(), clinic=clinic, slot=1))
    patient = register(here, opened.actor, phone="9610000000", given="Inventada")
    there.receive(ops_of(here))
    edited(here, opened.actor, patient, phone="9611111111", given="Inventada Uno")
    edited(there, opened.actor, patient, phone="9622222222", given="Inventada Dos")
    touched = here.receive(ops_of(there))
    there.receive(ops_of(here))
    person.window.tasks.changed.emit(touched)
    person.settle()
    return here, there, patient


@pytest.mark.covers("B1")
def test_a_choice_between_two_edits_by_keyboard(person: Person, root: Path, tmp_path: Path) -> None:
    """From the first page: keep one with a digit, take it back, keep it, write a third; both computers agree."""
    person.enter(root)
    here, there, patient = met(person, tmp_path / "second")
    waits = partial(conflicts, clinic=here.installation.clinic, device=here.installation.device)
    today = person.window.page
    assert isinstance(today, TodayPage)
    today.ask_values()
    person.settle()
    assert "2 datos se cambiaron en dos computadoras" in shown(person)
    person.window.open_patient(patient)
    person.settle()
    assert isinstance(person.window.page, PatientPage)
    assert "Se cambió en dos computadoras, por revisar: " in shown(person)
    person.go_to("Revisar")
    before = person.keys
    person.press("Space")
    page = person.window.page
    assert isinstance(page, ConflictsPage) and page.table.records.rowCount() == 2
    choose(person, page, "phone")
    assert "En esta computadora" in shown(person) and "En otra computadora" in shown(person)
    person.press("2")
    assert person.keys - before <= 10
    assert "Se conservó: 961\u00a0111\u00a01111" in shown(person)
    assert [c.fields for c in here.read(waits)] == [("given",)]
    person.press("Ctrl+Z")
    assert page.table.records.rowCount() == 2
    choose(person, page, "phone")
    person.press("F9")
    assert page.table.records.rowCount() == 1
    person.press("Enter")  # the form: a third value decides too
    form = person.window.page
    assert isinstance(form, RegistrationPage)
    control: Any = form.form.rows["given"].control
    control.setFocus()
    person.press("Ctrl+A")
    person.type("Inventada Tres")
    for _ in range(3):  # told of doubts, told of likenesses, saved
        if person.window.page is form:
            person.press("F9")
    assert here.read(waits) == ()
    there.receive(ops_of(here))
    assert there.read(waits) == ()
    row = there.read(lambda c: c.exec_driver_sql("SELECT given, phone FROM patient").one())
    assert tuple(row) == ("Inventada Tres", "9622222222")
    for each in (here, there):
        assert_proved(each)
    there.close()


def choose(person: Person, page: ConflictsPage, field: str) -> None:
    page.table.select_place(page.table.records.place_of(lambda c: c.fields == (field,)))
    person.settle()


def test_with_nothing_to_decide_the_page_says_so(person: Person, root: Path) -> None:
    person.enter(root)
    person.press("F2")
    person.type(">por revisar")
    person.press("Enter")
    assert isinstance(person.window.page, ConflictsPage) and "Nada por revisar." in shown(person)
    assert not [b for b in person.window.page.findChildren(Button) if b.accessibleName() == "Conservar este"]


@pytest.mark.covers("B1")
def test_a_place_on_the_shelf_and_a_telephone_of_the_staff_by_keyboard(
    person: Person, root: Path, tmp_path: Path
) -> None:
    """What two computers decided of an item and of who works here: seen from the first page, kept, the same at both."""
    person.enter(root)
    opened = person.window.opened
    assert opened is not None
    here, who = opened.database, opened.actor
    (tmp_path / "second").mkdir()
    there = database(
        sqlcipher(tmp_path / "second"), installation=replace(installation(), clinic=here.installation.clinic, slot=1)
    )
    there.local(load_shipped)
    t = table_of(ItemRecord)
    medicines = t.select().where(t.c.kind == "medicine").order_by(t.c.code)
    item = here.read(lambda c: c.execute(medicines).mappings().first())
    pasante = PersonRequest(Id(bytes(15) + b"\x01"), "Dra. Pasante Inventada", phone="9610000000")
    here.write(partial(staff.add_person, request=pasante), who)
    there.receive(ops_of(here))
    for each, n in ((here, 1), (there, 2)):
        shelf = ShelfRequest(Id(bytes(15) + bytes([n + 1])), Id(item["id"]), "yes", f"Anaquel {n}")
        each.write(partial(stock.keep, request=shelf), who)
        each.write(partial(staff.edit_person, request=replace(pasante, phone=f"961{str(n) * 7}")), who)
    touched = here.receive(ops_of(there))
    person.window.tasks.changed.emit(touched)
    person.settle()
    today = person.window.page
    assert isinstance(today, TodayPage)
    today.ask_values()
    person.settle()
    assert "2 datos se cambiaron en dos computadoras" in shown(person)
    person.go_to("Revisar")
    person.press("Space")
    page = person.window.page
    assert isinstance(page, ConflictsPage) and page.table.records.rowCount() == 2
    for place, arguments, field in (("item", (Id(item["id"]),), "location"), ("staff", (), "phone")):
        person.window.go_to(place, arguments)
        person.settle()
        assert "Se cambió en dos computadoras, por revisar: " in shown(person)
        person.press("F7")  # one key from the page of what it is about
        page = person.window.page
        assert isinstance(page, ConflictsPage)
        held = page.table.current()
        assert held is not None and held.fields == (field,)
    choose(person, page, "location")
    assert "Anaquel 1" in shown(person) and "Anaquel 2" in shown(person)
    person.press("2")
    assert "Se conservó: Anaquel 1" in shown(person)
    choose(person, page, "phone")
    person.press("Enter")
    assert isinstance(person.window.page, StaffPage)
    person.press("Esc")
    person.press("F9")
    page = person.window.page
    assert isinstance(page, ConflictsPage) and "Nada por revisar." in shown(person)
    there.receive(ops_of(here))
    waits = partial(conflicts, clinic=here.installation.clinic, device=here.installation.device)
    for each in (here, there):
        assert each.read(waits) == ()
        said = "SELECT s.location, p.phone FROM item_shelf s, staff_person p"
        row = each.read(lambda c: c.exec_driver_sql(said).one())  # noqa: B023 - read at once
        assert tuple(row) == ("Anaquel 1", "9612222222")
        assert_proved(each)
    there.close()
