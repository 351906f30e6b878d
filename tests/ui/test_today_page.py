"""The first page of the day: figures open their lists, alerts say what to do, an empty clinic says how to begin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import builders
import pytest
import shiboken6
from care import Care
from clinics import clinic
from clipping import clipped
from desk_double import DeskDouble
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from ces_desktop import i18n
from ces_desktop.data.models import ArrivalRecord, LabRequestRecord
from ces_desktop.data.queries.today import Control, Figures, Urgent, as_text, from_text
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.services import backups, drafts, handover, users
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.services.drafts import Draft
from ces_desktop.services.handover import HandoverRequest
from ces_desktop.ui import theme, widgets
from ces_desktop.ui.pages.registration_page import RegistrationPage
from ces_desktop.ui.pages.today_page import TodayPage
from ces_desktop.ui.widgets import Button, StatTile

DAY = 86_400_000


@pytest.fixture
def opened(clinic_folder: Any) -> OpenClinic:
    i18n.use("en")
    return clinic(clinic_folder.data).open()


@pytest.fixture
def desk(dressed: QApplication, opened: OpenClinic) -> Iterator[DeskDouble]:
    double = DeskDouble(opened.database, opened.actor)
    yield double
    double.close()
    opened.close()


@pytest.fixture
def page(desk: DeskDouble, opened: OpenClinic, qtbot: QtBot) -> TodayPage:
    view = TodayPage(desk, opened)
    qtbot.addWidget(view)
    desk.show(view)
    return view


def _words(page: TodayPage) -> str:
    return " | ".join(label.text() for label in page.findChildren(QLabel))


def _tile(page: TodayPage, key: str) -> StatTile:
    tile = page.findChild(StatTile, f"tile_{key}")
    assert isinstance(tile, StatTile)
    return tile


def _button(page: TodayPage, words: str) -> Button:
    return next(b for b in page.findChildren(Button) if b.shown_text() == words)


def _behind(page: TodayPage, desk: DeskDouble) -> None:
    """What the page asks by itself some moments after it was drawn."""
    page.reload()
    desk.settle()
    page.ask_values()
    page.count_figures()
    desk.settle()


def _draft(opened: OpenClinic) -> Id:
    now = opened.database.clock()
    draft = Draft(new_id(now), "registration", None, opened.actor.user, {"given": "Inventada"}, now, now)
    opened.database.local(lambda c: drafts.save(c, draft))
    return draft.id


def _days(today: date, n: int) -> str:
    return (today + timedelta(days=n)).isoformat()


def _due_today(care: Care, today: date, pressure: tuple[int, int] = (186, 112), **fields: Any) -> Id:
    """Somebody with hypertension whose appointment is today."""
    patient = care.person("hypertension", since=_days(today, -400), **fields)
    systolic, diastolic = pressure
    care.visit(patient, _days(today, -40), systolic=systolic, diastolic=diastolic, due=today.isoformat())
    return patient


def test_a_fresh_clinic_says_how_to_begin(page: TodayPage, desk: DeskDouble) -> None:
    assert page.stack.currentWidget() is page.empty and page.drawn
    next(b for b in page.empty.findChildren(Button)).click()
    assert desk.asked("register_patient") == [("",)]


def test_a_day_without_appointments_says_so(page: TodayPage, desk: DeskDouble, opened: OpenClinic) -> None:
    builders.register(opened.database, opened.actor)
    page.reload()
    desk.settle()
    assert page.stack.currentWidget() is page.free and page.drawn


def test_every_figure_opens_its_list(page: TodayPage, desk: DeskDouble, qtbot: QtBot) -> None:
    for key in ("hypertension", "diabetes", "rescue", "visits"):
        qtbot.keyClick(_tile(page, key), Qt.Key.Key_Return)
    assert desk.asked("open_page") == [("indicators",), ("indicators",), ("rescue",), ("indicators",)]


def test_who_waits_comes_first_and_enter_opens_their_consult(
    page: TodayPage, desk: DeskDouble, opened: OpenClinic, qtbot: QtBot
) -> None:
    care = Care(opened.database, opened.actor)
    expected = _due_today(care, desk.today, paternal="Aguilar")
    here, encounter = care.person(paternal="Zárate"), care.id()
    at = opened.database.clock()
    care.add(
        ArrivalRecord(
            id=care.id(), patient=here, encounter=encounter, arrived_at=at, happened_on=desk.today.isoformat()
        )
    )
    page.reload()
    desk.settle()
    assert [page.table.records.row_at(n).patient.id for n in (0, 1)] == [here, expected]
    page.table.select_place(0)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    page.table.select_place(1)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    page.primary()
    assert desk.asked("open_consult") == [(here, encounter, None), (expected,)]
    assert desk.asked("open_patient") == [(expected,)]


def test_values_fill_the_rows_and_figures_are_kept_for_the_next_start(
    page: TodayPage, desk: DeskDouble, opened: OpenClinic, qtbot: QtBot
) -> None:
    care = Care(opened.database, opened.actor)
    patient = _due_today(care, desk.today)
    assert _tile(page, "rescue").number.text() == "–"
    _behind(page, desk)
    assert page.table.records.cell_at(0, 2).tags == ("Hypertension",)
    assert page.table.records.cell_at(0, 3).text == "BP 186/112"
    assert page.table.records.cell_at(0, 4).chip == ("warn", "Not in control")
    assert "BP 186/112, not seen for 40 days" in _words(page)
    _button(page, "Open record").click()
    assert desk.asked("open_patient") == [(patient,)]
    again = TodayPage(desk, opened)
    qtbot.addWidget(again)
    desk.show(again)
    assert "BP 186/112, not seen for 40 days" in _words(again), "known from the day before"
    assert _tile(again, "rescue").number.text() == _tile(page, "rescue").number.text() == "0"


def test_figures_kept_by_another_version_are_not_read() -> None:
    assert from_text(None) is None and from_text('{"format": 0, "rescue": 3}') is None
    control = Control(3, 7, 1, (None, 40, 43))
    urgent = Urgent("lab", "00" * 16, "PRUEBA, Inventada", "", "hba1c", "2026-01-05")
    figures = Figures("2026-03-16", "2026-02", {"diabetes": control}, 4, 1, 2, (10, 12, 3), (urgent,), {"lab": 2})
    assert from_text(as_text(figures)) == figures


def test_late_results_and_broken_promises_are_told(page: TodayPage, desk: DeskDouble, opened: OpenClinic) -> None:
    care, today = Care(opened.database, opened.actor), desk.today
    patient = care.person("diabetes", since=_days(today, -400), paternal="Espera")
    care.visit(patient, _days(today, -60), glucose_fasting=140, due=_days(today, -20))
    care.contact(patient, "promised", _days(today, -10), _days(today, -3))
    care.add(LabRequestRecord(id=care.id(), patient=patient, test="hba1c", happened_on=_days(today, -30)))
    _behind(page, desk)
    assert "A laboratory result did not come" in _words(page)
    assert "1 person promised and did not come" in _words(page)
    _button(page, "Open the rescue list").click()
    assert desk.asked("open_page") == [("rescue",)]


def test_a_form_left_half_typed_waits_on_today_though_its_page_is_gone(
    page: TodayPage, desk: DeskDouble, qtbot: QtBot
) -> None:
    form = RegistrationPage(desk)
    form.reload()
    desk.settle()
    qtbot.keyClicks(form.form.given, "Inventada")
    page.reload()  # as the window does: Today asks while the draft is still waiting to be kept
    form.may_leave()
    shiboken6.delete(form)
    desk.settle()
    assert "Inventada" in _words(page)


def test_a_draft_can_be_continued_or_thrown_away(
    page: TodayPage, desk: DeskDouble, opened: OpenClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = _draft(opened)
    page.reload()
    desk.settle()
    _button(page, "Continue").click()
    assert desk.asked("resume_draft") == [(draft, None)]
    answers = iter([False, True])
    monkeypatch.setattr(widgets, "confirm", lambda *_: next(answers))
    for left in (1, 0):
        _button(page, "Discard").click()
        desk.settle()
        assert len(opened.database.read(lambda c: drafts.open_drafts(c, opened.actor.user))) == left
    assert not page.drafts.isVisible()


def test_an_old_backup_is_told(page: TodayPage, desk: DeskDouble, opened: OpenClinic) -> None:
    builders.register(opened.database, opened.actor)
    _behind(page, desk)
    assert "There is no backup yet" in _words(page)
    real = opened.database.clock
    opened.database.clock = lambda: real() - 9 * DAY
    backups.back_up(opened)
    opened.database.clock = real
    _behind(page, desk)
    assert "The backup is old" in _words(page)
    backups.back_up(opened)
    _behind(page, desk)
    assert "The backup is old" not in _words(page)


def test_a_clock_behind_is_told(desk: DeskDouble, opened: OpenClinic, qtbot: QtBot) -> None:
    opened.clock_behind = opened.database.clock() + DAY
    view = TodayPage(desk, opened)
    qtbot.addWidget(view)
    desk.show(view)
    assert "The clock is behind" in _words(view)


def test_a_sheet_never_printed_is_told(page: TodayPage, desk: DeskDouble, opened: OpenClinic) -> None:
    assert "The recovery sheet is not on paper" in _words(page)
    opened.database.local(users.sheet_is_kept)
    page.reload()
    desk.settle()
    assert "The recovery sheet is not on paper" not in _words(page)
    assert "Nothing is waiting." in _words(page)


def test_who_may_not_see_patients_sees_none(opened: OpenClinic, dressed: QApplication, qtbot: QtBot) -> None:
    builders.register(opened.database, opened.actor)
    me = opened.actor
    double = DeskDouble(opened.database, Actor(me.user, me.name, frozenset({Role.STORE_KEEPER}), me.sign_in))
    view = TodayPage(double, opened)
    qtbot.addWidget(view)
    double.show(view)
    _behind(view, double)
    assert not (view.stack.isVisible() or view.tiles.isVisible() or view.days.isVisible() or view.register.isVisible())
    assert "There is no backup yet" in _words(view) and "PRUEBA" not in _words(view)
    double.close()
    opened.close()


@pytest.mark.parametrize("language", ["es", "en"])
def test_at_one_and_a_half_every_figure_keeps_its_name(
    opened: OpenClinic, dressed: QApplication, qtbot: QtBot, language: Any
) -> None:
    i18n.use(language)
    theme.apply(dressed, theme.load("light", 1.5))
    double = DeskDouble(opened.database, opened.actor)
    view = TodayPage(double, opened)
    qtbot.addWidget(view)
    double.show(view, 1366 - 120, 690 - 84)
    names = [tile.label for tile in view.findChildren(StatTile)]
    assert names and all(not label.text().endswith("…") for label in names)
    double.close()
    opened.close()


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("size", [(1286, 712), (944, 544)])
def test_nothing_is_clipped(
    desk: DeskDouble, opened: OpenClinic, qtbot: QtBot, language: Any, size: tuple[int, int]
) -> None:
    i18n.use(language)
    _due_today(Care(opened.database, opened.actor), desk.today)
    _draft(opened)
    view = TodayPage(desk, opened)
    qtbot.addWidget(view)
    desk.show(view, *size)
    _behind(view, desk)
    assert clipped(view) == []


def test_who_is_new_here_is_told_what_to_read_first_and_may_put_it_away(
    page: TodayPage, desk: DeskDouble, opened: OpenClinic
) -> None:
    ana = builders.actor(name="Dra. Ana Inventada")
    care = Care(opened.database, ana)
    who = care.person("hypertension")
    care.visit(who, (desk.today - timedelta(3)).isoformat(), systolic=186, diastolic=96)
    request = HandoverRequest(new_id(0))
    opened.database.write(lambda work: handover.begin(work, request), ana)
    page.ask_values()
    desk.settle()
    assert "First steps here: day 1 of 30" in _words(page) and "1 line of the handover is to be read" in _words(page)
    away = next(b for b in page.findChildren(Button) if b.accessibleName() == "Put away")
    away.click()
    desk.settle()
    assert "First steps" not in _words(page)
    page.ask_values()
    desk.settle()
    assert "First steps" not in _words(page)
