"""Signing in with the printed recovery key: its groups, then a new passphrase."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ces_desktop.data import vault
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.services import users
from ces_desktop.ui.entry.new_phrase import NewPhrase
from ces_desktop.ui.entry.people import SecretField
from ces_desktop.ui.entry.work import Jobs
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.tasks import Failure
from ces_desktop.ui.widgets import Button, Text, column, row


class RecoveryForm(QWidget):
    """`opened(OpenClinic)` when key and new passphrase were taken; `left` on Esc. Refusals stand under their field."""

    opened = Signal(object)
    started = Signal()
    left = Signal()

    def __init__(self, folder: ClinicFolder, user: bytes, name: str, jobs: Jobs) -> None:
        super().__init__()
        self._folder, self._user, self._name, self._jobs = folder, user, name, jobs
        self.recovery = SecretField(tr("Recovery key"))
        self.recovery.shown(True)
        self.recovery.edit.setPlaceholderText(tr("7 groups of 5 characters"))
        self.phrase = NewPhrase(tr("New passphrase"))
        self.enter = Button(tr("Change passphrase and enter"), "primary", icon="log-in", shortcut="F9")
        self.back = Button(tr("Back"), "ghost", icon="arrow-left", cap="Esc")
        self.enter.clicked.connect(self.submit)
        self.back.clicked.connect(self.left)
        self.recovery.entered.connect(self._key_typed)
        self.phrase.entered.connect(self.submit)
        about = tr("{name} enters with the clinic's printed key and chooses a new passphrase.").format(name=name)
        self.setFocusProxy(self.recovery)
        self.setLayout(
            column(
                Text(tr("With the recovery sheet"), "title"), Text(about, "small", wrap=True),
                self.recovery, self.phrase, 4, self.enter, row(self.back, None, margins=(-6, 0, 0, 0)), gap=6,
            )
        )  # fmt: skip

    @property
    def typed(self) -> tuple[str, str, str]:
        """Key, passphrase, the same again: to be put back by `put` into a form in another language."""
        return self.recovery.text(), *self.phrase.texts()

    def put(self, typed: tuple[str, ...]) -> None:
        """Put back what was typed."""
        self.recovery.set_text(typed[0])
        self.phrase.put((typed[1], typed[2]))

    def submit(self) -> None:
        """Take key and passphrase; the first that cannot be right says so."""
        if self._jobs.running or not self._key_typed():
            return
        passphrase = self.phrase.checked()
        if passphrase is None:
            return
        typed = self.recovery.text()
        self.started.emit()
        self._jobs.run(
            lambda _: users.recover(self._folder, self._user, self._name, typed, passphrase),
            self.opened.emit,
            self._failed,
        )

    def _key_typed(self) -> bool:
        """A slip in a group is said at once, without trying the key."""
        try:
            vault.parse_recovery(self.recovery.text())
        except Refused as refused:
            self.recovery.complain(sentence(refused))
            return False
        self.phrase.setFocus()
        return True

    def _failed(self, failure: Failure) -> None:
        about_phrase = failure.code.startswith("vault.passphrase")
        (self.phrase.first if about_phrase else self.recovery).complain(sentence(failure))
