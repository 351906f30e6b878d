"""The running application at rest, drawn as a small PNG: the window, a dialog over it, a page of paper."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, QRect, QTimer
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QDialog

from ces_desktop.ui import theme
from ces_desktop.ui.application import Application
from ces_desktop.ui.main_window import MainWindow

SIZE, SMALL = (1366, 690), (1024, 600)
SETTLE_SECONDS, QUIET_SECONDS, QUIET_ROUNDS = 90, 0.12, 12
"""At rest: nothing is asked for so long and for so many rounds of events; on a slow machine one round takes longer."""
PAIRS_AFTER_SECONDS = 4
"""The first page compares the register for duplicates some seconds after it was drawn."""


class Camera:
    """The application at rest, drawn; a dialog is drawn where it stands over the shaded window."""

    def __init__(self, app: QApplication, root: Path, folder: Path) -> None:
        self.app, self.folder = app, folder
        self.application = Application(app, root)
        self.application._tick.stop()  # nobody answers it while a clinic is written: it would lock as after a sleep
        self.resize(SIZE)
        self.application.frame.show()
        self.application.frame.activateWindow()

    @property
    def window(self) -> MainWindow:
        """The open clinic's window."""
        assert self.application.window is not None
        return self.application.window

    def resize(self, size: tuple[int, int]) -> None:
        """Another size of the window."""
        self.application.frame.resize(*size)

    def settle(self, holds: Callable[[], bool] = lambda: True) -> None:
        """Let every question be answered and drawn, and wait until `holds`."""
        until, quiet, rounds = time.monotonic() + SETTLE_SECONDS, time.monotonic(), 0
        while time.monotonic() < until:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            tasks = self.application.tasks
            rounds += 1
            if (tasks is not None and tasks.busy) or not holds():
                quiet, rounds = time.monotonic(), 0
            elif rounds > QUIET_ROUNDS and time.monotonic() - quiet > QUIET_SECONDS:
                break
        else:
            raise RuntimeError("the window never came to rest")
        if QApplication.activeWindow() is None:  # the offscreen platform forgets the window when a list closes
            self.application.frame.activateWindow()
            QCoreApplication.processEvents()

    def go(self, key: str, *arguments: object) -> None:
        """Another place of the window."""
        self.window.go_to(key, arguments)
        compared = time.monotonic() + (PAIRS_AFTER_SECONDS if key == "today" else 0)
        self.settle(lambda: time.monotonic() >= compared)

    def take(self, name: str) -> None:
        """The window as it stands."""
        self.settle()
        self._save(self.application.frame.grab().toImage(), name)

    def take_dialog(
        self, name: str, open_it: Callable[[], object], prepare: Callable[[Any], object] = lambda dialog: None
    ) -> None:
        """What `open_it` asks, drawn over the window, then left with Esc."""
        done: list[bool] = []
        since = 0.0
        timer = QTimer()

        def look() -> None:
            nonlocal since
            shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
            tasks = self.application.tasks
            # A wait for the print is a dialog too: what stays is what is meant.
            if not shown or (tasks is not None and tasks.busy):
                since = 0.0
                return
            if not since:
                since = time.monotonic()
                prepare(shown[-1])
                return
            if time.monotonic() - since < 0.5:
                return
            timer.stop()
            self._save(self._with(shown[-1]), name)
            done.append(True)
            for dialog in reversed(shown):
                dialog.reject()

        timer.timeout.connect(look)
        timer.start(40)
        open_it()
        self.settle(lambda: bool(done))

    def close(self) -> None:
        """Leave as a person does."""
        application = self.application
        self.app.removeEventFilter(application)
        if application.open is not None:
            if application.window is not None:
                application.window.leave()
                application.window._minute.stop()
            application.open.close()
        application.frame.close()
        application.frame.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def _with(self, dialog: QDialog) -> QImage:
        frame = self.application.frame
        picture = frame.grab().toImage()
        painter = QPainter(picture)
        painter.fillRect(picture.rect(), QColor(0, 0, 0, 90))
        # Where a window manager would put it: the offscreen platform has none.
        at = QPoint((frame.width() - dialog.width()) // 2, max(0, (frame.height() - dialog.height()) // 2))
        painter.drawPixmap(at, dialog.grab())
        painter.setPen(theme.colour("edge"))
        painter.drawRect(QRect(at, dialog.size()).adjusted(-1, -1, 0, 0))
        painter.end()
        return picture

    def _save(self, picture: QImage, name: str) -> None:
        save(picture, self.folder / f"{name}.png")


def save(picture: QImage, path: Path) -> None:
    """As a small PNG: a table of 256 colours holds a screen; Qt chooses them badly, Pillow well."""
    flat = picture.convertToFormat(QImage.Format.Format_RGB888)
    size, line = (flat.width(), flat.height()), flat.bytesPerLine()
    drawn = Image.frombuffer("RGB", size, bytes(flat.constBits()), "raw", "RGB", line, 1)
    table = drawn.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    table.save(path, optimize=True)
