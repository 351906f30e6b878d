"""Sticks at the hub: take in every bundle of one, back up and write the answers; write the invitation for laptops."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QFileDialog, QWidget

from ces_desktop.data import drives
from ces_desktop.data.drives import Drive
from ces_desktop.domain.calendar import CLINIC_ZONE
from ces_desktop.errors import Unavailable
from ces_desktop.i18n import tr, trn
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.sync import exchange, hub, stick
from ces_desktop.sync.network_state import NetworkState, network_state
from ces_desktop.ui import labels, messages
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.drive_row import drive_row
from ces_desktop.ui.hub_round import Round, take_in_and_answer
from ces_desktop.ui.messages import exchange as wording
from ces_desktop.ui.messages import stick as telling
from ces_desktop.ui.messages.network import laptop
from ces_desktop.ui.messages.network import title as title_of
from ces_desktop.ui.pages.network_page import EXCHANGE
from ces_desktop.ui.tasks import Failure, Progress
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
    Heading,
    InlineNote,
    ProgressPanel,
    ScrollBody,
    SectionCard,
    StatusChip,
    Text,
    clear,
    column,
    row,
)
from ces_desktop.ui.widgets.note import NoteKind

NARROW = 760
"""Below this width the outcomes stand under the stick."""
SHOWN = 200
"""Files whose outcome is listed; the rest is counted."""
_EXPECTED = frozenset({"sync.unknown_device", "sync.not_for_us"})
"""Refusals that are no trouble: a laptop to be admitted, an answer for a clinic."""


@dataclass(frozen=True, slots=True)
class View:
    """The sticks, what the chosen one holds, and the network."""

    drives: tuple[Drive, ...]
    chosen: Path | None
    bundles: int
    network: NetworkState
    behind: tuple[int | None, str]
    """The moment this computer's clock stands before, with what to do about it; None = it does not."""


class HubStickPage(Page):
    """Stick at the left, outcome of each file at the right. F9 takes in and answers; stopped, it ends after a file."""

    topics = frozenset({EXCHANGE})

    def __init__(self, desk: Desk, opened: OpenClinic) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._opened = opened
        self._chosen: Path | None = None
        self._names: dict[bytes, str] = {}
        self._arrived: tuple[exchange.Arrived, ...] = ()
        self._job: Progress | None = None
        self._held: QWidget | None = None
        """What had the focus when the work began: Qt takes it from a button that may not be pressed meanwhile."""
        self.heading = Heading(tr("Sticks of the clinics"), tr("Each file is taken in whole or not at all."))
        self.notes = column(gap=8)
        self.progress = ProgressPanel(
            tr("Working with the stick"), cancel_text=tr("It stops after the file being read; that one stays.")
        )
        self.progress.cancelled.connect(self._cancel)
        self.sticks = column(gap=8)
        choose = Button(tr("Choose folder"), "ghost", icon="folder-open")
        choose.clicked.connect(self.choose_folder)
        again = Button(tr("Look again"), "ghost", icon="rotate-ccw")
        again.clicked.connect(self.reload)
        self.card = SectionCard(tr("Stick"), self.sticks, icon="usb", action=row(again, choose, gap=0))
        self.asking = column(gap=8)
        self.files = column(gap=8)
        self.results = SectionCard(tr("What became of each file"), self.files, icon="list-checks")
        self.answer = Button(tr("Take in and answer"), "primary", icon="download", cap="F9")
        self.answer.clicked.connect(self.answer_now)
        self.invite = Button(tr("Write the invitation"), icon="user-plus")
        self.invite.clicked.connect(self.invite_now)
        self.bar = DockedBar(self.answer, self.invite)
        left = column(self.notes, self.progress, self.card, self.asking, None, gap=12)
        self.halves = row((left, 1), (column(self.results, None), 1), gap=12)
        body = column(self.heading, (ScrollBody(self.halves, 0), 1), gap=12, margins=(20, 16, 20, 12))
        self.setLayout(column((body, 1), self.bar, gap=0))
        self.setFocusProxy(self.answer)
        self._list()
        self._allow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        ways = QBoxLayout.Direction
        self.halves.setDirection(ways.LeftToRight if self.width() >= px(NARROW) else ways.TopToBottom)

    def reload(self) -> None:
        """Look for sticks again, and at who asks."""
        self.desk.tasks.run(lambda _: self._look(), self._show, owner=self)

    def primary(self) -> None:
        """F9: take in and answer."""
        self.answer_now()

    def choose_folder(self) -> None:
        """A folder in the place of a stick."""
        chosen = QFileDialog.getExistingDirectory(self, tr("Folder in the place of a stick"), str(Path.home()))
        if chosen:
            self.use(Path(chosen))

    def use(self, path: Path) -> None:
        """From now on work with this stick or folder."""
        self._chosen = path
        clear(self.notes)
        self._arrived = ()
        self._list()
        self.reload()

    def answer_now(self) -> None:
        """Take in all, back up, and write the answers."""
        place = self._ready()
        if place is not None:
            opened = self._opened
            self._start(tr("Taking in, backing up, answering: do not remove the stick."), stoppable=True)

            def job(progress: Progress) -> Round:
                return take_in_and_answer(opened, place, progress.moved.emit, progress.cancelled)

            self._job = self.desk.tasks.run(job, self._taken, owner=self, failed=self._failed)
            self._job.moved.connect(self.progress.advance)

    def invite_now(self) -> None:
        """Write what a laptop needs to know this hub."""
        place = self._ready()
        if place is not None:
            database, actor = self._opened.database, self.desk.actor
            self._start(tr("Writing and reading back: do not remove the stick."))
            self._job = self.desk.tasks.run(
                lambda _: hub.invite(database, actor, place), self._invited, owner=self, failed=self._failed
            )

    # ------------------------------------------------------------------ on the other thread
    def _look(self) -> View:
        found = drives.inserted()
        place, bundles = self._chosen or (found[0].path if len(found) == 1 else None), 0
        if place is not None:
            try:
                bundles = len(stick.found(place))
            except Unavailable:
                place = None
        database = self._opened.database
        behind = telling.clock(database, None)
        return View(drives.listed(found, place), place, bundles, database.read(network_state), behind)

    # ------------------------------------------------------------------ answers
    def _taken(self, done: Round) -> None:
        self._ended()
        fresh = sum(one.receipt.fresh for one in done.arrived if one.receipt is not None)
        good = sum(one.receipt is not None for one in done.arrived)
        said = [
            trn("{n} bundle taken in", "{n} bundles taken in", good).format(n=good),
            trn("{n} new change", "{n} new changes", fresh).format(n=fresh),
            trn("{n} answer written", "{n} answers written", len(done.answers)).format(n=len(done.answers)),
        ]
        if done.unread:
            said.append(trn("{n} file not read", "{n} files not read", done.unread).format(n=done.unread))
        bad = [one for one in done.arrived if one.failure is not None and one.failure.code not in _EXPECTED]
        told = ", ".join(said) + "."
        if done.failure is not None:
            kept = tr("Nothing was lost; what was taken in stays.")
            self._note("bad", messages.sentence(done.failure), f"{kept} {told}" if good else kept)
        else:
            self._note("warn" if bad or done.unread else "ok", tr("You can remove the stick now."), told)
        if not done.arrived and done.failure is None:
            self._note("none", tr("There is no bundle on it."))
        self._arrived = done.arrived
        self._list()
        touched = frozenset[str]().union(*(one.receipt.touched for one in done.arrived if one.receipt is not None))
        self.desk.tasks.changed.emit(touched | {EXCHANGE})

    def _invited(self, words: str) -> None:
        self._ended()
        text = tr("The clinic's screen shows the same six words: {words}").format(words=words)
        self._note("ok", tr("You can remove the stick now."), text)

    def _failed(self, failure: Failure) -> None:
        self._ended()
        self._note("bad", messages.sentence(failure), tr("Nothing was lost; what was taken in stays."))

    def _show(self, view: View) -> None:
        self._chosen = view.chosen
        clinics = {site.site: title_of(site) for site in view.network.sites}
        self._names = {one.device: clinics.get(one.site, laptop(one)) for one in view.network.laptops}
        clear(self.sticks)
        for drive in view.drives:
            self.sticks.addWidget(drive_row(drive, drive.path == self._chosen, self.use))
        if not view.drives:
            self.sticks.addWidget(Text(tr("Insert a stick and look again, or choose a folder."), "body", wrap=True))
        elif view.chosen is not None:
            words = trn("It holds {n} bundle.", "It holds {n} bundles.", view.bundles).format(n=view.bundles)
            self.sticks.addWidget(Text(words, "caption", wrap=True))
        clear(self.asking)
        when, text = view.behind
        if when is not None:
            text = text.format(when=labels.moment(when, CLINIC_ZONE))
            self.asking.addWidget(InlineNote("bad", tr("The clock is behind"), text))
        waiting = [asked for asked in view.network.requests if asked.device not in view.network.declined]
        if waiting:
            go = Button(tr("Look at them"), "ghost")
            go.clicked.connect(lambda: self.desk.open_page("network"))
            title = trn("{n} laptop asks to be admitted.", "{n} laptops ask to be admitted.", len(waiting))
            text = tr("Its bundle waits until the six words were compared.")
            self.asking.addWidget(InlineNote("accent", title.format(n=len(waiting)), text, [go], icon="key-round"))
        self._list()
        self._allow()
        if self._job is None and self._held is not None:
            self._held.setFocus()
            self._held = None

    # ------------------------------------------------------------------ pieces
    def _list(self) -> None:
        clear(self.files)
        arrived = self._arrived
        if not arrived:
            self.files.addWidget(Text(tr("Each file is listed here with its outcome."), "small", wrap=True))
        for one in arrived[:SHOWN]:
            chip = StatusChip("ok", tr("Taken in"))
            if one.failure is not None:
                said = messages.sentence(one.failure)
                known = one.failure.code in _EXPECTED
                chip = StatusChip("neutral", tr("Waits")) if known else StatusChip("bad", tr("Not taken in"))
            elif one.receipt is not None:
                said = wording.received(one.receipt)
                if one.receipt.again:
                    chip = StatusChip("neutral", tr("Known"))
                elif one.receipt.aside:
                    chip = StatusChip("warn", tr("Partly"))
            who = self._names.get(one.receipt.sender, "") if one.receipt is not None else ""
            title, text = (who, f"{said} {one.path.name}") if who else (one.path.name, said)
            name = Text(title, "strong" if who else "body", elide=True)
            words = column(name, Text(text, "caption", wrap=True), gap=2)
            self.files.addLayout(row((words, 1), chip))
        if len(arrived) > SHOWN:
            self.files.addWidget(Text(tr("and {n} more").format(n=len(arrived) - SHOWN), "caption"))

    def _ready(self) -> Path | None:
        return self._chosen if self._job is None else None

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _start(self, title: str, stoppable: bool = False) -> None:
        clear(self.notes)
        held = QApplication.focusWidget()
        self._held = held if held is not None and self.isAncestorOf(held) else None
        self.progress.title.set_text(title)
        self.progress.cancel.setVisible(stoppable)
        self.progress.advance(0, 0)
        self.progress.start()
        self.bar.set_state("due", title)
        self._allow(busy=True)

    def _ended(self) -> None:
        self._job = None
        self.progress.finish()
        self.bar.set_state(None)
        self.reload()

    def _allow(self, busy: bool = False) -> None:
        why = tr("Wait for the work under way.") if busy else tr("Choose a stick first.")
        for button in (self.answer, self.invite):
            button.set_possible(not busy and self._chosen is not None, why)

    def _note(self, kind: NoteKind, title: str, text: str = "") -> None:
        self.notes.addWidget(InlineNote(kind, title, text))
