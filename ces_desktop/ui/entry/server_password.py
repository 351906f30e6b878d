"""The hub's server takes another password than the one kept here: type it, try it, keep it, enter."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ces_desktop.data.folder import ClinicFolder
from ces_desktop.i18n import tr
from ces_desktop.services import clinic as clinics
from ces_desktop.services import hub_server
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.ui.entry.people import SecretField
from ces_desktop.ui.entry.work import Jobs
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.tasks import Failure
from ces_desktop.ui.widgets import Button, InlineNote, Text, column, row


class ServerPassword(QWidget):
    """`opened(OpenClinic)` when the server took what was typed; `left` on Esc. `passphrase` opened the folder already.

    What the server does not take is not kept: the password of before stays, and may be right again tomorrow.
    """

    opened = Signal(object)
    started = Signal()
    left = Signal()

    def __init__(self, folder: ClinicFolder, user: bytes, passphrase: str, jobs: Jobs) -> None:
        super().__init__()
        self._folder, self._user, self._passphrase, self._jobs = folder, user, passphrase, jobs
        self.password = SecretField(tr("Password of the server"))
        self.enter = Button(tr("Try it and enter"), "primary", icon="log-in", shortcut="F9")
        self.back = Button(tr("Back"), "ghost", icon="arrow-left", cap="Esc")
        self.enter.clicked.connect(self.submit)
        self.back.clicked.connect(self.left)
        self.password.entered.connect(self.submit)
        why = tr(
            "It answers, but does not take the password kept on this computer. Nothing was lost. Whoever runs the "
            "server gives the new one; it is tried, and kept encrypted here."
        )
        self.setLayout(
            column(
                Text(tr("The hub's server"), "title"), InlineNote("warn", text=why), self.password, 4, self.enter,
                row(self.back, None, margins=(-6, 0, 0, 0)), gap=6,
            )
        )  # fmt: skip
        self.setFocusProxy(self.password)

    @property
    def typed(self) -> tuple[str]:
        """The password: to be put back by `put` into a form in another language."""
        return (self.password.text(),)

    def put(self, typed: tuple[str, ...]) -> None:
        """Put back what was typed."""
        self.password.set_text(typed[0])

    def submit(self) -> None:
        """Try the password; taken, it is kept and the hub opens."""
        if self._jobs.running:
            return
        typed = self.password.text()
        if not typed:
            self.password.complain(tr("Type the password of the server."))
            return
        self.started.emit()
        self._jobs.run(lambda _: self._try(typed), self.opened.emit, self._failed)

    def _try(self, typed: str) -> OpenClinic:
        hub_server.take_password(self._folder, self._user, self._passphrase, typed)
        return clinics.open_clinic(self._folder, self._user, self._passphrase)

    def _failed(self, failure: Failure) -> None:
        refused = failure.code == hub_server.WRONG_PASSWORD
        self.password.complain(tr("The server does not take this one either.") if refused else sentence(failure))
