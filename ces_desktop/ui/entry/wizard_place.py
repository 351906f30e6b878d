"""The wizard's step that names what is no clinic: the network of a hub, or a mentor's laptop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ces_desktop.data import hub_database
from ces_desktop.i18n import tr
from ces_desktop.services import users
from ces_desktop.ui.entry.ask import Ask
from ces_desktop.ui.entry.wizard_answers import Answers
from ces_desktop.ui.entry.wizard_steps import Step, all_taken, beside, check_name
from ces_desktop.ui.widgets import TextField, hide_unless


class PlaceStep(Step):
    """Name and three letters."""

    def __init__(self, answers: Answers, root: Path) -> None:
        super().__init__(answers)
        self._root = root
        hub = answers.kind == "hub"
        title = tr("Which network?") if hub else tr("Whose laptop?")
        apart = tr("Its name and letters tell it from others.")
        self.head(title, tr("Clinics see its name when they meet it.") if hub else apart)
        example = tr("As in Network of the Sierra") if hub else tr("As in Mentoring, northern route")
        self.name = Ask(tr("Name of the network") if hub else tr("Name"), TextField(answers.name), example)
        hint = tr("Three letters that no clinic has")
        self.prefix = Ask(tr("Letters"), TextField(answers.prefix, width=90, limit=8), hint)
        self.municipality = Ask(tr("Municipality"), TextField(answers.municipality))
        alone = tr("Empty: encrypted on this laptop. Of a server where several supervisors share the hub.")
        self.server = Ask(tr("PostgreSQL address"), TextField(answers.server, name=tr("PostgreSQL address")), alone)
        self.server.control.setPlaceholderText("postgresql://…")
        hide_unless(self.server, hub)
        self.body.addWidget(self.name)
        self.body.addLayout(beside(self.prefix, self.municipality))
        self.body.addWidget(self.server)

    def begin(self) -> None:
        self.name.setFocus()

    def store(self) -> None:
        a = self.answers
        a.prefix, a.name = self.prefix.control.text().strip().upper(), self.name.control.text()
        a.municipality = self.municipality.control.text()
        a.server = self.server.control.text().strip() if a.kind == "hub" else ""

    def check(self) -> bool:
        a = self.answers
        checks: list[tuple[Ask[Any], Callable[[], object]]] = [
            (self.name, lambda: check_name(a.name)),
            (self.prefix, lambda: a.check_prefix(self._root)),
            (self.municipality, lambda: users.plain_line(a.municipality, users.NAME_MOST)),
            (self.server, lambda: a.server and hub_database.checked_address(a.server)),
        ]
        return all_taken(checks)
