"""The first page of the day: figures open their lists, alerts say what to do, an empty clinic says how to begin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import builders
import pytest
import shiboken6
from clinics import clinic
from clipping import clipped
from desk_double import DeskDouble
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from ces_desktop import i18n
from ces_desktop.domain.access import Actor, Role
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.services import backups, drafts, users
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.services.drafts import Draft
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
    return " | ".join(label.text() for label in page.side.findChildren(QLabel))


def _tile(page: TodayPage, place: str) -> StatTile:
    tile = page.findChild(StatTile, f"tile_{place}")
    assert isinstance(tile, StatTile)
    return tile


def _button(page: TodayPage, words: str) -> Button:
    return next(b for b in page.side.findChildren(Button) if b.shown_text() == words)


def _draft(opened: OpenClinic) -> Id:
    now = opened.database.clock()
    draft = Draft(new_id(now), "registration", None, opened.actor.user, {"given": "Inventada"}, now, now)
    opened.database.local(lambda c: drafts.save(c, draft))
    return draft.id


def test_a_fresh_clinic_says_how_to_begin(page: TodayPage, desk: DeskDouble) -> None:
    assert page.stack.currentWidget() is page.empty
    page.first.click()
    assert desk.asked("register_patient") == [("",)]


def test_every_figure_opens_its_list(page: TodayPage, desk: DeskDouble, qtbot: QtBot) -> None:
    for place in ("patients", "duplicates", "households", "backups"):
        qtbot.keyClick(_tile(page, place), Qt.Key.Key_Return)
    assert desk.asked("open_page") == [("patients",), ("duplicates",), ("households",), ("backups",)]


def test_figures_follow_what_is_registered(page: TodayPage, desk: DeskDouble, opened: OpenClinic) -> None:
    today = desk.today.isoformat()
    builders.register(opened.database, opened.actor, 1, happened_on=today)
    builders.register(opened.database, opened.actor, 2, happened_on=today)
    page.reload()
    desk.settle()
    assert _tile(page, "patients").number.text() == "2"
    assert _tile(page, "duplicates").number.text() == "1"  # the two are alike
    assert page.table.records.rowCount() == 2 and page.stack.currentWidget() is page.card


def test_enter_opens_the_person(page: TodayPage, desk: DeskDouble, opened: OpenClinic, qtbot: QtBot) -> None:
    patient = builders.register(opened.database, opened.actor)
    page.reload()
    desk.settle()
    page.table.select_place(0)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    page.primary()
    assert desk.asked("open_patient") == [(patient,), (patient,)]


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
    assert "not finished" not in _words(page)


def test_an_old_backup_is_told(page: TodayPage, desk: DeskDouble, opened: OpenClinic) -> None:
    assert _tile(page, "backups").number.text() == "None yet"
    real = opened.database.clock
    opened.database.clock = lambda: real() - 9 * DAY
    backups.back_up(opened)
    opened.database.clock = real
    page.reload()
    desk.settle()
    assert "The backup is old" in _words(page)
    backups.back_up(opened)
    page.reload()
    desk.settle()
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
    assert not view.stack.isVisible() and view.findChild(StatTile, "tile_patients") is None
    assert view.findChild(StatTile, "tile_backups") is not None and not view.register.isVisible()
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
    builders.register(opened.database, opened.actor)
    _draft(opened)
    view = TodayPage(desk, opened)
    qtbot.addWidget(view)
    desk.show(view, *size)
    assert clipped(view) == []
