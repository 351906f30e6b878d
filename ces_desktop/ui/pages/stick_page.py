"""Exchange by USB stick: which stick, what waits, send, receive, and what the supervisor has confirmed and when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from ces_desktop.data import drives
from ces_desktop.data.drives import Drive
from ces_desktop.data.queries.conflicts import waiting
from ces_desktop.data.queries.moved_file import files_waiting
from ces_desktop.data.queries.number_clashes import Clash, number_clashes
from ces_desktop.domain.access import Right
from ces_desktop.domain.calendar import CLINIC_ZONE, local_day
from ces_desktop.domain.conflicts import LINKED, tables_for
from ces_desktop.domain.exchange_age import age
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.i18n import tr, trn
from ces_desktop.services import numbering
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.services.numbering import Renumbered
from ces_desktop.sync import exchange, stick
from ces_desktop.sync.gaps import Declared, declared
from ces_desktop.sync.standing import standing
from ces_desktop.ui import labels, messages
from ces_desktop.ui.clinic_round import People, Round, take_stick
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.drive_row import drive_row
from ces_desktop.ui.messages import exchange as wording
from ces_desktop.ui.messages import moved as moving
from ces_desktop.ui.messages import network as networks
from ces_desktop.ui.messages import stick as telling
from ces_desktop.ui.tasks import EXCHANGE, Failure, Progress
from ces_desktop.ui.widgets import (
    Button,
    DockedBar,
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

LOOK_MS = 2_000
"""So often the page looks whether a stick was put in or pulled out."""
Taken = tuple[str | None, Round, People]
"""What came of a stick: an invitation's words, its bundles, and what is told of people who moved."""
SHOWN = 6
"""Bundles written before that are listed."""


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows: the sticks, and where exchange stands."""

    drives: tuple[Drive, ...]
    inserted: tuple[Path, ...]
    """Of them those that are sticks: a folder that was chosen is none."""
    status: exchange.Status
    sent: tuple[exchange.SentBundle, ...]
    bundles: int
    """Bundles on the chosen stick."""
    files: int
    """Files of people from other clinics that were not taken in."""
    clashes: tuple[Clash, ...]
    """Record numbers that two people bear."""
    conflicts: int
    """Facts changed on two computers that wait for a choice."""
    invitation: bool
    gone: Declared | None
    """What the hub declared lost of this clinic."""
    behind: tuple[int | None, str]
    """The moment this computer's clock stands before, with what to do about it; None = it does not."""


class StickPage(Page):
    """Stick at the left, state at the right; the bar sends (F9) and receives. A hub has `HubStickPage`."""

    topics = frozenset({EXCHANGE, *LINKED, "received_file"})

    def __init__(self, desk: Desk, opened: OpenClinic) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._opened = opened
        self._chosen: Path | None = None
        self._job: Progress | None = None
        self._view: View | None = None
        self._held: QWidget | None = None
        """What had the focus when the work began: Qt takes it from a button that may not be pressed meanwhile."""
        self._inserted: tuple[Path, ...] = ()
        watch = QTimer(self)
        watch.timeout.connect(self.look_for_sticks)
        watch.start(LOOK_MS)
        self.heading = Heading(tr("USB exchange"), tr("Sending erases nothing from this computer."))
        self.notes = column(gap=8)
        self.progress = ProgressPanel(tr("Working with the stick"))
        self.sticks = column(gap=8)
        choose = Button(tr("Choose folder"), "ghost", icon="folder-open")
        choose.clicked.connect(self.choose_folder)
        again = Button(tr("Look again"), "ghost", icon="rotate-ccw")
        again.clicked.connect(self.reload)
        self.card = SectionCard(tr("Stick"), self.sticks, icon="usb", action=row(again, choose, gap=0))
        self.state = column(gap=12)
        self.send = Button(tr("Send to supervision"), "primary", icon="upload", cap="F9")
        self.send.clicked.connect(self.send_now)
        self.receive = Button(tr("Receive from the stick"), icon="download")
        self.receive.clicked.connect(self.receive_now)
        self.bar = DockedBar(self.send, self.receive)
        left = column(self.notes, self.progress, self.card, None, gap=12)
        wide = row((left, 3), (column(self.state, None), 2), gap=12)
        body = column(self.heading, (ScrollBody(wide, 0), 1), gap=12, margins=(20, 16, 20, 12))
        self.setLayout(column((body, 1), self.bar, gap=0))
        self.setFocusProxy(self.send)
        self._allow()

    def reload(self) -> None:
        """Look for sticks again, and at what stands in the journal."""
        self.desk.tasks.run(lambda _: self._look(), self._show, owner=self)

    def look_for_sticks(self) -> None:
        """A stick that was put in or pulled out is seen by itself; nothing moves while work is under way."""
        if self.isVisible() and self._job is None:
            self.desk.tasks.run(lambda _: _places(), self._seen, owner=self)

    def _seen(self, paths: tuple[Path, ...]) -> None:
        if self._job is None and self._view is not None and paths != self._inserted:
            self.reload()

    def primary(self) -> None:
        """F9: send."""
        self.send_now()

    def choose_folder(self) -> None:
        """A folder in the place of a stick."""
        chosen = QFileDialog.getExistingDirectory(self, tr("Folder in the place of a stick"), str(Path.home()))
        if chosen:
            self.use(Path(chosen))

    def use(self, path: Path) -> None:
        """From now on work with this stick or folder."""
        self._chosen = path
        clear(self.notes)
        self.reload()

    # ------------------------------------------------------------------ what the person asks for
    def send_now(self) -> None:
        """Write what the supervisor has not confirmed."""
        if self._ready():
            database, actor, place = self._opened.database, self.desk.actor, self._place()
            self._start(tr("Writing and reading back; do not remove the stick."))
            self._job = self.desk.tasks.run(
                lambda _: exchange.export(database, actor, place), self._sent, owner=self, failed=self._failed
            )

    def receive_now(self) -> None:
        """Take in everything on the stick that is for this clinic."""
        if self._ready():
            place = self._place()
            self._start(tr("Reading the stick."))
            self._job = self.desk.tasks.run(
                lambda progress: self._take_in(place, progress), self._received, owner=self, failed=self._failed
            )
            self._job.moved.connect(self.progress.advance)

    # ------------------------------------------------------------------ on the other thread
    def _look(self) -> View:
        found = drives.inserted()
        place = self._chosen or (found[0].path if len(found) == 1 else None)
        bundles, invitation = 0, False
        if place is not None:
            try:
                bundles, invitation = len(stick.found(place)), stick.holds(place, exchange.INVITATION)
            except Unavailable:
                place = None
        read = self._opened.database.read
        sent = tuple(read(exchange.sent_bundles)[:SHOWN])
        doubts = read(lambda c: waiting(c, self.desk.clinic.id, tables_for(self.desk.actor)))
        files = read(lambda c: files_waiting(c, self.desk.clinic.id))
        twice = read(lambda c: number_clashes(c, self.desk.clinic.id))
        status = read(exchange.status)
        behind = telling.clock(self._opened.database, status.confirmed_at)
        known, paths = drives.listed(found, place), tuple(d.path for d in found)
        gone = read(declared).get(bytes(self.desk.clinic.id))
        return View(known, paths, status, sent, bundles, files, twice, doubts, invitation, gone, behind)

    def _take_in(self, place: Path, progress: Progress) -> Taken:
        database, actor = self._opened.database, self.desk.actor
        joined = None
        if stick.holds(place, exchange.INVITATION):
            known = database.read(standing).enrolled
            words = exchange.join(database, actor, place / exchange.INVITATION)
            joined = None if known else words
        return joined, *take_stick(database, actor, place, progress.step)

    # ------------------------------------------------------------------ answers
    def _sent(self, sent: exchange.Sent) -> None:
        self._ended()
        self.desk.note("export", "bundle")
        self._note("ok", tr("You can remove the stick now."), wording.sent(sent))

    def _received(self, found: Taken) -> None:
        """Tell what came of each file and who got a new number, and redraw what changed."""
        joined, done, people = found
        self._ended()
        said = telling.received(done.arrived, self._opened.database.installation.device, joined, people)
        for told in (*said, *telling.people(people)):
            self._note(told.kind, told.title, told.text)
        self._renumbered(done.renumbered)
        touched = done.touched | ({"received_file"} if people.files else frozenset())
        if touched:
            self.desk.tasks.changed.emit(touched)

    def renumber(self) -> None:
        """Give a number of their own to people whose number another bears, also those of another computer."""
        action = partial(numbering.renumber, own_alone=False)
        self.desk.tasks.write(action, lambda done: self._renumbered(done.value), owner=self)

    def _renumbered(self, done: tuple[Renumbered, ...]) -> None:
        for who in done:
            told = telling.renumbered(who)
            self._note(told.kind, told.title, told.text)

    def _failed(self, failure: Failure) -> None:
        self._ended()
        self._note("bad", messages.sentence(failure), tr("Your data are here. Nothing was lost."))

    def _show(self, view: View) -> None:
        self._view = view
        self._inserted = view.inserted
        clear(self.sticks)
        clear(self.state)
        paths = [drive.path for drive in view.drives]
        if self._chosen not in paths:
            self._chosen = paths[0] if len(paths) == 1 else None
        for drive in view.drives:
            self.sticks.addWidget(drive_row(drive, drive.path == self._chosen, self.use))
        if not view.drives:
            self.sticks.addWidget(Text(tr("Insert a stick and look again, or choose a folder."), "body", wrap=True))
        elif self._chosen is not None:
            words = trn("It holds {n} bundle.", "It holds {n} bundles.", view.bundles).format(n=view.bundles)
            words = words if view.bundles else tr("It holds no bundle.")
            if view.invitation:
                words += " " + tr("It holds the supervisor's invitation.")
            self.sticks.addWidget(Text(words, "caption", wrap=True))
        tiles = [self._confirmed_tile(view.status), self._waiting_tile(view.status)]
        for widget in (*tiles, *self._cards(view)):
            self.state.addWidget(widget)
        self._allow()
        if self._job is None and self._held is not None:
            self._held.setFocus()
            self._held = None

    # ------------------------------------------------------------------ pieces
    def _confirmed_tile(self, status: exchange.Status) -> QWidget:
        title = tr("The supervisor's last confirmation")
        if status.confirmed_at is None:
            return StatTile(title, labels.DASH, chip=StatusChip("neutral", tr("None yet")))
        day = local_day(status.confirmed_at)
        chip = self._age_chip(status.confirmed_at)
        if age(day, self.desk.today).level == "clock":
            return StatTile(title, labels.day(day), chip=chip)
        return StatTile(title, labels.ago(day, self.desk.today), labels.day(day), chip=chip)

    def _age_chip(self, at: int | None) -> StatusChip:
        if at is None:
            return StatusChip("neutral", tr("None yet"))
        level = age(local_day(at), self.desk.today).level
        words = {"ok": tr("Recent"), "warn": tr("Send soon"), "bad": tr("Overdue"), "clock": tr("Check the date")}
        return StatusChip("bad" if level == "clock" else level, words[level])

    def _sent_card(self, view: View) -> QWidget:
        lines = []
        for one in view.sent:
            ops = trn("{n} change", "{n} changes", one.ops).format(n=labels.number(one.ops))
            chip = StatusChip("neutral", tr("Not confirmed"))
            if one.confirmed_at is not None:
                chip = StatusChip("ok", tr("Received"))
                ops += " · " + tr("received {day}").format(day=labels.day(local_day(one.confirmed_at)))
            name = Text(f"{one.number} · {labels.day(local_day(one.at))}", "body", elide=True)
            lines.append(row((column(name, Text(ops, "caption", elide=True), gap=2), 1), chip))
        return SectionCard(tr("Bundles sent"), *lines, icon="history")

    def _waiting_tile(self, status: exchange.Status) -> QWidget:
        caption = tr("Each later bundle carries all that is not confirmed.")
        unit = trn("change", "changes", status.waiting)
        return StatTile(tr("Not confirmed yet"), labels.number(status.waiting), unit, caption)

    def _cards(self, view: View) -> list[QWidget]:
        status, cards = view.status, list[QWidget]()
        when, text = view.behind
        if when is not None:
            text = text.format(when=labels.moment(when, CLINIC_ZONE))
            cards.append(InlineNote("bad", tr("The clock is behind"), text))
        for clash in view.clashes if self.desk.actor.may(Right.REGISTER_PATIENTS) else ():
            give = Button(tr("Give a new number"), "ghost")
            give.clicked.connect(lambda: self.renumber())
            cards.append(InlineNote("warn", *telling.clash(clash), [give]))
        if view.conflicts:
            review = Button(tr("Review"), "ghost")
            review.clicked.connect(lambda: self.desk.open_page("conflicts"))
            n = view.conflicts
            title = trn("{n} fact was changed on two computers", "{n} facts were changed on two computers", n)
            cards.append(InlineNote("warn", title.format(n=n), tr("Choose which stands."), [review]))
        if view.files and self.desk.actor.may(Right.SEE_PATIENTS):
            look = Button(tr("Review"), "ghost")
            look.clicked.connect(lambda: self.desk.open_page("received"))
            cards.append(InlineNote("accent", moving.waiting(view.files), tr("Register who moved here."), [look]))
        if view.sent:
            cards.append(self._sent_card(view))
        if not status.enrolled:
            text = tr("Receive from the stick that the supervisor prepared; until then nothing can be sent.")
            cards.append(InlineNote("warn", tr("The supervisor is not known here yet."), text))
        if status.words is not None:
            title = tr("This computer waits for its certificate. It works and sends meanwhile.")
            text = tr("Its six words: {words}").format(words=status.words)
            more = tr("The hub compares them and admits it; its answer brings all that the clinic has.")
            cards.append(InlineNote("accent", title, f"{text}. {more}"))
        if view.gone is not None:
            text = tr("What came after it is whole. If a laptop, stick or backup has it, send it: it is taken in.")
            said = networks.declared(view.gone)
            cards.append(InlineNote("warn", tr("The hub declared records lost"), f"{said} {text}"))
        for _, reason, n in status.aside:
            cards.append(InlineNote("warn", tr("{n} kept aside here").format(n=n), wording.reason(reason)))
        for reason, n in status.refused_by_hub:
            cards.append(InlineNote("warn", tr("{n} kept aside by the supervisor").format(n=n), wording.reason(reason)))
        return cards

    def _ready(self) -> bool:
        return self._job is None and self._chosen is not None

    def _place(self) -> Path:
        if self._chosen is None:
            raise Refused("sync.no_stick")
        return self._chosen

    def _start(self, title: str) -> None:
        clear(self.notes)
        held = QApplication.focusWidget()
        self._held = held if held is not None and self.isAncestorOf(held) else None
        self.progress.title.set_text(title)
        self.progress.advance(0, 0)
        self.progress.start()
        self.bar.set_state("due", title)
        self._allow(busy=True)

    def _ended(self) -> None:
        self._job = None
        self.progress.finish()
        self.bar.set_state(None)
        self.desk.tasks.changed.emit(frozenset({EXCHANGE}))  # this page reloads itself by it, the badge too

    def _allow(self, busy: bool = False) -> None:
        why = tr("Wait for the work under way.") if busy else tr("Choose a stick first.")
        for button in (self.send, self.receive):
            button.set_possible(not busy and self._chosen is not None, why)

    def _note(self, kind: NoteKind, title: str, text: str = "") -> None:
        self.notes.addWidget(InlineNote(kind, title, text))


def _places() -> tuple[Path, ...]:
    return tuple(drive.path for drive in drives.inserted())
