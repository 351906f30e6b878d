"""Choosing a passphrase: a suggestion, how long it would hold, and the same once more."""

from __future__ import annotations

from random import SystemRandom

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ces_desktop import i18n
from ces_desktop.data import vault
from ces_desktop.data.passphrase import check_rule, normalised
from ces_desktop.errors import Refused
from ces_desktop.i18n import tr
from ces_desktop.ui.entry.people import SecretField
from ces_desktop.ui.icons import State
from ces_desktop.ui.messages import sentence
from ces_desktop.ui.widgets import Button, StatusChip, Wrapped, column


class NewPhrase(QWidget):
    """Two fields, a suggestion and its strength. `checked()` is the passphrase, or None after saying why not."""

    entered = Signal()
    changed = Signal()

    def __init__(self, label: str) -> None:
        super().__init__()
        self.first, self.again = SecretField(label), SecretField(tr("The same again"))
        self.suggest = Button(tr("Suggest one"), "ghost", icon="refresh-cw")
        self.suggest.clicked.connect(self.suggest_one)
        self.chip = StatusChip("unknown", tr("Four words or twelve letters"))
        self.setLayout(column(self.first, Wrapped(self.chip, self.suggest, gap=4, spread=True), self.again, gap=6))
        self.setFocusProxy(self.first)
        self.first.entered.connect(lambda: self.again.setFocus())
        self.again.entered.connect(self.entered)
        # Tab goes straight to the same again: a blank of what is typed there would press what lies between.
        self.setTabOrder(self.first.edit, self.again.edit)
        self.first.changed.connect(self._weigh)
        for each in (self.first, self.again):
            each.changed.connect(self.changed)

    def suggest_one(self) -> None:
        """Put in random words, legible: they are to be written down or remembered, then typed once more."""
        self.first.set_text(vault.suggest_passphrase(i18n.language(), SystemRandom()))
        self.first.say_nothing()
        self.first.shown(True)
        self.again.edit.clear()
        self.again.setFocus()
        self._weigh()
        self.changed.emit()

    def texts(self) -> tuple[str, str]:
        """What is typed in both, to be put back by `put`."""
        return self.first.text(), self.again.text()

    def put(self, texts: tuple[str, str]) -> None:
        """Put back what was typed."""
        self.first.set_text(texts[0])
        self.again.set_text(texts[1])
        self._weigh()

    def checked(self) -> str | None:
        """The passphrase; None when the rule or the second field says no (said under the field)."""
        text = self.first.text()
        try:
            check_rule(text)
        except Refused as refused:
            self.first.complain(sentence(refused))
            return None
        if normalised(text) != normalised(self.again.text()):
            self.again.complain(sentence(Refused("users.passphrases_differ")))
            return None
        return text

    def _weigh(self) -> None:
        text = self.first.text()
        try:
            check_rule(text)
        except Refused:
            self.chip.set_state("unknown", tr("Four words or twelve letters"))
            return
        states: dict[str, tuple[State, str]] = {
            "weak": ("warn", tr("Weak: add a word")),
            "fair": ("neutral", tr("Fair")),
            "strong": ("ok", tr("Strong")),
        }
        self.chip.set_state(*states[vault.strength(text).level])
