"""A long job over the window: what is being done and how far; nothing is shown for less than a second."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QFrame, QWidget

from ces_desktop.i18n import tr
from ces_desktop.ui.tasks import Progress
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import ProgressPanel, column
from ces_desktop.ui.widgets.progress import APPEARS_MS


class Waiting(QFrame):
    """`Waiting(window, tr("Backing up"))`, `watch(progress)`, `finish()` when the answer or the refusal came.

    A cancelled job answers nobody: when the window has `tasks`, their `cancelled` ends the panel too.
    """

    def __init__(self, window: QWidget, title: str, cancel_text: str = "") -> None:
        super().__init__(window)
        self._window = window
        self._progress: Progress | None = None
        self.setProperty("surface", "popup")
        self.panel = ProgressPanel(title, cancel_text=cancel_text or tr("Cancelling leaves nothing half done."))
        self.panel.show()
        self.panel.cancelled.connect(self.cancel)
        self.setLayout(column(self.panel, margins=(16, 12, 16, 10)))
        self.setFixedWidth(px(420))
        window.installEventFilter(self)
        tasks = getattr(window, "tasks", None)
        if tasks is not None:
            tasks.cancelled.connect(self.finish)
        self.hide()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._appear)
        self._timer.start(APPEARS_MS)

    def watch(self, progress: Progress) -> None:
        """Show this job's steps."""
        self._progress = progress
        progress.moved.connect(self.panel.advance)

    def cancel(self) -> None:
        """Ask the job to stop at its next step."""
        if self._progress is not None:
            self._progress.cancel()

    def finish(self) -> None:
        """The job ended, however it ended."""
        self._timer.stop()
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _appear(self) -> None:
        self.show()
        self._place()
        self.raise_()

    def _place(self) -> None:
        self.adjustSize()
        left = (self._window.width() - self.width()) // 2
        self.move(left, self._window.height() - self.height() - px(72))
