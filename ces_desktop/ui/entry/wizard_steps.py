"""The steps of the wizard: each shows what was told, takes what is typed, and says what cannot be taken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from ces_desktop.domain.access import Role
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.services import users
from ces_desktop.ui import roles
from ces_desktop.ui.entry.ask import Ask
from ces_desktop.ui.entry.new_phrase import NewPhrase
from ces_desktop.ui.entry.people import PersonButton
from ces_desktop.ui.entry.sites import sites
from ces_desktop.ui.entry.wizard_answers import Answers
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    CheckBox,
    ComboField,
    FormFlow,
    Option,
    Text,
    TextField,
    Wrapped,
    box,
    column,
    hide_unless,
    row,
)

FORM_WIDTH = 560


class Step(QWidget):
    """One step; `ended` when Enter is pressed in its last field, `saved` on Ctrl+Enter."""

    ended = Signal()

    def __init__(self, answers: Answers) -> None:
        super().__init__()
        self.answers = answers
        self.body = column(gap=10)
        self.setMaximumWidth(px(FORM_WIDTH))
        self.heading = Text("", "title")
        self.under = Text("", "small", wrap=True)
        held = box(self.body)
        self.setLayout(column(self.heading, self.under, 4, held, None, gap=4))
        self._flow = FormFlow(held)
        self._flow.save.connect(self.ended)
        self._flow.ended.connect(self.ended)

    def head(self, title: str, under: str) -> None:
        """Title and the sentence under it."""
        self.heading.set_text(title)
        self.under.set_text(under)

    def store(self) -> None:
        """Keep what is typed in the answers, right or wrong."""

    def check(self) -> bool:
        """Whether one may go on; says under the field why not."""
        return True

    def begin(self) -> None:
        """Put the cursor in the first field."""


class StartStep(Step):
    """New clinic, another laptop of one, a backup, or the demonstration; and what kind of installation."""

    chosen = Signal()
    kind_chosen = Signal(str)

    def __init__(self, answers: Answers) -> None:
        super().__init__(answers)
        self.head(tr("What do you want to do?"), tr("It can be done without internet, in about five minutes."))
        words = {
            "new": _new_words(answers.kind),
            "join": ("usb", tr("A clinic's new or replacement laptop"), tr("With the stick of the supervisor's hub")),
            "restore": ("archive-restore", tr("Restore a backup"), tr("From a stick or folder, with its passphrase")),
            "demo": ("users", tr("See the demonstration"), tr("2,000 invented people; nothing to lose")),
        }
        self.ways: dict[str, PersonButton] = {}
        for way, (icon, title, caption) in words.items():
            button = PersonButton(title, caption, icon=icon)
            button.setChecked(way == answers.way)
            button.clicked.connect(lambda _=False, way=way: self._choose(way))
            self.ways[way] = button
        names = {"clinic": tr("Clinic"), "mentor": tr("Mentor of clinics"), "hub": tr("Hub")}
        self.kinds = {kind: Button(name, "segment") for kind, name in names.items()}
        for kind, segment in self.kinds.items():
            segment.setChecked(kind == answers.kind)
            segment.clicked.connect(lambda _=False, kind=kind: self._choose_kind(kind))
        self.about = Text(_about(answers.kind), "caption", wrap=True)
        label = Text(tr("This laptop is for a"), "label")
        shown = box(column(label, Wrapped(*self.kinds.values(), gap=4), self.about, gap=4))
        hide_unless(shown, answers.way == "new")
        self.body.addWidget(box(column(*self.ways.values(), gap=4)))
        self.body.addSpacing(px(8))
        self.body.addWidget(shown)

    def begin(self) -> None:
        self.ways[self.answers.way].setFocus()

    def _choose(self, way: str) -> None:
        self.answers.way = way
        if way == "join":
            self.answers.choose_kind("clinic")
        self.chosen.emit()

    def _choose_kind(self, kind: str) -> None:
        self.answers.choose_kind(kind)
        self.kind_chosen.emit(kind)


class ClinicStep(Step):
    """Which clinic: from the list, every fact editable, or written new."""

    def __init__(self, answers: Answers, root: Path) -> None:
        super().__init__(answers)
        self._root = root
        self.head(tr("Which clinic?"), tr("Choose it from the list, or write another. It can be changed in Settings."))
        options = [Option(each.prefix, f"{each.name} ({each.prefix})", each.municipality) for each in sites()]
        self.listed = ComboField(options, placeholder=tr("Type its name"))
        self.listed.chosen.connect(self._take)
        self.prefix = Ask(tr("Prefix"), TextField(answers.prefix, width=90, limit=8), tr("Three letters: CAP0000001"))
        self.name = Ask(tr("Short name"), TextField(answers.name))
        self.official = Ask(tr("Official name"), TextField(answers.official_name))
        self.clues = Ask("CLUES", TextField(answers.clues, width=180), tr("If it has one"))
        self.municipality = Ask(tr("Municipality"), TextField(answers.municipality))
        self.body.addWidget(Ask(tr("Clinic of the programme"), self.listed))
        self.body.addLayout(beside(self.prefix, self.name))
        self.body.addWidget(self.official)
        self.body.addLayout(beside(self.clues, self.municipality))

    def begin(self) -> None:
        self.listed.setFocus()

    def store(self) -> None:
        a = self.answers
        a.prefix = self.prefix.control.text().strip().upper()
        a.name, a.official_name = self.name.control.text(), self.official.control.text()
        a.clues, a.municipality = self.clues.control.text(), self.municipality.control.text()

    def check(self) -> bool:
        a = self.answers
        checks: list[tuple[Ask[Any], Callable[[], object]]] = [
            (self.prefix, lambda: a.check_prefix(self._root)),
            (self.name, lambda: check_name(a.name)),
            (self.official, lambda: users.plain_line(a.official_name, 120)),
            (self.clues, lambda: users.checked_clues(a.clues)),
            (self.municipality, lambda: users.plain_line(a.municipality, users.NAME_MOST)),
        ]
        return all_taken(checks)

    def _take(self, prefix: str) -> None:
        self.answers.take_site(prefix)
        a = self.answers
        for ask, text in (
            (self.prefix, a.prefix), (self.name, a.name), (self.official, a.official_name),
            (self.clues, a.clues), (self.municipality, a.municipality),
        ):  # fmt: skip
            ask.control.set_value(text)
            ask.say_nothing()


class PersonStep(Step):
    """Who starts: name as printed, licence, roles."""

    def __init__(self, answers: Answers) -> None:
        super().__init__(answers)
        self.head(tr("Who are you?"), tr("More people can be added in Settings, each with a passphrase of their own."))
        self.name = Ask(tr("Name"), TextField(answers.user_name), tr("As it is printed: Dr. Ana Robles"))
        self.licence = Ask(tr("Professional licence"), TextField(answers.licence), tr("MPSS in social service"))
        self.roles: dict[Role, CheckBox] = {}
        for role in roles.offered(answers.kind):
            ticked = CheckBox(roles.name(role))
            ticked.setChecked(role in answers.roles)
            self.roles[role] = ticked
        boxes = box(column(*self.roles.values(), gap=0))
        self.needed = Role.LEAD if answers.kind == "clinic" else Role.ADMINISTRATOR
        self.chosen = Ask(tr("Roles"), boxes, tr("Who works alone holds them all."))
        self.chosen.setFocusProxy(self.roles[self.needed])  # the one that may not be missing
        for part in (self.name, self.licence, self.chosen):
            self.body.addWidget(part)

    def begin(self) -> None:
        self.name.setFocus()

    def store(self) -> None:
        a = self.answers
        a.user_name, a.licence = self.name.control.text(), self.licence.control.text()
        a.roles = frozenset(role for role, ticked in self.roles.items() if ticked.isChecked())

    def check(self) -> bool:
        a = self.answers
        self.chosen.say_nothing()
        checks: list[tuple[Ask[Any], Callable[[], object]]] = [
            (self.name, lambda: _person(a.user_name)),
            (self.licence, lambda: users.plain_line(a.licence, users.LICENCE_MOST)),
        ]
        if not all_taken(checks):
            return False
        if self.needed not in a.roles:
            code = "users.first_leads" if self.needed is Role.LEAD else "users.first_administers"
            self.chosen.complain(sentence(Refused(code)))
            return False
        return True


class PhraseStep(Step):
    """The passphrase, and where backups go."""

    def __init__(self, answers: Answers) -> None:
        super().__init__(answers)
        self.head(
            tr("Your passphrase"),
            tr("It opens the clinic's data. Nobody can look it up; the recovery sheet of the next step replaces it."),
        )
        self.phrase = NewPhrase(tr("Passphrase"))
        self.phrase.put(answers.phrase)
        self.where = Text("", "small", elide=True)
        self.choose = Button(tr("Choose folder"), "ghost", icon="folder-open")
        self.usual = Button(tr("In the clinic's folder"), "ghost")
        self.choose.clicked.connect(self._ask_folder)
        self.usual.clicked.connect(lambda: self.set_backups(None))
        line = box(row((self.where, 1), self.choose, self.usual, gap=4))
        hide_unless(self.usual, answers.backups)
        self.place = Ask(tr("Backups"), line, tr("One a day by itself. A stick or a second disk is safer."))
        self.body.addWidget(self.phrase)
        self.body.addWidget(self.place)
        self.set_backups(answers.backups)
        self.phrase.entered.connect(self.ended)

    def begin(self) -> None:
        self.phrase.setFocus()

    def store(self) -> None:
        self.answers.phrase = self.phrase.texts()

    def check(self) -> bool:
        return self.phrase.checked() is not None

    def set_backups(self, path: Path | None) -> None:
        """Where backups will go; None = in the clinic's folder."""
        self.answers.backups = path
        self.where.set_text(str(path) if path else tr("In the clinic's folder on this laptop"))
        self.usual.setVisible(path is not None)
        self.place.say_nothing()

    def _ask_folder(self) -> None:
        chosen = ask_folder(self, tr("Folder of the backups"))
        if chosen is not None:
            self.set_backups(chosen)


def all_taken(checks: list[tuple[Ask[Any], Callable[[], object]]]) -> bool:
    """Try each; the first refusal is said under its field and the cursor goes there."""
    for ask, attempt in checks:
        try:
            attempt()
        except Refused as refused:
            ask.complain(sentence(refused))
            return False
    return True


def ask_folder(parent: QWidget, title: str) -> Path | None:
    """The system's folder dialog; None when it was left."""
    chosen = QFileDialog.getExistingDirectory(parent, title)
    return Path(chosen) if chosen else None


def check_name(name: str) -> None:
    """Refused as `users.plain_line`, `users.no_clinic_name`."""
    if not any(letter.isalpha() for letter in users.plain_line(name, users.NAME_MOST)):
        raise Refused("users.no_clinic_name")


def _person(name: str) -> None:
    if not any(letter.isalpha() for letter in users.plain_line(name, users.NAME_MOST)):
        raise Refused("users.no_name")


def beside(one: Ask[TextField], other: Ask[TextField]) -> QHBoxLayout:
    """Two questions side by side, their fields on one line whatever stands under them."""
    both = row((one, 1), (other, 2), gap=12)
    for ask in (one, other):
        both.setAlignment(ask, Qt.AlignmentFlag.AlignTop)
    return both


def _new_words(kind: str) -> tuple[str, str, str]:
    """Icon, words and caption of a new installation of this kind."""
    return {
        "clinic": ("hospital", tr("Start a clinic"), tr("This laptop will keep its register, encrypted")),
        "mentor": ("graduation-cap", tr("Start a mentor's laptop"), tr("It carries clinics' bundles, encrypted")),
        "hub": ("network", tr("Start a hub"), tr("It gathers all clinics and confirms what it has, encrypted")),
    }[kind]


def _about(kind: str) -> str:
    return {
        "clinic": tr("A clinic's laptop: register, consults, pharmacy. It works without any hub."),
        "mentor": tr("Of who visits clinics: reads their bundles and carries them on. The hub admits it."),
        "hub": tr("One for each network, in its office: admits laptops, keeps everything. Its key is printed."),
    }[kind]
