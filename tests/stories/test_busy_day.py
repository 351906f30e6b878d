"""A busy day at one desk: the nurse fills the waiting room, the physician keeps two consults open, then paper days."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import builders
import pypdfium2
import pytest
from care import Care
from driver import Person
from test_keys_reports import seen_and_closed

from ces_desktop.data.pin import pin_verifier
from ces_desktop.data.queries.encounters import Encounter, encounters_of
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.services import users
from ces_desktop.services.users import UserForm
from ces_desktop.ui.entry.lock import LockScreen
from ces_desktop.ui.pages.consult_arrival import ArrivalPage
from ces_desktop.ui.pages.consult_page import ConsultPage
from ces_desktop.ui.pages.consult_waiting import WaitingPage
from ces_desktop.ui.pages.reports_page import ReportsPage

FORMS = ("Consulta a mano", "Hoja diaria a mano", "Personas por registrar a mano")
PINS = {"nurse": "2580", "physician": "1470"}


def two_users(person: Person, root: Path) -> tuple[Care, dict[str, Id]]:
    """An open clinic of a physician and a nurse, each with a PIN."""
    person.enter(root)
    opened = person.application.open
    assert opened is not None
    form = UserForm("Enf. Otra Inventada", "", frozenset({Role.NURSE}))
    who = {"nurse": users.join(opened, form, "otra frase inventada para probar").value, "physician": opened.actor.user}
    for name, user in who.items():
        opened.database.local(lambda c, u=user, n=name: users.set_pin(c, u, pin_verifier(PINS[n])))
    return Care(opened.database, opened.actor), who


def hand_over(person: Person, who: dict[str, Id], to: str) -> int:
    """Another sits down at the locked desk: name, PIN. Returns how many keys it took."""
    person.keys = 0
    person.application.lock()
    screen = person.application._view
    assert isinstance(screen, LockScreen)
    person.wait_until(lambda: not screen.jobs.running)
    person.press("Down" if to == "nurse" else "Up")
    assert screen.user == who[to]
    person.type(PINS[to])
    person.press("Enter")
    person.wait_until(lambda: not isinstance(person.application._view, LockScreen))
    assert person.window.actor.user == who[to]
    return person.keys


def consults(care: Care, who: Id) -> list[Encounter]:
    return list(care.db.read(partial(encounters_of, clinic=care.clinic, patient=who)))


def call(person: Person, letters: str) -> None:
    person.press("F2")
    person.type(letters)
    person.press("Ctrl+Enter")


@pytest.mark.covers("R19")
def test_the_waiting_room_two_consults_and_two_users_at_one_desk(person: Person, root: Path, spanish: None) -> None:
    care, who = two_users(person, root)
    today = person.window.today.isoformat()
    ana = care.person("hypertension", given="María Elena", paternal="López", maternal="Pérez", birth="1967-07-14")
    beto = care.person("hypertension", given="Hermelindo", paternal="Díaz", maternal="Roblero", birth="1950-03-02")
    person.settle()

    assert hand_over(person, who, "nurse") <= 6
    for letters, digits in (("lo pe ma", "15095"), ("di ro he", "12878")):
        call(person, letters)
        assert isinstance(person.window.page, ArrivalPage)
        person.type(digits)
        person.press("F9")
    page = person.window.page
    assert isinstance(page, WaitingPage)
    assert not consults(care, ana) and not consults(care, beto), "vital signs alone are no consult"

    assert hand_over(person, who, "physician") <= 6
    call(person, "lo pe ma")
    page = person.window.page
    assert isinstance(page, ConsultPage) and page.form is not None and page.patient == ana
    assert page.form.measure_rows()["systolic"].content() == {"systolic": "150", "diastolic": "95"}
    person.press("Enter", "Enter")  # past the pressure the nurse took
    person.type("70.8")
    call(person, "di ro he")  # she went out for her card: the next comes in
    page = person.window.page
    assert isinstance(page, ConsultPage) and page.patient == beto
    assert page.form is not None
    assert page.form.measure_rows()["systolic"].content() == {"systolic": "128", "diastolic": "78"}
    person.press("Ctrl+Tab")
    page = person.window.page
    assert isinstance(page, ConsultPage) and page.patient == ana
    for _ in (ana, beto):
        person.press("F9")
        person.type("b")
        person.press("F9")
        call(person, "di ro he")
    page = person.window.page
    signed = {who_: consults(care, who_)[0] for who_ in (ana, beto)}
    assert {each.day for each in signed.values()} == {today}
    assert {o.code: o.value for o in signed[ana].measured} == {"systolic": 150, "diastolic": 95, "weight": 70_800}
    assert {o.code: o.value for o in signed[beto].measured} == {"systolic": 128, "diastolic": 78}
    assert {each.author.name for each in signed.values()} == {person.window.actor.name}
    builders.assert_proved(care.db)


@pytest.mark.covers("R19")
def test_forms_for_days_without_light_are_printed_from_the_reports(
    person: Person, root: Path, spanish: None
) -> None:
    person.enter(root)
    person.window.open_page("reports")
    person.settle()
    page = person.window.page
    assert isinstance(page, ReportsPage)
    actions = page.menu.actions()
    assert [act.text() for act in actions] == list(FORMS)
    forms = []
    for act in actions:
        shown = seen_and_closed(person)
        act.trigger()
        person.wait_until(lambda shown=shown: bool(shown))  # type: ignore[misc]
        forms.append(shown)
    for title, (pdf,) in zip(FORMS, forms, strict=True):
        with pypdfium2.PdfDocument(pdf) as document:
            assert title in " ".join(document[0].get_textpage().get_text_bounded().split())
