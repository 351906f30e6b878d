"""What the pages share that look at a file and load it: one job at a time, its progress, and what came of it."""

from __future__ import annotations

from ces_desktop.i18n import tr
from ces_desktop.ui import messages
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.tasks import Failure, Progress
from ces_desktop.ui.widgets import InlineNote, ProgressPanel, clear, column
from ces_desktop.ui.widgets.note import NoteKind


class FileJobPage(Page):
    """`FileJobPage(desk, cancelling=…, cancelled=…)`: what cancelling will do, and the sentence once it was done.

    A page sets `_job` to what runs after `_begin`, and says in `_allow` what is possible now: it is asked at each end.
    """

    def __init__(self, desk: Desk, *, cancelling: str, cancelled: str) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._job: Progress | None = None
        self._was_cancelled = cancelled
        self.notes = column(gap=8)
        self.progress = ProgressPanel(tr("Working"), cancel_text=cancelling)
        self.progress.cancelled.connect(lambda: self._job.cancel() if self._job is not None else None)
        desk.tasks.cancelled.connect(self._stopped)

    def may_leave(self) -> bool:
        """What is under way is finished or cancelled first."""
        return self._job is None

    def _allow(self) -> None:
        raise NotImplementedError

    def _begin(self, title: str) -> None:
        clear(self.notes)
        self.progress.title.set_text(title)
        self.progress.advance(0, 0)
        self.progress.start()

    def _counted(self) -> Progress:
        """The job about to begin, its steps shown."""
        progress = self._job = Progress()
        progress.moved.connect(self.progress.advance)
        return progress

    def _finish(self) -> None:
        self._job = None
        self.progress.finish()
        self._allow()

    def _failed(self, failure: Failure) -> None:
        self._finish()
        self._note("bad", messages.sentence(failure))

    def _stopped(self) -> None:
        if self._job is not None and self._job.cancelled():
            self._finish()
            self._note("none", self._was_cancelled)

    def _note(self, kind: NoteKind, title: str, text: str = "") -> None:
        clear(self.notes)
        self.notes.addWidget(InlineNote(kind, title, text))
