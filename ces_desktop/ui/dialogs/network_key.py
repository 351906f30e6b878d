"""Found the network of a hub: its key printed and proved to be on paper first."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ces_desktop.i18n import tr
from ces_desktop.services.clinic import OpenClinic
from ces_desktop.ui.dialogs.doing import Doing, Job
from ces_desktop.ui.entry.ask import Ask
from ces_desktop.ui.entry.sheet import network_sheet_pdf
from ces_desktop.ui.entry.wizard_answers import found_network, new_key
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.tasks import Failure, Tasks
from ces_desktop.ui.widgets import Button, Text, TextField, box, column, row

GROUP = 3
"""The group of the paper that is asked for."""


class FoundDialog(Doing):
    """Key, print, and one group typed from the paper."""

    def __init__(self, parent: QWidget | None, tasks: Tasks, opened: OpenClinic) -> None:
        text = tr("No computer keeps it. It opens every bundle and names a new hub if this one is lost or stolen.")
        super().__init__(parent, tasks, tr("Key of the network"), text, primary=tr("Found the network"), width=560)
        self._opened, self.key = opened, new_key()
        cells = [Text(group, "section", selectable=False) for group in self.key.groups]
        sheet = Text(tr("Sheet {sheet}").format(sheet=self.key.sheet), "caption")
        lines = row(*cells[:4], None, gap=20), row(*cells[4:], None, sheet, gap=20)
        self.print = Button(tr("See and print the sheet"), icon="printer", shortcut="F8")
        self.print.clicked.connect(self.print_sheet)
        label = tr("Group {group} of the sheet").format(group=GROUP)
        self.typed = Ask(label, TextField(width=160, limit=40), tr("Read it from the paper"))
        self.add(box(column(*lines, gap=8, margins=(16, 12, 16, 12)), "well"), row(self.print, None), self.typed)
        self.add(self.progress)
        self.typed.setFocus()

    def print_sheet(self) -> None:
        """The sheet as it will be printed; it never becomes a file."""
        from ces_desktop.ui.dialogs.preview import PreviewDialog

        opened, key = self._opened, self.key

        def show(pdf: bytes) -> None:
            PreviewDialog(self, tr("Key of the network"), pdf, "network-key.pdf", may_save=False).exec()

        self._tasks.run(lambda _: network_sheet_pdf(opened, key), show, owner=self)

    def job(self) -> Job | None:
        typed = self.typed.control.text().strip().upper().translate(str.maketrans("OIL", "011"))
        if typed != self.key.groups[GROUP - 1]:
            self.typed.complain(tr("Type group {group} as it is on the printed sheet.").format(group=GROUP))
            return None
        opened, key = self._opened, self.key
        return lambda: found_network(opened, key)

    def complain(self, failure: Failure) -> None:
        self.typed.complain(sentence(failure))
