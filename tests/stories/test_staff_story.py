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
from ces_desktop.data.queries.staff_requests import Request, requests
from ces_desktop.data.queries.users import user_rows
from ces_desktop.domain.access import Role
from ces_desktop.services import users
from ces_desktop.services.users import UserForm
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
