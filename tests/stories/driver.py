"""Drives the whole application by keyboard, as a person does: keys go to whatever has the focus, and are counted."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from sqlalchemy import select

from ces_desktop.data import vault
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.journal.derive import identity_of
from ces_desktop.data.models import PatientRecord, table_of
from ces_desktop.domain.access import CLINIC_ROLES
from ces_desktop.domain.identity import display_name
from ces_desktop.services import clinic
from ces_desktop.ui.application import Application
from ces_desktop.ui.main_window import MainWindow
from ces_desktop.ui.widgets import Button

PASSPHRASE = "frase inventada para probar"
SETTLE_SECONDS = 60
_NAMED = {
    "Enter": Qt.Key.Key_Return,
    "Esc": Qt.Key.Key_Escape,
    "Tab": Qt.Key.Key_Tab,
    "Space": Qt.Key.Key_Space,
    "Up": Qt.Key.Key_Up,
    "Down": Qt.Key.Key_Down,
    "Left": Qt.Key.Key_Left,
    "Right": Qt.Key.Key_Right,
    "Del": Qt.Key.Key_Delete,
    ";": Qt.Key.Key_Semicolon,
    **{f"F{n}": getattr(Qt.Key, f"Key_F{n}") for n in range(1, 13)},
}
_HELD = {
    "Ctrl": Qt.KeyboardModifier.ControlModifier,
    "Alt": Qt.KeyboardModifier.AltModifier,
    "Shift": Qt.KeyboardModifier.ShiftModifier,
}


class Person:
    """Someone at the keyboard of a real window over a real encrypted clinic; `keys` counts what they pressed."""

    def __init__(self, app: QApplication, root: Path) -> None:
        self.app = app
        self.application = Application(app, root)
        self.keys = 0
        self.application.frame.resize(1366, 690)
        self.application.frame.show()
        self.application.frame.activateWindow()
        assert QTest.qWaitForWindowActive(self.application.frame)

    @property
    def window(self) -> MainWindow:
        """The clinic's window."""
        assert self.application.window is not None
        return self.application.window

    def enter(self, root: Path, prefix: str = "CAP") -> None:
        """Make a clinic (cheap passphrase) and open it without the sign-in, where the story is about what follows."""
        new = clinic.NewClinic(prefix, "El Mirador", "Dra. Prueba Inventada", PASSPHRASE, CLINIC_ROLES)
        folder, user, _ = clinic.create(root, new, cost=vault.CHEAPEST)
        self.application.enter(clinic.open_clinic(folder, user, PASSPHRASE))
        self.settle()

    def open(self, root: Path, prefix: str = "CAP") -> None:
        """Open a clinic that is there, with the passphrase of its first user."""
        folder = ClinicFolder(root / prefix)
        user = vault.list_slots(folder)[0].user
        self.application.enter(clinic.open_clinic(folder, user, PASSPHRASE))
        self.settle()

    def answer_with(self, *chords: str) -> None:
        """Keys for the dialog that the next key will open: a dialog waits inside that key."""

        def press() -> None:
            dialog = QApplication.activeModalWidget()
            if dialog is None or QApplication.activeWindow() is not dialog:
                QTimer.singleShot(20, press)
                return
            for chord in chords:
                self.press(chord)

        QTimer.singleShot(20, press)

    def go_to(self, words: str) -> None:
        """Give the focus to the visible button with these words."""
        button = next(b for b in self.window.findChildren(Button) if b.isVisible() and b.accessibleName() == words)
        button.setFocus(Qt.FocusReason.TabFocusReason)

    def typed(self) -> list[str]:
        """What stands in the fields of the page."""
        return [field.text() for field in self.window.findChildren(QLineEdit) if field.text()]

    def type(self, text: str) -> None:
        """Letter by letter, each a key, answers drawn in between."""
        for letter in text:
            self.keys += 1
            if letter.isascii():
                QTest.keyClicks(self._focus(), letter)
            else:  # Qt's test keyboard has ASCII alone
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    key = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
                    QApplication.sendEvent(self._focus(), key)
            self.settle()

    def press(self, *chords: str) -> None:
        """Named keys and chords: "Enter", "F9", "Ctrl+Z"."""
        for chord in chords:
            self.keys += 1
            *held, name = chord.split("+") if chord != "+" else ["+"]
            modifiers = Qt.KeyboardModifier.NoModifier
            for each in held:
                modifiers |= _HELD[each]
            key = _NAMED.get(name) or getattr(Qt.Key, f"Key_{name.upper()}")
            QTest.keyClick(self._focus(), key, modifiers)
            self.settle()

    def settle(self) -> None:
        """Let every question be answered and every answer be drawn."""
        until = time.monotonic() + SETTLE_SECONDS
        quiet = 0
        while time.monotonic() < until and quiet < 3:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            tasks = self.application.tasks
            if tasks is not None and tasks.busy:
                quiet = 0
                time.sleep(0.001)  # else this thread takes turns with the one that works out the answer
            else:
                quiet += 1
        assert quiet >= 3, "the window never came to rest"
        # The offscreen platform forgets the window when a list closes.
        if QApplication.activeWindow() is None and QApplication.activeModalWidget() is None:
            self.application.frame.activateWindow()
            QTest.qWaitForWindowActive(self.application.frame)

    def wait_until(self, holds: Callable[[], bool], seconds: float = SETTLE_SECONDS) -> None:
        """For what is not asked through the tasks: a passphrase being tried, a timer."""
        until = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < until, "waited in vain"
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
            time.sleep(0.001)
        self.settle()

    def names(self) -> list[str]:
        """Everybody in the register, as `LÓPEZ PÉREZ, María Elena`, in order of registration."""
        opened = self.application.open
        assert opened is not None
        p = table_of(PatientRecord)
        rows = opened.database.read(
            lambda c: c.execute(select(p).where(p.c.live == 1).order_by(p.c.row_no)).mappings().all()
        )
        return [display_name(identity_of(row)) for row in rows]

    def leave(self) -> None:
        """Close the window as the person would."""
        application = self.application
        application.app.removeEventFilter(application)
        if application.open is not None:
            if application.window is not None:
                application.window.leave()
                application.window._minute.stop()
            application.open.close()
            application.open = None  # as at sign-out: the backup of the day must not open the file again
        application._tick.stop()
        application.frame.close()
        application.frame.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def _focus(self) -> QWidget:
        modal = QApplication.activeModalWidget()
        if modal is not None:
            return modal.focusWidget() or modal
        return QApplication.focusWidget() or self.application.frame.focusWidget() or self.application.frame
