"""Backups: how old the last one is, where they go, making one now, checking one, putting one back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from ces_desktop.data.backup import BackupInfo, BackupReport
from ces_desktop.domain.access import Right
from ces_desktop.domain.calendar import CLINIC_ZONE, local_day
from ces_desktop.i18n import tr, trn
from ces_desktop.services import backups
from ces_desktop.services.backups import BackupState
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.ui import labels, messages
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.dialogs.restore import ask_restore
from ces_desktop.ui.icons import State
from ces_desktop.ui.messages import backups as wording
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.tasks import BACKUPS, Failure, Progress
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    EmptyState,
    Heading,
    InlineNote,
    ProgressPanel,
    ScrollBody,
    SectionCard,
    StatTile,
    StatusChip,
    Text,
    clear,
    column,
    row,
)
from ces_desktop.ui.widgets.note import NoteKind

WARN_DAYS, BAD_DAYS = 2, 7
"""From this age in days the last backup is said to be old, then too old."""


class BackupsPage(Page):
    """State and folder above, the list below; the docked bar acts on the chosen backup. F9 makes one now."""

    topics = frozenset({BACKUPS})

    def __init__(self, desk: Desk, opened: OpenClinic, restore: Callable[[BackupInfo], object]) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._opened, self._restore_now = opened, restore
        self._state: BackupState | None = None
        self._checked: dict[str, tuple[State, str]] = {}
        self._job: Progress | None = None
        self.heading = Heading(tr("Backups"), tr("An encrypted copy of everything; your passphrase opens it."))
        self.tiles = row(gap=12)
        self.notes = column(gap=8)
        self.progress = ProgressPanel(tr("Backing up"), cancel_text=tr("Cancelling writes nothing and erases nothing."))
        self.progress.cancelled.connect(self._cancel)
        self.table = RecordTable[BackupInfo](self._columns(), name=tr("Backups"), type_ahead=False)
        self.table.selected.connect(lambda _: self._allow())
        self.table.opened.connect(lambda _: self.check())
        self.stack = QStackedWidget()
        self.stack.addWidget(SectionCard("", (self.table, 1), flush=True))
        none = EmptyState(tr("No backups yet."), tr("Make the first now (F9); it takes less than a minute."), size=112)
        self.stack.addWidget(ScrollBody(column(none), 0))
        self.now = Button(tr("Back up now"), "primary", icon="hard-drive", cap="F9")
        self.now.clicked.connect(self.back_up)
        self.verify = Button(tr("Check"), icon="shield-check", cap="Enter")
        self.verify.clicked.connect(self.check)
        self.put_back = Button(tr("Restore"), icon="archive-restore")
        self.put_back.clicked.connect(self.restore)
        self.bar = DockedBar(self.now, self.put_back, self.verify)
        body = column(
            self.heading, self.tiles, self.notes, self.progress, (self.stack, 1), gap=12, margins=(20, 16, 20, 12)
        )
        self.setLayout(column((body, 1), self.bar, gap=0))
        self.setFocusProxy(self.table)
        self._allow()

    def reload(self) -> None:
        """Look at the folder again."""
        self.desk.tasks.run(lambda _: backups.state(self._opened), self._show, owner=self)

    def primary(self) -> None:
        """F9: a backup now."""
        self.back_up()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.table.setFocus(event.reason())

    # ------------------------------------------------------------------ what the person asks for
    def back_up(self) -> None:
        """Make a backup, with progress; Esc and the cancel button leave nothing behind."""
        if self._job is not None:
            return
        self._clear_notes()
        self._begin(tr("Backing up"))
        opened = self._opened

        def job(progress: Progress) -> BackupInfo:
            return backups.back_up(opened, progress=progress.step, cancelled=progress.cancelled)

        self._job = self.desk.tasks.run(job, self._made, owner=self, failed=self._failed)
        self._job.moved.connect(self.progress.advance)
        self.desk.tasks.cancelled.connect(self._stopped, Qt.ConnectionType.UniqueConnection)

    def check(self) -> None:
        """Open the chosen backup with the clinic's key and count what it holds."""
        info = self.table.current()
        if info is None or self._job is not None:
            return
        self._clear_notes()
        self._begin(tr("Checking the backup"))
        opened = self._opened
        self._job = self.desk.tasks.run(
            lambda _: backups.check(opened, info),
            partial(self._checked_whole, info),
            owner=self,
            failed=partial(self._checked_bad, info),
        )

    def restore(self) -> None:
        """Ask, then close the clinic and put the chosen backup in its place."""
        info = self.table.current()
        if info is None or self._job is not None or not self.put_back.isEnabled():
            return
        if ask_restore(self, info, self.desk.today):
            self._restore_now(info)

    def choose_folder(self) -> None:
        """Let the person point at a folder, on another disk or stick; it is tried by writing there."""
        start = str(self._state.target) if self._state is not None and self._state.chosen else str(Path.home())
        chosen = QFileDialog.getExistingDirectory(self, tr("Folder for backups"), start)
        if chosen:
            self._send_to(Path(chosen))

    def own_folder(self) -> None:
        """Back to the folder inside the clinic's own."""
        self._send_to(None)

    def _send_to(self, target: Path | None) -> None:
        self._clear_notes()
        opened = self._opened

        def done(_: OpenClinic) -> None:
            self._checked.clear()
            self.desk.toast(tr("Backups go to the chosen folder from now on."))
            self.reload()

        self.desk.tasks.run(
            lambda _: backups.choose_folder(opened, target), done, owner=self, failed=lambda f: self._note_failure(f)
        )

    # ------------------------------------------------------------------ answers
    def _made(self, info: BackupInfo) -> None:
        self._ended()
        self._checked[str(info.path)] = ("ok", tr("Whole"))
        self.desk.note("backup")
        self.desk.toast(tr("Backup made and checked: {size}.").format(size=labels.size(info.size)))
        self.reload()

    def _failed(self, failure: Failure) -> None:
        self._ended()
        self._note_failure(failure)
        self.reload()

    def _stopped(self) -> None:
        if self._job is not None:
            self._ended()
            self._note("none", tr("The backup was cancelled. Nothing was written."))

    def _checked_whole(self, info: BackupInfo, report: BackupReport) -> None:
        self._ended()
        self._checked[str(info.path)] = ("ok", tr("Whole"))
        when = labels.moment(info.made_at, CLINIC_ZONE)
        self._note("ok", tr("The backup of {when} opens and is whole.").format(when=when), wording.report(report))
        self._fill()

    def _checked_bad(self, info: BackupInfo, failure: Failure) -> None:
        self._ended()
        self._checked[str(info.path)] = ("bad", tr("Not usable"))
        self._note("bad", tr("This backup cannot be used."), messages.sentence(failure))
        self._fill()

    def _show(self, state: BackupState) -> None:
        self._state = state
        clear(self.tiles)
        self.tiles.addWidget(self._age_tile(state), 1)
        self.tiles.addWidget(self._folder_card(state), 2)
        if state.trouble is not None and not self.notes.count():
            when = labels.moment(state.trouble.at, CLINIC_ZONE)
            why = messages.sentence(state.trouble.failure)
            self._note("warn", tr("The automatic backup of {when} was not made.").format(when=when), why)
        n = len(state.backups)
        kept = tr("Kept: 7 days, 4 weeks, 12 months.")
        self.heading.set_sentence(trn("{n} backup. {kept}", "{n} backups. {kept}", n).format(n=n, kept=kept))
        self._fill()

    def _fill(self) -> None:
        held = self._state.backups if self._state is not None else ()
        chosen = self.table.current()
        keep = chosen.path if chosen is not None else None
        self.table.set_rows(held, lambda info: info.path == keep)
        if held and self.table.current() is None:
            self.table.select_place(0)
        self.stack.setCurrentIndex(0 if held else 1)
        self._allow()

    # ------------------------------------------------------------------ pieces
    def _age_tile(self, state: BackupState) -> QWidget:
        newest = state.newest
        if newest is None:
            risk = tr("Without one, a broken disk loses all.")
            tile = StatTile(tr("Last backup"), labels.DASH, caption=risk, chip=StatusChip("bad", tr("None")))
        else:
            age = (self.desk.today - local_day(newest.made_at)).days
            kind, word = _age_state(age)
            size = tr("checked when it was made, {size}").format(size=labels.size(newest.size))
            ago = labels.ago(local_day(newest.made_at), self.desk.today)
            clock = labels.moment(newest.made_at, CLINIC_ZONE)
            tile = StatTile(tr("Last backup"), ago, clock, size, chip=StatusChip(kind, word))
        tile.clicked.connect(self.table.setFocus)
        return tile

    def _folder_card(self, state: BackupState) -> QWidget:
        change = Button(tr("Choose folder"), "ghost", icon="folder-open")
        change.clicked.connect(self.choose_folder)
        actions = [change]
        if state.chosen:
            own = Button(tr("Use the clinic's own"), "ghost", icon="rotate-ccw")
            own.clicked.connect(self.own_folder)
            actions.insert(0, own)
        for button in actions:
            button.set_possible(not self._opened.database.read_only, messages.all_sentences()["storage.in_use"])
        chip = StatusChip("ok", tr("Reachable")) if state.reachable else StatusChip("bad", tr("Not there"))
        path = Text(str(state.target), "body", elide=True, selectable=True)
        if not state.reachable:
            words = tr("If it is a stick, insert it and repeat.")
        else:
            words = tr("Chosen folder.") if state.chosen else tr("Same disk: choose a stick to survive a broken one.")
            if state.free is not None:
                words += " " + tr("{size} free").format(size=labels.size(state.free))
        caption = Text(words, "caption", elide=True)
        return SectionCard(
            tr("Backup folder"), row((path, 1), chip), caption, icon="folder", action=row(*actions, gap=0), gap=4
        )

    def _columns(self) -> list[Column[BackupInfo]]:
        today = self.desk.today
        return [
            Column(
                tr("Backup"),
                lambda info: Cell(
                    labels.moment(info.made_at, CLINIC_ZONE), labels.ago(local_day(info.made_at), today), strong=True
                ),
                sort=lambda info: info.made_at,
            ),
            Column(tr("Why"), lambda info: Cell(wording.reason(info.reason)), 280, droppable=True),
            Column(tr("Size"), lambda info: Cell(labels.size(info.size)), 110, "right", sort=lambda info: info.size),
            Column("", lambda info: Cell(), 24),
            Column(tr("State"), self._state_cell, 240),
        ]

    def _state_cell(self, info: BackupInfo) -> Cell:
        return Cell(chip=self._checked.get(str(info.path), ("neutral", tr("Checked when made"))))

    def _allow(self) -> None:
        """Which buttons can be pressed now, and why not."""
        none, busy = self.table.current() is None, self._job is not None
        working, choose = tr("Wait for the work under way."), tr("Choose a backup from the list.")
        role = messages.all_sentences()["access.not_allowed"]
        actor, held = self.desk.actor, self._opened.database.read_only
        in_use = messages.all_sentences()["storage.in_use"]
        self.now.set_possible(not busy and actor.may(Right.MAKE_BACKUP), working if busy else role)
        self.verify.set_possible(not busy and not none, working if busy else choose)
        may = actor.may(Right.RESTORE_BACKUP)
        why = working if busy else role if not may else in_use if held else choose
        self.put_back.set_possible(not busy and not none and may and not held, why)

    def _begin(self, title: str) -> None:
        self.progress.title.set_text(title)
        self.progress.advance(0, 0)
        self.progress.start()
        self.bar.set_state("due", title)

    def _ended(self) -> None:
        self._job = None
        self.progress.finish()
        self.bar.set_state(None)
        self._allow()

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _note_failure(self, failure: Failure) -> None:
        self._note("none" if failure.code == "backup.cancelled" else "bad", messages.sentence(failure))

    def _note(self, kind: NoteKind, title: str, text: str = "") -> None:
        self._clear_notes()
        self.notes.addWidget(InlineNote(kind, title, text))

    def _clear_notes(self) -> None:
        clear(self.notes)


def _age_state(days: int) -> tuple[State, str]:
    if days < 0:
        return "warn", tr("Later than today")
    if days >= BAD_DAYS:
        return "bad", tr("Too old")
    return ("warn", tr("Getting old")) if days >= WARN_DAYS else ("ok", tr("Up to date"))
