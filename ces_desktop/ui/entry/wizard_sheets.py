"""The wizard's steps with a key for paper: the recovery sheet, and at a hub the key of its network."""

from __future__ import annotations

from PySide6.QtCore import Signal

from ces_desktop.data.passphrase import RecoveryKey
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.ui.entry.ask import Ask
from ces_desktop.ui.entry.wizard_answers import Answers
from ces_desktop.ui.entry.wizard_steps import Step
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.widgets import Button, CheckBox, Text, TextField, box, column, fill, row


class KeyStep(Step):
    """A key shown, printed, and proved to be on paper before one goes on: by a group of it, or by saying so."""

    print_wanted = Signal()

    def __init__(self, answers: Answers, key: RecoveryKey, group: int, typed: str, kept: bool) -> None:
        super().__init__(answers)
        self._wanted, self._group = key.groups[group - 1], group
        self.print = Button(tr("See and print the sheet"), "primary", icon="printer", shortcut="F8")
        self.print.clicked.connect(self.print_wanted)
        cells = [Text(group, "section", selectable=False) for group in key.groups]
        sheet = Text(tr("Sheet {sheet}").format(sheet=key.sheet), "caption")
        lines = row(*cells[:4], None, gap=20), row(*cells[4:], None, sheet, gap=20)
        well = box(column(*lines, gap=8, margins=(16, 12, 16, 12)), "well")
        label = tr("Group {group} of the sheet").format(group=group)
        self.typed = Ask(label, TextField(typed, width=160, limit=40), tr("Read it from the paper"))
        self.kept = CheckBox(tr("It is on paper and kept in a safe place"))
        self.kept.setChecked(kept)
        fill(self.body, (well, row(self.print, None), 4, self.typed, self.kept))

    def begin(self) -> None:
        self.print.setFocus()

    def check(self) -> bool:
        typed = self.typed.control.text().strip().upper().translate(str.maketrans("OIL", "011"))
        if self.kept.isChecked() or typed == self._wanted:
            return True
        self.typed.complain(sentence(Refused("users.sheet_not_kept", group=self._group)))
        return False


class SheetStep(KeyStep):
    """The recovery key of the installation."""

    def __init__(self, answers: Answers, group: int) -> None:
        super().__init__(answers, answers.made[0][1], group, answers.group, answers.kept)
        self.head(
            tr("Recovery sheet"),
            tr("The only way in without the passphrase. Print it, or copy it by hand, and lock it away."),
        )

    def store(self) -> None:
        self.answers.group, self.answers.kept = self.typed.control.text(), self.kept.isChecked()


class NetworkKeyStep(KeyStep):
    """The network's key: the network is founded with it once it is on paper."""

    def __init__(self, answers: Answers, group: int) -> None:
        assert answers.network_key is not None
        super().__init__(answers, answers.network_key, group, answers.network_group, answers.network_kept)
        self.head(
            tr("Key of the network"),
            tr("No computer keeps it. It opens every bundle and names a new hub if this one is lost or stolen."),
        )

    def store(self) -> None:
        self.answers.network_group, self.answers.network_kept = self.typed.control.text(), self.kept.isChecked()
