"""Mentoring at the real window: a session entered by keyboard, signed by both, its actions carried and closed."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from care import Care
from driver import Person
from mentors import MENTEE, MENTOR, enter, make, printed

from ces_desktop.data import vault
from ces_desktop.data.queries.mentoring import open_actions
from ces_desktop.data.queries.mentoring_sessions import Mentoring, mentoring
from ces_desktop.domain.ids import Id
from ces_desktop.ui.pages.mentoring_page import MentoringPage
from ces_desktop.ui.pages.mentoring_progress_page import ProgressPage
from ces_desktop.ui.pages.mentoring_session_page import SessionPage
from ces_desktop.ui.pages.mentoring_signed import SignedSessionPage
from ces_desktop.ui.pages.today_page import TodayPage
from ces_desktop.ui.widgets import Text

MOST_KEYS = 120


@pytest.fixture
def two(person: Person, root: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Id, Id]:
    """(who is mentored, who mentors); three people with a pressure above goal. The mentor is at the keyboard."""
    monkeypatch.setattr(vault, "calibrate", lambda *_: vault.CHEAPEST)
    mentee, mentor = make(root)
    enter(person, root, mentee)
    opened = person.application.open
    assert opened is not None
    care, today = Care(opened.database, opened.actor), person.window.today
    for name, systolic in (("Uno", 186), ("Dos", 178), ("Tres", 172)):
        one = care.person("hypertension", paternal=name, since=(today - timedelta(days=400)).isoformat())
        for days in (70, 35):
            care.visit(one, (today - timedelta(days=days)).isoformat(), systolic=systolic, diastolic=100)
    enter(person, root, mentor)
    return mentee, mentor


def held(person: Person) -> Mentoring:
    opened = person.application.open
    assert opened is not None
    return opened.database.read(partial(mentoring, clinic=person.window.clinic.id))


def begin(person: Person) -> SessionPage:
    """From the first page to a new session."""
    person.window.open_page("mentoring")
    person.settle()
    person.press("F9")
    page = person.window.page
    assert isinstance(page, SessionPage)
    return page


def free(person: Person, text: str) -> None:
    """Free text: typed letter by letter, and not counted."""
    before = person.keys
    person.type(text)
    person.keys = before


def observe(person: Person, name: str, answers: str) -> None:
    """One consult: whose, the list as offered, an answer a key."""
    person.type(name)
    person.press("Enter", "Enter")
    person.type(answers)
    person.press("Enter")


def write(person: Person) -> None:
    """Three observed consults, two cases, three actions."""
    person.press("Enter", "Down", "Enter", "Ctrl+Enter")
    observe(person, "uno", "11111111")
    person.press("Enter")
    observe(person, "dos", "12311141")
    person.press("Enter")
    observe(person, "tre", "11112111")
    person.press("Ctrl+Enter")
    free(person, "subir losartan")
    person.press("Enter")
    free(person, "citar en dos semanas")
    person.press("Ctrl+Enter")
    for text in ("revisar pies", "pedir hba1c", "manguito grande"):
        free(person, text)
        person.press("Enter", "Enter", "Enter")


@pytest.mark.covers("S3")
def test_three_consults_two_cases_and_three_actions_in_few_keys(person: Person, two: tuple[Id, Id]) -> None:
    begin(person)
    person.keys = 0
    write(person)
    person.press("F9")
    assert person.keys <= MOST_KEYS, person.keys
    assert isinstance(person.window.page, SignedSessionPage)
    [file] = held(person).files
    s = file.session
    assert [len(o.results) for o in s.observed] == [8, 8, 8] and all(o.patient for o in s.observed)
    assert [c.note for c in s.cases] == ["subir losartan", "citar en dos semanas"]
    assert [c.reason for c in s.cases] == ["control", "control"] and "186" in s.cases[0].facts
    assert [(a.text, a.owner, a.owner_name) for a in s.actions] == [
        (text, two[0], MENTEE) for text in ("revisar pies", "pedir hba1c", "manguito grande")
    ]
    assert {a.due_on for a in s.actions} == {(person.window.today + timedelta(days=28)).isoformat()}
    assert [i.code for i in file.score.missed] == ["feet"] and file.score.percent == 91
    assert file.state == "by_mentor" and file.signatures[0].name == MENTOR


@pytest.mark.covers("S3", "S5", "P8")
def test_the_session_is_signed_by_both_answered_and_its_actions_come_back(
    person: Person, two: tuple[Id, Id], root: Path
) -> None:
    mentee, mentor = two
    begin(person)
    write(person)
    person.press("F9")
    enter(person, root, mentee)
    person.window.open_page("mentoring")
    person.settle()
    page = person.window.page
    assert isinstance(page, MentoringPage) and page.begin.isHidden()
    person.press("Enter")
    person.press("F9")
    [file] = held(person).files
    assert file.state == "closed"
    shown = person.window.page
    assert isinstance(shown, SignedSessionPage) and shown.sign.isHidden() and shown.change.isHidden()
    paper = printed(person)
    assert MENTOR in paper and MENTEE in paper and "revisar pies" in paper and "91 %" in paper
    person.window.open_page("today")
    person.settle()
    today = person.window.page
    assert isinstance(today, TodayPage)
    today.count_figures()
    person.settle()
    assert any("3 acuerdos de mentoría" in text.text() for text in today.side.findChildren(Text))

    enter(person, root, mentor)
    second = begin(person)
    assert [a.text for a in second.before.carried.records._rows] == ["revisar pies", "pedir hba1c", "manguito grande"]
    second.before.carried.setFocus()
    second.before.carried.select_place(0)
    person.press("C")
    opened = person.application.open
    assert opened is not None
    still = opened.database.read(partial(open_actions, clinic=person.window.clinic.id))
    assert [a.text for a in still] == ["pedir hba1c", "manguito grande"]
    person.window.open_page("mentoring_progress")
    person.settle()
    progress = person.window.page
    assert isinstance(progress, ProgressPage) and progress._held is not None
    assert progress._held.last_score == 91 and progress._held.tally.in_time == 1
    assert "Avance en la mentoría" in printed(person)


def test_what_is_typed_survives_going_away_and_a_power_cut(person: Person, two: tuple[Id, Id], root: Path) -> None:
    begin(person)
    write(person)
    page = person.window.page
    assert isinstance(page, SessionPage)
    typed = page.session()
    person.window.open_page("today")
    person.settle()
    assert held(person).files == ()
    enter(person, root, two[1])
    again = begin(person)
    assert again.session() == typed
    person.press("Ctrl+S")
    [file] = held(person).files
    assert file.state == "open" and file.session.id == typed.id


def test_what_is_missing_is_said_where_it_is_mended(person: Person, two: tuple[Id, Id]) -> None:
    page = begin(person)
    person.press("F9")
    assert page.bar.words.text().startswith("Aún no hay nada escrito")
    person.press("Ctrl+Enter", "Ctrl+Enter", "Ctrl+Enter")
    free(person, "revisar pies")
    person.press("Enter", "Enter")
    free(person, "nunca")
    person.press("F9")
    assert page.bar.words.text().startswith("Acuerdo 1") and page.agree.lines[0].text.hasFocus()
    assert held(person).files == ()
