"""The wizard's step of a clinic's new or replacement computer: the hub's stick, whose invitation tells the network."""

from __future__ import annotations

from pathlib import Path

from ces_desktop.data import drives
from ces_desktop.data.drives import Drive
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.i18n import tr
from ces_desktop.services import users
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.ui.drive_row import drive_row
from ces_desktop.ui.entry.ask import Ask
from ces_desktop.ui.entry.wizard_answers import Answers, Invitation
from ces_desktop.ui.entry.wizard_steps import Step, ask_folder
from ces_desktop.ui.entry.work import Jobs
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.tasks import Failure
from ces_desktop.ui.widgets import Button, Text, box, clear, column, row

Looked = tuple[tuple[Drive, ...], Invitation | Failure | None]


class JoinStep(Step):
    """Which stick; the network that its invitation names and the six words to compare."""

    def __init__(self, answers: Answers, jobs: Jobs) -> None:
        super().__init__(answers)
        self._jobs = jobs
        self._drives: tuple[Drive, ...] = ()
        self.head(
            tr("The supervisor's stick"),
            tr("It carries the invitation; this laptop's request is written on it. The hub answers with everything."),
        )
        self.sticks = column(gap=6)
        self.choose = Button(tr("Choose folder"), "ghost", icon="folder-open")
        self.choose.clicked.connect(self._ask_folder)
        self.again = Button(tr("Look again"), "secondary", icon="rotate-ccw")
        self.again.clicked.connect(lambda: self.look_at(None))
        held = box(column(box(self.sticks), row(self.again, self.choose, None, gap=4), gap=6))
        self.place = Ask(tr("Stick"), held)
        self.place.setFocusProxy(self.again)
        self.network = Text("", "strong", wrap=True)
        self.words = Text("", "body", wrap=True)
        self.body.addWidget(self.place)
        self.body.addWidget(box(column(self.network, self.words, gap=4)))
        self._show()
        self.look_at(answers.invitation.place if answers.invitation is not None else None)

    def begin(self) -> None:
        self.again.setFocus()

    def check(self) -> bool:
        if self.answers.invitation is not None:
            return True
        self.place.complain(tr("Choose the stick with the invitation. The hub writes it: USB, Write the invitation."))
        return False

    def look_at(self, path: Path | None) -> None:
        """Look for sticks and at the invitation of one, off the GUI thread; None = the one that is inserted."""
        self.place.say_nothing()
        self._jobs.run(lambda _: _look(path), self._looked, self._not_looked)

    def _looked(self, looked: Looked) -> None:
        self._drives, found = looked
        self.place.say_nothing()  # F9 may have been pressed before the answer came
        self.answers.invitation = found if isinstance(found, Invitation) else None
        self._show()
        if isinstance(found, (Refused, Unavailable)):
            self.place.complain(sentence(found))
        self.begin()

    def _not_looked(self, failure: Failure) -> None:
        self.place.complain(sentence(failure))

    def _show(self) -> None:
        held = self.answers.invitation
        clear(self.sticks)
        for one in self._drives:
            self.sticks.addWidget(drive_row(one, held is not None and one.path == held.place, self.look_at))
        if not self._drives:
            self.sticks.addWidget(Text(tr("Insert a stick and look again, or choose a folder."), "body", wrap=True))
        self.network.set_text(tr("Network: {name}").format(name=held.network) if held is not None else "")
        said = tr("Compare its six words with the supervisor's screen: {words}")
        self.words.set_text(said.format(words=held.words) if held is not None else "")

    def _ask_folder(self) -> None:
        chosen = ask_folder(self, tr("Folder in the place of a stick"))
        if chosen is not None:
            self.look_at(chosen)


def join(opened: OpenClinic, invitation: Invitation) -> Failure | None:
    """The sheet is on paper: know the hub, and write the request to its stick.

    A stick that is gone, full or locked stops nobody from entering: the page of sticks writes it later.
    """
    from ces_desktop.sync import exchange

    opened.database.local(users.sheet_is_kept)
    try:
        exchange.join(opened.database, opened.actor, invitation.place / exchange.INVITATION)
        exchange.export(opened.database, opened.actor, invitation.place)
    except (Refused, Unavailable) as failure:
        return failure
    return None


def _look(path: Path | None) -> Looked:
    from ces_desktop.sync import enrolment, exchange, stick

    found = drives.inserted()
    place = path or (found[0].path if len(found) == 1 else None)
    known = drives.listed(found, place)
    if place is None:
        return known, None
    try:
        if not stick.holds(place, exchange.INVITATION):
            return known, Refused("sync.no_invitation")
        data = stick.take(place / exchange.INVITATION).strip()
        network, _ = enrolment.accept(data)
    except (Refused, Unavailable) as failure:
        return known, failure
    return known, Invitation(place, network.name, enrolment.words_for(data))
