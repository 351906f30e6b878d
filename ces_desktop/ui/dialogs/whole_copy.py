"""A stick for a clinic's new or replaced computer: everything of the clinic, written with progress, stopped at will."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from ces_desktop.data import drives
from ces_desktop.data.drives import Drive
from ces_desktop.domain.calendar import local_day
from ces_desktop.i18n import tr
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.sync import snapshot
from ces_desktop.sync.exchange import Sent
from ces_desktop.sync.network_state import Laptop, SiteState
from ces_desktop.ui import labels, messages
from ces_desktop.ui.drive_row import drive_row
from ces_desktop.ui.messages import exchange as exchange_words
from ces_desktop.ui.messages import network as wording
from ces_desktop.ui.tasks import Failure, Progress, Tasks
from ces_desktop.ui.widgets import (
    Button,
    Dialog,
    InlineNote,
    ProgressPanel,
    SectionCard,
    Text,
    clear,
    column,
    row,
)


class WholeCopyDialog(Dialog[Sent]):
    """For whom, which stick, F9 writes. It stays open while it writes, and until the stick may be taken out.

    `ask()` gives what was written, None when nothing was.
    """

    def __init__(
        self, parent: QWidget | None, tasks: Tasks, opened: OpenClinic, site: SiteState, laptops: Sequence[Laptop]
    ) -> None:
        text = tr("It holds everything of the clinic, encrypted: only its admitted laptops can open it.")
        super().__init__(
            parent, tr("Stick for a new or replacement laptop: {clinic}").format(clinic=wording.title(site)), text,
            primary=tr("Write everything"), icon="copy", width=600,
        )  # fmt: skip
        self._tasks, self._opened, self._site = tasks, opened, site.site
        self._chosen: Path | None = None
        self._drives: tuple[Drive, ...] = ()
        self._job: Progress | None = None
        self._sent: Sent | None = None
        self._leaving = False
        self.sticks = column(gap=6)
        choose = Button(tr("Choose folder"), "ghost", icon="folder-open")
        choose.clicked.connect(self.choose_folder)
        again = Button(tr("Look again"), "ghost", icon="rotate-ccw")
        again.clicked.connect(self.look)
        self.told = column(gap=6)
        self.progress = ProgressPanel(
            tr("Writing and reading back; do not remove the stick."),
            cancel_text=tr("Cancelling takes off what was written."), reserve=True,
        )  # fmt: skip
        self.progress.cancelled.connect(self._cancel)
        whose = [Text(self._laptop(one), "body", elide=True) for one in laptops]
        if not whose:
            whose = [Text(tr("No other laptop is admitted yet."), "body", wrap=True)]
        first = tr("Is it not listed? Take the invitation to it, receive its request at the hub and admit it first.")
        self.add(
            SectionCard(tr("For"), *whose, Text(first, "caption", wrap=True), icon="monitor"),
            SectionCard(tr("Stick"), self.sticks, icon="usb", action=row(again, choose, gap=0)),
            self.told, self.progress,
        )  # fmt: skip
        self._admitted = bool(laptops)
        tasks.cancelled.connect(self._stopped)
        self.look()

    def answer(self) -> Sent | None:
        """Write; once written, close."""
        if self._sent is None and self._job is None and self._chosen is not None and self._admitted:
            self._write(self._chosen)
        return self._sent

    def reject(self) -> None:
        """Esc; while it writes, it stops that first. The lock closes it so too."""
        if self._job is not None:
            self._leaving = True
            self._cancel()
        elif self._sent is not None:
            self._accept()
        else:
            super().reject()

    def look(self) -> None:
        """Which sticks there are now."""
        chosen = self._chosen
        self._tasks.run(lambda _: _look(chosen), self._found, owner=self)

    def choose_folder(self) -> None:
        """A folder in the place of a stick."""
        chosen = QFileDialog.getExistingDirectory(self, tr("Folder in the place of a stick"), str(Path.home()))
        if chosen:
            self.use(Path(chosen))

    def use(self, path: Path) -> None:
        """Write to this stick or folder."""
        self._chosen = path
        clear(self.told)
        self._show()
        self.look()

    # ------------------------------------------------------------------ writing
    def _write(self, place: Path) -> None:
        database, actor, site = self._opened.database, self._tasks.actor, self._site
        clear(self.told)
        self.progress.advance(0, 0)
        self.progress.start()
        self._allow(False)
        self._job = self._tasks.run(
            lambda progress: snapshot.write(database, actor, place, site, progress.step),
            self._written, owner=self, failed=self._failed,
        )  # fmt: skip
        self._job.moved.connect(self.progress.advance)

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _written(self, sent: Sent) -> None:
        self._ended()
        self._sent = sent
        text = f"{tr('At the new laptop: USB, Receive from the stick.')} {exchange_words.sent(sent)}"
        self._tell(InlineNote("ok", tr("You can remove the stick now."), text))
        self.primary.set_words(tr("Close"))
        self.secondary.hide()
        self.primary.setFocus()

    def _failed(self, failure: Failure) -> None:
        self._ended()
        self._tell(InlineNote("bad", messages.sentence(failure), tr("Nothing was lost here.")))

    def _stopped(self) -> None:
        if self._job is not None and self._job.cancelled():
            leaving = self._leaving
            self._ended()
            self._tell(InlineNote("none", tr("Stopped. What was written was taken off again.")))
            if leaving:
                super().reject()

    def _ended(self) -> None:
        self._job, self._leaving = None, False
        self.progress.finish()
        self._allow(True)
        self.primary.setFocus()

    # ------------------------------------------------------------------ pieces
    def _found(self, found: tuple[Drive, ...]) -> None:
        self._drives = found
        paths = [one.path for one in found]
        if self._chosen not in paths:
            self._chosen = paths[0] if len(paths) == 1 else None
        self._show()
        self.primary.setFocus()  # it could not take the keys before a stick was known

    def _show(self) -> None:
        clear(self.sticks)
        for one in self._drives:
            self.sticks.addWidget(drive_row(one, one.path == self._chosen, self.use))
        if not self._drives:
            self.sticks.addWidget(Text(tr("Insert a stick and look again, or choose a folder."), "body", wrap=True))
        self._allow(self._job is None)

    def _laptop(self, one: Laptop) -> str:
        said = tr("admitted {day}").format(day=labels.day(local_day(one.admitted)))
        return f"{wording.laptop(one)} · {said}"

    def _allow(self, idle: bool) -> None:
        why = tr("Wait for the work under way.") if not idle else tr("Choose a stick first.")
        if idle and not self._admitted:
            why = tr("No other laptop is admitted yet.")
        self.primary.set_possible(idle and self._admitted and self._chosen is not None, why)

    def _tell(self, note: InlineNote) -> None:
        clear(self.told)
        self.told.addWidget(note)


def _look(chosen: Path | None) -> tuple[Drive, ...]:
    """The sticks there are, and the chosen folder while it is there: a stick that was pulled out is offered no more."""
    return drives.listed(drives.inserted(), chosen if chosen is not None and chosen.is_dir() else None)
