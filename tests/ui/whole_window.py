"""The whole program in each of its looks, over sixty invented people or over nobody, and what is to be found there."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from clipping import clipped
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QDialog,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from sqlalchemy import select

from ces_desktop import settings
from ces_desktop.data import vault
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.models import PatientRecord
from ces_desktop.data.queries.shelf import shelf
from ces_desktop.domain.ids import Id
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.services.demo import PASSPHRASE, create_demo
from ces_desktop.settings import Settings
from ces_desktop.ui import application as running
from ces_desktop.ui.application import Application
from ces_desktop.ui.main_window import MainWindow
from ces_desktop.ui.widgets import ChoiceField, StatTile

Place = tuple[str, tuple[object, ...]]

# Each size, theme, language and zoom once with its worst neighbours, not their product.
LOOKS = {
    "laptop": (1366, 690, Settings(language="es")),
    "laptop_large": (1366, 690, Settings(language="es", theme="dark", zoom=150)),
    "small": (1024, 600, Settings(language="en", theme="dark")),
    "small_large": (1024, 600, Settings(language="es", zoom=150)),
}
SHOW = QEvent.Type.Show
LONGER = "laptop"
"""The look in which the pseudo-language is drawn."""


class Windows(QObject):
    """Writes down what was shown as a window of its own: a part shown before it has a parent flashes as one."""

    def __init__(self, app: QApplication, expected: tuple[type[QWidget], ...]) -> None:
        super().__init__()
        self.stray: list[str] = []
        self._expected = expected
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is SHOW and isinstance(watched, QWidget) and watched.isWindow():
            lists = Qt.WindowType.Popup, Qt.WindowType.ToolTip
            if not isinstance(watched, self._expected) and watched.windowType() not in lists:
                self.stray.append(f"{type(watched).__name__} {watched.objectName()} {watched.accessibleName()}")
        return False


class Shown:
    """An application over an open clinic, dressed in one look."""

    def __init__(self, app: QApplication, opened: OpenClinic, look: str) -> None:
        width, height, chosen = LOOKS[look]
        settings.save(chosen)
        self.opened = opened
        self.application = Application(app, opened.folder.path.parent)
        self.application.frame.resize(width, height)
        self.windows = Windows(app, (running.Frame, QDialog))
        self.application.frame.show()
        QTest.qWaitForWindowActive(self.application.frame)
        self.application.enter(opened)
        self.settle()

    @property
    def window(self) -> MainWindow:
        assert self.application.window is not None
        return self.application.window

    def settle(self) -> None:
        """Let every question be answered and every answer be drawn."""
        until, quiet = time.monotonic() + 60, 0
        while quiet < 3:
            assert time.monotonic() < until, "the window never came to rest"
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            if self.window.tasks.busy:
                quiet = 0
                time.sleep(0.001)  # else this thread takes turns with the one that works out the answer
            else:
                quiet += 1
        # On a busy machine the last look may have ended between new words and the layout that makes room for them.
        QCoreApplication.sendPostedEvents()

    def go(self, place: Place) -> None:
        self.window.go_to(*place)
        self.settle()

    def focus(self) -> QWidget:
        return QApplication.focusWidget() or self.window

    def close(self) -> None:
        self.leave()
        self.opened.close()

    def leave(self) -> None:
        """Close the window; who opened the clinic closes it."""
        application = self.application
        application.app.removeEventFilter(application)
        application.app.removeEventFilter(self.windows)
        self.window.leave()
        self.window._minute.stop()
        application._tick.stop()
        application.frame.close()
        application.frame.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@cache
def demo() -> tuple[ClinicFolder, Id, bytes]:
    """Sixty invented people, made once for each process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vault, "calibrate", lambda *_: vault.CHEAPEST)
        folder, user, _ = create_demo(Path(mkdtemp(prefix="ces-test-")), people=60)
    return folder, user, PASSPHRASE.encode()


def an_item(shown: Shown) -> Id:
    """An item with lots, a card and a forecast; of an empty clinic one that never came."""
    found = shown.opened.database.read(lambda c: shelf(c, shown.window.clinic.id, shown.window.today))
    known = [r.item.id for r in found.rows if len(r.lots) > 1] or [i.id for i in found.others]
    return known[0]


def people_of(shown: Shown) -> list[Id]:
    p = PatientRecord
    query = select(p.id).where(p.live == 1, p.household.is_not(None)).order_by(p.row_no)
    return [Id(x) for x in shown.opened.database.read(lambda c: c.execute(query).scalars().all())]


def faults(shown: Shown, dialogs: Iterable[QDialog]) -> list[str]:
    """What is wrong with each of these: clipped, without a name, higher than the window, not left by Esc."""
    wrong = []
    for dialog in dialogs:
        dialog.show()
        shown.settle()
        name = type(dialog).__name__
        wrong += [f"{name}: {line}" for line in [*clipped(dialog), *nameless(dialog)]]
        if dialog.height() > shown.application.frame.height():
            wrong.append(f"{name}: {dialog.height()} px high")
        QTest.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Escape)
        if dialog.isVisible():
            wrong.append(f"{name}: Esc does not close it")
            dialog.close()
        dialog.deleteLater()
    return wrong


def nameless(widget: QWidget) -> list[str]:
    """What a person can act on and a screen reader cannot say."""
    kinds = QAbstractButton | QLineEdit | QPlainTextEdit | QAbstractItemView | ChoiceField | StatTile
    found = []
    for part in widget.findChildren(QWidget):
        inner = isinstance(part, QHeaderView) or part.objectName().startswith("qt_")
        if not isinstance(part, kinds) or inner or not part.isVisible():
            continue
        said = part.accessibleName() or (part.text() if isinstance(part, QAbstractButton) else "")
        if not said.strip():
            found.append(f"{type(part).__name__} {part.objectName()!r} in {type(part.parent()).__name__}")
    return found
