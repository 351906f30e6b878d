"""The wizard's step that puts a backup back: where it is, whose passphrase opens it."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from ces_desktop.data import vault
from ces_desktop.data.backup import BackupInfo
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.errors import Refused, Unavailable
from ces_desktop.i18n import tr
from ces_desktop.ui import labels
from ces_desktop.ui.entry.ask import Ask
from ces_desktop.ui.entry.people import SecretField
from ces_desktop.ui.entry.sites import clinic_title
from ces_desktop.ui.entry.wizard_answers import Answers, backups_at
from ces_desktop.ui.entry.wizard_steps import Step, ask_folder
from ces_desktop.ui.entry.work import Jobs
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.tasks import Failure
from ces_desktop.ui.widgets import Button, ComboField, Option, Text, box, row

_ZONE = ZoneInfo("America/Mexico_City")
Looked = tuple[tuple[BackupInfo, ...], tuple[vault.Slot, ...]]


class RestoreStep(Step):
    """A folder of backups (or one backup), the backup, the person, and the passphrase or printed key."""

    def __init__(self, answers: Answers, jobs: Jobs) -> None:
        super().__init__(answers)
        self._jobs = jobs
        self.head(
            tr("Restore a backup"),
            tr("The backup itself is not changed. What was saved after it must be compared with paper."),
        )
        self.where = Text("", "small", elide=True)
        self.choose = Button(tr("Choose folder"), "secondary", icon="folder-open")
        self.choose.clicked.connect(self._ask_folder)
        self.place = Ask(tr("Folder of the backup"), box(row((self.where, 1), self.choose)))
        self.place.setFocusProxy(self.choose)
        self.backup = Ask(tr("Backup"), ComboField(name=tr("Backup")))
        self.person = Ask(tr("Who enters"), ComboField(name=tr("Who enters")))
        self.secret = SecretField(tr("Passphrase, or recovery key"))
        self.secret.set_text(answers.secret)
        self.secret.entered.connect(self.ended)
        self.backups, self.people = self.backup.control, self.person.control
        self.backups.chosen.connect(self._take)
        for part in (self.place, self.backup, self.person, self.secret):
            self.body.addWidget(part)
        self._show()

    def begin(self) -> None:
        (self.secret if self.answers.chosen else self.choose).setFocus()

    def store(self) -> None:
        self.answers.secret = self.secret.text()
        self.answers.restore_user = bytes.fromhex(self.people.value() or "")

    def check(self) -> bool:
        if self.answers.chosen is None:
            self.place.complain(sentence(Refused("users.no_backup_chosen")))
        elif not self.answers.restore_user:
            self.person.complain(tr("Choose who enters."))
        elif not self.answers.secret.strip():
            self.secret.complain(tr("Type the passphrase, or the key of the sheet."))
        else:
            return True
        return False

    def look_at(self, path: Path) -> None:
        """Look for backups in a folder, off the GUI thread: it may be a slow stick."""

        def look() -> Looked:
            found = backups_at(path)
            return found, tuple(vault.list_slots(ClinicFolder(found[0].path)))

        self.place.say_nothing()
        self._jobs.run(lambda _: look(), self._found, self._not_found)

    def tell(self, failure: Failure) -> None:
        """Say where it belongs why the backup was not put back."""
        self.place.say_nothing()
        if failure.code.startswith(("vault.wrong", "vault.recovery", "vault.passphrase", "vault.no_slot")):
            self.secret.complain(sentence(failure))
        else:
            self.place.complain(sentence(failure))

    def _found(self, looked: Looked) -> None:
        self.answers.found, self.answers.slots = looked
        self.answers.chosen = looked[0][0]
        self._show()
        self.secret.setFocus()

    def _not_found(self, failure: Failure) -> None:
        self.place.complain(sentence(failure))

    def _take(self, key: str) -> None:
        info = next(each for each in self.answers.found if each.path.name == key)
        self.answers.chosen = info
        try:
            self.answers.slots = tuple(vault.list_slots(ClinicFolder(info.path)))
        except (Refused, Unavailable) as failure:
            self.backup.complain(sentence(failure))
            self.answers.slots = ()
        self._show()

    def _show(self) -> None:
        a = self.answers
        self.where.set_text(str(a.chosen.path.parent) if a.chosen else tr("None chosen yet"))
        self.backups.set_options([Option(each.path.name, _words(each), labels.size(each.size)) for each in a.found])
        self.backups.set_value(a.chosen.path.name if a.chosen else None)
        self.people.set_options([Option(slot.user.hex(), slot.name) for slot in a.slots])
        users = [slot.user for slot in a.slots]
        known = a.restore_user if a.restore_user in users else users[0] if users else b""
        self.people.set_value(known.hex() or None)
        for part in (self.backup, self.person, self.secret):
            part.setEnabled(a.chosen is not None)

    def _ask_folder(self) -> None:
        chosen = ask_folder(self, tr("Folder of the backup"))
        if chosen is not None:
            self.look_at(chosen)


def _words(info: BackupInfo) -> str:
    return f"{clinic_title(info.prefix)} · {labels.moment(info.made_at, _ZONE)}"
