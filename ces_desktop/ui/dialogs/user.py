"""A person who signs in: new with a passphrase, or changed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ces_desktop.data.database import Outcome
from ces_desktop.data.queries.users import UserRow
from ces_desktop.domain.access import Role
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.services import users
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.services.users import UserForm
from ces_desktop.ui import roles
from ces_desktop.ui.dialogs.doing import Doing, Job
from ces_desktop.ui.entry.ask import Ask
from ces_desktop.ui.entry.new_phrase import NewPhrase
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.tasks import Failure, Tasks
from ces_desktop.ui.widgets import CheckBox, TextField, box, column, row


class UserDialog(Doing):
    """`UserDialog(parent, tasks, opened).ask()` adds; with `person` it changes name, licence and roles."""

    topics = frozenset({"app_user", "user_role"})

    def __init__(self, parent: QWidget | None, tasks: Tasks, opened: OpenClinic, person: UserRow | None = None) -> None:
        super().__init__(
            parent,
            tasks,
            tr("Change person") if person else tr("Add person"),
            tr("Roles count from today. Sign-in shows a new name after the next change of passphrase.")
            if person
            else tr("They enter with a passphrase of their own, from today."),
            primary=tr("Save"),
            width=560,
        )
        self._opened, self._person = opened, person
        self.changed = False
        """Whether the last save changed anything."""
        self.name = Ask(tr("Name"), TextField(person.name if person else ""), tr("As it is printed: Dr. Ana Robles"))
        self.licence = Ask(tr("Professional licence"), TextField(person.licence if person else "", width=200))
        held = person.roles if person else frozenset[Role]()
        offered = [*roles.CLINIC, *(role for role in Role if role in held and role not in roles.CLINIC)]
        self.roles = {role: CheckBox(roles.name(role)) for role in offered}
        for role, ticked in self.roles.items():
            ticked.setChecked(role in held)
        both = list(self.roles.values())
        half = (len(both) + 1) // 2
        grid = box(row(column(*both[:half], None, gap=0), column(*both[half:], None, gap=0), None, gap=24))
        self.chosen = Ask(tr("Roles"), grid)
        self.chosen.setFocusProxy(both[0])
        self.phrase = NewPhrase(tr("Passphrase")) if person is None else None
        self.add(self.name, self.licence, self.chosen)
        if self.phrase is not None:
            self.add(self.phrase)
            self.phrase.entered.connect(self._accept)
        self.add(self.progress)
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def form(self) -> UserForm:
        """What is typed, unchecked."""
        chosen = frozenset(role for role, ticked in self.roles.items() if ticked.isChecked())
        return UserForm(self.name.control.text(), self.licence.control.text(), chosen)

    def job(self) -> Job | None:
        for part in (self.name, self.licence, self.chosen):
            part.say_nothing()
        try:
            form = self.form().checked()
        except Refused as refused:
            self.complain(refused)
            return None
        opened, person = self._opened, self._person
        if person is not None:
            return lambda: opened.database.write(lambda work: users.change_user(work, person.id, form), opened.actor)
        passphrase = self.phrase.checked() if self.phrase is not None else None
        if passphrase is None:
            return None
        return lambda: users.join(opened, form, passphrase)

    def _done(self, answer: object) -> None:
        self.changed = not isinstance(answer, Outcome) or bool(answer.touched)
        super()._done(answer)

    def complain(self, failure: Failure) -> None:
        if failure.code in ("users.no_role", "users.last_lead"):
            self.chosen.complain(sentence(failure))
        elif failure.code.startswith("vault.") and self.phrase is not None:
            self.phrase.first.complain(sentence(failure))
        elif _too_long(self.licence.control.text()) and failure.code == "users.too_long":
            self.licence.complain(sentence(failure))
        else:
            self.name.complain(sentence(failure))


def _too_long(licence: str) -> bool:
    return len(" ".join(licence.split())) > users.LICENCE_MOST
