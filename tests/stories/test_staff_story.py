"""A physician's year by keyboard: a candidate is assigned, begins, is away, ends; the sign-in ends, the name stays."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from pathlib import Path

import builders
import pytest
from driver import PASSPHRASE, Person
from sqlalchemy import select

from ces_desktop.data import vault
from ces_desktop.data.models import StaffPersonRecord
from ces_desktop.data.queries import staff as queries
from ces_desktop.data.queries.seminars import Seminar, seminars
from ces_desktop.data.queries.staff_requests import Request, requests
from ces_desktop.data.queries.users import user_rows
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import new_id
from ces_desktop.domain.seminars import Moment
from ces_desktop.services import seminars as services
from ces_desktop.services import staff, users
from ces_desktop.services.seminars import QuestionForm
from ces_desktop.services.staff import PersonRequest, PlacementRequest
from ces_desktop.services.users import UserForm
from ces_desktop.ui.pages.seminars_page import SeminarsPage
from ces_desktop.ui.pages.staff_page import StaffPage
from ces_desktop.ui.pages.staff_requests_page import RequestsPage
from ces_desktop.ui.pages.today_page import TodayPage


def page(person: Person) -> StaffPage:
    shown = person.window.page
    assert isinstance(shown, StaffPage)
    return shown


def held(person: Person) -> tuple[queries.Person, ...]:
    window = person.window
    return window.tasks.database.read(partial(queries.people, clinic=window.clinic.id))


def typed(today: date, days: int) -> str:
    """A day as it is typed."""
    return f"{today + timedelta(days=days):%d%m%Y}"


def colleague(person: Person) -> None:
    """A second sign-in, which the physician of the story will use."""
    opened = person.application.open
    assert opened is not None
    users.join(opened, UserForm("Dra. Ana Inventada", "MPSS", frozenset({Role.PHYSICIAN})), PASSPHRASE + " dos")


@pytest.mark.covers("S1")
def test_a_placement_from_candidate_to_the_end_of_the_access(person: Person, tmp_path: Path) -> None:
    person.enter(tmp_path / "data")
    colleague(person)
    today = person.window.today
    person.window.open_page("staff")
    person.settle()
    assert page(person).stack.currentIndex() == 1, "an empty list says what to do"

    # Name, role, state, no cohort, days, and the sign-in by its first letters.
    person.answer_with(
        *"ana", "Space", *"inventada", "Enter", "Enter", "Left", "Enter", "Enter", *typed(today, -300), "Enter",
        *typed(today, 60), "Enter", *"unach", "Enter", "Enter", "Enter", "Enter", *"ana", "Enter", "F9",
    )  # fmt: skip
    before = person.keys
    person.press("F9")
    person.settle()
    (ana,) = held(person)
    assert (ana.name, ana.school, ana.may_enter) == ("ana inventada", "unach", True)
    assert ana.placement is not None and ana.placement.state == "candidate"
    assert person.keys - before <= 70
    assert page(person).table.current() is not None

    person.answer_with("F9")  # a candidate is assigned first
    page(person).table.setFocus()
    person.press("Enter")
    person.settle()
    assert (ana := held(person)[0]).placement is not None and ana.placement.state == "assigned"
    person.answer_with("F9")
    person.press("Enter")
    person.settle()
    placement = held(person)[0].placement
    assert placement is not None and placement.state == "in_service"
    here = person.window.clinic.id
    covered = person.window.tasks.database.read(lambda c: queries.physician_coverage(c, here, today, today))
    assert covered.of(today) == "covered"

    person.answer_with("Right", "Enter", *typed(today, -2), "Enter", "H", "Enter", "F9")
    page(person).away.click()
    person.settle()
    covered = person.window.tasks.database.read(lambda c: queries.physician_coverage(c, here, today, today))
    assert covered.of(today) == "away" and "ausente" in page(person).heading.sentence.text()
    person.press("Ctrl+Z")
    person.settle()
    assert held(person)[0].absences == ()

    person.answer_with("F9")  # the year is over: the access goes with it unless the tick is taken away
    page(person).table.setFocus()
    person.press("Enter")
    person.settle()
    ended = held(person)[0]
    assert ended.placement is not None and (ended.placement.state, ended.placement.until_on) == (
        "finished", today.isoformat(),
    )  # fmt: skip

    person.wait_until(lambda: not held(person)[0].may_enter, 5)
    assert ended.user is not None
    rows = person.window.tasks.database.read(partial(user_rows, clinic=here, today=today))
    assert [row.active for row in rows if row.id == ended.user] == [False]
    opened = person.application.open
    assert opened is not None and all(slot.user != ended.user for slot in vault.list_slots(opened.folder))
    s = StaffPersonRecord
    kept = person.window.tasks.database.read(lambda c: c.execute(select(s.name)).scalars().all())
    assert kept == ["ana inventada"]
    builders.assert_proved(person.window.tasks.database)


@pytest.mark.covers("S2")
def test_a_leaking_roof_is_asked_for_answered_and_solved(person: Person, tmp_path: Path) -> None:
    person.enter(tmp_path / "data")
    person.window.open_page("staff_requests")
    person.settle()
    listed = person.window.page
    assert isinstance(listed, RequestsPage) and listed.stack.currentIndex() == 1, "an empty list says what to do"

    def kept() -> Request:
        (found,) = person.window.tasks.database.read(partial(requests, clinic=person.window.clinic.id))
        return found

    today = person.window.today
    before = person.keys
    person.answer_with(
        "Right", "Enter", *"gotera", "Enter", "u", "Enter", "Enter", *"logistica", "Enter", "Enter",
        *typed(today, -20), "F9",
    )  # fmt: skip
    person.press("F9")
    person.settle()
    assert (kept().kind, kept().text, kept().urgency, kept().owner) == ("housing", "gotera", "urgent", "logistica")
    assert kept().age(today).late == 13 and person.keys - before <= 45

    listed.table.setFocus()
    person.answer_with("Right", "Enter", *"presupuesto", "F9")
    person.press("Enter")
    person.settle()
    assert kept().state == "doing" and kept().answers[0].text == "presupuesto"
    person.answer_with("F9")
    listed.solved.click()
    person.settle()
    assert not kept().open and kept().age(today).days_open == 20
    person.press("Ctrl+Z")
    person.settle()
    assert kept().open

    person.press("Alt+1")
    person.settle()
    first = person.window.page
    assert isinstance(first, TodayPage)
    person.wait_until(lambda: first._staff is not None and bool(first._staff.alerts))
    assert first._staff is not None
    assert [(a.state, a.title) for a in first._staff.alerts] == [("bad", "1 solicitud atrasada")]
    builders.assert_proved(person.window.tasks.database)


@pytest.mark.covers("S4")
def test_a_seminar_with_its_quiz_typed_letter_by_letter(person: Person, tmp_path: Path) -> None:
    person.enter(tmp_path / "data")
    today = person.window.today
    who = new_id(0)
    first = (today - timedelta(days=9)).isoformat()
    placement = PlacementRequest(new_id(1), who, "physician", "in_service", from_on=first)
    add = partial(staff.add_person, request=PersonRequest(who, "Dra. Ana Inventada"), placement=placement)
    person.window.tasks.database.write(add, person.window.actor)
    person.window.open_page("seminars")
    person.settle()
    listed = person.window.page
    assert isinstance(listed, SeminarsPage) and listed.stack.currentIndex() == 1, "an empty list says what to do"

    def kept() -> Seminar:
        (found,) = person.window.tasks.database.read(partial(seminars, clinic=person.window.clinic.id))
        return found

    person.answer_with("Enter", *"diabetes", "Enter", *"harvard", "F9")
    person.press("F9")
    person.settle()
    assert (kept().title, kept().institution, kept().from_on) == ("diabetes", "harvard", today.isoformat())

    person.answer_with("Right", "F9")  # one person came
    listed.table.setFocus()
    person.press("Enter")
    person.settle()
    assert kept().presence(who) == 100

    three = tuple(QuestionForm(f"¿{n}?", ("uno", "dos", "tres"), n) for n in (1, 2, 3))
    person.window.tasks.database.write(partial(services.ask, wanted=kept().id, questions=three), person.window.actor)
    listed.reload()
    person.settle()
    for letters, right in (("acb", 1), ("abb", 2)):
        before = person.keys
        person.answer_with("Enter", "Enter", *letters, "F9")
        listed.quiz.click()
        person.settle()
        assert person.keys - before <= 6, "a sheet is its letters and three keys"
        moment: Moment = "pre" if right == 1 else "post"
        assert (found := kept().score(who, moment)) is not None and (found.right, found.of) == (right, 3)
    assert kept().earned(who).yes
    builders.assert_proved(person.window.tasks.database)
