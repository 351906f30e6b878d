"""Long work before a clinic is open (opening, making, restoring): off the GUI thread, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Signal

from ces_desktop.errors import Refused, Unavailable
from ces_desktop.ui.tasks import Cancelled, Failure, Progress, _pool, _Task

T = TypeVar("T")


class _Signals(QObject):
    answered = Signal(object, object, object)


class Jobs(QObject):
    """`Jobs(view).run(job, then, failed)`: answers come on the GUI thread; the view is the owner.

    If the view is gone when the answer comes, an answer that can be closed (an open clinic) is closed. A Cancelled job
    tells `cancelled`; what is neither Refused nor Unavailable is a bug and is raised in the GUI thread.
    """

    busy = Signal(bool)
    cancelled = Signal()

    def __init__(self, owner: QObject) -> None:
        super().__init__(owner)
        self._threads = _pool(1)
        self._task: _Task | None = None
        self._signals: _Signals | None = None
        self._progress = Progress()

    @property
    def running(self) -> bool:
        """Whether a job is under way."""
        return self._task is not None

    def run(
        self, job: Callable[[Progress], T], then: Callable[[T], None], failed: Callable[[Failure], None]
    ) -> Progress:
        """Start a job; while one is under way a second is not started (a double Enter does nothing)."""
        if self._task is not None:
            return self._progress
        progress = self._progress = Progress()
        # Not a signal of this view: the answer must be closed also when the view is gone.
        signals = self._signals = _Signals()
        task = self._task = _Task(lambda: job(progress), signals.answered)

        def settled(_: object, answer: Any, error: object) -> None:
            assert signals is not None  # held by its own answer until that came
            if not shiboken6.isValid(self):
                close = getattr(answer, "close", None)
                if close is not None:
                    close()
                return
            self._task = None
            self.busy.emit(False)
            if isinstance(error, Cancelled):
                self.cancelled.emit()
            elif isinstance(error, (Refused, Unavailable)):
                failed(error)
            elif isinstance(error, BaseException):
                raise error
            else:
                then(answer)

        signals.answered.connect(settled)
        self.busy.emit(True)
        self._threads.start(task)
        return progress

    def cancel(self) -> None:
        """Ask the job under way to stop at its next step."""
        self._progress.cancel()

    def wait(self) -> None:
        """Let the job under way finish (tests, closing)."""
        self._threads.waitForDone()
