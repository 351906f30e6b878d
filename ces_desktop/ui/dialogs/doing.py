"""A dialog that does what it asks for and stays open, with everything typed, until that has worked."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ces_desktop.i18n import tr
from ces_desktop.ui.tasks import Failure, Tasks
from ces_desktop.ui.widgets import Dialog, ProgressPanel

Job = Callable[[], object]


class Doing(Dialog[bool]):
    """Subclass, `add` fields, define `job()` and `complain()`. `ask()` is True when the job was done.

    `topics` are the tables the job writes to: pages that show them read again.
    """

    topics: frozenset[str] = frozenset()

    def __init__(
        self, parent: QWidget | None, tasks: Tasks, title: str, text: str = "", *, primary: str, width: int = 520
    ) -> None:
        super().__init__(parent, title, text, primary=primary, width=width)
        self._tasks, self._busy = tasks, False
        self.progress = ProgressPanel(tr("Working"), reserve=True)

    def job(self) -> Job | None:
        """What to do off the GUI thread, or None after saying under a field what is missing."""
        raise NotImplementedError

    def complain(self, failure: Failure) -> None:
        """Say at the field it is about why it was refused."""
        raise NotImplementedError

    def answer(self) -> bool | None:
        """Start the job; the dialog closes by itself when it is done. A second Enter meanwhile does nothing."""
        if self._busy:
            return None
        job = self.job()
        if job is not None:
            self.start(job)
        return None

    def start(self, job: Job) -> None:
        """Do this, unless something is being done already."""
        if not self._busy:
            self._set_busy(True)
            self._tasks.run(lambda _: job(), self._done, owner=self, failed=self._failed)

    def reject(self) -> None:
        """Esc; while the job runs there is nothing to cancel."""
        if not self._busy:
            super().reject()

    def _done(self, _answer: object) -> None:
        self._set_busy(False)
        self._answer = True
        self.accept()
        if self.topics:
            self._tasks.changed.emit(self.topics)

    def _failed(self, failure: Failure) -> None:
        self._set_busy(False)
        self.complain(failure)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.primary.setEnabled(not busy)
        self.secondary.setEnabled(not busy)
        self.progress.start() if busy else self.progress.finish()
