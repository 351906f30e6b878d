"""Settings: the look of this laptop, the clinic's facts, and the ways to users, audit, backups and official lists."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from ces_desktop import settings
from ces_desktop.data.database import Outcome
from ces_desktop.domain.access import Right
from ces_desktop.domain.calendar import parse_day
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.services import users
from ces_desktop.services.clinic import describe
from ces_desktop.services.users import ClinicForm
from ces_desktop.ui import labels
from ces_desktop.ui.desk import Desk, Page
from ces_desktop.ui.dialogs.about import AboutDialog
from ces_desktop.ui.dialogs.keys import KeysDialog
from ces_desktop.ui.entry.ask import Ask
from ces_desktop.ui.entry.people import PersonButton
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.tasks import Failure
from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import (
    Button,
    ChoiceField,
    DateField,
    DockedBar,
    FormFlow,
    Heading,
    ScrollBody,
    SectionCard,
    Text,
    TextField,
    column,
    row,
)

ZOOMS = (90, 100, 125, 150)
MINUTES = (2, 5, 10, 15)


class SettingsPage(Page):
    """Look at left (counts at once), the clinic's facts under it (F9 saves), doors to other pages at right."""

    _hand: ClassVar[str] = "language"
    """The choice that had the window drawn again: there the next page begins, or → pressed twice would answer the
    question above it."""
    topics = frozenset({"clinic", "clinic_clues"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setProperty("surface", "page")
        self._read: dict[str, str] | None = None
        self._manages = desk.actor.may(Right.MANAGE_CLINIC)
        self.look = self._look_card()
        self.clinic = self._clinic_card()
        self.doors = self._doors_card()
        left = column(self.look, self.clinic, self._confidential_card(), None, gap=12)
        right = column(self.doors, self._about_card(), None, gap=12)
        self.halves = row((left, 3), (right, 2), gap=12)
        body = column(
            Heading(tr("Settings"), tr("The look counts on this laptop alone; the clinic's facts travel.")),
            self.halves, None, gap=12, margins=(20, 16, 20, 12),
        )  # fmt: skip
        self.save = Button(tr("Save clinic"), "primary", icon="save", cap="F9")
        self.save.clicked.connect(self.primary)
        self._flow.ends_at(self.save)
        self.save.set_possible(self._manages, tr("Who leads the clinic does this."))
        self.bar = DockedBar(self.save)
        self.setLayout(column((ScrollBody(body), 1), self.bar, gap=0))
        self.setFocusProxy(getattr(self, SettingsPage._hand))
        SettingsPage._hand = "language"

    def reload(self) -> None:
        """Read the clinic's facts; what is being typed stays."""
        self.desk.tasks.read(describe, self._show, owner=self, latest="settings.clinic")

    def primary(self) -> None:
        """F9: save the clinic's facts."""
        if not self._manages or not self.save.isEnabled():
            return
        if self.since.unread() or (self.clues.control.text().strip() and not self.since.value()):
            self.since_ask.complain(sentence(Refused("users.no_date")))
            return
        form = self._form()
        self.save.setEnabled(False)
        for ask in self._asks():
            ask.say_nothing()
        self.desk.tasks.write(
            partial(users.change_clinic, form=form), self._saved, owner=self, failed=self._failed
        )

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        (self.focusProxy() or self.language).setFocus(event.reason())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= px(1120)
        self.halves.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)

    # ------------------------------------------------------------------ look
    def _look_card(self) -> QWidget:
        now = settings.load()
        self.language = ChoiceField(
            [("es", "Español"), ("en", "English")], now.language, name=tr("Language of the program"), required=True
        )
        self.theme = ChoiceField(
            [("light", tr("Light")), ("dark", tr("Dark"))], now.theme, name=tr("Theme"), required=True
        )
        near = min(ZOOMS, key=lambda z: abs(z - now.zoom))
        self.zoom = ChoiceField(
            [(str(z), labels.quantity(z, "%")) for z in ZOOMS], str(near), name=tr("Size"), required=True
        )
        minutes = min(MINUTES, key=lambda m: abs(m - now.lock_minutes))
        self.minutes = ChoiceField(
            [(str(m), labels.quantity(m, "min")) for m in MINUTES], str(minutes), name=tr("Lock after"), required=True
        )
        self.language.changed.connect(self._choose_language)
        self.theme.changed.connect(self._choose_theme)
        self.zoom.changed.connect(self._choose_zoom)
        self.minutes.changed.connect(self._choose_minutes)
        return SectionCard(
            tr("This laptop"),
            _line(tr("Language of the program"), self.language),
            _line(tr("Theme"), self.theme),
            _line(tr("Size"), self.zoom),
            _line(tr("Lock after"), self.minutes),
            icon="monitor",
        )

    def _choose_language(self) -> None:
        language: Literal["es", "en"] = "en" if self.language.value() == "en" else "es"
        settings.update(lambda s: replace(s, language=language))
        self._rebuild("language")

    def _choose_theme(self) -> None:
        theme: Literal["light", "dark"] = "dark" if self.theme.value() == "dark" else "light"
        settings.update(lambda s: replace(s, theme=theme))
        self._rebuild("theme")

    def _choose_minutes(self) -> None:
        minutes = int(self.minutes.value() or 5)
        settings.update(lambda s: replace(s, lock_minutes=minutes))
        self._rebuild("minutes")

    def _choose_zoom(self) -> None:
        zoom = int(self.zoom.value() or 100)
        settings.update(lambda s: replace(s, zoom=zoom))
        self._rebuild("zoom")

    def _rebuild(self, hand: str) -> None:
        SettingsPage._hand = hand
        self.desk.rebuild()

    # ------------------------------------------------------------------ clinic
    def _clinic_card(self) -> QWidget:
        today = self.desk.today

        def day(text: str) -> str | None:
            found = parse_day(text, today)
            return found.isoformat() if found else None

        self.name = Ask(tr("Short name"), TextField())
        self.official = Ask(tr("Official name"), TextField())
        self.municipality = Ask(tr("Municipality"), TextField())
        self.clues = Ask("CLUES", TextField(width=160), tr("A change keeps the key before it in old reports"))
        self.since = DateField(day, name=tr("The key counts from"), explain=sentence)
        self.since_ask = Ask(tr("The key counts from"), self.since)
        self.since.changed.connect(self.since_ask.say_nothing)
        pair = row((self.clues, 1), (self.since_ask, 1), gap=12)
        for ask in (self.clues, self.since_ask):
            pair.setAlignment(ask, Qt.AlignmentFlag.AlignTop)
        card = SectionCard(
            tr("The clinic"), row((self.name, 1), (self.municipality, 1), gap=12), self.official,
            pair, icon="hospital", caption=self.desk.clinic.prefix,
        )  # fmt: skip
        for ask in self._asks():
            ask.setEnabled(self._manages)
        self._flow = FormFlow(card)
        self._flow.save.connect(self.primary)
        return card

    def _confidential_card(self) -> QWidget:
        question = tr("Send them to the supervisor")
        self.confidential = ChoiceField([("no", tr("No")), ("yes", tr("Yes"))], "no", name=question, required=True)
        self.confidential.setEnabled(self._manages)
        self.confidential.changed.connect(self._choose_confidential)
        text = tr(
            "No: they travel among this clinic's computers alone. Yes: the supervisor's computer keeps a copy that "
            "nobody reads there, and gives it back if these computers are lost. What was sent cannot be taken back."
        )
        return SectionCard(
            tr("Confidential notes"), _line(question, self.confidential), Text(text, "caption", wrap=True), icon="lock"
        )

    def _choose_confidential(self) -> None:
        allowed = self.confidential.value() == "yes"
        self.desk.tasks.write(
            partial(users.share_confidential, allowed=allowed), self._shared, owner=self, failed=self._not_shared
        )

    def _shared(self, outcome: Outcome[None]) -> None:
        if outcome.touched:
            self.desk.toast(tr("It counts from the next stick on."), undo=True)

    def _not_shared(self, failure: Failure) -> None:
        self.desk.tell(failure)
        self.reload()

    def _asks(self) -> tuple[Ask[Any], ...]:
        return self.name, self.official, self.municipality, self.clues, self.since_ask

    def _form(self) -> ClinicForm:
        since = self.since.value() or self.desk.today.isoformat()
        asked = (self.name, self.official, self.municipality, self.clues)
        name, official, municipality, clues = (ask.control.text() for ask in asked)
        return ClinicForm(name, official, municipality, clues, since)

    def _show(self, facts: dict[str, str]) -> None:
        fields = {"name": self.name, "official_name": self.official, "municipality": self.municipality}
        for key, ask in {**fields, "clues": self.clues}.items():
            if self._read is None or ask.control.text() == self._read[key]:
                ask.control.set_value(facts[key])
        self.confidential.set_value(facts["reserved_to_hub"] or "no")
        if self._read is None:
            self.since.set_value(self.desk.today.isoformat())
        self._read = facts

    def _saved(self, outcome: Outcome[None]) -> None:
        self.save.setEnabled(True)
        self._read = None
        if outcome.touched:
            self.desk.toast(tr("The clinic's facts were saved."), undo=True)
        else:  # no undo: Ctrl+Z would take back the act before
            self.desk.toast(tr("It stays as it was."))
        self.reload()

    def _failed(self, failure: Failure) -> None:
        self.save.setEnabled(True)
        if failure.code in ("users.too_long", "users.odd_letters"):
            ask: Ask[Any] = next((a for a in self._asks()[:3] if _odd(a)), self.name)
        elif failure.code == "users.clues_shape":
            ask = self.clues
        elif failure.code == "users.clues_future":
            ask = self.since_ask
        elif failure.code == "users.no_clinic_name":
            ask = self.name
        else:
            self.desk.tell(failure)
            return
        ask.complain(sentence(failure))

    # ------------------------------------------------------------------ doors
    def _doors_card(self) -> QWidget:
        actor = self.desk.actor
        doors = [
            ("users", "users", tr("People who sign in"), tr("Roles, passphrases, your PIN, recovery sheet"), True),
            ("backups", "hard-drive", tr("Backups"), tr("Make, check, put back"), actor.may(Right.MAKE_BACKUP)),
            ("audit", "history", tr("Audit"), tr("Who did what and when"), actor.may(Right.READ_AUDIT)),
            (
                "reference",
                "database",
                tr("Official lists"),
                tr("Communities, diagnoses, facilities"),
                actor.may(Right.IMPORT_REFERENCE),
            ),
            (
                "import_register",
                "file-text",
                tr("Import a register"),
                tr("People and measures from a table"),
                actor.may(Right.IMPORT_REGISTER),
            ),
        ]
        self.links: dict[str, PersonButton] = {}
        for key, icon, title, about, allowed in doors:
            if allowed:
                link = PersonButton(title, about, icon=icon)
                link.setCheckable(False)
                link.clicked.connect(lambda _=False, key=key: self.desk.open_page(key))
                self.links[key] = link
        return SectionCard(tr("More"), *self.links.values(), icon="sliders-horizontal", gap=4)

    def _about_card(self) -> QWidget:
        self.about = Button(tr("Version and licences"), "ghost", icon="info")
        self.keys = Button(tr("Table of keys"), "ghost", icon="keyboard", cap="F1")
        self.about.clicked.connect(lambda: AboutDialog(self).exec())
        self.keys.clicked.connect(lambda: KeysDialog(self).exec())
        return SectionCard(tr("About the program"), row(self.about, self.keys, None, gap=4), icon="info")


def _line(label: str, field: QWidget) -> QHBoxLayout:
    return row((Text(label, "label"), 2), (field, 5), gap=12)




def _odd(ask: Ask[TextField]) -> bool:
    line = " ".join(ask.control.text().split())
    return len(line) > users.NAME_MOST or not line.isprintable()
