"""Passphrases: the own one changed, another person's replaced, and a new recovery sheet."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ces_desktop.data.queries.users import UserRow
from ces_desktop.i18n import tr
from ces_desktop.services import users
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.ui.dialogs.doing import Doing, Job
from ces_desktop.ui.dialogs.pin import PIN_TOPIC
from ces_desktop.ui.dialogs.waiting import Waiting
from ces_desktop.ui.entry.new_phrase import NewPhrase
from ces_desktop.ui.entry.people import SecretField
from ces_desktop.ui.entry.sheet import sheet_pdf
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.tasks import Failure, Tasks
from ces_desktop.ui.widgets import confirm
from ces_desktop.ui.widgets.layout import hide_unless

SHEET_TOPIC = "recovery_sheet"
"""Not a table: tells pages that the recovery sheet was printed anew or is on paper."""


class PassphraseDialog(Doing):
    """The own passphrase, after the old one; with `person`, a new one for somebody who forgot theirs."""

    topics = frozenset({PIN_TOPIC})

    def __init__(self, parent: QWidget | None, tasks: Tasks, opened: OpenClinic, person: UserRow | None = None) -> None:
        own = tr("The old one opens nothing any more. Older backups still open with the one of their day.")
        other = tr("Give it to them in person; they can change it. Their PIN is forgotten.")
        title = tr("New passphrase for {name}").format(name=person.name) if person else tr("Change my passphrase")
        super().__init__(parent, tasks, title, other if person else own, primary=tr("Change passphrase"))
        self._opened, self._person = opened, person
        self.old = SecretField(tr("Passphrase of today"))
        hide_unless(self.old, person is None)
        self.phrase = NewPhrase(tr("New passphrase"))
        self.old.entered.connect(lambda: self.phrase.setFocus())
        self.phrase.entered.connect(self._accept)
        self.add(self.old, self.phrase, self.progress)
        (self.phrase if person else self.old).setFocus()

    def job(self) -> Job | None:
        opened, person, old = self._opened, self._person, self.old.text()
        if person is None and not old.strip():
            self.old.complain(tr("Type your passphrase."))
            return None
        new = self.phrase.checked()
        if new is None:
            return None
        if person is not None:
            return lambda: users.give_passphrase(opened, person.id, person.name, new)
        return lambda: users.change_own_passphrase(opened, old, new)

    def complain(self, failure: Failure) -> None:
        about_old = failure.code == "vault.wrong_passphrase"
        (self.old if about_old else self.phrase.first).complain(sentence(failure))


def print_new_sheet(parent: QWidget, tasks: Tasks, opened: OpenClinic) -> None:
    """A new recovery sheet, shown to be printed; the one before is void from now on."""
    text = tr("The sheet printed before stops working at once. Have the printer ready: this key is shown only now.")
    if not confirm(parent, tr("Print a new recovery sheet?"), text, tr("Make new sheet")):
        return
    waiting = Waiting(parent.window(), tr("Preparing the sheet"))

    def make() -> bytes:
        return sheet_pdf(opened, users.new_sheet(opened))

    def failed(failure: Failure) -> None:
        waiting.finish()
        tasks.refused.emit(failure)

    def show(pdf: bytes) -> None:
        from ces_desktop.ui.dialogs.preview import PreviewDialog

        waiting.finish()
        PreviewDialog(parent, tr("Recovery sheet"), pdf, "recovery-sheet.pdf", may_save=False).exec()
        kept = confirm(
            parent,
            tr("Is the new sheet on paper?"),
            tr("Without it and without a passphrase nobody can open the data."),
            tr("It is on paper"),
            tr("Not yet"),
        )
        if kept:
            tasks.local(users.sheet_is_kept, lambda _: tell(), owner=parent)
        else:
            tell()

    def tell() -> None:
        tasks.changed.emit(frozenset({SHEET_TOPIC}))

    waiting.watch(tasks.run(lambda _: make(), show, owner=parent, failed=failed))
