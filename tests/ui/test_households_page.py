"""Households on the real page: starting, adding, moving, correcting, empty states, bad input."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import bad_inputs
import builders
import pytest
from bad_inputs import BadInput, is_clear, paste, written
from clipping import clipped
from desk_double import DeskDouble, open_desk
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from ces_desktop.data.queries.communities import known
from ces_desktop.data.queries.households import household_rows
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.services import communities, households, undo
from ces_desktop.services.households import CreateHousehold
from ces_desktop.ui.desk import Page
from ces_desktop.ui.dialogs.household import CreateDialog, EditDialog
from ces_desktop.ui.pages.households_page import HouseholdsPage


@pytest.fixture
def desk(dressed: QApplication, spanish: None, tmp_path: Path) -> Iterator[DeskDouble]:
    double = open_desk(tmp_path)
    yield double
    double.tasks.wait()
    double.settle()
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, Page):
            widget.close()
            widget.deleteLater()  # pages left open would be dressed again by every later test
    double.close()


def shown(desk: DeskDouble, width: int = 1286, height: int = 634) -> HouseholdsPage:
    page = HouseholdsPage(desk)
    desk.show(page, width, height)
    return page


def dialog(act: Callable[[Any], None]) -> None:
    """What to do in the dialog that is about to open."""

    def run() -> None:
        held = QApplication.activeModalWidget()
        if held is None:
            QTimer.singleShot(20, run)
            return
        act(held)

    QTimer.singleShot(20, run)


def place(desk: DeskDouble, name: str) -> Id:
    request = communities.AddCommunity(new_id(desk.database.clock()), name)
    return desk.database.write(partial(communities.add, request=request), desk.actor).value


def house(desk: DeskDouble, **fields: Any) -> Id:
    request = CreateHousehold(new_id(desk.database.clock()), **fields)
    return desk.database.write(partial(households.create, request=request), desk.actor).value


def test_empty_states(desk: DeskDouble) -> None:
    page = shown(desk)
    assert page.stack.currentWidget() is page.empty
    page.choose("alone")
    assert page.stack.currentWidget() is page.nobody
    house(desk)
    page.reload()
    desk.settle()
    page.choose("all")
    paste(page.filter, "nada así")
    assert page.stack.currentWidget() is page.no_match


def test_a_household_from_somebody_without_one(desk: DeskDouble) -> None:
    palms = place(desk, "Las Palmas")
    one = builders.register(desk.database, desk.actor, 1, community=palms)
    page = shown(desk)
    page.choose("alone")
    assert page.alone.shown_text().endswith("1")
    dialog(lambda d: d.primary.click())
    page.primary()
    desk.settle()
    assert page._file is not None
    assert (page._file.row.head, page._file.row.community_name, page._file.row.members) == (one, "Las Palmas", 1)
    assert page.members.records.cell_at(0, 0).words().count("encabeza") == 1
    desk.database.write(undo.undo, desk.actor)
    builders.assert_proved(desk.database)


def test_adding_and_taking_out_a_person(desk: DeskDouble) -> None:
    first = builders.register(desk.database, desk.actor, 1)
    builders.register(desk.database, desk.actor, 2, given="Zoila", paternal="Utrilla")
    house(desk, head=first)
    page = shown(desk)

    def add(held: Any) -> None:
        paste(held.typed, "zoi")
        held._find()
        desk.settle()
        held.primary.click()

    dialog(add)
    page.primary()
    desk.settle()
    assert page.members.records.rowCount() == 2
    page.members.select_place(1)
    page.leave.click()
    desk.settle()
    assert page.members.records.rowCount() == 1
    assert desk.toasts[-1] == ("Se corrigió el hogar.", True)
    builders.assert_proved(desk.database)


def test_a_correction_that_corrects_nothing_offers_no_undo(desk: DeskDouble) -> None:
    house(desk, community=place(desk, "Las Palmas"))
    page = shown(desk)
    dialog(lambda held: held.primary.click())
    page.edit.click()
    desk.settle()
    assert desk.toasts == [("Quedó como estaba.", False)]  # Ctrl+Z would take the household back


def test_correcting_the_directions_and_filtering(desk: DeskDouble) -> None:
    palms = place(desk, "Las Palmas")
    house(desk, community=palms)
    house(desk)
    page = shown(desk)
    paste(page.filter, "palm")
    assert page.table.records.rowCount() == 1
    desk.settle()

    def write(held: Any) -> None:
        paste(held.directions, "junto a la escuela")
        held.primary.click()

    dialog(write)
    page.edit.click()
    desk.settle()
    assert page.directions.text() == "junto a la escuela"


def test_a_double_enter_starts_one_household(desk: DeskDouble) -> None:
    page = shown(desk)

    def twice(held: Any) -> None:
        held.primary.click()
        held.primary.click()

    dialog(twice)
    page.new.click()
    desk.settle()
    assert len(desk.database.read(lambda c: household_rows(c, desk.clinic.id))) == 1


@bad_inputs.KINDS
def test_bad_input_in_the_dialogs(desk: DeskDouble, bad: BadInput) -> None:
    place(desk, "Las Palmas")
    house(desk, head=builders.register(desk.database, desk.actor, 1))
    page = shown(desk)
    assert page._file is not None
    lists = desk.database.read(lambda c: known(c, desk.clinic.id))
    for held in (EditDialog(page, page._file, lists), CreateDialog(page, new_id(1), lists)):
        held.show()
        for row in (held.community_row, held.head_row, held.directions_row):
            if not row.isVisible():
                continue
            before = written(row.control)
            paste(row.control, bad.text)
            typed = written(row.control)
            answer = held.answer()
            if answer is None:
                assert row.has_note() and is_clear(row.accessibleDescription())
                assert written(row.control) == typed
            else:
                assert bad.blank or row is held.directions_row
            paste(row.control, "" if row is not held.directions_row else before)
        held.close()


@pytest.mark.parametrize(("width", "height"), [(1286, 634), (944, 544)])
def test_nothing_is_clipped(desk: DeskDouble, width: int, height: int) -> None:
    palms = place(desk, "Las Palmas")
    house(desk, community=palms, head=builders.register(desk.database, desk.actor, 1), directions="casa azul")
    page = shown(desk, width, height)
    assert clipped(page) == []
    page.choose("alone")
    desk.settle()
    assert clipped(page) == []
