"""The registration form opened for a test, and a hand that types into it."""

from __future__ import annotations

from desk_double import DeskDouble
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from sqlalchemy import func, select

from ces_desktop.data.models import PatientRecord
from ces_desktop.domain.ids import Id
from ces_desktop.ui.pages.registration_page import RegistrationPage

NOW = 1_773_680_400_000  # 16 March 2026, 11:00 in Chiapas


class Hand:
    """Types into whatever has the focus, and counts."""

    def __init__(self) -> None:
        self.keys = 0

    def type(self, text: str) -> Hand:
        for letter in text:
            QTest.keyClicks(self._target(), letter)
            self.keys += 1
        return self

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> Hand:
        QTest.keyClick(self._target(), key, modifier)
        self.keys += 1 if modifier == Qt.KeyboardModifier.NoModifier else 2
        if key == Qt.Key.Key_F9:
            QTest.qWait(150)  # Qt shows the button pressed for 100 ms before it acts
        return self

    def enter(self) -> Hand:
        return self.press(Qt.Key.Key_Return)

    def _target(self) -> object:
        return QApplication.activePopupWidget() or QApplication.focusWidget()


def opened(desk: DeskDouble, typed: str = "", patient: Id | None = None) -> RegistrationPage:
    page = RegistrationPage(desk, typed, patient=patient)
    desk.show(page, 1286, 634)
    page.activateWindow()
    page.form.given.setFocus()
    desk.settle()
    return page


def people(desk: DeskDouble) -> int:
    return desk.database.read(lambda c: c.execute(select(func.count()).select_from(PatientRecord)).scalar()) or 0


def f9(desk: DeskDouble, page: RegistrationPage) -> None:
    page.save.click()
    desk.settle()
