"""The page of facts changed on two computers: both edits, what fits in a small window, and whose role may decide."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import builders
import pytest
from clipping import clipped
from desk_double import DeskDouble
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from two_laptops import Laptops, encrypted

from ces_desktop import i18n
from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.ui.pages.conflicts_page import ConflictsPage
from ces_desktop.ui.widgets import Button, Text


@pytest.fixture
def laptops(tmp_path: Path) -> Iterator[Laptops]:
    made = encrypted(tmp_path)
    patient = builders.register(made.first, made.doctor, birth="1967-07-14")
    made.meet()
    made.write(made.first, made.doctor, patient, birth="1967", birth_precision="year", phone="9611111111")
    made.write(made.second, made.nurse, patient, birth="1967-08", birth_precision="month", phone="9612222222")
    made.meet()
    yield made
    made.close()


def page_of(laptops: Laptops, qtbot: QtBot, *roles: Role, size: tuple[int, int] = (1286, 712)) -> ConflictsPage:
    desk = DeskDouble(laptops.first, builders.actor(*roles))
    page = ConflictsPage(desk)
    qtbot.addWidget(page)
    desk.show(page, *size)
    page.desk = desk
    return page


def words(page: ConflictsPage) -> str:
    return " | ".join(label.text() for label in page.findChildren(Text) if label.isVisible())


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("size", [(1286, 712), (944, 544)])
def test_nothing_is_clipped(
    laptops: Laptops, dressed: QApplication, qtbot: QtBot, size: tuple[int, int], language: i18n.Language
) -> None:
    i18n.use(language)
    page = page_of(laptops, qtbot, size=size)
    for place in range(page.table.records.rowCount()):
        page.table.select_place(place)
        settle(page)
        assert clipped(page) == []


def test_enter_leads_to_the_form_and_digits_beyond_the_edits_do_nothing(
    laptops: Laptops, dressed: QApplication, qtbot: QtBot
) -> None:
    i18n.use("en")
    page = page_of(laptops, qtbot)
    page.table.setFocus()
    held = page.table.current()
    assert held is not None
    for key in (Qt.Key.Key_3, Qt.Key.Key_0, Qt.Key.Key_X):
        QTest.keyClick(page.table, key)
    settle(page)
    assert page.table.records.rowCount() == 2
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert double(page).calls[-1] == ("edit_patient", Id(held.entity))
    QTest.keyClick(page.table, Qt.Key.Key_1)
    settle(page)
    assert page.table.records.rowCount() == 1 and double(page).toasts[-1][1]


def test_whoever_may_only_look_sees_both_and_why_not(
    laptops: Laptops, dressed: QApplication, qtbot: QtBot
) -> None:
    i18n.use("en")
    page = page_of(laptops, qtbot, Role.COORDINATOR)
    buttons = [b for b in page.findChildren(Button) if b.isVisible()]
    assert buttons and not [b for b in buttons if b.isEnabled()] and all(b.toolTip() for b in buttons)
    assert "Aug-1967" in words(page) and "year only" in words(page)
    page.primary()
    settle(page)
    assert page.table.records.rowCount() == 2


def double(page: ConflictsPage) -> DeskDouble:
    assert isinstance(page.desk, DeskDouble)
    return page.desk


def settle(page: ConflictsPage) -> None:
    double(page).settle()
