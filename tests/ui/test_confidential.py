"""A confidential consult on the screen and on paper: marked by a key, read by who treats, hidden from others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from bad_inputs import paste
from care import Care
from clipping import clipped
from consulting import consult_desk, form_of, in_two_programmes, opened, press, said, sign, signed
from desk_double import DeskDouble
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from ces_desktop.data.queries.encounters import encounter_view
from ces_desktop.data.queries.visits import Appointment
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.ui.pages.consult_page import ConsultPage
from ces_desktop.ui.pages.consult_signed import SignedConsultPage

SECRET = "Texto reservado inventado"


@pytest.fixture
def desk(dressed: QApplication, spanish: None, tmp_path: Path) -> Iterator[DeskDouble]:
    yield from consult_desk(tmp_path)


@pytest.fixture
def care(desk: DeskDouble) -> Care:
    return Care(desk.database, desk.actor)


@pytest.fixture
def person(care: Care) -> Id:
    return in_two_programmes(care)


def step(page: ConsultPage) -> str:
    """What the list of sections says of the note."""
    return next(b.accessibleName() for b in page.steps.findChildren(QAbstractButton) if "Nota" in b.accessibleName())


def toggle() -> None:
    press(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)


def written(desk: DeskDouble, person: Id) -> ConsultPage:
    page = opened(desk, person)
    form = form_of(page)
    toggle()
    paste(form.note.subjective, SECRET)
    form.measure_rows()["systolic"].fill({"systolic": "128", "diastolic": "80"})
    page.gaps.asked = frozenset(("reading",))
    return page


def shown(desk: DeskDouble, encounter: Id) -> list[str]:
    page = SignedConsultPage(desk, encounter)
    desk.show(page)
    page.activateWindow()
    QTest.qWait(1)
    desk.settle()
    assert clipped(page) == []
    return said(page)


def test_a_key_marks_it_and_its_words_are_read_by_who_treats_alone(
    desk: DeskDouble, care: Care, person: Id
) -> None:
    page = written(desk, person)
    form = form_of(page)
    desk.settle()
    assert form.note.confidential.isChecked() and form.note.apart.isVisible()
    assert step(page) == "Nota. confidencial", "the key acts with the note out of sight"
    kept = page.draft()
    assert kept is not None
    toggle()
    assert not form.note.confidential.isChecked() and not form.note.apart.isVisible()
    assert step(page) == "Nota. escrita"
    form.fill(kept.content)
    assert form.note.confidential.isChecked(), "the draft keeps what was decided"
    sign(desk, page)
    (visit,) = signed(care, person)
    assert visit.reserved == "withheld" and visit.note.subjective == "" and visit.measured
    assert SECRET in shown(desk, visit.id)
    desk._actor = desk.tasks.actor = replace(desk.actor, roles=frozenset({Role.NURSE}))
    nurse = shown(desk, visit.id)
    assert SECRET not in nurse and "Nota confidencial" in nurse


def test_diagnoses_of_mental_health_propose_it_until_somebody_decides(desk: DeskDouble, person: Id) -> None:
    page = opened(desk, person)
    form = form_of(page)
    assert not form.note.confidential.isChecked()
    form.diagnoses.chosen.append(replace(form.diagnoses.chosen[0], code="F321"))
    form.diagnoses.changed.emit()
    assert form.note.confidential.isChecked()
    assert step(page) == "Nota. confidencial"
    toggle()
    form.diagnoses.changed.emit()
    assert not form.note.confidential.isChecked(), "who signs has the last word"


def test_paper_says_it_and_carries_the_words_for_who_may_read_them(desk: DeskDouble, care: Care, person: Id) -> None:
    from ces_desktop.data.queries.prints import consult_paper

    sign(desk, written(desk, person))
    (visit,) = signed(care, person)
    papers = {
        role: desk.database.read(
            partial(
                consult_paper, clinic=care.clinic, encounter=visit.id,
                reader=replace(desk.actor, roles=frozenset({role})),
            )
        )
        for role in (Role.PHYSICIAN, Role.NURSE)
    }  # fmt: skip
    notes = {role: paper.view.encounter.note.subjective for role, paper in papers.items() if paper is not None}
    assert notes == {Role.PHYSICIAN: SECRET, Role.NURSE: ""}


def test_why_the_person_comes_back_is_of_the_words_too(desk: DeskDouble, care: Care, person: Id) -> None:
    page = written(desk, person)
    form_of(page).plan.next_reason.set_value(SECRET)
    sign(desk, page)
    (visit,) = signed(care, person)
    assert visit.next is not None and visit.next.reason == ""
    view = desk.database.read(lambda c: encounter_view(c, care.clinic, visit.id, desk.actor))
    assert view is not None and isinstance(view.encounter.next, Appointment) and view.encounter.next.reason == SECRET
