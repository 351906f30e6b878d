"""The own PIN: it reopens a locked screen for thirty minutes; it never opens a cold start."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ces_desktop.data.pin import pin_verifier
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.services import users
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.ui.dialogs.doing import Doing, Job
from ces_desktop.ui.entry.people import SecretField
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.tasks import Failure, Tasks
from ces_desktop.ui.widgets import Button, row
from ces_desktop.ui.widgets.layout import hide_unless

PIN_TOPIC = "pin"
"""Not a table: tells pages that a PIN of this laptop changed."""


class PinDialog(Doing):
    """`PinDialog(parent, tasks, opened, has_pin).ask()`: set, change or take away the PIN of who is signed in."""

    topics = frozenset({PIN_TOPIC})

    def __init__(self, parent: QWidget | None, tasks: Tasks, opened: OpenClinic, has_pin: bool) -> None:
        super().__init__(
            parent,
            tasks,
            tr("Change PIN") if has_pin else tr("Set a PIN"),
            tr("4 to 8 digits. It reopens the locked screen on this laptop; after 30 minutes the passphrase is asked."),
            primary=tr("Save"),
            width=440,
        )
        self._opened = opened
        # Room for more than a PIN may have: what is too long is refused, never cut.
        self.first = SecretField(tr("New PIN"), digits=True)
        self.again = SecretField(tr("The same again"), digits=True)
        self.first.entered.connect(lambda: self.again.setFocus())
        self.again.entered.connect(self._accept)
        self.remove = Button(tr("Take the PIN away"), "ghost", icon="trash-2")
        hide_unless(self.remove, has_pin)
        self.remove.clicked.connect(self._remove)
        self.add(self.first, self.again, row(self.remove, None), self.progress)
        self.first.setFocus()

    def job(self) -> Job | None:
        opened, user, pin = self._opened, self._opened.actor.user, self.first.text()
        if pin != self.again.text():
            self.again.complain(sentence(Refused("users.pins_differ")))
            return None

        def keep() -> None:
            verifier = pin_verifier(pin)
            opened.database.local(lambda c: users.set_pin(c, user, verifier))

        return keep

    def complain(self, failure: Failure) -> None:
        self.first.complain(sentence(failure))

    def _remove(self) -> None:
        opened, user = self._opened, self._opened.actor.user
        self.start(lambda: opened.database.local(lambda c: users.set_pin(c, user, None)))
