"""What was typed in a consult is kept through a kill, signed once, and not thrown away by another window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import bad_inputs
import pytest
from bad_inputs import paste, written
from care import Care
from consulting import (
    NOW,
    TODAY,
    consult_desk,
    form_of,
    in_two_programmes,
    opened,
    sign,
    signed,
    typed,
)
from desk_double import DeskDouble
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ces_desktop.domain.ids import Id
from ces_desktop.domain.visits import Note
from ces_desktop.services import drafts, visits
from ces_desktop.ui.pages.consult_reading import FORM


def test_ctrl_enter_twice_signs_once(desk: DeskDouble, care: Care, person: Id) -> None:
    page = opened(desk, person)
    typed("12880")
    form_of(page).diagnoses.prognosis.set_value("good")
    page.gaps.asked = frozenset(("reading",))
    bad_inputs.double_enter(form_of(page).note.referred)
    desk.settle()
    assert len(signed(care, person)) == 1 and len(desk.asked("next_person")) == 1


@pytest.fixture
def desk(dressed: QApplication, spanish: None, tmp_path: Path) -> Iterator[DeskDouble]:
    yield from consult_desk(tmp_path)


@pytest.fixture
def care(desk: DeskDouble) -> Care:
    return Care(desk.database, desk.actor)


@pytest.fixture
def person(care: Care) -> Id:
    return in_two_programmes(care)


def test_what_was_typed_survives_a_kill(desk: DeskDouble, person: Id) -> None:
    page = opened(desk, person)
    typed("14692")
    form = form_of(page)
    form.prescription.renew()
    paste(form.prescription.editors[1].doses[0], "½")
    paste(form.note.subjective, "Duerme mal.\nSin dolor.")
    form.plan.ask_for("creatinine")
    page._save_draft()
    desk.settle()
    again = opened(desk, person)  # as after a kill: nothing of the first page is used
    second = form_of(again)
    assert second.content() == form.content()
    assert second.prescription.editors[1].change_kind() == "changed"
    assert [r.test for r in second.plan.requests] == ["creatinine"]
    assert again.encounter == page.encounter


def test_a_draft_is_kept_within_two_seconds_of_a_key(desk: DeskDouble, person: Id) -> None:
    opened(desk, person)
    typed("146")
    QTest.qWait(1600)
    desk.settle()
    held = desk.database.read(lambda c: drafts.open_drafts(c, desk.actor.user, FORM))
    assert len(held) == 1 and held[0].content["m.systolic"] == "146"


def test_a_consult_left_open_yesterday_stays_of_its_day(desk: DeskDouble, person: Id) -> None:
    page = opened(desk, person)
    typed("14692")
    page._save_draft()
    desk.settle()
    desk.database.clock = lambda: NOW + 86_400_000  # the next morning
    fresh = opened(desk, person)
    assert form_of(fresh).measure_rows()["systolic"].content() == {} and fresh.late_on is None
    again = opened(desk, person, page.encounter)
    assert form_of(again).measure_rows()["systolic"].content() == {"systolic": "146", "diastolic": "92"}
    assert again.late_on is not None and again.late_on.isoformat() == TODAY


def test_another_users_draft_is_not_taken(desk: DeskDouble, person: Id, tmp_path: Path) -> None:
    page = opened(desk, person)
    typed("14692")
    page._save_draft()
    desk.settle()
    other = DeskDouble(desk.database, replace(desk.actor, user=Id(bytes(15) + b"\x07")))
    second = opened(other, person, page.encounter)
    assert form_of(second).measure_rows()["systolic"].content() == {}
    typed("12070")
    second._save_draft()
    other.settle()
    third = opened(desk, person, page.encounter)
    assert form_of(third).measure_rows()["systolic"].content() == {"systolic": "146", "diastolic": "92"}


def test_two_windows_do_not_sign_twice(desk: DeskDouble, care: Care, person: Id) -> None:
    one = opened(desk, person)
    typed("12880")
    one._save_draft()
    desk.settle()
    two = opened(desk, person, one.encounter)
    page_gaps = frozenset(("reading",))
    one.gaps.asked = two.gaps.asked = page_gaps
    paste(form_of(two).note.subjective, "Algo que solo está aquí.")
    sign(desk, one)
    assert len(signed(care, person)) == 1
    sign(desk, two)
    assert len(signed(care, person)) == 1 and not two.finished
    assert written(form_of(two).note.subjective) == "Algo que solo está aquí."


def test_what_was_signed_meanwhile_with_other_content_is_not_thrown_away(
    desk: DeskDouble, care: Care, person: Id
) -> None:
    page = opened(desk, person)
    typed("12880")
    paste(form_of(page).note.subjective, "Algo que solo está aquí.")
    page.gaps.asked = frozenset(("reading",))
    visit = page.visit()
    assert visit is not None
    care.db.write(partial(visits.sign, visit=replace(visit, note=Note("Otra nota"))), desk.actor)
    sign(desk, page)
    assert not page.finished and [failure.code for failure in desk.told] == ["visits.signed_otherwise"]
    assert [e.note.subjective for e in signed(care, person)] == ["Otra nota"]
    kept = care.db.read(lambda c: drafts.open_drafts(c, desk.actor.user, "consult"))
    assert "Algo que solo está aquí." in kept[0].content.values()
