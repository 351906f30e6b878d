"""The twelve kinds of bad input of `quality.md` in the search box and the list under it, and any text at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bad_inputs
import builders
import pytest
from bad_inputs import BadInput, is_clear, paste
from clipping import clipped
from desk_double import DeskDouble, open_desk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ces_desktop.domain.ids import Id
from ces_desktop.ui.pages.registration_page import RegistrationPage
from ces_desktop.ui.widgets import TopBar, column
from ces_desktop.ui.widgets.search_popup import SearchPopup

HALF_EMOJI = "a" + "😀" * 20_000
"""The box cuts it at an odd length: half a sign is left over."""


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
        return (("Hoy", "Alt+1", lambda: self.ran.append("Hoy")),)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_desk"], name)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory, qapp: QApplication) -> Iterator[tuple[DeskDouble, Id]]:
    """One clinic for all texts: searching changes nothing."""
    folder: Path = tmp_path_factory.mktemp("search")
    desk = open_desk(folder)
    names = {"given": "María Elena", "paternal": "López", "maternal": "Pérez"}
    found = builders.register(desk.database, desk.actor, 412, **names)
    yield desk, found
    builders.assert_proved(desk.database)
    desk.close()


@pytest.fixture
def window(held: tuple[DeskDouble, Id], dressed: QApplication, spanish: None) -> Iterator[Window]:
    desk, _ = held
    desk.calls.clear()
    shown = Window(desk)
    shown.resize(1366, 768)
    shown.show()
    shown.activateWindow()
    shown.page.setFocus()
    yield shown
    desk.settle()
    shown.close()
    shown.deleteLater()
    desk.settle()


def typed_whole(window: Window, text: str) -> None:
    window.top.search.summon()
    paste(window.top.search, text)
    window.settle()


@bad_inputs.KINDS
def test_no_text_breaks_the_search(window: Window, bad: BadInput) -> None:
    typed_whole(window, bad.text)
    popup = window.popup
    assert window.told == []
    assert bad.text in ("", window.top.search.text()) or "\x00" in bad.text
    assert popup.isVisible() and clipped(window) == []
    if not bad.blank:
        assert popup.people.records.rowCount() == 0 and is_clear(popup.nobody.text())
    for said in (popup.nobody.text(), popup.new.shown_text()):
        assert said.isprintable() and len(said) < 120, "what was typed is quoted on one short line"
    assert window.rect().contains(popup.geometry()) and popup.height() < 320
    for _ in range(2):
        QTest.keyClick(window.top.search, Qt.Key.Key_Return)
    window.settle()
    # Nobody is found, so the line chosen registers who was typed: once, and the box is left.
    assert len(window.asked("register_patient")) + len(window.asked("open_patient")) <= 1
    assert window.told == []


def test_double_enter_opens_the_person_once(window: Window, held: tuple[DeskDouble, Id]) -> None:
    for wait in (True, False):  # after the answer, and before it came
        window.calls.clear()
        window.top.search.summon()
        QTest.keyClicks(window.top.search, "lo pe")
        if wait:
            window.settle()
        for _ in range(2):
            QTest.keyClick(window.top.search, Qt.Key.Key_Return)
        window.settle()
        assert window.asked("open_patient") == [(held[1],)]
        assert window.popup.isHidden() and window.top.search.text() == ""


def test_double_enter_runs_a_command_once(window: Window) -> None:
    window.top.search.summon()
    QTest.keyClicks(window.top.search, ">hoy")
    for _ in range(2):
        QTest.keyClick(window.top.search, Qt.Key.Key_Return)
    window.settle()
    assert window.ran == ["Hoy"]


@bad_inputs.KINDS
def test_no_text_breaks_the_commands(window: Window, bad: BadInput) -> None:
    typed_whole(window, ">" + bad.text)
    assert window.told == [] and window.popup.isVisible() and clipped(window) == []
    if not bad.blank:
        assert is_clear(window.popup.nobody.text())
        QTest.keyClick(window.top.search, Qt.Key.Key_Return)
        assert window.ran == [] and window.calls == []


ODD = (HALF_EMOJI, "9" * 10_000, '"' * 500, "a OR b*", "NEAR(a b)", "%_\\", "-" * 300, "^:()", "palabra " * 1_200)


@pytest.mark.parametrize("text", ODD)
def test_half_signs_and_the_language_of_the_index_are_only_letters(window: Window, text: str) -> None:
    typed_whole(window, text)
    assert window.told == [] and window.popup.isVisible() and window.popup.height() < 320


MARKS = st.sampled_from(
    ["lo", "pe", " ", '"', "*", "'", ">", "-", "58", "años", "CAP0000412", "963", "\x00", "\u202e", "😀"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(max_size=60), st.lists(MARKS, max_size=12).map("".join)))
def test_any_text_is_answered(window: Window, text: str) -> None:
    """Typed, chosen among with the arrows, left with Esc: nothing breaks and nothing is done."""
    window.calls.clear()
    box = window.top.search
    box.summon()
    box.setText(text)
    window.settle()
    assert window.popup.isVisible() and window.told == []
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Escape):
        QTest.keyClick(box, key)
    window.settle()
    assert window.calls == [] and window.popup.isHidden() and box.text() == ""


@pytest.mark.parametrize("text", [*(bad.text for bad in bad_inputs.TEXTS), *ODD])
def test_what_was_searched_in_vain_opens_a_form_that_saves_nobody(desk: DeskDouble, spanish: None, text: str) -> None:
    """The registration begins with what was typed; saving it at once is refused, twice, and the words stay."""
    page = RegistrationPage(desk, text)
    desk.show(page, 1286, 634)
    before = page.form.given.text().casefold()
    for _ in range(2):
        page.primary()
        desk.settle()
    assert desk.told == [] and page.form.given.text().casefold() == before and desk.asked("open_patient") == []
    assert any(row.has_note() and is_clear(row.accessibleDescription()) for row in page.form.rows.values())
    page.close()
    page.deleteLater()
    desk.settle()
