"""The search under the box, by keyboard, on a real encrypted clinic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import builders
import pytest
from clipping import clipped
from desk_double import DeskDouble
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ces_desktop.domain.access import Role
from ces_desktop.domain.ids import Id
from ces_desktop.ui.widgets import TopBar, column
from ces_desktop.ui.widgets.search_popup import SearchPopup


class Window(QWidget):
    """A top bar with the popup over an empty page; what it is asked as a desk goes to the double."""

    def __init__(self, desk: DeskDouble) -> None:
        super().__init__()
        self._desk = desk
        self.ran: list[str] = []
        self.top = TopBar("AR", "Dra. Ana Robles", "El Mirador")
        self.page = QWidget()
        self.page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setLayout(column(self.top, (self.page, 1), gap=0))
        self.popup = SearchPopup(self, self.top.search, self.commands, people=True)

    def commands(self) -> tuple[tuple[str, str, Any], ...]:
        return tuple(
            (title, keys, lambda title=title: self.ran.append(title))
            for title, keys in (("Hoy", "Alt+1"), ("Pacientes", "Alt+2"), ("Registrar paciente", "F4"))
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_desk"], name)


@pytest.fixture
def people(desk: DeskDouble) -> dict[str, Id]:
    names = (
        ("María Elena", "López", "Pérez"),
        ("Marcelino", "López", "Pérez"),
        ("Marisol", "Pérez", "López"),
        ("Domingo", "Hernández", "Soto"),
    )
    return {
        given: builders.register(desk.database, desk.actor, n, given=given, paternal=paternal, maternal=maternal)
        for n, (given, paternal, maternal) in enumerate(names, 412)
    }


@pytest.fixture
def window(desk: DeskDouble, qtbot: QtBot, people: dict[str, Id]) -> Iterator[Window]:
    shown = Window(desk)
    qtbot.addWidget(shown)
    shown.resize(1366, 768)
    shown.show()
    qtbot.waitActive(shown)
    shown.page.setFocus()
    yield shown
    desk.settle()


def type_in(window: Window, qtbot: QtBot, text: str, *, wait: bool = True) -> None:
    window.top.search.summon()
    qtbot.keyClicks(window.top.search, text)
    if wait:
        window.settle()


def names(window: Window) -> list[str]:
    records = window.popup.people.records
    return [records.row_at(place).name for place in range(records.rowCount())]


def test_find_and_open_in_ten_keys(window: Window, desk: DeskDouble, qtbot: QtBot, people: dict[str, Id]) -> None:
    keys = ["F2", *"lo pe ma", "Enter"]
    assert len(keys) <= 10
    window.top.search.summon()
    for key in keys[1:-1]:
        qtbot.keyClick(window.top.search, key)
    qtbot.keyClick(window.top.search, Qt.Key.Key_Return)  # before the answer came: it opens the best of that answer
    assert not desk.asked("open_patient")
    window.settle()
    assert desk.asked("open_patient") == [(people["Marcelino"],)]
    assert window.popup.isHidden()
    assert window.top.search.text() == ""


def test_arrows_choose_and_enter_opens(
    window: Window, desk: DeskDouble, qtbot: QtBot, people: dict[str, Id]
) -> None:
    type_in(window, qtbot, "lo pe ma")
    assert names(window) == ["LÓPEZ PÉREZ, Marcelino", "LÓPEZ PÉREZ, María Elena", "PÉREZ LÓPEZ, Marisol"]
    assert window.popup.isVisible()
    qtbot.keyClick(window.top.search, Qt.Key.Key_Down)
    chosen = window.popup.chosen()
    assert chosen is not None
    assert chosen.id == people["María Elena"]
    assert "María Elena" in window.top.search.accessibleDescription()
    assert window.popup.quick.isVisible()
    qtbot.keyClick(window.top.search, Qt.Key.Key_Return)
    assert desk.asked("open_patient") == [(people["María Elena"],)]


def test_who_was_chosen_stays_chosen_while_still_found(
    window: Window, qtbot: QtBot, people: dict[str, Id], desk: DeskDouble
) -> None:
    type_in(window, qtbot, "lo pe")
    qtbot.keyClick(window.top.search, Qt.Key.Key_Down)
    before = window.popup.chosen()
    window.popup._ask(window.top.search.text())  # read again, as after a change in the register
    window.settle()
    assert window.popup.chosen() == before


def test_the_newest_text_alone_counts(window: Window, qtbot: QtBot, desk: DeskDouble) -> None:
    type_in(window, qtbot, "lo", wait=False)
    window.top.search.setText("domingo")
    window.settle()
    assert names(window) == ["HERNÁNDEZ SOTO, Domingo"]


def test_registering_is_always_last_and_takes_what_was_typed(
    window: Window, desk: DeskDouble, qtbot: QtBot
) -> None:
    type_in(window, qtbot, "lo  pe")
    qtbot.keyClick(window.top.search, Qt.Key.Key_Up)
    assert window.popup.chosen() is None
    qtbot.keyClick(window.top.search, Qt.Key.Key_Return)
    assert desk.asked("register_patient") == [("lo pe",)]
    type_in(window, qtbot, "nadie")
    qtbot.keyClick(window.top.search, Qt.Key.Key_F4)
    assert desk.asked("register_patient")[-1] == ("nadie",)


def test_a_miss_offers_a_spelling_that_is_taken_with_enter(
    window: Window, qtbot: QtBot, desk: DeskDouble, people: dict[str, Id], spanish: None
) -> None:
    type_in(window, qtbot, "lopes maria")
    assert [chip.shown_text() for chip in window.popup.near_chips] == ["¿López?  1"]
    assert window.popup.nobody.isVisible()
    qtbot.keyClick(window.top.search, Qt.Key.Key_Return)
    window.settle()
    assert window.top.search.text() == "López maria"
    qtbot.keyClick(window.top.search, Qt.Key.Key_Return)
    assert desk.asked("open_patient") == [(people["María Elena"],)]


def test_an_empty_box_shows_recent_people(window: Window, qtbot: QtBot) -> None:
    type_in(window, qtbot, "")
    assert len(names(window)) == 4
    assert window.popup.chosen() is None  # Enter by accident opens nobody
    qtbot.keyClick(window.top.search, Qt.Key.Key_Return)
    window.settle()
    assert not window.asked("open_patient")


def test_commands_after_the_greater_sign(window: Window, qtbot: QtBot, desk: DeskDouble) -> None:
    type_in(window, qtbot, ">pac")
    assert window.popup.command_list.records.rowCount() == 2
    qtbot.keyClick(window.top.search, Qt.Key.Key_Down)
    qtbot.keyClick(window.top.search, Qt.Key.Key_Return)
    assert window.ran == ["Registrar paciente"]
    assert desk.notes == []


def test_control_enter_opens_a_consult_and_escape_leaves(
    window: Window, qtbot: QtBot, desk: DeskDouble, people: dict[str, Id]
) -> None:
    type_in(window, qtbot, "domin")
    qtbot.keyClick(window.top.search, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert desk.asked("open_consult") == [(people["Domingo"],)]
    type_in(window, qtbot, "lo")
    qtbot.keyClick(window.top.search, Qt.Key.Key_Escape)
    assert window.popup.isHidden()
    assert not window.top.search.hasFocus()


def test_leaving_the_box_hides_the_list(window: Window, qtbot: QtBot) -> None:
    type_in(window, qtbot, "lo")
    window.page.setFocus()
    assert window.popup.isHidden()
    assert window.popup.quick.isHidden()


def test_one_search_is_noted_once_and_without_its_text(window: Window, qtbot: QtBot, desk: DeskDouble) -> None:
    type_in(window, qtbot, "lo pe ma")
    assert desk.notes == [("search", "", None)]


def test_who_may_not_see_patients_gets_commands_only(
    desk: DeskDouble, qtbot: QtBot, people: dict[str, Id]
) -> None:
    desk._actor = builders.actor(Role.STORE_KEEPER)
    window = Window(desk)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    type_in(window, qtbot, "hoy")
    assert window.popup.command_list.records.rowCount() == 1
    assert names(window) == []
    assert desk.notes == []


@pytest.mark.parametrize("size", [(1366, 768), (1024, 600)])
@pytest.mark.parametrize("text", ["lo pe ma", "lopes", ">pa", ""])
def test_nothing_is_cut(spanish: None, window: Window, qtbot: QtBot, size: tuple[int, int], text: str) -> None:
    window.resize(*size)
    type_in(window, qtbot, text)
    assert clipped(window.popup) == []
    assert window.rect().contains(window.popup.geometry())
