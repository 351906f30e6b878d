"""The window's only door to the database: work goes out to threads, answers come back to the GUI thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal, SignalInstance, Slot

from ces_desktop.data.database import Database, Outcome
from ces_desktop.domain.access import Actor
from ces_desktop.errors import Refused, Unavailable

T = TypeVar("T")
Failure = Refused | Unavailable
BACKUPS = "backups"
"""What `changed` says has changed when a backup was made or failed; no table is of that name."""
SLOW_MS = 600
"""From here on a person is told that something is being saved: else keys are pressed again."""
EXCHANGE = "exchange"
"""The same of what is known of sticks and of the supervisor."""


class Progress(QObject):
    """How far a long job is; the job calls `step`, which ends it by Cancelled when the person asked to stop."""

    moved = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self._stop = threading.Event()

    def step(self, done: int, total: int) -> None:
        """Say `done` of `total`; raises Cancelled."""
        if self._stop.is_set():
            raise Cancelled
        self.moved.emit(done, total)

    def cancelled(self) -> bool:
        """Whether the person asked to stop."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Ask the job to stop at its next step."""
        self._stop.set()


class Cancelled(Exception):
    """The person stopped a long job; nothing of it remains."""


class Tasks(QObject):
    """Runs reads, writes and long jobs off the GUI thread and tells which tables changed.

    `owner` is the widget that asked: if it is gone when the answer comes, nobody is told. `latest` names a kind of
    question of which only the newest answer counts (search while typing). A failure that no `failed` takes is told by
    the window through `refused`; anything that is neither Refused nor Unavailable is a bug and comes out of `broken`.
    """

    changed = Signal(frozenset)
    refused = Signal(object)
    broken = Signal(object)
    cancelled = Signal()
    idle = Signal()
    saving = Signal(bool)
    """True when what is being written takes long; False when all of it is written."""
    _answered = Signal(object, object, object)

    def __init__(self, database: Database, actor: Actor) -> None:
        super().__init__()
        self.database = database
        self.actor = actor
        self._readers = _pool(2)
        self._jobs = _pool(2)  # apart: an order being worked out, or an import, keeps no page waiting for its rows
        self._writer = _pool(1)
        self._latest: dict[str, int] = {}
        self._ahead: dict[str, _Task] = {}
        self._running: dict[_Task, Callable[[object, object], None]] = {}
        self._writing: set[_Task] = set()
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.timeout.connect(lambda: self.saving.emit(True))
        self._answered.connect(self._settle)

    def read(
        self,
        query: Callable[[Any], T],
        then: Callable[[T], None],
        *,
        owner: QObject,
        latest: str | None = None,
        failed: Callable[[Failure], None] | None = None,
    ) -> None:
        """Ask the database; `then(rows)` on the GUI thread."""
        self._start(self._readers, lambda: self.database.read(query), then, owner, latest, failed)

    def ahead(self, query: Callable[[Any], object], latest: str) -> None:
        """Ask what the next `read` of this `latest` will ask, before the page that shows it is built."""
        task = self._ahead[latest] = _Task(lambda: self.database.read(query), self._answered)
        self._running[task] = lambda answer, error: None
        self._readers.start(task)

    def write(
        self,
        action: Callable[[Any], T],
        then: Callable[[Outcome[T]], None],
        *,
        owner: QObject,
        failed: Callable[[Failure], None] | None = None,
    ) -> None:
        """Do one action as the signed-in person, durably; then tell every page which tables changed."""
        actor = self.actor

        self._start(
            self._writer,
            lambda: self.database.write(action, actor),
            then,
            owner,
            None,
            failed,
            touched=lambda outcome: outcome.touched,
        )

    def issue(
        self,
        job: Callable[[Database, Actor], Outcome[T]],
        then: Callable[[Outcome[T]], None],
        *,
        owner: QObject,
        failed: Callable[[Failure], None] | None = None,
    ) -> None:
        """Issue a paper as the signed-in person; then tell every page which tables changed.

        It shows all that was written before it was asked for; what is written while it is drawn does not wait for it.
        """
        actor = self.actor

        def begin(_: None) -> None:
            self._start(
                self._jobs,
                lambda: job(self.database, actor),
                then,
                owner,
                None,
                failed,
                touched=lambda outcome: outcome.touched,
            )

        self._start(self._writer, lambda: None, begin, owner, None, failed)

    def local(
        self,
        change: Callable[[Any], T],
        then: Callable[[T], None],
        *,
        owner: QObject,
        failed: Callable[[Failure], None] | None = None,
        topics: frozenset[str] = frozenset(),
    ) -> None:
        """Change what stays on this laptop (drafts, settings), after the writes asked for before it.

        Pages that show one of `topics` are told afterwards, even if the page that asked was left meanwhile.
        """
        self._start(
            self._writer,
            lambda: self.database.local(change),
            then,
            owner,
            None,
            failed,
            touched=lambda _: topics,
        )

    def run(
        self,
        job: Callable[[Progress], T],
        then: Callable[[T], None],
        *,
        owner: QObject,
        failed: Callable[[Failure], None] | None = None,
        progress: Progress | None = None,
    ) -> Progress:
        """A long job (print, backup, import). Show `ProgressPanel` on what this returns."""
        progress = progress or Progress()
        held = progress
        self._start(self._jobs, lambda: job(held), then, owner, None, failed)
        return held

    def wait(self) -> None:
        """Let everything asked for finish; used at lock and at closing, so that nothing acknowledged is cut."""
        self._writer.waitForDone()
        self._jobs.waitForDone()
        self._readers.waitForDone()

    @property
    def busy(self) -> bool:
        """Whether anything asked for has not been answered."""
        return bool(self._running)

    def _start(
        self,
        pool: QThreadPool,
        work: Callable[[], T],
        then: Callable[[T], None],
        owner: QObject,
        latest: str | None,
        failed: Callable[[Failure], None] | None,
        touched: Callable[[T], frozenset[str]] = lambda _: frozenset(),
    ) -> None:
        number = 0
        begun = None
        if latest is not None:
            number = self._latest[latest] = self._latest.get(latest, 0) + 1
            begun = self._ahead.pop(latest, None)
        if pool is self._writer:
            self._ahead.clear()
        asked = begun is not None and begun in self._running
        task = begun if begun is not None and asked else _Task(work, self._answered)

        def settle(answer: Any, error: object) -> None:
            if latest is not None and self._latest[latest] != number:
                return
            if isinstance(error, Cancelled):
                self.cancelled.emit()
            elif isinstance(error, (Refused, Unavailable)):
                if failed is not None and shiboken6.isValid(owner):
                    failed(error)
                else:
                    self.refused.emit(error)
            elif error is not None:
                self.broken.emit(error)
            else:
                if shiboken6.isValid(owner):
                    then(answer)
                if topics := touched(answer):
                    self.changed.emit(topics)

        self._running[task] = settle
        if pool is self._writer:
            if not self._writing:
                self._slow.start(SLOW_MS)
            self._writing.add(task)
        if not asked:
            pool.start(task)

    def _settle(self, task: _Task, answer: object, error: object) -> None:
        """An answer came back to the GUI thread; forgotten first, so that nothing holds page and answer for ever."""
        settle = self._running.pop(task)
        if task in self._writing:
            self._writing.remove(task)
            if not self._writing:
                self._slow.stop()
                self.saving.emit(False)
        if not self._running:
            self.idle.emit()
        settle(answer, error)


class _Task(QRunnable):
    def __init__(self, work: Callable[[], object], answered: SignalInstance) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self._work = work
        self._answered = answered

    @Slot()
    def run(self) -> None:
        answer: object = None
        failure: BaseException | None = None
        try:
            answer = self._work()
        except Exception as error:  # noqa: BLE001 - sorted by the receiver, on the GUI thread
            failure = error
        self._answered.emit(self, answer, failure)


def _pool(threads: int) -> QThreadPool:
    pool = QThreadPool()
    pool.setMaxThreadCount(threads)
    pool.setExpiryTimeout(-1)
    return pool
